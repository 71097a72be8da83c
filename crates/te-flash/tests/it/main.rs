//! The notebook's printed numbers, reference runs, properties.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

mod component;
mod lanes;
mod pins;
mod properties;
mod traces;
