//! The token-engineering component library: every crate of the workspace under one roof, and the system files that
//! its command runs.
#![deny(missing_docs)]
#![forbid(unsafe_code)]

// The command's code names the library as its users do.
extern crate self as tecmns;

mod code;
pub mod command;
mod registered;
pub mod registry_verbs;

pub use code::{built_in, code_behind, code_of, engine_of, kinds, provenance};
pub use registered::file_of;
pub use te_amm as amm;
pub use te_bonding_curve as bonding_curve;
pub use te_commons as commons;
pub use te_conviction as conviction;
pub use te_core as core;
pub use te_equations as equations;
pub use te_finance as finance;
pub use te_flash as flash;
pub use te_hive_economy as hive_economy;
pub use te_issuance as issuance;
pub use te_market as market;
pub use te_output as output;
pub use te_skills as skills;
pub use te_system as system;
pub use te_system::{FileError, FileErrors, SystemFile, Variant, system_file};

/// The README's examples, tested.
#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
pub struct Readme;
