//! The kinds that this build of tecmns knows: one line for each crate.

use te_core::Registry;

/// Every built-in kind.
pub fn built_in() -> Registry {
    let mut registry = Registry::new();
    te_hive_economy::register(&mut registry);
    registry
}
