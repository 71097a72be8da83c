//! Units of one plan, wherever they were computed, into one result.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};
use te_core::Frame;

use super::manifest_file::plan_differences;
use super::units::{Sidecar, file_name, sidecars, verify};
use super::{Outcome, PlanInfo, ResultsFolder, UNITS, hex, read_plan};
use crate::csv::CsvWriter;
use crate::{FrameReader, OutputError, Storage, Summary, SummaryBuilder};

/// What a merge brought together.
#[derive(Clone, Debug, PartialEq)]
pub struct Merged {
    /// Rows, runs and failures.
    pub outcome: Outcome,
    /// Units that are not there, where the caller allowed it.
    pub missing: Vec<u64>,
    /// The summary over all units.
    pub summary: Summary,
}

/// The units of one plan, wherever they lie.
#[derive(Clone, Debug)]
pub struct Parts {
    plan: PlanInfo,
    sources: Vec<PathBuf>,
    units: BTreeMap<u64, (PathBuf, Sidecar)>,
}

impl Parts {
    /// The units in `sources`, each intact by its hash; a unit that several sources hold must be the same in all.
    ///
    /// # Errors
    /// [`OutputError::OtherPlan`] where the sources are not of one plan, [`OutputError::Damaged`], and what the disk refuses.
    pub fn of(sources: &[PathBuf]) -> Result<Self, OutputError> {
        let Some(first) = sources.first() else {
            return Err(OutputError::NotFound { action: "merge", path: PathBuf::new() });
        };
        let plan = read_plan(first)?;
        let units = gather(sources, &plan)?;
        Ok(Self { plan, sources: sources.to_vec(), units })
    }

    /// The units of an open folder that this process has just written, or has found intact.
    ///
    /// # Errors
    /// What the disk refuses.
    pub fn written_in(folder: &ResultsFolder) -> Result<Self, OutputError> {
        let plan = folder.plan().clone();
        let of_plan = |s: &Sidecar| s.plan == plan.id && s.unit < plan.units;
        let units = sidecars(folder.path())?.into_iter().filter(of_plan);
        let units = units.map(|s| (s.unit, (folder.path().to_path_buf(), s))).collect();
        Ok(Self { plan, sources: vec![folder.path().to_path_buf()], units })
    }

    /// Whose units they are.
    pub fn plan(&self) -> &PlanInfo {
        &self.plan
    }

    /// The units of the plan that are not there.
    pub fn missing(&self) -> Vec<u64> {
        (0..self.plan.units).filter(|unit| !self.units.contains_key(unit)).collect()
    }

    /// Refuses where a unit is not there.
    ///
    /// # Errors
    /// [`OutputError::Incomplete`] with the number of units that are missing and the first of them.
    pub fn complete(&self, target: &Path) -> Result<(), OutputError> {
        let missing = self.missing();
        match missing.first() {
            None => Ok(()),
            Some(&first) => Err(OutputError::Incomplete {
                path: target.to_path_buf(),
                units: self.plan.units,
                missing: missing.len() as u64,
                first,
            }),
        }
    }
}

impl Parts {
    /// Opens the folder for the joined result, which may be one of the sources.
    ///
    /// # Errors
    /// As [`ResultsFolder::open`].
    pub fn target(&self, path: &Path) -> Result<ResultsFolder, OutputError> {
        let into_source = self.sources.iter().any(|source| same_folder(source, path));
        ResultsFolder::open(path, &self.plan, into_source)
    }
}

impl ResultsFolder {
    /// Joins units into the folder: `trajectories`, `summary.csv` where it is wanted, and a CSV file for each further table of the units. Rows
    /// and runs are counted in the tables. The folder is not finished by it.
    ///
    /// # Errors
    /// What the disk refuses.
    pub fn join(
        &self,
        parts: &Parts,
        storage: impl Into<Storage>,
        with_summary: bool,
    ) -> Result<Merged, OutputError> {
        let storage = storage.into();
        let parameters = &self.plan().parameters;
        let mut outcome = Outcome::default();
        let mut hash = Sha256::new();
        let mut writer = None;
        let mut summary: Option<SummaryBuilder> = None;
        let mut tables: BTreeMap<String, CsvWriter> = BTreeMap::new();
        for (unit, (source, sidecar)) in &parts.units {
            let failed = self.join_tables(source, sidecar, &mut tables)?;
            outcome.failures += failed.len() as u64;
            for (file, sha) in &sidecar.files {
                hash.update(format!("{sha}  {file}\n"));
            }
            let reader = FrameReader::open(source.join(UNITS).join(file_name(*unit, None)))?;
            let schema = reader.schema()?;
            let into = match &mut writer {
                Some(writer) => writer,
                None => writer.insert(self.writer(storage, &schema)?),
            };
            let builder = summary.get_or_insert_with(|| SummaryBuilder::new(&schema, parameters));
            for (simulation, subset, run) in &failed {
                builder.fail(*simulation, *subset, *run);
            }
            let mut seen = failed;
            let mut rows = 0;
            for frame in reader {
                let frame = frame?;
                rows += frame.rows() as u64;
                count_runs(&frame, &mut seen)?;
                if with_summary {
                    builder.push(&frame)?;
                }
                into.write(&frame)?;
            }
            outcome.rows += rows;
            // Without rows only the sidecar knows how many runs there were.
            outcome.runs += if rows > 0 { seen.len() as u64 } else { sidecar.runs };
        }
        if let Some(writer) = writer {
            writer.finish()?;
        }
        let summary = summary.map(SummaryBuilder::finish).unwrap_or_default();
        if with_summary {
            self.write_summary(&summary)?;
        }
        for writer in tables.into_values() {
            writer.finish()?;
        }
        outcome.units_sha256 = Some(hex(&hash.finalize()));
        Ok(Merged { outcome, missing: parts.missing(), summary })
    }

    /// Appends a unit's further tables, block by block, and gives the failed runs among them.
    fn join_tables(
        &self,
        source: &Path,
        sidecar: &Sidecar,
        tables: &mut BTreeMap<String, CsvWriter>,
    ) -> Result<BTreeSet<(u64, u64, u64)>, OutputError> {
        let mut failed = BTreeSet::new();
        for file in sidecar.files.keys() {
            let Some(name) = file.split('.').nth(1).filter(|name| *name != "parquet") else { continue };
            for frame in FrameReader::open(source.join(UNITS).join(file))? {
                let frame = frame?;
                if name == "failures" {
                    let [simulation, subset, run, ..] = crate::summary::index_columns(&frame)?;
                    failed.extend(simulation.iter().zip(subset).zip(run).map(|((a, b), c)| (*a, *b, *c)));
                }
                if !tables.contains_key(name) {
                    tables.insert(name.to_owned(), self.table_writer(name, &frame)?);
                }
                if let Some(table) = tables.get_mut(name) {
                    table.write(&frame)?;
                }
            }
        }
        Ok(failed)
    }
}

/// Adds the runs of a frame.
fn count_runs(frame: &Frame, seen: &mut BTreeSet<(u64, u64, u64)>) -> Result<(), OutputError> {
    let [simulation, subset, run, ..] = crate::summary::index_columns(frame)?;
    let mut before = None;
    for ((simulation, subset), run) in simulation.iter().zip(subset).zip(run) {
        let id = (*simulation, *subset, *run);
        if before != Some(id) {
            seen.insert(id);
            before = Some(id);
        }
    }
    Ok(())
}

/// Merges the units in `sources` into `target`, which may be one of them: `trajectories`, `summary.csv`, and a CSV file for
/// each further table of the units; with no unit missing the folder is then finished.
///
/// Every unit must be of one plan, intact by its hash, and, unless `allow_missing`, there; a unit that
/// several sources hold must be the same in all.
///
/// # Errors
/// [`OutputError::OtherPlan`], [`OutputError::Damaged`], [`OutputError::Incomplete`], and what the disk
/// refuses. No table is then left in `target`.
pub fn merge(
    sources: &[PathBuf],
    target: &Path,
    storage: impl Into<Storage>,
    allow_missing: bool,
) -> Result<Merged, OutputError> {
    let parts = Parts::of(sources)?;
    if !allow_missing {
        parts.complete(target)?;
    }
    let folder = parts.target(target)?;
    let merged = folder.join(&parts, storage, true)?;
    if merged.missing.is_empty() {
        folder.finish(&merged.outcome)?;
    }
    Ok(merged)
}

/// Each unit once, with the folder in which it is.
fn gather(sources: &[PathBuf], plan: &PlanInfo) -> Result<BTreeMap<u64, (PathBuf, Sidecar)>, OutputError> {
    let mut units: BTreeMap<u64, (PathBuf, Sidecar)> = BTreeMap::new();
    for source in sources {
        let found = read_plan(source)?;
        if found.id != plan.id {
            let difference = plan_differences(&found, plan);
            return Err(OutputError::OtherPlan { path: source.clone(), difference });
        }
        for sidecar in sidecars(source)? {
            let path = || source.join(UNITS).join(file_name(sidecar.unit, None));
            if sidecar.plan != plan.id {
                let difference = format!("the unit's plan is {} and this one is {}", sidecar.plan, plan.id);
                return Err(OutputError::OtherPlan { path: path(), difference });
            }
            verify(source, &sidecar)?;
            match units.get(&sidecar.unit) {
                Some((_, known)) if known.files != sidecar.files => {
                    let listed = |s: &Sidecar| s.files.values().cloned().collect::<Vec<_>>().join(" ");
                    return Err(OutputError::Damaged {
                        path: path(),
                        what: "the unit in two sources",
                        found: listed(&sidecar),
                        expected: listed(known),
                    });
                }
                Some(_) => {}
                None => {
                    units.insert(sidecar.unit, (source.clone(), sidecar));
                }
            }
        }
    }
    Ok(units)
}

/// Whether two paths are of one folder.
fn same_folder(a: &Path, b: &Path) -> bool {
    match (a.canonicalize(), b.canonicalize()) {
        (Ok(a), Ok(b)) => a == b,
        _ => false,
    }
}
