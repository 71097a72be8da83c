//! What is wrong with a file, and where.

use std::fmt;
use std::path::{Path, PathBuf};

/// One problem in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileError {
    /// The file.
    pub path: PathBuf,
    /// Line and column from 1, where they are known.
    pub at: Option<(usize, usize)>,
    /// Stable number, explained by `tecmns explain`.
    pub code: &'static str,
    /// What is wrong, and what would be right.
    pub message: String,
}

impl fmt::Display for FileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.path.display())?;
        if let Some((line, column)) = self.at {
            write!(f, ":{line}:{column}")?;
        }
        write!(f, ": {}: {}", self.code, self.message)
    }
}

/// Every problem found in a file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", .errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
pub struct FileErrors {
    /// The problems, in the order of the file where they have a place in it.
    pub errors: Vec<FileError>,
}

impl FileErrors {
    /// A problem without a place in the text.
    pub fn plain(path: &Path, code: &'static str, message: impl fmt::Display) -> Self {
        let error = FileError { path: path.to_owned(), at: None, code, message: message.to_string() };
        Self { errors: vec![error] }
    }
}
