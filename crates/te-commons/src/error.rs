//! What the commons mechanisms refuse.

use ruint::aliases::U256;
use te_bonding_curve::{CurveError, LedgerError};
use thiserror::Error;

/// A refusal of the model world: praise, cultural build, dashboards, plans.
#[derive(Clone, Debug, PartialEq, Error)]
#[non_exhaustive]
pub enum CommonsError {
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
    /// The quantity has no value for this input.
    #[error("{what} is undefined: {why}")]
    Undefined {
        /// The quantity.
        what: &'static str,
        /// The reason.
        why: &'static str,
    },
    /// The operation does not belong to this phase.
    #[error("{operation} needs the phase {needs}, not {phase}")]
    WrongPhase {
        /// The operation.
        operation: &'static str,
        /// The phase it belongs to.
        needs: &'static str,
        /// The phase met.
        phase: &'static str,
    },
    /// The curve refused.
    #[error(transparent)]
    Curve(#[from] CurveError),
    /// The ledger refused.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
}

/// A refusal of the hatch contract and the impact-hours contract.
///
/// [`HatchError::reason`] gives the revert text of the deployed contract where it has one.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum HatchError {
    /// The operation does not belong to this state.
    #[error("{operation} is not possible while the hatch is {state}")]
    State {
        /// The operation.
        operation: &'static str,
        /// The state met.
        state: &'static str,
    },
    /// The period is 0, or the opening date lies in the past.
    #[error("{name} = {value} is outside its permitted range {range}")]
    Time {
        /// `period` or `open_date`.
        name: &'static str,
        /// The value met `[s]`.
        value: u64,
        /// The permitted range, as text.
        range: &'static str,
    },
    /// The minimum goal is 0.
    #[error("min_goal = 0 is outside its permitted range (0, max_goal]")]
    MinGoal,
    /// The maximum goal is below the minimum.
    #[error("max_goal = {max} is below min_goal = {min}")]
    MaxGoal {
        /// Maximum goal.
        max: U256,
        /// Minimum goal.
        min: U256,
    },
    /// The exchange rate is 0.
    #[error("exchange_rate = 0 is outside its permitted range (0, inf)")]
    ExchangeRate,
    /// A share in parts per million out of range.
    #[error("{name} = {value} ppm is outside its permitted range {range}")]
    Share {
        /// Which share.
        name: &'static str,
        /// The value met `[ppm]`.
        value: u128,
        /// The permitted range, as text.
        range: &'static str,
    },
    /// A contribution of nothing.
    #[error("a contribution must be above 0")]
    ZeroContribution,
    /// The contribution exceeds what the membership score allows.
    #[error("contributions of {after} exceed the {allowed} that the membership score allows")]
    ScoreTooLow {
        /// Contributions after this one.
        after: U256,
        /// What the score allows.
        allowed: U256,
    },
    /// Nothing to refund.
    #[error("there is nothing to refund")]
    NothingToRefund,
    /// The deployed refund burns more than was minted, and reverts.
    #[error(
        "the refund would burn {burn} tokens, the contributor holds {held}: the deployed rule floors once where minting floored \
         for each contribution; set `refund` to \"burn-minted\""
    )]
    Burn {
        /// Tokens the deployed rule burns.
        burn: U256,
        /// Tokens held.
        held: U256,
    },
    /// Impact hours are left to claim.
    #[error("{left} impact hours are not claimed yet")]
    HoursUnclaimed {
        /// Hours left `[smallest unit]`.
        left: U256,
    },
    /// The oracle allows less than the minimum goal, so that the hatch can never succeed.
    #[error("membership scores allow {cap} in total, below min_goal = {min}")]
    CapBelowGoal {
        /// Σ scores · ratio.
        cap: U256,
        /// Minimum goal.
        min: U256,
    },
    /// An intermediate value does not fit 256 bits.
    #[error("{what} exceeds 256 bits")]
    Overflow {
        /// The product or sum.
        what: &'static str,
    },
}

impl HatchError {
    /// Revert text of the deployed contract, where it gives one.
    #[must_use]
    pub fn reason(&self) -> Option<&'static str> {
        match self {
            Self::State { .. } => Some("HATCH_INVALID_STATE"),
            Self::Time { .. } => Some("HATCH_INVALID_TIME_PERIOD"),
            Self::MinGoal => Some("HATCH_INVALID_MIN_GOAL"),
            Self::MaxGoal { .. } => Some("HATCH_INVALID_MAX_GOAL"),
            Self::ExchangeRate => Some("HATCH_INVALID_EXCHANGE_RATE"),
            Self::Share { .. } => Some("HATCH_INVALID_PCT"),
            Self::ZeroContribution => Some("HATCH_INVALID_CONTRIBUTE_VALUE"),
            Self::NothingToRefund => Some("HATCH_NOTHING_TO_REFUND"),
            Self::Burn { .. } => Some("TOK_BURN"),
            Self::HoursUnclaimed { .. } => Some("ERROR_IMPACT_HOURS_NOT_FULLY_CLAIMED"),
            Self::ScoreTooLow { .. } | Self::CapBelowGoal { .. } | Self::Overflow { .. } => None,
        }
    }
}

impl From<LedgerError> for HatchError {
    fn from(_: LedgerError) -> Self {
        Self::Overflow { what: "amount times ratio" }
    }
}

/// A refusal of the migration to the curve.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum UpgradeError {
    /// The split share exceeds 100 %.
    #[error("pct = {value} is outside its permitted range [0, 1e18]")]
    Share {
        /// The raw value at 18 decimals.
        value: u128,
    },
    /// Claims were prepared before.
    #[error("claims are already prepared")]
    AlreadyPrepared,
    /// There is no snapshot to claim from.
    #[error("there is no snapshot to claim from")]
    NoSnapshot,
    /// Claims have not been prepared.
    #[error("claims are not prepared")]
    NotPrepared,
    /// The holder has claimed.
    #[error("holder {holder} has already claimed")]
    AlreadyClaimed {
        /// The holder.
        holder: u32,
    },
    /// The plan was executed before.
    #[error("the plan is already executed")]
    AlreadyExecuted,
    /// The hatch is not closed.
    #[error("the upgrade needs a closed hatch, not one that is {state}")]
    HatchNotClosed {
        /// State of the hatch.
        state: &'static str,
    },
    /// An amount exceeds what it is taken from.
    #[error("{name} = {value} exceeds {limit}")]
    Exceeds {
        /// Parameter.
        name: &'static str,
        /// The value met.
        value: U256,
        /// What there is.
        limit: U256,
    },
    /// A parameter is out of range.
    #[error("{name} is outside its permitted range {range}")]
    OutOfRange {
        /// Parameter.
        name: &'static str,
        /// The permitted range, as text.
        range: &'static str,
    },
    /// Time ran backwards, or a schedule would exceed the clock.
    #[error("{name} does not fit the time line")]
    Time {
        /// Parameter.
        name: &'static str,
    },
    /// The curve's ledger refused.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
}

impl UpgradeError {
    /// Revert text of the deployed contract, where it gives one.
    #[must_use]
    pub fn reason(&self) -> Option<&'static str> {
        match self {
            Self::Share { .. } => Some("MIGRATION_TOOLS_INVALID_PCT"),
            Self::AlreadyPrepared => Some("MIGRATION_TOOLS_CLAIMS_ALREADY_PREPARED"),
            Self::NoSnapshot => Some("MIGRATION_TOOLS_NO_SNAPSHOT_TOKEN"),
            Self::NotPrepared => Some("MIGRATION_TOOLS_CLAIMS_NOT_PREPARED"),
            Self::AlreadyClaimed { .. } => Some("MIGRATION_TOOLS_TOKENS_ALREADY_CLAIMED"),
            Self::Ledger(error) => error.reason(),
            _ => None,
        }
    }
}

/// `value` if finite and `holds`.
pub(crate) fn within(
    name: &'static str,
    value: f64,
    holds: bool,
    range: &'static str,
) -> Result<f64, CommonsError> {
    finite(name, value)?;
    if holds { Ok(value) } else { Err(CommonsError::OutOfRange { name, value, range }) }
}

/// `value` if finite.
pub(crate) fn finite(name: &'static str, value: f64) -> Result<f64, CommonsError> {
    if value.is_finite() { Ok(value) } else { Err(CommonsError::NotFinite { name, value }) }
}

/// `value` if finite and 0 or above.
pub(crate) fn non_negative(name: &'static str, value: f64) -> Result<f64, CommonsError> {
    within(name, value, value >= 0.0, "[0, inf)")
}

/// `value` if finite and above 0.
pub(crate) fn positive(name: &'static str, value: f64) -> Result<f64, CommonsError> {
    within(name, value, value > 0.0, "(0, inf)")
}
