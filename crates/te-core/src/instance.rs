//! The seam between typed components and the engine: the engine sees columns of runs, an author sees one value.

#![expect(clippy::inline_always, reason = "a record that is not inlined goes through memory")]

use crate::board::{Board, STRIP, Strip, load, store};
use crate::lanes::{FEWEST, LaneColumn};
use crate::math::dispatch::InstructionSet;
use crate::params::unknown_index;
use crate::{
    Cell, CellKind, Clock, Component, FieldSpec, ParamError, ParamIssue, ParamSpec, Params, Record, RunId,
    StepError, Stream, StreamKey, Value,
};
use std::any::Any;
use std::borrow::Cow;
use te_math::NotFinite;

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

pub(crate) struct Typed<C: Component> {
    pub(crate) params: C::Params,
}

impl<C: Component> Instance for Typed<C> {
    fn kind(&self) -> &'static str {
        C::KIND
    }
    fn specs(&self) -> &'static [ParamSpec] {
        C::Params::specs()
    }
    fn inputs(&self) -> &'static [FieldSpec] {
        C::Inputs::fields()
    }
    fn metrics(&self) -> &'static [FieldSpec] {
        C::Metrics::fields()
    }
    fn get(&self, index: usize) -> Option<Value> {
        self.params.get(index)
    }
    fn index_of(&self, name: &str) -> Option<usize> {
        C::Params::index_of(name)
    }
    fn set(&mut self, index: usize, value: &Value) -> Result<(), ParamIssue> {
        if index < C::Params::specs().len() {
            self.params.set(index, value)
        } else {
            Err(unknown_index(C::Params::specs(), index, value))
        }
    }
    fn check(&self) -> Result<(u32, usize), ParamError> {
        self.params.check()?;
        let mut component = C::new(self.params.clone())?;
        component.start(&mut Stream::new(StreamKey::default(), C::KIND));
        // A state that cannot be written down is refused where a snapshot is taken.
        let size = postcard::to_stdvec(&component).map_or(0, |bytes| bytes.len());
        Ok((component.substeps(), size))
    }
    fn has_lanes(&self) -> bool {
        C::lane_form().is_some()
    }
    fn column(&self, width: usize, path: u64) -> Box<dyn ComponentColumn> {
        let stream = Stream::at(StreamKey::default(), path);
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
    fn start(
        &mut self,
        lane: usize,
        key: StreamKey,
        id: RunId,
        node: usize,
        edits: Edits<'_>,
    ) -> Result<(), ParamError> {
        let mut params = self.params.clone();
        for (index, value) in edits.of(node) {
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
            stream.rekey(key, id);
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

    fn publish(
        &mut self,
        board: &mut Board,
        base: usize,
        live: &[u32],
        set: InstructionSet,
        failures: &mut Vec<(u32, StepError)>,
    ) {
        if let Some(lanes) = self.lanes.as_mut().filter(|_| self.by_lanes) {
            lanes.publish(board, base, live, set, failures);
            return;
        }
        for &lane in live {
            if let Some(Some(component)) = self.cells.get(lane as usize) {
                let (board, place) = board.lane_mut(lane as usize);
                if let Some(Err(error)) = metrics_of::<C>(board, base).map(|s| show(component, s, place)) {
                    failures.push((lane, error));
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

    fn poison(&mut self) {
        self.cells.fill_with(|| None);
        self.streams.iter_mut().for_each(Stream::poison);
        self.inputs.fill(Strip([f64::NAN; STRIP]));
        self.by_lanes = !self.by_lanes && self.lanes.is_some();
        if let Some(lanes) = &mut self.lanes {
            lanes.poison();
        }
    }

    fn save(&self, lane: usize) -> Result<Vec<u8>, postcard::Error> {
        postcard::to_stdvec(&(self.value(lane).as_deref(), self.streams.get(lane)))
    }

    fn load(&mut self, lane: usize, bytes: &[u8]) -> Result<(), postcard::Error> {
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

/// The first metric that is NaN or infinite, as an error.
#[cold]
pub(crate) fn not_finite<R: Record>(metrics: &R) -> Option<StepError> {
    let mut fields = R::fields().iter();
    let mut error = None;
    metrics.store(&mut |value| {
        if let Some(field) = fields.next()
            && field.kind == CellKind::F64
            && !value.is_finite()
            && error.is_none()
        {
            error = Some(NotFinite::new(field.name.clone(), value).into());
        }
    });
    error
}

/// A panic as an error.
#[cold]
pub(crate) fn panicked(panic: &(dyn std::any::Any + Send)) -> StepError {
    let text = panic.downcast_ref::<&str>().map(|s| (*s).to_owned());
    let message = text.or_else(|| panic.downcast_ref::<String>().cloned());
    StepError::Panicked { message: message.unwrap_or_else(|| "without a message".to_owned()) }
}
