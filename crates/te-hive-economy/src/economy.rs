//! The whole 1Hive economy as one component: `hive/economy`.

#![expect(
    clippy::inline_always,
    reason = "a loop over columns of runs becomes vector code only where these are inlined"
)]

use crate::market::{self, MarketInputs, MarketMetrics, MarketSettings};
use crate::price::{self, PriceInputs, PriceMetrics, Valuation};
use crate::supply::{self, SupplyInputs, SupplyMetrics, SupplyPolicy};
use serde::{Deserialize, Serialize};
use te_core::lanes::{self, LaneForm, Laned};
use te_core::math;
use te_core::{Clock, Component, ParamError, Params, Record, StepError, Stream};

/// Parameters of the economy: the notebook's seven, and its initial state.
#[derive(Clone, Debug, PartialEq, Params)]
pub struct EconomyParams {
    /// Largest adjustment in a month as a share of the supply; 0 leaves it unbounded.
    #[param(default = 0.008, min = 0.0, max = 1.0, soft_max = 0.02, step = 0.001, unit = "1/month")]
    pub throttle: f64,
    /// Largest share of the common pool that can be spent in a month.
    #[param(default = 0.05, min = 0.0, max = 1.0, soft_max = 0.2, step = 0.005, unit = "1/month")]
    pub outflow_boundary: f64,
    /// Share of the supply that the common pool should hold.
    #[param(default = 0.2, above = 0.0, max = 1.0, step = 0.05, unit = "1")]
    pub target_reserve_ratio: f64,
    /// Ratio of market cap to monthly inflow when the market is saturated.
    #[param(default = 2.0, min = 0.5, max = 1e6, soft_max = 10.0, unit = "month", role = "environment")]
    pub valuation_ratio: f64,
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
    /// Tokens in the common pool at the start.
    #[param(default = 7473.0, min = 0.0, max = 1e15, unit = "HNY")]
    pub initial_reserve: f64,
    /// Tokens outside the common pool at the start.
    #[param(default = 18765.0, min = 1e-6, max = 1e15, unit = "HNY")]
    pub initial_circulation: f64,
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
    /// Price at the start.
    #[param(default = 1.0, min = 1e-9, max = 1e12, unit = "USD/HNY")]
    pub initial_price: f64,
}

/// What the economy shows: the notebook's nine state variables and three series derived from them.
#[derive(Clone, Copy, Debug, PartialEq, Record)]
pub struct EconomyMetrics {
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
    /// Productive capital.
    #[record(unit = "USD")]
    pub production: f64,
    /// Diminishing return on production.
    #[record(unit = "1")]
    pub utility: f64,
    /// Price of a token.
    #[record(unit = "USD/HNY")]
    pub price: f64,
    /// Tokens that flowed into the common pool in the last month, net of what was spent.
    #[record(unit = "HNY/month")]
    pub netflow: f64,
    /// Tokens minted (or, if negative, burned) in the last month.
    #[record(unit = "HNY/month")]
    pub adjustment: f64,
    /// Tokens in existence: reserve + circulation.
    #[record(unit = "HNY")]
    pub total_supply: f64,
    /// Value of all tokens: total supply times price.
    #[record(unit = "USD")]
    pub market_cap: f64,
    /// Share of the supply in the common pool.
    #[record(unit = "1")]
    pub ratio: f64,
}

/// What a run of the economy keeps.
#[derive(Clone, Copy, Debug, PartialEq, Record)]
pub struct EconomySettings {
    /// The supply's part.
    #[record(nested)]
    pub policy: SupplyPolicy,
    /// The market's part.
    #[record(nested)]
    pub market: MarketSettings,
    /// The price's part.
    #[record(nested)]
    pub valuation: Valuation,
}

/// What a month changes: the notebook's nine state variables.
#[derive(Clone, Copy, Debug, PartialEq, Record, Serialize, Deserialize)]
pub struct EconomyState {
    /// Reserve, circulation and what moved between them.
    #[record(nested)]
    pub supply: SupplyMetrics,
    /// The market.
    #[record(nested)]
    pub market: MarketMetrics,
    /// Price of a token.
    #[record(nested)]
    pub price: PriceMetrics,
}

impl EconomyState {
    /// What each part reads of the others: all of them the month before.
    #[inline(always)]
    fn inputs(&self) -> (SupplyInputs, MarketInputs, PriceInputs) {
        let SupplyMetrics { reserve, circulation, .. } = self.supply;
        let MarketMetrics { size, saturation, .. } = self.market;
        let PriceMetrics { price } = self.price;
        (
            SupplyInputs { size, saturation, price },
            MarketInputs { reserve, price },
            PriceInputs { reserve, circulation, size, saturation },
        )
    }

    #[inline(always)]
    fn total_supply(&self) -> f64 {
        self.supply.reserve + self.supply.circulation
    }

    #[inline(always)]
    fn market_cap(&self) -> f64 {
        self.total_supply() * self.price.price
    }
}

/// The 1Hive economy.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Economy {
    params: EconomyParams,
    state: EconomyState,
}

impl Component for Economy {
    const KIND: &'static str = "hive/economy";
    type Params = EconomyParams;
    type Inputs = ();
    type Metrics = EconomyMetrics;

    fn new(params: EconomyParams) -> Result<Self, ParamError> {
        params.check()?;
        let supply = SupplyMetrics {
            reserve: params.initial_reserve,
            circulation: params.initial_circulation,
            netflow: 0.0,
            adjustment: 0.0,
        };
        let market = MarketMetrics {
            size: params.initial_size,
            saturation: params.initial_saturation,
            production: params.initial_production,
            utility: params.initial_utility,
        };
        let price = PriceMetrics { price: params.initial_price };
        Ok(Self { params, state: EconomyState { supply, market, price } })
    }

    #[inline]
    fn step(&mut self, inputs: &(), clock: &Clock, rng: &mut Stream) -> Result<(), StepError> {
        lanes::step(self, inputs, clock, rng)
    }

    #[inline]
    fn metrics(&self) -> EconomyMetrics {
        shown(&self.state)
    }

    fn lane_form() -> Option<LaneForm<Self>> {
        Some(LaneForm::of())
    }
}

/// The domain of the market cap, and what keeps it.
const MARKET_CAP: &str = "a finite number of USD: lower growth, initial_size or valuation_ratio";

#[inline(always)]
fn shown(state: &EconomyState) -> EconomyMetrics {
    let SupplyMetrics { reserve, circulation, netflow, adjustment } = state.supply;
    let MarketMetrics { size, saturation, production, utility } = state.market;
    let total_supply = state.total_supply();
    EconomyMetrics {
        reserve,
        circulation,
        size,
        saturation,
        production,
        utility,
        price: state.price.price,
        netflow,
        adjustment,
        total_supply,
        market_cap: state.market_cap(),
        ratio: reserve / total_supply,
    }
}

impl Laned for Economy {
    type Fixed = EconomySettings;
    type State = EconomyState;
    type Draws = ();

    #[inline]
    fn fixed(&self) -> EconomySettings {
        let EconomyParams { throttle, outflow_boundary, target_reserve_ratio, .. } = self.params;
        let EconomyParams { valuation_ratio, productivity, maintenance, growth, .. } = self.params;
        EconomySettings {
            policy: SupplyPolicy { throttle, outflow_boundary, target_reserve_ratio },
            market: MarketSettings { outflow_boundary, productivity, maintenance, growth },
            valuation: Valuation { valuation_ratio },
        }
    }

    #[inline]
    fn state(&self) -> EconomyState {
        self.state
    }

    #[inline]
    fn set_state(&mut self, state: EconomyState) {
        self.state = state;
    }

    #[inline(always)]
    fn advance(
        &self,
        settings: &EconomySettings,
        state: &EconomyState,
        (): &(),
        (): &(),
        _: &Clock,
    ) -> (EconomyState, bool) {
        let (of_supply, of_market, of_price) = state.inputs();
        let (supply, before, _) = supply::month(&settings.policy, &state.supply, &of_supply);
        let (market, _) = market::advance(&settings.market, &state.market, &of_market);
        let (price, _) = price::advance(&settings.valuation, &of_price);
        let next = EconomyState { supply, market, price: PriceMetrics { price } };
        let least = math::min(
            math::min(math::min(before, supply.circulation), math::min(next.total_supply(), price)),
            math::min(market.saturation, market.size),
        );
        (next, (least > 0.0) & (next.market_cap() < f64::INFINITY))
    }

    fn fault(
        &self,
        settings: &EconomySettings,
        state: &EconomyState,
        (): &(),
        (): &(),
        clock: &Clock,
    ) -> StepError {
        let (of_supply, of_market, of_price) = state.inputs();
        let first = supply::fault(&settings.policy, &state.supply, &of_supply)
            .or_else(|| market::fault(&settings.market, &state.market, &of_market))
            .or_else(|| price::fault(settings.valuation, &of_price));
        first.unwrap_or_else(|| {
            let market_cap = self.advance(settings, state, &(), &(), clock).0.market_cap();
            StepError::domain("market_cap", market_cap, MARKET_CAP)
        })
    }

    #[inline(always)]
    fn show(&self, _: &EconomySettings, state: &EconomyState) -> EconomyMetrics {
        shown(state)
    }
}
