//! Sine, cosine, tangent and their inverses.
//!
//! # Method
//! `x = k pi/2 + r + r'` with `|r| <= pi/4`: up to 2^20 by three parts of `pi/2` whose products with `k` are exact (Cody and Waite
//! 1980), beyond by the bits of `2/pi` that matter, multiplied as whole numbers (Payne and Hanek 1983). Then
//! `sin r = r + r³ S(r²)` and `cos r = 1 - r²/2 + r⁴ C(r²)`, each in two doubles; a tangent is their quotient.
//!
//! `atan x = atan c + atan t` with `t = (x - c) / (1 + c x)` for the nearest `c` of 0, 1/2, 1, 3/2 and infinity, so that
//! `|t| <= 7/16`; `atan t = t + t³ A(t²)`. `asin x = x + x³ R(x²)` up to 1/2, beyond
//! `pi/2 - 2 asin √((1 - x) / 2)`. What is rounded on the way is carried in a second double.
//!
//! The polynomials are interpolations at Chebyshev's points, computed with mpmath at 200 bits.

use super::parts::{high, sum};
use std::f64::consts::PI;

const SINE: [f64; 7] = [
    -0.16666666666666666,
    0.008333333333333331,
    -0.00019841269841265017,
    2.755731921930192e-06,
    -2.5052106219521895e-08,
    1.6058529572267877e-10,
    -7.586576588171073e-13,
];
const COSINE: [f64; 6] = [
    0.041666666666666664,
    -0.0013888888888887382,
    2.480158729874307e-05,
    -2.7557317260008837e-07,
    2.0876143827993133e-09,
    -1.1382456778061306e-11,
];
const ARCTANGENT: [f64; 13] = [
    -0.3333333333333333,
    0.1999999999999997,
    -0.1428571428570583,
    0.11111111110136515,
    -0.0909090903239523,
    0.07692305595351259,
    -0.0666661824309051,
    0.05881599577202264,
    -0.052550703097115424,
    0.04701513191898762,
    -0.040362609337732246,
    0.029143852068959718,
    -0.012490982798249922,
];
const ARCSINE: [f64; 14] = [
    0.16666666666666666,
    0.07500000000000119,
    0.04464285714255019,
    0.030381944475693704,
    0.022372157435623815,
    0.017352816768546473,
    0.013963775787848137,
    0.011566511821890942,
    0.00962140274734483,
    0.009322101501082774,
    0.0030350071727267623,
    0.019579201619744684,
    -0.019277545928584557,
    0.02963502626354855,
];

/// `pi/2` in two doubles; `pi` is twice as much.
const HALF_PI: f64 = std::f64::consts::FRAC_PI_2;
const HALF_PI_LOW: f64 = 6.123233995736766e-17;
/// `pi/2` in three parts, of which the first two have 33 bits.
const PARTS: [f64; 3] = [1.5707963267341256, 6.077100506303966e-11, 2.0222662487959506e-21];
/// Beyond it the products of these parts are no longer exact.
const MODERATE: f64 = 1_048_576.0;

/// The first 1,280 bits of `2/pi`.
const TWO_OVER_PI: [u64; 20] = [
    0xa2f9836e4e441529,
    0xfc2757d1f534ddc0,
    0xdb6295993c439041,
    0xfe5163abdebbc561,
    0xb7246e3a424dd2e0,
    0x06492eea09d1921c,
    0xfe1deb1cb129a73e,
    0xe88235f52ebb4484,
    0xe99c7026b45f7e41,
    0x3991d639835339f4,
    0x9c845f8bbdf9283b,
    0x1ff897ffde05980f,
    0xef2f118b5a0a6d1f,
    0x6d367ecf27cb09b7,
    0x4f463f669e5fea2d,
    0x7527bac7ebe5f17b,
    0x3d0739f78a5292ea,
    0x6bfb5fb11f8d5d08,
    0x56033046fc7b6bab,
    0xf0cfbc209af4361d,
];

/// `c0 + c1 z + c2 z² + …`.
#[inline(always)]
fn polynomial<const N: usize>(coefficients: &[f64; N], z: f64) -> f64 {
    coefficients.iter().rev().fold(0.0, |value, c| value * z + c)
}

/// `a + b` and its rounding error, for any sizes.
#[inline(always)]
fn any_sum(a: f64, b: f64) -> (f64, f64) {
    let total = a + b;
    let part = total - a;
    (total, (a - (total - part)) + (b - part))
}

/// `a b` and its rounding error, where neither overflows nor underflows.
#[inline(always)]
fn product(a: f64, b: f64) -> (f64, f64) {
    let whole = a * b;
    let (a_high, b_high) = (high(a), high(b));
    let (a_low, b_low) = (a - a_high, b - b_high);
    (whole, ((a_high * b_high - whole) + a_high * b_low + a_low * b_high) + a_low * b_low)
}

/// `(n + n_low) / (d + d_low)` in two doubles.
#[inline(always)]
fn divide(n: f64, n_low: f64, d: f64, d_low: f64) -> (f64, f64) {
    let q = n / d;
    let (whole, rest) = product(q, d);
    let low = (((n - whole) - rest) + n_low - q * d_low) / d;
    sum(q, low)
}

/// The quarter turn, modulo 4, in which a finite `x` lies, and what is left of it in two doubles.
#[inline(always)]
fn reduce(x: f64) -> (u32, f64, f64) {
    if x.abs() < MODERATE { near(x) } else { far(x) }
}

#[inline(always)]
fn near(x: f64) -> (u32, f64, f64) {
    /// `1.5 · 2^52`: adding it leaves the nearest integer in the low bits.
    const ROUND: f64 = 6755399441055744.0;
    let shifted = x * std::f64::consts::FRAC_2_PI + ROUND;
    let k = shifted - ROUND;
    let (first, first_low) = any_sum(x - k * PARTS[0], -(k * PARTS[1]));
    let (r, r_low) = any_sum(first, first_low - k * PARTS[2]);
    (u32::from(shifted.to_bits() & 1 != 0) + 2 * u32::from(shifted.to_bits() & 2 != 0), r, r_low)
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "words of a product are cut on purpose, and a fraction becomes two doubles"
)]
/// `x 2/pi` modulo 4 from the 192 bits of `2/pi` that matter.
fn far(x: f64) -> (u32, f64, f64) {
    let bits = x.abs().to_bits();
    let exponent = (bits >> 52) as usize;
    let whole = (bits & 0x000f_ffff_ffff_ffff) | 0x0010_0000_0000_0000;
    // x = whole 2^(exponent - 1075). The first bit that matters has the weight 2 in the product: it is bit `exponent - 1077`
    // of 2/pi, counted from 0, and bit `exponent - 1013` after a word of zeros. Here exponent >= 1043.
    let first = exponent - 1013;
    let word = |at: usize| match at.checked_sub(1) {
        Some(at) => TWO_OVER_PI.get(at).copied().unwrap_or(0),
        None => 0,
    };
    let shift = first % 64;
    let window = |at: usize| {
        let pair = (u128::from(word(first / 64 + at)) << 64) | u128::from(word(first / 64 + at + 1));
        ((pair << shift) >> 64) as u64
    };
    let low = u128::from(window(2)) * u128::from(whole);
    let middle = u128::from(window(1)) * u128::from(whole) + (low >> 64);
    let top = window(0).wrapping_mul(whole).wrapping_add((middle >> 64) as u64);
    let product = (u128::from(top) << 64) | u128::from(middle as u64);
    // Two bits before the point; the rest as a fraction from -1/2 to 1/2 with 128 bits.
    let fraction = ((product << 2) | u128::from((low as u64) >> 62)).cast_signed();
    let quarter = ((top >> 62) as u32).wrapping_add(u32::from(fraction < 0));
    let part = fraction as f64;
    let rest = fraction.wrapping_sub(part as i128) as f64;
    let scale = f64::from_bits((1023 - 128) << 52);
    let (turn, turn_low) = (part * scale, rest * scale);
    let (r, low) = self::product(turn, HALF_PI);
    let (r, r_low) = sum(r, low + (turn * HALF_PI_LOW + turn_low * HALF_PI));
    if x < 0.0 { (0_u32.wrapping_sub(quarter) & 3, -r, -r_low) } else { (quarter & 3, r, r_low) }
}

/// The sine of `r + r_low` in two doubles.
#[inline(always)]
fn sine(r: f64, r_low: f64) -> (f64, f64) {
    let z = r * r;
    sum(r, z * r * polynomial(&SINE, z) + r_low * (1.0 - 0.5 * z))
}

/// The cosine of `r + r_low` in two doubles.
#[inline(always)]
fn cosine(r: f64, r_low: f64) -> (f64, f64) {
    let (z, z_low) = product(r, r);
    let (w, w_low) = sum(1.0, -0.5 * z);
    sum(w, w_low + (z * z * polynomial(&COSINE, z) - (0.5 * z_low + r * r_low)))
}

/// The sine of `x`, an angle in radians.
///
/// Largest error measured: see [`math`](super). `sin(±0) = ±0`, `sin(±inf) = NaN`.
///
/// # Examples
/// ```
/// assert_eq!(te_math::sin(1e22), -0.8522008497671888);
/// ```
#[inline(always)]
pub fn sin(x: f64) -> f64 {
    if x.abs() < 1e-9 {
        // Also a zero, whose sign stays, and what is subnormal.
        return x;
    }
    if !x.is_finite() {
        return f64::NAN;
    }
    let (quarter, r, r_low) = reduce(x);
    let (value, low) = if quarter & 1 == 0 { sine(r, r_low) } else { cosine(r, r_low) };
    let value = value + low;
    if quarter & 2 == 0 { value } else { -value }
}

/// The cosine of `x`, an angle in radians.
///
/// Largest error measured: see [`math`](super). `cos(±0) = 1`, `cos(±inf) = NaN`.
///
/// # Examples
/// ```
/// assert_eq!(te_math::cos(0.5), 0.8775825618903728);
/// ```
#[inline(always)]
pub fn cos(x: f64) -> f64 {
    if !x.is_finite() {
        return f64::NAN;
    }
    let (quarter, r, r_low) = reduce(x);
    let (value, low) = if quarter & 1 == 0 { cosine(r, r_low) } else { sine(r, r_low) };
    let value = value + low;
    if quarter == 1 || quarter == 2 { -value } else { value }
}

/// The tangent of `x`, an angle in radians.
///
/// Largest error measured: see [`math`](super). `tan(±0) = ±0`, `tan(±inf) = NaN`.
///
/// # Examples
/// ```
/// assert_eq!(te_math::tan(1.0), 1.5574077246549023);
/// ```
#[inline(always)]
pub fn tan(x: f64) -> f64 {
    if x.abs() < 1e-9 {
        return x;
    }
    if !x.is_finite() {
        return f64::NAN;
    }
    let (quarter, r, r_low) = reduce(x);
    let ((s, s_low), (c, c_low)) = (sine(r, r_low), cosine(r, r_low));
    let (value, low) =
        if quarter & 1 == 0 { divide(s, s_low, c, c_low) } else { divide(-c, -c_low, s, s_low) };
    value + low
}

/// The arctangent of `x + x_low >= 0` in two doubles.
#[inline(always)]
fn arctangent(x: f64, x_low: f64) -> (f64, f64) {
    let (t, t_low, base, base_low) = if x < 0.4375 {
        (x, x_low, 0.0, 0.0)
    } else if x > 2.4375 {
        let (t, t_low) = divide(-1.0, 0.0, x, x_low);
        (t, t_low, HALF_PI, HALF_PI_LOW)
    } else {
        let (c, base, base_low) = if x < 0.6875 {
            (0.5, 0.4636476090008061, 2.2698777452961687e-17)
        } else if x < 1.1875 {
            (1.0, std::f64::consts::FRAC_PI_4, 0.5 * HALF_PI_LOW)
        } else {
            (1.5, 0.982793723247329, 1.3903311031230998e-17)
        };
        let (scaled, scaled_low) = product(c, x);
        let (d, d_low) = any_sum(1.0, scaled);
        let (t, t_low) = divide(x - c, x_low, d, d_low + (scaled_low + c * x_low));
        (t, t_low, base, base_low)
    };
    let z = t * t;
    let rest = z * t * polynomial(&ARCTANGENT, z) + t_low;
    let (whole, low) = any_sum(base, t);
    sum(whole, low + (base_low + rest))
}

/// The arctangent of `x`, from `-pi/2` to `pi/2`.
///
/// Largest error measured: see [`math`](super). `atan(±0) = ±0`, `atan(±inf) = ±pi/2`.
///
/// # Examples
/// ```
/// assert_eq!(te_math::atan(1.0), std::f64::consts::FRAC_PI_4);
/// ```
#[inline(always)]
pub fn atan(x: f64) -> f64 {
    if x.is_nan() {
        return f64::NAN;
    }
    if x.abs() < 1e-9 {
        return x;
    }
    // Beyond 2^60 it is pi/2.
    let size = if x.abs() > 1.152921504606847e18 { 1.152921504606847e18 } else { x.abs() };
    let (value, low) = arctangent(size, 0.0);
    (value + low).copysign(x)
}

/// The angle of the point `(x, y)`, from `-pi` to `pi`.
///
/// Largest error measured: see [`math`](super). Zeros and infinities as in C99, annex F: `atan2(±0, -0) = ±pi`,
/// `atan2(±inf, inf) = ±pi/4`.
///
/// # Examples
/// ```
/// assert_eq!(te_math::atan2(1.0, -1.0), 3.0 * std::f64::consts::FRAC_PI_4);
/// ```
#[inline(always)]
pub fn atan2(y: f64, x: f64) -> f64 {
    if x.is_nan() | y.is_nan() {
        return f64::NAN;
    }
    let behind = x.is_sign_negative();
    let (high_, wide) = (y.abs(), x.abs());
    let angle = if high_ == 0.0 || (wide.is_infinite() && !high_.is_infinite()) {
        if behind { PI } else { 0.0 }
    } else if high_.is_infinite() && wide.is_infinite() {
        if behind { 3.0 * std::f64::consts::FRAC_PI_4 } else { std::f64::consts::FRAC_PI_4 }
    } else if wide == 0.0 || high_.is_infinite() {
        HALF_PI
    } else {
        ahead_or_behind(high_, wide, behind)
    };
    angle.copysign(y)
}

/// The angle for `y > 0` and `|x| > 0`, both finite.
#[inline(always)]
fn ahead_or_behind(y: f64, x: f64, behind: bool) -> f64 {
    // 2^±600, so that no product over- or underflows.
    let (up, down) = (f64::from_bits((1023 + 600) << 52), f64::from_bits((1023 - 600) << 52));
    let larger = if y > x { y } else { x };
    let scale = if larger > 1e100 {
        down
    } else if larger < 1e-100 {
        up
    } else {
        1.0
    };
    let (above, along) = (y * scale, x * scale);
    let ratio = above / along;
    if ratio > 1.152921504606847e18 {
        return HALF_PI;
    }
    if ratio < 1e-18 {
        // The exact quotient, which may be subnormal; behind, it is lost beside pi.
        return if behind { PI } else { y / x };
    }
    let (q, q_low) = divide(above, 0.0, along, 0.0);
    let (value, low) = arctangent(q, q_low);
    if behind {
        let (whole, rest) = sum(PI, -value);
        whole + (rest + (2.0 * HALF_PI_LOW - low))
    } else {
        value + low
    }
}

/// `asin(x) - x`, for `|x| <= 1/2`.
#[inline(always)]
fn arcsine_rest(x: f64) -> f64 {
    let z = x * x;
    z * x * polynomial(&ARCSINE, z)
}

/// `√((1 - x) / 2)` in two doubles, for `1/2 < x < 1`.
#[inline(always)]
fn half_chord(x: f64) -> (f64, f64) {
    let z = 0.5 * (1.0 - x);
    let s = z.sqrt();
    let (square, rest) = product(s, s);
    (s, ((z - square) - rest) / (2.0 * s))
}

/// The arcsine of `x`, from `-pi/2` to `pi/2`.
///
/// Largest error measured: see [`math`](super). `asin(±0) = ±0`, `asin(±1) = ±pi/2`, NaN beyond.
///
/// # Examples
/// ```
/// assert_eq!(te_math::asin(0.5), std::f64::consts::FRAC_PI_6);
/// ```
#[inline(always)]
pub fn asin(x: f64) -> f64 {
    let size = x.abs();
    if size < 1e-9 {
        return x;
    }
    if size <= 0.5 {
        return x + arcsine_rest(x);
    }
    if size >= 1.0 || size.is_nan() {
        return if size == 1.0 { HALF_PI.copysign(x) } else { f64::NAN };
    }
    let (s, s_low) = half_chord(size);
    let (whole, rest) = sum(HALF_PI, -2.0 * s);
    (whole + (rest + (HALF_PI_LOW - 2.0 * (s_low + arcsine_rest(s))))).copysign(x)
}

/// The arccosine of `x`, from 0 to `pi`.
///
/// Largest error measured: see [`math`](super). `acos(1) = 0`, `acos(-1) = pi`, NaN beyond.
///
/// # Examples
/// ```
/// assert_eq!(te_math::acos(0.5), 1.0471975511965979);
/// ```
#[inline(always)]
pub fn acos(x: f64) -> f64 {
    let size = x.abs();
    if size <= 0.5 {
        let (whole, rest) = sum(HALF_PI, -x);
        return whole + (rest + (HALF_PI_LOW - arcsine_rest(x)));
    }
    if size >= 1.0 || size.is_nan() {
        return if x == 1.0 {
            0.0
        } else if x == -1.0 {
            PI
        } else {
            f64::NAN
        };
    }
    let (s, s_low) = half_chord(size);
    let far = s_low + arcsine_rest(s);
    if x > 0.0 {
        2.0 * (s + far)
    } else {
        let (whole, rest) = sum(PI, -2.0 * s);
        whole + (rest + (2.0 * HALF_PI_LOW - 2.0 * far))
    }
}
