//! Every registered kind against independent reference rows, and inside its declared bounds.

use std::path::Path;
use te_core::Registry;
use te_testkit::bounds::{self, Expected};
use te_testkit::reference;

fn registry() -> Registry {
    let mut registry = Registry::new();
    te_finance::register(&mut registry);
    registry
}

#[test]
fn every_kind_equals_its_reference() {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/te-finance");
    reference::every_kind(&registry(), &data, &[]);
}

#[test]
fn the_other_models_of_the_rate_equal_theirs() {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/te-finance");
    for model in ["constant", "build-up", "vasicek", "cir", "cir-still"] {
        reference::file(&registry(), &data.join(format!("interest-rate-{model}.csv")));
    }
}

#[test]
fn every_kind_keeps_its_bounds() {
    // A wild short rate can lift its account out of the floats, talent and followers each other; the errors say what to lower.
    let wild = Expected { domain: 0.05, ..Expected::default() };
    // Opening staff, seniors and clients that exceed caps and capacity are refused: most random openings do.
    let company = Expected { refused: 0.9, ..wild };
    bounds::every_kind(&registry(), &[("finance/interest-rate", wild), ("finance/company", company)]);
}
