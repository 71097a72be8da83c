//! The WORK token: a weekly mint into a community treasury and rewards for contributors.
//!
//! ```text
//! first block of a week:  tokens += w          treasury += w
//! second block:           for each contributor: impact ~ uniform {low .. high}, reward = impact * rate
//! funded:     reward = min(impact * rate, treasury), moved from the treasury
//! unfunded:   reward added to the contributor alone, as in the notebook
//! ```
//!
//! | symbol | meaning | unit |
//! |---|---|---|
//! | tokens | all tokens: genesis and minted | token |
//! | w | weekly mint (100) | token/week |
//! | impact | value of a contribution (1 to 10) | point |
//! | rate | tokens per point (1) | token/point |
//!
//! In the notebook a reward is neither taken from the treasury nor added to `tokens`: after 52 weeks it shows 5201
//! tokens, of which the treasury holds 5200, genesis 1, and contributors some 286 more. `funded` (the default) pays
//! from the treasury, so that the total is the sum of the balances; [`Work::unaccounted`] says what the unfunded
//! variant lets appear from nowhere.
//!
//! One contributor with impacts 1 to 10 has after n weeks a mean of 5.5 n and a variance of 8.25 n: 286 and 20.71^2
//! for a year. That holds for the funded variant too while the treasury is not empty, which it is not (100 a week
//! against at most 10).
//!
//! Invariants: the ledger's total is the sum of its balances; funded rewards never exceed the treasury; `tokens` grows by
//! w a week.
//!
//! Source: cadCAD notebook "WORK Token Distribution".

use serde::{Deserialize, Serialize};

use crate::error::IssuanceError;
use crate::ledger::{AccountId, Ledger};

/// A community's WORK: ledger, treasury, contributors.
///
/// ```
/// use te_issuance::work::Work;
///
/// let mut work = Work::new(1, 1, true)?;
/// work.mint(100)?;
/// work.reward(0, 3, 1)?;
/// assert_eq!((work.tokens(), work.treasury()?, work.contributor(0)?), (101, 97, 3));
/// # Ok::<(), te_issuance::IssuanceError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Work {
    ledger: Ledger,
    treasury: AccountId,
    contributors: Vec<Contributor>,
    funded: bool,
    unaccounted: u128,
    /// Rewards paid from the treasury.
    paid: u128,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Contributor {
    account: AccountId,
    /// Rewards that the unfunded variant keeps outside the ledger.
    credit: u128,
}

impl Work {
    /// A community with `genesis` tokens in a genesis account, an empty treasury and contributors with nothing.
    ///
    /// # Errors
    /// No contributor, or more than the ledger can number.
    pub fn new(genesis: u128, contributors: u32, funded: bool) -> Result<Self, IssuanceError> {
        if contributors == 0 {
            return Err(IssuanceError::InvalidInteger { name: "contributors", value: 0, allowed: ">= 1" });
        }
        let mut ledger = Ledger::new();
        let holder = ledger.open("genesis")?;
        ledger.mint(holder, genesis)?;
        let treasury = ledger.open("treasury")?;
        let contributors = (1..=contributors)
            .map(|number| {
                let account = ledger.open(&format!("contributor {number}"))?;
                Ok(Contributor { account, credit: 0 })
            })
            .collect::<Result<_, IssuanceError>>()?;
        Ok(Self { ledger, treasury, contributors, funded, unaccounted: 0, paid: 0 })
    }

    /// First block of a week: mints `amount` `[token]` into the treasury.
    ///
    /// # Errors
    /// The total does not fit.
    pub fn mint(&mut self, amount: u128) -> Result<(), IssuanceError> {
        self.ledger.mint(self.treasury, amount)
    }

    /// Second block for one contributor (from 0): rewards `impact` `[point]` at `rate` `[token/point]` and returns what
    /// was paid `[token]`.
    ///
    /// # Errors
    /// No such contributor, or a product that does not fit. Nothing is then changed.
    pub fn reward(&mut self, contributor: usize, impact: u64, rate: u64) -> Result<u128, IssuanceError> {
        let overflow = IssuanceError::Overflow { operation: "the rewards" };
        let due = u128::from(impact)
            .checked_mul(u128::from(rate))
            .ok_or(IssuanceError::Overflow { operation: "a reward" })?;
        let to = self.get(contributor)?;
        if self.funded {
            let paid = due.min(self.treasury()?);
            self.ledger.transfer(self.treasury, to.account, paid)?;
            // At most what the ledger holds, so it fits.
            self.paid = self.paid.saturating_add(paid);
            return Ok(paid);
        }
        let unaccounted = self.unaccounted.checked_add(due).ok_or(overflow)?;
        if let Some(contributor) = self.contributors.get_mut(contributor) {
            // Part of `unaccounted`, so it fits.
            contributor.credit = contributor.credit.saturating_add(due);
        }
        self.unaccounted = unaccounted;
        Ok(due)
    }

    /// Tokens in existence by the ledger `[token]`.
    #[must_use]
    pub fn tokens(&self) -> u128 {
        self.ledger.total()
    }

    /// Balance of the treasury `[token]`.
    ///
    /// # Errors
    /// None while the ledger is the one this was built with.
    pub fn treasury(&self) -> Result<u128, IssuanceError> {
        self.ledger.balance(self.treasury)
    }

    /// Balance of a contributor (from 0) `[token]`.
    ///
    /// # Errors
    /// No such contributor.
    pub fn contributor(&self, contributor: usize) -> Result<u128, IssuanceError> {
        let one = self.get(contributor)?;
        Ok(self.ledger.balance(one.account)?.saturating_add(one.credit))
    }

    /// Balances of all contributors together `[token]`.
    #[must_use]
    pub fn contributed(&self) -> u128 {
        self.paid.saturating_add(self.unaccounted)
    }

    /// Number of contributors.
    #[must_use]
    pub fn contributors(&self) -> usize {
        self.contributors.len()
    }

    /// Rewards that no token backs: 0 when funded `[token]`.
    #[must_use]
    pub fn unaccounted(&self) -> u128 {
        self.unaccounted
    }

    /// The ledger.
    #[must_use]
    pub fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    fn get(&self, contributor: usize) -> Result<Contributor, IssuanceError> {
        self.contributors
            .get(contributor)
            .copied()
            .ok_or_else(|| IssuanceError::UnknownAccount(format!("contributor {}", contributor + 1)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_treasury_pays_what_it_has() {
        let mut work = Work::new(1, 2, true).unwrap();
        work.mint(5).unwrap();
        assert_eq!(work.reward(0, 3, 1).unwrap(), 3);
        assert_eq!(work.reward(1, 3, 1).unwrap(), 2);
        assert_eq!(work.reward(1, 3, 1).unwrap(), 0);
        assert_eq!((work.tokens(), work.contributed(), work.unaccounted()), (6, 5, 0));
        work.ledger().check().unwrap();
    }

    #[test]
    fn unfunded_rewards_come_from_nowhere() {
        let mut work = Work::new(1, 1, false).unwrap();
        work.reward(0, 10, 2).unwrap();
        assert_eq!((work.tokens(), work.contributor(0).unwrap(), work.unaccounted()), (1, 20, 20));
        assert!(work.reward(1, 1, 1).is_err());
        assert!(Work::new(1, 0, true).is_err());
    }
}
