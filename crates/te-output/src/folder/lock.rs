//! One writer at a time in a results folder.
//!
//! The lock is advisory and the operating system's: it ends with the process that holds it, however that ends, and leaves
//! nothing behind. On Unix it lies on the folder itself, elsewhere on a file `.lock` in it. A file system that knows no
//! locks is written to without one.

use std::fs::{File, TryLockError};
use std::path::Path;
use std::sync::Arc;

use crate::OutputError;

/// Name of the file that is locked where folders cannot be.
pub(super) const LOCK: &str = ".lock";

/// Held by whoever writes; clones share it.
#[derive(Clone, Debug)]
pub(super) struct Lock {
    _held: Option<Arc<File>>,
}

impl Lock {
    /// Takes the lock of a folder that is there.
    ///
    /// # Errors
    /// [`OutputError::Busy`] where another process, or another part of this one, holds it.
    pub(super) fn take(folder: &Path) -> Result<Self, OutputError> {
        let file = open(folder)?;
        match file.try_lock() {
            Ok(()) => Ok(Self { _held: Some(Arc::new(file)) }),
            Err(TryLockError::WouldBlock) => Err(OutputError::Busy { path: folder.to_path_buf() }),
            Err(TryLockError::Error(_)) => Ok(Self { _held: None }),
        }
    }
}

#[cfg(unix)]
fn open(folder: &Path) -> Result<File, OutputError> {
    File::open(folder).map_err(|e| OutputError::io("open", folder, e))
}

#[cfg(not(unix))]
fn open(folder: &Path) -> Result<File, OutputError> {
    let path = folder.join(LOCK);
    let file = File::options().create(true).truncate(false).write(true).open(&path);
    file.map_err(|e| OutputError::io("open", path, e))
}
