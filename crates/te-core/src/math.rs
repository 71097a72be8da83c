//! Transcendental functions with the same bits everywhere.
//!
//! `f64::exp` is whatever the platform's C library does, so the same simulation ends in other bits on another machine.
//! These functions use additions, subtractions, multiplications, divisions, square roots, comparisons and bit operations
//! of IEEE 754 doubles only, which every machine does alike: no fused multiply-add, no library call, no table. They have
//! no branches, so that a loop over a column becomes vector code, and the vector code does the same operations on each
//! value: same bits one by one, in columns of any width ([`exp_columns`] and its like, [`Lanes`](crate::real::Lanes)),
//! with any instruction set ([`dispatch`]).
//!
//! Every NaN that they return is [`f64::NAN`], whatever NaN came in.
//!
//! # Errors of the results
//! The largest found, in units in the last place (an exactly rounded result has at most 0.5), over about a million
//! arguments of all sizes for each function, and a thousand million in the worst zones of [`exp`], [`exp_m1`] and [`ln`]:
//!
//! | function | largest error | where results are subnormal |
//! |---|---|---|
//! | [`exp`] | 0.54 | 0.76 |
//! | [`exp_m1`] | 0.67 | 0.5 |
//! | [`ln`] | 0.64 | 0.5 |
//! | [`ln_1p`] | 0.68 | 0.5 |
//! | [`log2`] | 0.51 | none |
//! | [`log10`] | 0.51 | none |
//! | [`pow`] | 0.55 | 0.76 |
//! | [`logistic`] | 0.54 | 0.76 |
//! | [`tanh`] | 0.60 | 0.5 |
//! | [`sqrt`] | 0.5 | 0.5 |
//!
//! [`powi`] rounds once for each of its products. [`exp`], [`exp_m1`] and [`ln`] never fall from one double to the next.
//!
//! # Assumptions
//! The processor rounds to nearest and keeps subnormal numbers, as Rust requires.

#![expect(
    clippy::inline_always,
    reason = "inlined into each instruction set's copy of a kernel, or the kernel is not vectorised"
)]

#[cfg(test)]
mod accuracy;
mod columns;
pub mod dispatch;
#[cfg(test)]
mod edges;
mod exponential;
mod logarithm;
#[cfg(test)]
mod parity;
mod parts;
mod power;

pub use columns::*;
pub use exponential::{exp, exp_m1, logistic, tanh};
pub use logarithm::{ln, ln_1p, log2, log10};
pub use power::{pow, powi};

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
