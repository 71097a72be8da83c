//! Loops over the runs of a strip, or over one run.

use super::code::Watched;
use super::curve::Curve;
use crate::numerics::strip::{STRIP, Strip};
use te_math as math;

/// A number of several runs.
///
/// Loops write to memory of their own, which lies nowhere else, and the whole is copied then: what is written may be what is
/// read, and the loop becomes vector code all the same. The copy goes from registers.
pub(super) trait Lanes: Copy {
    /// Of every value.
    fn one(a: &Self, f: impl Fn(f64) -> f64) -> Self;

    /// Of every pair.
    fn two(a: &Self, b: &Self, f: impl Fn(f64, f64) -> f64) -> Self;

    /// Of three.
    fn three(a: &Self, b: &Self, c: &Self, f: impl Fn(f64, f64, f64) -> f64) -> Self;

    /// The values of a curve.
    fn through(a: &Self, curve: &Curve) -> Self;

    /// Whether what is watched is as it should be.
    fn is_sound(numbers: &[Self], watched: &Watched) -> bool;
}

macro_rules! lanes {
    ($type:ty, $count:expr, |$strip:ident| $values:expr, $new:expr) => {
        impl Lanes for $type {
            #[inline(always)]
            fn one(a: &Self, f: impl Fn(f64) -> f64) -> Self {
                let mut values = [0.0; $count];
                let $strip = a;
                for (out, a) in values.iter_mut().zip(&$values) {
                    *out = f(*a);
                }
                $new(values)
            }

            #[inline(always)]
            fn two(a: &Self, b: &Self, f: impl Fn(f64, f64) -> f64) -> Self {
                let mut values = [0.0; $count];
                let $strip = a;
                let a = &$values;
                let $strip = b;
                for ((out, a), b) in values.iter_mut().zip(a).zip(&$values) {
                    *out = f(*a, *b);
                }
                $new(values)
            }

            #[inline(always)]
            fn three(a: &Self, b: &Self, c: &Self, f: impl Fn(f64, f64, f64) -> f64) -> Self {
                let mut values = [0.0; $count];
                let $strip = a;
                let a = &$values;
                let $strip = b;
                let b = &$values;
                let $strip = c;
                for (((out, a), b), c) in values.iter_mut().zip(a).zip(b).zip(&$values) {
                    *out = f(*a, *b, *c);
                }
                $new(values)
            }

            #[inline(always)]
            fn through(a: &Self, curve: &Curve) -> Self {
                let $strip = a;
                let mut values = $values;
                curve.apply_to(&mut values);
                $new(values)
            }

            #[inline(always)]
            fn is_sound(numbers: &[Self], watched: &Watched) -> bool {
                // Two sums, of which one is added to while the other waits.
                let (mut one, mut other) = ([0.0; $count], [0.0; $count]);
                let mut pairs = watched.finite.chunks_exact(2);
                for pair in &mut pairs {
                    let $strip = &numbers[pair[0] as usize];
                    let a = &$values;
                    let $strip = &numbers[pair[1] as usize];
                    for (((one, other), a), b) in one.iter_mut().zip(&mut other).zip(a).zip(&$values) {
                        *one += *a;
                        *other += *b;
                    }
                }
                for at in pairs.remainder() {
                    let $strip = &numbers[*at as usize];
                    for (one, a) in one.iter_mut().zip(&$values) {
                        *one += *a;
                    }
                }
                for (one, other) in one.iter_mut().zip(&other) {
                    // 0 where the sum is finite.
                    *one = (*one + *other) * 0.0;
                }
                for (at, low, high) in &watched.within {
                    let $strip = &numbers[*at as usize];
                    for (one, x) in one.iter_mut().zip(&$values) {
                        *one = math::select((*x >= *low) & (*x <= *high), *one, f64::NAN);
                    }
                }
                let mut sound = true;
                for x in &one {
                    sound &= *x == 0.0;
                }
                sound
            }
        }
    };
}

lanes!(Strip, STRIP, |strip| strip.0, Strip);
lanes!([f64; 1], 1, |number| *number, std::convert::identity);
