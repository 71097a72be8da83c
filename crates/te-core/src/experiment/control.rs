//! Watching an experiment and ending it early.

use crate::experiment::failure::Failure;
use crate::numerics::run_id::RunId;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// How a run ended.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Outcome {
    /// It reached the last timestep.
    Completed,
    /// A stop condition held after this timestep.
    Stopped {
        /// The last timestep.
        timestep: u64,
    },
    /// It failed.
    Failed(Failure),
}

/// One recorded moment of one run, for observers.
pub struct Moment<'a> {
    pub(crate) tile: &'a crate::stepping::tile::Tile<'a>,
    pub(crate) system: &'a crate::system::built::System,
    pub(crate) lane: u32,
    /// The run.
    pub id: RunId,
    /// The timestep that was completed; 0 for the initial state.
    pub timestep: u64,
}

impl Moment<'_> {
    /// The value in the column of this name.
    pub fn number(&self, name: &str) -> Option<f64> {
        self.system.find_column(name).map(|column| self.tile.number(column, self.lane))
    }
}

/// Sees runs start, step and end. Calls for one run come in order, whatever thread makes them: `run_started` before
/// its first step, `run_ended` after its last.
pub trait Observer: Send + Sync {
    /// A run is about to start.
    fn run_started(&self, id: RunId) {
        let _ = id;
    }
    /// A timestep was completed; the first call is for the initial state.
    fn stepped(&self, moment: &Moment<'_>) {
        let _ = moment;
    }
    /// A run has ended.
    fn run_ended(&self, id: RunId, outcome: &Outcome) {
        let _ = (id, outcome);
    }
}

/// Cancels an experiment; clones share the switch.
#[derive(Clone, Debug, Default)]
pub struct Cancel(Arc<AtomicBool>);

impl Cancel {
    /// Ends the experiment soon. Units that are finished are kept.
    pub fn cancel(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether it was cancelled.
    pub fn is_cancelled(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// How far an experiment is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Timesteps computed, over all runs.
    pub steps: u64,
    /// Timesteps to compute.
    pub steps_total: u64,
    /// Runs finished.
    pub runs: u64,
    /// Runs to do.
    pub runs_total: u64,
    /// Runs that failed.
    pub failures: u64,
}

/// Counters that all threads of an experiment share.
#[derive(Debug, Default)]
pub(crate) struct Counters {
    pub(crate) steps: AtomicU64,
    pub(crate) runs: AtomicU64,
    pub(crate) failures: AtomicU64,
    steps_total: AtomicU64,
    runs_total: AtomicU64,
}

impl Counters {
    /// Nothing done of so much.
    pub(crate) fn begin(&self, steps: u64, runs: u64) {
        for count in [&self.steps, &self.runs, &self.failures] {
            count.store(0, Ordering::Relaxed);
        }
        self.steps_total.store(steps, Ordering::Relaxed);
        self.runs_total.store(runs, Ordering::Relaxed);
    }
}

/// How far an experiment is, to be read from another thread whenever that likes; clones read the same. Before it runs
/// everything is 0. Where one experiment runs twice at once their counts are in one.
#[derive(Clone, Debug, Default)]
pub struct ProgressHandle(pub(crate) Arc<Counters>);

impl ProgressHandle {
    /// How far it is.
    ///
    /// ```
    /// use te_core::glue::{Function, FunctionParams};
    /// use te_core::{Experiment, Progress, System};
    /// let system = System::of::<Function>("demand", FunctionParams { of: "10 + t".into() })?;
    /// let experiment = Experiment::new(system).timesteps(4).runs(3);
    /// let progress = experiment.progress_handle();
    /// assert_eq!(progress.read(), Progress::default());
    /// experiment.run()?;
    /// let done = Progress { steps: 12, steps_total: 12, runs: 3, runs_total: 3, failures: 0 };
    /// assert_eq!(progress.read(), done);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn read(&self) -> Progress {
        let Counters { steps, runs, failures, steps_total, runs_total } = &*self.0;
        Progress {
            steps: steps.load(Ordering::Relaxed),
            steps_total: steps_total.load(Ordering::Relaxed),
            runs: runs.load(Ordering::Relaxed),
            runs_total: runs_total.load(Ordering::Relaxed),
            failures: failures.load(Ordering::Relaxed),
        }
    }
}
