//! Distribution metrics at 1e-9 relative, and their properties.

use crate::reference::{close, file, num, rows};
use proptest::prelude::*;
use te_commons::inequality as m;

#[test]
fn every_case_matches() {
    let cases = rows("distribution_metrics.json");
    assert_eq!(cases.len(), 9);
    for case in cases {
        let values: Vec<f64> = case["values"].as_array().unwrap().iter().map(num).collect();
        let name = case["name"].as_str().unwrap();
        let near = |got: f64, want: &serde_json::Value| {
            assert!((got - num(want)).abs() <= 1e-9 * num(want).abs() + 1e-15, "{name}: {got} {want}");
        };
        near(m::gini(&values).unwrap(), &case["gini"]);
        near(m::gini_above_percentile(&values, 50.0).unwrap(), &case["gini_top50"]);
        near(m::gini_above_percentile(&values, 20.0).unwrap(), &case["gini_top20"]);
        for (percent, share) in case["share_top"].as_object().unwrap() {
            near(m::share_above_percentile(&values, percent.parse().unwrap()).unwrap(), share);
        }
        near(m::entropy_bits(&values).unwrap(), &case["entropy_bits"]);
        near(m::max_entropy_bits(&values).unwrap(), &case["max_entropy_bits"]);
        near(m::relative_entropy(&values).unwrap(), &case["relative_entropy"]);
        assert_eq!(m::nakamoto(&values).unwrap() as u64, case["nakamoto"].as_u64().unwrap(), "{name}");
    }
}

#[test]
fn the_quoted_figures_are_the_published_ones() {
    let published = &file("published_metrics.json")["tec_impact_hours_2021"];
    assert_eq!(format!("{:.4}", num(&published["gini"])), "0.7886");
    assert_eq!(format!("{:.1} %", 100.0 * num(&published["top20"])), "83.9 %");
}

#[test]
fn undefined_is_an_error() {
    for bad in [&[][..], &[0.0, 0.0], &[1.0, -1.0], &[f64::NAN]] {
        assert!(m::gini(bad).is_err() && m::entropy_bits(bad).is_err() && m::nakamoto(bad).is_err());
    }
    assert!(m::relative_entropy(&[3.0]).is_err());
    assert_eq!(m::top_share(&[5.0; 10], 20.0), Ok(0.2));
    assert_eq!(m::correlation(&[1.0, 2.0], &[2.0, 4.0]), Some(1.0));
    assert_eq!(m::correlation(&[1.0, 1.0], &[2.0, 4.0]), None);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn ranges_scale_and_order(mut values in prop::collection::vec(0.0..1e6_f64, 1..60), scale in 1e-3..1e3_f64) {
        prop_assume!(values.iter().sum::<f64>() > 1e-3);
        let n = values.len() as f64;
        let gini = m::gini(&values).unwrap();
        prop_assert!((0.0..=1.0 - 1.0 / n + 1e-12).contains(&gini));
        let pairs: f64 = values.iter().flat_map(|a| values.iter().map(move |b| (a - b).abs())).sum();
        close(gini + 1.0, 1.0 + pairs / (2.0 * n * values.iter().sum::<f64>()), 1e-12, "double sum");
        let scaled: Vec<f64> = values.iter().map(|x| x * scale).collect();
        prop_assert!((m::gini(&scaled).unwrap() - gini).abs() < 1e-12);
        prop_assert!(m::entropy_bits(&values).unwrap() <= m::max_entropy_bits(&values).unwrap() + 1e-12);
        values.reverse();
        prop_assert!((m::gini(&values).unwrap() - gini).abs() < 1e-12);
    }
}
