//! Shares in a firm that reward early work: geometric discount by the time of joining.
//!
//! ```text
//! share_t = B (1 - B)^t / sum_s B (1 - B)^s        weight of work done in week t
//! capital' = (capital + revenue + fee · clients - expenses)(1 - discount)
//! ```
//!
//! Symbols: `B` discount in (0, 1) `[1]`, `t` week of the work `[week]`; money `[money]`. Invariant: shares are positive, fall
//! with `t` and sum to 1. Limit: a rule of division, not a model of anybody's behaviour.
//!
//! Source: Long Tail Financial's notebook on ownership ("beta = B geometric discount"), percentages written as shares.

use crate::error::FinanceError;

/// Most weeks that are divided among.
pub const MAX_WEEKS: usize = 1_000_000;

/// Shares of `weeks` weeks of work, the earliest first `[1]`.
///
/// ```
/// use te_finance::ownership::discounted_shares;
/// assert_eq!(discounted_shares(0.5, 2)?, vec![2.0 / 3.0, 1.0 / 3.0]);
/// # Ok::<(), te_finance::FinanceError>(())
/// ```
///
/// # Errors
/// `discount` outside (0, 1), no week, or more than [`MAX_WEEKS`].
pub fn discounted_shares(discount: f64, weeks: usize) -> Result<Vec<f64>, FinanceError> {
    FinanceError::require("discount", discount, discount > 0.0 && discount < 1.0, "(0, 1)")?;
    if weeks == 0 {
        return Err(FinanceError::TooFew { series: "weeks", given: 0, needed: 1 });
    }
    FinanceError::require("weeks", weeks as f64, weeks <= MAX_WEEKS, "[1, 1000000]")?;
    let weights: Vec<f64> =
        std::iter::successors(Some(discount), |w| Some(w * (1.0 - discount))).take(weeks).collect();
    let total: f64 = weights.iter().sum();
    Ok(weights.into_iter().map(|weight| weight / total).collect())
}

/// Capital after a week, `(P + R + F N - E)(1 - D)` `[money]`.
///
/// # Errors
/// An argument that is not finite, `fee` or `clients` negative, `discount` outside `[0, 1]`, or overflow.
pub fn weekly_capital(
    capital: f64,
    revenue: f64,
    fee: f64,
    clients: f64,
    expenses: f64,
    discount: f64,
) -> Result<f64, FinanceError> {
    FinanceError::require("fee", fee, fee >= 0.0, "[0, inf)")?;
    FinanceError::require("clients", clients, clients >= 0.0, "[0, inf)")?;
    FinanceError::require("discount", discount, (0.0..=1.0).contains(&discount), "[0, 1]")?;
    FinanceError::finite("capital", (capital + revenue + fee * clients - expenses) * (1.0 - discount))
}
