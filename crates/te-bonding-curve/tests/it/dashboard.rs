//! The configuration dashboard: launches, order tables, lockups. Tolerance 1e-9 relative: it works in thousands and
//! searches its curve on a grid.

use crate::reference::{close, num, rows};
use serde_json::Value;
use te_bonding_curve::{
    CurveError, HatchLaunch, Order,
    lockup::{Lockup, LockupRow},
};

fn launch(input: &Value) -> HatchLaunch {
    // The dashboard writes "not given" as 1.
    let given = |key: &str| Some(num(&input[key])).filter(|value| *value != 1.0);
    HatchLaunch {
        commons_tribute: num(&input["commons_percentage"]),
        ragequit_amount: num(&input["ragequit_amount"]),
        opening_price: num(&input["opening_price"]),
        entry_tribute: num(&input["entry_tribute"]),
        exit_tribute: num(&input["exit_tribute"]),
        initial_buy: num(&input["initial_buy"]),
        launch_supply: given("virtual_supply"),
        launch_balance: given("virtual_balance"),
        ..HatchLaunch::default()
    }
}

/// Which parameter the dashboard's message is about.
fn blamed(message: &str) -> &'static str {
    let table = [
        ("reserve ratio", "reserve_ratio"),
        ("Commons Percentage", "commons_tribute"),
        ("Initial commons", "commons_tribute"),
        ("Entry Tribute", "entry_tribute"),
        ("Exit Tribute", "exit_tribute"),
        ("Ragequit", "ragequit_amount"),
        ("Initial Price", "opening_price"),
        ("Supply would be negative", "initial_supply"),
    ];
    table.iter().find(|(text, _)| message.contains(text)).unwrap_or_else(|| panic!("{message}")).1
}

#[test]
fn every_configuration_matches() {
    let cases = rows("config_dashboard.json");
    assert_eq!(cases.len(), 84);
    let mut refused = 0;
    for case in cases {
        let launch = launch(&case["input"]);
        if let Some(message) = case["error"].as_str() {
            refused += 1;
            // A rage-quit of the whole raise leaves the dashboard's supply negative; here the empty pool comes first.
            let name = match launch.open().unwrap_err() {
                CurveError::OutOfRange { name: "common_pool", .. } => "initial_supply",
                CurveError::OutOfRange { name, .. } => name,
                error => panic!("{error}"),
            };
            assert_eq!(name, blamed(message), "{case}");
            continue;
        }
        let opening = launch.open().unwrap_or_else(|e| panic!("{}: {e}", case["input"]));
        let output = &case["output"];
        let (before, after) = (&opening.before, &opening.curve);
        close(before.terms().reserve_ratio, num(&output["reserve_ratio"]), 1e-9, "reserve ratio");
        close(before.supply(), 1e3 * num(&output["initial_supply_k"]), 1e-9, "supply");
        close(before.reserve(), 1e3 * num(&output["initial_balance_k"]), 1e-9, "balance");
        let funds = &output["fund_allocations"];
        close(before.common_pool(), num(&funds["commonPoolBefore"]), 1e-9, "pool before");
        close(after.common_pool(), num(&funds["commonPoolAfter"]), 1e-9, "pool after");
        if launch.launch_balance.is_none() {
            close(before.reserve(), num(&funds["reserveBalanceBefore"]), 1e-9, "reserve before");
            close(after.reserve(), num(&funds["reserveBalanceAfter"]), 1e-9, "reserve after");
        }
        let mut curve = before.clone();
        for step in output["steps"].as_array().unwrap() {
            let k = |key: &str| 1e3 * num(&step[key]);
            close(curve.price(), num(&step["currentPrice"]), 1e-9, "price");
            close(curve.supply(), k("currentSupply"), 1e-9, "supply");
            close(curve.reserve(), k("currentBalance"), 1e-9, "balance");
            let amount = k("amountIn");
            let order: Order = if amount > 0.0 {
                curve.buy(amount, 0.0).unwrap()
            } else {
                curve.sell(-amount, curve.supply(), 0.0).unwrap()
            };
            close(order.tribute, k("tributeCollected").abs(), 1e-9, "tribute");
            close(order.received, k("amountOut").abs(), 1e-9, "received");
            close(order.price_after, num(&step["newPrice"]), 1e-9, "price after");
            close(curve.price(), num(&step["newPrice"]), 1e-9, "price after");
            close(curve.supply(), k("newSupply"), 1e-9, "supply after");
            close(curve.reserve(), k("newBalance"), 1e-9, "balance after");
            assert_eq!(format!("{:.2}%", 100.0 * order.slippage), step["slippage"].as_str().unwrap());
        }
    }
    assert_eq!(refused, 8);
}

#[test]
fn every_lockup_matches() {
    let check = |rows: Vec<LockupRow>, table: &Value, percent: f64| {
        let column = |key: &str| table[key].as_array().unwrap().clone();
        assert_eq!(rows.len(), column("week").len());
        for (i, row) in rows.iter().enumerate() {
            close(row.week, num(&column("week")[i]), 0.0, "week");
            close(row.released * percent, num(&column("tokensReleased")[i]), 1e-9, "released");
            close(row.price_floor, num(&column("price")[i]), 1e-9, "floor");
        }
    };
    let cases = rows("token_lockup.json");
    assert_eq!(cases.len(), 6);
    for case in cases {
        let input = &case["input"];
        let lockup = Lockup {
            opening_price: num(&input["openingPrice"]),
            freeze: num(&input["tokenFreeze"]),
            thaw: num(&input["tokenThaw"]),
        };
        let output = &case["output"];
        check(lockup.chart().unwrap(), &output["chart"], 100.0);
        check(lockup.table().unwrap(), &output["tableIssue"], 1.0);
        check(lockup.table_until_released().unwrap(), &output["table"], 1.0);
    }
    let step = Lockup { opening_price: 2.0, freeze: 10.0, thaw: 0.0 };
    assert_eq!(step.at(9.99).unwrap().price_floor, 2.0);
    assert_eq!(step.at(10.0).unwrap().price_floor, 0.0);
}
