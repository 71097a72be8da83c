//! Units of one plan, wherever they were computed, into one result.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};
use te_core::{Column, Frame};

use super::units::{Sidecar, file_name, sidecars, verify};
use super::{Outcome, ResultsFolder, UNITS, hex, read_plan};
use crate::columns::append;
use crate::{Format, FrameReader, OutputError, Summary, SummaryBuilder, read_frame};

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

/// Merges the units in `sources` into `target`, which may be one of them: `trajectories` in `format`,
/// `summary.csv`, and a CSV file for each further table of the units.
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
    format: Format,
    allow_missing: bool,
) -> Result<Merged, OutputError> {
    let Some(first) = sources.first() else {
        return Err(OutputError::NotFound { action: "merge", path: target.to_path_buf() });
    };
    let plan = read_plan(first)?;
    let units = gather(sources, &plan.id)?;
    let missing: Vec<u64> = (0..plan.units).filter(|u| !units.contains_key(u)).collect();
    if let (Some(&first), false) = (missing.first(), allow_missing) {
        return Err(OutputError::Incomplete {
            path: target.to_path_buf(),
            units: plan.units,
            missing: missing.len() as u64,
            first,
        });
    }
    let into_source = sources.iter().any(|s| same_folder(s, target));
    let folder = ResultsFolder::open(target, &plan, into_source)?;
    let parameters = plan.parameters.clone();
    let mut outcome = Outcome::default();
    let mut hash = Sha256::new();
    let mut writer = None;
    let mut summary: Option<SummaryBuilder> = None;
    let mut tables: BTreeMap<String, Vec<Column>> = BTreeMap::new();
    for (unit, (source, sidecar)) in &units {
        let failed = read_tables(source, sidecar, &mut tables)?;
        outcome.failures += failed.len() as u64;
        outcome.runs += sidecar.runs;
        outcome.rows += sidecar.rows;
        for (file, sha) in &sidecar.files {
            hash.update(format!("{sha}  {file}\n"));
        }
        let reader = FrameReader::open(source.join(UNITS).join(file_name(*unit, None)))?;
        let schema = reader.schema()?;
        let into = match &mut writer {
            Some(writer) => writer,
            None => writer.insert(folder.writer(format, &schema)?),
        };
        let builder = summary.get_or_insert_with(|| SummaryBuilder::new(&schema, &parameters));
        for (simulation, subset, run) in failed {
            builder.fail(simulation, subset, run);
        }
        for frame in reader {
            let frame = frame?;
            builder.push(&frame)?;
            into.write(&frame)?;
        }
    }
    if let Some(writer) = writer {
        writer.finish()?;
    }
    let summary = summary.map(SummaryBuilder::finish).unwrap_or_default();
    folder.write_summary(&summary)?;
    for (name, columns) in tables {
        folder.write_table(&name, &table(target, columns)?)?;
    }
    outcome.units_sha256 = Some(hex(&hash.finalize()));
    if missing.is_empty() {
        folder.finish(&outcome)?;
    }
    Ok(Merged { outcome, missing, summary })
}

/// Each unit once, with the folder in which it is.
fn gather(sources: &[PathBuf], plan: &str) -> Result<BTreeMap<u64, (PathBuf, Sidecar)>, OutputError> {
    let mut units: BTreeMap<u64, (PathBuf, Sidecar)> = BTreeMap::new();
    for source in sources {
        let found = read_plan(source)?.id;
        if found != plan {
            let (path, expected) = (source.clone(), plan.to_owned());
            return Err(OutputError::OtherPlan { path, found, expected });
        }
        for sidecar in sidecars(source)? {
            let path = || source.join(UNITS).join(file_name(sidecar.unit, None));
            if sidecar.plan != plan {
                let (found, expected) = (sidecar.plan.clone(), plan.to_owned());
                return Err(OutputError::OtherPlan { path: path(), found, expected });
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

/// Appends a unit's further tables and gives the failed runs among them.
fn read_tables(
    source: &Path,
    sidecar: &Sidecar,
    tables: &mut BTreeMap<String, Vec<Column>>,
) -> Result<BTreeSet<(u64, u64, u64)>, OutputError> {
    let mut failed = BTreeSet::new();
    for file in sidecar.files.keys() {
        let Some(name) = file.split('.').nth(1).filter(|name| *name != "parquet") else { continue };
        let path = source.join(UNITS).join(file);
        let frame = read_frame(&path)?;
        if name == "failures" {
            let [simulation, subset, run, ..] = crate::summary::index_columns(&frame)?;
            failed.extend(simulation.iter().zip(subset).zip(run).map(|((a, b), c)| (*a, *b, *c)));
        }
        append(tables.entry(name.to_owned()).or_default(), frame).ok_or_else(|| OutputError::Malformed {
            path,
            format: "a unit's table",
            cause: "its columns differ from those of other units".to_owned(),
        })?;
    }
    Ok(failed)
}

fn table(target: &Path, columns: Vec<Column>) -> Result<Frame, OutputError> {
    Frame::new(columns).map_err(|e| OutputError::Malformed {
        path: target.to_path_buf(),
        format: "a merged table",
        cause: e.to_string(),
    })
}

fn same_folder(a: &Path, b: &Path) -> bool {
    match (a.canonicalize(), b.canonicalize()) {
        (Ok(a), Ok(b)) => a == b,
        _ => false,
    }
}
