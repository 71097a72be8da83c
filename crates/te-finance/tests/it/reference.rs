//! Loads the reference file and compares numbers.

use serde_json::Value;

/// The rows under `key`.
pub(crate) fn rows(key: &str) -> Vec<Value> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../testdata/te-finance/finance_vectors.json");
    let text = std::fs::read_to_string(path).expect("reference file");
    let file: Value = serde_json::from_str(&text).expect("reference file is JSON");
    file[key].as_array().expect("key holds rows").clone()
}

/// The number in a row's field.
pub(crate) fn number(row: &Value, field: &str) -> f64 {
    row[field].as_f64().unwrap_or_else(|| panic!("{field} of {row}"))
}

/// Asserts agreement to a relative tolerance, absolute below 1e-3 of it.
pub(crate) fn close(found: f64, expected: f64, tolerance: f64, what: &str) {
    let allowed = tolerance * expected.abs().max(1e-3);
    assert!((found - expected).abs() <= allowed, "{what}: {found} instead of {expected}");
}

#[test]
fn performance_follows_its_definitions() {
    use te_finance::performance::*;
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../testdata/te-finance/performance.json");
    let file: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let list = |row: &Value, field: &str| -> Vec<f64> {
        row[field].as_array().unwrap().iter().map(|x| x.as_f64().unwrap()).collect()
    };
    for row in file["investments"].as_array().unwrap() {
        let (returns, prices) = (list(row, "returns"), list(row, "prices"));
        close(time_weighted_return(&returns).unwrap(), number(row, "time_weighted_return"), 1e-13, "growth");
        let sharpe = sharpe_ratio(&returns, number(row, "riskless")).unwrap();
        close(sharpe, number(row, "sharpe_ratio"), 1e-13, "Sharpe ratio");
        close(max_drawdown(&prices).unwrap(), number(row, "max_drawdown"), 1e-13, "drawdown");
        let held = holding_period_return(prices[0], prices[prices.len() - 1], 3.0).unwrap();
        close(held, number(row, "holding_period_return"), 1e-13, "holding-period return");
    }
    for row in file["bills"].as_array().unwrap() {
        let (face, price, days) = (number(row, "face"), number(row, "price"), number(row, "days"));
        let discount = bank_discount_yield(face, price, days).unwrap();
        close(discount, number(row, "bank_discount_yield"), 1e-13, "discount yield");
        let market = money_market_yield(face, price, days).unwrap();
        close(market, number(row, "money_market_yield"), 1e-13, "money-market yield");
    }
}
