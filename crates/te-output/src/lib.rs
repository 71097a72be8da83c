//! Results that people can use at once: tables, summaries, charts, reports.
//!
//! # What it does
//! - **Tables** ([`TrajectoryWriter`], [`FrameReader`], [`ColumnTable`], [`read_frame`]): Parquet, CSV and (feature `arrow`)
//!   Arrow IPC, written frame by frame while the run goes, in memory bounded by [`GROUP_ROWS`] rows. Every
//!   column keeps its kind (floats, signed and unsigned integers, booleans, exact decimals, text), unit and
//!   doc. The same rows give the same bytes, however they were cut into frames.
//! - **Summary** ([`Summary`]): per subset and metric over runs, as `summary.csv` and as a table on the screen.
//! - **Charts** ([`ChartSpec`]): lines, bands of quantiles, stacked areas, heat maps, histograms, bars and phase
//!   plots as SVG and PNG, light and dark.
//! - **Pictures** ([`Canvas`]): anything else, drawn in the same way.
//! - **Results folder** ([`ResultsFolder`]): manifest, tables, charts; resumed where it is of the same plan;
//!   written in units by any number of processes and merged ([`merge()`]).
//! - **Report** ([`Report`]): one HTML file with interactive charts that opens offline.
//! - **Comparison** ([`compare()`]): two results side by side.
//!
//! Every file appears whole under its name or not at all ([`WholeFile`]): it is written under a temporary
//! name in the same folder, flushed to the disk and renamed.
//!
//! # Statistics
//! Over the sorted final values `x[1..n]` of n runs: `mean = sum(x) / n` (a compensated sum in that order),
//! `sd = sqrt(sum((x - mean)^2) / (n - 1))`, quantile p by linear interpolation at position
//! `(n - 1) p` (R's type 7, the default of numpy and pandas). Each is independent of the order of the runs.
//! Units are those of the metric.
//!
//! # Names of columns
//! Every table names things alike. `simulation`, `subset`, `run`, `timestep` and `substep` are the index; `variant` is there where
//! several systems were compared. A metric is `instance.metric`. A parameter that varies is `instance.parameter`, and only where
//! a recorded metric has that very name it is `param.instance.parameter`, in this table and in all others of the folder.
//! Quantiles are `q05`, `q25`, `median`, `q75`, `q95`.
//!
//! # A run from first to last
//! ```
//! use te_core::{Cells, Column, Frame};
//! use te_output::{
//!     ChartKind, ChartSpec, Charted as _, Format, Outcome, PlanInfo, ResultsFolder, SummaryBuilder, Theme, plan_id,
//!     read_frame,
//! };
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let place = tempfile::tempdir()?;
//! # let out = place.path().join("results");
//! // What the engine hands over: a frame per unit, here two runs of one subset.
//! let frame = |run: u64| -> Result<Frame, te_core::FrameError> {
//!     let whole = |name: &str, cells: Vec<u64>| Column::new(name, Cells::U64(cells));
//!     let mut reserve = Column::new("economy.reserve", Cells::F64(vec![7473.0, 6889.446 + run as f64]));
//!     reserve.unit = "honey".into();
//!     reserve.doc = "Common pool balance".into();
//!     Frame::new(vec![
//!         whole("simulation", vec![0, 0]),
//!         whole("subset", vec![0, 0]),
//!         whole("run", vec![run, run]),
//!         whole("timestep", vec![0, 1]),
//!         whole("substep", vec![0, 1]),
//!         Column::new("economy.throttle", Cells::F64(vec![0.008, 0.008])),
//!         reserve,
//!     ])
//! };
//! let plan = PlanInfo {
//!     id: plan_id("canonical text of system, parameters, axes, runs and seed"),
//!     manifest: "command = \"tecmns run hive.toml\"\n".into(),
//!     parameters: vec!["economy.throttle".into()],
//!     units: 2,
//!     unit_runs: 1,
//! };
//!
//! // One process: rows go straight into trajectories.parquet, the summary is gathered by the way.
//! let folder = ResultsFolder::open(&out, &plan, false)?;
//! let schema = frame(1)?;
//! let mut table = folder.writer(Format::Parquet, &schema)?;
//! let mut summary = SummaryBuilder::new(&schema, &plan.parameters);
//! for run in 1..=2 {
//!     let unit = frame(run)?;
//!     table.write(&unit)?;
//!     summary.push(&unit)?;
//! }
//! let written = table.finish()?;
//! let summary = summary.finish();
//! folder.write_summary(&summary)?;
//! assert!(summary.screen(20).contains("economy.reserve"));
//!
//! // Charts of what was written.
//! let rows = read_frame(&written.path)?;
//! let charts = [
//!     ChartSpec::lines("Reserve", ["economy.reserve"]),
//!     ChartSpec::lines("Final reserve", ["economy.reserve"]).kind(ChartKind::Histogram),
//! ];
//! folder.write_charts(&charts, &rows, Theme::Light)?;
//! folder.finish(&Outcome { rows: written.rows, runs: 2, ..Outcome::default() })?;
//! assert!(out.join("charts/reserve.svg").exists() && folder.is_complete());
//!
//! // The same folder again is refused without `resume`.
//! assert!(ResultsFolder::open(&out, &plan, false).is_err());
//! # Ok(())
//! # }
//! ```
//!
//! Many processes write units instead, each what is not there yet, and one merges them:
//!
//! ```
//! # use te_core::{Cells, Column, Frame};
//! # use te_output::{Format, PlanInfo, ResultsFolder, merge, plan_id};
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let place = tempfile::tempdir()?;
//! # let out = place.path().join("results");
//! # let plan = PlanInfo { id: plan_id("x"), units: 4, unit_runs: 1, ..PlanInfo::default() };
//! # let compute = |unit: u64| -> Result<Frame, te_core::FrameError> {
//! #     Frame::new(["simulation", "subset", "run", "timestep", "substep"].map(|n| {
//! #         Column::new(n, Cells::U64(vec![if n == "run" { unit + 1 } else { 0 }]))
//! #     }).into())
//! # };
//! let folder = ResultsFolder::open(&out, &plan, true)?;
//! let finished = folder.finished_units()?;
//! for unit in (0..plan.units).filter(|unit| !finished.contains(unit)) {
//!     folder.write_unit(unit, plan.unit_runs, &compute(unit)?, &[])?;
//! }
//! drop(folder); // a folder has one writer at a time
//! let merged = merge(&[out.clone()], &out, Format::Parquet, false)?;
//! assert_eq!((merged.outcome.runs, merged.missing.len()), (4, 0));
//! # Ok(())
//! # }
//! ```
//!
//! # Limits
//! CSV has no place for metadata; kinds, units and docs go into a data dictionary beside it. Empty text and
//! absent text are the same there. Charts hold all their points in memory: a heat map, or a histogram of
//! finals, of a sweep of millions of runs wants finals recorded, not trajectories.
#![deny(missing_docs)]
#![forbid(unsafe_code)]

#[cfg(feature = "arrow")]
mod arrow;
mod blocks;
pub mod bundled;
mod canvas;
mod chart;
mod columns;
mod compare;
mod csv;
mod dates;
mod decimal;
mod error;
mod folder;
mod labels;
mod number;
mod parquet;
mod report;
mod safe_name;
mod summary;
mod summary_of_results;
mod table;
mod whole_file;

#[cfg(feature = "arrow")]
pub use arrow::{ArrowWriter, batch_from_bytes, batch_to_bytes, frame_of_batch, record_batch};
pub use chart::{Charted, DEFAULT_CHARTS, Drawing, RUNS_AS_LINES, SERIES_TOGETHER, draw, histogram_bins};
pub use columns::{
    COLUMNS_KEY, ColumnSpec, Kind, MANIFEST_KEY, PARAMETERS_KEY, PLAN_KEY, append as append_rows,
};
pub use compare::{Comparison, MetricDifference, Pairing, Pairs, compare, compare_variants};
pub use csv::{CsvWriter, dictionary_path};
pub use error::OutputError;
pub use folder::{
    FileFault, FileHashes, Merged, Outcome, POINTS_IN_CSV, Parts, PlanInfo, ResultsFolder, Sidecar,
    WrittenCharts, failed_runs, find_trajectories, merge, plan_id, read_plan,
};
pub use number::short_number;
pub use parquet::{GROUP_ROWS, ParquetWriter};
pub use report::{Report, ReportParameter, ReportPicture, Wire, Wiring, WiringNode};
pub use safe_name::safe_name;
pub use summary::{Covers, QUANTILES, SINGLE_ROWS, Summary, SummaryBuilder, SummaryRow};
pub use table::{
    ColumnTable, Compression, Format, FrameReader, Storage, TrajectoryWriter, Written, read_frame, register,
    write_frame,
};
pub use te_core::picture::{Anchor, Canvas, ChartKind, ChartSpec, Guide, Place, Series, Theme, mix};
pub use whole_file::{WholeFile, remove_leftovers, write_whole};
