//! An experiment: a system, or several side by side, over timesteps, runs and a sweep.

use crate::declaration::distribution::Distribution;
use crate::declaration::param_error::ParamError;
use crate::declaration::param_spec::Role;
use crate::declaration::value::Value;
use crate::experiment::control::{Cancel, Observer, Progress, ProgressHandle};
use crate::experiment::experiment_error::ExperimentError;
use crate::experiment::kpi::Kpi;
use crate::experiment::recording::Recording;
use crate::experiment::sweep::{Interval, Sweep};
use crate::model::kind::RUNS_IN_LANES;
use crate::system::built::System;
use std::sync::Arc;
use std::time::Duration;
use te_math::dispatch::InstructionSet;

/// What the work of a thread is done within.
pub(crate) type Around = Arc<dyn Fn(&mut (dyn FnMut() + Send)) + Send + Sync>;

/// Told how far an experiment is.
pub(crate) type Report = Arc<dyn Fn(&Progress) + Send + Sync>;

/// How many runs a tile steps side by side, unless said otherwise, where some components are stepped one by one.
const TILE: usize = 32;
/// Bytes of state of such a tile, so that it stays in a core's own memory.
const TILE_STATE: usize = 1 << 18;

/// Bytes of what lags need of the past of such a tile, as far as a single run allows.
const TILE_PAST: u64 = 1 << 26;

/// How many runs of a system are stepped side by side at most, unless said otherwise.
pub(crate) fn widest_tile(system: &System) -> usize {
    let most = system.nodes.iter().map(|node| node.instance.runs_at_once()).max().unwrap_or(TILE);
    if system.is_laned() || most > RUNS_IN_LANES { most } else { TILE }
}

/// What is run, how often, with what varied, and what is kept.
///
/// Numbering is cadCAD's: simulation from 0 (one for each system), then subset from 0 (one for each point of the
/// sweep), then run from 1, then timestep, then substep; the row at timestep 0 and substep 0 is the initial state,
/// once for each run. A clone shares systems, sweep, observers, the switch that cancels and
/// the count of what is done. The same seed gives the same bits whatever the number of threads, the width of tiles, the
/// shard and what is recorded.
#[derive(Clone)]
#[expect(clippy::struct_excessive_bools, reason = "settings that have nothing to do with each other")]
pub struct Experiment {
    pub(crate) systems: Vec<(String, Arc<System>)>,
    pub(crate) first_simulation: u64,
    pub(crate) timesteps: u64,
    pub(crate) runs: u64,
    pub(crate) seed: u64,
    pub(crate) independent_subsets: bool,
    pub(crate) sweep: Arc<Sweep>,
    pub(crate) random: Vec<(String, String)>,
    pub(crate) declared_random: bool,
    pub(crate) recording: Recording,
    pub(crate) stop: Vec<String>,
    pub(crate) kpis: Vec<Kpi>,
    pub(crate) strict: bool,
    pub(crate) threads: usize,
    pub(crate) tile: Option<usize>,
    pub(crate) instructions: Option<InstructionSet>,
    pub(crate) poisoned: bool,
    pub(crate) unit: Option<u64>,
    pub(crate) shard: Option<(u64, u64)>,
    pub(crate) observers: Vec<Arc<dyn Observer>>,
    pub(crate) around: Option<Around>,
    pub(crate) cancel: Cancel,
    pub(crate) done: ProgressHandle,
    pub(crate) progress: Option<(Duration, Report)>,
}

impl Experiment {
    /// One run of 100 timesteps of this system, seed 0, everything recorded.
    pub fn new(system: impl Into<Arc<System>>) -> Self {
        let mut experiment = Self::empty();
        let system = system.into();
        experiment.systems.push((system.name().to_owned(), system));
        experiment
    }

    /// An experiment that still needs a system.
    pub fn empty() -> Self {
        Self {
            systems: Vec::new(),
            first_simulation: 0,
            timesteps: 100,
            runs: 1,
            seed: 0,
            independent_subsets: false,
            sweep: Arc::new(Sweep::None),
            random: Vec::new(),
            declared_random: true,
            recording: Recording::default(),
            stop: Vec::new(),
            kpis: Vec::new(),
            strict: false,
            threads: 0,
            tile: None,
            instructions: Some(InstructionSet::widest()),
            poisoned: false,
            unit: None,
            shard: None,
            observers: Vec::new(),
            around: None,
            cancel: Cancel::default(),
            done: ProgressHandle::default(),
            progress: None,
        }
    }

    /// Adds a system to compare (A/B): the next simulation.
    #[must_use]
    pub fn against(mut self, name: impl Into<String>, system: impl Into<Arc<System>>) -> Self {
        self.systems.push((name.into(), system.into()));
        self
    }

    /// Numbers the first simulation; so that systems with timesteps, runs and sweeps of their own, each an
    /// experiment, make one table.
    #[must_use]
    pub fn first_simulation(mut self, number: u64) -> Self {
        self.first_simulation = number;
        self
    }

    /// Sets how many timesteps each run has.
    #[must_use]
    pub fn timesteps(mut self, timesteps: u64) -> Self {
        self.timesteps = timesteps;
        self
    }

    /// Sets how many runs each subset has.
    #[must_use]
    pub fn runs(mut self, runs: u64) -> Self {
        self.runs = runs;
        self
    }

    /// Sets the master seed.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// Gives every subset random streams of its own. Without this the same run of every subset meets the same
    /// world, so that settings are compared under the same luck (common random numbers).
    #[must_use]
    pub fn independent_subsets(mut self) -> Self {
        self.independent_subsets = true;
        self
    }

    /// Sets what varies between subsets.
    #[must_use]
    pub fn sweep(mut self, sweep: Sweep) -> Self {
        self.sweep = Arc::new(sweep);
        self
    }

    /// Draws a parameter anew for every run, as in `random("market.drift", "normal(0, 0.1)")`.
    #[must_use]
    pub fn random(mut self, name: impl Into<String>, distribution: impl Into<String>) -> Self {
        self.random.push((name.into(), distribution.into()));
        self
    }

    /// Leaves parameters that are declared random at the values they have.
    #[must_use]
    pub fn fix_random(mut self) -> Self {
        self.declared_random = false;
        self
    }

    /// Sets what is kept.
    #[must_use]
    pub fn record(mut self, recording: Recording) -> Self {
        self.recording = recording;
        self
    }

    /// Ends a run after the timestep at which this condition on columns holds, as in `curve.reserve < 1000`.
    #[must_use]
    pub fn stop_when(mut self, condition: impl Into<String>) -> Self {
        self.stop.push(condition.into());
        self
    }

    /// Adds a key figure.
    #[must_use]
    pub fn kpi(mut self, kpi: Kpi) -> Self {
        self.kpis.push(kpi);
        self
    }

    /// Ends at the first failure instead of listing it.
    #[must_use]
    pub fn strict(mut self) -> Self {
        self.strict = true;
        self
    }

    /// Sets the number of threads; 0 for one for each core. At most [`MOST_THREADS`](crate::MOST_THREADS) are started.
    #[must_use]
    pub fn threads(mut self, threads: usize) -> Self {
        self.threads = threads;
        self
    }

    /// Does the work of each thread that is started within a call of `around`, which must call what it is given once: where a thread
    /// has to be made known to the interpreter of a language first. With one thread the work is done on the calling one.
    ///
    /// ```
    /// use std::sync::Arc;
    /// use std::sync::atomic::{AtomicUsize, Ordering};
    /// use te_core::glue::{Function, FunctionParams};
    /// use te_core::{Experiment, System};
    ///
    /// let threads = Arc::new(AtomicUsize::new(0));
    /// let counted = Arc::clone(&threads);
    /// let around = move |work: &mut (dyn FnMut() + Send)| {
    ///     counted.fetch_add(1, Ordering::Relaxed);
    ///     work();
    /// };
    /// let system = System::of::<Function>("demand", FunctionParams { of: "10 + t".into() })?;
    /// Experiment::new(system).runs(10).unit_size(1).threads(3).around_threads(around).run()?;
    /// assert_eq!(threads.load(Ordering::Relaxed), 3);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn around_threads(
        mut self,
        around: impl Fn(&mut (dyn FnMut() + Send)) + Send + Sync + 'static,
    ) -> Self {
        self.around = Some(Arc::new(around));
        self
    }

    /// Sets how many runs are stepped side by side. Results do not depend on it.
    #[must_use]
    pub fn tile_width(mut self, width: usize) -> Self {
        self.tile = Some(width.max(1));
        self
    }

    /// Steps components in lanes ([`lanes`](crate::lanes)) with this instruction set instead of the widest that the machine
    /// has. Results do not depend on it.
    #[must_use]
    pub fn instruction_set(mut self, set: InstructionSet) -> Self {
        self.instructions = Some(set);
        self
    }

    /// Steps every run by itself, without lanes. Results do not depend on it.
    #[must_use]
    pub fn one_by_one(mut self) -> Self {
        self.instructions = None;
        self
    }

    /// Writes NaN over all that earlier runs left in a lane before the next starts there. For tests: results do not depend
    /// on it.
    #[doc(hidden)]
    #[must_use]
    pub fn poison_lanes(mut self) -> Self {
        self.poisoned = true;
        self
    }

    /// How many runs a tile of this system steps side by side.
    pub(crate) fn tile(&self, system: &System) -> usize {
        let width = self.tile.unwrap_or_else(|| {
            let widest = widest_tile(system);
            if system.is_laned() {
                widest
            } else {
                (TILE_STATE / system.state_size().max(1)).clamp(1, widest)
            }
        });
        let by_past = TILE_PAST / system.past_size(self.timesteps).max(1);
        width.min(usize::try_from(by_past).unwrap_or(usize::MAX).max(1))
    }

    /// Sets how many runs make a unit of output.
    #[must_use]
    pub fn unit_size(mut self, runs: u64) -> Self {
        self.unit = Some(runs.max(1));
        self
    }

    /// Runs only the units `u` with `u mod count = index`.
    #[must_use]
    pub fn shard(mut self, index: u64, count: u64) -> Self {
        self.shard = Some((index, count));
        self
    }

    /// Adds an observer.
    #[must_use]
    pub fn observe(mut self, observer: Arc<dyn Observer>) -> Self {
        self.observers.push(observer);
        self
    }

    /// A handle that cancels the experiment from elsewhere. Units that are finished are kept.
    pub fn cancel_handle(&self) -> Cancel {
        self.cancel.clone()
    }

    /// A handle that says from elsewhere how far the experiment is. Nothing waits for whoever reads it.
    pub fn progress_handle(&self) -> ProgressHandle {
        self.done.clone()
    }

    /// Reports progress about this often, on the calling thread.
    #[must_use]
    pub fn on_progress(
        mut self,
        every: Duration,
        report: impl Fn(&Progress) + Send + Sync + 'static,
    ) -> Self {
        self.progress = Some((every, Arc::new(report)));
        self
    }

    /// Sets a parameter by its full name in every system that has it. Systems that other experiments share stay as they are.
    ///
    /// # Errors
    /// [`ParamError`] where no system has it, or one refuses the value; then nothing has changed.
    pub fn set(&mut self, name: &str, value: &Value) -> Result<(), ParamError> {
        let (mut systems, mut unknown, mut known) = (self.systems.clone(), None, self.systems.is_empty());
        for (_, system) in &mut systems {
            match system.find_param(name) {
                Ok(_) => Arc::make_mut(system).set(name, value)?,
                Err(issue) => {
                    unknown = unknown.or(Some(issue));
                    continue;
                }
            }
            known = true;
        }
        if let (false, Some(issue)) = (known, unknown) {
            return Err(ParamError::single(issue));
        }
        self.systems = systems;
        Ok(())
    }

    /// Sweeps every corner of the box that environment parameters with two bounds span.
    ///
    /// # Errors
    /// [`ExperimentError`] where there are none, or more than `limit` corners.
    pub fn corners(mut self, limit: u64) -> Result<Self, ExperimentError> {
        let (_, system) = self.systems.first().ok_or(ExperimentError::NoSystem)?;
        let mut axes = Vec::new();
        for component in system.components() {
            for (spec, _) in component.params {
                if let (Role::Environment, Some(low), Some(high)) =
                    (spec.role, inner_bound(&spec, true), inner_bound(&spec, false))
                {
                    axes.push(crate::experiment::sweep::Axis::new(
                        format!("{}.{}", component.path, spec.name),
                        [low, high],
                    ));
                }
            }
        }
        if axes.is_empty() {
            return Err(ExperimentError::NoCorners);
        }
        if axes.len() >= 63 || 1_u64 << axes.len() > limit {
            let corners = format!("2^{}", axes.len());
            return Err(ExperimentError::TooManyCorners { axes: axes.len(), corners, limit });
        }
        self.sweep = Arc::new(Sweep::Product(axes));
        Ok(self)
    }

    /// An interval from the declared bounds of a parameter, soft ones first: for sampling.
    ///
    /// # Errors
    /// [`ExperimentError`] where the parameter is unknown or has no two bounds.
    pub fn declared_interval(&self, name: &str) -> Result<Interval, ExperimentError> {
        let (_, system) = self.systems.first().ok_or(ExperimentError::NoSystem)?;
        let at = system.find_param(name).map_err(ExperimentError::Param)?;
        let (low, high) = system.param(at).map_or((None, None), |(spec, _)| {
            let soft = |lower: bool| if lower { spec.soft.lower.value() } else { spec.soft.upper.value() };
            (soft(true).or(inner_bound(&spec, true)), soft(false).or(inner_bound(&spec, false)))
        });
        let missing = |missing| ExperimentError::NoInterval { name: name.to_owned(), missing };
        let low = low.ok_or_else(|| missing("lower"))?;
        let high = high.ok_or_else(|| missing("upper"))?;
        Ok(Interval { name: name.to_owned(), low, high })
    }

    /// The systems with the names of their simulations, in order.
    pub fn systems(&self) -> impl Iterator<Item = (&str, &System)> {
        self.systems.iter().map(|(name, system)| (name.as_str(), &**system))
    }

    /// The sweep as it is.
    pub fn current_sweep(&self) -> &Sweep {
        &self.sweep
    }

    /// The distributions that apply, of declared and given random parameters.
    pub(crate) fn distributions(
        &self,
        system: &System,
    ) -> Result<Vec<(String, Distribution)>, ExperimentError> {
        let swept = self.sweep.names();
        let mut out: Vec<(String, Distribution)> = Vec::new();
        for (name, text) in &self.random {
            let distribution =
                text.parse().map_err(|error| ExperimentError::Distribution { name: name.clone(), error })?;
            if swept.contains(&name.as_str()) || out.iter().any(|(n, _)| n == name) {
                return Err(ExperimentError::SweptTwice { name: name.clone() });
            }
            out.push((name.clone(), distribution));
        }
        if !self.declared_random {
            return Ok(out);
        }
        for node in &system.nodes {
            for spec in node.instance.specs() {
                let (Role::Random, Some(text)) = (spec.role, spec.random.clone()) else { continue };
                let name = format!("{}.{}", node.path, spec.name);
                if swept.contains(&name.as_str()) || out.iter().any(|(n, _)| *n == name) {
                    continue;
                }
                let distribution = text
                    .parse()
                    .map_err(|error| ExperimentError::Distribution { name: name.clone(), error })?;
                out.push((name, distribution));
            }
        }
        Ok(out)
    }
}

/// A bound as a value that is allowed: an exclusive one is moved inwards to the neighbouring float.
fn inner_bound(spec: &crate::declaration::param_spec::ParamSpec, lower: bool) -> Option<f64> {
    match if lower { spec.range.lower } else { spec.range.upper } {
        crate::declaration::range::Bound::None => None,
        crate::declaration::range::Bound::Inclusive(x) => Some(x),
        crate::declaration::range::Bound::Exclusive(x) => {
            Some(if lower { x.next_up() } else { x.next_down() })
        }
    }
}
