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
//! change of probabilities leaves later draws where they were.
//!
//! Source: the noise trader of market microstructure; the FLASH notebook's external trader is the uniform case with sizes in tokens.
//!
//! Invariant: at most one of the two orders is positive.

use serde::{Deserialize, Serialize};
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
    /// Price at which sizes are turned into base [quote/base] -- input.
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

    fn step(&mut self, inputs: &RandomTraderInputs, _: &Clock, rng: &mut Stream) -> Result<(), StepError> {
        if !(inputs.price.is_finite() && inputs.price > 0.0) {
            return Err(StepError::domain("price", inputs.price, "finite, above 0"));
        }
        let (happens, side, size) = (rng.uniform(), rng.uniform(), rng.uniform());
        let mut shown = RandomTraderMetrics { trades: self.shown.trades, ..RandomTraderMetrics::default() };
        if happens < self.params.trade_probability {
            let mean = self.params.mean_size;
            let value = match self.params.size {
                OrderSize::Fixed => mean,
                OrderSize::Uniform => 2.0 * mean * size,
                OrderSize::Exponential => -mean * math::ln_1p(-size),
            };
            if side < self.params.buy_probability {
                shown.quote_in = StepError::finite("quote_in", value)?;
            } else {
                shown.base_in = StepError::finite("base_in", value / inputs.price)?;
            }
            shown.trades = shown.trades.saturating_add(1);
        }
        self.shown = shown;
        Ok(())
    }

    fn metrics(&self) -> RandomTraderMetrics {
        self.shown
    }
}
