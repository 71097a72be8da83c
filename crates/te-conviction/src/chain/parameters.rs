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
//! One unit of the decay is coarse where blocks are short: in blocks of a quarter of a second 9,999,999 is a half-life of
//! 20.06 days and 9,999,998 one of 10.03, with nothing between or beyond. [`nearest_decay`] gives the nearest integer with
//! the half-life that it stands for; [`decay_of`] refuses a half-life that its integer misses by more than a tenth.
//!
//! Source: the Gardens template, `gardens-v2` subgraph and web application.

use crate::chain::D;
use crate::error::{ConvictionError, finite, require, require_positive};
use crate::rule::VotingRule;
use ruint::aliases::U256;
use te_math::{ln_1p, pow};

/// Scale of the integers, as a float.
const SCALE: f64 = 1e7;
/// The largest decay with which the contracts do not revert.
const MOST_DECAY: u64 = 9_999_999;
/// How far the half-life of [`decay_of`] may be off, as a share `[1]`.
const MOST_OFF: f64 = 0.1;

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
            // Not 10^7, to which an alpha next to 1 rounds: with it every call of the contracts reverts.
            decay: whole(rule.alpha() * SCALE).min(MOST_DECAY),
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

    /// Share of conviction forgotten per block `[1]`, exact to a float: `(D - decay) / D`.
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

/// Decay per block, scaled and rounded down as the templates do: `floor(10^7 0.5^(block / half-life))`.
///
/// # Errors
/// [`ConvictionError::OutOfRange`] for times not above 0; [`ConvictionError::HalfLifeResolution`] where the integer stands
/// for a half-life that is more than a tenth away from the one asked for, or for none.
///
/// ```
/// use te_conviction::chain::parameters::decay_of;
/// assert_eq!(decay_of(3.0 * 86_400.0, 15.0)?, 9_999_598);
/// let refused = decay_of(90.0 * 86_400.0, 0.25).unwrap_err().to_string();
/// assert!(refused.contains("the decay nearest to it, 9999999, stands for 1732867"), "{refused}");
/// # Ok::<(), te_conviction::error::ConvictionError>(())
/// ```
pub fn decay_of(half_life_seconds: f64, block_seconds: f64) -> Result<u64, ConvictionError> {
    let nearest = nearest_decay(half_life_seconds, block_seconds)?;
    let floor = whole(pow(2.0, -block_seconds / half_life_seconds) * SCALE);
    let near = half_life_of(floor, block_seconds)
        .is_ok_and(|stands_for| (stands_for - half_life_seconds).abs() <= MOST_OFF * half_life_seconds);
    if near {
        return Ok(floor);
    }
    Err(ConvictionError::HalfLifeResolution {
        half_life: half_life_seconds,
        block: block_seconds,
        decay: nearest.decay,
        stands_for: nearest.half_life_seconds,
        shortest: half_life_of(1, block_seconds)?,
        longest: half_life_of(MOST_DECAY, block_seconds)?,
    })
}

/// An integer decay and the half-life that it stands for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NearestDecay {
    /// alpha times 10^7, per block, in (0, 10^7).
    pub decay: u64,
    /// The half-life that it stands for `[s]`.
    pub half_life_seconds: f64,
}

/// The decay in (0, 10^7) whose alpha is nearest to that of a half-life, with the half-life that it stands for.
///
/// # Errors
/// [`ConvictionError::OutOfRange`] for times not above 0, or so long that the half-life found is no finite number.
///
/// ```
/// use te_conviction::chain::parameters::nearest_decay;
/// // Ninety days in blocks of a quarter of a second: the longest half-life there is, 20.06 days.
/// let nearest = nearest_decay(90.0 * 86_400.0, 0.25)?;
/// assert_eq!(nearest.decay, 9_999_999);
/// assert_eq!(format!("{:.2}", nearest.half_life_seconds / 86_400.0), "20.06");
/// # Ok::<(), te_conviction::error::ConvictionError>(())
/// ```
pub fn nearest_decay(half_life_seconds: f64, block_seconds: f64) -> Result<NearestDecay, ConvictionError> {
    require_positive("half_life_seconds", half_life_seconds)?;
    require_positive("block_seconds", block_seconds)?;
    let scaled = pow(2.0, -block_seconds / half_life_seconds) * SCALE;
    let decay = whole(scaled.round()).clamp(1, MOST_DECAY);
    Ok(NearestDecay { decay, half_life_seconds: half_life_of(decay, block_seconds)? })
}

/// Half-life `[s]` of a scaled decay: `-block ln 2 / ln(decay / D)`, without the loss of `1 - decay / D`.
///
/// # Errors
/// [`ConvictionError::OutOfRange`] for a decay outside (0, 10^7) or a block time not above 0.
pub fn half_life_of(decay: u64, block_seconds: f64) -> Result<f64, ConvictionError> {
    require_positive("block_seconds", block_seconds)?;
    require(decay > 0 && U256::from(decay) < D, "decay", decay as f64, "(0, 10000000)")?;
    let forgotten = (SCALE - decay as f64) / SCALE;
    finite("half-life", -block_seconds * std::f64::consts::LN_2 / ln_1p(-forgotten))
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
        // An alpha next to 1 does not become the 10^7 that reverts.
        let slow = VotingRule::new(1.0_f64.next_down(), 0.2, 0.001).unwrap();
        assert_eq!(ScaledRule::of(&slow).decay, 9_999_999);
        let first = ScaledRule::gardens_v1(48.0 * 3_600.0, 5.0, 0.1, 0.025).unwrap();
        assert_eq!((first.max_ratio, first.weight), (1_000_000, 2_500));
        assert!(first.rule().is_ok() && first.forgotten().unwrap() < 1e-4);
    }

    #[test]
    fn a_half_life_between_the_integers_is_refused_with_the_nearest() {
        // -block ln 2 / ln(1 - k 1e-7) for k = 1, 2, 3 and a block of 0.25 s: 20.0563, 10.0282, 6.6854 days.
        let days = |days: f64| decay_of(days * 86_400.0, 0.25);
        assert_eq!((days(10.1).unwrap(), days(7.0).unwrap()), (9_999_998, 9_999_997));
        // Twenty days are rounded down to the decay of ten.
        for asked in [11.5, 15.0, 20.0, 90.0, 1e295] {
            assert!(matches!(days(asked), Err(ConvictionError::HalfLifeResolution { .. })), "{asked}");
        }
        let error = decay_of(1e300, 5.0).unwrap_err();
        let ConvictionError::HalfLifeResolution { decay, stands_for, longest, .. } = error else {
            panic!("{error}")
        };
        assert_eq!((decay, stands_for), (9_999_999, longest));
        assert!((longest / 34_657_357.0 - 1.0).abs() < 1e-6, "{longest}");
        // Shorter than any decay but 0.
        assert!(decay_of(1.0, 100.0).is_err() && decay_of(1.0, 20.0).is_ok());
    }
}
