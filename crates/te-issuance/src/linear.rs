//! Linear issuance: the same amount per step, up to a cap.
//!
//! ```text
//! S(t) = min(S0 + r t, cap)
//! ```
//!
//! | symbol | meaning | unit |
//! |---|---|---|
//! | S0 | supply at the start | token |
//! | r | issue per step | token/step |
//! | cap | largest supply | token |
//!
//! Yearly inflation falls as `r n / S` (n steps a year): constant issue is not constant inflation.
//! Invariants: never falling, never above the cap. A start above the cap is refused.
//!
//! Source: standard; the fixed weekly mint of WORK is this with r = 100.

use serde::{Deserialize, Serialize};

use crate::amount::mul_div;
use crate::error::{IssuanceError, demand, demand_non_negative};
use crate::policy::Schedule;
use te_math::{Number, checked};

/// Supply at time `t`: `min(initial + rate * t, cap)` `[token]`, on f64 or exact decimals.
///
/// Valid for `initial`, `rate`, `t >= 0` and `cap >= initial`. Source: standard.
///
/// # Errors
/// A value outside its range, or a result that does not fit.
pub fn supply<N: Number>(initial: N, rate: N, cap: Option<N>, t: N) -> Result<N, IssuanceError> {
    checked(|w| {
        demand_non_negative(w, "initial", initial);
        demand_non_negative(w, "rate", rate);
        demand_non_negative(w, "t", t);
        let free = initial.plus(rate.times(t, w), w);
        cap.map_or(free, |cap| {
            demand(w, "cap", cap, cap.is_number() & (cap >= initial), "at least the initial supply");
            free.smaller(cap)
        })
    })
}

/// Linear issue in whole units: `amount` per `period` ticks, `floor(amount * t / period)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Linear {
    amount: u128,
    period: u64,
    cap: Option<u128>,
}

impl Linear {
    /// Issues `amount` `[unit]` per `period` `[tick]`, at most `cap` `[unit]` in all.
    ///
    /// # Errors
    /// The period is 0.
    pub fn new(amount: u128, period: u64, cap: Option<u128>) -> Result<Self, IssuanceError> {
        if period == 0 {
            return Err(IssuanceError::InvalidInteger { name: "period", value: 0, allowed: "> 0" });
        }
        Ok(Self { amount, period, cap })
    }
}

impl Schedule for Linear {
    fn cumulative(&self, tick: u64) -> Result<u128, IssuanceError> {
        match (mul_div(self.amount, u128::from(tick), u128::from(self.period)), self.cap) {
            (Ok(free), cap) => Ok(cap.map_or(free, |cap| free.min(cap))),
            (Err(IssuanceError::Overflow { .. }), Some(cap)) => Ok(cap),
            (Err(error), _) => Err(error),
        }
    }

    fn limit(&self) -> Option<u128> {
        self.cap
    }
}
