//! The page of a system, served by a thread of this process.

use crate::error;
use crate::kind::{has_classes, registry};
use crate::running::with_classes;
use pyo3::exceptions::{PyOSError, PyValueError};
use pyo3::prelude::*;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use te_core::Experiment;
use te_page::{Host, Job, Options, PageError, Server, Start};
use te_system::Changes;
use tecmns::command::PageHost;

/// Text, path, texts of nested files, changes: what a system is made of.
type Parts = (String, PathBuf, Vec<(String, String)>, String);

/// A program in which kinds may be classes of Python.
struct PythonHost;

impl Host for PythonHost {
    fn prepare(&self, experiment: Experiment) -> Experiment {
        with_classes(experiment)
    }

    fn within(&self, work: &mut (dyn FnMut() + Send)) {
        if has_classes() {
            Python::attach(|py| py.detach(work));
        } else {
            work();
        }
    }

    fn line(&self, file: &Path, changes: &Changes) -> Option<String> {
        PageHost.line(file, changes)
    }

    fn results(&self, job: Job<'_>) -> Result<String, String> {
        PageHost.results(job)
    }
}

/// A page that is served until it is closed or nobody has it any more.
#[pyclass(frozen, module = "tecmns._native")]
pub(crate) struct Page {
    url: String,
    server: Mutex<Option<Server>>,
}

#[pymethods]
impl Page {
    #[new]
    #[pyo3(signature = (parts, port))]
    fn new(py: Python<'_>, parts: Option<Parts>, port: u16) -> PyResult<Self> {
        let start = parts.map(start).transpose()?;
        let options = Options::new(registry(), start, PythonHost).port(port);
        let server = py.detach(|| te_page::serve(options)).map_err(|refused| match refused {
            PageError::File(errors) => error::file(py, &errors),
            other => PyOSError::new_err(other.to_string()),
        })?;
        Ok(Self { url: server.url().to_owned(), server: Mutex::new(Some(server)) })
    }

    #[getter]
    fn url(&self) -> &str {
        &self.url
    }

    /// Whether it is served.
    #[getter]
    fn is_open(&self) -> bool {
        self.server.lock().unwrap_or_else(PoisonError::into_inner).is_some()
    }

    /// How many streams of runs go on.
    #[getter]
    fn running(&self) -> usize {
        self.server.lock().unwrap_or_else(PoisonError::into_inner).as_ref().map_or(0, Server::running)
    }

    /// Ends it, and waits until it has ended.
    fn close(&self, py: Python<'_>) {
        let server = self.server.lock().unwrap_or_else(PoisonError::into_inner).take();
        // Threads that end may need the interpreter.
        py.detach(|| server.map(Server::close));
    }

    /// Shows it in the browser of this machine.
    fn show(&self) -> PyResult<()> {
        te_page::show(&self.url).map_err(|error| PyOSError::new_err(error.to_string()))
    }
}

impl Drop for Page {
    fn drop(&mut self) {
        if let Some(server) = self.server.lock().unwrap_or_else(PoisonError::into_inner).take() {
            // Nobody waits for it: its threads may need the interpreter, which whoever drops this has.
            server.let_go();
        }
    }
}

/// The system as the page begins with it: the file where it is one and says the same, so that variants can be saved.
fn start((text, path, nested, changes): Parts) -> PyResult<Start> {
    let table: ::toml::Table =
        changes.parse().map_err(|e: ::toml::de::Error| PyValueError::new_err(e.to_string()))?;
    let is_file = std::fs::read_to_string(&path).is_ok_and(|now| now == text);
    let start = if is_file { Start::file(path) } else { Start::text(text, path).nested(nested) };
    Ok(start.changed(Changes::of_table(&table)))
}
