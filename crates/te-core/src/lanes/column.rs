//! The lanes of one component, and their way to and from components as values.

use super::kernel::{Lanes, Show, Step, load, store};
use super::{FEWEST, Laned};
use crate::board::{Board, STRIP, Strip};
use crate::instance::{StepFrame, not_finite};
use crate::math::dispatch::InstructionSet;
use crate::{Clock, Record, StepError, Stream};

/// What a component's column of runs asks of its lanes.
pub(crate) trait LaneColumn<C>: Send {
    /// Whether these runs can be stepped in lanes. Where they can, they are from here on.
    fn begin(&mut self, cells: &[Option<C>], live: &[u32]) -> bool;
    /// Puts a run's state into its lane.
    fn take(&mut self, lane: usize, component: &C);
    /// Puts a lane's state into the run's component.
    fn give(&self, lane: usize, component: &mut C);
    /// Makes a lane that nobody watches do what another does, so that nothing in it goes wrong.
    fn shadow(&mut self, from: usize, to: usize);
    /// One step.
    fn step(&mut self, frame: &mut StepFrame<'_>, streams: &mut [Stream]);
    /// Writes metrics to the slots from `base` on.
    fn publish(
        &mut self,
        board: &mut Board,
        base: usize,
        live: &[u32],
        set: InstructionSet,
        failures: &mut Vec<(u32, StepError)>,
    );
}

/// Records of all lanes, group by group, as strips.
pub(super) struct Columns<C: Laned> {
    fixed: Vec<Strip>,
    state: Vec<Strip>,
    next: Vec<Strip>,
    inputs: Vec<Strip>,
    draws: Vec<Strip>,
    /// A run like all others.
    any: Option<C>,
    width: usize,
}

impl<C: Laned> Columns<C> {
    pub(super) fn new(width: usize) -> Self {
        let groups = width.div_ceil(STRIP);
        let strips = |count: usize| vec![Strip::ZERO; count * groups];
        Self {
            fixed: strips(C::Fixed::COUNT),
            state: strips(C::State::COUNT),
            next: strips(C::State::COUNT),
            inputs: strips(C::Inputs::COUNT),
            draws: strips(C::Draws::COUNT),
            any: None,
            width: groups * STRIP,
        }
    }

    fn draw(&mut self, clock: &Clock, live: &[u32], streams: &mut [Stream]) {
        let Some(any) = &self.any else { return };
        for lane in live.iter().map(|lane| *lane as usize) {
            let Some(stream) = streams.get_mut(lane) else { continue };
            let (fixed, state) = (read(&self.fixed, lane), read(&self.state, lane));
            write(&any.draw(&fixed, &state, clock, stream), &mut self.draws, lane);
        }
    }

    /// Looks at every lane after a step in which something may have gone wrong, and finds what it was.
    #[cold]
    fn examine(&mut self, frame: &mut StepFrame<'_>) {
        let Some(any) = &self.any else { return };
        let mut again = Vec::new();
        for lane in 0..self.width {
            let (fixed, state): (C::Fixed, C::State) = (read(&self.fixed, lane), read(&self.state, lane));
            let (inputs, draws) = (read(&self.inputs, lane), read(&self.draws, lane));
            let (next, well) = any.advance(&fixed, &state, &inputs, &draws, frame.clock);
            let error = if well {
                not_finite(&any.show(&fixed, &next))
            } else {
                Some(any.fault(&fixed, &state, &inputs, &draws, frame.clock))
            };
            match error {
                #[expect(clippy::cast_possible_truncation, reason = "a tile is never as wide as 2^32")]
                Some(error) if frame.lanes.binary_search(&(lane as u32)).is_ok() => {
                    frame.failures.push((lane as u32, error));
                }
                Some(_) => again.push(lane),
                None => {}
            }
        }
        let sound = |lane: &&u32| !frame.failures.iter().any(|(failed, _)| failed == *lane);
        if let Some(from) = frame.lanes.iter().find(sound).map(|lane| *lane as usize) {
            for to in again {
                self.shadow(from, to);
                copy::<C::State>(&mut self.next, from, to);
                frame.board.copy_lane(from, to);
            }
        }
    }
}

impl<C: Laned> LaneColumn<C> for Columns<C> {
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

    fn take(&mut self, lane: usize, component: &C) {
        write(&component.fixed(), &mut self.fixed, lane);
        write(&component.state(), &mut self.state, lane);
    }

    fn give(&self, lane: usize, component: &mut C) {
        component.set_state(read(&self.state, lane));
    }

    fn shadow(&mut self, from: usize, to: usize) {
        copy::<C::Fixed>(&mut self.fixed, from, to);
        copy::<C::State>(&mut self.state, from, to);
        copy::<C::Draws>(&mut self.draws, from, to);
    }

    fn step(&mut self, frame: &mut StepFrame<'_>, streams: &mut [Stream]) {
        if C::Draws::COUNT > 0 {
            self.draw(frame.clock, frame.lanes, streams);
        }
        let Some(any) = &self.any else { return };
        let lanes = Lanes {
            fixed: &self.fixed,
            state: &self.state,
            next: &mut self.next,
            inputs: &mut self.inputs,
            draws: &self.draws,
        };
        let (board, sources, clock) = (&mut *frame.board, frame.sources, frame.clock);
        let base = frame.base;
        let suspicious = if frame.show {
            frame.set.run(Step::<C, true> { lanes, board, sources, base, any, clock })
        } else {
            frame.set.run(Step::<C, false> { lanes, board, sources, base, any, clock })
        };
        if suspicious > 0 {
            self.examine(frame);
        }
        std::mem::swap(&mut self.state, &mut self.next);
    }

    fn publish(
        &mut self,
        board: &mut Board,
        base: usize,
        live: &[u32],
        set: InstructionSet,
        failures: &mut Vec<(u32, StepError)>,
    ) {
        let Some(any) = &self.any else { return };
        if set.run(Show { fixed: &self.fixed, state: &self.state, board, base, any }) == 0 {
            return;
        }
        for lane in live {
            let (fixed, state) = (read(&self.fixed, *lane as usize), read(&self.state, *lane as usize));
            failures.extend(not_finite(&any.show(&fixed, &state)).map(|error| (*lane, error)));
        }
    }
}

/// The strips of a lane's group, and the lane's place in them.
fn place<R: Record>(lane: usize) -> (std::ops::Range<usize>, usize) {
    let first = lane / STRIP * R::COUNT;
    (first..first + R::COUNT, lane % STRIP)
}

fn read<R: Record>(strips: &[Strip], lane: usize) -> R {
    let (range, at) = place::<R>(lane);
    load(&strips[range], at)
}

fn write<R: Record>(record: &R, strips: &mut [Strip], lane: usize) {
    let (range, at) = place::<R>(lane);
    store(record, &mut strips[range], at);
}

fn copy<R: Record>(strips: &mut [Strip], from: usize, to: usize) {
    let record: R = read(strips, from);
    write(&record, strips, to);
}
