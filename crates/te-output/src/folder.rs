//! The results folder of one run or sweep.
//!
//! | file | what |
//! |---|---|
//! | `manifest.toml` | what was run, as the caller says it, then `[plan]` and, once complete, `[result]` with a hash of each file |
//! | `trajectories.parquet` | index columns, swept parameters, metrics (or `.arrow`, `.csv`) |
//! | `summary.csv` | statistics over runs |
//! | `points.csv`, or `.parquet` | the values of what varies, for every point and draw, computed or not, failed or not |
//! | `failures.csv` | failed runs, where any |
//! | `figures.csv`, `kpis.csv` | key figures of each run, and over the runs of each subset, where any were asked for |
//! | `charts/NAME.svg`, `.png` | charts, and pictures that the caller draws |
//! | `report.html` | the report |
//! | `units/unit-000123.parquet`, `.toml` | a part of a sweep and its sidecar (see [`units`](crate::Sidecar)) |
//!
//! The manifest is written first, so that a folder tells whose it is from the first moment; every other file
//! appears whole or not at all. `[result]` is written last, when every other file is there: a folder without it is not
//! complete, and one with it is complete as long as its files have the hashes that it lists. A folder that holds anything
//! is refused, unless it is of the same plan and the caller resumes. One process writes at a time ([`OutputError::Busy`]).

mod contents;
mod join;
mod lock;
mod manifest_file;
mod units;

use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};
use te_core::Frame;

pub use contents::{FileFault, FileHashes};
pub use join::{Merged, Parts, merge};
pub use manifest_file::read_plan;
pub use units::Sidecar;

use crate::csv::CsvWriter;
use crate::whole_file::is_leftover;
use crate::{
    ChartSpec, Charted as _, ColumnTable, Drawing, Format, MANIFEST_KEY, OutputError, PARAMETERS_KEY,
    PLAN_KEY, Storage, Summary, Theme, TrajectoryWriter, Written, remove_leftovers, write_whole,
};
use contents::file_sha256;
use lock::{LOCK, Lock};
use manifest_file::{found_plan, manifest, plan_differences, same_text};

const MANIFEST: &str = "manifest.toml";
const UNITS: &str = "units";
const CHARTS: &str = "charts";

/// Rows of `points.csv` at most.
pub const POINTS_IN_CSV: u64 = 100_000;

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
    _lock: Lock,
}

/// Charts that were drawn into a folder.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WrittenCharts {
    /// Their files.
    pub files: Vec<PathBuf>,
    /// What could not be drawn, or not in full: a sentence each.
    pub notes: Vec<String>,
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
    /// Makes the folder, or with `resume` opens one of the same plan and clears what a killed process left. The manifest of
    /// a folder that is resumed stays as it was begun.
    ///
    /// # Errors
    /// [`OutputError::NotEmpty`] for a folder that holds anything and is not resumed;
    /// [`OutputError::OtherPlan`] where it is of another plan; [`OutputError::Busy`] where another process is writing to it;
    /// and what the disk refuses.
    pub fn open(path: impl AsRef<Path>, plan: &PlanInfo, resume: bool) -> Result<Self, OutputError> {
        let path = path.as_ref();
        std::fs::create_dir_all(path).map_err(|e| OutputError::io("create", path, e))?;
        let lock = Lock::take(path)?;
        let mut plan = plan.clone();
        plan.manifest = same_text(&plan.manifest)?;
        let mut folder = Self { path: path.to_path_buf(), plan, _lock: lock };
        match found_plan(path)? {
            Some(found) if found == folder.plan.id => {
                if !resume {
                    return Err(OutputError::NotEmpty { path: path.to_path_buf(), same_plan: true });
                }
                folder.plan.manifest = read_plan(path)?.manifest;
                remove_leftovers(path)?;
                for inner in [folder.units_folder(), path.join(CHARTS)] {
                    if inner.is_dir() {
                        remove_leftovers(&inner)?;
                    }
                }
            }
            Some(_) if resume => {
                let difference = plan_differences(&read_plan(path)?, &folder.plan);
                return Err(OutputError::OtherPlan { path: path.to_path_buf(), difference });
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

    /// What [`finish`](Self::finish) wrote, where it was reached.
    ///
    /// # Errors
    /// [`OutputError`] where the manifest cannot be read.
    pub fn outcome(&self) -> Result<Option<Outcome>, OutputError> {
        Ok(manifest_file::outcome(&manifest(&self.path)?))
    }

    /// The files of a finished folder that are gone, or are not those that were written.
    ///
    /// # Errors
    /// [`OutputError`] where the folder has no manifest, and what the disk refuses.
    pub fn faults(path: impl AsRef<Path>) -> Result<Vec<FileFault>, OutputError> {
        let path = path.as_ref();
        let listed = manifest_file::files(&manifest(path)?);
        contents::faults(path, &listed)
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
    pub fn writer(
        &self,
        storage: impl Into<Storage>,
        schema: &Frame,
    ) -> Result<TrajectoryWriter, OutputError> {
        let storage = storage.into();
        let mut metadata = vec![(MANIFEST_KEY.to_owned(), self.plan.manifest.clone())];
        metadata.extend(self.metadata()?);
        TrajectoryWriter::create(self.trajectories(storage.format), storage, schema, &metadata)
    }

    /// What the plan alone says.
    fn metadata(&self) -> Result<Vec<(String, String)>, OutputError> {
        let parameters = serde_json::to_string(&self.plan.parameters)
            .map_err(|e| OutputError::Encoding { what: "the swept parameters", cause: e.to_string() })?;
        Ok(vec![(PLAN_KEY.to_owned(), self.plan.id.clone()), (PARAMETERS_KEY.to_owned(), parameters)])
    }

    /// Writes `summary.csv`, except where it would say at length what the trajectories say ([`Summary::cut`]).
    ///
    /// # Errors
    /// What the disk refuses.
    pub fn write_summary(&self, summary: &Summary) -> Result<(), OutputError> {
        if summary.cut { Ok(()) } else { summary.write(self.path.join("summary.csv")) }
    }

    /// Writes a small table as `NAME.csv`, such as `failures`; nothing where it has no rows.
    ///
    /// # Errors
    /// What the disk refuses.
    pub fn write_table(&self, name: &str, table: &Frame) -> Result<Option<Written>, OutputError> {
        if table.rows() == 0 {
            return Ok(None);
        }
        let mut writer = self.table_writer(name, table)?;
        writer.write(table)?;
        writer.finish().map(Some)
    }

    /// A table beside the trajectories, of columns such as these.
    fn table_writer(&self, name: &str, schema: &Frame) -> Result<CsvWriter, OutputError> {
        Ok(CsvWriter::create(self.path.join(format!("{name}.csv")), schema)?.without_dictionary())
    }

    /// Writes the table of points, which values every point and run has: as `points.csv`, or as `points.parquet` where it has
    /// more than [`POINTS_IN_CSV`] rows. Frames are asked for one after the other.
    ///
    /// # Errors
    /// What the disk refuses.
    pub fn write_points(
        &self,
        rows: u64,
        frames: impl Iterator<Item = Result<Frame, te_core::FrameError>>,
    ) -> Result<Option<Written>, OutputError> {
        let format = if rows > POINTS_IN_CSV { Format::Parquet } else { Format::Csv };
        let path = self.path.join(format!("points.{}", format.extension()));
        let mut writer: Option<TrajectoryWriter> = None;
        for frame in frames {
            let frame = frame.map_err(|e| OutputError::Malformed {
                path: path.clone(),
                format: "a table of points",
                cause: e.to_string(),
            })?;
            let writer = if let Some(writer) = &mut writer {
                writer
            } else {
                let made = TrajectoryWriter::create(&path, format, &frame, &self.metadata()?)?;
                writer.insert(made.without_dictionary())
            };
            writer.write(&frame)?;
        }
        writer.map(TrajectoryWriter::finish).transpose()
    }

    /// Draws charts of `frame` into `charts/`, each as SVG and PNG. A chart that cannot be drawn leaves a note.
    ///
    /// # Errors
    /// What the disk refuses.
    pub fn write_charts(
        &self,
        charts: &[ChartSpec],
        frame: &Frame,
        theme: Theme,
    ) -> Result<WrittenCharts, OutputError> {
        self.write_drawings(charts, |chart| chart.draw(frame, &self.plan.parameters, theme))
    }

    /// As [`write_charts`](Self::write_charts), of a table from which each chart reads its own columns.
    ///
    /// # Errors
    /// What the disk refuses.
    pub fn write_charts_of(
        &self,
        charts: &[ChartSpec],
        table: &ColumnTable,
        theme: Theme,
    ) -> Result<WrittenCharts, OutputError> {
        self.write_drawings(charts, |chart| chart.draw(&chart.read(table)?, table.parameters(), theme))
    }

    fn write_drawings(
        &self,
        charts: &[ChartSpec],
        draw: impl Fn(&ChartSpec) -> Result<Drawing, OutputError>,
    ) -> Result<WrittenCharts, OutputError> {
        let mut written = WrittenCharts::default();
        if charts.is_empty() {
            return Ok(written);
        }
        let folder = self.path.join(CHARTS);
        std::fs::create_dir_all(&folder).map_err(|e| OutputError::io("create", &folder, e))?;
        for (chart, stem) in charts.iter().zip(ChartSpec::file_stems(charts)) {
            let drawing = match draw(chart) {
                Ok(drawing) => drawing,
                Err(error @ (OutputError::Chart { .. } | OutputError::Column { .. })) => {
                    written.notes.push(error.to_string());
                    continue;
                }
                Err(error) => return Err(error),
            };
            written.notes.extend(drawing.notes().iter().cloned());
            for extension in ["svg", "png"] {
                let path = folder.join(format!("{stem}.{extension}"));
                drawing.write(&path)?;
                written.files.push(path);
            }
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

    /// Removes the parts of which the result was joined.
    ///
    /// # Errors
    /// What the disk refuses.
    pub fn remove_units(&self) -> Result<(), OutputError> {
        let units = self.units_folder();
        match std::fs::remove_dir_all(&units) {
            Err(e) if e.kind() != std::io::ErrorKind::NotFound => Err(OutputError::io("remove", units, e)),
            _ => Ok(()),
        }
    }

    /// Says in the manifest that all is there, with a hash of each file. The last thing that is written.
    ///
    /// # Errors
    /// What the disk refuses.
    pub fn finish(&self, outcome: &Outcome) -> Result<(), OutputError> {
        self.write_manifest(Some((outcome, &contents::hashes(&self.path)?)))
    }

    /// Says in the manifest that not all is there: what was finished is made again.
    ///
    /// # Errors
    /// What the disk refuses.
    pub fn reopen(&self) -> Result<(), OutputError> {
        self.write_manifest(None)
    }

    /// Says in the manifest of a finished folder that pictures and pages were drawn anew. The tables' hashes stay.
    ///
    /// # Errors
    /// [`OutputError::Busy`] where another process is writing, and what the disk refuses. Nothing is done in a folder that
    /// is not finished, or is none.
    pub fn redrawn(path: impl AsRef<Path>) -> Result<(), OutputError> {
        let path = path.as_ref();
        let Ok(told) = manifest(path) else { return Ok(()) };
        let Some(outcome) = manifest_file::outcome(&told) else { return Ok(()) };
        let lock = Lock::take(path)?;
        let folder = Self { path: path.to_path_buf(), plan: read_plan(path)?, _lock: lock };
        let mut files = manifest_file::files(&told);
        files.retain(|name, _| !contents::is_drawn(name));
        files.extend(contents::drawn_hashes(path)?);
        folder.write_manifest(Some((&outcome, &files)))
    }

    fn write_manifest(&self, result: Option<(&Outcome, &FileHashes)>) -> Result<(), OutputError> {
        let text = manifest_file::text(&self.plan, result)?;
        write_whole(self.path.join(MANIFEST), text.as_bytes())
    }
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

/// The manifest of a folder as it was when the run began: without `[result]`.
pub(crate) fn begun(folder: &Path) -> Result<String, OutputError> {
    manifest_file::text(&read_plan(folder)?, None)
}

/// The runs that a folder's `failures.csv` lists: simulation, subset and run of each.
///
/// # Errors
/// [`OutputError`] where the table is there and cannot be read.
pub fn failed_runs(
    folder: impl AsRef<Path>,
) -> Result<std::collections::BTreeSet<(u64, u64, u64)>, OutputError> {
    let path = folder.as_ref().join("failures.csv");
    if !path.is_file() {
        return Ok(std::collections::BTreeSet::new());
    }
    let frame = crate::read_frame(&path)?;
    let [simulation, subset, run, ..] = crate::summary::index_columns(&frame)?;
    Ok(simulation.iter().zip(subset).zip(run).map(|((a, b), c)| (*a, *b, *c)).collect())
}

fn holds_anything(folder: &Path) -> Result<bool, OutputError> {
    let entries = std::fs::read_dir(folder).map_err(|e| OutputError::io("list", folder, e))?;
    for entry in entries {
        let entry = entry.map_err(|e| OutputError::io("list", folder, e))?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if !is_leftover(&name) && name != LOCK {
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
