//! Logarithms: [`ln`], [`ln_1p`], [`log2`], [`log10`].
//!
//! # Method
//! `x = 2^k m`. For [`ln`], `11/16 <= m < 11/8`, `f = m - 1`, `s = f / (2 + f)`, so that `|s| <= 0.1852`, and
//!
//! ```text
//! ln m = 2 artanh s = f - f²/2 + s (f²/2 + R(s²))
//! ```
//!
//! where `f - f²/2` is carried in two doubles and `R(z)/z` is the polynomial of degree 7 with the least largest error
//! (2^-62.8 of the logarithm).
//!
//! [`pow`](super::pow) and [`ln_1p`] need more digits: `√3/2 <= m < √3`, a centre `c` of 1 or 3/2 near `m`,
//! `s = (m - c) / (m + c)`, so that `|s| <= 0.1011`, and
//!
//! ```text
//! ln m = ln c + 2 artanh s,    2 artanh s = σ (3 + s² + s⁴ Q(s²)),    σ = 2 s / 3
//! ```
//!
//! `Q` is the polynomial of degree 6 with the least largest error (2^-76 of the sum). `σ`, the bracket and the total are
//! carried in two doubles, to about 2^-66 of the result. [`log2`] and [`log10`] multiply it by `1 / ln 2` and `1 / ln 10`, each
//! in two doubles, before they round.

use super::exponential::{LN2_HIGH, LN2_LOW};
use super::parts::{high, short, sum};
use crate::choice::select;

/// `ln 1.5` on a grid of 2^-40: its sums with multiples of `LN2_HIGH` are exact.
const LN_CENTRE_HIGH: f64 = f64::from_bits(0x3fd9_f323_ecbf_8000);
/// `ln 1.5 - LN_CENTRE_HIGH`.
const LN_CENTRE_LOW: f64 = 3.452764795203977e-13;
/// `2/3`, rounded: only the first 24 bits of the quotient and its small rest depend on it.
const TWO_THIRDS: f64 = 2.0 / 3.0;
/// The bits of `√¾`.
const ROOT_THREE_QUARTERS: u64 = 0x3feb_b67a_e858_4caa;
/// The bits of 11/16.
const ELEVEN_SIXTEENTHS: u64 = 0x3fe6_0000_0000_0000;
/// The bits of 1: the exponent's bias in place.
const ONE: u64 = 0x3ff0_0000_0000_0000;
/// `√(3/2)`, where the centre changes.
const BETWEEN_CENTRES: f64 = 1.224744871391589;

/// `k` and `m` with `x = 2^k m`, for finite `x > 0`. `m` begins at the number of the bits `first` and ends at its double.
#[inline(always)]
fn split(x: f64, first: u64) -> (f64, f64) {
    // Subnormal numbers are lifted by 2^54 first.
    let subnormal = x < f64::MIN_POSITIVE;
    let x = select(subnormal, x * 18014398509481984.0, x);
    let lift = select(subnormal, 4503599627371573.0, 4503599627371519.0); // 2^52 + 1023 (+ 54)
    let bits = x.to_bits();
    let above = bits.wrapping_sub(first).wrapping_add(ONE);
    let k = f64::from_bits((above >> 52) | 0x4330_0000_0000_0000) - lift;
    let m = f64::from_bits(bits.wrapping_sub(above & 0xfff0_0000_0000_0000).wrapping_add(ONE));
    (k, m)
}

/// `ln x` as a double and a remainder of at most 2^-14 of it, for finite `x > 0`; anything finite for other `x`.
#[inline(always)]
pub(crate) fn ln_in_two(x: f64) -> (f64, f64) {
    let (k, m) = split(x, ROOT_THREE_QUARTERS);
    let wide = m >= BETWEEN_CENTRES;
    let centre = select(wide, 1.5, 1.0);
    let base = k * LN2_HIGH + select(wide, LN_CENTRE_HIGH, 0.0);
    let base_low = k * LN2_LOW + select(wide, LN_CENTRE_LOW, 0.0);

    // sigma = f / (1.5 (m + centre)) in two doubles: 24 bits of it, then what the division leaves
    let f = m - centre;
    let d = m + centre;
    let d_high = short(d);
    let d_low = (m - (d_high - centre)) * 1.5;
    let d_high = d_high * 1.5;
    let inverse = 1.0 / d;
    let rough = (f * TWO_THIRDS) * inverse;
    let sigma_high = short(rough);
    let sigma_low = ((f - sigma_high * d_high) - sigma_high * d_low) * (inverse * TWO_THIRDS);
    let sigma = sigma_high + sigma_low;

    // Q needs no more than the rough s².
    let z = rough * rough * 2.25;
    let z2 = z * z;
    let z4 = z2 * z2;
    let q = ((0.6 + 0.4285714285714264 * z) + z2 * (0.33333333333679543 + 0.27272727069518826 * z))
        + z4 * ((0.2307697984045491 + 0.19991870827246602 * z) + z2 * 0.18222462412499102);

    // 3 + s² + s⁴ Q in two doubles; s² = 2.25 sigma², of which `square` is exact
    let square = sigma_high * sigma_high * 2.25;
    let bracket_high = high(3.0 + square);
    let bracket_rest = square - (bracket_high - 3.0);
    let square_low = sigma_low * (sigma_high * 4.5) + sigma_low * sigma_low * 2.25;
    let square_total = square + square_low;
    let bracket_low = (bracket_rest + square_low) + square_total * square_total * q;

    let main = sigma_high * bracket_high;
    let main_low = sigma_low * bracket_high + sigma * bracket_low;
    let (total, total_rest) = sum(base, main);
    (total, (total_rest + base_low) + main_low)
}

/// The natural logarithm of `x`.
///
/// `ln(±0) = -inf`, `ln(x < 0) = NaN`, `ln(1) = 0`, `ln(inf) = inf`, `ln(NaN) = NaN`.
///
/// # Examples
/// ```
/// use te_math::{exp, ln};
/// assert_eq!(ln(1.0), 0.0);
/// assert_eq!(ln(0.0), f64::NEG_INFINITY);
/// assert!((ln(exp(2.5)) - 2.5).abs() < 1e-15);
/// ```
#[inline(always)]
pub fn ln(x: f64) -> f64 {
    let (k, m) = split(x, ELEVEN_SIXTEENTHS);
    let f = m - 1.0;
    let s = f / (2.0 + f);
    let z = s * s;
    let z2 = z * z;
    let low =
        (0.6666666666666666 + 0.40000000000002633 * z) + z2 * (0.2857142856982345 + 0.2222222259490793 * z);
    let top =
        (0.18181775739455203 + 0.15387234030762 * z) + z2 * (0.13244258325367578 + 0.13323149587971883 * z);
    let r = z * (low + z2 * z2 * top);

    // f²/2 in two doubles
    let f_high = high(f);
    let half = f_high * f_high * 0.5;
    let half_low = (f - f_high) * (f + f_high) * 0.5;
    let (first, first_rest) = sum(k * LN2_HIGH, f);
    let (y, y_rest) = sum(first, -half);
    let rest = (first_rest + k * LN2_LOW) + (y_rest - half_low);
    special(x, y + (rest + s * ((half + half_low) + r)))
}

/// `y`, or the logarithm of an `x` that is zero, negative, infinite or NaN.
#[inline(always)]
fn special(x: f64, y: f64) -> f64 {
    let y = select(x < f64::INFINITY, y, x);
    let outside = select(x == 0.0, f64::NEG_INFINITY, f64::NAN);
    select(x > 0.0, y, outside)
}

/// `ln(1 + x)`, without the cancellation near zero.
///
/// `ln_1p(-1) = -inf`, `ln_1p(x < -1) = NaN`, `ln_1p(±0) = ±0`, `ln_1p(inf) = inf`, `ln_1p(NaN) = NaN`.
///
/// # Examples
/// ```
/// // The continuous rate of a growth too small for `ln(1 + growth)`.
/// assert_eq!(te_math::ln_1p(1e-20), 1e-20);
/// ```
#[inline(always)]
pub fn ln_1p(x: f64) -> f64 {
    let whole = 1.0 + x;
    // What the sum lost, whichever term is larger.
    let lost = select(x.abs() > 1.0, 1.0 - (whole - x), x - (whole - 1.0));
    let (y, y_low) = ln_in_two(whole);
    let y = special(whole, y + (y_low + lost / whole));
    select(x.abs() < 1.1102230246251565e-16, x, y)
}

/// `1 / ln 2`: its first 26 bits.
const PER_LN2_HIGH: f64 = f64::from_bits(0x3ff7_1547_6000_0000);
/// `1 / ln 2 - PER_LN2_HIGH`.
const PER_LN2_LOW: f64 = 1.9259629911266175e-08;
/// `1 / ln 10`: its first 26 bits.
const PER_LN10_HIGH: f64 = f64::from_bits(0x3fdb_cb7b_1000_0000);
/// `1 / ln 10 - PER_LN10_HIGH`.
const PER_LN10_LOW: f64 = 4.798111141615973e-09;

/// `ln x` times a factor in two doubles, the first of 26 bits.
#[inline(always)]
fn scaled_ln(x: f64, factor_high: f64, factor_low: f64) -> f64 {
    let (y, y_low) = ln_in_two(x);
    let y_high = high(y);
    let y_low = (y - y_high) + y_low;
    special(x, y_high * factor_high + (y_high * factor_low + y_low * (factor_high + factor_low)))
}

/// The logarithm of `x` to the base 2.
///
/// Exact for powers of 2; special values as [`ln`].
///
/// # Examples
/// ```
/// assert_eq!(te_math::log2(1024.0), 10.0);
/// assert!(te_math::log2(-1.0).is_nan());
/// ```
#[inline(always)]
pub fn log2(x: f64) -> f64 {
    scaled_ln(x, PER_LN2_HIGH, PER_LN2_LOW)
}

/// The logarithm of `x` to the base 10.
///
/// Exact for those powers of 10 that are doubles, 1 to 1e22; special values as [`ln`].
///
/// # Examples
/// ```
/// assert_eq!(te_math::log10(1e15), 15.0);
/// assert_eq!(te_math::log10(0.0), f64::NEG_INFINITY);
/// ```
#[inline(always)]
pub fn log10(x: f64) -> f64 {
    scaled_ln(x, PER_LN10_HIGH, PER_LN10_LOW)
}
