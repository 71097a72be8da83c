//! Open opportunities of a market: they arrive, expire, and are taken.
//!
//! ```text
//! O' = O - Binomial(O, 1 - exp(-d dt)) + Poisson(rate · hype · scale · factor^e · weeks),   less matches
//! ```
//!
//! Symbols: `O` open opportunities, a whole number [1], `d` expiry rate >= 0 [1/yr], rate >= 0 [1/week], hype in [0, 1] [1],
//! scale >= 0 of the ecosystem [1], factor >= 0 with elasticity `e` >= 0 [1]; a year has 52 weeks. With `e = 0` the
//! factor has no effect. Invariants: `O` is never negative; without matches and with constant arrivals its stationary law
//! is Poisson with mean `arrivals in dt / (1 - exp(-d dt))`, after arrivals.
//!
//! **A proposal of this library**: arrivals of a Poisson process thinned by independent lives, the plainest queue without
//! servers (M/M/inf).

use rand::Rng;
use rand_distr::{Binomial, Distribution, Poisson};
use te_core::math;

use crate::error::MarketError;

/// Most arrivals expected in a step [1].
const MOST_ARRIVALS: f64 = 1e15;
/// Weeks in a year.
const WEEKS_IN_YEAR: f64 = 52.0;

/// Expected arrivals in `dt` years: `rate · hype · scale · weeks` [1].
///
/// # Errors
/// An argument that is negative or not finite, `hype` above 1, or overflow.
pub fn expected_arrivals(rate: f64, hype: f64, scale: f64, dt: f64) -> Result<f64, MarketError> {
    MarketError::require("opportunity rate", rate, rate >= 0.0, "[0, inf)")?;
    MarketError::require("hype", hype, (0.0..=1.0).contains(&hype), "[0, 1]")?;
    MarketError::require("scale", scale, scale >= 0.0, "[0, inf)")?;
    MarketError::require("dt", dt, dt >= 0.0, "[0, inf)")?;
    MarketError::finite("expected arrivals", rate * hype * scale * WEEKS_IN_YEAR * dt)
}

/// Arrivals drawn with this expectation [1].
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

/// How many of `open` opportunities expire in `dt` years, each with probability `1 - exp(-d dt)` [1].
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
