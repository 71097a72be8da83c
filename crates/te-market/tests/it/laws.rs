//! The laws of the samplers, over many seeds.
//!
//! Thresholds: means, variances and frequencies within 4 of their standard errors (a correct sampler fails one such check
//! in 16,000); Kolmogorov-Smirnov distance below 2.0 / sqrt(n) (exceeded with probability 6.7e-4). Seeds are fixed.

use rand_distr::{Distribution, StandardNormal};
use te_core::{Stream, StreamKey};
use te_market::gbm::Gbm;
use te_market::jump_diffusion::JumpDiffusion;
use te_market::normal::distribution_function;
use te_market::opportunities::{arrivals, expected_arrivals, expired};
use te_market::ornstein_uhlenbeck::OrnsteinUhlenbeck;
use te_market::regime::{ContinuousChain, Regime};
use te_testkit::law::{check_moments, kolmogorov};

const SEEDS: u64 = 10;
const DRAWS: usize = 4000;

fn sample(path: impl FnMut(&mut Stream) -> f64) -> Vec<f64> {
    te_testkit::law::sample("market", SEEDS, DRAWS, path)
}

fn check_frequency(hits: f64, n: f64, p: f64, what: &str) {
    assert!((hits / n - p).abs() < 4.0 * (p * (1.0 - p) / n).sqrt(), "{what}: {} instead of {p}", hits / n);
}

#[test]
fn geometric_brownian_motion_has_its_law_in_one_step_and_in_many() {
    for (drift, volatility) in [(0.8, 0.9), (-0.6, 1.1), (0.05, 0.2)] {
        let process = Gbm::new(drift, volatility).unwrap();
        for parts in [1u32, 12] {
            let draws = sample(|s| {
                (0..parts).fold(1.0, |p, _| process.sample(p, 1.0 / f64::from(parts), s).unwrap())
            });
            assert!(draws.iter().all(|p| *p > 0.0));
            let losses = draws.iter().filter(|p| **p < 1.0).count() as f64;
            check_frequency(losses, draws.len() as f64, process.loss_probability(1.0).unwrap(), "loss");
            let n = draws.len() as f64;
            let mean = draws.iter().sum::<f64>() / n;
            let se = (process.variance(1.0, 1.0).unwrap() / n).sqrt();
            assert!((mean - process.mean(1.0, 1.0).unwrap()).abs() < 4.0 * se, "mean {mean}");
            let logs: Vec<f64> = draws.iter().map(|p| p.ln()).collect();
            let (m, sd) = (process.log_mean(1.0, 1.0).unwrap(), process.log_deviation(1.0).unwrap());
            check_moments(&logs, m, sd * sd, "log");
            assert!(kolmogorov(logs, |x| distribution_function((x - m) / sd)) < 2.0);
        }
    }
}

#[test]
fn jumps_have_their_moments_and_leave_the_expected_price_alone() {
    let process = JumpDiffusion::new(0.3, 0.4, 3.0, -0.15, 0.25).unwrap();
    for parts in [1u32, 12] {
        let mut jumps = 0.0;
        let draws = sample(|s| {
            (0..parts).fold(1.0, |p, _| {
                let (p, n) = process.sample(p, 1.0 / f64::from(parts), s).unwrap();
                jumps += n;
                p
            })
        });
        let n = draws.len() as f64;
        assert!((jumps / n - 3.0).abs() < 4.0 * (3.0 / n).sqrt());
        let mean = draws.iter().sum::<f64>() / n;
        let se = (draws.iter().map(|p| (p - mean).powi(2)).sum::<f64>() / (n - 1.0) / n).sqrt();
        assert!((mean - process.mean(1.0, 1.0).unwrap()).abs() < 4.0 * se, "{mean}");
        let logs: Vec<f64> = draws.iter().map(|p| p.ln()).collect();
        check_moments(&logs, process.log_mean(1.0).unwrap(), process.log_variance(1.0).unwrap(), "log");
        // The law given n jumps is normal: mix over n.
        let cdf = |x: f64| {
            let base = process.log_mean(1.0).unwrap() - 3.0 * -0.15;
            let mut weight = (-3.0f64).exp();
            let mut sum = 0.0;
            for k in 0..40 {
                let k = f64::from(k);
                let sd = (0.4f64 * 0.4 + k * 0.25 * 0.25).sqrt();
                sum += weight * distribution_function((x - base - k * -0.15) / sd);
                weight *= 3.0 / (k + 1.0);
            }
            sum
        };
        assert!(kolmogorov(logs, cdf) < 2.0);
    }
}

#[test]
fn a_pulled_level_has_its_law() {
    let process = OrnsteinUhlenbeck::new(1.5, 0.7, 0.4).unwrap();
    for parts in [1u32, 10] {
        let draws =
            sample(|s| (0..parts).fold(-0.5, |x, _| process.sample(x, 0.8 / f64::from(parts), s).unwrap()));
        let (m, v) = (process.mean(-0.5, 0.8).unwrap(), process.variance(0.8).unwrap());
        check_moments(&draws, m, v, "level");
        assert!(kolmogorov(draws, |x| distribution_function((x - m) / v.sqrt())) < 2.0);
    }
}

#[test]
fn regimes_are_occupied_and_left_as_the_chain_says() {
    let chain = ContinuousChain::new(365.0 / 180.0, 365.0 / 120.0).unwrap();
    let week = 1.0 / 52.0;
    // Independent 40-week paths for the n-step law.
    let weeks = 40u32;
    let walk = |s: &mut Stream, start: Regime| {
        (0..weeks).fold(start, |r, _| {
            if s.uniform() < chain.switch_probability(r, week).unwrap() { r.other() } else { r }
        })
    };
    for start in [Regime::Bull, Regime::Bear] {
        let bulls: f64 = sample(|s| f64::from(u8::from(walk(s, start) == Regime::Bull))).iter().sum();
        let p = chain.at_steps(week).unwrap().bull_after(start, weeks);
        check_frequency(bulls, SEEDS as f64 * DRAWS as f64, p, "bull after 40 weeks");
    }
    // One long path for occupancy and stays: the variance of the share of a two-state chain is pi (1 - pi)(1 + m)/(1 - m)/n.
    let steps = chain.at_steps(week).unwrap();
    let (p0, p1) = (
        chain.switch_probability(Regime::Bull, week).unwrap(),
        chain.switch_probability(Regime::Bear, week).unwrap(),
    );
    let mut stream = Stream::new(StreamKey { seed: 99, run: 1, subset: None }, "market");
    let n = 400_000.0f64;
    let (mut regime, mut bulls, mut ends, mut k) = (Regime::Bull, 0.0, 0.0, 0.0);
    while k < n {
        bulls += f64::from(u8::from(regime == Regime::Bull));
        if stream.uniform() < chain.switch_probability(regime, week).unwrap() {
            ends += f64::from(u8::from(regime == Regime::Bull));
            regime = regime.other();
        }
        k += 1.0;
    }
    let pi = steps.stationary_bull().unwrap();
    assert!((pi - chain.stationary_bull().unwrap()).abs() < 1e-12);
    assert!((pi - 0.6).abs() < 1e-12);
    let m = 1.0 - p0 - p1;
    let se = (pi * (1.0 - pi) * (1.0 + m) / (1.0 - m) / n).sqrt();
    assert!((bulls / n - pi).abs() < 4.0 * se, "occupancy {} instead of {pi}", bulls / n);
    // Stays in the bull are geometric with mean 1/p0 steps.
    let stay = bulls / ends;
    let expected = steps.expected_stay(Regime::Bull).unwrap();
    let se = ((1.0 - p0) / (p0 * p0) / ends).sqrt();
    assert!((stay - expected).abs() < 4.0 * se, "stay {stay} instead of {expected}");
}

#[test]
fn open_opportunities_settle_at_a_poisson_law() {
    let (rate, hype, scale, expiry, week) = (4.0, 0.7, 2.0, 4.0, 1.0 / 52.0);
    let expected = expected_arrivals(rate, hype, scale, week).unwrap();
    assert!((expected - 5.6).abs() < 1e-12);
    let mean = expected / -(-expiry * week).exp_m1();
    let ends: Vec<f64> = (0..3000u64)
        .map(|seed| {
            let mut stream = Stream::new(StreamKey { seed, run: 1, subset: None }, "market");
            let mut open = 0;
            for _ in 0..200 {
                open = open - expired(open, expiry, week, &mut stream).unwrap()
                    + arrivals(expected, &mut stream).unwrap();
            }
            open as f64
        })
        .collect();
    check_moments(&ends, mean, mean, "open");
}

#[test]
fn a_clipped_hype_keeps_its_range_and_its_mean_where_edges_are_far() {
    let pull = OrnsteinUhlenbeck::new(4.0, 0.5, 0.2).unwrap();
    let draws = sample(|s| {
        let z: f64 = StandardNormal.sample(s);
        pull.advance(0.4, 0.25, z).unwrap().clamp(0.0, 1.0)
    });
    assert!(draws.iter().all(|y| (0.0..=1.0).contains(y)));
    check_moments(&draws, pull.mean(0.4, 0.25).unwrap(), pull.variance(0.25).unwrap(), "hype");
}
