//! The notebook's printed numbers, reference runs, properties.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

mod bounds;
mod component;
mod lanes;
mod pins;
mod properties;
mod reference;
mod replay;
mod traces;
