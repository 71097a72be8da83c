//! Lanes: components whose runs are stepped side by side in vector registers.
//!
//! A component whose step is arithmetic on floats opts in by splitting itself into records of numbers ([`Laned`]): what a
//! run keeps ([`Fixed`](Laned::Fixed)), what a step changes ([`State`](Laned::State)), what a step draws
//! ([`Draws`](Laned::Draws)). Its step is then written once, as a function from these to the next state
//! ([`advance`](Laned::advance)). One run calls it once; an experiment calls it in a loop over columns of runs, which is
//! compiled for each instruction set and chosen when the program runs. **Both give the same bits**, because the
//! function is the same and [`math`](crate::math) is too.
//!
//! The engine does the rest: it takes lanes where it can and steps one by one where it must (few runs, runs that differ in
//! more than numbers), and nobody notices.
//!
//! # Writing the step
//! - Choose between values instead of branching: [`Real::select`](crate::real::Real::select), or
//!   [`Real::max`](crate::real::Real::max) and its like. A branch, an early return or a call that is not inlined keeps the
//!   loop from becoming vector code; the bits are right all the same.
//! - Combine conditions with `&` and `|`.
//! - Mark it, and what it calls, `#[inline(always)]`.
//! - Take exp, ln and pow from [`math`](crate::math), minima and maxima from [`Real`](crate::real::Real): `f64::max`
//!   does not say which zero it returns.
//! - The second value that it returns says whether all is well: the next state is in its domain **and every metric it will show
//!   is finite**. Metrics that nobody reads are not computed at every step.
//!
//! ```
//! use serde::{Deserialize, Serialize};
//! use te_core::lanes::{self, LaneForm, Laned};
//! use te_core::{Clock, Component, Experiment, ParamError, Params, Record, StepError, Stream, System, math};
//!
//! /// Parameters.
//! #[derive(Clone, Debug, PartialEq, Params)]
//! pub struct GrowthParams {
//!     /// Continuous rate of growth.
//!     #[param(default = 0.02, min = -1.0, max = 1.0, unit = "1/step")]
//!     pub rate: f64,
//! }
//!
//! /// Tokens in existence: state and metric.
//! #[derive(Clone, Copy, Debug, PartialEq, Record, Serialize, Deserialize)]
//! pub struct Supply {
//!     /// Tokens in existence.
//!     #[record(unit = "token")]
//!     pub supply: f64,
//! }
//!
//! /// What a run keeps.
//! #[derive(Clone, Copy, Debug, PartialEq, Record)]
//! pub struct Rate {
//!     /// Continuous rate of growth.
//!     #[record(unit = "1/step")]
//!     pub rate: f64,
//! }
//!
//! #[derive(Clone, Debug, Serialize, Deserialize)]
//! pub struct Growth { params: GrowthParams, state: Supply }
//!
//! impl Component for Growth {
//!     const KIND: &'static str = "example/growth";
//!     type Params = GrowthParams;
//!     type Inputs = ();
//!     type Metrics = Supply;
//!     fn new(params: GrowthParams) -> Result<Self, ParamError> {
//!         params.check()?;
//!         Ok(Self { params, state: Supply { supply: 100.0 } })
//!     }
//!     fn step(&mut self, inputs: &(), clock: &Clock, rng: &mut Stream) -> Result<(), StepError> {
//!         lanes::step(self, inputs, clock, rng)
//!     }
//!     fn metrics(&self) -> Supply { self.state }
//!     fn lane_form() -> Option<LaneForm<Self>> { Some(LaneForm::of()) }
//! }
//!
//! impl Laned for Growth {
//!     type Fixed = Rate;
//!     type State = Supply;
//!     type Draws = ();
//!     fn fixed(&self) -> Rate { Rate { rate: self.params.rate } }
//!     fn state(&self) -> Supply { self.state }
//!     fn set_state(&mut self, state: Supply) { self.state = state; }
//!     #[inline(always)]
//!     fn advance(&self, fixed: &Rate, state: &Supply, (): &(), (): &(), _: &Clock) -> (Supply, bool) {
//!         let supply = state.supply * math::exp(fixed.rate);
//!         (Supply { supply }, supply < f64::INFINITY)
//!     }
//!     fn fault(&self, fixed: &Rate, state: &Supply, (): &(), (): &(), _: &Clock) -> StepError {
//!         StepError::domain("supply", state.supply * math::exp(fixed.rate), "[0, inf) token")
//!     }
//!     #[inline(always)]
//!     fn show(&self, _: &Rate, state: &Supply) -> Supply { *state }
//! }
//!
//! let system = || System::of::<Growth>("growth", GrowthParams::default());
//! let in_lanes = Experiment::new(system()?).runs(100).run()?;
//! let one_by_one = Experiment::new(system()?).runs(100).one_by_one().run()?;
//! assert_eq!(in_lanes.frame(), one_by_one.frame());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

#![expect(
    clippy::inline_always,
    reason = "a step is inlined where it is called, or the state passes through memory"
)]

mod column;
mod kernel;
mod pass;

use column::Columns;
pub(crate) use column::LaneColumn;
use pass::{Halves, Whole};

use crate::instance::not_finite;
use crate::{Clock, Component, Record, StepError, Stream};

/// How few runs are stepped one by one rather than in lanes: a strip costs the same however full it is.
pub(crate) const FEWEST: usize = 8;

/// A component whose step is a function of numbers, so that its runs can be stepped in lanes. See [the module](self).
///
/// Records may have fields of every kind, but pass through floats: integers are exact up to 2^53. `self` in
/// [`advance`](Self::advance) and its like is one of the runs: read from it only what [`alike`](Self::alike) compares.
pub trait Laned: Component {
    /// What a run keeps from its first step to its last.
    type Fixed: Record;
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

    /// The next state, and whether all is well with it and with what it shows.
    fn advance(
        &self,
        fixed: &Self::Fixed,
        state: &Self::State,
        inputs: &Self::Inputs,
        draws: &Self::Draws,
        clock: &Clock,
    ) -> (Self::State, bool);

    /// Why [`advance`](Self::advance) says that all is not well.
    fn fault(
        &self,
        fixed: &Self::Fixed,
        state: &Self::State,
        inputs: &Self::Inputs,
        draws: &Self::Draws,
        clock: &Clock,
    ) -> StepError;

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
    fn second(
        &self,
        fixed: &Self::Fixed,
        state: &Self::State,
        inputs: &Self::Inputs,
        draws: &Self::Draws,
        half: &Self::Half,
        clock: &Clock,
    ) -> (Self::State, bool);
}

/// One step of one run: what [`Component::step`] of a [`Laned`] component is.
///
/// # Errors
/// Its [`fault`](Laned::fault), where [`advance`](Laned::advance) says that all is not well, and
/// [`StepError::NotFinite`] where it says that all is well but a number of the next state is NaN or infinite. The state is
/// as it was then.
#[inline(always)]
pub fn step<C: Laned>(
    component: &mut C,
    inputs: &C::Inputs,
    clock: &Clock,
    rng: &mut Stream,
) -> Result<(), StepError> {
    let (fixed, state) = (component.fixed(), component.state());
    let draws = component.draw(&fixed, &state, clock, rng);
    let (next, well) = component.advance(&fixed, &state, inputs, &draws, clock);
    if !well {
        // Copies, here and below: what never has an address can stay in registers from step to step.
        return Err(fault(&component.clone(), &inputs.clone(), &draws.clone(), &{ *clock }));
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

/// The error of a component that finds nothing wrong with a step that it called wrong.
#[cold]
pub fn unexplained(kind: &'static str) -> StepError {
    StepError::domain(kind, f64::NAN, "a step that `advance` calls well")
}

#[cold]
#[inline(never)]
fn fault<C: Laned>(component: &C, inputs: &C::Inputs, draws: &C::Draws, clock: &Clock) -> StepError {
    component.fault(&component.fixed(), &component.state(), inputs, draws, clock)
}

/// That a component can be stepped in lanes: what [`Component::lane_form`] returns.
#[derive(Debug)]
pub struct LaneForm<C>(pub(crate) fn(width: usize) -> Box<dyn LaneColumn<C>>);

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
