//! Interim transcendental functions.
pub(crate) fn exp(x: f64) -> f64 {
    x.exp()
}
pub(crate) fn ln(x: f64) -> f64 {
    x.ln()
}
pub(crate) fn exp_m1(x: f64) -> f64 {
    x.exp_m1()
}
pub(crate) fn ln_1p(x: f64) -> f64 {
    x.ln_1p()
}
pub(crate) fn pow(x: f64, y: f64) -> f64 {
    x.powf(y)
}
