//! A required rate of return, built up from premia.
//!
//! ```text
//! nominal riskless rate = real riskless rate + inflation premium
//! rate                  = nominal riskless rate + default + liquidity + maturity premium
//! ```
//!
//! All rates `[1/yr]`, effective (compounded once a year). The sum is the first-order form of the textbook; the exact
//! `(1 + real)(1 + inflation) - 1` differs by the product of the two. Range: every premium in `[-1, 1]`; the default,
//! liquidity and maturity premium not negative, for they reward a risk. The published class refuses a negative real
//! rate; a negative policy rate is an observed fact and is accepted here.
//!
//! Source: `DeFusco` et al., *Quantitative Investment Analysis*, chapter 1; Long Tail Financial's class `InterestRate`.

use crate::error::FinanceError;

/// The five premia `[1/yr]` -- environment.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "engine", derive(te_core::Params))]
pub struct Premia {
    /// Real riskless rate `[1/yr]` -- environment.
    #[cfg_attr(feature = "engine", param(default = 0.01, min = -1.0, max = 1.0, unit = "1/yr", role = "environment"))]
    pub real: f64,
    /// Inflation premium `[1/yr]` -- environment.
    #[cfg_attr(feature = "engine", param(default = 0.0, min = -1.0, max = 1.0, unit = "1/yr", role = "environment"))]
    pub inflation: f64,
    /// Default risk premium `[1/yr]` -- environment.
    #[cfg_attr(
        feature = "engine",
        param(default = 0.0, min = 0.0, max = 1.0, unit = "1/yr", role = "environment")
    )]
    pub default: f64,
    /// Liquidity premium `[1/yr]` -- environment.
    #[cfg_attr(
        feature = "engine",
        param(default = 0.0, min = 0.0, max = 1.0, unit = "1/yr", role = "environment")
    )]
    pub liquidity: f64,
    /// Maturity premium `[1/yr]` -- environment.
    #[cfg_attr(
        feature = "engine",
        param(default = 0.0, min = 0.0, max = 1.0, unit = "1/yr", role = "environment")
    )]
    pub maturity: f64,
}

/// Real riskless rate and inflation premium together `[1/yr]`.
///
/// # Errors
/// A premium outside its range.
pub fn nominal_riskless(premia: &Premia) -> Result<f64, FinanceError> {
    FinanceError::require("real riskless rate", premia.real, premia.real.abs() <= 1.0, "[-1, 1]")?;
    FinanceError::require("inflation premium", premia.inflation, premia.inflation.abs() <= 1.0, "[-1, 1]")?;
    Ok(premia.real + premia.inflation)
}

/// The whole rate `[1/yr]`; it must leave more than nothing of a loan, so the sum must exceed -1.
///
/// ```
/// use te_finance::premia::{Premia, built_up_rate};
/// let premia = Premia { real: 0.01, inflation: 0.01, default: 0.01, liquidity: 0.01, maturity: 0.01 };
/// assert!((built_up_rate(&premia)? - 0.05).abs() < 1e-15);
/// # Ok::<(), te_finance::FinanceError>(())
/// ```
///
/// # Errors
/// A premium outside its range, or a sum of -1 or less.
pub fn built_up_rate(premia: &Premia) -> Result<f64, FinanceError> {
    let mut rate = nominal_riskless(premia)?;
    for (name, premium) in [
        ("default premium", premia.default),
        ("liquidity premium", premia.liquidity),
        ("maturity premium", premia.maturity),
    ] {
        rate += FinanceError::require(name, premium, (0.0..=1.0).contains(&premium), "[0, 1]")?;
    }
    FinanceError::require("sum of the premia", rate, rate > -1.0, "(-1, inf)")
}
