//! `amm/constant-product-float`: the pool in `f64`, for many runs.
//!
//! Rules, equations and limits: [`component`](crate::component); the formulas are those of [`swap`] and [`arbitrage`] on
//! `f64`, so `k` may fall by its last digit. Results differ from the exact pool by some 1e-15 of the reserves a step.
//!
//! Invariant: reserves stay positive and finite.

use super::{Accounts, PoolInputs};
use crate::arbitrage::{self, TokenIn};
use crate::{AmmError, Number, swap};
use serde::{Deserialize, Serialize};
use te_core::{Clock, Component, ParamError, Params, Record, StepError, Stream};

/// Parameters of a pool in `f64`.
#[derive(Clone, Debug, PartialEq, Params)]
pub struct FloatPoolParams {
    /// Base reserve at the start [base] -- controllable.
    #[param(default = 1000.0, above = 0.0, unit = "base")]
    pub base: f64,
    /// Quote reserve at the start [quote] -- controllable.
    #[param(default = 1000.0, above = 0.0, unit = "quote")]
    pub quote: f64,
    /// Fee on the input, kept in the pool [1] -- controllable.
    #[param(default = 0.003, min = 0.0, below = 1.0, unit = "1", soft_max = 0.05)]
    pub fee: f64,
    /// Whether the pool is arbitraged to the external price at the end of each step -- environment.
    #[param(default = false, role = "environment")]
    pub arbitrage: bool,
}

/// What a pool in `f64` shows.
#[derive(Clone, Copy, Debug, PartialEq, Record)]
pub struct FloatPoolMetrics {
    /// Base reserve [base] -- metric.
    #[record(unit = "base")]
    pub base: f64,
    /// Quote reserve [quote] -- metric.
    #[record(unit = "quote")]
    pub quote: f64,
    /// Spot price, without fee [quote/base] -- metric.
    #[record(unit = "quote/base")]
    pub price: f64,
    /// Fee on the input [1] -- metric.
    #[record(unit = "1")]
    pub fee: f64,
    /// Base out to traders in the last step [base] -- metric.
    #[record(unit = "base")]
    pub base_out: f64,
    /// Quote out to traders in the last step [quote] -- metric.
    #[record(unit = "quote")]
    pub quote_out: f64,
    /// Value of the inputs of the last step [quote] -- metric.
    #[record(unit = "quote")]
    pub volume: f64,
    /// Profit of the pool's own arbitrageur in the last step [quote] -- metric.
    #[record(unit = "quote")]
    pub arbitrage_profit: f64,
    /// Its profits so far [quote] -- metric.
    #[record(unit = "quote")]
    pub arbitrage_total: f64,
    /// Fees so far [quote] -- metric.
    #[record(unit = "quote")]
    pub fees: f64,
    /// Gain over a portfolio rebalanced at the external price: fees less LVR so far [quote] -- metric.
    #[record(unit = "quote")]
    pub versus_rebalancing: f64,
    /// Trades so far -- metric.
    #[record(unit = "trade")]
    pub trades: u64,
}

/// A constant-product pool in `f64`.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct FloatPool {
    base: f64,
    quote: f64,
    fee: f64,
    arbitrage: bool,
    accounts: Accounts,
}

impl FloatPool {
    fn trade(&mut self, token_in: TokenIn, amount: f64, external_price: f64) -> Result<f64, AmmError> {
        if amount == 0.0 {
            return Ok(0.0);
        }
        let price = self.quote / self.base;
        let (x, y) = match token_in {
            TokenIn::Base => (&mut self.base, &mut self.quote),
            TokenIn::Quote => (&mut self.quote, &mut self.base),
        };
        let out = swap::exact_in(*x, *y, amount, self.fee)?;
        let (grown, shrunk) = (x.try_add(amount)?, *y - out);
        if shrunk <= 0.0 {
            return Err(AmmError::InsufficientLiquidity { requested: out, available: *y });
        }
        (*x, *y) = (grown, shrunk);
        self.accounts.book(token_in, amount, out, self.fee, price, external_price);
        Ok(out)
    }

    fn step_all(&mut self, inputs: &PoolInputs) -> Result<(), AmmError> {
        self.accounts.begin_step();
        let external = inputs.external_price;
        self.accounts.quote_out = self.trade(TokenIn::Base, inputs.base_in, external)?;
        self.accounts.base_out = self.trade(TokenIn::Quote, inputs.quote_in, external)?;
        if self.arbitrage
            && external > 0.0
            && let Some(found) = arbitrage::external(self.base, self.quote, external, self.fee)?
        {
            self.trade(found.token_in, found.amount_in, external)?;
            self.accounts.arbitrage_profit = found.profit;
            self.accounts.arbitrage_total += found.profit;
        }
        // The price is a metric and must be a number.
        (self.quote).try_div(self.base).map(|_| ())
    }
}

impl Component for FloatPool {
    const KIND: &'static str = "amm/constant-product-float";
    type Params = FloatPoolParams;
    type Inputs = PoolInputs;
    type Metrics = FloatPoolMetrics;

    fn new(params: FloatPoolParams) -> Result<Self, ParamError> {
        params.check()?;
        let FloatPoolParams { base, quote, fee, arbitrage } = params;
        Ok(Self { base, quote, fee, arbitrage, accounts: Accounts::default() })
    }

    fn step(&mut self, inputs: &PoolInputs, _: &Clock, _: &mut Stream) -> Result<(), StepError> {
        inputs.check()?;
        let mut after = *self;
        after.step_all(inputs).map_err(StepError::caused_by)?;
        after.accounts.check()?;
        *self = after;
        Ok(())
    }

    fn metrics(&self) -> FloatPoolMetrics {
        let accounts = &self.accounts;
        FloatPoolMetrics {
            base: self.base,
            quote: self.quote,
            price: self.quote / self.base,
            fee: self.fee,
            base_out: accounts.base_out,
            quote_out: accounts.quote_out,
            volume: accounts.volume,
            arbitrage_profit: accounts.arbitrage_profit,
            arbitrage_total: accounts.arbitrage_total,
            fees: accounts.fees,
            versus_rebalancing: accounts.versus_rebalancing,
            trades: accounts.trades,
        }
    }
}
