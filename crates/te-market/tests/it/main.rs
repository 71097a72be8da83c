//! Reference rows, laws of the samplers, properties and components of te-market.
#![allow(clippy::disallowed_methods, reason = "tests compare with the platform's functions")]
#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that fails panics")]

mod closed_forms;
mod components;
mod extremes;
mod kinds;
mod lanes;
mod laws;
mod reference;
