//! The market of the 1Hive economy as a component: `hive/market`.

#![expect(
    clippy::inline_always,
    reason = "a loop over columns of runs becomes vector code only where these are inlined"
)]

use crate::formulas::{production, saturation, utility};
use serde::{Deserialize, Serialize};
use te_core::lanes::LaneForm;
use te_core::{InHalves, Machine, Mechanism, Now, OutOfRange, Params, Record, StepError, Watch};

/// Parameters of the market.
#[derive(Clone, Copy, Debug, PartialEq, Params)]
pub struct MarketParams {
    /// Largest share of the common pool that can be spent in a month; the same as the supply's.
    #[param(default = 0.05, min = 0.0, max = 1.0, soft_max = 0.2, step = 0.005, unit = "1/month")]
    pub outflow_boundary: f64,
    /// Productive capital built by a dollar spent.
    #[param(default = 1.5, min = 0.0, max = 1e6, soft_max = 5.0, unit = "1", role = "environment")]
    pub productivity: f64,
    /// Share of productive capital worn out in a month.
    #[param(
        default = 0.1,
        min = 0.0,
        max = 1.0,
        unit = "1/month",
        role = "environment",
        alias = "maintainence"
    )]
    pub maintenance: f64,
    /// Growth of the market's size.
    #[param(
        default = 0.0,
        min = -0.5,
        max = 1.0,
        soft_min = 0.0,
        soft_max = 0.05,
        unit = "1/month",
        role = "environment"
    )]
    pub growth: f64,
    /// Size of the market at the start.
    #[param(
        initial,
        default = 5_318_016.0,
        min = 1e-6,
        max = 1e15,
        unit = "USD/month",
        role = "environment"
    )]
    pub initial_size: f64,
    /// Saturation at the start.
    #[param(initial, default = 0.0, min = 0.0, max = 1.0, unit = "1")]
    pub initial_saturation: f64,
    /// Productive capital at the start.
    #[param(initial, default = 0.0, min = 0.0, max = 1e15, unit = "USD", soft_max = 1e6)]
    pub initial_production: f64,
    /// Utility at the start.
    #[param(initial, default = 0.0, min = 0.0, max = 10.0, unit = "1", soft_max = 1.0)]
    pub initial_utility: f64,
}

/// What the market reads.
#[derive(Clone, Copy, Debug, PartialEq, Record)]
pub struct MarketInputs {
    /// Tokens in the common pool.
    #[record(unit = "HNY")]
    pub reserve: f64,
    /// Price of a token.
    #[record(unit = "USD/HNY")]
    pub price: f64,
}

/// What the market shows.
///
/// # Equations
/// ```text
/// spent = reserve * outflow_boundary / (1 + saturation^2)
/// production' = production * (1 - maintenance) + spent * productivity * price
/// utility' = 10 * production' / (production' + size)
/// saturation' = 1 / (1 + exp(6 - utility'))
/// size' = size * (1 + growth)
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Record, Serialize, Deserialize)]
pub struct MarketMetrics {
    /// Fiat inflow that the market could give in a month.
    #[record(unit = "USD/month")]
    pub size: f64,
    /// Share of that inflow which is captured.
    #[record(unit = "1")]
    pub saturation: f64,
    /// Productive capital.
    #[record(unit = "USD")]
    pub production: f64,
    /// Diminishing return on production.
    #[record(unit = "1")]
    pub utility: f64,
}

/// Production, utility and saturation of a market.
pub type Market = Machine<MarketMonth>;

/// A month of the market.
#[derive(Debug)]
pub enum MarketMonth {}

/// What the market has built and what that is worth, before the market reacts.
#[derive(Clone, Copy, Debug, PartialEq, Record)]
pub struct Offer {
    /// Productive capital.
    #[record(unit = "USD")]
    pub production: f64,
    /// Diminishing return on production.
    #[record(unit = "1")]
    pub utility: f64,
}

/// The domain of the saturation, and what keeps it.
pub(super) const SATURATION: &str =
    "(0, 1]: production must be a number >= 0; lower initial_production or productivity";

/// The domain of the size, and what keeps it.
pub(super) const SIZE: &str = "(0, inf) USD/month: bring growth nearer to 0";

/// What production follows: outflow boundary, productivity, maintenance.
#[derive(Clone, Copy, Debug)]
pub(super) struct Building {
    pub(super) outflow_boundary: f64,
    pub(super) productivity: f64,
    pub(super) maintenance: f64,
}

/// The first half of a month: production and its utility.
#[inline(always)]
pub(super) fn offer(building: Building, state: &MarketMetrics, inputs: MarketInputs) -> Offer {
    let Building { outflow_boundary, productivity, maintenance } = building;
    let MarketInputs { reserve, price } = inputs;
    let production = production(
        state.production,
        maintenance,
        reserve,
        outflow_boundary,
        state.saturation,
        productivity,
        price,
    );
    Offer { production, utility: utility(production, state.size) }
}

/// The second half: saturation and size.
#[inline(always)]
pub(super) fn react<W: Watch<Error = StepError>>(
    w: &mut W,
    growth: f64,
    state: &MarketMetrics,
    offer: &Offer,
) -> MarketMetrics {
    let size = state.size * (1.0 + growth);
    w.need(size > 0.0, || OutOfRange::new("size", size, SIZE));
    let saturation = saturation(offer.utility);
    // Above 1 it cannot be.
    w.need(saturation > 0.0, || OutOfRange::new("saturation", saturation, SATURATION));
    MarketMetrics { size, saturation, production: offer.production, utility: offer.utility }
}

impl Mechanism for MarketMonth {
    const KIND: &'static str = "hive/market";
    type Params = MarketParams;
    type Terms = MarketParams;
    type Inputs = MarketInputs;
    type State = MarketMetrics;
    type Draws = ();
    type Metrics = MarketMetrics;

    fn start(params: &MarketParams) -> MarketMetrics {
        MarketMetrics {
            size: params.initial_size,
            saturation: params.initial_saturation,
            production: params.initial_production,
            utility: params.initial_utility,
        }
    }

    #[inline(always)]
    fn step<W: Watch<Error = StepError>>(w: &mut W, now: Now<'_, Self>) -> MarketMetrics {
        Self::second(w, now, &Self::first(now))
    }

    #[inline(always)]
    fn show(_: &MarketParams, state: &MarketMetrics) -> MarketMetrics {
        *state
    }

    fn lanes() -> LaneForm<Market> {
        LaneForm::in_halves()
    }
}

impl InHalves for MarketMonth {
    type Half = Offer;

    #[inline(always)]
    fn first(now: Now<'_, Self>) -> Offer {
        let MarketParams { outflow_boundary, productivity, maintenance, .. } = *now.terms;
        offer(Building { outflow_boundary, productivity, maintenance }, now.state, *now.inputs)
    }

    #[inline(always)]
    fn second<W: Watch<Error = StepError>>(w: &mut W, now: Now<'_, Self>, offer: &Offer) -> MarketMetrics {
        react(w, now.terms.growth, now.state, offer)
    }
}
