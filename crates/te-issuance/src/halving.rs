//! Halving issuance: a fixed reward per block that is halved every so many blocks.
//!
//! ```text
//! era(h) = floor(h / interval)        R(h) = R0 >> era(h)        (integers, 0 from era 128)
//! supply before height h = sum over complete eras of interval * (R0 >> era), plus the rest of the current era
//! ```
//!
//! | symbol | meaning | unit |
//! |---|---|---|
//! | R0 | reward of the first block | unit |
//! | interval | blocks of an era | block |
//! | h | height, counted from 0 | block |
//!
//! The shift rounds down, so the total falls short of `2 R0 interval`: Bitcoin ends at 2099999997690000 satoshi.
//! Invariants: exact integers; never falling; constant once the reward is 0.
//!
//! Source: bitcoin/bitcoin, block subsidy and its limit test.

use serde::{Deserialize, Serialize};

use crate::error::IssuanceError;
use crate::policy::Schedule;

/// Reward of the block at `height`: `initial >> floor(height / interval)` `[unit]`.
///
/// # Errors
/// The interval is 0. Source: bitcoin/bitcoin.
pub fn reward(initial: u128, interval: u64, height: u64) -> Result<u128, IssuanceError> {
    let era = height.checked_div(interval).ok_or_else(no_interval)?;
    Ok(shifted(initial, era))
}

/// Sum of the rewards of all blocks below `height` `[unit]`.
///
/// # Errors
/// The interval is 0, or the sum exceeds 128 bits. Source: bitcoin/bitcoin.
pub fn supply_before(initial: u128, interval: u64, height: u64) -> Result<u128, IssuanceError> {
    let overflow = IssuanceError::Overflow { operation: "the halving supply" };
    let eras = height.checked_div(interval).ok_or_else(no_interval)?;
    let mut sum = 0_u128;
    for era in 0..eras.min(128) {
        let reward = shifted(initial, era);
        sum = reward
            .checked_mul(u128::from(interval))
            .and_then(|issued| sum.checked_add(issued))
            .ok_or_else(|| overflow.clone())?;
    }
    shifted(initial, eras)
        .checked_mul(u128::from(height - eras * interval))
        .and_then(|issued| sum.checked_add(issued))
        .ok_or(overflow)
}

fn shifted(initial: u128, era: u64) -> u128 {
    u32::try_from(era).ok().and_then(|era| initial.checked_shr(era)).unwrap_or(0)
}

fn no_interval() -> IssuanceError {
    IssuanceError::InvalidInteger { name: "interval", value: 0, allowed: "> 0" }
}

/// Halving issue as a schedule; a tick is a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Halving {
    initial: u128,
    interval: u64,
    total: u128,
}

impl Halving {
    /// Issues `initial` `[unit]` per block, halved every `interval` `[block]`.
    ///
    /// # Errors
    /// The interval is 0, or the whole issue exceeds 128 bits.
    pub fn new(initial: u128, interval: u64) -> Result<Self, IssuanceError> {
        let overflow = IssuanceError::Overflow { operation: "the halving supply" };
        if interval == 0 {
            return Err(no_interval());
        }
        let mut total = 0_u128;
        for era in 0..128 {
            total = shifted(initial, era)
                .checked_mul(u128::from(interval))
                .and_then(|issued| total.checked_add(issued))
                .ok_or_else(|| overflow.clone())?;
        }
        Ok(Self { initial, interval, total })
    }
}

impl Schedule for Halving {
    fn cumulative(&self, tick: u64) -> Result<u128, IssuanceError> {
        supply_before(self.initial, self.interval, tick)
    }

    fn limit(&self) -> Option<u128> {
        Some(self.total)
    }
}
