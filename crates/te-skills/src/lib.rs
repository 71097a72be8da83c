//! Skills and those who acquire them: a forest of skills, learning, badges, boosts, an academy, an ecosystem.
//!
//! | module | what it models | component |
//! |---|---|---|
//! | [`forest`] | skills with prerequisites, free of circles | |
//! | [`knowledge`] | mastery as a probability: practice, teaching, forgetting | |
//! | [`learner`] | one learner: what is open, paths, badges | |
//! | [`academy`] | learners in seats, practising on opportunities | `skills/academy` |
//! | [`bass`] | how awareness spreads | |
//! | [`funnel`] | exits of a stock at competing hazards, scale for a market | |
//! | [`ecosystem`] | a funnel from unaware to senior engineer | `skills/ecosystem` |
//! | [`boost`] | what badges and tokens add to a donation | |
//! | [`lineage`] | reward of a badge divided among the authors of what it teaches | |
//! | [`growth`] | growth by research spending | |
//!
//! Without the feature `engine`, which is on by default, the two components are not there, and neither te-core nor rand
//! is needed: forest, learners and all formulas remain. Errors about an unknown skill then name no nearest one.
//!
//! Central equations: `post = p (1 - s) / (p (1 - s) + (1 - p) g)` after a correct answer, `p' = post + (1 - post) T`;
//! `dN/dt = (p + q N/M)(M - N) x`; `boost = (1 + (Bmax - 1) T) mask`.
//!
//! Units: people `[person]`, time `[yr]`, teaching `[h]`, probabilities `[1]`. **Forest, learning, academy and ecosystem are
//! proposals**: their source names them and has no equations; the formulation is the field's standard one (Corbett and
//! Anderson 1995; Bass 1969) and says so where it stands. Boost follows running code and its reference numbers.
//!
//! ```
//! use te_skills::forest::{Forest, Skill};
//! use te_skills::learner::Learner;
//!
//! let skills = ["foundations/economics", "mechanisms/bonding-curves"].map(Skill::new);
//! let forest = Forest::new(skills, [("foundations/economics", "mechanisms/bonding-curves")])?;
//! let mut ada = Learner::new("ada", &forest);
//! let (economics, curves) = (forest.position("foundations/economics")?, forest.position("mechanisms/bonding-curves")?);
//!
//! let locked = ada.practise(&forest, curves, true).unwrap_err();
//! assert_eq!(locked.to_string(), "skill mechanisms/bonding-curves is locked: foundations/economics must be mastered first");
//!
//! assert!((ada.practise(&forest, economics, true)? - 0.6).abs() < 1e-15);
//! while !ada.has_mastered(&forest, economics) {
//!     ada.teach(&forest, economics, 1.0, 1.0)?;
//! }
//! ada.issue_badge(&forest, economics, "2026 spring")?;
//! assert_eq!(ada.deepest_available(&forest), Some(curves));
//! # Ok::<(), te_skills::SkillError>(())
//! ```
#![forbid(unsafe_code)]
#![deny(missing_docs)]

pub mod bass;
pub mod boost;
#[cfg(feature = "engine")]
pub mod component;
mod error;
pub mod forest;
pub mod funnel;
pub mod growth;
pub mod knowledge;
pub mod learner;
pub mod lineage;

#[cfg(feature = "engine")]
pub use component::{academy, ecosystem};
pub use error::SkillError;

/// Adds this crate's components to a registry.
#[cfg(feature = "engine")]
pub fn register(registry: &mut te_core::Registry) {
    let package = env!("CARGO_PKG_NAME");
    registry.add::<academy::Academy>(
        package,
        "Learners in a forest of skills: seats, practice, badges. A proposal: the source names it and gives no equations; the curriculum is illustrative.",
    );
    registry.add::<ecosystem::Ecosystem>(
        package,
        "The community around: a funnel from unaware to senior engineer. A proposal: the source names it and gives no equations; presets are illustrative.",
    );
}
