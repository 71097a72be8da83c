//! Decimals of 18 places in integers, each product and quotient rounded in a named direction.
//!
//! Equations, `E = 10^18`: `mul_down = ab/E`, `mul_up = ceil(ab/E)`, `div_down = aE/b`, `div_up = ceil(aE/b)`,
//! `complement = max(0, E - x)`.
//!
//! Assumption: products fit 256 bits; others are a [`Fault`](crate::exact::integer::Fault), as in the contracts.
//!
//! Source: rules measured on Balancer's contracts, `testdata/te-amm/pools/README.md`.
//!
//! Invariant: `mul_down <= ab/E <= mul_up`, and they differ by at most one.

#![allow(clippy::arithmetic_side_effects, reason = "the operators of Int are checked")]

use crate::exact::integer::Int;

/// 10^18, the number one.
pub const ONE: u64 = 1_000_000_000_000_000_000;

/// `ab/E`, rounded down.
///
/// ```
/// use te_amm::exact::weighted::fixed_point::{mul_down, mul_up, ONE};
/// let (a, b) = (3u64.into(), (ONE / 2).into());
/// assert_eq!((mul_down(a, b), mul_up(a, b)), (1u64.into(), 2u64.into()));
/// ```
pub fn mul_down(a: Int, b: Int) -> Int {
    a * b / ONE
}

/// `ab/E`, rounded up.
pub fn mul_up(a: Int, b: Int) -> Int {
    (a * b).div_up(ONE)
}

/// `aE/b`, rounded down.
pub fn div_down(a: Int, b: Int) -> Int {
    a * ONE / b
}

/// `aE/b`, rounded up.
pub fn div_up(a: Int, b: Int) -> Int {
    (a * ONE).div_up(b)
}

/// `max(0, E - x)`.
pub fn complement(x: Int) -> Int {
    Int::from(ONE).less(x)
}
