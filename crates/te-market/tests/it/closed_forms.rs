//! Closed forms against the reference rows, and identities.

use proptest::prelude::*;
use te_market::gbm::Gbm;
use te_market::hype::{curve, curve_of_steepness, position, walk};
use te_market::matching::{FactorRule, Matching, tightness, treasury_factor};
use te_market::normal::distribution_function;
use te_market::presets::{illustrative_bear, illustrative_bull};
use te_market::regime::{ContinuousChain, Regime, StepChain};

use crate::reference::{close, number, rows};

#[test]
fn geometric_brownian_motion() {
    for row in rows("gbm") {
        let process = Gbm::new(number(&row, "mu"), number(&row, "sigma")).unwrap();
        let (p0, t) = (number(&row, "S0"), number(&row, "t"));
        close(process.mean(p0, t).unwrap(), number(&row, "mean"), 1e-12, "mean");
        close(process.median(p0, t).unwrap(), number(&row, "median"), 1e-12, "median");
        close(process.variance(p0, t).unwrap(), number(&row, "var"), 1e-12, "variance");
        close(process.log_mean(p0, t).unwrap(), number(&row, "log_mean"), 1e-12, "log mean");
        close(process.log_deviation(t).unwrap(), number(&row, "log_sd"), 1e-12, "log deviation");
        close(process.loss_probability(t).unwrap(), number(&row, "p_loss"), 1e-12, "loss");
    }
}

#[test]
fn regime_chain() {
    for row in rows("regime_chain") {
        let chain = StepChain::new(number(&row, "p_bull_to_bear"), number(&row, "p_bear_to_bull")).unwrap();
        let near = |found: f64, field: &str| assert!((found - number(&row, field)).abs() < 1e-12, "{field}");
        near(chain.stationary_bull().unwrap(), "stationary_bull");
        near(chain.bull_after(Regime::Bull, 10), "p10_bull_from_bull");
        near(chain.bull_after(Regime::Bear, 10), "p10_bull_from_bear");
        for (regime, field) in
            [(Regime::Bull, "expected_bull_duration"), (Regime::Bear, "expected_bear_duration")]
        {
            match (chain.expected_stay(regime), row[field].as_f64()) {
                (Some(found), Some(expected)) => close(found, expected, 1e-12, field),
                (found, expected) => assert_eq!(found, expected),
            }
        }
    }
}

#[test]
fn hype_curve() {
    for row in rows("brownian_hype") {
        let x = number(&row, "x");
        // The rows round the exponent to 4.39445; as published, the curve is a (exp(b x) + 1).
        let published = 0.0125 * ((4.39445 * x).exp() + 1.0);
        assert!((published - number(&row, "hype_as_coded")).abs() < 1e-12, "{x}");
        assert!(
            (curve_of_steepness(x, 4.39445).unwrap() - number(&row, "hype_normalised")).abs() < 1e-12,
            "{x}"
        );
        let y = curve(x).unwrap();
        assert!((y - number(&row, "hype_normalised")).abs() < 1e-7, "{x}");
        assert!((position(y).unwrap() - x).abs() < 1e-12);
    }
}

#[test]
fn normal_distribution_function() {
    for row in rows("normal") {
        let (x, expected) = (number(&row, "x"), number(&row, "value"));
        let found = distribution_function(x);
        assert!((found - expected).abs() < 2e-15, "{x}: {found}");
        assert!(x > -3.0 || expected < 1e-300 || (found / expected - 1.0).abs() < 1e-13, "{x}: {found}");
    }
    for k in -800..=800 {
        let x = f64::from(k) / 100.0;
        assert!((distribution_function(x) + distribution_function(-x) - 1.0).abs() < 4e-16, "{x}");
        assert!(distribution_function(x + 0.01) >= distribution_function(x), "{x}");
    }
    assert_eq!((distribution_function(f64::NEG_INFINITY), distribution_function(f64::INFINITY)), (0.0, 1.0));
}

#[test]
fn matching_of_the_specification() {
    let matching = Matching::new(0.3, 0.5, 0.5).unwrap();
    // 0.3 sqrt(40 · 90) = 18; a fifth of those who know the field are hatchers: 18 · 1.1 = 19.8.
    assert_eq!(matching.matches(0.0, 40.0, 90).unwrap(), 18);
    assert_eq!(matching.matches(10.0, 40.0, 90).unwrap(), 19);
    assert_eq!(Matching::new(1e9, 0.5, 0.0).unwrap().matches(0.0, 7.9, 90).unwrap(), 7);
    assert_eq!(Matching::new(1e9, 0.5, 0.0).unwrap().matches(0.0, 200.0, 90).unwrap(), 90);
    assert_eq!(tightness(0.0, 5), 0.0);
    assert_eq!(treasury_factor(4.0, 9.0, FactorRule::GeometricMean).unwrap(), 6.0);
    assert_eq!(treasury_factor(4.0, 9.0, FactorRule::Product).unwrap(), 36.0);
    assert_eq!(treasury_factor(-4.0, 9.0, FactorRule::Product).unwrap(), 0.0);
}

#[test]
fn refusals_name_what_is_allowed() {
    assert_eq!(
        Gbm::new(0.0, -1.0).unwrap_err().to_string(),
        "volatility = -1 is refused, permitted is [0, inf)"
    );
    assert!(Gbm::new(f64::NAN, 1.0).is_err());
    assert!(Gbm::new(0.1, 0.1).unwrap().advance(0.0, 1.0, 0.0).is_err());
    assert!(Gbm::new(0.1, 0.1).unwrap().advance(1.0, 0.0, 0.0).is_err());
    assert!(Gbm::new(1e4, 0.1).unwrap().advance(1.0, 1.0, 0.0).is_err());
    assert!(Matching::new(0.3, 1.1, 0.0).is_err());
    assert!(StepChain::new(1.1, 0.0).is_err());
    assert!(ContinuousChain::new(-1.0, 0.0).is_err());
    assert!(curve(1.1).is_err());
    assert!(walk(0.5, 0.0, -1.0, 1.0, 0.0).is_err());
    let never = ContinuousChain::new(0.0, 0.0).unwrap();
    assert_eq!(never.switch_probability(Regime::Bull, 5.0), Ok(0.0));
    assert_eq!(never.stationary_bull(), None);
}

#[test]
fn presets_are_those_of_the_table() {
    let (bull, bear) = (illustrative_bull(), illustrative_bear());
    assert_eq!((bull.drift, bull.volatility, bull.leave_rate * 180.0), (0.8, 0.9, 365.0));
    assert_eq!((bear.drift, bear.volatility), (-0.6, 1.1));
    assert!((bear.leave_rate * 120.0 - 365.0).abs() < 1e-12);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn two_half_steps_of_the_chain_are_a_whole_one(q0 in 0.0..20.0f64, q1 in 0.0..20.0f64, dt in 0.0..2.0f64) {
        let chain = ContinuousChain::new(q0, q1).unwrap();
        let (half, whole) = (chain.at_steps(dt / 2.0).unwrap(), chain.at_steps(dt).unwrap());
        for start in [Regime::Bull, Regime::Bear] {
            prop_assert!((half.bull_after(start, 2) - whole.bull_after(start, 1)).abs() < 1e-13);
            prop_assert!((0.0..=1.0).contains(&chain.switch_probability(start, dt).unwrap()));
        }
    }

    #[test]
    fn matches_never_exceed_either_side(
        a in 0.0..10.0f64, e in 0.0..=1.0f64, bonus in 0.0..5.0f64,
        hatchers in 0.0..500.0f64, engineers in 0.0..500.0f64, open in 0u64..2000,
    ) {
        let matching = Matching::new(a, e, bonus).unwrap();
        let made = matching.matches(hatchers, engineers, open).unwrap();
        prop_assert!(made <= open && made as f64 <= engineers);
        prop_assert!(matching.matches(hatchers + 10.0, engineers, open).unwrap() >= made);
        prop_assert!(matching.matches(0.0, engineers, open).unwrap() <= made);
    }

    #[test]
    fn the_geometric_mean_lies_between_the_treasuries(a in 0.0..1e9f64, b in 0.0..1e9f64) {
        let factor = treasury_factor(a, b, FactorRule::GeometricMean).unwrap();
        prop_assert!(factor >= a.min(b) * (1.0 - 1e-15) && factor <= a.max(b) * (1.0 + 1e-15));
    }

    #[test]
    fn a_walk_stays_in_its_range(x in 0.0..=1.0f64, months in 0.0..100.0f64, z in -10.0..10.0f64) {
        prop_assert!((0.0..=1.0).contains(&walk(x, 1e-4, 0.02, months, z).unwrap()));
    }
}
