//! What a server is started with, and what it asks of the program around it.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use te_core::{Experiment, Registry};
use te_system::{Changes, FileErrors, Prepared, SystemFile};

/// Why no page is served.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PageError {
    /// The port cannot be had.
    #[error("port {port} cannot be used: {cause}; leave --port out for one that is free")]
    Port {
        /// The port.
        port: u16,
        /// Why.
        cause: std::io::Error,
    },
    /// The operating system refuses.
    #[error("the page cannot be served: {0}")]
    Runtime(std::io::Error),
    /// There are no random bytes.
    #[error("the page cannot be served: no secret can be drawn: {0}")]
    Secret(String),
    /// The system is refused.
    #[error(transparent)]
    File(#[from] FileErrors),
}

/// The system that is open at the start.
#[derive(Clone, Debug)]
pub struct Start {
    /// The file, or the name that its text goes by.
    pub(crate) path: PathBuf,
    /// Its text where it is not read from the disk.
    pub(crate) text: Option<String>,
    /// Texts of files that it nests, as [`SystemFile::nested`](te_system::SystemFile::nested) gives them.
    pub(crate) nested: Vec<(String, String)>,
    /// What was changed in it before.
    pub(crate) changes: Changes,
}

impl Start {
    /// A file, read anew whenever the page is loaded.
    pub fn file(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into(), text: None, nested: Vec::new(), changes: Changes::default() }
    }

    /// A text, as if it stood at `path`.
    pub fn text(text: impl Into<String>, path: impl Into<PathBuf>) -> Self {
        Self { text: Some(text.into()), ..Self::file(path) }
    }

    /// With the texts of files that it nests.
    #[must_use]
    pub fn nested(mut self, nested: Vec<(String, String)>) -> Self {
        self.nested = nested;
        self
    }

    /// With changes that were made to it before.
    #[must_use]
    pub fn changed(mut self, changes: Changes) -> Self {
        self.changes = changes;
        self
    }
}

/// What the page asks of the program that serves it.
pub trait Host: Send + Sync + 'static {
    /// The experiment as this program runs it.
    fn prepare(&self, experiment: Experiment) -> Experiment {
        experiment
    }

    /// Does work on a thread that runs experiments.
    fn within(&self, work: &mut (dyn FnMut() + Send)) {
        work();
    }

    /// The command line, without the program's name, that computes the file with these changes.
    fn line(&self, file: &Path, changes: &Changes) -> Option<String> {
        let _ = (file, changes);
        None
    }

    /// Runs a setting into a results folder with its report: what was done, in words.
    ///
    /// # Errors
    /// Why it was not, in words.
    fn results(&self, job: Job<'_>) -> Result<String, String> {
        Err(format!("{}: this program writes no results", job.folder.display()))
    }
}

/// A setting to be run into a folder.
#[non_exhaustive]
pub struct Job<'a> {
    /// The file with the changes made.
    pub file: &'a SystemFile,
    /// What was changed.
    pub changes: &'a Changes,
    /// What is run.
    pub prepared: Prepared,
    /// Where to.
    pub folder: &'a Path,
}

/// A program that adds nothing.
#[derive(Clone, Copy, Debug)]
pub struct Alone;

impl Host for Alone {}

/// What a server is started with.
pub struct Options {
    pub(crate) registry: Arc<Registry>,
    pub(crate) start: Option<Start>,
    pub(crate) host: Arc<dyn Host>,
    pub(crate) port: u16,
}

impl Options {
    /// A page of this system, with these kinds of components, at a port that is free.
    pub fn new(registry: impl Into<Arc<Registry>>, start: impl Into<Option<Start>>, host: impl Host) -> Self {
        Self { registry: registry.into(), start: start.into(), host: Arc::new(host), port: 0 }
    }

    /// At this port; 0 for one that is free.
    #[must_use]
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }
}
