//! What the formulas and the ledger of this crate refuse.
//!
//! [`FinanceError`] is for numbers, [`LedgerError`] for the contribution ledger. Both name what was refused and what
//! would have been accepted; a refused call leaves its receiver as it was.

#![expect(
    clippy::inline_always,
    reason = "a loop over columns of runs becomes vector code only where these are inlined"
)]

use te_math::Watch;

/// A number outside the domain of a formula, or a question that has no answer.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum FinanceError {
    /// An argument is not finite or lies outside its permitted range.
    #[error("{parameter} = {value} is refused, permitted is {allowed}")]
    OutOfRange {
        /// Name of the argument.
        parameter: &'static str,
        /// The value that was given.
        value: f64,
        /// The permitted range in words or as an interval.
        allowed: &'static str,
    },
    /// Valid arguments lead to a result beyond the finite numbers.
    #[error("{quantity} is not a finite number for these arguments")]
    NotFinite {
        /// The quantity that overflowed.
        quantity: &'static str,
    },
    /// A component's figure leaves the floats.
    #[error("{quantity} leaves the 64-bit numbers: {change}")]
    Beyond {
        /// The figure.
        quantity: &'static str,
        /// Which parameters to change, and how.
        change: &'static str,
    },
    /// A series has fewer entries than the formula needs.
    #[error("{series} has {given} entries, at least {needed} are needed")]
    TooFew {
        /// Name of the series.
        series: &'static str,
        /// Entries given.
        given: usize,
        /// Entries needed.
        needed: usize,
    },
    /// The flows are worth something at every rate.
    #[error("no internal rate of return ({sign_changes} sign changes in the cash flows)")]
    NoRoot {
        /// Sign changes in the series of cash flows.
        sign_changes: usize,
    },
    /// The flows are worth nothing at several rates: there is no single internal rate of return.
    #[error("{} internal rates of return: {}; choose the nearest to a guess, or discount at the rate of an alternative", rates.len(), listed(rates))]
    ManyRoots {
        /// All of them, the lowest first `[1/period]`.
        rates: Vec<f64>,
    },
    /// The flows are worth nothing only at a growth that is no float above 0 once 1 is taken off, or too large for one.
    #[error(
        "the internal rate of return has ln(1 + rate) = {log_growth}, which no 64-bit rate above -1 expresses; choose another period"
    )]
    RateBeyond {
        /// Logarithm of the growth per period `[1]`.
        log_growth: f64,
    },
    /// The flows are worth so nearly nothing over so wide a range that 64-bit numbers do not tell the rates apart.
    #[error(
        "the internal rates of return of flows with {sign_changes} sign changes lie too close to be told apart"
    )]
    Undecided {
        /// Sign changes in the series of cash flows.
        sign_changes: usize,
    },
}

/// Numbers as a list in a sentence.
fn listed(numbers: &[f64]) -> String {
    numbers.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

impl FinanceError {
    /// `Ok(value)` if `value` is finite and `permitted` holds, else [`FinanceError::OutOfRange`].
    pub(crate) fn require(
        parameter: &'static str,
        value: f64,
        permitted: bool,
        allowed: &'static str,
    ) -> Result<f64, Self> {
        if value.is_finite() && permitted {
            Ok(value)
        } else {
            Err(Self::OutOfRange { parameter, value, allowed })
        }
    }

    /// `Ok(value)` if the result is finite, else [`FinanceError::NotFinite`].
    pub(crate) fn finite(quantity: &'static str, value: f64) -> Result<f64, Self> {
        if value.is_finite() { Ok(value) } else { Err(Self::NotFinite { quantity }) }
    }

    /// `value` must be finite, and `permitted` hold.
    #[inline(always)]
    pub(crate) fn need<W: Watch<Error: From<Self>>>(
        w: &mut W,
        parameter: &'static str,
        value: f64,
        permitted: bool,
        allowed: &'static str,
    ) {
        w.need(value.is_finite() & permitted, || Self::OutOfRange { parameter, value, allowed });
    }

    /// A result, which must be finite.
    #[inline(always)]
    pub(crate) fn need_finite<W: Watch<Error: From<Self>>>(
        w: &mut W,
        quantity: &'static str,
        value: f64,
    ) -> f64 {
        w.need(value.is_finite(), || Self::NotFinite { quantity });
        value
    }
}

#[cfg(feature = "engine")]
impl From<FinanceError> for te_core::StepError {
    fn from(error: FinanceError) -> Self {
        Self::caused_by(error)
    }
}

/// An entry or a settlement that the contribution ledger refuses.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum LedgerError {
    /// A setting of the ledger is outside its range.
    #[error(transparent)]
    Setting(#[from] FinanceError),
    /// The same sample was recorded before.
    #[error("user {user} is already recorded in channel {channel} at second {time}")]
    DuplicateSample {
        /// Who.
        user: u32,
        /// Where.
        channel: u32,
        /// When `[s]`.
        time: u64,
    },
    /// Samples come in the order of time.
    #[error("a sample at second {time} comes after one at second {last}")]
    TimeWentBackwards {
        /// Time of the refused sample `[s]`.
        time: u64,
        /// Time of the latest sample `[s]`.
        last: u64,
    },
    /// The channel is not on the list of channels that count.
    #[error("channel {channel} is not one of the {known} channels that count")]
    UnknownChannel {
        /// The refused channel.
        channel: u32,
        /// How many channels count.
        known: usize,
    },
    /// A commit or model of this name was credited before.
    #[error("{kind} {name} is already credited to user {owner}")]
    DuplicateWork {
        /// `commit` or `model`.
        kind: &'static str,
        /// Hash or name of the work.
        name: String,
        /// Who has the credit.
        owner: u32,
    },
    /// A model that its lineage does not attribute to the user.
    #[error("model {name} is not attributed to user {user} by its lineage")]
    NotAuthor {
        /// Hash of the model.
        name: String,
        /// Who claimed it.
        user: u32,
    },
    /// Nobody contributed anything that the weights count.
    #[error("nothing to share: no contribution in any category with a positive weight")]
    NothingToShare,
    /// A payout too large for the integer ledger.
    #[error("payouts overflow the ledger's integers")]
    Overflow,
}

#[cfg(feature = "engine")]
impl From<LedgerError> for te_core::StepError {
    fn from(error: LedgerError) -> Self {
        Self::caused_by(error)
    }
}
