//! Typed components as a kind: an author sees one value, the engine a column of runs.

#![expect(clippy::inline_always, reason = "a record that is not inlined goes through memory")]

use crate::declaration::param_error::{ParamError, ParamIssue};
use crate::declaration::param_spec::ParamSpec;
use crate::declaration::params::Params;
use crate::declaration::params::unknown_index;
use crate::declaration::record::{Cell, FieldSpec, Record};
use crate::declaration::value::Value;
use crate::model::board::{load, store};
use crate::model::component::Component;
use crate::model::kind::{ComponentColumn, Instance, SaveError, Single, Start, Started, StepFrame};
use crate::model::lane_form::{FEWEST, LaneColumn};
use crate::model::step_error::StepError;
use crate::model::step_error::not_finite;
use crate::numerics::stream::{Stream, StreamKey};
use crate::numerics::strip::{STRIP, Strip};
use std::any::Any;
use std::borrow::Cow;

mod single;

pub(crate) struct Typed<C: Component> {
    pub(crate) params: C::Params,
}

impl<C: Component> Instance for Typed<C> {
    fn kind(&self) -> &str {
        C::KIND
    }
    fn specs(&self) -> &[ParamSpec] {
        C::Params::specs()
    }
    fn inputs(&self) -> &[FieldSpec] {
        C::Inputs::fields()
    }
    fn metrics(&self) -> &[FieldSpec] {
        C::Metrics::fields()
    }
    fn equations(&self) -> Vec<String> {
        C::EQUATIONS.iter().flat_map(|block| block.lines()).map(str::to_owned).collect()
    }
    fn get(&self, index: usize) -> Option<Value> {
        self.params.get(index)
    }
    fn set(&mut self, index: usize, value: &Value) -> Result<(), ParamIssue> {
        if index < C::Params::specs().len() {
            self.params.set(index, value)
        } else {
            Err(unknown_index(C::Params::specs(), index, value))
        }
    }
    fn check(&self) -> Result<Started, ParamError> {
        self.params.check()?;
        let mut component = C::new(self.params.clone())?;
        component.start(&mut Stream::new(StreamKey::default(), C::KIND));
        // A state that cannot be written down is refused where a snapshot is taken.
        let state_size = postcard::to_stdvec(&component).map_or(0, |bytes| bytes.len());
        Ok(Started { substeps: component.substeps(), state_size })
    }
    fn has_lanes(&self) -> bool {
        C::lane_form().is_some()
    }
    fn takes_changes(&self) -> Result<(), ParamError> {
        C::new(self.params.clone())?.reparam(self.params.clone())
    }
    fn column(&self, width: usize, path: u64) -> Box<dyn ComponentColumn> {
        let stream = Stream::of_column(path);
        Box::new(TypedColumn::<C> {
            params: self.params.clone(),
            cells: (0..width).map(|_| None).collect(),
            streams: vec![stream; width],
            lanes: C::lane_form().filter(|_| width >= FEWEST).map(|form| form.0(width)),
            by_lanes: false,
            inputs: Vec::new(),
        })
    }
    fn boxed(&self) -> Box<dyn Instance> {
        Box::new(Self { params: self.params.clone() })
    }
    fn single(&self, name: &str, key: StreamKey) -> Result<Box<dyn Single>, ParamError> {
        self.params.check()?;
        Ok(Box::new(single::One::<C>::new(self.params.clone(), name, key)?))
    }
    fn with(&self, table: &Value) -> Result<Box<dyn Instance>, ParamError> {
        Ok(Box::new(Self { params: C::Params::from_value(table)? }))
    }
}

pub(crate) struct TypedColumn<C: Component> {
    params: C::Params,
    /// The runs. Where `by_lanes` holds their state is in `lanes`, and here it is what it was when last gathered.
    pub(crate) cells: Vec<Option<C>>,
    streams: Vec<Stream>,
    lanes: Option<Box<dyn LaneColumn<C>>>,
    by_lanes: bool,
    /// The inputs of a group of lanes.
    inputs: Vec<Strip>,
}

impl<C: Component> TypedColumn<C> {
    /// The stream of a lane.
    pub(crate) fn stream(&self, lane: usize) -> Option<&Stream> {
        self.streams.get(lane)
    }

    /// The component of a lane, up to date.
    pub(crate) fn value(&self, lane: usize) -> Option<Cow<'_, C>> {
        let cell = self.cells.get(lane)?.as_ref()?;
        let Some(lanes) = self.lanes.as_ref().filter(|_| self.by_lanes) else {
            return Some(Cow::Borrowed(cell));
        };
        let mut component = cell.clone();
        lanes.give(lane, &mut component);
        Some(Cow::Owned(component))
    }
}

impl<C: Component> ComponentColumn for TypedColumn<C> {
    fn start(&mut self, lane: usize, start: Start<'_>) -> Result<(), ParamError> {
        let mut params = self.params.clone();
        for (index, value) in start.values() {
            params.set(index, value).map_err(ParamError::single)?;
        }
        if let (Some(cell), Some(stream)) = (self.cells.get_mut(lane), self.streams.get_mut(lane)) {
            // Not by `?`, which moves the component once more.
            let component = match C::new(params) {
                Ok(component) => cell.insert(component),
                Err(error) => {
                    // The lane holds no run, and nothing of an earlier one.
                    *cell = None;
                    return Err(error);
                }
            };
            start.rekey(stream);
            component.start(stream);
        }
        Ok(())
    }

    fn begin(&mut self, live: &[u32], by_lanes: bool) {
        self.by_lanes = match &mut self.lanes {
            Some(lanes) if by_lanes => lanes.begin(&self.cells, live),
            _ => false,
        };
    }

    fn step(&mut self, frame: &mut StepFrame<'_>) {
        if let Some(lanes) = self.lanes.as_mut().filter(|_| self.by_lanes) {
            lanes.step(frame, &mut self.streams);
            return;
        }
        self.inputs.resize(frame.sources.len(), Strip::ZERO);
        let group = |lane: &u32| *lane as usize / STRIP;
        let todo = frame.lanes.get(*frame.done..).unwrap_or_default();
        for lanes in todo.chunk_by(|a, b| group(a) == group(b)) {
            let Some(first) = lanes.first().map(|lane| group(lane) * STRIP) else { continue };
            let board = frame.board.lane_mut(first).0;
            // Every input has a source: the system's build checked it.
            for (strip, source) in self.inputs.iter_mut().zip(frame.sources) {
                *strip = board[*source];
            }
            let Some(shown) = metrics_of::<C>(board, frame.base) else { continue };
            for &lane in lanes {
                let at = lane as usize;
                if let (Some(Some(component)), Some(stream)) =
                    (self.cells.get_mut(at), self.streams.get_mut(at))
                {
                    let inputs: C::Inputs = load(&self.inputs, at % STRIP);
                    // An outcome that is passed on is copied, at more than the cost of many a step.
                    match component.step(&inputs, frame.clock, stream) {
                        Ok(()) => {
                            if let Err(error) = show(component, shown, at % STRIP) {
                                frame.failures.push((lane, error));
                            }
                        }
                        Err(error) => frame.failures.push((lane, error)),
                    }
                }
                *frame.done += 1;
            }
        }
    }

    fn publish(&mut self, frame: &mut StepFrame<'_>) {
        if let Some(lanes) = self.lanes.as_mut().filter(|_| self.by_lanes) {
            lanes.publish(frame);
            return;
        }
        for &lane in frame.lanes {
            if let Some(Some(component)) = self.cells.get(lane as usize) {
                let (board, at) = frame.board.lane_mut(lane as usize);
                if let Some(Err(error)) = metrics_of::<C>(board, frame.base).map(|s| show(component, s, at)) {
                    frame.failures.push((lane, error));
                }
            }
        }
    }

    fn cell(&self, lane: usize, field: usize) -> Option<Cell> {
        self.value(lane)?.metrics().cell(field)
    }

    fn shadow(&mut self, from: usize, to: usize) {
        if let Some(lanes) = self.lanes.as_mut().filter(|_| self.by_lanes) {
            lanes.shadow(from, to);
        }
    }

    fn gather(&mut self, live: &[u32]) {
        let Some(lanes) = self.lanes.as_ref().filter(|_| self.by_lanes) else { return };
        for lane in live.iter().map(|lane| *lane as usize) {
            if let Some(Some(component)) = self.cells.get_mut(lane) {
                lanes.give(lane, component);
            }
        }
    }

    fn scatter(&mut self, live: &[u32]) {
        if let Some(lanes) = self.lanes.as_mut().filter(|_| self.by_lanes) {
            self.by_lanes = lanes.again(&self.cells, live);
        }
    }

    fn reparam(&mut self, lane: usize, values: &[(usize, Value)]) -> Result<(), ParamError> {
        let Some(Some(component)) = self.cells.get_mut(lane) else { return Ok(()) };
        let mut params = self.params.clone();
        let refused = values.iter().filter_map(|(index, value)| params.set(*index, value).err());
        ParamError::from_issues(refused.collect())?;
        component.reparam(params)
    }

    fn poison(&mut self) {
        self.cells.fill_with(|| None);
        self.streams.iter_mut().for_each(Stream::poison);
        self.inputs.fill(Strip([f64::NAN; STRIP]));
        self.by_lanes = !self.by_lanes && self.lanes.is_some();
        if let Some(lanes) = &mut self.lanes {
            lanes.poison();
        }
    }

    fn save(&self, lane: usize) -> Result<Vec<u8>, SaveError> {
        Ok(postcard::to_stdvec(&(self.value(lane).as_deref(), self.streams.get(lane)))?)
    }

    fn load(&mut self, lane: usize, bytes: &[u8]) -> Result<(), SaveError> {
        let (component, stream): (Option<C>, Option<Stream>) = postcard::from_bytes(bytes)?;
        if let (Some(cell), Some(slot), Some(stream)) =
            (self.cells.get_mut(lane), self.streams.get_mut(lane), stream)
        {
            // What stands in the lane was made from this run's parameters.
            let fresh = std::mem::replace(cell, component);
            if let (Some(component), Some(fresh)) = (cell, fresh) {
                component.share(&fresh);
            }
            *slot = stream;
        }
        if let (Some(lanes), Some(Some(component))) =
            (self.lanes.as_mut().filter(|_| self.by_lanes), self.cells.get(lane))
        {
            lanes.take(lane, component);
        }
        Ok(())
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }
}

/// The strips of a component's metrics.
#[inline(always)]
fn metrics_of<C: Component>(board: &mut [Strip], base: usize) -> Option<&mut [Strip]> {
    let board = board.get_mut(base..)?;
    // Records whose fields are known only when a program runs count none.
    if C::Metrics::COUNT == 0 { Some(board) } else { board.get_mut(..C::Metrics::COUNT) }
}

/// Writes a component's metrics to their strips. No NaN or infinity leaves a component.
#[inline(always)]
fn show<C: Component>(component: &C, shown: &mut [Strip], lane: usize) -> Result<(), StepError> {
    // A sum is finite only where every term is.
    if store(&component.metrics(), shown, lane) * 0.0 == 0.0 {
        return Ok(());
    }
    // Taken anew, so that those that are finite never need an address.
    not_finite(&component.metrics()).map_or(Ok(()), Err)
}
