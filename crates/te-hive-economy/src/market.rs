//! The market of the 1Hive economy as a component: `hive/market`.

#![expect(
    clippy::inline_always,
    reason = "a loop over columns of runs becomes vector code only where these are inlined"
)]

use crate::formulas::{production, saturation, utility};
use serde::{Deserialize, Serialize};
use te_core::lanes::{self, Halved, LaneForm, Laned};
use te_core::{Clock, Component, ParamError, Params, Record, StepError, Stream};

/// Parameters of the market.
#[derive(Clone, Debug, PartialEq, Params)]
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
    #[param(default = 5_318_016.0, min = 1e-6, max = 1e15, unit = "USD/month", role = "environment")]
    pub initial_size: f64,
    /// Saturation at the start.
    #[param(default = 0.0, min = 0.0, max = 1.0, unit = "1")]
    pub initial_saturation: f64,
    /// Productive capital at the start.
    #[param(default = 0.0, min = 0.0, max = 1e15, unit = "USD")]
    pub initial_production: f64,
    /// Utility at the start.
    #[param(default = 0.0, min = 0.0, max = 10.0, unit = "1")]
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
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Market {
    params: MarketParams,
    state: MarketMetrics,
}

/// What a run of the market keeps.
#[derive(Clone, Copy, Debug, PartialEq, Record)]
pub struct MarketSettings {
    /// Largest share of the common pool that can be spent in a month.
    #[record(unit = "1/month")]
    pub outflow_boundary: f64,
    /// Productive capital built by a dollar spent.
    #[record(unit = "1")]
    pub productivity: f64,
    /// Share of productive capital worn out in a month.
    #[record(unit = "1/month")]
    pub maintenance: f64,
    /// Growth of the market's size.
    #[record(unit = "1/month")]
    pub growth: f64,
}

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

/// The first half of a month: production and its utility.
#[inline(always)]
fn offer(settings: &MarketSettings, state: &MarketMetrics, inputs: &MarketInputs) -> Offer {
    let MarketSettings { outflow_boundary, productivity, maintenance, .. } = *settings;
    let (reserve, price) = (inputs.reserve, inputs.price);
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

/// The second half: saturation and size, and whether they are in their domain.
#[inline(always)]
fn react(settings: &MarketSettings, state: &MarketMetrics, offer: &Offer) -> (MarketMetrics, bool) {
    let next = MarketMetrics {
        size: state.size * (1.0 + settings.growth),
        saturation: saturation(offer.utility),
        production: offer.production,
        utility: offer.utility,
    };
    // Above 1 it cannot be, and NaN fails both.
    (next, (next.saturation > 0.0) & (next.size > 0.0))
}

/// One month of market, and whether all is well.
#[inline(always)]
pub(crate) fn advance(
    settings: &MarketSettings,
    state: &MarketMetrics,
    inputs: &MarketInputs,
) -> (MarketMetrics, bool) {
    react(settings, state, &offer(settings, state, inputs))
}

/// The domain of the saturation, and what keeps it.
pub(crate) const SATURATION: &str =
    "(0, 1]: production must be a number >= 0; lower initial_production or productivity";

/// The domain of the size, and what keeps it.
pub(crate) const SIZE: &str = "(0, inf) USD/month: bring growth nearer to 0";

/// Which of saturation and size left its domain, where one did.
pub(crate) fn fault(
    settings: &MarketSettings,
    state: &MarketMetrics,
    inputs: &MarketInputs,
) -> Option<StepError> {
    match advance(settings, state, inputs) {
        (_, true) => None,
        (next, false) if next.size > 0.0 => {
            Some(StepError::domain("saturation", next.saturation, SATURATION))
        }
        (next, false) => Some(StepError::domain("size", next.size, SIZE)),
    }
}

impl Component for Market {
    const KIND: &'static str = "hive/market";
    type Params = MarketParams;
    type Inputs = MarketInputs;
    type Metrics = MarketMetrics;

    fn new(params: MarketParams) -> Result<Self, ParamError> {
        params.check()?;
        let state = MarketMetrics {
            size: params.initial_size,
            saturation: params.initial_saturation,
            production: params.initial_production,
            utility: params.initial_utility,
        };
        Ok(Self { params, state })
    }

    #[inline]
    fn step(&mut self, inputs: &MarketInputs, clock: &Clock, rng: &mut Stream) -> Result<(), StepError> {
        lanes::step(self, inputs, clock, rng)
    }

    #[inline]
    fn metrics(&self) -> MarketMetrics {
        self.state
    }

    fn lane_form() -> Option<LaneForm<Self>> {
        Some(LaneForm::in_halves())
    }
}

impl Laned for Market {
    type Fixed = MarketSettings;
    type State = MarketMetrics;
    type Draws = ();

    #[inline]
    fn fixed(&self) -> MarketSettings {
        let MarketParams { outflow_boundary, productivity, maintenance, growth, .. } = self.params;
        MarketSettings { outflow_boundary, productivity, maintenance, growth }
    }

    #[inline]
    fn state(&self) -> MarketMetrics {
        self.state
    }

    #[inline]
    fn set_state(&mut self, state: MarketMetrics) {
        self.state = state;
    }

    #[inline(always)]
    fn advance(
        &self,
        settings: &MarketSettings,
        state: &MarketMetrics,
        inputs: &MarketInputs,
        (): &(),
        _: &Clock,
    ) -> (MarketMetrics, bool) {
        advance(settings, state, inputs)
    }

    fn fault(
        &self,
        settings: &MarketSettings,
        state: &MarketMetrics,
        inputs: &MarketInputs,
        (): &(),
        _: &Clock,
    ) -> StepError {
        fault(settings, state, inputs).unwrap_or_else(|| lanes::unexplained(Self::KIND))
    }

    #[inline(always)]
    fn show(&self, _: &MarketSettings, state: &MarketMetrics) -> MarketMetrics {
        *state
    }
}

impl Halved for Market {
    type Half = Offer;

    #[inline(always)]
    fn first(
        &self,
        settings: &MarketSettings,
        state: &MarketMetrics,
        inputs: &MarketInputs,
        (): &(),
        _: &Clock,
    ) -> Offer {
        offer(settings, state, inputs)
    }

    #[inline(always)]
    fn second(
        &self,
        settings: &MarketSettings,
        state: &MarketMetrics,
        _: &MarketInputs,
        (): &(),
        offer: &Offer,
        _: &Clock,
    ) -> (MarketMetrics, bool) {
        react(settings, state, offer)
    }
}
