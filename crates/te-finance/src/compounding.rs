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
//! Symbols: `r` nominal rate `[1/period]`, `m` compoundings in a period `[1]`, `e` effective rate `[1/period]`, `e > -1`.
//! Limit: `m -> inf` gives continuous compounding. Powers are computed as `exp(t ln(1 + e))` with both functions exact
//! near zero, so that a rate of 1e-12 keeps its digits.
//!
//! Source: `DeFusco` et al., *Quantitative Investment Analysis*, chapter 1; the classes `CompoundingCashFlow` and
//! `ContinuousCompoundingCashFlow` of Long Tail Financial's notebooks follow it.

use crate::error::FinanceError;
use te_math as math;

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

/// Effective rate of a nominal rate `[1/period]`.
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
            math::exp_m1(m * math::ln_1p(rate / m))
        }
        Compounding::Continuous => {
            math::exp_m1(FinanceError::require("rate", rate, true, "a finite number")?)
        }
    };
    FinanceError::finite("effective rate", effective)
}

/// Nominal rate whose effective rate is `effective` `[1/period]`: the inverse of [`effective_rate`].
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
            FinanceError::finite("nominal rate", m * math::exp_m1(math::ln_1p(effective) / m))
        }
        Compounding::Continuous => Ok(math::ln_1p(effective)),
    }
}

/// Growth of one unit over `t` periods, `(1 + e)^t` `[1]`; `t` may be negative (a discount factor) or fractional.
///
/// # Errors
/// `effective` is not finite or at most -1, `t` is not finite, or overflow.
pub fn growth_factor(effective: f64, t: f64) -> Result<f64, FinanceError> {
    require_effective(effective)?;
    FinanceError::require("t", t, true, "a finite number")?;
    FinanceError::finite("growth factor", math::exp(t * math::ln_1p(effective)))
}

/// The effective rate itself if it is finite and above -1.
pub(crate) fn require_effective(effective: f64) -> Result<f64, FinanceError> {
    FinanceError::require("effective rate", effective, effective > -1.0, "(-1, inf)")
}

#[cfg(test)]
mod tests {
    use super::*;

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
