//! Reference data and properties.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

mod bounds;
mod component;
mod decimal28;
mod float_vectors;
mod floats;
mod lanes;
mod math_vectors;
mod properties;
mod reference;
mod short_path;
mod uniswap_vectors;
