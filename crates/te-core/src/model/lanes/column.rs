//! The lanes of one component, and their way to and from components as values.

use super::Laned;
use super::kernel::{Block, Show, Step, block_size};
use super::pass::Pass;
use crate::declaration::clock::Clock;
use crate::declaration::record::Record as _;
use crate::declaration::terms::Terms as _;
use crate::model::board::{load, load_terms, store, store_terms};
use crate::model::kind::StepFrame;
use crate::model::lane_form::{FEWEST, LaneColumn};
use crate::model::step_error::{not_finite, panicked};
use crate::numerics::stream::Stream;
use crate::numerics::strip::{STRIP, Strip};
use std::marker::PhantomData;
use std::panic::{AssertUnwindSafe, catch_unwind};
use te_math::checked;

/// The lanes of a component.
pub(super) struct Columns<C: Laned, P> {
    records: Records<C, P>,
    /// A run like all others.
    any: Option<C>,
}

impl<C: Laned, P: Pass<C>> Columns<C, P> {
    pub(super) fn new(width: usize) -> Self {
        let groups = width.div_ceil(STRIP);
        let memory = vec![Strip::ZERO; groups * block_size::<C, P>()];
        Self { records: Records { memory, turned: false, width: groups * STRIP, of: PhantomData }, any: None }
    }
}

/// Records of all lanes, a [`Block`] for each group.
struct Records<C, P> {
    memory: Vec<Strip>,
    /// Which of a block's two states is the present one.
    turned: bool,
    width: usize,
    of: PhantomData<fn() -> (C, P)>,
}

impl<C: Laned, P: Pass<C>> Records<C, P> {
    /// The block of a lane, and the lane's place in it.
    fn block(&mut self, lane: usize) -> Option<(Block<'_>, usize)> {
        let block = self.memory.chunks_exact_mut(block_size::<C, P>().max(1)).nth(lane / STRIP)?;
        Some((Block::cut::<C, P>(block, self.turned)?, lane % STRIP))
    }

    /// The present state of a lane.
    fn state(&self, lane: usize) -> C::State {
        let other = if self.turned { C::State::COUNT } else { 0 };
        let first = lane / STRIP * block_size::<C, P>() + C::Fixed::NUMBERS + other;
        load(&self.memory[first..first + C::State::COUNT], lane % STRIP)
    }

    /// Makes one lane the same as another.
    fn copy_lane(&mut self, from: usize, to: usize) {
        let size = block_size::<C, P>();
        for strip in 0..size {
            let value = self.memory[from / STRIP * size + strip].0[from % STRIP];
            self.memory[to / STRIP * size + strip].0[to % STRIP] = value;
        }
    }

    /// What the lanes draw, from the one on that `done` names: it is the one that panicked, where one does.
    fn draw(&mut self, any: &C, clock: &Clock, live: &[u32], streams: &mut [Stream], done: &mut usize) {
        let (like, group) = (any.fixed(), |lane: &u32| *lane as usize / STRIP);
        for lanes in live.get(*done..).unwrap_or_default().chunk_by(|a, b| group(a) == group(b)) {
            let Some((block, _)) = lanes.first().and_then(|lane| self.block(*lane as usize)) else {
                continue;
            };
            for lane in lanes.iter().map(|lane| *lane as usize) {
                if let Some(stream) = streams.get_mut(lane) {
                    let at = lane % STRIP;
                    let fixed = load_terms(&like, block.fixed, at);
                    let draws = any.draw(&fixed, &load(block.state, at), clock, stream);
                    store(&draws, block.draws, at);
                }
                *done += 1;
            }
        }
    }

    /// Reads the inputs of the groups that a step did not reach.
    #[cold]
    fn read_inputs(&mut self, frame: &StepFrame<'_>, reached: usize) {
        let blocks = self.memory.chunks_exact_mut(block_size::<C, P>().max(1));
        for (block, board) in blocks.zip(frame.board.groups()).skip(reached) {
            let Some(Block { inputs, .. }) = Block::cut::<C, P>(block, self.turned) else { continue };
            for (strip, source) in inputs.iter_mut().zip(frame.sources) {
                *strip = board[*source];
            }
        }
    }

    /// Looks at every lane after a step in which something may have gone wrong, and finds what it was. `broken` says that
    /// the step ended in a panic, so that what the sound lanes make of it is yet to be written.
    #[cold]
    fn examine(&mut self, any: &C, frame: &mut StepFrame<'_>, broken: bool) {
        let (mut again, like) = (Vec::new(), any.fixed());
        for lane in 0..self.width {
            let Some((block, at)) = self.block(lane) else { continue };
            let (fixed, state) = (load_terms(&like, block.fixed, at), load(block.state, at));
            let (inputs, draws) = (load(block.inputs, at), load(block.draws, at));
            let stepped = catch_unwind(AssertUnwindSafe(|| {
                let next = checked(|w| any.advance(w, &fixed, &state, &inputs, &draws, frame.clock))?;
                let shown = any.show(&fixed, &next);
                not_finite(&next).or_else(|| not_finite(&shown)).map_or(Ok((next, shown)), Err)
            }));
            #[expect(clippy::cast_possible_truncation, reason = "a tile is never as wide as 2^32")]
            let run = lane as u32;
            match stepped.unwrap_or_else(|panic| Err(panicked(panic.as_ref()))) {
                Ok((next, shown)) if broken => {
                    store(&next, block.next, at);
                    let (board, place) = frame.board.lane_mut(lane);
                    if let (true, Some(slots)) = (frame.show, board.get_mut(frame.base..)) {
                        store(&shown, slots, place);
                    }
                }
                Ok(_) => {}
                Err(_) if frame.failures.iter().any(|(failed, _)| *failed == run) => again.push(lane),
                Err(error) if frame.lanes.binary_search(&run).is_ok() => frame.failures.push((run, error)),
                Err(_) => again.push(lane),
            }
        }
        let sound = |lane: &&u32| !frame.failures.iter().any(|(failed, _)| failed == *lane);
        if let Some(from) = frame.lanes.iter().find(sound).map(|lane| *lane as usize) {
            for to in again {
                self.copy_lane(from, to);
                frame.board.copy_lane(from, to);
            }
        }
    }
}

impl<C: Laned, P: Pass<C>> LaneColumn<C> for Columns<C, P> {
    fn begin(&mut self, cells: &[Option<C>], live: &[u32]) -> bool {
        let of = |lane: &u32| cells.get(*lane as usize).and_then(Option::as_ref);
        let Some(any) = live.first().and_then(of) else { return false };
        if live.len() < FEWEST || !live.iter().filter_map(of).all(|run| any.alike(run)) {
            return false;
        }
        self.any = Some(any.clone());
        for lane in live {
            if let Some(run) = of(lane) {
                self.take(*lane as usize, run);
            }
        }
        true
    }

    fn again(&mut self, cells: &[Option<C>], live: &[u32]) -> bool {
        let of = |lane: &u32| cells.get(*lane as usize).and_then(Option::as_ref);
        if !self.any.as_ref().is_some_and(|any| live.iter().filter_map(of).all(|run| any.alike(run))) {
            return self.begin(cells, live);
        }
        for lane in live {
            if let Some(run) = of(lane) {
                self.take(*lane as usize, run);
            }
        }
        true
    }

    fn take(&mut self, lane: usize, component: &C) {
        if let Some((block, at)) = self.records.block(lane) {
            store_terms(&component.fixed(), block.fixed, at);
            store(&component.state(), block.state, at);
        }
    }

    fn give(&self, lane: usize, component: &mut C) {
        component.set_state(self.records.state(lane));
    }

    fn shadow(&mut self, from: usize, to: usize) {
        self.records.copy_lane(from, to);
    }

    fn poison(&mut self) {
        self.records.memory.fill(Strip([f64::NAN; STRIP]));
        self.any = None;
    }

    fn step(&mut self, frame: &mut StepFrame<'_>, streams: &mut [Stream]) {
        let (Some(any), records) = (&self.any, &mut self.records) else { return };
        if C::Draws::COUNT > 0 {
            records.draw(any, frame.clock, frame.lanes, streams, frame.done);
        }
        *frame.done = frame.lanes.len();
        let (memory, turned) = (&mut *records.memory, records.turned);
        let (board, sources, base, clock) = (&mut *frame.board, frame.sources, frame.base, frame.clock);
        let (set, show, mut groups) = (frame.set, frame.show, 0);
        let reached = &mut groups;
        let stepped = catch_unwind(AssertUnwindSafe(|| {
            let pass = PhantomData::<P>;
            if show {
                set.run(Step::<C, P, true> {
                    memory,
                    turned,
                    board,
                    sources,
                    base,
                    any,
                    clock,
                    reached,
                    pass,
                })
            } else {
                set.run(Step::<C, P, false> {
                    memory,
                    turned,
                    board,
                    sources,
                    base,
                    any,
                    clock,
                    reached,
                    pass,
                })
            }
        }));
        match stepped {
            Ok(0) => {}
            Ok(_) => records.examine(any, frame, false),
            Err(_) => {
                records.read_inputs(frame, groups);
                records.examine(any, frame, true);
            }
        }
        records.turned = !records.turned;
    }

    fn publish(&mut self, frame: &mut StepFrame<'_>) {
        let (Some(any), records) = (&self.any, &mut self.records) else { return };
        let all = catch_unwind(AssertUnwindSafe(|| {
            let (memory, turned, board) = (&mut *records.memory, records.turned, &mut *frame.board);
            frame.set.run(Show { memory, turned, board, base: frame.base, any, pass: PhantomData::<P> })
        }));
        if matches!(all, Ok(0)) {
            return;
        }
        let like = any.fixed();
        for lane in frame.lanes {
            let Some((block, at)) = records.block(*lane as usize) else { continue };
            let alone = || any.show(&load_terms(&like, block.fixed, at), &load(block.state, at));
            match catch_unwind(AssertUnwindSafe(alone)) {
                Ok(metrics) => {
                    let (board, place) = frame.board.lane_mut(*lane as usize);
                    if let Some(slots) = board.get_mut(frame.base..) {
                        store(&metrics, slots, place);
                    }
                    frame.failures.extend(not_finite(&metrics).map(|error| (*lane, error)));
                }
                Err(panic) => frame.failures.push((*lane, panicked(panic.as_ref()))),
            }
        }
    }
}
