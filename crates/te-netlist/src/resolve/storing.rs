//! From a commit into the cache.

use crate::cache::Cache;
use crate::digest::{Digest, Listing};
use crate::error::{CacheError, GitError, NetworkError};
use crate::git::Commit;
use crate::path::RelativePath;

pub(super) enum StoreError {
    Git(GitError),
    Cache(CacheError),
}

impl From<GitError> for StoreError {
    fn from(error: GitError) -> Self {
        Self::Git(error)
    }
}

impl From<CacheError> for StoreError {
    fn from(error: CacheError) -> Self {
        Self::Cache(error)
    }
}

impl StoreError {
    pub(super) fn named(self, id: &str) -> NetworkError {
        match self {
            Self::Git(error) => NetworkError::Git { id: id.to_owned(), error },
            Self::Cache(error) => cache_error(id, error),
        }
    }
}

/// Reads a folder of a commit into the cache.
pub(super) fn store(
    cache: &Cache,
    commit: &Commit,
    path: &RelativePath,
    expected: Option<Digest>,
) -> Result<Result<Digest, Listing>, StoreError> {
    cache.insert(expected, |write| {
        commit.read(path, |name, bytes| write(name, bytes).map_err(StoreError::from))
    })
}

pub(super) fn cache_error(id: &str, error: CacheError) -> NetworkError {
    NetworkError::Cache { id: id.to_owned(), error }
}
