//! What an experiment asks for, known before anything is computed.

use super::{Plan, size};
use crate::declaration::frame::INDEX_COLUMNS;
use crate::declaration::param_kind::ParamKind;
use crate::declaration::record::CellKind;
use crate::experiment::experiment_error::ExperimentError;
use crate::experiment::recording::Keep;
use crate::numerics::bytes::bytes;
use crate::recording::statistics_table::TABLE_QUANTILES;
use std::fmt;

/// How large an experiment is: counts are exact or upper limits, bytes are estimates. No sum overflows: what is beyond 64
/// bits is the largest number.
///
/// ```
/// use te_core::glue::{Function, FunctionParams};
/// use te_core::{Axis, Experiment, Sweep, System};
/// let mut system = System::builder("demand");
/// system.uncontrollable::<Function>("demand", FunctionParams { of: "10 + t".into() });
/// let sweep = Sweep::Product(vec![Axis::new("demand.of", ["t", "2 * t"])]);
/// let plan = Experiment::new(system.build()?).timesteps(10).runs(3).sweep(sweep).plan()?;
/// let forecast = plan.forecast();
/// assert_eq!((forecast.points, forecast.runs, forecast.steps, forecast.rows), (2, 6, 60, 66));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Forecast {
    /// Systems that are compared.
    pub simulations: u64,
    /// Points of the sweep.
    pub points: u64,
    /// Runs of all simulations and points.
    pub runs: u64,
    /// Timesteps of all runs.
    pub steps: u64,
    /// Rows of the table of results, at most: of trajectories or finals, or of statistics (a row for each point, timestep
    /// and column).
    pub rows: u64,
    /// Columns of that table.
    pub columns: u64,
    /// Bytes of its cells without compression. Parquet needs less, often a half or a third; CSV up to twice as much.
    pub table_bytes: u64,
    /// Bytes of memory that computing takes with so many threads, what a sink holds not counted.
    pub memory_bytes: u64,
    /// Bytes of memory where all results are gathered ([`Experiment::run`](crate::Experiment::run)).
    pub gathered_bytes: u64,
}

/// Bytes of a row of the statistics table: keys, name of the column, count and figures.
const STATISTICS_ROW: u64 = 8 * (5 + 4 + TABLE_QUANTILES.len() as u64) + 24;

impl Plan {
    /// How large the experiment is. Threads are those that it was given, or one for each core.
    pub fn forecast(&self) -> Forecast {
        let experiment = &self.experiment;
        let is_statistics = experiment.recording.keep == Keep::Statistics;
        let simulations = experiment.systems.len() as u64;
        let all_points = self.subsets().saturating_mul(simulations);
        let recorded = self.columns.len() as u64;
        let summaries = size::rows_of_a_point(experiment).saturating_mul(recorded).saturating_mul(all_points);
        let (rows, columns, row_bytes, gathered_bytes) = if is_statistics {
            let columns = 5 + 4 + TABLE_QUANTILES.len() as u64;
            let gathered = size::point_bytes(experiment, recorded).saturating_mul(all_points);
            (summaries, columns, STATISTICS_ROW, gathered)
        } else {
            let columns = INDEX_COLUMNS.len() as u64
                + u64::from(self.has_dates())
                + u64::from(experiment.systems.len() > 1)
                + (self.varied.len() + self.columns.len()) as u64;
            let bytes = self.row_bytes();
            (self.rows(), columns, bytes, bytes.saturating_mul(self.rows()))
        };
        let unit_bytes = self.unit_bytes();
        Forecast {
            simulations,
            points: self.subsets(),
            runs: self.runs(),
            steps: self.runs().saturating_mul(experiment.timesteps),
            rows,
            columns,
            table_bytes: rows.saturating_mul(row_bytes),
            memory_bytes: unit_bytes.saturating_mul(self.units_in_memory(self.threads(), unit_bytes)),
            gathered_bytes,
        }
    }

    /// Bytes of the results of one unit.
    pub(crate) fn unit_bytes(&self) -> u64 {
        let items = self.unit.min(self.items);
        match self.experiment.recording.keep {
            Keep::Statistics => {
                let points = items.div_ceil(self.experiment.runs);
                size::point_bytes(&self.experiment, self.columns.len() as u64).saturating_mul(points)
            }
            _ => size::rows_of_a_run(&self.experiment).saturating_mul(items).saturating_mul(self.row_bytes()),
        }
    }

    /// Refuses what results in memory cannot hold.
    pub(crate) fn check_in_memory(&self) -> Result<(), ExperimentError> {
        size::check_in_memory(self.forecast().gathered_bytes)
    }

    /// Bytes of a row of trajectories or finals, texts by their longest.
    fn row_bytes(&self) -> u64 {
        let of_kind = |kind| match kind {
            CellKind::Bool => 1,
            CellKind::Decimal => 16,
            CellKind::F64 | CellKind::I64 | CellKind::U64 => 8,
        };
        let of_param = |kind: &ParamKind| match kind {
            ParamKind::Bool => 1,
            ParamKind::Decimal => 16,
            ParamKind::F64 | ParamKind::I64 | ParamKind::U64 => 8,
            _ => 40,
        };
        let index = INDEX_COLUMNS.len() as u64 * 8;
        let variant = if self.experiment.systems.len() > 1 { 40 } else { 0 };
        let varied: u64 = self.varied.iter().map(|v| of_param(&v.kind)).sum();
        let recorded: u64 = self.columns.iter().map(|c| of_kind(c.kind)).sum();
        let date = if self.has_dates() { 4 } else { 0 };
        index + date + variant + varied + recorded
    }
}

impl fmt::Display for Forecast {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { points, runs, steps, rows, .. } = self;
        write!(
            f,
            "{points} points, {runs} runs, {steps} steps; {rows} rows, {} uncompressed; {} of memory",
            bytes(self.table_bytes),
            bytes(self.memory_bytes)
        )
    }
}
