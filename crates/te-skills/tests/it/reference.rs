//! Loads the reference file.

use serde_json::Value;

/// The whole reference file.
pub(crate) fn file() -> Value {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../testdata/te-skills/skills_vectors.json");
    let text = std::fs::read_to_string(path).expect("reference file");
    serde_json::from_str(&text).expect("reference file is JSON")
}

/// A list of numbers.
pub(crate) fn numbers(value: &Value) -> Vec<f64> {
    let list = value.as_array().unwrap_or_else(|| panic!("{value} is not a list"));
    list.iter().map(|x| x.as_f64().unwrap_or_else(|| panic!("{x} is not a number"))).collect()
}
