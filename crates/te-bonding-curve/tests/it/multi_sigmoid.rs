//! The multi-sigmoid curve: the original's numbers at 1e-12 relative, the exact model beside its grid, properties.

use crate::reference::{close, file, num};
use proptest::prelude::*;
use te_bonding_curve::{
    Logistic, MultiLogistic, MultiSigmoidCurve, ReserveRule, SigmoidGrid, multi_sigmoid::default_phases,
};

fn default_price() -> MultiLogistic {
    MultiLogistic::new(default_phases().to_vec()).unwrap()
}

#[test]
fn prices_match() {
    let data = file("multi_sigmoid.json");
    let first = default_phases()[0];
    for row in data["sigmoid_default"].as_array().unwrap() {
        close(first.value(num(&row[0])), num(&row[1]), 1e-12, "sigmoid");
    }
    let rows = data["multisigmoid_default"].as_array().unwrap();
    assert_eq!(rows.len(), 12);
    for row in rows {
        let x = num(&row[0]);
        close(default_price().value(x), num(&row[1]), 1e-12, "sum");
        for (i, phase) in default_phases().iter().enumerate().skip(1) {
            close(phase.value(x), num(&row[i + 1]), 1e-12, "phase");
        }
    }
}

fn check_tables(key: &str, rule: impl Fn(&serde_json::Value) -> ReserveRule) {
    let data = file("multi_sigmoid.json");
    for case in data[key].as_array().unwrap() {
        let params = &case["params"];
        let supply = params["current_supply"].as_f64().unwrap_or(10_000.0);
        let grid = SigmoidGrid::new(default_price(), rule(params), 0.03, 1000, supply).unwrap();
        let table = grid.table();
        assert_eq!(table.len() as u64, case["rows"].as_u64().unwrap());
        let last = table.last().unwrap();
        close(last.supply, num(&case["last_supply"]), 1e-12, "last supply");
        close(last.price, num(&case["last_price"]), 1e-12, "last price");
        let sums = grid.reserves();
        close(sums.funding, num(&case["reserves"]["funding"]), 1e-12, "funding");
        close(sums.reserve, num(&case["reserves"]["reserve"]), 1e-12, "reserve");
        close(sums.net, num(&case["reserves"]["net"]), 1e-12, "net");
    }
}

#[test]
fn collateral_tables_match() {
    check_tables("augmented", |p| ReserveRule::Constant(p["reserve_rate"].as_f64().unwrap_or(0.2)));
    check_tables("smart", |p| ReserveRule::Smart(p["reserve_power"].as_f64().unwrap_or(4.0)));
}

#[test]
fn minting_matches() {
    for case in file("multi_sigmoid.json")["bonding_mint"].as_array().unwrap() {
        let rule = ReserveRule::Constant(0.2);
        let mut grid =
            SigmoidGrid::new(default_price(), rule, 0.03, 1000, num(&case["start_supply"])).unwrap();
        let (tokens, price) = grid.mint(num(&case["cad"])).unwrap();
        close(tokens, num(&case["received"]), 1e-12, "received");
        close(price, num(&case["avg_price"]), 1e-12, "mean price");
        close(grid.supply(), num(&case["end_supply"]), 1e-12, "end supply");
    }
}

#[test]
fn the_grid_tends_to_the_exact_areas() {
    let exact = default_price().area(0.0, 400_000.0);
    let mut last = f64::INFINITY;
    for steps in [100, 1000, 10_000] {
        let grid =
            SigmoidGrid::new(default_price(), ReserveRule::Constant(0.2), 0.03, steps, 400_000.0).unwrap();
        let error = (grid.reserves().net - exact).abs() / exact;
        assert!(error * (steps as f64) < 3.0, "{steps}: {error}");
        assert!(error < last);
        last = error;
    }
}

#[test]
fn debt_is_senior() {
    let grid = SigmoidGrid::new(default_price(), ReserveRule::Constant(0.2), 0.03, 1000, 10_000.0).unwrap();
    let sums = grid.reserves();
    let prices = grid.prices_after_debt(2_000.0).unwrap();
    assert_eq!(prices[0], 0.0);
    assert!(*prices.last().unwrap() > 0.0);
    assert_eq!(grid.reserves_after_debt(2_000.0).unwrap().net, sums.net - 2_000.0);
    assert!(grid.reserves_after_debt(sums.funding + 1.0).is_err());
}

#[test]
fn a_logistic_term() {
    let term = Logistic::new(8.0, 2.0, 5.0, 100.0).unwrap();
    assert_eq!(term.midpoint(), 250.0);
    assert_eq!(term.value(250.0), 4.0);
    close(term.slope(250.0), 8.0 * 2.0 / 400.0, 1e-15, "slope at the midpoint");
    assert!(Logistic::new(8.0, 0.0, 5.0, 100.0).is_err());
    assert!(MultiLogistic::new(vec![]).is_err());
    assert!(MultiLogistic::new(vec![term; 17]).is_err());
    let sum = default_price();
    close(sum.value(sum.inverse(100.0).unwrap()), 100.0, 1e-12, "inverse");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn buying_then_selling_returns_the_reserved_part(
        supply in 0.0..2e6_f64, tokens in 1e-3..1e6_f64, rate in 0.0..=1.0_f64,
    ) {
        let mut market = MultiSigmoidCurve::new(default_price(), rate, supply, 0.0).unwrap();
        let price = market.price();
        let bought = market.buy(tokens).unwrap();
        prop_assert!(market.price() >= price);
        prop_assert!((market.implied_reserve() - market.reserve()).abs() <= 1e-9 * market.reserve() + 1e-12);
        let sold = market.sell(tokens.min(market.supply())).unwrap();
        prop_assert!((sold.cash - rate * bought.cash).abs() <= 1e-9 * bought.cash);
        prop_assert!(market.reserve() <= 1e-9 * bought.cash + 1e-12);
        prop_assert!((market.funding() - (1.0 - rate) * bought.cash).abs() <= 1e-12 * bought.cash);
    }

    #[test]
    fn cash_buys_what_it_costs(supply in 0.0..2e6_f64, cash in 1e-3..1e9_f64) {
        let mut market = MultiSigmoidCurve::new(default_price(), 0.2, supply, 0.0).unwrap();
        let before = market.clone();
        let order = market.buy_with(cash).unwrap();
        // The supply rounds to its own ulp: that much of the price may be missed.
        let slack = market.price() * (supply + order.tokens) * 4.0 * f64::EPSILON;
        prop_assert!((before.cost(order.tokens).unwrap() - cash).abs() <= 1e-11 * cash + slack);
    }

    #[test]
    fn areas_add_up(a in -1e6..2e7_f64, b in 0.0..1e6_f64, c in 0.0..1e6_f64) {
        let f = default_price();
        let whole = f.area(a, a + b + c);
        prop_assert!((f.area(a, a + b) + f.area(a + b, a + b + c) - whole).abs() <= 1e-9 * whole.abs() + 1e-9);
    }

    #[test]
    fn refusals_change_nothing(bad in prop_oneof![Just(f64::NAN), Just(0.0), Just(-1.0), Just(f64::INFINITY)]) {
        let mut market = MultiSigmoidCurve::new(default_price(), 0.5, 100.0, 0.0).unwrap();
        let before = market.clone();
        prop_assert!(market.buy(bad).is_err() && market.buy_with(bad).is_err() && market.sell(bad).is_err());
        prop_assert!(market.sell(101.0).is_err());
        prop_assert!(market.sell(50.0).is_err(), "nothing was reserved yet");
        prop_assert_eq!(market, before);
    }
}
