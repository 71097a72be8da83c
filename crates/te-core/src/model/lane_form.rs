//! That a component can be stepped in lanes, and what its column asks of them.

use crate::model::kind::StepFrame;
use crate::numerics::stream::Stream;

/// How few runs are stepped one by one rather than in lanes: a strip costs the same however full it is.
pub(crate) const FEWEST: usize = 8;

/// That a component can be stepped in lanes: what [`Component::lane_form`](crate::Component::lane_form) returns.
#[derive(Debug)]
pub struct LaneForm<C>(pub(crate) fn(width: usize) -> Box<dyn LaneColumn<C>>);

/// What a component's column of runs asks of its lanes.
pub(crate) trait LaneColumn<C>: Send {
    /// Whether these runs can be stepped in lanes. Where they can, they are from here on.
    fn begin(&mut self, cells: &[Option<C>], live: &[u32]) -> bool;
    /// Takes over runs whose values were changed. Whether they can still be stepped in lanes.
    fn again(&mut self, cells: &[Option<C>], live: &[u32]) -> bool;
    /// Puts a run's state into its lane.
    fn take(&mut self, lane: usize, component: &C);
    /// Puts a lane's state into the run's component.
    fn give(&self, lane: usize, component: &mut C);
    /// Makes a lane that nobody watches do what another does, so that nothing in it goes wrong.
    fn shadow(&mut self, from: usize, to: usize);
    /// Writes NaN over all that earlier runs left.
    fn poison(&mut self);
    /// One step.
    fn step(&mut self, frame: &mut StepFrame<'_>, streams: &mut [Stream]);
    /// Writes metrics.
    fn publish(&mut self, frame: &mut StepFrame<'_>);
}
