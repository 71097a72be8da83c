//! Files that hold the old text or the new one, never a part.

use std::path::Path;

use crate::error::NetworkError;

/// Writes a file so that it holds the old text or the new one, never a part.
///
/// # Errors
/// [`NetworkError::Io`].
pub fn write(file: &Path, text: &str) -> Result<(), NetworkError> {
    let wrong = |error| NetworkError::Io { path: file.to_path_buf(), error };
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
    let part = tempfile::Builder::new()
        .prefix(".netlist-")
        .tempfile_in(folder.unwrap_or(Path::new(".")))
        .map_err(wrong)?;
    std::fs::write(part.path(), text).map_err(wrong)?;
    if let Ok(metadata) = std::fs::metadata(file) {
        std::fs::set_permissions(part.path(), metadata.permissions()).map_err(wrong)?;
    }
    part.persist(file).map_err(|failed| wrong(failed.error))?;
    Ok(())
}
