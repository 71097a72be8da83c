#![deny(missing_docs)]
#![forbid(unsafe_code)]
//! Conviction voting.
pub mod accrual;
pub mod alpha;
pub mod chain;
pub mod community;
pub mod dashboard;
pub mod error;
pub mod presets;
pub mod rule;
pub mod supply;
pub mod trigger;
