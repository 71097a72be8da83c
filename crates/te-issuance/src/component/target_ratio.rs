//! A pool steered towards a share of the supply, in f64. Equations are those of [`crate::target_ratio`].
//!
//! In a step first the flow between pool and circulation happens, then the adjustment for the length of the step.
//! Which yearly change of the supply a throttle allows is the metric `max_annual_change`: the throttle itself where it
//! is of the supply, throttle / target where it is of the target ratio (as the deployed contract has it).
//!
//! Invariants: circulation changes by the flow alone; `0 <= pool <= supply`.

#![expect(
    clippy::inline_always,
    reason = "a loop over columns of runs becomes vector code only where these are inlined"
)]

use serde::{Deserialize, Serialize};
use te_core::{
    Machine, Mechanism, Now, ParamError, Params, Record, Sound, StepError, Terms, TermsOf, Watch, math,
};

use super::{caused_or, refuse};
use crate::target_ratio::{TargetRatio, ThrottleScale};

/// Parameters of the controller.
#[derive(Clone, Debug, PartialEq, Params)]
#[params(check = Self::cross_check)]
pub struct TargetRatioParams {
    /// Wanted share of the pool in the supply `[1]` -- controllable.
    #[param(default = 0.3, min = 1e-9, max = 1.0, unit = "1")]
    pub target: f64,
    /// Bound of the rate; none by default `[1/yr]` -- controllable.
    #[param(default = None, min = 0.0, max = 1e6, soft_max = 1.0, unit = "1/yr")]
    pub throttle: Option<f64>,
    /// What the throttle is a share of -- controllable.
    #[param(default = ThrottleScale::OfSupply)]
    pub throttle_scale: ThrottleScale,
    /// Time in which a small distance is closed at the first rate `[yr]` -- controllable.
    #[param(default = 1.0, min = 1e-6, max = 1e6, unit = "yr", soft_min = 0.1, soft_max = 10.0)]
    pub period: f64,
    /// Whether an adjustment stops at the target -- controllable.
    #[param(default = true)]
    pub stop_at_target: bool,
    /// Pool at the start `[token]` -- controllable.
    #[param(initial, default = 7473.0, min = 0.0, max = 1e18, unit = "token", soft_max = 50_000.0)]
    pub initial_pool: f64,
    /// Supply at the start `[token]` -- controllable.
    #[param(
        initial,
        default = 26238.0,
        min = 1e-9,
        max = 1e18,
        unit = "token",
        soft_min = 1_000.0,
        soft_max = 1e5
    )]
    pub initial_supply: f64,
}

impl TargetRatioParams {
    fn cross_check(&self) -> Result<(), String> {
        if self.initial_pool > self.initial_supply {
            return Err("initial_pool must be at most initial_supply".to_owned());
        }
        Ok(())
    }
}

/// What the controller reads.
#[derive(Clone, Copy, Debug, PartialEq, Record)]
pub struct PoolFlow {
    /// Tokens that flow from circulation into the pool in this step, negative out of it `[token]` -- input.
    #[record(unit = "token", default = 0.0)]
    pub pool_flow: f64,
}

/// What the controller shows.
///
/// # Equations
/// ```text
/// held = pool + pool_flow
/// max_annual_change = throttle -- of the supply; with throttle_scale of-target-ratio: throttle / target
/// rate = clamp((1 - held / supply / target) / period, -max_annual_change, max_annual_change) -- unbounded without a throttle
/// adjustment = max(rate * years * supply, -held) -- with `stop_at_target` at most up to supply * target
/// pool' = held + adjustment
/// supply' = supply + adjustment
/// ratio = pool' / supply'
/// error = (1 - ratio / target) / period
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Record)]
pub struct TargetRatioMetrics {
    /// Pool `[token]` -- metric.
    #[record(unit = "token")]
    pub pool: f64,
    /// Total supply `[token]` -- metric.
    #[record(unit = "token")]
    pub supply: f64,
    /// Pool as a share of the supply `[1]` -- metric.
    #[record(unit = "1")]
    pub ratio: f64,
    /// Minted (positive) or burned (negative) in the last step `[token]` -- metric.
    #[record(unit = "token")]
    pub adjustment: f64,
    /// Relative distance to the target as it stands `[1/yr]` -- metric.
    #[record(unit = "1/yr")]
    pub error: f64,
    /// Whether the throttle bounds the rate as it stands -- metric.
    #[record(unit = "1")]
    pub throttled: bool,
    /// Largest rate at which the throttle lets the supply change; 0 without throttle `[1/yr]` -- metric.
    #[record(unit = "1/yr")]
    pub max_annual_change: f64,
}

/// What a flow may be.
pub(super) const FLOW: &str = "at most the circulation, and at least the pool taken out: raise initial_pool or initial_supply, or wire a smaller flow";

/// What keeps the adjustment a number.
const RATE: &str = "a finite number: set or lower throttle, or raise period or target";

/// What a run of the controller keeps.
#[derive(Clone, Copy, Debug, PartialEq, Terms, Serialize, Deserialize)]
pub struct TargetRatioTerms {
    target: f64,
    period: f64,
    /// Largest rate at which the throttle lets the supply change `[1/yr]`.
    cap: Option<f64>,
    stop_at_target: bool,
}

impl TermsOf<TargetRatioParams> for TargetRatioTerms {
    fn of(params: &TargetRatioParams) -> Result<Self, ParamError> {
        let TargetRatioParams { target, throttle, throttle_scale, period, stop_at_target, .. } = *params;
        let cap = TargetRatio::new(target, throttle, throttle_scale, period, stop_at_target)
            .and_then(|controller| controller.max_rate())
            .map_err(|error| refuse(&error))?;
        Ok(Self { target, period, cap, stop_at_target })
    }
}

impl TargetRatioTerms {
    /// The controller, with the largest rate as its throttle.
    #[inline(always)]
    fn controller(&self) -> TargetRatio {
        let Self { target, period, cap: throttle, stop_at_target } = *self;
        TargetRatio { target, throttle, scale: ThrottleScale::OfSupply, period, stop_at_target }
    }
}

/// What a step changes.
#[derive(Clone, Copy, Debug, PartialEq, Record, Serialize, Deserialize)]
pub struct TargetRatioState {
    /// Pool `[token]`.
    #[record(unit = "token")]
    pub pool: f64,
    /// Total supply `[token]`.
    #[record(unit = "token")]
    pub supply: f64,
    /// Minted or burned in the last step `[token]`.
    #[record(unit = "token")]
    pub adjustment: f64,
}

/// The component `issuance/target-ratio`.
pub type TargetRatioPool = Machine<Steering>;

/// How it steps.
#[derive(Debug)]
pub enum Steering {}

impl Mechanism for Steering {
    const KIND: &'static str = "issuance/target-ratio";
    type Params = TargetRatioParams;
    type Terms = TargetRatioTerms;
    type Inputs = PoolFlow;
    type State = TargetRatioState;
    type Draws = ();
    type Metrics = TargetRatioMetrics;

    fn start(params: &TargetRatioParams) -> TargetRatioState {
        let TargetRatioParams { initial_pool: pool, initial_supply: supply, .. } = *params;
        TargetRatioState { pool, supply, adjustment: 0.0 }
    }

    #[inline(always)]
    fn step<W: Watch<Error = StepError>>(w: &mut W, now: Now<'_, Self>) -> TargetRatioState {
        let Now { terms, state, inputs, clock, .. } = now;
        let controller = terms.controller();
        let pool = state.pool + inputs.pool_flow;
        w.need((pool >= 0.0) & (pool <= state.supply), || {
            StepError::domain("pool_flow", inputs.pool_flow, FLOW)
        });
        let wanted = w.part(
            |error| caused_or(error, RATE),
            #[inline(always)]
            |w| controller.adjustment_with(w, pool, state.supply, clock.years()),
        );
        // No burn takes more than the pool.
        let adjustment = math::max(-pool, wanted);
        let supply = state.supply + adjustment;
        w.need(supply.is_finite(), || {
            StepError::domain("supply", supply, "a finite number of tokens: set or lower throttle")
        });
        // At most the supply, because sums round alike.
        let pool = pool + adjustment;
        // The rate of what comes out must be defined for the metrics.
        w.part(
            |error| caused_or(error, RATE),
            #[inline(always)]
            |w| controller.rate_with(w, pool, supply),
        );
        TargetRatioState { pool, supply, adjustment }
    }

    #[inline(always)]
    fn show(terms: &TargetRatioTerms, state: &TargetRatioState) -> TargetRatioMetrics {
        let TargetRatioState { pool, supply, adjustment } = *state;
        let controller = terms.controller();
        let error = controller.error_with(&mut Sound::new(), pool, supply);
        let rate = controller.rate_with(&mut Sound::new(), pool, supply);
        TargetRatioMetrics {
            pool,
            supply,
            ratio: pool / supply,
            adjustment,
            error,
            throttled: rate != error,
            max_annual_change: terms.cap.unwrap_or(0.0),
        }
    }
}
