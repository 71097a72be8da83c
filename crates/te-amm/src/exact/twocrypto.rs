//! Curve's twocrypto-ng: two coins of moving relative value, liquidity gathered around a price that follows the market.
//!
//! | module | |
//! |---|---|
//! | [`curve`] | the invariant, the balance of the other coin, the price |
//! | [`pool`] | balances, shares, the price scale and its changes, fees of the administrator |
//!
//! Curve, `x` both balances scaled by the price scale: `K*D*S + x0*x1 = K*D^2 + D^2/4`, `K = A*K0*g^2/(g + 1 - K0)^2`, `K0 = 4*x0*x1/D^2`.
//!
//! Assumption: `A` is 4*10^4 times that of the paper.
//!
//! Source: rules measured on twocrypto-ng v2.1.0, `testdata/te-amm/pools/README.md`, family `twocrypto_ng`.
//!
//! Invariant: the virtual price falls only where the price scale moves or the administrator is paid.

pub mod curve;
pub mod pool;

use super::integer::Fault;
use super::signed::Signed;
use super::wad_exp::wad_exp;
use crate::wide::U256;
use thiserror::Error;

/// 10^10, one of the fees.
const FEE_ONE: u64 = 10_000_000_000;
/// At and below minus this many units the exponential is 0.
const ZERO_AT: u128 = 42_139_678_854_452_767_551;

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
    /// Balances or the invariant outside the range in which the curve is computed.
    #[error("{0}")]
    OutsideCurve(&'static str),
    /// A coin that the pool does not have, or the same coin twice.
    #[error("a swap needs both coins")]
    NoSuchCoin,
    /// Nothing is paid, or nothing is minted for it.
    #[error("the amount is 0")]
    AmountZero,
    /// A call is worse than its limit.
    #[error("the result is worse than its limit")]
    Slippage,
    /// The virtual price does not rise.
    #[error("the virtual price would not rise")]
    Loss,
    /// More shares than there are.
    #[error("there are fewer shares")]
    Shares,
    /// Amplification and gamma may not move so far or so fast.
    #[error("a ramp must move at most tenfold, in a day or more, a day or more after the last one began")]
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
            Self::Slippage => "Slippage",
            Self::Exponential => "Math: wad_exp overflow",
            _ => "",
        }
    }
}

/// `e^x` as the contract's moving average takes it `[10^-18]`.
///
/// # Errors
/// [`Refusal::Exponential`] from 135.305999368893231589 on.
pub fn exp(x: Signed) -> Result<U256, Refusal> {
    wad_exp(x, ZERO_AT)?.ok_or(Refusal::Exponential)
}
