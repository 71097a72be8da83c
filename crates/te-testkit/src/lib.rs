//! What the test binaries of the workspace share.
//!
//! - [`mod@reference`] holds every registered kind against rows that were computed by other means.
//! - [`bounds`] draws parameters inside their declared bounds, edges included, and expects runs that end well.
//! - [`changes`] tries which parameters an event changes to any effect.
//! - [`floats`] are the numbers, edges and NaN among them, that formulas must answer with a number or an error.
//! - [`lanes`] runs an experiment one by one and in lanes of every kind, and expects the same bits and failures.
//! - [`law`] holds samples against the law that they are drawn from.
//!
//! The first two take a [`Registry`](te_core::Registry), so that a kind that is registered and forgotten by its tests is found.
//! They report by panicking, as tests do.
#![deny(missing_docs)]
#![expect(clippy::panic, clippy::unwrap_used, reason = "this crate is called by tests only")]

pub mod bounds;
pub mod changes;
pub mod floats;
pub mod lanes;
pub mod law;
pub mod reference;
