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
    // The contracts' numbers in testdata/te-amm/pools, to the unit, and `exact_pools` beside this file.
    let recorded = "testdata/te-amm/pools";
    let exempt = ["amm/stable-exact", "amm/crypto-exact", "amm/solidly-exact", "amm/concentrated-exact"]
        .map(|kind| (kind, recorded));
    reference::every_kind(&registry(), folder(), &exempt);
}

#[test]
fn a_trader_who_only_buys() {
    reference::file(&registry(), &folder().join("random-trader-buys.csv"));
}
