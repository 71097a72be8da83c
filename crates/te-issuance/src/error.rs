//! What can be refused: one small enum for the whole crate, contract mirrors have their own with the contract's words.

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
