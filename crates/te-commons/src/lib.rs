//! The commons stack: praise, cultural build, hatch, upgrade.
//!
//! | room | what | world |
//! |---|---|---|
//! | [`praise`] | quantification rounds, assignment, payouts, agreement | model |
//! | [`inequality`] | Gini, top shares, entropy, Nakamoto | model |
//! | [`cultural_build`] | praise points to impact hours: hours = H·mean of `points/Σ points` | model |
//! | [`hatch`] | state machine, refunds, reward R·x/(x + E), oracle cap, dashboard | ledger and model |
//! | [`component`] | `commons/cultural-build`, `commons/hatch`, `commons/upgrade` for the engine | both |
//! | [`upgrade`] | split, snapshot claims, voting, plan, phases | ledger |
//!
//! A commons earns impact hours from praise, raises collateral in a hatch, rewards its builders by their hours, and opens an augmented bonding
//! curve ([`te_bonding_curve`]). Contract mirrors work on 256-bit integers of 1e-18 and match recorded calls to the bit, with the contract's reason where they
//! refuse; the rest is f64 and matches at the tolerance stated beside its data in `testdata/te-commons`.
//!
//! Without the feature `engine`, which is on by default, [`component`] and the drawing of assignments are not there, and
//! neither te-core nor rand is needed: every mechanism remains.
//!
//! Units: hour (impact hours), collateral, token, collateral/hour for rates, second on the ledger's clock.
//!
//! ```
//! use te_commons::hatch::design::HatchDesign;
//! // The published raise and terms of the Token Engineering Commons: 48.19 collateral per impact hour.
//! let outlook = HatchDesign::default().outlook(1_571_223.57)?;
//! assert_eq!(format!("{:.2}", outlook.impact_hour_rate), "48.19");
//! # Ok::<(), te_commons::CommonsError>(())
//! ```
#![deny(missing_docs)]
#![forbid(unsafe_code)]

#[cfg(feature = "engine")]
pub mod component;
pub mod cultural_build;
mod error;
pub mod hatch;
pub mod inequality;
pub mod praise;
pub mod upgrade;

pub use error::{CommonsError, HatchError, UpgradeError};

/// Adds the commons' components to a registry.
#[cfg(feature = "engine")]
pub fn register(registry: &mut te_core::Registry) {
    let package = env!("CARGO_PKG_NAME");
    registry.add::<component::cultural_build::CulturalBuild>(
        package,
        "Praise of simulated people, quantified by the period and turned into impact hours by the spreadsheet's rule.",
    );
    registry.add::<component::hatch::Hatch>(
        package,
        "A hatch as deployed, fed by contributions: goals, refund or close, reward for impact hours.",
    );
    registry.add::<component::upgrade::Upgrade>(
        package,
        "The upgrade of a closed hatch to a bonding curve: votes, split of the vaults, launch, freeze and thaw.",
    );
}
