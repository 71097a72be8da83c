//! Division of a pool among contributors: scores from contributions, whole units from scores.
//!
//! Equations and invariants in [`crate::contribution`]. Scores are floats; the division itself is exact in integers, so
//! that the payouts sum to the pool whatever its size.

use crate::contribution::Ledger;
use crate::error::{FinanceError, LedgerError};

/// Weights of the three categories of contribution, not all 0 `[1]` -- controllable.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "engine", derive(te_core::Params))]
pub struct Weights {
    /// Weight of hours present `[1]` -- controllable.
    #[cfg_attr(feature = "engine", param(default = 1.0, min = 0.0, max = 1e9, unit = "1", soft_max = 10.0))]
    pub hours: f64,
    /// Weight of commits `[1]` -- controllable.
    #[cfg_attr(feature = "engine", param(default = 1.0, min = 0.0, max = 1e9, unit = "1", soft_max = 10.0))]
    pub commits: f64,
    /// Weight of models `[1]` -- controllable.
    #[cfg_attr(feature = "engine", param(default = 1.0, min = 0.0, max = 1e9, unit = "1", soft_max = 10.0))]
    pub models: f64,
}

/// What one contributor brought: hours `[h]`, commit weight `[1]`, models `[1]`.
pub type Contribution = [f64; 3];

/// Scores of contributions `[1]`: positive or 0, summing to 1.
///
/// A category in which nobody contributed is dropped and the weights are renormalised.
///
/// ```
/// use te_finance::contribution::settlement::{Weights, scores};
/// let scores = scores(&[[3.0, 0.0, 0.0], [1.0, 5.0, 0.0]], &Weights::default())?;
/// assert_eq!(scores, vec![0.375, 0.625]);
/// # Ok::<(), te_finance::LedgerError>(())
/// ```
///
/// # Errors
/// A weight or contribution that is negative or not finite, all weights 0, or nothing contributed that counts.
pub fn scores(contributions: &[Contribution], weights: &Weights) -> Result<Vec<f64>, LedgerError> {
    let weights = [weights.hours, weights.commits, weights.models];
    let mut totals = [0.0; 3];
    for weight in weights {
        FinanceError::require("weight", weight, weight >= 0.0, "[0, inf)")?;
    }
    FinanceError::require(
        "sum of weights",
        weights.iter().sum(),
        weights.iter().any(|w| *w > 0.0),
        "(0, inf)",
    )?;
    for contribution in contributions {
        for (total, x) in totals.iter_mut().zip(contribution) {
            *total += FinanceError::require("contribution", *x, *x >= 0.0, "[0, inf)")?;
        }
    }
    for total in totals {
        FinanceError::finite("sum of the contributions", total)?;
    }
    let counted: f64 = weights.iter().zip(&totals).filter(|(_, total)| **total > 0.0).map(|(w, _)| w).sum();
    if counted <= 0.0 {
        return Err(LedgerError::NothingToShare);
    }
    let score = |contribution: &Contribution| -> f64 {
        let terms = contribution.iter().zip(&totals).zip(&weights);
        terms.filter(|((_, total), _)| **total > 0.0).map(|((x, total), w)| w / counted * (x / total)).sum()
    };
    Ok(contributions.iter().map(score).collect())
}

/// Divides `pool` whole units in proportion to `scores`, the largest remainders first, ties to the earlier entry.
///
/// Scores are taken to 2^-52 of their sum. Invariant: the payouts sum to the pool.
///
/// # Errors
/// A score that is negative or not finite, no positive score, or integers that overflow (more than 2^11 scores times
/// a pool beyond 2^128).
pub fn apportion(pool: u128, scores: &[f64]) -> Result<Vec<u128>, LedgerError> {
    let mut sum = 0.0;
    for score in scores {
        sum += FinanceError::require("score", *score, *score >= 0.0, "[0, inf)")?;
    }
    if sum <= 0.0 {
        return Err(LedgerError::NothingToShare);
    }
    FinanceError::finite("sum of scores", sum)?;
    // Exact integers from here on: weight_i / whole are the shares.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "in [0, 2^52] by construction"
    )]
    let weights: Vec<u128> =
        scores.iter().map(|score| (score / sum * 4_503_599_627_370_496.0) as u128).collect();
    let whole: u128 = weights.iter().sum();
    if whole == 0 {
        return Err(LedgerError::NothingToShare);
    }
    let (quotient, rest) = (pool / whole, pool % whole);
    let mut payouts = Vec::with_capacity(weights.len());
    let mut remainders = Vec::with_capacity(weights.len());
    for (entry, weight) in weights.iter().enumerate() {
        let share = rest.checked_mul(*weight).ok_or(LedgerError::Overflow)?;
        let base = quotient.checked_mul(*weight).and_then(|base| base.checked_add(share / whole));
        payouts.push(base.ok_or(LedgerError::Overflow)?);
        remainders.push((share % whole, entry));
    }
    let paid: u128 = payouts.iter().sum();
    let left = pool - paid;
    remainders.sort_by(|(a, i), (b, j)| b.cmp(a).then(i.cmp(j)));
    for (_, entry) in remainders.iter().take(usize::try_from(left).map_err(|_| LedgerError::Overflow)?) {
        if let Some(payout) = payouts.get_mut(*entry) {
            *payout += 1;
        }
    }
    Ok(payouts)
}

/// Divides `pool` whole units among the users of a ledger, in the order of [`Ledger::users`].
///
/// # Errors
/// As [`scores`] and [`apportion`].
pub fn settle(ledger: &Ledger, pool: u128, weights: &Weights) -> Result<Vec<(u32, u128)>, LedgerError> {
    let (users, contributions): (Vec<u32>, Vec<Contribution>) = ledger.contributions().into_iter().unzip();
    let payouts = apportion(pool, &scores(&contributions, weights)?)?;
    Ok(users.into_iter().zip(payouts).collect())
}

/// Gini coefficient of non-negative amounts `[1]`: 0 where all have the same, near 1 where one has all.
///
/// `G = sum_i (2 i - n - 1) x_i / (n sum x)` over amounts in rising order; 0 if nobody has anything.
///
/// # Errors
/// An amount that is negative or not finite.
pub fn gini(amounts: &[f64]) -> Result<f64, FinanceError> {
    for x in amounts {
        FinanceError::require("amount", *x, *x >= 0.0, "[0, inf)")?;
    }
    let mut ordered = amounts.to_vec();
    ordered.sort_by(f64::total_cmp);
    let (n, sum) = (ordered.len() as f64, ordered.iter().sum::<f64>());
    if sum <= 0.0 {
        return Ok(0.0);
    }
    let ranked: f64 = ordered.iter().enumerate().map(|(i, x)| (2.0 * (i as f64 + 1.0) - n - 1.0) * x).sum();
    FinanceError::finite("Gini coefficient", ranked / (n * sum))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn remainders_go_to_the_largest() {
        assert_eq!(apportion(100, &[1.0, 1.0, 1.0]).unwrap(), vec![34, 33, 33]);
        assert_eq!(apportion(10, &[0.0, 2.0]).unwrap(), vec![0, 10]);
        let huge = apportion(u128::MAX, &[0.3, 0.7]).unwrap();
        assert_eq!(huge.iter().sum::<u128>(), u128::MAX);
        assert_eq!(apportion(1, &[]), Err(LedgerError::NothingToShare));
    }

    #[test]
    fn gini_of_known_divisions() {
        assert_eq!(gini(&[1.0, 1.0]).unwrap(), 0.0);
        assert_eq!(gini(&[0.0, 0.0, 0.0, 4.0]).unwrap(), 0.75);
        assert_eq!(gini(&[]).unwrap(), 0.0);
    }
}
