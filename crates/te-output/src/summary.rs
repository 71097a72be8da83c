//! What came out, per subset and metric over runs.
//!
//! The value of a run is its last row: at the horizon, or where a stop condition ended it. Runs that failed
//! do not count ([`SummaryBuilder::fail`]). Rows must come in the engine's order (simulation, subset, run,
//! timestep, substep); then only the last rows of one subset are held at a time, and every number is the
//! same however the frames were cut, and whatever the order in which runs were computed.
//!
//! First, lowest and highest values are there where rows tell them ([`Covers`]): not of finals alone, and of every fifth step
//! under names that say so. Where every subset has one run, that run's values are told once each; where there are more than
//! [`SINGLE_ROWS`] of such lines, the table of trajectories says the same and they are left away.

mod builder;
mod covers;
mod file;
pub(crate) mod screen;

use std::path::Path;

use te_core::{Cells, Column, Date, Frame, INDEX_COLUMNS};

use crate::OutputError;
use crate::number::nearest;
use crate::table::FrameReader;

pub use builder::SummaryBuilder;
pub use covers::Covers;

/// One metric in one subset.
#[derive(Clone, Debug, PartialEq)]
pub struct SummaryRow {
    /// Simulation, from 0.
    pub simulation: u64,
    /// Subset, from 0.
    pub subset: u64,
    /// Values of the parameters (and labels) that [`Summary::parameters`] names.
    pub parameters: Vec<String>,
    /// Full name of the metric.
    pub metric: String,
    /// Its unit.
    pub unit: String,
    /// Timestep of the last row, the latest over runs.
    pub final_timestep: u64,
    /// Runs that count.
    pub count: u64,
    /// Mean over runs of the final value.
    pub mean: f64,
    /// Sample standard deviation over runs (divisor count - 1); `None` for a single run. Exactly 0 for equal values.
    pub sd: Option<f64>,
    /// Smallest final value.
    pub min: f64,
    /// Quantiles 5, 25, 50, 75 and 95 % of the final values, interpolated linearly.
    pub quantiles: [f64; 5],
    /// Largest final value.
    pub max: f64,
    /// Mean over runs of the value at timestep 0; `None` where it was not recorded.
    pub initial: Option<f64>,
    /// Smallest value in any row of any run; `None` where only final rows were recorded.
    pub lowest: Option<f64>,
    /// Largest value in any row of any run; `None` where only final rows were recorded.
    pub highest: Option<f64>,
}

/// The summary of a table of trajectories.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Summary {
    /// Names of the swept parameters and of text columns such as a variant's name.
    pub parameters: Vec<String>,
    /// Rows by simulation, subset, and metric in the order of the columns.
    pub rows: Vec<SummaryRow>,
    /// Over which rows of a run first, lowest and highest values are.
    pub covers: Covers,
    /// How many subsets there are.
    pub subsets: u64,
    /// Whether [`rows`](Self::rows) are those of the first subsets only, because every subset has one run and there are more
    /// than [`SINGLE_ROWS`] lines.
    pub cut: bool,
}

/// The probabilities of [`SummaryRow::quantiles`].
pub const QUANTILES: [f64; 5] = [0.05, 0.25, 0.5, 0.75, 0.95];

/// Lines of a summary of single runs at most.
pub const SINGLE_ROWS: usize = 100_000;

impl Summary {
    /// The summary of one table, of which `parameters` are swept parameters and no metrics.
    ///
    /// # Errors
    /// As [`SummaryBuilder::push`].
    pub fn of(frame: &Frame, parameters: &[String]) -> Result<Self, OutputError> {
        let mut builder = SummaryBuilder::new(frame, parameters);
        builder.push(frame)?;
        Ok(builder.finish())
    }

    /// The summary of the table in a file, read block by block.
    ///
    /// # Errors
    /// As [`FrameReader`] and [`SummaryBuilder::push`].
    pub fn of_file(
        path: impl AsRef<Path>,
        failed: impl IntoIterator<Item = (u64, u64, u64)>,
    ) -> Result<Self, OutputError> {
        let reader = FrameReader::open(path)?;
        let mut builder = SummaryBuilder::new(&reader.schema()?, &reader.parameters());
        for (simulation, subset, run) in failed {
            builder.fail(simulation, subset, run);
        }
        for frame in reader {
            builder.push(&frame?)?;
        }
        Ok(builder.finish())
    }

    /// Whether every subset has one run, so that its values are told and no statistics.
    pub fn is_single(&self) -> bool {
        self.rows.iter().all(|row| row.count <= 1)
    }
}

/// The five index columns of a table of trajectories.
pub(crate) fn index_columns(frame: &Frame) -> Result<[&[u64]; 5], OutputError> {
    let mut columns: [&[u64]; 5] = [&[]; 5];
    for (slot, name) in columns.iter_mut().zip(INDEX_COLUMNS) {
        *slot = frame.u64s(name).ok_or_else(|| OutputError::Column {
            column: name.to_owned(),
            nearest: nearest(name, frame.columns().iter().map(|c| c.name.as_str())),
        })?;
    }
    Ok(columns)
}

/// The text of a parameter's cell.
pub(crate) fn label(frame: &Frame, column: usize, row: usize) -> String {
    let Some(column) = frame.columns().get(column) else { return String::new() };
    cell_text(column, row)
}

/// The text of a cell in full precision, nothing where it is absent.
pub(crate) fn cell_text(column: &Column, row: usize) -> String {
    if !column.is_valid(row) {
        return String::new();
    }
    match &column.cells {
        Cells::F64(v) => v.get(row).map(ToString::to_string),
        Cells::I64(v) => v.get(row).map(ToString::to_string),
        Cells::U64(v) => v.get(row).map(ToString::to_string),
        Cells::Bool(v) => v.get(row).map(ToString::to_string),
        Cells::Decimal(v) => v.get(row).map(ToString::to_string),
        Cells::Text(v) => v.get(row).cloned(),
        Cells::Date(v) => v.get(row).and_then(|x| Date::of_days(i64::from(*x))).map(|date| date.to_string()),
        _ => None,
    }
    .unwrap_or_default()
}
