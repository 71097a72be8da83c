//! What this crate refuses, one enum a phase. Every message names the entry, file or URL.

use std::path::PathBuf;

use crate::digest::{Difference, Digest};
use crate::path::PathError;

/// A name that breaks the rule for names or kinds.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{name}` is no name: {rule}")]
#[non_exhaustive]
pub struct NameError {
    /// The name.
    pub name: String,
    /// The rule it breaks.
    pub rule: String,
}

/// A URL or commit that is refused. Credentials are cut out of the message.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{url}` is refused: {rule}")]
#[non_exhaustive]
pub struct UrlError {
    /// The text.
    pub url: String,
    /// The rule it breaks.
    pub rule: &'static str,
}

/// A registry file that cannot be read, with the place.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}:{column}: {problem}")]
#[non_exhaustive]
pub struct ParseError {
    /// Name of the file.
    pub file: String,
    /// Line, from 1.
    pub line: usize,
    /// Column, from 1, in characters.
    pub column: usize,
    /// What is wrong, with the nearest valid name where there is one.
    pub problem: String,
}

/// The git command failed, or a repository holds what cannot be hashed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum GitError {
    /// `git` could not be started.
    #[error("the git command could not be started: {0}")]
    Start(std::io::Error),
    /// Reading from or writing to git failed.
    #[error("talking to git failed: {0}")]
    Pipe(std::io::Error),
    /// Git ended with an error.
    #[error("git {verb} failed: {message}")]
    Failed {
        /// The git command.
        verb: String,
        /// What git said, credentials cut out.
        message: String,
    },
    /// The remote could not be reached, or does not have the commit.
    #[error("commit {rev} cannot be fetched from {url}: {message}")]
    Unreachable {
        /// The repository.
        url: String,
        /// The commit.
        rev: String,
        /// What git said.
        message: String,
    },
    /// The id names a tag, tree or blob.
    #[error("{rev} is not a commit of {url}")]
    NotACommit {
        /// The repository.
        url: String,
        /// The id.
        rev: String,
    },
    /// Git printed what this crate does not understand.
    #[error("git {verb} printed something unexpected: {text}")]
    Unexpected {
        /// The git command.
        verb: &'static str,
        /// Some of the output.
        text: String,
    },
    /// A tracked entry is no regular file.
    #[error("`{path}` is a {what}: only regular files can be registered")]
    NotAFile {
        /// The path.
        path: String,
        /// `symbolic link`, `submodule`, …
        what: &'static str,
    },
    /// A tracked name is not UTF-8.
    #[error("the name `{path}` is not UTF-8")]
    NotUtf8 {
        /// The name, with replacement characters.
        path: String,
    },
    /// Two versions of a file are being merged.
    #[error("`{path}` has an unresolved merge conflict")]
    Conflict {
        /// The path.
        path: String,
    },
    /// A limit was passed.
    #[error("{what} passes the limit of {limit}")]
    Limit {
        /// What was counted.
        what: &'static str,
        /// The limit.
        limit: u64,
    },
    /// No file is tracked at this path.
    #[error("no tracked file under `{path}`")]
    Empty {
        /// The path.
        path: String,
    },
    /// A path is refused.
    #[error(transparent)]
    Path(#[from] PathError),
    /// A file of the working tree cannot be read.
    #[error("{path}: {error}")]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        error: std::io::Error,
    },
}

/// The content-addressed cache refuses.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CacheError {
    /// The entry's files are not those of its hash.
    #[error("the cached copy in {folder} was altered: {}; delete that folder to fetch it again", list(.files))]
    Altered {
        /// Folder of the entry.
        folder: PathBuf,
        /// The files that differ.
        files: Vec<String>,
    },
    /// A file or folder cannot be read or written.
    #[error("{path}: {error}")]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        error: std::io::Error,
    },
    /// The path rules refuse the content.
    #[error(transparent)]
    Path(#[from] PathError),
    /// No home folder to put the cache in.
    #[error("no cache folder: set TECMNS_CACHE, XDG_CACHE_HOME or HOME")]
    NoPlace,
}

/// A registered network that is refused. `id` is the scoped name: `tecmns/ltf/curve`.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum NetworkError {
    /// A registry file cannot be read as one.
    #[error(transparent)]
    Parse(#[from] ParseError),
    /// Git refuses.
    #[error("{id}: {error}")]
    Git {
        /// The entry.
        id: String,
        /// Why.
        error: GitError,
    },
    /// The cache refuses.
    #[error("{id}: {error}")]
    Cache {
        /// The entry.
        id: String,
        /// Why.
        error: CacheError,
    },
    /// The content is not what the hash names.
    #[error("{id}: the content has hash {found}, registered is {declared}{}", told(.files))]
    Mismatch {
        /// The entry.
        id: String,
        /// Hash in the registry file.
        declared: Digest,
        /// Hash of the content.
        found: Digest,
        /// The files that differ, where they can be known.
        files: Vec<Difference>,
    },
    /// An entry of a fetched registry has no hash.
    #[error("{id} has no hash: run `tecmns lock` in its repository, commit, and give that commit")]
    Unlocked {
        /// The entry.
        id: String,
    },
    /// A registry imports itself.
    #[error("{id} closes a cycle: {} is already being read at {first}", .url)]
    Cycle {
        /// The entry.
        id: String,
        /// The repository.
        url: String,
        /// Where it was met first.
        first: String,
    },
    /// One repository at two commits.
    #[error(
        "{id} wants {url} at {rev}, but {first} has it at {other}; \
         `allow-multiple = true` under [registry] permits both"
    )]
    TwoRevs {
        /// The entry.
        id: String,
        /// The repository.
        url: String,
        /// Its commit.
        rev: String,
        /// The other entry.
        first: String,
        /// Its commit.
        other: String,
    },
    /// Imports nest too deeply.
    #[error("{id} lies {depth} imports deep; the limit is {limit}")]
    Depth {
        /// The entry.
        id: String,
        /// Its depth.
        depth: u32,
        /// The limit.
        limit: u32,
    },
    /// A count passes its limit.
    #[error("{id}: {what} passes the limit of {limit}")]
    Limit {
        /// The entry.
        id: String,
        /// What was counted.
        what: &'static str,
        /// The limit.
        limit: u64,
    },
    /// Something must be fetched and the network is off.
    #[error("{id} is not in the cache, and `--offline` forbids to fetch it")]
    Offline {
        /// The entry.
        id: String,
    },
    /// The imported repository holds no registry file.
    #[error("{id}: {url} has no `{path}` at {rev}")]
    NoRegistry {
        /// The entry.
        id: String,
        /// The repository.
        url: String,
        /// Path of the registry file.
        path: String,
        /// The commit.
        rev: String,
    },
    /// The lineage has a cycle.
    #[error("the lineage has a cycle through {}", list(.ids))]
    Lineage {
        /// The entries on it.
        ids: Vec<String>,
    },
    /// A file outside the cache cannot be read or written.
    #[error("{path}: {error}")]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        error: std::io::Error,
    },
    /// What an edit asks for cannot be done.
    #[error("{0}")]
    Edit(String),
}

impl NetworkError {
    /// Exit code of a command that ends with this error: 3 where content is not what its hash
    /// names, 75 where a retry may help, 2 otherwise.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Mismatch { .. } | Self::Cache { error: CacheError::Altered { .. }, .. } => 3,
            Self::Git { error: GitError::Unreachable { .. }, .. } => 75,
            _ => 2,
        }
    }
}

fn list(items: &[String]) -> String {
    items.join(", ")
}

fn told(files: &[Difference]) -> String {
    if files.is_empty() {
        return String::new();
    }
    let names: Vec<String> = files.iter().map(ToString::to_string).collect();
    format!("; different files: {}", names.join(", "))
}
