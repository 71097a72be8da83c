//! The kinds of components that this workspace has: one line for each crate.

use te_core::Registry;

/// Every kind of the workspace.
pub fn built_in() -> Registry {
    let mut registry = Registry::new();
    te_core::glue::register(&mut registry);
    te_amm::register(&mut registry);
    te_bonding_curve::register(&mut registry);
    te_commons::register(&mut registry);
    te_conviction::register(&mut registry);
    te_finance::register(&mut registry);
    te_flash::register(&mut registry);
    te_hive_economy::register(&mut registry);
    te_issuance::register(&mut registry);
    te_market::register(&mut registry);
    te_skills::register(&mut registry);
    registry
}
