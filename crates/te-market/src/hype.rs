//! Attention that a field gets: a level in `[0, 1]` that drifts, wanders, or is pulled to a target.
//!
//! ```text
//! curve: y(x) = (exp(b x) - 1) / (exp(b) - 1),  b = ln 81: y(0) = 0, y(1) = 1, most attention comes late
//! walk:  x' = clip(x + trend n + deviation sqrt(n) Z, 0, 1),  n steps of a month
//! pull:  y' = clip(Ornstein-Uhlenbeck step towards the regime's target, 0, 1)
//! ```
//!
//! Symbols: `x` position of the walk `[1]`, `y` hype `[1]`, trend 1e-4 `[1/month]`, deviation 0.02 `[1/sqrt month]`.
//! The published curve is `a (exp(b x) + 1)` with `a = 0.0125 = 1/(exp(b) - 1)`: the wrong sign, so that it runs from 0.025
//! to 1.025, and `b` rounded to 4.39445. The published code calls the standard deviation of its walk a variance. Limit: clipping makes neither the walk's nor the pull's law exact at the
//! edges, so two half steps differ from a whole one there.
//!
//! Source: Long Tail Financial, `cryptoHypeCycle.py`, for curve and walk; [`crate::ornstein_uhlenbeck`] for the pull.

use te_math as math;

use crate::error::MarketError;

/// `1 / (exp(b) - 1)` for `b = ln 81` `[1]`.
const A: f64 = 0.0125;

/// Hype at position `x` of the walk, with `b = ln 81` `[1]`.
///
/// ```
/// use te_market::hype::curve;
/// assert_eq!(curve(0.0)?, 0.0);
/// assert!((curve(1.0)? - 1.0).abs() < 1e-14);
/// # Ok::<(), te_market::MarketError>(())
/// ```
///
/// # Errors
/// `x` outside `[0, 1]`.
pub fn curve(x: f64) -> Result<f64, MarketError> {
    curve_of_steepness(x, math::ln_1p(1.0 / A))
}

/// Hype at position `x` of the walk for any steepness `b` > 0, `(exp(b x) - 1) / (exp(b) - 1)` `[1]`.
///
/// # Errors
/// `x` outside `[0, 1]`, or `b` outside (0, 700].
pub fn curve_of_steepness(x: f64, b: f64) -> Result<f64, MarketError> {
    MarketError::require("x", x, (0.0..=1.0).contains(&x), "[0, 1]")?;
    MarketError::require("steepness", b, b > 0.0 && b <= 700.0, "(0, 700]")?;
    Ok((math::exp_m1(b * x) / math::exp_m1(b)).min(1.0))
}

/// Position of the walk that has hype `y`, `ln(1 + y/a) / b` `[1]`: the inverse of [`curve`].
///
/// # Errors
/// `y` outside `[0, 1]`.
pub fn position(y: f64) -> Result<f64, MarketError> {
    MarketError::require("hype", y, (0.0..=1.0).contains(&y), "[0, 1]")?;
    Ok((math::ln_1p(y / A) / math::ln_1p(1.0 / A)).min(1.0))
}

/// Position of the walk after `months`, from a standard normal draw `z` `[1]`.
///
/// # Errors
/// `x` outside `[0, 1]`, `deviation` or `months` negative, or an argument that is not finite.
pub fn walk(x: f64, trend: f64, deviation: f64, months: f64, z: f64) -> Result<f64, MarketError> {
    MarketError::require("x", x, (0.0..=1.0).contains(&x), "[0, 1]")?;
    MarketError::require("trend", trend, true, "a finite number")?;
    MarketError::require("deviation", deviation, deviation >= 0.0, "[0, inf)")?;
    MarketError::require("months", months, months >= 0.0, "[0, inf)")?;
    Ok(MarketError::finite("position", x + trend * months + deviation * months.sqrt() * z)?.clamp(0.0, 1.0))
}
