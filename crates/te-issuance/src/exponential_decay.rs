//! Exponential decay: what is left to issue halves every half-life; and Filecoin's minting by network growth.
//!
//! ```text
//! S(t) = M (1 - 2^(-t/h))
//! baseline: theta = ln(1 + g C / b0) / g    S = M (gamma (1 - 2^(-theta/h)) + (1 - gamma)(1 - 2^(-t/h)))
//! ```
//!
//! | symbol | meaning | unit |
//! |---|---|---|
//! | M | all that will ever be issued | token |
//! | h | half-life (Filecoin: 6 years) | time |
//! | t | time since the start | time |
//! | b0, g | baseline capacity at the start, its growth rate: `b(t) = b0 e^(g t)` | capacity, 1/time |
//! | C | capacity the network has sustained: integral of `min(capacity, baseline)` | capacity time |
//! | theta | effective network time: when the baseline alone would have reached C | time |
//! | gamma | share minted by effective time (Filecoin: 0.7) | 1 |
//!
//! A year issues `1 - 2^(-1/h)` of what is left: 10.9 % for h = 6. Invariants: never falling in t and C, never above M,
//! theta <= t while C comes from `min(capacity, baseline)`.
//!
//! Source: Filecoin specification, block reward minting (simple and baseline).

use serde::{Deserialize, Serialize};

use crate::amount::{scaled, whole};
use crate::error::{IssuanceError, finite, non_negative, positive, require};
use crate::policy::Schedule;
use te_math::{exp_m1, ln_1p};

/// `1 - 2^(-x)`: share issued after `x` half-lives `[1]`, without cancellation for small x.
///
/// Valid for `x >= 0`; 1 for infinite x.
#[must_use]
pub fn issued_share(x: f64) -> f64 {
    -exp_m1(-x * core::f64::consts::LN_2)
}

/// Issued by time `t`: `max_supply * (1 - 2^(-t / half_life))` `[token]`.
///
/// Valid for `max_supply, t >= 0`, `half_life > 0` (in the unit of t). Source: Filecoin, simple minting.
///
/// # Errors
/// A value outside its range.
pub fn cumulative(max_supply: f64, half_life: f64, t: f64) -> Result<f64, IssuanceError> {
    non_negative("max_supply", max_supply)?;
    positive("half_life", half_life)?;
    non_negative("t", t)?;
    Ok(max_supply * issued_share(t / half_life))
}

/// Effective network time: `ln(1 + g C / b0) / g` `[time]`; `C / b0` for no growth.
///
/// Valid for `sustained, growth >= 0`, `baseline > 0`. Source: Filecoin, baseline minting.
///
/// # Errors
/// A value outside its range, or an overflow.
pub fn effective_time(sustained: f64, baseline: f64, growth: f64) -> Result<f64, IssuanceError> {
    non_negative("sustained capacity", sustained)?;
    positive("baseline", baseline)?;
    non_negative("growth", growth)?;
    let years = finite("the effective time", sustained / baseline)?;
    // Below 1e-17 the logarithm is its argument to the last bit, and the argument may be subnormal.
    let grown = finite("the effective time", years * growth)?;
    if grown < 1e-17 {
        return Ok(years);
    }
    finite("the effective time", ln_1p(grown) / growth)
}

/// Issued with a share `gamma` by effective time `theta` and the rest by time `t` `[token]`.
///
/// Valid for `0 <= gamma <= 1`, the rest as in [`cumulative`]. Source: Filecoin, baseline minting.
///
/// # Errors
/// A value outside its range.
pub fn baseline_minting(
    max_supply: f64,
    half_life: f64,
    gamma: f64,
    theta: f64,
    t: f64,
) -> Result<f64, IssuanceError> {
    require("gamma", gamma, (0.0..=1.0).contains(&gamma), "in [0, 1]")?;
    let by_growth = cumulative(max_supply, half_life, theta)?;
    let by_time = cumulative(max_supply, half_life, t)?;
    Ok(gamma * by_growth + (1.0 - gamma) * by_time)
}

/// Exponential issue in whole units, rounded down; one tick is one unit of the half-life.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct ExponentialDecay {
    max_supply: u128,
    half_life: f64,
}

impl ExponentialDecay {
    /// Issues `max_supply` `[unit]` in all, half of the rest every `half_life` `[tick]`.
    ///
    /// # Errors
    /// The half-life is not above 0.
    pub fn new(max_supply: u128, half_life: f64) -> Result<Self, IssuanceError> {
        positive("half_life", half_life)?;
        Ok(Self { max_supply, half_life })
    }
}

impl Schedule for ExponentialDecay {
    fn cumulative(&self, tick: u64) -> Result<u128, IssuanceError> {
        scaled(self.max_supply, issued_share(tick as f64 / self.half_life))
    }

    fn limit(&self) -> Option<u128> {
        Some(self.max_supply)
    }
}

/// Whole units of a supply in f64, never above `limit`.
pub(crate) fn whole_within(value: f64, limit: Option<u128>) -> Result<u128, IssuanceError> {
    let units = whole(value)?;
    Ok(limit.map_or(units, |limit| units.min(limit)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_hold_at_the_ends() {
        assert!((issued_share(1e-12) / (1e-12 * core::f64::consts::LN_2) - 1.0).abs() < 1e-12);
        assert_eq!(issued_share(0.0), 0.0);
        assert_eq!(issued_share(f64::INFINITY), 1.0);
        assert!((issued_share(1.0 / 6.0) - 0.109).abs() < 5e-4);
    }

    #[test]
    fn a_network_on_its_baseline_is_on_time() {
        // capacity = baseline: C = b0 (e^(g t) - 1) / g
        let (b0, g, t): (f64, f64, f64) = (2.5, 0.7, 3.0);
        let sustained = b0 * ((g * t).exp() - 1.0) / g;
        assert!((effective_time(sustained, b0, g).unwrap() - t).abs() < 1e-12);
        assert_eq!(effective_time(5.0, 2.5, 0.0).unwrap(), 2.0);
        let near = effective_time(1.0, 1.0, 0.99e-4).unwrap() / (f64::ln_1p(0.99e-4) / 0.99e-4);
        assert!((near - 1.0).abs() < 1e-14);
        let minted = baseline_minting(1000.0, 6.0, 0.7, 3.0, 3.0).unwrap();
        assert!((minted - cumulative(1000.0, 6.0, 3.0).unwrap()).abs() < 1e-9);
    }
}
