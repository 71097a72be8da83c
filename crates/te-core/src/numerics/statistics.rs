//! Statistics over runs, gathered while they run and without keeping them.
//!
//! Moments of single values follow Welford's recurrence; those of groups are joined by Chan's formula in the order of runs
//! and of units. Quantiles come from a sketch with logarithmic buckets that are read from a float's own bits: counts only,
//! so that the order of runs does not matter, with a relative error of at most 0.5 %.

mod sketch;
mod strip;

use sketch::Sketch;
pub(crate) use strip::PushStrips;

/// Relative error of quantiles.
pub const QUANTILE_ERROR: f64 = 0.005;

/// Count, mean, variance, extremes and quantiles of a stream of numbers.
#[derive(Clone, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Summary {
    moments: Moments,
    sketch: Sketch,
}

/// Count, mean, squared deviations and extremes.
#[derive(Clone, Copy, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
struct Moments {
    count: u64,
    mean: f64,
    /// Sum of squared deviations.
    deviations: f64,
    min: f64,
    max: f64,
}

impl Moments {
    /// Chan's formula.
    #[inline]
    fn join(&mut self, other: &Self) {
        if self.count == 0 || other.count == 0 {
            if self.count == 0 {
                *self = *other;
            }
            return;
        }
        let total = self.count + other.count;
        let delta = other.mean - self.mean;
        let share = other.count as f64 / total as f64;
        self.deviations += other.deviations + delta * delta * self.count as f64 * share;
        self.mean += delta * share;
        // Not `f64::min`: of two zeros that returns either.
        self.min = if other.min < self.min { other.min } else { self.min };
        self.max = if other.max > self.max { other.max } else { self.max };
        self.count = total;
    }
}

impl Summary {
    /// Adds a value.
    pub fn push(&mut self, x: f64) {
        let moments = &mut self.moments;
        moments.min = if moments.count == 0 { x } else { moments.min.min(x) };
        moments.max = if moments.count == 0 { x } else { moments.max.max(x) };
        moments.count += 1;
        let delta = x - moments.mean;
        moments.mean += delta / moments.count as f64;
        moments.deviations += delta * (x - moments.mean);
        self.sketch.push(x);
    }

    /// Adds what another summary saw.
    pub fn merge(&mut self, other: &Self) {
        self.moments.join(&other.moments);
        self.sketch.merge(&other.sketch);
    }

    /// Forgets everything and keeps the memory.
    pub(crate) fn clear(&mut self) {
        self.moments = Moments::default();
        self.sketch.clear();
    }

    /// How many values.
    pub fn count(&self) -> u64 {
        self.moments.count
    }

    /// Mean; NaN of nothing.
    pub fn mean(&self) -> f64 {
        if self.moments.count == 0 { f64::NAN } else { self.moments.mean }
    }

    /// Variance with n - 1; 0 for a single value.
    pub fn variance(&self) -> f64 {
        if self.moments.count < 2 { 0.0 } else { self.moments.deviations / (self.moments.count - 1) as f64 }
    }

    /// Smallest value.
    pub fn min(&self) -> f64 {
        if self.moments.count == 0 { f64::NAN } else { self.moments.min }
    }

    /// Largest value.
    pub fn max(&self) -> f64 {
        if self.moments.count == 0 { f64::NAN } else { self.moments.max }
    }

    /// The value of rank `q (n - 1)`, within [`QUANTILE_ERROR`] of its size. The extremes are exact.
    pub fn quantile(&self, q: f64) -> f64 {
        if self.moments.count == 0 {
            return f64::NAN;
        }
        let rank = q.clamp(0.0, 1.0) * (self.moments.count - 1) as f64;
        if rank <= 0.0 {
            return self.moments.min;
        }
        if rank >= (self.moments.count - 1) as f64 {
            return self.moments.max;
        }
        let mut seen = 0_u64;
        for (x, n) in self.sketch.values() {
            seen += n;
            if seen as f64 > rank {
                return x.max(self.moments.min).min(self.moments.max);
            }
        }
        self.moments.max
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
        // Between equal values there is nothing to interpolate: neither between infinite ones.
        (Some(a), Some(b)) if rank > below as f64 && a != b => between(*a, *b, rank - below as f64),
        (Some(a), _) => *a,
        (None, _) => f64::NAN,
    }
}

/// The value at `share` of the way from `a` to `b`; an infinite end decides.
fn between(a: f64, b: f64, share: f64) -> f64 {
    if a.is_infinite() { a } else { a + (b - a) * share }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use te_math::dispatch::InstructionSet;

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

        #[test]
        fn strips_and_single_values_tell_the_same(
            xs in proptest::collection::vec(
                prop_oneof![-1e6..1e6, -1e-3..1e-3, 10.0..10.5, Just(0.0), Just(-0.0), Just(1e-320), Just(1e100)],
                32,
            ),
            mask in prop_oneof![any::<u32>(), Just(u32::MAX), (0_u32..32).prop_map(|lane| 1 << lane)],
            shift in prop_oneof![Just(0.0), Just(1e9), Just(-1e3)],
        ) {
            let mut strip = crate::numerics::strip::Strip::ZERO;
            // What the other lanes show must not be seen.
            strip.0 = std::array::from_fn(|i| if mask >> i & 1 == 1 { xs[i] + shift } else { f64::NAN });
            let seen = || (0..32).filter(|i| mask >> i & 1 == 1).map(|i| strip.0[i]);
            let mut one_by_one = Summary::default();
            seen().for_each(|x| one_by_one.push(x));
            let mut first = None;
            for set in InstructionSet::available() {
                let mut summaries = [Summary::default()];
                let places = [Some(0)];
                set.run(PushStrips { strips: &[strip], places: &places, summaries: &mut summaries, mask });
                let [summary] = summaries;
                prop_assert_eq!(summary.count(), u64::from(mask.count_ones()));
                prop_assert!(mask == 0 || summary.min() == one_by_one.min());
                prop_assert!(mask == 0 || summary.max() == one_by_one.max());
                prop_assert_eq!(&summary.sketch, &one_by_one.sketch);
                let (a, b) = (summary.moments, one_by_one.moments);
                let size = a.max.abs().max(a.min.abs());
                prop_assert!((a.mean - b.mean).abs() <= 1e-14 * size, "{} {}", a.mean, b.mean);
                prop_assert!((a.deviations - b.deviations).abs() <= 1e-9 * b.deviations + 1e-12 * size);
                let bits = format!("{summary:?}");
                prop_assert_eq!(first.get_or_insert(bits.clone()), &bits, "{}", set.name());
            }
        }
    }

    /// Deviations of 1 around a mean of 1e9, of which each square has lost all of them.
    #[test]
    fn a_small_deviation_from_a_large_mean_is_kept() {
        let mut stream =
            crate::numerics::stream::Stream::new(crate::numerics::stream::StreamKey::default(), "deviation");
        let xs: Vec<f64> = (0..4096).map(|_| 1e9 + (stream.uniform() - 0.5) * 12.0_f64.sqrt()).collect();
        // Exact: the differences are small multiples of 2^-23.
        let off: Vec<f64> = xs.iter().map(|x| x - 1e9).collect();
        let mean = off.iter().sum::<f64>() / 4096.0;
        let variance = off.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / 4095.0;
        let mut summaries = [Summary::default()];
        for chunk in xs.chunks_exact(32) {
            let mut strip = crate::numerics::strip::Strip::ZERO;
            strip.0.copy_from_slice(chunk);
            let places = [Some(0)];
            InstructionSet::widest().run(PushStrips {
                strips: &[strip],
                places: &places,
                summaries: &mut summaries,
                mask: u32::MAX,
            });
        }
        let [summary] = summaries;
        assert!((summary.mean() - 1e9 - mean).abs() <= 1e-6, "{} {mean}", summary.mean() - 1e9);
        assert!((summary.variance() - variance).abs() <= 1e-7, "{} {variance}", summary.variance());
    }

    /// From the smallest value that does not count as zero to the largest, at both ends of buckets and between.
    #[test]
    fn quantiles_of_any_size_are_within_their_error() {
        for exponent in 27_u64..2047 {
            for part in [1.0, 1.0 + f64::EPSILON, 1.003, 1.0078, 1.4, 1.9999, 2.0 - f64::EPSILON] {
                let x = f64::from_bits(exponent << 52) * part;
                for x in [x, -x] {
                    let mut summary = Summary::default();
                    // Not an extreme, which would be exact.
                    summary.push(-f64::MAX);
                    summary.push(x);
                    summary.push(f64::MAX);
                    let found = summary.quantile(0.5);
                    assert!(((found - x) / x).abs() <= 1.0 / 256.0, "{found:e} for {x:e}");
                }
            }
        }
    }

    #[test]
    fn a_summary_survives_its_text() {
        let mut summary = Summary::default();
        for x in [0.0, -3.5, -3.5, 1e-310, 7e22, -1e-290] {
            summary.push(x);
        }
        let text = serde_json::to_string(&summary).unwrap();
        assert_eq!(serde_json::from_str::<Summary>(&text).unwrap(), summary);
        assert_ne!(summary, Summary::default());
    }
}
