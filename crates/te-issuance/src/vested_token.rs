//! A token that wraps another and lets it go in proportion to time.
//!
//! ```text
//! redeemable(t) = 0 up to s, balance - claimed from e, floor(balance (t - s) / (e - s)) - claimed between
//! wrap(x) at t in (s, e): wrapped = floor(x (e - s) / (e - t)), claimed += wrapped - x       up to s: wrapped = x
//! transfer(x): claimed moves with the tokens, floor(claimed x / balance)
//! ```
//!
//! | symbol | meaning | unit |
//! |---|---|---|
//! | s, e | start and end of the vesting, `s < e` | s |
//! | balance, claimed | wrapped tokens of an account, what it has redeemed of them | wei |
//! | x | amount | wei |
//!
//! Wrapping in the middle mints more than it takes and counts the surplus as claimed, so that nothing of it can be
//! redeemed at that moment. Redeeming keeps the balance and raises the claim.
//!
//! Invariants: what can be redeemed, now or at the end, is at most what is held; without redeeming it never falls; a
//! transfer leaves the sum of claims as it was.
//!
//! Source: 1Hive/vesting-app, `VestedERC20` (after zefram.eth).

use serde::{Deserialize, Serialize};

use crate::amount::mul_div;
use crate::error::IssuanceError;

/// Redeemable at `now` of a balance of which `claimed` is redeemed already `[wei]`. The equation is that of the module.
///
/// # Errors
/// A start that is not before the end.
pub fn redeemable(
    balance: u128,
    claimed: u128,
    start: u64,
    end: u64,
    now: u64,
) -> Result<u128, IssuanceError> {
    check(start, end)?;
    let free = if now <= start {
        0
    } else if now >= end {
        balance
    } else {
        mul_div(balance, u128::from(now - start), u128::from(end - start))?
    };
    Ok(free.saturating_sub(claimed))
}

/// Wrapped tokens for `amount` at `now`, and the claim that comes with them `[wei]`.
///
/// # Errors
/// A start that is not before the end, a time from the end on, or an overflow.
pub fn wrap(amount: u128, start: u64, end: u64, now: u64) -> Result<(u128, u128), IssuanceError> {
    check(start, end)?;
    if now >= end {
        return Err(IssuanceError::InvalidInteger {
            name: "now",
            value: u128::from(now),
            allowed: "before the end of the vesting",
        });
    }
    if now <= start {
        return Ok((amount, 0));
    }
    let wrapped = mul_div(amount, u128::from(end - start), u128::from(end - now))?;
    Ok((wrapped, wrapped - amount))
}

fn check(start: u64, end: u64) -> Result<(), IssuanceError> {
    if start < end {
        return Ok(());
    }
    Err(IssuanceError::InvalidInteger {
        name: "start",
        value: u128::from(start),
        allowed: "before the end of the vesting",
    })
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Holding {
    balance: u128,
    claimed: u128,
}

/// A holder of one vested token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct HolderId(u32);

/// The wrapping token with its holders.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VestedToken {
    start: u64,
    end: u64,
    underlying: u128,
    holders: Vec<Holding>,
}

impl VestedToken {
    /// A token that vests from `start` to `end` `[s]`.
    ///
    /// # Errors
    /// A start that is not before the end.
    pub fn new(start: u64, end: u64) -> Result<Self, IssuanceError> {
        check(start, end)?;
        Ok(Self { start, end, underlying: 0, holders: Vec::new() })
    }

    /// Opens a holder without balance.
    ///
    /// # Errors
    /// 2^32 holders exist.
    pub fn open(&mut self) -> Result<HolderId, IssuanceError> {
        let id = u32::try_from(self.holders.len())
            .map_err(|_| IssuanceError::Overflow { operation: "the number of holders" })?;
        self.holders.push(Holding::default());
        Ok(HolderId(id))
    }

    /// Wraps `amount` of the underlying token for a holder and returns the wrapped amount `[wei]`.
    ///
    /// # Errors
    /// As [`wrap`], or an unknown holder. Nothing is then changed.
    pub fn wrap(&mut self, id: HolderId, amount: u128, now: u64) -> Result<u128, IssuanceError> {
        let (wrapped, claim) = wrap(amount, self.start, self.end, now)?;
        let overflow = IssuanceError::Overflow { operation: "the wrapped balance" };
        let underlying = self.underlying.checked_add(amount).ok_or_else(|| overflow.clone())?;
        let holding = self.get_mut(id)?;
        holding.balance = holding.balance.checked_add(wrapped).ok_or(overflow)?;
        // The claim of a holder is at most the balance.
        holding.claimed = holding.claimed.saturating_add(claim);
        self.underlying = underlying;
        Ok(wrapped)
    }

    /// Redeems what is free and returns it `[wei]`.
    ///
    /// # Errors
    /// An unknown holder, or more free than the token holds (which the rounding excludes).
    pub fn redeem(&mut self, id: HolderId, now: u64) -> Result<u128, IssuanceError> {
        let free = self.redeemable(id, now)?;
        let underlying =
            self.underlying.checked_sub(free).ok_or_else(|| IssuanceError::InsufficientBalance {
                account: "the wrapping token".to_owned(),
                balance: self.underlying,
                requested: free,
            })?;
        let holding = self.get_mut(id)?;
        holding.claimed = holding.claimed.saturating_add(free);
        self.underlying = underlying;
        Ok(free)
    }

    /// Moves `amount` of wrapped tokens with their part of the claim.
    ///
    /// # Errors
    /// More than the balance, or an unknown holder. Nothing is then changed.
    pub fn transfer(&mut self, from: HolderId, to: HolderId, amount: u128) -> Result<(), IssuanceError> {
        let giver = self.get(from)?;
        self.get(to)?;
        let left = giver.balance.checked_sub(amount).ok_or_else(|| IssuanceError::InsufficientBalance {
            account: format!("number {}", from.0),
            balance: giver.balance,
            requested: amount,
        })?;
        let claim = if giver.balance == 0 { 0 } else { mul_div(giver.claimed, amount, giver.balance)? };
        if from == to {
            return Ok(());
        }
        let receiver = self.get(to)?;
        let grown = receiver
            .balance
            .checked_add(amount)
            .ok_or(IssuanceError::Overflow { operation: "the wrapped balance" })?;
        *self.get_mut(from)? = Holding { balance: left, claimed: giver.claimed - claim };
        *self.get_mut(to)? = Holding { balance: grown, claimed: receiver.claimed.saturating_add(claim) };
        Ok(())
    }

    /// What a holder can redeem at `now` `[wei]`.
    ///
    /// # Errors
    /// An unknown holder.
    pub fn redeemable(&self, id: HolderId, now: u64) -> Result<u128, IssuanceError> {
        let holding = self.get(id)?;
        redeemable(holding.balance, holding.claimed, self.start, self.end, now)
    }

    /// Wrapped balance and claim of a holder `[wei]`.
    ///
    /// # Errors
    /// An unknown holder.
    pub fn holding(&self, id: HolderId) -> Result<(u128, u128), IssuanceError> {
        self.get(id).map(|holding| (holding.balance, holding.claimed))
    }

    /// Underlying tokens held `[wei]`.
    #[must_use]
    pub fn underlying(&self) -> u128 {
        self.underlying
    }

    fn get(&self, id: HolderId) -> Result<Holding, IssuanceError> {
        self.holders.get(id.0 as usize).copied().ok_or_else(|| unknown(id))
    }

    fn get_mut(&mut self, id: HolderId) -> Result<&mut Holding, IssuanceError> {
        self.holders.get_mut(id.0 as usize).ok_or_else(|| unknown(id))
    }
}

fn unknown(id: HolderId) -> IssuanceError {
    IssuanceError::UnknownAccount(format!("number {}", id.0))
}
