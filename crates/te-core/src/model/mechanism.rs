//! A mechanism whose step is arithmetic: where it starts, how it steps, what it shows. All else follows.
//!
//! An author writes three functions and their records. [`Machine`] makes the component of them, with lanes
//! ([`lanes`](crate::lanes)), errors and snapshots. The step is written once, over a [`Watch`]: a loop over runs learns from
//! it whether all is well, and a caller what is wrong.
//!
//! ```
//! use serde::{Deserialize, Serialize};
//! use te_core::{Experiment, Machine, Mechanism, Now, OutOfRange, Params, Record, StepError, System, Watch, math};
//!
//! /// Parameters.
//! #[derive(Clone, Copy, Debug, PartialEq, Params)]
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
//! /// A supply that grows.
//! pub type Growth = Machine<Growing>;
//!
//! /// How it grows.
//! pub enum Growing {}
//!
//! impl Mechanism for Growing {
//!     const KIND: &'static str = "example/growth";
//!     type Params = GrowthParams;
//!     type Terms = GrowthParams;
//!     type Inputs = ();
//!     type State = Supply;
//!     type Draws = ();
//!     type Metrics = Supply;
//!
//!     fn start(_: &GrowthParams) -> Supply {
//!         Supply { supply: 100.0 }
//!     }
//!
//!     #[inline(always)]
//!     fn step<W: Watch<Error = StepError>>(w: &mut W, now: Now<'_, Self>) -> Supply {
//!         let supply = now.state.supply * math::exp(now.terms.rate);
//!         w.need(supply < f64::INFINITY, || OutOfRange::new("supply", supply, "[0, inf) token"));
//!         Supply { supply }
//!     }
//!
//!     #[inline(always)]
//!     fn show(_: &GrowthParams, state: &Supply) -> Supply {
//!         *state
//!     }
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
    reason = "a loop over columns of runs becomes vector code only where these are inlined"
)]

use crate::declaration::clock::Clock;
use crate::declaration::param_error::ParamError;
use crate::declaration::params::Params;
use crate::declaration::record::Record;
use crate::declaration::terms::{Terms as _, TermsOf};
use crate::model::component::Component;
use crate::model::lanes::{self, Halved, LaneForm, Laned};
use crate::model::step_error::StepError;
use crate::numerics::stream::Stream;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use std::fmt::{self, Debug};
use te_math::Watch;

/// A mechanism as functions of numbers. See [the module](self).
///
/// # Writing the step
/// - State what must hold with [`Watch::need`]: that inputs are in their domain, that the next state is, **and that every
///   metric it will show is finite**. Metrics that nobody reads are not computed at every step.
/// - Choose between values instead of branching: [`math::select`](crate::math::select),
///   [`min`](crate::math::min), [`max`](crate::math::max). A branch on a number, an early return or a call that is not
///   inlined keeps the loop from becoming vector code; the bits are right all the same. A branch on a setting (a choice, a
///   boolean of [`Terms`](Self::Terms)) is the same for all lanes and costs nothing.
/// - Combine conditions with `&` and `|`.
/// - Mark `step` and `show`, and what they call, `#[inline(always)]`.
/// - Mark parameters that only [`start`](Self::start) reads `#[param(initial)]`: events can change all others while a run
///   goes on ([`Component::reparam`]).
/// - Take exp, ln and pow from [`math`](crate::math).
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a mechanism",
    label = "needs `impl Mechanism`",
    note = "a mechanism is `start`, `step` and `show` with the records that they work on"
)]
pub trait Mechanism: Sized + Send + Sync + 'static {
    /// The name that files and registries use, unique: `family/mechanism`.
    const KIND: &'static str;
    /// Declared, bounded, documented knobs.
    type Params: Params;
    /// What a run keeps of them: the parameters themselves, or numbers computed once.
    type Terms: TermsOf<Self::Params>;
    /// What it reads from others at each step.
    type Inputs: Record + Debug;
    /// What a step changes.
    type State: Record + Debug + Serialize + DeserializeOwned;
    /// What a step draws.
    type Draws: Record;
    /// What it shows: recorded, and readable by others.
    type Metrics: Record;
    /// The equations of a step ([`Component::EQUATIONS`]).
    const EQUATIONS: &'static [&'static str] = &[<Self::Metrics as Record>::EQUATIONS];

    /// The state at the start. What cannot start is refused by [`Params::check`].
    fn start(params: &Self::Params) -> Self::State;

    /// What a step draws; of each run from its own stream. Unless written otherwise each field is uniform in [0, 1).
    #[inline]
    fn draw(terms: &Self::Terms, state: &Self::State, clock: &Clock, rng: &mut Stream) -> Self::Draws {
        let _ = (terms, state, clock);
        Self::Draws::load(&mut || rng.uniform())
    }

    /// The next state.
    fn step<W: Watch<Error = StepError>>(w: &mut W, now: Now<'_, Self>) -> Self::State;

    /// The metrics of a state.
    fn show(terms: &Self::Terms, state: &Self::State) -> Self::Metrics;

    /// How lanes pass over a step: at once, or in halves ([`InHalves`]).
    fn lanes() -> LaneForm<Machine<Self>> {
        LaneForm::of()
    }
}

/// A mechanism whose step is taken in two halves, each a loop of its own over all lanes; [`Mechanism::step`] is both, and
/// [`Mechanism::lanes`] is [`LaneForm::in_halves`]. See [`Halved`] for when this pays.
pub trait InHalves: Mechanism {
    /// What the first half hands to the second.
    type Half: Record;

    /// The first half of a step.
    fn first(now: Now<'_, Self>) -> Self::Half;

    /// The second: the next state.
    fn second<W: Watch<Error = StepError>>(w: &mut W, now: Now<'_, Self>, half: &Self::Half) -> Self::State;
}

/// What a step reads.
#[derive(Debug)]
pub struct Now<'a, M: Mechanism> {
    /// What the run keeps.
    pub terms: &'a M::Terms,
    /// The state before the step.
    pub state: &'a M::State,
    /// What others show.
    pub inputs: &'a M::Inputs,
    /// What the step drew.
    pub draws: &'a M::Draws,
    /// The time.
    pub clock: &'a Clock,
}

impl<M: Mechanism> Clone for Now<'_, M> {
    #[inline(always)]
    fn clone(&self) -> Self {
        *self
    }
}

impl<M: Mechanism> Copy for Now<'_, M> {}

/// The component of a [`Mechanism`]: its terms and its state in one run.
#[derive(Serialize, Deserialize)]
#[serde(bound = "")]
pub struct Machine<M: Mechanism> {
    terms: M::Terms,
    state: M::State,
}

impl<M: Mechanism> Machine<M> {
    /// What the run keeps.
    pub fn terms(&self) -> &M::Terms {
        &self.terms
    }

    /// What the run keeps, to change it.
    pub fn terms_mut(&mut self) -> &mut M::Terms {
        &mut self.terms
    }

    /// The present state.
    pub fn state(&self) -> &M::State {
        &self.state
    }

    /// The present state, to change it: for interactions.
    pub fn state_mut(&mut self) -> &mut M::State {
        &mut self.state
    }
}

impl<M: Mechanism> Clone for Machine<M> {
    #[inline]
    fn clone(&self) -> Self {
        Self { terms: self.terms, state: self.state.clone() }
    }
}

impl<M: Mechanism> Debug for Machine<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct(M::KIND).field("terms", &self.terms).field("state", &self.state).finish()
    }
}

impl<M: Mechanism> PartialEq for Machine<M>
where
    M::Terms: PartialEq,
    M::State: PartialEq,
{
    fn eq(&self, other: &Self) -> bool {
        self.terms == other.terms && self.state == other.state
    }
}

impl<M: Mechanism> Component for Machine<M> {
    const KIND: &'static str = M::KIND;
    type Params = M::Params;
    type Inputs = M::Inputs;
    type Metrics = M::Metrics;
    const EQUATIONS: &'static [&'static str] = M::EQUATIONS;

    fn new(params: M::Params) -> Result<Self, ParamError> {
        params.check()?;
        Ok(Self { terms: M::Terms::of(&params)?, state: M::start(&params) })
    }

    /// The terms are made anew of the parameters, and the state stays.
    fn reparam(&mut self, params: M::Params) -> Result<(), ParamError> {
        params.check()?;
        self.terms = M::Terms::of(&params)?;
        Ok(())
    }

    #[inline]
    fn step(&mut self, inputs: &M::Inputs, clock: &Clock, rng: &mut Stream) -> Result<(), StepError> {
        lanes::step(self, inputs, clock, rng)
    }

    #[inline]
    fn metrics(&self) -> M::Metrics {
        M::show(&self.terms, &self.state)
    }

    fn lane_form() -> Option<LaneForm<Self>> {
        Some(M::lanes())
    }
}

impl<M: Mechanism> Laned for Machine<M> {
    type Fixed = M::Terms;
    type State = M::State;
    type Draws = M::Draws;

    #[inline]
    fn fixed(&self) -> M::Terms {
        self.terms
    }

    #[inline]
    fn state(&self) -> M::State {
        self.state.clone()
    }

    #[inline]
    fn set_state(&mut self, state: M::State) {
        self.state = state;
    }

    fn alike(&self, other: &Self) -> bool {
        self.terms.alike(&other.terms)
    }

    #[inline]
    fn draw(&self, terms: &M::Terms, state: &M::State, clock: &Clock, rng: &mut Stream) -> M::Draws {
        M::draw(terms, state, clock, rng)
    }

    #[inline(always)]
    fn advance<W: Watch<Error = StepError>>(
        &self,
        w: &mut W,
        terms: &M::Terms,
        state: &M::State,
        inputs: &M::Inputs,
        draws: &M::Draws,
        clock: &Clock,
    ) -> M::State {
        M::step(w, Now { terms, state, inputs, draws, clock })
    }

    #[inline(always)]
    fn show(&self, terms: &M::Terms, state: &M::State) -> M::Metrics {
        M::show(terms, state)
    }
}

impl<M: InHalves> Halved for Machine<M> {
    type Half = M::Half;

    #[inline(always)]
    fn first(
        &self,
        terms: &M::Terms,
        state: &M::State,
        inputs: &M::Inputs,
        draws: &M::Draws,
        clock: &Clock,
    ) -> M::Half {
        M::first(Now { terms, state, inputs, draws, clock })
    }

    #[inline(always)]
    fn second<W: Watch<Error = StepError>>(
        &self,
        w: &mut W,
        terms: &M::Terms,
        state: &M::State,
        inputs: &M::Inputs,
        draws: &M::Draws,
        half: &M::Half,
        clock: &Clock,
    ) -> M::State {
        M::second(w, Now { terms, state, inputs, draws, clock }, half)
    }
}
