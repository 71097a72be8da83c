//! `amm/arbitrageur`: watches a pool and a market and orders the most profitable trade.
//!
//! Equations: [`arbitrage`]. It sees reserves, fee and price as wired and orders for the pool's next step; where the pool
//! steps after it in the same timestep, the order is filled at once.
//!
//! | symbol | meaning | unit |
//! |---|---|---|
//! | cost | what a trade costs besides the fee (gas) | quote |
//!
//! Assumptions and limits: the order is exact for what it sees; other orders filled before it change its worth. The profit shown is the
//! one expected. A reserve or a price of 0 is one that is not there: nothing is ordered.
//!
//! Invariant: it orders only where the expected profit exceeds the cost.

#![expect(
    clippy::inline_always,
    reason = "a loop over columns of runs becomes vector code only where these are inlined"
)]

use crate::{arbitrage, watched};
use serde::{Deserialize, Serialize};
use te_core::lanes::{self, LaneForm, Laned};
use te_core::math;
use te_core::{Clock, Component, ParamError, Params, Record, StepError, Stream};

/// Parameters of an arbitrageur.
#[derive(Clone, Debug, PartialEq, Params)]
pub struct ArbitrageurParams {
    /// Cost of a trade besides the fee [quote] -- environment.
    #[param(default = 0.0, min = 0.0, unit = "quote", role = "environment")]
    pub cost: f64,
}

/// What an arbitrageur sees.
#[derive(Clone, Copy, Debug, PartialEq, Record)]
pub struct ArbitrageurInputs {
    /// Base reserve of the pool [base] -- input; 0 where there is none.
    #[record(unit = "base")]
    pub base: f64,
    /// Quote reserve of the pool [quote] -- input; 0 where there is none.
    #[record(unit = "quote")]
    pub quote: f64,
    /// Fee of the pool [1] -- input.
    #[record(unit = "1", default = 0.003)]
    pub fee: f64,
    /// Price elsewhere [quote/base] -- input; 0 where there is none.
    #[record(unit = "quote/base")]
    pub external_price: f64,
}

/// What an arbitrageur orders.
#[derive(Clone, Copy, Debug, Default, PartialEq, Record, Serialize, Deserialize)]
pub struct ArbitrageurMetrics {
    /// Base ordered into the pool [base] -- metric.
    #[record(unit = "base")]
    pub base_in: f64,
    /// Quote ordered into the pool [quote] -- metric.
    #[record(unit = "quote")]
    pub quote_in: f64,
    /// Expected profit of the order, cost taken off [quote] -- metric.
    #[record(unit = "quote")]
    pub profit: f64,
    /// Expected profits so far [quote] -- metric.
    #[record(unit = "quote")]
    pub total_profit: f64,
}

/// Watches a pool and a market.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Arbitrageur {
    cost: f64,
    shown: ArbitrageurMetrics,
}

impl Component for Arbitrageur {
    const KIND: &'static str = "amm/arbitrageur";
    type Params = ArbitrageurParams;
    type Inputs = ArbitrageurInputs;
    type Metrics = ArbitrageurMetrics;

    fn new(params: ArbitrageurParams) -> Result<Self, ParamError> {
        params.check()?;
        Ok(Self { cost: params.cost, shown: ArbitrageurMetrics::default() })
    }

    #[inline]
    fn step(&mut self, inputs: &ArbitrageurInputs, clock: &Clock, rng: &mut Stream) -> Result<(), StepError> {
        lanes::step(self, inputs, clock, rng)
    }

    #[inline]
    fn metrics(&self) -> ArbitrageurMetrics {
        self.shown
    }

    fn lane_form() -> Option<LaneForm<Self>> {
        Some(LaneForm::of())
    }
}

/// What a run of an arbitrageur keeps.
#[derive(Clone, Copy, Debug, PartialEq, Record)]
pub struct TradingCost {
    /// Cost of a trade besides the fee [quote].
    #[record(unit = "quote")]
    pub cost: f64,
}

impl Laned for Arbitrageur {
    type Fixed = TradingCost;
    type State = ArbitrageurMetrics;
    type Draws = ();

    #[inline]
    fn fixed(&self) -> TradingCost {
        TradingCost { cost: self.cost }
    }

    #[inline]
    fn state(&self) -> ArbitrageurMetrics {
        self.shown
    }

    #[inline]
    fn set_state(&mut self, state: ArbitrageurMetrics) {
        self.shown = state;
    }

    #[inline(always)]
    fn advance(
        &self,
        fixed: &TradingCost,
        state: &ArbitrageurMetrics,
        inputs: &ArbitrageurInputs,
        (): &(),
        _: &Clock,
    ) -> (ArbitrageurMetrics, bool) {
        let ArbitrageurInputs { base, quote, fee, external_price } = *inputs;
        let found = watched::external(base, quote, external_price, fee);
        let there = (base != 0.0) & (quote != 0.0) & (external_price != 0.0);
        let known = (base >= 0.0) & (quote >= 0.0) & (external_price >= 0.0);
        let orders = there & found.pays & (found.profit > fixed.cost);
        let profit = found.profit - fixed.cost;
        let total = state.total_profit + profit;
        let next = ArbitrageurMetrics {
            base_in: math::select(orders & !found.quote_in, found.amount_in, 0.0),
            quote_in: math::select(orders & found.quote_in, found.amount_in, 0.0),
            profit: math::select(orders, profit, 0.0),
            total_profit: math::select(orders, total, state.total_profit),
        };
        (next, known & (found.sound | !there) & (!orders | total.is_finite()))
    }

    fn fault(
        &self,
        fixed: &TradingCost,
        state: &ArbitrageurMetrics,
        inputs: &ArbitrageurInputs,
        (): &(),
        clock: &Clock,
    ) -> StepError {
        let ArbitrageurInputs { base, quote, fee, external_price } = *inputs;
        for (name, value) in [("base", base), ("quote", quote), ("external_price", external_price)] {
            if !(value >= 0.0 && value.is_finite()) {
                return StepError::domain(name, value, "finite, at least 0");
            }
        }
        if !(0.0..1.0).contains(&fee) {
            return StepError::domain("fee", fee, "at least 0 and below 1");
        }
        if let Err(refused) = arbitrage::external(base, quote, external_price, fee) {
            let allowed =
                format!("what floats can hold beside {base:e} base and {quote:e} quote ({refused})");
            return StepError::domain("external_price", external_price, allowed);
        }
        let (next, _) = self.advance(fixed, state, inputs, &(), clock);
        let finite = StepError::finite("total_profit", next.total_profit);
        finite.err().unwrap_or_else(|| lanes::unexplained(Self::KIND))
    }

    #[inline(always)]
    fn show(&self, _: &TradingCost, state: &ArbitrageurMetrics) -> ArbitrageurMetrics {
        *state
    }
}
