//! How an investment did: returns, yields, Sharpe ratio, drawdown.
//!
//! | quantity | equation |
//! |---|---|
//! | holding-period return | `(P1 - P0 + D) / P0` |
//! | time-weighted return | `prod (1 + h_k) - 1` over sub-periods between external flows |
//! | bank discount yield | `(F - P) / F · 360 / days` |
//! | money-market yield | `(F - P) / P · 360 / days` |
//! | Sharpe ratio | `(mean(r) - rf) / sd(r)`, `sd` with `n - 1` |
//! | maximum drawdown | `max_t (1 - P_t / max_{s <= t} P_s)` |
//!
//! Symbols: `P0`, `P1` price at start and end `[money]`, `D` distributions `[money]`, `F` face value `[money]`, `h` holding
//! period return `[1]`, `r` return per period `[1]`, `rf` riskless return per period `[1]`. Assumption: prices are positive.
//! Invariants: the drawdown lies in [0, 1) and is 0 exactly for a series that never falls.
//!
//! Source: `DeFusco` et al., *Quantitative Investment Analysis*, chapters 2 and 3; Sharpe 1994 for the ratio.

use crate::error::FinanceError;

/// Holding-period return `(P1 - P0 + D) / P0` `[1]`.
///
/// # Errors
/// `start <= 0`, or an argument or the result is not finite.
pub fn holding_period_return(start: f64, end: f64, distributions: f64) -> Result<f64, FinanceError> {
    FinanceError::require("start price", start, start > 0.0, "(0, inf)")?;
    FinanceError::require("end price", end, true, "a finite number")?;
    FinanceError::require("distributions", distributions, true, "a finite number")?;
    FinanceError::finite("holding-period return", (end - start + distributions) / start)
}

/// Time-weighted return `prod (1 + h_k) - 1` `[1]` of sub-period returns.
///
/// # Errors
/// No return, a return below -1 or not finite, or overflow.
pub fn time_weighted_return(returns: &[f64]) -> Result<f64, FinanceError> {
    require_count("returns", returns.len(), 1)?;
    let mut growth = 1.0;
    for h in returns {
        growth *= 1.0 + FinanceError::require("return", *h, *h >= -1.0, "[-1, inf)")?;
    }
    FinanceError::finite("time-weighted return", growth - 1.0)
}

/// Bank discount yield `(F - P) / F · 360 / days` `[1/yr]`.
///
/// # Errors
/// `face <= 0`, `price <= 0` or `days <= 0`, or one of them not finite.
pub fn bank_discount_yield(face: f64, price: f64, days: f64) -> Result<f64, FinanceError> {
    require_bill(face, price, days)?;
    FinanceError::finite("bank discount yield", (face - price) / face * 360.0 / days)
}

/// Money-market yield `(F - P) / P · 360 / days` `[1/yr]`.
///
/// # Errors
/// As [`bank_discount_yield`].
pub fn money_market_yield(face: f64, price: f64, days: f64) -> Result<f64, FinanceError> {
    require_bill(face, price, days)?;
    FinanceError::finite("money-market yield", (face - price) / price * 360.0 / days)
}

/// Sharpe ratio of returns per period over the riskless return `[1 per square root of a period]`.
///
/// # Errors
/// Fewer than two returns, a number that is not finite, or returns without spread.
pub fn sharpe_ratio(returns: &[f64], riskless: f64) -> Result<f64, FinanceError> {
    require_count("returns", returns.len(), 2)?;
    FinanceError::require("riskless return", riskless, true, "a finite number")?;
    for r in returns {
        FinanceError::require("return", *r, true, "a finite number")?;
    }
    let n = returns.len() as f64;
    let mean = returns.iter().sum::<f64>() / n;
    let variance = returns.iter().map(|r| (r - mean) * (r - mean)).sum::<f64>() / (n - 1.0);
    FinanceError::require("standard deviation of the returns", variance.sqrt(), variance > 0.0, "(0, inf)")?;
    FinanceError::finite("Sharpe ratio", (mean - riskless) / variance.sqrt())
}

/// Maximum drawdown `max_t (1 - P_t / max_{s <= t} P_s)` `[1]` of a series of positive prices.
///
/// ```
/// use te_finance::performance::max_drawdown;
/// assert_eq!(max_drawdown(&[1.0, 2.0, 1.0, 4.0, 3.0])?, 0.5);
/// # Ok::<(), te_finance::FinanceError>(())
/// ```
///
/// # Errors
/// No price, or a price that is not finite and positive.
pub fn max_drawdown(prices: &[f64]) -> Result<f64, FinanceError> {
    require_count("prices", prices.len(), 1)?;
    let (mut peak, mut deepest) = (0.0f64, 0.0f64);
    for p in prices {
        FinanceError::require("price", *p, *p > 0.0, "(0, inf)")?;
        peak = peak.max(*p);
        deepest = deepest.max(1.0 - p / peak);
    }
    Ok(deepest)
}

fn require_count(series: &'static str, given: usize, needed: usize) -> Result<(), FinanceError> {
    if given < needed { Err(FinanceError::TooFew { series, given, needed }) } else { Ok(()) }
}

fn require_bill(face: f64, price: f64, days: f64) -> Result<(), FinanceError> {
    FinanceError::require("face value", face, face > 0.0, "(0, inf)")?;
    FinanceError::require("price", price, price > 0.0, "(0, inf)")?;
    FinanceError::require("days", days, days > 0.0, "(0, inf)").map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_values() -> Result<(), FinanceError> {
        assert!((holding_period_return(50.0, 52.0, 1.0)? - 0.06).abs() < 1e-15);
        assert!((time_weighted_return(&[0.1, -0.1])? + 0.01).abs() < 1e-15);
        // A bill of 100,000 at 98,000 with 120 days to run.
        assert!((bank_discount_yield(100_000.0, 98_000.0, 120.0)? - 0.06).abs() < 1e-15);
        assert!((money_market_yield(100_000.0, 98_000.0, 120.0)? - 0.061224489795918366).abs() < 1e-15);
        assert!((sharpe_ratio(&[0.02, 0.04], 0.01)? - 2.0f64.sqrt()).abs() < 1e-12);
        Ok(())
    }

    #[test]
    fn refusals() {
        assert!(sharpe_ratio(&[0.1, 0.1], 0.0).is_err());
        assert!(max_drawdown(&[]).is_err());
        assert!(max_drawdown(&[1.0, 0.0]).is_err());
        assert!(time_weighted_return(&[-1.5]).is_err());
    }
}
