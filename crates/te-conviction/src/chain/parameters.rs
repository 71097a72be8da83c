//! Decimals to the contracts' scaled integers and back.
//!
//! | template | decay | maximum ratio | weight |
//! |---|---|---|---|
//! | Gardens v1 | `floor(10^7 0.5^(block / half-life))` | `floor(10^7 beta)` | `floor(10^7 beta^2 m)` |
//! | Gardens v2 | the same | nearest `10^7 limit / (1 - sqrt(m))` | nearest `10^7 m ratio^2` |
//!
//! `beta` is the unreachable spending limit, `limit` the reachable one (see [`crate::rule`]), `m` the least conviction
//! share. A reachable limit of 25 percent with m = 10 percent is the ratio 3,656,188 and the weight 133,677, the values
//! of the Gardens v2 tests. A half-life of 3 days in blocks of 15 seconds is the decay 9,999,598 after the floor; the
//! 9,999,599 quoted in 1Hive's test is the nearest integer.
//!
//! Source: the Gardens template, `gardens-v2` subgraph and web application.

use crate::chain::D;
use crate::error::{ConvictionError, require, require_positive};
use crate::rule::VotingRule;
use ruint::aliases::U256;

/// Scale of the integers, as a float.
const SCALE: f64 = 1e7;

/// The three scaled integers of a contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ScaledRule {
    /// alpha times 10^7, per block.
    pub decay: u64,
    /// beta times 10^7.
    pub max_ratio: u64,
    /// rho times 10^7.
    pub weight: u64,
}

impl ScaledRule {
    /// The integers of a rule whose step is one block, each rounded down.
    pub fn of(rule: &VotingRule) -> Self {
        Self {
            decay: whole(rule.alpha() * SCALE),
            max_ratio: whole(rule.beta() * SCALE),
            weight: whole(rule.rho() * SCALE),
        }
    }

    /// Gardens v1: the spending limit is beta; every number rounded down.
    ///
    /// # Errors
    /// [`ConvictionError`] as [`VotingRule::from_beta`].
    pub fn gardens_v1(
        half_life_seconds: f64,
        block_seconds: f64,
        spending_limit: f64,
        minimum_conviction: f64,
    ) -> Result<Self, ConvictionError> {
        VotingRule::from_beta(half_life_seconds, block_seconds, spending_limit, minimum_conviction)?;
        Ok(Self {
            decay: decay_of(half_life_seconds, block_seconds)?,
            max_ratio: whole(spending_limit * SCALE),
            weight: whole(spending_limit * spending_limit * minimum_conviction * SCALE),
        })
    }

    /// Gardens v2: the spending limit is reachable; ratio and weight rounded to nearest.
    ///
    /// # Errors
    /// [`ConvictionError`] as [`VotingRule::from_spending_limit`].
    pub fn gardens_v2(
        half_life_seconds: f64,
        block_seconds: f64,
        spending_limit: f64,
        minimum_conviction: f64,
    ) -> Result<Self, ConvictionError> {
        let rule = VotingRule::from_spending_limit(
            half_life_seconds,
            block_seconds,
            spending_limit,
            minimum_conviction,
        )?;
        Ok(Self {
            decay: decay_of(half_life_seconds, block_seconds)?,
            max_ratio: whole((rule.beta() * SCALE).round()),
            weight: whole((rule.rho() * SCALE).round()),
        })
    }

    /// The rule in blocks that the integers stand for.
    ///
    /// # Errors
    /// [`ConvictionError`] for integers outside the domain of [`VotingRule::new`].
    pub fn rule(&self) -> Result<VotingRule, ConvictionError> {
        let part = |scaled: u64| scaled as f64 / SCALE;
        VotingRule::new(part(self.decay), part(self.max_ratio), part(self.weight))
    }

    /// Share of conviction forgotten per block [1], exact to a float: `(D - decay) / D`.
    ///
    /// # Errors
    /// [`ConvictionError::OutOfRange`] for a decay of 10^7 or more.
    pub fn forgotten(&self) -> Result<f64, ConvictionError> {
        match 10_000_000_u64.checked_sub(self.decay) {
            Some(left) if left > 0 => Ok(left as f64 / SCALE),
            _ => Err(ConvictionError::OutOfRange {
                parameter: "decay",
                value: self.decay as f64,
                permitted: "[0, 10000000)",
            }),
        }
    }
}

/// Decay per block, scaled and rounded down: `floor(10^7 0.5^(block / half-life))`.
///
/// # Errors
/// [`ConvictionError::OutOfRange`] for times not above 0.
pub fn decay_of(half_life_seconds: f64, block_seconds: f64) -> Result<u64, ConvictionError> {
    require_positive("half_life_seconds", half_life_seconds)?;
    require_positive("block_seconds", block_seconds)?;
    Ok(whole((-block_seconds / half_life_seconds).exp2() * SCALE))
}

/// Half-life [s] of a scaled decay: `-block ln 2 / ln(decay / D)`, without the loss of `1 - decay / D`.
///
/// # Errors
/// [`ConvictionError::OutOfRange`] for a decay outside (0, 10^7) or a block time not above 0.
pub fn half_life_of(decay: u64, block_seconds: f64) -> Result<f64, ConvictionError> {
    require_positive("block_seconds", block_seconds)?;
    require(decay > 0 && U256::from(decay) < D, "decay", decay as f64, "(0, 10000000)")?;
    let forgotten = (SCALE - decay as f64) / SCALE;
    Ok(-block_seconds * std::f64::consts::LN_2 / (-forgotten).ln_1p())
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "shares times 10^7 are small and not negative; the contracts' integers are rounded down"
)]
fn whole(scaled: f64) -> u64 {
    scaled as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documented_integers() {
        let rule = ScaledRule::gardens_v2(10.0 * 86_400.0, 5.0, 0.25, 0.1).unwrap();
        assert_eq!((rule.max_ratio, rule.weight), (3_656_188, 133_677));
        assert_eq!(decay_of(3.0 * 86_400.0, 15.0).unwrap(), 9_999_598);
        assert!((half_life_of(9_999_599, 15.0).unwrap() / (3.0 * 86_400.0) - 1.0).abs() < 1e-3);
        let first = ScaledRule::gardens_v1(48.0 * 3_600.0, 5.0, 0.1, 0.025).unwrap();
        assert_eq!((first.max_ratio, first.weight), (1_000_000, 2_500));
        assert!(first.rule().is_ok() && first.forgotten().unwrap() < 1e-4);
    }
}
