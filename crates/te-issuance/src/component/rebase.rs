//! A supply that is rebased towards a target price, once a step. Rules are those of [`crate::rebase`].
//!
//! Invariants: the change has the sign of price less target; the supply is never negative.

use serde::{Deserialize, Serialize};
use te_core::{Choice, Clock, Component, ParamError, Params, Record, StepError, Stream};

use super::{caused, refuse};
use crate::error::IssuanceError;
use crate::rebase::{linear, sigmoid_share};

/// Rule of the rebase.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Choice)]
pub enum RebaseRule {
    /// Deviation over lag, beyond the threshold.
    #[default]
    Linear,
    /// Bounded by `low` and `high`.
    Sigmoid,
}

/// Parameters of the rebase.
#[derive(Clone, Debug, PartialEq, Params)]
pub struct RebaseParams {
    /// Rule of the rebase -- controllable.
    #[param(default = RebaseRule::Linear)]
    pub rule: RebaseRule,
    /// Target price [quote/token] -- controllable.
    #[param(default = 1.0, above = 0.0, max = 1e12, unit = "quote/token")]
    pub target_price: f64,
    /// Relative deviation below which nothing happens: linear [1] -- controllable.
    #[param(default = 0.05, min = 0.0, max = 1e6, unit = "1")]
    pub threshold: f64,
    /// Rebases over which a deviation is spread: linear [1] -- controllable.
    #[param(default = 10.0, min = 1.0, max = 1e6, unit = "1")]
    pub lag: f64,
    /// Largest contraction of a rebase: sigmoid [1] -- controllable.
    #[param(default = -0.1, min = -1.0, below = 0.0, unit = "1")]
    pub low: f64,
    /// Largest expansion of a rebase: sigmoid [1] -- controllable.
    #[param(default = 0.1, above = 0.0, max = 1e6, unit = "1")]
    pub high: f64,
    /// Steepness: sigmoid [1] -- controllable.
    #[param(default = 3.0, above = 0.0, max = 1e3, unit = "1")]
    pub growth: f64,
    /// Supply at the start [token] -- controllable.
    #[param(default = 1e6, min = 0.0, max = 1e18, unit = "token")]
    pub initial_supply: f64,
}

impl RebaseParams {
    fn delta(&self, supply: f64, price: f64) -> Result<f64, IssuanceError> {
        match self.rule {
            RebaseRule::Linear => linear(supply, price, self.target_price, self.threshold, self.lag),
            RebaseRule::Sigmoid => {
                Ok(supply * sigmoid_share(price, self.target_price, self.low, self.high, self.growth)?)
            }
        }
    }
}

/// What the rebase reads.
#[derive(Clone, Copy, Debug, PartialEq, Record)]
pub struct RebaseInputs {
    /// Price of a token [quote/token] -- input.
    #[record(unit = "quote/token")]
    pub price: f64,
}

/// What the rebase shows.
#[derive(Clone, Copy, Debug, PartialEq, Record)]
pub struct RebaseMetrics {
    /// Total supply [token] -- metric.
    #[record(unit = "token")]
    pub supply: f64,
    /// Change of the supply in the last step [token] -- metric.
    #[record(unit = "token")]
    pub delta: f64,
    /// Factor by which every balance has been scaled since the start, 0 for no supply [1] -- metric.
    #[record(unit = "1")]
    pub index: f64,
}

/// The component `issuance/rebase`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RebasedSupply {
    params: RebaseParams,
    supply: f64,
    delta: f64,
}

impl Component for RebasedSupply {
    const KIND: &'static str = "issuance/rebase";
    type Params = RebaseParams;
    type Inputs = RebaseInputs;
    type Metrics = RebaseMetrics;

    fn new(params: RebaseParams) -> Result<Self, ParamError> {
        params.check()?;
        let supply = params.initial_supply;
        params.delta(supply, params.target_price).map_err(|error| refuse(&error))?;
        Ok(Self { params, supply, delta: 0.0 })
    }

    fn step(&mut self, inputs: &RebaseInputs, _: &Clock, _: &mut Stream) -> Result<(), StepError> {
        let delta = self.params.delta(self.supply, inputs.price).map_err(caused)?;
        self.supply = StepError::finite("supply", (self.supply + delta).max(0.0))?;
        self.delta = delta;
        Ok(())
    }

    fn metrics(&self) -> RebaseMetrics {
        let start = self.params.initial_supply;
        let index = if start > 0.0 { (self.supply / start).min(f64::MAX) } else { 0.0 };
        RebaseMetrics { supply: self.supply, delta: self.delta, index }
    }
}
