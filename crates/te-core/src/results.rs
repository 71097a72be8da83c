//! Results in memory.

use crate::execute::Sink;
use crate::plan::Plan;
use crate::statistics_table::StatisticsTable;
use crate::unit::UnitOutput;
use crate::{ExperimentError, Failure, Frame, KpiResult, RunId};
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

    /// The recorded rows, given away.
    pub fn into_frame(self) -> Frame {
        self.frame
    }
}

/// Gathers units in memory.
pub(crate) struct Collector {
    frame: Option<Frame>,
    failures: Vec<Failure>,
    figures: Vec<(RunId, Vec<f64>)>,
    statistics: Option<StatisticsTable>,
    runs: u64,
    /// Rows that all units have together, at most.
    rows: u64,
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
            rows: plan.rows(),
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
    fn unit(&mut self, output: &mut UnitOutput) -> Result<(), Box<dyn Error + Send + Sync>> {
        self.runs += output.runs;
        self.failures.append(&mut output.failures);
        self.figures.append(&mut output.figures);
        if let Some(table) = &mut output.statistics {
            self.statistics.get_or_insert_default().absorb(table);
        }
        let rows = usize::try_from(self.rows).unwrap_or(usize::MAX);
        match &mut self.frame {
            None if output.frame().rows() >= rows => self.frame = Some(output.take_frame()),
            None => self.frame.insert(Frame::like(output.frame(), rows)).append(output.frame()),
            Some(frame) => frame.append(output.frame()),
        }
        Ok(())
    }
}
