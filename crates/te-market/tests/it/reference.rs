//! Loads the reference file and compares numbers.

use serde_json::Value;

/// The rows under `key`.
pub(crate) fn rows(key: &str) -> Vec<Value> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../testdata/te-market/market_vectors.json");
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
