//! The standard normal distribution function.
//!
//! ```text
//! N(x) = 1/2 + f(x) (x + x^3/3 + x^5/(3 5) + ...)           |x| < 3
//! N(-x) = f(x) / (x + 1/(x + 2/(x + 3/(x + ...))))          x >= 3
//! f(x) = exp(-x^2 / 2) / sqrt(2 pi)
//! ```
//!
//! Absolute error below 1e-15; relative error in the left tail below 1e-13 down to `x = -38`, where the result is below
//! the smallest normal float. Invariants: `N(x) + N(-x) = 1` to rounding, `N` rises.
//!
//! Source: G. Marsaglia, *Evaluating the normal distribution*, J. Statistical Software 11, 2004, for the series; Laplace's
//! continued fraction for the tail.

use te_math as math;

const SQRT_TWO_PI: f64 = 2.506628274631000502415765284811;
/// Levels of the continued fraction: enough for full precision at 3.
const LEVELS: u32 = 100;

/// Probability that a standard normal variable is at most `x` `[1]`; 0 and 1 at the infinities, NaN for NaN.
///
/// ```
/// use te_market::normal::distribution_function;
/// assert_eq!(distribution_function(0.0), 0.5);
/// assert!((distribution_function(1.96) - 0.9750021048517795).abs() < 1e-15);
/// ```
#[must_use]
pub fn distribution_function(x: f64) -> f64 {
    if x.is_nan() {
        return x;
    }
    if x >= 3.0 {
        return 1.0 - distribution_function(-x);
    }
    let density = math::exp(-0.5 * x * x) / SQRT_TWO_PI;
    if x <= -3.0 {
        if density == 0.0 {
            return 0.0;
        }
        let tail = (1..=LEVELS).rev().fold(-x, |rest, level| f64::from(level) / rest - x);
        return density / tail;
    }
    let (mut term, mut sum, mut odd) = (x, x, 1.0);
    while term.abs() > 1e-17 * sum.abs() {
        odd += 2.0;
        term *= x * x / odd;
        sum += term;
    }
    0.5 + density * sum
}
