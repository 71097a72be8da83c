//! Statistical sanity of streams: nothing correlates between runs, instances and purposes.
//!
//! Every test looks at many pairs of streams and compares the largest of their correlations with a threshold that independent
//! streams exceed with a probability below 1e-6 in all.

use te_core::{Purpose, Stream, StreamKey};

const DRAWS: usize = 512;

fn draws(stream: &mut Stream) -> Vec<f64> {
    (0..DRAWS).map(|_| stream.uniform() - 0.5).collect()
}

/// Correlation times the root of the number of draws: standard normal for independent streams.
fn z(a: &[f64], b: &[f64]) -> f64 {
    let sum: f64 = a.iter().zip(b).map(|(x, y)| x * y).sum();
    sum * 12.0 / (a.len() as f64).sqrt()
}

fn stream(seed: u64, run: u64, path: &str) -> Stream {
    Stream::new(StreamKey { seed, run, subset: None }, path)
}

/// Of 4,000 standard normals one exceeds 6.4 in size with a probability of 6e-7.
const THRESHOLD: f64 = 6.4;

fn largest(pairs: impl Iterator<Item = (Vec<f64>, Vec<f64>)>) -> f64 {
    pairs.take(4_000).map(|(a, b)| z(&a, &b).abs()).fold(0.0, f64::max)
}

#[test]
fn runs_are_uncorrelated() {
    let pairs = (0..40).flat_map(|seed| {
        (1..=100).map(move |run| (draws(&mut stream(seed, run, "m")), draws(&mut stream(seed, run + 1, "m"))))
    });
    assert!(largest(pairs) < THRESHOLD);
}

#[test]
fn seeds_are_uncorrelated() {
    let pairs =
        (0..4_000).map(|seed| (draws(&mut stream(seed, 1, "m")), draws(&mut stream(seed + 1, 1, "m"))));
    assert!(largest(pairs) < THRESHOLD);
}

#[test]
fn instances_and_purposes_are_uncorrelated() {
    let pairs = (0..1_000).flat_map(|seed| {
        let mut parent = stream(seed, 1, "pool");
        let own = draws(&mut parent);
        let child = draws(parent.child(Purpose::new("arrivals")));
        let other = draws(parent.child(Purpose::new("sizes")));
        let neighbour = draws(&mut stream(seed, 1, "pool2"));
        [(own.clone(), child.clone()), (child, other.clone()), (own, neighbour.clone()), (other, neighbour)]
    });
    assert!(largest(pairs) < THRESHOLD);
}

#[test]
fn a_run_and_a_seed_are_not_interchangeable() {
    let pairs = (1..=2_000).map(|n| (draws(&mut stream(n, n + 1, "m")), draws(&mut stream(n + 1, n, "m"))));
    assert!(largest(pairs) < THRESHOLD);
}

/// First draws over runs are uniform: chi-square over 64 cells, 100,000 runs. Its mean is 63 and its deviation 11.2; beyond 135 lies
/// a share below 1e-6.
#[test]
fn first_draws_are_uniform_over_runs() {
    let mut counts = [0_u32; 64];
    for run in 1..=100_000 {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a uniform draw times 64 is below 64"
        )]
        let cell = (stream(1, run, "m").uniform() * 64.0) as usize;
        counts[cell] += 1;
    }
    let expected = 100_000.0 / 64.0;
    let chi: f64 = counts.iter().map(|c| (f64::from(*c) - expected).powi(2) / expected).sum();
    assert!(chi < 135.0, "chi-square {chi}");
}
