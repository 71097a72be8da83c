//! What a run leaves in memory.

use crate::table::Table;
use crate::value;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyList;
use te_core::picture::ChartSpec;
use te_core::{Plan, Value};

/// Everything that an experiment leaves.
#[pyclass(frozen, module = "tecmns._native")]
pub(crate) struct Outcome {
    #[pyo3(get)]
    pub(super) rows: Py<Table>,
    #[pyo3(get)]
    pub(super) failures: Py<Table>,
    #[pyo3(get)]
    pub(super) kpis: Py<Table>,
    #[pyo3(get)]
    pub(super) statistics: Option<Py<Table>>,
    #[pyo3(get)]
    pub(super) runs: u64,
    #[pyo3(get)]
    pub(super) seed: u64,
    /// Names of the columns of parameters that vary.
    #[pyo3(get)]
    pub(super) parameters: Vec<String>,
    pub(super) charts: Vec<ChartSpec>,
    pub(super) plan: Plan,
}

#[pymethods]
impl Outcome {
    /// The points of the sweep and the draws of runs.
    fn points(&self, py: Python<'_>) -> PyResult<Table> {
        let frame = self.plan.points().frame(0..u64::MAX);
        Table::of(py, frame.map_err(|e| PyValueError::new_err(e.to_string()))?)
    }
    /// The charts that the system's file asks for.
    fn charts<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        charts(py, &self.charts)
    }
}

/// Charts as dictionaries.
pub(crate) fn charts<'py>(py: Python<'py>, charts: &[ChartSpec]) -> PyResult<Bound<'py, PyList>> {
    let list = PyList::empty(py);
    for chart in charts {
        let text = ::toml::to_string(chart).map_err(|e| PyValueError::new_err(e.to_string()))?;
        let table: Value = ::toml::from_str(&text).map_err(|e| PyValueError::new_err(e.to_string()))?;
        list.append(value::to_python(py, &table)?)?;
    }
    Ok(list)
}
