//! The value of a running cash flow, discounted along the interest rate that was realised.
//!
//! Equations: [`CashFlowMetrics`]. The payback is the whole step in which [`crate::appraisal::payback`] at a rate of 0 falls.
//!
//! The rate is continuously compounded. A step without a length counts as one year. Invariant: at a rate of 0 the value is the sum of the flows; at a
//! constant rate it is [`crate::appraisal::net_present_value`] with the first flow one step after the start.
//! Limit: realised, not expected, discounting; flows fall at the end of their step.
//!
//! Source: `DeFusco` et al., *Quantitative Investment Analysis*, chapter 2, in a stream of steps.

#![expect(
    clippy::inline_always,
    reason = "a loop over columns of runs becomes vector code only where these are inlined"
)]

use serde::{Deserialize, Serialize};
use te_core::{Machine, Mechanism, NotFinite, Now, Params, Record, StepError, Watch, math};

use crate::appraisal::is_outstanding;
use crate::error::FinanceError;

/// Parameters of the account.
#[derive(Clone, Copy, Debug, PartialEq, Params)]
pub struct CashFlowParams {
    /// Cash flow at the start, negative for an outlay `[money]` -- environment.
    #[param(initial, default = 0.0, min = -1e18, max = 1e18, unit = "money", role = "environment")]
    pub initial_flow: f64,
    /// Spread over the rate read: the price of risk `[1/yr]` -- environment.
    #[param(default = 0.0, min = -1.0, max = 10.0, soft_max = 0.3, unit = "1/yr", role = "environment")]
    pub risk_premium: f64,
}

/// What the account reads.
#[derive(Clone, Copy, Debug, PartialEq, Record)]
pub struct CashFlowInputs {
    /// Cash flow of the step, negative when paid `[money]` -- input.
    #[record(unit = "money")]
    pub cash_flow: f64,
    /// Continuously compounded rate `[1/yr]` -- input.
    #[record(unit = "1/yr", default = 0.0)]
    pub rate: f64,
}

/// What the account shows.
///
/// # Equations
/// ```text
/// cumulative' = cumulative + cash_flow
/// discount_factor' = discount_factor * exp(-(rate + risk_premium) * years)
/// present_value' = present_value + cash_flow * discount_factor'
/// lowest' = min(lowest, cumulative')
/// payback' = timestep -- the first at which cumulative, having been negative, no longer is
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Record, Serialize, Deserialize)]
pub struct CashFlowMetrics {
    /// Cash flow of the last step `[money]` -- metric.
    #[record(unit = "money")]
    pub cash_flow: f64,
    /// Sum of the flows `[money]` -- metric.
    #[record(unit = "money")]
    pub cumulative: f64,
    /// Lowest sum so far: the money that had to be there `[money]` -- metric.
    #[record(unit = "money")]
    pub lowest: f64,
    /// Value of the flows at the start `[money]` -- metric.
    #[record(unit = "money")]
    pub present_value: f64,
    /// Value at the start of 1 unit now `[1]` -- metric.
    #[record(unit = "1")]
    pub discount_factor: f64,
    /// Step of the payback, 0 before it `[step]` -- metric.
    #[record(unit = "step")]
    pub payback: u64,
}

/// What a step changes.
#[derive(Clone, Copy, Debug, PartialEq, Record, Serialize, Deserialize)]
pub struct CashFlowState {
    /// What is shown.
    #[record(nested)]
    pub shown: CashFlowMetrics,
    /// Sum of the sizes of the flows `[money]`.
    pub gross: f64,
}

/// The component `finance/cash-flow`.
pub type CashFlow = Machine<Discounting>;

/// How flows are discounted.
#[derive(Debug)]
pub enum Discounting {}

impl Mechanism for Discounting {
    const KIND: &'static str = "finance/cash-flow";
    type Params = CashFlowParams;
    type Terms = CashFlowParams;
    type Inputs = CashFlowInputs;
    type State = CashFlowState;
    type Draws = ();
    type Metrics = CashFlowMetrics;

    fn start(params: &CashFlowParams) -> CashFlowState {
        let flow = params.initial_flow;
        let shown = CashFlowMetrics {
            cash_flow: flow,
            cumulative: flow,
            lowest: math::min(flow, 0.0),
            present_value: flow,
            discount_factor: 1.0,
            payback: 0,
        };
        CashFlowState { shown, gross: flow.abs() }
    }

    #[inline(always)]
    fn step<W: Watch<Error = StepError>>(w: &mut W, now: Now<'_, Self>) -> CashFlowState {
        let CashFlowState { shown, gross } = *now.state;
        let finite = |w: &mut W, quantity: &'static str, value: f64| {
            w.need(value.is_finite(), || NotFinite::new(quantity, value));
            value
        };
        let cash_flow = finite(w, "cash flow", now.inputs.cash_flow);
        let rate = finite(w, "rate", now.inputs.rate) + now.terms.risk_premium;
        let discount_factor = shown.discount_factor * math::exp(-rate * now.clock.years());
        w.need(discount_factor.is_finite(), || FinanceError::Beyond {
            quantity: "discount factor",
            change: "raise the input `rate` or the parameter `risk_premium`, or shorten the run",
        });
        let cumulative = finite(w, "sum of the flows", shown.cumulative + cash_flow);
        let present_value = finite(w, "present value", shown.present_value + cash_flow * discount_factor);
        let next_gross = finite(w, "sum of the sizes of the flows", gross + cash_flow.abs());
        let paid_back = (shown.payback == 0)
            & is_outstanding(shown.cumulative, gross)
            & !is_outstanding(cumulative, next_gross);
        let shown = CashFlowMetrics {
            cash_flow,
            cumulative,
            lowest: math::min(shown.lowest, cumulative),
            present_value,
            discount_factor,
            payback: math::select(paid_back, now.clock.timestep, shown.payback),
        };
        CashFlowState { shown, gross: next_gross }
    }

    #[inline(always)]
    fn show(_: &CashFlowParams, state: &CashFlowState) -> CashFlowMetrics {
        state.shown
    }
}
