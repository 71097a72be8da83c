//! Numbers for mechanisms: the ground on which formulas stand, without any dependency.
//!
//! - [`exp`], [`ln`], [`pow`], [`sin`] and their like, with the same bits on every machine (below).
//! - [`select`], [`min`], [`max`]: a choice between two values without a branch.
//! - [`Number`]: arithmetic that says when a result does not fit, in `f64` and in decimals.
//! - [`Watch`]: a formula states what it needs; the watcher makes of that one truth value in a loop over runs, or the first
//!   error for a caller ([`watch`]).
//! - [`OutOfRange`] and [`NotFinite`]: what is wrong with a number, in one sentence.
//!
//! # Transcendental functions
//!
//! `f64::exp` is whatever the platform's C library does, so the same simulation ends in other bits on another machine.
//! These functions use additions, subtractions, multiplications, divisions, square roots, comparisons and bit operations
//! of IEEE 754 doubles only, which every machine does alike: no fused multiply-add, no library call. But for those of angles they have
//! no branches and no tables, so that a loop over a column becomes vector code, and the vector code does the same operations on each
//! value: same bits one by one, in columns of any width ([`exp_columns`] and its like), with any instruction set
//! ([`dispatch`]).
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
//! | [`sin`] | 0.75 | 0.5 |
//! | [`cos`] | 0.8 | none |
//! | [`tan`] | 0.9 | 0.5 |
//! | [`asin`] | 0.75 | 0.5 |
//! | [`acos`] | 0.65 | none |
//! | [`atan`] | 0.65 | 0.5 |
//! | [`atan2`] | 0.75 | 0.5 |
//! | [`sqrt`] | 0.5 | 0.5 |
//!
//! Those of angles are over 120,000 arguments each, rounded up. [`powi`] rounds once for each of its products. [`exp`], [`exp_m1`] and [`ln`] never fall from one double to the next.
//!
//! # Assumptions
//! The processor rounds to nearest and keeps subnormal numbers, as Rust requires.

#![deny(missing_docs)]
#![cfg_attr(test, allow(clippy::disallowed_methods, reason = "tests compare with the platform's functions"))]
#![expect(
    clippy::inline_always,
    reason = "inlined into each instruction set's copy of a kernel, or the kernel is not vectorised"
)]

#[cfg(test)]
mod accuracy;
mod choice;
mod columns;
pub mod dispatch;
#[cfg(test)]
mod edges;
mod error;
mod exponential;
mod logarithm;
pub mod number;
#[cfg(test)]
mod parity;
mod parts;
mod power;
mod trigonometric;
pub mod watch;

pub use choice::{max, min, select};
pub use columns::*;
pub use error::{NotFinite, OutOfRange};
pub use exponential::{exp, exp_m1, logistic, tanh};
pub use logarithm::{ln, ln_1p, log2, log10};
pub use number::{Arithmetic, Number, Operation};
pub use power::{pow, powi};
pub use trigonometric::{acos, asin, atan, atan2, cos, sin, tan};
pub use watch::{First, Sound, Watch, checked};

/// The square root of `x`, rounded correctly. `sqrt(-0) = -0`, `sqrt(x < 0) = NaN`.
///
/// # Examples
/// ```
/// assert_eq!(te_math::sqrt(2.25), 1.5);
/// ```
#[inline]
pub fn sqrt(x: f64) -> f64 {
    x.sqrt()
}
