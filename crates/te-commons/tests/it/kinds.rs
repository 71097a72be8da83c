//! Every registered kind: beside rows computed by other means, and with parameters drawn inside their bounds.

use std::path::Path;
use std::time::Duration;
use te_core::Registry;
use te_testkit::bounds::{self, Expected};
use te_testkit::reference;

fn registry() -> Registry {
    let mut registry = Registry::new();
    te_commons::register(&mut registry);
    registry
}

fn folder() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../testdata/te-commons"))
}

#[test]
fn every_kind_follows_its_reference() {
    reference::every_kind(&registry(), folder(), &[]);
    reference::file(&registry(), &folder().join("hatch-refund.csv"));
}

/// An upgrade ends a run where what the hatch holds does not carry the launch; a hatch that refunds as deployed where the floors
/// differ. Both name the parameter to change.
#[test]
fn every_kind_keeps_its_bounds() {
    let domain = |domain| Expected { domain, ..Expected::default() };
    // Two million points take about a second; on a busy machine several.
    let slow = Expected { refused: 0.9, time: Duration::from_secs(20), ..Expected::default() };
    bounds::every_kind(
        &registry(),
        &[("commons/upgrade", domain(0.7)), ("commons/hatch", domain(0.1)), ("commons/cultural-build", slow)],
    );
}
