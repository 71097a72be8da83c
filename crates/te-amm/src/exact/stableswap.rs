//! Curve's stableswap-ng: pools of 2 to 8 coins of like value, in the contract's integers.
//!
//! ```text
//! D      D' = (Ann*S/100 + P*n)*D/((Ann - 100)*D/100 + (n + 1)*P),  P = D^(n+1)/(n^n prod x),  from D = S until it moves by at most 1
//! y      y' = (y^2 + c)/(2y + b - D),  c = D^(n+1)*100/(n^n prod' x * Ann),  b = S' + D*100/Ann,  from y = D likewise
//! fee    m*f/((m - F)*4pq/(p + q)^2 + F), f where m <= F
//! price  (a + P*x0/xi)/(a + P),  a = Ann*x0/100
//! ```
//!
//! | symbol | meaning | unit |
//! |---|---|---|
//! | x | balances times rates | 10^-18 units of value |
//! | S, S' | sum of all, of all but the one sought | as x |
//! | Ann | 100 times amplification, times n | 1/100 |
//! | m, f, F | multiplier of the fee away from balance, fee, 10^10 | 10^-10 |
//! | p, q | the two balances between which the fee stands | as x |
//!
//! [`pool`] has the state: balances, shares, fees, the ramp of the amplification and the moving averages.
//!
//! Source: rules measured on stableswap-ng v7.0.0, `testdata/te-amm/pools/README.md`, family `stableswap_ng`.
//!
//! Invariants: the iterations end within one unit of their fixed point, or refuse after 255 rounds.

#![allow(clippy::arithmetic_side_effects, reason = "the operators of Int are checked")]

pub mod pool;

use super::integer::{Fault, Int};
use super::signed::Signed;
use super::wad_exp::wad_exp;
use crate::wide::U256;
use thiserror::Error;

/// 10^10, one of the fees.
pub const FEE_ONE: u64 = 10_000_000_000;
/// At and below minus this many units the exponential is 0.
const ZERO_AT: u128 = 41_446_531_673_892_822_313;
const ROUNDS: u32 = 255;
/// The most coins of a pool.
const MOST_COINS: usize = 8;

/// What the contract refuses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Refusal {
    /// Its checked arithmetic.
    #[error(transparent)]
    Arithmetic(#[from] Fault),
    /// An iteration does not settle in 255 rounds.
    #[error("the iteration does not settle in 255 rounds")]
    NoConvergence,
    /// A coin that the pool does not have, or the same coin twice.
    #[error("a swap needs two coins of the pool")]
    NoSuchCoin,
    /// Nothing is paid.
    #[error("the amount is 0")]
    AmountZero,
    /// A swap pays less than its limit.
    #[error("the swap pays less than its limit")]
    TooLittleOut,
    /// A join or an exit is worse than its limit.
    #[error("the join or exit is worse than its limit")]
    Slippage,
    /// The first deposit lacks a coin.
    #[error("the first deposit must hold every coin")]
    MissingCoin,
    /// A deposit does not raise the invariant.
    #[error("the deposit does not raise the invariant")]
    InvariantNotRaised,
    /// A withdrawal costs no shares, or more than there are.
    #[error("the withdrawal must cost shares, and no more than there are")]
    Shares,
    /// The amplification may not move so far or so fast.
    #[error("the amplification must move at most tenfold, in a day or more, within 1 and 10^6")]
    Ramp,
    /// The exponential does not fit.
    #[error("the exponential does not fit")]
    Exponential,
    /// A parameter outside its range.
    #[error("{0}")]
    Parameter(&'static str),
}

impl Refusal {
    /// The contract's own word, empty where it has none.
    pub fn word(&self) -> &'static str {
        match self {
            Self::TooLittleOut => "Exchange resulted in fewer coins than expected",
            Self::Exponential => "wad_exp overflow",
            _ => "",
        }
    }
}

/// Follows an iteration until it moves by at most one.
#[inline]
fn settle(start: U256, next: impl Fn(Int) -> Int) -> Result<U256, Refusal> {
    let mut value = start;
    for _ in 0..ROUNDS {
        let after = next(value.into()).get()?;
        if after.abs_diff(value) <= U256::from(1u64) {
            return Ok(after);
        }
        value = after;
    }
    Err(Refusal::NoConvergence)
}

/// The invariant `D` of scaled balances at 100 times the amplification `[as the balances]`.
///
/// ```
/// use te_amm::exact::stableswap::invariant;
/// use te_amm::wide::U256;
/// let even = [1_000_000_000_000_000_000_000u128, 1_000_000_000_000_000_000_000].map(U256::from);
/// assert_eq!(invariant(&even, U256::from(20_000u64))?, U256::from(2_000_000_000_000_000_000_000u128));
/// # Ok::<(), te_amm::exact::stableswap::Refusal>(())
/// ```
///
/// # Errors
/// [`Refusal::NoConvergence`]; [`Refusal::Arithmetic`], also for a balance of 0 beside others.
pub fn invariant(balances: &[U256], amp: U256) -> Result<U256, Refusal> {
    let sum = balances.iter().fold(Int::ZERO, |sum, &x| sum + x);
    if sum.get()?.is_zero() {
        return Ok(U256::ZERO);
    }
    let n = balances.len() as u64;
    let (ann, power) = (Int::from(amp) * n, n_to_the_n(n));
    let weighted_sum = ann * sum / 100u64;
    settle(sum.get()?, |d| {
        let p = balances.iter().fold(d, |p, &x| p * d / x) / power;
        (weighted_sum + p * n) * d / ((ann - 100u64) * d / 100u64 + (Int::from(n) + 1u64) * p)
    })
}

/// `n^n`, for a pool's number of coins.
fn n_to_the_n(n: u64) -> u64 {
    (0..n).fold(1u64, |power, _| power.saturating_mul(n))
}

/// The balance of coin `j` that keeps `D`, with `x` instead of the balance of coin `i` `[as the balances]`.
///
/// # Errors
/// [`Refusal::NoSuchCoin`]; as [`invariant`].
pub fn balance_after(
    (i, j): (usize, usize),
    x: U256,
    balances: &[U256],
    amp: U256,
    d: U256,
) -> Result<U256, Refusal> {
    if i == j || i >= balances.len() {
        return Err(Refusal::NoSuchCoin);
    }
    balance(j, |k, balance| if k == i { x } else { balance }, balances, amp, d)
}

/// The balance of coin `i` that has the invariant `D` beside the others `[as the balances]`.
///
/// # Errors
/// As [`balance_after`].
pub fn balance_at(i: usize, balances: &[U256], amp: U256, d: U256) -> Result<U256, Refusal> {
    balance(i, |_, balance| balance, balances, amp, d)
}

#[inline]
fn balance(
    j: usize,
    of: impl Fn(usize, U256) -> U256,
    balances: &[U256],
    amp: U256,
    d: U256,
) -> Result<U256, Refusal> {
    if j >= balances.len() {
        return Err(Refusal::NoSuchCoin);
    }
    let n = balances.len() as u64;
    let (ann, mut c, mut sum) = (Int::from(amp) * n, Int::from(d), Int::ZERO);
    for (k, &held) in balances.iter().enumerate() {
        if k != j {
            let x = Int::from(of(k, held));
            sum = sum + x;
            c = c * d / (x * n);
        }
    }
    let c = c * d * 100u64 / (ann * n);
    let b = sum + Int::from(d) * 100u64 / ann;
    c.get()?;
    b.get()?;
    settle(d, |y| (y * y + c) / (y * 2u64 + b - d))
}

/// The fee between two balances `[10^-10]`.
#[inline]
fn dynamic_fee(p: Int, q: Int, fee: Int, multiplier: U256) -> Int {
    if multiplier <= U256::from(FEE_ONE) {
        return fee;
    }
    let sum = p + q;
    Int::from(multiplier) * fee / ((Int::from(multiplier) - FEE_ONE) * 4u64 * p * q / (sum * sum) + FEE_ONE)
}

/// The price of coin `i` in coin 0, from scaled balances and their invariant `[10^-18]`.
fn price(i: usize, balances: &[U256], amp: U256, d: U256) -> Result<U256, Refusal> {
    let n = balances.len() as u64;
    let d = Int::from(d);
    let p = balances.iter().fold(d / n_to_the_n(n), |p, &x| p * d / x);
    let (Some(&first), Some(&x)) = (balances.first(), balances.get(i)) else {
        return Err(Refusal::NoSuchCoin);
    };
    let a = Int::from(amp) * n * first / 100u64;
    let one = super::weighted::fixed_point::ONE;
    Ok((Int::from(one) * (a + p * first / x) / (a + p)).get()?)
}

/// `e^x` as the contract's moving averages take it `[10^-18]`.
///
/// # Errors
/// [`Refusal::Exponential`] from 135.305999368893231589 on.
pub fn exp(x: Signed) -> Result<U256, Refusal> {
    wad_exp(x, ZERO_AT)?.ok_or(Refusal::Exponential)
}
