//! Stocks of people who go on or leave, and what they are to a market.
//!
//! ```text
//! part that leaves at h1 = (1 - exp(-(h1 + h2) dt)) h1 / (h1 + h2),   at h2 with h2 in front
//! scale                  = engineers / reference · (0.5 + hype)
//! ```
//!
//! Symbols: `h1`, `h2` competing hazards >= 0 `[1/yr]`, `dt` time `[yr]`, hype in `[0, 1]` `[1]`. Invariant: no flow exceeds its
//! stock. **Scale is a proposal of this library**; the exits are those of any two exponential waiting times.

use te_math as math;

use crate::error::SkillError;

/// Scale of an ecosystem for a market: `engineers/reference · (0.5 + hype)` `[1]`.
///
/// # Errors
/// `engineers` negative, `reference` not positive, `hype` outside `[0, 1]`, or overflow.
pub fn scale(engineers: f64, reference: f64, hype: f64) -> Result<f64, SkillError> {
    SkillError::require("engineers", engineers, engineers >= 0.0, "[0, inf)")?;
    SkillError::require("reference", reference, reference > 0.0, "(0, inf)")?;
    SkillError::require_share("hype", hype)?;
    SkillError::finite("scale", engineers / reference * (0.5 + hype))
}

/// Parts of a stock that leave in `dt` years at two competing hazards: `(1 - exp(-(h1 + h2) dt)) h/(h1 + h2)` `[1]`.
///
/// # Errors
/// A hazard or `dt` that is negative or not finite.
pub fn competing_exits(first: f64, second: f64, dt: f64) -> Result<(f64, f64), SkillError> {
    SkillError::require("hazard", first, first >= 0.0, "[0, inf)")?;
    SkillError::require("hazard", second, second >= 0.0, "[0, inf)")?;
    SkillError::require("dt", dt, dt >= 0.0, "[0, inf)")?;
    let total = SkillError::finite("sum of hazards", first + second)?;
    if total == 0.0 {
        return Ok((0.0, 0.0));
    }
    let gone = -math::exp_m1(-total * dt);
    Ok((gone * (first / total), gone * (second / total)))
}
