//! A pool steered towards a share of the supply, in f64. Equations are those of [`crate::target_ratio`].
//!
//! In a step first the flow between pool and circulation happens, then the adjustment for the length of the step.
//! Which yearly change of the supply a throttle allows is the metric `max_annual_change`: the throttle itself where it
//! is of the supply, throttle / target where it is of the target ratio (as the deployed contract has it).
//!
//! Invariants: circulation changes by the flow alone; `0 <= pool <= supply`.

use serde::{Deserialize, Serialize};
use te_core::{Clock, Component, ParamError, Params, Record, StepError, Stream};

use super::{caused, refuse};
use crate::target_ratio::{TargetRatio, ThrottleScale};

/// Parameters of the controller.
#[derive(Clone, Debug, PartialEq, Params)]
#[params(check = Self::cross_check)]
pub struct TargetRatioParams {
    /// Wanted share of the pool in the supply [1] -- controllable.
    #[param(default = 0.3, above = 0.0, max = 1.0, unit = "1")]
    pub target: f64,
    /// Bound of the rate; none by default [1/yr] -- controllable.
    #[param(default = None, min = 0.0, max = 1e6, soft_max = 1.0, unit = "1/yr")]
    pub throttle: Option<f64>,
    /// What the throttle is a share of -- controllable.
    #[param(default = ThrottleScale::OfSupply)]
    pub throttle_scale: ThrottleScale,
    /// Time in which a small distance is closed at the first rate [yr] -- controllable.
    #[param(default = 1.0, above = 0.0, max = 1e6, unit = "yr")]
    pub period: f64,
    /// Whether an adjustment stops at the target -- controllable.
    #[param(default = true)]
    pub stop_at_target: bool,
    /// Pool at the start [token] -- controllable.
    #[param(default = 7473.0, min = 0.0, max = 1e18, unit = "token")]
    pub initial_pool: f64,
    /// Supply at the start [token] -- controllable.
    #[param(default = 26238.0, above = 0.0, max = 1e18, unit = "token")]
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

    fn step(&mut self, inputs: &PoolFlow, clock: &Clock, _: &mut Stream) -> Result<(), StepError> {
        let pool = StepError::finite("pool_flow", self.pool + inputs.pool_flow)?;
        if pool < 0.0 || pool > self.supply {
            return Err(StepError::domain("pool_flow", inputs.pool_flow, "within pool and circulation"));
        }
        let free = self.controller.adjustment(pool, self.supply, clock.years()).map_err(caused)?;
        let adjustment = free.max(-pool);
        let supply = StepError::finite("supply", self.supply + adjustment)?;
        let next = (pool + adjustment).min(supply);
        // The rate of what comes out must be defined for the metrics.
        self.controller.rate(next, supply).map_err(caused)?;
        (self.pool, self.supply, self.adjustment) = (next, supply, adjustment);
        Ok(())
    }

    fn metrics(&self) -> TargetRatioMetrics {
        let error = self.controller.error(self.pool, self.supply).unwrap_or(0.0);
        let rate = self.controller.rate(self.pool, self.supply).unwrap_or(0.0);
        TargetRatioMetrics {
            pool: self.pool,
            supply: self.supply,
            ratio: self.pool / self.supply,
            adjustment: self.adjustment,
            error,
            throttled: rate != error,
            max_annual_change: self.controller.max_rate().ok().flatten().unwrap_or(0.0),
        }
    }
}
