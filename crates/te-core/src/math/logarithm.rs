//! The natural logarithm: [`ln`], [`ln_1p`].
//!
//! # Method
//! `x = 2^k m` with `√3/2 <= m < √3`, and a centre `c` of 1 or 3/2 near `m`. With `s = (m - c) / (m + c)`, so that
//! `|s| <= 0.1011`,
//!
//! ```text
//! ln x = k ln 2 + ln c + 2 artanh s,    2 artanh s = σ (3 + s² + s⁴ Q(s²)),    σ = 2 s / 3
//! ```
//!
//! `Q` is the polynomial of degree 6 with the least largest error (2^-76 of the sum). `σ`, the bracket and the total are
//! carried in two doubles, to about 2^-66 of the result: enough for [`pow`](super::pow) to multiply it by an exponent.

#![expect(
    clippy::inline_always,
    reason = "inlined into each instruction set's copy of a kernel, or the kernel is not vectorised"
)]

use super::exponential::{LN2_HIGH, LN2_LOW};
use super::parts::{high, short, sum};

/// `ln 1.5` on a grid of 2^-40: its sums with multiples of `LN2_HIGH` are exact.
const LN_CENTRE_HIGH: f64 = f64::from_bits(0x3fd9_f323_ecbf_8000);
/// `ln 1.5 - LN_CENTRE_HIGH`.
const LN_CENTRE_LOW: f64 = 3.452764795203977e-13;
/// The bits of `√3/2`, where `m` begins.
const FIRST: u64 = 0x3feb_b67a_e858_4caa;
/// The bits of 1: the exponent's bias in place.
const ONE: u64 = 0x3ff0_0000_0000_0000;
/// `√(3/2)`, where the centre changes.
const BETWEEN_CENTRES: f64 = 1.224744871391589;

/// `ln x` as a double and its remainder, for finite `x > 0`; anything finite for other `x`.
#[inline(always)]
pub(crate) fn ln_in_two(x: f64) -> (f64, f64) {
    // Subnormal numbers are lifted by 2^54 first.
    let subnormal = x < f64::MIN_POSITIVE;
    let x = if subnormal { x * 18014398509481984.0 } else { x };
    let lift = if subnormal { 4503599627371573.0 } else { 4503599627371519.0 }; // 2^52 + 1023 (+ 54)
    let bits = x.to_bits();
    let above = bits.wrapping_sub(FIRST).wrapping_add(ONE);
    let k = f64::from_bits((above >> 52) | 0x4330_0000_0000_0000) - lift;
    let m = f64::from_bits(bits.wrapping_sub(above & 0xfff0_0000_0000_0000).wrapping_add(ONE));

    let wide = m >= BETWEEN_CENTRES;
    let centre = if wide { 1.5 } else { 1.0 };
    let base = k * LN2_HIGH + if wide { LN_CENTRE_HIGH } else { 0.0 };
    let base_low = k * LN2_LOW + if wide { LN_CENTRE_LOW } else { 0.0 };

    // sigma = f / (1.5 (m + centre)), in two doubles
    let f = m - centre;
    let d = m + centre;
    let d_high = short(d);
    let d_low = (m - (d_high - centre)) * 1.5;
    let d_high = d_high * 1.5;
    let inverse = 1.0 / (d * 1.5);
    let sigma_high = short(f * inverse);
    let sigma_low = inverse * ((f - sigma_high * d_high) - sigma_high * d_low);
    let sigma = sigma_high + sigma_low;

    // 3 + s² + s⁴ Q(s²) in two doubles; s² = 2.25 sigma²
    let square = sigma_high * sigma_high * 2.25;
    let square_low = sigma_low * (sigma_high + sigma) * 2.25;
    let z = square + square_low;
    let z2 = z * z;
    let q = (0.6 + 0.4285714285714264 * z)
        + z2 * ((0.33333333333679543 + 0.27272727069518826 * z)
            + z2 * ((0.2307697984045491 + 0.19991870827246602 * z) + z2 * 0.18222462412499102));
    let rest = z2 * q + square_low;
    let bracket_high = high((3.0 + square) + rest);
    let bracket_low = (square - (bracket_high - 3.0)) + rest;

    let main = sigma_high * bracket_high;
    let main_low = sigma_low * bracket_high + sigma * bracket_low;
    let (total, total_rest) = sum(base, main);
    (total, total_rest + (main_low + base_low))
}

/// The natural logarithm of `x`.
///
/// `ln(±0) = -inf`, `ln(x < 0) = NaN`, `ln(1) = 0`, `ln(inf) = inf`, `ln(NaN) = NaN`.
///
/// # Examples
/// ```
/// use te_core::math::{exp, ln};
/// assert_eq!(ln(1.0), 0.0);
/// assert_eq!(ln(0.0), f64::NEG_INFINITY);
/// assert!((ln(exp(2.5)) - 2.5).abs() < 1e-15);
/// ```
#[inline(always)]
pub fn ln(x: f64) -> f64 {
    let (y, y_low) = ln_in_two(x);
    special(x, y + y_low)
}

/// `y`, or the logarithm of an `x` that is zero, negative, infinite or NaN.
#[inline(always)]
fn special(x: f64, y: f64) -> f64 {
    let y = if x == f64::INFINITY { f64::INFINITY } else { y };
    let y = if x == 0.0 { f64::NEG_INFINITY } else { y };
    if (x < 0.0) | x.is_nan() { f64::NAN } else { y }
}

/// `ln(1 + x)`, without the cancellation near zero.
///
/// `ln_1p(-1) = -inf`, `ln_1p(x < -1) = NaN`, `ln_1p(±0) = ±0`, `ln_1p(inf) = inf`, `ln_1p(NaN) = NaN`.
///
/// # Examples
/// ```
/// // The continuous rate of a growth too small for `ln(1 + growth)`.
/// assert_eq!(te_core::math::ln_1p(1e-20), 1e-20);
/// ```
#[inline(always)]
pub fn ln_1p(x: f64) -> f64 {
    let whole = 1.0 + x;
    // What the sum lost, whichever term is larger.
    let lost = if x.abs() > 1.0 { 1.0 - (whole - x) } else { x - (whole - 1.0) };
    let (y, y_low) = ln_in_two(whole);
    let y = special(whole, y + (y_low + lost / whole));
    if x.abs() < 1.1102230246251565e-16 { x } else { y }
}
