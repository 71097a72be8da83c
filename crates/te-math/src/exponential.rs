//! The exponential function and its relatives: [`exp`], [`exp_m1`], [`logistic`], [`tanh`].
//!
//! # Method
//! `x = k ln 2 + r + r'` with integer `k`, `|r| <= ln 2 / 2` and `r'` the rounding error of `r`. Then
//! `e^r - 1 = r + r²/2 + r³ P(r)`, where `r + r²/2` is carried in two doubles and `P` is the polynomial of degree 9 that
//! has the least largest error (2^-63.9 of `e^r`). `2^k` is applied in two halves, so that results below the
//! smallest normal number come out right as well.

use super::parts::{high, quotient, sum};
use crate::choice::select;

/// `ln 2` on a grid of 2^-40: its products with exponents are exact.
pub(crate) const LN2_HIGH: f64 = f64::from_bits(0x3fe6_2e42_fefa_4000);
/// `ln 2 - LN2_HIGH`.
pub(crate) const LN2_LOW: f64 = -1.7239444525614835e-13;
/// `1.5 · 2^52`: adding it leaves the nearest integer in the low bits.
const ROUND: f64 = 6755399441055744.0;
/// Beyond these ends the result is infinite or zero.
const HIGHEST: f64 = 710.0;
const LOWEST: f64 = -746.0;

/// `e^(x + x_low) = 2^k (1 + p + p_low + cubic)`.
///
/// The last term is ready last; sums end with it.
#[derive(Clone, Copy)]
pub(crate) struct Reduced {
    /// `1.5 · 2^52 + k`.
    shifted: f64,
    /// `k`.
    k: f64,
    p: f64,
    p_low: f64,
    cubic: f64,
}

impl Reduced {
    /// Reduces `x + x_low` for `LOWEST <= x <= HIGHEST` and `x_low` below half a unit in the last place of `x`.
    #[inline(always)]
    fn new(x: f64, x_low: f64) -> Self {
        let shifted = x * std::f64::consts::LOG2_E + ROUND;
        let k = shifted - ROUND;
        let near = x - k * LN2_HIGH;
        let far = k * LN2_LOW - x_low;
        let r = near - far;
        let r_low = (near - r) - far;

        let r_high = high(r);
        let square = r_high * r_high * 0.5;
        let square_low = (r - r_high) * (r + r_high) * 0.5;
        let r2 = r * r;
        let r4 = r2 * r2;
        let low = (0.1666666666666668 + 0.041666666666666415 * r)
            + r2 * (0.008333333333318545 + 0.0013888888889033101 * r);
        let middle = (0.00019841269893300685 + 2.4801587025853527e-5 * r)
            + r2 * (2.755723749428987e-6 + 2.75575259520691e-7 * r);
        let top = 2.5111232744197817e-8 + 2.083853495540871e-9 * r;
        let cubic = r2 * r * (low + r4 * (middle + r4 * top));

        let (p, p_rest) = sum(r, square);
        let p_low = p_rest + (square_low + (r_low + r * r_low));
        Self { shifted, k, p, p_low, cubic }
    }

    /// `e^(x + x_low) / 2^k` in two doubles; the second may be large.
    #[inline(always)]
    fn whole(self) -> (f64, f64) {
        let (y, y_low) = sum(1.0, self.p);
        (y, (y_low + self.p_low) + self.cubic)
    }

    /// `2^k` as the product of two doubles.
    #[inline(always)]
    fn scales(self) -> (f64, f64) {
        let biased = self.shifted.to_bits().wrapping_add(2046);
        let half = biased >> 1;
        (f64::from_bits(half << 52), f64::from_bits(biased.wrapping_sub(half) << 52))
    }

    /// `2^k y`.
    #[inline(always)]
    fn scale(self, y: f64) -> f64 {
        let (first, second) = self.scales();
        y * first * second
    }

    /// `(e^x - 1) / 2^k = (1 - 2^-k) + p` in two doubles, for `k >= -128`; the second may be large.
    #[inline(always)]
    fn less_one(self) -> (f64, f64) {
        let k = select(self.k > 64.0, 64.0, self.k);
        let k = select(k < -128.0, -128.0, k);
        // 2^52 + 1023 - k keeps the biased exponent of 2^-k in its low bits.
        let inverse = f64::from_bits((4503599627371519.0 - k).to_bits() << 52);
        let larger = select(k < 0.0, -inverse, 1.0);
        let smaller = select(k < 0.0, 1.0, -inverse);
        let (whole, whole_low) = sum(larger, smaller);
        let (y, y_low) = sum(whole, self.p);
        (y, (y_low + (self.p_low + whole_low)) + self.cubic)
    }
}

/// `x` held between the ends beyond which `e^x` is zero or infinite; NaN stays.
#[inline(always)]
fn clamp(x: f64) -> f64 {
    let x = select(x > HIGHEST, HIGHEST, x);
    select(x < LOWEST, LOWEST, x)
}

/// `e^(x + x_low)`, for any `x` that is not NaN.
#[inline(always)]
pub(crate) fn exp_of_sum(x: f64, x_low: f64) -> f64 {
    let clamped = clamp(x);
    let reduced = Reduced::new(clamped, select(clamped == x, x_low, 0.0));
    let (y, y_low) = reduced.whole();
    reduced.scale(y + y_low)
}

/// `e^x`.
///
/// Largest error measured: see [`math`](super). `exp(inf) = inf`, `exp(-inf) = 0`, `exp(±0) = 1`, `exp(NaN) = NaN`.
/// Infinite above 709.782712893384, zero below -745.1332191019412.
///
/// # Examples
/// ```
/// assert_eq!(te_math::exp(0.0), 1.0);
/// assert_eq!(te_math::exp(f64::NEG_INFINITY), 0.0);
/// assert!((te_math::exp(1.0) - std::f64::consts::E).abs() < 1e-15);
/// ```
#[inline(always)]
pub fn exp(x: f64) -> f64 {
    let reduced = Reduced::new(clamp(x), 0.0);
    let (y, y_low) = reduced.whole();
    let y = reduced.scale(y + y_low);
    select(x.is_nan(), f64::NAN, y)
}

/// `e^x - 1`, without the cancellation near zero.
///
/// `exp_m1(inf) = inf`, `exp_m1(-inf) = -1`, `exp_m1(±0) = ±0`, `exp_m1(NaN) = NaN`.
///
/// # Examples
/// ```
/// // Interest per step from a continuous rate too small for `exp(rate) - 1`.
/// assert_eq!(te_math::exp_m1(1e-20), 1e-20);
/// ```
#[inline(always)]
pub fn exp_m1(x: f64) -> f64 {
    let reduced = Reduced::new(clamp(x), 0.0);
    let (y, y_low) = reduced.less_one();
    let y = reduced.scale(y + y_low);
    let y = select(x < -50.0, -1.0, y);
    let y = select(x == 0.0, x, y);
    select(x.is_nan(), f64::NAN, y)
}

/// The logistic function `1 / (1 + e^-x)`.
///
/// One rounding, not the three of the formula written out. `logistic(-inf) = 0`, `logistic(0) = 1/2`, `logistic(inf) = 1`,
/// `logistic(NaN) = NaN`.
///
/// # Examples
/// ```
/// assert_eq!(te_math::logistic(0.0), 0.5);
/// assert_eq!(te_math::logistic(1000.0), 1.0);
/// ```
#[inline(always)]
pub fn logistic(x: f64) -> f64 {
    // With e = e^-|x|: 1 / (1 + e) for x >= 0, e / (1 + e) for x < 0.
    let reduced = Reduced::new(clamp(-x.abs()), 0.0);
    let (e, e_low) = reduced.whole();
    let (e, e_low) = sum(e, e_low);
    let (d, d_low) = sum(1.0, reduced.scale(e));
    let d_low = d_low + reduced.scale(e_low);
    let negative = x < 0.0;
    let n = select(negative, e, 1.0);
    let n_low = select(negative, e_low, 0.0);
    let y = quotient(n, n_low, d, d_low);
    let y = select(negative, reduced.scale(y), y);
    select(x.is_nan(), f64::NAN, y)
}

/// The hyperbolic tangent `(e^2x - 1) / (e^2x + 1)`.
///
/// `tanh(±inf) = ±1`, `tanh(±0) = ±0`, `tanh(NaN) = NaN`.
///
/// # Examples
/// ```
/// assert_eq!(te_math::tanh(50.0), 1.0);
/// assert_eq!(te_math::tanh(-0.5), -te_math::tanh(0.5));
/// ```
#[inline(always)]
pub fn tanh(x: f64) -> f64 {
    let size = x.abs();
    // Above 22 the result is 1 to the last bit.
    let held = select(size > 22.0, 22.0, size);
    let reduced = Reduced::new(held * 2.0, 0.0);
    let (n, n_low) = reduced.less_one();
    let (n, n_low) = sum(n, n_low);
    let (n, n_low) = (reduced.scale(n), reduced.scale(n_low));
    let d = n + 2.0;
    let d_low = (n - (d - (d - n))) + (2.0 - (d - n));
    let y = quotient(n, n_low, d, d_low + n_low);
    // Below 2^-27 the result is x to the last bit, and the quotient's exact products would underflow.
    let y = select(size < 7.450580596923828e-9, size, y);
    let y = f64::from_bits(y.to_bits() | (x.to_bits() & 0x8000_0000_0000_0000));
    select(x.is_nan(), f64::NAN, y)
}
