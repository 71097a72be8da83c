//! What a market maker refuses, one variant per cause.
//!
//! A sentence names the quantity, the caller's own value in the caller's own unit, and what is allowed. Values are shown as `f64`,
//! which is enough to recognise them; the exact value is the caller's.

use crate::grid::MAX_UNITS;
use rust_decimal::Decimal;
use te_math::Arithmetic;
use thiserror::Error;

/// What a quantity of an error is counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Counted {
    /// Whole tokens.
    Tokens,
    /// The smallest units of a token, as contracts count.
    Units,
    /// Shares of a pool.
    Shares,
    /// The smallest units of a pool's shares.
    ShareUnits,
}

impl core::fmt::Display for Counted {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(match self {
            Self::Tokens => "tokens",
            Self::Units => "units",
            Self::Shares => "shares",
            Self::ShareUnits => "units of shares",
        })
    }
}

/// How a limit binds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bound {
    /// At least the limit.
    AtLeast,
    /// At most the limit.
    AtMost,
    /// Less than the limit.
    Below,
}

impl core::fmt::Display for Bound {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(match self {
            Self::AtLeast => "at least",
            Self::AtMost => "at most",
            Self::Below => "below",
        })
    }
}

/// A refused operation. State is always as it was before the call.
///
/// ```
/// use te_amm::swap;
/// let refused = swap::exact_out(1000.0, 50.0, 60.0, 0.0).unwrap_err();
/// assert_eq!(refused.to_string(), "amount_out is 60 tokens; it must be below 50 tokens");
/// let refused = swap::exact_in(1000.0, 50.0, 60.0, 1.5).unwrap_err();
/// assert_eq!(refused.to_string(), "fee is 1.5; it must be at least 0 and below 1");
/// ```
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
    #[error("{parameter} is {requested} {counted}; it must be {bound} {available} {counted}")]
    InsufficientLiquidity {
        /// Which amount.
        parameter: &'static str,
        /// What was asked for.
        requested: f64,
        /// Whether `available` itself can be had.
        bound: Bound,
        /// What there is.
        available: f64,
        /// What both are counted in.
        counted: Counted,
    },
    /// The rounded result is zero: the input buys, mints or redeems nothing.
    #[error("{operation}: the result rounds down to zero")]
    InsufficientOutput {
        /// What was being computed.
        operation: &'static str,
    },
    /// A contract's rules refuse what was asked.
    #[error("the contract refuses: {reason}")]
    Refused {
        /// Why, in the contract's word where it has one.
        reason: &'static str,
    },
    /// A fee is outside its range or too finely divided.
    #[error("fee is {value}; it must be at least 0 and below 1{}", places_allowed(*.places))]
    InvalidFee {
        /// The fee.
        value: f64,
        /// Decimal places allowed, for fees that are kept as exact fractions.
        places: Option<u32>,
    },
    /// A value does not lie on the declared decimal grid, or is too large for it.
    #[error("{}", off_grid(*.value, *.finer, *.places))]
    PrecisionLoss {
        /// The value `[tokens]`.
        value: f64,
        /// The value with all its digits, where these are more than the grid has.
        finer: Option<Decimal>,
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
    /// A trade came out worse than its limit.
    #[error("{parameter} would be {actual}; it must be {bound} {limit}")]
    Slippage {
        /// What is limited.
        parameter: &'static str,
        /// What the trade would do.
        actual: f64,
        /// Which side of the limit is accepted.
        bound: Bound,
        /// The limit.
        limit: f64,
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

fn places_allowed(places: Option<u32>) -> String {
    places.map_or_else(String::new, |places| format!(", with at most {places} decimal places"))
}

fn off_grid(value: f64, finer: Option<Decimal>, places: u32) -> String {
    if let Some(amount) = finer {
        return format!("{amount} tokens have more than the {places} decimal places of the grid");
    }
    let largest = MAX_UNITS as f64 / te_math::powi(10.0, places.cast_signed());
    format!("{value} tokens are too many: a grid of {places} decimal places holds at most {largest}")
}

impl From<Arithmetic> for AmmError {
    fn from(error: Arithmetic) -> Self {
        match error {
            Arithmetic::Overflow(operation) => Self::Overflow { operation: operation.name() },
            Arithmetic::DivisionByZero => Self::DivisionByZero { operation: "quotient" },
        }
    }
}

impl AmmError {
    /// More than there is, in tokens.
    #[cold]
    pub(crate) fn too_many_tokens(
        parameter: &'static str,
        requested: f64,
        bound: Bound,
        available: f64,
    ) -> Self {
        Self::InsufficientLiquidity { parameter, requested, bound, available, counted: Counted::Tokens }
    }

    /// More than there is, in units.
    #[cold]
    pub(crate) fn too_many_units(
        parameter: &'static str,
        requested: f64,
        bound: Bound,
        available: f64,
    ) -> Self {
        Self::InsufficientLiquidity { parameter, requested, bound, available, counted: Counted::Units }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_name_value_unit_and_what_is_allowed() {
        let said = |error: AmmError| error.to_string();
        assert_eq!(
            said(AmmError::too_many_units("amount_out", 12.0, Bound::Below, 10.0)),
            "amount_out is 12 units; it must be below 10 units"
        );
        let fee = AmmError::InvalidFee { value: 1.5, places: Some(18) };
        assert_eq!(
            said(fee),
            "fee is 1.5; it must be at least 0 and below 1, with at most 18 decimal places"
        );
        let large = AmmError::PrecisionLoss { value: 1e11, finer: None, places: 18 };
        assert_eq!(
            said(large),
            "100000000000 tokens are too many: a grid of 18 decimal places holds at most 79228162514.26434"
        );
        let finer = AmmError::PrecisionLoss { value: 1.0, finer: Some(Decimal::new(101, 2)), places: 1 };
        assert_eq!(said(finer), "1.01 tokens have more than the 1 decimal places of the grid");
        let slippage =
            AmmError::Slippage { parameter: "amount_out", actual: 0.45, bound: Bound::AtLeast, limit: 0.5 };
        assert_eq!(said(slippage), "amount_out would be 0.45; it must be at least 0.5");
    }

    /// The good path returns it beside a 128-bit number.
    #[test]
    fn the_error_stays_small() {
        assert!(size_of::<AmmError>() <= 48, "{}", size_of::<AmmError>());
    }
}
