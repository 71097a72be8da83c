//! Results in memory.

use crate::declaration::frame::{Frame, FrameError, INDEX_COLUMNS};
use crate::experiment::experiment_error::ExperimentError;
use crate::experiment::failure::Failure;
use crate::experiment::kpi::{BestPoint, KpiResult};
use crate::experiment::plan::Plan;
use crate::numerics::run_id::RunId;
use crate::recording::sink::Sink;
use crate::recording::statistics_table::StatisticsTable;
use crate::recording::unit_output::UnitOutput;
use std::error::Error;
use std::sync::Arc;

/// What an experiment leaves.
#[derive(Clone, Debug)]
pub struct Results {
    plan: Arc<Plan>,
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

    /// The rows of one run of one subset, of all simulations. Subsets are numbered from 0, runs from 1.
    ///
    /// ```
    /// use te_core::glue::{Function, FunctionParams};
    /// use te_core::{Axis, Experiment, Sweep, System};
    /// let mut system = System::builder("demand");
    /// system.uncontrollable::<Function>("demand", FunctionParams { of: "10 + t".into() });
    /// let sweep = Sweep::Product(vec![Axis::new("demand.of", ["t", "2 * t"])]);
    /// let results = Experiment::new(system.build()?).timesteps(2).runs(3).sweep(sweep).run()?;
    /// assert_eq!(results.of(1, 3).f64s("demand.value"), Some(&[0.0, 2.0, 4.0][..]));
    /// assert_eq!(results.of_subset(1).rows(), 9);
    /// assert_eq!(results.of(2, 1).rows(), 0);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn of(&self, subset: u64, run: u64) -> Frame {
        self.rows_of(|s, r| (s, r) == (subset, run))
    }

    /// The rows of all runs of one subset, of all simulations.
    pub fn of_subset(&self, subset: u64) -> Frame {
        self.rows_of(|s, _| s == subset)
    }

    fn rows_of(&self, wanted: impl Fn(u64, u64) -> bool) -> Frame {
        let [_, by_subset, by_run, ..] = INDEX_COLUMNS;
        let subsets = self.frame.u64s(by_subset).unwrap_or_default().iter();
        let labels = subsets.zip(self.frame.u64s(by_run).unwrap_or_default());
        let rows: Vec<usize> =
            labels.enumerate().filter(|(_, (s, r))| wanted(**s, **r)).map(|(row, _)| row).collect();
        self.frame.pick(&rows)
    }

    /// The plan that was run: its columns, its points, its forecast.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// The design as a table: a row for each point of the sweep, or for each run where parameters are drawn, with the values
    /// of all that varies, whatever was recorded and whichever runs failed. [`Plan::points`] gives it in pieces.
    ///
    /// # Errors
    /// None in practice: the columns are of one length by construction.
    pub fn points(&self) -> Result<Frame, FrameError> {
        self.plan.points().frame(0..u64::MAX)
    }

    /// Where each key figure is lowest, highest and best over the sweep.
    ///
    /// # Errors
    /// None in practice: the figures were checked.
    pub fn best_points(&self) -> Result<Vec<BestPoint>, ExperimentError> {
        self.plan.best_points(&self.kpis)
    }
}

/// Gathers units in memory: the sink of [`Experiment::run`](crate::Experiment::run), for those who execute a plan in their own
/// way, on a thread of their own or shard by shard.
///
/// ```
/// use te_core::glue::{Function, FunctionParams};
/// use te_core::{Collector, Experiment, System};
/// let system = System::of::<Function>("demand", FunctionParams { of: "10 + t".into() })?;
/// let plan = Experiment::new(system).timesteps(1).runs(4).unit_size(1).plan()?;
/// let mut gathered = Collector::new(&plan);
/// let cancelled = plan.execute(&|unit| unit % 2 == 0, &mut gathered)?;
/// let results = gathered.finish(plan, cancelled)?;
/// assert_eq!(results.frame().u64s("run"), Some(&[1, 1, 3, 3][..]));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Collector {
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
    /// Nothing yet, of this plan.
    pub fn new(plan: &Plan) -> Self {
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

    /// The results, with key figures over the runs that were gathered; `cancelled` is what [`Plan::execute`] returned.
    ///
    /// # Errors
    /// None for the plan that was executed: its figures were checked.
    pub fn finish(self, plan: impl Into<Arc<Plan>>, cancelled: bool) -> Result<Results, ExperimentError> {
        let plan = plan.into();
        Ok(Results {
            seed: self.seed,
            frame: self.frame.unwrap_or_default(),
            failures: self.failures,
            kpis: plan.aggregate(&self.figures)?,
            plan,
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
