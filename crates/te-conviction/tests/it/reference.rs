//! Reading the reference files.

use flate2::read::GzDecoder;
use serde_json::Value;
use std::fs::File;
use std::io::Read;

/// The text of a file of the reference folder, unpacked where its name ends in `.gz`.
pub(crate) fn text(name: &str) -> String {
    let path = format!("{}/../../testdata/te-conviction/{name}", env!("CARGO_MANIFEST_DIR"));
    let mut file = File::open(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
    let mut text = String::new();
    if std::path::Path::new(name).extension().is_some_and(|end| end == "gz") {
        GzDecoder::new(file).read_to_string(&mut text).unwrap();
    } else {
        file.read_to_string(&mut text).unwrap();
    }
    text
}

/// A JSON file of the reference folder.
pub(crate) fn json(name: &str) -> Value {
    serde_json::from_str(&text(name)).unwrap()
}

/// A number of a file: `null` is NaN, `"inf"` infinity.
pub(crate) fn number(value: &Value) -> f64 {
    match value {
        Value::Null => f64::NAN,
        Value::String(text) if text == "inf" => f64::INFINITY,
        other => other.as_f64().unwrap_or_else(|| panic!("not a number: {other}")),
    }
}

/// The numbers of a JSON list.
pub(crate) fn numbers(value: &Value) -> Vec<f64> {
    rows(value).iter().map(number).collect()
}

/// The elements of a JSON list.
pub(crate) fn rows(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// Asserts that two numbers agree to a relative tolerance (absolute below 1); NaN agrees with NaN.
#[track_caller]
pub(crate) fn assert_close(found: f64, expected: f64, tolerance: f64, what: &str) {
    let close = found == expected
        || (found.is_nan() && expected.is_nan())
        || (found - expected).abs() <= tolerance * expected.abs().max(1.0);
    assert!(close, "{what}: {found} against {expected}");
}
