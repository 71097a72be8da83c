//! What the measurements are made of: models by hand, and the ratios that promises speak of.

pub mod hand;
pub mod ratios;
