//! Running costs against retainers: when does a small firm break even, and how long does its money last?
//!
//! Each month the firm pays salaries and office, invoices the contracts it holds, and then wins and loses contracts:
//!
//! ```text
//! cost          = employees · salary + office
//! revenue       = contract size · contracts held
//! treasury'     = treasury + revenue - cost
//! contracts'    = contracts (1 - churn) + new contracts
//! revenue after t months, no churn = size (t · initial + new · t (t - 1) / 2)
//! runway        = treasury / burn,   burn = cost - revenue
//! ```
//!
//! Symbols: money `[money]`, rates `[money/month]` or `[1/month]`, time `[month]`. Contracts are a real number (an expected
//! count); [`billable`] floors it where whole contracts are invoiced. Assumptions: payment in the month of work, no
//! tax, constant prices. Invariants: cumulative revenue does not depend on the salary, the net is linear in it; the
//! runway grows with the treasury; break-even comes no later with more contracts.
//!
//! The published class multiplies *today's* number of contracts by *all* past months, which overstates the cumulative
//! revenue: 1,654,275 after 23 months instead of 971,175, and a net of 688,275 instead of 5,175. The published numbers
//! are kept as a test only.
//!
//! Source: Long Tail Financial, `ltfte.py`, class `TokenEngineering`, corrected.

use crate::appraisal::is_outstanding;
use crate::error::FinanceError;
use te_math as math;

/// A firm's costs and prices; defaults are the published ones, soft bounds those of the published sliders.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "engine", derive(te_core::Params))]
pub struct Costs {
    /// Salary of one employee `[money/month]` -- controllable.
    #[cfg_attr(
        feature = "engine",
        param(
            default = 5000.0,
            min = 0.0,
            max = 1e12,
            soft_min = 1500.0,
            soft_max = 5000.0,
            unit = "money/month"
        )
    )]
    pub monthly_salary: f64,
    /// Employees on the payroll, part-time in fractions `[person]` -- controllable.
    #[cfg_attr(
        feature = "engine",
        param(default = 7.0, min = 0.0, max = 1e12, soft_min = 3.0, soft_max = 12.0, unit = "person")
    )]
    pub employees: f64,
    /// Office and other fixed costs `[money/month]` -- controllable.
    #[cfg_attr(
        feature = "engine",
        param(
            default = 7000.0,
            min = 0.0,
            max = 1e12,
            soft_min = 3000.0,
            soft_max = 7000.0,
            unit = "money/month"
        )
    )]
    pub office_expense: f64,
    /// What one contract pays `[money/month]` -- controllable.
    #[cfg_attr(
        feature = "engine",
        param(
            default = 7500.0,
            min = 0.0,
            max = 1e12,
            soft_min = 6000.0,
            soft_max = 10000.0,
            unit = "money/month"
        )
    )]
    pub contract_size: f64,
    /// Contracts held at the start `[contract]` -- controllable.
    #[cfg_attr(
        feature = "engine",
        param(
            initial,
            default = 2.0,
            min = 0.0,
            max = 1e12,
            soft_min = 1.0,
            soft_max = 10.0,
            unit = "contract"
        )
    )]
    pub initial_contracts: f64,
    /// Contracts won each month `[contract/month]` -- environment.
    #[cfg_attr(
        feature = "engine",
        param(
            default = 0.33,
            min = 0.0,
            max = 1e12,
            soft_max = 3.0,
            unit = "contract/month",
            role = "environment"
        )
    )]
    pub new_contracts: f64,
    /// Share of the contracts held that end in a month `[1/month]` -- environment.
    #[cfg_attr(
        feature = "engine",
        param(default = 0.0, min = 0.0, max = 1.0, unit = "1/month", role = "environment")
    )]
    pub churn: f64,
}

impl Costs {
    /// Refuses a negative or infinite entry and a churn above 1.
    fn require(&self) -> Result<(), FinanceError> {
        for (name, value) in [
            ("monthly_salary", self.monthly_salary),
            ("employees", self.employees),
            ("office_expense", self.office_expense),
            ("contract_size", self.contract_size),
            ("initial_contracts", self.initial_contracts),
            ("new_contracts", self.new_contracts),
        ] {
            FinanceError::require(name, value, value >= 0.0, "[0, inf)")?;
        }
        FinanceError::require("churn", self.churn, (0.0..=1.0).contains(&self.churn), "[0, 1]").map(drop)
    }

    /// Salaries and office `[money/month]`.
    #[must_use]
    pub fn monthly_cost(&self) -> f64 {
        self.employees * self.monthly_salary + self.office_expense
    }
}

/// Contracts that can be invoiced: all of them, or whole ones only `[1]`.
#[must_use]
pub fn billable(contracts: f64, whole_only: bool) -> f64 {
    if whole_only { contracts.floor() } else { contracts }
}

/// Contracts held after `months` months, `init + t · new` without churn `[1]`.
///
/// With churn `d`: `init (1 - d)^t + new (1 - (1 - d)^t) / d`.
///
/// # Errors
/// Costs out of range.
pub fn contracts_after(costs: &Costs, months: u32) -> Result<f64, FinanceError> {
    costs.require()?;
    let t = f64::from(months);
    if costs.churn == 0.0 {
        return FinanceError::finite("contracts", costs.initial_contracts + t * costs.new_contracts);
    }
    let kept = contracts_kept(costs.churn, t);
    FinanceError::finite(
        "contracts",
        costs.initial_contracts * kept + costs.new_contracts * (1.0 - kept) / costs.churn,
    )
}

/// Revenue of the first `months` months together `[money]`, in closed form.
///
/// ```
/// use te_finance::opex::{Costs, cumulative_revenue};
/// assert!((cumulative_revenue(&Costs::default(), 23)? - 971_175.0).abs() < 1e-6);
/// # Ok::<(), te_finance::FinanceError>(())
/// ```
///
/// # Errors
/// Costs out of range, or overflow.
pub fn cumulative_revenue(costs: &Costs, months: u32) -> Result<f64, FinanceError> {
    costs.require()?;
    let t = f64::from(months);
    let contract_months = if costs.churn == 0.0 {
        t * costs.initial_contracts + costs.new_contracts * t * (t - 1.0) / 2.0
    } else {
        let kept = contracts_kept(costs.churn, t);
        let standing = costs.new_contracts / costs.churn;
        (costs.initial_contracts - standing) * (1.0 - kept) / costs.churn + standing * t
    };
    FinanceError::finite("cumulative revenue", costs.contract_size * contract_months)
}

/// Revenue less costs of the first `months` months together `[money]`.
///
/// # Errors
/// As [`cumulative_revenue`].
pub fn cumulative_net(costs: &Costs, months: u32) -> Result<f64, FinanceError> {
    FinanceError::finite(
        "cumulative net",
        cumulative_revenue(costs, months)? - f64::from(months) * costs.monthly_cost(),
    )
}

/// First month at whose end the cumulative net is no longer negative after having been negative `[month]`.
///
/// `Ok(None)` if that does not happen within `months` months.
///
/// # Errors
/// As [`cumulative_revenue`].
pub fn break_even(costs: &Costs, months: u32) -> Result<Option<u32>, FinanceError> {
    let mut under_water = false;
    for t in 1..=months {
        let (net, spent) = (cumulative_net(costs, t)?, f64::from(t) * costs.monthly_cost());
        // Revenue is what the net has over the costs.
        let negative = is_outstanding(net, net + 2.0 * spent);
        if under_water && !negative {
            return Ok(Some(t));
        }
        under_water |= negative;
    }
    Ok(None)
}

/// Months that the treasury lasts at the present burn `[month]`; infinite if nothing burns.
///
/// # Errors
/// A treasury that is negative, or an argument that is not finite.
pub fn runway(treasury: f64, burn: f64) -> Result<f64, FinanceError> {
    FinanceError::require("treasury", treasury, treasury >= 0.0, "[0, inf)")?;
    FinanceError::require("burn", burn, true, "a finite number")?;
    Ok(if burn > 0.0 { treasury / burn } else { f64::INFINITY })
}

/// Share of the contracts that outlast `t` months, `(1 - churn)^t`.
fn contracts_kept(churn: f64, t: f64) -> f64 {
    if churn == 1.0 { f64::from(u8::from(t == 0.0)) } else { math::exp(t * math::ln_1p(-churn)) }
}

/// The books of one firm: what a month leaves behind.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Books {
    /// Months kept so far `[month]`.
    pub months: u32,
    /// Contracts held `[1]`.
    pub contracts: f64,
    /// Money in hand `[money]`; negative is debt.
    pub treasury: f64,
    /// Revenue since the start `[money]`.
    pub revenue: f64,
    /// Costs since the start `[money]`.
    pub costs: f64,
    /// Lowest treasury so far `[money]`.
    pub lowest_treasury: f64,
    /// Month of the break-even, 0 while there is none `[month]`.
    pub break_even_month: u32,
}

impl Books {
    /// Books of a firm that starts with `treasury` `[money]`.
    ///
    /// # Errors
    /// Costs out of range, or a treasury that is not finite.
    pub fn open(costs: &Costs, treasury: f64) -> Result<Self, FinanceError> {
        costs.require()?;
        FinanceError::require("treasury", treasury, true, "a finite number")?;
        Ok(Self {
            months: 0,
            contracts: costs.initial_contracts,
            treasury,
            revenue: 0.0,
            costs: 0.0,
            lowest_treasury: treasury,
            break_even_month: 0,
        })
    }

    /// One month: pay, invoice, then win and lose contracts.
    ///
    /// `length` `[month]` scales a step that is not a month long; `won` `[1]` are contracts won from outside in it, on top of
    /// the firm's own. `salary_growth` `[1]` multiplies the salary (inflation so far).
    ///
    /// # Errors
    /// An argument out of range, or overflow; the books are then unchanged.
    pub fn close_month(
        &mut self,
        costs: &Costs,
        length: f64,
        won: f64,
        salary_growth: f64,
        whole_only: bool,
    ) -> Result<(), FinanceError> {
        costs.require()?;
        FinanceError::require("length", length, length > 0.0, "(0, inf)")?;
        FinanceError::require("won", won, won >= 0.0, "[0, inf)")?;
        FinanceError::require("salary_growth", salary_growth, salary_growth >= 0.0, "[0, inf)")?;
        let cost = length * (costs.employees * costs.monthly_salary * salary_growth + costs.office_expense);
        let revenue = length * costs.contract_size * billable(self.contracts, whole_only);
        let kept = contracts_kept(costs.churn, length);
        let mut next = *self;
        next.months = self.months.saturating_add(1);
        next.treasury = FinanceError::finite("treasury", self.treasury + (revenue - cost))?;
        next.revenue = FinanceError::finite("revenue", self.revenue + revenue)?;
        next.costs = FinanceError::finite("costs", self.costs + cost)?;
        next.contracts =
            FinanceError::finite("contracts", self.contracts * kept + length * costs.new_contracts + won)?;
        next.lowest_treasury = self.lowest_treasury.min(next.treasury);
        if self.break_even_month == 0 && self.is_under_water() && !next.is_under_water() {
            next.break_even_month = next.months;
        }
        *self = next;
        Ok(())
    }

    fn is_under_water(&self) -> bool {
        is_outstanding(self.net(), self.revenue + self.costs)
    }

    /// Revenue less costs since the start `[money]`.
    #[must_use]
    pub fn net(&self) -> f64 {
        self.revenue - self.costs
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_firm() -> Result<(), FinanceError> {
        let costs = Costs::default();
        assert!((cumulative_net(&costs, 23)? - 5175.0).abs() < 1e-6);
        assert_eq!(break_even(&costs, 100)?, Some(23));
        assert!((contracts_after(&costs, 23)? - 9.59).abs() < 1e-12);
        assert_eq!(runway(1000.0, 250.0)?, 4.0);
        assert_eq!(runway(1000.0, -1.0)?, f64::INFINITY);
        assert!(runway(-1.0, 1.0).is_err());
        Ok(())
    }
}
