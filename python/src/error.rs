//! Errors as exceptions of `tecmns.errors`, each with its code.

use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::PyModule;
use te_core::{ExperimentError, ParamError, StepError};
use te_output::OutputError;
use te_system::{ChangeError, FileErrors};
use tecmns::command::CommandError;

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

/// What a file, or a change to it, is refused for.
pub(crate) fn file(py: Python<'_>, error: &FileErrors) -> PyErr {
    raise(py, "FileError", error.errors.first().map_or("", |one| one.code), &error.to_string())
}

/// Why a change to a system is refused.
pub(crate) fn change(py: Python<'_>, error: &ChangeError) -> PyErr {
    match error {
        ChangeError::File(errors) => file(py, errors),
        other => raise(
            py,
            "ExperimentError",
            other.code().unwrap_or("TE0309"),
            &in_arguments(&without_code(&other.to_string())),
        ),
    }
}

/// Why an experiment is refused or ended.
pub(crate) fn experiment(py: Python<'_>, error: &ExperimentError) -> PyErr {
    raise(py, "ExperimentError", error.code(), &error.to_string())
}

/// What the disk, or a table, refuses.
pub(crate) fn output(py: Python<'_>, error: &OutputError) -> PyErr {
    raise(py, "ResultsError", "", &error.to_string())
}

/// What running into a folder ended with.
pub(crate) fn command(py: Python<'_>, error: &CommandError) -> PyErr {
    let code = error.code().unwrap_or_default();
    let class = if code.is_empty() { "ResultsError" } else { "ExperimentError" };
    raise(py, class, code, &in_arguments(&without_code(&error.message)))
}

/// The options of the command and what the package calls them; longer ones first.
const ARGUMENTS: [(&str, &str); 12] = [
    ("--record COLUMNS,every=K", "`record` and `every`"),
    ("--record keep=finals", "keep=\"finals\""),
    ("--record keep=", "keep="),
    ("--record every=", "every="),
    ("--record", "record"),
    ("--resume", "resume=True"),
    ("--strict", "strict=True"),
    ("--force", "force=True"),
    ("--sweep", "sweep"),
    ("--shard", "shard"),
    ("--set", "params"),
    ("--out", "out"),
];

/// A message of the command that names arguments of Python in the place of options.
pub(crate) fn in_arguments(message: &str) -> String {
    ARGUMENTS.iter().fold(message.to_owned(), |text, (option, argument)| text.replace(option, argument))
}

/// A message without the code that it begins with: exceptions show it themselves.
fn without_code(message: &str) -> String {
    match message.split_once(": ") {
        Some((code, rest)) if code.starts_with("TE") && !code.contains(' ') => rest.to_owned(),
        _ => message.to_owned(),
    }
}
