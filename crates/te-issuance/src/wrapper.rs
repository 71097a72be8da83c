//! Bounds that fit around any policy: a largest and smallest supply, a throttle, a cliff, a window of time.
//!
//! ```text
//! Capped:    supply after <= max        Floored:  supply after >= min (burns shrink)
//! Throttled: mint and burn <= floor(theta * total) * ticks each
//! Cliff:     nothing before the cliff, then all that has accrued at once
//! Window:    the policy's time runs from start to stop only
//! ```
//!
//! θ is a share of the supply per tick `[1/tick]`. The yearly cap it implies compounds: with n ticks a year and a policy
//! that always asks for more, the supply grows by `(1 + θ)^n - 1`, not `θ n`.
//!
//! Limits: `Capped`, `Floored` and `Throttled` read the supply, so a bounded schedule no longer mints the same however
//! the time is divided; what a throttle cuts off is not made up for later. A supply already above a cap (or below a
//! floor) is left alone, it is not burned back (or minted up).
//!
//! Invariant: a wrapper never asks for more than what it wraps.

use serde::{Deserialize, Serialize};

use crate::amount::scaled;
use crate::error::{IssuanceError, require};
use crate::policy::{IssuancePolicy, SupplyDelta, SupplyState, later};

/// Mints no further than a largest supply.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Capped<P> {
    /// What is bounded.
    pub inner: P,
    /// Largest supply `[unit]`.
    pub max: u128,
}

impl<P: IssuancePolicy> IssuancePolicy for Capped<P> {
    fn delta(&self, state: &SupplyState, ticks: u64) -> Result<SupplyDelta, IssuanceError> {
        let asked = self.inner.delta(state, ticks)?;
        let room = self.max.saturating_add(asked.burn).saturating_sub(state.total);
        Ok(SupplyDelta { mint: asked.mint.min(room), burn: asked.burn })
    }
}

/// Burns no further than a smallest supply.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Floored<P> {
    /// What is bounded.
    pub inner: P,
    /// Smallest supply `[unit]`.
    pub min: u128,
}

impl<P: IssuancePolicy> IssuancePolicy for Floored<P> {
    fn delta(&self, state: &SupplyState, ticks: u64) -> Result<SupplyDelta, IssuanceError> {
        let asked = self.inner.delta(state, ticks)?;
        let reachable = state.total.saturating_add(asked.mint);
        Ok(SupplyDelta { mint: asked.mint, burn: asked.burn.min(reachable.saturating_sub(self.min)) })
    }
}

/// Bounds mint and burn by a share of the supply per tick.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Throttled<P> {
    inner: P,
    theta: Option<f64>,
}

impl<P> Throttled<P> {
    /// Bounds `inner` by `theta` `[1/tick]`, 0 to 1; `None` leaves it free. A throttle of 0 lets nothing through.
    ///
    /// # Errors
    /// `theta` is outside `[0, 1]` or not finite.
    pub fn new(inner: P, theta: Option<f64>) -> Result<Self, IssuanceError> {
        if let Some(theta) = theta {
            require("theta", theta, (0.0..=1.0).contains(&theta), "in [0, 1]")?;
        }
        Ok(Self { inner, theta })
    }
}

impl<P: IssuancePolicy> IssuancePolicy for Throttled<P> {
    fn delta(&self, state: &SupplyState, ticks: u64) -> Result<SupplyDelta, IssuanceError> {
        let asked = self.inner.delta(state, ticks)?;
        let Some(theta) = self.theta else { return Ok(asked) };
        let most = scaled(state.total, theta)?.saturating_mul(u128::from(ticks));
        Ok(SupplyDelta { mint: asked.mint.min(most), burn: asked.burn.min(most) })
    }
}

/// Holds everything back until the cliff; the first step that reaches it releases all that has accrued.
///
/// A policy that reads the state is asked once for the whole time since the start.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Cliff<P> {
    /// What is held back.
    pub inner: P,
    /// First tick at which something is released `[tick]`.
    pub at: u64,
}

impl<P: IssuancePolicy> IssuancePolicy for Cliff<P> {
    fn delta(&self, state: &SupplyState, ticks: u64) -> Result<SupplyDelta, IssuanceError> {
        let until = later(state.elapsed, ticks)?;
        if until < self.at || ticks == 0 {
            return Ok(SupplyDelta::NONE);
        }
        if state.elapsed >= self.at {
            return self.inner.delta(state, ticks);
        }
        self.inner.delta(&SupplyState { elapsed: 0, ..*state }, until)
    }
}

/// Runs a policy from `start` to `stop`; its own time begins at `start`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Window<P> {
    inner: P,
    start: u64,
    stop: u64,
}

impl<P> Window<P> {
    /// Runs `inner` in `[start, stop)` `[tick]`.
    ///
    /// # Errors
    /// `stop` lies before `start`.
    pub fn new(inner: P, start: u64, stop: u64) -> Result<Self, IssuanceError> {
        if stop < start {
            return Err(IssuanceError::InvalidInteger {
                name: "stop",
                value: u128::from(stop),
                allowed: "at or after start",
            });
        }
        Ok(Self { inner, start, stop })
    }
}

impl<P: IssuancePolicy> IssuancePolicy for Window<P> {
    fn delta(&self, state: &SupplyState, ticks: u64) -> Result<SupplyDelta, IssuanceError> {
        let from = state.elapsed.max(self.start);
        let to = later(state.elapsed, ticks)?.min(self.stop);
        if to <= from {
            return Ok(SupplyDelta::NONE);
        }
        self.inner.delta(&SupplyState { elapsed: from - self.start, ..*state }, to - from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Mints and burns fixed amounts per tick.
    struct Flow(u128, u128);

    impl IssuancePolicy for Flow {
        fn delta(&self, _: &SupplyState, ticks: u64) -> Result<SupplyDelta, IssuanceError> {
            Ok(SupplyDelta { mint: self.0 * u128::from(ticks), burn: self.1 * u128::from(ticks) })
        }
    }

    fn state(total: u128, elapsed: u64) -> SupplyState {
        SupplyState { total, pool: total, elapsed, signal: 0.0 }
    }

    #[test]
    fn bounds_bind() {
        let capped = Capped { inner: Flow(10, 0), max: 105 };
        assert_eq!(capped.delta(&state(100, 0), 1).unwrap().mint, 5);
        assert_eq!(capped.delta(&state(200, 0), 1).unwrap().mint, 0);
        let both = Capped { inner: Flow(10, 7), max: 105 };
        assert_eq!(both.delta(&state(100, 0), 1).unwrap(), SupplyDelta { mint: 10, burn: 7 });
        assert_eq!(both.delta(&state(108, 0), 1).unwrap(), SupplyDelta { mint: 4, burn: 7 });
        let floored = Floored { inner: Flow(0, 10), min: 95 };
        assert_eq!(floored.delta(&state(100, 0), 1).unwrap().burn, 5);
        let throttled = Throttled::new(Flow(10, 10), Some(0.03125)).unwrap();
        assert_eq!(throttled.delta(&state(100, 0), 2).unwrap(), SupplyDelta { mint: 6, burn: 6 });
        assert!(Throttled::new(Flow(1, 1), Some(f64::NAN)).is_err());
    }

    #[test]
    fn time_bounds_bind() {
        let cliff = Cliff { inner: Flow(10, 0), at: 5 };
        assert_eq!(cliff.delta(&state(0, 0), 4).unwrap().mint, 0);
        assert_eq!(cliff.delta(&state(0, 4), 1).unwrap().mint, 50);
        assert_eq!(cliff.delta(&state(0, 5), 1).unwrap().mint, 10);
        let window = Window::new(Flow(10, 0), 2, 4).unwrap();
        assert_eq!(window.delta(&state(0, 0), 100).unwrap().mint, 20);
        assert_eq!(window.delta(&state(0, 3), 1).unwrap().mint, 10);
        assert_eq!(window.delta(&state(0, 4), 1).unwrap().mint, 0);
        assert!(Window::new(Flow(1, 0), 4, 3).is_err());
    }
}
