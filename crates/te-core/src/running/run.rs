//! Running an experiment: its plan, and its results in memory.

use crate::experiment::experiment_error::ExperimentError;
use crate::experiment::plan::Plan;
use crate::experiment::settings::Experiment;
use crate::running::results::{Collector, Results};

impl Experiment {
    /// Checks everything and numbers the runs. The plan holds what it needs of the experiment, so that it can be returned
    /// and kept; systems and sweep are shared, not copied.
    ///
    /// # Errors
    /// [`ExperimentError`] naming what is refused.
    pub fn plan(&self) -> Result<Plan, ExperimentError> {
        Plan::new(self.clone())
    }

    /// Runs everything and returns the results in memory.
    ///
    /// # Errors
    /// [`ExperimentError`] where the experiment is refused; a failed run is not an error but a row of
    /// [`Results::failures`], unless the experiment is strict.
    pub fn run(&self) -> Result<Results, ExperimentError> {
        let plan = self.plan()?;
        plan.check_in_memory()?;
        let mut collector = Collector::new(&plan);
        let cancelled = plan.execute(&|_| true, &mut collector)?;
        collector.finish(plan, cancelled)
    }
}
