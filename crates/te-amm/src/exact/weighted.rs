//! Balancer's weighted pools: `prod b_i^w_i` of balances and normalised weights, in 18 decimals.
//!
//! ```text
//! out given in   a <= 0.3*bi:   bo*(1 - (bi/(bi + a))^(wi/wo))    rounded against the trader throughout
//! in given out   o <= 0.3*bo:   bi*((bo/(bo - o))^(wo/wi) - 1)
//! invariant      prod b^w, each power and product rounded in one direction
//! ```
//!
//! | module | |
//! |---|---|
//! | [`fixed_point`], [`power`] | the arithmetic |
//! | [`v2`] | the weighted pool of 2023 and the bootstrapping pool of 2021, in the second vault |
//! | [`v3`] | the weighted pool in the third vault |
//! | [`schedule`] | weights that move in time |
//!
//! Amounts of the functions here have 18 decimals and no fee; the pools scale and charge.
//!
//! Source: rules measured on Balancer's contracts, `testdata/te-amm/pools/README.md`, families `weighted_v2` and `weighted_v3`.
//!
//! Invariant: a swap never lowers the invariant.

#![allow(clippy::arithmetic_side_effects, reason = "the operators of Int are checked")]

pub mod fixed_point;
pub mod power;
pub mod schedule;
pub mod v2;
pub mod v3;

use super::integer::{Fault, Int};
use crate::wide::{U256, wide_ten_to};
use fixed_point::{ONE, complement, div_down, div_up, mul_down, mul_up};
use power::{Powers, pow_down, pow_up};
use thiserror::Error;

/// The largest part of a balance that a swap may bring or take, 0.3.
const LARGEST_PART: u64 = ONE / 10 * 3;
/// The largest ratio of the invariants of a join, 3.
const LARGEST_RATIO: u64 = ONE * 3;
/// The smallest ratio of the invariants of an exit, 0.7.
const SMALLEST_RATIO: u64 = ONE / 10 * 7;
/// Shares burnt at the first deposit.
const MINIMUM_SUPPLY: u64 = 1_000_000;

/// What the contracts refuse.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Refusal {
    /// Their checked arithmetic.
    #[error(transparent)]
    Arithmetic(#[from] Fault),
    /// A power's base reaches 2^255.
    #[error("the base of a power must be below 2^255 units")]
    PowerBase,
    /// A power's exponent reaches 2^254/10^20.
    #[error("the exponent of a power must be below 2^254/10^20 units")]
    PowerExponent,
    /// A power's logarithm is outside the range of the exponential.
    #[error("the logarithm of a power must be in [-41, 130]")]
    Power,
    /// An exponent is outside its range.
    #[error("the exponent must be in [-41, 130]")]
    Exponent,
    /// The logarithm of 0.
    #[error("0 has no logarithm")]
    Logarithm,
    /// More comes in than 0.3 of the balance.
    #[error("the amount in is above 3/10 of the balance")]
    MaxInRatio,
    /// More goes out than 0.3 of the balance.
    #[error("the amount out is above 3/10 of the balance")]
    MaxOutRatio,
    /// An exit leaves less than 0.7 of the invariant.
    #[error("the exit would leave less than 7/10 of the invariant")]
    InvariantRatioBelowMin,
    /// A join makes the invariant more than three times as large.
    #[error("the join would make the invariant more than 3 times as large")]
    InvariantRatioAboveMax,
    /// The invariant is 0.
    #[error("the invariant is 0")]
    ZeroInvariant,
    /// A swap of a token for itself.
    #[error("the token in is the token out")]
    SameToken,
    /// A swap of nothing.
    #[error("the amount given is 0")]
    AmountGivenZero,
    /// The first deposit mints fewer shares than are burnt.
    #[error("the first deposit mints fewer than 10^6 units of shares")]
    MinimumSupply,
    /// A balance is below the pool's minimum.
    #[error("a balance is below the pool's minimum")]
    TokenBalanceBelowMin,
    /// An amount is too small to trade.
    #[error("an amount is below 10^6 units of 18 decimals")]
    TradeAmountTooSmall,
    /// A swap is worse than its limit.
    #[error("the swap is worse than its limit")]
    SwapLimit,
    /// A join takes more than its limit.
    #[error("the join takes more than its limit")]
    AmountInAboveMax,
    /// An exit pays less than its limit.
    #[error("the exit pays less than its limit")]
    AmountOutBelowMin,
    /// More shares than there are beside the burnt ones.
    #[error("fewer shares are there, beside the 10^6 units burnt at the first deposit")]
    TooManyShares,
    /// A token that the pool does not have.
    #[error("the pool has no such token")]
    NoSuchToken,
    /// A parameter outside its range.
    #[error("{0}")]
    Parameter(&'static str),
}

impl Refusal {
    /// The word of the contracts of the second vault, empty where none is known.
    pub fn word_v2(&self) -> &'static str {
        match self {
            Self::Power => "BAL#008",
            Self::Exponent => "BAL#009",
            Self::Logarithm => "BAL#100",
            Self::MinimumSupply => "BAL#204",
            Self::MaxInRatio => "BAL#304",
            Self::MaxOutRatio => "BAL#305",
            Self::InvariantRatioBelowMin => "BAL#306",
            Self::InvariantRatioAboveMax => "BAL#307",
            Self::SameToken => "BAL#509",
            Self::AmountGivenZero => "BAL#510",
            _ => "",
        }
    }

    /// The word of the contracts of the third vault, empty where none is known.
    pub fn word_v3(&self) -> &'static str {
        match self {
            Self::Arithmetic(fault) => fault.word(),
            Self::MaxInRatio => "MaxInRatio",
            Self::MaxOutRatio => "MaxOutRatio",
            Self::InvariantRatioBelowMin => "InvariantRatioBelowMin",
            Self::InvariantRatioAboveMax => "InvariantRatioAboveMax",
            Self::SameToken => "CannotSwapSameToken",
            Self::AmountGivenZero => "AmountGivenZero",
            Self::TokenBalanceBelowMin => "TokenBalanceBelowMin",
            Self::TradeAmountTooSmall => "TradeAmountTooSmall",
            Self::SwapLimit => "SwapLimit",
            Self::AmountInAboveMax => "AmountInAboveMax",
            Self::AmountOutBelowMin => "AmountOutBelowMin",
            _ => "",
        }
    }
}

/// A token of a swap: its balance and its weight `[10^-18]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Side {
    /// Balance `[10^-18 tokens]`.
    pub balance: Int,
    /// Normalised weight `[10^-18]`.
    pub weight: Int,
}

/// Amount out for an amount in, without fee `[10^-18 tokens]`.
///
/// # Errors
/// [`Refusal::MaxInRatio`]; those of [`pow`](power::pow); [`Refusal::Arithmetic`].
pub fn out_given_in(given: Side, taken: Side, amount: Int, powers: Powers) -> Result<Int, Refusal> {
    if amount.above(mul_down(given.balance, Int::from(LARGEST_PART)))? {
        return Err(Refusal::MaxInRatio);
    }
    let base = div_up(given.balance, given.balance + amount);
    let left = pow_up(base, div_down(given.weight, taken.weight), powers)?;
    Ok(mul_down(taken.balance, complement(left)))
}

/// Amount in for an amount out, without fee `[10^-18 tokens]`.
///
/// # Errors
/// [`Refusal::MaxOutRatio`]; those of [`pow`](power::pow); [`Refusal::Arithmetic`].
pub fn in_given_out(given: Side, taken: Side, amount: Int, powers: Powers) -> Result<Int, Refusal> {
    if amount.above(mul_down(taken.balance, Int::from(LARGEST_PART)))? {
        return Err(Refusal::MaxOutRatio);
    }
    let base = div_up(taken.balance, taken.balance - amount);
    let grown = pow_up(base, div_up(taken.weight, given.weight), powers)?;
    Ok(mul_up(given.balance, grown - ONE))
}

/// The invariant, rounded down `[10^-18]`.
///
/// # Errors
/// [`Refusal::ZeroInvariant`]; those of [`pow`](power::pow); [`Refusal::Arithmetic`].
pub fn invariant_down(balances: &[Int], weights: &[Int], powers: Powers) -> Result<Int, Refusal> {
    product(balances, weights, |all, balance, weight| Ok(mul_down(all, pow_down(balance, weight, powers)?)))
}

/// The invariant, rounded up `[10^-18]`.
///
/// # Errors
/// As [`invariant_down`].
pub fn invariant_up(balances: &[Int], weights: &[Int], powers: Powers) -> Result<Int, Refusal> {
    product(balances, weights, |all, balance, weight| Ok(mul_up(all, pow_up(balance, weight, powers)?)))
}

fn product(
    balances: &[Int],
    weights: &[Int],
    times: impl Fn(Int, Int, Int) -> Result<Int, Refusal>,
) -> Result<Int, Refusal> {
    let all = balances
        .iter()
        .zip(weights)
        .try_fold(Int::from(ONE), |all, (&balance, &weight)| times(all, balance, weight))?;
    if all.get()?.is_zero() { Err(Refusal::ZeroInvariant) } else { Ok(all) }
}

/// Checks that an exit leaves the burnt shares.
fn leaves_burnt_shares(supply: U256, shares: U256) -> Result<(), Refusal> {
    let left = supply.checked_sub(shares).is_some_and(|left| left >= U256::from(MINIMUM_SUPPLY));
    if left { Ok(()) } else { Err(Refusal::TooManyShares) }
}

/// The factors that bring each token to 18 decimals.
fn scales(decimals: &[u32]) -> Result<Vec<U256>, Refusal> {
    if !(2..=8).contains(&decimals.len()) {
        return Err(Refusal::Parameter("a pool has 2 to 8 tokens"));
    }
    let scale = |&decimals: &u32| 18u32.checked_sub(decimals).and_then(wide_ten_to);
    decimals.iter().map(scale).collect::<Option<_>>().ok_or(Refusal::Parameter("decimals must be at most 18"))
}

/// Checks that there is a weight above 0 for each token, and the fee.
fn checked(weights: &[U256], tokens: usize, fee: U256) -> Result<(), Refusal> {
    if weights.len() != tokens || weights.iter().any(U256::is_zero) {
        return Err(Refusal::Parameter("each token needs a weight above 0"));
    }
    let sum = weights.iter().fold(Int::ZERO, |sum, &weight| sum + weight).get()?;
    if sum != U256::from(ONE) {
        return Err(Refusal::Parameter("the weights must add up to 10^18"));
    }
    if fee > U256::from(ONE / 10) {
        return Err(Refusal::Parameter("the fee must be at most 0.1"));
    }
    Ok(())
}
