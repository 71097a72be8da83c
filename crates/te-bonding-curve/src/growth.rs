//! Growth factors less one, without losing small ones. Every transcendental of this crate's model world comes from here, from
//! te-math, so that bits do not depend on the platform.

pub(crate) use te_math::{exp, exp_m1, ln, ln_1p};

/// (1 + x)^exponent − 1 for x > −1, accurate for small x: expm1(exponent · `ln_1p`(x)).
pub(crate) fn growth(x: f64, exponent: f64) -> f64 {
    exp_m1(exponent * ln_1p(x))
}

/// ratio^exponent for ratio > 0.
pub(crate) fn raise(ratio: f64, exponent: f64) -> f64 {
    te_math::pow(ratio, exponent)
}

/// ln(1 + e^x), for any x.
pub(crate) fn softplus(x: f64) -> f64 {
    if x > 0.0 { x + ln_1p(exp(-x)) } else { ln_1p(exp(x)) }
}
