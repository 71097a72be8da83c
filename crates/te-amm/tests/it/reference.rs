//! Ten steps of every kind, computed by `testdata/te-amm/reference.py`.

use std::path::Path;
use te_core::Registry;
use te_testkit::reference;

fn folder() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../testdata/te-amm"))
}

fn registry() -> Registry {
    let mut registry = Registry::new();
    te_amm::register(&mut registry);
    registry
}

#[test]
fn every_kind_is_its_reference() {
    reference::every_kind(&registry(), folder(), &[]);
}

#[test]
fn a_trader_who_only_buys() {
    reference::file(&registry(), &folder().join("random-trader-buys.csv"));
}
