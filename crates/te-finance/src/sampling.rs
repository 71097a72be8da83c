//! Draws of the two short rates, by any generator of random bits.

use rand::Rng;
use rand_distr::{ChiSquared, Distribution, Poisson, StandardNormal};
use te_math as math;
use te_math::checked;

use crate::cir::{self, Cir};
use crate::error::FinanceError;
use crate::vasicek::{self, Vasicek};

/// Degrees of freedom and noncentrality above which the deviation, about `sqrt(2 / this)` of the rate, is below its last digit.
const STILL: f64 = 1e33;
/// Noncentrality above which `(Z + sqrt(l))^2` stands for any degrees of freedom up to 1: they make `1 / l` of the rate.
const NEARLY_NORMAL: f64 = 1e15;

impl Vasicek {
    /// The rate after `dt` years, drawn from the exact transition `[1/yr]`.
    ///
    /// # Errors
    /// `rate` not finite or `dt` not finite and positive.
    pub fn sample(&self, rate: f64, dt: f64, rng: &mut (impl Rng + ?Sized)) -> Result<f64, FinanceError> {
        self.advance(rate, dt, StandardNormal.sample(rng))
    }
}

impl Cir {
    /// The rate after `dt` years, drawn from the exact transition `[1/yr]`.
    ///
    /// # Errors
    /// `rate` negative or not finite, or `dt` not finite and positive.
    pub fn sample(&self, rate: f64, dt: f64, rng: &mut (impl Rng + ?Sized)) -> Result<f64, FinanceError> {
        let drawn = drawn(self.a, self.b, self.sigma, rate, dt, rng);
        checked(|w| cir::need_step(w, rate, dt, drawn)).map(|()| drawn)
    }
}

/// The CIR rate after `dt` years `[1/yr]`, as [`cir::need_step`] looks at it: infinite where it is beyond the floats, NaN
/// where the transition has no noncentrality, minus infinity where it has no degrees of freedom.
pub(crate) fn drawn(a: f64, b: f64, sigma: f64, rate: f64, dt: f64, rng: &mut (impl Rng + ?Sized)) -> f64 {
    if !(rate >= 0.0 && rate.is_finite() && dt > 0.0 && dt.is_finite()) {
        return f64::NAN;
    }
    match transition(a, b, sigma, rate, dt, rng) {
        Ok(rate) if rate.is_finite() => rate,
        Ok(_) => f64::INFINITY,
        Err(refused) => refused,
    }
}

fn transition(
    a: f64,
    b: f64,
    sigma: f64,
    rate: f64,
    dt: f64,
    rng: &mut (impl Rng + ?Sized),
) -> Result<f64, f64> {
    let s2 = sigma * sigma;
    let c = s2 * -math::exp_m1(-a * dt) / (4.0 * a);
    if c == 0.0 {
        return Ok(vasicek::expected(a, b, rate, dt));
    }
    let freedom = 4.0 * a * b / s2;
    let noncentrality = rate * math::exp(-a * dt) / c;
    if freedom + noncentrality > STILL {
        return Ok(vasicek::expected(a, b, rate, dt));
    }
    if freedom > 1.0 || noncentrality > NEARLY_NORMAL {
        let z: f64 = StandardNormal.sample(rng);
        let shifted = z + noncentrality.sqrt();
        return Ok(c * (shifted * shifted + chi_squared((freedom - 1.0).max(0.0), rng)?));
    }
    let n = if noncentrality > 0.0 {
        Poisson::new(0.5 * noncentrality).map_err(|_| f64::NAN)?.sample(rng)
    } else {
        0.0
    };
    Ok(c * chi_squared(freedom + 2.0 * n, rng)?)
}

fn chi_squared(freedom: f64, rng: &mut (impl Rng + ?Sized)) -> Result<f64, f64> {
    if freedom == 0.0 {
        return Ok(0.0);
    }
    Ok(ChiSquared::new(freedom).map_err(|_| f64::NEG_INFINITY)?.sample(rng))
}
