//! One run by hand that owns its plan: for objects of other languages, servers, and whoever keeps a run.

use crate::declaration::record::Cell;
use crate::experiment::experiment_error::ExperimentError;
use crate::experiment::plan::Plan;
use crate::numerics::run_id::RunId;
use crate::running::stepper::Stepper;
use crate::system::described::ColumnSpec;
use self_cell::self_cell;
use std::sync::Arc;

self_cell!(
    struct Owned {
        owner: Arc<Plan>,
        #[covariant]
        dependent: Stepper,
    }
);

/// One run of a plan, stepped by hand, that holds the plan: a [`Stepper`] that can be returned and kept.
///
/// ```
/// use std::sync::Arc;
/// use te_core::glue::{Delay, DelayParams};
/// use te_core::{Experiment, Live, RunId, System};
///
/// fn start() -> Result<Live, Box<dyn std::error::Error>> {
///     let mut system = System::builder("s");
///     system.controllable::<Delay>("later", DelayParams { steps: 1, initial: 1.0 });
///     system.derived("double", "2 * later.value", "");
///     system.wire("double", "later.value");
///     let plan = Experiment::new(system.build()?).timesteps(3).plan()?;
///     Ok(Live::start(Arc::new(plan), RunId { simulation: 0, subset: 0, run: 1 })?)
/// }
/// let mut live = start()?;
/// let value = live.find("later.value").ok_or("no such column")?;
/// let mut seen = vec![live.number_at(value)];
/// while live.step()? {
///     seen.push(live.number_at(value));
/// }
/// assert_eq!(seen, [1.0, 1.0, 2.0, 2.0]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Live(Owned);

impl std::fmt::Debug for Live {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Live")
            .field("id", &self.id())
            .field("timestep", &self.timestep())
            .finish_non_exhaustive()
    }
}

impl Live {
    /// As [`Plan::start`].
    ///
    /// # Errors
    /// As [`Plan::start`].
    pub fn start(plan: Arc<Plan>, id: RunId) -> Result<Self, ExperimentError> {
        Owned::try_new(plan, |plan| plan.start(id)).map(Self)
    }

    /// As [`Plan::resume`].
    ///
    /// # Errors
    /// As [`Plan::resume`].
    pub fn resume(plan: Arc<Plan>, snapshot: &[u8]) -> Result<Self, ExperimentError> {
        Owned::try_new(plan, |plan| plan.resume(snapshot)).map(Self)
    }

    /// The plan that it is a run of.
    pub fn plan(&self) -> &Arc<Plan> {
        self.0.borrow_owner()
    }

    /// The run, to look into.
    pub fn stepper(&self) -> &Stepper<'_> {
        self.0.borrow_dependent()
    }

    /// As [`Stepper::step`].
    ///
    /// # Errors
    /// As [`Stepper::step`].
    pub fn step(&mut self) -> Result<bool, ExperimentError> {
        self.0.with_dependent_mut(|_, stepper| stepper.step())
    }

    /// As [`Stepper::feed`].
    ///
    /// # Errors
    /// As [`Stepper::feed`].
    pub fn feed(&mut self, input: &str, value: f64) -> Result<(), ExperimentError> {
        self.0.with_dependent_mut(|_, stepper| stepper.feed(input, value))
    }

    /// As [`Stepper::id`].
    pub fn id(&self) -> RunId {
        self.stepper().id()
    }

    /// As [`Stepper::timestep`].
    pub fn timestep(&self) -> u64 {
        self.stepper().timestep()
    }

    /// As [`Stepper::columns`].
    pub fn columns(&self) -> &[ColumnSpec] {
        self.stepper().columns()
    }

    /// As [`Stepper::find`].
    pub fn find(&self, column: &str) -> Option<usize> {
        self.stepper().find(column)
    }

    /// As [`Stepper::number_at`].
    pub fn number_at(&self, column: usize) -> f64 {
        self.stepper().number_at(column)
    }

    /// As [`Stepper::cell_at`].
    pub fn cell_at(&self, column: usize) -> Option<Cell> {
        self.stepper().cell_at(column)
    }

    /// As [`Stepper::snapshot`].
    ///
    /// # Errors
    /// As [`Stepper::snapshot`].
    pub fn snapshot(&self) -> Result<Vec<u8>, ExperimentError> {
        self.stepper().snapshot()
    }

    /// A second run from here on, of the same plan.
    ///
    /// # Errors
    /// As [`Stepper::snapshot`].
    pub fn copy(&self) -> Result<Self, ExperimentError> {
        Self::resume(Arc::clone(self.plan()), &self.snapshot()?)
    }
}
