//! Open opportunities of a market: they arrive, expire, and are taken.
//!
//! ```text
//! O' = O - Binomial(O, 1 - exp(-d dt)) + Poisson(rate · hype · scale · factor^e · weeks),   less matches
//! ```
//!
//! Symbols: `O` open opportunities, a whole number `[1]`, `d` expiry rate >= 0 `[1/yr]`, rate >= 0 `[1/week]`, hype in `[0, 1]` `[1]`,
//! scale >= 0 of the ecosystem `[1]`, factor >= 0 with elasticity `e` >= 0 `[1]`; a year has 52 weeks. With `e = 0` the
//! factor has no effect. Invariants: `O` is never negative; without matches and with constant arrivals its stationary law
//! is Poisson with mean `arrivals in dt / (1 - exp(-d dt))`, after arrivals.
//!
//! **A proposal of this library**: arrivals of a Poisson process thinned by independent lives, the plainest queue without
//! servers (M/M/inf).

use crate::error::MarketError;
#[cfg(feature = "engine")]
pub use crate::sampling::{arrivals, expired};

/// Weeks in a year.
const WEEKS_IN_YEAR: f64 = 52.0;

/// Expected arrivals in `dt` years: `rate · hype · scale · weeks` `[1]`.
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
