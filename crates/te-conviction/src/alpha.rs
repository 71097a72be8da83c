//! The decay `alpha` and the half-life it stands for.
//!
//! Conviction keeps the share `alpha` of itself in each step. People choose a half-life: the time in which a
//! conviction without support falls to half, and in which a constant stake reaches half of its largest
//! conviction.
//!
//! ```text
//! alpha     = 2^(-step / half_life)
//! half_life = -step ln 2 / ln alpha
//! ```
//!
//! | symbol | meaning | unit |
//! |---|---|---|
//! | `alpha` | share kept per step | 1 |
//! | `half_life` | time to fall to half | any unit of time |
//! | `step` | length of a step | the unit of `half_life` |
//!
//! A half-life of 3 days in daily steps is alpha = 0.7937005259840998, 7 days in daily steps is
//! 0.9057236642639067, 7 days in hourly steps is 0.9958826236582974.
//!
//! Limits: `alpha = 1` never forgets and diverges, so it is refused; `alpha = 0` has no memory, half-life 0.
//!
//! Source: the write-up of the Aragon and 1Hive conviction voting model, version 3, "Deriving alpha".

use crate::error::{ConvictionError, finite, require, require_alpha, require_positive};
use std::f64::consts::LN_2;
use te_math::{ln, pow};

/// Share of conviction kept per step `[1]` for a half-life: `2^(-step / half_life)`.
///
/// Both times are in the same unit and above 0.
///
/// # Errors
/// [`ConvictionError::OutOfRange`] for a time that is not above 0, or one so long against the step that alpha
/// rounds to 1.
pub fn alpha_from_half_life(half_life: f64, step: f64) -> Result<f64, ConvictionError> {
    require_positive("half_life", half_life)?;
    require_positive("step", step)?;
    let alpha = pow(2.0, -step / half_life);
    require_alpha(alpha)?;
    Ok(alpha)
}

/// Half-life [unit of `step`] of a decay: `-step ln 2 / ln alpha`; 0 for `alpha = 0`.
///
/// # Errors
/// [`ConvictionError::OutOfRange`] for alpha outside [0, 1) or a step that is not above 0.
pub fn half_life_from_alpha(alpha: f64, step: f64) -> Result<f64, ConvictionError> {
    require_alpha(alpha)?;
    require_positive("step", step)?;
    finite("half_life", -step * LN_2 / ln(alpha))
}

/// Decay `[1]` with which a constant stake reaches `share` of its largest conviction in `time`:
/// `(1 - share)^(step / time)`.
///
/// The commons simulator states its decay so: 80 percent in ten days is alpha = 0.8513399225.
///
/// # Errors
/// [`ConvictionError::OutOfRange`] for a share outside (0, 1) or a time that is not above 0.
pub fn alpha_from_growth(share: f64, time: f64, step: f64) -> Result<f64, ConvictionError> {
    require(share > 0.0 && share < 1.0, "share", share, "(0, 1)")?;
    require_positive("time", time)?;
    require_positive("step", step)?;
    let alpha = pow(1.0 - share, step / time);
    require_alpha(alpha)?;
    Ok(alpha)
}

/// The same decay over another length of step: `alpha^(to / from)`.
///
/// # Errors
/// [`ConvictionError::OutOfRange`] for alpha outside [0, 1) or a step that is not above 0.
pub fn alpha_over_step(alpha: f64, from: f64, to: f64) -> Result<f64, ConvictionError> {
    require_alpha(alpha)?;
    require_positive("from", from)?;
    require_positive("to", to)?;
    let rescaled = pow(alpha, to / from);
    require_alpha(rescaled)?;
    Ok(rescaled)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documented_values() {
        assert!((alpha_from_half_life(3.0, 1.0).unwrap() - 0.7937005259840998).abs() < 1e-15);
        assert!((alpha_from_half_life(7.0, 1.0).unwrap() - 0.9057236642639067).abs() < 1e-15);
        assert!((alpha_from_half_life(168.0, 1.0).unwrap() - 0.9958826236582974).abs() < 1e-15);
        assert!((alpha_from_growth(0.8, 10.0, 1.0).unwrap() - 0.8513399225).abs() < 1e-10);
        assert_eq!(half_life_from_alpha(0.0, 1.0).unwrap(), 0.0);
        assert!((alpha_over_step(0.5, 1.0, 2.0).unwrap() - 0.25).abs() < 1e-16);
    }

    #[test]
    fn bad_input_is_refused() {
        assert!(alpha_from_half_life(0.0, 1.0).is_err());
        assert!(alpha_from_half_life(f64::NAN, 1.0).is_err());
        assert!(alpha_from_half_life(1e300, 1.0).is_err());
        assert!(half_life_from_alpha(1.0, 1.0).is_err());
        assert!(half_life_from_alpha(-0.1, 1.0).is_err());
    }
}
