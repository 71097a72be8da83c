//! Growth factors less one, without losing small ones.

/// (1 + x)^exponent − 1 for x > −1, accurate for small x: expm1(exponent · `ln_1p`(x)).
pub(crate) fn growth(x: f64, exponent: f64) -> f64 {
    (exponent * x.ln_1p()).exp_m1()
}

/// ratio^exponent for ratio > 0.
pub(crate) fn raise(ratio: f64, exponent: f64) -> f64 {
    (exponent * ratio.ln()).exp()
}

/// ln(x) for x > 0.
pub(crate) fn ln(x: f64) -> f64 {
    x.ln()
}

/// e^x.
pub(crate) fn exp(x: f64) -> f64 {
    x.exp()
}

/// ln(1 + x) for x > −1, accurate for small x.
pub(crate) fn ln_1p(x: f64) -> f64 {
    x.ln_1p()
}

/// e^x − 1, accurate for small x.
pub(crate) fn exp_m1(x: f64) -> f64 {
    x.exp_m1()
}

/// ln(1 + e^x), for any x.
pub(crate) fn softplus(x: f64) -> f64 {
    if x > 0.0 { x + (-x).exp().ln_1p() } else { x.exp().ln_1p() }
}
