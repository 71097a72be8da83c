//! Geometric decay: each step's reward is a fixed share of the one before.
//!
//! ```text
//! R_k = R0 q^k        C_k = R0 (1 - q^k) / (1 - q) = R0 (1 + q + ... + q^(k-1))        limit R0 / (1 - q)
//! ```
//!
//! | symbol | meaning | unit |
//! |---|---|---|
//! | R0 | first reward | token |
//! | q | ratio of successive rewards, 0 to 1 | 1 |
//! | k | steps, the first reward is that of step 0 | step |
//!
//! The sum is taken by doubling, `C_2k = C_k (1 + q^k)` and `C_(k+1) = R0 + q C_k`, which has no cancellation for q
//! near 1 and holds for q = 1. Invariants: never falling, at most the limit.
//!
//! Source: geometric series.

use serde::{Deserialize, Serialize};

use crate::amount::whole;
use crate::error::{IssuanceError, demand, demand_non_negative, demand_share};
use crate::policy::Schedule;
use te_math::{Number, Watch, checked};

/// Reward of step `k` (from 0): `first * ratio^k` `[token]`.
///
/// Valid for `first >= 0`, `0 <= ratio <= 1`. The reward is multiplied by the two halves of the power in turn, so that on
/// decimals, whose last place is 1e-28, the power loses no digit that the reward still has.
///
/// # Errors
/// A value outside its range.
pub fn reward<N: Number>(first: N, ratio: N, k: u32) -> Result<N, IssuanceError> {
    checked(|w| {
        check(w, first, ratio);
        let (half, _) = power_and_sum(w, ratio, k / 2);
        let even = first.times(half, w).times(half, w);
        if k % 2 == 1 { even.times(ratio, w) } else { even }
    })
}

/// Total of the first `k` rewards: `first * (1 - ratio^k) / (1 - ratio)`, `first * k` for a ratio of 1 `[token]`.
///
/// Valid for `first >= 0`, `0 <= ratio <= 1`.
///
/// # Errors
/// A value outside its range, or a result that does not fit.
pub fn cumulative<N: Number>(first: N, ratio: N, k: u32) -> Result<N, IssuanceError> {
    checked(|w| {
        check(w, first, ratio);
        let (_, sum) = power_and_sum(w, ratio, k);
        first.times(sum, w)
    })
}

/// What all rewards together approach: `first / (1 - ratio)` `[token]`.
///
/// Valid for `first >= 0`, `0 <= ratio < 1`.
///
/// # Errors
/// A value outside its range; a ratio of 1 has no limit.
pub fn limit<N: Number>(first: N, ratio: N) -> Result<N, IssuanceError> {
    checked(|w| {
        check(w, first, ratio);
        demand(w, "ratio", ratio, ratio < N::ONE, "in [0, 1) for a limit to exist");
        first.over(N::ONE.minus(ratio, w), w)
    })
}

fn check<N: Number, W: Watch<Error = IssuanceError>>(w: &mut W, first: N, ratio: N) {
    demand_non_negative(w, "first reward", first);
    demand_share(w, "ratio", ratio);
}

/// `q^k` and `1 + q + ... + q^(k-1)`, from the leading bit of k downwards.
fn power_and_sum<N: Number, W: Watch<Error = IssuanceError>>(w: &mut W, q: N, k: u32) -> (N, N) {
    let mut power = N::ONE;
    let mut sum = N::ZERO;
    for bit in (0..u32::BITS - k.leading_zeros()).rev() {
        sum = sum.times(N::ONE.plus(power, w), w);
        power = power.times(power, w);
        if k >> bit & 1 == 1 {
            sum = N::ONE.plus(q.times(sum, w), w);
            power = power.times(q, w);
        }
    }
    (power, sum)
}

/// Geometric issue in whole units, rounded down.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Geometric {
    first: f64,
    ratio: f64,
}

impl Geometric {
    /// Issues `first` `[unit]` in the first tick and `ratio` times the one before in each further tick.
    ///
    /// # Errors
    /// A value outside its range.
    pub fn new(first: f64, ratio: f64) -> Result<Self, IssuanceError> {
        checked(|w| check(w, first, ratio)).map(|()| Self { first, ratio })
    }
}

impl Schedule for Geometric {
    fn cumulative(&self, tick: u64) -> Result<u128, IssuanceError> {
        if let Some(limit) = self.limit()
            && tick > u64::from(u32::MAX)
        {
            return Ok(limit);
        }
        let k = u32::try_from(tick).map_err(|_| IssuanceError::Overflow { operation: "the step number" })?;
        let issued = whole(cumulative(self.first, self.ratio, k)?)?;
        Ok(self.limit().map_or(issued, |limit| issued.min(limit)))
    }

    fn limit(&self) -> Option<u128> {
        limit(self.first, self.ratio).and_then(whole).ok()
    }
}
