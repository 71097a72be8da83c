//! Runs side by side, stepped through time.

pub(crate) mod tile;
