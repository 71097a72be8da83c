//! Rates of return and the conventions under which they are quoted.
//!
//! A nominal rate `r` per year means different growth under different compounding. The *effective* rate `e` is the
//! growth of one unit in one period, and everything else in this crate is written in it.
//!
//! | convention | effective rate |
//! |---|---|
//! | once a period | `e = r` |
//! | `m` times a period | `e = (1 + r/m)^m - 1` |
//! | continuously | `e = exp(r) - 1` |
//!
//! Symbols: `r` nominal rate [1/period], `m` compoundings in a period [1], `e` effective rate [1/period], `e > -1`.
//! Limit: `m -> inf` gives continuous compounding. Powers are computed as `exp(t ln(1 + e))` with both functions exact
//! near zero, so that a rate of 1e-12 keeps its digits.
//!
//! Source: `DeFusco` et al., *Quantitative Investment Analysis*, chapter 1; the classes `CompoundingCashFlow` and
//! `ContinuousCompoundingCashFlow` of Long Tail Financial's notebooks follow it.

use crate::error::FinanceError;
use crate::math;

/// How often interest is added within a period.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Compounding {
    /// Once, at the end of the period.
    #[default]
    Once,
    /// This many times, at equal intervals.
    Times(u32),
    /// At every instant.
    Continuous,
}

/// `exp(x) - 1` without cancellation near zero [1].
///
/// Kahan's form `(u - 1) x / ln u` with `u = exp x`: the rounding error of `u` appears in both factors and divides out.
/// Valid for every finite `x`; overflows to infinity above 709.78.
#[must_use]
pub fn growth_of_log(x: f64) -> f64 {
    let u = math::exp(x);
    if !(-1.0..=1.0).contains(&x) {
        return u - 1.0;
    }
    if u == 1.0 { x } else { (u - 1.0) * (x / math::ln(u)) }
}

/// `ln(1 + x)` without cancellation near zero [1], for `x > -1`; NaN below.
///
/// Kahan's form `ln(u) x / (u - 1)` with `u = 1 + x`.
#[must_use]
pub fn log_of_growth(x: f64) -> f64 {
    let u = 1.0 + x;
    if u == 1.0 {
        x
    } else if u.is_finite() {
        math::ln(u) * (x / (u - 1.0))
    } else {
        u
    }
}

/// Effective rate of a nominal rate [1/period].
///
/// ```
/// use te_finance::compounding::{Compounding, effective_rate};
/// let daily = effective_rate(0.12, Compounding::Times(365))?;
/// assert!((daily - 0.12747461563840012).abs() < 1e-14);
/// # Ok::<(), te_finance::FinanceError>(())
/// ```
///
/// # Errors
/// `rate` is not finite, a compounding frequency of 0, `rate <= -m` (the balance would be wiped out), or overflow.
pub fn effective_rate(rate: f64, compounding: Compounding) -> Result<f64, FinanceError> {
    let effective = match compounding {
        Compounding::Once => FinanceError::require("rate", rate, rate > -1.0, "(-1, inf)")?,
        Compounding::Times(m) => {
            let m = f64::from(m);
            FinanceError::require("compounding frequency", m, m >= 1.0, "[1, inf)")?;
            FinanceError::require("rate", rate, rate > -m, "(-m, inf) for m compoundings")?;
            growth_of_log(m * log_of_growth(rate / m))
        }
        Compounding::Continuous => {
            growth_of_log(FinanceError::require("rate", rate, true, "a finite number")?)
        }
    };
    FinanceError::finite("effective rate", effective)
}

/// Nominal rate whose effective rate is `effective` [1/period]: the inverse of [`effective_rate`].
///
/// # Errors
/// `effective` is not finite or at most -1, or a compounding frequency of 0.
pub fn nominal_rate(effective: f64, compounding: Compounding) -> Result<f64, FinanceError> {
    require_effective(effective)?;
    match compounding {
        Compounding::Once => Ok(effective),
        Compounding::Times(m) => {
            let m = f64::from(m);
            FinanceError::require("compounding frequency", m, m >= 1.0, "[1, inf)")?;
            FinanceError::finite("nominal rate", m * growth_of_log(log_of_growth(effective) / m))
        }
        Compounding::Continuous => Ok(log_of_growth(effective)),
    }
}

/// Growth of one unit over `t` periods, `(1 + e)^t` [1]; `t` may be negative (a discount factor) or fractional.
///
/// # Errors
/// `effective` is not finite or at most -1, `t` is not finite, or overflow.
pub fn growth_factor(effective: f64, t: f64) -> Result<f64, FinanceError> {
    require_effective(effective)?;
    FinanceError::require("t", t, true, "a finite number")?;
    FinanceError::finite("growth factor", math::exp(t * log_of_growth(effective)))
}

/// The effective rate itself if it is finite and above -1.
pub(crate) fn require_effective(effective: f64) -> Result<f64, FinanceError> {
    FinanceError::require("effective rate", effective, effective > -1.0, "(-1, inf)")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_arguments_keep_their_digits() {
        for x in [1e-300, 1e-16, 1e-9, 1e-4, 0.3, 0.9] {
            for x in [x, -x] {
                assert!((growth_of_log(x) - x.exp_m1()).abs() <= 4e-16 * x.abs(), "expm1 {x}");
                assert!((log_of_growth(x) - x.ln_1p()).abs() <= 4e-16 * x.ln_1p().abs(), "ln1p {x}");
            }
        }
        assert_eq!(growth_of_log(-800.0), -1.0);
        assert_eq!(growth_of_log(0.0), 0.0);
    }

    #[test]
    fn many_compoundings_approach_the_continuous_rate() -> Result<(), FinanceError> {
        let limit = effective_rate(0.2, Compounding::Continuous)?;
        let fine = effective_rate(0.2, Compounding::Times(1_000_000))?;
        assert!((limit - fine).abs() < 1e-7);
        assert!((limit - (0.2f64.exp() - 1.0)).abs() < 1e-15);
        Ok(())
    }

    #[test]
    fn refuses_what_has_no_effective_rate() {
        assert!(effective_rate(-1.0, Compounding::Once).is_err());
        assert!(effective_rate(f64::NAN, Compounding::Continuous).is_err());
        assert!(effective_rate(1.0, Compounding::Times(0)).is_err());
        assert!(effective_rate(1e4, Compounding::Continuous).is_err());
    }
}
