//! The whole 1Hive economy as one component: `hive/economy`.

#![expect(
    clippy::inline_always,
    reason = "a loop over columns of runs becomes vector code only where these are inlined"
)]

use super::market::{self, Building, MarketInputs, MarketMetrics};
use super::price::{self, PriceInputs, PriceMetrics};
use super::supply::{self, Policy, SupplyInputs, SupplyMetrics};
use serde::{Deserialize, Serialize};
use te_core::{Machine, Mechanism, Now, OutOfRange, Params, Record, StepError, Watch};

/// Parameters of the economy: the notebook's seven, and its initial state.
#[derive(Clone, Copy, Debug, PartialEq, Params)]
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
    #[param(initial, default = 7473.0, min = 0.0, max = 1e15, unit = "HNY", soft_max = 50_000.0)]
    pub initial_reserve: f64,
    /// Tokens outside the common pool at the start.
    #[param(
        initial,
        default = 18765.0,
        min = 1e-6,
        max = 1e15,
        unit = "HNY",
        soft_min = 1_000.0,
        soft_max = 1e5
    )]
    pub initial_circulation: f64,
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

/// What the economy shows: the notebook's nine state variables and three series derived from them.
///
/// # Equations
/// ```text
/// total_supply = reserve' + circulation'
/// market_cap = total_supply * price'
/// ratio = reserve' / total_supply
/// ```
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

/// The whole economy.
pub type Economy = Machine<EconomyMonth>;

/// A month of the economy.
#[derive(Debug)]
pub enum EconomyMonth {}

/// The domain of the market cap, and what keeps it.
const MARKET_CAP: &str = "a finite number of USD: lower growth, initial_size or valuation_ratio";

impl Mechanism for EconomyMonth {
    const KIND: &'static str = "hive/economy";
    type Params = EconomyParams;
    type Terms = EconomyParams;
    type Inputs = ();
    type State = EconomyState;
    type Draws = ();
    type Metrics = EconomyMetrics;
    const EQUATIONS: &'static [&'static str] = &[
        SupplyMetrics::EQUATIONS,
        MarketMetrics::EQUATIONS,
        PriceMetrics::EQUATIONS,
        EconomyMetrics::EQUATIONS,
    ];

    fn start(params: &EconomyParams) -> EconomyState {
        EconomyState {
            supply: SupplyMetrics {
                reserve: params.initial_reserve,
                circulation: params.initial_circulation,
                netflow: 0.0,
                adjustment: 0.0,
            },
            market: MarketMetrics {
                size: params.initial_size,
                saturation: params.initial_saturation,
                production: params.initial_production,
                utility: params.initial_utility,
            },
            price: PriceMetrics { price: params.initial_price },
        }
    }

    #[inline(always)]
    fn step<W: Watch<Error = StepError>>(w: &mut W, now: Now<'_, Self>) -> EconomyState {
        let EconomyParams { throttle, outflow_boundary, target_reserve_ratio, .. } = *now.terms;
        let EconomyParams { valuation_ratio, productivity, maintenance, growth, .. } = *now.terms;
        let (of_supply, of_market, of_price) = now.state.inputs();
        let policy = Policy { throttle, outflow_boundary, target_reserve_ratio };
        let supply = supply::month(w, policy, &now.state.supply, of_supply);
        let building = Building { outflow_boundary, productivity, maintenance };
        let offer = market::offer(building, &now.state.market, of_market);
        let market = market::react(w, growth, &now.state.market, &offer);
        let price = price::month(w, valuation_ratio, of_price);
        let next = EconomyState { supply, market, price };
        let market_cap = next.market_cap();
        w.need(market_cap < f64::INFINITY, || OutOfRange::new("market_cap", market_cap, MARKET_CAP));
        next
    }

    #[inline(always)]
    fn show(_: &EconomyParams, state: &EconomyState) -> EconomyMetrics {
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
}
