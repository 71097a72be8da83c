//! Reference rows, properties and components of te-skills.
#![allow(clippy::disallowed_methods, reason = "tests compare with the platform's functions")]
#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that fails panics")]

mod academy;
mod boost;
mod diffusion;
mod ecosystem;
mod extremes;
mod forest;
mod kinds;
mod reference;
