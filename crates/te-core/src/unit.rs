//! Computing one unit: its runs go through a tile, a batch at a time, and leave their rows.

use crate::control::{Moment, Outcome};
use crate::kpi::Gathered;
use crate::plan::{Plan, UnitItems};
use crate::recording::Keep;
use crate::rows::Rows;
use crate::statistics_table::StatisticsTable;
use crate::tile::{NodeEdit, Tile};
use crate::{Clock, Failure, Frame, FrameError, RunId, System, Value};
use std::sync::atomic::{AtomicU64, Ordering};

/// What a unit leaves.
#[derive(Clone, Debug)]
pub struct UnitOutput {
    /// Number of the unit.
    pub unit: u64,
    /// Recorded rows, index columns first; no rows where none are kept.
    pub frame: Frame,
    /// Failed runs.
    pub failures: Vec<Failure>,
    /// Key figures of each run that did not fail.
    pub figures: Vec<(RunId, Vec<f64>)>,
    /// Statistics over the unit's runs, where they are kept.
    pub statistics: Option<StatisticsTable>,
    /// How many runs it has.
    pub runs: u64,
}

/// Counters that all threads share.
#[derive(Debug, Default)]
pub(crate) struct Counters {
    pub(crate) steps: AtomicU64,
    pub(crate) runs: AtomicU64,
    pub(crate) failures: AtomicU64,
}

/// A run in a lane.
struct Lane {
    id: RunId,
    values: Vec<Value>,
    figures: Vec<Gathered>,
    /// The timestep completed last.
    timestep: u64,
    ended: bool,
    failed: bool,
}

/// One thread's tile, kept for as long as units are of the same simulation.
pub(crate) struct Worker<'p> {
    plan: &'p Plan<'p>,
    tile: Option<(u64, Tile<'p>)>,
    lanes: Vec<Lane>,
    edits: Vec<NodeEdit>,
}

/// Everything that one unit gathers.
struct Gathering {
    rows: Rows,
    failures: Vec<Failure>,
    figures: Vec<(RunId, Vec<f64>)>,
    statistics: Option<StatisticsTable>,
}

impl<'p> Worker<'p> {
    pub(crate) fn new(plan: &'p Plan<'p>) -> Self {
        Self { plan, tile: None, lanes: Vec::new(), edits: Vec::new() }
    }

    /// Computes a unit; `None` where it was cancelled midway.
    pub(crate) fn compute(
        &mut self,
        unit: u64,
        counters: &Counters,
    ) -> Result<Option<UnitOutput>, FrameError> {
        let plan = self.plan;
        let experiment = plan.experiment;
        let items = plan.unit_items(unit);
        let Some(system) = plan.system(items.simulation) else { return Ok(None) };
        let width = experiment.tile;
        let mut tile = match self.tile.take() {
            Some((simulation, tile)) if simulation == items.simulation => tile,
            _ => Tile::new(system, width),
        };
        let mut gathering = Gathering {
            rows: Rows::new(plan, items, system.substeps()),
            failures: Vec::new(),
            figures: Vec::new(),
            statistics: (experiment.recording.keep == Keep::Statistics).then(|| StatisticsTable::new(plan)),
        };
        let mut first = 0;
        while first < items.count {
            let count = (items.count - first).min(width as u64);
            let batch = UnitItems { first: items.first + first, count, ..items };
            if !self.run_batch(&mut tile, system, batch, first, &mut gathering, counters) {
                return Ok(None);
            }
            first += count;
        }
        self.tile = Some((items.simulation, tile));
        Ok(Some(UnitOutput {
            unit,
            frame: gathering.rows.finish(plan)?,
            failures: gathering.failures,
            figures: gathering.figures,
            statistics: gathering.statistics,
            runs: items.count,
        }))
    }

    /// Runs one tile full of items; `false` where it was cancelled.
    fn run_batch(
        &mut self,
        tile: &mut Tile<'p>,
        system: &'p System,
        batch: UnitItems,
        offset: u64,
        gathering: &mut Gathering,
        counters: &Counters,
    ) -> bool {
        let plan = self.plan;
        let experiment = plan.experiment;
        let recording = &experiment.recording;
        let horizon = experiment.timesteps;
        tile.clear();
        self.lanes.clear();
        for lane in 0..batch.count {
            let id = plan.run_id(batch.simulation, batch.first + lane);
            let values = plan.values(id);
            plan.edits(batch.simulation, &values, &mut self.edits);
            let figures = vec![Gathered::default(); experiment.kpis.len()];
            self.lanes.push(Lane { id, values, figures, timestep: 0, ended: false, failed: false });
            experiment.observers.iter().for_each(|o| o.run_started(id));
            #[expect(clippy::cast_possible_truncation, reason = "a tile is never as wide as 2^32")]
            tile.start(lane as u32, plan.key(id), &self.edits);
        }
        tile.begin();
        self.complete_timestep(tile, system, 0, offset, gathering, counters);
        for timestep in 1..=horizon {
            if experiment.cancel.is_cancelled() {
                return false;
            }
            if tile.live().is_empty() {
                break;
            }
            let clock = Clock { timestep, substep: 1, step: system.step, horizon };
            let with_substeps = recording.substeps && recording.wants(timestep, horizon);
            let (lanes, rows) = (&self.lanes, &mut gathering.rows);
            tile.step(clock, &mut |tile, substep| {
                if with_substeps {
                    for &lane in tile.live() {
                        let l = &lanes[lane as usize];
                        rows.push(tile, lane, offset, (l.id, timestep, substep), &l.values);
                    }
                }
            });
            counters.steps.fetch_add(tile.live().len() as u64, Ordering::Relaxed);
            self.complete_timestep(tile, system, timestep, offset, gathering, counters);
        }
        self.end_batch(tile, offset, gathering, counters);
        true
    }

    /// What follows every timestep: failures, rows, statistics, figures, observers, stop conditions.
    fn complete_timestep(
        &mut self,
        tile: &mut Tile<'p>,
        system: &'p System,
        timestep: u64,
        offset: u64,
        gathering: &mut Gathering,
        counters: &Counters,
    ) {
        let plan = self.plan;
        let experiment = plan.experiment;
        let recording = &experiment.recording;
        if tile.has_failures() {
            self.list_failures(tile, timestep, gathering, counters);
        }
        for &lane in tile.live() {
            self.lanes[lane as usize].timestep = timestep;
        }
        let wanted = timestep == 0 || recording.wants(timestep, experiment.timesteps);
        if wanted && recording.keep == Keep::Trajectories {
            let substep = if timestep == 0 { 0 } else { system.substeps };
            for &lane in tile.live() {
                let l = &self.lanes[lane as usize];
                gathering.rows.push(tile, lane, offset, (l.id, timestep, substep), &l.values);
            }
        }
        if let (true, Some(statistics)) = (wanted, &mut gathering.statistics) {
            for &lane in tile.live() {
                let id = self.lanes[lane as usize].id;
                statistics.push(plan, id, timestep, |column| tile.number(column, lane));
            }
        }
        let simulation = self.lanes.first().map_or(0, |l| l.id.simulation);
        let at = usize::try_from(simulation).unwrap_or(usize::MAX);
        for (k, kpi) in plan.kpis.get(at).into_iter().flatten().enumerate() {
            tile.compute(&kpi.program);
            for &lane in tile.live() {
                kpi.gather(&mut self.lanes[lane as usize].figures[k], timestep, tile.evaluated(lane));
            }
        }
        if !experiment.observers.is_empty() {
            for &lane in tile.live() {
                let moment = Moment { tile, system, lane, id: self.lanes[lane as usize].id, timestep };
                experiment.observers.iter().for_each(|o| o.stepped(&moment));
            }
        }
        for program in plan.stops.get(at).into_iter().flatten() {
            tile.compute(program);
            let held: Vec<u32> =
                tile.live().iter().copied().filter(|lane| tile.evaluated(*lane) != 0.0).collect();
            for lane in held {
                self.end(tile, lane, offset, &Outcome::Stopped { timestep }, gathering, counters);
                tile.stop(lane);
            }
        }
    }

    fn list_failures(
        &mut self,
        tile: &mut Tile<'p>,
        timestep: u64,
        gathering: &mut Gathering,
        counters: &Counters,
    ) {
        for failed in tile.take_failures() {
            let lane = &mut self.lanes[failed.lane as usize];
            (lane.ended, lane.failed) = (true, true);
            let failure = self.plan.failure(lane.id, timestep, failed);
            counters.failures.fetch_add(1, Ordering::Relaxed);
            counters.runs.fetch_add(1, Ordering::Relaxed);
            let outcome = Outcome::Failed(failure.clone());
            self.plan.experiment.observers.iter().for_each(|o| o.run_ended(lane.id, &outcome));
            gathering.failures.push(failure);
        }
    }

    /// Ends a run that did not fail.
    fn end(
        &mut self,
        tile: &Tile<'p>,
        lane: u32,
        offset: u64,
        outcome: &Outcome,
        gathering: &mut Gathering,
        counters: &Counters,
    ) {
        let plan = self.plan;
        let l = &mut self.lanes[lane as usize];
        if std::mem::replace(&mut l.ended, true) {
            return;
        }
        let substep =
            if l.timestep == 0 { 0 } else { plan.system(l.id.simulation).map_or(1, System::substeps) };
        match plan.experiment.recording.keep {
            Keep::Finals => gathering.rows.push(tile, lane, offset, (l.id, l.timestep, substep), &l.values),
            // The last row of a stopped run is kept even where it falls between recorded timesteps.
            Keep::Trajectories
                if l.timestep > 0
                    && !plan.experiment.recording.wants(l.timestep, plan.experiment.timesteps) =>
            {
                gathering.rows.push(tile, lane, offset, (l.id, l.timestep, substep), &l.values);
            }
            _ => {}
        }
        counters.runs.fetch_add(1, Ordering::Relaxed);
        plan.experiment.observers.iter().for_each(|o| o.run_ended(l.id, outcome));
    }

    /// Ends what still runs and hands over the figures, in the order of items.
    fn end_batch(&mut self, tile: &Tile<'p>, offset: u64, gathering: &mut Gathering, counters: &Counters) {
        for &lane in tile.live() {
            self.end(tile, lane, offset, &Outcome::Completed, gathering, counters);
        }
        let simulation = self.lanes.first().map_or(0, |l| l.id.simulation);
        let kpis = self.plan.kpis.get(usize::try_from(simulation).unwrap_or(usize::MAX));
        gathering.failures.sort_by_key(|f| (f.subset, f.run));
        if let Some(kpis) = kpis.filter(|k| !k.is_empty()) {
            for lane in self.lanes.iter().filter(|l| !l.failed) {
                let figures = kpis.iter().zip(&lane.figures).map(|(kpi, g)| kpi.finish(*g)).collect();
                gathering.figures.push((lane.id, figures));
            }
        }
    }
}
