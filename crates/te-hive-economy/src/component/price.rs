//! The price of the 1Hive economy as a component: `hive/price`.

#![expect(
    clippy::inline_always,
    reason = "a loop over columns of runs becomes vector code only where these are inlined"
)]

use super::market::{SATURATION, SIZE};
use super::supply::{PRICE, SUPPLY};
use crate::formulas::price;
use serde::{Deserialize, Serialize};
use te_core::{Machine, Mechanism, Now, OutOfRange, Params, Record, StepError, Watch};

/// Parameters of the price.
#[derive(Clone, Copy, Debug, PartialEq, Params)]
pub struct PriceParams {
    /// Ratio of market cap to monthly inflow when the market is saturated.
    #[param(default = 2.0, min = 0.5, max = 1e6, soft_max = 10.0, unit = "month", role = "environment")]
    pub valuation_ratio: f64,
    /// Price at the start.
    #[param(
        initial,
        default = 1.0,
        min = 1e-9,
        max = 1e12,
        unit = "USD/HNY",
        soft_min = 0.1,
        soft_max = 100.0
    )]
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
///
/// # Equations
/// ```text
/// supply = reserve + circulation
/// price' = size / supply * valuation_ratio / max(saturation, 0.5) / (circulation / supply)^2
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Record, Serialize, Deserialize)]
pub struct PriceMetrics {
    /// Price of a token.
    #[record(unit = "USD/HNY")]
    pub price: f64,
}

/// The price of a token.
pub type Price = Machine<PriceMonth>;

/// A month of the price.
#[derive(Debug)]
pub enum PriceMonth {}

/// The price after a month.
#[inline(always)]
pub(super) fn month<W: Watch<Error = StepError>>(
    w: &mut W,
    valuation_ratio: f64,
    inputs: PriceInputs,
) -> PriceMetrics {
    let PriceInputs { reserve, circulation, size, saturation } = inputs;
    let price = price(reserve, circulation, size, saturation, valuation_ratio);
    w.need((price > 0.0) & (price < f64::INFINITY), || refused(price, inputs));
    PriceMetrics { price }
}

/// What took the price out of its domain: the first input that is out of its own.
#[cold]
fn refused(price: f64, inputs: PriceInputs) -> OutOfRange {
    let PriceInputs { reserve, circulation, size, saturation } = inputs;
    let supply = reserve + circulation;
    let outside = |value: f64| value.is_nan() || value <= 0.0;
    if outside(circulation) {
        let domain = "(0, inf) HNY: a price needs tokens outside the common pool";
        OutOfRange::new("circulation", circulation, domain)
    } else if outside(supply) {
        OutOfRange::new("reserve + circulation", supply, SUPPLY)
    } else if outside(size) {
        OutOfRange::new("size", size, SIZE)
    } else if saturation.is_nan() {
        OutOfRange::new("saturation", saturation, SATURATION)
    } else {
        OutOfRange::new("price", price, PRICE)
    }
}

impl Mechanism for PriceMonth {
    const KIND: &'static str = "hive/price";
    type Params = PriceParams;
    type Terms = PriceParams;
    type Inputs = PriceInputs;
    type State = PriceMetrics;
    type Draws = ();
    type Metrics = PriceMetrics;

    fn start(params: &PriceParams) -> PriceMetrics {
        PriceMetrics { price: params.initial_price }
    }

    #[inline(always)]
    fn step<W: Watch<Error = StepError>>(w: &mut W, now: Now<'_, Self>) -> PriceMetrics {
        month(w, now.terms.valuation_ratio, *now.inputs)
    }

    #[inline(always)]
    fn show(_: &PriceParams, state: &PriceMetrics) -> PriceMetrics {
        *state
    }
}
