//! A price that diffuses and now and then jumps (Merton).
//!
//! ```text
//! P(t) = P0 exp((m - l k - s^2/2) t + s sqrt(t) Z + sum of N jumps),  N ~ Poisson(l t), jump ~ Normal(j, d^2)
//! k = exp(j + d^2/2) - 1                     mean relative jump, compensated so that E P(t) = P0 exp(m t)
//! mean of ln(P/P0)     = (m - l k - s^2/2) t + l t j
//! variance of ln(P/P0) = (s^2 + l (j^2 + d^2)) t
//! ```
//!
//! Symbols: `m` drift `[1/yr]`, `s` volatility >= 0 `[1/sqrt yr]`, `l` jumps per year >= 0 `[1/yr]`, `j` mean and `d` >= 0
//! standard deviation of a jump of the logarithm `[1]`. A step draws from the exact transition, the sum of `N` jumps as
//! `N j + sqrt(N) d Z`. Invariant: the price is positive; `l = 0` is [`crate::gbm`]. Limit: jumps come independently of
//! each other; crashes that cluster need [`crate::regime`].
//!
//! Source: R. Merton, *Option pricing when underlying stock returns are discontinuous*, J. Financial Economics 3, 1976.

use te_math as math;
use te_math::checked;

use crate::error::MarketError;
use crate::gbm::{moved, need_step, require_price_and_time};

/// Parameters of the process; valid once built.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct JumpDiffusion {
    drift: f64,
    pub(crate) volatility: f64,
    pub(crate) intensity: f64,
    pub(crate) jump_mean: f64,
    pub(crate) jump_deviation: f64,
}

/// What chance decides in a step.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "engine", derive(te_core::Record))]
pub struct Shocks {
    /// Standard normal shock of the diffusion `[1]`.
    pub z: f64,
    /// Sum of the jumps of the logarithm `[1]`.
    pub jump: f64,
    /// Number of jumps `[1]`.
    pub jumps: f64,
}

impl JumpDiffusion {
    /// Drift `[1/yr]`, volatility >= 0 `[1/sqrt yr]`, intensity >= 0 `[1/yr]`, mean and deviation >= 0 of a log jump `[1]`.
    ///
    /// # Errors
    /// A parameter that is not finite or out of range, or jumps whose mean relative size or compensation is not finite.
    pub fn new(
        drift: f64,
        volatility: f64,
        intensity: f64,
        jump_mean: f64,
        jump_deviation: f64,
    ) -> Result<Self, MarketError> {
        MarketError::require("drift", drift, true, "a finite number")?;
        MarketError::require("volatility", volatility, volatility >= 0.0, "[0, inf)")?;
        MarketError::require("intensity", intensity, intensity >= 0.0, "[0, inf)")?;
        MarketError::require("jump mean", jump_mean, true, "a finite number")?;
        MarketError::require("jump deviation", jump_deviation, jump_deviation >= 0.0, "[0, inf)")?;
        let built = Self { drift, volatility, intensity, jump_mean, jump_deviation };
        MarketError::finite("mean relative jump", built.mean_relative_jump())?;
        MarketError::finite("drift between jumps", built.diffusion_drift())?;
        Ok(built)
    }

    /// Mean relative jump `k = exp(j + d^2/2) - 1` `[1]`.
    #[must_use]
    pub fn mean_relative_jump(&self) -> f64 {
        math::exp_m1(self.jump_mean + 0.5 * self.jump_deviation * self.jump_deviation)
    }

    /// Expected price `P0 exp(m t)` `[quote/base]`.
    ///
    /// # Errors
    /// `price` not positive, `t` negative, or overflow.
    pub fn mean(&self, price: f64, t: f64) -> Result<f64, MarketError> {
        require_price_and_time(price, t)?;
        MarketError::finite("mean", price * math::exp(self.drift * t))
    }

    /// Mean of the log return over `t` `[1]`.
    ///
    /// ```
    /// use te_market::jump_diffusion::JumpDiffusion;
    /// let steady = JumpDiffusion::new(0.08, 0.4, 0.0, 0.0, 0.0)?;
    /// assert!(steady.log_mean(2.0)?.abs() < 1e-15);
    /// # Ok::<(), te_market::MarketError>(())
    /// ```
    ///
    /// # Errors
    /// `t` negative or not finite.
    pub fn log_mean(&self, t: f64) -> Result<f64, MarketError> {
        require_price_and_time(1.0, t)?;
        let mean = (self.diffusion_drift() + self.intensity * self.jump_mean) * t;
        MarketError::finite("mean of the log return", mean)
    }

    /// Variance of the log return over `t` `[1]`.
    ///
    /// # Errors
    /// `t` negative or not finite.
    pub fn log_variance(&self, t: f64) -> Result<f64, MarketError> {
        require_price_and_time(1.0, t)?;
        let jump = self.jump_mean * self.jump_mean + self.jump_deviation * self.jump_deviation;
        let variance = (self.volatility * self.volatility + self.intensity * jump) * t;
        MarketError::finite("variance of the log return", variance)
    }

    /// The price after `dt` years, from the [`Shocks`] in them `[quote/base]`.
    ///
    /// ```
    /// use te_market::jump_diffusion::{JumpDiffusion, Shocks};
    /// let crashing = JumpDiffusion::new(0.0, 0.0, 0.0, 0.0, 0.0)?;
    /// let crash = Shocks { z: 0.0, jump: -2.0f64.ln(), jumps: 1.0 };
    /// assert!((crashing.advance(10.0, 1.0, &crash)? - 5.0).abs() < 1e-14);
    /// # Ok::<(), te_market::MarketError>(())
    /// ```
    ///
    /// # Errors
    /// `price` or `dt` not positive, a number of jumps that is NaN, or a result that is not a positive finite number.
    pub fn advance(&self, price: f64, dt: f64, shocks: &Shocks) -> Result<f64, MarketError> {
        let Shocks { z, jump, jumps } = *shocks;
        checked(|w| {
            need_step(w, price, dt);
            MarketError::need_countable(w, jumps);
            MarketError::need_price(w, moved(self.diffusion_drift(), self.volatility, price, dt, z, jump))
        })
    }

    pub(crate) fn diffusion_drift(&self) -> f64 {
        self.drift - self.intensity * self.mean_relative_jump() - 0.5 * self.volatility * self.volatility
    }
}
