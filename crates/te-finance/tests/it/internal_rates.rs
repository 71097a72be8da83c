//! Internal rates against exact root isolation, and what holds of any series.

use proptest::prelude::*;
use serde_json::Value;
use te_finance::FinanceError;
use te_finance::appraisal::{
    DatedFlow, InternalRates, RateChoice, dated_internal_rate, internal_rate, sign_changes,
};

fn numbers(row: &Value, field: &str) -> Vec<f64> {
    row[field].as_array().unwrap().iter().map(|x| x.as_f64().unwrap()).collect()
}

fn dated(days: &[f64], amounts: &[f64]) -> Vec<DatedFlow> {
    days.iter().zip(amounts).map(|(day, amount)| DatedFlow { day: *day, amount: *amount }).collect()
}

#[test]
fn every_rate_of_the_exactly_isolated_series_is_found_once() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../testdata/te-finance/internal_rates.json");
    let rows: Vec<Value> = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    assert!(rows.len() > 100);
    for row in rows {
        let found = if row["flows"].is_array() {
            InternalRates::of_periods(&numbers(&row, "flows"))
        } else {
            InternalRates::of_dates(&dated(&numbers(&row, "days"), &numbers(&row, "amounts")))
        };
        let found = found.unwrap();
        let rates = numbers(&row, "rates");
        assert_eq!(found.all().len(), rates.len(), "{found:?} for {row}");
        for ((found, rate), multiplicity) in
            found.all().iter().zip(&rates).zip(numbers(&row, "multiplicities"))
        {
            assert_eq!(f64::from(found.multiplicity), multiplicity, "{found:?} for {row}");
            // Four rates one apart in a hundred lose four digits each way; a single rate none.
            let tolerance = if rates.len() > 3 { 1e-9 } else { 1e-12 };
            assert!((found.rate - rate).abs() <= tolerance * (1.0 + rate), "{found:?} for {row}");
        }
    }
}

#[test]
fn a_decade_of_daily_results_takes_no_time() {
    // Signs as good as random: some 1800 changes, of which few make rates.
    let flows: Vec<DatedFlow> = (0u32..3650)
        .map(|day| {
            let mixed = day.wrapping_mul(2_654_435_761).rotate_left(13).wrapping_mul(2_246_822_519) >> 8;
            DatedFlow { day: f64::from(day), amount: f64::from(mixed) - f64::from(1 << 23) }
        })
        .collect();
    let begun = std::time::Instant::now();
    let rates = InternalRates::of_dates(&flows).unwrap();
    let changes = rates.sign_changes();
    assert!(changes > 1500);
    let counted: usize = rates.all().iter().map(|found| found.multiplicity as usize).sum();
    let counted = counted + rates.beyond().len();
    assert!(counted > 0 && (changes - counted).is_multiple_of(2), "{changes} and {rates:?}");
    assert!(begun.elapsed().as_secs() < 20, "{:?}", begun.elapsed());
}

#[test]
fn a_choice_among_several() {
    let rates = InternalRates::of_periods(&[-5.0, 10.5, 1.0, -8.0, 1.0]).unwrap();
    let found: Vec<f64> = rates.all().iter().map(|found| found.rate).collect();
    assert_eq!(found.len(), 3);
    assert!((rates.choose(RateChoice::Nearest(0.1)).unwrap() - 0.08859833852775535).abs() < 1e-14);
    let error = rates.choose(RateChoice::Only).unwrap_err();
    assert_eq!(error, FinanceError::ManyRoots { rates: found.clone() });
    for rate in found {
        assert!(error.to_string().contains(&rate.to_string()), "{error}");
    }
    assert!(rates.choose(RateChoice::Nearest(-1.0)).is_err());
    let two = InternalRates::of_periods(&[-100.0, 100.0, 0.0, -7.0]).unwrap();
    assert!((two.choose(RateChoice::Nearest(0.0)).unwrap() + 0.08330).abs() < 1e-4);
    // 50 % and -50 % are as far from 0: the lower.
    let even = InternalRates::of_periods(&[1.0, -2.0, 0.75]).unwrap();
    assert_eq!(even.choose(RateChoice::Nearest(0.0)).unwrap(), even.all()[0].rate);
}

#[test]
fn what_has_no_rate_says_why() {
    assert_eq!(internal_rate(&[100.0, 110.0]), Err(FinanceError::NoRoot { sign_changes: 0 }));
    assert_eq!(internal_rate(&[1.0, -1.0, 1.0]), Err(FinanceError::NoRoot { sign_changes: 2 }));
    assert!(matches!(internal_rate(&[1.0]), Err(FinanceError::TooFew { .. })));
    assert!(matches!(internal_rate(&[0.0, 0.0]), Err(FinanceError::OutOfRange { .. })));
    assert!(internal_rate(&[-1.0, f64::NAN]).is_err());
    // A hundredfold in a day: 100^365.
    let beyond = dated_internal_rate(&dated(&[0.0, 1.0], &[-1.0, 100.0])).unwrap_err();
    assert!(
        matches!(beyond, FinanceError::RateBeyond { log_growth } if (log_growth - 365.0 * 100f64.ln()).abs() < 1e-9)
    );
    assert!(matches!(internal_rate(&[-1e20, 1.0]), Err(FinanceError::RateBeyond { .. })));
    // The residue of a rounding at the end does not hide the rate that is meant.
    let residue = InternalRates::of_periods(&[-100.0, 60.0, 60.0, -5.6e-17]).unwrap();
    assert_eq!((residue.all().len(), residue.beyond().len()), (1, 1));
    assert!((residue.choose(RateChoice::Only).unwrap() - 0.1306623862918075).abs() < 1e-14);
}

/// Flows with these growth factors and no other positive ones, and their number.
fn flows_of(factors: &[f64], tail: &[f64]) -> Vec<f64> {
    let times = |flows: Vec<f64>, g: f64| -> Vec<f64> {
        let mut next = flows.clone();
        next.push(0.0);
        for (slot, flow) in next.iter_mut().skip(1).zip(flows) {
            *slot -= g * flow;
        }
        next
    };
    let flows = factors.iter().fold(vec![1.0], |flows, g| times(flows, *g));
    // Factors below 0 are no rates.
    tail.iter().fold(flows, |flows, g| times(flows, -g))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn rates_that_a_series_was_made_of_come_back(
        logarithms in prop::collection::vec(-6.0..6.0f64, 1..5),
        tail in prop::collection::vec(0.01..50.0f64, 0..6),
    ) {
        let mut logarithms = logarithms;
        logarithms.sort_by(f64::total_cmp);
        prop_assume!(logarithms.windows(2).all(|pair| pair[1] - pair[0] > 0.05));
        let factors: Vec<f64> = logarithms.iter().map(|x| x.exp()).collect();
        let rates = InternalRates::of_periods(&flows_of(&factors, &tail)).unwrap();
        prop_assert_eq!(rates.all().len(), factors.len(), "{:?} {:?}", rates, factors);
        for (found, factor) in rates.all().iter().zip(&factors) {
            prop_assert!((found.rate + 1.0 - factor).abs() <= 1e-7 * factor, "{:?} {}", found, factor);
            prop_assert_eq!(found.multiplicity, 1);
        }
    }

    #[test]
    fn double_rates_are_found_with_their_multiplicity(
        twice in -0.9..3.0f64, once in 5.0..50.0f64, scale in -1e6..1e6f64,
    ) {
        prop_assume!(scale.abs() > 1e-6);
        let flows: Vec<f64> =
            flows_of(&[1.0 + twice, 1.0 + twice, 1.0 + once], &[]).iter().map(|flow| flow * scale).collect();
        let rates = InternalRates::of_periods(&flows).unwrap();
        let found: Vec<u32> = rates.all().iter().map(|found| found.multiplicity).collect();
        prop_assert_eq!(found, vec![2, 1], "{:?}", rates);
        prop_assert!((rates.all()[0].rate - twice).abs() < 1e-9);
    }

    #[test]
    fn the_count_obeys_the_rule_of_signs(
        flows in prop::collection::vec(prop_oneof![Just(0.0), -1e3..1e3f64, -1e-3..1e-3f64], 2..60),
    ) {
        prop_assume!(flows.iter().any(|flow| *flow != 0.0));
        let rates = InternalRates::of_periods(&flows).unwrap();
        let counted: usize = rates.all().iter().map(|found| found.multiplicity as usize).sum();
        let counted = counted + rates.beyond().len();
        let changes = sign_changes(flows.iter().copied());
        prop_assert_eq!(rates.sign_changes(), changes);
        prop_assert!(counted <= changes && (changes - counted).is_multiple_of(2), "{} {:?}", changes, rates);
        prop_assert!(rates.all().windows(2).all(|pair| pair[0].rate < pair[1].rate));
    }

    #[test]
    fn any_dated_flows_end_well(
        flows in prop::collection::vec((0.0..1e5f64, prop::num::f64::ANY), 2..20),
    ) {
        let flows: Vec<DatedFlow> = flows.iter().map(|(day, amount)| DatedFlow { day: *day, amount: *amount }).collect();
        if let Ok(rates) = InternalRates::of_dates(&flows) {
            prop_assert!(rates.all().iter().all(|found| found.rate > -1.0 && found.rate.is_finite()));
            prop_assert!(rates.beyond().iter().all(|log_growth| log_growth.is_finite()));
        }
    }
}
