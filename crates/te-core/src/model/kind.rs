//! The seam between kinds and the engine: for those who make kinds while the program runs.
//!
//! A kind is an [`Instance`] with the parameters that it has by default. It answers with data: its name, parameters, inputs
//! and metrics; and it makes a [`ComponentColumn`], which holds the same component of many runs. Typed components
//! ([`Component`](crate::Component)) are one implementation. [`Declared`] is another, for kinds of which each run is an object
//! of its own ([`Run`]): a class of a scripting language, a contract, a plug-in. Who wants the speed of lanes writes a
//! column: [`StepFrame::group`] gives the numbers of [`STRIP`] runs at a time. [`DeclaredTogether`] is for array languages: one call
//! steps all runs of a tile.
//!
//! All of them are registered ([`Registry::add_kind`](crate::Registry::add_kind)), composed, swept, recorded and saved alike.

use crate::declaration::clock::Clock;
use crate::declaration::param_error::{ParamError, ParamIssue};
use crate::declaration::param_spec::ParamSpec;
use crate::declaration::params::{assign, index_of, unknown};
use crate::declaration::record::{Cell, FieldSpec};
use crate::declaration::value::Value;
use crate::model::board::Board;
use crate::model::step_error::StepError;
use crate::numerics::run_id::RunId;
use crate::numerics::stream::{Stream, StreamKey};
use std::any::Any;
use std::error::Error;
use te_math::dispatch::InstructionSet;

mod declared;
mod single;
mod together;

pub use crate::numerics::strip::{STRIP, Strip};
pub use declared::{Declaration, Declared, MakeRun, Run};
pub use single::Single;
pub(crate) use single::check_inputs;
pub use together::{Columns, DeclaredTogether, Draw, MakeTogether, Together};

/// How many runs are stepped side by side in lanes, unless said otherwise: enough that calls cost nothing beside the work, few
/// enough that the numbers stay in the processor's nearest memory.
pub const RUNS_IN_LANES: usize = 256;

/// Why a state can be neither saved nor read.
pub type SaveError = Box<dyn Error + Send + Sync>;

/// What a component is when it starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Started {
    /// Substeps that make one step.
    pub substeps: u32,
    /// Bytes of its state.
    pub state_size: usize,
}

/// A component with its parameters, not yet running.
pub trait Instance: Send + Sync {
    /// The kind's name: `family/mechanism`.
    fn kind(&self) -> &str;

    /// The parameters that it declares.
    fn specs(&self) -> &[ParamSpec];

    /// What it reads at each step.
    fn inputs(&self) -> &[FieldSpec];

    /// What it shows.
    fn metrics(&self) -> &[FieldSpec];

    /// The equations of a step, a line each ([`Component::EQUATIONS`](crate::Component::EQUATIONS)); none where nobody wrote them
    /// down.
    fn equations(&self) -> Vec<String> {
        Vec::new()
    }

    /// The value of the parameter at this index of [`Instance::specs`].
    fn get(&self, index: usize) -> Option<Value>;

    /// Sets the parameter at this index.
    ///
    /// # Errors
    /// [`ParamIssue`] where the value is refused; the old one stays.
    fn set(&mut self, index: usize, value: &Value) -> Result<(), ParamIssue>;

    /// Checks all parameters, and builds and starts the component once.
    ///
    /// # Errors
    /// [`ParamError`] with everything that is wrong.
    fn check(&self) -> Result<Started, ParamError>;

    /// Room for `width` runs, whose streams are named by `path` ([`Stream::of_column`]).
    fn column(&self, width: usize, path: u64) -> Box<dyn ComponentColumn>;

    /// A copy.
    fn boxed(&self) -> Box<dyn Instance>;

    /// What its numbers depend on beside its name and parameters, such as a hash of the file that it was read from: part of the
    /// identity of plans and snapshots. Nothing where a kind is code.
    fn content(&self) -> Option<&str> {
        None
    }

    /// A hash of what it was made of where no registry can name that, such as a class of a script: results list it.
    fn source(&self) -> Option<&str> {
        None
    }

    /// Whether its runs can be stepped in lanes.
    fn has_lanes(&self) -> bool {
        false
    }

    /// How many runs are best stepped side by side where all components of a system step in lanes; the most that any of them wants
    /// are. More than the usual are worth it where a call costs more than the work that it does.
    fn runs_at_once(&self) -> usize {
        RUNS_IN_LANES
    }

    /// Whether a run of it can go on with other parameters, which is what an event asks for. Parameters that are read at the
    /// start only ([`ParamSpec::initial`]) stay as they are all the same.
    ///
    /// # Errors
    /// [`ParamError`] saying why it cannot. Unless written otherwise it cannot.
    fn takes_changes(&self) -> Result<(), ParamError> {
        Err(unchangeable(self.kind()))
    }

    /// The function by which it asks for the date of rows, where it does: a system without a start is refused.
    fn asks_date(&self) -> Option<&str> {
        None
    }

    /// Names of the states that an event can add to ([`ComponentColumn::add_to_state`]).
    fn states(&self) -> Vec<&str> {
        Vec::new()
    }

    /// A component with these parameters that is stepped by hand, at the start of the run of this key. It draws what an instance
    /// of this name draws in a system.
    ///
    /// # Errors
    /// [`ParamError`] with everything that is wrong with the parameters.
    fn single(&self, name: &str, key: StreamKey) -> Result<Box<dyn Single>, ParamError> {
        Ok(Box::new(single::Alone::new(self.boxed(), name, key)?))
    }

    /// The same kind with the parameters of a table; what the table leaves out stays as it is.
    ///
    /// # Errors
    /// [`ParamError`] with every unknown name and refused value.
    fn with(&self, table: &Value) -> Result<Box<dyn Instance>, ParamError> {
        let mut instance = self.boxed();
        assign(self.specs(), table, |name, value| match index_of(self.specs(), name) {
            Some(index) => instance.set(index, value),
            None => Err(unknown(self.specs(), name, value)),
        })?;
        Ok(instance)
    }
}

/// The error of a kind whose runs keep the parameters that they started with.
pub(crate) fn unchangeable(kind: &str) -> ParamError {
    ParamError::cross(format!("a run of {kind} keeps the parameters that it started with"))
}

impl Clone for Box<dyn Instance> {
    fn clone(&self) -> Self {
        self.as_ref().boxed()
    }
}

/// What varies between runs: where each value goes, as node and parameter, and the values of one run.
#[derive(Clone, Copy)]
pub(crate) struct Edits<'a> {
    pub(crate) targets: &'a [Option<(usize, usize)>],
    pub(crate) values: &'a [Value],
}

impl<'a> Edits<'a> {
    /// The parameters of one node with their values.
    pub(crate) fn of(self, node: usize) -> impl Iterator<Item = (usize, &'a Value)> {
        self.targets.iter().zip(self.values).filter_map(move |(target, value)| match target {
            Some((at, index)) if *at == node => Some((*index, value)),
            _ => None,
        })
    }
}

/// A run that starts, as a column is told of it.
#[derive(Clone, Copy)]
pub struct Start<'a> {
    pub(crate) key: StreamKey,
    pub(crate) id: RunId,
    pub(crate) node: usize,
    pub(crate) edits: Edits<'a>,
}

impl<'a> Start<'a> {
    /// The parameters that this run has instead of the instance's own: index and value.
    pub fn values(&self) -> impl Iterator<Item = (usize, &'a Value)> + use<'a> {
        self.edits.of(self.node)
    }

    /// The run's number.
    pub fn id(&self) -> RunId {
        self.id
    }

    /// Makes a stream this run's.
    pub fn rekey(&self, stream: &mut Stream) {
        stream.rekey(self.key, self.id);
    }
}

/// What a column is given to step with.
pub struct StepFrame<'a> {
    pub(crate) board: &'a mut Board,
    /// The place of each input's strip.
    pub(crate) sources: &'a [usize],
    pub(crate) clock: &'a Clock,
    /// The lanes to step.
    pub(crate) lanes: &'a [u32],
    /// The first place of the metrics.
    pub(crate) base: usize,
    /// Whether anybody reads the metrics of this step.
    pub(crate) show: bool,
    pub(crate) set: InstructionSet,
    /// How many of `lanes` are done; where it stands after a panic is the lane that panicked.
    pub(crate) done: &'a mut usize,
    pub(crate) failures: &'a mut Vec<(u32, StepError)>,
}

impl<'a> StepFrame<'a> {
    /// The time.
    pub fn clock(&self) -> &'a Clock {
        self.clock
    }

    /// The lanes to step or to show, ascending; those of them that are done when a step is taken up again are left out.
    pub fn lanes(&self) -> &'a [u32] {
        self.lanes.get(*self.done..).unwrap_or_default()
    }

    /// Whether anybody reads the metrics of this step.
    pub fn is_shown(&self) -> bool {
        self.show
    }

    /// The instruction set that loops over lanes are to run with.
    pub fn instruction_set(&self) -> InstructionSet {
        self.set
    }

    /// The numbers of the [`STRIP`] runs among which this lane is, number `lane % STRIP` of each strip.
    pub fn group(&mut self, lane: u32) -> Group<'_> {
        Group { strips: self.board.lane_mut(lane as usize).0, sources: self.sources, base: self.base }
    }

    /// Says that another lane is done: where a component panics the engine goes on with the lane after it.
    pub fn one_done(&mut self) {
        *self.done += 1;
    }

    /// Ends the run in this lane with an error.
    pub fn fail(&mut self, lane: u32, error: StepError) {
        self.failures.push((lane, error));
    }
}

/// The inputs and metrics of [`STRIP`] runs.
pub struct Group<'a> {
    strips: &'a mut [Strip],
    sources: &'a [usize],
    base: usize,
}

impl Group<'_> {
    /// An input; NaN where there is none of this index.
    pub fn input(&self, index: usize) -> Strip {
        let strip = self.sources.get(index).and_then(|source| self.strips.get(*source));
        strip.copied().unwrap_or(Strip([f64::NAN; STRIP]))
    }

    /// The metrics, to be written.
    pub fn metrics(&mut self) -> &mut [Strip] {
        self.strips.get_mut(self.base..).unwrap_or_default()
    }
}

/// The same component of many runs.
///
/// The engine calls [`start`](Self::start) for each run, then [`begin`](Self::begin), and from then on
/// [`step`](Self::step) and [`publish`](Self::publish). Whatever the width of the column, a run must do what it does alone.
pub trait ComponentColumn: Send {
    /// Puts a new run into a lane. Nothing of an earlier run may stay.
    ///
    /// # Errors
    /// [`ParamError`] where the run's parameters are refused.
    fn start(&mut self, lane: usize, start: Start<'_>) -> Result<(), ParamError>;

    /// All runs are in; `by_lanes` allows to step them in lanes.
    fn begin(&mut self, live: &[u32], by_lanes: bool) {
        let _ = (live, by_lanes);
    }

    /// Steps the lanes of the frame, and writes their metrics. A metric that is NaN or infinite is the run's error.
    fn step(&mut self, frame: &mut StepFrame<'_>);

    /// Writes the metrics of the lanes of the frame.
    fn publish(&mut self, frame: &mut StepFrame<'_>);

    /// The metric of this index, in its own kind.
    fn cell(&self, lane: usize, field: usize) -> Option<Cell>;

    /// A lane that is stepped in lanes but is watched no more follows another.
    fn shadow(&mut self, from: usize, to: usize) {
        let _ = (from, to);
    }

    /// Brings the values of components up to date, for those who look at them.
    fn gather(&mut self, live: &[u32]) {
        let _ = live;
    }

    /// Takes over what was changed in a component's value.
    fn scatter(&mut self, live: &[u32]) {
        let _ = live;
    }

    /// Has the run in this lane go on with other parameters: an event. `values` are index and value of every parameter that
    /// may differ from the instance's own. Called for kinds of which [`Instance::takes_changes`] holds, between
    /// [`gather`](Self::gather) and [`scatter`](Self::scatter).
    ///
    /// # Errors
    /// [`ParamError`] where they are refused; the run then keeps those that it has.
    fn reparam(&mut self, lane: usize, values: &[(usize, Value)]) -> Result<(), ParamError> {
        let _ = (lane, values);
        Err(ParamError::cross("it takes no other parameters while it runs"))
    }

    /// Adds an amount to a state of the run in this lane: an event. `state` is the index in [`Instance::states`].
    ///
    /// # Errors
    /// [`StepError`] where the state would leave its bounds; it then stays as it is.
    fn add_to_state(&mut self, lane: usize, state: usize, amount: f64) -> Result<(), StepError> {
        let _ = (lane, state);
        Err(StepError::domain("a change of a kind without states", amount, "none"))
    }

    /// Writes over all that earlier runs left: tests do so before each start.
    fn poison(&mut self);

    /// The state of a lane as bytes.
    ///
    /// # Errors
    /// [`SaveError`] where it cannot be written.
    fn save(&self, lane: usize) -> Result<Vec<u8>, SaveError>;

    /// Puts a saved state into a lane in which the same run was started.
    ///
    /// # Errors
    /// [`SaveError`] where the bytes are no such state.
    fn load(&mut self, lane: usize, bytes: &[u8]) -> Result<(), SaveError>;

    /// The column as what it is.
    fn as_any(&self) -> &dyn Any;

    /// The column as what it is, to change it.
    fn as_any_mut(&mut self) -> &mut dyn Any;
}
