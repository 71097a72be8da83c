//! Allocation tables: a fixed supply shared among groups, each with its unlock, cliff and vesting.
//!
//! ```text
//! allocation = share of the supply
//! released(i) = unlock + floor((allocation - unlock) * (0 if i < cliff else min(i, vesting) / vesting))
//! vesting = 0: everything at the cliff
//! ```
//!
//! | symbol | meaning | unit |
//! |---|---|---|
//! | share | parts of the supply; the shares of a table sum to its whole | parts |
//! | unlock | released at the start, whatever the cliff | unit |
//! | cliff | first period in which the vesting part is released | period |
//! | vesting | period in which everything is released | period |
//! | i | periods since the start (often months) | period |
//!
//! At the cliff everything accrued until then is released at once. A cliff after the end of vesting, an unlock above
//! the allocation and shares that do not sum to the whole are refused; the notebook this comes from lets the first
//! release nothing for ever and ignores the cliff where there is an unlock.
//!
//! Invariants: released never falls, is at most the allocation, equals it from `max(cliff, vesting)` on; the
//! allocations sum to the supply to the unit.
//!
//! Source: the token emission schedules of the Longtail Financial notebooks, corrected.

use serde::{Deserialize, Serialize};

use crate::amount::mul_div;
use crate::error::IssuanceError;
use crate::policy::Schedule;
use crate::vesting::catch_up;

/// One group's terms.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    /// Name of the group.
    pub name: String,
    /// Parts of the supply.
    pub share: u64,
    /// Released at the start `[unit]`.
    pub unlock: u128,
    /// First period with a release `[period]`.
    pub cliff: u64,
    /// Period with the last release `[period]`.
    pub vesting: u64,
}

/// Released by period `i`: `unlock + floor((allocation - unlock) * min(i, vesting) / vesting)`, `unlock` alone before
/// the cliff `[unit]`.
///
/// Valid for `unlock <= allocation` and `cliff <= vesting` (or `vesting = 0`: all at the cliff). Source: the module.
///
/// # Errors
/// A value outside its range.
pub fn released(
    allocation: u128,
    unlock: u128,
    cliff: u64,
    vesting: u64,
    i: u64,
) -> Result<u128, IssuanceError> {
    catch_up(allocation, unlock, cliff, vesting, i)
}

/// A fixed supply shared out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AllocationTable {
    supply: u128,
    groups: Vec<(Terms, u128)>,
}

impl AllocationTable {
    /// Shares `supply` `[unit]` among the groups, whose shares must sum to `whole` (100 for percent). Group i gets
    /// `floor(supply W_i / whole) - floor(supply W_(i-1) / whole)` with `W_i` the shares up to it.
    ///
    /// # Errors
    /// Shares that do not sum to the whole, a cliff after vesting, an unlock above the allocation.
    pub fn new(supply: u128, whole: u64, terms: Vec<Terms>) -> Result<Self, IssuanceError> {
        let sum: u128 = terms.iter().map(|terms| u128::from(terms.share)).sum();
        if sum != u128::from(whole) || whole == 0 {
            return Err(IssuanceError::SharesDoNotSum {
                name: "the shares of the table",
                sum: sum as f64,
                whole: whole as f64,
            });
        }
        let mut upto = 0_u128;
        let mut shared = 0_u128;
        let mut groups = Vec::with_capacity(terms.len());
        for terms in terms {
            upto += u128::from(terms.share);
            let share = mul_div(supply, upto, sum)?;
            let allocation = share - shared;
            released(allocation, terms.unlock, terms.cliff, terms.vesting, 0)?;
            groups.push((terms, allocation));
            shared = share;
        }
        Ok(Self { supply, groups })
    }

    /// The whole supply `[unit]`.
    #[must_use]
    pub fn supply(&self) -> u128 {
        self.supply
    }

    /// Names and allocations `[unit]`.
    pub fn allocations(&self) -> impl Iterator<Item = (&str, u128)> {
        self.groups.iter().map(|(terms, allocation)| (terms.name.as_str(), *allocation))
    }

    /// Names and what is released by period `i` `[unit]`.
    pub fn released(&self, i: u64) -> impl Iterator<Item = (&str, u128)> {
        self.groups.iter().map(move |(terms, allocation)| {
            // The terms were checked when the table was built.
            let out =
                released(*allocation, terms.unlock, terms.cliff, terms.vesting, i).unwrap_or(*allocation);
            (terms.name.as_str(), out)
        })
    }

    /// In circulation at period `i`: the sum of what is released `[unit]`.
    #[must_use]
    pub fn circulating(&self, i: u64) -> u128 {
        self.released(i).map(|(_, out)| out).sum()
    }

    /// Growth of the circulation in period `i`: `circulating(i) / circulating(i-1) - 1` `[1/period]`; `None` where
    /// nothing circulated before.
    #[must_use]
    pub fn inflation(&self, i: u64) -> Option<f64> {
        let before = self.circulating(i.checked_sub(1)?);
        (before > 0).then(|| (self.circulating(i) - before) as f64 / before as f64)
    }
}

impl Schedule for AllocationTable {
    fn cumulative(&self, tick: u64) -> Result<u128, IssuanceError> {
        Ok(self.circulating(tick))
    }

    fn limit(&self) -> Option<u128> {
        Some(self.supply)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn terms(share: u64, unlock: u128, cliff: u64, vesting: u64) -> Terms {
        Terms { name: format!("group {share}"), share, unlock, cliff, vesting }
    }

    #[test]
    fn refusals_name_the_reason() {
        let short = AllocationTable::new(100, 100, vec![terms(99, 0, 0, 1)]).unwrap_err();
        assert_eq!(short.to_string(), "the shares of the table sum to 99, they must sum to 100");
        assert!(AllocationTable::new(100, 100, vec![terms(100, 0, 13, 12)]).is_err());
        assert!(AllocationTable::new(100, 100, vec![terms(100, 101, 0, 12)]).is_err());
    }

    #[test]
    fn thirds_lose_no_unit() {
        let table =
            AllocationTable::new(100, 3, vec![terms(1, 0, 0, 0), terms(1, 0, 2, 0), terms(1, 0, 0, 7)]);
        let table = table.unwrap();
        assert_eq!(table.allocations().map(|(_, share)| share).sum::<u128>(), 100);
        assert_eq!(table.circulating(0), 33);
        assert_eq!(table.circulating(7), 100);
        assert_eq!(table.inflation(0), None);
    }
}
