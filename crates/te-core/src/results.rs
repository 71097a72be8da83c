//! Results in memory.

use crate::execute::Sink;
use crate::plan::Plan;
use crate::statistics_table::StatisticsTable;
use crate::unit::UnitOutput;
use crate::{Cells, ExperimentError, Failure, Frame, KpiResult, RunId};
use std::error::Error;

/// What an experiment leaves.
#[derive(Clone, Debug)]
pub struct Results {
    /// The master seed.
    pub seed: u64,
    frame: Frame,
    /// Failed runs, in order.
    pub failures: Vec<Failure>,
    /// Key figures over runs.
    pub kpis: Vec<KpiResult>,
    /// Statistics over runs, where they were recorded.
    pub statistics: Option<StatisticsTable>,
    /// Whether it was cancelled; then only units that were finished are here.
    pub cancelled: bool,
    /// How many runs were finished, failed ones included.
    pub runs: u64,
}

impl Results {
    /// The recorded rows: index columns, varied parameters, metrics.
    pub fn frame(&self) -> &Frame {
        &self.frame
    }
}

/// Gathers units in memory.
pub(crate) struct Collector {
    frame: Option<Frame>,
    failures: Vec<Failure>,
    figures: Vec<(RunId, Vec<f64>)>,
    statistics: Option<StatisticsTable>,
    runs: u64,
    seed: u64,
}

impl Collector {
    pub(crate) fn new(plan: &Plan<'_>) -> Self {
        Self {
            frame: None,
            failures: Vec::new(),
            figures: Vec::new(),
            statistics: None,
            runs: 0,
            seed: plan.experiment.seed,
        }
    }

    pub(crate) fn finish(self, plan: &Plan<'_>, cancelled: bool) -> Result<Results, ExperimentError> {
        Ok(Results {
            seed: self.seed,
            frame: self.frame.unwrap_or_default(),
            failures: self.failures,
            kpis: plan.aggregate(&self.figures)?,
            statistics: self.statistics,
            cancelled,
            runs: self.runs,
        })
    }
}

impl Sink for Collector {
    fn unit(&mut self, output: UnitOutput) -> Result<(), Box<dyn Error + Send + Sync>> {
        self.runs += output.runs;
        self.failures.extend(output.failures);
        self.figures.extend(output.figures);
        if let Some(table) = &output.statistics {
            self.statistics.get_or_insert_default().merge(table);
        }
        self.frame = Some(match self.frame.take() {
            None => output.frame,
            Some(frame) => append(frame, output.frame)?,
        });
        Ok(())
    }
}

/// The rows of `more` below those of `frame`; both have the same columns.
fn append(frame: Frame, more: Frame) -> Result<Frame, crate::FrameError> {
    let mut columns = frame.into_columns();
    for (column, below) in columns.iter_mut().zip(more.into_columns()) {
        if column.valid.is_some() || below.valid.is_some() {
            let (above, added) = (column.cells.len(), below.cells.len());
            let valid = column.valid.get_or_insert_with(|| vec![true; above]);
            valid.extend(below.valid.unwrap_or_else(|| vec![true; added]));
        }
        match (&mut column.cells, below.cells) {
            (Cells::F64(a), Cells::F64(b)) => a.extend(b),
            (Cells::I64(a), Cells::I64(b)) => a.extend(b),
            (Cells::U64(a), Cells::U64(b)) => a.extend(b),
            (Cells::Bool(a), Cells::Bool(b)) => a.extend(b),
            (Cells::Decimal(a), Cells::Decimal(b)) => a.extend(b),
            (Cells::Text(a), Cells::Text(b)) => a.extend(b),
            // Units of one plan have the same kinds.
            _ => {}
        }
    }
    Frame::new(columns)
}
