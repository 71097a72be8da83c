//! Which file paths a registry accepts.
//!
//! A path must mean the same file on every system that may read it. Refused are: empty and
//! absolute paths, `.` and `..`, empty parts, `\`, `:`, control characters, parts that end in a
//! dot or a space, names that are not in Unicode NFC, git's own `.git`, and two paths of one
//! listing that a file system without case would make one.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use unicode_normalization::UnicodeNormalization as _;

/// Longest accepted path, in bytes.
pub const LONGEST: usize = 1024;

/// A path, or two, that a listing refuses.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PathError {
    /// One path breaks a rule.
    #[error("path `{path}` is refused: {rule}")]
    Refused {
        /// The path, control characters escaped.
        path: String,
        /// The rule it breaks.
        rule: &'static str,
    },
    /// Two paths are one name on some file systems.
    #[error("`{first}` and `{second}` are one name where case does not count")]
    SameName {
        /// The first in order.
        first: String,
        /// The second in order.
        second: String,
    },
    /// A text is not a listing's lines.
    #[error("line {line} is not `<64 hexadecimal digits>  <path>` in order")]
    Lines {
        /// Line, from 1.
        line: usize,
    },
}

/// Checks one path.
///
/// # Errors
/// [`PathError::Refused`] with the rule that the path breaks.
///
/// ```
/// use te_netlist::path::check_path;
///
/// assert!(check_path("src/lib.rs").is_ok());
/// assert_eq!(check_path("../x").unwrap_err().to_string(), "path `../x` is refused: it holds `..`");
/// ```
pub fn check_path(path: &str) -> Result<(), PathError> {
    let refuse = |rule: &'static str| Err(PathError::Refused { path: shown(path), rule });
    if path.is_empty() {
        return refuse("it is empty");
    }
    if path.len() > LONGEST {
        return refuse("it is longer than 1024 bytes");
    }
    if path.starts_with('/') {
        return refuse("it is absolute");
    }
    for part in path.split('/') {
        match part {
            "" => return refuse("it holds an empty part"),
            "." => return refuse("it holds `.`"),
            ".." => return refuse("it holds `..`"),
            _ => {}
        }
        if part.chars().any(char::is_control) {
            return refuse("it holds a control character");
        }
        if part.contains('\\') {
            return refuse("it holds `\\`");
        }
        if part.contains(':') {
            return refuse("it holds `:`");
        }
        if part.ends_with(['.', ' ']) {
            return refuse("a part of it ends in a dot or a space");
        }
        if part.eq_ignore_ascii_case(".git") || part.eq_ignore_ascii_case("git~1") {
            return refuse("it reaches into git's own folder");
        }
    }
    if !path.is_ascii() && !path.nfc().eq(path.chars()) {
        return refuse("it is not in Unicode normal form C");
    }
    Ok(())
}

/// Checks the paths of one listing, given in bytewise order.
///
/// # Errors
/// [`PathError::Refused`] for a single path, [`PathError::SameName`] for two that collide.
pub fn check_paths<'a>(paths: impl Iterator<Item = &'a str>) -> Result<(), PathError> {
    let mut seen: BTreeMap<String, &str> = BTreeMap::new();
    for path in paths {
        check_path(path)?;
        if let Some(first) = seen.insert(folded(path), path) {
            return Err(PathError::SameName { first: shown(first), second: shown(path) });
        }
    }
    // A file where another path needs a folder.
    for (fold, path) in &seen {
        for (at, _) in fold.match_indices('/') {
            let parent = fold.get(..at).and_then(|folder| seen.get(folder));
            if let Some(file) = parent {
                return Err(PathError::SameName { first: shown(file), second: shown(path) });
            }
        }
    }
    Ok(())
}

/// The path as a file system that ignores case would compare it.
fn folded(path: &str) -> String {
    if path.is_ascii() {
        return path.to_ascii_lowercase();
    }
    path.to_uppercase().to_lowercase().nfc().collect()
}

fn shown(path: &str) -> String {
    path.chars().take(200).flat_map(char::escape_debug).collect()
}

/// A checked relative path; `.` is the root itself.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RelativePath(String);

impl RelativePath {
    /// Checks a path; `.` stands for the root.
    ///
    /// # Errors
    /// [`PathError::Refused`] as [`check_path`].
    pub fn new(path: &str) -> Result<Self, PathError> {
        if path != "." {
            check_path(path)?;
        }
        Ok(Self(path.to_owned()))
    }

    /// The root.
    pub fn root() -> Self {
        Self(".".to_owned())
    }

    /// The text of the path.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether this is the root.
    pub fn is_root(&self) -> bool {
        self.0 == "."
    }

    /// The part of `path` inside this folder, where it lies inside.
    pub fn strip<'a>(&self, path: &'a str) -> Option<&'a str> {
        if self.is_root() {
            return Some(path);
        }
        path.strip_prefix(self.0.as_str())?.strip_prefix('/')
    }

    /// The path of a file of this folder, seen from where this path starts.
    pub fn join(&self, file: &str) -> String {
        if self.is_root() { file.to_owned() } else { format!("{}/{file}", self.0) }
    }

    /// The path under a folder of this machine.
    pub fn under(&self, folder: &Path) -> PathBuf {
        if self.is_root() { folder.to_path_buf() } else { folder.join(&self.0) }
    }
}

impl fmt::Display for RelativePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
