//! The token-engineering component library: every crate of the workspace under one roof, and the system files that
//! its command runs.
#![deny(missing_docs)]
#![forbid(unsafe_code)]

// The command's code names the library as its users do.
extern crate self as tecmns;

mod code;
pub mod command;
pub mod registry_verbs;

pub use code::{built_in, code_of, engine_of, provenance};
pub use te_system::{FileError, FileErrors, SystemFile, Variant, system_file};
pub use {
    te_amm as amm, te_bonding_curve as bonding_curve, te_commons as commons, te_conviction as conviction,
    te_core as core, te_finance as finance, te_flash as flash, te_hive_economy as hive_economy,
    te_issuance as issuance, te_market as market, te_output as output, te_skills as skills,
    te_system as system,
};

/// The README's examples, tested.
#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
pub struct Readme;
