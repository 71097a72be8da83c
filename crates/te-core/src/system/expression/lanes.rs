//! Loops over the runs of a strip, or over one run.

use crate::numerics::strip::{STRIP, Strip};

/// A number of several runs.
///
/// Loops write to memory of their own, which lies nowhere else, and the whole is copied then: what is written may be what is
/// read, and the loop becomes vector code all the same. The copy goes from registers.
pub(super) trait Lanes: Copy {
    /// The same in every run.
    fn all(x: f64) -> Self;

    /// Of every value.
    fn one(a: &Self, f: impl Fn(f64) -> f64) -> Self;

    /// Of every pair.
    fn two(a: &Self, b: &Self, f: impl Fn(f64, f64) -> f64) -> Self;

    /// Of three.
    fn three(a: &Self, b: &Self, c: &Self, f: impl Fn(f64, f64, f64) -> f64) -> Self;

    /// Whether it is 0 in every run.
    fn is_zero(&self) -> bool;
}

macro_rules! lanes {
    ($type:ty, $count:expr, |$strip:ident| $values:expr, $new:expr) => {
        impl Lanes for $type {
            #[inline(always)]
            fn all(x: f64) -> Self {
                $new([x; $count])
            }

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
            fn is_zero(&self) -> bool {
                let $strip = self;
                // A sum of truths, not a search: it has no early end.
                let mut others = 0_u64;
                for x in &$values {
                    others |= u64::from(*x != 0.0);
                }
                others == 0
            }
        }
    };
}

lanes!(Strip, STRIP, |strip| strip.0, Strip);
lanes!([f64; 1], 1, |number| *number, std::convert::identity);
