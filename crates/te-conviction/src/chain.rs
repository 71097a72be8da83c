//! Conviction voting as the contracts compute it, in 256-bit integers.
//!
//! | module | what |
//! |---|---|
//! | [`fixed_point`] | the 128-bit fixed-point power both contracts share |
//! | [`one_hive`] | conviction and threshold of 1Hive's `ConvictionVoting.sol` |
//! | [`gardens_v2`] | the same of Gardens v2, present and legacy |
//! | [`parameters`] | decimals to the contracts' scaled integers and back |
//! | [`ledger`] | 1Hive's state machine: stakes, statuses, limits, refusals |
//! | [`forecast`] | what the 1Hive app shows about a proposal |
//! | [`points`] | voting power and streaming shares of Gardens v2 |
//!
//! All values are `uint256`; products and sums beyond 2^256 - 1 are refused as the contract reverts; `<<` loses high
//! bits silently, as in Solidity. Parameters are scaled by [`D`]: decay = alpha D, maximum ratio = beta D, weight =
//! rho D. The minimum stake share is scaled by [`ONE`].

pub mod fixed_point;
pub mod forecast;
pub mod gardens_v2;
pub mod ledger;
pub mod one_hive;
pub mod parameters;
pub mod points;

use ruint::aliases::U256;

/// Scale of decay, maximum ratio and weight: 10^7.
pub const D: U256 = U256::from_limbs([10_000_000, 0, 0, 0]);

/// Scale of the minimum stake share: 10^18 is 100 percent.
pub const ONE: U256 = U256::from_limbs([1_000_000_000_000_000_000, 0, 0, 0]);

/// 2^128, the fixed-point one.
pub const TWO_128: U256 = U256::from_limbs([0, 0, 1, 0]);

/// 2^127, which rounds to nearest before a shift by 128.
pub const TWO_127: U256 = U256::from_limbs([0, 1 << 63, 0, 0]);

/// 2^64.
pub const TWO_64: U256 = U256::from_limbs([0, 1, 0, 0]);

/// Why a contract's calculation reverts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Revert {
    /// A sum exceeds 2^256 - 1.
    #[error("a sum exceeds 2^256 - 1")]
    AddOverflow,
    /// A difference is negative.
    #[error("a difference is negative")]
    SubUnderflow,
    /// A product exceeds 2^256 - 1.
    #[error("a product exceeds 2^256 - 1")]
    MulOverflow,
    /// A division by zero.
    #[error("division by zero")]
    DivZero,
    /// The quotient of a 512-bit product exceeds 2^256 - 1.
    #[error("the quotient of a 512-bit product exceeds 2^256 - 1")]
    MulDivOverflow,
    /// A fixed-point base at or above one, 2^128: the decay is 100 percent or more.
    #[error("the decay is at or above 10^7, so that the fixed-point base is not below 2^128")]
    BaseNotBelowOne,
    /// The request is at or over the maximum ratio of the funds.
    #[error("the request is at or over the maximum ratio of the funds")]
    AmountOverMaxRatio,
}

pub(crate) fn add(a: U256, b: U256) -> Result<U256, Revert> {
    a.checked_add(b).ok_or(Revert::AddOverflow)
}

pub(crate) fn sub(a: U256, b: U256) -> Result<U256, Revert> {
    a.checked_sub(b).ok_or(Revert::SubUnderflow)
}

pub(crate) fn mul(a: U256, b: U256) -> Result<U256, Revert> {
    a.checked_mul(b).ok_or(Revert::MulOverflow)
}

pub(crate) fn div(a: U256, b: U256) -> Result<U256, Revert> {
    a.checked_div(b).ok_or(Revert::DivZero)
}
