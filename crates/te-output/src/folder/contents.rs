//! What a finished folder holds: its files and their hashes, as the manifest lists them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::{CHARTS, hex};
use crate::{Format, OutputError};
use sha2::{Digest as _, Sha256};

/// SHA-256 of each file by its name in the folder, with `/` between folders.
pub type FileHashes = BTreeMap<String, String>;

/// A file of a finished folder that is not as the manifest says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileFault {
    /// Its name in the folder.
    pub file: String,
    /// Whether it is gone; otherwise its bytes are others.
    pub missing: bool,
}

impl FileFault {
    /// Whether the file is made from the tables alone: the summary, key figures over runs, pictures, the report.
    pub fn is_derived(&self) -> bool {
        is_drawn(&self.file) || self.file == "summary.csv" || self.file == "kpis.csv"
    }
}

impl std::fmt::Display for FileFault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let what = if self.missing { "is missing" } else { "is not the file that the run wrote" };
        write!(f, "{} {what}", self.file)
    }
}

/// Names of the tables beside the trajectories.
const TABLES: [&str; 6] = ["summary", "failures", "figures", "kpis", "statistics", "points"];

/// Whether this is a picture or a page: made from the tables, and made again by `report`, `plot` and `picture`.
pub(super) fn is_drawn(name: &str) -> bool {
    name == "report.html" || name.starts_with("charts/")
}

/// Whether a file of the folder itself is one of its results.
fn is_result(name: &str) -> bool {
    let Some((stem, extension)) = name.split_once('.') else { return false };
    let known = stem == "trajectories" || TABLES.contains(&stem);
    let table =
        |e: &str| e == "csv" || e == "columns.csv" || Format::all().iter().any(|f| f.extension() == e);
    known && table(extension) || name == "report.html"
}

/// The results that lie in a folder, with their hashes.
pub(super) fn hashes(folder: &Path) -> Result<FileHashes, OutputError> {
    let mut found = FileHashes::new();
    for name in names(folder)?.into_iter().filter(|name| is_result(name)) {
        let hash = file_sha256(&folder.join(&name))?;
        found.insert(name, hash);
    }
    found.extend(drawn_hashes(folder)?);
    Ok(found)
}

/// The pictures and pages that lie in a folder, with their hashes.
pub(super) fn drawn_hashes(folder: &Path) -> Result<FileHashes, OutputError> {
    let mut found = FileHashes::new();
    let report = folder.join("report.html");
    if report.is_file() {
        found.insert("report.html".to_owned(), file_sha256(&report)?);
    }
    let charts = folder.join(CHARTS);
    if charts.is_dir() {
        let picture =
            |name: &String| !name.starts_with('.') && [".svg", ".png"].iter().any(|e| name.ends_with(e));
        for name in names(&charts)?.into_iter().filter(picture) {
            let hash = file_sha256(&charts.join(&name))?;
            found.insert(format!("{CHARTS}/{name}"), hash);
        }
    }
    Ok(found)
}

/// The files that are not as they should be.
pub(super) fn faults(folder: &Path, expected: &FileHashes) -> Result<Vec<FileFault>, OutputError> {
    let mut faults = Vec::new();
    for (file, hash) in expected {
        let path = folder.join(file.split('/').collect::<PathBuf>());
        let missing = !path.is_file();
        if missing || file_sha256(&path)? != *hash {
            faults.push(FileFault { file: file.clone(), missing });
        }
    }
    Ok(faults)
}

fn names(folder: &Path) -> Result<Vec<String>, OutputError> {
    let mut names = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(|e| OutputError::io("list", folder, e))? {
        let entry = entry.map_err(|e| OutputError::io("list", folder, e))?;
        if entry.path().is_file() {
            names.push(entry.file_name().to_string_lossy().into_owned());
        }
    }
    Ok(names)
}

/// SHA-256 of a file in hexadecimal.
pub(super) fn file_sha256(path: &Path) -> Result<String, OutputError> {
    use std::io::Read as _;
    let mut file = std::fs::File::open(path).map_err(|e| OutputError::io("read", path, e))?;
    let mut hash = Sha256::new();
    let mut buffer = vec![0; 1 << 16];
    loop {
        let read = file.read(&mut buffer).map_err(|e| OutputError::io("read", path, e))?;
        let Some(bytes) = buffer.get(..read).filter(|b| !b.is_empty()) else { break };
        hash.update(bytes);
    }
    Ok(hex(&hash.finalize()))
}
