//! Issuance policies: what to mint or burn, as a pure function of the supply and the time.
//!
//! A policy sees the [`SupplyState`] and the ticks that pass, and answers with a [`SupplyDelta`]. It changes nothing.
//! An [`Issuer`] binds a policy to accounts and applies its answer to a [`Ledger`].
//!
//! A [`Schedule`] is the simplest policy: the cumulative issue as a function of time. What is minted from `t` to
//! `t + n` is `cumulative(t + n) - cumulative(t)`: rounding cannot drift, and however an interval is divided the mints
//! add up to the same ([`Scheduled`]). Controllers read the state; dividing their interval changes the result, and
//! their modules say so.
//!
//! Units: amounts in whole units, time in ticks (block, second, step: the schedule says which).

use serde::{Deserialize, Serialize};

use crate::amount::mul_div;
use crate::error::IssuanceError;
use crate::ledger::{AccountId, Ledger};

/// What a policy may read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SupplyState {
    /// Total supply `[unit]`.
    pub total: u128,
    /// Balance of the account that the policy may burn from and steers `[unit]`, at most the total.
    pub pool: u128,
    /// Time since the start `[tick]`.
    pub elapsed: u64,
    /// What is observed outside: a price, a bonded share; the policy says which. 0 where none is needed.
    pub signal: f64,
}

/// What a policy asks for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SupplyDelta {
    /// To mint `[unit]`.
    pub mint: u128,
    /// To burn `[unit]`.
    pub burn: u128,
}

impl SupplyDelta {
    /// Nothing.
    pub const NONE: Self = Self { mint: 0, burn: 0 };

    /// A mint of `amount` `[unit]`.
    #[must_use]
    pub const fn mint(amount: u128) -> Self {
        Self { mint: amount, burn: 0 }
    }

    /// A burn of `amount` `[unit]`.
    #[must_use]
    pub const fn burn(amount: u128) -> Self {
        Self { mint: 0, burn: amount }
    }

    /// The supply after this change `[unit]`.
    ///
    /// # Errors
    /// It would exceed 128 bits or fall below zero.
    pub fn applied_to(self, total: u128) -> Result<u128, IssuanceError> {
        total
            .checked_add(self.mint)
            .and_then(|minted| minted.checked_sub(self.burn))
            .ok_or(IssuanceError::Overflow { operation: "the total supply" })
    }
}

/// A rule for issuing: pure, applied by a ledger.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an issuance policy",
    note = "implement `IssuancePolicy`, or wrap a schedule in `Scheduled`"
)]
pub trait IssuancePolicy {
    /// What to mint and burn while `ticks` pass after `state`. No ticks, no change.
    ///
    /// # Errors
    /// The state has no answer (a ratio to a supply of zero, a signal out of range) or the result does not fit.
    fn delta(&self, state: &SupplyState, ticks: u64) -> Result<SupplyDelta, IssuanceError>;
}

/// A rule that depends on time alone.
#[diagnostic::on_unimplemented(message = "`{Self}` is not an issuance schedule")]
pub trait Schedule {
    /// Units issued from the start to `tick` `[unit]`: 0 or more, never falling, at most [`Schedule::limit`].
    ///
    /// # Errors
    /// The result does not fit.
    fn cumulative(&self, tick: u64) -> Result<u128, IssuanceError>;

    /// `cumulative(tick + ticks)`, given that `cumulative(tick)` is `issued` `[unit]`. Schedules that are recursions
    /// go on from there instead of from the start.
    ///
    /// # Errors
    /// The result or the time does not fit.
    fn after(&self, tick: u64, issued: u128, ticks: u64) -> Result<u128, IssuanceError> {
        let _ = issued;
        self.cumulative(later(tick, ticks)?)
    }

    /// What is never exceeded `[unit]`; `None` for schedules without end.
    fn limit(&self) -> Option<u128>;
}

/// A schedule as a policy: mints the difference of the cumulative issue.
///
/// Where a schedule is computed in f64, two neighbouring ticks can come out in the wrong order by the last place; such
/// a difference mints nothing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Scheduled<S>(pub S);

impl<S: Schedule> IssuancePolicy for Scheduled<S> {
    fn delta(&self, state: &SupplyState, ticks: u64) -> Result<SupplyDelta, IssuanceError> {
        if ticks == 0 {
            return Ok(SupplyDelta::NONE);
        }
        let later = later(state.elapsed, ticks)?;
        let before = self.0.cumulative(state.elapsed)?;
        Ok(SupplyDelta::mint(self.0.cumulative(later)?.saturating_sub(before)))
    }
}

/// `elapsed + ticks` `[tick]`.
///
/// # Errors
/// It exceeds 64 bits.
pub(crate) fn later(elapsed: u64, ticks: u64) -> Result<u64, IssuanceError> {
    elapsed.checked_add(ticks).ok_or(IssuanceError::Overflow { operation: "the elapsed time" })
}

/// One recipient of what is minted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recipient {
    /// Who receives.
    pub account: AccountId,
    /// Parts of the whole, > 0; the shares are these over their sum.
    pub parts: u64,
}

/// A policy bound to accounts: mints are split among recipients, burns come from one account.
#[derive(Clone, Debug, PartialEq)]
pub struct Issuer<P> {
    policy: P,
    recipients: Vec<Recipient>,
    pool: AccountId,
    parts: u128,
    elapsed: u64,
}

impl<P: IssuancePolicy> Issuer<P> {
    /// Binds `policy`: mints go to `recipients`, burns come from `pool`, whose balance the policy also reads.
    ///
    /// # Errors
    /// There is no recipient or one with no parts.
    pub fn new(policy: P, recipients: Vec<Recipient>, pool: AccountId) -> Result<Self, IssuanceError> {
        let parts = recipients.iter().map(|recipient| u128::from(recipient.parts)).sum();
        if recipients.is_empty() || recipients.iter().any(|recipient| recipient.parts == 0) {
            return Err(IssuanceError::InvalidInteger {
                name: "recipient parts",
                value: 0,
                allowed: "> 0 for at least one recipient and for each",
            });
        }
        Ok(Self { policy, recipients, pool, parts, elapsed: 0 })
    }

    /// Binds `policy` to one account that receives the mints and bears the burns.
    ///
    /// # Errors
    /// None in practice; the signature is that of [`Issuer::new`].
    pub fn single(policy: P, account: AccountId) -> Result<Self, IssuanceError> {
        Self::new(policy, vec![Recipient { account, parts: 1 }], account)
    }

    /// Time since the start `[tick]`.
    pub fn elapsed(&self) -> u64 {
        self.elapsed
    }

    /// The policy.
    pub fn policy(&self) -> &P {
        &self.policy
    }

    /// Lets `ticks` pass and applies what the policy asks for. Recipient `i` gets
    /// `floor(amount * P_i / P) - floor(amount * P_(i-1) / P)` with `P_i` the parts up to it: nothing is lost.
    ///
    /// # Errors
    /// The policy refuses, the burn exceeds the pool, the total overflows, or an account is unknown. Ledger and clock
    /// are then as before.
    pub fn issue(
        &mut self,
        ledger: &mut Ledger,
        signal: f64,
        ticks: u64,
    ) -> Result<SupplyDelta, IssuanceError> {
        let (delta, elapsed) = self.ask(ledger, signal, ticks)?;
        // Everything that can be refused is asked before the first change.
        if ledger.total().checked_add(delta.mint).is_none() {
            return Err(IssuanceError::Overflow { operation: "the total supply" });
        }
        for recipient in &self.recipients {
            ledger.balance(recipient.account)?;
        }
        ledger.burn(self.pool, delta.burn)?;
        let mut upto = 0_u128;
        let mut shared = 0_u128;
        for recipient in &self.recipients {
            upto = upto.saturating_add(u128::from(recipient.parts));
            let share = mul_div(delta.mint, upto, self.parts)?;
            ledger.mint(recipient.account, share.saturating_sub(shared))?;
            shared = share;
        }
        self.elapsed = elapsed;
        Ok(delta)
    }

    /// Lets `ticks` pass and applies what the policy asks for by scaling all balances alike, instead of minting to
    /// and burning from single accounts.
    ///
    /// # Errors
    /// The policy refuses, or the total does not fit. Ledger and clock are then as before.
    pub fn rebase(
        &mut self,
        ledger: &mut Ledger,
        signal: f64,
        ticks: u64,
    ) -> Result<SupplyDelta, IssuanceError> {
        let (delta, elapsed) = self.ask(ledger, signal, ticks)?;
        ledger.rebase(delta.applied_to(ledger.total())?)?;
        self.elapsed = elapsed;
        Ok(delta)
    }

    fn ask(&self, ledger: &Ledger, signal: f64, ticks: u64) -> Result<(SupplyDelta, u64), IssuanceError> {
        crate::error::require("signal", signal, true, "a finite number")?;
        let elapsed = later(self.elapsed, ticks)?;
        let pool = ledger.balance(self.pool)?;
        let state = SupplyState { total: ledger.total(), pool, elapsed: self.elapsed, signal };
        Ok((self.policy.delta(&state, ticks)?, elapsed))
    }
}
