//! Time-weighted average prices from a cumulative sum.
//!
//! ```text
//! before each change of reserves   C0 += (y/x)*dt,  C1 += (x/y)*dt,  G += log_1.0001(y/x)*dt
//! average over a window            (C(t2) - C(t1))/(t2 - t1);  geometric: 1.0001^((G(t2) - G(t1))/(t2 - t1))
//! reading between changes          C(t) = C + price*(t - last)      (counterfactual)
//! ```
//!
//! | symbol | meaning | unit |
//! |---|---|---|
//! | C0, C1 | cumulative price of token 0 in token 1, and of 1 in 0 | price*seconds |
//! | G | cumulative logarithm of the price | seconds |
//!
//! Assumptions and limits: times never go back. The two arithmetic means are not reciprocal. A window shorter than an
//! attacker's patience can be moved; the geometric mean takes more capital to move upwards. The fixed-point accumulators of the
//! contracts are in [`uniswap_v2`](crate::uniswap_v2).
//!
//! Sources: Adams, Zinsmeister, Robinson, Uniswap v2 Core (2020), section 2.2; v2-periphery `ExampleSlidingWindowOracle`;
//! Uniswap v3 Core (2021), section 5 (geometric mean).
//!
//! Invariant: an average lies between the least and the greatest price of its window.

use crate::number::positive_reserve;
use crate::{AmmError, Number};
use serde::{Deserialize, Serialize};
use te_math::{exp, ln};

/// Logarithm of one tick, `ln 1.0001`.
const LN_TICK: f64 = 9.999500033330834e-5;

/// Readings of the accumulators at one time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Observation {
    /// Time `[s]`.
    pub time: f64,
    /// Cumulative price of token 0 `[token 1 * s / token 0]`.
    pub cumulative0: f64,
    /// Cumulative price of token 1 `[token 0 * s / token 1]`.
    pub cumulative1: f64,
    /// Cumulative logarithm of the price of token 0, base 1.0001 `[s]`.
    pub cumulative_log: f64,
}

/// The average prices between two observations.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Averages {
    /// Arithmetic mean price of token 0 `[token 1/token 0]`.
    pub price0: f64,
    /// Arithmetic mean price of token 1 `[token 0/token 1]`.
    pub price1: f64,
    /// Geometric mean price of token 0 `[token 1/token 0]`.
    pub geometric: f64,
}

impl Observation {
    /// Averages from an earlier observation to this one.
    ///
    /// # Errors
    /// [`AmmError::Domain`] unless this observation is later; [`AmmError::Overflow`] for accumulators that are not finite.
    pub fn averages_since(&self, earlier: &Self) -> Result<Averages, AmmError> {
        let elapsed = self.time - earlier.time;
        if !(elapsed > 0.0 && elapsed.is_finite()) {
            return Err(AmmError::Domain {
                parameter: "window",
                value: elapsed,
                range: "positive and finite",
            });
        }
        let mean = |later: f64, sooner: f64| later.try_sub(sooner)?.try_div(elapsed);
        let geometric = exp(LN_TICK * (self.cumulative_log - earlier.cumulative_log) / elapsed);
        if !geometric.is_finite() {
            return Err(AmmError::Overflow { operation: "geometric mean price" });
        }
        Ok(Averages {
            price0: mean(self.cumulative0, earlier.cumulative0)?,
            price1: mean(self.cumulative1, earlier.cumulative1)?,
            geometric,
        })
    }
}

/// The accumulators of a pool: the last observation and the reserves that hold since.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Accumulator {
    last: Observation,
    reserve0: f64,
    reserve1: f64,
}

impl Accumulator {
    /// Starts at `time` with the pool's reserves.
    ///
    /// # Errors
    /// Reserves not positive; a time that is not finite.
    pub fn new(time: f64, reserve0: f64, reserve1: f64) -> Result<Self, AmmError> {
        checked(time, time, reserve0, reserve1)?;
        Ok(Self { last: Observation { time, ..Observation::default() }, reserve0, reserve1 })
    }

    /// The accumulators at `time`, as if the last price had held until then.
    ///
    /// # Errors
    /// [`AmmError::Domain`] for a time before the last change; [`AmmError::Overflow`] for sums that are not finite.
    pub fn at(&self, time: f64) -> Result<Observation, AmmError> {
        checked(self.last.time, time, self.reserve0, self.reserve1)?;
        let elapsed = time - self.last.time;
        let price = self.reserve1 / self.reserve0;
        Ok(Observation {
            time,
            cumulative0: self.last.cumulative0.try_add(price * elapsed)?,
            cumulative1: self.last.cumulative1.try_add(self.reserve0 / self.reserve1 * elapsed)?,
            cumulative_log: self.last.cumulative_log.try_add(ln(price) / LN_TICK * elapsed)?,
        })
    }

    /// Accumulates up to `time`, then takes the new reserves.
    ///
    /// # Errors
    /// As [`at`](Accumulator::at); reserves not positive.
    pub fn update(&mut self, time: f64, reserve0: f64, reserve1: f64) -> Result<(), AmmError> {
        checked(self.last.time, time, reserve0, reserve1)?;
        let last = self.at(time)?;
        *self = Self { last, reserve0, reserve1 };
        Ok(())
    }
}

fn checked(last: f64, time: f64, reserve0: f64, reserve1: f64) -> Result<(), AmmError> {
    positive_reserve("reserve0", reserve0)?;
    positive_reserve("reserve1", reserve1)?;
    if time.is_finite() && time >= last {
        return Ok(());
    }
    Err(AmmError::Domain { parameter: "time", value: time, range: "finite and not before the last change" })
}

/// A window that slides over `periods` slots of equal length, keeping the first observation of each.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SlidingWindow {
    period: f64,
    slots: Vec<Option<Observation>>,
}

impl SlidingWindow {
    /// A window of `window` seconds in `periods` slots (at least 2).
    ///
    /// # Errors
    /// [`AmmError::Domain`] for a window that is not positive or fewer than two slots.
    pub fn new(window: f64, periods: usize) -> Result<Self, AmmError> {
        if !(window > 0.0 && window.is_finite()) {
            return Err(AmmError::Domain { parameter: "window", value: window, range: "positive" });
        }
        if periods < 2 {
            return Err(AmmError::Domain {
                parameter: "periods",
                value: periods as f64,
                range: "at least 2",
            });
        }
        Ok(Self { period: window / periods as f64, slots: vec![None; periods] })
    }

    fn slot(&self, time: f64) -> usize {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "times are finite and not negative"
        )]
        let period = (time / self.period).max(0.0) as usize;
        period.checked_rem(self.slots.len()).unwrap_or(0)
    }

    /// Keeps the observation if it is the first of its period.
    pub fn record(&mut self, observation: Observation) {
        let period = self.period;
        let place = self.slot(observation.time);
        if let Some(slot) = self.slots.get_mut(place)
            && slot.is_none_or(|old| observation.time - old.time > period)
        {
            *slot = Some(observation);
        }
    }

    /// Averages over the window that ends at `now`: from the oldest slot, the one after the current.
    ///
    /// # Errors
    /// [`AmmError::Domain`] if that slot is empty or older than the window.
    pub fn averages(&self, now: &Observation) -> Result<Averages, AmmError> {
        let oldest = self.slot(now.time).saturating_add(1).checked_rem(self.slots.len()).unwrap_or(0);
        let window = self.period * self.slots.len() as f64;
        match self.slots.get(oldest).copied().flatten() {
            Some(first) if now.time - first.time <= window => now.averages_since(&first),
            _ => Err(AmmError::Domain {
                parameter: "time",
                value: now.time,
                range: "the end of a window that is filled with observations",
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_arithmetic_means_are_not_reciprocal() {
        let mut oracle = Accumulator::new(0.0, 1.0, 1.0).unwrap();
        oracle.update(10.0, 1.0, 4.0).unwrap();
        let mean = oracle.at(20.0).unwrap().averages_since(&Observation::default()).unwrap();
        assert_eq!((mean.price0, mean.price1), (2.5, 0.625));
        assert!((mean.geometric - 2.0).abs() < 1e-12);
        assert!(oracle.update(5.0, 1.0, 1.0).is_err());
    }

    #[test]
    fn a_window_needs_its_observations() {
        let oracle = Accumulator::new(0.0, 1.0, 2.0).unwrap();
        let mut window = SlidingWindow::new(4.0, 4).unwrap();
        assert!(window.averages(&oracle.at(3.0).unwrap()).is_err());
        for t in 0..8 {
            window.record(oracle.at(f64::from(t)).unwrap());
        }
        assert_eq!(window.averages(&oracle.at(7.5).unwrap()).unwrap().price0, 2.0);
    }
}
