//! Many runs of a component of equations, stepped in strips.
//!
//! A step is, for two groups of runs at a time: draws; then as often as there are substeps the equations, the next states, pipelines and
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
use std::ops::Range;
use std::sync::Arc;
use te_core::expression::{Place, Routine, Watched};
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

/// Sets a kept number of all lanes of a group.
fn fill(group: &mut [Strip], place: Place, value: f64) {
    if let Place::Kept(at) = place
        && let Some(strip) = group.get_mut(at as usize)
    {
        *strip = Strip([value; STRIP]);
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
            kept: vec![Strip([0.0; STRIP]); groups * program.layout.group()],
            common: program.layout.common_memory(),
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

    /// The strips of the group of a lane.
    fn group(&self, lane: usize) -> &[Strip] {
        let size = self.program.layout.group();
        let first = lane / STRIP * size;
        self.kept.get(first..first + size).unwrap_or_default()
    }

    /// A number of one lane.
    fn number(&self, place: Place, lane: usize) -> f64 {
        match (place, self.program.strip(place)) {
            (Place::Number(at), _) => {
                self.program.layout.numbers.get(at as usize).copied().unwrap_or(f64::NAN)
            }
            (_, Some(at)) => self.group(lane).get(at).map_or(f64::NAN, |strip| strip.0[lane % STRIP]),
            _ => f64::NAN,
        }
    }

    fn put(&mut self, place: Place, lane: usize, value: f64) {
        let first = lane / STRIP * self.program.layout.group();
        if let Place::Kept(at) = place
            && let Some(strip) = self.kept.get_mut(first + at as usize)
        {
            strip.0[lane % STRIP] = value;
        }
    }

    /// Computes what follows from parameters.
    pub(crate) fn compute_fixed(&mut self, set: InstructionSet, groups: Range<usize>) {
        self.run(set, groups, |routines| &routines.fixed, false);
    }

    /// Computes what depends on states, parameters and time alone.
    pub(crate) fn compute_pure(&mut self, set: InstructionSet, groups: Range<usize>) {
        self.run(set, groups, |routines| &routines.pure, false);
    }

    /// Runs a code for groups; whether what it is to watch is as it should be.
    fn run(
        &mut self,
        set: InstructionSet,
        groups: Range<usize>,
        of: impl Fn(&Routines) -> &Routine,
        watch: bool,
    ) -> bool {
        let Self { program, kept, common, routines, watched, .. } = self;
        let routine = of(routines);
        let size = program.layout.group();
        match kept.get_mut(groups.start * size..groups.end * size) {
            Some(kept) if watch || !routine.is_empty() => {
                let watched = if watch { watched } else { &Watched::NOTHING };
                routine.run(set, &program.curves, (kept, size), common, watched)
            }
            _ => true,
        }
    }

    /// The strips of groups, one after the other.
    fn strips_of(
        kept: &mut [Strip],
        size: usize,
        groups: Range<usize>,
    ) -> impl Iterator<Item = &mut [Strip]> {
        let kept = kept.get_mut(groups.start * size..groups.end * size).unwrap_or_default();
        kept.chunks_exact_mut(size.max(1))
    }

    fn set_time(&mut self, groups: Range<usize>, moment: &Moment<'_>, index: f64, all: bool) {
        let Self { program, kept, routines, .. } = self;
        let time = if all { &program.time } else { &routines.time };
        if !time.is_kept() {
            return;
        }
        Self::strips_of(kept, program.layout.group(), groups).for_each(|kept| moment.set(kept, time, index));
    }

    /// Initial values of some lanes.
    fn initialise(&mut self, frame: &mut StepFrame<'_>, lanes: &[u32], failed: &mut Failed) {
        let (groups, set, clock) = (groups_of(lanes), frame.instruction_set(), *frame.clock());
        let moment = Moment { clock: &clock, unit: self.model.form.time, substeps: self.model.form.substeps };
        let program = Arc::clone(&self.program);
        if program.time.date.is_some() && clock.calendar.is_none() {
            let refused = |lane: &u32| (*lane, StepError::caused_by(EquationFailure::NoStart));
            failed.extend(lanes.iter().map(refused));
            return;
        }
        self.set_time(groups.clone(), &moment, 0.0, true);
        for kept in Self::strips_of(&mut self.kept, program.layout.group(), groups.clone()) {
            fill(kept, program.dt, moment.dt());
            fill(kept, program.horizon, clock.horizon as f64);
            moment.set_dates(kept, &program.dates);
        }
        self.compute_fixed(set, groups.clone());
        self.run(set, groups.clone(), |routines| &routines.once, false);
        self.draw(true, lanes, failed);
        self.run(set, groups.clone(), |routines| &routines.initial, false);
        self.fill_rings(lanes, failed);
        self.examine(set, groups.clone(), lanes, failed);
        self.run(set, groups, |routines| &routines.invariants, false);
        self.check_invariants(lanes, failed);
    }

    /// One step of some lanes.
    fn advance(&mut self, frame: &mut StepFrame<'_>, lanes: &[u32], failed: &mut Failed) {
        let (groups, set, clock) = (groups_of(lanes), frame.instruction_set(), *frame.clock());
        let all = || groups.clone();
        let moment = Moment { clock: &clock, unit: self.model.form.time, substeps: self.model.form.substeps };
        self.read_inputs(frame, all());
        if !self.program.draws.is_empty() {
            self.run(set, all(), |routines| &routines.before_draws, false);
            self.draw(false, lanes, failed);
        }
        let substeps = u64::from(moment.substeps);
        let before = clock.timestep.saturating_sub(1) * substeps;
        for substep in 0..substeps {
            let index = (before + substep) as f64;
            self.run(set, all(), |routines| &routines.rest, false);
            self.stages(set, all(), &moment, index);
            if !self.rings.is_empty() {
                self.move_rings(lanes, failed);
            }
            // What was computed of inputs and draws is shown as it led here.
            self.set_time(all(), &moment, index + 1.0, false);
            let sound = self.run(set, all(), |routines| &routines.pure, true);
            if !sound || !self.program.whole.is_empty() {
                self.examine(set, all(), lanes, failed);
            }
        }
        if !self.program.holds.is_empty() {
            self.run(set, all(), |routines| &routines.invariants, false);
            self.check_invariants(lanes, failed);
        }
        if frame.is_shown() {
            self.show(frame, all());
        }
    }

    fn read_inputs(&mut self, frame: &mut StepFrame<'_>, groups: Range<usize>) {
        let Self { program, kept, .. } = self;
        for (kept, group) in Self::strips_of(kept, program.layout.group(), groups.clone()).zip(groups) {
            let board = frame.group(first_lane(group));
            for (index, place) in program.inputs.iter().enumerate() {
                if let Place::Kept(at) = place
                    && let Some(strip) = kept.get_mut(*at as usize)
                {
                    *strip = board.input(index);
                }
            }
        }
    }

    /// What a step of Runge and Kutta has beside the first slope.
    fn stages(&mut self, set: InstructionSet, groups: Range<usize>, moment: &Moment<'_>, index: f64) {
        if self.program.stages.is_none() {
            return;
        }
        let dt = moment.dt();
        for (weight, ahead, at) in [(2.0, 0.5 * dt, 0.5), (2.0, dt, 0.5), (1.0, 0.0, 1.0)] {
            let Self { program, kept, routines, .. } = self;
            let Some(stages) = &program.stages else { return };
            for kept in Self::strips_of(kept, program.layout.group(), groups.clone()) {
                fill(kept, stages.weight, weight);
                fill(kept, stages.ahead, ahead);
                moment.set(kept, &routines.stage_time, index + at);
            }
            self.run(set, groups.clone(), |routines| &routines.slope, false);
        }
        self.run(set, groups, |routines| &routines.last, false);
    }

    /// Writes the metrics of groups.
    fn show(&self, frame: &mut StepFrame<'_>, groups: Range<usize>) {
        for lane in groups.map(first_lane) {
            let group = self.group(lane as usize);
            let mut board = frame.group(lane);
            for (metric, at) in board.metrics().iter_mut().zip(&self.program.metrics) {
                let Some(place) = self.program.places.get(*at) else { continue };
                match (self.program.strip(*place), place) {
                    (Some(at), _) => {
                        if let Some(strip) = group.get(at) {
                            *metric = *strip;
                        }
                    }
                    (None, Place::Number(at)) => {
                        let number = self.program.layout.numbers.get(*at as usize);
                        *metric = Strip([number.copied().unwrap_or(f64::NAN); STRIP]);
                    }
                    _ => {}
                }
            }
        }
    }

    /// Does something with the lanes of each two neighbouring groups.
    fn each_pair(
        &mut self,
        frame: &mut StepFrame<'_>,
        work: fn(&mut Self, &mut StepFrame<'_>, &[u32], &mut Failed),
    ) {
        // It allocates where a run fails, and never otherwise.
        let mut failed = Failed::new();
        let mut rest = frame.lanes();
        while let Some(first) = rest.first() {
            let last = *first as usize / STRIP + 1;
            let near = rest.get(..2 * STRIP).unwrap_or(rest);
            let mut count = near.partition_point(|lane| *lane as usize / STRIP <= last);
            if near.get(count - 1).is_none_or(|lane| (*lane as usize / STRIP) < last) {
                count = near.partition_point(|lane| *lane as usize / STRIP < last);
            }
            let (lanes, others) = rest.split_at(count);
            rest = others;
            work(self, frame, lanes, &mut failed);
            for (lane, error) in failed.drain(..) {
                frame.fail(lane, error);
            }
        }
    }
}

/// The groups of lanes that lie in one or in two that are neighbours.
fn groups_of(lanes: &[u32]) -> Range<usize> {
    match (lanes.first(), lanes.last()) {
        (Some(first), Some(last)) => *first as usize / STRIP..*last as usize / STRIP + 1,
        _ => 0..0,
    }
}

/// The first lane of a group; a tile has far fewer than this can tell apart.
fn first_lane(group: usize) -> u32 {
    u32::try_from(group * STRIP).unwrap_or(u32::MAX)
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
