//! Every registered kind against independent reference rows, and inside its declared bounds.

use std::path::Path;
use te_core::Registry;
use te_testkit::{bounds, reference};

fn registry() -> Registry {
    let mut registry = Registry::new();
    te_skills::register(&mut registry);
    registry
}

#[test]
fn every_kind_equals_its_reference() {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/te-skills");
    reference::every_kind(&registry(), &data, &[]);
}

#[test]
fn every_kind_keeps_its_bounds() {
    bounds::every_kind(&registry(), &[]);
}
