//! The components of this crate, on the engine.

pub mod discounting;
pub mod guild;
pub mod interest_rate;
pub mod operations;
