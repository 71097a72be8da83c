//! Time value of money against the published classes, and its identities.

use proptest::prelude::*;
use te_finance::appraisal::{internal_rate, net_present_value};
use te_finance::cash_flow::*;
use te_finance::compounding::{Compounding, effective_rate, nominal_rate};
use te_finance::premia::{Premia, built_up_rate, nominal_riskless};

use crate::reference::{close, number, rows};

#[test]
fn agrees_with_the_published_classes_where_they_are_right() {
    for row in rows("cashflow") {
        let class = row["class"].as_str().unwrap();
        let compounding = match (class, row.get("compound_periods").and_then(serde_json::Value::as_u64)) {
            ("CashFlow", _) => Compounding::Once,
            ("CompoundingCashFlow", Some(m)) => Compounding::Times(u32::try_from(m).unwrap()),
            _ => Compounding::Continuous,
        };
        let e = effective_rate(number(&row, "rate"), compounding).unwrap();
        let (pv, a) = (number(&row, "present_value"), number(&row, "annuity"));
        let n = u32::try_from(row["N"].as_u64().unwrap()).unwrap();
        let t = f64::from(n);
        close(e, number(&row, "effective_rate"), 1e-12, "effective rate");
        close(future_lump(pv, e, t).unwrap(), number(&row, "future_lump_value"), 1e-12, "lump");
        // The published class adds the value of a perpetuity to the future value of N payments.
        let defect = if row["perpetuity"].as_bool().unwrap() { a / e } else { 0.0 };
        close(
            future_annuity(a, e, t).unwrap() + defect,
            number(&row, "future_annuity_value"),
            1e-12,
            "annuity",
        );
        close(present_lump(1.0, e, t).unwrap(), number(&row, "present_value_factor"), 1e-12, "factor");
        close(perpetuity(a, e, 0.0).unwrap(), number(&row, "perpetuity_value"), 1e-12, "perpetuity");
        if row["perpetuity"].as_bool().unwrap() {
            // One notebook has A / e, the other adds it to the finite annuity: the former is the present value.
            close(
                perpetuity(a, e, 0.0).unwrap(),
                number(&row, "present_annuity_value_qia"),
                1e-12,
                "perpetuity",
            );
            continue;
        }
        let plan = CashFlowPlan::new(e, pv, a, n).unwrap();
        close(
            present_annuity(a, e, t).unwrap(),
            number(&row, "present_annuity_value_qia"),
            1e-12,
            "present annuity",
        );
        close(
            plan.present_value().unwrap(),
            number(&row, "total_present_value_qia"),
            1e-12,
            "total present value",
        );
        if class == "CashFlow" {
            close(
                plan.future_value().unwrap(),
                number(&row, "total_future_value"),
                1e-12,
                "total future value",
            );
            let table = plan.table().unwrap();
            let schedule = row["schedule_cash_flow"].as_array().unwrap();
            assert_eq!(table.len(), schedule.len());
            for (found, expected) in table.iter().zip(schedule) {
                // A difference of two totals: its error is that of the totals.
                let allowed = 1e-12 * found.total.abs().max(1.0);
                assert!((found.cash_flow - expected.as_f64().unwrap()).abs() <= allowed);
            }
        }
    }
}

#[test]
fn built_up_rates_are_the_published_ones() {
    for row in rows("interest_rate") {
        let premia = Premia {
            real: number(&row, "real"),
            inflation: number(&row, "inflation"),
            default: number(&row, "default"),
            liquidity: number(&row, "liquidity"),
            maturity: number(&row, "maturity"),
        };
        assert!((nominal_riskless(&premia).unwrap() - number(&row, "nominal_rf")).abs() < 1e-15);
        assert!((built_up_rate(&premia).unwrap() - number(&row, "rate")).abs() < 1e-15);
    }
}

#[test]
fn refuses_rates_without_meaning() {
    for e in [-1.0, -2.0, f64::NAN, f64::INFINITY] {
        assert!(future_lump(1.0, e, 1.0).is_err());
        assert!(present_annuity(1.0, e, 1.0).is_err());
        assert!(CashFlowPlan::new(e, 1.0, 1.0, 1).is_err());
    }
    assert!(perpetuity(1.0, 0.0, 0.0).is_err());
    assert!(perpetuity(1.0, 0.05, 0.05).is_err());
    assert!(future_annuity(1.0, 0.1, -1.0).is_err());
    assert!(future_lump(1.0, 0.5, 1e9).is_err());
    assert!(CashFlowPlan::new(0.1, -1.0, 1.0, 1).is_err());
    assert!(CashFlowPlan::new(0.1, 1.0, 1.0, MAX_PERIODS + 1).is_err());
    let error = future_lump(1.0, -1.0, 1.0).unwrap_err().to_string();
    assert_eq!(error, "effective rate = -1 is refused, permitted is (-1, inf)");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn present_and_future_value_are_inverse(x in 0.0..1e9f64, e in -0.9..3.0f64, t in 0.0..50.0f64) {
        let back = present_lump(future_lump(x, e, t).unwrap(), e, t).unwrap();
        prop_assert!((back - x).abs() <= 1e-12 * x);
    }

    #[test]
    fn an_annuity_is_the_sum_of_its_payments(a in -1e6..1e6f64, e in -0.5..1.0f64, n in 0u32..40) {
        let sum: f64 = (1..=n).map(|t| present_lump(a, e, f64::from(t)).unwrap()).sum();
        let closed = present_annuity(a, e, f64::from(n)).unwrap();
        prop_assert!((sum - closed).abs() <= 1e-11 * sum.abs().max(1.0));
        let due: f64 = (0..n).map(|t| present_lump(a, e, f64::from(t)).unwrap()).sum();
        prop_assert!((due - annuity_due(closed, e).unwrap()).abs() <= 1e-11 * due.abs().max(1.0));
    }

    #[test]
    fn small_rates_approach_simple_sums(a in 1.0..1e3f64, exponent in -300.0..-12.0f64, t in 1.0..100.0f64) {
        let e = 10f64.powf(exponent);
        let value = future_annuity(a, e, t).unwrap();
        prop_assert!((value - a * t).abs() <= a * t * (t * e + 1e-14));
    }

    #[test]
    fn effective_and_nominal_rates_are_inverse(e in -0.9..5.0f64, m in 1u32..1000) {
        for compounding in [Compounding::Once, Compounding::Times(m), Compounding::Continuous] {
            let nominal = nominal_rate(e, compounding).unwrap();
            let back = effective_rate(nominal, compounding).unwrap();
            prop_assert!((back - e).abs() <= 1e-11 * (1.0 + e.abs()), "{compounding:?} {back} {e}");
        }
    }

    #[test]
    fn the_internal_rate_makes_the_value_vanish(
        cost in 1.0..1e4f64,
        income in prop::collection::vec(0.0..1e4f64, 1..20),
    ) {
        let mut flows = vec![-cost];
        flows.extend(income);
        if let Ok(rate) = internal_rate(&flows) {
            // In the money of the period where it is largest.
            let size = flows.iter().enumerate().map(|(t, f)| f.abs() * (1.0 + rate).powf(-(t as f64))).fold(0.0, f64::max);
            let value = net_present_value(rate, &flows).unwrap();
            prop_assert!(value.abs() <= 1e-10 * size, "{value} of {size} at {rate}");
        }
    }
}
