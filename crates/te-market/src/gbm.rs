//! Geometric Brownian motion: a price whose logarithm is a random walk with drift.
//!
//! ```text
//! dP = m P dt + s P dW,     P(t) = P0 exp((m - s^2/2) t + s sqrt(t) Z)
//! mean      = P0 exp(m t)                         median = P0 exp((m - s^2/2) t)
//! variance  = P0^2 exp(2 m t) (exp(s^2 t) - 1)    ln P ~ Normal(ln P0 + (m - s^2/2) t, s^2 t)
//! P(P(t) < P0) = N(-(m - s^2/2) sqrt(t) / s)
//! ```
//!
//! Symbols: `m` drift `[1/yr]`, `s` volatility >= 0 `[1/sqrt yr]`, `t` time `[yr]`, `P` price > 0 `[quote/base]`, `N` the normal
//! distribution function. A step draws from the exact transition: splitting it leaves the law unchanged.
//! Invariant: the price is positive. Limits: constant drift and volatility, no jumps, no cost of trading.
//!
//! Source: M. Osborne, *Brownian motion in the stock market*, 1959; Black and Scholes 1973.

#![expect(
    clippy::inline_always,
    reason = "a loop over columns of runs becomes vector code only where these are inlined"
)]

use te_math as math;
use te_math::{Watch, checked};

use crate::error::MarketError;
use crate::normal::distribution_function;

/// Least price at which the components hold a path, 2^-1020 `[quote/base]`: what is worth less is worthless.
pub const LEAST_PRICE: f64 = f64::from_bits(0x0030_0000_0000_0000);
/// Greatest price at which the components hold a path, 2^1020 `[quote/base]`.
pub const GREATEST_PRICE: f64 = f64::from_bits(0x7FB0_0000_0000_0000);

/// Parameters of the process; valid once built.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Gbm {
    drift: f64,
    pub(crate) volatility: f64,
}

impl Gbm {
    /// Drift `[1/yr]` and volatility >= 0 `[1/sqrt yr]`.
    ///
    /// # Errors
    /// A parameter that is not finite or out of range.
    pub fn new(drift: f64, volatility: f64) -> Result<Self, MarketError> {
        MarketError::require("drift", drift, true, "a finite number")?;
        MarketError::require("volatility", volatility, volatility >= 0.0, "[0, inf)")?;
        Ok(Self { drift, volatility })
    }

    /// Growth rate of the median, `m - s^2/2` `[1/yr]`.
    #[must_use]
    pub fn log_drift(&self) -> f64 {
        self.drift - 0.5 * self.volatility * self.volatility
    }

    /// Expected price `P0 exp(m t)` `[quote/base]`.
    ///
    /// # Errors
    /// `price` not positive, `t` negative, or overflow.
    pub fn mean(&self, price: f64, t: f64) -> Result<f64, MarketError> {
        require_price_and_time(price, t)?;
        MarketError::finite("mean", price * math::exp(self.drift * t))
    }

    /// Median price `P0 exp((m - s^2/2) t)` `[quote/base]`.
    ///
    /// # Errors
    /// As [`Gbm::mean`].
    pub fn median(&self, price: f64, t: f64) -> Result<f64, MarketError> {
        require_price_and_time(price, t)?;
        MarketError::finite("median", price * math::exp(self.log_drift() * t))
    }

    /// Variance `P0^2 exp(2 m t) (exp(s^2 t) - 1)` `[(quote/base)^2]`.
    ///
    /// # Errors
    /// As [`Gbm::mean`].
    pub fn variance(&self, price: f64, t: f64) -> Result<f64, MarketError> {
        let mean = self.mean(price, t)?;
        MarketError::finite("variance", mean * mean * math::exp_m1(self.volatility * self.volatility * t))
    }

    /// Mean of the logarithm, `ln P0 + (m - s^2/2) t` `[1]`.
    ///
    /// # Errors
    /// As [`Gbm::mean`].
    pub fn log_mean(&self, price: f64, t: f64) -> Result<f64, MarketError> {
        require_price_and_time(price, t)?;
        MarketError::finite("mean of the logarithm", math::ln(price) + self.log_drift() * t)
    }

    /// Standard deviation of the logarithm, `s sqrt(t)` `[1]`.
    ///
    /// # Errors
    /// `t` negative or not finite.
    pub fn log_deviation(&self, t: f64) -> Result<f64, MarketError> {
        require_price_and_time(1.0, t)?;
        MarketError::finite("deviation of the logarithm", self.volatility * t.sqrt())
    }

    /// Probability that the price is below its start after `t` `[1]`.
    ///
    /// ```
    /// use te_market::gbm::Gbm;
    /// let bear = Gbm::new(-0.6, 1.1)?;
    /// assert!((bear.loss_probability(1.0)? - 0.86334).abs() < 1e-5);
    /// # Ok::<(), te_market::MarketError>(())
    /// ```
    ///
    /// # Errors
    /// `t` negative or not finite, or overflow.
    pub fn loss_probability(&self, t: f64) -> Result<f64, MarketError> {
        let deviation = self.log_deviation(t)?;
        let log_drift = MarketError::finite("drift of the logarithm", self.log_drift() * t)?;
        if deviation == 0.0 {
            return Ok(f64::from(u8::from(log_drift < 0.0)));
        }
        Ok(distribution_function(-log_drift / deviation))
    }

    /// The price after `dt` years, from a standard normal draw `z` `[quote/base]`.
    ///
    /// # Errors
    /// `price` or `dt` not positive, or a result that is not a positive finite number.
    pub fn advance(&self, price: f64, dt: f64, z: f64) -> Result<f64, MarketError> {
        checked(|w| {
            need_step(w, price, dt);
            MarketError::need_price(w, moved(self.log_drift(), self.volatility, price, dt, z, 0.0))
        })
    }

    /// The price after `dt` years, [held](LEAST_PRICE) where it would leave the floats `[quote/base]`.
    #[cfg(feature = "engine")]
    pub(crate) fn advance_held(&self, price: f64, dt: f64, z: f64) -> Result<f64, MarketError> {
        checked(|w| {
            need_step(w, price, dt);
            held(price, moved(self.log_drift(), self.volatility, price, dt, z, 0.0))
        })
    }
}

/// The price after `dt` years in which the logarithm also jumps `[quote/base]`. Without jumps 0 is added, which changes no
/// bit of the exponential.
#[inline(always)]
pub(crate) fn moved(log_drift: f64, volatility: f64, price: f64, dt: f64, z: f64, jump: f64) -> f64 {
    price * math::exp(log_drift * dt + volatility * dt.sqrt() * z + jump)
}

/// What a step of a price needs.
#[inline(always)]
pub(crate) fn need_step<W: Watch<Error: From<MarketError>>>(w: &mut W, price: f64, dt: f64) {
    MarketError::need(w, "dt", dt, dt > 0.0, "(0, inf)");
    MarketError::need(w, "price", price, price > 0.0, "(0, inf)");
}

/// The price of a path that stood at `before`, held within [[`LEAST_PRICE`], [`GREATEST_PRICE`]] and within these factors
/// of `before`, so that its return is a number too `[quote/base]`. It changes no price in between.
#[cfg(feature = "engine")]
#[inline(always)]
pub(crate) fn held(before: f64, price: f64) -> f64 {
    let least = math::max(before * LEAST_PRICE, LEAST_PRICE);
    let greatest = math::min(before * GREATEST_PRICE, GREATEST_PRICE);
    // In this order a price that is no number stays none.
    math::min(greatest, math::max(least, price))
}

pub(crate) fn require_price_and_time(price: f64, t: f64) -> Result<(), MarketError> {
    MarketError::require("price", price, price > 0.0, "(0, inf)")?;
    MarketError::require("t", t, t >= 0.0, "[0, inf)").map(drop)
}
