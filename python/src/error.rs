//! Errors as exceptions of `tecmns.errors`, each with its code.

use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::PyModule;
use te_core::{ParamError, StepError};

/// An exception of `tecmns.errors` with a code and a message.
pub(crate) fn raise(py: Python<'_>, class: &str, code: &str, message: &str) -> PyErr {
    static ERRORS: PyOnceLock<Py<PyModule>> = PyOnceLock::new();
    let make = || -> PyResult<PyErr> {
        let errors = ERRORS.get_or_try_init(py, || py.import("tecmns.errors").map(Bound::unbind))?;
        Ok(PyErr::from_value(errors.bind(py).getattr(class)?.call1((code, message))?))
    };
    make().unwrap_or_else(|error| error)
}

/// Parameters that are refused.
pub(crate) fn params(py: Python<'_>, kind: &str, error: &ParamError) -> PyErr {
    raise(py, "ParamError", "TE0010", &format!("{kind}: {error}"))
}

/// A step that failed.
pub(crate) fn step(py: Python<'_>, name: &str, timestep: u64, error: &StepError) -> PyErr {
    raise(py, "StepError", "TE0117", &format!("{name} at timestep {timestep}: {error}"))
}
