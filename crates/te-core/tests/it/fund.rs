//! Components that step in lanes, for tests of the engine itself.

#![expect(clippy::inline_always, reason = "inlined into the kernels, or they are not vectorised")]

use crate::models::{Follow, Walk, WalkParams};
use serde::{Deserialize, Serialize};
use te_core::lanes::{self, Halved, LaneForm, Laned};
use te_core::{
    Choice, Clock, Component, Discipline, List, Machine, Mechanism, Now, OutOfRange, ParamError, Params,
    Purpose, Record, StepError, Stream, System, SystemBuilder, Watch, math,
};

/// How a fund grows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Choice)]
pub(crate) enum Growth {
    /// By a share of its stock.
    Compound,
    /// By an amount.
    Linear,
}

/// Parameters of a fund.
#[derive(Clone, Copy, Debug, PartialEq, Params)]
pub(crate) struct FundParams {
    /// Rate of growth.
    #[param(default = 0.02, min = -1.0, max = 1.0, unit = "1/step")]
    pub(crate) rate: f64,
    /// Drift, drawn anew for every run.
    #[param(default = 0.0, unit = "1", random = "normal(0, 0.01)")]
    pub(crate) drift: f64,
    /// Stock above which the fund fails.
    #[param(default = 1e9, unit = "token")]
    pub(crate) limit: f64,
    /// How it grows.
    #[param(default = Growth::Compound)]
    pub(crate) growth: Growth,
}

/// What a fund reads.
#[derive(Clone, Copy, Debug, PartialEq, Record)]
pub(crate) struct FundInputs {
    /// What flows in.
    #[record(unit = "token", default = 0.0)]
    pub(crate) flow: f64,
}

/// What a step of a fund changes.
#[derive(Clone, Copy, Debug, PartialEq, Record, Serialize, Deserialize)]
pub(crate) struct FundState {
    /// Tokens in the fund.
    #[record(unit = "token")]
    pub(crate) stock: f64,
    /// Windfalls so far.
    #[record(unit = "1")]
    pub(crate) windfalls: u64,
}

/// What a fund draws.
#[derive(Clone, Copy, Debug, PartialEq, Record)]
pub(crate) struct FundDraws {
    /// From its own stream.
    #[record(unit = "1")]
    pub(crate) noise: f64,
    /// From a stream of its stream.
    #[record(unit = "1")]
    pub(crate) luck: f64,
}

/// What a fund shows.
#[derive(Clone, Copy, Debug, PartialEq, Record)]
pub(crate) struct FundMetrics {
    /// Tokens in the fund.
    #[record(unit = "token")]
    pub(crate) stock: f64,
    /// Windfalls so far.
    #[record(unit = "1")]
    pub(crate) windfalls: u64,
    /// Whether there is more than at the start.
    #[record(unit = "1")]
    pub(crate) grown: bool,
    /// Logarithm of the stock.
    #[record(unit = "1")]
    pub(crate) level: f64,
}

/// A fund.
pub(crate) type Fund = Machine<Funding>;

/// How a fund steps.
pub(crate) enum Funding {}

const LUCK: Purpose = Purpose::new("luck");

impl Mechanism for Funding {
    const KIND: &'static str = "test/fund";
    type Params = FundParams;
    type Terms = FundParams;
    type Inputs = FundInputs;
    type State = FundState;
    type Draws = FundDraws;
    type Metrics = FundMetrics;

    fn start(_: &FundParams) -> FundState {
        FundState { stock: 1.0, windfalls: 0 }
    }

    fn draw(terms: &FundParams, _: &FundState, _: &Clock, rng: &mut Stream) -> FundDraws {
        let luck = rng.child(LUCK).uniform();
        FundDraws { luck, noise: (rng.uniform() - 0.5) * (1.0 + terms.rate) }
    }

    #[inline(always)]
    fn step<W: Watch<Error = StepError>>(w: &mut W, now: Now<'_, Self>) -> FundState {
        let Now { terms, state, inputs, draws, .. } = now;
        let rate = terms.rate * draws.noise + terms.drift;
        let grown = match terms.growth {
            Growth::Compound => state.stock * math::exp(rate),
            Growth::Linear => state.stock + rate,
        };
        let windfall = draws.luck < 0.2;
        let stock = grown + 0.05 * inputs.flow + math::select(windfall, 0.1, -0.01);
        let allowed = (stock > 0.0) & (stock <= terms.limit);
        w.need(allowed, || OutOfRange::new("stock", stock, "(0, limit] token"));
        FundState { stock, windfalls: state.windfalls + u64::from(windfall) }
    }

    #[inline(always)]
    fn show(_: &FundParams, state: &FundState) -> FundMetrics {
        let FundState { stock, windfalls } = *state;
        FundMetrics { stock, windfalls, grown: stock > 1.0, level: math::ln(stock) }
    }
}

/// Where a brittle component breaks once its sum is above a threshold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Choice)]
pub(crate) enum Breaks {
    /// It panics when it draws.
    Draw,
    /// It panics in the first half of a step.
    First,
    /// It panics in the second.
    Second,
    /// It panics when it shows.
    Show,
    /// A number of its state that it does not show is NaN, and it says that all is well.
    State,
    /// A metric is NaN, and it says that all is well.
    Metric,
}

pub(crate) const BREAKS: [Breaks; 6] =
    [Breaks::Draw, Breaks::First, Breaks::Second, Breaks::Show, Breaks::State, Breaks::Metric];

/// Parameters of a brittle component.
#[derive(Clone, Debug, PartialEq, Params)]
pub(crate) struct BrittleParams {
    /// Where it breaks.
    #[param(default = Breaks::Second)]
    pub(crate) breaks: Breaks,
    /// Sum above which it breaks; at times it is so from the start.
    #[param(default = 1.0, unit = "1", random = "uniform(-1, 14)")]
    pub(crate) above: f64,
}

/// What a brittle component keeps.
#[derive(Clone, Copy, Debug, PartialEq, Record)]
pub(crate) struct Threshold {
    /// Sum above which it breaks.
    above: f64,
}

/// What a brittle component changes.
#[derive(Clone, Copy, Debug, PartialEq, Record, Serialize, Deserialize)]
pub(crate) struct BrittleState {
    /// Sum of its draws.
    sum: f64,
    /// What it does not show.
    hidden: f64,
}

/// A number of a brittle component.
#[derive(Clone, Copy, Debug, PartialEq, Record)]
pub(crate) struct Number {
    /// A draw, or the sum of them.
    x: f64,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Brittle {
    params: BrittleParams,
    state: BrittleState,
}

impl Component for Brittle {
    const KIND: &'static str = "test/brittle";
    type Params = BrittleParams;
    type Inputs = FundInputs;
    type Metrics = Number;

    fn new(params: BrittleParams) -> Result<Self, ParamError> {
        params.check()?;
        Ok(Self { params, state: BrittleState { sum: 0.0, hidden: 0.0 } })
    }
    fn step(&mut self, inputs: &FundInputs, clock: &Clock, rng: &mut Stream) -> Result<(), StepError> {
        lanes::step(self, inputs, clock, rng)
    }
    fn metrics(&self) -> Number {
        self.show(&self.fixed(), &self.state)
    }
    fn lane_form() -> Option<LaneForm<Self>> {
        Some(LaneForm::in_halves())
    }
}

impl Laned for Brittle {
    type Fixed = Threshold;
    type State = BrittleState;
    type Draws = Number;

    fn fixed(&self) -> Threshold {
        Threshold { above: self.params.above }
    }
    fn state(&self) -> BrittleState {
        self.state
    }
    fn set_state(&mut self, state: BrittleState) {
        self.state = state;
    }
    fn alike(&self, other: &Self) -> bool {
        self.params.breaks == other.params.breaks
    }
    fn draw(&self, fixed: &Threshold, state: &BrittleState, _: &Clock, rng: &mut Stream) -> Number {
        let x = rng.uniform();
        let breaks = self.params.breaks == Breaks::Draw && state.sum + x > fixed.above;
        assert!(!breaks, "drew {x}");
        Number { x }
    }
    #[inline(always)]
    fn advance<W: Watch<Error = StepError>>(
        &self,
        w: &mut W,
        fixed: &Threshold,
        state: &BrittleState,
        inputs: &FundInputs,
        draws: &Number,
        clock: &Clock,
    ) -> BrittleState {
        let half = self.first(fixed, state, inputs, draws, clock);
        self.second(w, fixed, state, inputs, draws, &half, clock)
    }
    #[inline(always)]
    fn show(&self, fixed: &Threshold, state: &BrittleState) -> Number {
        let beyond = state.sum > fixed.above;
        assert!(!(beyond && self.params.breaks == Breaks::Show), "showed {}", state.sum);
        let broken = beyond && self.params.breaks == Breaks::Metric;
        Number { x: if broken { f64::NAN } else { state.sum } }
    }
}

impl Halved for Brittle {
    type Half = Number;

    #[inline(always)]
    fn first(
        &self,
        fixed: &Threshold,
        state: &BrittleState,
        inputs: &FundInputs,
        draws: &Number,
        _: &Clock,
    ) -> Number {
        let sum = state.sum + draws.x + 0.01 * inputs.flow;
        assert!(!(sum > fixed.above && self.params.breaks == Breaks::First), "summed to {sum}");
        Number { x: sum }
    }
    #[inline(always)]
    fn second<W: Watch<Error = StepError>>(
        &self,
        _: &mut W,
        fixed: &Threshold,
        state: &BrittleState,
        _: &FundInputs,
        _: &Number,
        sum: &Number,
        _: &Clock,
    ) -> BrittleState {
        let sum = sum.x;
        let beyond = sum > fixed.above;
        assert!(!(beyond && self.params.breaks == Breaks::Second), "stepped to {sum}");
        let broken = beyond && self.params.breaks == Breaks::State;
        BrittleState { sum, hidden: if broken { f64::NAN } else { state.hidden } }
    }
}

/// Not laned, and NaN for a moment.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Flicker(u64);

impl Component for Flicker {
    const KIND: &'static str = "test/flicker";
    type Params = ();
    type Inputs = ();
    type Metrics = Number;

    fn new((): ()) -> Result<Self, ParamError> {
        Ok(Self(0))
    }
    fn step(&mut self, (): &(), _: &Clock, _: &mut Stream) -> Result<(), StepError> {
        self.0 += 1;
        Ok(())
    }
    fn metrics(&self) -> Number {
        Number { x: if self.0 == 3 { f64::NAN } else { 0.0 } }
    }
}

/// A fund that pays tithe to another, in a system of its own.
fn parish() -> SystemBuilder {
    let mut parish = System::builder("parish");
    let fund = parish.controllable::<Fund>("fund", FundParams { rate: 0.1, ..FundParams::default() });
    let church = parish.controllable::<Fund>("church", FundParams::default());
    parish.wire("0.5 + lag(church.level, 2)", "fund.flow");
    parish.interaction("tithe", move |world| {
        let share = 0.1 * world.stream().uniform();
        let tithe = share * world.get(fund)?.state().stock;
        world.get_mut(fund)?.state_mut().stock -= tithe;
        world.get_mut(church)?.state_mut().stock += tithe;
        Ok(())
    });
    parish.derived("gap", "fund.stock - lag(church.stock, 1)", "token");
    parish
}

/// Components with lanes and without, wires of every sort, an interaction, a nested system, both disciplines.
pub(crate) fn lanes() -> SystemBuilder {
    lanes_with(FundParams::default())
}

pub(crate) fn lanes_with(fund: FundParams) -> SystemBuilder {
    let mut system = System::builder("lanes");
    system.uncontrollable::<Walk>("walk", WalkParams::default());
    system.uncontrollable::<Fund>("fund", fund);
    let pool = system.controllable::<Fund>("pool", FundParams { rate: 0.5, ..FundParams::default() });
    system.controllable::<Fund>("twin", FundParams { growth: Growth::Linear, ..FundParams::default() });
    system.controllable::<Follow>("late", ());
    system.nest(List::Controllables, "inner", parish());
    system.discipline(List::Controllables, Discipline::Simultaneous);
    system.wire("0.2 * lag(walk.value, 2) + 0.1 * fund.stock", "fund.flow");
    system.wire("fund.stock", "pool.flow");
    system.wire("if(pool.grown, pool.level, -0.01 * pool.windfalls)", "twin.flow");
    system.wire("pool.stock - twin.stock", "late.target");
    system.wire("0.5 * late.at", "inner.church.flow");
    system.derived("gap", "pool.stock - lag(twin.stock, 3) + inner.gap", "token");
    system.interaction("levy", move |world| {
        let kept = 1.0 - 0.02 * world.stream().uniform();
        if world.clock().timestep % 2 == 0 {
            world.get_mut(pool)?.state_mut().stock *= kept;
        }
        Ok(())
    });
    system
}
