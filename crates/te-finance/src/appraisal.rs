//! Appraisal of a series of cash flows: net present value, payback; internal rates in [`mod@internal_rate`].
//!
//! ```text
//! NPV(e)  = sum_t CF_t (1 + e)^-t          XNPV(e) = sum_k CF_k (1 + e)^-(day_k / 365)
//! S_t     = sum_{s <= t} CF_s (1 + e)^-s
//! payback = the first time at which S, having been negative, no longer is
//! ```
//!
//! Symbols: `CF` cash flow `[money]`, negative when paid; `e` effective rate `[1/period]`; `day` time of a flow `[day]`; `S` sum
//! of the discounted flows `[money]`. What was never laid out is never paid back: a series whose sum is never negative has no
//! payback, nor has one whose sum stays negative. Rounding of the flows does not delay it: a sum within a few units in the
//! last place of the flows' sizes counts as 0.
//!
//! Source: `DeFusco` et al., *Quantitative Investment Analysis*, chapter 2.

pub mod internal_rate;

pub use internal_rate::{InternalRate, InternalRates, RateChoice, dated_internal_rate, internal_rate};

use crate::compounding::require_effective;
use crate::error::FinanceError;
use te_math as math;

/// Days in a year of dated cash flows.
pub const DAYS_IN_YEAR: f64 = 365.0;

/// A cash flow with its date.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct DatedFlow {
    /// Time since the valuation date `[day]`, not negative.
    pub day: f64,
    /// Amount `[money]`, negative when paid.
    pub amount: f64,
}

/// Net present value of flows at `t = 0, 1, 2, ...` `[money]`.
///
/// ```
/// use te_finance::appraisal::net_present_value;
/// let value = net_present_value(0.1, &[-100.0, 60.0, 60.0])?;
/// assert!((value - 4.132231404958678).abs() < 1e-12);
/// # Ok::<(), te_finance::FinanceError>(())
/// ```
///
/// # Errors
/// `effective <= -1`, no flow, a flow that is not finite, or overflow.
pub fn net_present_value(effective: f64, flows: &[f64]) -> Result<f64, FinanceError> {
    require_effective(effective)?;
    require_flows(flows.iter().copied())?;
    let v = 1.0 / (1.0 + effective);
    FinanceError::finite("net present value", flows.iter().rev().fold(0.0, |value, flow| value * v + flow))
}

/// Net present value of dated flows, discounted by `day / 365` years `[money]`.
///
/// # Errors
/// As [`net_present_value`]; also a day that is negative or not finite.
pub fn dated_net_present_value(effective: f64, flows: &[DatedFlow]) -> Result<f64, FinanceError> {
    require_effective(effective)?;
    require_dated(flows)?;
    FinanceError::finite("net present value", dated_value(math::ln_1p(effective), flows))
}

/// Time of the payback `[period]`: the first at which the sum of the flows, discounted at `effective` and negative before,
/// no longer is negative; linear inside a period. `effective = 0` is the plain payback.
///
/// `Ok(None)` if the sum is never negative (nothing was laid out) or never recovers.
///
/// ```
/// use te_finance::appraisal::payback;
/// assert_eq!(payback(0.0, &[-100.0, 40.0, 40.0, 40.0])?, Some(2.5));
/// assert!((payback(0.0, &[0.0, -100.0, 60.0, 60.0])?.unwrap_or(0.0) - 2.0 - 2.0 / 3.0).abs() < 1e-15);
/// assert_eq!(payback(0.0, &[5.0, -100.0])?, None);
/// # Ok::<(), te_finance::FinanceError>(())
/// ```
///
/// # Errors
/// As [`net_present_value`].
pub fn payback(effective: f64, flows: &[f64]) -> Result<Option<f64>, FinanceError> {
    require_effective(effective)?;
    require_flows(flows.iter().copied())?;
    let v = 1.0 / (1.0 + effective);
    let (mut factor, mut sum, mut gross) = (1.0, 0.0, 0.0);
    for (t, flow) in flows.iter().enumerate() {
        // A flow of nothing is worth nothing, also where its factor is beyond the floats.
        let present = if *flow == 0.0 { 0.0 } else { flow * factor };
        let (before, outstanding) = (sum, is_outstanding(sum, gross));
        sum = FinanceError::finite("cumulative flow", sum + present)?;
        gross += present.abs();
        if outstanding && !is_outstanding(sum, gross) {
            return Ok(Some(t as f64 - 1.0 + (-before / present).min(1.0)));
        }
        factor *= v;
    }
    Ok(None)
}

/// Whether flows of this sum, whose sizes sum to `gross`, have laid out more than came back: the one test of every payback
/// and break-even. A sum that the rounding of its flows can explain is none.
pub(crate) fn is_outstanding(sum: f64, gross: f64) -> bool {
    sum < -4.0 * f64::EPSILON * gross
}

/// Number of sign changes in a series of flows, zeros skipped: at most as many internal rates exist (Descartes).
pub fn sign_changes(flows: impl IntoIterator<Item = f64>) -> usize {
    let mut last = 0.0;
    let mut changes = 0;
    for flow in flows.into_iter().filter(|flow| *flow != 0.0) {
        if flow * last < 0.0 {
            changes += 1;
        }
        last = flow.signum();
    }
    changes
}

fn dated_value(log_growth: f64, flows: &[DatedFlow]) -> f64 {
    flows.iter().map(|flow| flow.amount * math::exp(-log_growth * flow.day / DAYS_IN_YEAR)).sum()
}

pub(crate) fn require_flows(flows: impl Iterator<Item = f64>) -> Result<(), FinanceError> {
    let mut given = 0;
    for flow in flows {
        FinanceError::require("cash flow", flow, true, "a finite number")?;
        given += 1;
    }
    if given == 0 { Err(FinanceError::TooFew { series: "cash flows", given, needed: 1 }) } else { Ok(()) }
}

pub(crate) fn require_dated(flows: &[DatedFlow]) -> Result<(), FinanceError> {
    for flow in flows {
        FinanceError::require("day", flow.day, flow.day >= 0.0, "[0, inf)")?;
    }
    require_flows(flows.iter().map(|flow| flow.amount))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dated_flows_a_year_apart_agree_with_yearly_ones() -> Result<(), FinanceError> {
        let plain = [-100.0, 30.0, 50.0, 60.0];
        let dated: Vec<_> = plain
            .iter()
            .enumerate()
            .map(|(t, amount)| DatedFlow { day: 365.0 * t as f64, amount: *amount })
            .collect();
        assert!((net_present_value(0.07, &plain)? - dated_net_present_value(0.07, &dated)?).abs() < 1e-11);
        Ok(())
    }

    #[test]
    fn payback_is_linear_inside_a_period() -> Result<(), FinanceError> {
        assert_eq!(payback(0.0, &[-100.0, 40.0, 40.0, 40.0])?, Some(2.5));
        assert_eq!(payback(0.0, &[-100.0, 40.0])?, None);
        assert_eq!(payback(0.0, &[5.0, -100.0])?, None);
        assert_eq!(payback(0.0, &[5.0, 100.0])?, None);
        assert_eq!(payback(0.0, &[5.0, -100.0, 100.0])?, Some(1.95));
        // Ten tenths are one to rounding, though their float sum falls short of it.
        let mut tenths = vec![0.1; 11];
        tenths[0] = -1.0;
        assert_eq!(payback(0.0, &tenths)?, Some(10.0));
        Ok(())
    }
}
