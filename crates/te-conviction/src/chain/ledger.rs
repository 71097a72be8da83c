//! The state machine of 1Hive's contract: proposals, stakes, limits and refusals.
//!
//! | status | may become | stakes |
//! |---|---|---|
//! | active | paused, cancelled, executed | both ways |
//! | paused (challenged) | active, cancelled | both ways |
//! | cancelled, executed | final | out only, conviction frozen |
//!
//! Rules: proposal 1 is *abstain*, always there, never executed or cancelled; the first real one is 2. A request of zero
//! signals and is never executed. A voter stakes on at most ten proposals, abstain included, and never more than the
//! balance; stakes still sitting on finished proposals are pulled off, whole and in list order, when a new stake needs
//! them. Conviction settles with the stake *before* the change. A transfer that leaves less than is staked frees
//! finished proposals, then abstain, then active ones, the last only as far as needed. Pausing the contract stops
//! adding, staking, executing and cancelling, never withdrawing.
//!
//! Invariants: what a proposal holds is the sum over voters; a voter's stakes sum to at most the balance; a refused call
//! leaves the ledger as it was.
//!
//! Source: 1Hive/conviction-voting-app at 27df568.

use crate::chain::one_hive::{self, ThresholdInputs};
use crate::chain::{ONE, Revert, add, mul, sub};
use ruint::aliases::U256;
use std::collections::BTreeMap;

mod action;
mod refusal;

pub use refusal::Refusal;

/// Identity of the abstain proposal.
pub const ABSTAIN: u64 = 1;

/// Most proposals a voter may stake on, abstain included.
pub const MAX_STAKED_PROPOSALS: usize = 10;

/// Identity of an account.
pub type Account = u64;

/// Where a proposal stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Open for stakes and execution.
    Active,
    /// Challenged: open for stakes, closed for execution.
    Paused,
    /// Withdrawn by its submitter or a role holder.
    Cancelled,
    /// Paid.
    Executed,
}

/// The amount a proposal asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Request {
    /// In the pool's token `[wei]`.
    Token(U256),
    /// In a stable token `[wei]`, converted at each reading.
    Stable(U256),
    /// Nothing: a signal.
    Signal,
}

/// The contract's parameters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// alpha 10^7.
    pub decay: U256,
    /// beta 10^7.
    pub max_ratio: U256,
    /// rho 10^7.
    pub weight: U256,
    /// Least share of the supply that counts as staked, times 10^18.
    pub minimum_stake_share: U256,
}

/// A proposal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    submitter: Option<Account>,
    beneficiary: Option<Account>,
    request: Request,
    status: Status,
    staked: U256,
    conviction: U256,
    block_last: u64,
    stakes: BTreeMap<Account, U256>,
}

impl Proposal {
    fn open(submitter: Option<Account>, beneficiary: Option<Account>, request: Request) -> Self {
        Self {
            submitter,
            beneficiary,
            request,
            status: Status::Active,
            staked: U256::ZERO,
            conviction: U256::ZERO,
            block_last: 0,
            stakes: BTreeMap::new(),
        }
    }

    /// Where it stands.
    pub fn status(&self) -> Status {
        self.status
    }

    /// What is staked on it `[wei]`.
    pub fn staked(&self) -> U256 {
        self.staked
    }

    /// Conviction at its last settlement `[wei block]`.
    pub fn settled_conviction(&self) -> U256 {
        self.conviction
    }

    /// Block of its last settlement, 0 if nobody ever staked.
    pub fn block_last(&self) -> u64 {
        self.block_last
    }

    /// Stake of an account on it `[wei]`.
    pub fn stake_of(&self, account: Account) -> U256 {
        self.stakes.get(&account).copied().unwrap_or_default()
    }

    fn takes_stake(&self) -> bool {
        matches!(self.status, Status::Active | Status::Paused)
    }
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Voter {
    balance: U256,
    staked: U256,
    proposals: Vec<u64>,
}

/// The contract's storage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ledger {
    settings: Settings,
    proposals: BTreeMap<u64, Proposal>,
    voters: BTreeMap<Account, Voter>,
    supply: U256,
    funds: U256,
    total_staked: U256,
    /// Pool tokens for one stable token, times 10^18.
    stable_price: U256,
    paused: bool,
    hooked: bool,
}

impl Ledger {
    /// A ledger with these settings and funds `[wei]`, no balances, and the abstain proposal.
    pub fn new(settings: Settings, funds: U256) -> Self {
        let abstain = Proposal::open(None, None, Request::Signal);
        Self {
            settings,
            proposals: BTreeMap::from([(ABSTAIN, abstain)]),
            voters: BTreeMap::new(),
            supply: U256::ZERO,
            funds,
            total_staked: U256::ZERO,
            stable_price: ONE,
            paused: false,
            hooked: true,
        }
    }

    /// The proposal of this identity.
    ///
    /// # Errors
    /// [`Refusal::ProposalDoesNotExist`].
    pub fn proposal(&self, id: u64) -> Result<&Proposal, Refusal> {
        self.proposals.get(&id).ok_or(Refusal::ProposalDoesNotExist)
    }

    /// Funds of the pool `[wei]`.
    pub fn funds(&self) -> U256 {
        self.funds
    }

    /// Everything staked, on abstain and on finished proposals too `[wei]`.
    pub fn total_staked(&self) -> U256 {
        self.total_staked
    }

    /// Token balance of an account `[wei]`.
    pub fn balance_of(&self, account: Account) -> U256 {
        self.voters.get(&account).map(|voter| voter.balance).unwrap_or_default()
    }

    /// What an account has staked in all `[wei]`.
    pub fn staked_by(&self, account: Account) -> U256 {
        self.voters.get(&account).map(|voter| voter.staked).unwrap_or_default()
    }

    /// The proposals an account stakes on, in list order.
    pub fn staked_proposals(&self, account: Account) -> &[u64] {
        self.voters.get(&account).map_or(&[], |voter| &voter.proposals)
    }

    /// Conviction of a proposal at a block `[wei block]`; frozen where it is finished.
    ///
    /// # Errors
    /// [`Refusal`] for an unknown proposal or arithmetic that reverts.
    pub fn conviction(&self, id: u64, block: u64) -> Result<U256, Refusal> {
        let proposal = self.proposal(id)?;
        if !proposal.takes_stake() || proposal.block_last == 0 {
            return Ok(proposal.conviction);
        }
        let elapsed = block.checked_sub(proposal.block_last).ok_or(Revert::SubUnderflow)?;
        if elapsed == 0 {
            return Ok(proposal.conviction);
        }
        Ok(one_hive::conviction(elapsed, proposal.conviction, proposal.staked, self.settings.decay)?)
    }

    /// Threshold of a proposal now `[wei block]`, 0 for a signal.
    ///
    /// # Errors
    /// [`Refusal`] for an unknown proposal, a request over the limit, or arithmetic that reverts.
    pub fn threshold(&self, id: u64) -> Result<U256, Refusal> {
        match self.requested(self.proposal(id)?)? {
            requested if requested.is_zero() => Ok(U256::ZERO),
            requested => Ok(one_hive::threshold(&ThresholdInputs {
                requested,
                funds: self.funds,
                total_staked: self.total_staked,
                stake_token_supply: self.supply,
                decay: self.settings.decay,
                max_ratio: self.settings.max_ratio,
                weight: self.settings.weight,
                minimum_stake_share: self.settings.minimum_stake_share,
            })?),
        }
    }

    fn requested(&self, proposal: &Proposal) -> Result<U256, Refusal> {
        match proposal.request {
            Request::Token(amount) => Ok(amount),
            Request::Stable(amount) => Ok(mul(amount, self.stable_price)? / ONE),
            Request::Signal => Ok(U256::ZERO),
        }
    }

    fn settle(&mut self, id: u64, block: u64) -> Result<(), Refusal> {
        let conviction = self.conviction(id, block)?;
        let proposal = self.proposal_mut(id)?;
        proposal.conviction = conviction;
        proposal.block_last = block;
        Ok(())
    }

    fn proposal_mut(&mut self, id: u64) -> Result<&mut Proposal, Refusal> {
        self.proposals.get_mut(&id).ok_or(Refusal::ProposalDoesNotExist)
    }

    /// Adds to all sums that hold a stake.
    fn place(&mut self, id: u64, account: Account, amount: U256) -> Result<(), Refusal> {
        self.total_staked = add(self.total_staked, amount)?;
        let voter = self.voters.entry(account).or_default();
        voter.staked = add(voter.staked, amount)?;
        if !voter.proposals.contains(&id) {
            if voter.proposals.len() >= MAX_STAKED_PROPOSALS {
                return Err(Refusal::MaxProposalsReached);
            }
            voter.proposals.push(id);
        }
        let proposal = self.proposal_mut(id)?;
        proposal.staked = add(proposal.staked, amount)?;
        let own = proposal.stakes.entry(account).or_default();
        *own = add(*own, amount)?;
        Ok(())
    }

    /// Takes from all sums that hold a stake, settling what still runs.
    fn take(&mut self, id: u64, account: Account, amount: U256, block: u64) -> Result<(), Refusal> {
        let own = self.proposal(id)?.stake_of(account);
        if amount > own {
            return Err(Refusal::WithdrawMoreThanStaked);
        }
        if amount.is_zero() {
            return Err(Refusal::AmountCanNotBeZero);
        }
        if self.proposal(id)?.takes_stake() {
            self.settle(id, block)?;
        }
        self.total_staked = sub(self.total_staked, amount)?;
        let proposal = self.proposal_mut(id)?;
        proposal.staked = sub(proposal.staked, amount)?;
        if own == amount {
            proposal.stakes.remove(&account);
        } else {
            proposal.stakes.insert(account, own - amount);
        }
        let voter = self.voters.entry(account).or_default();
        voter.staked = sub(voter.staked, amount)?;
        if own == amount
            && let Some(place) = voter.proposals.iter().position(|&staked| staked == id)
        {
            voter.proposals.swap_remove(place);
        }
        Ok(())
    }
}
