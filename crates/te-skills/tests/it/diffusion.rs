//! Bass diffusion and growth: closed forms, reference rows, the differential equation.

use proptest::prelude::*;
use te_skills::bass::Bass;
use te_skills::growth::{growth_in_step, growth_rate};
use te_skills::lineage::split_reward;

use crate::reference::{file, numbers};

#[test]
fn growth_is_that_of_the_running_code() {
    let growth = &file()["growth"];
    for row in growth["growth_rate"].as_array().unwrap() {
        let row = numbers(row);
        assert!((growth_rate(row[0]).unwrap() - row[1]).abs() < 1e-12, "{row:?}");
    }
    for row in growth["growth_per_tick_daily"].as_array().unwrap() {
        let row = numbers(row);
        assert!((growth_in_step(row[0], 1.0 / 365.0).unwrap() - row[1]).abs() < 1e-12, "{row:?}");
    }
    assert!(growth_rate(-0.1).is_err());
    assert!(growth_in_step(-1.0, 1.0).is_err());
}

#[test]
fn the_peak_of_adoption_is_where_the_closed_form_has_it() {
    let field = Bass::new(10_000.0, 0.03, 0.38).unwrap();
    let peak = field.peak_time().unwrap();
    assert!((peak - (0.38f64 / 0.03).ln() / 0.41).abs() < 1e-12);
    let rate =
        |t: f64| field.advance(0.0, 1.0, t + 1e-3).unwrap() - field.advance(0.0, 1.0, t - 1e-3).unwrap();
    assert!(rate(peak) > rate(peak - 0.1) && rate(peak) > rate(peak + 0.1));
    assert_eq!(Bass::new(10.0, 0.4, 0.3).unwrap().peak_time(), None);
}

#[test]
fn nobody_tells_nobody() {
    let field = Bass::new(10_000.0, 0.0, 0.38).unwrap();
    assert_eq!(field.advance(0.0, 1.0, 50.0).unwrap(), 0.0);
    let still = Bass::new(10_000.0, 0.0, 0.0).unwrap();
    assert_eq!(still.advance(17.0, 1.0, 50.0).unwrap(), 17.0);
    // Without innovation the curve is logistic.
    let t = 4.0f64;
    let logistic = 10_000.0 / (1.0 + (10_000.0 / 100.0 - 1.0) * (-0.38 * t).exp());
    assert!((field.advance(100.0, 1.0, t).unwrap() - logistic).abs() < 1e-8);
    assert!(field.advance(-1.0, 1.0, 1.0).is_err());
    assert!(field.advance(1e5, 1.0, 1.0).is_err());
    assert!(Bass::new(0.0, 0.1, 0.1).is_err());
}

#[test]
fn the_exact_step_solves_the_differential_equation() {
    let (m, p, q, x) = (10_000.0, 0.03, 0.38, 1.3);
    let slope = |n: f64| (p + q * n / m) * (m - n) * x;
    let h = 1e-3;
    let mut n = 50.0;
    for _ in 0..8000 {
        let k1 = slope(n);
        let k2 = slope(n + 0.5 * h * k1);
        let k3 = slope(n + 0.5 * h * k2);
        let k4 = slope(n + h * k3);
        n += h / 6.0 * (k1 + 2.0 * k2 + 2.0 * k3 + k4);
    }
    let exact = Bass::new(m, p, q).unwrap().advance(50.0, x, 8.0).unwrap();
    assert!((exact - n).abs() < 1e-8 * n, "{exact} and {n}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn two_half_steps_are_a_whole_one(
        p in 0.0..0.5f64, q in 0.0..2.0f64, share in 0.0..=1.0f64, x in 0.0..3.0f64, dt in 0.0..5.0f64,
    ) {
        let field = Bass::new(1000.0, p, q).unwrap();
        let start = 1000.0 * share;
        let whole = field.advance(start, x, dt).unwrap();
        let halves = field.advance(field.advance(start, x, dt / 2.0).unwrap(), x, dt / 2.0).unwrap();
        prop_assert!((whole - halves).abs() < 1e-8);
        prop_assert!(whole >= start && whole <= 1000.0);
    }

    #[test]
    fn a_reward_is_divided_and_nothing_is_left(
        reward in 0.0..1e6f64, weights in prop::collection::vec(prop::collection::vec(0.01..10.0f64, 1..5), 1..6),
    ) {
        let names = ["ada", "bo", "cy", "di", "eve"];
        let models: Vec<Vec<(&str, f64)>> =
            weights.iter().map(|ws| names.iter().copied().zip(ws.iter().copied()).collect()).collect();
        let payouts = split_reward(reward, &models).unwrap();
        prop_assert!((payouts.values().sum::<f64>() - reward).abs() <= 1e-12 * reward);
    }
}

#[test]
fn the_first_adopters_of_a_large_field_keep_their_digits() {
    // The closed form w = (1 - u)/(p + q u), N = M (1 - p w)/(1 + q w) by mpmath at 50 digits.
    for (field, p, q, from, x, dt, expected) in [
        (8e9, 1e-9, 0.4, 0.0, 1.0, 0.015625, 0.12539144007425547514),
        (8e9, 1e-9, 0.4, 3.0, 2.0, 0.015625, 3.2893043853201692069),
        (1e10, 0.03, 0.38, 0.0, 1.0, 9.313225746154785e-10, 0.2793967724301800356),
        (8e9, 0.0, 0.5, 1.0, 1.0, 0.5, 1.2840254166421545023),
        (1e4, 0.03, 0.38, 2500.0, 1.0, 1.0, 3503.780378155460055),
    ] {
        let found = Bass::new(field, p, q).unwrap().advance(from, x, dt).unwrap();
        assert!((found - expected).abs() <= 4e-16 * expected, "{found} for {expected}");
    }
}
