//! The calls that change a ledger. Each is refused whole: on an error nothing has changed.

use super::{ABSTAIN, Account, Ledger, Proposal, Refusal, Request, Settings, Status};
use crate::chain::{Revert, add, sub};
use ruint::aliases::U256;

impl Ledger {
    /// Adds a proposal and gives its identity.
    ///
    /// # Errors
    /// [`Refusal::ContractPaused`], [`Refusal::RequestedAmountZero`] for a request of 0 that is not a signal,
    /// [`Refusal::NoBeneficiary`].
    pub fn add_proposal(
        &mut self,
        submitter: Account,
        request: Request,
        beneficiary: Option<Account>,
    ) -> Result<u64, Refusal> {
        self.require_running()?;
        if let Request::Token(amount) | Request::Stable(amount) = request {
            if amount.is_zero() {
                return Err(Refusal::RequestedAmountZero);
            }
            if beneficiary.is_none() {
                return Err(Refusal::NoBeneficiary);
            }
        }
        let id = self.proposals.len() as u64 + 1;
        self.proposals.insert(id, Proposal::open(Some(submitter), beneficiary, request));
        Ok(id)
    }

    /// Stakes `amount` `[wei]` on a proposal at a block.
    ///
    /// # Errors
    /// [`Refusal`] for a paused contract, a finished or unknown proposal, an amount of 0 or above what is available, an
    /// eleventh proposal, or arithmetic that reverts.
    pub fn stake(&mut self, account: Account, id: u64, amount: U256, block: u64) -> Result<(), Refusal> {
        self.whole(|ledger| ledger.stake_now(account, id, amount, block))
    }

    /// Stakes the whole balance of an account that has nothing staked.
    ///
    /// # Errors
    /// [`Refusal::StakingAlreadyStaked`], and as [`Ledger::stake`].
    pub fn stake_all(&mut self, account: Account, id: u64, block: u64) -> Result<(), Refusal> {
        if !self.staked_by(account).is_zero() {
            return Err(Refusal::StakingAlreadyStaked);
        }
        self.stake(account, id, self.balance_of(account), block)
    }

    /// Withdraws `amount` `[wei]` of the own stake; open even while the contract is paused.
    ///
    /// # Errors
    /// [`Refusal`] for an unknown proposal, 0, or more than the own stake.
    pub fn withdraw(&mut self, account: Account, id: u64, amount: U256, block: u64) -> Result<(), Refusal> {
        self.whole(|ledger| ledger.take(id, account, amount, block))
    }

    /// Withdraws every stake on finished proposals.
    ///
    /// # Errors
    /// [`Refusal`] for arithmetic that reverts.
    pub fn withdraw_from_inactive(&mut self, account: Account, block: u64) -> Result<(), Refusal> {
        self.whole(|ledger| ledger.free_inactive(account, U256::MAX, block).map(|_| ()))
    }

    /// Pays a proposal whose conviction is above its threshold.
    ///
    /// # Errors
    /// [`Refusal`] for a paused contract, abstain, a signal, a proposal that is not active, a request over the limit, or
    /// too little conviction.
    pub fn execute(&mut self, id: u64, block: u64) -> Result<(), Refusal> {
        self.whole(|ledger| {
            ledger.require_running()?;
            if id == ABSTAIN {
                return Err(Refusal::CannotExecuteAbstainProposal);
            }
            let requested = ledger.requested(ledger.proposal(id)?)?;
            if requested.is_zero() {
                return Err(Refusal::CannotExecuteZeroValueProposal);
            }
            if ledger.proposal(id)?.status != Status::Active {
                return Err(Refusal::ProposalNotActive);
            }
            ledger.settle(id, block)?;
            let threshold = ledger.threshold(id)?;
            let proposal = ledger.proposal_mut(id)?;
            if proposal.conviction <= threshold {
                return Err(Refusal::InsufficientConviction);
            }
            proposal.status = Status::Executed;
            ledger.funds = sub(ledger.funds, requested)?;
            Ok(())
        })
    }

    /// Cancels a proposal, by its submitter or a holder of the role.
    ///
    /// # Errors
    /// [`Refusal`] for a paused contract, abstain, a proposal that is not active, or a stranger.
    pub fn cancel(&mut self, account: Account, holds_role: bool, id: u64) -> Result<(), Refusal> {
        self.require_running()?;
        if id == ABSTAIN {
            return Err(Refusal::CannotCancelAbstainProposal);
        }
        let proposal = self.proposal_mut(id)?;
        if proposal.status != Status::Active {
            return Err(Refusal::ProposalNotActive);
        }
        if proposal.submitter != Some(account) && !holds_role {
            return Err(Refusal::SenderCannotCancel);
        }
        proposal.status = Status::Cancelled;
        Ok(())
    }

    /// Challenges an active proposal, or ends the challenge: allowed again, or cancelled.
    ///
    /// # Errors
    /// [`Refusal::ProposalNotActive`] where the proposal is not in the status the change starts from.
    pub fn set_status(&mut self, id: u64, status: Status) -> Result<(), Refusal> {
        let proposal = self.proposal_mut(id)?;
        match (proposal.status, status) {
            (Status::Active, Status::Paused) | (Status::Paused, Status::Active | Status::Cancelled)
                if id != ABSTAIN =>
            {
                proposal.status = status;
                Ok(())
            }
            _ => Err(Refusal::ProposalNotActive),
        }
    }

    /// New stake tokens for an account; stakes are untouched.
    ///
    /// # Errors
    /// [`Refusal::Arithmetic`] beyond 2^256 - 1.
    pub fn mint(&mut self, account: Account, amount: U256) -> Result<(), Refusal> {
        let balance = add(self.balance_of(account), amount)?;
        self.supply = add(self.supply, amount)?;
        self.voters.entry(account).or_default().balance = balance;
        Ok(())
    }

    /// Moves stake tokens, freeing as many of the sender's stakes as the balance left requires.
    ///
    /// # Errors
    /// [`Refusal::Arithmetic`] for more than the balance.
    pub fn transfer(&mut self, from: Account, to: Account, amount: U256, block: u64) -> Result<(), Refusal> {
        self.whole(|ledger| {
            let left = sub(ledger.balance_of(from), amount)?;
            let staked = ledger.staked_by(from);
            if left < staked {
                let needed = staked - left;
                let freed = ledger.free_inactive(from, needed, block)?;
                if freed < needed {
                    ledger.free_active(from, needed - freed, block)?;
                }
            }
            ledger.voters.entry(from).or_default().balance = left;
            let grown = add(ledger.balance_of(to), amount)?;
            ledger.voters.entry(to).or_default().balance = grown;
            Ok(())
        })
    }

    /// Adds to the pool `[wei]`.
    ///
    /// # Errors
    /// [`Refusal::Arithmetic`] beyond 2^256 - 1.
    pub fn deposit(&mut self, amount: U256) -> Result<(), Refusal> {
        self.funds = add(self.funds, amount)?;
        Ok(())
    }

    /// Pauses or resumes the contract.
    pub fn set_paused(&mut self, paused: bool) {
        self.paused = paused;
    }

    /// Says whether the token reports transfers to the contract, without which nobody can stake.
    pub fn set_hooked(&mut self, hooked: bool) {
        self.hooked = hooked;
    }

    /// Pool tokens for one stable token, times 10^18.
    pub fn set_stable_price(&mut self, price: U256) {
        self.stable_price = price;
    }

    /// Other settings from now on; convictions already settled are not rescaled.
    pub fn set_settings(&mut self, settings: Settings) {
        self.settings = settings;
    }

    fn require_running(&self) -> Result<(), Refusal> {
        if self.paused { Err(Refusal::ContractPaused) } else { Ok(()) }
    }

    /// Does a call on a copy and keeps the copy only where it succeeds.
    fn whole<T>(&mut self, call: impl FnOnce(&mut Self) -> Result<T, Refusal>) -> Result<T, Refusal> {
        let mut next = self.clone();
        let result = call(&mut next)?;
        *self = next;
        Ok(result)
    }

    fn stake_now(&mut self, account: Account, id: u64, amount: U256, block: u64) -> Result<(), Refusal> {
        self.require_running()?;
        if !self.hooked {
            return Err(Refusal::NoTokenManagerSet);
        }
        if !self.proposal(id)?.takes_stake() {
            return Err(Refusal::IncorrectProposalStatus);
        }
        if amount.is_zero() {
            return Err(Refusal::AmountCanNotBeZero);
        }
        let balance = self.balance_of(account);
        let free = balance.saturating_sub(self.staked_by(account));
        if amount > free {
            self.free_inactive(account, amount - free, block)?;
        }
        if self.staked_by(account).checked_add(amount).ok_or(Revert::AddOverflow)? > balance {
            return Err(Refusal::StakingMoreThanAvailable);
        }
        // Settled with the stake so far; the first stake only starts the clock.
        if self.proposal(id)?.block_last == 0 {
            self.proposal_mut(id)?.block_last = block;
        } else {
            self.settle(id, block)?;
        }
        self.place(id, account, amount)
    }

    /// Pulls whole stakes off finished proposals, in list order, until `target` is freed; gives what was freed.
    fn free_inactive(&mut self, account: Account, target: U256, block: u64) -> Result<U256, Refusal> {
        let mut freed = U256::ZERO;
        let mut place = 0;
        while freed < target
            && let Some(&id) = self.staked_proposals(account).get(place)
        {
            let proposal = self.proposal(id)?;
            if proposal.takes_stake() {
                place += 1;
            } else {
                let own = proposal.stake_of(account);
                self.take(id, account, own, block)?;
                freed = add(freed, own)?;
            }
        }
        Ok(freed)
    }

    /// Pulls `needed` off abstain first, then off running proposals in list order, no more than needed.
    fn free_active(&mut self, account: Account, needed: U256, block: u64) -> Result<(), Refusal> {
        let mut left = needed;
        let abstaining = self.proposal(ABSTAIN)?.stake_of(account).min(left);
        if !abstaining.is_zero() {
            self.take(ABSTAIN, account, abstaining, block)?;
            left -= abstaining;
        }
        while !left.is_zero()
            && let Some(&id) = self.staked_proposals(account).first()
        {
            let part = self.proposal(id)?.stake_of(account).min(left);
            self.take(id, account, part, block)?;
            left -= part;
        }
        Ok(())
    }
}
