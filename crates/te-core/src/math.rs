//! Transcendental functions with the same bits everywhere.
//!
//! `f64::exp` is whatever the platform's C library does, so the same simulation ends in different bits on another
//! machine. These functions use additions, subtractions, multiplications, divisions, comparisons and bit operations of
//! IEEE 754 doubles only, all of which every machine does alike: no fused multiply-add, no library call, no table.
//! They have no branches, so that a loop over a column is turned into vector instructions by the compiler, and the
//! vector form does the same operations on each value: same bits one by one, in columns of any width, with any
//! instruction set.

#[cfg(test)]
mod edges;
mod exponential;
mod logarithm;
mod parts;
mod power;

pub use exponential::{exp, exp_m1, logistic, tanh};
pub use logarithm::{ln, ln_1p};
pub use power::pow;

/// The square root of `x`, rounded correctly. `sqrt(-0) = -0`, `sqrt(x < 0) = NaN`.
///
/// # Examples
/// ```
/// assert_eq!(te_core::math::sqrt(2.25), 1.5);
/// ```
#[inline]
pub fn sqrt(x: f64) -> f64 {
    x.sqrt()
}
