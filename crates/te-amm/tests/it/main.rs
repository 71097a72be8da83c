//! Reference data and properties.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

mod component;
mod decimal28;
mod lanes;
mod math_vectors;
mod properties;
mod uniswap_vectors;
