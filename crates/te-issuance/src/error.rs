//! What can be refused. Mirrors of contracts have enums of their own, with the contract's words.

use ruint::aliases::U256;
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
        /// The stake [wei].
        stake: U256,
        /// What was asked for [wei].
        requested: U256,
    },
    /// A further reward would lower the rate.
    #[error("the reward rate would fall from {current} to {next} within the period")]
    RewardRateTooLow {
        /// Rate now [wei/s].
        current: U256,
        /// Rate with the further reward [wei/s].
        next: U256,
    },
    /// A product or sum exceeds 256 bits.
    #[error("a product or sum exceeds 256 bits")]
    Overflow,
    /// The time given lies before the last one.
    #[error("time {now} lies before {last}")]
    TimeWentBackwards {
        /// Time given [s].
        now: u64,
        /// Last time [s].
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

/// Refuses a value that is not finite or for which `ok` is false.
pub(crate) fn require(
    name: &'static str,
    value: f64,
    ok: bool,
    allowed: &'static str,
) -> Result<f64, IssuanceError> {
    if value.is_finite() && ok {
        Ok(value)
    } else {
        Err(IssuanceError::InvalidParameter { name, value, allowed })
    }
}

/// Refuses a value that is not a finite number >= 0.
pub(crate) fn non_negative(name: &'static str, value: f64) -> Result<f64, IssuanceError> {
    require(name, value, value >= 0.0, "a finite number >= 0")
}

/// Refuses a value that is not a finite number > 0.
pub(crate) fn positive(name: &'static str, value: f64) -> Result<f64, IssuanceError> {
    require(name, value, value > 0.0, "a finite number > 0")
}

/// Refuses a result that is not finite.
pub(crate) fn finite(operation: &'static str, value: f64) -> Result<f64, IssuanceError> {
    if value.is_finite() { Ok(value) } else { Err(IssuanceError::Overflow { operation }) }
}
