//! Reference data and properties of te-issuance. Provenance and tolerances: `testdata/te-issuance/README.md`.
#![allow(clippy::disallowed_methods, reason = "tests compare with the platform's functions")]
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod bad_input;
mod bounds;
mod changes;
mod components;
mod contract;
mod dutch_auction;
mod finite;
mod lanes;
mod properties;
mod reference;
mod schedules;
mod staking;
mod vesting;
mod work_token;

use rust_decimal::Decimal;
use serde_json::Value;

/// Text of a file of `testdata/te-issuance`.
fn text(name: &str) -> String {
    let path = format!("{}/../../testdata/te-issuance/{name}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// A JSON file of `testdata/te-issuance`.
fn json(name: &str) -> Value {
    serde_json::from_str(&text(name)).unwrap()
}

/// Items of a JSON list.
fn list(value: &Value) -> &[Value] {
    value.as_array().unwrap()
}

/// A number written as a string or plainly.
fn parse<T: core::str::FromStr>(value: &Value) -> T {
    let written = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    written.parse().ok().unwrap_or_else(|| panic!("{written} is not the number expected here"))
}

/// A list of such numbers.
fn parse_all<T: core::str::FromStr>(value: &Value) -> Vec<T> {
    list(value).iter().map(parse).collect()
}

/// Equal to 1e-20 of the value, or to the last place of a decimal.
fn assert_decimal(found: Decimal, wanted: Decimal, what: &str) {
    let tolerance = (wanted.abs() * Decimal::new(1, 20)).max(Decimal::new(1, 28));
    assert!((found - wanted).abs() <= tolerance, "{what}: {found} instead of {wanted}");
}

/// Equal to a relative 1e-12.
fn assert_close(found: f64, wanted: f64, what: &str) {
    assert!((found - wanted).abs() <= 1e-12 * wanted.abs(), "{what}: {found} instead of {wanted}");
}
