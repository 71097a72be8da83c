//! Metrics as attributes.

use super::Component;
use pyo3::exceptions::PyAttributeError;
use pyo3::prelude::*;

/// A metric as an attribute of a component's class.
#[pyclass(frozen, module = "tecmns._native")]
pub(crate) struct Metric {
    index: usize,
    /// The metric's name.
    #[pyo3(get, name = "__name__")]
    name: String,
    #[pyo3(get, name = "__doc__")]
    doc: String,
}

#[pymethods]
impl Metric {
    #[new]
    fn new(index: usize, name: String, doc: String) -> Self {
        Self { index, name, doc }
    }
    fn __get__<'py>(
        slf: &Bound<'py, Self>,
        object: &Bound<'py, PyAny>,
        class: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let _ = class;
        match object.cast::<Component>() {
            Ok(component) => component.borrow().metric(slf.py(), slf.get().index),
            Err(_) => Ok(slf.clone().into_any()),
        }
    }
    fn __set__(&self, object: &Bound<'_, PyAny>, value: &Bound<'_, PyAny>) -> PyResult<()> {
        let _ = (object, value);
        Err(PyAttributeError::new_err(format!("`{}` is a metric: it follows from the state", self.name)))
    }
}
