//! Statistics of a strip: 32 runs at once.
//!
//! The moments of a strip are those of two passes over its values, mean first and then squared deviations from it, and are
//! joined to what was seen before by Chan's formula. That loses less than adding value by value: a run's value meets at most
//! 31 others before the mean of the strip is known, and the square of the mean never enters.

#![expect(
    clippy::inline_always,
    reason = "inlined into each instruction set's copy of a kernel, or the kernel is not vectorised"
)]

use super::{Moments, Summary};
use crate::numerics::strip::{STRIP, Strip};
use te_math::dispatch::Kernel;

/// Adds the values of one subset's runs in a strip to the summaries of a row, one for each column.
pub(crate) struct PushStrips<'a> {
    /// What a group of lanes shows.
    pub(crate) strips: &'a [Strip],
    /// For each summary the place of its strip, where the system has the column.
    pub(crate) places: &'a [Option<usize>],
    pub(crate) summaries: &'a mut [Summary],
    /// Lanes that count.
    pub(crate) mask: u32,
}

impl Kernel for PushStrips<'_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let Self { strips, places, summaries, mask } = self;
        for (summary, place) in summaries.iter_mut().zip(places) {
            let Some(strip) = place.and_then(|place| strips.get(place)) else { continue };
            match mask.count_ones() {
                0 => {}
                1 => summary.push_single(strip.0[mask.trailing_zeros() as usize % STRIP]),
                32 => summary.push_strip(&strip.0, mask, moments(&strip.0)),
                _ => summary.push_strip(&strip.0, mask, moments_of(&strip.0, mask)),
            }
        }
    }
}

/// Moments of 32 values.
#[inline(always)]
fn moments(xs: &[f64; STRIP]) -> Moments {
    // Each value is scaled before they are added, which is exact and cannot overflow.
    let mean = fold(&each(xs, |x| x * (1.0 / STRIP as f64)), |a, b| a + b);
    let min = fold(xs, least);
    let max = fold(xs, greatest);
    // Rounding may carry the mean of equal values past them.
    let mean = least(greatest(mean, min), max);
    let deviations = fold(&each(xs, |x| (x - mean) * (x - mean)), |a, b| a + b);
    Moments { count: STRIP as u64, mean, deviations, min, max }
}

/// Moments of the values in the lanes of `mask`, of which there are some.
#[inline(always)]
fn moments_of(xs: &[f64; STRIP], mask: u32) -> Moments {
    let count = mask.count_ones();
    let stand_in = xs[mask.trailing_zeros() as usize % STRIP];
    let mut present = [false; STRIP];
    let mut filled = [0.0; STRIP];
    for lane in 0..STRIP {
        present[lane] = mask >> lane & 1 == 1;
        filled[lane] = if present[lane] { xs[lane] } else { stand_in };
    }
    let mut parts = [0.0; STRIP];
    for lane in 0..STRIP {
        parts[lane] = if present[lane] { filled[lane] * (1.0 / STRIP as f64) } else { 0.0 };
    }
    let min = fold(&filled, least);
    let max = fold(&filled, greatest);
    let mean = fold(&parts, |a, b| a + b) * (STRIP as f64 / f64::from(count));
    let mean = least(greatest(mean, min), max);
    for lane in 0..STRIP {
        let delta = filled[lane] - mean;
        parts[lane] = if present[lane] { delta * delta } else { 0.0 };
    }
    Moments { count: u64::from(count), mean, deviations: fold(&parts, |a, b| a + b), min, max }
}

#[inline(always)]
fn least(a: f64, b: f64) -> f64 {
    if a < b { a } else { b }
}

#[inline(always)]
fn greatest(a: f64, b: f64) -> f64 {
    if a > b { a } else { b }
}

#[inline(always)]
fn each(xs: &[f64; STRIP], f: impl Fn(f64) -> f64) -> [f64; STRIP] {
    let mut out = [0.0; STRIP];
    for (y, x) in out.iter_mut().zip(xs) {
        *y = f(*x);
    }
    out
}

/// Folds 32 values by halves, in an order that is the same on every machine.
#[inline(always)]
fn fold(xs: &[f64; STRIP], f: impl Fn(f64, f64) -> f64) -> f64 {
    let mut eight = [0.0; 8];
    for (i, y) in eight.iter_mut().enumerate() {
        *y = f(f(xs[i], xs[i + 8]), f(xs[i + 16], xs[i + 24]));
    }
    let four: [f64; 4] = std::array::from_fn(|i| f(eight[i], eight[i + 4]));
    f(f(four[0], four[2]), f(four[1], four[3]))
}

impl Summary {
    /// Adds a value as a strip of one.
    #[inline(always)]
    fn push_single(&mut self, x: f64) {
        self.moments.join(&Moments { count: 1, mean: x, deviations: 0.0, min: x, max: x });
        self.sketch.add(x, 1);
    }

    /// Adds the values in the lanes of `mask`, whose moments these are.
    #[inline(always)]
    fn push_strip(&mut self, xs: &[f64; STRIP], mask: u32, moments: Moments) {
        self.moments.join(&moments);
        self.sketch.push_strip(xs, mask, moments.min, moments.max);
    }
}
