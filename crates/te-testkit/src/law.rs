//! Samples held against the law that they are drawn from.
//!
//! A sample mean or variance may be off by 4 of its own standard errors: a correct sampler fails one such check in 16,000.
//! A Kolmogorov-Smirnov distance below 2.0 is exceeded with probability 6.7e-4. Seeds are fixed, so a pass is a pass for ever.

use te_core::{Stream, StreamKey};

/// So many independent draws from each of so many seeds; `name` is the instance whose stream it is.
pub fn sample(name: &str, seeds: u64, draws: usize, mut draw: impl FnMut(&mut Stream) -> f64) -> Vec<f64> {
    let mut all = Vec::with_capacity(draws * usize::try_from(seeds).unwrap());
    for seed in 0..seeds {
        let mut stream = Stream::new(StreamKey { seed, run: 1, subset: None }, name);
        all.extend((0..draws).map(|_| draw(&mut stream)));
    }
    all
}

/// Expects mean and variance within 4 of their standard errors.
pub fn check_moments(draws: &[f64], mean: f64, variance: f64, what: &str) {
    let n = draws.len() as f64;
    let found = draws.iter().sum::<f64>() / n;
    assert!((found - mean).abs() < 4.0 * (variance / n).sqrt(), "{what}: mean {found} instead of {mean}");
    let squares: Vec<f64> = draws.iter().map(|x| (x - mean) * (x - mean)).collect();
    let spread = squares.iter().sum::<f64>() / n;
    let fourth = squares.iter().map(|s| (s - spread) * (s - spread)).sum::<f64>() / n;
    assert!(
        (spread - variance).abs() < 4.0 * (fourth / n).sqrt(),
        "{what}: variance {spread} instead of {variance}"
    );
}

/// Largest distance between the sample's distribution function and `cdf`, times sqrt(n).
pub fn kolmogorov(mut draws: Vec<f64>, cdf: impl Fn(f64) -> f64) -> f64 {
    draws.sort_by(f64::total_cmp);
    let n = draws.len() as f64;
    let distance = |(i, x): (usize, &f64)| {
        let p = cdf(*x);
        (p - i as f64 / n).abs().max(((i + 1) as f64 / n - p).abs())
    };
    draws.iter().enumerate().map(distance).fold(0.0, f64::max) * n.sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_law_is_told_from_another() {
        let draws = sample("uniform", 4, 4000, Stream::uniform);
        check_moments(&draws, 0.5, 1.0 / 12.0, "uniform");
        assert!(kolmogorov(draws.clone(), |x| x.clamp(0.0, 1.0)) < 2.0);
        assert!(kolmogorov(draws.clone(), |x| x.clamp(0.0, 1.0) * x.clamp(0.0, 1.0)) > 2.0);
        assert!(std::panic::catch_unwind(|| check_moments(&draws, 0.52, 1.0 / 12.0, "moved")).is_err());
    }
}
