//! One run of a system, stepped by hand.

use crate::error;
use crate::value;
use pyo3::exceptions::PyKeyError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict};
use std::sync::{Arc, Mutex, PoisonError};
use te_core::{Plan, RunId, nearest};

/// A run of a system that is stepped by hand.
#[pyclass(module = "tecmns._native")]
pub(crate) struct Live {
    /// Locked only because a run may not be looked at by several threads at once.
    run: Mutex<te_core::Live>,
}

impl Live {
    fn of(run: te_core::Live) -> Self {
        Self { run: Mutex::new(run) }
    }

    fn run(&mut self) -> &mut te_core::Live {
        self.run.get_mut().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Starts, or with a snapshot resumes, a run of a plan.
pub(crate) fn start(py: Python<'_>, plan: Plan, id: RunId, snapshot: Option<&[u8]>) -> PyResult<Live> {
    let plan = Arc::new(plan);
    let run = match snapshot {
        Some(bytes) => te_core::Live::resume(plan, bytes),
        None => te_core::Live::start(plan, id),
    };
    run.map(Live::of).map_err(|e| error::experiment(py, &e))
}

#[pymethods]
impl Live {
    /// Computes the next timestep; whether there was one.
    fn step(&mut self, py: Python<'_>) -> PyResult<bool> {
        self.run().step().map_err(|e| error::experiment(py, &e))
    }

    /// Gives an input that no wire feeds a value, from the next timestep on.
    fn feed(&mut self, py: Python<'_>, input: &str, value: f64) -> PyResult<()> {
        self.run().feed(input, value).map_err(|e| error::experiment(py, &e))
    }

    #[getter]
    fn timestep(&mut self) -> u64 {
        self.run().timestep()
    }

    /// Simulation, subset and run.
    #[getter]
    fn id(&mut self) -> (u64, u64, u64) {
        let id = self.run().id();
        (id.simulation, id.subset, id.run)
    }

    fn columns(&mut self) -> Vec<String> {
        self.run().columns().iter().map(|column| column.name.clone()).collect()
    }

    fn __getitem__<'py>(&mut self, py: Python<'py>, name: &str) -> PyResult<Bound<'py, PyAny>> {
        let run = self.run();
        match run.find(name).and_then(|at| run.cell_at(at)) {
            Some(cell) => value::cell(py, cell),
            None => {
                let near = nearest(name, run.columns().iter().map(|column| &column.name));
                let hint = near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
                Err(PyKeyError::new_err(format!("no column `{name}`{hint}")))
            }
        }
    }

    /// All columns by name.
    fn state<'py>(&mut self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let run = self.run();
        let out = PyDict::new(py);
        for (at, column) in run.columns().iter().enumerate() {
            if let Some(cell) = run.cell_at(at) {
                out.set_item(&column.name, value::cell(py, cell)?)?;
            }
        }
        Ok(out)
    }

    /// The whole state as bytes.
    fn snapshot<'py>(&mut self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        let bytes = self.run().snapshot().map_err(|e| error::experiment(py, &e))?;
        Ok(PyBytes::new(py, &bytes))
    }

    fn copied(&mut self, py: Python<'_>) -> PyResult<Self> {
        self.run().copy().map(Self::of).map_err(|e| error::experiment(py, &e))
    }
}
