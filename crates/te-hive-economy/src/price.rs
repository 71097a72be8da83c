//! The price of the 1Hive economy as a component: `hive/price`.

#![expect(
    clippy::inline_always,
    reason = "a loop over columns of runs becomes vector code only where these are inlined"
)]

use crate::formulas::price;
use crate::market::{SATURATION, SIZE};
use crate::supply::{PRICE, SUPPLY};
use serde::{Deserialize, Serialize};
use te_core::lanes::{self, LaneForm, Laned};
use te_core::{Clock, Component, ParamError, Params, Record, StepError, Stream};

/// Parameters of the price.
#[derive(Clone, Debug, PartialEq, Params)]
pub struct PriceParams {
    /// Ratio of market cap to monthly inflow when the market is saturated.
    #[param(default = 2.0, min = 0.5, max = 1e6, soft_max = 10.0, unit = "month", role = "environment")]
    pub valuation_ratio: f64,
    /// Price at the start.
    #[param(default = 1.0, min = 1e-9, max = 1e12, unit = "USD/HNY")]
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

/// What a run of the price keeps.
#[derive(Clone, Copy, Debug, PartialEq, Record)]
pub struct Valuation {
    /// Ratio of market cap to monthly inflow when the market is saturated.
    #[record(unit = "month")]
    pub valuation_ratio: f64,
}

/// The price after a month, and whether it is positive and finite.
#[inline(always)]
pub(crate) fn advance(valuation: &Valuation, inputs: &PriceInputs) -> (f64, bool) {
    let PriceInputs { reserve, circulation, size, saturation } = *inputs;
    let next = price(reserve, circulation, size, saturation, valuation.valuation_ratio);
    (next, (next > 0.0) & (next < f64::INFINITY))
}

/// That the price left its domain, where it did.
pub(crate) fn fault(valuation: Valuation, inputs: &PriceInputs) -> Option<StepError> {
    let (next, well) = advance(&valuation, inputs);
    let PriceInputs { reserve, circulation, size, saturation } = *inputs;
    let above = |name, value: f64, domain| {
        (value.is_nan() || value <= 0.0).then(|| StepError::domain(name, value, domain))
    };
    let of_inputs = || {
        above("circulation", circulation, "(0, inf) HNY: a price needs tokens outside the common pool")
            .or_else(|| above("reserve + circulation", reserve + circulation, SUPPLY))
            .or_else(|| above("size", size, SIZE))
            .or_else(|| saturation.is_nan().then(|| StepError::domain("saturation", saturation, SATURATION)))
    };
    (!well).then(|| of_inputs().unwrap_or_else(|| StepError::domain("price", next, PRICE)))
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
    fn step(&mut self, inputs: &PriceInputs, clock: &Clock, rng: &mut Stream) -> Result<(), StepError> {
        lanes::step(self, inputs, clock, rng)
    }

    #[inline]
    fn metrics(&self) -> PriceMetrics {
        self.state
    }

    fn lane_form() -> Option<LaneForm<Self>> {
        Some(LaneForm::of())
    }
}

impl Laned for Price {
    type Fixed = Valuation;
    type State = PriceMetrics;
    type Draws = ();

    #[inline]
    fn fixed(&self) -> Valuation {
        Valuation { valuation_ratio: self.params.valuation_ratio }
    }

    #[inline]
    fn state(&self) -> PriceMetrics {
        self.state
    }

    #[inline]
    fn set_state(&mut self, state: PriceMetrics) {
        self.state = state;
    }

    #[inline(always)]
    fn advance(
        &self,
        valuation: &Valuation,
        _: &PriceMetrics,
        inputs: &PriceInputs,
        (): &(),
        _: &Clock,
    ) -> (PriceMetrics, bool) {
        let (price, well) = advance(valuation, inputs);
        (PriceMetrics { price }, well)
    }

    fn fault(
        &self,
        valuation: &Valuation,
        _: &PriceMetrics,
        inputs: &PriceInputs,
        (): &(),
        _: &Clock,
    ) -> StepError {
        fault(*valuation, inputs).unwrap_or_else(|| lanes::unexplained(Self::KIND))
    }

    #[inline(always)]
    fn show(&self, _: &Valuation, state: &PriceMetrics) -> PriceMetrics {
        *state
    }
}
