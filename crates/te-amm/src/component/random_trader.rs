//! `amm/random-trader`: orders of random size and side, without opinion on the price.
//!
//! ```text
//! with probability q an order of size v;  a purchase of base (quote in) with probability b, else a sale
//! v = mean                 fixed
//! v = 2*mean*u             uniform on [0, 2*mean)
//! v = -mean*ln(1 - u)      exponential
//! purchase: quote_in = v;  sale: base_in = v/price
//! ```
//!
//! | symbol | meaning | unit |
//! |---|---|---|
//! | q, b | chance of an order, of a purchase | 1 |
//! | v | size of an order | quote |
//! | u | uniform draw from [0, 1) | 1 |
//!
//! Assumptions and limits: sizes are in quote, so that both sides weigh the same at any price; three draws are taken in every step, so that a
//! change of probabilities leaves later draws where they were. Without a price, at 0, a sale has no size and is not made.
//!
//! Source: the noise trader of market microstructure; the FLASH notebook's external trader is the uniform case with sizes in tokens.
//!
//! Invariant: at most one of the two orders is positive.

#![expect(
    clippy::inline_always,
    reason = "a loop over columns of runs becomes vector code only where these are inlined"
)]

use super::count;
use serde::{Deserialize, Serialize};
use te_core::lanes::{self, LaneForm, Laned};
use te_core::{Choice, Clock, Component, ParamError, Params, Record, StepError, Stream, math};

/// How order sizes are distributed around their mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Choice)]
pub enum OrderSize {
    /// Always the mean.
    Fixed,
    /// Uniform from nothing to twice the mean.
    Uniform,
    /// Exponential.
    Exponential,
}

/// Parameters of a random trader.
#[derive(Clone, Debug, PartialEq, Params)]
pub struct RandomTraderParams {
    /// Chance of an order in a step [1] -- environment.
    #[param(default = 1.0, min = 0.0, max = 1.0, unit = "1", role = "environment")]
    pub trade_probability: f64,
    /// Chance that an order buys base [1] -- environment.
    #[param(default = 0.5, min = 0.0, max = 1.0, unit = "1", role = "environment")]
    pub buy_probability: f64,
    /// Mean size of an order [quote] -- environment.
    #[param(default = 1.0, min = 0.0, unit = "quote", role = "environment")]
    pub mean_size: f64,
    /// Distribution of the size -- environment.
    #[param(default = OrderSize::Exponential, role = "environment")]
    pub size: OrderSize,
}

/// What a random trader sees.
#[derive(Clone, Copy, Debug, PartialEq, Record)]
pub struct RandomTraderInputs {
    /// Price at which sizes are turned into base [quote/base] -- input; at 0 nobody sells.
    #[record(unit = "quote/base", default = 1.0)]
    pub price: f64,
}

/// What a random trader orders.
#[derive(Clone, Copy, Debug, Default, PartialEq, Record, Serialize, Deserialize)]
pub struct RandomTraderMetrics {
    /// Base ordered into the pool [base] -- metric.
    #[record(unit = "base")]
    pub base_in: f64,
    /// Quote ordered into the pool [quote] -- metric.
    #[record(unit = "quote")]
    pub quote_in: f64,
    /// Orders so far -- metric.
    #[record(unit = "trade")]
    pub trades: u64,
}

/// Orders at random.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RandomTrader {
    params: RandomTraderParams,
    shown: RandomTraderMetrics,
}

impl Component for RandomTrader {
    const KIND: &'static str = "amm/random-trader";
    type Params = RandomTraderParams;
    type Inputs = RandomTraderInputs;
    type Metrics = RandomTraderMetrics;

    fn new(params: RandomTraderParams) -> Result<Self, ParamError> {
        params.check()?;
        Ok(Self { params, shown: RandomTraderMetrics::default() })
    }

    #[inline]
    fn step(
        &mut self,
        inputs: &RandomTraderInputs,
        clock: &Clock,
        rng: &mut Stream,
    ) -> Result<(), StepError> {
        lanes::step(self, inputs, clock, rng)
    }

    #[inline]
    fn metrics(&self) -> RandomTraderMetrics {
        self.shown
    }

    fn lane_form() -> Option<LaneForm<Self>> {
        Some(LaneForm::of())
    }
}

/// What a run of a random trader keeps.
#[derive(Clone, Copy, Debug, PartialEq, Record)]
pub struct TradingHabit {
    /// Chance of an order in a step [1].
    #[record(unit = "1")]
    pub trade_probability: f64,
    /// Chance that an order buys base [1].
    #[record(unit = "1")]
    pub buy_probability: f64,
    /// Mean size of an order [quote].
    #[record(unit = "quote")]
    pub mean_size: f64,
}

/// What a step changes.
#[derive(Clone, Copy, Debug, PartialEq, Record)]
pub struct RandomTraderState {
    /// Base ordered into the pool [base].
    #[record(unit = "base")]
    pub base_in: f64,
    /// Quote ordered into the pool [quote].
    #[record(unit = "quote")]
    pub quote_in: f64,
    /// Orders so far, a whole number.
    #[record(unit = "trade")]
    pub trades: f64,
}

/// What a step draws: uniform numbers from [0, 1).
#[derive(Clone, Copy, Debug, PartialEq, Record)]
pub struct OrderDraws {
    /// Whether there is an order.
    #[record(unit = "1")]
    pub happens: f64,
    /// On which side.
    #[record(unit = "1")]
    pub side: f64,
    /// How large it is.
    #[record(unit = "1")]
    pub size: f64,
}

impl Laned for RandomTrader {
    type Fixed = TradingHabit;
    type State = RandomTraderState;
    type Draws = OrderDraws;

    #[inline]
    fn fixed(&self) -> TradingHabit {
        let RandomTraderParams { trade_probability, buy_probability, mean_size, .. } = self.params;
        TradingHabit { trade_probability, buy_probability, mean_size }
    }

    #[inline]
    fn state(&self) -> RandomTraderState {
        let RandomTraderMetrics { base_in, quote_in, trades } = self.shown;
        RandomTraderState { base_in, quote_in, trades: trades as f64 }
    }

    #[inline]
    fn set_state(&mut self, state: RandomTraderState) {
        self.shown = shown(&state);
    }

    fn alike(&self, other: &Self) -> bool {
        self.params.size == other.params.size
    }

    #[inline(always)]
    fn advance(
        &self,
        fixed: &TradingHabit,
        state: &RandomTraderState,
        inputs: &RandomTraderInputs,
        draws: &OrderDraws,
        _: &Clock,
    ) -> (RandomTraderState, bool) {
        let mean = fixed.mean_size;
        // A `match` on three is a switch, which keeps the loop from becoming vector code.
        let (uniform, exponential) = (2.0 * mean * draws.size, -mean * math::ln_1p(-draws.size));
        let bounded = math::select(self.params.size == OrderSize::Uniform, uniform, mean);
        let value = math::select(self.params.size == OrderSize::Exponential, exponential, bounded);
        let buys = draws.side < fixed.buy_probability;
        let happens = (draws.happens < fixed.trade_probability) & (buys | (inputs.price > 0.0));
        let next = RandomTraderState {
            base_in: math::select(happens & !buys, value / inputs.price, 0.0),
            quote_in: math::select(happens & buys, value, 0.0),
            trades: math::select(happens, state.trades + 1.0, state.trades),
        };
        let priced = (inputs.price >= 0.0) & (inputs.price < f64::INFINITY);
        (next, priced & next.base_in.is_finite() & next.quote_in.is_finite())
    }

    fn fault(
        &self,
        fixed: &TradingHabit,
        state: &RandomTraderState,
        inputs: &RandomTraderInputs,
        draws: &OrderDraws,
        clock: &Clock,
    ) -> StepError {
        if !(inputs.price.is_finite() && inputs.price >= 0.0) {
            return StepError::domain("price", inputs.price, "finite, at least 0");
        }
        let (next, _) = self.advance(fixed, state, inputs, draws, clock);
        for (name, value) in [("quote_in", next.quote_in), ("base_in", next.base_in)] {
            if !value.is_finite() {
                return StepError::domain(name, value, "a finite number: lower `mean_size`");
            }
        }
        lanes::unexplained(Self::KIND)
    }

    #[inline(always)]
    fn show(&self, _: &TradingHabit, state: &RandomTraderState) -> RandomTraderMetrics {
        shown(state)
    }
}

#[inline(always)]
fn shown(state: &RandomTraderState) -> RandomTraderMetrics {
    RandomTraderMetrics { base_in: state.base_in, quote_in: state.quote_in, trades: count(state.trades) }
}
