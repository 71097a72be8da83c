//! What a market maker refuses, one variant per cause.
//!
//! Values are shown as `f64`, which is enough to recognise them; the exact value is the caller's.

use thiserror::Error;

/// A refused operation. State is always as it was before the call.
#[derive(Clone, Copy, Debug, PartialEq, Error)]
#[non_exhaustive]
pub enum AmmError {
    /// The exact result does not fit the number type.
    #[error("{operation}: the result does not fit the number type")]
    Overflow {
        /// What was being computed.
        operation: &'static str,
    },
    /// A divisor is zero.
    #[error("{operation}: division by zero")]
    DivisionByZero {
        /// What was being computed.
        operation: &'static str,
    },
    /// An amount is zero, negative or not a number.
    #[error("{parameter} is {value}; an amount must be positive and finite")]
    NonPositiveAmount {
        /// Which amount.
        parameter: &'static str,
        /// Its value.
        value: f64,
    },
    /// A reserve or a balance is zero, negative or not a number.
    #[error("{parameter} is {value}; a reserve must be positive and finite")]
    NonPositiveReserve {
        /// Which reserve.
        parameter: &'static str,
        /// Its value.
        value: f64,
    },
    /// More is asked for than the pool or the holder has.
    #[error("{requested} asked for, but only less than {available} can be had")]
    InsufficientLiquidity {
        /// What was asked for.
        requested: f64,
        /// The exclusive upper end.
        available: f64,
    },
    /// The rounded result is zero: the input buys, mints or redeems nothing.
    #[error("{operation}: the result rounds down to zero")]
    InsufficientOutput {
        /// What was being computed.
        operation: &'static str,
    },
    /// A fee is outside its range or too finely divided.
    #[error("fee is {value}; it must lie in [0, 1) and have at most {places} decimal places")]
    InvalidFee {
        /// The fee.
        value: f64,
        /// Decimal places allowed.
        places: u32,
    },
    /// A value does not lie on the declared decimal grid, or is too large for it.
    #[error("{value} does not fit a grid of {places} decimal places (96 bits of units)")]
    PrecisionLoss {
        /// The value.
        value: f64,
        /// Places of the grid.
        places: u32,
    },
    /// A parameter is outside the range on which the formula is defined.
    #[error("{parameter} is {value}; it must be {range}")]
    Domain {
        /// Which parameter.
        parameter: &'static str,
        /// Its value.
        value: f64,
        /// The permitted range.
        range: &'static str,
    },
    /// A trade came out worse than the caller's limit.
    #[error("the trade gives or takes {actual}, beyond the limit {limit}")]
    Slippage {
        /// The caller's limit.
        limit: f64,
        /// What the trade would do.
        actual: f64,
    },
    /// A path of pools is empty or names a pool or token that is not there.
    #[error("invalid path: {reason}")]
    InvalidPath {
        /// What is wrong with it.
        reason: &'static str,
    },
    /// An iteration did not settle.
    #[error("{operation} did not converge in {rounds} rounds")]
    NoConvergence {
        /// What was being computed.
        operation: &'static str,
        /// Rounds taken.
        rounds: u32,
    },
}
