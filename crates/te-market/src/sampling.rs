//! Draws from the laws of this crate, by any generator of random bits.

use rand::Rng;
use rand_distr::{Binomial, Distribution, Poisson, StandardNormal};
use te_math as math;

use crate::error::MarketError;
use crate::gbm::Gbm;
use crate::jump_diffusion::{JumpDiffusion, Shocks};
use crate::ornstein_uhlenbeck::OrnsteinUhlenbeck;

/// Most arrivals expected in a step `[1]`.
const MOST_ARRIVALS: f64 = 1e15;

impl Gbm {
    /// The price after `dt` years `[quote/base]`; always draws exactly one normal variable.
    ///
    /// # Errors
    /// As [`Gbm::advance`].
    pub fn sample(&self, price: f64, dt: f64, rng: &mut (impl Rng + ?Sized)) -> Result<f64, MarketError> {
        self.advance(price, dt, StandardNormal.sample(rng))
    }
}

impl OrnsteinUhlenbeck {
    /// The level after `dt` years; always draws exactly one normal variable.
    ///
    /// # Errors
    /// As [`OrnsteinUhlenbeck::advance`].
    pub fn sample(&self, x: f64, dt: f64, rng: &mut (impl Rng + ?Sized)) -> Result<f64, MarketError> {
        self.advance(x, dt, StandardNormal.sample(rng))
    }
}

impl Shocks {
    /// Draws the shocks of a time in which this many jumps are expected; `jumps` is NaN where that is no mean of a
    /// Poisson law.
    pub(crate) fn draw(expected: f64, mean: f64, deviation: f64, rng: &mut (impl Rng + ?Sized)) -> Self {
        let z: f64 = StandardNormal.sample(rng);
        let shock: f64 = StandardNormal.sample(rng);
        let jumps: f64 =
            if expected > 0.0 { Poisson::new(expected).map_or(f64::NAN, |law| law.sample(rng)) } else { 0.0 };
        let jump = jumps * mean + jumps.sqrt() * deviation * shock;
        Self { z, jump, jumps }
    }
}

impl JumpDiffusion {
    /// The price after `dt` years and the number of jumps in them (`[quote/base]`, `[1]`).
    ///
    /// # Errors
    /// As [`JumpDiffusion::advance`].
    pub fn sample(
        &self,
        price: f64,
        dt: f64,
        rng: &mut (impl Rng + ?Sized),
    ) -> Result<(f64, f64), MarketError> {
        let shocks = Shocks::draw(self.intensity * dt, self.jump_mean, self.jump_deviation, rng);
        Ok((self.advance(price, dt, &shocks)?, shocks.jumps))
    }
}

/// Arrivals drawn with this expectation `[1]`.
///
/// # Errors
/// An expectation that is negative, not a number or above 1e15.
pub fn arrivals(expected: f64, rng: &mut (impl Rng + ?Sized)) -> Result<u64, MarketError> {
    if expected > MOST_ARRIVALS {
        return Err(MarketError::TooMany {
            quantity: "expected arrivals of a step",
            most: MOST_ARRIVALS,
            change: "lower `opportunity_rate`, `factor_elasticity` or the scale, raise `reference_factor`, or shorten the step",
        });
    }
    MarketError::require("expected arrivals", expected, expected >= 0.0, "[0, 1e15]")?;
    if expected == 0.0 {
        return Ok(0);
    }
    let law = Poisson::new(expected).map_err(|_| MarketError::NotFinite { quantity: "expected arrivals" })?;
    let count: f64 = law.sample(rng);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a Poisson count of mean at most 1e15"
    )]
    Ok(count.min(2.0 * MOST_ARRIVALS) as u64)
}

/// How many of `open` opportunities expire in `dt` years, each with probability `1 - exp(-d dt)` `[1]`.
///
/// # Errors
/// `expiry` or `dt` negative or not finite.
pub fn expired(open: u64, expiry: f64, dt: f64, rng: &mut (impl Rng + ?Sized)) -> Result<u64, MarketError> {
    MarketError::require("expiry", expiry, expiry >= 0.0, "[0, inf)")?;
    MarketError::require("dt", dt, dt >= 0.0, "[0, inf)")?;
    let p = -math::exp_m1(-expiry * dt);
    if open == 0 || p == 0.0 {
        return Ok(0);
    }
    let law = Binomial::new(open, p).map_err(|_| MarketError::NotFinite { quantity: "expiry" })?;
    Ok(law.sample(rng).min(open))
}
