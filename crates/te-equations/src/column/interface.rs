//! What the engine asks of a column: to start, step, show, save and load runs.

use super::{EquationColumn, groups_of};
use crate::ring::Ring;
use std::any::Any;
use std::sync::Arc;
use te_core::kind::{ComponentColumn, STRIP, SaveError, Start, StepFrame, Strip};
use te_core::{Cell, ParamError, StepError, Stream, Value};
use te_math::dispatch::InstructionSet;

/// The state of a lane as it is saved: numbers, streams and rings.
type Saved = (Vec<f64>, Vec<Stream>, Vec<Ring>);

impl ComponentColumn for EquationColumn {
    fn start(&mut self, lane: usize, start: Start<'_>) -> Result<(), ParamError> {
        let program = Arc::clone(&self.program);
        for (at, place) in program.params.iter().enumerate() {
            self.put(*place, lane, self.params.get(at).copied().unwrap_or(f64::NAN));
        }
        for (index, value) in start.values() {
            if let Some(spec) = self.model.form.params.get(index) {
                let value = spec.accept(value).map_err(ParamError::single)?;
                self.put_parameter(lane, index, &value);
            }
        }
        for stream in self.streams.iter_mut().filter_map(|own| own.get_mut(lane)) {
            start.rekey(stream);
        }
        self.fresh = true;
        Ok(())
    }

    fn step(&mut self, frame: &mut StepFrame<'_>) {
        self.each_pair(frame, Self::advance);
    }

    fn publish(&mut self, frame: &mut StepFrame<'_>) {
        if std::mem::take(&mut self.fresh) {
            self.each_pair(frame, Self::initialise);
        }
        self.each_pair(frame, |column, frame, lanes, _| column.show(frame, groups_of(lanes)));
    }

    fn cell(&self, lane: usize, field: usize) -> Option<Cell> {
        let place = self.program.places.get(*self.program.metrics.get(field)?)?;
        Some(Cell::F64(self.number(*place, lane)))
    }

    fn shadow(&mut self, from: usize, to: usize) {
        let size = self.program.layout.group();
        for at in 0..size {
            let value = self.kept.get(from / STRIP * size + at).map(|strip| strip.0[from % STRIP]);
            let strip = self.kept.get_mut(to / STRIP * size + at);
            if let (Some(value), Some(strip)) = (value, strip) {
                strip.0[to % STRIP] = value;
            }
        }
    }

    fn reparam(&mut self, lane: usize, values: &[(usize, Value)]) -> Result<(), ParamError> {
        self.take_parameters(lane, values)
    }

    fn add_to_state(&mut self, lane: usize, state: usize, amount: f64) -> Result<(), StepError> {
        self.add(lane, state, amount)
    }

    fn poison(&mut self) {
        self.kept.fill(Strip([f64::NAN; STRIP]));
        self.program.layout.poison(&mut self.common);
        for stream in self.streams.iter_mut().flatten() {
            stream.uniform();
        }
        self.rings.iter_mut().flatten().for_each(Ring::poison);
        self.fresh = !self.fresh;
    }

    fn save(&self, lane: usize) -> Result<Vec<u8>, SaveError> {
        let kept = self.group(lane).iter().take(self.program.layout.kept);
        let numbers: Vec<f64> = kept.map(|strip| strip.0[lane % STRIP]).collect();
        let streams: Vec<&Stream> = self.streams.iter().filter_map(|own| own.get(lane)).collect();
        let rings: Vec<&Ring> = self.rings.iter().filter_map(|own| own.get(lane)).collect();
        Ok(postcard::to_stdvec(&(numbers, streams, rings))?)
    }

    fn load(&mut self, lane: usize, bytes: &[u8]) -> Result<(), SaveError> {
        let (numbers, streams, rings): Saved = postcard::from_bytes(bytes)?;
        let fits = numbers.len() == self.program.layout.kept
            && streams.len() == self.streams.len()
            && rings.len() == self.rings.len()
            && rings.iter().all(Ring::is_sound);
        if !fits {
            return Err("it is the state of another component".into());
        }
        let first = lane / STRIP * self.program.layout.group();
        for (strip, value) in self.kept.iter_mut().skip(first).zip(numbers) {
            strip.0[lane % STRIP] = value;
        }
        for (own, stream) in self.streams.iter_mut().filter_map(|own| own.get_mut(lane)).zip(streams) {
            *own = stream;
        }
        let lanes = self.rings.iter_mut().filter_map(|own| own.get_mut(lane));
        lanes.zip(rings).for_each(|(own, ring)| *own = ring);
        self.fresh = false;
        let group = lane / STRIP;
        self.compute_fixed(InstructionSet::BASELINE, group..group + 1);
        Ok(())
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }
}
