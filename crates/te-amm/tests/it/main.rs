//! Reference data and properties.
#![allow(clippy::disallowed_methods, reason = "tests compare with the platform's functions")]
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

mod bounds;
mod component;
mod curve_pools;
mod decimal28;
mod exact_pools;
mod float_vectors;
mod floats;
mod lanes;
mod math_vectors;
mod messages;
mod pools;
mod properties;
mod random_trader;
mod reference;
mod short_path;
mod uniswap_vectors;
