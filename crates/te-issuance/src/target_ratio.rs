//! A proportional controller that steers a pool towards a share of the total supply by minting and burning.
//!
//! ```text
//! e = (1 - (B / S) / target) / period          rate = clamp(e, -cap, cap)
//! cap = throttle                (throttle of the supply)
//! cap = throttle / target       (throttle of the target ratio)
//! delta = rate * dt * S         B' = B + delta      S' = S + delta
//! stop at target: delta is cut where B' would cross S * target (S before the change)
//! ```
//!
//! | symbol | meaning | unit |
//! |---|---|---|
//! | B, S | pool, total supply | token |
//! | target | wanted B / S, in (0, 1] | 1 |
//! | period | time in which a small distance would be closed at the first rate | time |
//! | throttle | bound of the rate, per unit of time; none: unbounded | 1/time |
//! | dt | time since the last adjustment, in the unit of `period` | time |
//!
//! **What a throttle really caps.** The two systems of 1Hive have the same word for two things. In the economy's
//! monthly policy the throttle bounds the change of the *supply*: at most `throttle` of it per month. The deployed
//! contract divides by the target, so its throttle bounds the distance of the *ratio*: the supply changes by up to
//! `throttle / target` of itself. With 0.1 a year and a target of 0.3 that is 33 % a year, with a target of 0.2 it is
//! 50 %, where the contract's README speaks of 10 %. [`TargetRatio::max_rate`] answers for both.
//!
//! Limits: it reads the state, so dividing an interval changes the result (ten days are not twice five). Without the
//! stop it can overshoot, and a burn can ask for more than the pool. The limit of many small steps without throttle
//! and with a fixed part K outside the pool is `dB/dt = (1 - B/(S target)) S / period`, solved by
//! `B(t) = B* + (B(0) - B*) e^(-t (1 - target)/(target period))` with `B* = K target / (1 - target)`.
//!
//! Invariants: the change has the sign of the error; at the target it is 0; with the stop the pool never crosses.
//!
//! Source: cadCAD notebook of the 1Hive economy; 1Hive dynamic issuance contract ([`crate::dynamic_issuance`] has its
//! integers).

#![expect(
    clippy::inline_always,
    reason = "a loop over columns of runs becomes vector code only where these are inlined"
)]

use serde::{Deserialize, Serialize};

use crate::amount::scaled;
use crate::error::{
    IssuanceError, demand, demand_finite, demand_non_negative, demand_part, demand_positive, fits,
};
use crate::policy::{IssuancePolicy, SupplyDelta, SupplyState};
use te_math::{Number, Watch, checked, exp};

/// What the throttle is a share of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "engine", derive(te_core::Choice))]
pub enum ThrottleScale {
    /// Of the supply: the supply changes by at most `throttle` of itself per unit of time.
    #[default]
    OfSupply,
    /// Of the target ratio: the supply changes by at most `throttle / target` of itself per unit of time.
    OfTargetRatio,
}

/// Terms of the controller, on f64 or exact decimals.
///
/// ```
/// use te_issuance::target_ratio::{TargetRatio, ThrottleScale};
///
/// // The contract's values: a tenth a year, target 0.3, time in years.
/// let as_deployed = TargetRatio::new(0.3, Some(0.1), ThrottleScale::OfTargetRatio, 1.0, true)?;
/// assert!((as_deployed.max_rate()?.unwrap() - 0.333).abs() < 0.001);
/// let as_documented = TargetRatio::new(0.3, Some(0.1), ThrottleScale::OfSupply, 1.0, true)?;
/// assert_eq!(as_documented.max_rate()?, Some(0.1));
/// # Ok::<(), te_issuance::IssuanceError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct TargetRatio<N = f64> {
    pub(crate) target: N,
    pub(crate) throttle: Option<N>,
    pub(crate) scale: ThrottleScale,
    pub(crate) period: N,
    pub(crate) stop_at_target: bool,
}

impl<N: Number> TargetRatio<N> {
    /// A controller. `period` and `throttle` share the unit of time of `dt`.
    ///
    /// # Errors
    /// A target outside (0, 1], a negative throttle, a period not above 0.
    pub fn new(
        target: N,
        throttle: Option<N>,
        scale: ThrottleScale,
        period: N,
        stop_at_target: bool,
    ) -> Result<Self, IssuanceError> {
        checked(|w| {
            demand_part(w, "target", target);
            if let Some(throttle) = throttle {
                demand_non_negative(w, "throttle", throttle);
            }
            demand_positive(w, "period", period);
            Self { target, throttle, scale, period, stop_at_target }
        })
    }

    /// Relative distance to the target per unit of time: `(1 - (pool / supply) / target) / period` `[1/time]`.
    ///
    /// # Errors
    /// A supply of zero, a pool below zero or above the supply.
    pub fn error(&self, pool: N, supply: N) -> Result<N, IssuanceError> {
        checked(|w| self.error_with(w, pool, supply))
    }

    /// [`TargetRatio::error`], watched.
    #[inline(always)]
    pub fn error_with<W: Watch<Error = IssuanceError>>(&self, w: &mut W, pool: N, supply: N) -> N {
        demand_non_negative(w, "supply", supply);
        demand(w, "pool", pool, (pool >= N::ZERO) & (pool <= supply), "in [0, supply]");
        w.need(supply != N::ZERO, || IssuanceError::ZeroSupply);
        let share = pool.over(supply, &mut fits()).over(self.target, w);
        N::ONE.minus(share, &mut fits()).over(self.period, w)
    }

    /// Largest rate at which the throttle lets the supply change: `throttle` or `throttle / target` `[1/time]`; `None`
    /// without throttle (minting is then still at most `1 / period`).
    ///
    /// # Errors
    /// The quotient does not fit.
    pub fn max_rate(&self) -> Result<Option<N>, IssuanceError> {
        checked(|w| self.max_rate_with(w))
    }

    #[inline(always)]
    fn max_rate_with<W: Watch<Error = IssuanceError>>(&self, w: &mut W) -> Option<N> {
        match self.scale {
            ThrottleScale::OfSupply => self.throttle,
            ThrottleScale::OfTargetRatio => self.throttle.map(|throttle| throttle.over(self.target, w)),
        }
    }

    /// The rate after the throttle: `clamp(error, -max_rate, max_rate)` `[1/time]`.
    ///
    /// # Errors
    /// As [`TargetRatio::error`].
    pub fn rate(&self, pool: N, supply: N) -> Result<N, IssuanceError> {
        checked(|w| self.rate_with(w, pool, supply))
    }

    /// [`TargetRatio::rate`], watched.
    #[inline(always)]
    pub fn rate_with<W: Watch<Error = IssuanceError>>(&self, w: &mut W, pool: N, supply: N) -> N {
        let error = self.error_with(w, pool, supply);
        let cap = self.max_rate_with(w);
        let most = cap.unwrap_or(N::ZERO);
        N::choose(cap.is_some(), error.within(most.negated(), most), error)
    }

    /// To mint (positive) or burn (negative) after `dt`: `rate * dt * supply`, cut at the target if asked `[token]`.
    ///
    /// # Errors
    /// As [`TargetRatio::error`], a negative `dt`, or an overflow.
    pub fn adjustment(&self, pool: N, supply: N, dt: N) -> Result<N, IssuanceError> {
        checked(|w| self.adjustment_with(w, pool, supply, dt))
    }

    /// [`TargetRatio::adjustment`], watched.
    #[inline(always)]
    pub fn adjustment_with<W: Watch<Error = IssuanceError>>(
        &self,
        w: &mut W,
        pool: N,
        supply: N,
        dt: N,
    ) -> N {
        demand_non_negative(w, "dt", dt);
        let free = self.rate_with(w, pool, supply).times(dt, w).times(supply, w);
        if !self.stop_at_target {
            return free;
        }
        let distance = supply.times(self.target, &mut fits()).minus(pool, &mut fits());
        // Both have the sign of the error; the product may round over the target where the quotient did not.
        let minted = free.smaller(distance).larger(N::ZERO);
        let burned = free.larger(distance).smaller(N::ZERO);
        N::choose(free >= N::ZERO, minted, burned)
    }
}

/// As a policy it steers the pool of the state; a tick is one unit of `period`. The amount is rounded towards zero and
/// a burn is at most the pool.
impl IssuancePolicy for TargetRatio<f64> {
    fn delta(&self, state: &SupplyState, ticks: u64) -> Result<SupplyDelta, IssuanceError> {
        let (pool, supply) = (state.pool as f64, state.total as f64);
        let rate = self.rate(pool, supply)?;
        let amount = scaled(state.total, rate.abs() * ticks as f64)?;
        // The rate is rounded and the distance is not: within the rounding of the target they can disagree in sign.
        let (below, above) = if self.stop_at_target {
            let wanted = scaled(state.total, self.target)?;
            (wanted.saturating_sub(state.pool), state.pool.saturating_sub(wanted))
        } else {
            (u128::MAX, state.pool)
        };
        if rate >= 0.0 {
            Ok(SupplyDelta::mint(amount.min(below)))
        } else {
            Ok(SupplyDelta::burn(amount.min(above)))
        }
    }
}

/// Pool after time `t` in the limit of small steps, unthrottled, with `outside` tokens outside the pool that stay as
/// they are: `B* + (pool - B*) e^(-t (1 - target)/(target period))`, `B* = outside target / (1 - target)` `[token]`.
///
/// Valid for `0 < target < 1`, `pool, outside, t >= 0`, `period > 0`. Source: solution of the equation of the module.
///
/// # Errors
/// A value outside its range.
pub fn pool_in_the_limit(
    pool: f64,
    outside: f64,
    target: f64,
    period: f64,
    t: f64,
) -> Result<f64, IssuanceError> {
    let end = outside * target / (1.0 - target);
    let after = end + (pool - end) * exp(-t * (1.0 - target) / (target * period));
    checked(|w| {
        demand_non_negative(w, "pool", pool);
        demand_non_negative(w, "outside", outside);
        demand(w, "target", target, target > 0.0 && target < 1.0, "in (0, 1)");
        demand_positive(w, "period", period);
        demand_non_negative(w, "t", t);
        demand_finite(w, "the pool", after);
        after
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn caps_quoted_in_the_docs() {
        let cap = |target| {
            let controller =
                TargetRatio::new(target, Some(0.1), ThrottleScale::OfTargetRatio, 1.0, true).unwrap();
            controller.max_rate().unwrap().unwrap()
        };
        assert!((cap(0.2) - 0.5).abs() < 1e-15);
        assert!((cap(0.3) - 0.33).abs() < 5e-3);
    }

    #[test]
    fn small_steps_approach_the_closed_form() {
        let controller = TargetRatio::new(0.2, None, ThrottleScale::OfSupply, 1.0, false).unwrap();
        let distance = |steps: u32| {
            let dt = 0.5 / f64::from(steps);
            let (mut pool, outside) = (30.0, 70.0);
            for _ in 0..steps {
                pool += controller.adjustment(pool, pool + outside, dt).unwrap();
            }
            (pool - pool_in_the_limit(30.0, outside, 0.2, 1.0, 0.5).unwrap()).abs()
        };
        let (coarse, fine) = (distance(1_000), distance(10_000));
        assert!(fine < 4e-4 && (coarse / fine - 10.0).abs() < 0.1, "{coarse} {fine}");
    }

    #[test]
    fn bad_terms_and_states_are_refused() {
        let new = |target, throttle, period| {
            TargetRatio::new(target, throttle, ThrottleScale::OfSupply, period, true)
        };
        assert!(new(0.0, None, 1.0).is_err());
        assert!(new(1.1, None, 1.0).is_err());
        assert!(new(0.2, Some(-0.1), 1.0).is_err());
        assert!(new(0.2, None, f64::INFINITY).is_err());
        let good = new(0.2, None, 1.0).unwrap();
        assert_eq!(good.adjustment(0.0, 0.0, 1.0), Err(IssuanceError::ZeroSupply));
        assert!(good.adjustment(2.0, 1.0, 1.0).is_err());
        assert!(good.adjustment(0.5, 1.0, -1.0).is_err());
    }
}
