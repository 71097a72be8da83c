//! How conviction accrues: a leaky integral of stake.
//!
//! ```text
//! y' = x + alpha y                                              one step
//! y_T = alpha^T y_0 + x (1 - alpha^T) / (1 - alpha)             constant stake
//! y_max = x / (1 - alpha)                                       the limit
//! ```
//!
//! | symbol | meaning | unit |
//! |---|---|---|
//! | `x` | stake | token |
//! | `y` | conviction | token step |
//! | `alpha` | share kept per step | 1 |
//! | `forgotten` | `1 - alpha` | 1 |
//! | `T` | time | steps |
//!
//! Index convention: the stake counts in the step in which it is placed, so that the first step from zero gives
//! `y = x`. This is what the published model's code does and what the contracts do one block after staking; the
//! write-up of the model uses the stake of the step before.
//!
//! Assumptions: the closed form holds for a constant stake; time need not be whole.
//! Invariant: from zero, conviction never exceeds `x / (1 - alpha)` with x the largest stake so far.
//!
//! Source: the Aragon and 1Hive conviction voting model, version 3; `ConvictionVoting.sol` of 1Hive.

use crate::error::{ConvictionError, finite, require, require_alpha, require_amount};
use te_math::{exp, exp_m1, ln, ln_1p, pow};

/// Conviction `[token step]` one step on: `stake + alpha conviction`.
///
/// Defined for every float, and meaningful for `alpha` in [0, 1); this is the kernel of the simulation.
#[inline]
pub fn next_conviction(conviction: f64, stake: f64, alpha: f64) -> f64 {
    stake + alpha * conviction
}

/// Conviction `[token step]` after `steps` of a constant stake:
/// `alpha^T y_0 + x (1 - alpha^T) / (1 - alpha)`.
///
/// # Errors
/// [`ConvictionError::OutOfRange`] for alpha outside [0, 1) or a negative amount or time.
pub fn conviction_after(conviction: f64, stake: f64, alpha: f64, steps: f64) -> Result<f64, ConvictionError> {
    require_alpha(alpha)?;
    conviction_after_forgetting(conviction, stake, 1.0 - alpha, steps)
}

/// As [`conviction_after`], from the share *forgotten* per step, `1 - alpha`, in (0, 1].
///
/// With block times, alpha is within 1e-7 of 1 and `1 - alpha` loses half its digits; the share forgotten is what
/// the contracts state exactly, `(D - decay) / D`. In this form the result is good to 2e-15 of its value where
/// `alpha^T` and `1 - alpha` are only good to 5e-11.
///
/// # Errors
/// [`ConvictionError::OutOfRange`] for a share outside (0, 1] or a negative amount or time.
pub fn conviction_after_forgetting(
    conviction: f64,
    stake: f64,
    forgotten: f64,
    steps: f64,
) -> Result<f64, ConvictionError> {
    require_amount("conviction", conviction)?;
    require_amount("stake", stake)?;
    require(forgotten > 0.0 && forgotten <= 1.0, "forgotten", forgotten, "(0, 1]")?;
    require_amount("steps", steps)?;
    if steps == 0.0 {
        return Ok(conviction);
    }
    let exponent = steps * ln_1p(-forgotten);
    finite("conviction", conviction * exp(exponent) - stake * exp_m1(exponent) / forgotten)
}

/// Largest conviction `[token step]` a stake can reach: `x / (1 - alpha)`.
///
/// # Errors
/// [`ConvictionError::OutOfRange`] for alpha outside [0, 1) or a negative stake.
pub fn maximum_conviction(stake: f64, alpha: f64) -> Result<f64, ConvictionError> {
    require_alpha(alpha)?;
    require_amount("stake", stake)?;
    finite("maximum conviction", stake / (1.0 - alpha))
}

/// Share `[1]` of the largest conviction reached after `steps` from zero: `1 - alpha^T`.
///
/// Half of it at one half-life, three quarters at two, 96.9 percent at five.
///
/// # Errors
/// [`ConvictionError::OutOfRange`] for alpha outside [0, 1) or a negative time.
pub fn share_of_maximum(alpha: f64, steps: f64) -> Result<f64, ConvictionError> {
    require_alpha(alpha)?;
    require_amount("steps", steps)?;
    Ok(1.0 - pow(alpha, steps))
}

/// Time `[steps]` from zero to a share of the largest conviction: `ln(1 - share) / ln alpha`.
///
/// 80 percent takes 2.3219 half-lives, 90 percent 3.3219.
///
/// # Errors
/// [`ConvictionError::OutOfRange`] for alpha or share outside [0, 1).
pub fn steps_to_share(alpha: f64, share: f64) -> Result<f64, ConvictionError> {
    require_alpha(alpha)?;
    require((0.0..1.0).contains(&share), "share", share, "[0, 1)")?;
    Ok(if share == 0.0 { 0.0 } else { ln_1p(-share) / ln(alpha) })
}

/// Conviction `[token step]` after each step of a series of stakes, from `conviction`.
///
/// # Errors
/// [`ConvictionError::OutOfRange`] for alpha outside [0, 1) or a negative amount.
pub fn conviction_series(conviction: f64, stakes: &[f64], alpha: f64) -> Result<Vec<f64>, ConvictionError> {
    require_alpha(alpha)?;
    require_amount("conviction", conviction)?;
    let mut level = conviction;
    let mut series = Vec::with_capacity(stakes.len());
    for &stake in stakes {
        require_amount("stake", stake)?;
        level = finite("conviction", next_conviction(level, stake, alpha))?;
        series.push(level);
    }
    Ok(series)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documented_shares() {
        let alpha = 0.5_f64.powf(1.0 / 3.0);
        for (half_lives, share) in [(1.0, 0.5), (2.0, 0.75), (5.0, 0.96875)] {
            assert!((share_of_maximum(alpha, 3.0 * half_lives).unwrap() - share).abs() < 1e-14);
        }
        assert!((steps_to_share(alpha, 0.8).unwrap() / 3.0 - 2.3219).abs() < 1e-4);
        let ten = std::f64::consts::LOG2_10;
        assert!((steps_to_share(alpha, 0.9).unwrap() / 3.0 - ten).abs() < 1e-12);
    }

    #[test]
    fn closed_form_equals_the_recursion() {
        let alpha = 0.79;
        let series = conviction_series(40.0, &[7.0; 25], alpha).unwrap();
        let closed = conviction_after(40.0, 7.0, alpha, 25.0).unwrap();
        assert!((series[24] / closed - 1.0).abs() < 1e-13);
        assert_eq!(conviction_after(40.0, 7.0, 0.0, 1.0).unwrap(), 7.0);
        assert_eq!(conviction_after(40.0, 7.0, 0.0, 0.0).unwrap(), 40.0);
    }
}
