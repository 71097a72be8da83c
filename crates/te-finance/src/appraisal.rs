//! Appraisal of a series of cash flows: net present value, internal rate of return, payback.
//!
//! ```text
//! NPV(e) = sum_t CF_t (1 + e)^-t          XNPV(e) = sum_k CF_k (1 + e)^-(day_k / 365)
//! IRR: the e in (-1, 10] with NPV(e) = 0
//! ```
//!
//! Symbols: `CF` cash flow [money], negative when paid; `e` effective rate [1/period]; `day` time of a flow [day].
//!
//! The search for an internal rate scans 2000 rates, equally spaced in `ln(1 + e)` from -0.999 to 10, and refines each
//! sign change by Brent's method. None is an error that tells the number of sign changes in the series (with fewer than
//! one there is no rate at all); several are an error that tells how many. Two zeros closer than one cell (0.5 % in
//! `1 + e`) can be missed. Invariant: at the returned rate the net present value is zero to rounding.
//!
//! Source: `DeFusco` et al., *Quantitative Investment Analysis*, chapter 2.

use crate::compounding::require_effective;
use crate::error::FinanceError;
use crate::root::brent;
use te_core::math;

/// Lowest rate that the search for an internal rate of return looks at [1/period].
pub const IRR_LOW: f64 = -0.999;
/// Highest rate that the search for an internal rate of return looks at [1/period].
pub const IRR_HIGH: f64 = 10.0;
/// Cells of that search.
const CELLS: u32 = 2000;
/// Days in a year of dated cash flows.
pub const DAYS_IN_YEAR: f64 = 365.0;

/// A cash flow with its date.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct DatedFlow {
    /// Time since the valuation date [day], not negative.
    pub day: f64,
    /// Amount [money], negative when paid.
    pub amount: f64,
}

/// Net present value of flows at `t = 0, 1, 2, ...` [money].
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

/// Net present value of dated flows, discounted by `day / 365` years [money].
///
/// # Errors
/// As [`net_present_value`]; also a day that is negative or not finite.
pub fn dated_net_present_value(effective: f64, flows: &[DatedFlow]) -> Result<f64, FinanceError> {
    require_effective(effective)?;
    require_dated(flows)?;
    FinanceError::finite("net present value", dated_value(math::ln_1p(effective), flows))
}

/// Internal rate of return of flows at `t = 0, 1, 2, ...` [1/period].
///
/// ```
/// use te_finance::appraisal::internal_rate;
/// assert!((internal_rate(&[-100.0, 110.0])? - 0.1).abs() < 1e-12);
/// assert!(internal_rate(&[100.0, 110.0]).is_err());
/// # Ok::<(), te_finance::FinanceError>(())
/// ```
///
/// # Errors
/// Fewer than two flows, a flow that is not finite, no zero, or several.
pub fn internal_rate(flows: &[f64]) -> Result<f64, FinanceError> {
    require_flows(flows.iter().copied())?;
    // The same sign as the net present value, without its overflow at rates near -1.
    let value = |log_growth: f64| {
        let v = math::exp(-log_growth);
        if v <= 1.0 {
            flows.iter().rev().fold(0.0, |value, flow| value * v + flow)
        } else {
            flows.iter().fold(0.0, |value, flow| value / v + flow)
        }
    };
    only_root(value, flows.len(), sign_changes(flows.iter().copied()))
}

/// Money-weighted return of dated flows [1/yr]: their internal rate of return.
///
/// # Errors
/// As [`internal_rate`]; also a day that is negative or not finite.
pub fn dated_internal_rate(flows: &[DatedFlow]) -> Result<f64, FinanceError> {
    require_dated(flows)?;
    let mut ordered = flows.to_vec();
    ordered.sort_by(|left, right| left.day.total_cmp(&right.day));
    let last = ordered.last().map_or(0.0, |flow| flow.day / DAYS_IN_YEAR);
    let value = |log_growth: f64| {
        // Discounted to the end where the rate is negative: no term exceeds its flow.
        let origin = if log_growth < 0.0 { last } else { 0.0 };
        ordered.iter().map(|f| f.amount * math::exp(-log_growth * (f.day / DAYS_IN_YEAR - origin))).sum()
    };
    only_root(value, ordered.len(), sign_changes(ordered.iter().map(|flow| flow.amount)))
}

/// Time until the cumulative flows, discounted at `effective`, are no longer negative [period]; linear inside a period.
///
/// `Ok(None)` if they never recover. `effective = 0` is the plain payback period.
///
/// # Errors
/// As [`net_present_value`].
pub fn payback(effective: f64, flows: &[f64]) -> Result<Option<f64>, FinanceError> {
    require_effective(effective)?;
    require_flows(flows.iter().copied())?;
    let v = 1.0 / (1.0 + effective);
    let (mut factor, mut total) = (1.0, 0.0);
    for (t, flow) in flows.iter().enumerate() {
        let present = flow * factor;
        let before = total;
        total = FinanceError::finite("cumulative flow", total + present)?;
        if total >= 0.0 {
            return Ok(Some(if t == 0 { 0.0 } else { t as f64 - 1.0 - before / present }));
        }
        factor *= v;
    }
    Ok(None)
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

fn require_flows(flows: impl Iterator<Item = f64>) -> Result<(), FinanceError> {
    let mut given = 0;
    for flow in flows {
        FinanceError::require("cash flow", flow, true, "a finite number")?;
        given += 1;
    }
    if given == 0 { Err(FinanceError::TooFew { series: "cash flows", given, needed: 1 }) } else { Ok(()) }
}

fn require_dated(flows: &[DatedFlow]) -> Result<(), FinanceError> {
    for flow in flows {
        FinanceError::require("day", flow.day, flow.day >= 0.0, "[0, inf)")?;
    }
    require_flows(flows.iter().map(|flow| flow.amount))
}

/// The only zero of `value(ln(1 + e))`, as a rate `e`.
fn only_root(value: impl Fn(f64) -> f64, given: usize, sign_changes: usize) -> Result<f64, FinanceError> {
    if given < 2 {
        return Err(FinanceError::TooFew { series: "cash flows", given, needed: 2 });
    }
    let none = FinanceError::NoRoot { low: IRR_LOW, high: IRR_HIGH, sign_changes };
    if sign_changes == 0 {
        return Err(none);
    }
    let (low, high) = (math::ln_1p(IRR_LOW), math::ln_1p(IRR_HIGH));
    let at = |cell: u32| low + (high - low) * f64::from(cell) / f64::from(CELLS);
    let mut roots: Vec<f64> = Vec::new();
    let (mut left, mut f_left) = (at(0), value(at(0)));
    for cell in 1..=CELLS {
        let right = at(cell);
        let f_right = value(right);
        let zero = if f_right == 0.0 {
            Some(right)
        } else if f_left * f_right < 0.0 {
            brent(&value, left, right, 0.0)
        } else {
            None
        };
        roots.extend(zero.map(math::exp_m1));
        (left, f_left) = (right, f_right);
    }
    match roots.as_slice() {
        [] => Err(none),
        [rate] => Ok(*rate),
        [lowest, .., highest] => {
            Err(FinanceError::ManyRoots { roots: roots.len(), lowest: *lowest, highest: *highest })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn several_rates_are_reported() {
        // (1 - 1.1 v)(1 - 1.3 v) has the zeros 10 % and 30 %.
        let error = internal_rate(&[1.0, -2.4, 1.43]).unwrap_err();
        let FinanceError::ManyRoots { roots, lowest, highest } = error else { panic!("{error}") };
        assert_eq!(roots, 2);
        assert!((lowest - 0.1).abs() < 1e-12 && (highest - 0.3).abs() < 1e-12);
    }

    #[test]
    fn dated_flows_a_year_apart_agree_with_yearly_ones() -> Result<(), FinanceError> {
        let plain = [-100.0, 30.0, 50.0, 60.0];
        let dated: Vec<_> = plain
            .iter()
            .enumerate()
            .map(|(t, amount)| DatedFlow { day: 365.0 * t as f64, amount: *amount })
            .collect();
        assert!((internal_rate(&plain)? - dated_internal_rate(&dated)?).abs() < 1e-12);
        assert!((net_present_value(0.07, &plain)? - dated_net_present_value(0.07, &dated)?).abs() < 1e-11);
        Ok(())
    }

    #[test]
    fn payback_is_linear_inside_a_period() -> Result<(), FinanceError> {
        assert_eq!(payback(0.0, &[-100.0, 40.0, 40.0, 40.0])?, Some(2.5));
        assert_eq!(payback(0.0, &[-100.0, 40.0])?, None);
        assert_eq!(payback(0.0, &[5.0, -100.0])?, Some(0.0));
        Ok(())
    }
}
