//! Ten steps of both kinds, corrected and as published, computed by `testdata/te-flash/reference.py`.

use std::path::Path;
use te_core::Registry;
use te_testkit::reference;

fn folder() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../testdata/te-flash"))
}

fn registry() -> Registry {
    let mut registry = Registry::new();
    te_flash::register(&mut registry);
    registry
}

#[test]
fn every_kind_is_its_reference() {
    reference::every_kind(&registry(), folder(), &[]);
}

#[test]
fn the_published_step_is_its_reference() {
    for name in ["v3-published.csv", "v3-float-published.csv"] {
        reference::file(&registry(), &folder().join(name));
    }
}
