//! Runs that become more while somebody looks, each computed once.
//!
//! A plan over as many runs as there may be is cut into units, and computed a few units at a time. Run k is the same whatever the
//! number of runs, so what is there after n runs is what an experiment of n runs has.

use crate::trouble::Trouble;
use std::error::Error;
use te_core::{Cells, Experiment, Failure, Keep, Order, Plan, Recording, RunId, Sink, UnitOutput};

/// Rows of a run that are kept, about: more than a chart has room for.
pub(crate) const ROWS: u64 = 1000;
/// Bytes of numbers that are kept of a setting, at most: then no runs are added.
const BYTES: u64 = 128 << 20;
/// Runs of a unit while the first hundred are computed: each thread has one soon.
const FIRST: u64 = 25;
/// Runs of a unit afterwards. A multiple of `FIRST`, and all counts but the last are multiples of it.
const LATER: u64 = 100;
/// First runs that take longer than so many microseconds are worth several threads.
const WORTH_THREADS: u64 = 4000;
/// Failures that are told in words.
const TOLD: usize = 5;

/// What is kept of an experiment that grows.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Kept<'a> {
    pub(crate) columns: &'a [String],
    /// Runs that there may be.
    pub(crate) most: u64,
    pub(crate) timesteps: u64,
    /// Rows of a run, about.
    pub(crate) rows: u64,
    /// How long the first runs took before, in microseconds.
    pub(crate) took: u64,
}

/// The numbers of all runs so far.
#[derive(Debug, Default)]
pub(crate) struct Gathered {
    /// Timesteps of the rows that are kept.
    pub(crate) times: Vec<u64>,
    every: u64,
    pub(crate) names: Vec<String>,
    /// For each column and time the value of each run; NaN where it has none.
    pub(crate) values: Vec<Vec<Vec<f64>>>,
    /// For each column the last value of each run; NaN where it failed.
    pub(crate) finals: Vec<Vec<f64>>,
    /// Key figures of each run; none where it failed.
    pub(crate) figures: Vec<(RunId, Vec<f64>)>,
    pub(crate) failures: u64,
    pub(crate) told: Vec<String>,
    pub(crate) runs: u64,
}

/// An experiment that grows.
pub(crate) struct Growing {
    pub(crate) plan: Plan,
    experiment: Experiment,
    later: Option<Plan>,
    pub(crate) gathered: Gathered,
    /// Runs that there may be.
    pub(crate) most: u64,
}

impl Growing {
    /// An experiment of which some is kept.
    pub(crate) fn new(experiment: Experiment, kept: &Kept<'_>) -> Result<Self, Trouble> {
        let Kept { columns, most, timesteps, rows, took } = *kept;
        let every = timesteps.div_ceil(rows.max(1)).max(1);
        let times: Vec<u64> =
            (0..timesteps).step_by(usize::try_from(every).unwrap_or(usize::MAX)).chain([timesteps]).collect();
        let cells = (times.len() as u64 + 1).saturating_mul(columns.len() as u64).max(1);
        let most = most.clamp(1, (BYTES / 8 / cells).clamp(FIRST, 1 << 20));
        let keep = if columns.is_empty() { Keep::Nothing } else { Keep::Trajectories };
        let recording = Recording {
            columns: columns.to_vec(),
            every,
            keep,
            order: Order::Timesteps,
            ..Recording::default()
        };
        let experiment = experiment.record(recording).runs(most);
        // As many as there are cores, or the calling one alone.
        let threads = usize::from(took <= WORTH_THREADS);
        let plan = experiment.clone().threads(threads).unit_size(FIRST).plan()?;
        let names: Vec<String> = plan.columns().iter().map(|column| column.name.clone()).collect();
        let values = vec![vec![Vec::new(); times.len()]; names.len()];
        let finals = vec![Vec::new(); names.len()];
        let gathered = Gathered { times, every, names, values, finals, ..Gathered::default() };
        Ok(Self { plan, experiment, later: None, gathered, most })
    }

    /// Computes runs until there are so many, which is a hundred, a multiple of it or all; `false` where that was cancelled.
    pub(crate) fn grow(&mut self, to: u64) -> Result<bool, Trouble> {
        let (from, to) = (self.gathered.runs, to.min(self.most));
        let early = to <= LATER || !from.is_multiple_of(LATER);
        if !early && self.later.is_none() {
            self.later = Some(self.experiment.clone().threads(0).unit_size(LATER).plan()?);
        }
        let (plan, unit) = match &self.later {
            Some(later) if !early => (later, LATER),
            _ => (&self.plan, FIRST),
        };
        let (first, end) = (from / unit, to.div_ceil(unit));
        let cancelled = plan.execute(&|unit| (first..end).contains(&unit), &mut self.gathered)?;
        Ok(!cancelled)
    }
}

impl Gathered {
    /// Where the row of a timestep is kept.
    fn row_of(&self, timestep: u64) -> Option<usize> {
        let last = self.times.len().saturating_sub(1);
        if self.times.last() == Some(&timestep) {
            return Some(last);
        }
        let row = timestep.is_multiple_of(self.every).then(|| usize::try_from(timestep / self.every).ok());
        row.flatten().filter(|row| *row < last)
    }

    /// Takes note of runs that failed: they have no last value.
    fn fail(&mut self, failures: &[Failure]) {
        self.failures += failures.len() as u64;
        let room = TOLD.saturating_sub(self.told.len());
        self.told.extend(failures.iter().take(room).map(ToString::to_string));
        for failure in failures {
            let at = usize::try_from(failure.run.saturating_sub(1)).unwrap_or(usize::MAX);
            for finals in &mut self.finals {
                if let Some(last) = finals.get_mut(at) {
                    *last = f64::NAN;
                }
            }
        }
    }
}

impl Sink for Gathered {
    fn unit(&mut self, output: &mut UnitOutput) -> Result<(), Box<dyn Error + Send + Sync>> {
        self.runs += output.runs;
        let runs = usize::try_from(self.runs)?;
        let columns = self.values.iter_mut().flatten().chain(&mut self.finals);
        columns.for_each(|column| column.resize(runs, f64::NAN));
        self.figures.append(&mut output.figures);
        let frame = output.frame();
        if let (Some(timesteps), Some(numbers)) = (frame.u64s("timestep"), frame.u64s("run")) {
            let rows: Vec<(usize, Option<usize>, u64)> = timesteps
                .iter()
                .zip(numbers)
                .map(|(timestep, run)| {
                    (usize::try_from(run - 1).unwrap_or(usize::MAX), self.row_of(*timestep), *timestep)
                })
                .collect();
            let named = self.names.iter().map(|name| frame.column(name));
            let columns = named.zip(self.values.iter_mut().zip(&mut self.finals));
            let mut reached = vec![0_u64; runs];
            for (column, (values, finals)) in columns {
                let Some(column) = column else { continue };
                reached.fill(0);
                let floats = match &column.cells {
                    Cells::F64(floats) => Some(floats.as_slice()),
                    _ => None,
                };
                for (at, (run, row, timestep)) in rows.iter().enumerate() {
                    let value = floats
                        .and_then(|floats| floats.get(at).copied())
                        .or_else(|| column.number(at))
                        .unwrap_or(f64::NAN);
                    if let Some(slot) = row.and_then(|row| values.get_mut(row)?.get_mut(*run)) {
                        *slot = value;
                    }
                    if let (Some(last), Some(reached)) = (finals.get_mut(*run), reached.get_mut(*run))
                        && *timestep >= *reached
                    {
                        (*last, *reached) = (value, *timestep);
                    }
                }
            }
        }
        let failures = std::mem::take(&mut output.failures);
        self.fail(&failures);
        Ok(())
    }
}
