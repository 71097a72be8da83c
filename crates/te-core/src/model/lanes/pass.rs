//! How a step passes over the lanes: at once, or in two halves.

#![expect(
    clippy::inline_always,
    reason = "inlined into each instruction set's copy of a kernel, or the kernel is not vectorised"
)]

use super::{Halved, Laned};
use crate::declaration::clock::Clock;
use crate::declaration::record::Record;
use crate::model::board::{load, load_terms};
use crate::numerics::strip::Strip;
use te_math::Sound;

/// What a step of one lane reads.
pub(super) struct Lane<'a, C: Laned> {
    pub(super) fixed: C::Fixed,
    pub(super) state: C::State,
    pub(super) inputs: C::Inputs,
    pub(super) draws: C::Draws,
    pub(super) clock: &'a Clock,
}

impl<'a, C: Laned> Lane<'a, C> {
    #[inline(always)]
    pub(super) fn load(like: &C::Fixed, parts: [&[Strip]; 4], clock: &'a Clock, lane: usize) -> Self {
        let [fixed, state, inputs, draws] = parts;
        Self {
            fixed: load_terms(like, fixed, lane),
            state: load(state, lane),
            inputs: load(inputs, lane),
            draws: load(draws, lane),
            clock,
        }
    }
}

/// The two halves of a step, of which the first may be nothing.
pub(super) trait Pass<C: Laned>: 'static {
    /// What the first half hands to the second.
    type Half: Record;

    fn first(any: &C, lane: &Lane<'_, C>) -> Self::Half;

    /// The next state, and whether all is well with it.
    fn second(any: &C, lane: &Lane<'_, C>, half: &Self::Half) -> (C::State, bool);
}

/// A step at once.
pub(super) struct Whole;

impl<C: Laned> Pass<C> for Whole {
    type Half = ();

    #[inline(always)]
    fn first(_: &C, _: &Lane<'_, C>) {}

    #[inline(always)]
    fn second(any: &C, lane: &Lane<'_, C>, (): &()) -> (C::State, bool) {
        let mut sound = Sound::new();
        let next = any.advance(&mut sound, &lane.fixed, &lane.state, &lane.inputs, &lane.draws, lane.clock);
        (next, sound.is_sound())
    }
}

/// A step in two halves.
pub(super) struct Halves;

impl<C: Halved> Pass<C> for Halves {
    type Half = C::Half;

    #[inline(always)]
    fn first(any: &C, lane: &Lane<'_, C>) -> C::Half {
        any.first(&lane.fixed, &lane.state, &lane.inputs, &lane.draws, lane.clock)
    }

    #[inline(always)]
    fn second(any: &C, lane: &Lane<'_, C>, half: &C::Half) -> (C::State, bool) {
        let mut sound = Sound::new();
        let Lane { fixed, state, inputs, draws, clock } = lane;
        let next = any.second(&mut sound, fixed, state, inputs, draws, half, clock);
        (next, sound.is_sound())
    }
}
