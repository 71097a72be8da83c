//! One run by hand: step it, look at it, save it, go on later.

use crate::declaration::clock::Clock;
use crate::declaration::nearest::nearest;
use crate::declaration::record::Cell;
use crate::experiment::experiment_error::{ExperimentError, FeedProblem};
use crate::experiment::failure::Failure;
use crate::experiment::plan::Plan;
use crate::model::component::Component;
use crate::model::kind::{Edits, SaveError};
use crate::model::picture::{Pictured, Pictures};
use crate::numerics::run_id::RunId;
use crate::numerics::stream::Stream;
use crate::numerics::stream::path_hash;
use crate::stepping::tile::{LaneFailure, LaneState, Tile};
use crate::system::built::System;
use crate::system::described::ColumnSpec;
use serde::{Deserialize, Serialize};
use te_math::NotFinite;

/// One run of an experiment, stepped by hand. It gives the same bits as [`crate::Experiment::run`].
pub struct Stepper<'p> {
    plan: &'p Plan,
    system: &'p System,
    tile: Tile<'p>,
    id: RunId,
    timestep: u64,
    failure: Option<Failure>,
}

/// What is saved; the fingerprint refuses a snapshot of another system or other parameters.
#[derive(Serialize, Deserialize)]
struct Snapshot {
    format: u32,
    fingerprint: u64,
    id: RunId,
    timestep: u64,
    lane: LaneState,
}

const FORMAT: u32 = 2;

impl Plan {
    /// Starts one run of this plan, to be stepped by hand.
    ///
    /// # Errors
    /// [`ExperimentError`] where there is no such run, or it cannot start.
    pub fn start(&self, id: RunId) -> Result<Stepper<'_>, ExperimentError> {
        let missing =
            || ExperimentError::NoSuchRun { simulation: id.simulation, subset: id.subset, run: id.run };
        let system = self.system(id.simulation).ok_or_else(missing)?;
        if id.subset >= self.subsets() || id.run == 0 || id.run > self.experiment.runs {
            return Err(missing());
        }
        let mut tile = Tile::new(system, 1, self.experiment.timesteps, None, self.reads(id.simulation));
        let values = self.values(id);
        let edits = Edits { targets: self.targets(id.simulation), values: &values };
        tile.start(0, self.key(id), self.shown_id(id), edits);
        tile.begin();
        let mut stepper = Stepper { plan: self, system, tile, id, timestep: 0, failure: None };
        stepper.check()?;
        Ok(stepper)
    }

    /// Goes on with a run from a snapshot.
    ///
    /// # Errors
    /// [`ExperimentError::Snapshot`] where the bytes are not a snapshot, or one of another experiment.
    pub fn resume(&self, bytes: &[u8]) -> Result<Stepper<'_>, ExperimentError> {
        let refuse = |message: &str| ExperimentError::Snapshot { message: message.to_owned() };
        let snapshot: Snapshot = postcard::from_bytes(bytes).map_err(|e| refuse(&e.to_string()))?;
        if snapshot.format != FORMAT {
            return Err(refuse("it has another format"));
        }
        let mut stepper = self.start(snapshot.id)?;
        if snapshot.fingerprint != stepper.fingerprint() {
            return Err(refuse("it is of another system, other parameters or another seed"));
        }
        let far_enough = stepper.tile.load(0, snapshot.timestep, &snapshot.lane);
        if !far_enough.map_err(|e| refuse(&e.to_string()))? {
            return Err(refuse(
                "it is of a shorter experiment, and holds less of the past than the lags of this one need",
            ));
        }
        stepper.timestep = snapshot.timestep;
        Ok(stepper)
    }
}

impl Stepper<'_> {
    /// Computes the next timestep; `false` where the run has reached its last.
    ///
    /// # Errors
    /// [`ExperimentError::Failed`]; the run then is over.
    pub fn step(&mut self) -> Result<bool, ExperimentError> {
        if let Some(failure) = &self.failure {
            return Err(ExperimentError::Failed(Box::new(failure.clone())));
        }
        let horizon = self.plan.experiment.timesteps;
        if self.timestep >= horizon {
            return Ok(false);
        }
        self.timestep += 1;
        let (step, calendar) = (self.system.step, self.system.calendar);
        let clock = Clock { timestep: self.timestep, substep: 1, step, horizon, calendar };
        self.tile.step(clock, true, &mut |_, _| {});
        self.check()?;
        Ok(true)
    }

    fn check(&mut self) -> Result<(), ExperimentError> {
        let Some(failed) = self.tile.take_failures().pop() else { return Ok(()) };
        let failure = self.plan.failure(self.id, self.timestep, failed);
        self.failure = Some(failure.clone());
        Err(ExperimentError::Failed(Box::new(failure)))
    }

    /// The run.
    pub fn id(&self) -> RunId {
        self.id
    }

    /// The timestep that was completed last; 0 at the start.
    pub fn timestep(&self) -> u64 {
        self.timestep
    }

    /// Every column of the system, in order, recorded or not.
    pub fn columns(&self) -> &[ColumnSpec] {
        self.system.columns()
    }

    /// The index of the column of this name, for those who look at it often.
    pub fn find(&self, column: &str) -> Option<usize> {
        self.system.find_column(column)
    }

    /// The cell in the column of this name.
    pub fn cell(&self, column: &str) -> Option<Cell> {
        self.cell_at(self.find(column)?)
    }

    /// The cell in the column of this index; `None` where there is no such column.
    pub fn cell_at(&self, column: usize) -> Option<Cell> {
        (column < self.columns().len()).then(|| self.tile.cell(column, 0))
    }

    /// The number in the column of this name.
    pub fn number(&self, column: &str) -> Option<f64> {
        self.find(column).map(|column| self.number_at(column))
    }

    /// The number in the column of this index; NaN where there is no such column.
    pub fn number_at(&self, column: usize) -> f64 {
        if column < self.columns().len() { self.tile.number(column, 0) } else { f64::NAN }
    }

    /// Gives an input that no wire feeds another value than its default, from the next timestep on: `instance.input`. Snapshots
    /// have it too.
    ///
    /// # Errors
    /// [`ExperimentError::Feed`] where no component has the input or a wire feeds it; [`ExperimentError::Failed`] where the value
    /// is NaN or infinite. The run goes on with what the input had.
    pub fn feed(&mut self, input: &str, value: f64) -> Result<(), ExperimentError> {
        let refuse = |problem| ExperimentError::Feed { input: input.to_owned(), problem };
        let nodes = || self.system.nodes.iter();
        let inputs = || {
            nodes().flat_map(|node| {
                let named = node.instance.inputs().iter().zip(&node.sources);
                named.map(move |(field, slot)| (format!("{}.{}", node.path, field.name), *slot))
            })
        };
        let Some((_, slot)) = inputs().find(|(name, _)| name == input) else {
            let known: Vec<String> = inputs().map(|(name, _)| name).collect();
            return Err(refuse(FeedProblem::Unknown { nearest: nearest(input, &known) }));
        };
        if !self.system.constants.iter().any(|(constant, _)| *constant == slot) {
            return Err(refuse(FeedProblem::Wired));
        }
        if !value.is_finite() {
            let component = input.rsplit_once('.').map_or(input, |(component, _)| component).to_owned();
            let error = NotFinite::new(format!("input {input}"), value).into();
            let failed = LaneFailure { lane: 0, substep: 0, component, error };
            return Err(ExperimentError::Failed(Box::new(self.plan.failure(self.id, self.timestep, failed))));
        }
        self.tile.set_number(slot, 0, value);
        Ok(())
    }

    /// The component of this instance name as it stands, and the stream that it will draw from next; `None` where no
    /// instance of this name is a `C`.
    ///
    /// Both are copies: stepping them by hand changes nothing in this run.
    pub fn component<C: Component>(&self, instance: &str) -> Option<(C, Stream)> {
        let at = self.system.nodes.iter().position(|node| node.path == instance)?;
        self.tile.component(at, 0)
    }

    /// An instance as it stands, to draw pictures of; `None` where none of this name is of the kind that offers them. It is a
    /// copy: it stays as it is when the run goes on.
    pub fn view(&self, pictures: &Pictures, instance: &str) -> Option<Box<dyn Pictured>> {
        let at = self.system.nodes.iter().position(|node| node.path == instance)?;
        (pictures.view)(self.tile.column(at)?, 0)
    }

    /// The whole state of the run as bytes, for [`Plan::resume`].
    ///
    /// # Errors
    /// [`ExperimentError::Snapshot`] where a component's state cannot be serialised.
    pub fn snapshot(&self) -> Result<Vec<u8>, ExperimentError> {
        let refuse = |e: SaveError| ExperimentError::Snapshot { message: e.to_string() };
        let snapshot = Snapshot {
            format: FORMAT,
            fingerprint: self.fingerprint(),
            id: self.id,
            timestep: self.timestep,
            lane: self.tile.save(0, self.timestep).map_err(refuse)?,
        };
        postcard::to_stdvec(&snapshot).map_err(|error| refuse(error.into()))
    }

    /// A hash of everything that the state's meaning depends on.
    fn fingerprint(&self) -> u64 {
        let values = self.plan.values(self.id);
        let mut text = format!("{:?} {values:?}", self.plan.key(self.id));
        // Writing to a string cannot fail.
        let _ = self.system.write_identity(&mut text);
        path_hash(&text)
    }
}
