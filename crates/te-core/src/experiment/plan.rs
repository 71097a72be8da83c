//! A checked experiment: every run numbered, in units of output.

mod columns;
mod forecast;
mod points;
mod size;
mod varied;

use crate::declaration::record::CellKind;
use crate::declaration::value::Value;
use crate::experiment::experiment_error::ExperimentError;
use crate::experiment::kpi::KpiResult;
use crate::experiment::kpi::{self, BestPoint, BoundKpi};
use crate::experiment::settings::Experiment;
use crate::experiment::sweep::Points;
use crate::numerics::run_id::RunId;
use crate::numerics::stream::StreamKey;
use crate::stepping::tile::Reads;
use crate::system::built::System;
use crate::system::expression::Expression;
use crate::system::expression::Program;

pub use forecast::Forecast;
pub use points::PointsTable;
pub use size::MOST_TIMESTEPS;
pub(crate) use size::least_common_multiple;
pub use varied::VariedParameter;

/// A recorded column over all simulations: where each of them has it.
#[derive(Clone, Debug, PartialEq)]
pub struct PlannedColumn {
    /// Full name.
    pub name: String,
    /// Kind of its cells.
    pub kind: CellKind,
    /// Unit.
    pub unit: String,
    /// Doc line.
    pub doc: String,
    /// The system's column, for each simulation that has it.
    pub(crate) sources: Vec<Option<usize>>,
}

/// An experiment whose parts were checked and whose runs are numbered.
///
/// Items (simulation, subset, run) are numbered in that order; a *unit* is a fixed number of consecutive items of one
/// simulation and is what is computed, written, resumed and sharded as a whole.
///
/// A plan holds what it needs of its experiment, so that it can be returned and kept:
///
/// ```
/// use te_core::glue::{Function, FunctionParams};
/// use te_core::{Experiment, ExperimentError, Plan, System};
///
/// fn plan(runs: u64) -> Result<Plan, ExperimentError> {
///     let mut system = System::builder("demand");
///     system.uncontrollable::<Function>("demand", FunctionParams { of: "10 + t".into() });
///     let system = system.build().map_err(|_| ExperimentError::NoSystem)?;
///     Experiment::new(system).runs(runs).plan()
/// }
/// assert_eq!(plan(1000)?.runs(), 1000);
/// # Ok::<(), ExperimentError>(())
/// ```
pub struct Plan {
    pub(crate) experiment: Experiment,
    points: Points,
    pub(crate) columns: Vec<PlannedColumn>,
    pub(crate) varied: Vec<VariedParameter>,
    pub(crate) stops: Vec<Vec<Program>>,
    pub(crate) kpis: Vec<Vec<BoundKpi>>,
    /// What stop conditions and key figures of each simulation read besides columns.
    reads: Vec<Reads>,
    /// For each simulation node and parameter of each value that varies.
    targets: Vec<Vec<Option<(usize, usize)>>>,
    /// Runs of a unit, and after how many items sums over runs begin anew.
    unit: u64,
    seam: u64,
    items: u64,
    units: u64,
}

/// The items of one unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct UnitItems {
    pub(crate) simulation: u64,
    /// First item, numbered within the simulation.
    pub(crate) first: u64,
    pub(crate) count: u64,
}

impl std::fmt::Debug for Plan {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let columns: Vec<_> = self.columns.iter().map(|c| &c.name).collect();
        f.debug_struct("Plan")
            .field("subsets", &self.subsets())
            .field("runs", &self.runs())
            .field("columns", &columns)
            .field("varied", &self.varied())
            .finish_non_exhaustive()
    }
}

impl Plan {
    pub(crate) fn new(experiment: Experiment) -> Result<Self, ExperimentError> {
        if experiment.systems.is_empty() {
            return Err(ExperimentError::NoSystem);
        }
        size::check_timesteps(experiment.timesteps)?;
        if experiment.runs == 0 {
            return Err(ExperimentError::NoRuns);
        }
        if let Some((index, count)) = experiment.shard
            && index >= count
        {
            return Err(ExperimentError::Shard { index, count });
        }
        let mut points = Points::new(experiment.sweep.clone())?;
        let columns = columns::plan_columns(&experiment)?;
        let varied = varied::plan_varied(&experiment)?;
        varied::check_values(&experiment, &varied)?;
        for (axis, name) in experiment.sweep.names().into_iter().enumerate() {
            if let Some(varied) = varied.iter().find(|v| v.name == name) {
                points.set_kind(axis, varied.kind.clone());
            }
        }
        let items = points.count().checked_mul(experiment.runs).ok_or(ExperimentError::TooManyPoints)?;
        let simulations = experiment.systems.len() as u64;
        // Every run has a number, and every simulation.
        items.checked_mul(simulations).ok_or(ExperimentError::TooManyPoints)?;
        experiment.first_simulation.checked_add(simulations).ok_or(ExperimentError::TooManyPoints)?;
        let size::UnitSize { unit, seam } =
            size::unit_size(&experiment, items, columns.len() as u64, varied.len() as u64)?;
        let units = items.div_ceil(unit).checked_mul(simulations).ok_or(ExperimentError::TooManyPoints)?;
        let mut stops = Vec::new();
        let mut kpis = Vec::new();
        let mut reads = Vec::new();
        for (_, system) in &experiment.systems {
            size::check_past(system, experiment.timesteps)?;
            size::check_dates(system, experiment.timesteps)?;
            let mut read = Reads::default();
            let stop = |text: &String| {
                let refuse = |message: String| ExperimentError::Stop { text: text.clone(), message };
                let expression = Expression::parse(text).map_err(|e| refuse(e.to_string()))?;
                kpi::bind(&expression, system, &mut read).map_err(refuse)
            };
            stops.push(experiment.stop.iter().map(stop).collect::<Result<_, _>>()?);
            kpis.push(experiment.kpis.iter().map(|k| k.bind(system, &mut read)).collect::<Result<_, _>>()?);
            reads.push(read);
        }
        let targets = (0..experiment.systems.len())
            .map(|simulation| varied.iter().map(|v| v.targets.get(simulation).copied().flatten()).collect())
            .collect();
        Ok(Self {
            experiment,
            points,
            columns,
            varied,
            stops,
            kpis,
            reads,
            targets,
            unit,
            seam,
            items,
            units,
        })
    }

    /// The experiment that this is the plan of.
    pub fn experiment(&self) -> &Experiment {
        &self.experiment
    }

    /// Whether rows have dates: a system has a start.
    pub(crate) fn has_dates(&self) -> bool {
        self.experiment.systems.iter().any(|(_, system)| system.calendar().is_some())
    }

    /// Subsets of each simulation: points of the sweep.
    pub fn subsets(&self) -> u64 {
        self.points.count()
    }

    /// Runs of the whole experiment.
    pub fn runs(&self) -> u64 {
        self.items.saturating_mul(self.experiment.systems.len() as u64)
    }

    /// Rows of the whole experiment, at most.
    pub(crate) fn rows(&self) -> u64 {
        size::rows_of_a_run(&self.experiment).saturating_mul(self.runs())
    }

    /// Number of units.
    pub fn units(&self) -> u64 {
        self.units
    }

    /// Runs in a unit; the last of a simulation may have fewer.
    pub fn unit_size(&self) -> u64 {
        self.unit
    }

    /// Whether no point of the sweep has runs in more than one unit: then a unit's statistics are those of whole points,
    /// and units can be computed apart.
    pub fn has_whole_points(&self) -> bool {
        self.unit.is_multiple_of(self.experiment.runs) || self.items <= self.unit
    }

    /// The recorded columns, in order.
    pub fn columns(&self) -> &[PlannedColumn] {
        &self.columns
    }

    /// Names of the parameters that vary, in order: swept ones and those drawn for every run.
    pub fn varied(&self) -> Vec<&str> {
        self.varied.iter().map(|v| v.name.as_str()).collect()
    }

    /// The parameters that vary, in order. A swept one has one value in each subset; one that is drawn has no value there but
    /// a distribution.
    pub fn varied_parameters(&self) -> &[VariedParameter] {
        &self.varied
    }

    pub(crate) fn unit_items(&self, unit: u64) -> UnitItems {
        let per_simulation = self.items.div_ceil(self.unit);
        let first = unit % per_simulation * self.unit;
        UnitItems { simulation: unit / per_simulation, first, count: self.unit.min(self.items - first) }
    }

    /// After how many items, counted from the first of a simulation, sums over the runs of a point begin anew and are joined.
    pub(crate) fn seam(&self) -> u64 {
        self.seam
    }

    /// The point of the last of these items, where it has runs beyond them.
    pub(crate) fn goes_on(&self, items: UnitItems) -> Option<(u64, u64)> {
        let next = items.first + items.count;
        let within = next < self.items && !next.is_multiple_of(self.experiment.runs);
        within.then(|| (items.simulation, next / self.experiment.runs))
    }

    pub(crate) fn run_id(&self, simulation: u64, item: u64) -> RunId {
        let runs = self.experiment.runs;
        let (subset, run) = if runs == 1 { (item, 0) } else { (item / runs, item % runs) };
        RunId { simulation, subset, run: run + 1 }
    }

    /// The run as results number it.
    pub(crate) fn shown_id(&self, id: RunId) -> RunId {
        RunId { simulation: self.experiment.first_simulation.saturating_add(id.simulation), ..id }
    }

    /// What stop conditions and key figures read of a simulation besides its columns.
    pub(crate) fn reads(&self, simulation: u64) -> &Reads {
        usize::try_from(simulation).ok().and_then(|at| self.reads.get(at)).unwrap_or(Reads::NOTHING)
    }

    pub(crate) fn system(&self, simulation: u64) -> Option<&System> {
        usize::try_from(simulation)
            .ok()
            .and_then(|i| self.experiment.systems.get(i))
            .map(|(_, system)| &**system)
    }

    pub(crate) fn key(&self, id: RunId) -> StreamKey {
        let subset = self.experiment.independent_subsets.then_some(id.subset);
        StreamKey { seed: self.experiment.seed, run: id.run, subset }
    }

    /// The values of the varied parameters in this run, in the order of [`Plan::varied`].
    pub fn values(&self, id: RunId) -> Vec<Value> {
        let mut values = vec![Value::F64(0.0); self.varied.len()];
        self.put_values(id, &mut values);
        values
    }

    /// As [`Plan::values`], in memory for as many.
    pub(crate) fn put_values(&self, id: RunId, values: &mut [Value]) {
        self.put_swept(id.subset, values);
        for (varied, value) in self.varied.iter().zip(values) {
            if let Some(drawn) = varied.draw(self.key(id)) {
                *value = drawn;
            }
        }
    }

    /// The values of the swept parameters at a point; those of drawn ones stay as they are.
    fn put_swept(&self, subset: u64, values: &mut [Value]) {
        self.points.visit(subset, &mut |axis, value| match (values.get_mut(axis), value) {
            (Some(Value::F64(slot)), Value::F64(x)) => *slot = *x,
            (Some(slot), value) => slot.clone_from(value),
            (None, _) => {}
        });
    }

    /// Where the values of what varies go in a simulation's components.
    pub(crate) fn targets(&self, simulation: u64) -> &[Option<(usize, usize)>] {
        usize::try_from(simulation).ok().and_then(|at| self.targets.get(at)).map_or(&[], Vec::as_slice)
    }

    /// Key figures over runs, from those of each run in the order of runs. A run without figures is one that failed.
    ///
    /// # Errors
    /// None for a plan that was made: its figures were checked.
    pub fn aggregate(&self, figures: &[(RunId, Vec<f64>)]) -> Result<Vec<KpiResult>, ExperimentError> {
        let mut out = Vec::new();
        let groups = figures.chunk_by(|(a, _), (b, _)| a.simulation == b.simulation && a.subset == b.subset);
        for group in groups {
            let Some((id, _)) = group.first() else { continue };
            let failed = group.iter().filter(|(_, v)| v.is_empty()).count() as u64;
            for (at, kpi) in self.experiment.kpis.iter().enumerate() {
                let values = group.iter().filter_map(|(_, v)| v.get(at).copied());
                out.push(kpi.over_runs((id.simulation, id.subset), values, failed)?);
            }
        }
        Ok(out)
    }

    /// For each key figure and simulation the points of the sweep at which it is lowest, highest and, where something is
    /// required of it, best. [`Plan::point`] has the parameters of a subset.
    ///
    /// # Errors
    /// None for a plan that was made: its figures were checked.
    pub fn best_points(&self, results: &[KpiResult]) -> Result<Vec<BestPoint>, ExperimentError> {
        let mut out = Vec::new();
        for kpi in &self.experiment.kpis {
            out.extend(kpi.best_points(results)?);
        }
        Ok(out)
    }

    /// The swept parameters of a subset with their values.
    pub fn point(&self, subset: u64) -> Vec<(&str, Value)> {
        let mut values = vec![Value::F64(0.0); self.varied.len()];
        self.put_swept(subset, &mut values);
        let swept = self.varied.iter().zip(values).filter(|(varied, _)| varied.drawn.is_none());
        swept.map(|(varied, value)| (varied.name.as_str(), value)).collect()
    }
}
