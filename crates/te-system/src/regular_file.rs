//! Reading whole files of bounded size: only regular ones, so that no device and no pipe is waited for.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

/// Refuses what is not a regular file or larger than `most` bytes, in words.
pub(crate) fn check(path: &Path, most: u64) -> Result<(), String> {
    let found = std::fs::metadata(path).map_err(|error| format!("cannot be read: {error}"))?;
    if !found.is_file() {
        let what = if found.is_dir() { "a folder" } else { "a device or a pipe" };
        return Err(format!("is {what}: only regular files are read"));
    }
    if found.len() > most {
        return Err(too_large(found.len(), most));
    }
    Ok(())
}

/// The bytes of a regular file of at most `most` bytes; otherwise what is wrong with it, in words.
pub(crate) fn bytes(path: &Path, most: u64) -> Result<Vec<u8>, String> {
    check(path, most)?;
    let cannot = |error: std::io::Error| format!("cannot be read: {error}");
    let mut bytes = Vec::new();
    // A file may grow, or say nothing of its size, as those of the kernel do.
    File::open(path).and_then(|file| file.take(most + 1).read_to_end(&mut bytes)).map_err(cannot)?;
    let size = bytes.len() as u64;
    if size > most { Err(too_large(size, most)) } else { Ok(bytes) }
}

fn too_large(size: u64, most: u64) -> String {
    format!("has {size} bytes: at most {most} are read")
}
