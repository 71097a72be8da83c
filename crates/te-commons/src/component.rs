//! The way of a commons as components of the engine: `commons/cultural-build`, `commons/hatch`, `commons/upgrade`.
//!
//! Each is told by the one before when to begin: wire `build.done` to `hatch.start` and `build.hours` to `hatch.impact_hours`, the hatch's result
//! to the upgrade, and the upgrade's launch to a `bonding-curve/augmented` that opens on launch. A step without a length counts as a
//! year; the components think in days of 1/365 year.

pub mod cultural_build;
pub mod hatch;
pub mod upgrade;

use te_core::Clock;

/// Length of a step `[day]`.
fn days(clock: &Clock) -> f64 {
    clock.years() * 365.0
}
