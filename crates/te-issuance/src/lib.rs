//! Token issuance: schedules, controllers, WORK, vesting.
#![deny(missing_docs)]
#![forbid(unsafe_code)]

pub mod amount;
pub mod base_fee;
pub mod bonded_ratio;
pub mod dynamic_issuance;
pub mod error;
pub mod exponential_decay;
pub mod flash_stake;
pub mod geometric;
pub mod halving;
pub mod hive_supply;
pub mod inflation;
pub mod ledger;
pub mod linear;
pub mod number;
pub mod pid;
pub mod policy;
pub mod premine;
pub mod rebase;
pub mod sigmoid;
pub mod tail_emission;
pub mod target_ratio;
pub mod unipool;
pub mod vested_token;
pub mod vesting;
pub mod work;
pub mod wrapper;

pub use error::IssuanceError;
