//! Vesting: how much of a grant is free at a time, by name of the curve.
//!
//! ```text
//! vested = unlock + V(total - unlock, t)        unlock: free from the start, whatever the curve
//! catch-up:       V = 0 before the cliff, then floor(R t / duration), R from t = duration on
//! after-cliff:    V = 0 before the cliff, then floor(R (t - cliff) / duration), R from t = cliff + duration on
//! parts:          V = floor(R k / n) with k of n parts due: from the cliff on
//!                     catch-up  k = floor(t n / duration)
//!                     advance   k = 1 + floor((t - cliff) n / duration)
//!                     arrears   k = floor((t - cliff) n / duration)
//! half-life:      V = floor(R max(0, 1 - 2^(-(t - cliff) / h)))
//! ```
//!
//! | symbol | meaning | unit |
//! |---|---|---|
//! | total, R | the grant, what is left of it after the unlock | unit |
//! | t, duration, cliff | time since the start, times | tick (step, second, day) |
//! | unlock | free at the start (token generation) | unit |
//! | k, n | parts due (at most n), parts of the whole vesting | 1 |
//! | h | half-life | time |
//!
//! **Two meanings of a cliff.** With catch-up the vesting runs from the start, and at the cliff the part accrued until then
//! becomes free at once: a grant over 36 months with a cliff of 12 frees a third in month 12 and ends in month 36.
//! `OpenZeppelin`'s wallets do that. After-cliff begins to count at the cliff: nothing is free in month 12, a 36th in month
//! 13, and it ends in month 48. Parts come in advance (the first at the cliff) or in arrears (the first a period later).
//!
//! Half-life vesting comes close to the whole, and its rounded amount to within a unit, but the formula never reaches it. A
//! cliff after the end is refused where vesting runs from the start.
//!
//! Invariants: the vested amount never falls and lies in `[unlock, total]`; but for half-lives it ends with the total.
//!
//! Source: `OpenZeppelin` `VestingWallet` and `VestingWalletCliff` (catch-up); commons-simulator `hatch.py` (half-life); the
//! usual allocation tables of token launches.

use serde::{Deserialize, Serialize};

use crate::amount::{mul_div, scaled};
use crate::error::{IssuanceError, non_negative, positive, require};
use crate::exponential_decay::issued_share;
use crate::policy::Schedule;

/// Vested at time `now` under linear vesting with a cliff `[unit]`: [`catch_up`] from `start` on, without unlock.
///
/// `floor(total * (now - start) / duration)` from `start + cliff` to `start + duration`. Valid for `cliff <= duration`;
/// a duration of 0 vests everything at the start. Source: `OpenZeppelin`.
///
/// # Errors
/// A cliff after the end, or an end beyond 64 bits.
pub fn linear(total: u128, start: u64, cliff: u64, duration: u64, now: u64) -> Result<u128, IssuanceError> {
    refuse_late_cliff(cliff, duration)?;
    start.checked_add(duration).ok_or(IssuanceError::Overflow { operation: "the end of the vesting" })?;
    now.checked_sub(start).map_or(Ok(0), |elapsed| catch_up(total, 0, cliff, duration, elapsed))
}

/// Vested `elapsed` after the start, counted from the start: `unlock` before the cliff, then
/// `unlock + floor((total - unlock) * elapsed / duration)`, `total` from the end on `[unit]`.
///
/// Valid for `unlock <= total` and `cliff <= duration`, or a duration of 0, which vests everything at the cliff. Source:
/// `OpenZeppelin`, with an unlock.
///
/// # Errors
/// A value outside its range.
pub fn catch_up(
    total: u128,
    unlock: u128,
    cliff: u64,
    duration: u64,
    elapsed: u64,
) -> Result<u128, IssuanceError> {
    let rest = after_unlock(total, unlock)?;
    if duration > 0 {
        refuse_late_cliff(cliff, duration)?;
    }
    Ok(match elapsed {
        _ if elapsed < cliff => unlock,
        _ if elapsed >= duration => total,
        _ => unlock + mul_div(rest, u128::from(elapsed), u128::from(duration))?,
    })
}

/// Vested `elapsed` after the start, counted from the cliff: `unlock` until the cliff, then
/// `unlock + floor((total - unlock) * (elapsed - cliff) / duration)`, `total` from `cliff + duration` on `[unit]`.
///
/// Valid for `unlock <= total`. Source: allocation tables of token launches.
///
/// # Errors
/// An unlock above the total.
pub fn after_cliff(
    total: u128,
    unlock: u128,
    cliff: u64,
    duration: u64,
    elapsed: u64,
) -> Result<u128, IssuanceError> {
    elapsed.checked_sub(cliff).map_or_else(
        || after_unlock(total, unlock).map(|_| unlock),
        |since| catch_up(total, unlock, 0, duration, since),
    )
}

/// When the parts of a vesting come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Parts {
    /// At the ends of the periods since the start; at the cliff those accrued until then come at once.
    #[default]
    CatchUp,
    /// The first at the cliff, the next a period later.
    Advance,
    /// The first a period after the cliff.
    Arrears,
}

/// Vested in `parts` equal parts over `duration`, `elapsed` after the start: `unlock + floor((total - unlock) k / parts)` with
/// the k of the module, `unlock` alone before the cliff `[unit]`.
///
/// Valid for `unlock <= total`, `parts > 0`, and `cliff <= duration` where parts catch up. A duration of 0 vests everything at
/// the cliff. Source: allocation tables of token launches.
///
/// # Errors
/// A value outside its range.
pub fn in_parts(
    (total, unlock): (u128, u128),
    (cliff, duration): (u64, u64),
    (parts, rule): (u64, Parts),
    elapsed: u64,
) -> Result<u128, IssuanceError> {
    let rest = after_unlock(total, unlock)?;
    if parts == 0 {
        return Err(IssuanceError::InvalidInteger { name: "periods", value: 0, allowed: "> 0" });
    }
    if rule == Parts::CatchUp && duration > 0 {
        refuse_late_cliff(cliff, duration)?;
    }
    if elapsed < cliff {
        return Ok(unlock);
    }
    let since = if rule == Parts::CatchUp { elapsed } else { elapsed - cliff };
    let first = u128::from(rule == Parts::Advance);
    let all = u128::from(parts);
    // Two factors below 2^64 fit 128 bits.
    let due =
        (u128::from(since) * all).checked_div(u128::from(duration)).map_or(all, |due| (due + first).min(all));
    Ok(unlock + mul_div(rest, due, all)?)
}

fn after_unlock(total: u128, unlock: u128) -> Result<u128, IssuanceError> {
    total.checked_sub(unlock).ok_or(IssuanceError::InvalidInteger {
        name: "unlock",
        value: unlock,
        allowed: "at most the total",
    })
}

fn refuse_late_cliff(cliff: u64, duration: u64) -> Result<(), IssuanceError> {
    if cliff > duration {
        return Err(IssuanceError::InvalidInteger {
            name: "cliff",
            value: u128::from(cliff),
            allowed: "at most the duration",
        });
    }
    Ok(())
}

/// Vested after `elapsed` complete periods of `periods` `[unit]`: `unlock + floor((total - unlock) * elapsed / periods)`
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
    catch_up(total, unlock, cliff, periods, elapsed)
}

/// Share vested at an age under half-life vesting: `max(0, 1 - 2^(-(age - cliff) / half_life))` `[1]`.
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

/// Vested at an age under half-life vesting: `floor(total * share)` `[unit]`.
///
/// # Errors
/// As [`half_life_share`].
pub fn half_life(total: u128, age: f64, cliff: f64, half_life: f64) -> Result<u128, IssuanceError> {
    scaled(total, half_life_share(age, cliff, half_life)?)
}

/// Cliff and half-life `[time]` for which 80 % are free at age `age`: `half_life = age / (log2 5 + 2)`,
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
    /// In proportion to time since the start; at the cliff what has accrued comes at once (catch-up).
    Linear {
        /// Nothing is free before it `[tick]`.
        cliff: u64,
        /// Everything is free from it on `[tick]`.
        duration: u64,
    },
    /// In proportion to time since the cliff.
    AfterCliff {
        /// Nothing is free until it `[tick]`.
        cliff: u64,
        /// Time from the cliff to the end `[tick]`.
        duration: u64,
    },
    /// In equal parts.
    InParts {
        /// Nothing is free before it `[tick]`.
        cliff: u64,
        /// Time of all parts, from the start where they catch up, else from the cliff `[tick]`.
        duration: u64,
        /// Parts of the whole vesting `[1]`.
        parts: u64,
        /// When the parts come.
        rule: Parts,
    },
    /// In equal parts that catch up, counted in whole periods, with an unlock of its own.
    Periodic {
        /// Free at once `[unit]`.
        unlock: u128,
        /// Length of a period `[tick]`.
        period: u64,
        /// Periods before the second unlock `[period]`.
        cliff: u64,
        /// Periods of the whole vesting `[period]`.
        periods: u64,
    },
    /// Half of the rest every half-life, after a cliff.
    HalfLife {
        /// Nothing is free before it `[tick]`.
        cliff: f64,
        /// Half-life `[tick]`.
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
    unlock: u128,
    curve: VestingCurve,
}

impl Grant {
    /// A grant of `total` `[unit]`.
    ///
    /// # Errors
    /// Terms outside their range.
    pub fn new(total: u128, curve: VestingCurve) -> Result<Self, IssuanceError> {
        Self::with_unlock(total, 0, curve)
    }

    /// A grant of `total` of which `unlock` is free from the start, whatever the curve; the curve frees the rest `[unit]`.
    ///
    /// # Errors
    /// Terms outside their range, or an unlock above the total.
    pub fn with_unlock(total: u128, unlock: u128, curve: VestingCurve) -> Result<Self, IssuanceError> {
        after_unlock(total, unlock)?;
        if let VestingCurve::Periodic { period: 0, .. } = curve {
            return Err(IssuanceError::InvalidInteger { name: "period", value: 0, allowed: "> 0" });
        }
        if let VestingCurve::HalfLife { cliff, .. } = curve {
            require("cliff", cliff, cliff >= 0.0, "a finite number >= 0")?;
        }
        let grant = Self { total, unlock, curve };
        grant.cumulative(0)?;
        Ok(grant)
    }

    /// The whole grant `[unit]`.
    #[must_use]
    pub fn total(&self) -> u128 {
        self.total
    }
}

impl Schedule for Grant {
    fn cumulative(&self, tick: u64) -> Result<u128, IssuanceError> {
        let (total, unlock) = (self.total, self.unlock);
        match self.curve {
            VestingCurve::Linear { cliff, duration } => {
                refuse_late_cliff(cliff, duration)?;
                catch_up(total, unlock, cliff, duration, tick)
            }
            VestingCurve::AfterCliff { cliff, duration } => after_cliff(total, unlock, cliff, duration, tick),
            VestingCurve::InParts { cliff, duration, parts, rule } => {
                in_parts((total, unlock), (cliff, duration), (parts, rule), tick)
            }
            VestingCurve::Periodic { unlock: own, period, cliff, periods } => {
                let elapsed = tick
                    .checked_div(period)
                    .ok_or(IssuanceError::DivisionByZero { operation: "the number of periods" })?;
                Ok(unlock + periodic(total - unlock, own, cliff, periods, elapsed)?)
            }
            VestingCurve::HalfLife { cliff, half_life: h } => {
                Ok(unlock + half_life(total - unlock, tick as f64, cliff, h)?)
            }
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

    /// 1,000,000 tokens of which a tenth is free at the start, over 36 months with a cliff of 12: by hand.
    #[test]
    fn a_cliff_means_what_its_name_says() {
        let at =
            |curve, month| Grant::with_unlock(1_000_000, 100_000, curve).unwrap().cumulative(month).unwrap();
        let months = [0, 11, 12, 13, 36, 47, 48];
        let (cliff, duration) = (12, 36);
        let catch_up = VestingCurve::Linear { cliff, duration };
        let found = months.map(|month| at(catch_up, month));
        assert_eq!(found, [100_000, 100_000, 400_000, 425_000, 1_000_000, 1_000_000, 1_000_000]);
        let after = VestingCurve::AfterCliff { cliff, duration };
        let found = months.map(|month| at(after, month));
        assert_eq!(found, [100_000, 100_000, 100_000, 125_000, 700_000, 975_000, 1_000_000]);
        // In quarters: 75,000 at once.
        let parts = |rule| VestingCurve::InParts { cliff, duration, parts: 12, rule };
        let found = [0, 12, 14, 15, 44, 45, 48].map(|month| at(parts(Parts::Advance), month));
        assert_eq!(found, [100_000, 175_000, 175_000, 250_000, 925_000, 1_000_000, 1_000_000]);
        let found = [0, 12, 14, 15, 45, 47, 48].map(|month| at(parts(Parts::Arrears), month));
        assert_eq!(found, [100_000, 100_000, 100_000, 175_000, 925_000, 925_000, 1_000_000]);
        let found = [0, 11, 12, 14, 15, 35, 36].map(|month| at(parts(Parts::CatchUp), month));
        assert_eq!(found, [100_000, 100_000, 400_000, 400_000, 475_000, 925_000, 1_000_000]);
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
        assert!(catch_up(1, 2, 0, 1, 0).is_err());
        assert!(after_cliff(1, 2, 5, 1, 0).is_err());
        assert!(in_parts((1, 0), (0, 1), (0, Parts::Advance), 0).is_err());
        assert!(in_parts((1, 0), (2, 1), (1, Parts::CatchUp), 0).is_err());
        assert!(Grant::with_unlock(1, 2, VestingCurve::HalfLife { cliff: 0.0, half_life: 1.0 }).is_err());
    }
}
