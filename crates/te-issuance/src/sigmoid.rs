//! Sigmoid issuance: slow, fast, slow again.
//!
//! ```text
//! S(t) = M / (1 + e^(-k (t - t0)))        dS/dt = k S (1 - S/M)
//! ```
//!
//! | symbol | meaning | unit |
//! |---|---|---|
//! | M | supply approached in the end | token |
//! | k | steepness | 1/time |
//! | t0 | midpoint, where S = M/2 and the rate is k M / 4 | time |
//!
//! The curve does not start at zero: `S(0) = M / (1 + e^(k t0))`. [`Start`] says what to do about it.
//! Invariants: never falling for `k >= 0`, at most M.
//!
//! Source: logistic function.

use serde::{Deserialize, Serialize};

use crate::error::{IssuanceError, non_negative, require};
use crate::exponential_decay::whole_within;
use crate::policy::Schedule;
use te_math::exp;

/// Supply at time `t`: `max_supply / (1 + e^(-steepness (t - midpoint)))` `[token]`.
///
/// Valid for `max_supply, steepness >= 0`, any finite times.
///
/// # Errors
/// A value outside its range.
pub fn supply(max_supply: f64, steepness: f64, midpoint: f64, t: f64) -> Result<f64, IssuanceError> {
    non_negative("max_supply", max_supply)?;
    crate::error::finite("the sigmoid supply", max_supply * share(steepness, midpoint, t)?)
}

/// Rate of issue at time `t`: `steepness S (1 - S / max_supply)` `[token/time]`.
///
/// Valid as [`supply`].
///
/// # Errors
/// A value outside its range, or an overflow.
pub fn rate(max_supply: f64, steepness: f64, midpoint: f64, t: f64) -> Result<f64, IssuanceError> {
    let issued = supply(max_supply, steepness, midpoint, t)?;
    // 1 - S/M is the share of the mirrored time, free of cancellation near the end.
    let left = share(steepness, midpoint, 2.0 * midpoint - t)?;
    crate::error::finite("the sigmoid rate", steepness * issued * left)
}

fn share(steepness: f64, midpoint: f64, t: f64) -> Result<f64, IssuanceError> {
    non_negative("steepness", steepness)?;
    require("midpoint", midpoint, true, "a finite number")?;
    require("t", t, true, "a finite number")?;
    let x = steepness * (t - midpoint);
    if x.is_nan() {
        return Err(IssuanceError::Overflow { operation: "the distance to the midpoint" });
    }
    if x >= 0.0 {
        return Ok(1.0 / (1.0 + exp(-x)));
    }
    let grown = exp(x);
    Ok(grown / (1.0 + grown))
}

/// What to do with `S(0) > 0`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Start {
    /// Subtract `S(0)`: the issue approaches `M - S(0)`.
    Subtract,
    /// Subtract and stretch, so that the issue runs from 0 to M.
    #[default]
    Normalise,
}

/// Issued from time 0 to `t` `[token]`, 0 at the start: `S(t) - S(0)`, stretched by `M / (M - S(0))` if normalised.
///
/// Valid as [`supply`], `t >= 0`.
///
/// # Errors
/// A value outside its range.
pub fn cumulative(
    max_supply: f64,
    steepness: f64,
    midpoint: f64,
    start: Start,
    t: f64,
) -> Result<f64, IssuanceError> {
    non_negative("max_supply", max_supply)?;
    non_negative("t", t)?;
    let first = share(steepness, midpoint, 0.0)?;
    let issued = share(steepness, midpoint, t)? - first;
    match start {
        Start::Subtract => Ok(max_supply * issued),
        // first = 1 only when the curve is over before it starts
        Start::Normalise if first < 1.0 => Ok(max_supply * (issued / (1.0 - first))),
        Start::Normalise => Err(IssuanceError::Domain {
            what: "share issued before the start",
            value: first,
            allowed: "below 1 in f64: the midpoint lies too far in the past",
        }),
    }
}

/// Sigmoid issue in whole units, rounded down.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Sigmoid {
    max_supply: f64,
    steepness: f64,
    midpoint: f64,
    start: Start,
}

impl Sigmoid {
    /// Issues along the curve; times in ticks.
    ///
    /// # Errors
    /// A value outside its range.
    pub fn new(max_supply: f64, steepness: f64, midpoint: f64, start: Start) -> Result<Self, IssuanceError> {
        cumulative(max_supply, steepness, midpoint, start, 0.0)?;
        Ok(Self { max_supply, steepness, midpoint, start })
    }
}

impl Schedule for Sigmoid {
    fn cumulative(&self, tick: u64) -> Result<u128, IssuanceError> {
        let issued = cumulative(self.max_supply, self.steepness, self.midpoint, self.start, tick as f64)?;
        whole_within(issued.max(0.0), self.limit())
    }

    fn limit(&self) -> Option<u128> {
        let first = match self.start {
            Start::Subtract => share(self.steepness, self.midpoint, 0.0).ok()?,
            Start::Normalise => 0.0,
        };
        crate::amount::whole(self.max_supply * (1.0 - first)).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_starts_begin_at_nothing() {
        for start in [Start::Subtract, Start::Normalise] {
            assert_eq!(cumulative(100.0, 0.5, 10.0, start, 0.0).unwrap(), 0.0);
        }
        let end = cumulative(100.0, 0.5, 10.0, Start::Normalise, 1e6).unwrap();
        assert!((end - 100.0).abs() < 1e-9);
        assert!(supply(100.0, 0.5, 10.0, 1e300).unwrap() <= 100.0);
        assert!(Sigmoid::new(1.0, 100.0, -100.0, Start::Normalise).is_err());
    }
}
