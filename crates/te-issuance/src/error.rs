//! What can be refused. Mirrors of contracts have enums of their own, with the contract's words.

#![expect(
    clippy::inline_always,
    reason = "a loop over columns of runs becomes vector code only where these are inlined"
)]

use ruint::aliases::U256;
use te_math::{Arithmetic, Number, Operation, Sound, Watch, checked};
use thiserror::Error;

/// A refused parameter or operation. The state of whatever refused is unchanged.
#[derive(Clone, Debug, PartialEq, Error)]
#[non_exhaustive]
pub enum IssuanceError {
    /// A parameter or argument lies outside its range, or is not finite.
    #[error("{name} = {value} is refused: it must be {allowed}")]
    InvalidParameter {
        /// Name of the parameter.
        name: &'static str,
        /// Value given.
        value: f64,
        /// Permitted range in words.
        allowed: &'static str,
    },
    /// An integer parameter lies outside its range.
    #[error("{name} = {value} is refused: it must be {allowed}")]
    InvalidInteger {
        /// Name of the parameter.
        name: &'static str,
        /// Value given.
        value: u128,
        /// Permitted range in words.
        allowed: &'static str,
    },
    /// A ratio to the total supply was asked for while the supply is zero.
    #[error("the total supply is zero: a ratio to it is not defined")]
    ZeroSupply,
    /// A result does not fit its number type.
    #[error("{operation} overflows")]
    Overflow {
        /// What was being computed.
        operation: &'static str,
    },
    /// A division by zero.
    #[error("{operation} divides by zero")]
    DivisionByZero {
        /// What was being computed.
        operation: &'static str,
    },
    /// A burn or transfer asks for more than the account holds.
    #[error("account {account} holds {balance}, {requested} was asked for")]
    InsufficientBalance {
        /// Name of the account.
        account: String,
        /// Balance of the account.
        balance: u128,
        /// Amount asked for.
        requested: u128,
    },
    /// An account that the ledger does not have.
    #[error("the ledger has no account {0}")]
    UnknownAccount(String),
    /// An account name that the ledger already has.
    #[error("the ledger already has an account {0}")]
    DuplicateAccount(String),
    /// Shares or allocations that do not add up to the whole.
    #[error("{name} sum to {sum}, they must sum to {whole}")]
    SharesDoNotSum {
        /// What is being shared.
        name: &'static str,
        /// Their sum.
        sum: f64,
        /// What they must sum to.
        whole: f64,
    },
    /// A result is outside what the model describes.
    #[error("{what}: {value} is outside the model's range, {allowed}")]
    Domain {
        /// The quantity.
        what: &'static str,
        /// Its value.
        value: f64,
        /// Permitted range in words.
        allowed: &'static str,
    },
}

impl From<Arithmetic> for IssuanceError {
    fn from(why: Arithmetic) -> Self {
        match why {
            Arithmetic::Overflow(operation) => Self::Overflow {
                operation: match operation {
                    Operation::Sum => "an addition",
                    Operation::Difference => "a subtraction",
                    Operation::Product => "a multiplication",
                    Operation::Quotient => "a division",
                    Operation::Other(name) => name,
                },
            },
            Arithmetic::DivisionByZero => Self::DivisionByZero { operation: "a division" },
        }
    }
}

#[cfg(feature = "engine")]
impl From<IssuanceError> for te_core::StepError {
    fn from(error: IssuanceError) -> Self {
        Self::caused_by(error)
    }
}

/// Why a staking pool ([`crate::unipool`]) refuses. [`UnipoolError::reason`] is the contract's own word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum UnipoolError {
    /// A stake of nothing.
    #[error("a stake of 0 is refused: it must be > 0")]
    StakeZero,
    /// A withdrawal of nothing.
    #[error("a withdrawal of 0 is refused: it must be > 0")]
    WithdrawZero,
    /// More withdrawn or transferred than staked.
    #[error("{requested} was asked for, the stake is {stake}")]
    InsufficientStake {
        /// The stake `[wei]`.
        stake: U256,
        /// What was asked for `[wei]`.
        requested: U256,
    },
    /// A further reward would lower the rate.
    #[error("the reward rate would fall from {current} to {next} within the period")]
    RewardRateTooLow {
        /// Rate now `[wei/s]`.
        current: U256,
        /// Rate with the further reward `[wei/s]`.
        next: U256,
    },
    /// A product or sum exceeds 256 bits.
    #[error("a product or sum exceeds 256 bits")]
    Overflow,
    /// The time given lies before the last one.
    #[error("time {now} lies before {last}")]
    TimeWentBackwards {
        /// Time given `[s]`.
        now: u64,
        /// Last time `[s]`.
        last: u64,
    },
    /// No such staker.
    #[error("the pool has no staker number {0}")]
    UnknownStaker(u32),
}

impl UnipoolError {
    /// The contract's reason; `None` for what cannot happen on chain.
    #[must_use]
    pub fn reason(&self) -> Option<&'static str> {
        match self {
            Self::StakeZero => Some("Cannot stake 0"),
            Self::WithdrawZero => Some("Cannot withdraw 0"),
            Self::InsufficientStake { .. } => Some("SafeMath: subtraction overflow"),
            Self::RewardRateTooLow { .. } => Some("New reward rate too low"),
            Self::Overflow => Some("SafeMath: multiplication overflow"),
            Self::TimeWentBackwards { .. } | Self::UnknownStaker(_) => None,
        }
    }
}

/// A value must be one for which `ok` holds; write `ok` so that infinities fail it.
#[inline(always)]
pub(crate) fn demand<N: Number, W: Watch<Error = IssuanceError>>(
    w: &mut W,
    name: &'static str,
    value: N,
    ok: bool,
    allowed: &'static str,
) {
    w.need(ok, || IssuanceError::InvalidParameter { name, value: value.approximate(), allowed });
}

/// A value must be a number.
#[inline(always)]
pub(crate) fn demand_number<N: Number, W: Watch<Error = IssuanceError>>(
    w: &mut W,
    name: &'static str,
    value: N,
) {
    demand(w, name, value, value.is_number(), "a finite number");
}

/// A value must be a number >= 0.
#[inline(always)]
pub(crate) fn demand_non_negative<N: Number, W: Watch<Error = IssuanceError>>(
    w: &mut W,
    name: &'static str,
    value: N,
) {
    demand(w, name, value, value.is_number() & (value >= N::ZERO), "a finite number >= 0");
}

/// A value must be a number > 0.
#[inline(always)]
pub(crate) fn demand_positive<N: Number, W: Watch<Error = IssuanceError>>(
    w: &mut W,
    name: &'static str,
    value: N,
) {
    demand(w, name, value, value.is_number() & (value > N::ZERO), "a finite number > 0");
}

/// A value must be a share of a whole.
#[inline(always)]
pub(crate) fn demand_share<N: Number, W: Watch<Error = IssuanceError>>(
    w: &mut W,
    name: &'static str,
    value: N,
) {
    demand(w, name, value, (value >= N::ZERO) & (value <= N::ONE), "in [0, 1]");
}

/// A value must be above 0 and at most 1.
#[inline(always)]
pub(crate) fn demand_part<N: Number, W: Watch<Error = IssuanceError>>(
    w: &mut W,
    name: &'static str,
    value: N,
) {
    demand(w, name, value, (value > N::ZERO) & (value <= N::ONE), "in (0, 1]");
}

/// The watcher of operations whose results fit, whatever is watched before them.
#[inline(always)]
pub(crate) fn fits() -> Sound<IssuanceError> {
    Sound::new()
}

/// A result must be finite.
#[inline(always)]
pub(crate) fn demand_finite<W: Watch<Error = IssuanceError>>(w: &mut W, operation: &'static str, value: f64) {
    w.need(value.is_finite(), || IssuanceError::Overflow { operation });
}

/// Refuses a value that is not finite or for which `ok` is false.
pub(crate) fn require(
    name: &'static str,
    value: f64,
    ok: bool,
    allowed: &'static str,
) -> Result<f64, IssuanceError> {
    checked(|w| demand(w, name, value, value.is_finite() && ok, allowed)).map(|()| value)
}

/// Refuses a value that is not a finite number >= 0.
pub(crate) fn non_negative(name: &'static str, value: f64) -> Result<f64, IssuanceError> {
    checked(|w| demand_non_negative(w, name, value)).map(|()| value)
}

/// Refuses a value that is not a finite number > 0.
pub(crate) fn positive(name: &'static str, value: f64) -> Result<f64, IssuanceError> {
    checked(|w| demand_positive(w, name, value)).map(|()| value)
}

/// Refuses a result that is not finite.
pub(crate) fn finite(operation: &'static str, value: f64) -> Result<f64, IssuanceError> {
    checked(|w| demand_finite(w, operation, value)).map(|()| value)
}
