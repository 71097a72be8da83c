//! Reference data and properties of the commons stack.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod components;
mod cultural_build;
mod finite;
mod hatch;
mod inequality;
mod kinds;
mod praise;
mod reference;
mod upgrade;
