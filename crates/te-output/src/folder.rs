//! The results folder of one run or sweep.
//!
//! | file | what |
//! |---|---|
//! | `manifest.toml` | what was run, as the caller says it, then `[plan]` and, once complete, `[result]` |
//! | `trajectories.parquet` | index columns, swept parameters, metrics (or `.arrow`, `.csv`) |
//! | `summary.csv` | statistics over runs |
//! | `failures.csv` | failed runs, where any |
//! | `figures.csv`, `kpis.csv` | key figures of each run, and over the runs of each subset, where any were asked for |
//! | `charts/NAME.svg`, `.png` | charts, and pictures that the caller draws |
//! | `report.html` | the report |
//! | `units/unit-000123.parquet`, `.toml` | a part of a sweep and its sidecar (see [`units`](crate::Sidecar)) |
//!
//! The manifest is written first, so that a folder tells whose it is from the first moment; every other file
//! appears whole or not at all. A folder that holds anything is refused, unless it is of the same plan and
//! the caller resumes.

mod merge;
mod units;

use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};
use te_core::Frame;

pub use merge::{Merged, merge};
pub use units::Sidecar;

use crate::csv::CsvWriter;
use crate::whole_file::is_leftover;
use crate::{
    ChartSpec, ColumnTable, Drawing, Format, MANIFEST_KEY, OutputError, PARAMETERS_KEY, PLAN_KEY, Summary,
    Theme, TrajectoryWriter, Written, remove_leftovers, write_whole,
};

const MANIFEST: &str = "manifest.toml";
const UNITS: &str = "units";
const CHARTS: &str = "charts";

/// Whose results a folder holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PlanInfo {
    /// Identity of the plan: [`plan_id`] of its canonical text.
    pub id: String,
    /// What was run, as TOML text without the tables `plan` and `result`.
    pub manifest: String,
    /// Names of the swept parameters among the columns.
    pub parameters: Vec<String>,
    /// Number of units.
    pub units: u64,
    /// Runs in a unit.
    pub unit_runs: u64,
}

/// The identity of a plan: SHA-256 of its canonical text in hexadecimal.
pub fn plan_id(canonical: &str) -> String {
    hex(&Sha256::digest(canonical.as_bytes()))
}

/// An open results folder.
#[derive(Clone, Debug)]
pub struct ResultsFolder {
    path: PathBuf,
    plan: PlanInfo,
}

/// What a finished folder says of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// Rows of the trajectories.
    pub rows: u64,
    /// Finished runs, failed ones included.
    pub runs: u64,
    /// Failed runs.
    pub failures: u64,
    /// SHA-256 over the units' numbers and hashes, where the result was merged from units.
    pub units_sha256: Option<String>,
}

impl ResultsFolder {
    /// Makes the folder, or with `resume` opens one of the same plan and clears what a killed process left.
    ///
    /// # Errors
    /// [`OutputError::NotEmpty`] for a folder that holds anything and is not resumed;
    /// [`OutputError::OtherPlan`] where it is of another plan; and what the disk refuses.
    pub fn open(path: impl AsRef<Path>, plan: &PlanInfo, resume: bool) -> Result<Self, OutputError> {
        let path = path.as_ref();
        std::fs::create_dir_all(path).map_err(|e| OutputError::io("create", path, e))?;
        let folder = Self { path: path.to_path_buf(), plan: plan.clone() };
        match found_plan(path)? {
            Some(found) if found == plan.id => {
                if !resume {
                    return Err(OutputError::NotEmpty { path: path.to_path_buf(), same_plan: true });
                }
                remove_leftovers(path)?;
                let units = folder.units_folder();
                if units.is_dir() {
                    remove_leftovers(&units)?;
                }
            }
            Some(found) if resume => {
                let (path, expected) = (path.to_path_buf(), plan.id.clone());
                return Err(OutputError::OtherPlan { path, found, expected });
            }
            found => {
                if found.is_some() || holds_anything(path)? {
                    return Err(OutputError::NotEmpty { path: path.to_path_buf(), same_plan: false });
                }
                remove_leftovers(path)?;
                folder.write_manifest(None)?;
            }
        }
        Ok(folder)
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Whose results it holds.
    pub fn plan(&self) -> &PlanInfo {
        &self.plan
    }

    /// Whether [`finish`](Self::finish) was reached.
    pub fn is_complete(&self) -> bool {
        manifest(&self.path).is_ok_and(|m| m.contains_key("result"))
    }

    /// Name of the table of trajectories in this format.
    pub fn trajectories(&self, format: Format) -> PathBuf {
        self.path.join(format!("trajectories.{}", format.extension()))
    }

    /// Opens the table of trajectories for columns like those of `schema`, with manifest, plan and swept
    /// parameters in its metadata.
    ///
    /// # Errors
    /// As [`TrajectoryWriter::create`].
    pub fn writer(&self, format: Format, schema: &Frame) -> Result<TrajectoryWriter, OutputError> {
        TrajectoryWriter::create(self.trajectories(format), format, schema, &self.metadata()?)
    }

    fn metadata(&self) -> Result<Vec<(String, String)>, OutputError> {
        let parameters = serde_json::to_string(&self.plan.parameters)
            .map_err(|e| OutputError::Encoding { what: "the swept parameters", cause: e.to_string() })?;
        Ok(vec![
            (MANIFEST_KEY.to_owned(), self.plan.manifest.clone()),
            (PLAN_KEY.to_owned(), self.plan.id.clone()),
            (PARAMETERS_KEY.to_owned(), parameters),
        ])
    }

    /// Writes `summary.csv`.
    ///
    /// # Errors
    /// What the disk refuses.
    pub fn write_summary(&self, summary: &Summary) -> Result<(), OutputError> {
        summary.write(self.path.join("summary.csv"))
    }

    /// Writes a small table as `NAME.csv`, such as `failures`; nothing where it has no rows.
    ///
    /// # Errors
    /// What the disk refuses.
    pub fn write_table(&self, name: &str, table: &Frame) -> Result<Option<Written>, OutputError> {
        if table.rows() == 0 {
            return Ok(None);
        }
        let mut writer =
            CsvWriter::create(self.path.join(format!("{name}.csv")), table)?.without_dictionary();
        writer.write(table)?;
        writer.finish().map(Some)
    }

    /// Draws charts of `frame` into `charts/`, each as SVG and PNG, and gives their names.
    ///
    /// # Errors
    /// As [`ChartSpec::draw`], and what the disk refuses.
    pub fn write_charts(
        &self,
        charts: &[ChartSpec],
        frame: &Frame,
        theme: Theme,
    ) -> Result<Vec<PathBuf>, OutputError> {
        self.write_drawings(charts, |chart| chart.draw(frame, &self.plan.parameters, theme))
    }

    /// As [`write_charts`](Self::write_charts), of a table from which each chart reads its own columns.
    ///
    /// # Errors
    /// As [`ChartSpec::draw`], and what the disk refuses.
    pub fn write_charts_of(
        &self,
        charts: &[ChartSpec],
        table: &ColumnTable,
        theme: Theme,
    ) -> Result<Vec<PathBuf>, OutputError> {
        self.write_drawings(charts, |chart| chart.draw(&chart.read(table)?, &self.plan.parameters, theme))
    }

    fn write_drawings(
        &self,
        charts: &[ChartSpec],
        draw: impl Fn(&ChartSpec) -> Result<Drawing, OutputError>,
    ) -> Result<Vec<PathBuf>, OutputError> {
        let folder = self.path.join(CHARTS);
        std::fs::create_dir_all(&folder).map_err(|e| OutputError::io("create", &folder, e))?;
        let mut stems: Vec<String> = Vec::new();
        let mut written = Vec::new();
        for chart in charts {
            let drawing = draw(chart)?;
            let base = chart.file_stem();
            let mut stem = base.clone();
            let mut number = 2;
            while stems.contains(&stem) {
                stem = format!("{base}-{number}");
                number += 1;
            }
            for extension in ["svg", "png"] {
                let path = folder.join(format!("{stem}.{extension}"));
                drawing.write(&path)?;
                written.push(path);
            }
            stems.push(stem);
        }
        Ok(written)
    }

    /// Writes the report.
    ///
    /// # Errors
    /// What the disk refuses.
    pub fn write_report(&self, html: &str) -> Result<PathBuf, OutputError> {
        let path = self.path.join("report.html");
        write_whole(&path, html.as_bytes())?;
        Ok(path)
    }

    /// Says in the manifest that all is there.
    ///
    /// # Errors
    /// What the disk refuses.
    pub fn finish(&self, outcome: &Outcome) -> Result<(), OutputError> {
        self.write_manifest(Some(outcome))
    }

    fn write_manifest(&self, outcome: Option<&Outcome>) -> Result<(), OutputError> {
        let fail = |cause: String| OutputError::Encoding { what: MANIFEST, cause };
        let said: toml::Table =
            self.plan.manifest.parse().map_err(|e: toml::de::Error| fail(e.to_string()))?;
        for own in ["plan", "result"] {
            if said.contains_key(own) {
                return Err(fail(format!("the table `{own}` is written by the folder itself")));
            }
        }
        let mut added = toml::Table::new();
        let whole = |n: u64| toml::Value::Integer(i64::try_from(n).unwrap_or(i64::MAX));
        let mut plan = toml::Table::new();
        plan.insert("id".to_owned(), self.plan.id.clone().into());
        plan.insert("parameters".to_owned(), self.plan.parameters.clone().into());
        plan.insert("units".to_owned(), whole(self.plan.units));
        plan.insert("unit_runs".to_owned(), whole(self.plan.unit_runs));
        added.insert("plan".to_owned(), plan.into());
        if let Some(outcome) = outcome {
            let mut result = toml::Table::new();
            result.insert("rows".to_owned(), whole(outcome.rows));
            result.insert("runs".to_owned(), whole(outcome.runs));
            result.insert("failures".to_owned(), whole(outcome.failures));
            if let Some(hash) = &outcome.units_sha256 {
                result.insert("units_sha256".to_owned(), hash.clone().into());
            }
            added.insert("result".to_owned(), result.into());
        }
        let added = toml::to_string(&added).map_err(|e| fail(e.to_string()))?;
        let text = format!("{}\n\n{added}", self.plan.manifest.trim_end());
        write_whole(self.path.join(MANIFEST), text.trim_start().as_bytes())
    }
}

/// The plan of an existing results folder, as its manifest tells it.
///
/// # Errors
/// [`OutputError`] where there is no manifest or it is not one.
pub fn read_plan(folder: impl AsRef<Path>) -> Result<PlanInfo, OutputError> {
    let folder = folder.as_ref();
    let mut table = manifest(folder)?;
    let malformed = |cause: &str| OutputError::Malformed {
        path: folder.join(MANIFEST),
        format: "a manifest",
        cause: cause.to_owned(),
    };
    table.remove("result");
    let plan = table.remove("plan").ok_or_else(|| malformed("it has no table `plan`"))?;
    let text = |key: &str| plan.get(key).and_then(toml::Value::as_str).map(str::to_owned);
    let whole =
        |key: &str| plan.get(key).and_then(toml::Value::as_integer).and_then(|n| u64::try_from(n).ok());
    let parameters = plan.get("parameters").and_then(toml::Value::as_array).into_iter().flatten();
    Ok(PlanInfo {
        id: text("id").ok_or_else(|| malformed("its plan has no `id`"))?,
        manifest: toml::to_string(&table).map_err(|e| malformed(&e.to_string()))?,
        parameters: parameters.filter_map(toml::Value::as_str).map(str::to_owned).collect(),
        units: whole("units").ok_or_else(|| malformed("its plan has no `units`"))?,
        unit_runs: whole("unit_runs").ok_or_else(|| malformed("its plan has no `unit_runs`"))?,
    })
}

/// The table of trajectories in a results folder, in whichever format it is; or `path` itself where it is a
/// table already.
///
/// # Errors
/// [`OutputError::NotFound`] where there is none.
pub fn find_trajectories(path: impl AsRef<Path>) -> Result<PathBuf, OutputError> {
    let path = path.as_ref();
    if path.is_file() {
        return Ok(path.to_path_buf());
    }
    let known = |format: &Format| path.join(format!("trajectories.{}", format.extension()));
    Format::all()
        .iter()
        .map(known)
        .find(|p| p.is_file())
        .ok_or_else(|| OutputError::NotFound { action: "read", path: path.join("trajectories.parquet") })
}

fn manifest(folder: &Path) -> Result<toml::Table, OutputError> {
    let path = folder.join(MANIFEST);
    let text = std::fs::read_to_string(&path).map_err(|e| OutputError::io("read", &path, e))?;
    text.parse().map_err(|e: toml::de::Error| OutputError::Malformed {
        path,
        format: "a manifest",
        cause: e.to_string(),
    })
}

/// The plan's identity in the folder's manifest, where it has one.
fn found_plan(folder: &Path) -> Result<Option<String>, OutputError> {
    match manifest(folder) {
        Ok(table) => {
            let id = table.get("plan").and_then(|p| p.get("id")).and_then(toml::Value::as_str);
            Ok(id.map(str::to_owned))
        }
        Err(OutputError::NotFound { .. } | OutputError::Malformed { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

fn holds_anything(folder: &Path) -> Result<bool, OutputError> {
    let entries = std::fs::read_dir(folder).map_err(|e| OutputError::io("list", folder, e))?;
    for entry in entries {
        let entry = entry.map_err(|e| OutputError::io("list", folder, e))?;
        if !is_leftover(&entry.file_name().to_string_lossy()) {
            return Ok(true);
        }
    }
    Ok(false)
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// SHA-256 of a file in hexadecimal.
fn file_sha256(path: &Path) -> Result<String, OutputError> {
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
