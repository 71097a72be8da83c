//! The components of this crate, on the engine.

pub mod presets;
pub mod price;
pub mod regime_market;
