//! Lanes: components whose runs are stepped side by side in vector registers.
//!
//! A component whose step is arithmetic on floats opts in by splitting itself into numbers ([`Laned`]): what a run keeps
//! ([`Fixed`](Laned::Fixed)), what a step changes ([`State`](Laned::State)), what a step draws ([`Draws`](Laned::Draws)).
//! Its step is then written once, as a function from these to the next state ([`advance`](Laned::advance)). One run calls it once; an experiment calls it in a loop over columns of runs, which is
//! compiled for each instruction set and chosen when the program runs. **Both give the same bits**, because the
//! function is the same and [`math`](crate::math) is too.
//!
//! The engine does the rest: it takes lanes where it can and steps one by one where it must (few runs, runs that differ in
//! more than numbers), and nobody notices.
//!
//! A mechanism that is arithmetic alone need not write any of this: see [`Mechanism`](crate::Mechanism), which also says how
//! such a step is written. `Laned` itself is for components that hold more than numbers, such as a column of data.
#![expect(
    clippy::inline_always,
    reason = "a step is inlined where it is called, or the state passes through memory"
)]

mod column;
mod kernel;
mod pass;

pub use crate::model::lane_form::LaneForm;
use column::Columns;
use pass::{Halves, Whole};

use crate::declaration::clock::Clock;
use crate::declaration::record::Record;
use crate::declaration::terms::Terms;
use crate::model::component::Component;
use crate::model::step_error::StepError;
use crate::model::step_error::not_finite;
use crate::numerics::stream::Stream;
use te_math::{Sound, Watch, checked};

/// A component whose step is a function of numbers, so that its runs can be stepped in lanes. See [the module](self).
///
/// Records may have fields of every kind, but pass through floats: integers are exact up to 2^53. `self` in
/// [`advance`](Self::advance) and its like is one of the runs: read from it only what [`alike`](Self::alike) compares.
pub trait Laned: Component {
    /// What a run keeps from its first step to its last.
    type Fixed: Terms;
    /// What a step changes.
    type State: Record;
    /// What a step draws.
    type Draws: Record;

    /// What this run keeps.
    fn fixed(&self) -> Self::Fixed;

    /// The present state.
    fn state(&self) -> Self::State;

    /// Replaces the state.
    fn set_state(&mut self, state: Self::State);

    /// Whether two runs differ in [`Fixed`](Self::Fixed) and [`State`](Self::State) only. Runs that do not are stepped one
    /// by one.
    fn alike(&self, other: &Self) -> bool {
        let _ = other;
        true
    }

    /// What a step draws; of each run from its own stream. Unless written otherwise each field is uniform in [0, 1).
    #[inline]
    fn draw(&self, fixed: &Self::Fixed, state: &Self::State, clock: &Clock, rng: &mut Stream) -> Self::Draws {
        let _ = (fixed, state, clock);
        Self::Draws::load(&mut || rng.uniform())
    }

    /// The next state. It needs all that makes it and what it shows sound: a need that is not met is the run's error.
    fn advance<W: Watch<Error = StepError>>(
        &self,
        w: &mut W,
        fixed: &Self::Fixed,
        state: &Self::State,
        inputs: &Self::Inputs,
        draws: &Self::Draws,
        clock: &Clock,
    ) -> Self::State;

    /// The metrics of a state.
    fn show(&self, fixed: &Self::Fixed, state: &Self::State) -> Self::Metrics;
}

/// A [`Laned`] component whose step is taken in two halves, each a loop of its own over all lanes.
///
/// The same bits come out, and sooner where a step is one long chain in which every number waits for the one before (a
/// division, then an exponential, then a division): a processor looks only so far ahead for other lanes' work, and sees
/// more lanes where each has less of it. [`Laned::advance`] of such a component is its two halves, and
/// [`Component::lane_form`] returns [`LaneForm::in_halves`].
pub trait Halved: Laned {
    /// What the first half hands to the second.
    type Half: Record;

    /// The first half of a step.
    fn first(
        &self,
        fixed: &Self::Fixed,
        state: &Self::State,
        inputs: &Self::Inputs,
        draws: &Self::Draws,
        clock: &Clock,
    ) -> Self::Half;

    /// The second: what [`Laned::advance`] returns.
    #[expect(clippy::too_many_arguments, reason = "those of `Laned::advance` and the half")]
    fn second<W: Watch<Error = StepError>>(
        &self,
        w: &mut W,
        fixed: &Self::Fixed,
        state: &Self::State,
        inputs: &Self::Inputs,
        draws: &Self::Draws,
        half: &Self::Half,
        clock: &Clock,
    ) -> Self::State;
}

/// One step of one run: what [`Component::step`] of a [`Laned`] component is.
///
/// # Errors
/// The first need of [`advance`](Laned::advance) that is not met, and [`StepError::NotFinite`] where all are but a number of the
/// next state is NaN or infinite. The state is as it was then.
#[inline(always)]
pub fn step<C: Laned>(
    component: &mut C,
    inputs: &C::Inputs,
    clock: &Clock,
    rng: &mut Stream,
) -> Result<(), StepError> {
    let (fixed, state) = (component.fixed(), component.state());
    let draws = component.draw(&fixed, &state, clock, rng);
    let mut sound = Sound::new();
    let next = component.advance(&mut sound, &fixed, &state, inputs, &draws, clock);
    if !sound.is_sound() {
        // Copies, here and below: what never has an address can stay in registers from step to step.
        refused(&component.clone(), &inputs.clone(), &draws.clone(), &{ *clock })?;
    }
    let mut sum = 0.0;
    next.store(&mut |x| sum += x);
    // A sum is finite only where every term is.
    if sum * 0.0 != 0.0
        && let Some(error) = not_finite(&next.clone())
    {
        return Err(error);
    }
    component.set_state(next);
    Ok(())
}

/// The first need of a step that is not met.
#[cold]
#[inline(never)]
fn refused<C: Laned>(
    component: &C,
    inputs: &C::Inputs,
    draws: &C::Draws,
    clock: &Clock,
) -> Result<(), StepError> {
    checked(|w| component.advance(w, &component.fixed(), &component.state(), inputs, draws, clock)).map(drop)
}

impl<C: Laned> LaneForm<C> {
    /// The lane form of a [`Laned`] component.
    pub fn of() -> Self {
        Self(|width| Box::new(Columns::<C, Whole>::new(width)))
    }

    /// The lane form of a component that steps in two halves.
    pub fn in_halves() -> Self
    where
        C: Halved,
    {
        Self(|width| Box::new(Columns::<C, Halves>::new(width)))
    }
}
