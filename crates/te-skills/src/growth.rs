//! Growth of a data economy by what it spends on research: the exogenous growth of TokenSPICE.
//!
//! ```text
//! g(x)        = -0.118 + 0.533 (1 - 0.5^(x / 0.6))          per year
//! per step    = (1 + g)^dt - 1
//! ```
//!
//! Symbols: `x` spending on research and development over sales of the last month >= 0 `[1]`, `g` growth `[1/yr]`, `dt` step
//! `[yr]`. Half of the range is reached at `x = 0.6`. Invariants: `g` rises with `x` from -0.118 towards 0.415. Limit: an
//! exogenous rule of thumb, fitted to nothing known.
//!
//! Source: TokenSPICE, module on growth.

use te_math as math;

use crate::error::SkillError;

/// Growth without any research `[1/yr]`.
pub const LEAST_GROWTH: f64 = -0.118;
/// Distance to the greatest growth `[1/yr]`.
pub const GROWTH_RANGE: f64 = 0.533;
/// Research over sales at which half of the range is reached `[1]`.
pub const HALF_RANGE_RATIO: f64 = 0.6;

/// Growth at research over sales `x` `[1/yr]`.
///
/// ```
/// use te_skills::growth::growth_rate;
/// assert!((growth_rate(0.6)? - 0.1485).abs() < 1e-15);
/// # Ok::<(), te_skills::SkillError>(())
/// ```
///
/// # Errors
/// `x` negative or not finite.
pub fn growth_rate(x: f64) -> Result<f64, SkillError> {
    SkillError::require("research over sales", x, x >= 0.0, "[0, inf)")?;
    Ok(LEAST_GROWTH - GROWTH_RANGE * math::exp_m1(-x / HALF_RANGE_RATIO * std::f64::consts::LN_2))
}

/// Growth in a step of `dt` years, `(1 + g)^dt - 1` `[1/step]`.
///
/// # Errors
/// `g` at most -1, `dt` negative, or an argument that is not finite.
pub fn growth_in_step(g: f64, dt: f64) -> Result<f64, SkillError> {
    SkillError::require("growth", g, g > -1.0, "(-1, inf)")?;
    SkillError::require("dt", dt, dt >= 0.0, "[0, inf)")?;
    SkillError::finite("growth in a step", math::exp_m1(dt * math::ln_1p(g)))
}
