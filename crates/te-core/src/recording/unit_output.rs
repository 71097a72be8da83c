//! What a unit of an experiment leaves.

use crate::declaration::frame::Frame;
use crate::experiment::failure::Failure;
use crate::numerics::run_id::RunId;
use crate::recording::rows::Rows;
use crate::recording::statistics_table::StatisticsTable;

/// What a unit leaves.
///
/// Its memory serves the units that follow: copy what you keep, or take the whole frame out.
#[derive(Debug)]
pub struct UnitOutput {
    /// Number of the unit.
    pub unit: u64,
    /// Failed runs.
    pub failures: Vec<Failure>,
    /// Key figures of each run, where any were asked for; none for a run that failed.
    pub figures: Vec<(RunId, Vec<f64>)>,
    /// Statistics over the unit's runs, where they are kept. A point whose runs are in several units is in the table of
    /// each: [`FinishedPoints`](crate::FinishedPoints) joins them.
    pub statistics: Option<StatisticsTable>,
    /// Simulation and subset of the unit's last run, where other runs of the point are in units that follow.
    pub(crate) goes_on: Option<(u64, u64)>,
    /// How many runs it has.
    pub runs: u64,
    pub(crate) rows: Rows,
}

impl UnitOutput {
    /// Recorded rows, index columns first; no rows where none are kept.
    pub fn frame(&self) -> &Frame {
        self.rows.frame()
    }

    /// The recorded rows, taken out with their memory.
    pub fn take_frame(&mut self) -> Frame {
        self.rows.take_frame()
    }
}
