//! The price of the 1Hive economy as a component: `hive/price`.

use crate::formulas::price;
use serde::{Deserialize, Serialize};
use te_core::{Clock, Component, ParamError, Params, Record, StepError, Stream};

/// Parameters of the price.
#[derive(Clone, Debug, PartialEq, Params)]
pub struct PriceParams {
    /// Ratio of market cap to monthly inflow when the market is saturated.
    #[param(default = 2.0, above = 0.0, soft_max = 10.0, unit = "month", role = "environment")]
    pub valuation_ratio: f64,
    /// Price at the start.
    #[param(default = 1.0, above = 0.0, unit = "USD/HNY")]
    pub initial_price: f64,
}

/// What the price reads.
#[derive(Clone, Copy, Debug, PartialEq, Record)]
pub struct PriceInputs {
    /// Tokens in the common pool.
    #[record(unit = "HNY")]
    pub reserve: f64,
    /// Tokens outside the common pool.
    #[record(unit = "HNY")]
    pub circulation: f64,
    /// Fiat inflow that the market could give in a month.
    #[record(unit = "USD/month")]
    pub size: f64,
    /// Share of that inflow which is captured.
    #[record(unit = "1")]
    pub saturation: f64,
}

/// What the price shows.
#[derive(Clone, Copy, Debug, PartialEq, Record, Serialize, Deserialize)]
pub struct PriceMetrics {
    /// Price of a token.
    #[record(unit = "USD/HNY")]
    pub price: f64,
}

/// The price of a token.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Price {
    params: PriceParams,
    state: PriceMetrics,
}

/// The price after a month.
///
/// # Errors
/// [`StepError`] where it is not positive and finite.
#[inline]
pub(crate) fn advance(inputs: &PriceInputs, valuation_ratio: f64) -> Result<f64, StepError> {
    let next = price(inputs.reserve, inputs.circulation, inputs.size, inputs.saturation, valuation_ratio);
    if next > 0.0 && next < f64::INFINITY {
        Ok(next)
    } else {
        Err(StepError::domain("price", next, "(0, inf) USD/HNY"))
    }
}

impl Component for Price {
    const KIND: &'static str = "hive/price";
    type Params = PriceParams;
    type Inputs = PriceInputs;
    type Metrics = PriceMetrics;

    fn new(params: PriceParams) -> Result<Self, ParamError> {
        params.check()?;
        let price = params.initial_price;
        Ok(Self { params, state: PriceMetrics { price } })
    }

    #[inline]
    fn step(&mut self, inputs: &PriceInputs, _: &Clock, _: &mut Stream) -> Result<(), StepError> {
        self.state.price = advance(inputs, self.params.valuation_ratio)?;
        Ok(())
    }

    #[inline]
    fn metrics(&self) -> PriceMetrics {
        self.state
    }
}
