//! Vesting by half-life after a cliff.
//!
//! Unlocked part at age d: max(0, 1 − 0.5^((d − cliff)/halflife)) `[1]`; it tends to 1 and never reaches it. From one number, the days D until 80 % is
//! unlocked: halflife = D/(log2 5 + 2), cliff = 2·halflife.
//!
//! A batch holds locked and free tokens; spending takes free ones first, then unlocked ones, and what is left goes on unlocking on the original
//! total. Source: commons-stack/commons-simulator (behaviour).

use crate::error::{CommonsError, finite, non_negative, positive, within};
use serde::{Deserialize, Serialize};
use te_math::{log2, pow};

/// A vesting schedule.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct HalfLife {
    /// Days without unlocking `[day]`, ≥ 0 -- controllable.
    pub cliff: f64,
    /// Days in which half of the rest unlocks `[day]`, > 0 -- controllable.
    pub halflife: f64,
}

impl HalfLife {
    /// The schedule that unlocks 80 % in so many days.
    ///
    /// # Errors
    /// [`CommonsError`] unless the days are above 0.
    pub fn from_days_to_80_percent(days: f64) -> Result<Self, CommonsError> {
        positive("days", days)?;
        let halflife = positive("halflife", days / (log2(5.0) + 2.0))?;
        Ok(Self { cliff: 2.0 * halflife, halflife })
    }

    /// Unlocked part at an age in days `[1]`, [0, 1).
    ///
    /// # Errors
    /// [`CommonsError`] if the schedule or the age is out of range.
    pub fn unlocked(&self, age: f64) -> Result<f64, CommonsError> {
        non_negative("cliff", self.cliff)?;
        positive("halflife", self.halflife)?;
        non_negative("age", age)?;
        Ok((1.0 - pow(0.5, (age - self.cliff) / self.halflife)).max(0.0))
    }
}

/// Tokens of one holder, in part locked.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct TokenBatch {
    vested: f64,
    free: f64,
    created: f64,
    schedule: HalfLife,
    spent: f64,
}

impl TokenBatch {
    /// A batch of `vested` locked and `free` tokens, created at a day.
    ///
    /// # Errors
    /// [`CommonsError`] if an amount, the day or the schedule is out of range.
    pub fn new(vested: f64, free: f64, created: f64, schedule: HalfLife) -> Result<Self, CommonsError> {
        non_negative("vested", vested)?;
        non_negative("free", free)?;
        non_negative("created", created)?;
        schedule.unlocked(0.0)?;
        Ok(Self { vested, free, created, schedule, spent: 0.0 })
    }

    /// What can be spent at a day `[token]`.
    ///
    /// # Errors
    /// [`CommonsError`] for a day before the creation.
    pub fn spendable(&self, day: f64) -> Result<f64, CommonsError> {
        let unlocked = self.vested * self.schedule.unlocked(day - self.created)?;
        finite("spendable", self.free + (unlocked - self.spent).max(0.0))
    }

    /// Everything left `[token]`.
    #[must_use]
    pub fn total(&self) -> f64 {
        self.free + self.vested - self.spent
    }

    /// Spends tokens, free ones first.
    ///
    /// # Errors
    /// [`CommonsError`] for an amount below 0 or above what can be spent; the batch is then unchanged.
    pub fn spend(&mut self, amount: f64, day: f64) -> Result<(), CommonsError> {
        let spendable = self.spendable(day)?;
        within("amount", amount, (0.0..=spendable).contains(&amount), "[0, spendable]")?;
        let from_free = amount.min(self.free);
        self.free -= from_free;
        self.spent += amount - from_free;
        Ok(())
    }
}
