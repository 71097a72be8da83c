//! Internal rates of return: every rate at which a series of cash flows is worth nothing, and a choice among them.
//!
//! ```text
//! periods: sum_t CF_t (1 + e)^-t = 0                 dates: sum_k CF_k (1 + e)^-(day_k / 365) = 0
//! ```
//!
//! Symbols: `CF` cash flow `[money]`, negative when paid; `e` effective rate `[1/period]` or, for dates, `[1/yr]`; `day` time
//! of a flow `[day]`. There are at most as many rates as the flows change sign, and fewer by an even number (Descartes; for
//! dates Laguerre). **All of them are found**, each once, with its multiplicity: the reason stands in the module of the
//! search, `zeros`. The range is every rate above -1 that is a finite float; a rate whose growth `1 + e` is below 2^-53 or
//! above the floats is only counted.
//!
//! Flows are taken to be known to their last digit, not beyond: rates that a rounding of the flows joins or parts, closer than
//! about 1e-7, count as one of multiplicity 2. So `[1, -2.2, 1.21]`, none of whose entries but the first is a float, has 10 % twice.
//!
//! Which rate is meant where there are several is not a question of numbers: an investment is worth its cost at each. The
//! net present value at the rate of an alternative ([`crate::appraisal::net_present_value`]) answers without them.
//!
//! Source: `DeFusco` et al., *Quantitative Investment Analysis*, chapter 2.

mod exponential_sum;
mod zeros;

use super::{DAYS_IN_YEAR, DatedFlow, require_dated, require_flows};
use crate::compounding::require_effective;
use crate::error::FinanceError;
use exponential_sum::ExponentialSum;
use te_math as math;
use zeros::zeros;

/// One rate at which the flows are worth nothing.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct InternalRate {
    /// The effective rate, above -1 and finite `[1/period or 1/yr]`.
    pub rate: f64,
    /// How many rates fall together here `[1]`; 2 where the value touches 0 and turns.
    pub multiplicity: u32,
}

/// Which of several rates is meant.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub enum RateChoice {
    /// The only one; several are an error that lists them.
    Only,
    /// The nearest to this rate; of two at one distance the lower.
    Nearest(f64),
}

/// All internal rates of a series of flows, the lowest first.
///
/// ```
/// use te_finance::FinanceError;
/// use te_finance::appraisal::internal_rate::{InternalRates, RateChoice};
/// let rates = InternalRates::of_periods(&[2.0, -43.0, 21.0])?;
/// let found: Vec<f64> = rates.all().iter().map(|found| found.rate).collect();
/// assert!((found[0] + 0.5).abs() < 1e-15 && (found[1] - 20.0).abs() < 1e-13);
/// assert!(matches!(rates.choose(RateChoice::Only), Err(FinanceError::ManyRoots { rates }) if rates == found));
/// assert_eq!(rates.choose(RateChoice::Nearest(0.1))?, found[0]);
///
/// let twice = InternalRates::of_periods(&[1.0, -2.2, 1.21])?;
/// assert_eq!((twice.all().len(), twice.all()[0].multiplicity), (1, 2));
/// # Ok::<(), FinanceError>(())
/// ```
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct InternalRates {
    rates: Vec<InternalRate>,
    beyond: Vec<f64>,
    sign_changes: usize,
}

impl InternalRates {
    /// All rates of flows at `t = 0, 1, 2, ...` `[1/period]`.
    ///
    /// # Errors
    /// Fewer than two flows, a flow that is not finite, only flows of 0, or zeros too many and too close to be told apart.
    pub fn of_periods(flows: &[f64]) -> Result<Self, FinanceError> {
        require_flows(flows.iter().copied())?;
        Self::of(flows.iter().enumerate().map(|(t, flow)| (t as f64, *flow)), 1.0)
    }

    /// All rates of dated flows, in any order `[1/yr]`.
    ///
    /// # Errors
    /// As [`InternalRates::of_periods`]; also a day that is negative or not finite.
    pub fn of_dates(flows: &[DatedFlow]) -> Result<Self, FinanceError> {
        require_dated(flows)?;
        Self::of(flows.iter().map(|flow| (flow.day, flow.amount)), DAYS_IN_YEAR)
    }

    /// Rates of `(time, flow)`, of which `unit` times make the period of the rate.
    fn of(flows: impl ExactSizeIterator<Item = (f64, f64)>, unit: f64) -> Result<Self, FinanceError> {
        let given = flows.len();
        if given < 2 {
            return Err(FinanceError::TooFew { series: "cash flows", given, needed: 2 });
        }
        let value = ExponentialSum::new(flows);
        if value.len() == 0 {
            let allowed = "not 0: nothing is worth nothing at every rate";
            return FinanceError::require("greatest cash flow", 0.0, false, allowed).map(|_| Self::none());
        }
        let (mut rates, mut beyond) = (Vec::new(), Vec::new());
        for zero in zeros(&value)? {
            // Flows a moment apart have a growth a year that is beyond the floats.
            let log_growth = (unit * zero.x).clamp(f64::MIN, f64::MAX);
            let rate = math::exp_m1(log_growth);
            if rate > -1.0 && rate.is_finite() {
                rates.push(InternalRate { rate, multiplicity: zero.multiplicity });
            } else {
                beyond.push(log_growth);
            }
        }
        Ok(Self { rates, beyond, sign_changes: value.sign_changes() })
    }

    fn none() -> Self {
        Self { rates: Vec::new(), beyond: Vec::new(), sign_changes: 0 }
    }

    /// Every rate, the lowest first.
    #[must_use]
    pub fn all(&self) -> &[InternalRate] {
        &self.rates
    }

    /// Zeros of the value that no float above -1 expresses as a rate, as `ln(1 + e)` `[1]`; held within the floats.
    #[must_use]
    pub fn beyond(&self) -> &[f64] {
        &self.beyond
    }

    /// Sign changes of the flows in the order of time: an upper bound of the number of rates.
    #[must_use]
    pub fn sign_changes(&self) -> usize {
        self.sign_changes
    }

    /// The rate that is meant.
    ///
    /// # Errors
    /// [`FinanceError::NoRoot`] without a rate, [`FinanceError::RateBeyond`] where the only ones are beyond the floats,
    /// [`FinanceError::ManyRoots`] with the list where the only one is asked for and there are several; a guess that is
    /// not finite or at most -1.
    pub fn choose(&self, choice: RateChoice) -> Result<f64, FinanceError> {
        let rates = || self.rates.iter().map(|found| found.rate);
        let found = match choice {
            RateChoice::Only if self.rates.len() > 1 => {
                return Err(FinanceError::ManyRoots { rates: rates().collect() });
            }
            RateChoice::Only => rates().next(),
            RateChoice::Nearest(guess) => {
                require_effective(guess)?;
                rates().min_by(|left, right| (left - guess).abs().total_cmp(&(right - guess).abs()))
            }
        };
        found.ok_or_else(|| match self.beyond.first() {
            Some(log_growth) => FinanceError::RateBeyond { log_growth: *log_growth },
            None => FinanceError::NoRoot { sign_changes: self.sign_changes },
        })
    }
}

/// The only internal rate of return of flows at `t = 0, 1, 2, ...` `[1/period]`.
///
/// ```
/// use te_finance::appraisal::internal_rate;
/// assert!((internal_rate(&[-100.0, 110.0])? - 0.1).abs() < 1e-12);
/// assert!((internal_rate(&[-1.0, 12.0])? - 11.0).abs() < 1e-12);
/// assert!(internal_rate(&[100.0, 110.0]).is_err());
/// # Ok::<(), te_finance::FinanceError>(())
/// ```
///
/// # Errors
/// As [`InternalRates::of_periods`] and [`InternalRates::choose`].
pub fn internal_rate(flows: &[f64]) -> Result<f64, FinanceError> {
    InternalRates::of_periods(flows)?.choose(RateChoice::Only)
}

/// Money-weighted return of dated flows `[1/yr]`: their only internal rate of return.
///
/// ```
/// use te_finance::appraisal::{DatedFlow, dated_internal_rate};
/// let flows = [(0.0, -100.0), (7.0, 110.0)].map(|(day, amount)| DatedFlow { day, amount });
/// assert!((dated_internal_rate(&flows)? - 142.9901781267929).abs() < 1e-10);
/// # Ok::<(), te_finance::FinanceError>(())
/// ```
///
/// # Errors
/// As [`InternalRates::of_dates`] and [`InternalRates::choose`].
pub fn dated_internal_rate(flows: &[DatedFlow]) -> Result<f64, FinanceError> {
    InternalRates::of_dates(flows)?.choose(RateChoice::Only)
}
