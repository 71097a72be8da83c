//! A level that is pulled back to a mean: the Ornstein-Uhlenbeck process, and a price whose logarithm follows it.
//!
//! ```text
//! dx = a (b - x) dt + s dW
//! x(t) ~ Normal(b + (x - b) exp(-a t), s^2 (1 - exp(-2 a t)) / (2 a))
//! price: ln P = x;  E P(t) = exp(mean + variance / 2)
//! ```
//!
//! Symbols: `a` speed > 0 `[1/yr]`, `b` mean `[unit of x]`, `s` volatility >= 0 `[unit of x / sqrt yr]`. The half-life of a
//! deviation is `ln 2 / a` `[yr]`. A step draws from the exact transition. Limit: a mean that never moves.
//!
//! Source: Uhlenbeck and Ornstein 1930; for the price: E. Schwartz, *The stochastic behavior of commodity prices*, 1997.

#![expect(
    clippy::inline_always,
    reason = "a loop over columns of runs becomes vector code only where these are inlined"
)]

use te_math as math;

use crate::error::MarketError;

/// Parameters of the process; valid once built.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct OrnsteinUhlenbeck {
    pub(crate) speed: f64,
    pub(crate) mean: f64,
    pub(crate) volatility: f64,
}

impl OrnsteinUhlenbeck {
    /// Speed > 0 `[1/yr]`, mean, volatility >= 0.
    ///
    /// # Errors
    /// A parameter that is not finite or out of range.
    pub fn new(speed: f64, mean: f64, volatility: f64) -> Result<Self, MarketError> {
        MarketError::require("speed", speed, speed > 0.0, "(0, inf)")?;
        MarketError::require("mean", mean, true, "a finite number")?;
        MarketError::require("volatility", volatility, volatility >= 0.0, "[0, inf)")?;
        Ok(Self { speed, mean, volatility })
    }

    /// Expected level after `t` years from `x`.
    ///
    /// # Errors
    /// `x` not finite, or `t` negative or not finite.
    pub fn mean(&self, x: f64, t: f64) -> Result<f64, MarketError> {
        require_level_and_time(x, t)?;
        MarketError::finite("mean", expected(self.speed, self.mean, x, t))
    }

    /// Variance of the level after `t` years.
    ///
    /// ```
    /// use te_market::ornstein_uhlenbeck::OrnsteinUhlenbeck;
    /// let level = OrnsteinUhlenbeck::new(2.0, 0.0, 1.0)?;
    /// assert!((level.variance(50.0)? - 0.25).abs() < 1e-15);
    /// # Ok::<(), te_market::MarketError>(())
    /// ```
    ///
    /// # Errors
    /// `t` negative or not finite.
    pub fn variance(&self, t: f64) -> Result<f64, MarketError> {
        require_level_and_time(0.0, t)?;
        MarketError::finite("variance", spread(self.speed, self.volatility, t))
    }

    /// The level after `dt` years, from a standard normal draw `z`.
    ///
    /// # Errors
    /// `x` not finite, `dt` not positive, or overflow.
    pub fn advance(&self, x: f64, dt: f64, z: f64) -> Result<f64, MarketError> {
        MarketError::require("dt", dt, dt > 0.0, "(0, inf)")?;
        require_level_and_time(x, dt)?;
        MarketError::finite("level", level(self.speed, self.mean, self.volatility, x, dt, z))
    }
}

#[inline(always)]
fn expected(speed: f64, mean: f64, x: f64, t: f64) -> f64 {
    mean + (x - mean) * math::exp(-speed * t)
}

#[inline(always)]
fn spread(speed: f64, volatility: f64, t: f64) -> f64 {
    volatility * volatility * -math::exp_m1(-2.0 * speed * t) / (2.0 * speed)
}

#[inline(always)]
fn level(speed: f64, mean: f64, volatility: f64, x: f64, dt: f64, z: f64) -> f64 {
    expected(speed, mean, x, dt) + math::sqrt(spread(speed, volatility, dt)) * z
}

/// A price whose logarithm is the level, after `dt` years: 0 or infinite where that is beyond the floats, NaN where the
/// level is none `[quote/base]`.
#[cfg(feature = "engine")]
#[inline(always)]
pub(crate) fn moved_price(speed: f64, mean: f64, volatility: f64, price: f64, dt: f64, z: f64) -> f64 {
    math::exp(level(speed, mean, volatility, math::ln(price), dt, z))
}

fn require_level_and_time(x: f64, t: f64) -> Result<(), MarketError> {
    MarketError::require("level", x, true, "a finite number")?;
    MarketError::require("t", t, t >= 0.0, "[0, inf)").map(drop)
}
