//! A short rate that reverts to a mean with constant volatility (Vasicek).
//!
//! ```text
//! dr = a (b - r) dt + s dW
//! r(t) ~ Normal(mean, variance)
//! mean      = b + (r - b) exp(-a t)
//! variance  = s^2 (1 - exp(-2 a t)) / (2 a)
//! ln P(T)   = -b T - (r - b) B(T) + V(T) / 2,   B(T) = (1 - exp(-a T)) / a
//! V(T)      = s^2 / a^2 (T - 2 B(T) + (1 - exp(-2 a T)) / (2 a))     variance of the integral of r
//! ```
//!
//! | symbol | meaning | unit |
//! |---|---|---|
//! | `a` | speed of reversion, > 0 | 1/yr |
//! | `b` | long-run mean | 1/yr |
//! | `s` | volatility, >= 0 | 1/yr^1.5 |
//! | `r` | short rate, continuously compounded | 1/yr |
//! | `P(T)` | price today of 1 unit paid at `T` | 1 |
//!
//! A step draws from the exact transition, so its length does not matter: two half steps have the law of a whole one.
//! The price is written with the variance of the integral, and `V` by its series for `a T < 1/2`; the usual form
//! `A exp(-B r)` subtracts two terms of size `s^2 / a^3` and has no correct digit left at `a = 1e-9`, this one keeps them all.
//! Invariants: `P(0) = 1`; `P` falls in `r`. Limits: rates can be negative; the measure is the one `b` is stated under
//! (no market price of risk is added).
//!
//! Source: O. Vasicek, *An equilibrium characterization of the term structure*, J. Financial Economics 5, 1977.

#![expect(
    clippy::inline_always,
    reason = "a loop over columns of runs becomes vector code only where these are inlined"
)]

use te_math as math;
use te_math::{Watch, checked};

use crate::error::FinanceError;

/// Parameters of the process; valid once built.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Vasicek {
    a: f64,
    b: f64,
    sigma: f64,
}

impl Vasicek {
    /// Speed `a` > 0 `[1/yr]`, long-run mean `b` `[1/yr]`, volatility `sigma` >= 0 `[1/yr^1.5]`.
    ///
    /// # Errors
    /// A parameter that is not finite or out of range.
    pub fn new(a: f64, b: f64, sigma: f64) -> Result<Self, FinanceError> {
        FinanceError::require("a", a, a > 0.0, "(0, inf)")?;
        FinanceError::require("b", b, true, "a finite number")?;
        FinanceError::require("sigma", sigma, sigma >= 0.0, "[0, inf)")?;
        Ok(Self { a, b, sigma })
    }

    /// Expected rate after `t` years from `rate`: `b + (r - b) exp(-a t)` `[1/yr]`.
    ///
    /// # Errors
    /// `rate` not finite, `t` negative or not finite, or overflow.
    pub fn mean(&self, rate: f64, t: f64) -> Result<f64, FinanceError> {
        require_rate_and_time(rate, t)?;
        FinanceError::finite("mean", expected(self.a, self.b, rate, t))
    }

    /// Variance of the rate after `t` years: `s^2 (1 - exp(-2 a t)) / (2 a)` `[1/yr^2]`.
    ///
    /// # Errors
    /// `t` negative or not finite, or overflow.
    pub fn variance(&self, t: f64) -> Result<f64, FinanceError> {
        require_rate_and_time(0.0, t)?;
        FinanceError::finite("variance", spread(self.a, self.sigma, t))
    }

    /// The rate after `dt` years, from a standard normal draw `z` `[1/yr]`.
    ///
    /// # Errors
    /// `rate` not finite or `dt` not finite and positive.
    pub fn advance(&self, rate: f64, dt: f64, z: f64) -> Result<f64, FinanceError> {
        let moved = moved(self.a, self.b, self.sigma, rate, dt, z);
        checked(|w| need_step(w, rate, dt, moved)).map(|()| moved)
    }

    /// Sensitivity of a bond to the rate, `B(T) = (1 - exp(-a T)) / a` `[yr]`.
    ///
    /// # Errors
    /// `maturity` negative or not finite.
    pub fn duration(&self, maturity: f64) -> Result<f64, FinanceError> {
        require_rate_and_time(0.0, maturity)?;
        Ok(sensitivity(self.a, maturity))
    }

    /// Price of 1 unit paid in `maturity` years `[1]`.
    ///
    /// ```
    /// use te_finance::vasicek::Vasicek;
    /// let model = Vasicek::new(0.5, 0.05, 0.02)?;
    /// assert!((model.bond_price(0.03, 1.0)? - 0.9663640698881368).abs() < 1e-14);
    /// # Ok::<(), te_finance::FinanceError>(())
    /// ```
    ///
    /// # Errors
    /// `rate` not finite, `maturity` negative or not finite, or overflow.
    pub fn bond_price(&self, rate: f64, maturity: f64) -> Result<f64, FinanceError> {
        FinanceError::finite("bond price", math::exp(self.log_price(rate, maturity)?))
    }

    /// Continuously compounded yield `-ln P(T) / T` `[1/yr]`; the rate itself at `maturity` 0.
    ///
    /// # Errors
    /// As [`Vasicek::bond_price`].
    pub fn bond_yield(&self, rate: f64, maturity: f64) -> Result<f64, FinanceError> {
        let log_price = self.log_price(rate, maturity)?;
        FinanceError::finite("bond yield", if maturity == 0.0 { rate } else { -log_price / maturity })
    }

    fn log_price(&self, rate: f64, maturity: f64) -> Result<f64, FinanceError> {
        require_rate_and_time(rate, maturity)?;
        let (duration, integral) =
            (sensitivity(self.a, maturity), integral_variance(self.a, self.sigma, maturity));
        let log_price = log_price(self.b, maturity, duration, integral, rate);
        FinanceError::finite("logarithm of the bond price", log_price)
    }
}

/// Logarithm of the price of a bond of this sensitivity to the rate, up to whose maturity the integral of the rate has this
/// variance `[1]`.
#[inline(always)]
pub(crate) fn log_price(b: f64, maturity: f64, duration: f64, integral: f64, rate: f64) -> f64 {
    let expected = b * maturity + (rate - b) * duration;
    -expected + 0.5 * integral
}

/// `b + (r - b) exp(-a t)` `[1/yr]`.
#[inline(always)]
pub(crate) fn expected(a: f64, b: f64, rate: f64, t: f64) -> f64 {
    b + (rate - b) * math::exp(-a * t)
}

/// `s^2 (1 - exp(-2 a t)) / (2 a)` `[1/yr^2]`.
#[inline(always)]
pub(crate) fn spread(a: f64, sigma: f64, t: f64) -> f64 {
    sigma * sigma * -math::exp_m1(-2.0 * a * t) / (2.0 * a)
}

/// The rate after `dt` years `[1/yr]`.
#[inline(always)]
pub(crate) fn moved(a: f64, b: f64, sigma: f64, rate: f64, dt: f64, z: f64) -> f64 {
    expected(a, b, rate, dt) + math::sqrt(spread(a, sigma, dt)) * z
}

/// What a step needs: time that passes, a rate, and a rate after it.
#[inline(always)]
pub(crate) fn need_step<W: Watch<Error: From<FinanceError>>>(w: &mut W, rate: f64, dt: f64, moved: f64) {
    FinanceError::need(w, "dt", dt, dt > 0.0, "(0, inf)");
    FinanceError::need(w, "rate", rate, true, "a finite number");
    FinanceError::need_finite(w, "short rate", moved);
}

/// `(1 - exp(-a T)) / a` `[yr]`; `T` where their product is below the normal floats.
pub(crate) fn sensitivity(a: f64, maturity: f64) -> f64 {
    if a * maturity < f64::MIN_POSITIVE { maturity } else { -math::exp_m1(-a * maturity) / a }
}

/// Variance of the integral of the rate over `maturity` years `[1]`.
pub(crate) fn integral_variance(a: f64, sigma: f64, maturity: f64) -> f64 {
    sigma * sigma * math::powi(maturity, 3) * unit_integral_variance(a * maturity)
}

/// `(1 - 2 (1 - e^-x)/x + (1 - e^-2x)/(2x)) / x^2`, 1/3 at 0: the variance of the integral in units of `s^2 T^3`.
fn unit_integral_variance(x: f64) -> f64 {
    if x >= 0.5 {
        return (1.0 + 2.0 * math::exp_m1(-x) / x - math::exp_m1(-2.0 * x) / (2.0 * x)) / (x * x);
    }
    // sum over j >= 2 of (-x)^(j - 2) (2^j - 2) / (j + 1)!
    let (mut sum, mut power, mut two, mut factorial) = (0.0, 1.0, 4.0, 6.0);
    for j in 2..24 {
        sum += power * (two - 2.0) / factorial;
        power *= -x;
        two *= 2.0;
        factorial *= f64::from(j + 2);
    }
    sum
}

pub(crate) fn require_rate_and_time(rate: f64, t: f64) -> Result<(), FinanceError> {
    FinanceError::require("rate", rate, true, "a finite number")?;
    FinanceError::require("t", t, t >= 0.0, "[0, inf)").map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_series_meets_the_closed_form() {
        let closed = |x: f64| (1.0 + 2.0 * (-x).exp_m1() / x - (-2.0 * x).exp_m1() / (2.0 * x)) / (x * x);
        for x in [0.3, 0.45, 0.4999] {
            assert!((unit_integral_variance(x) - closed(x)).abs() < 1e-13, "{x}");
        }
        assert_eq!(unit_integral_variance(0.0), 1.0 / 3.0);
    }

    #[test]
    fn a_slow_reversion_prices_like_a_random_walk() -> Result<(), FinanceError> {
        // a -> 0: ln P = -r T + s^2 T^3 / 6.
        let model = Vasicek::new(1e-9, 0.05, 0.02)?;
        let expected = -0.03 + 0.02f64.powi(2) / 6.0;
        assert!((model.bond_price(0.03, 1.0)?.ln() - expected).abs() < 2e-11);
        assert_eq!(model.bond_price(0.03, 0.0)?, 1.0);
        Ok(())
    }
}
