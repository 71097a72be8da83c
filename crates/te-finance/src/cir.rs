//! A short rate that reverts to a mean and stays non-negative (Cox, Ingersoll and Ross).
//!
//! ```text
//! dr = a (b - r) dt + s sqrt(r) dW
//! r(t) = c X,  X noncentral chi-squared with d degrees of freedom and noncentrality l
//! c = s^2 (1 - exp(-a t)) / (4 a),   d = 4 a b / s^2,   l = r exp(-a t) / c
//! mean     = b + (r - b) exp(-a t)
//! variance = r s^2 (exp(-a t) - exp(-2 a t)) / a + b s^2 (1 - exp(-a t))^2 / (2 a)
//! P(T)     = A exp(-B r),  g = sqrt(a^2 + 2 s^2),  E = exp(-g T)
//! B        = 2 (1 - E) / ((g + a)(1 - E) + 2 g E)
//! ln A     = (2 a b / s^2) (-s^2 T / (g + a) - ln(1 - s^2 (1 - E) / (g (g + a))))
//! ```
//!
//! | symbol | meaning | unit |
//! |---|---|---|
//! | `a` | speed of reversion, > 0 | 1/yr |
//! | `b` | long-run mean, >= 0 | 1/yr |
//! | `s` | volatility, >= 0 | 1/yr |
//! | `r` | short rate, continuously compounded, >= 0 | 1/yr |
//!
//! A step draws from the exact transition: for `d > 1` as `(Z + sqrt(l))^2` plus a central chi-squared with `d - 1`
//! degrees of freedom, else as a central one with `d + 2 N`, `N` Poisson with mean `l / 2`. The form of `ln A` is the
//! usual one with `g - a` written as `2 s^2 / (g + a)`: it neither overflows at long maturities nor cancels at small
//! volatility. Invariants: `r >= 0`; `P(0) = 1`; `P` falls in `r`; if `2 a b >= s^2` (Feller) zero is never reached.
//!
//! Source: J. Cox, J. Ingersoll, S. Ross, *A theory of the term structure of interest rates*, Econometrica 53, 1985;
//! sampling as in P. Glasserman, *Monte Carlo Methods in Financial Engineering*, 2003, section 3.4.

#![expect(
    clippy::inline_always,
    reason = "a loop over columns of runs becomes vector code only where these are inlined"
)]

use te_math as math;
#[cfg(feature = "engine")]
use te_math::Watch;

use crate::error::FinanceError;
use crate::vasicek::{expected, require_rate_and_time};

/// Parameters of the process; valid once built.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Cir {
    pub(crate) a: f64,
    pub(crate) b: f64,
    pub(crate) sigma: f64,
}

impl Cir {
    /// Speed `a` > 0 `[1/yr]`, long-run mean `b` >= 0 `[1/yr]`, volatility `sigma` >= 0 `[1/yr]`.
    ///
    /// # Errors
    /// A parameter that is not finite or out of range.
    pub fn new(a: f64, b: f64, sigma: f64) -> Result<Self, FinanceError> {
        FinanceError::require("a", a, a > 0.0, "(0, inf)")?;
        FinanceError::require("b", b, b >= 0.0, "[0, inf)")?;
        FinanceError::require("sigma", sigma, sigma >= 0.0, "[0, inf)")?;
        Ok(Self { a, b, sigma })
    }

    /// Whether zero is never reached: `2 a b >= s^2`.
    #[must_use]
    pub fn is_feller(&self) -> bool {
        2.0 * self.a * self.b >= self.sigma * self.sigma
    }

    /// Expected rate after `t` years from `rate`: `b + (r - b) exp(-a t)` `[1/yr]`.
    ///
    /// # Errors
    /// `rate` or `t` negative or not finite, or overflow.
    pub fn mean(&self, rate: f64, t: f64) -> Result<f64, FinanceError> {
        require(rate, t)?;
        FinanceError::finite("mean", expected(self.a, self.b, rate, t))
    }

    /// Variance of the rate after `t` years from `rate` `[1/yr^2]`; see the module's equation.
    ///
    /// # Errors
    /// As [`Cir::mean`].
    pub fn variance(&self, rate: f64, t: f64) -> Result<f64, FinanceError> {
        require(rate, t)?;
        FinanceError::finite("variance", spread(self.a, self.b, self.sigma, rate, t))
    }

    /// Price of 1 unit paid in `maturity` years `[1]`.
    ///
    /// ```
    /// use te_finance::cir::Cir;
    /// let model = Cir::new(0.5, 0.05, 0.1)?;
    /// assert!((model.bond_price(0.03, 1.0)? - 0.966355487683853).abs() < 1e-14);
    /// # Ok::<(), te_finance::FinanceError>(())
    /// ```
    ///
    /// # Errors
    /// `rate` or `maturity` negative or not finite.
    pub fn bond_price(&self, rate: f64, maturity: f64) -> Result<f64, FinanceError> {
        FinanceError::finite("bond price", math::exp(self.log_price(rate, maturity)?))
    }

    /// Continuously compounded yield `-ln P(T) / T` `[1/yr]`; the rate itself at `maturity` 0.
    ///
    /// # Errors
    /// As [`Cir::bond_price`].
    pub fn bond_yield(&self, rate: f64, maturity: f64) -> Result<f64, FinanceError> {
        let log_price = self.log_price(rate, maturity)?;
        FinanceError::finite("bond yield", if maturity == 0.0 { rate } else { -log_price / maturity })
    }

    fn log_price(&self, rate: f64, maturity: f64) -> Result<f64, FinanceError> {
        require(rate, maturity)?;
        let (duration, log_a) = bond(self.a, self.b, self.sigma, maturity);
        FinanceError::finite("logarithm of the bond price", log_price(duration, log_a, rate))
    }
}

/// Variance of the rate after `t` years from `rate` `[1/yr^2]`.
#[inline(always)]
pub(crate) fn spread(a: f64, b: f64, sigma: f64, rate: f64, t: f64) -> f64 {
    let (left, gone) = (math::exp(-a * t), -math::exp_m1(-a * t));
    let s2 = sigma * sigma;
    rate * s2 * left * gone / a + b * s2 * gone * gone / (2.0 * a)
}

/// `B` and `ln A` of a bond: its sensitivity to the rate `[yr]`, and the logarithm of its price at a rate of 0 `[1]`.
pub(crate) fn bond(a: f64, long_run: f64, sigma: f64, maturity: f64) -> (f64, f64) {
    let s2 = sigma * sigma;
    let g = (a * a + 2.0 * s2).sqrt();
    let gone = -math::exp_m1(-g * maturity);
    let b = 2.0 * gone / ((g + a) * gone + 2.0 * g * (1.0 - gone));
    let log_a = if s2 == 0.0 {
        -long_run * (maturity - b)
    } else {
        let bracket = -s2 * maturity / (g + a) - math::ln_1p(-s2 * gone / (g * (g + a)));
        2.0 * a * long_run / s2 * bracket
    };
    (b, log_a)
}

/// Logarithm of the price of a [`bond`] at this rate `[1]`.
#[inline(always)]
pub(crate) fn log_price(duration: f64, log_a: f64, rate: f64) -> f64 {
    log_a - duration * rate
}

/// What a step needs: time that passes, a rate, and a rate drawn for its end.
#[cfg(feature = "engine")]
#[inline(always)]
pub(crate) fn need_step<W: Watch<Error: From<FinanceError>>>(w: &mut W, rate: f64, dt: f64, drawn: f64) {
    FinanceError::need(w, "dt", dt, dt > 0.0, "(0, inf)");
    FinanceError::need(w, "rate", rate, rate >= 0.0, "[0, inf)");
    w.need(!drawn.is_nan(), || FinanceError::NotFinite { quantity: "noncentrality" });
    w.need(drawn > f64::NEG_INFINITY, || FinanceError::NotFinite { quantity: "degrees of freedom" });
    FinanceError::need_finite(w, "short rate", drawn);
}

fn require(rate: f64, t: f64) -> Result<(), FinanceError> {
    FinanceError::require("rate", rate, rate >= 0.0, "[0, inf)")?;
    require_rate_and_time(rate, t)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_noise_the_bond_discounts_the_mean_path() -> Result<(), FinanceError> {
        let still = Cir::new(0.5, 0.05, 0.0)?;
        let nearly = Cir::new(0.5, 0.05, 1e-7)?;
        let vasicek = crate::vasicek::Vasicek::new(0.5, 0.05, 0.0)?;
        let expected = vasicek.bond_price(0.03, 4.0)?;
        assert!((still.bond_price(0.03, 4.0)? - expected).abs() < 1e-15);
        assert!((nearly.bond_price(0.03, 4.0)? - expected).abs() < 1e-9);
        assert!(still.bond_price(0.03, 1e4)? > 0.0);
        Ok(())
    }
}
