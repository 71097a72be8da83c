//! Numeric order of [`Decimal28`]: `1.0` equals `1.00`.
//!
//! Invariant: the order is total and agrees with that of the values.

use super::{Decimal28, digit_count};
use crate::wide::{U512, wide_ten_to};
use core::cmp::Ordering;

impl PartialEq for Decimal28 {
    fn eq(&self, other: &Self) -> bool {
        self.partial_cmp(other) == Some(Ordering::Equal)
    }
}

impl PartialOrd for Decimal28 {
    /// Numeric order: `1.0` equals `1.00`.
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        let sign = |n: &Self| {
            if n.coefficient.is_zero() {
                0i8
            } else if n.negative {
                -1
            } else {
                1
            }
        };
        if sign(self) != sign(other) {
            return Some(sign(self).cmp(&sign(other)));
        }
        let magnitude = |n: &Self| {
            digit_count(U512::from(n.coefficient)).saturating_add_signed(n.exponent.saturating_add(20_000))
        };
        let (a, b) = if self.negative { (other, self) } else { (self, other) };
        if a.coefficient.is_zero() {
            return Some(Ordering::Equal);
        }
        let by_magnitude = magnitude(a).cmp(&magnitude(b));
        if by_magnitude != Ordering::Equal {
            return Some(by_magnitude);
        }
        // Equal magnitude: the exponents differ by fewer than 77, the alignment fits 512 bits.
        let low = a.exponent.min(b.exponent);
        let aligned = |n: &Self| {
            wide_ten_to::<512, 8>(n.exponent.abs_diff(low))
                .and_then(|power| U512::from(n.coefficient).checked_mul(power))
        };
        aligned(a).partial_cmp(&aligned(b))
    }
}
