//! Files that appear whole or not at all.
//!
//! A [`WholeFile`] is written under a temporary name in the folder of its final name, flushed to the disk
//! and renamed. Dropped before that, it is removed. A process that is killed leaves at most a hidden file
//! `.NAME.XXXXXX.tmp`, which [`remove_leftovers`] clears away.

use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use tempfile::{Builder, NamedTempFile};

use crate::OutputError;

/// End of every temporary name.
const TEMPORARY: &str = ".tmp";

/// A file under a temporary name.
#[derive(Debug)]
pub struct WholeFile {
    path: PathBuf,
    temporary: NamedTempFile,
}

impl WholeFile {
    /// Opens a temporary file beside `path`.
    ///
    /// # Errors
    /// [`OutputError`] where the folder is missing or not writable.
    pub fn create(path: impl Into<PathBuf>) -> Result<Self, OutputError> {
        let path = path.into();
        let mut builder = Builder::new();
        let prefix = format!(".{}.", file_name(&path));
        builder.prefix(&prefix).suffix(TEMPORARY);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            // The process's mask applies, as to any new file; a temporary file's own default is 0600.
            builder.permissions(std::fs::Permissions::from_mode(0o666));
        }
        let temporary =
            builder.tempfile_in(folder(&path)).map_err(|e| OutputError::io("write in", folder(&path), e))?;
        Ok(Self { path, temporary })
    }

    /// The final name.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The temporary name.
    pub(crate) fn temporary_path(&self) -> &Path {
        self.temporary.path()
    }

    /// A second handle to the same open file.
    pub(crate) fn handle(&self) -> Result<File, OutputError> {
        self.temporary.as_file().try_clone().map_err(|e| OutputError::io("write", &self.path, e))
    }

    /// Writes all of `bytes`.
    ///
    /// # Errors
    /// [`OutputError`], such as a full disk.
    pub fn write_all(&mut self, bytes: &[u8]) -> Result<(), OutputError> {
        self.temporary.write_all(bytes).map_err(|e| OutputError::io("write", &self.path, e))
    }

    /// Brings the bytes to the disk and gives the file its final name, replacing one that is there.
    ///
    /// # Errors
    /// [`OutputError`]; the temporary file is then removed and the final name is as it was.
    pub fn commit(self) -> Result<u64, OutputError> {
        let Self { path, temporary } = self;
        let file = temporary.as_file();
        file.sync_all().map_err(|e| OutputError::io("write", &path, e))?;
        let bytes = file.metadata().map_err(|e| OutputError::io("write", &path, e))?.len();
        temporary.persist(&path).map_err(|e| OutputError::io("write", &path, e.error))?;
        sync_folder(folder(&path));
        Ok(bytes)
    }
}

/// Writes `bytes` to `path`, whole or not at all.
///
/// # Errors
/// [`OutputError`]; what was at `path` before is then untouched.
pub fn write_whole(path: impl Into<PathBuf>, bytes: &[u8]) -> Result<(), OutputError> {
    let mut file = WholeFile::create(path)?;
    file.write_all(bytes)?;
    file.commit().map(|_| ())
}

/// Removes temporary files that a killed process left in `folder`; gives their number.
///
/// # Errors
/// [`OutputError`] where the folder cannot be listed or a file cannot be removed.
pub fn remove_leftovers(folder: &Path) -> Result<usize, OutputError> {
    let mut removed = 0;
    let entries = std::fs::read_dir(folder).map_err(|e| OutputError::io("list", folder, e))?;
    for entry in entries {
        let entry = entry.map_err(|e| OutputError::io("list", folder, e))?;
        if is_leftover(&entry.file_name().to_string_lossy()) {
            match std::fs::remove_file(entry.path()) {
                Ok(()) => removed += 1,
                // Another process cleared or finished it.
                Err(e) if e.kind() == std::io::ErrorKind::NotFound => {}
                Err(e) => return Err(OutputError::io("remove", entry.path(), e)),
            }
        }
    }
    Ok(removed)
}

/// Whether a file name is that of a temporary file of this module.
pub(crate) fn is_leftover(name: &str) -> bool {
    name.starts_with('.') && name.ends_with(TEMPORARY)
}

fn folder(path: &Path) -> &Path {
    path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

fn file_name(path: &Path) -> String {
    path.file_name().map_or_else(|| "output".to_owned(), |n| n.to_string_lossy().into_owned())
}

/// Makes the rename itself durable where the system allows a folder to be synced.
fn sync_folder(folder: &Path) {
    if let Ok(handle) = File::open(folder) {
        let _ = handle.sync_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dropped_file_leaves_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let mut file = WholeFile::create(dir.path().join("a.csv")).unwrap();
        file.write_all(b"half").unwrap();
        assert!(is_leftover(&file.temporary_path().file_name().unwrap().to_string_lossy()));
        drop(file);
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 0);
    }

    #[test]
    fn leftovers_are_cleared_and_results_kept() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join(".a.csv.x1.tmp"), "half").unwrap();
        write_whole(dir.path().join("b.csv"), b"whole").unwrap();
        assert_eq!(remove_leftovers(dir.path()).unwrap(), 1);
        assert_eq!(std::fs::read(dir.path().join("b.csv")).unwrap(), b"whole");
    }

    #[test]
    fn a_missing_folder_is_named() {
        let dir = tempfile::tempdir().unwrap();
        let error = WholeFile::create(dir.path().join("no/a.csv")).unwrap_err();
        assert!(matches!(error, OutputError::NotFound { .. }), "{error}");
    }
}
