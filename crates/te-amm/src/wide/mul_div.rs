//! `a*b/d` of amounts: two digits of 48 bits, each guessed in `f64`, and one exact correction.
//!
//! For `a < 2^96` and `b < d < 2^127` the quotient is below `a`, so it has two digits in base `2^48`; a double holds such a digit with
//! five bits to spare. A digit is the integer nearest to a floating-point quotient of leading bits, and what it leaves of the dividend is
//! computed in integers, so the error of a guess never reaches the result. There is no loop, and no branch that depends on the amounts.
//!
//! # Proof
//! Shift `b` and `d` left until `2^126 <= d < 2^127`: the quotient `Q = a*b/d` is the same, and `n = a*b < 2^223`. Let `u = 2^-53`, the
//! relative error of one rounding to `f64`.
//!
//! 1. `D = floor(d/2^64)` is in `[2^62, 2^63)` and within `2^-62` of `d/2^64`, relatively. Its conversion and `s = 2^48/D` err by `u` each.
//! 2. `N = floor(n/2^160) < 2^63`. Now `Q/2^48 = (n/2^160)/(d/2^64)*2^48 < 2^48`, and `v = N*s` misses it by less than
//!    `(4*u + 2^-61)*2^48 < 0.126` for the roundings (`D`, `s`, `N`, product) and `2^48/2^62` for the bits cut off `n`. The nearest
//!    integer `m` of `v` misses it by less than 0.63, so `R = n - m*2^48*d` has `|R| < 0.63*2^48*d < 2^175`: 192 bits hold it in two's
//!    complement.
//! 3. `T = floor(R/2^112)` is an `i64`, and `w = T*s` misses `R/d` by less than `0.63*0.126 + 2^-14`, by the same count. The nearest
//!    integer `k` of `w` misses it by less than 0.58, so `S = R - k*d` has `|S| < 0.58*d < 2^127`: the lowest 128 bits hold it.
//! 4. `Q = m*2^48 + k + S/d` with `|S/d| < 1`. The floor is one below `m*2^48 + k` if `S < 0`, the ceiling one above if `S > 0`.
//!
//! `a < 2^96` and `Q < a` bound every integer above, so nothing wraps but the parts of `R` and `S` that cancel.
//!
//! Source: Knuth, The Art of Computer Programming 2, section 4.3.1, for guessed digits; IEEE 754 for the error of one operation.

#![expect(clippy::cast_possible_truncation, reason = "the low half of a number is what is asked for")]

/// `1.5*2^52`, around which doubles are the integers: adding it rounds to the nearest one.
const NEAREST: f64 = 6_755_399_441_055_744.0;

/// `2^48`.
const DIGIT: f64 = 281_474_976_710_656.0;

/// `floor(a*b/d)`, `None` unless `a < 2^96` and `b < d < 2^127`.
#[inline]
pub(crate) fn mul_div_floor(a: u128, b: u128, d: u128) -> Option<u128> {
    let (near, rest) = mul_div_near(a, b, d)?;
    Some(near.wrapping_sub(u128::from(rest < 0)))
}

/// `ceil(a*b/d)`, `None` unless `a < 2^96` and `b < d < 2^127`.
#[inline]
pub(crate) fn mul_div_ceil(a: u128, b: u128, d: u128) -> Option<u128> {
    let (near, rest) = mul_div_near(a, b, d)?;
    Some(near.wrapping_add(u128::from(rest > 0)))
}

/// The integer `m*2^48 + k` of the proof, within one of the quotient, and `S`, whose sign tells on which side.
#[inline]
fn mul_div_near(a: u128, b: u128, d: u128) -> Option<(u128, i128)> {
    if b >= d || d >= 1 << 127 || a >= 1 << 96 {
        return None;
    }
    let shift = d.leading_zeros().wrapping_sub(1);
    let (b, d) = (b.wrapping_shl(shift), d.wrapping_shl(shift));
    let scale = DIGIT / high(d).cast_signed() as f64;

    // n = n2*2^128 + n0 with n2 below 2^95, in limbs of 128 bits.
    let (p0, p2) = times(low(a), b);
    let (q0, q2) = times(high(a), b);
    let (middle, carry) = join(p2, high(p0)).overflowing_add(q0);
    let n0 = join(low(middle), low(p0));
    let n2 = join(q2.wrapping_add(u64::from(carry)), high(middle));

    let m = nearest(low(n2.wrapping_shr(32)).cast_signed() as f64 * scale);
    let (p0, p2) = times(m.cast_unsigned(), d);
    let (r0, borrow) = n0.overflowing_sub(p0.wrapping_shl(48));
    let r2 =
        low(n2).wrapping_sub(p2.wrapping_shl(48) | low(p0.wrapping_shr(80))).wrapping_sub(u64::from(borrow));

    let k =
        i128::from(nearest((r2.wrapping_shl(16) | low(r0.wrapping_shr(112))).cast_signed() as f64 * scale));
    let rest = r0.wrapping_sub(k.cast_unsigned().wrapping_mul(d)).cast_signed();
    Some((i128::from(m).wrapping_shl(48).wrapping_add(k).cast_unsigned(), rest))
}

/// The integer nearest to `x`, `|x| < 2^51`.
#[inline]
fn nearest(x: f64) -> i64 {
    (x + NEAREST).to_bits().wrapping_sub(NEAREST.to_bits()).cast_signed()
}

/// The product of 64 and 128 bits: its lowest 128 bits and its highest 64.
#[inline]
fn times(a: u64, b: u128) -> (u128, u64) {
    let below = u128::from(a).wrapping_mul(u128::from(low(b)));
    // (2^64 - 1)^2 + 2^64 - 1 is below 2^128.
    let above = u128::from(a).wrapping_mul(u128::from(high(b))).wrapping_add(below.wrapping_shr(64));
    (join(low(above), low(below)), high(above))
}

#[inline]
fn join(high: u64, low: u64) -> u128 {
    u128::from(high).wrapping_shl(64) | u128::from(low)
}

#[inline]
fn high(n: u128) -> u64 {
    n.wrapping_shr(64) as u64
}

#[inline]
fn low(n: u128) -> u64 {
    n as u64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wide::U512;
    use proptest::prelude::*;

    fn wide(a: u128, b: u128, d: u128) -> (U512, U512) {
        let (floor, rest) = (U512::from(a) * U512::from(b)).div_rem(U512::from(d));
        (floor, if rest.is_zero() { floor } else { floor + U512::from(1) })
    }

    fn agrees(a: u128, b: u128, d: u128) -> Result<(), TestCaseError> {
        let (floor, ceil) = wide(a, b, d);
        prop_assert_eq!(mul_div_floor(a, b, d).map(U512::from), Some(floor), "{} {} {}", a, b, d);
        prop_assert_eq!(mul_div_ceil(a, b, d).map(U512::from), Some(ceil), "{} {} {}", a, b, d);
        Ok(())
    }

    /// Numbers of up to so many bits: of every length, and next to a power of two.
    fn below(bits: u32) -> impl Strategy<Value = u128> {
        let largest = (1u128 << bits) - 1;
        prop_oneof![
            (0..bits, any::<u128>()).prop_map(|(length, seed)| seed & ((2u128 << length) - 1)),
            (0..bits, -3i128..=3)
                .prop_map(move |(power, by)| (1u128 << power).saturating_add_signed(by).min(largest)),
            (0u128..4).prop_map(move |by| largest - by),
            (0..bits, 0..bits).prop_map(move |(i, j)| largest ^ (1 << i) ^ (1 << j)),
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 20_000, ..ProptestConfig::default() })]

        #[test]
        fn equals_the_wide_division(a in below(96), b in below(127), d in below(127)) {
            if b < d {
                agrees(a, b, d)?;
            } else if d > 0 {
                prop_assert_eq!(mul_div_floor(a, b, d), None);
                agrees(a, b % d, d)?;
                agrees(a, d - 1, d)?;
            }
        }

        /// `q*t*m/(t*m)` is whole; one more or less in a factor misses that by little.
        #[test]
        fn equals_it_next_to_whole_quotients(q in below(64), t in below(31), m in below(95)) {
            let (a, b, d) = (q * t, m, t * m);
            for a in [a.saturating_sub(1), a, a + 1] {
                for d in [d.saturating_sub(1), d, d + 1] {
                    if b < d {
                        agrees(a, b, d)?;
                    }
                }
            }
        }
    }

    #[test]
    fn the_edges_of_the_domain() {
        let (a, d) = ((1u128 << 96) - 1, (1u128 << 127) - 1);
        for (a, b, d) in
            [(0, 0, 1), (1, 0, 1), (a, 0, 1), (a, 1, 2), (a, d - 1, d), (a, d / 2, d), (1, d - 1, d)]
        {
            agrees(a, b, d).unwrap();
        }
        for (a, b, d) in
            [(a + 1, 1, 2), (1, 1, 1), (1, 2, 1), (1, 0, 0), (1, 1, d + 1), (u128::MAX, u128::MAX, u128::MAX)]
        {
            assert_eq!(mul_div_floor(a, b, d), None);
            assert_eq!(mul_div_ceil(a, b, d), None);
        }
    }
}
