//! Checked integers of 256 bits that carry their first failure, so that a formula reads as it is printed.
//!
//! Rule: `a + b`, `a - b`, `a * b`, `a / b`, `a % b` on [`Int`] are those of unsigned integers, `/` floors. Where a result is below 0 or
//! beyond 256 bits, or a divisor is 0, the result is that [`Fault`], and what is computed from it is the same fault. [`Int::get`] asks
//! for the number.
//!
//! Assumption: nobody needs the second failure of a formula, since the contracts stop at the first.
//!
//! Invariant: no operation panics, none wraps.

use crate::wide::{U256, U512, isqrt};
use core::ops::{Add, Div, Mul, Rem, Sub};
use thiserror::Error;

/// What checked arithmetic refuses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Fault {
    /// A result below 0 or beyond its width.
    #[error("a result is below 0 or beyond its width")]
    OutOfRange,
    /// A divisor is 0.
    #[error("division by zero")]
    DivisionByZero,
}

impl Fault {
    /// The word of contracts with checked arithmetic: `panic 0x11` or `panic 0x12`.
    pub fn word(self) -> &'static str {
        match self {
            Self::OutOfRange => "panic 0x11",
            Self::DivisionByZero => "panic 0x12",
        }
    }
}

/// An unsigned integer of 256 bits, or the first fault on the way to it.
///
/// ```
/// use te_amm::exact::integer::{Fault, Int};
/// let (a, b) = (Int::from(7u64), Int::from(2u64));
/// assert_eq!((a * b / 3u64 - 4u64).get(), Int::from(0u64).get());
/// assert_eq!((b - a + 10u64).get(), Err(Fault::OutOfRange));
/// assert_eq!((a / 0u64).get(), Err(Fault::DivisionByZero));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Int(Result<U256, Fault>);

/// Where a quotient goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Round {
    /// To the floor.
    Down,
    /// To the ceiling.
    Up,
}

impl Int {
    /// Zero.
    pub const ZERO: Self = Self(Ok(U256::ZERO));

    /// The number.
    ///
    /// # Errors
    /// The first [`Fault`] on the way to it.
    #[inline]
    pub fn get(self) -> Result<U256, Fault> {
        self.0
    }

    /// The ceiling of the quotient.
    #[inline]
    #[must_use]
    pub fn div_up(self, divisor: impl Into<Self>) -> Self {
        self.divided(divisor.into(), Round::Up)
    }

    #[inline]
    fn divided(self, divisor: Self, round: Round) -> Self {
        self.with(divisor, |a, b| {
            if b.is_zero() {
                return Err(Fault::DivisionByZero);
            }
            let (quotient, rest) = a.div_rem(b);
            // A quotient with a rest has a divisor of at least 2, so it is far below the largest number.
            Ok(if round == Round::Up && !rest.is_zero() {
                quotient.wrapping_add(U256::from(1u64))
            } else {
                quotient
            })
        })
    }

    /// `self*factor/divisor` with a product of 512 bits.
    #[inline]
    #[must_use]
    pub fn mul_div(self, factor: impl Into<Self>, divisor: impl Into<Self>, round: Round) -> Self {
        let (factor, divisor) = (factor.into(), divisor.into());
        self.with(factor, |a, b| divisor.0.and_then(|d| mul_div(a, b, d, round)))
    }

    /// `floor(sqrt(self))`.
    #[must_use]
    pub fn sqrt(self) -> Self {
        Self(self.0.map(isqrt))
    }

    /// The distance of two numbers.
    #[must_use]
    pub fn distance(self, other: impl Into<Self>) -> Self {
        self.with(other.into(), |a, b| Ok(a.abs_diff(b)))
    }

    /// The smaller of two numbers.
    #[must_use]
    pub fn min(self, other: impl Into<Self>) -> Self {
        self.with(other.into(), |a, b| Ok(a.min(b)))
    }

    /// What is left of the number after the other is taken off, at least 0.
    #[must_use]
    pub fn less(self, other: impl Into<Self>) -> Self {
        self.with(other.into(), |a, b| Ok(a.saturating_sub(b)))
    }

    /// Whether the number is above the other.
    ///
    /// # Errors
    /// The first [`Fault`] of either.
    #[inline]
    pub fn above(self, other: impl Into<Self>) -> Result<bool, Fault> {
        Ok(self.0? > other.into().0?)
    }

    #[inline]
    fn with(self, other: Self, operation: impl FnOnce(U256, U256) -> Result<U256, Fault>) -> Self {
        match (self.0, other.0) {
            (Ok(a), Ok(b)) => Self(operation(a, b)),
            (Err(fault), _) | (_, Err(fault)) => Self(Err(fault)),
        }
    }
}

/// `a*b/d` with a product of 512 bits.
///
/// # Errors
/// [`Fault::DivisionByZero`]; [`Fault::OutOfRange`] for a quotient beyond 256 bits.
#[inline]
pub fn mul_div(a: U256, b: U256, d: U256, round: Round) -> Result<U256, Fault> {
    if d.is_zero() {
        return Err(Fault::DivisionByZero);
    }
    let one = U256::from(1u64);
    if let (short, false) = a.overflowing_mul(b) {
        let (quotient, rest) = short.div_rem(d);
        let up = round == Round::Up && !rest.is_zero();
        return if up { quotient.checked_add(one).ok_or(Fault::OutOfRange) } else { Ok(quotient) };
    }
    // 256 bits times 256 bits are 512 at most.
    let product = U512::from(a).wrapping_mul(U512::from(b));
    let (quotient, rest) = product.div_rem(U512::from(d));
    let floor = U256::checked_from_limbs_slice(quotient.as_limbs()).ok_or(Fault::OutOfRange)?;
    let up = round == Round::Up && !rest.is_zero();
    if up { floor.checked_add(one).ok_or(Fault::OutOfRange) } else { Ok(floor) }
}

impl From<U256> for Int {
    #[inline]
    fn from(value: U256) -> Self {
        Self(Ok(value))
    }
}

impl From<u64> for Int {
    #[inline]
    fn from(value: u64) -> Self {
        Self(Ok(U256::from(value)))
    }
}

impl From<u128> for Int {
    #[inline]
    fn from(value: u128) -> Self {
        Self(Ok(U256::from(value)))
    }
}

impl From<Fault> for Int {
    fn from(fault: Fault) -> Self {
        Self(Err(fault))
    }
}

macro_rules! operator {
    ($operator:ident, $method:ident, $checked:expr) => {
        impl<R: Into<Int>> $operator<R> for Int {
            type Output = Self;

            #[inline]
            fn $method(self, other: R) -> Self {
                self.with(other.into(), $checked)
            }
        }
    };
}

operator!(Add, add, |a, b| a.checked_add(b).ok_or(Fault::OutOfRange));
operator!(Sub, sub, |a, b| a.checked_sub(b).ok_or(Fault::OutOfRange));
operator!(Mul, mul, |a, b| a.checked_mul(b).ok_or(Fault::OutOfRange));
operator!(Div, div, |a, b| a.checked_div(b).ok_or(Fault::DivisionByZero));
operator!(Rem, rem, |a, b| a.checked_rem(b).ok_or(Fault::DivisionByZero));

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_fault_stays() {
        let (low, high) = (Int::from(1u64), Int::from(U256::MAX));
        assert_eq!((high + 1u64).get(), Err(Fault::OutOfRange));
        assert_eq!((high * 2u64 / 0u64).get(), Err(Fault::OutOfRange));
        assert_eq!((low % 0u64).get(), Err(Fault::DivisionByZero));
        assert_eq!(low.div_up(0u64).get(), Err(Fault::DivisionByZero));
        assert_eq!(high.mul_div(high, high, Round::Down).get(), Ok(U256::MAX));
        assert_eq!(high.mul_div(high, low, Round::Up).get(), Err(Fault::OutOfRange));
        assert_eq!(high.mul_div(high, 0u64, Round::Up).get(), Err(Fault::DivisionByZero));
        assert_eq!(low.less(high).get(), Ok(U256::ZERO));
        assert_eq!(Int::from(7u64).div_up(2u64).get(), Ok(U256::from(4u64)));
        assert_eq!(Int::from(7u64).mul_div(3u64, 2u64, Round::Up).get(), Ok(U256::from(11u64)));
    }
}
