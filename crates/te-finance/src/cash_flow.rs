//! Time value of money: a lump sum, an annuity, a perpetuity, and the schedule of a plan that has both.
//!
//! One unit today is `(1 + e)^t` units after `t` periods, so with effective rate `e`, annuity `A`, present value `PV`:
//!
//! | quantity | equation |
//! |---|---|
//! | future value of a lump sum | `PV (1 + e)^t` |
//! | future value of an annuity | `A ((1 + e)^t - 1) / e`, and `A t` at `e = 0` |
//! | present value of an annuity | `A (1 - (1 + e)^-t) / e`, and `A t` at `e = 0` |
//! | annuity due (paid at the start) | the ordinary one times `1 + e` |
//! | perpetuity | `A / e` for `e > 0`; growing at `g < e`: `A / (e - g)` |
//!
//! Symbols: `e` effective rate `[1/period]` (see [`crate::compounding`]), `t` number of periods `[period]`, `A` payment
//! `[money/period]`, `PV` `[money]`. Payments fall at the end of each period; an outflow is a negative annuity.
//! Powers go through `expm1` and `ln1p`, so no series is needed near `e = 0`.
//! Invariants: the present value of a future value is the sum itself; the present value of an annuity is the sum of the
//! present values of its payments. Limits: one constant rate; a perpetuity has no finite future value and is refused one.
//!
//! Source: `DeFusco` et al., *Quantitative Investment Analysis*, chapter 1. The published notebook adds the value of a
//! perpetuity to an N-period future value, divides by zero at a rate of 0, and mixes nominal and effective rate in its
//! schedule under compounding; this module does none of the three.

use crate::compounding::{growth_factor, require_effective};
use crate::error::FinanceError;
use te_math as math;

/// Most periods a schedule may have.
pub const MAX_PERIODS: u32 = 10_000;

/// Future value of a lump sum, `PV (1 + e)^t` `[money]`.
///
/// # Errors
/// An argument is not finite, `effective <= -1`, or overflow.
pub fn future_lump(present_value: f64, effective: f64, t: f64) -> Result<f64, FinanceError> {
    FinanceError::require("present value", present_value, true, "a finite number")?;
    FinanceError::finite("future value", present_value * growth_factor(effective, t)?)
}

/// Present value of a lump sum due after `t` periods, `FV (1 + e)^-t` `[money]`.
///
/// # Errors
/// As [`future_lump`].
pub fn present_lump(future_value: f64, effective: f64, t: f64) -> Result<f64, FinanceError> {
    future_lump(future_value, effective, -t)
}

/// Future value of an ordinary annuity, `A ((1 + e)^t - 1) / e` `[money]`.
///
/// ```
/// use te_finance::cash_flow::future_annuity;
/// assert!((future_annuity(10.0, 0.05, 10.0)? - 125.7789253554884).abs() < 1e-12);
/// assert_eq!(future_annuity(10.0, 0.0, 3.0)?, 30.0);
/// # Ok::<(), te_finance::FinanceError>(())
/// ```
///
/// # Errors
/// An argument is not finite, `effective <= -1`, `t < 0`, or overflow.
pub fn future_annuity(annuity: f64, effective: f64, t: f64) -> Result<f64, FinanceError> {
    FinanceError::require("annuity", annuity, true, "a finite number")?;
    FinanceError::finite("future value of the annuity", annuity * accumulated(effective, t, 1.0)?)
}

/// Present value of an ordinary annuity, `A (1 - (1 + e)^-t) / e` `[money]`.
///
/// # Errors
/// As [`future_annuity`].
pub fn present_annuity(annuity: f64, effective: f64, t: f64) -> Result<f64, FinanceError> {
    FinanceError::require("annuity", annuity, true, "a finite number")?;
    FinanceError::finite("present value of the annuity", annuity * accumulated(effective, t, -1.0)?)
}

/// Value of an annuity paid at the start of each period, from that of the ordinary one: times `1 + e` `[money]`.
///
/// # Errors
/// `ordinary` is not finite, `effective <= -1`, or overflow.
pub fn annuity_due(ordinary: f64, effective: f64) -> Result<f64, FinanceError> {
    FinanceError::require("ordinary annuity", ordinary, true, "a finite number")?;
    FinanceError::finite("annuity due", ordinary * (1.0 + require_effective(effective)?))
}

/// Present value of a payment for ever, growing by `growth` a period: `A / (e - g)` `[money]`; `growth = 0` is the plain
/// perpetuity.
///
/// # Errors
/// An argument is not finite, `effective <= growth` (the sum diverges), or overflow.
pub fn perpetuity(annuity: f64, effective: f64, growth: f64) -> Result<f64, FinanceError> {
    FinanceError::require("annuity", annuity, true, "a finite number")?;
    FinanceError::require("growth", growth, growth > -1.0, "(-1, inf)")?;
    FinanceError::require(
        "effective rate",
        effective,
        effective > growth,
        "(growth, inf): else the sum diverges",
    )?;
    FinanceError::finite("perpetuity", annuity / (effective - growth))
}

/// `sign ((1 + e)^(sign t) - 1) / e`: what a payment of 1 a period amounts to at the end (`sign = 1`) or the start.
fn accumulated(effective: f64, t: f64, sign: f64) -> Result<f64, FinanceError> {
    require_effective(effective)?;
    FinanceError::require("t", t, t >= 0.0, "[0, inf)")?;
    if effective == 0.0 {
        return Ok(t);
    }
    Ok(sign * math::exp_m1(sign * t * math::ln_1p(effective)) / effective)
}

/// A lump sum now and an equal payment at the end of each of `periods` periods.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct CashFlowPlan {
    effective: f64,
    present_value: f64,
    annuity: f64,
    periods: u32,
}

/// One row of [`CashFlowPlan::table`]: values at the end of period `t`.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct CashFlowRow {
    /// Period `[period]`.
    pub t: u32,
    /// What the lump sum has grown to `[money]`.
    pub lump: f64,
    /// What the payments so far have grown to `[money]`.
    pub annuity: f64,
    /// Sum of both `[money]`.
    pub total: f64,
    /// Change of the total since the row before; 0 in row 0 `[money]`.
    pub cash_flow: f64,
}

impl CashFlowPlan {
    /// A plan at effective rate `effective` `[1/period]` with `present_value` >= 0 `[money]` and `annuity` `[money/period]`.
    ///
    /// # Errors
    /// An argument is not finite or out of range, or more than [`MAX_PERIODS`] periods.
    pub fn new(effective: f64, present_value: f64, annuity: f64, periods: u32) -> Result<Self, FinanceError> {
        require_effective(effective)?;
        FinanceError::require("present value", present_value, present_value >= 0.0, "[0, inf)")?;
        FinanceError::require("annuity", annuity, true, "a finite number")?;
        FinanceError::require("periods", f64::from(periods), periods <= MAX_PERIODS, "[0, 10000]")?;
        Ok(Self { effective, present_value, annuity, periods })
    }

    /// Value of the whole plan at its end `[money]`.
    ///
    /// # Errors
    /// Overflow.
    pub fn future_value(&self) -> Result<f64, FinanceError> {
        self.row(self.periods, 0.0).map(|row| row.total)
    }

    /// Value of the whole plan today `[money]`.
    ///
    /// # Errors
    /// Overflow.
    pub fn present_value(&self) -> Result<f64, FinanceError> {
        let payments = present_annuity(self.annuity, self.effective, f64::from(self.periods))?;
        FinanceError::finite("present value", self.present_value + payments)
    }

    /// Rows for `t = 0..=periods`.
    ///
    /// # Errors
    /// Overflow.
    pub fn table(&self) -> Result<Vec<CashFlowRow>, FinanceError> {
        let mut last = self.present_value;
        (0..=self.periods)
            .map(|t| {
                let row = self.row(t, last)?;
                last = row.total;
                Ok(row)
            })
            .collect()
    }

    fn row(&self, t: u32, last: f64) -> Result<CashFlowRow, FinanceError> {
        let lump = future_lump(self.present_value, self.effective, f64::from(t))?;
        let annuity = future_annuity(self.annuity, self.effective, f64::from(t))?;
        let total = FinanceError::finite("total", lump + annuity)?;
        Ok(CashFlowRow { t, lump, annuity, total, cash_flow: total - last })
    }
}
