//! Optional interventions on a distribution before it is paid.

use crate::error::{CommonsError, finite, non_negative, positive};
use te_math::exp;

/// A constant floor added to everybody, then scaled back to the former sum: (x + floor)·Σx/Σ(x + floor).
///
/// # Errors
/// [`CommonsError`] for a negative or not finite value, or a sum of 0.
pub fn with_floor(values: &[f64], floor: f64) -> Result<Vec<f64>, CommonsError> {
    non_negative("floor", floor)?;
    let raised: Vec<f64> =
        values.iter().map(|x| non_negative("value", *x).map(|x| x + floor)).collect::<Result<_, _>>()?;
    let total = positive("sum of values", values.iter().sum())?;
    let scale = total / raised.iter().sum::<f64>();
    raised.into_iter().map(|x| finite("reweighted value", x * scale)).collect()
}

/// Values weighted by a Gaussian around `mean`, exp(−(x − μ)²/(2·h²)), then scaled back to the former sum.
///
/// The published notebook divides by 2 and multiplies by h², a slip of precedence; this is the intended formula.
///
/// # Errors
/// [`CommonsError`] for a negative or not finite value, a width of 0, or weights that vanish.
pub fn gaussian(values: &[f64], mean: f64, width: f64) -> Result<Vec<f64>, CommonsError> {
    finite("mean", mean)?;
    positive("width", width)?;
    let weight = |x: f64| {
        let distance = (x - mean) / width;
        exp(-(distance * distance) / 2.0)
    };
    let weighted: Vec<f64> =
        values.iter().map(|x| non_negative("value", *x).map(|x| x * weight(x))).collect::<Result<_, _>>()?;
    let total = finite("sum of values", values.iter().sum())?;
    let scale = total / positive("sum of weighted values", weighted.iter().sum())?;
    weighted.into_iter().map(|x| finite("reweighted value", x * scale)).collect()
}

/// Bonus for thanking others: min(25, 0.25·praises given) `[point]`.
#[must_use]
pub fn giver_bonus(given: usize) -> f64 {
    (0.25 * given as f64).min(25.0)
}
