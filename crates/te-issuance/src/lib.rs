//! Token issuance: schedules, controllers, WORK, vesting.
#![deny(missing_docs)]
#![forbid(unsafe_code)]

pub mod error;
pub mod hive_supply;

pub use error::IssuanceError;
