//! A ledger of whole units: the total supply and the balance of every account.
//!
//! ```text
//! mint:     balance + a, total + a        burn:     balance - a, total - a
//! transfer: a from one to another         rebase:   balance' = balance * total' / total, shared out exactly
//! ```
//!
//! Units: the smallest unit of the token, as `u128`. Assumption: nobody changes balances but through the ledger.
//!
//! Invariants: the total is the sum of the balances, always; a refused operation changes nothing; no balance is
//! negative. A stored ledger that breaks the first, or names an account twice, is refused when it is read back.
//!
//! Source: the usual token contract (ERC-20 with mint and burn); rebase after Ampleforth, with the rounding remainder
//! handed out so that nothing is lost.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::amount::mul_div;
use crate::error::IssuanceError;

/// An account of one ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct AccountId(u32);

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Account {
    name: String,
    balance: u128,
}

/// Total supply and balances.
///
/// ```
/// use te_issuance::ledger::Ledger;
///
/// let mut ledger = Ledger::new();
/// let treasury = ledger.open("treasury")?;
/// let worker = ledger.open("worker")?;
/// ledger.mint(treasury, 100)?;
/// ledger.transfer(treasury, worker, 30)?;
/// let refused = ledger.burn(worker, 31).unwrap_err();
/// assert_eq!(refused.to_string(), "account worker holds 30, 31 was asked for");
/// assert_eq!((ledger.total(), ledger.balance(worker)?), (100, 30));
/// # Ok::<(), te_issuance::IssuanceError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Stored", into = "Stored")]
pub struct Ledger {
    total: u128,
    accounts: Vec<Account>,
    /// Where the account of a name is, so that opening the next of many takes no longer than the first.
    by_name: BTreeMap<String, u32>,
}

#[derive(Serialize, Deserialize)]
struct Stored {
    total: u128,
    accounts: Vec<Account>,
}

impl From<Ledger> for Stored {
    fn from(ledger: Ledger) -> Self {
        Self { total: ledger.total, accounts: ledger.accounts }
    }
}

impl TryFrom<Stored> for Ledger {
    type Error = IssuanceError;

    fn try_from(stored: Stored) -> Result<Self, IssuanceError> {
        let mut ledger = Self { total: stored.total, ..Self::default() };
        for account in stored.accounts {
            let id = ledger.open(&account.name)?;
            ledger.get_mut(id)?.balance = account.balance;
        }
        ledger.check()?;
        Ok(ledger)
    }
}

impl Ledger {
    /// A ledger without accounts or supply.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Opens an account with balance 0.
    ///
    /// # Errors
    /// The name is taken, or 2^32 accounts exist.
    pub fn open(&mut self, name: &str) -> Result<AccountId, IssuanceError> {
        if self.account(name).is_some() {
            return Err(IssuanceError::DuplicateAccount(name.to_owned()));
        }
        let id = u32::try_from(self.accounts.len())
            .map_err(|_| IssuanceError::Overflow { operation: "the number of accounts" })?;
        self.accounts.push(Account { name: name.to_owned(), balance: 0 });
        self.by_name.insert(name.to_owned(), id);
        Ok(AccountId(id))
    }

    /// The account of that name.
    #[must_use]
    pub fn account(&self, name: &str) -> Option<AccountId> {
        self.by_name.get(name).copied().map(AccountId)
    }

    /// Total supply `[unit]`.
    #[must_use]
    pub fn total(&self) -> u128 {
        self.total
    }

    /// Balance of an account `[unit]`.
    ///
    /// # Errors
    /// The ledger has no such account.
    pub fn balance(&self, id: AccountId) -> Result<u128, IssuanceError> {
        self.get(id).map(|account| account.balance)
    }

    /// Names and balances in the order of opening.
    pub fn balances(&self) -> impl Iterator<Item = (&str, u128)> {
        self.accounts.iter().map(|account| (account.name.as_str(), account.balance))
    }

    /// `balance += amount, total += amount`.
    ///
    /// # Errors
    /// Unknown account, or the total exceeds 128 bits.
    pub fn mint(&mut self, to: AccountId, amount: u128) -> Result<(), IssuanceError> {
        let total = self
            .total
            .checked_add(amount)
            .ok_or(IssuanceError::Overflow { operation: "the total supply" })?;
        let account = self.get_mut(to)?;
        // A balance is at most the total, which fits.
        account.balance = account.balance.saturating_add(amount);
        self.total = total;
        Ok(())
    }

    /// `balance -= amount, total -= amount`.
    ///
    /// # Errors
    /// Unknown account, or it holds less.
    pub fn burn(&mut self, from: AccountId, amount: u128) -> Result<(), IssuanceError> {
        let account = self.get_mut(from)?;
        account.balance = withdraw(account, amount)?;
        self.total = self.total.saturating_sub(amount);
        Ok(())
    }

    /// Moves `amount` from one account to another; the total stays.
    ///
    /// # Errors
    /// Unknown account, or the payer holds less.
    pub fn transfer(&mut self, from: AccountId, to: AccountId, amount: u128) -> Result<(), IssuanceError> {
        let left = withdraw(self.get(from)?, amount)?;
        self.get(to)?;
        self.get_mut(from)?.balance = left;
        let receiver = self.get_mut(to)?;
        receiver.balance = receiver.balance.saturating_add(amount);
        Ok(())
    }

    /// Scales all balances so that the supply becomes `total` `[unit]`: account by account in the order of opening, each
    /// gets `floor(total' * B_i / total) - floor(total' * B_(i-1) / total)` where `B_i` is the sum of the balances up
    /// to it. Every balance is within one unit of its exact share and nothing is lost.
    ///
    /// # Errors
    /// The supply is zero (there is nothing to scale) and `total` is not.
    pub fn rebase(&mut self, total: u128) -> Result<(), IssuanceError> {
        if self.total == 0 {
            return if total == 0 { Ok(()) } else { Err(IssuanceError::ZeroSupply) };
        }
        let mut before = 0_u128;
        let mut shared = 0_u128;
        for account in &mut self.accounts {
            before = before.saturating_add(account.balance);
            // before <= the old total, so the share is at most the new one and cannot fail.
            let upto = mul_div(before, total, self.total)?;
            account.balance = upto.saturating_sub(shared);
            shared = upto;
        }
        self.total = total;
        Ok(())
    }

    /// Checks that the total is the sum of the balances.
    ///
    /// # Errors
    /// It is not.
    pub fn check(&self) -> Result<(), IssuanceError> {
        let sum = self.accounts.iter().try_fold(0_u128, |sum, account| sum.checked_add(account.balance));
        if sum == Some(self.total) {
            return Ok(());
        }
        Err(IssuanceError::SharesDoNotSum {
            name: "the balances",
            sum: sum.map_or(f64::INFINITY, |sum| sum as f64),
            whole: self.total as f64,
        })
    }

    fn get(&self, id: AccountId) -> Result<&Account, IssuanceError> {
        self.accounts.get(id.0 as usize).ok_or_else(|| unknown(id))
    }

    fn get_mut(&mut self, id: AccountId) -> Result<&mut Account, IssuanceError> {
        self.accounts.get_mut(id.0 as usize).ok_or_else(|| unknown(id))
    }
}

fn unknown(id: AccountId) -> IssuanceError {
    IssuanceError::UnknownAccount(format!("number {}", id.0))
}

fn withdraw(account: &Account, amount: u128) -> Result<u128, IssuanceError> {
    account.balance.checked_sub(amount).ok_or_else(|| IssuanceError::InsufficientBalance {
        account: account.name.clone(),
        balance: account.balance,
        requested: amount,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn two() -> (Ledger, AccountId, AccountId) {
        let mut ledger = Ledger::new();
        let a = ledger.open("a").unwrap();
        let b = ledger.open("b").unwrap();
        ledger.mint(a, 10).unwrap();
        ledger.mint(b, 5).unwrap();
        (ledger, a, b)
    }

    #[test]
    fn refusals_leave_the_ledger_as_it_was() {
        let (mut ledger, a, b) = two();
        let before = ledger.clone();
        assert!(ledger.burn(a, 11).is_err());
        assert!(ledger.transfer(b, a, 6).is_err());
        assert!(ledger.mint(a, u128::MAX).is_err());
        assert!(ledger.mint(AccountId(7), 1).is_err());
        assert!(ledger.transfer(a, AccountId(7), 1).is_err());
        assert!(ledger.open("a").is_err());
        assert_eq!(ledger, before);
    }

    #[test]
    fn a_rebase_shares_out_exactly() {
        let (mut ledger, a, b) = two();
        ledger.rebase(100).unwrap();
        assert_eq!((ledger.balance(a).unwrap(), ledger.balance(b).unwrap()), (66, 34));
        ledger.check().unwrap();
        assert_eq!(Ledger::new().rebase(1), Err(IssuanceError::ZeroSupply));
    }

    #[test]
    fn a_transfer_to_oneself_changes_nothing() {
        let (mut ledger, a, _) = two();
        let before = ledger.clone();
        ledger.transfer(a, a, 4).unwrap();
        assert_eq!(ledger, before);
    }
}
