//! Normal and Poisson draws, from basic operations and the project's own exp and ln: the same bits on every platform.
//!
//! - Normal: Marsaglia's polar method (Marsaglia and Bray 1964), one of the pair thrown away so that draws do not depend on
//!   each other's number.
//! - Poisson with a mean below 10: multiplication of uniforms (Knuth, The Art of Computer Programming, volume 2, 3.4.1).
//! - Poisson with a larger mean: transformed rejection with a squeeze (Hörmann 1993, "The transformed rejection method for
//!   generating Poisson random variables", algorithm PTRS), whose cost does not grow with the mean.

use super::Stream;
use te_math::{self as math, OutOfRange};

/// From here on Poisson draws are by rejection.
const LARGE: f64 = 10.0;
/// The largest mean of a Poisson draw: beyond it counts next to each other are no longer told apart by floats.
pub(super) const MOST: f64 = 1e15;

impl Stream {
    /// A draw from the standard normal distribution: mean 0, standard deviation 1.
    ///
    /// ```
    /// use te_core::{Stream, StreamKey};
    /// let mut stream = Stream::new(StreamKey { seed: 7, run: 1, subset: None }, "market");
    /// let mean = (0..10_000).map(|_| stream.normal()).sum::<f64>() / 10_000.0;
    /// assert!(mean.abs() < 0.04);
    /// ```
    pub fn normal(&mut self) -> f64 {
        loop {
            let x = 2.0 * self.uniform() - 1.0;
            let y = 2.0 * self.uniform() - 1.0;
            let s = x * x + y * y;
            if s > 0.0 && s < 1.0 {
                return x * (-2.0 * math::ln(s) / s).sqrt();
            }
        }
    }

    /// A draw from the Poisson distribution of this mean: a whole number of 0 or more, exact as a float.
    ///
    /// # Errors
    /// [`OutOfRange`] where the mean is not in `[0, 1e15]`.
    ///
    /// ```
    /// use te_core::{Stream, StreamKey};
    /// let mut stream = Stream::new(StreamKey { seed: 7, run: 1, subset: None }, "arrivals");
    /// assert_eq!(stream.poisson(0.0)?, 0.0);
    /// let count = stream.poisson(1e6)?;
    /// assert!(count.fract() == 0.0 && (count - 1e6).abs() < 6e3);
    /// assert!(stream.poisson(-1.0).is_err());
    /// # Ok::<(), te_core::OutOfRange>(())
    /// ```
    pub fn poisson(&mut self, mean: f64) -> Result<f64, OutOfRange> {
        if !(0.0..=MOST).contains(&mean) {
            return Err(OutOfRange::new("mean of a Poisson draw", mean, "[0, 1e15]"));
        }
        Ok(if mean < LARGE { self.few(mean) } else { self.many(mean) })
    }

    /// How many uniforms can be multiplied before the product falls to exp(-mean).
    fn few(&mut self, mean: f64) -> f64 {
        let least = math::exp(-mean);
        let (mut count, mut product) = (0.0, self.uniform());
        while product > least {
            count += 1.0;
            product *= self.uniform();
        }
        count
    }

    /// PTRS: a ratio of uniforms, taken over to whole numbers, and accepted by the probabilities' ratio.
    fn many(&mut self, mean: f64) -> f64 {
        let b = 0.931 + 2.53 * mean.sqrt();
        let a = -0.059 + 0.024_83 * b;
        let inverse_alpha = 1.1239 + 1.1328 / (b - 3.4);
        let squeeze = 0.9277 - 3.6224 / (b - 2.0);
        loop {
            let u = self.uniform() - 0.5;
            let v = 1.0 - self.uniform();
            let us = 0.5 - u.abs();
            if us <= 0.0 {
                continue;
            }
            let k = ((2.0 * a / us + b) * u + mean + 0.43).floor();
            if us >= 0.07 && v <= squeeze {
                return k;
            }
            if k < 0.0 || (us < 0.013 && v > us) {
                continue;
            }
            if math::ln(v * inverse_alpha / (a / (us * us) + b)) <= ln_probability(k, mean) {
                return k;
            }
        }
    }
}

/// The logarithm of the probability of k, mean^k exp(-mean) / k!, without the differences of large numbers (Loader 2000, "Fast
/// and accurate computation of binomial probabilities").
fn ln_probability(k: f64, mean: f64) -> f64 {
    if k == 0.0 {
        return -mean;
    }
    -0.5 * math::ln(std::f64::consts::TAU * k) - stirling_error(k) - deviance(k, mean)
}

/// ln k! - (k + 1/2) ln k + k - ln(2 pi) / 2: for a few k from the factorial, else by its series to 1/k^7.
fn stirling_error(k: f64) -> f64 {
    const HALF_LN_TAU: f64 = 0.918_938_533_204_672_8;
    if k < 16.0 {
        let (mut factorial, mut factor) = (1.0, 2.0);
        while factor <= k {
            factorial *= factor;
            factor += 1.0;
        }
        return math::ln(factorial) - (k + 0.5) * math::ln(k) + k - HALF_LN_TAU;
    }
    let x = 1.0 / (k * k);
    (1.0 / 12.0 - x * (1.0 / 360.0 - x * (1.0 / 1260.0 - x / 1680.0))) / k
}

/// k ln(k / mean) + mean - k, by a series where k is near the mean.
fn deviance(k: f64, mean: f64) -> f64 {
    let apart = k - mean;
    if apart.abs() >= 0.1 * (k + mean) {
        return k * math::ln(k / mean) - apart;
    }
    let v = apart / (k + mean);
    let square = v * v;
    let (mut sum, mut term, mut odd) = (apart * v, 2.0 * k * v, 3.0);
    loop {
        term *= square;
        let next = sum + term / odd;
        if next == sum {
            return sum;
        }
        (sum, odd) = (next, odd + 2.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::numerics::stream::StreamKey;

    fn stream(seed: u64) -> Stream {
        Stream::new(StreamKey { seed, run: 1, subset: None }, "draws")
    }

    /// Values of mpmath 1.3 with 40 digits: `k * log(m) - m - loggamma(k + 1)`.
    #[test]
    fn logarithms_of_probabilities() {
        for (k, mean, expected) in [
            (0.0, 0.5, -0.5),
            (1.0, 10.0, -7.697414907005954),
            (5.0, 12.5, -4.658848521240769),
            (15.0, 10.0, -3.3604949889302063),
            (16.0, 20.0, -2.740143729216817),
            (100.0, 90.0, -3.7584085225369837),
            (100.0, 300.0, -93.36112808994338),
            (1001500.0, 1000000.0, -8.95188125495289),
            (999997000000.0, 1000000000000.0, -19.23445209117353),
            (1000000100000000.0, 1000000000000000.0, -23.188326613993354),
        ] {
            let found = ln_probability(k, mean);
            assert!((found - expected).abs() <= 1e-13 * expected.abs(), "{k}, {mean}: {found}");
        }
    }

    /// Mean, variance, third and fourth moment over many seeds, within five standard errors.
    #[test]
    fn moments_of_the_normal() {
        let (seeds, draws) = (200_u32, 500_u32);
        let n = f64::from(seeds * draws);
        let mut sums = [0.0; 4];
        for seed in 0..seeds {
            let mut stream = stream(u64::from(seed));
            for _ in 0..draws {
                let x = stream.normal();
                let square = x * x;
                sums.iter_mut().zip([x, square, x * square, square * square]).for_each(|(sum, x)| *sum += x);
            }
        }
        // Variances of x, x^2, x^3, x^4 under the standard normal law: 1, 2, 15, 96.
        for ((sum, mean), variance) in sums.iter().zip([0.0, 1.0, 0.0, 3.0]).zip([1.0, 2.0, 15.0, 96.0_f64]) {
            assert!((sum / n - mean).abs() < 5.0 * (variance / n).sqrt(), "{} instead of {mean}", sum / n);
        }
    }

    /// The largest distance between the shares below and the exact law, at points of mpmath 1.3, `ncdf`.
    #[test]
    fn the_law_of_the_normal() {
        const LAW: [(f64, f64); 7] = [
            (-3.0, 0.001_349_898_031_630_094_6),
            (-2.0, 0.022_750_131_948_179_21),
            (-1.0, 0.158_655_253_931_457_07),
            (0.0, 0.5),
            (0.5, 0.691_462_461_274_013_1),
            (1.5, 0.933_192_798_731_141_9),
            (2.5, 0.993_790_334_674_223_8),
        ];
        let n = 100_000;
        let mut draws: Vec<f64> = (0..n / 100)
            .flat_map(|seed| {
                let mut stream = stream(seed);
                (0..100).map(move |_| stream.normal())
            })
            .collect();
        draws.sort_by(f64::total_cmp);
        for (x, expected) in LAW {
            let below = draws.partition_point(|draw| *draw < x) as f64 / n as f64;
            // Kolmogorov's 99.9 % bound.
            assert!((below - expected).abs() < 1.95 / (n as f64).sqrt(), "{below} below {x}");
        }
    }

    /// The distribution function of the Poisson law, each probability from the one before in logarithms.
    fn law(mean: f64, to: f64) -> Vec<f64> {
        let (mut sum, mut k, mut ln_factorial, mut out) = (0.0, 0.0_f64, 0.0, Vec::new());
        while k <= to {
            ln_factorial += k.max(1.0).ln();
            sum += (k * mean.ln() - mean - ln_factorial).exp();
            out.push(sum);
            k += 1.0;
        }
        out
    }

    /// Kolmogorov's distance to the exact law, mean and variance, for means of both methods and at their border.
    #[test]
    fn the_law_of_the_poisson() {
        for mean in [0.001, 0.5, 3.0, 9.999, 10.0, 12.5, 40.0, 300.0, 20_000.0] {
            let n = 40_000;
            let mut draws: Vec<f64> = (0..n / 100)
                .flat_map(|seed| {
                    let mut stream = stream(seed);
                    (0..100).map(move |_| stream.poisson(mean).unwrap())
                })
                .collect();
            draws.sort_by(f64::total_cmp);
            let count = n as f64;
            let average = draws.iter().sum::<f64>() / count;
            assert!((average - mean).abs() < 5.0 * (mean / count).sqrt(), "{mean}: mean {average}");
            let variance = draws.iter().map(|x| (x - average).powi(2)).sum::<f64>() / (count - 1.0);
            let error = ((mean + 2.0 * mean * mean) / count).sqrt();
            assert!((variance - mean).abs() < 5.0 * error, "{mean}: variance {variance}");
            let law = law(mean, draws[draws.len() - 1]);
            let distance = law
                .iter()
                .enumerate()
                .map(|(k, expected)| {
                    let below = draws.partition_point(|draw| *draw <= k as f64) as f64 / count;
                    (below - expected).abs()
                })
                .fold(0.0, f64::max);
            assert!(distance < 1.95 / count.sqrt(), "{mean}: distance {distance}");
        }
    }

    #[test]
    fn large_means_and_refusals() {
        let mut stream = stream(5);
        for mean in [1e9, 1e12, MOST] {
            let draw = stream.poisson(mean).unwrap();
            assert!(draw.fract() == 0.0 && (draw - mean).abs() < 8.0 * mean.sqrt(), "{draw}");
        }
        for mean in [-1e-300, 1.1e15, f64::NAN, f64::INFINITY] {
            let refused = stream.poisson(mean).unwrap_err().to_string();
            assert!(refused.ends_with("allowed is [0, 1e15]"), "{refused}");
        }
    }

    /// A changed draw changes every published result.
    #[test]
    fn draws_are_pinned() {
        let mut stream = stream(1);
        let found =
            [stream.normal(), stream.poisson(3.0).unwrap(), stream.poisson(1e4).unwrap(), stream.normal()];
        assert_eq!(found.map(f64::to_bits), PINNED);
    }

    const PINNED: [u64; 4] =
        [13829472401331583120, 4613937818241073152, 4666825976804540416, 13816844139184416476];
}
