//! Checked integers of 256 bits with a sign, which carry their first failure.
//!
//! Rule: as [`Int`], for numbers in `[-2^255, 2^255)`; `/` cuts towards 0, a shift to the right floors.
//!
//! Assumption: nobody needs the second failure of a formula, since the contracts stop at the first.
//!
//! Invariant: no operation panics, none wraps.

use super::integer::{Fault, Int};
use crate::wide::U256;
use core::ops::{Add, Div, Mul, Neg, Shr, Sub};

/// A number with its sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Signed {
    /// Whether it is below 0.
    pub negative: bool,
    /// Its distance from 0.
    pub magnitude: U256,
}

/// A signed integer of 256 bits, or the first fault on the way to it.
///
/// ```
/// use te_amm::exact::signed::SignedInt;
/// let x = SignedInt::from(-7i64);
/// assert_eq!(x / SignedInt::from(2i64), SignedInt::from(-3i64));
/// assert_eq!(x >> 1, SignedInt::from(-4i64));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SignedInt(Result<Signed, Fault>);

impl SignedInt {
    /// The number.
    ///
    /// # Errors
    /// The first [`Fault`] on the way to it.
    #[inline]
    pub fn get(self) -> Result<Signed, Fault> {
        self.0
    }

    /// The number, which must not be below 0.
    #[must_use]
    pub fn unsigned(self) -> Int {
        match self.0 {
            Ok(Signed { negative: false, magnitude }) => magnitude.into(),
            Ok(_) => Fault::OutOfRange.into(),
            Err(fault) => fault.into(),
        }
    }

    /// Its distance from 0.
    #[must_use]
    pub fn magnitude(self) -> Int {
        match self.0 {
            Ok(Signed { magnitude, .. }) => magnitude.into(),
            Err(fault) => fault.into(),
        }
    }

    /// A sign and a magnitude; 0 has no sign.
    #[inline]
    fn new(negative: bool, magnitude: U256) -> Self {
        let bits = magnitude.bit_len();
        let least = negative && bits == 256 && magnitude.trailing_zeros() == 255;
        if bits > 255 && !least {
            return Self(Err(Fault::OutOfRange));
        }
        Self(Ok(Signed { negative: negative && !magnitude.is_zero(), magnitude }))
    }

    #[inline]
    fn with(self, other: Self, operation: impl FnOnce(Signed, Signed) -> Self) -> Self {
        match (self.0, other.0) {
            (Ok(a), Ok(b)) => operation(a, b),
            (Err(fault), _) | (_, Err(fault)) => Self(Err(fault)),
        }
    }
}

impl From<Signed> for SignedInt {
    fn from(Signed { negative, magnitude }: Signed) -> Self {
        Self::new(negative, magnitude)
    }
}

impl From<i64> for SignedInt {
    #[inline]
    fn from(value: i64) -> Self {
        Self::new(value < 0, U256::from(value.unsigned_abs()))
    }
}

impl From<Int> for SignedInt {
    #[inline]
    fn from(value: Int) -> Self {
        match value.get() {
            Ok(magnitude) => Self::new(false, magnitude),
            Err(fault) => Self(Err(fault)),
        }
    }
}

impl From<U256> for SignedInt {
    #[inline]
    fn from(value: U256) -> Self {
        Self::new(false, value)
    }
}

impl Neg for SignedInt {
    type Output = Self;

    #[inline]
    fn neg(self) -> Self {
        match self.0 {
            Ok(Signed { negative, magnitude }) => Self::new(!negative, magnitude),
            fault => Self(fault),
        }
    }
}

impl Add for SignedInt {
    type Output = Self;

    #[inline]
    fn add(self, other: Self) -> Self {
        self.with(other, |a, b| {
            if a.negative == b.negative {
                // Two magnitudes of at most 2^255 may add up to 2^256.
                return match a.magnitude.checked_add(b.magnitude) {
                    Some(sum) => Self::new(a.negative, sum),
                    None => Self(Err(Fault::OutOfRange)),
                };
            }
            let negative = if a.magnitude > b.magnitude { a.negative } else { b.negative };
            Self::new(negative, a.magnitude.abs_diff(b.magnitude))
        })
    }
}

impl Sub for SignedInt {
    type Output = Self;

    #[inline]
    fn sub(self, other: Self) -> Self {
        // Not by Neg: the least number has no opposite.
        match other.0 {
            Ok(Signed { negative, magnitude }) => {
                self.add(Self(Ok(Signed { negative: !negative && !magnitude.is_zero(), magnitude })))
            }
            fault => Self(fault),
        }
    }
}

impl Mul for SignedInt {
    type Output = Self;

    #[inline]
    fn mul(self, other: Self) -> Self {
        self.with(other, |a, b| match a.magnitude.checked_mul(b.magnitude) {
            Some(product) => Self::new(a.negative != b.negative, product),
            None => Self(Err(Fault::OutOfRange)),
        })
    }
}

impl Div for SignedInt {
    type Output = Self;

    #[inline]
    fn div(self, other: Self) -> Self {
        self.with(other, |a, b| match a.magnitude.checked_div(b.magnitude) {
            Some(quotient) => Self::new(a.negative != b.negative, quotient),
            None => Self(Err(Fault::DivisionByZero)),
        })
    }
}

impl Shr<usize> for SignedInt {
    type Output = Self;

    #[inline]
    fn shr(self, bits: usize) -> Self {
        match self.0 {
            Ok(Signed { negative, magnitude }) => {
                let floor = magnitude.wrapping_shr(bits);
                let cut = negative && magnitude.trailing_zeros() < bits && !magnitude.is_zero();
                // A floor that lost a bit is below 2^255.
                Self::new(negative, if cut { floor.wrapping_add(U256::from(1u64)) } else { floor })
            }
            fault => Self(fault),
        }
    }
}

#[cfg(test)]
#[allow(clippy::arithmetic_side_effects, reason = "the operators are checked")]
mod tests {
    use super::*;

    #[test]
    fn the_ends_of_the_range() {
        let least = SignedInt::new(true, U256::from(1u64) << 255);
        let one = SignedInt::from(1i64);
        assert!(least.get().is_ok() && (-least).get().is_err() && (least - one).get().is_err());
        assert_eq!(least - least, SignedInt::from(0i64));
        assert_eq!((least / SignedInt::from(0i64)).get(), Err(Fault::DivisionByZero));
        assert_eq!((least * SignedInt::from(-1i64)).get(), Err(Fault::OutOfRange));
        assert_eq!(SignedInt::from(-1i64) >> 96, SignedInt::from(-1i64));
        assert_eq!(SignedInt::from(-8i64) >> 2, SignedInt::from(-2i64));
        assert_eq!(SignedInt::from(3i64) - SignedInt::from(5i64), SignedInt::from(-2i64));
        assert!(SignedInt::from(-2i64).unsigned().get().is_err());
    }
}
