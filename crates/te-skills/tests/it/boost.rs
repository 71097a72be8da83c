//! Boost against the running code's numbers.

use proptest::prelude::*;
use te_skills::boost::{Combination, Transformation, boosts, combined, donation_coefficient, transformed};

use crate::reference::{file, numbers};

const ALL: [Transformation; 6] = [
    Transformation::Threshold,
    Transformation::Linear,
    Transformation::LogLinear,
    Transformation::Normal,
    Transformation::LogNormal,
    Transformation::Sigmoid { k: -5.0, b: 1.0 },
];

#[test]
fn transformations_are_those_of_the_running_code() {
    for row in file()["tqf_boost"].as_array().unwrap() {
        let balances = numbers(&row["balances"]);
        let threshold = u32::try_from(row["threshold"].as_u64().unwrap()).unwrap();
        let columns = ["threshold_mask", "linear", "loglinear", "normal", "lognormal", "sigmoid_k-5_b1"];
        for (transformation, column) in ALL.into_iter().zip(columns) {
            let found = transformed(&balances, threshold, transformation).unwrap();
            for (found, expected) in found.iter().zip(numbers(&row[column])) {
                assert!((found - expected).abs() < 1e-12, "{column}: {found} instead of {expected}");
            }
            let boosted = boosts(&balances, threshold, transformation, 2.0).unwrap();
            for ((boost, t), x) in boosted.iter().zip(&found).zip(&balances) {
                let expected = if *x >= 1.0 { 1.0 + t } else { 0.0 };
                assert!((boost - expected).abs() < 1e-15);
            }
        }
    }
}

#[test]
fn what_is_nan_in_the_source_is_an_error_here() {
    for transformation in ALL {
        assert!(transformed(&[], 1, transformation).is_err());
        assert!(transformed(&[0.0, 0.5], 1, transformation).is_err());
        assert!(transformed(&[1.0, f64::NAN], 1, transformation).is_err());
        assert!(transformed(&[1.0, -1.0], 1, transformation).is_err());
    }
    assert!(transformed(&[0.0, 5.0], 1, Transformation::Normal).is_err());
    assert!(transformed(&[5.0, 5.0], 1, Transformation::Normal).is_err());
    assert!(transformed(&[5.0], 1, Transformation::Sigmoid { k: 0.0, b: 0.0 }).is_err());
    assert!(boosts(&[5.0], 1, Transformation::Linear, 11.0).is_err());
}

#[test]
fn thresholds_are_clamped() {
    // Above the greatest balance the threshold is that balance; 0 is 1.
    let high = boosts(&[1.0, 4.5], 99, Transformation::Threshold, 3.0).unwrap();
    assert_eq!(high, vec![0.0, 3.0]);
    assert_eq!(boosts(&[0.5, 4.5], 0, Transformation::Threshold, 3.0).unwrap(), vec![0.0, 3.0]);
}

#[test]
fn boosts_combine_as_in_the_third_round() {
    let tec = boosts(&[5.0, 10.0, 1e4], 10, Transformation::LogLinear, 8.0).unwrap();
    let tea = boosts(&[0.0, 1.0, 3.0], 1, Transformation::Linear, 2.0).unwrap();
    let lists = [tec.clone(), tea.clone()];
    let product = combined(&lists, Combination::Product).unwrap();
    assert_eq!(product, vec![0.0, tec[1] * tea[1], 16.0]);
    assert_eq!(combined(&lists, Combination::Maximum).unwrap()[2], 8.0);
    assert_eq!(combined(&lists, Combination::Sum).unwrap()[2], 10.0);
    assert_eq!(donation_coefficient(product[2]), 17.0);
    assert!(combined(&[], Combination::Sum).is_err());
    assert!(combined(&[vec![1.0], vec![]], Combination::Sum).is_err());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn boosts_are_nothing_or_between_one_and_the_greatest(
        balances in prop::collection::vec(0.0..1e4f64, 2..30), threshold in 0u32..2000, greatest in 1.0..=10.0f64,
    ) {
        for transformation in ALL {
            if let Ok(boosts) = boosts(&balances, threshold, transformation, greatest) {
                for boost in boosts {
                    prop_assert!(boost == 0.0 || (1.0..=greatest * (1.0 + 1e-12)).contains(&boost), "{transformation:?} {boost}");
                }
            }
        }
    }

    #[test]
    fn more_never_counts_less(mut balances in prop::collection::vec(0.0..1e4f64, 2..30), threshold in 0u32..2000) {
        balances.sort_by(f64::total_cmp);
        for transformation in ALL {
            if let Ok(boosts) = boosts(&balances, threshold, transformation, 3.0) {
                prop_assert!(boosts.windows(2).all(|pair| pair[1] >= pair[0] - 1e-12));
            }
        }
    }
}
