//! The `tecmns` command, for the script that pip installs.

use pyo3::prelude::*;
use std::ffi::OsString;

/// Runs the command on a command line, whose first word is the command's own name: its exit code. A process runs one.
#[pyfunction]
pub(crate) fn command(py: Python<'_>, line: Vec<OsString>) -> u8 {
    py.detach(|| tecmns::command::main_on(line))
}
