//! The whole 1Hive economy as one component: `hive/economy`.

use crate::market::{self, MarketInputs, MarketMetrics, MarketSettings};
use crate::price::{self, PriceInputs};
use crate::supply::{self, SupplyInputs, SupplyMetrics};
use serde::{Deserialize, Serialize};
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
    #[param(default = 2.0, above = 0.0, soft_max = 10.0, unit = "month", role = "environment")]
    pub valuation_ratio: f64,
    /// Productive capital built by a dollar spent.
    #[param(default = 1.5, min = 0.0, soft_max = 5.0, unit = "1", role = "environment")]
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
    #[param(default = 0.0, above = -1.0, soft_min = 0.0, soft_max = 0.05, unit = "1/month", role = "environment")]
    pub growth: f64,
    /// Tokens in the common pool at the start.
    #[param(default = 7473.0, min = 0.0, unit = "HNY")]
    pub initial_reserve: f64,
    /// Tokens outside the common pool at the start.
    #[param(default = 18765.0, above = 0.0, unit = "HNY")]
    pub initial_circulation: f64,
    /// Size of the market at the start.
    #[param(default = 5_318_016.0, above = 0.0, unit = "USD/month", role = "environment")]
    pub initial_size: f64,
    /// Saturation at the start.
    #[param(default = 0.0, min = 0.0, max = 1.0, unit = "1")]
    pub initial_saturation: f64,
    /// Productive capital at the start.
    #[param(default = 0.0, min = 0.0, unit = "USD")]
    pub initial_production: f64,
    /// Utility at the start.
    #[param(default = 0.0, min = 0.0, max = 10.0, unit = "1")]
    pub initial_utility: f64,
    /// Price at the start.
    #[param(default = 1.0, above = 0.0, unit = "USD/HNY")]
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

/// The 1Hive economy.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Economy {
    params: EconomyParams,
    supply: SupplyMetrics,
    market: MarketMetrics,
    price: f64,
}

impl Component for Economy {
    const KIND: &'static str = "hive/economy";
    type Params = EconomyParams;
    type Inputs = ();
    type Metrics = EconomyMetrics;

    fn new(params: EconomyParams) -> Result<Self, ParamError> {
        params.check()?;
        if !(params.initial_reserve + params.initial_circulation).is_finite() {
            return Err(ParamError::cross("initial_reserve + initial_circulation overflows"));
        }
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
        let price = params.initial_price;
        Ok(Self { params, supply, market, price })
    }

    #[inline]
    fn step(&mut self, (): &(), _: &Clock, _: &mut Stream) -> Result<(), StepError> {
        let p = &self.params;
        let SupplyMetrics { reserve, circulation, .. } = self.supply;
        let MarketMetrics { size, saturation, .. } = self.market;
        let price = self.price;
        let settings = MarketSettings {
            outflow_boundary: p.outflow_boundary,
            productivity: p.productivity,
            maintenance: p.maintenance,
            growth: p.growth,
        };
        let supply_inputs = SupplyInputs { size, saturation, price };
        let supply = supply::advance(
            &self.supply,
            &supply_inputs,
            p.throttle,
            p.outflow_boundary,
            p.target_reserve_ratio,
        )?;
        let market = market::advance(&self.market, &MarketInputs { reserve, price }, &settings)?;
        let price_inputs = PriceInputs { reserve, circulation, size, saturation };
        self.price = price::advance(&price_inputs, p.valuation_ratio)?;
        self.supply = supply;
        self.market = market;
        Ok(())
    }

    #[inline]
    fn metrics(&self) -> EconomyMetrics {
        let SupplyMetrics { reserve, circulation, netflow, adjustment } = self.supply;
        let MarketMetrics { size, saturation, production, utility } = self.market;
        let price = self.price;
        let total_supply = reserve + circulation;
        EconomyMetrics {
            reserve,
            circulation,
            size,
            saturation,
            production,
            utility,
            price,
            netflow,
            adjustment,
            total_supply,
            market_cap: total_supply * price,
            ratio: reserve / total_supply,
        }
    }
}
