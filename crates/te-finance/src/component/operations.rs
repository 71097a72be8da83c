//! The running costs of [`crate::opex`] as a component, month by month.
//!
//! State and equations are those of [`Books`]; a step that is not a month long moves a proportional part, and a step
//! without a length counts as one month. From outside come contracts won (from a market or an ecosystem) and money put
//! in or taken out. Invariant: `treasury = initial treasury + revenue - costs + funding - spending`.
//! Limit: the treasury may fall below zero, which is debt without interest; `runway` then is 0.

use serde::{Deserialize, Serialize};
use te_core::{Clock, Component, ParamError, Params, Record, StepError, Stream, TimeUnit};

use crate::compounding::growth_factor;
use crate::error::FinanceError;
use crate::opex::{Books, Costs, billable, runway};

/// Longest runway that is shown `[month]`: a firm that burns nothing has an infinite one.
pub const LONGEST_RUNWAY: f64 = 1200.0;

/// Parameters of the firm.
#[derive(Clone, Debug, PartialEq, Params)]
pub struct OpexParams {
    /// Costs and prices.
    #[param(nested)]
    pub costs: Costs,
    /// Money at the start `[money]` -- controllable.
    #[param(initial, default = 0.0, min = 0.0, max = 1e18, unit = "money", soft_max = 1e6)]
    pub initial_treasury: f64,
    /// Growth of salaries `[1/yr]` -- environment.
    #[param(default = 0.0, above = -1.0, max = 10.0, soft_max = 0.2, unit = "1/yr", role = "environment")]
    pub salary_inflation: f64,
    /// Whether only whole contracts are invoiced -- controllable.
    #[param(default = false)]
    pub whole_contracts: bool,
    /// Money below which the firm counts as short of its buffer `[money]` -- controllable.
    #[param(default = 0.0, min = 0.0, max = 1e18, unit = "money", soft_max = 1e6)]
    pub capital_buffer: f64,
}

/// What the firm reads.
#[derive(Clone, Copy, Debug, PartialEq, Record)]
pub struct OpexInputs {
    /// Contracts won from outside in this step `[contract]` -- input.
    #[record(unit = "contract", default = 0.0)]
    pub contracts_won: f64,
    /// Money put in in this step `[money]` -- input.
    #[record(unit = "money", default = 0.0)]
    pub funding: f64,
    /// Money taken out in this step, such as a passed proposal `[money]` -- input.
    #[record(unit = "money", default = 0.0)]
    pub spending: f64,
}

/// What the firm shows.
///
/// # Equations
/// ```text
/// cost = costs.employees * costs.monthly_salary * salary_growth + costs.office_expense
/// salary_growth' = salary_growth * (1 + salary_inflation)^(months / 12)
/// billed = contracts -- floor(contracts) with `whole_contracts`
/// revenue' = revenue + months * costs.contract_size * billed
/// costs' = costs + months * cost
/// treasury' = treasury + funding - spending + months * (costs.contract_size * billed - cost)
/// contracts' = contracts * (1 - costs.churn)^months + months * costs.new_contracts + contracts_won
/// net = revenue' - costs'
/// contributed' = contributed + funding - spending
/// lowest_treasury' = min(lowest_treasury, treasury')
/// burn = cost - costs.contract_size * billed -- as things stand after the step
/// runway = min(treasury' / burn, 1200)
/// utilisation = contracts' / costs.employees
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Record)]
pub struct OpexMetrics {
    /// Contracts held `[contract]` -- metric.
    #[record(unit = "contract")]
    pub contracts: f64,
    /// Money in hand; negative is debt `[money]` -- metric.
    #[record(unit = "money")]
    pub treasury: f64,
    /// Costs less revenue of a month as things stand `[money/month]` -- metric.
    #[record(unit = "money/month")]
    pub burn: f64,
    /// Months the treasury lasts, at most 1200 `[month]` -- metric.
    #[record(unit = "month")]
    pub runway: f64,
    /// Revenue since the start `[money]` -- metric.
    #[record(unit = "money")]
    pub revenue: f64,
    /// Costs since the start `[money]` -- metric.
    #[record(unit = "money")]
    pub costs: f64,
    /// Revenue less costs since the start `[money]` -- metric.
    #[record(unit = "money")]
    pub net: f64,
    /// Money put in less money taken out since the start `[money]` -- metric.
    #[record(unit = "money")]
    pub contributed: f64,
    /// Lowest treasury so far `[money]` -- metric.
    #[record(unit = "money")]
    pub lowest_treasury: f64,
    /// Step of the break-even, 0 before it `[step]` -- metric.
    #[record(unit = "step")]
    pub break_even: u64,
    /// Contracts to an employee, 0 without employees `[contract/person]` -- metric.
    #[record(unit = "contract/person")]
    pub utilisation: f64,
    /// Whether the treasury is below the capital buffer -- metric.
    #[record(unit = "1")]
    pub below_buffer: bool,
}

/// The component `finance/opex`: a firm's books.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Opex {
    params: OpexParams,
    books: Books,
    salary_growth: f64,
    contributed: f64,
}

impl Opex {
    /// The books so far.
    #[must_use]
    pub fn books(&self) -> &Books {
        &self.books
    }

    fn burn(&self) -> f64 {
        let costs = &self.params.costs;
        costs.employees * costs.monthly_salary * self.salary_growth + costs.office_expense
            - costs.contract_size * billable(self.books.contracts, self.params.whole_contracts)
    }
}

/// Length of a step `[month]`; a step without a length is one month.
pub(crate) fn months(clock: &Clock) -> f64 {
    if clock.step.unit == TimeUnit::Step { clock.step.count } else { clock.years() * 12.0 }
}

impl Component for Opex {
    const KIND: &'static str = "finance/opex";
    type Params = OpexParams;
    type Inputs = OpexInputs;
    type Metrics = OpexMetrics;

    fn new(params: OpexParams) -> Result<Self, ParamError> {
        params.check()?;
        let books = Books::open(&params.costs, params.initial_treasury)
            .map_err(|error| ParamError::cross(error.to_string()))?;
        Ok(Self { params, books, salary_growth: 1.0, contributed: 0.0 })
    }

    fn reparam(&mut self, params: OpexParams) -> Result<(), ParamError> {
        params.check()?;
        self.params = params;
        Ok(())
    }

    fn step(&mut self, inputs: &OpexInputs, clock: &Clock, _: &mut Stream) -> Result<(), StepError> {
        if !(inputs.funding >= 0.0 && inputs.funding.is_finite()) {
            return Err(StepError::domain("funding", inputs.funding, "[0, inf)"));
        }
        if !(inputs.spending >= 0.0 && inputs.spending.is_finite()) {
            return Err(StepError::domain("spending", inputs.spending, "[0, inf)"));
        }
        let months = months(clock);
        let mut next = self.clone();
        let whole = self.params.whole_contracts;
        let mut advance = || -> Result<(), FinanceError> {
            next.books.treasury += inputs.funding - inputs.spending;
            next.books.close_month(
                &self.params.costs,
                months,
                inputs.contracts_won,
                self.salary_growth,
                whole,
            )?;
            next.salary_growth *= growth_factor(self.params.salary_inflation, months / 12.0)?;
            next.contributed += inputs.funding - inputs.spending;
            FinanceError::finite("money contributed", next.contributed)?;
            FinanceError::finite("burn", next.burn()).map(drop)
        };
        advance()?;
        *self = next;
        Ok(())
    }

    fn metrics(&self) -> OpexMetrics {
        let burn = self.burn();
        let employees = self.params.costs.employees;
        OpexMetrics {
            contracts: self.books.contracts,
            treasury: self.books.treasury,
            burn,
            runway: runway(self.books.treasury, burn).map_or(0.0, |months| months.min(LONGEST_RUNWAY)),
            revenue: self.books.revenue,
            costs: self.books.costs,
            net: self.books.net(),
            contributed: self.contributed,
            lowest_treasury: self.books.lowest_treasury,
            break_even: u64::from(self.books.break_even_month),
            utilisation: if employees > 0.0 { self.books.contracts / employees } else { 0.0 },
            below_buffer: self.books.treasury < self.params.capital_buffer,
        }
    }
}
