//! Vesting: how much of a grant is free at a time. Linear with cliff, periodic, and by half-life.
//!
//! ```text
//! linear:    0 before start + cliff, floor(total (t - start) / duration), total from start + duration on
//! periodic:  unlock + floor((total - unlock) k / n) with k complete periods, unlock alone before the cliff
//! half-life: floor(total max(0, 1 - 2^(-(age - cliff) / h)))
//! ```
//!
//! | symbol | meaning | unit |
//! |---|---|---|
//! | total | the grant | unit |
//! | t, start, duration, cliff | times | tick (second, day) |
//! | unlock | free at the start (token generation) | unit |
//! | k, n | complete periods, periods of the whole vesting | period |
//! | age, h | time since the grant, half-life | time |
//!
//! At the cliff the part accrued until then becomes free at once. Half-life vesting comes close to the whole, and its
//! rounded amount to within a unit, but the formula never reaches it. A cliff after the end is refused.
//!
//! Invariants: the vested amount never falls and lies in `[0, total]`.
//!
//! Source: `OpenZeppelin` `VestingWallet` and `VestingWalletCliff`; commons-simulator `hatch.py` (half-life).

use serde::{Deserialize, Serialize};

use crate::amount::{mul_div, scaled};
use crate::error::{IssuanceError, non_negative, positive, require};
use crate::exponential_decay::issued_share;
use crate::policy::Schedule;

/// Vested at time `now` under linear vesting with a cliff [unit].
///
/// `floor(total * (now - start) / duration)` from `start + cliff` to `start + duration`. Valid for `cliff <= duration`;
/// a duration of 0 vests everything at the start. Source: `OpenZeppelin`.
///
/// # Errors
/// A cliff after the end, or an end beyond 64 bits.
pub fn linear(total: u128, start: u64, cliff: u64, duration: u64, now: u64) -> Result<u128, IssuanceError> {
    if cliff > duration {
        return Err(IssuanceError::InvalidInteger {
            name: "cliff",
            value: u128::from(cliff),
            allowed: "at most the duration",
        });
    }
    let end =
        start.checked_add(duration).ok_or(IssuanceError::Overflow { operation: "the end of the vesting" })?;
    if now >= end {
        Ok(total)
    } else if now < start + cliff {
        Ok(0)
    } else {
        mul_div(total, u128::from(now - start), u128::from(duration))
    }
}

/// Vested after `elapsed` complete periods of `periods` [unit]: `unlock + floor((total - unlock) * elapsed / periods)`
/// from the cliff on, `unlock` before it.
///
/// Valid for `unlock <= total`, `cliff <= periods`, `periods > 0`.
///
/// # Errors
/// A value outside its range.
pub fn periodic(
    total: u128,
    unlock: u128,
    cliff: u64,
    periods: u64,
    elapsed: u64,
) -> Result<u128, IssuanceError> {
    if periods == 0 {
        return Err(IssuanceError::InvalidInteger { name: "periods", value: 0, allowed: "> 0" });
    }
    crate::premine::released(total, unlock, cliff, periods, elapsed)
}

/// Share vested at an age under half-life vesting: `max(0, 1 - 2^(-(age - cliff) / half_life))` [1].
///
/// Valid for `age, cliff >= 0`, `half_life > 0`, in one unit of time. Source: commons-simulator.
///
/// # Errors
/// A value outside its range.
pub fn half_life_share(age: f64, cliff: f64, half_life: f64) -> Result<f64, IssuanceError> {
    non_negative("age", age)?;
    non_negative("cliff", cliff)?;
    positive("half_life", half_life)?;
    Ok(issued_share((age - cliff).max(0.0) / half_life))
}

/// Vested at an age under half-life vesting: `floor(total * share)` [unit].
///
/// # Errors
/// As [`half_life_share`].
pub fn half_life(total: u128, age: f64, cliff: f64, half_life: f64) -> Result<u128, IssuanceError> {
    scaled(total, half_life_share(age, cliff, half_life)?)
}

/// Cliff and half-life [time] for which 80 % are free at age `age`: `half_life = age / (log2 5 + 2)`,
/// `cliff = 2 half_life`. 90 days give a half-life of 20.824 and a cliff of 41.648 days.
///
/// Valid for `age > 0`. Source: commons-simulator.
///
/// # Errors
/// A value outside its range.
pub fn cliff_and_half_life(age: f64) -> Result<(f64, f64), IssuanceError> {
    positive("age", age)?;
    let half_life = age / (LOG2_5 + 2.0);
    Ok((2.0 * half_life, half_life))
}

/// Half-lives after which 80 % are free: log2 5. The source rounds it to 2.3219.
const LOG2_5: f64 = 2.321_928_094_887_362_3;

/// Terms of a grant; times in ticks since the grant.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum VestingCurve {
    /// In proportion to time, with a cliff.
    Linear {
        /// Nothing is free before it [tick].
        cliff: u64,
        /// Everything is free from it on [tick].
        duration: u64,
    },
    /// In equal parts, with a first unlock and a cliff.
    Periodic {
        /// Free at once [unit].
        unlock: u128,
        /// Length of a period [tick].
        period: u64,
        /// Periods before the second unlock [period].
        cliff: u64,
        /// Periods of the whole vesting [period].
        periods: u64,
    },
    /// Half of the rest every half-life, after a cliff.
    HalfLife {
        /// Nothing is free before it [tick].
        cliff: f64,
        /// Half-life [tick].
        half_life: f64,
    },
}

/// A grant and its terms.
///
/// ```
/// use te_issuance::policy::Schedule;
/// use te_issuance::vesting::{Grant, VestingCurve};
///
/// let grant = Grant::new(1_000, VestingCurve::Linear { cliff: 12, duration: 48 })?;
/// assert_eq!(grant.cumulative(11)?, 0);
/// assert_eq!(grant.cumulative(12)?, 250);
/// assert_eq!(grant.cumulative(100)?, 1_000);
/// let refused = Grant::new(1_000, VestingCurve::Linear { cliff: 49, duration: 48 }).unwrap_err();
/// assert_eq!(refused.to_string(), "cliff = 49 is refused: it must be at most the duration");
/// # Ok::<(), te_issuance::IssuanceError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Grant {
    total: u128,
    curve: VestingCurve,
}

impl Grant {
    /// A grant of `total` [unit].
    ///
    /// # Errors
    /// Terms outside their range.
    pub fn new(total: u128, curve: VestingCurve) -> Result<Self, IssuanceError> {
        if let VestingCurve::Periodic { period: 0, .. } = curve {
            return Err(IssuanceError::InvalidInteger { name: "period", value: 0, allowed: "> 0" });
        }
        if let VestingCurve::HalfLife { cliff, .. } = curve {
            require("cliff", cliff, cliff >= 0.0, "a finite number >= 0")?;
        }
        let grant = Self { total, curve };
        grant.cumulative(0)?;
        Ok(grant)
    }

    /// The whole grant [unit].
    #[must_use]
    pub fn total(&self) -> u128 {
        self.total
    }
}

impl Schedule for Grant {
    fn cumulative(&self, tick: u64) -> Result<u128, IssuanceError> {
        match self.curve {
            VestingCurve::Linear { cliff, duration } => linear(self.total, 0, cliff, duration, tick),
            VestingCurve::Periodic { unlock, period, cliff, periods } => {
                let elapsed = tick
                    .checked_div(period)
                    .ok_or(IssuanceError::DivisionByZero { operation: "the number of periods" })?;
                periodic(self.total, unlock, cliff, periods, elapsed)
            }
            VestingCurve::HalfLife { cliff, half_life: h } => half_life(self.total, tick as f64, cliff, h),
        }
    }

    fn limit(&self) -> Option<u128> {
        Some(self.total)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_life_of_the_source() {
        let (cliff, half) = cliff_and_half_life(90.0).unwrap();
        assert!((half - 20.824).abs() < 1e-3 && (cliff - 41.648).abs() < 1e-3);
        assert!((half_life_share(90.0, cliff, half).unwrap() - 0.8).abs() < 1e-12);
        let shares = [90.0, 180.0, 270.0].map(|age| half_life_share(age, 90.0, 90.0).unwrap());
        assert_eq!(shares, [0.0, 0.5, 0.75]);
        assert_eq!(half_life_share(3.0, 90.0, 90.0).unwrap(), 0.0);
    }

    #[test]
    fn bad_terms_are_refused() {
        assert!(
            Grant::new(1, VestingCurve::Periodic { unlock: 2, period: 1, cliff: 0, periods: 3 }).is_err()
        );
        assert!(
            Grant::new(1, VestingCurve::Periodic { unlock: 0, period: 0, cliff: 0, periods: 3 }).is_err()
        );
        assert!(
            Grant::new(1, VestingCurve::Periodic { unlock: 0, period: 1, cliff: 4, periods: 3 }).is_err()
        );
        assert!(Grant::new(1, VestingCurve::HalfLife { cliff: 0.0, half_life: 0.0 }).is_err());
        assert!(Grant::new(1, VestingCurve::HalfLife { cliff: f64::NAN, half_life: 1.0 }).is_err());
        assert!(linear(1, u64::MAX, 0, 1, 0).is_err());
    }
}
