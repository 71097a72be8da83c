//! Conviction and threshold of Gardens v2, present and legacy.
//!
//! The conviction is 1Hive's with a checked `D - decay`. The threshold multiplies before it divides, so that it
//! truncates once less and large products do not overflow, and never falls below the largest conviction of a fixed
//! number of points.
//!
//! ```text
//! over the ratio:  2^256 - 1, where pool > 0 and maxRatio pool <= r D
//! den   = floor(maxRatio 2^64 / D) - floor(r 2^64 / pool)           the last term 0 for an empty pool
//! ratio = floor(floor((weight << 128) / D) D / ((den den) >> 64))
//! thr   = floor(floor(ratio / (D - decay)) points / 2^64)
//! thr   = max(thr, floor(minPoints D / (D - decay)))
//! ```
//! Legacy (June 2025 to February 2026): 1Hive's order of operations, no answer for an empty pool, and as least value
//! `floor(floor(minPoints D maxConviction(points) / points) / 10^7)` unless there are no points.
//!
//! | symbol | meaning | unit |
//! |---|---|---|
//! | `r`, `pool` | request, pool | wei |
//! | `points` | voting power of activated members | point |
//!
//! Source: 1Hive/gardens-v2 at 15ad3748a (present) and ac79ce68d (legacy), `ConvictionsUtils.sol`, solc 0.8.19.

use crate::chain::fixed_point::power;
use crate::chain::{D, Revert, TWO_64, TWO_127, TWO_128, add, div, mul, sub};
use ruint::aliases::{U256, U512};

/// What the threshold depends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ThresholdInputs {
    /// Amount requested `[wei]`.
    pub requested: U256,
    /// Amount in the pool `[wei]`.
    pub pool: U256,
    /// Voting power of all activated members `[point]`.
    pub points: U256,
    /// alpha D.
    pub decay: U256,
    /// rho D.
    pub weight: U256,
    /// beta D.
    pub max_ratio: U256,
    /// Points whose largest conviction is the least threshold `[point]`.
    pub minimum_points: U256,
}

/// Conviction `[point block]` after `blocks` with a constant number of points.
///
/// # Errors
/// [`Revert::BaseNotBelowOne`] for a decay of D or more, [`Revert::SubUnderflow`] for one so large that the shift hides
/// it, overflows beyond the safe range.
pub fn conviction(blocks: U256, last: U256, points: U256, decay: U256) -> Result<U256, Revert> {
    let kept = power((decay << 128) / D, blocks)?;
    let grown = div(mul(mul(points, D)?, sub(TWO_128, kept)?)?, sub(D, decay)?)?;
    Ok(add(add(mul(kept, last)?, grown)?, TWO_127)? >> 128)
}

/// Largest conviction `[point block]` of a number of points: `floor(points D / (D - decay))`.
///
/// # Errors
/// [`Revert::SubUnderflow`] or [`Revert::DivZero`] for a decay of D or more, [`Revert::MulOverflow`].
pub fn maximum_conviction(points: U256, decay: U256) -> Result<U256, Revert> {
    div(mul(points, D)?, sub(D, decay)?)
}

/// Least threshold `[point block]`: the largest conviction of `minimum_points`, with a 512-bit product.
///
/// # Errors
/// [`Revert::SubUnderflow`], [`Revert::DivZero`] or [`Revert::MulDivOverflow`].
pub fn least_threshold(minimum_points: U256, decay: U256) -> Result<U256, Revert> {
    multiply_divide(minimum_points, D, sub(D, decay)?)
}

/// Threshold conviction `[point block]` of a request; 2^256 - 1 where it is over the ratio.
///
/// # Errors
/// [`Revert::DivZero`] where the denominator vanishes, and overflows or underflows for absurd parameters.
pub fn threshold(inputs: &ThresholdInputs) -> Result<U256, Revert> {
    if !inputs.pool.is_zero() && mul(inputs.max_ratio, inputs.pool)? <= mul(inputs.requested, D)? {
        return Ok(U256::MAX);
    }
    let taken =
        if inputs.pool.is_zero() { U256::ZERO } else { div(mul(inputs.requested, TWO_64)?, inputs.pool)? };
    let gap = sub(mul(inputs.max_ratio, TWO_64)? / D, taken)?;
    let ratio = multiply_divide((inputs.weight << 128) / D, D, mul(gap, gap)? >> 64)?;
    let threshold = multiply_divide(div(ratio, sub(D, inputs.decay)?)?, inputs.points, TWO_64)?;
    Ok(threshold.max(least_threshold(inputs.minimum_points, inputs.decay)?))
}

/// Threshold conviction `[point block]` as computed between June 2025 and February 2026.
///
/// # Errors
/// [`Revert::DivZero`] for an empty pool or a vanishing denominator, [`Revert::SubUnderflow`] for a request over the
/// ratio, and overflows.
pub fn threshold_legacy(inputs: &ThresholdInputs) -> Result<U256, Revert> {
    let gap = sub(mul(inputs.max_ratio, TWO_64)? / D, div(mul(inputs.requested, TWO_64)?, inputs.pool)?)?;
    let scale = div((inputs.weight << 128) / D, mul(gap, gap)? >> 64)?;
    let per_point = div(mul(scale, D)?, sub(D, inputs.decay)?)?;
    let threshold = mul(per_point, inputs.points)? >> 64;
    if inputs.points.is_zero() {
        return Ok(threshold);
    }
    let most = maximum_conviction(inputs.points, inputs.decay)?;
    let least = mul(mul(inputs.minimum_points, D)?, most)? / inputs.points / D;
    Ok(threshold.max(least))
}

/// `floor(a b / c)` with a 512-bit product.
fn multiply_divide(a: U256, b: U256, c: U256) -> Result<U256, Revert> {
    if c.is_zero() {
        return Err(Revert::DivZero);
    }
    let product: U512 = a.widening_mul(b);
    let quotient = product / U512::from(c);
    U256::checked_from_limbs_slice(quotient.as_limbs()).ok_or(Revert::MulDivOverflow)
}
