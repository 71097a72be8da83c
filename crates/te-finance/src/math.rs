//! Interim transcendental functions.
pub(crate) fn exp(x: f64) -> f64 { x.exp() }
pub(crate) fn ln(x: f64) -> f64 { x.ln() }
