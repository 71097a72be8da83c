//! The loops over strips that become vector code.

use super::Laned;
use crate::board::{Board, STRIP, Strip};
use crate::math::dispatch::Kernel;
use crate::{Clock, Record};

/// `count` strips of a group.
#[inline(always)]
fn part(strips: &[Strip], group: usize, count: usize) -> Option<&[Strip]> {
    // The second cut tells the compiler how long it is, and so that no index below is out of bounds.
    strips.get(group * count..)?.get(..count)
}

#[inline(always)]
fn part_mut(strips: &mut [Strip], group: usize, count: usize) -> Option<&mut [Strip]> {
    strips.get_mut(group * count..)?.get_mut(..count)
}

#[inline(always)]
pub(super) fn load<R: Record>(strips: &[Strip], lane: usize) -> R {
    let mut field = 0;
    R::load(&mut || {
        field += 1;
        strips[field - 1].0[lane]
    })
}

/// Writes a record and returns a sum that is finite only where every field is.
#[inline(always)]
pub(super) fn store<R: Record>(record: &R, strips: &mut [Strip], lane: usize) -> f64 {
    let (mut field, mut sum) = (0, 0.0);
    record.store(&mut |x| {
        strips[field].0[lane] = x;
        sum += x;
        field += 1;
    });
    sum
}

/// The memory of one component's lanes, one part for each group.
pub(super) struct Lanes<'a> {
    pub(super) fixed: &'a [Strip],
    pub(super) state: &'a [Strip],
    pub(super) next: &'a mut [Strip],
    pub(super) inputs: &'a mut [Strip],
    pub(super) draws: &'a [Strip],
}

/// One step of all lanes. Counts those that something may be wrong with.
pub(super) struct Step<'a, C: Laned, const SHOW: bool> {
    pub(super) lanes: Lanes<'a>,
    pub(super) board: &'a mut Board,
    pub(super) sources: &'a [usize],
    pub(super) base: usize,
    pub(super) any: &'a C,
    pub(super) clock: &'a Clock,
}

impl<C: Laned, const SHOW: bool> Kernel for Step<'_, C, SHOW> {
    type Output = u64;

    #[inline(always)]
    fn run(self) -> u64 {
        let Self { lanes: Lanes { fixed, state, next, inputs, draws }, board, sources, base, any, clock } =
            self;
        let clock = *clock;
        let mut suspicious = 0;
        for (group, board) in board.groups_mut().enumerate() {
            let (Some(fixed), Some(state), Some(draws), Some(next), Some(inputs)) = (
                part(fixed, group, C::Fixed::COUNT),
                part(state, group, C::State::COUNT),
                part(draws, group, C::Draws::COUNT),
                part_mut(next, group, C::State::COUNT),
                part_mut(inputs, group, C::Inputs::COUNT),
            ) else {
                continue;
            };
            // Read aside, because the component writes to the board it reads from.
            for (strip, source) in inputs.iter_mut().zip(sources) {
                *strip = board[*source];
            }
            let inputs = &*inputs;
            let Some(shown) = board.get_mut(base..).and_then(|b| b.get_mut(..C::Metrics::COUNT)) else {
                continue;
            };
            for lane in 0..STRIP {
                let fixed: C::Fixed = load(fixed, lane);
                let (advanced, well) =
                    any.advance(&fixed, &load(state, lane), &load(inputs, lane), &load(draws, lane), &clock);
                let mut sum = store(&advanced, next, lane);
                if SHOW {
                    sum += store(&any.show(&fixed, &advanced), shown, lane);
                }
                suspicious += u64::from(!(well & (sum * 0.0 == 0.0)));
            }
        }
        suspicious
    }
}

/// The metrics of all lanes.
pub(super) struct Show<'a, C: Laned> {
    pub(super) fixed: &'a [Strip],
    pub(super) state: &'a [Strip],
    pub(super) board: &'a mut Board,
    pub(super) base: usize,
    pub(super) any: &'a C,
}

impl<C: Laned> Kernel for Show<'_, C> {
    type Output = u64;

    #[inline(always)]
    fn run(self) -> u64 {
        let Self { fixed, state, board, base, any } = self;
        let mut suspicious = 0;
        for (group, board) in board.groups_mut().enumerate() {
            let (Some(fixed), Some(state), Some(shown)) = (
                part(fixed, group, C::Fixed::COUNT),
                part(state, group, C::State::COUNT),
                board.get_mut(base..).and_then(|b| b.get_mut(..C::Metrics::COUNT)),
            ) else {
                continue;
            };
            for lane in 0..STRIP {
                let sum = store(&any.show(&load(fixed, lane), &load(state, lane)), shown, lane);
                suspicious += u64::from(sum * 0.0 != 0.0);
            }
        }
        suspicious
    }
}
