//! The components of this crate, on the engine.

pub mod academy;
pub mod ecosystem;
