//! What the parameters declare, the components keep.

use std::time::Duration;

use te_core::Registry;
use te_testkit::bounds::{self, Expected};

#[test]
fn declared_bounds_hold() {
    let mut registry = Registry::new();
    te_issuance::register(&mut registry);
    let domain = |domain| Expected { domain, ..Expected::default() };
    let others = [
        // More gas than the limit.
        ("issuance/fee-burn", domain(0.2)),
        // Flows beyond the pool or the circulation.
        ("issuance/target-ratio", domain(0.2)),
        ("issuance/dynamic-issuance", domain(0.2)),
        // The linear rule has no cap: prices far above the target.
        ("issuance/rebase", domain(0.2)),
        // Rates and supplies beyond 2^128 units, and burns beyond the supply.
        ("issuance/schedule", domain(0.3)),
        // 100,000 people for 200 weeks, in a build without optimisation.
        ("issuance/work-token", Expected { time: Duration::from_secs(30), ..Expected::default() }),
    ];
    bounds::every_kind(&registry, &others);
}
