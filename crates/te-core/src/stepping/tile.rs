//! A tile: several runs of one system, stepped side by side.
//!
//! Each lane of a tile holds one run, and no lane notices its neighbours. The engine makes one virtual call per
//! component and tile, so that dispatch costs nothing; components that have a lane form ([`lanes`](crate::lanes)) then
//! step all runs in vector registers. All memory is made once per tile and reused for every run that passes through it.

use crate::declaration::clock::Clock;
use crate::declaration::param_error::ParamError;
use crate::declaration::value::Value;
use crate::model::board::Board;
use crate::model::kind::{ComponentColumn, StepFrame};
use crate::model::step_error::StepError;
use crate::model::step_error::panicked;
use crate::model::world::World;
use crate::numerics::stream::path_hash;
use crate::numerics::stream::{Stream, StreamKey};
use crate::system::bound_event::BoundEvent;
use crate::system::built::{Node, System};
use crate::system::expression::Scratch;
use crate::system::moves::{Batch, Move, Op, Output};
use events::Events;
use past::Past;
use std::panic::{AssertUnwindSafe, catch_unwind};
use te_math::NotFinite;
use te_math::dispatch::InstructionSet;

mod events;
mod past;
mod reading;
mod reads;
mod starting;
mod state;

pub(crate) use reads::Reads;
pub(crate) use state::LaneState;

/// A lane that failed.
#[derive(Clone, Debug)]
pub(crate) struct LaneFailure {
    pub(crate) lane: u32,
    pub(crate) substep: u32,
    /// Dotted name of the component, interaction or derived column.
    pub(crate) component: String,
    pub(crate) error: StepError,
}

pub(crate) struct Tile<'s> {
    system: &'s System,
    width: usize,
    /// The time of the last step.
    clock: Clock,
    set: InstructionSet,
    by_lanes: bool,
    board: Board,
    columns: Vec<Box<dyn ComponentColumn>>,
    /// Components whose metrics others read at every step, recorded or not.
    watched: Vec<bool>,
    /// First slot of what a component's step holds back, for those that show their metrics later.
    held: Vec<Option<usize>>,
    /// Where the inputs of each component lie at present.
    places: Vec<Vec<usize>>,
    /// Lanes that run, in ascending order.
    live: Vec<u32>,
    failures: Vec<LaneFailure>,
    scratch: Scratch,
    step_failures: Vec<(u32, StepError)>,
    changed: Vec<bool>,
    /// Streams of interactions, by interaction and lane.
    streams: Vec<Vec<Stream>>,
    past: Vec<Past>,
    /// The values of parameters that expressions read, where no run has one of its own.
    params: Vec<f64>,
    /// What conditions and figures of the experiment read.
    reads: &'s Reads,
    events: Events,
}

impl<'s> Tile<'s> {
    /// Memory for `width` runs of so many timesteps at a time, with lane forms on this instruction set, or without where there is none.
    pub(crate) fn new(
        system: &'s System,
        width: usize,
        timesteps: u64,
        set: Option<InstructionSet>,
        reads: &'s Reads,
    ) -> Self {
        // One slot more, for conditions and figures that belong to an experiment; then the parameters that these read, and what
        // is held back.
        let mut slots = system.slots + 1 + reads.params.len();
        let mut held = vec![None; system.nodes.len()];
        for op in &system.schedule {
            if let Op::Publish(node) = *op
                && held[node].is_none()
            {
                held[node] = Some(slots);
                slots += system.nodes[node].instance.metrics().len();
            }
        }
        let mut tile = Self {
            system,
            width,
            clock: Clock {
                timestep: 0,
                substep: 1,
                step: system.step,
                horizon: timesteps,
                calendar: system.calendar,
            },
            set: set.unwrap_or(InstructionSet::BASELINE),
            by_lanes: set.is_some(),
            board: Board::new(slots, width),
            columns: system.nodes.iter().map(|n| n.instance.column(width, path_hash(&n.path))).collect(),
            watched: system.watched(),
            held,
            places: system.nodes.iter().map(|node| node.sources.clone()).collect(),
            live: Vec::with_capacity(width),
            failures: Vec::new(),
            scratch: Scratch::default(),
            step_failures: Vec::new(),
            changed: vec![false; system.nodes.len()],
            streams: (system.interactions.iter())
                .map(|i| vec![Stream::at(StreamKey::default(), path_hash(&i.path)); width])
                .collect(),
            past: system.rings.iter().map(|ring| Past::new(ring, width, timesteps)).collect(),
            reads,
            events: Events::new(system, width),
            params: (system.params.iter().chain(&reads.params))
                .map(|read| {
                    system.param((read.node, read.index)).map_or(f64::NAN, |(_, value)| as_number(&value))
                })
                .collect(),
        };
        tile.fill_constants();
        let of_events = system.events.iter().flat_map(BoundEvent::computed).map(|of| &of.program);
        system.programs().chain(of_events).for_each(|program| tile.scratch.fit(program));
        tile
    }

    fn fill_constants(&mut self) {
        for (slot, value) in &self.system.constants {
            self.board.fill(*slot, *value);
        }
    }

    /// Writes NaN over everything that earlier runs left, and other streams and no components over theirs: a run that
    /// starts must set all that it reads. For tests.
    pub(crate) fn poison(&mut self) {
        self.board.poison();
        self.fill_constants();
        self.scratch.poison();
        self.past.iter_mut().for_each(Past::poison);
        self.columns.iter_mut().for_each(|column| column.poison());
        self.events.poison();
        self.streams.iter_mut().flatten().for_each(Stream::poison);
    }

    /// How many runs it has room for.
    pub(crate) fn width(&self) -> usize {
        self.width
    }

    /// Empties all lanes.
    pub(crate) fn clear(&mut self) {
        self.live.clear();
        self.failures.clear();
    }

    /// One timestep. Where `show` does not hold nobody looks at its metrics, and those that no other component reads need
    /// not be there. `record` is called after every substep but the last, whose row is the timestep's own.
    pub(crate) fn step(&mut self, clock: Clock, show: bool, record: &mut dyn FnMut(&mut Self, u32)) {
        let system = self.system;
        self.act(clock.timestep);
        self.clock = clock;
        self.set_time(clock.timestep, clock.elapsed_years());
        let first = self.live.first().map_or(0, |lane| *lane as usize);
        for lag in &system.lags {
            self.past[lag.ring].recall(&mut self.board, lag.slot, clock.timestep, lag.steps, first);
        }
        let mut substep = 1;
        for one in &system.moves {
            let op = match one {
                Move::Compute(batch) => {
                    self.compute_batch(batch, substep);
                    continue;
                }
                Move::Do(op) => *op,
            };
            match op {
                Op::Step { node, substep: round, publish } => {
                    let clock = Clock { substep: round, ..clock };
                    let held = self.held[node].filter(|_| !publish);
                    self.step_node(node, clock, held, show || self.watched[node], substep);
                }
                Op::Publish(node) => {
                    if let Some(held) = self.held[node] {
                        let Node { base, ref instance, .. } = system.nodes[node];
                        self.board.turn(base, held, instance.metrics().len());
                    }
                }
                Op::Interact(at) => self.interact(at, clock, substep),
                Op::EndSubstep => {
                    if substep < system.substeps {
                        record(self, substep);
                    }
                    substep += 1;
                }
                // These are computed in batches.
                Op::Evaluate(_) | Op::Derive(_) | Op::Copy { .. } => {}
            }
        }
        self.compute_batch(&system.at_end, system.substeps);
        self.past.iter_mut().for_each(|past| past.keep(&self.board, clock.timestep));
    }

    /// Steps a component, whose metrics go to the slots from `held` on where they are held back.
    fn step_node(&mut self, node: usize, clock: Clock, held: Option<usize>, show: bool, substep: u32) {
        let spec = &self.system.nodes[node];
        for (place, slot) in self.places[node].iter_mut().zip(&spec.sources) {
            *place = self.board.place(*slot);
        }
        let base = self.board.place(held.unwrap_or(spec.base));
        let mut done = 0;
        loop {
            let column = &mut self.columns[node];
            let mut frame = StepFrame {
                board: &mut self.board,
                sources: &self.places[node],
                clock: &clock,
                lanes: &self.live,
                base,
                show,
                set: self.set,
                done: &mut done,
                failures: &mut self.step_failures,
            };
            let Err(panic) = catch_unwind(AssertUnwindSafe(|| column.step(&mut frame))) else { break };
            let Some(lane) = self.live.get(done) else {
                // Which lane it was is not known: all that this tile knows of the component is in doubt.
                self.step_failures.clear();
                self.step_failures.extend(self.live.iter().map(|lane| (*lane, panicked(panic.as_ref()))));
                break;
            };
            self.step_failures.push((*lane, panicked(panic.as_ref())));
            done += 1;
        }
        self.settle(&spec.path, substep);
    }

    /// Takes lanes that just failed, where there are any, out of the running.
    #[inline]
    fn settle(&mut self, component: &str, substep: u32) {
        if !self.step_failures.is_empty() {
            self.take_out(component, substep);
        }
    }

    #[cold]
    fn take_out(&mut self, component: &str, substep: u32) {
        // All of them before any follows another, so that none follows one that failed.
        let failed = &self.step_failures;
        self.live.retain(|lane| !failed.iter().any(|(failed, _)| failed == lane));
        while let Some((lane, error)) = self.step_failures.pop() {
            self.shadow(lane);
            self.failures.push(LaneFailure { lane, substep, component: component.to_owned(), error });
        }
    }

    /// A lane whose run is over does what another does, unwatched.
    fn shadow(&mut self, lane: u32) {
        if let (true, Some(from)) = (self.by_lanes, self.live.first().map(|l| *l as usize)) {
            self.columns.iter_mut().for_each(|c| c.shadow(from, lane as usize));
            self.board.copy_lane(from, lane as usize);
        }
    }

    fn publish(&mut self, node: usize, substep: u32) {
        let spec = &self.system.nodes[node];
        let base = self.board.place(spec.base);
        let column = &mut self.columns[node];
        let (board, failures) = (&mut self.board, &mut self.step_failures);
        let mut publish = |lanes: &[u32], failures: &mut Vec<(u32, StepError)>| {
            let (sources, clock, show, set, done) = (&[][..], &self.clock, true, self.set, &mut 0);
            let mut frame = StepFrame { board, sources, clock, lanes, base, show, set, done, failures };
            catch_unwind(AssertUnwindSafe(|| column.publish(&mut frame)))
        };
        if publish(&self.live, failures).is_err() {
            // One by one, to find the lanes that panic.
            failures.clear();
            for lane in &self.live {
                if let Err(panic) = publish(std::slice::from_ref(lane), failures) {
                    failures.push((*lane, panicked(panic.as_ref())));
                }
            }
        }
        self.settle(&spec.path, substep);
    }

    fn compute_batch(&mut self, batch: &'s Batch, substep: u32) {
        if !batch.program.run(&mut self.board, &mut self.scratch, self.set) {
            self.check_outputs(batch, substep);
        }
    }

    #[cold]
    fn check_outputs(&mut self, batch: &'s Batch, substep: u32) {
        let system = self.system;
        for output in &batch.outputs {
            match *output {
                Output::Feed(feed) => {
                    let feed = &system.feeds[feed];
                    let node = &system.nodes[feed.node];
                    self.check_column(feed.slot, substep, &node.path, || {
                        let input = node.instance.inputs().get(feed.input).map_or("", |i| i.name.as_ref());
                        format!("input {input}")
                    });
                }
                Output::Column(column) => {
                    let derived = &system.derived[column];
                    // A hidden column belongs to the one that it is named after.
                    let name = derived.name.split(':').next().unwrap_or_default();
                    self.check_column(derived.slot, substep, name, || "derived column".to_owned());
                }
                Output::Lag(lag) => {
                    let lag = &system.lags[lag];
                    self.check_column(lag.slot, substep, &lag.name, || {
                        format!("initial value of lag {}", lag.steps)
                    });
                }
            }
        }
    }

    fn check_column(&mut self, slot: usize, substep: u32, component: &str, quantity: impl Fn() -> String) {
        if self.board.is_finite(slot) {
            return;
        }
        for &lane in &self.live {
            let value = self.board.get(slot, lane as usize);
            if !value.is_finite() {
                self.step_failures.push((lane, NotFinite::new(quantity(), value).into()));
            }
        }
        self.settle(component, substep);
    }

    fn interact(&mut self, at: usize, clock: Clock, substep: u32) {
        let system = self.system;
        let interaction = &system.interactions[at];
        for column in &mut self.columns {
            column.gather(&self.live);
        }
        self.changed.fill(false);
        for &lane in &self.live {
            let mut world = World {
                columns: &mut self.columns,
                nodes: &interaction.nodes,
                changed: &mut self.changed,
                lane: lane as usize,
                clock,
                stream: &mut self.streams[at][lane as usize],
            };
            match catch_unwind(AssertUnwindSafe(|| (interaction.act)(&mut world))) {
                Ok(Ok(())) => {}
                Ok(Err(error)) => self.step_failures.push((lane, error)),
                Err(panic) => self.step_failures.push((lane, panicked(panic.as_ref()))),
            }
        }
        for node in 0..self.changed.len() {
            if self.changed[node] {
                self.columns[node].scatter(&self.live);
            }
        }
        self.settle(&interaction.path, substep);
        for node in 0..self.changed.len() {
            if self.changed[node] {
                self.publish(node, substep);
            }
        }
    }
}

/// A parameter's value as expressions read it.
fn as_number(value: &Value) -> f64 {
    match value {
        Value::Bool(x) => f64::from(u8::from(*x)),
        value => value.number().unwrap_or(f64::NAN),
    }
}

/// The error of parameters that only a run's own values reveal.
impl From<ParamError> for StepError {
    fn from(error: ParamError) -> Self {
        Self::caused_by(error)
    }
}
