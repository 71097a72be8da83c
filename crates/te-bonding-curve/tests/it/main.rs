//! Reference data and properties of the curves.
#![expect(clippy::disallowed_methods, reason = "tests compare with the platform's functions")]
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod bancor;
mod components;
mod dashboard;
mod finite;
mod kinds;
mod multi_sigmoid;
mod orders;
mod power_curve;
mod reference;
