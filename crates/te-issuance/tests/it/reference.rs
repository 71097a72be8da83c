//! Every kind against rows that `testdata/te-issuance/reference.py` computes from the sources' equations.

use std::path::{Path, PathBuf};

use te_core::Registry;
use te_testkit::reference;

fn registry() -> Registry {
    let mut registry = Registry::new();
    te_issuance::register(&mut registry);
    registry
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/te-issuance")
}

#[test]
fn every_kind_equals_its_reference() {
    reference::every_kind(&registry(), &folder(), &[]);
}

/// What a kind does with other rules, shapes, curves and forms.
#[test]
fn every_rule_equals_its_reference() {
    let others = [
        "dutch-auction-exponential",
        "fee-burn-low",
        "pid-rai-raw",
        "pid-rai-scaled",
        "rebase-sigmoid",
        "rebase-two-sided",
        "schedule-continuous",
        "schedule-disinflation",
        "schedule-exponential",
        "schedule-geometric",
        "schedule-halving",
        "schedule-linear",
        "schedule-sigmoid",
        "schedule-tail",
        "target-ratio-free",
        "vesting-catch-up",
        "vesting-half-life",
        "vesting-linear",
        "vesting-periodic",
        "vesting-steps-advance",
        "vesting-steps-arrears",
        "work-token-notebook",
    ];
    for name in others {
        reference::file(&registry(), &folder().join(format!("{name}.csv")));
    }
}
