//! Every registered kind: beside rows computed by other means, and with parameters drawn inside their bounds.

use std::path::Path;
use te_core::Registry;
use te_testkit::bounds::{self, Expected};
use te_testkit::reference;

fn registry() -> Registry {
    let mut registry = Registry::new();
    te_bonding_curve::register(&mut registry);
    registry
}

fn folder() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../testdata/te-bonding-curve"))
}

#[test]
fn every_kind_follows_its_reference() {
    reference::every_kind(&registry(), folder(), &[]);
}

/// Orders that cannot be taken end a run by design: a sale above the supply or the reserve, spending above the pool.
#[test]
fn every_kind_keeps_its_bounds() {
    let orders = |domain| Expected { domain, ..Expected::default() };
    bounds::every_kind(
        &registry(),
        &[("bonding-curve/augmented", orders(0.1)), ("bonding-curve/multi-sigmoid", orders(0.35))],
    );
}
