//! Statistics over runs, gathered while they run and without keeping them.
//!
//! Moments follow Welford's recurrence, joined by Chan's formula in the order of units. Quantiles come from a
//! sketch with logarithmic buckets (DDSketch: Masson, Rim and Lee, "DDSketch: a fast and fully-mergeable quantile
//! sketch with relative-error guarantees", VLDB 2019): counts only, so that the order of runs does not matter, with
//! a relative error of at most 0.5 %.

use std::collections::BTreeMap;

/// Relative error of quantiles.
pub const QUANTILE_ERROR: f64 = 0.005;

/// Values smaller than this in size count as zero in quantiles.
const SMALLEST: f64 = 1e-300;

/// Count, mean, variance, extremes and quantiles of a stream of numbers.
#[derive(Clone, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Summary {
    count: u64,
    mean: f64,
    /// Sum of squared deviations.
    deviations: f64,
    min: f64,
    max: f64,
    /// Buckets of negative values by the logarithm of their size, of zeros, and of positive values.
    negative: BTreeMap<i32, u64>,
    zero: u64,
    positive: BTreeMap<i32, u64>,
}

impl Summary {
    /// Adds a value.
    pub fn push(&mut self, x: f64) {
        self.min = if self.count == 0 { x } else { self.min.min(x) };
        self.max = if self.count == 0 { x } else { self.max.max(x) };
        self.count += 1;
        let delta = x - self.mean;
        self.mean += delta / self.count as f64;
        self.deviations += delta * (x - self.mean);
        if x.abs() < SMALLEST {
            self.zero += 1;
        } else {
            let side = if x > 0.0 { &mut self.positive } else { &mut self.negative };
            *side.entry(bucket(x.abs())).or_default() += 1;
        }
    }

    /// Adds what another summary saw.
    pub fn merge(&mut self, other: &Self) {
        if other.count == 0 {
            return;
        }
        if self.count == 0 {
            *self = other.clone();
            return;
        }
        let total = self.count + other.count;
        let delta = other.mean - self.mean;
        let share = other.count as f64 / total as f64;
        self.deviations += other.deviations + delta * delta * self.count as f64 * share;
        self.mean += delta * share;
        self.min = self.min.min(other.min);
        self.max = self.max.max(other.max);
        self.count = total;
        self.zero += other.zero;
        for (into, from) in [(&mut self.positive, &other.positive), (&mut self.negative, &other.negative)] {
            for (bucket, n) in from {
                *into.entry(*bucket).or_default() += n;
            }
        }
    }

    /// How many values.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// Mean; NaN of nothing.
    pub fn mean(&self) -> f64 {
        if self.count == 0 { f64::NAN } else { self.mean }
    }

    /// Variance with n - 1; 0 for a single value.
    pub fn variance(&self) -> f64 {
        if self.count < 2 { 0.0 } else { self.deviations / (self.count - 1) as f64 }
    }

    /// Smallest value.
    pub fn min(&self) -> f64 {
        if self.count == 0 { f64::NAN } else { self.min }
    }

    /// Largest value.
    pub fn max(&self) -> f64 {
        if self.count == 0 { f64::NAN } else { self.max }
    }

    /// The value of rank `q (n - 1)`, within [`QUANTILE_ERROR`] of its size. The extremes are exact.
    pub fn quantile(&self, q: f64) -> f64 {
        if self.count == 0 {
            return f64::NAN;
        }
        let rank = q.clamp(0.0, 1.0) * (self.count - 1) as f64;
        if rank <= 0.0 {
            return self.min;
        }
        if rank >= (self.count - 1) as f64 {
            return self.max;
        }
        let mut seen = 0_u64;
        let negative = self.negative.iter().rev().map(|(b, n)| (-value(*b), n));
        let zero = std::iter::once((0.0, &self.zero));
        let positive = self.positive.iter().map(|(b, n)| (value(*b), n));
        for (x, n) in negative.chain(zero).chain(positive) {
            seen += n;
            if seen as f64 > rank {
                return x.clamp(self.min, self.max);
            }
        }
        self.max
    }
}

/// The quantile `p` of sorted numbers, by linear interpolation between the two nearest ranks; NaN of nothing.
///
/// ```
/// assert_eq!(te_core::quantile(&[1.0, 2.0, 4.0], 0.75), 3.0);
/// ```
pub fn quantile(sorted: &[f64], p: f64) -> f64 {
    let Some(last) = sorted.len().checked_sub(1) else { return f64::NAN };
    let rank = p.clamp(0.0, 1.0) * last as f64;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the rank lies in [0, last]")]
    let below = rank.floor() as usize;
    match (sorted.get(below), sorted.get(below + 1)) {
        (Some(a), Some(b)) if rank > below as f64 => a + (b - a) * (rank - below as f64),
        (Some(a), _) => *a,
        (None, _) => f64::NAN,
    }
}

/// Ratio of neighbouring buckets' bounds.
const GAMMA: f64 = (1.0 + QUANTILE_ERROR) / (1.0 - QUANTILE_ERROR);

fn bucket(size: f64) -> i32 {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "the logarithm of a finite float to this base is below 2^17"
    )]
    let bucket = (crate::math::ln(size) / crate::math::ln(GAMMA)).ceil() as i32;
    bucket
}

/// The value whose relative distance to both ends of the bucket is equal.
fn value(bucket: i32) -> f64 {
    2.0 * crate::math::exp(f64::from(bucket) * crate::math::ln(GAMMA)) / (GAMMA + 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a rank of at most 200")]
        fn quantiles_are_within_their_error_and_ignore_order(
            mut xs in proptest::collection::vec(prop_oneof![-1e6..1e6, -1e-3..1e-3, Just(0.0)], 1..200),
            q in 0.0..=1.0,
        ) {
            let mut forward = Summary::default();
            let (mut left, mut right) = (Summary::default(), Summary::default());
            for (i, x) in xs.iter().enumerate() {
                forward.push(*x);
                if i < xs.len() / 2 { left.push(*x) } else { right.push(*x) }
            }
            right.merge(&left);
            prop_assert_eq!(forward.quantile(q), right.quantile(q));
            prop_assert_eq!(forward.min(), right.min());
            xs.sort_by(f64::total_cmp);
            let exact = xs[(q * (xs.len() - 1) as f64).floor() as usize];
            let found = forward.quantile(q);
            prop_assert!((found - exact).abs() <= 1.0001 * QUANTILE_ERROR * exact.abs(), "{} for {}", found, exact);
            let mean = xs.iter().sum::<f64>() / xs.len() as f64;
            prop_assert!((right.mean() - mean).abs() <= 1e-9 * (1.0 + mean.abs()));
            let variance = xs.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / (xs.len().max(2) - 1) as f64;
            prop_assert!((right.variance() - variance).abs() <= 1e-9 * (1.0 + variance));
        }
    }
}
