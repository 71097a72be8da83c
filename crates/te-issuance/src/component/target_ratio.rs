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
use te_core::lanes::{self, LaneForm, Laned};
use te_core::math;
use te_core::{Clock, Component, ParamError, Params, Record, StepError, Stream};

use super::{caused_or, refuse};
use crate::number::Number as _;
use crate::target_ratio::{TargetRatio, ThrottleScale};

/// Parameters of the controller.
#[derive(Clone, Debug, PartialEq, Params)]
#[params(check = Self::cross_check)]
pub struct TargetRatioParams {
    /// Wanted share of the pool in the supply [1] -- controllable.
    #[param(default = 0.3, min = 1e-9, max = 1.0, unit = "1")]
    pub target: f64,
    /// Bound of the rate; none by default [1/yr] -- controllable.
    #[param(default = None, min = 0.0, max = 1e6, soft_max = 1.0, unit = "1/yr")]
    pub throttle: Option<f64>,
    /// What the throttle is a share of -- controllable.
    #[param(default = ThrottleScale::OfSupply)]
    pub throttle_scale: ThrottleScale,
    /// Time in which a small distance is closed at the first rate [yr] -- controllable.
    #[param(default = 1.0, min = 1e-6, max = 1e6, unit = "yr")]
    pub period: f64,
    /// Whether an adjustment stops at the target -- controllable.
    #[param(default = true)]
    pub stop_at_target: bool,
    /// Pool at the start [token] -- controllable.
    #[param(default = 7473.0, min = 0.0, max = 1e18, unit = "token")]
    pub initial_pool: f64,
    /// Supply at the start [token] -- controllable.
    #[param(default = 26238.0, min = 1e-9, max = 1e18, unit = "token")]
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
    /// Tokens that flow from circulation into the pool in this step, negative out of it [token] -- input.
    #[record(unit = "token", default = 0.0)]
    pub pool_flow: f64,
}

/// What the controller shows.
#[derive(Clone, Copy, Debug, PartialEq, Record)]
pub struct TargetRatioMetrics {
    /// Pool [token] -- metric.
    #[record(unit = "token")]
    pub pool: f64,
    /// Total supply [token] -- metric.
    #[record(unit = "token")]
    pub supply: f64,
    /// Pool as a share of the supply [1] -- metric.
    #[record(unit = "1")]
    pub ratio: f64,
    /// Minted (positive) or burned (negative) in the last step [token] -- metric.
    #[record(unit = "token")]
    pub adjustment: f64,
    /// Relative distance to the target as it stands [1/yr] -- metric.
    #[record(unit = "1/yr")]
    pub error: f64,
    /// Whether the throttle bounds the rate as it stands -- metric.
    #[record(unit = "1")]
    pub throttled: bool,
    /// Largest rate at which the throttle lets the supply change; 0 without throttle [1/yr] -- metric.
    #[record(unit = "1/yr")]
    pub max_annual_change: f64,
}

/// What a flow may be.
pub(super) const FLOW: &str = "at most the circulation, and at least the pool taken out: raise initial_pool or initial_supply, or wire a smaller flow";

/// What keeps the adjustment a number.
const RATE: &str = "a finite number: set or lower throttle, or raise period or target";

/// The component `issuance/target-ratio`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TargetRatioPool {
    params: TargetRatioParams,
    controller: TargetRatio,
    pool: f64,
    supply: f64,
    adjustment: f64,
}

impl Component for TargetRatioPool {
    const KIND: &'static str = "issuance/target-ratio";
    type Params = TargetRatioParams;
    type Inputs = PoolFlow;
    type Metrics = TargetRatioMetrics;

    fn new(params: TargetRatioParams) -> Result<Self, ParamError> {
        params.check()?;
        let controller = TargetRatio::new(
            params.target,
            params.throttle,
            params.throttle_scale,
            params.period,
            params.stop_at_target,
        )
        .map_err(|error| refuse(&error))?;
        let (pool, supply) = (params.initial_pool, params.initial_supply);
        controller.rate(pool, supply).map_err(|error| refuse(&error))?;
        Ok(Self { params, controller, pool, supply, adjustment: 0.0 })
    }

    #[inline]
    fn step(&mut self, inputs: &PoolFlow, clock: &Clock, rng: &mut Stream) -> Result<(), StepError> {
        lanes::step(self, inputs, clock, rng)
    }

    #[inline]
    fn metrics(&self) -> TargetRatioMetrics {
        self.show(&self.fixed(), &self.state())
    }

    fn lane_form() -> Option<LaneForm<Self>> {
        Some(LaneForm::of())
    }
}

impl TargetRatioPool {
    /// The step with typed refusals.
    pub(super) fn checked(&self, inputs: PoolFlow, years: f64) -> Result<TargetRatioState, StepError> {
        let pool = self.pool + inputs.pool_flow;
        if !(0.0..=self.supply).contains(&pool) {
            return Err(StepError::domain("pool_flow", inputs.pool_flow, FLOW));
        }
        let free =
            self.controller.adjustment(pool, self.supply, years).map_err(|error| caused_or(error, RATE))?;
        let adjustment = free.max(-pool);
        let supply = self.supply + adjustment;
        if !supply.is_finite() {
            return Err(StepError::domain(
                "supply",
                supply,
                "a finite number of tokens: set or lower throttle",
            ));
        }
        let next = (pool + adjustment).min(supply);
        // The rate of what comes out must be defined for the metrics.
        self.controller.rate(next, supply).map_err(|error| caused_or(error, RATE))?;
        Ok(TargetRatioState { pool: next, supply, adjustment })
    }
}

/// What a run of the controller keeps.
#[derive(Clone, Copy, Debug, PartialEq, Record)]
pub struct TargetRatioFixed {
    /// Wanted share of the pool in the supply [1].
    #[record(unit = "1")]
    pub target: f64,
    /// Time in which a small distance is closed at the first rate [yr].
    #[record(unit = "yr")]
    pub period: f64,
    /// Largest rate at which the throttle lets the supply change; infinite without throttle [1/yr].
    #[record(unit = "1/yr")]
    pub cap: f64,
}

/// What a step changes.
#[derive(Clone, Copy, Debug, PartialEq, Record)]
pub struct TargetRatioState {
    /// Pool [token].
    #[record(unit = "token")]
    pub pool: f64,
    /// Total supply [token].
    #[record(unit = "token")]
    pub supply: f64,
    /// Minted or burned in the last step [token].
    #[record(unit = "token")]
    pub adjustment: f64,
}

impl TargetRatioFixed {
    /// Relative distance to the target, and whether it is sound: [`TargetRatio::error`].
    #[inline(always)]
    fn error(&self, pool: f64, supply: f64) -> (f64, bool) {
        let share = pool / supply / self.target;
        let error = (1.0 - share) / self.period;
        (error, (pool >= 0.0) & (pool <= supply) & (supply > 0.0) & share.is_finite() & error.is_finite())
    }
}

impl Laned for TargetRatioPool {
    type Fixed = TargetRatioFixed;
    type State = TargetRatioState;
    type Draws = ();

    #[inline]
    fn fixed(&self) -> TargetRatioFixed {
        let TargetRatioParams { target, period, .. } = self.params;
        let cap = self.controller.max_rate().ok().flatten().unwrap_or(f64::INFINITY);
        TargetRatioFixed { target, period, cap }
    }

    #[inline]
    fn state(&self) -> TargetRatioState {
        TargetRatioState { pool: self.pool, supply: self.supply, adjustment: self.adjustment }
    }

    #[inline]
    fn set_state(&mut self, state: TargetRatioState) {
        (self.pool, self.supply, self.adjustment) = (state.pool, state.supply, state.adjustment);
    }

    fn alike(&self, other: &Self) -> bool {
        self.params.stop_at_target == other.params.stop_at_target
    }

    /// The operations of [`TargetRatio::adjustment`], in its order.
    #[inline(always)]
    fn advance(
        &self,
        fixed: &TargetRatioFixed,
        state: &TargetRatioState,
        inputs: &PoolFlow,
        (): &(),
        clock: &Clock,
    ) -> (TargetRatioState, bool) {
        let dt = clock.years();
        let pool = state.pool + inputs.pool_flow;
        let (error, inside) = fixed.error(pool, state.supply);
        let rate = error.within(-fixed.cap, fixed.cap);
        let span = rate * dt;
        let free = span * state.supply;
        let distance = state.supply * fixed.target - pool;
        let up = free.smaller(distance).larger(0.0);
        let down = free.larger(distance).smaller(0.0);
        let stopped = math::select(free >= 0.0, up, down);
        let wanted = math::select(self.params.stop_at_target, stopped, free);
        // No burn takes more than the pool.
        let adjustment = wanted.larger(-pool);
        let supply = state.supply + adjustment;
        let next = TargetRatioState { pool: (pool + adjustment).smaller(supply), supply, adjustment };
        let (_, defined) = fixed.error(next.pool, supply);
        let timed = (dt >= 0.0) & dt.is_finite() & span.is_finite() & free.is_finite();
        let stops = !self.params.stop_at_target | distance.is_finite();
        (next, inside & timed & stops & supply.is_finite() & defined)
    }

    fn fault(
        &self,
        fixed: &TargetRatioFixed,
        state: &TargetRatioState,
        inputs: &PoolFlow,
        (): &(),
        clock: &Clock,
    ) -> StepError {
        let TargetRatioFixed { target, period, cap } = *fixed;
        let throttle = cap.is_finite().then_some(cap);
        let stop = self.params.stop_at_target;
        let controller = TargetRatio::new(target, throttle, ThrottleScale::OfSupply, period, stop);
        let Ok(controller) = controller else { return lanes::unexplained(Self::KIND) };
        let mut run = Self { controller, ..self.clone() };
        run.set_state(*state);
        run.checked(*inputs, clock.years()).err().unwrap_or_else(|| lanes::unexplained(Self::KIND))
    }

    #[inline(always)]
    fn show(&self, fixed: &TargetRatioFixed, state: &TargetRatioState) -> TargetRatioMetrics {
        let TargetRatioState { pool, supply, adjustment } = *state;
        let (error, _) = fixed.error(pool, supply);
        TargetRatioMetrics {
            pool,
            supply,
            ratio: pool / supply,
            adjustment,
            error,
            throttled: error.within(-fixed.cap, fixed.cap) != error,
            max_annual_change: math::select(fixed.cap.is_finite(), fixed.cap, 0.0),
        }
    }
}
