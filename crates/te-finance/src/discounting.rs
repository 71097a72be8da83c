//! The value of a running cash flow, discounted along the interest rate that was realised.
//!
//! ```text
//! value      = sum over steps k of CF_k / A_k          A_k = product over steps of exp(r_j dt), r_j the rate at step j
//! payback    = first step at which the sum of the flows, having been negative, no longer is: the whole step in which
//!              [`crate::appraisal::payback`] at a rate of 0 falls
//! ```
//!
//! Symbols: `CF` cash flow of a step [money], `r` continuously compounded rate read in the step [1/yr], `dt` length of the
//! step [yr]. A step without a length counts as one year. Invariant: at a rate of 0 the value is the sum of the flows; at a
//! constant rate it is [`crate::appraisal::net_present_value`] with the first flow one step after the start.
//! Limit: realised, not expected, discounting; flows fall at the end of their step.
//!
//! Source: `DeFusco` et al., *Quantitative Investment Analysis*, chapter 2, in a stream of steps.

use serde::{Deserialize, Serialize};
use te_core::{Clock, Component, ParamError, Params, Record, StepError, Stream, math};

use crate::appraisal::is_outstanding;
use crate::error::FinanceError;

/// Parameters of the account.
#[derive(Clone, Debug, PartialEq, Params)]
pub struct CashFlowParams {
    /// Cash flow at the start, negative for an outlay [money] -- environment.
    #[param(default = 0.0, min = -1e18, max = 1e18, unit = "money", role = "environment")]
    pub initial_flow: f64,
    /// Spread over the rate read: the price of risk [1/yr] -- environment.
    #[param(default = 0.0, min = -1.0, max = 10.0, soft_max = 0.3, unit = "1/yr", role = "environment")]
    pub risk_premium: f64,
}

/// What the account reads.
#[derive(Clone, Copy, Debug, PartialEq, Record)]
pub struct CashFlowInputs {
    /// Cash flow of the step, negative when paid [money] -- input.
    #[record(unit = "money")]
    pub cash_flow: f64,
    /// Continuously compounded rate [1/yr] -- input.
    #[record(unit = "1/yr", default = 0.0)]
    pub rate: f64,
}

/// What the account shows.
#[derive(Clone, Copy, Debug, PartialEq, Record)]
pub struct CashFlowMetrics {
    /// Cash flow of the last step [money] -- metric.
    #[record(unit = "money")]
    pub cash_flow: f64,
    /// Sum of the flows [money] -- metric.
    #[record(unit = "money")]
    pub cumulative: f64,
    /// Lowest sum so far: the money that had to be there [money] -- metric.
    #[record(unit = "money")]
    pub lowest: f64,
    /// Value of the flows at the start [money] -- metric.
    #[record(unit = "money")]
    pub present_value: f64,
    /// Value at the start of 1 unit now [1] -- metric.
    #[record(unit = "1")]
    pub discount_factor: f64,
    /// Step of the payback, 0 before it [step] -- metric.
    #[record(unit = "step")]
    pub payback: u64,
}

/// The component `finance/cash-flow`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CashFlow {
    risk_premium: f64,
    shown: [f64; 5],
    /// Sum of the sizes of the flows [money].
    gross: f64,
    payback: u64,
}

impl Component for CashFlow {
    const KIND: &'static str = "finance/cash-flow";
    type Params = CashFlowParams;
    type Inputs = CashFlowInputs;
    type Metrics = CashFlowMetrics;

    fn new(params: CashFlowParams) -> Result<Self, ParamError> {
        params.check()?;
        let flow = params.initial_flow;
        Ok(Self {
            risk_premium: params.risk_premium,
            shown: [flow, flow, flow.min(0.0), flow, 1.0],
            gross: flow.abs(),
            payback: 0,
        })
    }

    fn step(&mut self, inputs: &CashFlowInputs, clock: &Clock, _: &mut Stream) -> Result<(), StepError> {
        let [_, sum, lowest, value, discount] = self.shown;
        let flow = StepError::finite("cash flow", inputs.cash_flow)?;
        let rate = StepError::finite("rate", inputs.rate)? + self.risk_premium;
        let discount = discount * math::exp(-rate * clock.years());
        if !discount.is_finite() {
            let change = "raise the input `rate` or the parameter `risk_premium`, or shorten the run";
            return Err(StepError::caused_by(FinanceError::Beyond { quantity: "discount factor", change }));
        }
        let next_sum = StepError::finite("sum of the flows", sum + flow)?;
        let value = StepError::finite("present value", value + flow * discount)?;
        let gross = StepError::finite("sum of the sizes of the flows", self.gross + flow.abs())?;
        if self.payback == 0 && is_outstanding(sum, self.gross) && !is_outstanding(next_sum, gross) {
            self.payback = clock.timestep;
        }
        self.gross = gross;
        self.shown = [flow, next_sum, lowest.min(next_sum), value, discount];
        Ok(())
    }

    fn metrics(&self) -> CashFlowMetrics {
        let [cash_flow, cumulative, lowest, present_value, discount_factor] = self.shown;
        CashFlowMetrics {
            cash_flow,
            cumulative,
            lowest,
            present_value,
            discount_factor,
            payback: self.payback,
        }
    }
}
