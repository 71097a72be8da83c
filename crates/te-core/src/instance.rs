//! The seam between typed components and the engine: the engine sees columns of runs, an author sees one value.

use crate::params::unknown_index;
use crate::{
    Cell, Clock, Component, FieldSpec, ParamError, ParamIssue, ParamSpec, Params, Record as _, StepError,
    Stream, StreamKey, Value,
};
use std::any::Any;

/// A component of a known type with its parameters, not yet running.
pub(crate) trait Instance: Send + Sync {
    fn kind(&self) -> &'static str;
    fn specs(&self) -> &'static [ParamSpec];
    fn inputs(&self) -> &'static [FieldSpec];
    fn metrics(&self) -> &'static [FieldSpec];
    fn get(&self, index: usize) -> Option<Value>;
    fn index_of(&self, name: &str) -> Option<usize>;
    fn set(&mut self, index: usize, value: &Value) -> Result<(), ParamIssue>;
    /// Builds the component once; its number of substeps.
    fn check(&self) -> Result<u32, ParamError>;
    /// Room for `width` runs, their streams named by `path`.
    fn column(&self, width: usize, path: u64) -> Box<dyn ComponentColumn>;
    fn boxed(&self) -> Box<dyn Instance>;
}

/// One parameter of a component set to a value, by index.
pub(crate) type Edit = (usize, Value);

/// What a column is given to step with.
pub(crate) struct StepFrame<'a> {
    /// All slots, a column of `width` runs each.
    pub(crate) arena: &'a mut [f64],
    pub(crate) width: usize,
    /// The slot of each input.
    pub(crate) sources: &'a [usize],
    pub(crate) clock: Clock,
    /// The lanes to step.
    pub(crate) lanes: &'a [u32],
    /// First slot of the metrics, where they are published at once.
    pub(crate) publish: Option<usize>,
    /// How many of `lanes` are done; where it stands after a panic is the lane that panicked.
    pub(crate) done: &'a mut usize,
    pub(crate) failures: &'a mut Vec<(u32, StepError)>,
}

/// The same component of many runs.
pub(crate) trait ComponentColumn: Send {
    /// Puts a new run into a lane.
    fn start(&mut self, lane: usize, key: StreamKey, edits: &[Edit]) -> Result<(), ParamError>;
    fn step(&mut self, frame: &mut StepFrame<'_>);
    /// Writes the metrics of these lanes to the slots from `base` on.
    fn publish(&self, arena: &mut [f64], width: usize, base: usize, lanes: &[u32]);
    fn cell(&self, lane: usize, field: usize) -> Option<Cell>;
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
    fn check(&self) -> Result<u32, ParamError> {
        self.params.check()?;
        C::new(self.params.clone()).map(|component| component.substeps())
    }
    fn column(&self, width: usize, path: u64) -> Box<dyn ComponentColumn> {
        let stream = Stream::at(StreamKey::default(), path);
        Box::new(TypedColumn::<C> {
            params: self.params.clone(),
            cells: (0..width).map(|_| None).collect(),
            streams: vec![stream; width],
        })
    }
    fn boxed(&self) -> Box<dyn Instance> {
        Box::new(Self { params: self.params.clone() })
    }
}

pub(crate) struct TypedColumn<C: Component> {
    params: C::Params,
    pub(crate) cells: Vec<Option<C>>,
    streams: Vec<Stream>,
}

impl<C: Component> ComponentColumn for TypedColumn<C> {
    fn start(&mut self, lane: usize, key: StreamKey, edits: &[Edit]) -> Result<(), ParamError> {
        let mut params = self.params.clone();
        for (index, value) in edits {
            params.set(*index, value).map_err(ParamError::single)?;
        }
        if let (Some(cell), Some(stream)) = (self.cells.get_mut(lane), self.streams.get_mut(lane)) {
            *cell = Some(C::new(params)?);
            stream.rekey(key);
        }
        Ok(())
    }

    fn step(&mut self, frame: &mut StepFrame<'_>) {
        let width = frame.width;
        let arena = &mut *frame.arena;
        for &lane in frame.lanes.iter().skip(*frame.done) {
            let at = lane as usize;
            if let (Some(Some(component)), Some(stream)) = (self.cells.get_mut(at), self.streams.get_mut(at))
            {
                let mut sources = frame.sources.iter();
                // Every input has a source: the system's build checked it.
                let inputs =
                    C::Inputs::load(&mut || sources.next().map_or(0.0, |slot| arena[slot * width + at]));
                match component.step(&inputs, &frame.clock, stream) {
                    Ok(()) => {
                        if let Some(base) = frame.publish {
                            let mut slot = base * width + at;
                            component.metrics().store(&mut |x| {
                                arena[slot] = x;
                                slot += width;
                            });
                        }
                    }
                    Err(error) => frame.failures.push((lane, error)),
                }
            }
            *frame.done += 1;
        }
    }

    fn publish(&self, arena: &mut [f64], width: usize, base: usize, lanes: &[u32]) {
        for &lane in lanes {
            if let Some(Some(component)) = self.cells.get(lane as usize) {
                let mut slot = base * width + lane as usize;
                component.metrics().store(&mut |x| {
                    arena[slot] = x;
                    slot += width;
                });
            }
        }
    }

    fn cell(&self, lane: usize, field: usize) -> Option<Cell> {
        self.cells.get(lane)?.as_ref()?.metrics().cell(field)
    }

    fn save(&self, lane: usize) -> Result<Vec<u8>, postcard::Error> {
        let state = (self.cells.get(lane).and_then(Option::as_ref), self.streams.get(lane));
        postcard::to_stdvec(&state)
    }

    fn load(&mut self, lane: usize, bytes: &[u8]) -> Result<(), postcard::Error> {
        let (component, stream): (Option<C>, Option<Stream>) = postcard::from_bytes(bytes)?;
        if let (Some(cell), Some(slot), Some(stream)) =
            (self.cells.get_mut(lane), self.streams.get_mut(lane), stream)
        {
            *cell = component;
            *slot = stream;
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
