//! The runs of a tile of a kind that steps them in one call.

use super::{Columns, DeclaredTogether, Layout, Together, as_number};
use crate::declaration::clock::Clock;
use crate::declaration::param_error::ParamError;
use crate::declaration::record::Cell;
use crate::declaration::value::Value;
use crate::model::kind::{ComponentColumn, Instance as _, STRIP, SaveError, Start, StepFrame};
use crate::model::step_error::StepError;
use crate::numerics::run_id::RunId;
use crate::numerics::stream::{Stream, StreamKey};
use std::any::Any;
use std::borrow::Cow;
use te_math::NotFinite;

/// A call: the start, or a step.
type Time<'a> = Option<&'a Clock>;

pub(super) struct TogetherColumn {
    kind: DeclaredTogether,
    steps: Box<dyn Together>,
    layout: Layout,
    /// Column after column.
    numbers: Vec<f64>,
    /// The metrics before the step.
    before: Vec<f64>,
    /// The columns of one run alone.
    alone: Vec<f64>,
    /// Of each draw a stream for each run.
    streams: Vec<Stream>,
    by_lanes: bool,
    /// Whether runs were put in that have not started.
    fresh: bool,
    /// Whether all of a batch's runs were compared with themselves alone.
    compared: bool,
}

impl TogetherColumn {
    pub(super) fn new(kind: DeclaredTogether, width: usize, path: u64) -> Self {
        let layout = kind.layout(width);
        let streams = kind
            .declared
            .draws
            .iter()
            .flat_map(|(name, _)| std::iter::repeat_n(Stream::part_of_column(path, name), width));
        Self {
            steps: (kind.declared.make)(),
            layout,
            numbers: vec![f64::NAN; layout.columns() * width],
            before: vec![f64::NAN; layout.metrics * width],
            alone: vec![f64::NAN; layout.columns()],
            streams: streams.collect(),
            by_lanes: false,
            fresh: false,
            compared: width == 1,
            kind,
        }
    }

    /// Starts one run, to see whether it can.
    pub(super) fn try_start(&mut self) -> Result<(), ParamError> {
        for (at, value) in self.kind.values.iter().enumerate() {
            self.numbers[at] = as_number(value);
        }
        self.streams.iter_mut().for_each(|stream| stream.rekey(StreamKey::default(), RunId::default()));
        self.draw(&[0]);
        let refused = |error: StepError| ParamError::cross(error.to_string());
        self.call_alone(0, None).map_err(refused)
    }

    /// Gives a run the parameters of the kind, but these.
    fn set_params<'v>(
        &mut self,
        lane: usize,
        values: impl Iterator<Item = (usize, &'v Value)>,
    ) -> Result<(), ParamError> {
        let mut kind = Cow::Borrowed(&self.kind);
        for (index, value) in values {
            kind.to_mut().set(index, value).map_err(ParamError::single)?;
        }
        for (column, value) in self.numbers.chunks_exact_mut(self.layout.width).zip(&kind.values) {
            column[lane] = as_number(value);
        }
        Ok(())
    }

    fn metrics(&mut self) -> &mut [f64] {
        self.numbers.get_mut(self.layout.shown() * self.layout.width..).unwrap_or_default()
    }

    /// Copies the inputs of the groups of these lanes.
    fn read_inputs(&mut self, frame: &mut StepFrame<'_>, lanes: &[u32]) {
        let Layout { params, inputs, width, .. } = self.layout;
        for first in groups(lanes) {
            let group = frame.group(first);
            let at = first as usize / STRIP * STRIP;
            for input in 0..inputs {
                let from = (params + input) * width + at;
                let strip = group.input(input);
                if let Some(column) = self.numbers.get_mut(from..from + STRIP.min(width - at)) {
                    column.copy_from_slice(&strip.0[..column.len()]);
                }
            }
        }
    }

    fn draw(&mut self, lanes: &[u32]) {
        let Layout { params, inputs, width, .. } = self.layout;
        for (at, (_, draw)) in self.kind.declared.draws.iter().enumerate() {
            let from = (params + inputs + at) * width;
            for lane in lanes.iter().map(|lane| *lane as usize) {
                if let Some(stream) = self.streams.get_mut(at * width + lane) {
                    self.numbers[from + lane] = draw.of(stream);
                }
            }
        }
    }

    /// Makes all lanes but these the same as the first of them.
    fn fill_up(&mut self, lanes: &[u32]) {
        let (width, Some(first)) = (self.layout.width, lanes.first().map(|lane| *lane as usize)) else {
            return;
        };
        if lanes.len() == width {
            return;
        }
        let mut live = lanes.iter().peekable();
        for lane in 0..width {
            if live.next_if(|live| **live as usize == lane).is_none() {
                for column in self.numbers.chunks_exact_mut(width) {
                    column[lane] = column[first];
                }
            }
        }
    }

    /// Calls with one run alone, from the metrics that it had before, and writes what it shows.
    fn call_alone(&mut self, lane: usize, time: Time<'_>) -> Result<(), StepError> {
        let Layout { width, metrics, .. } = self.layout;
        let (shown, alone) = (self.layout.shown(), Layout { width: 1, ..self.layout });
        for (own, column) in self.alone.iter_mut().zip(self.numbers.chunks_exact(width)) {
            *own = column[lane];
        }
        for at in 0..metrics {
            self.alone[shown + at] = self.before[at * width + lane];
        }
        call(self.steps.as_mut(), &mut Columns { numbers: &mut self.alone, layout: alone }, time)?;
        for at in 0..metrics {
            self.numbers[(shown + at) * width + lane] = self.alone[shown + at];
        }
        Ok(())
    }

    /// Starts or steps these lanes, each alone.
    fn advance_apart(&mut self, frame: &mut StepFrame<'_>, lanes: &[u32], time: Time<'_>) {
        for &lane in lanes {
            if let Err(error) = self.call_alone(lane as usize, time) {
                frame.fail(lane, error);
            }
        }
    }

    /// Starts or steps these lanes in one call.
    fn advance_together(&mut self, frame: &mut StepFrame<'_>, lanes: &[u32], time: Time<'_>) {
        self.fill_up(lanes);
        let layout = self.layout;
        let mut columns = Columns { numbers: &mut self.numbers, layout };
        if call(self.steps.as_mut(), &mut columns, time).is_err() {
            self.advance_apart(frame, lanes, time);
            return;
        }
        // Where all runs are alike at first a mixture of them shows later.
        let now = time.is_none_or(|clock| clock.timestep.is_power_of_two());
        if let (false, true, Some(&lane)) = (self.compared, now, lanes.last()) {
            let of = |all: &[f64]| -> Vec<u64> {
                let column = all.chunks_exact(layout.width).skip(layout.shown());
                column.map(|column| column[lane as usize].to_bits()).collect()
            };
            let together = of(&self.numbers);
            let apart = self.call_alone(lane as usize, time).map(|()| of(&self.numbers));
            if !apart.is_ok_and(|apart| apart == together) {
                let error = StepError::domain(
                    "number of runs in one call",
                    layout.width as f64,
                    "1, because this kind gives a run other numbers among others than alone",
                );
                for lane in lanes {
                    frame.fail(*lane, error.clone());
                }
            }
        }
    }

    fn advance(&mut self, frame: &mut StepFrame<'_>, lanes: &[u32], time: Time<'_>) {
        self.draw(lanes);
        let mut before = std::mem::take(&mut self.before);
        before.copy_from_slice(self.metrics());
        self.before = before;
        if self.by_lanes || self.layout.width == 1 {
            self.advance_together(frame, lanes, time);
        } else {
            self.advance_apart(frame, lanes, time);
        }
        self.refuse_broken(frame, lanes);
    }

    /// Ends the runs of which a metric is NaN or infinite.
    fn refuse_broken(&mut self, frame: &mut StepFrame<'_>, lanes: &[u32]) {
        // A sum of zeros is zero only where no term is NaN, as zero times infinity is.
        if self.metrics().iter().fold(0.0, |sum, x| sum + x * 0.0) == 0.0 {
            return;
        }
        let width = self.layout.width;
        let failed: Vec<u32> = frame.failures.iter().map(|(lane, _)| *lane).collect();
        for &lane in lanes.iter().filter(|lane| !failed.contains(lane)) {
            let mut shown = self.metrics().iter().skip(lane as usize).step_by(width).copied();
            if let Some(at) = shown.clone().position(|x| !x.is_finite()) {
                let value = shown.nth(at).unwrap_or(f64::NAN);
                let name = self.kind.metrics().get(at).map(|field| field.name.clone()).unwrap_or_default();
                frame.fail(lane, NotFinite::new(name, value).into());
            }
        }
    }

    /// Writes the metrics of the groups of these lanes.
    fn show(&mut self, frame: &mut StepFrame<'_>, lanes: &[u32]) {
        let width = self.layout.width;
        let metrics = self.numbers.get(self.layout.shown() * width..).unwrap_or_default();
        for first in groups(lanes) {
            let mut group = frame.group(first);
            let at = first as usize / STRIP * STRIP;
            for (strip, column) in group.metrics().iter_mut().zip(metrics.chunks_exact(width)) {
                let column = &column[at..width.min(at + STRIP)];
                strip.0[..column.len()].copy_from_slice(column);
            }
        }
    }
}

/// The first of these lanes in each group of them.
fn groups(lanes: &[u32]) -> impl Iterator<Item = u32> {
    let group = |lane: &u32| *lane as usize / STRIP;
    lanes.chunk_by(move |a, b| group(a) == group(b)).filter_map(|lanes| lanes.first().copied())
}

fn call(steps: &mut dyn Together, columns: &mut Columns<'_>, time: Time<'_>) -> Result<(), StepError> {
    match time {
        Some(clock) => steps.step(columns, clock),
        None => steps.start(columns),
    }
}

impl ComponentColumn for TogetherColumn {
    fn start(&mut self, lane: usize, start: Start<'_>) -> Result<(), ParamError> {
        let width = self.layout.width;
        self.set_params(lane, start.values())?;
        self.streams.iter_mut().skip(lane).step_by(width).for_each(|stream| start.rekey(stream));
        // Nothing of an earlier run stays.
        for column in self.numbers.chunks_exact_mut(width).skip(self.layout.params) {
            column[lane] = f64::NAN;
        }
        self.fresh = true;
        Ok(())
    }

    fn begin(&mut self, _: &[u32], by_lanes: bool) {
        self.by_lanes = by_lanes;
    }

    fn step(&mut self, frame: &mut StepFrame<'_>) {
        let (lanes, clock) = (frame.lanes(), frame.clock());
        self.read_inputs(frame, lanes);
        self.advance(frame, lanes, Some(clock));
        self.show(frame, lanes);
        for _ in lanes {
            frame.one_done();
        }
        self.compared |= clock.timestep >= clock.horizon.min(64);
    }

    fn publish(&mut self, frame: &mut StepFrame<'_>) {
        let lanes = frame.lanes();
        if std::mem::take(&mut self.fresh) {
            self.advance(frame, lanes, None);
        }
        self.show(frame, lanes);
    }

    fn cell(&self, lane: usize, field: usize) -> Option<Cell> {
        let at = (self.layout.shown() + field) * self.layout.width + lane;
        self.numbers.get(at).copied().map(Cell::F64)
    }

    fn reparam(&mut self, lane: usize, values: &[(usize, Value)]) -> Result<(), ParamError> {
        self.set_params(lane, values.iter().map(|(index, value)| (*index, value)))
    }

    fn poison(&mut self) {
        self.numbers.fill(f64::NAN);
        self.before.fill(f64::NAN);
        self.alone.fill(f64::NAN);
        self.streams.iter_mut().for_each(Stream::poison);
    }

    fn save(&self, lane: usize) -> Result<Vec<u8>, SaveError> {
        let width = self.layout.width;
        let own =
            |columns: &[f64]| -> Vec<f64> { columns.iter().skip(lane).step_by(width).copied().collect() };
        let (read, shown) = self.numbers.split_at(self.layout.shown() * width);
        // Events may have changed the parameters.
        let params = read.get(..self.layout.params * width).unwrap_or_default();
        let streams: Vec<&Stream> = self.streams.iter().skip(lane).step_by(width).collect();
        Ok(postcard::to_stdvec(&(own(params), own(shown), streams))?)
    }

    fn load(&mut self, lane: usize, bytes: &[u8]) -> Result<(), SaveError> {
        let Layout { width, params, metrics, draws, .. } = self.layout;
        let (given, shown, streams): (Vec<f64>, Vec<f64>, Vec<Stream>) = postcard::from_bytes(bytes)?;
        if (given.len(), shown.len(), streams.len()) != (params, metrics, draws) {
            return Err(postcard::Error::DeserializeBadEncoding.into());
        }
        for (column, x) in self.numbers.chunks_exact_mut(width).zip(given) {
            column[lane] = x;
        }
        for (column, x) in self.metrics().chunks_exact_mut(width).zip(shown) {
            column[lane] = x;
        }
        for (own, saved) in self.streams.iter_mut().skip(lane).step_by(width).zip(streams) {
            *own = saved;
        }
        self.fresh = false;
        Ok(())
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }
}
