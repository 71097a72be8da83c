//! Reading the reference rows.

use serde_json::Value;
use te_bonding_curve::U256;

/// The parsed file of that name under `testdata/te-commons`.
pub(crate) fn file(name: &str) -> Value {
    let path = format!("{}/../../testdata/te-commons/{name}", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{path}: {e}"));
    serde_json::from_str(&text).unwrap_or_else(|e| panic!("{path}: {e}"))
}

/// The rows of a file that holds one list.
pub(crate) fn rows(name: &str) -> Vec<Value> {
    file(name).as_array().unwrap().clone()
}

/// A decimal string as an integer.
pub(crate) fn int(value: &Value) -> U256 {
    value.as_str().unwrap().parse().unwrap()
}

/// A number.
pub(crate) fn num(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("{value} is no number"))
}

/// Refuses a relative difference above `tolerance` (absolute below 1e-300).
#[track_caller]
pub(crate) fn close(got: f64, want: f64, tolerance: f64, what: &str) {
    let error = (got - want).abs();
    assert!(error <= tolerance * want.abs() + 1e-300, "{what}: got {got}, want {want}, off by {error}");
}
