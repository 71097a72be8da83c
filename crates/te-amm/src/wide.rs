//! Wide unsigned integers: exact products, directed quotients, floor square root.
//!
//! Everything that must be exact in this crate is computed here, in 256 or 512 bits, and rounded once. The quotient of a swap,
//! `a*b/d` of numbers that fit 96 and 127 bits, has a path of its own (`mul_div`) of about a hundred instructions; it gives the bits of
//! the wide division.
//!
//! Assumption: operands are amounts of at most 128 bits and fees of at most 60 bits, so products stay below
//! 512 bits; whatever can exceed a width is checked.
//!
//! Invariants: `floor(n/d) <= n/d <= ceil(n/d)`; `isqrt(n)^2 <= n < (isqrt(n) + 1)^2`.

mod mul_div;

use ruint::Uint;

pub(crate) use mul_div::{mul_div_ceil, mul_div_floor};
pub use ruint::aliases::{U256, U512};

/// Powers of ten that fit 128 bits, `10^0` to `10^38`.
const POWERS: [u128; 39] = {
    let mut table = [1u128; 39];
    let mut i = 1;
    while i < 39 {
        table[i] = table[i - 1] * 10;
        i += 1;
    }
    table
};

/// `10^exponent` where it fits 128 bits (exponent at most 38).
#[inline]
pub fn ten_to(exponent: u32) -> Option<u128> {
    POWERS.get(exponent as usize).copied()
}

/// `10^exponent` in a wide integer, `None` where it does not fit.
pub(crate) fn wide_ten_to<const BITS: usize, const LIMBS: usize>(exponent: u32) -> Option<Uint<BITS, LIMBS>> {
    let mut result = Uint::<BITS, LIMBS>::try_from(1u64).ok()?;
    let mut left = exponent;
    while left > 0 {
        let now = left.min(19);
        let factor = Uint::<BITS, LIMBS>::try_from(10u64.pow(now)).ok()?;
        result = result.checked_mul(factor)?;
        left = left.saturating_sub(now);
    }
    Some(result)
}

/// The product of two 128-bit integers, always exact.
#[inline]
pub fn product(a: u128, b: u128) -> U256 {
    U256::from(a).wrapping_mul(U256::from(b))
}

/// `floor(n/d)`, `None` if `d = 0` or the quotient exceeds 128 bits.
#[inline]
pub fn floor_div(n: U256, d: U256) -> Option<u128> {
    if d.is_zero() {
        return None;
    }
    narrow(n.wrapping_div(d))
}

/// `ceil(n/d)`, `None` if `d = 0` or the quotient exceeds 128 bits.
#[inline]
pub fn ceil_div(n: U256, d: U256) -> Option<u128> {
    if d.is_zero() {
        return None;
    }
    let (quotient, rest) = n.div_rem(d);
    let floor = narrow(quotient)?;
    if rest.is_zero() { Some(floor) } else { floor.checked_add(1) }
}

/// The value as 128 bits, `None` if it is larger.
#[inline]
pub fn narrow(n: U256) -> Option<u128> {
    let [a, b, c, d] = n.into_limbs();
    if c == 0 && d == 0 { Some(u128::from(a) | (u128::from(b) << 64)) } else { None }
}

/// `floor(sqrt(n))`, exact for every width.
///
/// Newton's iteration from above, seeded with the square root of the leading 62 bits in `f64`; it falls strictly until it
/// reaches the floor, two or three divisions for 256 bits.
pub fn isqrt<const BITS: usize, const LIMBS: usize>(n: Uint<BITS, LIMBS>) -> Uint<BITS, LIMBS> {
    let bits = n.bit_len();
    let shift = bits.saturating_sub(62).next_multiple_of(2);
    let Some(&top) = n.wrapping_shr(shift).as_limbs().first() else {
        return n;
    };
    if shift == 0 && top < (1 << 52) {
        // Exact in f64: the correctly rounded root of an integer below 2^52 has the right floor.
        return Uint::saturating_from((top as f64).sqrt().floor());
    }
    // `top < 2^62`, so the scaled root is below 2^52; adding two makes the seed an upper bound.
    let root = ((top as f64).sqrt() * 2_097_152.0).ceil() + 2.0;
    let half = shift.wrapping_shr(1);
    let seed = Uint::<BITS, LIMBS>::saturating_from(root);
    // Truncating `top` loses less than one part in 2^61, rounding to f64 one in 2^52: less than the two added.
    let mut x = if half >= 21 {
        seed.wrapping_shl(half.saturating_sub(21))
    } else {
        seed.wrapping_shr(21usize.saturating_sub(half)).saturating_add(Uint::saturating_from(1u64))
    };
    loop {
        let next = x.saturating_add(n.wrapping_div(x)).wrapping_shr(1);
        if next >= x {
            return x;
        }
        x = next;
    }
}

/// The nearest `f64`, for error messages and reports.
pub fn approximate<const BITS: usize, const LIMBS: usize>(n: Uint<BITS, LIMBS>) -> f64 {
    n.as_limbs().iter().rev().fold(0.0, |sum, &limb| sum * 18_446_744_073_709_551_616.0 + limb as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn square_roots_are_floors() {
        for n in [0u128, 1, 2, 3, 4, 8, 9, (1 << 52) - 1, 1 << 52, (1 << 62) - 1, 1 << 63, u128::MAX] {
            let r = isqrt(U256::from(n));
            assert!(
                r * r <= U256::from(n) && U256::from(n) < (r + U256::from(1)) * (r + U256::from(1)),
                "{n}"
            );
        }
        for base in [3u128, 99_999_999_999_999_999, (1 << 96) - 1, u128::MAX] {
            let square = product(base, base);
            assert_eq!(isqrt(square), U256::from(base));
            assert_eq!(isqrt(square - U256::from(1)), U256::from(base - 1));
        }
        let largest: U512 = isqrt(U512::MAX);
        assert_eq!(largest, (U512::from(1) << 256) - U512::from(1));
    }

    #[test]
    fn quotients_are_directed() {
        assert_eq!(floor_div(U256::from(7), U256::from(2)), Some(3));
        assert_eq!(ceil_div(U256::from(7), U256::from(2)), Some(4));
        assert_eq!(ceil_div(U256::from(8), U256::from(2)), Some(4));
        assert_eq!(floor_div(U256::from(7), U256::ZERO), None);
        assert_eq!(floor_div(U256::MAX, U256::from(1)), None);
        assert_eq!(ten_to(38), Some(100_000_000_000_000_000_000_000_000_000_000_000_000));
        assert_eq!(ten_to(39), None);
    }
}
