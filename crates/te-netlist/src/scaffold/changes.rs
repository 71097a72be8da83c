//! Files to write, all or none.

use std::path::{Path, PathBuf};

use crate::error::NetworkError;
use crate::whole_file::write;

/// What a scaffold wrote.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// Files that were made.
    pub made: Vec<PathBuf>,
    /// Files that got lines.
    pub changed: Vec<PathBuf>,
}

/// Whole texts of files, kept until all of them are known.
#[derive(Debug, Default)]
pub(super) struct Changes {
    made: Vec<(PathBuf, String)>,
    changed: Vec<(PathBuf, String, String)>,
}

impl Changes {
    /// A file that must not exist.
    pub(super) fn make(&mut self, file: PathBuf, text: String) -> Result<(), NetworkError> {
        if std::fs::symlink_metadata(&file).is_ok() {
            return Err(NetworkError::Edit(format!("{} exists already", file.display())));
        }
        self.made.push((file, text));
        Ok(())
    }

    /// A file that exists, and how its text changes. The file keeps its line ends.
    pub(super) fn change(
        &mut self,
        file: PathBuf,
        edit: impl FnOnce(&str) -> Result<String, NetworkError>,
    ) -> Result<(), NetworkError> {
        let old = read(&file)?;
        let windows = old.contains("\r\n");
        let new = edit(&old.replace("\r\n", "\n")).map_err(|error| match error {
            NetworkError::Edit(text) => NetworkError::Edit(format!("{}: {text}", file.display())),
            other => other,
        })?;
        let new = if windows { new.replace('\n', "\r\n") } else { new };
        self.changed.push((file, old, new));
        Ok(())
    }

    /// Writes everything. Where a file cannot be written, those before it are as they were.
    pub(super) fn write(self) -> Result<Written, NetworkError> {
        let mut written = Written::default();
        let outcome = self.write_into(&mut written);
        if let Err(error) = outcome {
            for (file, old, _) in &self.changed {
                if written.changed.contains(file) {
                    write(file, old)?;
                }
            }
            written.made.iter().try_for_each(|file| {
                std::fs::remove_file(file).map_err(|error| NetworkError::Io { path: file.clone(), error })
            })?;
            return Err(error);
        }
        Ok(written)
    }

    fn write_into(&self, written: &mut Written) -> Result<(), NetworkError> {
        for (file, text) in &self.made {
            if let Some(folder) = file.parent() {
                std::fs::create_dir_all(folder)
                    .map_err(|error| NetworkError::Io { path: folder.to_path_buf(), error })?;
            }
            written.made.push(file.clone());
            std::fs::write(file, text).map_err(|error| NetworkError::Io { path: file.clone(), error })?;
        }
        for (file, _, text) in &self.changed {
            write(file, text)?;
            written.changed.push(file.clone());
        }
        Ok(())
    }
}

/// The text of a file.
pub(super) fn read(file: &Path) -> Result<String, NetworkError> {
    std::fs::read_to_string(file).map_err(|error| NetworkError::Io { path: file.to_path_buf(), error })
}
