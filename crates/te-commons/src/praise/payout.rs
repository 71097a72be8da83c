//! Paying a round out: receivers by score, quantifiers by work, the reward board equally.
//!
//! pool = allocation · min(1, items/cutoff); the contributor pot c·pool is split by the receivers' composite sums; the quantifier pot by the
//! number of judgements not marked duplicate, of those quantifiers who gave any score at all; the board pot equally.
//!
//! | symbol | meaning | unit | range |
//! |---|---|---|---|
//! | allocation | tokens of the round | token | ≥ 0 |
//! | cutoff | items below which the pool shrinks | 1 | ≥ 1, or none |
//! | shares | contributors, quantifiers, board | 1 | each ≥ 0, sum 1 within 1e-9 |
//!
//! Invariants: payouts sum to the pool; scaling all scores changes nothing; raising one composite never lowers its receiver's payout.
//! [`largest_remainder`] pays in whole units so that the sum is the pool exactly.
//!
//! Departures from the original: no scores at all, no eligible quantifier, or an empty board with a share are refused
//! (the original yields NaN or pays nothing), and the board's share is not rounded to six decimals.

use super::{Person, Praise};
use crate::error::{CommonsError, finite, non_negative, within};
use ruint::aliases::U256;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How a pool is shared. The default is the TEC's.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct PayoutTerms {
    /// Tokens of the round `[token]`, ≥ 0 -- controllable.
    pub allocation: f64,
    /// Items below which the pool shrinks in proportion `[1]`, ≥ 1 -- controllable.
    pub ceiling_cutoff: Option<f64>,
    /// Share of the receivers `[1]` -- controllable.
    pub contributor_share: f64,
    /// Share of the quantifiers `[1]` -- controllable.
    pub quantifier_share: f64,
    /// Share of the reward board `[1]` -- controllable.
    pub board_share: f64,
}

impl Default for PayoutTerms {
    fn default() -> Self {
        Self {
            allocation: 1874.0,
            ceiling_cutoff: None,
            contributor_share: 0.90,
            quantifier_share: 0.07,
            board_share: 0.03,
        }
    }
}

/// What everybody gets `[token]`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Payout {
    /// The pool after the cutoff.
    pub pool: f64,
    /// By receiver.
    pub contributors: BTreeMap<Person, f64>,
    /// By eligible quantifier.
    pub quantifiers: BTreeMap<Person, f64>,
    /// Judgements counted for each eligible quantifier.
    pub judgements: BTreeMap<Person, usize>,
    /// By board member.
    pub board: BTreeMap<Person, f64>,
}

impl Payout {
    /// Everything one person gets `[token]`.
    pub fn total(&self, person: Person) -> f64 {
        [&self.contributors, &self.quantifiers, &self.board]
            .into_iter()
            .filter_map(|map| map.get(&person))
            .sum()
    }

    /// Everything paid out `[token]`.
    pub fn sum(&self) -> f64 {
        [&self.contributors, &self.quantifiers, &self.board].into_iter().flat_map(BTreeMap::values).sum()
    }
}

impl PayoutTerms {
    /// The pool of a round with so many items: allocation · min(1, items/cutoff) `[token]`.
    ///
    /// # Errors
    /// [`CommonsError`] naming the term out of range.
    pub fn pool(&self, items: usize) -> Result<f64, CommonsError> {
        non_negative("allocation", self.allocation)?;
        match self.ceiling_cutoff {
            None => Ok(self.allocation),
            Some(cutoff) => {
                within("ceiling_cutoff", cutoff, cutoff >= 1.0, "[1, inf)")?;
                Ok(self.allocation * (items as f64 / cutoff).min(1.0))
            }
        }
    }

    /// Pays a round out by its composite scores.
    ///
    /// # Errors
    /// [`CommonsError`] if a term is out of range, the lists differ in length, no item has a score, no quantifier is eligible, or the
    /// board has a share and no members or a member twice.
    pub fn distribute(
        &self,
        items: &[Praise],
        composites: &[f64],
        board: &[Person],
    ) -> Result<Payout, CommonsError> {
        let shares = [self.contributor_share, self.quantifier_share, self.board_share];
        for (name, share) in ["contributor_share", "quantifier_share", "board_share"].into_iter().zip(shares)
        {
            within(name, share, (0.0..=1.0).contains(&share), "[0, 1]")?;
        }
        let sum: f64 = shares.iter().sum();
        within("sum of shares", sum, (sum - 1.0).abs() <= 1e-9, "1 within 1e-9")?;
        let lengths = composites.len() == items.len();
        within("number of composites", composites.len() as f64, lengths, "the number of items")?;
        let pool = self.pool(items.len())?;

        let mut scores: BTreeMap<Person, f64> = BTreeMap::new();
        for (item, composite) in items.iter().zip(composites) {
            *scores.entry(item.receiver).or_default() += non_negative("composite", *composite)?;
        }
        let contributors = by_weight(
            scores,
            pool * self.contributor_share,
            "the contributors' payout",
            "no item has a score",
        )?;

        let judgements = judgement_counts(items);
        let weights = judgements.iter().map(|(person, n)| (*person, *n as f64)).collect();
        let quantifiers = if self.quantifier_share > 0.0 {
            by_weight(
                weights,
                pool * self.quantifier_share,
                "the quantifiers' payout",
                "no quantifier gave a score",
            )?
        } else {
            BTreeMap::new()
        };

        let mut members = BTreeMap::new();
        if self.board_share > 0.0 {
            let each = pool * self.board_share / board.len() as f64;
            members = board.iter().map(|person| (*person, each)).collect();
            if board.is_empty() || members.len() != board.len() {
                return Err(CommonsError::Undefined {
                    what: "the board's payout",
                    why: "the board is empty or lists a member twice",
                });
            }
        }
        Ok(Payout { pool, contributors, quantifiers, judgements, board: members })
    }
}

/// Judgements not marked duplicate, of every quantifier who gave any score.
#[must_use]
pub fn judgement_counts(items: &[Praise]) -> BTreeMap<Person, usize> {
    let mut counts: BTreeMap<Person, (usize, f64)> = BTreeMap::new();
    for q in items.iter().flat_map(|item| &item.quantifications) {
        let entry = counts.entry(q.quantifier).or_default();
        entry.0 += usize::from(q.duplicate_of.is_none());
        entry.1 += q.score;
    }
    counts.into_iter().filter(|(_, (_, sum))| *sum > 0.0).map(|(person, (n, _))| (person, n)).collect()
}

fn by_weight(
    weights: BTreeMap<Person, f64>,
    pot: f64,
    what: &'static str,
    why: &'static str,
) -> Result<BTreeMap<Person, f64>, CommonsError> {
    let total: f64 = weights.values().sum();
    if total <= 0.0 || !total.is_finite() {
        return Err(CommonsError::Undefined { what, why });
    }
    let part = |weight: f64| finite("payout", pot * weight / total);
    weights.into_iter().map(|(person, weight)| Ok((person, part(weight)?))).collect()
}

/// Splits whole units by weight so that the parts sum to the pool exactly: floors first, then one unit each to the largest
/// remainders, earlier entries first among equals `[unit]`.
///
/// # Errors
/// [`CommonsError`] if all weights are 0 or a product exceeds 256 bits.
pub fn largest_remainder(pool: U256, weights: &[u128]) -> Result<Vec<U256>, CommonsError> {
    let undefined = |why| CommonsError::Undefined { what: "the split", why };
    let total = weights.iter().fold(U256::ZERO, |sum, weight| sum + U256::from(*weight));
    if total.is_zero() {
        return Err(undefined("all weights are 0"));
    }
    let mut parts = Vec::with_capacity(weights.len());
    let mut remainders = Vec::with_capacity(weights.len());
    let mut left = pool;
    for (i, weight) in weights.iter().enumerate() {
        let product =
            pool.checked_mul(U256::from(*weight)).ok_or(undefined("pool times weight exceeds 256 bits"))?;
        let (part, remainder) = product.div_rem(total);
        left = left.saturating_sub(part);
        parts.push(part);
        remainders.push((std::cmp::Reverse(remainder), i));
    }
    remainders.sort_unstable();
    let one = U256::from(1);
    for (_, i) in remainders {
        if left.is_zero() {
            break;
        }
        if let Some(part) = parts.get_mut(i) {
            *part += one;
        }
        left -= one;
    }
    Ok(parts)
}

/// Payouts by address; addresses that differ in case only are one. The second value is what has no address to go to.
#[must_use]
pub fn settle(payout: &Payout, addresses: &BTreeMap<Person, String>) -> (BTreeMap<String, f64>, f64) {
    let mut paid: BTreeMap<String, f64> = BTreeMap::new();
    let mut unpayable = 0.0;
    for (person, amount) in [&payout.contributors, &payout.quantifiers, &payout.board].into_iter().flatten() {
        match addresses.get(person) {
            Some(address) => *paid.entry(address.to_lowercase()).or_default() += amount,
            None => unpayable += amount,
        }
    }
    (paid, unpayable)
}
