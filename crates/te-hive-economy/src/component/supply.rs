//! The token supply of the 1Hive economy as a component: `hive/supply`.

#![expect(
    clippy::inline_always,
    reason = "a loop over columns of runs becomes vector code only where these are inlined"
)]

use serde::{Deserialize, Serialize};
use te_core::{Machine, Mechanism, Now, OutOfRange, Params, Record, StepError, Watch};
use te_issuance::hive_supply::{adjustment, covered, inflow, outflow, ratio_error};

/// Parameters of the supply.
#[derive(Clone, Copy, Debug, PartialEq, Params)]
pub struct SupplyParams {
    /// Largest adjustment in a month as a share of the supply; 0 leaves it unbounded.
    #[param(default = 0.008, min = 0.0, max = 1.0, soft_max = 0.02, step = 0.001, unit = "1/month")]
    pub throttle: f64,
    /// Largest share of the common pool that can be spent in a month.
    #[param(default = 0.05, min = 0.0, max = 1.0, soft_max = 0.2, step = 0.005, unit = "1/month")]
    pub outflow_boundary: f64,
    /// Share of the supply that the common pool should hold.
    #[param(default = 0.2, above = 0.0, max = 1.0, step = 0.05, unit = "1")]
    pub target_reserve_ratio: f64,
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
}

/// What the supply reads.
#[derive(Clone, Copy, Debug, PartialEq, Record)]
pub struct SupplyInputs {
    /// Fiat inflow that the market could give in a month.
    #[record(unit = "USD/month")]
    pub size: f64,
    /// Share of that inflow which is captured.
    #[record(unit = "1")]
    pub saturation: f64,
    /// Price of a token.
    #[record(unit = "USD/HNY")]
    pub price: f64,
}

/// What the supply shows.
///
/// # Equations
/// ```text
/// netflow = size * saturation / price - reserve * outflow_boundary / (saturation + 1)
/// supply = reserve + circulation
/// error = (1 - (reserve + netflow) / supply / target_reserve_ratio) / 12
/// adjustment = max(clamp(error, -throttle, throttle) * supply, -(reserve + netflow)) -- throttle 0 leaves the error unbounded
/// reserve' = reserve + netflow + adjustment
/// circulation' = circulation - netflow
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Record, Serialize, Deserialize)]
pub struct SupplyMetrics {
    /// Tokens in the common pool.
    #[record(unit = "HNY")]
    pub reserve: f64,
    /// Tokens outside the common pool.
    #[record(unit = "HNY")]
    pub circulation: f64,
    /// Tokens that flowed into the common pool in the last month, net of what was spent.
    #[record(unit = "HNY/month")]
    pub netflow: f64,
    /// Tokens minted (or, if negative, burned) in the last month.
    #[record(unit = "HNY/month")]
    pub adjustment: f64,
}

/// Reserve, circulation and the issuance between them.
pub type Supply = Machine<SupplyMonth>;

/// A month of the supply.
#[derive(Debug)]
pub enum SupplyMonth {}

/// The domain of the price, and what keeps it.
pub(super) const PRICE: &str = "(0, inf) USD/HNY: a market of some size and a pool that is small beside the circulation; raise initial_size or \
     initial_circulation, or lower initial_reserve";

/// The domain of the circulation, and what keeps it.
pub(super) const CIRCULATION: &str = "(0, inf) HNY: the market buys all that circulates; raise valuation_ratio or initial_circulation, or lower growth, \
     initial_saturation or initial_size";

/// The domain of the supply, and what keeps it.
pub(super) const SUPPLY: &str = "(0, inf) HNY: raise initial_circulation, or lower initial_reserve";

/// What a community sets of the supply: throttle, outflow boundary, target reserve ratio.
#[derive(Clone, Copy, Debug)]
pub(super) struct Policy {
    pub(super) throttle: f64,
    pub(super) outflow_boundary: f64,
    pub(super) target_reserve_ratio: f64,
}

/// One month of supply.
#[inline(always)]
pub(super) fn month<W: Watch<Error = StepError>>(
    w: &mut W,
    policy: Policy,
    state: &SupplyMetrics,
    inputs: SupplyInputs,
) -> SupplyMetrics {
    let SupplyInputs { size, saturation, price } = inputs;
    w.need(price > 0.0, || {
        OutOfRange::new("price", price, "(0, inf) USD/HNY: an inflow buys tokens at a price")
    });
    let netflow =
        inflow(size, saturation, price) - outflow(state.reserve, policy.outflow_boundary, saturation);
    let (reserve, circulation) = (state.reserve + netflow, state.circulation - netflow);
    let supply = reserve + circulation;
    w.need(supply > 0.0, || OutOfRange::new("reserve + circulation before issuance", supply, SUPPLY));
    w.need(circulation > 0.0, || OutOfRange::new("circulation", circulation, CIRCULATION));
    let error = ratio_error(reserve, supply, policy.target_reserve_ratio);
    let adjustment = covered(adjustment(error, policy.throttle, supply), reserve);
    let next =
        SupplyMetrics { reserve: state.reserve + netflow + adjustment, circulation, netflow, adjustment };
    let total = next.reserve + circulation;
    w.need(total > 0.0, || OutOfRange::new("reserve + circulation", total, SUPPLY));
    next
}

impl Mechanism for SupplyMonth {
    const KIND: &'static str = "hive/supply";
    type Params = SupplyParams;
    type Terms = SupplyParams;
    type Inputs = SupplyInputs;
    type State = SupplyMetrics;
    type Draws = ();
    type Metrics = SupplyMetrics;

    fn start(params: &SupplyParams) -> SupplyMetrics {
        let (reserve, circulation) = (params.initial_reserve, params.initial_circulation);
        SupplyMetrics { reserve, circulation, netflow: 0.0, adjustment: 0.0 }
    }

    #[inline(always)]
    fn step<W: Watch<Error = StepError>>(w: &mut W, now: Now<'_, Self>) -> SupplyMetrics {
        let SupplyParams { throttle, outflow_boundary, target_reserve_ratio, .. } = *now.terms;
        let policy = Policy { throttle, outflow_boundary, target_reserve_ratio };
        month(w, policy, now.state, *now.inputs)
    }

    #[inline(always)]
    fn show(_: &SupplyParams, state: &SupplyMetrics) -> SupplyMetrics {
        *state
    }
}
