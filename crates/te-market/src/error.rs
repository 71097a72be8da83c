//! What the formulas of this crate refuse.

#![expect(
    clippy::inline_always,
    reason = "a loop over columns of runs becomes vector code only where these are inlined"
)]

use te_math::Watch;

/// A number outside the domain of a formula, or a result beyond the finite numbers.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum MarketError {
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
    /// Valid arguments ask for more than the model counts.
    #[error("{quantity} exceed {most}: {change}")]
    TooMany {
        /// What there would be too many of.
        quantity: &'static str,
        /// The most that is counted.
        most: f64,
        /// Which parameters to change.
        change: &'static str,
    },
}

impl MarketError {
    /// `Ok(value)` if `value` is finite and `permitted` holds, else [`MarketError::OutOfRange`].
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

    /// `Ok(value)` if the result is finite, else [`MarketError::NotFinite`].
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

    /// A price computed from valid arguments, which must be finite and positive (not underflowed).
    #[inline(always)]
    pub(crate) fn need_price<W: Watch<Error: From<Self>>>(w: &mut W, price: f64) -> f64 {
        w.need(price.is_finite() & (price > 0.0), || Self::NotFinite { quantity: "price" });
        price
    }

    /// A number of jumps: NaN where more are expected than a Poisson law counts.
    #[inline(always)]
    pub(crate) fn need_countable<W: Watch<Error: From<Self>>>(w: &mut W, jumps: f64) {
        w.need(!jumps.is_nan(), || Self::TooMany {
            quantity: "expected jumps of a step",
            most: 1.8e19,
            change: "lower `jump_rate` or shorten the step",
        });
    }
}

#[cfg(feature = "engine")]
impl From<MarketError> for te_core::StepError {
    fn from(error: MarketError) -> Self {
        Self::caused_by(error)
    }
}
