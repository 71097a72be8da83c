//! The curves as components of the engine.

pub mod augmented;
pub mod multi_sigmoid;
