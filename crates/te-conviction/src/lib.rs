#![deny(missing_docs)]
#![forbid(unsafe_code)]
#![cfg_attr(test, allow(clippy::disallowed_methods, reason = "tests compare with the platform's functions"))]
//! Conviction voting: the formula, the contracts' arithmetic, and a community that lives by it.
//!
//! Members stake tokens on proposals. A proposal's *conviction* is a leaky sum of the stake over time, and it is paid
//! out of a common pool once its conviction exceeds a *trigger* that rises with the share of the pool it asks for.
//!
//! ```text
//! y' = x + alpha y                                       conviction, one step on
//! y*(r) = rho E / ((1 - alpha) (beta - r/F)^2)           trigger of a request
//! alpha = 2^(-step / half-life)
//! ```
//!
//! | symbol | meaning | unit |
//! |---|---|---|
//! | `x`, `y` | stake, conviction | token, token step |
//! | `alpha` | share of conviction kept per step | 1 |
//! | `r`, `F` | request, common pool | token |
//! | `E`, `S` | effective supply (tokens that vote), total supply | token |
//! | `beta` | share of the pool that no request may reach | 1 |
//! | `rho` | trigger scale, below beta squared | 1 |
//!
//! | module | what |
//! |---|---|
//! | [`alpha`] | decay and half-life |
//! | [`accrual`] | conviction over time |
//! | [`mod@trigger`] | the trigger and what follows from it |
//! | [`rule`] | decay and trigger as one value, with every derived quantity |
//! | [`presets`] | parameter sets that communities adopted |
//! | [`supply`] | the identity S = F + E + L |
//! | [`dashboard`] | the figures of the TEC config dashboard |
//! | [`explorer`] | the tables and curves people choose parameters with |
//! | [`chain`] | the contracts in 256-bit integers, and 1Hive's ledger |
//! | [`community`] | the published community model, version 3, and its corrected form |
//! | [`component`] | the community as a component: `conviction/voting` |
//! | `pictures` | what is inside a community, drawn (feature `pictures`) |
//!
//! Without the feature `engine`, which is on by default, [`explorer`], [`community`] and [`component`] are not there, and
//! neither te-core nor petgraph is needed: formulas, rules, presets and contracts remain.
//!
//! ```
//! use te_conviction::rule::VotingRule;
//!
//! // The Token Engineering Commons: half-life 7 days, spending limit 11 percent, least conviction 4 percent.
//! let tec = VotingRule::from_beta(7.0, 1.0, 0.11, 0.04)?;
//!
//! // A twentieth of the pool needs 13.4 percent of the voting tokens for ever,
//! assert!((tec.trigger_share(0.05)? - 0.134).abs() < 5e-4);
//! // 17.9 percent of them to pass within two weeks,
//! assert!((tec.support_within(0.05, 14.0)?.expect("possible") - 0.179).abs() < 5e-4);
//! // and with a fifth of them passes after 11.26 days; with a tenth never.
//! assert!((tec.steps_to_pass(0.05, 0.2)?.expect("passes") - 11.26).abs() < 5e-3);
//! assert_eq!(tec.steps_to_pass(0.05, 0.1)?, None);
//!
//! // Requests over the limit have no trigger.
//! let refused = tec.trigger(12_000.0, 100_000.0, 1_500_000.0).unwrap_err();
//! assert_eq!(refused.to_string(), "the request of 12000 is at or over the limit of 11000");
//! # Ok::<(), te_conviction::error::ConvictionError>(())
//! ```
//!
//! Sources: `BlockScience/Aragon_Conviction_Voting` (models/v3, at 634ae378); 1Hive/conviction-voting-app at 27df568;
//! 1Hive/gardens-v2 at 15ad3748a; the commons-config-backend of the Commons Stack at abf84cc. The reference numbers and
//! their tolerances are in `testdata/te-conviction`.

pub mod accrual;
pub mod alpha;
pub mod chain;
#[cfg(feature = "engine")]
pub mod community;
#[cfg(feature = "engine")]
pub mod component;
pub mod dashboard;
pub mod error;
#[cfg(feature = "engine")]
pub mod explorer;
#[cfg(feature = "pictures")]
pub mod pictures;
pub mod presets;
pub mod rule;
pub mod supply;
#[cfg(feature = "engine")]
mod table;
pub mod trigger;

pub use trigger::trigger;

/// Adds this crate's components to a registry.
#[cfg(feature = "engine")]
pub fn register(registry: &mut te_core::Registry) {
    registry.add::<component::Voting>("te-conviction", "A community that votes by conviction.");
    #[cfg(feature = "pictures")]
    registry.offer_pictures::<component::Voting>(&pictures::OFFERED);
}
