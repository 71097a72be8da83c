//! One formula, one run or a column of runs.
//!
//! [`Real`] is what a formula asks of its numbers. A step written over `R: Real` runs with `f64`, one run at a time, and
//! with [`Lanes`], a column of runs at a time, and gives each run the same bits either way: every operation is one IEEE
//! operation per value, and `exp`, `ln` and `powf` come from [`math`].
//!
//! Branches are written as masks and [`select`](Real::select): both sides are computed, the mask chooses.
//!
//! # Two ways to run a column
//! 1. *A loop with `f64`* over slices, inside a [`Kernel`](crate::math::dispatch::Kernel): the compiler turns the loop over
//!    runs into vector code and keeps intermediate values in registers.
//! 2. *Values of [`Lanes`]*: each operation is a loop of its own. Use it where the state of a component is a struct of
//!    `R` and steps as one value, and call it inside a kernel too. Take 32 or 64 lanes: there it is as fast as the first
//!    way, while from 128 lanes on intermediate columns may be copied about, at up to twice the time.
//!
//! # Examples
//! ```
//! use te_core::real::{Lanes, Real};
//!
//! /// Proportional correction, bounded by the throttle.
//! #[inline(always)]
//! fn correction<R: Real>(ratio: R, target: R, throttle: R) -> R {
//!     let error = (R::splat(1.0) - ratio / target) / 12.0;
//!     error.max(-throttle).min(throttle)
//! }
//!
//! let alone = correction(0.1, 0.2, 0.008);
//! let column = correction(Lanes::<64>::splat(0.1), Lanes::splat(0.2), Lanes::splat(0.008));
//! assert!(column.values().iter().all(|value| value.to_bits() == alone.to_bits()));
//! ```

#![expect(
    clippy::inline_always,
    reason = "inlined into each instruction set's copy of a kernel, or the kernel is not vectorised"
)]

mod lanes;

pub use lanes::{LaneMask, Lanes};

use crate::math;
use std::fmt::Debug;
use std::hint::select_unpredictable;
use std::ops::{Add, AddAssign, BitAnd, BitOr, Div, DivAssign, Mul, MulAssign, Neg, Not, Sub, SubAssign};

/// The outcome of a comparison, one truth value for each lane.
pub trait Mask:
    Copy + Debug + BitAnd<Output = Self> + BitOr<Output = Self> + Not<Output = Self> + Send + Sync + 'static
{
    /// The same truth value in every lane.
    fn splat(value: bool) -> Self;

    /// Whether it holds in at least one lane.
    fn any(self) -> bool;

    /// Whether it holds in every lane.
    fn all(self) -> bool;
}

impl Mask for bool {
    #[inline(always)]
    fn splat(value: bool) -> Self {
        value
    }

    #[inline(always)]
    fn any(self) -> bool {
        self
    }

    #[inline(always)]
    fn all(self) -> bool {
        self
    }
}

/// A double, or a column of doubles that are worked on alike.
///
/// Comparisons are false where a side is NaN. In code that names `f64` itself, `x.exp()` is the platform's function; write
/// formulas over `R: Real`, or call [`math`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a number that a formula can run on",
    note = "use `f64` for one run, `te_core::real::Lanes<N>` for a column of N runs"
)]
pub trait Real:
    Copy
    + Debug
    + Send
    + Sync
    + 'static
    + Neg<Output = Self>
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Div<Output = Self>
    + Add<f64, Output = Self>
    + Sub<f64, Output = Self>
    + Mul<f64, Output = Self>
    + Div<f64, Output = Self>
    + AddAssign
    + SubAssign
    + MulAssign
    + DivAssign
{
    /// The outcome of comparisons.
    type Mask: Mask;

    /// The number of lanes.
    const WIDTH: usize;

    /// The same value in every lane.
    #[must_use]
    fn splat(value: f64) -> Self;

    /// The values of the lanes.
    fn values(&self) -> &[f64];

    /// The values of the lanes, to write.
    fn values_mut(&mut self) -> &mut [f64];

    /// `self < other`.
    #[must_use]
    fn below(self, other: Self) -> Self::Mask;

    /// `self <= other`.
    #[must_use]
    fn at_most(self, other: Self) -> Self::Mask;

    /// `self = other`.
    #[must_use]
    fn equals(self, other: Self) -> Self::Mask;

    /// `self > other`.
    #[must_use]
    #[inline(always)]
    fn above(self, other: Self) -> Self::Mask {
        other.below(self)
    }

    /// `self >= other`.
    #[must_use]
    #[inline(always)]
    fn at_least(self, other: Self) -> Self::Mask {
        other.at_most(self)
    }

    /// `yes` where `mask` holds, else `no`.
    #[must_use]
    fn select(mask: Self::Mask, yes: Self, no: Self) -> Self;

    /// `self` where it is below `other`, else `other`: `other` where one of them is NaN.
    #[must_use]
    #[inline(always)]
    fn min(self, other: Self) -> Self {
        Self::select(self.below(other), self, other)
    }

    /// `self` where it is above `other`, else `other`: `other` where one of them is NaN.
    #[must_use]
    #[inline(always)]
    fn max(self, other: Self) -> Self {
        Self::select(other.below(self), self, other)
    }

    /// Neither infinite nor NaN.
    #[inline(always)]
    fn is_finite(self) -> Self::Mask {
        self.abs().below(Self::splat(f64::INFINITY))
    }

    /// The absolute value.
    #[must_use]
    fn abs(self) -> Self;

    /// [`math::sqrt`].
    #[must_use]
    fn sqrt(self) -> Self;

    /// [`math::exp`].
    #[must_use]
    fn exp(self) -> Self;

    /// [`math::exp_m1`].
    #[must_use]
    fn exp_m1(self) -> Self;

    /// [`math::ln`].
    #[must_use]
    fn ln(self) -> Self;

    /// [`math::ln_1p`].
    #[must_use]
    fn ln_1p(self) -> Self;

    /// [`math::pow`].
    #[must_use]
    fn powf(self, exponent: Self) -> Self;

    /// [`math::logistic`].
    #[must_use]
    fn logistic(self) -> Self;

    /// [`math::tanh`].
    #[must_use]
    fn tanh(self) -> Self;
}

impl Real for f64 {
    type Mask = bool;

    const WIDTH: usize = 1;

    #[inline(always)]
    fn splat(value: f64) -> Self {
        value
    }

    #[inline(always)]
    fn values(&self) -> &[f64] {
        std::slice::from_ref(self)
    }

    #[inline(always)]
    fn values_mut(&mut self) -> &mut [f64] {
        std::slice::from_mut(self)
    }

    #[inline(always)]
    fn below(self, other: Self) -> bool {
        self < other
    }

    #[inline(always)]
    fn at_most(self, other: Self) -> bool {
        self <= other
    }

    #[inline(always)]
    fn equals(self, other: Self) -> bool {
        self == other
    }

    #[inline(always)]
    fn select(mask: bool, yes: Self, no: Self) -> Self {
        // Not `if`: the compiler may turn that into a branch, and then does not vectorise the loop around it.
        select_unpredictable(mask, yes, no)
    }

    #[inline(always)]
    fn abs(self) -> Self {
        f64::abs(self)
    }

    #[inline(always)]
    fn sqrt(self) -> Self {
        math::sqrt(self)
    }

    #[inline(always)]
    fn exp(self) -> Self {
        math::exp(self)
    }

    #[inline(always)]
    fn exp_m1(self) -> Self {
        math::exp_m1(self)
    }

    #[inline(always)]
    fn ln(self) -> Self {
        math::ln(self)
    }

    #[inline(always)]
    fn ln_1p(self) -> Self {
        math::ln_1p(self)
    }

    #[inline(always)]
    fn powf(self, exponent: Self) -> Self {
        math::pow(self, exponent)
    }

    #[inline(always)]
    fn logistic(self) -> Self {
        math::logistic(self)
    }

    #[inline(always)]
    fn tanh(self) -> Self {
        math::tanh(self)
    }
}
