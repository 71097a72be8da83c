//! A supply that is rebased towards a target price, once a step. Rules are those of [`crate::rebase`].
//!
//! Invariants: the change has the sign of price less target; the supply is never negative.

#![expect(
    clippy::inline_always,
    reason = "a loop over columns of runs becomes vector code only where these are inlined"
)]

use serde::{Deserialize, Serialize};
use te_core::lanes::{self, LaneForm, Laned};
use te_core::{Choice, Clock, Component, ParamError, Params, Record, StepError, Stream, math};

use super::{caused_or, refuse};
use crate::error::IssuanceError;
use crate::number::Number as _;
use crate::rebase::{HALF_LN_2, TwoSided, linear, sigmoid_share};

/// Rule of the rebase.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Choice)]
pub enum RebaseRule {
    /// Deviation over lag, beyond the threshold.
    #[default]
    Linear,
    /// One curve bounded by `low` and `high`, without threshold.
    Sigmoid,
    /// A curve for each sign, bounded by `low` and by `high`, beyond the threshold: Ampleforth's rule today.
    TwoSided,
}

/// Parameters of the rebase.
#[derive(Clone, Debug, PartialEq, Params)]
pub struct RebaseParams {
    /// Rule of the rebase -- controllable.
    #[param(default = RebaseRule::Linear)]
    pub rule: RebaseRule,
    /// Target price [quote/token] -- controllable.
    #[param(default = 1.0, min = 1e-9, max = 1e12, unit = "quote/token")]
    pub target_price: f64,
    /// Relative deviation below which nothing happens: linear, two-sided [1] -- controllable.
    #[param(default = 0.05, min = 0.0, max = 1e6, unit = "1")]
    pub threshold: f64,
    /// Rebases over which a deviation is spread: linear [1] -- controllable.
    #[param(default = 10.0, min = 1.0, max = 1e6, unit = "1")]
    pub lag: f64,
    /// Largest contraction of a rebase: sigmoid, two-sided [1] -- controllable.
    #[param(default = -0.1, min = -1.0, max = -1e-12, unit = "1")]
    pub low: f64,
    /// Largest expansion of a rebase: sigmoid, two-sided [1] -- controllable.
    #[param(default = 0.1, min = 1e-12, max = 10.0, unit = "1")]
    pub high: f64,
    /// Steepness: sigmoid; above the target: two-sided [1] -- controllable.
    #[param(default = 3.0, above = 0.0, max = 1e3, unit = "1")]
    pub growth: f64,
    /// Steepness below the target: two-sided; that of `growth` by default [1] -- controllable.
    #[param(default = None, above = 0.0, max = 1e3, unit = "1")]
    pub contraction_growth: Option<f64>,
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
            RebaseRule::TwoSided => {
                let Self { threshold, low, high, growth: expansion, .. } = *self;
                let contraction = self.contraction_growth.unwrap_or(expansion);
                let rule = TwoSided { threshold, low, high, expansion, contraction };
                Ok(supply * rule.share(price, self.target_price)?)
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

/// What keeps the supply a number: the linear rule has no cap upwards.
const FINITE: &str = "a finite number of tokens: raise lag or target_price, or lower high";

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

    #[inline]
    fn step(&mut self, inputs: &RebaseInputs, clock: &Clock, rng: &mut Stream) -> Result<(), StepError> {
        lanes::step(self, inputs, clock, rng)
    }

    #[inline]
    fn metrics(&self) -> RebaseMetrics {
        self.show(&self.fixed(), &self.state())
    }

    fn lane_form() -> Option<LaneForm<Self>> {
        Some(LaneForm::of())
    }
}

impl RebasedSupply {
    /// The step with typed refusals.
    pub(super) fn checked(&self, inputs: RebaseInputs) -> Result<RebaseState, StepError> {
        let delta = self.params.delta(self.supply, inputs.price).map_err(|error| caused_or(error, FINITE))?;
        let supply = (self.supply + delta).max(0.0);
        if !supply.is_finite() {
            return Err(StepError::domain("supply", supply, FINITE));
        }
        Ok(RebaseState { supply, delta })
    }
}

/// What a run of the rebase keeps.
#[derive(Clone, Copy, Debug, PartialEq, Record)]
pub struct RebaseFixed {
    /// Target price [quote/token].
    #[record(unit = "quote/token")]
    pub target_price: f64,
    /// Relative deviation below which nothing happens: linear [1].
    #[record(unit = "1")]
    pub threshold: f64,
    /// Rebases over which a deviation is spread: linear [1].
    #[record(unit = "1")]
    pub lag: f64,
    /// Largest contraction of a rebase: sigmoid [1].
    #[record(unit = "1")]
    pub low: f64,
    /// Largest expansion of a rebase: sigmoid [1].
    #[record(unit = "1")]
    pub high: f64,
    /// Steepness: sigmoid; above the target: two-sided [1].
    #[record(unit = "1")]
    pub growth: f64,
    /// Steepness below the target: two-sided [1].
    #[record(unit = "1")]
    pub contraction_growth: f64,
    /// Supply at the start [token].
    #[record(unit = "token")]
    pub initial_supply: f64,
}

/// What a step changes.
#[derive(Clone, Copy, Debug, PartialEq, Record)]
pub struct RebaseState {
    /// Total supply [token].
    #[record(unit = "token")]
    pub supply: f64,
    /// Change of the supply in the last step [token].
    #[record(unit = "token")]
    pub delta: f64,
}

impl Laned for RebasedSupply {
    type Fixed = RebaseFixed;
    type State = RebaseState;
    type Draws = ();

    #[inline]
    fn fixed(&self) -> RebaseFixed {
        let RebaseParams { target_price, threshold, lag, low, high, growth, initial_supply, .. } =
            self.params;
        let contraction_growth = self.params.contraction_growth.unwrap_or(growth);
        RebaseFixed { target_price, threshold, lag, low, high, growth, contraction_growth, initial_supply }
    }

    #[inline]
    fn state(&self) -> RebaseState {
        RebaseState { supply: self.supply, delta: self.delta }
    }

    #[inline]
    fn set_state(&mut self, state: RebaseState) {
        (self.supply, self.delta) = (state.supply, state.delta);
    }

    fn alike(&self, other: &Self) -> bool {
        self.params.rule == other.params.rule
    }

    /// The operations of [`linear`], [`sigmoid_share`] and [`TwoSided::share`], in their order.
    #[inline(always)]
    fn advance(
        &self,
        fixed: &RebaseFixed,
        state: &RebaseState,
        inputs: &RebaseInputs,
        (): &(),
        _: &Clock,
    ) -> (RebaseState, bool) {
        let RebaseFixed { target_price, threshold, lag, low, high, growth, .. } = *fixed;
        let price = inputs.price;
        let deviation = (price - target_price) / target_price;
        let share = match self.params.rule {
            RebaseRule::Linear => {
                let within = (deviation < threshold) & (deviation > -threshold);
                math::select(within, 0.0, deviation / lag)
            }
            RebaseRule::Sigmoid => {
                let share = low + (high - low) / (1.0 + high / -low * math::pow(2.0, -growth * deviation));
                // Not clamped where it is no number.
                let bounded = math::select(share.is_finite(), share.within(low, high), share);
                math::select(deviation == 0.0, 0.0, bounded)
            }
            RebaseRule::TwoSided => {
                let within = (deviation < threshold) & (deviation > -threshold);
                let limit = math::select(deviation >= 0.0, high, -low);
                let steepness = math::select(deviation >= 0.0, growth, fixed.contraction_growth);
                math::select(within, 0.0, limit * math::tanh(steepness * deviation * HALF_LN_2))
            }
        };
        let delta = state.supply * share;
        let supply = math::max(state.supply + delta, 0.0);
        let asked = (price >= 0.0) & price.is_finite() & deviation.is_finite();
        // The linear rule watches the change too.
        let watched = (self.params.rule != RebaseRule::Linear) | delta.is_finite();
        (RebaseState { supply, delta }, asked & share.is_finite() & watched & supply.is_finite())
    }

    fn fault(
        &self,
        fixed: &RebaseFixed,
        state: &RebaseState,
        inputs: &RebaseInputs,
        (): &(),
        _: &Clock,
    ) -> StepError {
        let RebaseFixed {
            target_price,
            threshold,
            lag,
            low,
            high,
            growth,
            contraction_growth,
            initial_supply,
        } = *fixed;
        let mut run = self.clone();
        run.params = RebaseParams {
            rule: self.params.rule,
            target_price,
            threshold,
            lag,
            low,
            high,
            growth,
            contraction_growth: Some(contraction_growth),
            initial_supply,
        };
        run.set_state(*state);
        run.checked(*inputs).err().unwrap_or_else(|| lanes::unexplained(Self::KIND))
    }

    #[inline(always)]
    fn show(&self, fixed: &RebaseFixed, state: &RebaseState) -> RebaseMetrics {
        let start = fixed.initial_supply;
        let index = math::select(start > 0.0, math::min(state.supply / start, f64::MAX), 0.0);
        RebaseMetrics { supply: state.supply, delta: state.delta, index }
    }
}
