//! What cannot be imported, and where it stands.

use std::fmt;

/// The code of everything that is refused here.
pub const CODE: &str = "TE0510";

/// One thing that cannot be imported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportError {
    /// Line and column, from 1.
    pub at: (usize, usize),
    /// What it is, and why it is refused.
    pub message: String,
}

impl fmt::Display for ImportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {CODE}: {}", self.at.0, self.at.1, self.message)
    }
}

/// Everything of a model that cannot be imported, in the order of its text.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", .errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
pub struct ImportErrors {
    /// One each.
    pub errors: Vec<ImportError>,
}

/// Something that was left out or taken otherwise, which is no reason to refuse the model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// Line and column, from 1.
    pub at: (usize, usize),
    /// What, and what stands in its place.
    pub message: String,
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.at.0, self.at.1, self.message)
    }
}

/// Refusals and notes as they are found, by the byte at which they stand.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    refused: Vec<(usize, String)>,
    noted: Vec<(usize, String)>,
}

/// Refusals that are told; a model with more is of another kind.
const MOST: usize = 200;

impl Faults {
    pub(crate) fn refuse(&mut self, at: usize, message: impl Into<String>) {
        if self.refused.len() < MOST {
            self.refused.push((at, message.into()));
        }
    }

    pub(crate) fn note(&mut self, at: usize, message: impl Into<String>) {
        self.noted.push((at, message.into()));
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.refused.is_empty()
    }

    /// The notes, or the refusals where there are any.
    pub(crate) fn finish(mut self, text: &str) -> Result<Vec<Note>, ImportErrors> {
        let lines = Lines::new(text);
        let in_order = |found: &mut Vec<(usize, String)>| {
            found.sort();
            found.dedup();
            std::mem::take(found)
        };
        if self.refused.is_empty() {
            let notes = in_order(&mut self.noted).into_iter();
            return Ok(notes.map(|(at, message)| Note { at: lines.position(at), message }).collect());
        }
        let errors = in_order(&mut self.refused).into_iter();
        let errors = errors.map(|(at, message)| ImportError { at: lines.position(at), message }).collect();
        Err(ImportErrors { errors })
    }
}

/// Where the lines of a text begin. A line ends with LF, CR or both.
pub(crate) struct Lines<'t> {
    text: &'t str,
    starts: Vec<usize>,
}

impl<'t> Lines<'t> {
    pub(crate) fn new(text: &'t str) -> Self {
        let bytes = text.as_bytes();
        let ends = |at: &usize| match bytes.get(*at) {
            Some(b'\n') => true,
            Some(b'\r') => bytes.get(at + 1) != Some(&b'\n'),
            _ => false,
        };
        let starts = std::iter::once(0).chain((0..bytes.len()).filter(ends).map(|at| at + 1)).collect();
        Self { text, starts }
    }

    /// Line and column, from 1.
    pub(crate) fn position(&self, byte: usize) -> (usize, usize) {
        let line = self.starts.partition_point(|start| *start <= byte).max(1);
        let start = self.starts.get(line - 1).copied().unwrap_or(0);
        let column = self.text.get(start..byte).map_or(0, |before| before.chars().count());
        (line, column + 1)
    }
}

/// A piece of the model as messages show it.
pub(crate) fn shortened(text: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match text.char_indices().nth(80) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text,
    }
}
