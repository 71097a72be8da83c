//! The hatch as deployed: state machine, contributions, refunds, claims, close; 256-bit integers.
//!
//! State at time t, from (opening date, raise): Pending before the opening; `GoalReached` as soon as the maximum is reached; Funding up to and
//! including opening + period; afterwards `GoalReached` if the minimum is reached, else Refunding; Closed once closed. Reaching the minimum does
//! not end the funding.
//!
//! - contribute(v): take = min(v, max goal − raised), mint ⌊take·rate/1e6⌋
//! - close: beneficiary gets ⌊raised·pct/1e6⌋, the reserve the rest; the beneficiary also gets ⌊supply·(1e6 − offered)/offered⌋ tokens
//!
//! Invariants: Σ contributions = raised ≤ max goal; balance of the hatch = raised before the close (less refunds), 0 after; reserve + beneficiary =
//! raised after; states only move forward; a refused operation changes nothing.
//!
//! The deployed refund burns the floor of the whole contribution, although what was minted is the sum of floors: with a fractional rate it can
//! ask for more than the contributor holds, revert, and keep the money. [`RefundRule::BurnMinted`] burns what was minted;
//! [`RefundRule::AsDeployed`] reproduces the contract.
//!
//! Source: commons-stack/hatch-app and CommonsSwarm/impact-hours-app (behaviour), 13 scenarios run on the real contract.

mod terms;

pub use terms::{HatchState, HatchTerms, RefundRule};

use super::{oracle::MembershipOracle, reward::RewardTerms};
use crate::{error::HatchError, praise::Person};
use ruint::aliases::U256;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use te_bonding_curve::Ppm;

/// A hatch with its balances.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hatch {
    terms: HatchTerms,
    open_date: u64,
    closed: bool,
    total_raised: U256,
    balance: U256,
    reserve: U256,
    beneficiary: U256,
    beneficiary_tokens: U256,
    supply: U256,
    contributions: BTreeMap<Person, U256>,
    tokens: BTreeMap<Person, U256>,
    oracle: Option<MembershipOracle>,
    reward: Option<RewardTerms>,
    hours: BTreeMap<Person, U256>,
}

impl Hatch {
    /// A hatch configured at time `now` `[s]`.
    ///
    /// # Errors
    /// As [`HatchTerms::check`].
    pub fn new(terms: HatchTerms, now: u64) -> Result<Self, HatchError> {
        terms.check(now)?;
        Ok(Self {
            terms,
            open_date: terms.open_date,
            closed: false,
            total_raised: U256::ZERO,
            balance: U256::ZERO,
            reserve: U256::ZERO,
            beneficiary: U256::ZERO,
            beneficiary_tokens: U256::ZERO,
            supply: U256::ZERO,
            contributions: BTreeMap::new(),
            tokens: BTreeMap::new(),
            oracle: None,
            reward: None,
            hours: BTreeMap::new(),
        })
    }

    /// The hatch with a contribution cap by membership score.
    ///
    /// # Errors
    /// [`HatchError::CapBelowGoal`] if the scores allow less than the minimum goal.
    pub fn with_oracle(mut self, oracle: MembershipOracle) -> Result<Self, HatchError> {
        let cap = oracle.cap()?;
        if cap < self.terms.min_goal {
            return Err(HatchError::CapBelowGoal { cap, min: self.terms.min_goal });
        }
        self.oracle = Some(oracle);
        Ok(self)
    }

    /// The hatch with a reward for impact hours, in units of 10^-decimals hours.
    #[must_use]
    pub fn with_reward(mut self, reward: RewardTerms, hours: BTreeMap<Person, U256>) -> Self {
        self.reward = Some(reward);
        self.hours = hours;
        self
    }

    /// State at time t `[s]`.
    #[must_use]
    pub fn state(&self, t: u64) -> HatchState {
        let reached = if self.closed { HatchState::Closed } else { HatchState::GoalReached };
        if self.open_date == 0 || self.open_date > t {
            HatchState::Pending
        } else if self.total_raised >= self.terms.max_goal {
            reached
        } else if t - self.open_date <= self.terms.period {
            HatchState::Funding
        } else if self.total_raised >= self.terms.min_goal {
            reached
        } else {
            HatchState::Refunding
        }
    }

    /// Opens a hatch without an opening date.
    ///
    /// # Errors
    /// [`HatchError::State`] unless it is pending without a date.
    pub fn open(&mut self, t: u64) -> Result<(), HatchError> {
        if self.open_date != 0 {
            return Err(HatchError::State { operation: "open", state: self.state(t).name() });
        }
        self.open_date = t;
        Ok(())
    }

    /// Contributes up to `amount`; returns what was taken (the rest stays with the contributor).
    ///
    /// # Errors
    /// [`HatchError`] unless funding, for an amount of 0, or above the allowance of the membership score.
    pub fn contribute(&mut self, who: Person, amount: U256, t: u64) -> Result<U256, HatchError> {
        self.need("contribute", t, HatchState::Funding)?;
        if amount.is_zero() {
            return Err(HatchError::ZeroContribution);
        }
        let before = self.contribution(who);
        if let Some(oracle) = &self.oracle {
            let after = add("contribution", before, amount)?;
            let allowed = oracle.allowance(who)?;
            if after > allowed {
                return Err(HatchError::ScoreTooLow { after, allowed });
            }
        }
        let take = amount.min(self.terms.max_goal.saturating_sub(self.total_raised));
        let minted = self.terms.exchange_rate.of(take)?;
        let supply = add("supply", self.supply, minted)?;
        let raised = add("raise", self.total_raised, take)?;
        let balance = add("balance", self.balance, take)?;
        let held = add("tokens", self.held(who), minted)?;
        self.contributions.insert(who, before.saturating_add(take));
        self.tokens.insert(who, held);
        (self.supply, self.total_raised, self.balance) = (supply, raised, balance);
        Ok(take)
    }

    /// Returns a whole contribution of a failed hatch and burns its tokens.
    ///
    /// # Errors
    /// [`HatchError`] unless refunding, for nothing to refund, and for the deployed rule where it burns more than is held.
    pub fn refund(&mut self, who: Person, t: u64) -> Result<U256, HatchError> {
        self.need("refund", t, HatchState::Refunding)?;
        let contribution = self.contribution(who);
        if contribution.is_zero() {
            return Err(HatchError::NothingToRefund);
        }
        let held = self.held(who);
        let burn = match self.terms.refund_rule {
            RefundRule::BurnMinted => held,
            RefundRule::AsDeployed => self.terms.exchange_rate.of(contribution)?,
        };
        let left = held.checked_sub(burn).ok_or(HatchError::Burn { burn, held })?;
        let balance = self
            .balance
            .checked_sub(contribution)
            .ok_or(HatchError::Overflow { what: "a refund above the balance" })?;
        self.contributions.remove(&who);
        self.tokens.insert(who, left);
        self.supply = self.supply.saturating_sub(burn);
        self.balance = balance;
        Ok(contribution)
    }

    /// What somebody's impact hours would earn at the present raise `[token unit]`.
    ///
    /// # Errors
    /// [`HatchError::Overflow`] if a product exceeds 256 bits.
    pub fn reward(&self, who: Person) -> Result<U256, HatchError> {
        match (&self.reward, self.hours.get(&who)) {
            (Some(terms), Some(hours)) => terms.reward(*hours, self.total_raised, self.terms.exchange_rate),
            _ => Ok(U256::ZERO),
        }
    }

    /// Mints the reward of each person named and burns his hours; a second claim gives 0. Returns what was minted.
    ///
    /// # Errors
    /// [`HatchError`] unless the goal is reached and the hatch not closed.
    pub fn claim(&mut self, people: &[Person], t: u64) -> Result<U256, HatchError> {
        self.need("claim", t, HatchState::GoalReached)?;
        let mut next = (self.supply, self.tokens.clone(), self.hours.clone());
        let mut minted = U256::ZERO;
        for who in people {
            if !next.2.contains_key(who) {
                continue;
            }
            let reward = self.reward(*who)?;
            next.0 = add("supply", next.0, reward)?;
            let held = next.1.entry(*who).or_default();
            *held = add("tokens", *held, reward)?;
            next.2.remove(who);
            minted = add("supply", minted, reward)?;
        }
        (self.supply, self.tokens, self.hours) = next;
        Ok(minted)
    }

    /// Moves the raise to the beneficiary and the reserve and mints the beneficiary's tokens.
    ///
    /// # Errors
    /// [`HatchError`] unless the goal is reached, the hatch not closed and all impact hours claimed.
    pub fn close(&mut self, t: u64) -> Result<(), HatchError> {
        self.need("close", t, HatchState::GoalReached)?;
        let left = self.hours.values().fold(U256::ZERO, |sum, hours| sum.saturating_add(*hours));
        if !left.is_zero() {
            return Err(HatchError::HoursUnclaimed { left });
        }
        let share = self.terms.beneficiary_share.of(self.total_raised)?;
        let offered = U256::from(self.terms.supply_offered.raw());
        let kept = U256::from(Ppm::HUNDRED_PERCENT.raw()).saturating_sub(offered);
        let minted =
            self.supply.checked_mul(kept).ok_or(HatchError::Overflow { what: "supply times share kept" })?
                / offered;
        let supply = add("supply", self.supply, minted)?;
        self.beneficiary = share;
        self.reserve = self.balance.saturating_sub(share);
        self.balance = U256::ZERO;
        self.beneficiary_tokens = minted;
        self.supply = supply;
        self.closed = true;
        Ok(())
    }

    /// Goes on with another part of the raise for the beneficiary, which is paid at the close.
    ///
    /// # Errors
    /// [`HatchError`] above 100 %; the hatch is then as before.
    pub fn set_beneficiary_share(&mut self, share: Ppm) -> Result<(), HatchError> {
        let terms = HatchTerms { beneficiary_share: share, open_date: 0, ..self.terms };
        terms.check(0)?;
        self.terms.beneficiary_share = share;
        Ok(())
    }

    /// Terms.
    pub fn terms(&self) -> &HatchTerms {
        &self.terms
    }

    /// Collateral raised `[unit]`.
    pub fn total_raised(&self) -> U256 {
        self.total_raised
    }

    /// Collateral held by the hatch `[unit]`.
    pub fn hatch_balance(&self) -> U256 {
        self.balance
    }

    /// Collateral in the reserve after the close `[unit]`.
    pub fn reserve(&self) -> U256 {
        self.reserve
    }

    /// Collateral of the beneficiary after the close `[unit]`.
    pub fn beneficiary(&self) -> U256 {
        self.beneficiary
    }

    /// Tokens of the beneficiary after the close `[unit]`.
    pub fn beneficiary_tokens(&self) -> U256 {
        self.beneficiary_tokens
    }

    /// Tokens in existence `[unit]`.
    pub fn supply(&self) -> U256 {
        self.supply
    }

    /// Tokens somebody holds `[unit]`.
    pub fn held(&self, who: Person) -> U256 {
        self.tokens.get(&who).copied().unwrap_or_default()
    }

    /// Tokens by holder, the beneficiary aside `[unit]`.
    pub fn holders(&self) -> &BTreeMap<Person, U256> {
        &self.tokens
    }

    /// What somebody has contributed and not got back `[unit]`.
    pub fn contribution(&self, who: Person) -> U256 {
        self.contributions.get(&who).copied().unwrap_or_default()
    }

    /// Contributions by person `[unit]`.
    pub fn contributions(&self) -> &BTreeMap<Person, U256> {
        &self.contributions
    }

    fn need(&self, operation: &'static str, t: u64, needs: HatchState) -> Result<(), HatchError> {
        let state = self.state(t);
        if state == needs { Ok(()) } else { Err(HatchError::State { operation, state: state.name() }) }
    }
}

fn add(what: &'static str, a: U256, b: U256) -> Result<U256, HatchError> {
    a.checked_add(b).ok_or(HatchError::Overflow { what })
}
