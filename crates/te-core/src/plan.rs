//! A checked experiment: every run numbered, in units of output.

use crate::board::STRIP;
use crate::experiment::{Experiment, widest_tile};
use crate::expression::Program;
use crate::kpi::{self, BoundKpi};
use crate::recording::{Keep, matches};
use crate::stream::path_hash;
use crate::sweep::Points;
use crate::tile::LaneFailure;
use crate::{
    CellKind, Distribution, ExperimentError, Expression, Failure, KpiResult, ParamError, ParamKind, RunId,
    Stream, StreamKey, System, Value, nearest,
};

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
    pub(crate) places: Vec<Option<usize>>,
}

/// A parameter that varies: swept, or drawn for every run.
#[derive(Clone, Debug)]
pub(crate) struct Varied {
    pub(crate) name: String,
    pub(crate) kind: ParamKind,
    pub(crate) unit: &'static str,
    pub(crate) doc: &'static str,
    /// Node and parameter, for each simulation that has it.
    pub(crate) places: Vec<Option<(usize, usize)>>,
    /// Drawn from this, with the stream at this path.
    pub(crate) drawn: Option<(Distribution, u64)>,
}

/// An experiment whose parts were checked and whose runs are numbered.
///
/// Items (simulation, subset, run) are numbered in that order; a *unit* is a fixed number of consecutive items of one
/// simulation and is what is computed, written, resumed and sharded as a whole.
pub struct Plan<'e> {
    pub(crate) experiment: &'e Experiment,
    pub(crate) points: Points<'e>,
    pub(crate) columns: Vec<PlannedColumn>,
    pub(crate) varied: Vec<Varied>,
    pub(crate) stops: Vec<Vec<Program>>,
    pub(crate) kpis: Vec<Vec<BoundKpi>>,
    /// For each simulation node and parameter of each value that varies.
    places: Vec<Vec<Option<(usize, usize)>>>,
    unit: u64,
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

/// Cells of a unit's columns, at most; it bounds memory.
const UNIT_CELLS: u64 = 1 << 20;
/// Runs of a unit, at most.
const UNIT_RUNS: u64 = 4096;
/// Into how many units a small experiment is cut, so that every thread has work.
const UNITS_WANTED: u64 = 32;
/// Steps of a small experiment's unit, at most: long runs are worth a thread of their own.
const UNIT_STEPS: u64 = 1 << 22;

/// What units are a multiple of: whole tiles, so that no lane is stepped for nothing; whole strips where runs are long.
fn unit_grain(experiment: &Experiment) -> u64 {
    let tile = experiment.systems.iter().map(|(_, system)| widest_tile(system)).max().unwrap_or(STRIP) as u64;
    let strips = UNIT_STEPS / experiment.timesteps.max(1) / STRIP as u64;
    tile.min(strips.max(1) * STRIP as u64)
}

impl<'e> Plan<'e> {
    pub(crate) fn new(experiment: &'e Experiment) -> Result<Self, ExperimentError> {
        if experiment.systems.is_empty() {
            return Err(ExperimentError::NoSystem);
        }
        if experiment.runs == 0 {
            return Err(ExperimentError::NoRuns);
        }
        if let Some((index, count)) = experiment.shard
            && index >= count
        {
            return Err(ExperimentError::Shard { index, count });
        }
        let points = experiment.sweep.prepare()?;
        let columns = plan_columns(experiment)?;
        let varied = plan_varied(experiment)?;
        check_values(experiment, &varied)?;
        let items = points.count().checked_mul(experiment.runs).ok_or(ExperimentError::TooManyPoints)?;
        let substeps = experiment.systems.iter().map(|(_, s)| s.substeps()).max().unwrap_or(1);
        let cells = experiment
            .recording
            .rows(experiment.timesteps, substeps)
            .saturating_mul((columns.len() + varied.len() + 5) as u64)
            .max(1);
        let unit = experiment.unit.unwrap_or_else(|| {
            let grain = unit_grain(experiment);
            let share = items.div_ceil(UNITS_WANTED).next_multiple_of(grain);
            let most = (UNIT_CELLS / cells).clamp(1, UNIT_RUNS);
            share.min(if most < grain { most } else { most - most % grain })
        });
        let simulations = experiment.systems.len() as u64;
        let units = items.div_ceil(unit).checked_mul(simulations).ok_or(ExperimentError::TooManyPoints)?;
        let mut stops = Vec::new();
        let mut kpis = Vec::new();
        for (_, system) in &experiment.systems {
            let stop = |text: &String| {
                let refuse = |message: String| ExperimentError::Stop { text: text.clone(), message };
                let expression = Expression::parse(text).map_err(|e| refuse(e.to_string()))?;
                kpi::bind(&expression, system).map_err(refuse)
            };
            stops.push(experiment.stop.iter().map(stop).collect::<Result<_, _>>()?);
            kpis.push(experiment.kpis.iter().map(|k| k.bind(system)).collect::<Result<_, _>>()?);
        }
        let places = (0..experiment.systems.len())
            .map(|simulation| varied.iter().map(|v| v.places.get(simulation).copied().flatten()).collect())
            .collect();
        Ok(Self { experiment, points, columns, varied, stops, kpis, places, unit, items, units })
    }

    /// Subsets of each simulation.
    pub fn subsets(&self) -> u64 {
        self.points.count()
    }

    /// Runs of the whole experiment.
    pub fn runs(&self) -> u64 {
        self.items.saturating_mul(self.experiment.systems.len() as u64)
    }

    /// Rows of the whole experiment, at most.
    pub(crate) fn rows(&self) -> u64 {
        let substeps = self.experiment.systems.iter().map(|(_, s)| s.substeps()).max().unwrap_or(1);
        self.experiment.recording.rows(self.experiment.timesteps, substeps).saturating_mul(self.runs())
    }

    /// Number of units.
    pub fn units(&self) -> u64 {
        self.units
    }

    /// Runs in a unit; the last of a simulation may have fewer.
    pub fn unit_size(&self) -> u64 {
        self.unit
    }

    /// The recorded columns, in order.
    pub fn columns(&self) -> &[PlannedColumn] {
        &self.columns
    }

    /// Names of the parameters that vary, in order.
    pub fn varied(&self) -> Vec<&str> {
        self.varied.iter().map(|v| v.name.as_str()).collect()
    }

    /// The values that a subset gives to the swept parameters, by name.
    pub fn point(&self, subset: u64) -> Vec<(&'e str, Value)> {
        let mut point: Vec<(&str, Value)> =
            self.experiment.sweep.names().into_iter().map(|name| (name, Value::F64(f64::NAN))).collect();
        self.points.visit(subset, &mut |axis, value| {
            if let Some((_, slot)) = point.get_mut(axis) {
                slot.clone_from(value);
            }
        });
        point
    }

    pub(crate) fn unit_items(&self, unit: u64) -> UnitItems {
        let per_simulation = self.items.div_ceil(self.unit);
        let first = unit % per_simulation * self.unit;
        UnitItems { simulation: unit / per_simulation, first, count: self.unit.min(self.items - first) }
    }

    pub(crate) fn run_id(&self, simulation: u64, item: u64) -> RunId {
        let runs = self.experiment.runs;
        let (subset, run) = if runs == 1 { (item, 0) } else { (item / runs, item % runs) };
        RunId { simulation, subset, run: run + 1 }
    }

    pub(crate) fn system(&self, simulation: u64) -> Option<&'e System> {
        usize::try_from(simulation)
            .ok()
            .and_then(|i| self.experiment.systems.get(i))
            .map(|(_, system)| system)
    }

    pub(crate) fn key(&self, id: RunId) -> StreamKey {
        let subset = self.experiment.independent_subsets.then_some(id.subset);
        StreamKey { seed: self.experiment.seed, run: id.run, subset }
    }

    /// A lane's failure as a row of the failures table.
    pub(crate) fn failure(&self, id: RunId, timestep: u64, failed: LaneFailure) -> Failure {
        Failure {
            simulation: self.experiment.first_simulation + id.simulation,
            subset: id.subset,
            run: id.run,
            timestep,
            substep: failed.substep,
            component: failed.component,
            error: failed.error,
        }
    }

    /// The values of the varied parameters in this run.
    pub(crate) fn values(&self, id: RunId) -> Vec<Value> {
        let mut values = vec![Value::F64(0.0); self.varied.len()];
        self.put_values(id, &mut values);
        values
    }

    /// As [`Plan::values`], in memory for as many.
    pub(crate) fn put_values(&self, id: RunId, values: &mut [Value]) {
        self.points.visit(id.subset, &mut |axis, value| match (values.get_mut(axis), value) {
            (Some(Value::F64(slot)), Value::F64(x)) => *slot = *x,
            (Some(slot), value) => slot.clone_from(value),
            (None, _) => {}
        });
        for (varied, value) in self.varied.iter().zip(values) {
            if let Some((distribution, path)) = varied.drawn {
                *value = Value::F64(distribution.draw(&mut Stream::at(self.key(id), path)));
            }
        }
    }

    /// Where the values of what varies go in a simulation's components.
    pub(crate) fn places(&self, simulation: u64) -> &[Option<(usize, usize)>] {
        usize::try_from(simulation).ok().and_then(|at| self.places.get(at)).map_or(&[], Vec::as_slice)
    }

    /// Key figures over runs, from those of each run in the order of runs.
    ///
    /// # Errors
    /// None for a plan that was made: its figures were checked.
    pub fn aggregate(&self, figures: &[(RunId, Vec<f64>)]) -> Result<Vec<KpiResult>, ExperimentError> {
        let mut out = Vec::new();
        let groups = figures.chunk_by(|(a, _), (b, _)| a.simulation == b.simulation && a.subset == b.subset);
        for group in groups {
            let Some((id, _)) = group.first() else { continue };
            for (at, kpi) in self.experiment.kpis.iter().enumerate() {
                let values: Vec<f64> = group.iter().filter_map(|(_, v)| v.get(at).copied()).collect();
                let (value, holds) = kpi.aggregate(&values)?;
                out.push(KpiResult {
                    name: kpi.name.clone(),
                    simulation: id.simulation,
                    subset: id.subset,
                    runs: values.len() as u64,
                    value,
                    holds,
                });
            }
        }
        Ok(out)
    }
}

fn plan_columns(experiment: &Experiment) -> Result<Vec<PlannedColumn>, ExperimentError> {
    let patterns = &experiment.recording.columns;
    let mut out: Vec<PlannedColumn> = Vec::new();
    if experiment.recording.keep == Keep::Nothing {
        return Ok(out);
    }
    for (simulation, (_, system)) in experiment.systems.iter().enumerate() {
        for (at, spec) in system.columns().iter().enumerate() {
            if !patterns.is_empty() && !patterns.iter().any(|p| matches(p, &spec.name)) {
                continue;
            }
            let known = out.iter_mut().find(|c| c.name == spec.name);
            let column = if let Some(known) = known {
                if known.kind != spec.kind {
                    return Err(ExperimentError::ColumnKind { name: spec.name.clone() });
                }
                known
            } else {
                out.push(PlannedColumn {
                    name: spec.name.clone(),
                    kind: spec.kind,
                    unit: spec.unit.clone(),
                    doc: spec.doc.clone(),
                    places: vec![None; experiment.systems.len()],
                });
                let last = out.len() - 1;
                &mut out[last]
            };
            column.places[simulation] = Some(at);
        }
    }
    for pattern in patterns {
        let columns = || experiment.systems.iter().flat_map(|(_, s)| s.columns());
        if !columns().any(|c| matches(pattern, &c.name)) {
            let nearest = nearest(pattern, columns().map(|c| &c.name));
            return Err(ExperimentError::UnknownColumn { name: pattern.clone(), nearest });
        }
    }
    Ok(out)
}

fn plan_varied(experiment: &Experiment) -> Result<Vec<Varied>, ExperimentError> {
    let mut out = Vec::new();
    let swept = experiment.sweep.names().into_iter().map(|name| (name.to_owned(), None));
    let mut drawn: Vec<(String, Option<Distribution>)> = Vec::new();
    for (_, system) in &experiment.systems {
        for (name, distribution) in experiment.distributions(system)? {
            if !drawn.iter().any(|(n, _)| *n == name) {
                drawn.push((name, Some(distribution)));
            }
        }
    }
    for (name, distribution) in swept.chain(drawn) {
        let mut places = Vec::new();
        let mut found = None;
        let mut refused = None;
        for (_, system) in &experiment.systems {
            match system.find_param(&name) {
                Ok(at) => {
                    found = found.or_else(|| system.param(at).map(|(spec, _)| spec));
                    places.push(Some(at));
                }
                Err(issue) => {
                    refused = refused.or(Some(issue));
                    places.push(None);
                }
            }
        }
        match (found, refused) {
            (Some(spec), _) => {
                let drawn = distribution.map(|d| (d, path_hash(&format!("random.{name}"))));
                out.push(Varied { kind: spec.kind, unit: spec.unit, doc: spec.doc, name, places, drawn });
            }
            (None, Some(issue)) => return Err(ExperimentError::Param(issue)),
            (None, None) => {}
        }
    }
    Ok(out)
}

/// Every swept value must be allowed for its parameter alone; what values say of each other only each run knows.
fn check_values(experiment: &Experiment, varied: &[Varied]) -> Result<(), ExperimentError> {
    let sweep = &experiment.sweep;
    for (axis, name) in sweep.names().into_iter().enumerate() {
        let Some(varied) = varied.iter().find(|v| v.name == name) else { continue };
        for (place, (_, system)) in varied.places.iter().zip(&experiment.systems) {
            let Some((node, index)) = *place else { continue };
            let Some(node) = system.nodes.get(node) else { continue };
            if !sweep.intervals().is_empty() && !matches!(varied.kind, ParamKind::F64) {
                let problem =
                    crate::Problem::Cross("only a number can be sampled; list the values instead".into());
                let issue =
                    crate::ParamIssue { path: name.to_owned(), value: String::new(), unit: "", problem };
                return Err(ExperimentError::Param(issue));
            }
            let mut probe = node.instance.boxed();
            sweep
                .each_value(axis, |value| probe.set(index, value))
                .map_err(|issue| ExperimentError::Params(ParamError::single(issue.nested(&node.path))))?;
        }
    }
    Ok(())
}
