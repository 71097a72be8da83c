//! Parameters inside their declared bounds, with harmless inputs.

use te_core::Registry;
use te_testkit::bounds::{self, Expected};

#[test]
fn what_is_declared_runs() {
    let mut registry = Registry::new();
    te_amm::register(&mut registry);
    // A grid of many decimal places holds few tokens; what outgrows it ends the run and is told to lower `places`.
    let outgrown = Expected { domain: 0.05, ..Expected::default() };
    // An order of some 1e15 times a reserve leaves nothing of the other that a float tells from zero.
    let drained = Expected { domain: 0.01, ..Expected::default() };
    bounds::every_kind(
        &registry,
        &[
            ("amm/constant-product", outgrown),
            ("amm/constant-product-float", drained),
            // The harmless input of a price is 0 in some runs, at which no range can be opened.
            ("amm/range-provider", Expected { domain: 0.6, ..Expected::default() }),
        ],
    );
}
