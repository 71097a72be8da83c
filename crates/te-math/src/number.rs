//! Checked arithmetic for formulas that are written once and run on `f64` or on exact decimals.
//!
//! Every operation states that its result must fit; what does not fit is an unmet need of the formula
//! ([`watch`](crate::watch)), never a NaN, an infinity or a panic that travels on.

use crate::select;
use crate::watch::{Watch, checked};
use std::error::Error;
use std::fmt::{self, Debug};

/// An operation of arithmetic.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    /// `a + b`.
    Sum,
    /// `a - b`.
    Difference,
    /// `a * b`.
    Product,
    /// `a / b`.
    Quotient,
    /// Another, by the name of its result.
    Other(&'static str),
}

impl Operation {
    /// What its result is called.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Sum => "sum",
            Self::Difference => "difference",
            Self::Product => "product",
            Self::Quotient => "quotient",
            Self::Other(name) => name,
        }
    }
}

/// Why an operation has no result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arithmetic {
    /// The result does not fit the type, or is not finite.
    Overflow(Operation),
    /// The divisor is zero.
    DivisionByZero,
}

impl fmt::Display for Arithmetic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Overflow(operation) => write!(f, "overflow in {}", operation.name()),
            Self::DivisionByZero => f.write_str("division by zero"),
        }
    }
}

impl Error for Arithmetic {}

/// A number of formulas, with checked arithmetic: `f64`; `rust_decimal::Decimal` with the feature `decimal`.
///
/// # Examples
/// ```
/// use te_math::{Arithmetic, Number, Operation, Watch, checked};
///
/// /// `a b / c`.
/// fn share<N: Number, W: Watch<Error = Arithmetic>>(w: &mut W, a: N, b: N, c: N) -> N {
///     a.times(b, w).over(c, w)
/// }
///
/// assert_eq!(checked(|w| share(w, 3.0, 4.0, 6.0)), Ok(2.0));
/// assert_eq!(checked(|w| share(w, 3.0, 4.0, 0.0)), Err(Arithmetic::DivisionByZero));
/// assert_eq!(checked(|w| share(w, 1e200, 1e200, 1.0)), Err(Arithmetic::Overflow(Operation::Product)));
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a number that formulas run on",
    note = "use `f64`, or `rust_decimal::Decimal` with te-math's feature `decimal`"
)]
pub trait Number: Copy + PartialOrd + Debug {
    /// 0.
    const ZERO: Self;
    /// 1.
    const ONE: Self;

    /// A small count.
    fn count(n: u32) -> Self;

    /// An `f64` next to it, for messages and pictures: of a decimal of many digits the last one may be off.
    fn approximate(self) -> f64;

    /// `-self`.
    #[must_use]
    fn negated(self) -> Self;

    /// `self + other`, which must fit.
    #[must_use]
    fn plus<W: Watch<Error: From<Arithmetic>>>(self, other: Self, w: &mut W) -> Self;

    /// `self - other`, which must fit.
    #[must_use]
    fn minus<W: Watch<Error: From<Arithmetic>>>(self, other: Self, w: &mut W) -> Self;

    /// `self * other`, which must fit.
    #[must_use]
    fn times<W: Watch<Error: From<Arithmetic>>>(self, other: Self, w: &mut W) -> Self;

    /// `self / other`, which must fit; `other` must not be zero.
    #[must_use]
    fn over<W: Watch<Error: From<Arithmetic>>>(self, other: Self, w: &mut W) -> Self;

    /// Whether the value is a number (always true of decimals).
    #[inline(always)]
    fn is_number(self) -> bool {
        true
    }

    /// `yes` where `mask` holds, else `no`.
    #[must_use]
    #[inline(always)]
    fn choose(mask: bool, yes: Self, no: Self) -> Self {
        select(mask, yes, no)
    }

    /// `other` where it is below `self`, else `self`.
    #[must_use]
    #[inline(always)]
    fn smaller(self, other: Self) -> Self {
        select(other < self, other, self)
    }

    /// `other` where it is above `self`, else `self`.
    #[must_use]
    #[inline(always)]
    fn larger(self, other: Self) -> Self {
        select(other > self, other, self)
    }

    /// `self` kept inside `[low, high]`; `low` must not exceed `high`.
    #[must_use]
    #[inline(always)]
    fn within(self, low: Self, high: Self) -> Self {
        self.larger(low).smaller(high)
    }

    /// `self + other`.
    ///
    /// # Errors
    /// [`Arithmetic::Overflow`].
    #[inline]
    fn try_add(self, other: Self) -> Result<Self, Arithmetic> {
        checked(|w| self.plus(other, w))
    }

    /// `self - other`.
    ///
    /// # Errors
    /// [`Arithmetic::Overflow`].
    #[inline]
    fn try_sub(self, other: Self) -> Result<Self, Arithmetic> {
        checked(|w| self.minus(other, w))
    }

    /// `self * other`.
    ///
    /// # Errors
    /// [`Arithmetic::Overflow`].
    #[inline]
    fn try_mul(self, other: Self) -> Result<Self, Arithmetic> {
        checked(|w| self.times(other, w))
    }

    /// `self / other`.
    ///
    /// # Errors
    /// [`Arithmetic::DivisionByZero`], [`Arithmetic::Overflow`].
    #[inline]
    fn try_div(self, other: Self) -> Result<Self, Arithmetic> {
        checked(|w| self.over(other, w))
    }
}

#[inline(always)]
fn fits<W: Watch<Error: From<Arithmetic>>>(value: f64, operation: Operation, w: &mut W) -> f64 {
    w.need(value.is_finite(), || Arithmetic::Overflow(operation));
    value
}

impl Number for f64 {
    const ZERO: Self = 0.0;
    const ONE: Self = 1.0;

    #[inline(always)]
    fn count(n: u32) -> Self {
        Self::from(n)
    }

    #[inline(always)]
    fn approximate(self) -> f64 {
        self
    }

    #[inline(always)]
    fn negated(self) -> Self {
        -self
    }

    #[inline(always)]
    fn plus<W: Watch<Error: From<Arithmetic>>>(self, other: Self, w: &mut W) -> Self {
        fits(self + other, Operation::Sum, w)
    }

    #[inline(always)]
    fn minus<W: Watch<Error: From<Arithmetic>>>(self, other: Self, w: &mut W) -> Self {
        fits(self - other, Operation::Difference, w)
    }

    #[inline(always)]
    fn times<W: Watch<Error: From<Arithmetic>>>(self, other: Self, w: &mut W) -> Self {
        fits(self * other, Operation::Product, w)
    }

    #[inline(always)]
    fn over<W: Watch<Error: From<Arithmetic>>>(self, other: Self, w: &mut W) -> Self {
        let value = self / other;
        let why = || {
            if other == 0.0 { Arithmetic::DivisionByZero } else { Arithmetic::Overflow(Operation::Quotient) }
        };
        // Zero over zero is NaN, anything else over zero infinite.
        w.need(value.is_finite(), why);
        value
    }

    #[inline(always)]
    fn is_number(self) -> bool {
        self.is_finite()
    }
}

#[cfg(feature = "decimal")]
mod decimal {
    use super::{Arithmetic, Number, Operation, Watch};
    use rust_decimal::Decimal;

    fn fits<W: Watch<Error: From<Arithmetic>>>(
        value: Option<Decimal>,
        what: Operation,
        w: &mut W,
    ) -> Decimal {
        w.take(value.ok_or(Arithmetic::Overflow(what)), Decimal::ZERO)
    }

    impl Number for Decimal {
        const ZERO: Self = Self::ZERO;
        const ONE: Self = Self::ONE;

        fn count(n: u32) -> Self {
            Self::from(n)
        }

        fn approximate(self) -> f64 {
            // At most 28 places: the power fits.
            self.mantissa() as f64 / 10u128.pow(self.scale()) as f64
        }

        fn negated(self) -> Self {
            -self
        }

        fn plus<W: Watch<Error: From<Arithmetic>>>(self, other: Self, w: &mut W) -> Self {
            fits(self.checked_add(other), Operation::Sum, w)
        }

        fn minus<W: Watch<Error: From<Arithmetic>>>(self, other: Self, w: &mut W) -> Self {
            fits(self.checked_sub(other), Operation::Difference, w)
        }

        fn times<W: Watch<Error: From<Arithmetic>>>(self, other: Self, w: &mut W) -> Self {
            fits(self.checked_mul(other), Operation::Product, w)
        }

        fn over<W: Watch<Error: From<Arithmetic>>>(self, other: Self, w: &mut W) -> Self {
            w.need(!other.is_zero(), || Arithmetic::DivisionByZero);
            fits(self.checked_div(other), Operation::Quotient, w)
        }
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn what_does_not_fit_is_an_error() {
            assert_eq!(Decimal::MAX.try_add(Decimal::ONE), Err(Arithmetic::Overflow(Operation::Sum)));
            assert_eq!(Decimal::ONE.try_div(Decimal::ZERO), Err(Arithmetic::DivisionByZero));
        }
    }
}
