//! `a*b/d` for amounts: two digits of 48 bits, each guessed in `f64`, and one exact correction.
//!
//! For `a < 2^96` and `b < d < 2^127` the quotient is below `a`, so it has two digits in base `2^48`. A double's 53 bits hold such
//! a digit with five to spare. Each digit is the nearest integer to a floating-point quotient of leading bits; what is left of the
//! dividend is then computed exactly in integers, so no rounding of the guess reaches the result. There is no loop and no branch
//! that depends on the amounts, which is what a general 256-bit division spends its time on.
//!
//! # Proof
//! Write `u = 2^-53`. Shift `b` and `d` left by the same number of bits until `2^126 <= d < 2^127`; the quotient `Q = a*b/d` is the same.
//! `n = a*b < 2^223`.
//!
//! 1. `D = floor(d/2^64)` lies in `[2^62, 2^63)`, so it is an `i64`, and `d = 2^64*D*(1 + e)` with `|e| < 2^-62`. Its conversion
//!    and its reciprocal `r` lose a relative `u` each.
//! 2. `N = floor(n/2^160) < 2^63`. Since `Q/2^48 = (n/2^160)/(d/2^64)*2^48 < 2^48`, the guess `v = N*(2^48*r)` misses `Q/2^48`
//!    by at most `4*u*2^48 < 0.126` (conversions of `D` and `N`, reciprocal, product; `e` is far below) and by `2^48/2^62` for the bits cut off `n`.
//!    Rounded to the nearest integer, `m` misses it by less than 0.64: `R = n - m*2^48*d` has `|R| < 0.64*2^48*d < 2^175`, which 192 bits
//!    in two's complement hold.
//! 3. `T = floor(R/2^112)` is an `i64`, and by the same count `w = T*(2^48*r)` misses `R/d` by less than `0.64*0.126 + 2^-14`. Rounded
//!    to the nearest integer, `k` misses it by less than 0.59: `S = R - k*d` has `|S| < 0.59*d < 2^127`, so its lowest 128 bits, read as an `i128`,
//!    are `S`.
//! 4. `Q = m*2^48 + k + S/d` with `|S/d| < 1`: the floor is one less than the integer part where `S < 0`, the ceiling one more where `S > 0`.
//!
//! Rounding to the nearest integer adds 1.5*2^52, where doubles are one apart; `|v|` and `|w|` are at most `2^48 + 1`.
//!
//! Source: Knuth, The Art of Computer Programming 2, 4.3.1, for guessed digits; IEEE 754 for the errors of one operation.
#![expect(clippy::cast_possible_truncation, reason = "the low half of a number is what is asked for")]

/// `1.5*2^52`: the doubles around it are the integers.
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
    let r2 = low(n2)
        .wrapping_sub(p2.wrapping_shl(48) | low(p0.wrapping_shr(80)))
        .wrapping_sub(u64::from(borrow));

    let k = i128::from(nearest((r2.wrapping_shl(16) | low(r0.wrapping_shr(112))).cast_signed() as f64 * scale));
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
