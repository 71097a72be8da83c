//! A supply that is rebased towards a target price, once a step. Rules are those of [`crate::rebase`].
//!
//! Invariants: the change has the sign of price less target; the supply is never negative.

#![expect(
    clippy::inline_always,
    reason = "a loop over columns of runs becomes vector code only where these are inlined"
)]

use serde::{Deserialize, Serialize};
use te_core::{Choice, Machine, Mechanism, Now, Params, Record, StepError, Watch, math};

use super::caused_or;
use crate::error::IssuanceError;
use crate::rebase::{TwoSided, linear_with, sigmoid_share_with};

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
#[derive(Clone, Copy, Debug, PartialEq, Params)]
pub struct RebaseParams {
    /// Rule of the rebase -- controllable.
    #[param(default = RebaseRule::Linear)]
    pub rule: RebaseRule,
    /// Target price `[quote/token]` -- controllable.
    #[param(default = 1.0, min = 1e-9, max = 1e12, unit = "quote/token", soft_min = 0.1, soft_max = 10.0)]
    pub target_price: f64,
    /// Relative deviation below which nothing happens: linear, two-sided `[1]` -- controllable.
    #[param(default = 0.05, min = 0.0, max = 1e6, unit = "1", soft_max = 0.5)]
    pub threshold: f64,
    /// Rebases over which a deviation is spread: linear `[1]` -- controllable.
    #[param(default = 10.0, min = 1.0, max = 1e6, unit = "1", soft_max = 60.0)]
    pub lag: f64,
    /// Largest contraction of a rebase: sigmoid, two-sided `[1]` -- controllable.
    #[param(default = -0.1, min = -1.0, max = -1e-12, unit = "1")]
    pub low: f64,
    /// Largest expansion of a rebase: sigmoid, two-sided `[1]` -- controllable.
    #[param(default = 0.1, min = 1e-12, max = 10.0, unit = "1", soft_min = 0.001, soft_max = 1.0)]
    pub high: f64,
    /// Steepness: sigmoid; above the target: two-sided `[1]` -- controllable.
    #[param(default = 3.0, above = 0.0, max = 1e3, unit = "1", soft_min = 0.1, soft_max = 20.0)]
    pub growth: f64,
    /// Steepness below the target: two-sided; that of `growth` by default `[1]` -- controllable.
    #[param(default = None, above = 0.0, max = 1e3, unit = "1", soft_min = 0.1, soft_max = 20.0)]
    pub contraction_growth: Option<f64>,
    /// Supply at the start `[token]` -- controllable.
    #[param(initial, default = 1e6, min = 0.0, max = 1e18, unit = "token", soft_max = 1e8)]
    pub initial_supply: f64,
}

impl RebaseParams {
    #[inline(always)]
    fn delta<W: Watch<Error = IssuanceError>>(&self, w: &mut W, supply: f64, price: f64) -> f64 {
        let Self { target_price: target, threshold, lag, low, high, growth, contraction_growth, .. } = *self;
        // Two-way choices of the rule: a loop with a switch does not become vector code.
        if self.rule == RebaseRule::Linear {
            linear_with(w, supply, price, target, threshold, lag)
        } else if self.rule == RebaseRule::Sigmoid {
            supply * sigmoid_share_with(w, price, target, low, high, growth)
        } else {
            let contraction = contraction_growth.unwrap_or(growth);
            let rule = TwoSided { threshold, low, high, expansion: growth, contraction };
            supply * rule.share_with(w, price, target)
        }
    }
}

/// What the rebase reads.
#[derive(Clone, Copy, Debug, PartialEq, Record)]
pub struct RebaseInputs {
    /// Price of a token `[quote/token]` -- input.
    #[record(unit = "quote/token")]
    pub price: f64,
}

/// What the rebase shows.
///
/// # Equations
/// ```text
/// d = (price - target_price) / target_price
/// delta = supply * d / lag -- rule linear, where abs(d) >= threshold, else 0
/// delta = supply * (low + (high - low) / (1 + high / -low * 2^(-growth * d))) -- rule sigmoid
/// delta = supply * high * (2^(growth * d) - 1) / (2^(growth * d) + 1) -- rule two-sided, where d >= threshold
/// delta = supply * -low * (2^(contraction_growth * d) - 1) / (2^(contraction_growth * d) + 1) -- rule two-sided, where d <= -threshold
/// supply' = max(supply + delta, 0)
/// index = supply' / initial_supply
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Record)]
pub struct RebaseMetrics {
    /// Total supply `[token]` -- metric.
    #[record(unit = "token")]
    pub supply: f64,
    /// Change of the supply in the last step `[token]` -- metric.
    #[record(unit = "token")]
    pub delta: f64,
    /// Factor by which every balance has been scaled since the start, 0 for no supply `[1]` -- metric.
    #[record(unit = "1")]
    pub index: f64,
}

/// What keeps the supply a number: the linear rule has no cap upwards.
const FINITE: &str = "a finite number of tokens: raise lag or target_price, or lower high";

/// What a step changes.
#[derive(Clone, Copy, Debug, PartialEq, Record, Serialize, Deserialize)]
pub struct RebaseState {
    /// Total supply `[token]`.
    #[record(unit = "token")]
    pub supply: f64,
    /// Change of the supply in the last step `[token]`.
    #[record(unit = "token")]
    pub delta: f64,
}

/// The component `issuance/rebase`.
pub type RebasedSupply = Machine<Rebasing>;

/// How it steps.
#[derive(Debug)]
pub enum Rebasing {}

impl Mechanism for Rebasing {
    const KIND: &'static str = "issuance/rebase";
    type Params = RebaseParams;
    type Terms = RebaseParams;
    type Inputs = RebaseInputs;
    type State = RebaseState;
    type Draws = ();
    type Metrics = RebaseMetrics;

    fn start(params: &RebaseParams) -> RebaseState {
        RebaseState { supply: params.initial_supply, delta: 0.0 }
    }

    #[inline(always)]
    fn step<W: Watch<Error = StepError>>(w: &mut W, now: Now<'_, Self>) -> RebaseState {
        let Now { terms, state, inputs, .. } = now;
        let delta = w.part(
            |error| caused_or(error, FINITE),
            #[inline(always)]
            |w| terms.delta(w, state.supply, inputs.price),
        );
        let supply = math::max(state.supply + delta, 0.0);
        w.need(supply.is_finite(), || StepError::domain("supply", supply, FINITE));
        RebaseState { supply, delta }
    }

    #[inline(always)]
    fn show(terms: &RebaseParams, state: &RebaseState) -> RebaseMetrics {
        let start = terms.initial_supply;
        let index = math::select(start > 0.0, math::min(state.supply / start, f64::MAX), 0.0);
        RebaseMetrics { supply: state.supply, delta: state.delta, index }
    }
}
