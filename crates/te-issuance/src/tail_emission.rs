//! Tail emission: a falling share of what is left to mint, never below a fixed tail.
//!
//! ```text
//! R(A) = max((M - A) >> s, tail)        A' = A + R(A)
//! ```
//!
//! | symbol | meaning | unit |
//! |---|---|---|
//! | M | nominal supply (Monero: 2^64 - 1) | unit |
//! | A | issued so far | unit |
//! | s | speed shift (Monero: 19 for a block of two minutes) | 1 |
//! | tail | smallest reward (Monero: 6e11 atomic units, 0.6 XMR) | unit |
//!
//! The supply has no end; with a constant tail the inflation falls as `tail / A` per block. Past M the first part is 0.
//! The reward is a recursion in integers, so the cumulative issue is computed reward by reward until the tail begins
//! (2.1 million for Monero) and in closed form after it.
//!
//! Invariants: exact integers; never falling; the reward never rises and never falls below the tail.
//!
//! Source: Monero, `get_block_reward` (base reward without the penalty for large blocks).

use serde::{Deserialize, Serialize};

use crate::error::IssuanceError;
use crate::policy::{IssuancePolicy, Schedule, SupplyDelta, SupplyState};

/// Base reward after `issued` units: `max((nominal - issued) >> shift, tail)` `[unit]`; 0 for the first part once
/// `issued` exceeds `nominal` or the shift the word.
#[must_use]
pub fn base_reward(nominal: u128, issued: u128, shift: u32, tail: u128) -> u128 {
    nominal.saturating_sub(issued).checked_shr(shift).unwrap_or(0).max(tail)
}

/// Tail emission; a tick is a block.
///
/// As a [`Schedule`] it starts from nothing issued and costs time in proportion to the blocks before the tail. As an
/// [`IssuancePolicy`] it takes the total supply of the state as the issue so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TailEmission {
    /// Nominal supply `[unit]`.
    pub nominal: u128,
    /// Speed shift `[1]`.
    pub shift: u32,
    /// Smallest reward `[unit]`.
    pub tail: u128,
}

impl TailEmission {
    /// Monero's numbers.
    pub const MONERO: Self = Self { nominal: u64::MAX as u128, shift: 19, tail: 600_000_000_000 };

    /// Units issued in `blocks` blocks after `issued` `[unit]`.
    ///
    /// # Errors
    /// The sum exceeds 128 bits.
    pub fn issue_from(&self, issued: u128, blocks: u64) -> Result<u128, IssuanceError> {
        let overflow = IssuanceError::Overflow { operation: "the tail emission" };
        let mut now = issued;
        let mut left = blocks;
        while left > 0 {
            let reward = base_reward(self.nominal, now, self.shift, self.tail);
            // From the first block on the tail every later one is, too; before it the reward stays while what is left
            // to mint stays above `reward << shift`.
            let count = if reward == self.tail {
                left
            } else {
                let above = self.nominal.saturating_sub(now).saturating_sub(reward << self.shift);
                left.min(u64::try_from(above / reward).unwrap_or(u64::MAX).saturating_add(1))
            };
            now = reward
                .checked_mul(u128::from(count))
                .and_then(|minted| now.checked_add(minted))
                .ok_or_else(|| overflow.clone())?;
            left -= count;
        }
        Ok(now - issued)
    }
}

impl Schedule for TailEmission {
    fn cumulative(&self, tick: u64) -> Result<u128, IssuanceError> {
        self.issue_from(0, tick)
    }

    fn after(&self, _: u64, issued: u128, ticks: u64) -> Result<u128, IssuanceError> {
        let more = self.issue_from(issued, ticks)?;
        issued.checked_add(more).ok_or(IssuanceError::Overflow { operation: "the tail emission" })
    }

    fn limit(&self) -> Option<u128> {
        None
    }
}

impl IssuancePolicy for TailEmission {
    fn delta(&self, state: &SupplyState, ticks: u64) -> Result<SupplyDelta, IssuanceError> {
        self.issue_from(state.total, ticks).map(SupplyDelta::mint)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tail_is_reached_and_constant() {
        for (shift, tail) in [(4, 100), (4, 0), (12, 7), (19, 1)] {
            let schedule = TailEmission { nominal: 1 << 20, shift, tail };
            let mut slow = 0;
            for block in 1..2_000 {
                let next = schedule.after(block - 1, slow, 1).unwrap();
                slow += base_reward(1 << 20, slow, shift, tail);
                assert_eq!(next, slow);
                assert_eq!(schedule.cumulative(block).unwrap(), slow);
            }
        }
        assert_eq!(base_reward(10, 11, 4, 0), 0);
        assert_eq!(base_reward(10, 0, 200, 3), 3);
    }

    #[test]
    fn a_shift_of_zero_without_tail_ends_at_once() {
        let schedule = TailEmission { nominal: 10, shift: 0, tail: 0 };
        assert_eq!(schedule.cumulative(u64::MAX).unwrap(), 10);
    }
}
