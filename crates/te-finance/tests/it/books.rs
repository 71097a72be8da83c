//! Running costs: the published rule, the corrected one, and what holds of the latter.

use proptest::prelude::*;
use te_finance::opex::{
    Books, Costs, break_even, contracts_after, cumulative_net, cumulative_revenue, runway,
};

use crate::reference::{close, number, rows};

/// Revenue by the published rule: today's contracts times all past months. Kept here only.
fn published_revenue(costs: &Costs, t: f64) -> f64 {
    t * costs.contract_size * (costs.initial_contracts + t * costs.new_contracts)
}

#[test]
fn the_published_rows_come_from_the_published_rule() {
    let costs = Costs::default();
    for row in rows("opex") {
        let net = row["net_by_month"].as_array().unwrap();
        for (t, expected) in net.iter().enumerate() {
            let found = published_revenue(&costs, t as f64) - t as f64 * costs.monthly_cost();
            assert!((found - expected.as_f64().unwrap()).abs() <= 1e-12 * 1_654_275.0, "month {t}");
        }
        let last = u32::try_from(net.len()).unwrap() - 1;
        let end = &row["final"];
        close(contracts_after(&costs, last).unwrap(), number(end, "Number of Contracts"), 1e-12, "contracts");
        let t = f64::from(last);
        close(t * costs.employees * costs.monthly_salary, number(end, "Salary Costs"), 1e-12, "salaries");
        close(t * costs.office_expense, number(end, "Office Expenses"), 1e-12, "office");
        close(published_revenue(&costs, t), number(end, "Contract Revenue"), 1e-12, "revenue");
    }
}

#[test]
fn the_corrected_revenue_is_three_fifths_of_the_published() {
    let costs = Costs::default();
    let correct = cumulative_revenue(&costs, 23).unwrap();
    assert!((correct - 971_175.0).abs() < 1e-6);
    assert!((correct / published_revenue(&costs, 23.0) - 0.587).abs() < 5e-4);
    assert!((cumulative_net(&costs, 23).unwrap() - 5_175.0).abs() < 1e-6);
}

fn costs() -> impl Strategy<Value = Costs> {
    (0.0..9e3f64, 0.0..20.0f64, 0.0..9e3f64, 0.0..2e4f64, 0.0..10.0f64, 0.0..3.0f64, 0.0..=1.0f64).prop_map(
        |(
            monthly_salary,
            employees,
            office_expense,
            contract_size,
            initial_contracts,
            new_contracts,
            churn,
        )| Costs {
            monthly_salary,
            employees,
            office_expense,
            contract_size,
            initial_contracts,
            new_contracts,
            churn,
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn month_by_month_is_the_closed_form(costs in costs(), months in 0u32..60) {
        let mut books = Books::open(&costs, 1e6).unwrap();
        for _ in 0..months {
            books.close_month(&costs, 1.0, 0.0, 1.0, false).unwrap();
        }
        let scale = 1e6 + books.revenue + books.costs;
        prop_assert!((books.revenue - cumulative_revenue(&costs, months).unwrap()).abs() <= 1e-9 * scale);
        prop_assert!((books.net() - cumulative_net(&costs, months).unwrap()).abs() <= 1e-9 * scale);
        prop_assert!((books.contracts - contracts_after(&costs, months).unwrap()).abs() <= 1e-9 * (1.0 + books.contracts));
        prop_assert!((books.treasury - 1e6 - books.net()).abs() <= 1e-9 * scale);
        prop_assert!(books.lowest_treasury <= books.treasury);
    }

    #[test]
    fn the_net_is_linear_in_the_salary(costs in costs(), months in 1u32..60) {
        let at = |salary: f64| cumulative_net(&Costs { monthly_salary: salary, ..costs }, months).unwrap();
        let (low, middle, high) = (at(1000.0), at(2000.0), at(3000.0));
        prop_assert!((low + high - 2.0 * middle).abs() <= 1e-9 * (1.0 + low.abs() + high.abs()));
    }

    #[test]
    fn more_contracts_break_even_no_later(costs in costs(), more in 0.1..5.0f64) {
        let first = break_even(&costs, 240).unwrap();
        let better = Costs { new_contracts: costs.new_contracts + more, ..costs };
        // A firm that is never under water has no break-even at all.
        if let (Some(first), Some(second)) = (first, break_even(&better, 240).unwrap()) {
            prop_assert!(second <= first);
        }
    }

    #[test]
    fn a_fuller_treasury_lasts_longer(treasury in 0.0..1e6f64, more in 0.0..1e6f64, burn in 1.0..1e5f64) {
        prop_assert!(runway(treasury + more, burn).unwrap() >= runway(treasury, burn).unwrap());
    }

    #[test]
    fn a_refused_month_changes_nothing(costs in costs(), won in -5.0..-0.1f64) {
        let mut books = Books::open(&costs, 0.0).unwrap();
        let before = books;
        prop_assert!(books.close_month(&costs, 1.0, won, 1.0, false).is_err());
        prop_assert!(books.close_month(&costs, f64::NAN, 0.0, 1.0, false).is_err());
        prop_assert_eq!(books, before);
    }
}
