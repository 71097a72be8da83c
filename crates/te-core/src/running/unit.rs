//! Computing one unit: its runs go through a tile, a batch at a time, and leave their rows.

use crate::declaration::clock::Clock;
use crate::declaration::frame::FrameError;
use crate::declaration::value::Value;
use crate::experiment::control::{Counters, Moment, Outcome};
use crate::experiment::failure::Failure;
use crate::experiment::kpi::Gathered;
use crate::experiment::plan::{Plan, UnitItems};
use crate::experiment::recording::Keep;
use crate::model::kind::Edits;
use crate::numerics::run_id::RunId;
use crate::recording::rows::Rows;
use crate::recording::statistics_table::Gather;
use crate::recording::unit_output::UnitOutput;
use crate::stepping::tile::{LaneFailure, Tile};
use crate::system::built::System;
use std::sync::atomic::Ordering;

/// How many timesteps of a tile are counted at once.
const COUNTED: u64 = 16;

/// A run in a lane.
#[derive(Default)]
struct Run {
    id: RunId,
    ended: bool,
    failed: bool,
}

/// One thread's tile, kept for as long as units are of the same simulation.
pub(crate) struct Worker<'p> {
    plan: &'p Plan,
    counters: &'p Counters,
    tile: Option<(u64, Tile<'p>)>,
    /// Runs by lane; those beyond the batch are memory only.
    runs: Vec<Run>,
    /// Values of what varies, run by run.
    values: Vec<Value>,
    batch: UnitItems,
    /// Figures by lane and key figure.
    figures: Vec<Gathered>,
}

/// Everything that one unit gathers.
struct Gathering {
    rows: Rows,
    failures: Vec<Failure>,
    figures: Vec<(RunId, Vec<f64>)>,
    statistics: Option<Gather>,
    /// The run of the tile's first lane, counted within the unit.
    first_run: usize,
}

impl<'p> Worker<'p> {
    pub(crate) fn new(plan: &'p Plan) -> Self {
        let batch = UnitItems { simulation: 0, first: 0, count: 0 };
        let counters = &*plan.experiment.done.0;
        Self { plan, counters, tile: None, runs: Vec::new(), values: Vec::new(), batch, figures: Vec::new() }
    }

    /// Computes a unit, in the memory of one that is done with where there is one; `None` where it was cancelled midway.
    pub(crate) fn compute(
        &mut self,
        unit: u64,
        mut old: Option<UnitOutput>,
    ) -> Result<Option<UnitOutput>, FrameError> {
        let plan = self.plan;
        let experiment = &plan.experiment;
        let items = plan.unit_items(unit);
        let Some(system) = plan.system(items.simulation) else { return Ok(None) };
        let width = experiment.tile(system).min(usize::try_from(items.count).unwrap_or(usize::MAX));
        let mut tile = match self.tile.take() {
            Some((simulation, tile)) if simulation == items.simulation && tile.width() >= width => tile,
            _ => Tile::new(
                system,
                width,
                experiment.timesteps,
                experiment.instructions,
                plan.reads(items.simulation),
            ),
        };
        let statistics = (experiment.recording.keep == Keep::Statistics).then(|| {
            Gather::new(
                plan,
                items,
                tile.instructions(),
                old.as_mut().and_then(|output| output.statistics.take()),
            )
        });
        let mut gathering = Gathering {
            rows: Rows::new(plan, items, system.substeps(), old.map(|output| output.rows))?,
            failures: Vec::new(),
            figures: Vec::new(),
            statistics,
            first_run: 0,
        };
        let mut first = 0;
        while first < items.count {
            let count = (items.count - first).min(width as u64);
            self.batch = UnitItems { first: items.first + first, count, ..items };
            gathering.first_run = usize::try_from(first).unwrap_or(usize::MAX);
            if !self.run_batch(&mut tile, system, &mut gathering) {
                return Ok(None);
            }
            first += count;
        }
        self.tile = Some((items.simulation, tile));
        gathering.rows.finish();
        Ok(Some(UnitOutput {
            unit,
            failures: gathering.failures,
            figures: gathering.figures,
            statistics: gathering.statistics.map(Gather::finish),
            goes_on: plan.goes_on(items),
            runs: items.count,
            rows: gathering.rows,
        }))
    }

    /// Runs one tile full of items; `false` where it was cancelled.
    fn run_batch(&mut self, tile: &mut Tile<'p>, system: &'p System, gathering: &mut Gathering) -> bool {
        let experiment = &self.plan.experiment;
        let recording = &experiment.recording;
        let horizon = experiment.timesteps;
        self.start_batch(tile);
        self.complete_timestep(tile, system, 0, true, gathering);
        let (watched, mut uncounted) = (self.is_watched(), 0);
        for timestep in 1..=horizon {
            if experiment.cancel.is_cancelled() {
                return false;
            }
            if tile.live().is_empty() {
                break;
            }
            let clock = Clock { timestep, substep: 1, step: system.step, horizon, calendar: system.calendar };
            let wanted = recording.wants(timestep, horizon) && recording.keep != Keep::Nothing;
            let wanted = wanted && (recording.keep != Keep::Finals || timestep == horizon);
            let with_substeps = recording.substeps && wanted && recording.keep == Keep::Trajectories;
            let (first_run, rows) = (gathering.first_run, &mut gathering.rows);
            tile.step(clock, wanted || watched, &mut |tile, substep| {
                if with_substeps {
                    rows.push(tile, tile.live(), first_run, (timestep, substep));
                }
            });
            uncounted += tile.live().len() as u64;
            if timestep.is_multiple_of(COUNTED) {
                self.counters.steps.fetch_add(std::mem::take(&mut uncounted), Ordering::Relaxed);
            }
            if wanted || watched || tile.has_failures() {
                self.complete_timestep(tile, system, timestep, wanted, gathering);
            }
        }
        self.counters.steps.fetch_add(uncounted, Ordering::Relaxed);
        self.end_batch(tile, gathering);
        true
    }

    /// Whether somebody looks at every timestep, recorded or not.
    fn is_watched(&self) -> bool {
        let experiment = &self.plan.experiment;
        !(experiment.observers.is_empty() && experiment.stop.is_empty() && experiment.kpis.is_empty())
    }

    /// Puts the batch's runs into the lanes of the tile.
    fn start_batch(&mut self, tile: &mut Tile<'p>) {
        let plan = self.plan;
        let experiment = &plan.experiment;
        tile.clear();
        if experiment.poisoned {
            tile.poison();
        }
        let count = usize::try_from(self.batch.count).unwrap_or(usize::MAX);
        if self.runs.len() < count {
            self.runs.resize_with(count, Run::default);
        }
        let varied = plan.varied.len();
        if self.values.len() < count * varied {
            self.values.resize(count * varied, Value::F64(0.0));
        }
        self.figures.clear();
        self.figures.resize(count * experiment.kpis.len(), Gathered::default());
        for (lane, run) in self.runs.iter_mut().take(count).enumerate() {
            run.id = plan.run_id(self.batch.simulation, self.batch.first + lane as u64);
            (run.ended, run.failed) = (false, false);
            let values = &mut self.values[lane * varied..(lane + 1) * varied];
            plan.put_values(run.id, values);
            let edits = Edits { targets: plan.targets(self.batch.simulation), values };
            experiment.observers.iter().for_each(|o| o.run_started(run.id));
            #[expect(clippy::cast_possible_truncation, reason = "a tile is never as wide as 2^32")]
            tile.start(lane as u32, plan.key(run.id), plan.shown_id(run.id), edits);
        }
        tile.begin();
    }

    /// What follows a timestep that somebody looks at: failures, rows, statistics, figures, observers, stop conditions.
    fn complete_timestep(
        &mut self,
        tile: &mut Tile<'p>,
        system: &'p System,
        timestep: u64,
        wanted: bool,
        gathering: &mut Gathering,
    ) {
        let plan = self.plan;
        let experiment = &plan.experiment;
        if tile.has_failures() {
            self.list_failures(tile, timestep, gathering);
        }
        let substep = if timestep == 0 { 0 } else { system.substeps };
        if wanted && experiment.recording.keep == Keep::Trajectories {
            gathering.rows.push(tile, tile.live(), gathering.first_run, (timestep, substep));
        }
        if let (true, Some(statistics)) = (wanted, &mut gathering.statistics) {
            let count = usize::try_from(self.batch.count).unwrap_or(usize::MAX);
            let first = gathering.first_run;
            statistics.push(tile, first..first.saturating_add(count), timestep);
        }
        let at = usize::try_from(self.batch.simulation).unwrap_or(usize::MAX);
        for (k, kpi) in plan.kpis.get(at).into_iter().flatten().enumerate() {
            tile.compute(&kpi.program);
            for &lane in tile.live() {
                let figure = &mut self.figures[lane as usize * experiment.kpis.len() + k];
                kpi.gather(figure, timestep, tile.evaluated(lane));
            }
        }
        if !experiment.observers.is_empty() {
            for &lane in tile.live() {
                let moment = Moment { tile, system, lane, id: self.runs[lane as usize].id, timestep };
                experiment.observers.iter().for_each(|o| o.stepped(&moment));
            }
        }
        for program in plan.stops.get(at).into_iter().flatten() {
            tile.compute(program);
            let held: Vec<u32> =
                tile.live().iter().copied().filter(|lane| tile.evaluated(*lane) != 0.0).collect();
            for lane in held {
                let recording = &experiment.recording;
                let missing = match recording.keep {
                    Keep::Finals => true,
                    // The last row of a stopped run is kept even where it falls between recorded timesteps.
                    Keep::Trajectories => timestep > 0 && !recording.wants(timestep, experiment.timesteps),
                    _ => false,
                };
                if missing {
                    gathering.rows.push(tile, &[lane], gathering.first_run, (timestep, substep));
                }
                let ended = u64::from(self.end(lane, &Outcome::Stopped { timestep }));
                self.counters.runs.fetch_add(ended, Ordering::Relaxed);
                tile.stop(lane);
            }
        }
    }

    fn list_failures(&mut self, tile: &mut Tile<'p>, timestep: u64, gathering: &mut Gathering) {
        for failed in tile.take_failures() {
            let run = &mut self.runs[failed.lane as usize];
            (run.ended, run.failed) = (true, true);
            let failure = self.plan.failure(run.id, timestep, failed);
            self.counters.failures.fetch_add(1, Ordering::Relaxed);
            self.counters.runs.fetch_add(1, Ordering::Relaxed);
            let outcome = Outcome::Failed(failure.clone());
            self.plan.experiment.observers.iter().for_each(|o| o.run_ended(run.id, &outcome));
            gathering.failures.push(failure);
        }
    }

    /// Ends a run that did not fail; `false` where it had ended.
    fn end(&mut self, lane: u32, outcome: &Outcome) -> bool {
        let run = &mut self.runs[lane as usize];
        if std::mem::replace(&mut run.ended, true) {
            return false;
        }
        self.plan.experiment.observers.iter().for_each(|o| o.run_ended(run.id, outcome));
        true
    }

    /// Ends what still runs and hands over the figures, in the order of items.
    fn end_batch(&mut self, tile: &Tile<'p>, gathering: &mut Gathering) {
        let plan = self.plan;
        let experiment = &plan.experiment;
        if experiment.recording.keep == Keep::Finals && !tile.live().is_empty() {
            let substeps = plan.system(self.batch.simulation).map_or(1, System::substeps);
            let time = (experiment.timesteps, if experiment.timesteps == 0 { 0 } else { substeps });
            gathering.rows.push(tile, tile.live(), gathering.first_run, time);
        }
        let ended = tile.live().iter().filter(|lane| self.end(**lane, &Outcome::Completed)).count();
        self.counters.runs.fetch_add(ended as u64, Ordering::Relaxed);
        let count = usize::try_from(self.batch.count).unwrap_or(usize::MAX);
        let ids = self.runs[..count].iter().map(|run| run.id);
        gathering.rows.label(gathering.first_run, &ids, &self.values);
        gathering.failures.sort_by_key(|f| (f.subset, f.run));
        let kpis = plan.kpis.get(usize::try_from(self.batch.simulation).unwrap_or(usize::MAX));
        if let Some(kpis) = kpis.filter(|k| !k.is_empty()) {
            let runs = self.runs[..count].iter().zip(self.figures.chunks_exact(kpis.len()));
            for (run, gathered) in runs {
                let finished = kpis.iter().zip(gathered).map(|(kpi, g)| kpi.finish(*g));
                let figures = if run.failed { Vec::new() } else { finished.collect() };
                gathering.figures.push((run.id, figures));
            }
        }
    }
}

impl Plan {
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
}
