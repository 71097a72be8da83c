//! Formulas that are written once and run on f64 or on exact decimals.
//!
//! Rational formulas (the controllers, linear and geometric issuance) are generic over [`Number`]. On `f64` they are
//! for simulation; on [`Decimal`] (28 significant digits) they reproduce decimal references to 1e-20. Every operation
//! is checked: what does not fit is an error, never a NaN, an infinity or a panic.

#![expect(
    clippy::inline_always,
    reason = "a loop over columns of runs becomes vector code only where these are inlined"
)]

use core::fmt::Debug;

use rust_decimal::Decimal;
use te_core::math;

use crate::error::IssuanceError;

/// A number with checked arithmetic: `f64` or [`Decimal`].
pub trait Number: Copy + PartialOrd + Debug {
    /// Zero.
    const ZERO: Self;
    /// One.
    const ONE: Self;

    /// The number `n`.
    fn integer(n: u32) -> Self;

    /// The nearest f64, for messages.
    fn approximate(self) -> f64;

    /// `self + other`.
    ///
    /// # Errors
    /// The result does not fit.
    fn plus(self, other: Self) -> Result<Self, IssuanceError>;

    /// `self - other`.
    ///
    /// # Errors
    /// The result does not fit.
    fn minus(self, other: Self) -> Result<Self, IssuanceError>;

    /// `self * other`.
    ///
    /// # Errors
    /// The result does not fit.
    fn times(self, other: Self) -> Result<Self, IssuanceError>;

    /// `self / other`.
    ///
    /// # Errors
    /// `other` is zero, or the result does not fit.
    fn over(self, other: Self) -> Result<Self, IssuanceError>;

    /// `-self`.
    #[must_use]
    fn negated(self) -> Self;

    /// The smaller of two.
    #[must_use]
    fn smaller(self, other: Self) -> Self {
        if other < self { other } else { self }
    }

    /// The larger of two.
    #[must_use]
    fn larger(self, other: Self) -> Self {
        if other > self { other } else { self }
    }

    /// `self` kept inside `[low, high]`; `low` must not exceed `high`.
    #[must_use]
    fn within(self, low: Self, high: Self) -> Self {
        self.larger(low).smaller(high)
    }
}

impl Number for f64 {
    const ZERO: Self = 0.0;
    const ONE: Self = 1.0;

    fn integer(n: u32) -> Self {
        Self::from(n)
    }

    fn approximate(self) -> f64 {
        self
    }

    fn plus(self, other: Self) -> Result<Self, IssuanceError> {
        fits("an addition", self + other)
    }

    fn minus(self, other: Self) -> Result<Self, IssuanceError> {
        fits("a subtraction", self - other)
    }

    fn times(self, other: Self) -> Result<Self, IssuanceError> {
        fits("a multiplication", self * other)
    }

    fn over(self, other: Self) -> Result<Self, IssuanceError> {
        if other == 0.0 {
            return Err(IssuanceError::DivisionByZero { operation: "a division" });
        }
        fits("a division", self / other)
    }

    fn negated(self) -> Self {
        -self
    }

    #[inline(always)]
    fn smaller(self, other: Self) -> Self {
        math::select(other < self, other, self)
    }

    #[inline(always)]
    fn larger(self, other: Self) -> Self {
        math::select(other > self, other, self)
    }

    #[inline(always)]
    fn within(self, low: Self, high: Self) -> Self {
        self.larger(low).smaller(high)
    }
}

impl Number for Decimal {
    const ZERO: Self = Decimal::ZERO;
    const ONE: Self = Decimal::ONE;

    fn integer(n: u32) -> Self {
        Self::from(n)
    }

    fn approximate(self) -> f64 {
        f64::try_from(self).unwrap_or(f64::NAN)
    }

    fn plus(self, other: Self) -> Result<Self, IssuanceError> {
        self.checked_add(other).ok_or(IssuanceError::Overflow { operation: "an addition" })
    }

    fn minus(self, other: Self) -> Result<Self, IssuanceError> {
        self.checked_sub(other).ok_or(IssuanceError::Overflow { operation: "a subtraction" })
    }

    fn times(self, other: Self) -> Result<Self, IssuanceError> {
        self.checked_mul(other).ok_or(IssuanceError::Overflow { operation: "a multiplication" })
    }

    fn over(self, other: Self) -> Result<Self, IssuanceError> {
        if other.is_zero() {
            return Err(IssuanceError::DivisionByZero { operation: "a division" });
        }
        self.checked_div(other).ok_or(IssuanceError::Overflow { operation: "a division" })
    }

    fn negated(self) -> Self {
        -self
    }
}

fn fits(operation: &'static str, value: f64) -> Result<f64, IssuanceError> {
    if value.is_finite() { Ok(value) } else { Err(IssuanceError::Overflow { operation }) }
}

/// Refuses a value that is not a number, or for which `ok` is false.
pub(crate) fn demand<N: Number>(
    name: &'static str,
    value: N,
    ok: bool,
    allowed: &'static str,
) -> Result<N, IssuanceError> {
    let near = value.approximate();
    if near.is_finite() && ok {
        Ok(value)
    } else {
        Err(IssuanceError::InvalidParameter { name, value: near, allowed })
    }
}

/// Refuses a value below zero.
pub(crate) fn demand_non_negative<N: Number>(name: &'static str, value: N) -> Result<N, IssuanceError> {
    demand(name, value, value >= N::ZERO, "a finite number >= 0")
}

/// Refuses a value that is not above zero.
pub(crate) fn demand_positive<N: Number>(name: &'static str, value: N) -> Result<N, IssuanceError> {
    demand(name, value, value > N::ZERO, "a finite number > 0")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_leaves_the_range_silently() {
        assert!(f64::MAX.times(2.0).is_err());
        assert!(1.0_f64.over(0.0).is_err());
        assert!(Decimal::MAX.plus(Decimal::ONE).is_err());
        assert!(Decimal::ONE.over(Decimal::ZERO).is_err());
    }
}
