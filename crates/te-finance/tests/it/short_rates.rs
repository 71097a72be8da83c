//! Vasicek and Cox-Ingersoll-Ross: closed forms, and the laws of the samplers.
//!
//! Thresholds: a sample mean or variance within 4 of its own standard errors (a correct sampler fails one such check in
//! 16,000); Kolmogorov-Smirnov distance below 2.0 / sqrt(n) (the limit law exceeds it with probability 6.7e-4).
//! Seeds are fixed, so a pass is a pass for ever.

use statrs::distribution::{ChiSquared, ContinuousCDF, Normal};
use te_core::{Stream, StreamKey};
use te_finance::cir::Cir;
use te_finance::vasicek::Vasicek;

use crate::reference::{close, number, rows};
use te_testkit::law::{check_moments, kolmogorov};

const SEEDS: u64 = 8;
const DRAWS: usize = 5000;

fn sample(path: impl FnMut(&mut Stream) -> f64) -> Vec<f64> {
    te_testkit::law::sample("rate", SEEDS, DRAWS, path)
}

/// Distribution function of `c` times a noncentral chi-squared: a Poisson mixture of central ones.
fn cir_cdf(a: f64, b: f64, sigma: f64, r0: f64, t: f64, x: f64) -> f64 {
    let c = sigma * sigma * -(-a * t).exp_m1() / (4.0 * a);
    let (d, l) = (4.0 * a * b / (sigma * sigma), r0 * (-a * t).exp() / c);
    let mut weight = (-l / 2.0).exp();
    let mut sum = 0.0;
    for n in 0..400 {
        sum += weight * ChiSquared::new(d + 2.0 * f64::from(n)).unwrap().cdf(x / c);
        weight *= l / 2.0 / f64::from(n + 1);
    }
    sum
}

#[test]
fn vasicek_closed_forms() {
    for row in rows("vasicek") {
        let model = Vasicek::new(number(&row, "a"), number(&row, "b"), number(&row, "sigma")).unwrap();
        let (r0, t) = (number(&row, "r0"), number(&row, "t"));
        close(model.mean(r0, t).unwrap(), number(&row, "mean"), 1e-12, "mean");
        close(model.variance(t).unwrap(), number(&row, "var"), 1e-12, "variance");
        close(model.duration(t).unwrap(), number(&row, "B"), 1e-12, "B");
        if row["bond_price"].is_number() {
            close(model.bond_price(r0, t).unwrap(), number(&row, "bond_price"), 1e-12, "bond price");
            close(model.bond_yield(r0, t).unwrap(), number(&row, "yield_"), 1e-12, "yield");
        } else {
            let limit = (-r0 * t + number(&row, "sigma").powi(2) * t.powi(3) / 6.0).exp();
            close(model.bond_price(r0, t).unwrap(), limit, 1e-10, "slow reversion");
        }
    }
}

#[test]
fn cir_closed_forms() {
    for row in rows("cir") {
        let (a, b, sigma) = (number(&row, "a"), number(&row, "b"), number(&row, "sigma"));
        let model = Cir::new(a, b, sigma).unwrap();
        let (r0, t) = (number(&row, "r0"), number(&row, "t"));
        assert_eq!(model.is_feller(), row["feller"].as_bool().unwrap());
        close(model.mean(r0, t).unwrap(), number(&row, "mean"), 1e-12, "mean");
        close(model.variance(r0, t).unwrap(), number(&row, "var"), 1e-12, "variance");
        close(model.bond_price(r0, t).unwrap(), number(&row, "bond_price"), 1e-12, "bond price");
        // The law that the sampler is tested against is itself tested here.
        close(cir_cdf(a, b, sigma, r0, t, number(&row, "mean")), number(&row, "cdf_at_mean"), 1e-9, "cdf");
        close(cir_cdf(a, b, sigma, r0, t, number(&row, "median")), 0.5, 1e-9, "median");
    }
}

#[test]
fn vasicek_samples_have_the_law_of_the_transition() {
    for row in rows("vasicek") {
        let model = Vasicek::new(number(&row, "a"), number(&row, "b"), number(&row, "sigma")).unwrap();
        let (r0, t) = (number(&row, "r0"), number(&row, "t"));
        let (mean, variance) = (number(&row, "mean"), number(&row, "var"));
        let law = Normal::new(mean, variance.sqrt()).unwrap();
        // One step, and four quarter steps.
        for parts in [1u32, 4] {
            let draws = sample(|stream| {
                let dt = t / f64::from(parts);
                (0..parts).fold(r0, |r, _| model.sample(r, dt, stream).unwrap())
            });
            check_moments(&draws, mean, variance, "vasicek");
            let distance = kolmogorov(draws, |x| law.cdf(x));
            assert!(distance < 2.0, "vasicek in {parts} steps: {distance}");
        }
    }
}

#[test]
fn cir_samples_have_the_law_of_the_transition() {
    for row in rows("cir") {
        let (a, b, sigma) = (number(&row, "a"), number(&row, "b"), number(&row, "sigma"));
        let model = Cir::new(a, b, sigma).unwrap();
        let (r0, t) = (number(&row, "r0"), number(&row, "t"));
        for parts in [1u32, 4] {
            let mut draws = sample(|stream| {
                let dt = t / f64::from(parts);
                (0..parts).fold(r0, |r, _| model.sample(r, dt, stream).unwrap())
            });
            assert!(draws.iter().all(|r| *r >= 0.0));
            check_moments(&draws, number(&row, "mean"), number(&row, "var"), "cir");
            let below =
                draws.iter().filter(|r| **r < number(&row, "mean")).count() as f64 / draws.len() as f64;
            let p = number(&row, "cdf_at_mean");
            assert!((below - p).abs() < 4.0 * (p * (1.0 - p) / draws.len() as f64).sqrt(), "{below} for {p}");
            draws.truncate(6000);
            let distance = kolmogorov(draws, |x| cir_cdf(a, b, sigma, r0, t, x));
            assert!(distance < 2.0, "cir in {parts} steps: {distance}");
        }
    }
}

#[test]
fn edges_of_the_parameters() {
    let mut stream = Stream::new(StreamKey::default(), "rate");
    assert!(Vasicek::new(0.0, 0.0, 0.1).is_err());
    assert!(Vasicek::new(1.0, 0.0, -0.1).is_err());
    assert!(Cir::new(1.0, -0.1, 0.1).is_err());
    let cir = Cir::new(1.0, 0.1, 0.1).unwrap();
    assert!(cir.sample(-0.01, 1.0, &mut stream).is_err());
    assert!(cir.sample(0.01, 0.0, &mut stream).is_err());
    // Without noise the mean; without a mean to revert to, absorption at zero is possible and nothing is negative.
    assert_eq!(Cir::new(1.0, 0.1, 0.0).unwrap().sample(0.2, 1.0, &mut stream), cir.mean(0.2, 1.0));
    let dying = Cir::new(0.1, 0.0, 1.0).unwrap();
    let ends: Vec<f64> = (0..500).map(|_| dying.sample(0.1, 5.0, &mut stream).unwrap()).collect();
    assert!(ends.iter().all(|r| *r >= 0.0) && ends.contains(&0.0));
    assert_eq!(dying.sample(0.0, 1.0, &mut stream), Ok(0.0));
}

#[test]
fn bonds_fall_in_the_rate_and_start_at_one() {
    let (vasicek, cir) = (Vasicek::new(0.5, 0.05, 0.02).unwrap(), Cir::new(0.5, 0.05, 0.1).unwrap());
    for maturity in [0.0, 0.1, 1.0, 30.0] {
        for r in [0.0, 0.01, 0.2] {
            let prices = [vasicek.bond_price(r, maturity).unwrap(), cir.bond_price(r, maturity).unwrap()];
            let dearer = [
                vasicek.bond_price(r + 0.01, maturity).unwrap(),
                cir.bond_price(r + 0.01, maturity).unwrap(),
            ];
            for (price, higher) in prices.into_iter().zip(dearer) {
                if maturity == 0.0 {
                    assert_eq!(price, 1.0);
                } else {
                    assert!(higher < price);
                }
            }
        }
    }
}

#[test]
fn a_bond_is_the_mean_of_discounted_paths() {
    // P(T) = E exp(-integral of r); the integral by the trapezoid rule over 60 exact steps, T = 3.
    for cir in [false, true] {
        let (vasicek, square) = (Vasicek::new(0.5, 0.05, 0.02).unwrap(), Cir::new(0.5, 0.05, 0.1).unwrap());
        let draws: Vec<f64> = sample(|stream| {
            let (mut r, mut sum) = (0.03, 0.0);
            for _ in 0..60 {
                let next = if cir { square.sample(r, 0.05, stream) } else { vasicek.sample(r, 0.05, stream) }
                    .unwrap();
                sum += 0.5 * (r + next) * 0.05;
                r = next;
            }
            (-sum).exp()
        });
        let price = if cir { square.bond_price(0.03, 3.0) } else { vasicek.bond_price(0.03, 3.0) }.unwrap();
        let n = draws.len() as f64;
        let mean = draws.iter().sum::<f64>() / n;
        let se = (draws.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / (n - 1.0) / n).sqrt();
        assert!((mean - price).abs() < 4.0 * se, "{mean} +- {se} for {price}");
    }
}
