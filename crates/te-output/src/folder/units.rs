//! Parts of a sweep: a unit's tables, then a sidecar that says it is complete.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use te_core::Frame;

use super::{ResultsFolder, UNITS, file_sha256};
use crate::{Compression, Format, OutputError, Storage, TrajectoryWriter, write_whole};

/// What `unit-000123.toml` says of the unit's files beside it. It is written last: where it is, the unit is
/// complete; where its hashes do not match, the unit does not count and is computed again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sidecar {
    /// Version of this form, 1.
    pub format: u32,
    /// The plan to which the unit belongs.
    pub plan: String,
    /// The unit's number, from 0.
    pub unit: u64,
    /// Runs in it, failed ones included.
    pub runs: u64,
    /// Rows of its trajectories.
    pub rows: u64,
    /// Version of the crate that wrote it.
    pub written_by: String,
    /// SHA-256 of each of its files, by file name.
    pub files: BTreeMap<String, String>,
}

impl ResultsFolder {
    /// The folder of units.
    pub(super) fn units_folder(&self) -> PathBuf {
        self.path().join(UNITS)
    }

    /// Writes a unit: its trajectories, further small tables by name (`failures`, `figures`) where they have
    /// rows, then its sidecar. A unit that is there already is replaced by the same bytes.
    ///
    /// # Errors
    /// What the disk refuses; the unit then does not count.
    pub fn write_unit(
        &self,
        unit: u64,
        runs: u64,
        trajectories: &Frame,
        tables: &[(&str, &Frame)],
    ) -> Result<Sidecar, OutputError> {
        let folder = self.units_folder();
        std::fs::create_dir_all(&folder).map_err(|e| OutputError::io("create", &folder, e))?;
        let metadata = self.metadata()?;
        let mut files = BTreeMap::new();
        let more =
            tables.iter().filter(|(_, table)| table.rows() > 0).map(|(name, table)| (Some(*name), *table));
        for (name, table) in std::iter::once((None, trajectories)).chain(more) {
            let file = file_name(unit, name);
            let path = folder.join(&file);
            // Parts are read once and removed: packing them costs more than it saves.
            let storage = Storage { format: Format::Parquet, compression: Compression::None };
            let mut writer = TrajectoryWriter::create(&path, storage, table, &metadata)?;
            writer.write(table)?;
            writer.finish()?;
            files.insert(file, file_sha256(&path)?);
        }
        let sidecar = Sidecar {
            format: 1,
            plan: self.plan().id.clone(),
            unit,
            runs,
            rows: trajectories.rows() as u64,
            written_by: concat!("te-output ", env!("CARGO_PKG_VERSION")).to_owned(),
            files,
        };
        let text = toml::to_string(&sidecar)
            .map_err(|e| OutputError::Encoding { what: "a sidecar", cause: e.to_string() })?;
        write_whole(sidecar_path(&folder, unit), text.as_bytes())?;
        Ok(sidecar)
    }

    /// The numbers of the units that are complete: their sidecars are of this plan and their files have the
    /// hashes that the sidecars name.
    ///
    /// # Errors
    /// What the disk refuses.
    pub fn finished_units(&self) -> Result<Vec<u64>, OutputError> {
        let mut finished = Vec::new();
        for sidecar in sidecars(self.path())? {
            let of_plan = sidecar.plan == self.plan().id && sidecar.unit < self.plan().units;
            if of_plan && verify(self.path(), &sidecar).is_ok() {
                finished.push(sidecar.unit);
            }
        }
        finished.sort_unstable();
        Ok(finished)
    }
}

/// `unit-000123.parquet`, or `unit-000123.failures.parquet` for a further table.
pub(super) fn file_name(unit: u64, table: Option<&str>) -> String {
    match table {
        None => format!("unit-{unit:06}.parquet"),
        Some(name) => format!("unit-{unit:06}.{name}.parquet"),
    }
}

fn sidecar_path(units: &Path, unit: u64) -> PathBuf {
    units.join(format!("unit-{unit:06}.toml"))
}

/// The sidecars in a results folder that can be read, in the order of their units.
pub(super) fn sidecars(folder: &Path) -> Result<Vec<Sidecar>, OutputError> {
    let units = folder.join(UNITS);
    if !units.is_dir() {
        return Ok(Vec::new());
    }
    let mut found = Vec::new();
    let entries = std::fs::read_dir(&units).map_err(|e| OutputError::io("list", &units, e))?;
    for entry in entries {
        let path = entry.map_err(|e| OutputError::io("list", &units, e))?.path();
        let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        if name.starts_with("unit-") && path.extension().is_some_and(|e| e == "toml") {
            let text = std::fs::read_to_string(&path).map_err(|e| OutputError::io("read", &path, e))?;
            if let Ok(sidecar) = toml::from_str::<Sidecar>(&text) {
                found.push(sidecar);
            }
        }
    }
    found.sort_by_key(|s| s.unit);
    Ok(found)
}

/// Compares a unit's files with its sidecar.
pub(super) fn verify(folder: &Path, sidecar: &Sidecar) -> Result<(), OutputError> {
    for (file, expected) in &sidecar.files {
        let path = folder.join(UNITS).join(file);
        let found = file_sha256(&path)?;
        if found != *expected {
            return Err(OutputError::Damaged { path, what: "SHA-256", found, expected: expected.clone() });
        }
    }
    Ok(())
}
