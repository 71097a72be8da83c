//! What a curve refuses, one enum for each arithmetic world.

use ruint::aliases::U256;
use thiserror::Error;

/// A refusal of the model world (f64).
#[derive(Clone, Debug, PartialEq, Error)]
#[non_exhaustive]
pub enum CurveError {
    /// A value is NaN or infinite.
    #[error("{name} = {value} is not a finite number")]
    NotFinite {
        /// Parameter, input or result.
        name: &'static str,
        /// The value met.
        value: f64,
    },
    /// A value lies outside its range.
    #[error("{name} = {value} is outside its permitted range {range}")]
    OutOfRange {
        /// Parameter or input.
        name: &'static str,
        /// The value met.
        value: f64,
        /// The permitted range, as text.
        range: &'static str,
    },
    /// An order would give less than its sender accepts.
    #[error("the order gives {got}, less than the smallest accepted return {min}")]
    Slippage {
        /// What the order would give.
        got: f64,
        /// What the sender accepts.
        min: f64,
    },
    /// A holder, the supply or the reserve does not cover the order.
    #[error("{name} holds {have}, the order needs {need}")]
    Insufficient {
        /// What is too small.
        name: &'static str,
        /// What there is.
        have: f64,
        /// What is needed.
        need: f64,
    },
    /// The quantity has no value in this state.
    #[error("{what} is undefined here: {why}")]
    Undefined {
        /// The quantity.
        what: &'static str,
        /// The reason.
        why: &'static str,
    },
}

/// A refusal of the ledger world (256-bit integers).
///
/// [`LedgerError::reason`] gives the revert text of the deployed contract where it has one.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum LedgerError {
    /// The power formula refuses its arguments; the contract reverts without a text.
    #[error("the curve formula refuses {name} = {value}: {range}")]
    Formula {
        /// Argument.
        name: &'static str,
        /// The value met.
        value: U256,
        /// The permitted range, as text.
        range: &'static str,
    },
    /// The power formula holds no exponential so large; the contract reverts without a text.
    #[error("the exponent {value} / 2^127 of the power formula is above the largest that it holds, 56.4")]
    Exponent {
        /// The exponent at 127 bits.
        value: U256,
    },
    /// A sale that leaves too little of the supply for the formula, though not nothing; the contract reverts without a text.
    #[error(
        "selling {tokens} of a supply of {supply} leaves too little for the curve formula, and the contract reverts: sell at \
         most {most} in one order, or the whole supply"
    )]
    NearlyAll {
        /// Tokens offered `[token unit]`.
        tokens: U256,
        /// Supply, virtual part included `[token unit]`.
        supply: U256,
        /// About the most that one order can sell `[token unit]`.
        most: U256,
    },
    /// A deposit that is too large beside the balance for the formula; the contract reverts without a text.
    #[error(
        "a deposit of {deposit} on a balance of {balance} is too large for the curve formula, and the contract reverts: \
         deposit at most {most} in one order"
    )]
    DepositTooLarge {
        /// Deposit `[collateral unit]`.
        deposit: U256,
        /// Reserve, virtual part included `[collateral unit]`.
        balance: U256,
        /// About the most that one order can deposit `[collateral unit]`.
        most: U256,
    },
    /// An intermediate value does not fit 256 bits.
    #[error("{what} exceeds 256 bits")]
    Overflow {
        /// The product or sum.
        what: &'static str,
    },
    /// The collateral is not accepted.
    #[error("the collateral is not whitelisted")]
    NotWhitelisted,
    /// A buy of nothing.
    #[error("a deposit must be above 0")]
    ZeroDeposit,
    /// A sale of nothing, or of more than the seller holds.
    #[error("cannot sell {amount} out of a balance of {balance}")]
    BondAmount {
        /// Tokens offered.
        amount: U256,
        /// Tokens held.
        balance: U256,
    },
    /// The order would give less than its sender accepts.
    #[error("the order gives {got}, less than the smallest accepted return {min}")]
    Slippage {
        /// What the order would give.
        got: U256,
        /// What the sender accepts.
        min: U256,
    },
    /// A tribute of 100 % or more.
    #[error("{name} = {value} is outside its permitted range [0, 1e18)")]
    Tribute {
        /// Which tribute.
        name: &'static str,
        /// The raw value at 18 decimals.
        value: u128,
    },
    /// A reserve ratio of 0 or above 100 %.
    #[error("reserve_ratio = {value} ppm is outside its permitted range [1, 1000000]")]
    ReserveRatio {
        /// The raw value in parts per million.
        value: u128,
    },
    /// The payout is larger than the reserve really holds (virtual balance pays nothing).
    #[error("the reserve holds {have}, the payout needs {need}")]
    Reserve {
        /// Real reserve.
        have: U256,
        /// Gross payout.
        need: U256,
    },
}

impl LedgerError {
    /// Revert text of the deployed contract, where the contract gives one.
    #[must_use]
    pub fn reason(&self) -> Option<&'static str> {
        match self {
            Self::NotWhitelisted => Some("MM_COLLATERAL_NOT_WHITELISTED"),
            Self::ZeroDeposit => Some("MM_INVALID_COLLATERAL_VALUE"),
            Self::BondAmount { .. } => Some("MM_INVALID_BOND_AMOUNT"),
            Self::Slippage { .. } => Some("MM_SLIPPAGE_EXCEEDS_LIMIT"),
            Self::Tribute { .. } => Some("MM_INVALID_PERCENTAGE"),
            Self::ReserveRatio { .. } => Some("MM_INVALID_RESERVE_RATIO"),
            Self::Formula { .. }
            | Self::Exponent { .. }
            | Self::NearlyAll { .. }
            | Self::DepositTooLarge { .. }
            | Self::Overflow { .. }
            | Self::Reserve { .. } => None,
        }
    }
}

/// A value cannot cross from one arithmetic world into the other.
#[derive(Clone, Debug, PartialEq, Error)]
#[non_exhaustive]
pub enum ConversionError {
    /// NaN or infinite.
    #[error("{value} is not a finite number")]
    NotFinite {
        /// The value met.
        value: f64,
    },
    /// Below zero: the ledger has no negative amounts.
    #[error("{value} is negative, the ledger holds amounts of 0 and above")]
    Negative {
        /// The value met.
        value: f64,
    },
    /// Too large for the target.
    #[error("{value} exceeds the largest value of the target")]
    Overflow {
        /// The value met.
        value: f64,
    },
    /// Not a whole number of smallest units, where exactness was asked for.
    #[error("{value} is not a whole number of smallest units")]
    Inexact {
        /// The value met.
        value: f64,
    },
}

/// `value` if finite.
pub(crate) fn finite(name: &'static str, value: f64) -> Result<f64, CurveError> {
    if value.is_finite() { Ok(value) } else { Err(CurveError::NotFinite { name, value }) }
}

/// `value` if finite and above 0.
pub(crate) fn positive(name: &'static str, value: f64) -> Result<f64, CurveError> {
    within(name, value, value > 0.0, "(0, inf)")
}

/// `value` if finite and 0 or above.
pub(crate) fn non_negative(name: &'static str, value: f64) -> Result<f64, CurveError> {
    within(name, value, value >= 0.0, "[0, inf)")
}

/// `value` if finite and `holds`.
pub(crate) fn within(
    name: &'static str,
    value: f64,
    holds: bool,
    range: &'static str,
) -> Result<f64, CurveError> {
    finite(name, value)?;
    if holds { Ok(value) } else { Err(CurveError::OutOfRange { name, value, range }) }
}
