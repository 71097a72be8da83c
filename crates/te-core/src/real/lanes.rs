//! A column of runs as one value: [`Lanes`] and its [`LaneMask`].
//!
//! Every operation is a loop over the `N` values. Take 32 or 64 for `N`: loops of 8 or 16 are unrolled before they can
//! become vector code, and intermediate columns of 128 and more are copied about.

use super::{Mask, Real};
use std::hint::select_unpredictable;
use std::ops::{Add, AddAssign, BitAnd, BitOr, Div, DivAssign, Mul, MulAssign, Neg, Not, Sub, SubAssign};

/// `N` doubles, one for each run of a column.
#[derive(Clone, Copy, Debug, PartialEq)]
#[repr(transparent)]
pub struct Lanes<const N: usize>(pub [f64; N]);

/// `N` truth values, each as 64 equal bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(transparent)]
pub struct LaneMask<const N: usize>([u64; N]);

macro_rules! arithmetic {
    ($($operation:ident, $function:ident, $assign:ident, $assign_function:ident;)*) => {$(
        impl<const N: usize> $operation for Lanes<N> {
            type Output = Self;

            #[inline(always)]
            fn $function(mut self, other: Self) -> Self {
                for (a, b) in self.0.iter_mut().zip(&other.0) {
                    *a = a.$function(*b);
                }
                self
            }
        }

        impl<const N: usize> $operation<f64> for Lanes<N> {
            type Output = Self;

            #[inline(always)]
            fn $function(mut self, other: f64) -> Self {
                for a in &mut self.0 {
                    *a = a.$function(other);
                }
                self
            }
        }

        impl<const N: usize> $assign for Lanes<N> {
            #[inline(always)]
            fn $assign_function(&mut self, other: Self) {
                for (a, b) in self.0.iter_mut().zip(&other.0) {
                    *a = a.$function(*b);
                }
            }
        }
    )*};
}

arithmetic! {
    Add, add, AddAssign, add_assign;
    Sub, sub, SubAssign, sub_assign;
    Mul, mul, MulAssign, mul_assign;
    Div, div, DivAssign, div_assign;
}

impl<const N: usize> Neg for Lanes<N> {
    type Output = Self;

    #[inline(always)]
    fn neg(mut self) -> Self {
        for a in &mut self.0 {
            *a = -*a;
        }
        self
    }
}

impl<const N: usize> BitAnd for LaneMask<N> {
    type Output = Self;

    #[inline(always)]
    fn bitand(mut self, other: Self) -> Self {
        for (a, b) in self.0.iter_mut().zip(&other.0) {
            *a &= b;
        }
        self
    }
}

impl<const N: usize> BitOr for LaneMask<N> {
    type Output = Self;

    #[inline(always)]
    fn bitor(mut self, other: Self) -> Self {
        for (a, b) in self.0.iter_mut().zip(&other.0) {
            *a |= b;
        }
        self
    }
}

impl<const N: usize> Not for LaneMask<N> {
    type Output = Self;

    #[inline(always)]
    fn not(mut self) -> Self {
        for a in &mut self.0 {
            *a = !*a;
        }
        self
    }
}

impl<const N: usize> Mask for LaneMask<N> {
    #[inline(always)]
    fn splat(value: bool) -> Self {
        Self([if value { u64::MAX } else { 0 }; N])
    }

    #[inline(always)]
    fn any(self) -> bool {
        self.0.iter().fold(0, |any, bits| any | bits) != 0
    }

    #[inline(always)]
    fn all(self) -> bool {
        self.0.iter().fold(u64::MAX, |all, bits| all & bits) != 0
    }
}

impl<const N: usize> Real for Lanes<N> {
    type Mask = LaneMask<N>;

    const WIDTH: usize = N;

    #[inline(always)]
    fn splat(value: f64) -> Self {
        Self([value; N])
    }

    #[inline(always)]
    fn values(&self) -> &[f64] {
        &self.0
    }

    #[inline(always)]
    fn values_mut(&mut self) -> &mut [f64] {
        &mut self.0
    }

    #[inline(always)]
    fn below(self, other: Self) -> LaneMask<N> {
        let mut mask = [0; N];
        for ((bits, a), b) in mask.iter_mut().zip(&self.0).zip(&other.0) {
            *bits = select_unpredictable(a < b, u64::MAX, 0);
        }
        LaneMask(mask)
    }

    #[inline(always)]
    fn at_most(self, other: Self) -> LaneMask<N> {
        let mut mask = [0; N];
        for ((bits, a), b) in mask.iter_mut().zip(&self.0).zip(&other.0) {
            *bits = select_unpredictable(a <= b, u64::MAX, 0);
        }
        LaneMask(mask)
    }

    #[inline(always)]
    fn equals(self, other: Self) -> LaneMask<N> {
        let mut mask = [0; N];
        for ((bits, a), b) in mask.iter_mut().zip(&self.0).zip(&other.0) {
            *bits = select_unpredictable(a == b, u64::MAX, 0);
        }
        LaneMask(mask)
    }

    #[inline(always)]
    fn select(mask: LaneMask<N>, mut yes: Self, no: Self) -> Self {
        for ((a, b), bits) in yes.0.iter_mut().zip(&no.0).zip(&mask.0) {
            *a = f64::from_bits((a.to_bits() & bits) | (b.to_bits() & !bits));
        }
        yes
    }

    #[inline(always)]
    fn powf(mut self, exponent: Self) -> Self {
        for (value, exponent) in self.0.iter_mut().zip(&exponent.0) {
            *value = Real::powf(*value, *exponent);
        }
        self
    }

    #[inline(always)]
    fn abs(mut self) -> Self {
        for value in &mut self.0 {
            *value = Real::abs(*value);
        }
        self
    }

    #[inline(always)]
    fn sqrt(mut self) -> Self {
        for value in &mut self.0 {
            *value = Real::sqrt(*value);
        }
        self
    }

    #[inline(always)]
    fn exp(mut self) -> Self {
        for value in &mut self.0 {
            *value = Real::exp(*value);
        }
        self
    }

    #[inline(always)]
    fn exp_m1(mut self) -> Self {
        for value in &mut self.0 {
            *value = Real::exp_m1(*value);
        }
        self
    }

    #[inline(always)]
    fn ln(mut self) -> Self {
        for value in &mut self.0 {
            *value = Real::ln(*value);
        }
        self
    }

    #[inline(always)]
    fn ln_1p(mut self) -> Self {
        for value in &mut self.0 {
            *value = Real::ln_1p(*value);
        }
        self
    }

    #[inline(always)]
    fn logistic(mut self) -> Self {
        for value in &mut self.0 {
            *value = Real::logistic(*value);
        }
        self
    }

    #[inline(always)]
    fn tanh(mut self) -> Self {
        for value in &mut self.0 {
            *value = Real::tanh(*value);
        }
        self
    }
}
