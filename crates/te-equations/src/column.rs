//! Many runs of a component of equations, stepped in strips.
//!
//! A step is, for each group of runs: draws; then as often as there are substeps the equations, the next states, pipelines and
//! time. One run alone takes the same way in a strip of its own, so that it has the same bits.

mod changes;
mod draws;
mod examine;
mod interface;
mod moment;
mod rings;
mod routines;

use crate::failure::EquationFailure;
use crate::form::Form;
use crate::model::Model;
use crate::program::Program;
use crate::ring::Ring;
use moment::Moment;
use routines::{Routines, watched};
use std::sync::Arc;
use te_core::expression::{Place, Routine, Watched, common_memory};
use te_core::kind::{STRIP, StepFrame, Strip};
use te_core::{ParamKind, ParamSpec, StepError, Stream, Value};
use te_math::dispatch::InstructionSet;

/// Lanes that failed, and why.
type Failed = Vec<(u32, StepError)>;

pub(crate) struct EquationColumn {
    model: Arc<Model>,
    program: Arc<Program>,
    /// The parameters, where a run has none of its own.
    params: Vec<f64>,
    /// The kept strips, group by group.
    kept: Vec<Strip>,
    /// What all groups share.
    common: Vec<Strip>,
    routines: Routines,
    watched: Watched,
    /// Of each draw and lane.
    streams: Vec<Vec<Stream>>,
    /// Of each pipeline and whatever else keeps values of some steps, and of each lane.
    rings: Vec<Vec<Ring>>,
    /// The arguments of a draw.
    arguments: Vec<f64>,
    /// Whether the runs that are in have no state yet.
    fresh: bool,
}

fn fill(kept: &mut [Strip], place: Place, value: f64) {
    if let Place::Kept(at) = place
        && let Some(strip) = kept.get_mut(at as usize)
    {
        *strip = Strip([value; STRIP]);
    }
}

/// A number of one lane.
fn number(kept: &[Strip], numbers: &[f64], place: Place, lane: usize) -> f64 {
    match place {
        Place::Kept(at) => kept.get(at as usize).map_or(f64::NAN, |strip| strip.0[lane % STRIP]),
        Place::Number(at) => numbers.get(at as usize).copied().unwrap_or(f64::NAN),
        Place::Passing(_) => f64::NAN,
    }
}

fn put(kept: &mut [Strip], place: Place, lane: usize, value: f64) {
    if let Place::Kept(at) = place
        && let Some(strip) = kept.get_mut(at as usize)
    {
        strip.0[lane % STRIP] = value;
    }
}

impl EquationColumn {
    /// Room for `width` runs with these parameters.
    pub(crate) fn new(
        model: &Arc<Model>,
        program: &Arc<Program>,
        values: &[Value],
        width: usize,
        path: u64,
    ) -> Self {
        let (model, program) = (Arc::clone(model), Arc::clone(program));
        let groups = width.div_ceil(STRIP);
        let lanes = groups * STRIP;
        let params =
            model.form.params.iter().zip(values).map(|(spec, value)| as_number(spec, value)).collect();
        let streams =
            program.draws.iter().map(|draw| vec![Stream::part_of_column(path, &draw.name); lanes]).collect();
        Self {
            model,
            params,
            kept: vec![Strip([0.0; STRIP]); groups * program.kept],
            common: common_memory(&program.numbers, program.passing),
            routines: Routines::new(&program),
            watched: watched(&program),
            streams,
            arguments: Vec::with_capacity(
                program.draws.iter().map(|draw| draw.arguments.len()).max().unwrap_or(0),
            ),
            rings: vec![vec![Ring::default(); lanes]; program.rings.len()],
            program,
            fresh: false,
        }
    }

    /// What the component is made of.
    pub(crate) fn form(&self) -> &Form {
        &self.model.form
    }

    /// A quantity of one lane.
    pub(crate) fn quantity(&self, at: usize, lane: usize) -> f64 {
        self.program.places.get(at).map_or(f64::NAN, |place| self.number(*place, lane))
    }

    /// Sets a quantity of one lane.
    pub(crate) fn put_quantity(&mut self, at: usize, lane: usize, value: f64) {
        if let Some(place) = self.program.places.get(at).copied() {
            self.put(place, lane, value);
        }
    }

    /// Sets a parameter of one lane.
    pub(crate) fn put_parameter(&mut self, lane: usize, index: usize, value: &Value) {
        let spec = self.model.form.params.get(index);
        if let (Some(place), Some(spec)) = (self.program.params.get(index).copied(), spec) {
            let number = as_number(spec, value);
            self.put(place, lane, number);
        }
    }

    /// The group of a lane.
    fn group(&self, lane: usize) -> &[Strip] {
        let first = lane / STRIP * self.program.kept;
        self.kept.get(first..first + self.program.kept).unwrap_or_default()
    }

    fn number(&self, place: Place, lane: usize) -> f64 {
        number(self.group(lane), &self.program.numbers, place, lane)
    }

    fn put(&mut self, place: Place, lane: usize, value: f64) {
        let first = lane / STRIP * self.program.kept;
        if let Some(group) = self.kept.get_mut(first..first + self.program.kept) {
            put(group, place, lane, value);
        }
    }

    /// Computes what depends on states, parameters and time alone.
    pub(crate) fn compute_pure(&mut self, set: InstructionSet, group: usize) {
        self.run(set, group, |routines| &routines.pure, false);
    }

    /// Runs a code for a group; whether what it is to watch is as it should be.
    fn run(
        &mut self,
        set: InstructionSet,
        group: usize,
        of: impl Fn(&Routines) -> &Routine,
        watch: bool,
    ) -> bool {
        let Self { program, kept, common, routines, watched, .. } = self;
        let routine = of(routines);
        let first = group * program.kept;
        match kept.get_mut(first..first + program.kept) {
            Some(kept) if watch || !routine.is_empty() => {
                let watched = if watch { watched } else { &Watched::NOTHING };
                routine.run(set, &program.curves, (kept, program.kept), common, watched)
            }
            _ => true,
        }
    }

    fn set_time(&mut self, group: usize, moment: &Moment<'_>, index: f64, all: bool) {
        let Self { program, kept, routines, .. } = self;
        let first = group * program.kept;
        if let Some(kept) = kept.get_mut(first..first + program.kept) {
            moment.set(kept, if all { &program.time } else { &routines.time }, index);
        }
    }

    /// Initial values of all lanes of a group.
    fn initialise(&mut self, frame: &mut StepFrame<'_>, lanes: &[u32], failed: &mut Failed) {
        let Some(first) = lanes.first() else { return };
        let (group, set, clock) = (*first as usize / STRIP, frame.instruction_set(), *frame.clock());
        let moment = Moment { clock: &clock, unit: self.model.form.time, substeps: self.model.form.substeps };
        let program = Arc::clone(&self.program);
        if program.time.date.is_some() && clock.calendar.is_none() {
            let refused = |lane: &u32| (*lane, StepError::caused_by(EquationFailure::NoStart));
            failed.extend(lanes.iter().map(refused));
            return;
        }
        self.set_time(group, &moment, 0.0, true);
        let kept = group * program.kept;
        if let Some(kept) = self.kept.get_mut(kept..kept + program.kept) {
            fill(kept, program.dt, moment.dt());
            fill(kept, program.horizon, clock.horizon as f64);
            moment.set_dates(kept, &program.dates);
        }
        self.run(set, group, |routines| &routines.once, false);
        self.draw(true, lanes, failed);
        self.run(set, group, |routines| &routines.initial, false);
        self.fill_rings(lanes, failed);
        self.examine(set, group, lanes, failed);
        self.run(set, group, |routines| &routines.invariants, false);
        self.check_invariants(lanes, failed);
    }

    /// One step of the lanes of one group.
    fn advance(&mut self, frame: &mut StepFrame<'_>, lanes: &[u32], failed: &mut Failed) {
        let Some(lane) = lanes.first() else { return };
        let (group, set, clock) = (*lane as usize / STRIP, frame.instruction_set(), *frame.clock());
        let moment = Moment { clock: &clock, unit: self.model.form.time, substeps: self.model.form.substeps };
        self.read_inputs(frame, *lane);
        if !self.program.draws.is_empty() {
            self.run(set, group, |routines| &routines.before_draws, false);
            self.draw(false, lanes, failed);
        }
        let substeps = u64::from(moment.substeps);
        let before = clock.timestep.saturating_sub(1) * substeps;
        for substep in 0..substeps {
            let index = (before + substep) as f64;
            self.run(set, group, |routines| &routines.rest, false);
            self.stages(set, group, &moment, index);
            if !self.rings.is_empty() {
                self.move_rings(lanes, failed);
            }
            // What was computed of inputs and draws is shown as it led here.
            self.set_time(group, &moment, index + 1.0, false);
            let sound = self.run(set, group, |routines| &routines.pure, true);
            if !sound || !self.program.whole.is_empty() {
                self.examine(set, group, lanes, failed);
            }
        }
        if !self.program.holds.is_empty() {
            self.run(set, group, |routines| &routines.invariants, false);
            self.check_invariants(lanes, failed);
        }
    }

    fn read_inputs(&mut self, frame: &mut StepFrame<'_>, lane: u32) {
        let Self { program, kept, .. } = self;
        let first = lane as usize / STRIP * program.kept;
        let Some(kept) = kept.get_mut(first..first + program.kept) else { return };
        let board = frame.group(lane);
        for (index, place) in program.inputs.iter().enumerate() {
            if let Place::Kept(at) = place
                && let Some(strip) = kept.get_mut(*at as usize)
            {
                *strip = board.input(index);
            }
        }
    }

    /// What a step of Runge and Kutta has beside the first slope.
    fn stages(&mut self, set: InstructionSet, group: usize, moment: &Moment<'_>, index: f64) {
        if self.program.stages.is_none() {
            return;
        }
        let dt = moment.dt();
        for (weight, ahead, at) in [(2.0, 0.5 * dt, 0.5), (2.0, dt, 0.5), (1.0, 0.0, 1.0)] {
            let Self { program, kept, routines, .. } = self;
            let first = group * program.kept;
            if let (Some(stages), Some(kept)) = (&program.stages, kept.get_mut(first..first + program.kept)) {
                fill(kept, stages.weight, weight);
                fill(kept, stages.ahead, ahead);
                moment.set(kept, &routines.stage_time, index + at);
            }
            self.run(set, group, |routines| &routines.slope, false);
        }
        self.run(set, group, |routines| &routines.last, false);
    }

    /// Writes the metrics of a group.
    fn show(&self, frame: &mut StepFrame<'_>, lane: u32) {
        let group = self.group(lane as usize);
        let mut board = frame.group(lane);
        for (metric, at) in board.metrics().iter_mut().zip(&self.program.metrics) {
            match self.program.places.get(*at) {
                Some(Place::Kept(at)) => {
                    if let Some(strip) = group.get(*at as usize) {
                        *metric = *strip;
                    }
                }
                Some(Place::Number(at)) => {
                    *metric =
                        Strip([self.program.numbers.get(*at as usize).copied().unwrap_or(f64::NAN); STRIP]);
                }
                _ => {}
            }
        }
    }

    /// Does something with the lanes of each group.
    fn each_group(
        &mut self,
        frame: &mut StepFrame<'_>,
        work: fn(&mut Self, &mut StepFrame<'_>, &[u32], &mut Failed),
    ) {
        // It allocates where a run fails, and never otherwise.
        let mut failed = Failed::new();
        let mut rest = frame.lanes();
        while let Some(first) = rest.first() {
            let group = *first as usize / STRIP;
            let near = rest.get(..STRIP).unwrap_or(rest);
            let (lanes, others) = rest.split_at(near.partition_point(|lane| *lane as usize / STRIP == group));
            rest = others;
            work(self, frame, lanes, &mut failed);
            for (lane, error) in failed.drain(..) {
                frame.fail(lane, error);
            }
        }
    }
}

/// A parameter's value as equations read it; of a choice its place among what can be chosen, from 0.
pub(crate) fn as_number(spec: &ParamSpec, value: &Value) -> f64 {
    match (&spec.kind, value) {
        (_, Value::Bool(x)) => f64::from(u8::from(*x)),
        (ParamKind::Choice(names), Value::Text(text)) => {
            names.iter().position(|name| name == text).map_or(f64::NAN, |at| at as f64)
        }
        (_, value) => value.number().unwrap_or(f64::NAN),
    }
}
