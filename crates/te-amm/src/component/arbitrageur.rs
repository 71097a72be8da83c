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
//! one expected.
//!
//! Invariant: it orders only where the expected profit exceeds the cost.

use crate::arbitrage::{self, TokenIn};
use serde::{Deserialize, Serialize};
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
    /// Base reserve of the pool [base] -- input.
    #[record(unit = "base")]
    pub base: f64,
    /// Quote reserve of the pool [quote] -- input.
    #[record(unit = "quote")]
    pub quote: f64,
    /// Fee of the pool [1] -- input.
    #[record(unit = "1", default = 0.003)]
    pub fee: f64,
    /// Price elsewhere [quote/base] -- input.
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

    fn step(&mut self, inputs: &ArbitrageurInputs, _: &Clock, _: &mut Stream) -> Result<(), StepError> {
        let found = arbitrage::external(inputs.base, inputs.quote, inputs.external_price, inputs.fee)
            .map_err(StepError::caused_by)?;
        let mut shown =
            ArbitrageurMetrics { total_profit: self.shown.total_profit, ..ArbitrageurMetrics::default() };
        if let Some(trade) = found.filter(|trade| trade.profit > self.cost) {
            match trade.token_in {
                TokenIn::Base => shown.base_in = trade.amount_in,
                TokenIn::Quote => shown.quote_in = trade.amount_in,
            }
            shown.profit = trade.profit - self.cost;
            shown.total_profit = StepError::finite("total_profit", shown.total_profit + shown.profit)?;
        }
        self.shown = shown;
        Ok(())
    }

    fn metrics(&self) -> ArbitrageurMetrics {
        self.shown
    }
}
