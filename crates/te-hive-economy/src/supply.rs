//! The token supply of the 1Hive economy as a component: `hive/supply`.

#![expect(
    clippy::inline_always,
    reason = "a loop over columns of runs becomes vector code only where these are inlined"
)]

use serde::{Deserialize, Serialize};
use te_core::lanes::{self, LaneForm, Laned};
use te_core::{Clock, Component, ParamError, Params, Record, StepError, Stream};
use te_issuance::hive_supply::{adjustment, covered, inflow, outflow, ratio_error};

/// Parameters of the supply.
#[derive(Clone, Debug, PartialEq, Params)]
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
    #[param(default = 7473.0, min = 0.0, max = 1e15, unit = "HNY")]
    pub initial_reserve: f64,
    /// Tokens outside the common pool at the start.
    #[param(default = 18765.0, min = 1e-6, max = 1e15, unit = "HNY")]
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
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Supply {
    params: SupplyParams,
    state: SupplyMetrics,
}

/// What a run of the supply keeps.
#[derive(Clone, Copy, Debug, PartialEq, Record)]
pub struct SupplyPolicy {
    /// Largest adjustment in a month as a share of the supply; 0 leaves it unbounded.
    #[record(unit = "1/month")]
    pub throttle: f64,
    /// Largest share of the common pool that can be spent in a month.
    #[record(unit = "1/month")]
    pub outflow_boundary: f64,
    /// Share of the supply that the common pool should hold.
    #[record(unit = "1")]
    pub target_reserve_ratio: f64,
}

/// One month of supply, the supply before issuance, and whether price, circulation and supply are in their domain.
#[inline(always)]
pub(crate) fn month(
    policy: &SupplyPolicy,
    state: &SupplyMetrics,
    inputs: &SupplyInputs,
) -> (SupplyMetrics, f64, bool) {
    let out = outflow(state.reserve, policy.outflow_boundary, inputs.saturation);
    let netflow = inflow(inputs.size, inputs.saturation, inputs.price) - out;
    let (reserve, circulation) = (state.reserve + netflow, state.circulation - netflow);
    let supply = reserve + circulation;
    let error = ratio_error(reserve, supply, policy.target_reserve_ratio);
    let adjustment = covered(adjustment(error, policy.throttle, supply), reserve);
    let next =
        SupplyMetrics { reserve: state.reserve + netflow + adjustment, circulation, netflow, adjustment };
    // Written so that NaN fails it too.
    let well = (inputs.price > 0.0)
        & (supply > 0.0)
        & (next.circulation > 0.0)
        & (next.reserve + next.circulation > 0.0);
    (next, supply, well)
}

/// One month of supply, and whether all is well.
#[inline(always)]
pub(crate) fn advance(
    policy: &SupplyPolicy,
    state: &SupplyMetrics,
    inputs: &SupplyInputs,
) -> (SupplyMetrics, bool) {
    let (next, _, well) = month(policy, state, inputs);
    (next, well)
}

/// The domain of the price, and what keeps it.
pub(crate) const PRICE: &str = "(0, inf) USD/HNY: a market of some size and a pool that is small beside the circulation; raise initial_size or \
     initial_circulation, or lower initial_reserve";

/// The domain of the circulation, and what keeps it.
pub(crate) const CIRCULATION: &str = "(0, inf) HNY: the market buys all that circulates; raise valuation_ratio or initial_circulation, or lower growth, \
     initial_saturation or initial_size";

/// The domain of the supply, and what keeps it.
pub(crate) const SUPPLY: &str = "(0, inf) HNY: raise initial_circulation, or lower initial_reserve";

/// Which of price, circulation and supply left its domain, where one did.
pub(crate) fn fault(
    policy: &SupplyPolicy,
    state: &SupplyMetrics,
    inputs: &SupplyInputs,
) -> Option<StepError> {
    let (next, supply, well) = month(policy, state, inputs);
    let (price, total) = (inputs.price, next.reserve + next.circulation);
    match () {
        () if well => None,
        () if price.is_nan() || price <= 0.0 => {
            Some(StepError::domain("price", price, "(0, inf) USD/HNY: an inflow buys tokens at a price"))
        }
        () if supply.is_nan() || supply <= 0.0 => {
            Some(StepError::domain("reserve + circulation before issuance", supply, SUPPLY))
        }
        () if next.circulation.is_nan() || next.circulation <= 0.0 => {
            Some(StepError::domain("circulation", next.circulation, CIRCULATION))
        }
        () => Some(StepError::domain("reserve + circulation", total, SUPPLY)),
    }
}

impl Component for Supply {
    const KIND: &'static str = "hive/supply";
    type Params = SupplyParams;
    type Inputs = SupplyInputs;
    type Metrics = SupplyMetrics;

    fn new(params: SupplyParams) -> Result<Self, ParamError> {
        params.check()?;
        let (reserve, circulation) = (params.initial_reserve, params.initial_circulation);
        Ok(Self { params, state: SupplyMetrics { reserve, circulation, netflow: 0.0, adjustment: 0.0 } })
    }

    #[inline]
    fn step(&mut self, inputs: &SupplyInputs, clock: &Clock, rng: &mut Stream) -> Result<(), StepError> {
        lanes::step(self, inputs, clock, rng)
    }

    #[inline]
    fn metrics(&self) -> SupplyMetrics {
        self.state
    }

    fn lane_form() -> Option<LaneForm<Self>> {
        Some(LaneForm::of())
    }
}

impl Laned for Supply {
    type Fixed = SupplyPolicy;
    type State = SupplyMetrics;
    type Draws = ();

    #[inline]
    fn fixed(&self) -> SupplyPolicy {
        let SupplyParams { throttle, outflow_boundary, target_reserve_ratio, .. } = self.params;
        SupplyPolicy { throttle, outflow_boundary, target_reserve_ratio }
    }

    #[inline]
    fn state(&self) -> SupplyMetrics {
        self.state
    }

    #[inline]
    fn set_state(&mut self, state: SupplyMetrics) {
        self.state = state;
    }

    #[inline(always)]
    fn advance(
        &self,
        policy: &SupplyPolicy,
        state: &SupplyMetrics,
        inputs: &SupplyInputs,
        (): &(),
        _: &Clock,
    ) -> (SupplyMetrics, bool) {
        advance(policy, state, inputs)
    }

    fn fault(
        &self,
        policy: &SupplyPolicy,
        state: &SupplyMetrics,
        inputs: &SupplyInputs,
        (): &(),
        _: &Clock,
    ) -> StepError {
        fault(policy, state, inputs).unwrap_or_else(|| lanes::unexplained(Self::KIND))
    }

    #[inline(always)]
    fn show(&self, _: &SupplyPolicy, state: &SupplyMetrics) -> SupplyMetrics {
        *state
    }
}
