//! Boost: how much more a donation counts when its giver holds badges or tokens.
//!
//! For balances `x` and a threshold `t`, with `mask = [x >= t]`:
//!
//! | transformation | `T(x)` |
//! |---|---|
//! | threshold | mask |
//! | linear | `(x - t + 1) / (max x - t + 1)` |
//! | log-linear | the linear one of `ln(x + 1)` and `ln(t + 1)` |
//! | normal | `clip((x - m) / s, 0, 1)`, `m` and `s` (n - 1) over `x >= t` |
//! | log-normal | the normal one of `ln(x + 1)` and `ln(t + 1)` |
//! | sigmoid | `1 / (1 + exp(-e^k (x + b)))` |
//!
//! ```text
//! boost = (1 + (Bmax - 1) T) mask;      several are combined by maximum, sum or product
//! ```
//!
//! Symbols: balances >= 0 `[badge or token]`, `t` a whole number in 1..=min(floor(max x), 1000), clamped into it, `Bmax` in
//! `[1, 10]` `[1]`, `k` in `[-10, -1]`, `b` in `[-10, 10]`. A donor's coefficient is `1 + boost` `[1]`. Below the threshold `T` may
//! be negative, which the mask removes. Where the source computes NaN (no spread, one holder, an empty set, a zero
//! denominator) this is an error. Invariants: `boost` is 0 below the threshold and in `[1, Bmax]` above it.
//!
//! Source: Token Engineering Commons, `tqf`, boosts on balances of TE Academy badges. Reference to 1e-12.

use te_math as math;

use crate::error::SkillError;

/// How a balance becomes a share of the greatest boost.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub enum Transformation {
    /// All who reach the threshold alike.
    Threshold,
    /// In proportion to the balance above the threshold.
    Linear,
    /// The same on a logarithmic scale.
    LogLinear,
    /// Standard deviations above the mean, at most one.
    Normal,
    /// The same on a logarithmic scale.
    LogNormal,
    /// A logistic curve.
    Sigmoid {
        /// Logarithm of the slope, in `[-10, -1]`.
        k: f64,
        /// Shift, in `[-10, 10]`.
        b: f64,
    },
}

/// How several boosts of one donor become one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Combination {
    /// The greatest.
    Maximum,
    /// Their sum.
    Sum,
    /// Their product.
    Product,
}

/// `T(x)` of every balance, before the mask `[1]`.
///
/// # Errors
/// No balance, a balance that is negative or not finite, a maximum below 1, a parameter out of range, or a spread of 0.
pub fn transformed(
    balances: &[f64],
    threshold: u32,
    transformation: Transformation,
) -> Result<Vec<f64>, SkillError> {
    let t = clamped_threshold(balances, threshold)?;
    let logarithms = || balances.iter().map(|x| math::ln_1p(*x)).collect::<Vec<f64>>();
    match transformation {
        Transformation::Threshold => Ok(balances.iter().map(|x| f64::from(u8::from(*x >= t))).collect()),
        Transformation::Linear => linear(balances, t),
        Transformation::LogLinear => linear(&logarithms(), math::ln_1p(t)),
        Transformation::Normal => normal(balances, t),
        Transformation::LogNormal => normal(&logarithms(), math::ln_1p(t)),
        Transformation::Sigmoid { k, b } => {
            SkillError::require("k", k, (-10.0..=-1.0).contains(&k), "[-10, -1]")?;
            SkillError::require("b", b, (-10.0..=10.0).contains(&b), "[-10, 10]")?;
            let slope = math::exp(k);
            Ok(balances.iter().map(|x| 1.0 / (1.0 + math::exp(-slope * (x + b)))).collect())
        }
    }
}

/// Boost of every balance, `(1 + (Bmax - 1) T) mask` `[1]`.
///
/// ```
/// use te_skills::boost::{Transformation, boosts};
/// let found = boosts(&[0.0, 1.0, 3.0], 1, Transformation::Linear, 4.0)?;
/// assert_eq!(found, vec![0.0, 2.0, 4.0]);
/// assert!(boosts(&[], 1, Transformation::Linear, 4.0).is_err());
/// # Ok::<(), te_skills::SkillError>(())
/// ```
///
/// # Errors
/// As [`transformed`]; also `greatest` outside `[1, 10]`.
pub fn boosts(
    balances: &[f64],
    threshold: u32,
    transformation: Transformation,
    greatest: f64,
) -> Result<Vec<f64>, SkillError> {
    SkillError::require("greatest boost", greatest, (1.0..=10.0).contains(&greatest), "[1, 10]")?;
    let t = clamped_threshold(balances, threshold)?;
    let shares = transformed(balances, threshold, transformation)?;
    let boost = |(x, share): (&f64, f64)| if *x >= t { 1.0 + (greatest - 1.0) * share } else { 0.0 };
    Ok(balances.iter().zip(shares).map(boost).collect())
}

/// One boost per donor from several lists of boosts, all in the same order of donors `[1]`.
///
/// # Errors
/// No list, lists of unequal length, or a result that is not finite.
pub fn combined(lists: &[Vec<f64>], combination: Combination) -> Result<Vec<f64>, SkillError> {
    let Some((first, rest)) = lists.split_first() else {
        return Err(SkillError::TooFew { series: "lists of boosts", given: 0, needed: 1 });
    };
    let finite = |boost| SkillError::finite("combined boost", boost);
    let first = first.iter().copied().map(finite).collect::<Result<Vec<f64>, _>>()?;
    rest.iter().try_fold(first, |so_far, list| {
        if list.len() != so_far.len() {
            return Err(SkillError::TooFew { series: "boosts", given: list.len(), needed: so_far.len() });
        }
        let pick = |(a, b): (f64, &f64)| match combination {
            Combination::Maximum => a.max(*b),
            Combination::Sum => a + b,
            Combination::Product => a * b,
        };
        let picked = so_far.into_iter().zip(list).map(pick);
        picked.map(finite).collect()
    })
}

/// What a donation is multiplied by: `1 + boost` `[1]`.
#[must_use]
pub fn donation_coefficient(boost: f64) -> f64 {
    1.0 + boost
}

fn clamped_threshold(balances: &[f64], threshold: u32) -> Result<f64, SkillError> {
    if balances.is_empty() {
        return Err(SkillError::TooFew { series: "balances", given: 0, needed: 1 });
    }
    let mut greatest = 0.0f64;
    for x in balances {
        greatest = greatest.max(SkillError::require("balance", *x, *x >= 0.0, "[0, inf)")?);
    }
    SkillError::require(
        "greatest balance",
        greatest,
        greatest >= 1.0,
        "[1, inf): the lowest threshold is 1",
    )?;
    Ok(f64::from(threshold).clamp(1.0, greatest.floor().min(1000.0)))
}

fn linear(x: &[f64], t: f64) -> Result<Vec<f64>, SkillError> {
    let span = x.iter().copied().fold(f64::NEG_INFINITY, f64::max) - t + 1.0;
    SkillError::require("greatest balance less threshold plus 1", span, span > 0.0, "(0, inf)")?;
    Ok(x.iter().map(|x| (x - t + 1.0) / span).collect())
}

fn normal(x: &[f64], t: f64) -> Result<Vec<f64>, SkillError> {
    let holders: Vec<f64> = x.iter().copied().filter(|x| *x >= t).collect();
    if holders.len() < 2 {
        return Err(SkillError::TooFew {
            series: "balances at the threshold",
            given: holders.len(),
            needed: 2,
        });
    }
    let n = holders.len() as f64;
    let mean = holders.iter().sum::<f64>() / n;
    let variance = holders.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / (n - 1.0);
    let deviation = variance.sqrt();
    SkillError::require("standard deviation of the balances", deviation, deviation > 0.0, "(0, inf)")?;
    Ok(x.iter().map(|x| ((x - mean) / deviation).clamp(0.0, 1.0)).collect())
}
