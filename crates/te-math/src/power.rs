//! The power functions [`pow`], [`powi`].
//!
//! # Method
//! `x^y = e^(y ln |x|)` with `ln |x|` and the product in two doubles, then the cases of IEEE 754 and C99 (annex F) laid
//! over the result by selects. `powi` squares and multiplies, from the low bit of the exponent.

use super::exponential::exp_of_sum;
use super::logarithm::ln_in_two;
use super::parts::{high, sum};
use crate::choice::select;

/// `2^65`: exponents beyond it give zero or infinity for every base but ±1.
const LARGEST_EXPONENT: f64 = 36893488147419103232.0;
/// `2^52`: every double from here on is an integer.
const INTEGERS: f64 = 4503599627370496.0;
const SIGN: u64 = 0x8000_0000_0000_0000;

/// Whether `size`, not negative, is an integer or infinite.
#[inline(always)]
fn is_integer(size: f64) -> bool {
    (size >= INTEGERS) | ((size + INTEGERS) - INTEGERS == size)
}

/// `x` to the power `y`.
///
/// Special cases as in C99 and IEEE 754-2008 `pow`: `pow(x, ±0) = 1` and `pow(1, y) = 1` even for NaN; a negative `x` needs
/// an integer `y`, else NaN, and keeps its sign when `y` is odd; zeros, infinities and their signs as the limits say;
/// `pow(-1, ±inf) = 1`. Where the exact result is a double, as in `pow(x, 1)` or small integer powers, it is returned.
///
/// # Examples
/// ```
/// use te_math::pow;
/// assert_eq!(pow(2.0, 10.0), 1024.0);
/// assert_eq!(pow(-2.0, 3.0), -8.0);
/// assert!(pow(-2.0, 0.5).is_nan());
/// assert_eq!(pow(0.0, -1.0), f64::INFINITY);
/// ```
#[inline(always)]
pub fn pow(x: f64, y: f64) -> f64 {
    let size = x.abs();
    let (log, log_low) = ln_in_two(size);
    let log_high = high(log);
    let log_low = (log - log_high) + log_low;
    let exponent = select(y > LARGEST_EXPONENT, LARGEST_EXPONENT, y);
    let exponent = select(exponent < -LARGEST_EXPONENT, -LARGEST_EXPONENT, exponent);
    let exponent_high = high(exponent);
    let (product, product_low) =
        sum(exponent_high * log_high, exponent * log_low + (exponent - exponent_high) * log_high);
    let power = exp_of_sum(product, product_low);

    let exponent_size = y.abs();
    let integer = is_integer(exponent_size);
    let odd = integer & !is_integer(exponent_size * 0.5);
    let power = select((x < 0.0) & !integer, f64::NAN, power);

    let end = select((size == 0.0) == (y > 0.0), 0.0, f64::INFINITY);
    let power = select(size == 0.0, end, power);
    let power = select(size < f64::INFINITY, power, end);

    let sign = select(odd, x.to_bits() & SIGN, 0);
    let power = f64::from_bits(power.to_bits() | sign);
    let power = select(x.is_nan() | y.is_nan(), f64::NAN, power);
    select((y == 0.0) | (x == 1.0), 1.0, power)
}

/// `x` to the integer power `n`, by squaring and multiplying from the low bit of `n`; a negative power is the reciprocal of
/// the positive one.
///
/// Exact where every product on the way is, as for small powers of small integers; otherwise each product rounds, to an
/// error of at most about `|n|` units in the last place. [`pow`] is within one for every exponent.
///
/// # Examples
/// ```
/// assert_eq!(te_math::powi(10.0, 22), 1e22);
/// assert_eq!(te_math::powi(2.0, -3), 0.125);
/// ```
#[inline]
pub fn powi(x: f64, n: i32) -> f64 {
    let (mut square, mut exponent, mut product) = (x, n.unsigned_abs(), 1.0);
    loop {
        if exponent & 1 == 1 {
            product *= square;
        }
        exponent >>= 1;
        if exponent == 0 {
            break;
        }
        square *= square;
    }
    let product = if n < 0 { 1.0 / product } else { product };
    if product.is_nan() { f64::NAN } else { product }
}
