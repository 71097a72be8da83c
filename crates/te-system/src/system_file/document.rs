//! A TOML document whose every key and value remembers where it stands.

use super::error::{FileError, FileErrors};
use crate::regular_file;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use te_equations::tree::position;

pub(crate) use te_equations::tree::{Data, Entry, Tree};

/// A file's text and what it says.
#[derive(Clone, Debug)]
pub(crate) struct Document {
    path: PathBuf,
    text: String,
    pub(crate) root: Tree,
    /// Texts of nested files that are taken in place of the files, by name.
    kept: Arc<Vec<(String, String)>>,
    /// The files around this one, the outermost first, and this one.
    chain: Vec<PathBuf>,
}

/// Files larger than this are refused: no system file is.
pub(crate) const LARGEST: u64 = 16 << 20;
/// How deep systems may nest.
pub(crate) const DEPTH: usize = 8;

impl Document {
    pub(crate) fn read(path: &Path) -> Result<Self, FileErrors> {
        Self::parse(text_of(path)?, path)
    }

    pub(crate) fn parse(text: String, path: &Path) -> Result<Self, FileErrors> {
        let root = Tree::parse(&text).map_err(|refused| {
            let at = refused.at.map(|at| position(&text, at));
            let message = refused.message;
            FileErrors { errors: vec![FileError { path: path.to_owned(), at, code: "TE0302", message }] }
        })?;
        Ok(Self { path: path.to_owned(), text, root, kept: Arc::default(), chain: vec![identity(path)] })
    }

    /// The document with texts that are taken in place of nested files.
    pub(crate) fn with_kept(mut self, kept: &[(String, String)]) -> Self {
        self.kept = Arc::new(kept.to_vec());
        self
    }

    /// A document nested in this one, by the name that stands in it; otherwise what is wrong.
    pub(crate) fn nested(&self, file: &str) -> Result<Self, NestError> {
        let path = super::beside(&self.path, file);
        let identity = identity(&path);
        if self.chain.contains(&identity) {
            let begin = self.chain.iter().position(|one| *one == identity).unwrap_or(0);
            let names = self.chain.iter().skip(begin).chain([&identity]);
            let names: Vec<String> = names.map(|path| path.display().to_string()).collect();
            return Err(NestError::Here(format!("the system nests itself: {}", names.join(" > "))));
        }
        if self.chain.len() > DEPTH {
            return Err(NestError::Here(format!("systems are nested more than {DEPTH} deep")));
        }
        let name = path.display().to_string();
        let inner = match self.kept.iter().find(|(kept, _)| *kept == name) {
            Some((_, text)) => Self::parse(text.clone(), &path).map_err(NestError::There)?,
            None => Self::read(&path).map_err(NestError::There)?,
        };
        let chain = self.chain.iter().cloned().chain([identity]).collect();
        Ok(Self { kept: Arc::clone(&self.kept), chain, ..inner })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// Where character `character`, from 0, of the text value at a place stands.
    pub(crate) fn character(&self, value: &Tree, character: usize) -> Range<usize> {
        value.character(&self.text, character)..value.span.end
    }

    /// An error at a place of the text.
    pub(crate) fn error(
        &self,
        span: &Range<usize>,
        code: &'static str,
        message: impl Into<String>,
    ) -> FileError {
        FileError {
            path: self.path.clone(),
            at: Some(position(&self.text, span.start)),
            code,
            message: message.into(),
        }
    }
}

/// The text of a file.
pub(crate) fn text_of(path: &Path) -> Result<String, FileErrors> {
    let refuse = |message: String| FileErrors::plain(path, "TE0301", message);
    let bytes = regular_file::bytes(path, LARGEST).map_err(refuse)?;
    String::from_utf8(bytes).map_err(|error| {
        let line =
            error.as_bytes().iter().take(error.utf8_error().valid_up_to()).filter(|b| **b == b'\n').count();
        refuse(format!("cannot be read: line {} is not text in UTF-8", line + 1))
    })
}

/// Why a nested file is refused: where it is named, or with places of its own.
pub(crate) enum NestError {
    Here(String),
    There(FileErrors),
}

/// One name for a file, however it is written.
fn identity(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_owned())
}
