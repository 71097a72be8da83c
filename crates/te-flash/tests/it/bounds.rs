//! Parameters inside their declared bounds, with harmless inputs.

use te_core::Registry;
use te_testkit::bounds::{self, Expected};

#[test]
fn what_is_declared_runs() {
    let mut registry = Registry::new();
    te_flash::register(&mut registry);
    // Settings of the published model that have no target price, and prices that run away from what numbers hold: every such
    // error names what to change.
    let expected = Expected { domain: 0.06, ..Expected::default() };
    bounds::every_kind(&registry, &[("flash/v3", expected), ("flash/v3-float", expected)]);
}
