//! Claims from a snapshot, under vesting.
//!
//! Every holder of the snapshot claims exactly his balance, once. What he claims is locked: before the cliff all of it, after the
//! completion none, between ⌊balance·(complete − t)/(complete − start)⌋. A freeze oracle can forbid transfers until everything is claimed or a
//! number of blocks has passed.
//!
//! Invariants: Σ claims = snapshot supply; what is transferable never falls in time while nothing is transferred.
//!
//! Source: CommonsSwarm/migration-tools and Aragon's token manager (behaviour).

use crate::{error::UpgradeError, praise::Person};
use ruint::aliases::U256;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// A vesting schedule on the clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Vesting {
    /// Start `[s]`.
    pub start: u64,
    /// First moment at which anything is free `[s]`, ≥ start.
    pub cliff: u64,
    /// First moment at which everything is free `[s]`, ≥ cliff.
    pub complete: u64,
}

impl Vesting {
    /// A schedule from periods; a start of 0 means now.
    ///
    /// # Errors
    /// [`UpgradeError::Time`] if the cliff lies after the completion or the clock overflows.
    pub fn new(start: u64, cliff_period: u64, complete_period: u64, now: u64) -> Result<Self, UpgradeError> {
        let start = if start == 0 { now } else { start };
        let at = |name, period| start.checked_add(period).ok_or(UpgradeError::Time { name });
        let (cliff, complete) = (at("cliff_period", cliff_period)?, at("complete_period", complete_period)?);
        if cliff > complete {
            return Err(UpgradeError::Time { name: "cliff_period" });
        }
        Ok(Self { start, cliff, complete })
    }

    /// Locked part of a balance at time t `[unit]`.
    ///
    /// # Errors
    /// [`UpgradeError::OutOfRange`] if the product exceeds 256 bits.
    pub fn locked(&self, balance: U256, t: u64) -> Result<U256, UpgradeError> {
        if t >= self.complete {
            return Ok(U256::ZERO);
        }
        if t < self.cliff {
            return Ok(balance);
        }
        let product = balance
            .checked_mul(U256::from(self.complete - t))
            .ok_or(UpgradeError::OutOfRange { name: "balance", range: "balance * seconds below 2^256" })?;
        Ok(product / U256::from(self.complete - self.start))
    }
}

/// Claims on a snapshot.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claims {
    snapshot: BTreeMap<Person, U256>,
    vesting: Option<Vesting>,
    claimed: BTreeSet<Person>,
    claimed_tokens: U256,
}

impl Claims {
    /// Claims on the balances of a snapshot, not prepared yet.
    #[must_use]
    pub fn new(snapshot: BTreeMap<Person, U256>) -> Self {
        Self { snapshot, ..Self::default() }
    }

    /// Fixes the vesting; possible once.
    ///
    /// # Errors
    /// [`UpgradeError::AlreadyPrepared`], or [`UpgradeError::NoSnapshot`] for an empty snapshot.
    pub fn prepare(&mut self, vesting: Vesting) -> Result<(), UpgradeError> {
        if self.vesting.is_some() {
            return Err(UpgradeError::AlreadyPrepared);
        }
        if self.snapshot.is_empty() {
            return Err(UpgradeError::NoSnapshot);
        }
        self.vesting = Some(vesting);
        Ok(())
    }

    /// Mints a holder's snapshot balance under vesting; returns it (0 for somebody the snapshot does not know).
    ///
    /// # Errors
    /// [`UpgradeError::NotPrepared`] before the preparation, [`UpgradeError::AlreadyClaimed`] the second time.
    pub fn claim(&mut self, holder: Person) -> Result<U256, UpgradeError> {
        if self.vesting.is_none() {
            return Err(UpgradeError::NotPrepared);
        }
        if self.claimed.contains(&holder) {
            return Err(UpgradeError::AlreadyClaimed { holder });
        }
        let balance = self.snapshot.get(&holder).copied().unwrap_or_default();
        self.claimed_tokens = self.claimed_tokens.saturating_add(balance);
        self.claimed.insert(holder);
        Ok(balance)
    }

    /// Claims for many; who has claimed is skipped. Returns what was minted.
    ///
    /// # Errors
    /// [`UpgradeError::NotPrepared`] before the preparation.
    pub fn claim_all(&mut self, holders: &[Person]) -> Result<U256, UpgradeError> {
        if self.vesting.is_none() {
            return Err(UpgradeError::NotPrepared);
        }
        let mut minted = U256::ZERO;
        for holder in holders {
            if !self.claimed.contains(holder) {
                minted = minted.saturating_add(self.claim(*holder)?);
            }
        }
        Ok(minted)
    }

    /// What a holder may transfer at time t out of what he claimed `[unit]`.
    ///
    /// # Errors
    /// [`UpgradeError`] before the preparation or if a product exceeds 256 bits.
    pub fn transferable(&self, holder: Person, t: u64) -> Result<U256, UpgradeError> {
        let vesting = self.vesting.ok_or(UpgradeError::NotPrepared)?;
        if !self.claimed.contains(&holder) {
            return Ok(U256::ZERO);
        }
        let balance = self.snapshot.get(&holder).copied().unwrap_or_default();
        Ok(balance.saturating_sub(vesting.locked(balance, t)?))
    }

    /// Tokens of the snapshot `[unit]`.
    #[must_use]
    pub fn snapshot_supply(&self) -> U256 {
        self.snapshot.values().fold(U256::ZERO, |sum, balance| sum.saturating_add(*balance))
    }

    /// Holders of the snapshot.
    #[must_use]
    pub fn holders(&self) -> Vec<Person> {
        self.snapshot.keys().copied().collect()
    }

    /// Tokens claimed `[unit]`.
    #[must_use]
    pub fn claimed_tokens(&self) -> U256 {
        self.claimed_tokens
    }

    /// Does the freeze oracle allow transfers: everything claimed, or `freeze_blocks` since the snapshot?
    #[must_use]
    pub fn transfers_allowed(&self, block: u64, snapshot_block: u64, freeze_blocks: u64) -> bool {
        self.claimed_tokens >= self.snapshot_supply() || block >= snapshot_block.saturating_add(freeze_blocks)
    }
}
