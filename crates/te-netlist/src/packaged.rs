//! The hash of a crate that left git: unpacked from a `.crate` file or a vendor folder.
//!
//! `cargo package` writes a normalised `Cargo.toml` and keeps the author's as `Cargo.toml.orig`;
//! it adds `.cargo_vcs_info.json` and perhaps `Cargo.lock`, and unpacking adds `.cargo-ok`. The
//! listing puts the original manifest back and leaves the additions out, so that a crate whose
//! manifest neither includes nor excludes files has the hash of its folder in git.
//!
//! Limits: git can say what it tracks and a folder cannot. Everything in the folder counts but
//! `target/` and what is named above; a file that was tracked and not packaged is missing.

use std::path::Path;

use crate::digest::{Digest, FileSum, Listing};
use crate::error::GitError;
use crate::netlist::FILE_NAME;

/// Whether a `Cargo.lock` in the folder is the author's or was added by `cargo package`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LockFile {
    /// It is part of the crate.
    Kept,
    /// It was added.
    Added,
}

/// The listing of an unpacked crate.
///
/// # Errors
/// [`GitError::NotAFile`] for a symbolic link, [`GitError::NotUtf8`], [`GitError::Path`],
/// [`GitError::Read`].
pub fn listing(folder: &Path, lock: LockFile) -> Result<Listing, GitError> {
    let mut sums = Vec::new();
    let original = folder.join("Cargo.toml.orig").is_file();
    walk(folder, "", &mut |path, file| {
        let name = match path {
            FILE_NAME | ".cargo_vcs_info.json" | ".cargo-ok" | ".cargo-checksum.json" => return Ok(()),
            "Cargo.lock" if lock == LockFile::Added => return Ok(()),
            "Cargo.toml" if original => return Ok(()),
            "Cargo.toml.orig" => "Cargo.toml",
            other => other,
        };
        let bytes =
            std::fs::read(file).map_err(|error| GitError::Read { path: file.to_path_buf(), error })?;
        sums.push(FileSum::of(name, &bytes));
        Ok(())
    })?;
    Ok(Listing::new(sums)?)
}

/// Whether an unpacked crate has the content that a hash names; if not, its hash.
///
/// # Errors
/// As [`listing`].
pub fn check(folder: &Path, declared: Digest) -> Result<Result<(), Digest>, GitError> {
    let without = listing(folder, LockFile::Added)?.digest();
    if without == declared || listing(folder, LockFile::Kept)?.digest() == declared {
        return Ok(Ok(()));
    }
    Ok(Err(without))
}

/// Visits the regular files of a folder, in no order, with their path inside it. `target` at the
/// top is passed over.
///
/// # Errors
/// As [`listing`], and what `each` returns.
pub(crate) fn walk(
    folder: &Path,
    prefix: &str,
    each: &mut impl FnMut(&str, &Path) -> Result<(), GitError>,
) -> Result<(), GitError> {
    let read = |error| GitError::Read { path: folder.to_path_buf(), error };
    for entry in std::fs::read_dir(folder).map_err(read)? {
        let entry = entry.map_err(read)?;
        let name = entry.file_name();
        let Some(name) = name.to_str() else {
            return Err(GitError::NotUtf8 { path: name.to_string_lossy().into_owned() });
        };
        let path = format!("{prefix}{name}");
        let kind = entry.file_type().map_err(read)?;
        if kind.is_symlink() {
            return Err(GitError::NotAFile { path, what: "symbolic link" });
        }
        if kind.is_dir() {
            if path != "target" {
                walk(&entry.path(), &format!("{path}/"), each)?;
            }
        } else if kind.is_file() {
            each(&path, &entry.path())?;
        } else {
            return Err(GitError::NotAFile { path, what: "special file" });
        }
    }
    Ok(())
}
