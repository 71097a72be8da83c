//! The seam between kinds and the engine: the engine sees columns of runs.

use crate::declaration::clock::Clock;
use crate::declaration::param_error::{ParamError, ParamIssue};
use crate::declaration::param_spec::ParamSpec;
use crate::declaration::record::{Cell, FieldSpec};
use crate::declaration::value::Value;
use crate::model::board::Board;
use crate::model::step_error::StepError;
use crate::numerics::run_id::RunId;
use crate::numerics::stream::StreamKey;
use std::any::Any;
use te_math::dispatch::InstructionSet;

/// A component of a known type with its parameters, not yet running.
pub(crate) trait Instance: Send + Sync {
    fn kind(&self) -> &'static str;
    fn specs(&self) -> &'static [ParamSpec];
    fn inputs(&self) -> &'static [FieldSpec];
    fn metrics(&self) -> &'static [FieldSpec];
    fn get(&self, index: usize) -> Option<Value>;
    fn index_of(&self, name: &str) -> Option<usize>;
    fn set(&mut self, index: usize, value: &Value) -> Result<(), ParamIssue>;
    /// Builds and starts the component once: its number of substeps, and the size of its first state in bytes.
    fn check(&self) -> Result<(u32, usize), ParamError>;
    /// Whether its runs can be stepped in lanes.
    fn has_lanes(&self) -> bool;
    /// Room for `width` runs, their streams named by `path`.
    fn column(&self, width: usize, path: u64) -> Box<dyn ComponentColumn>;
    fn boxed(&self) -> Box<dyn Instance>;
}

/// What varies between runs: where each value goes, as node and parameter, and the values of one run.
#[derive(Clone, Copy)]
pub(crate) struct Edits<'a> {
    pub(crate) places: &'a [Option<(usize, usize)>],
    pub(crate) values: &'a [Value],
}

impl<'a> Edits<'a> {
    /// The parameters of one node with their values.
    pub(crate) fn of(self, node: usize) -> impl Iterator<Item = (usize, &'a Value)> {
        self.places.iter().zip(self.values).filter_map(move |(place, value)| match place {
            Some((at, index)) if *at == node => Some((*index, value)),
            _ => None,
        })
    }
}

/// What a column is given to step with.
pub(crate) struct StepFrame<'a> {
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

/// The same component of many runs.
pub(crate) trait ComponentColumn: Send {
    /// Puts a new run into a lane, as node `node` of its system.
    fn start(
        &mut self,
        lane: usize,
        key: StreamKey,
        id: RunId,
        node: usize,
        edits: Edits<'_>,
    ) -> Result<(), ParamError>;
    /// All runs are in; `by_lanes` allows to step them in lanes.
    fn begin(&mut self, live: &[u32], by_lanes: bool);
    fn step(&mut self, frame: &mut StepFrame<'_>);
    /// Writes the metrics of these lanes to the places from `base` on.
    fn publish(
        &mut self,
        board: &mut Board,
        base: usize,
        live: &[u32],
        set: InstructionSet,
        failures: &mut Vec<(u32, StepError)>,
    );
    /// The metric of this index, in its own kind.
    fn cell(&self, lane: usize, field: usize) -> Option<Cell>;
    /// A lane that is stepped in lanes but is watched no more follows another.
    fn shadow(&mut self, from: usize, to: usize);
    /// Brings the values of components up to date, for those who look at them.
    fn gather(&mut self, live: &[u32]);
    /// Takes over what was changed in a component's value.
    fn scatter(&mut self, live: &[u32]);
    /// Writes over all that earlier runs left.
    fn poison(&mut self);
    fn save(&self, lane: usize) -> Result<Vec<u8>, postcard::Error>;
    fn load(&mut self, lane: usize, bytes: &[u8]) -> Result<(), postcard::Error>;
    fn as_any(&self) -> &dyn Any;
    fn as_any_mut(&mut self) -> &mut dyn Any;
}
