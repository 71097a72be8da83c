//! Rebase: the supply follows the price, all balances alike.
//!
//! ```text
//! linear:  delta = S (P - P*) / P* / lag            if |P - P*| / P* >= threshold, else 0
//! sigmoid: delta = S (low + (high - low) / (1 + (high / -low) 2^(-growth (P - P*) / P*)))
//! ```
//!
//! | symbol | meaning | unit |
//! |---|---|---|
//! | S | total supply | token |
//! | P, P* | price, target price | currency/token |
//! | threshold | deviation below which nothing happens (Ampleforth: 0.05) | 1 |
//! | lag | rebases over which a deviation is spread (Ampleforth: 10) | 1 |
//! | low, high | bounds of a sigmoid rebase, `-1 <= low < 0 < high` | 1 |
//! | growth | steepness | 1 |
//!
//! A holder's share of the supply is unchanged: apply it with [`crate::policy::Issuer::rebase`] or
//! [`crate::ledger::Ledger::rebase`]. Assumption: one rebase per tick at the price seen at that tick; with several
//! ticks in a step the same deviation counts once.
//!
//! Yearly cap: the linear rule has none upwards; downwards each rebase takes at most `1 / lag`.
//! Invariants: the change has the sign of `P - P*`; it is 0 at the target.
//!
//! Source: Ampleforth `UFragmentsPolicy.sol`, first linear, later bounded by a sigmoid.

use serde::{Deserialize, Serialize};

use crate::amount::scaled;
use crate::error::{IssuanceError, finite, require};
use crate::number::{Number, demand, demand_non_negative, demand_positive};
use crate::policy::{IssuancePolicy, SupplyDelta, SupplyState};
use te_core::math::pow;

/// Change of the supply under the linear rule [token], on f64 or exact decimals.
///
/// Valid for `supply, price, threshold >= 0`, `target > 0`, `lag >= 1`. Source: Ampleforth.
///
/// # Errors
/// A value outside its range, or an overflow.
pub fn linear<N: Number>(supply: N, price: N, target: N, threshold: N, lag: N) -> Result<N, IssuanceError> {
    demand_non_negative("supply", supply)?;
    supply.times(linear_share(price, target, threshold, lag)?)
}

fn linear_share<N: Number>(price: N, target: N, threshold: N, lag: N) -> Result<N, IssuanceError> {
    demand_non_negative("price", price)?;
    demand_positive("target", target)?;
    demand_non_negative("threshold", threshold)?;
    demand("lag", lag, lag >= N::ONE, ">= 1")?;
    let deviation = price.minus(target)?.over(target)?;
    if deviation < threshold && deviation > threshold.negated() {
        return Ok(N::ZERO);
    }
    deviation.over(lag)
}

/// Share by which the supply changes under the sigmoid rule [1], between `low` and `high`, 0 at the target.
///
/// Valid for `price >= 0`, `target, growth, high > 0`, `-1 <= low < 0`. Source: Ampleforth.
///
/// # Errors
/// A value outside its range.
pub fn sigmoid_share(
    price: f64,
    target: f64,
    low: f64,
    high: f64,
    growth: f64,
) -> Result<f64, IssuanceError> {
    demand_non_negative("price", price)?;
    demand_positive("target", target)?;
    require("low", low, (-1.0..0.0).contains(&low), "in [-1, 0)")?;
    demand_positive("high", high)?;
    demand_positive("growth", growth)?;
    let deviation = finite("the deviation", (price - target) / target)?;
    if deviation == 0.0 {
        return Ok(0.0);
    }
    let share = low + (high - low) / (1.0 + high / -low * pow(2.0, -growth * deviation));
    Ok(share.clamp(low, high))
}

/// The linear rule as a policy; the signal is the price. Apply it by rebase, not by mint.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct LinearRebase {
    target: f64,
    threshold: f64,
    lag: f64,
}

impl LinearRebase {
    /// A rule with a target price, a threshold and a lag.
    ///
    /// # Errors
    /// A value outside its range.
    pub fn new(target: f64, threshold: f64, lag: f64) -> Result<Self, IssuanceError> {
        linear_share(target, target, threshold, lag)?;
        Ok(Self { target, threshold, lag })
    }
}

impl IssuancePolicy for LinearRebase {
    fn delta(&self, state: &SupplyState, ticks: u64) -> Result<SupplyDelta, IssuanceError> {
        if ticks == 0 {
            return Ok(SupplyDelta::NONE);
        }
        let share = linear_share(state.signal, self.target, self.threshold, self.lag)?;
        let amount = scaled(state.total, share.abs())?;
        Ok(if share > 0.0 { SupplyDelta::mint(amount) } else { SupplyDelta::burn(amount) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sigmoid_is_bounded_and_still_at_the_target() {
        assert_eq!(sigmoid_share(1.0, 1.0, -0.1, 0.05, 3.0).unwrap(), 0.0);
        assert!(sigmoid_share(1e6, 1.0, -0.1, 0.05, 3.0).unwrap() <= 0.05);
        let low = sigmoid_share(0.0, 1.0, -0.1, 0.05, 30.0).unwrap();
        assert!((-0.1..-0.0999).contains(&low));
        assert!(sigmoid_share(1.001, 1.0, -0.1, 0.05, 3.0).unwrap() > 0.0);
        assert!(sigmoid_share(0.999, 1.0, -0.1, 0.05, 3.0).unwrap() < 0.0);
    }

    #[test]
    fn bad_terms_are_refused() {
        assert!(LinearRebase::new(0.0, 0.05, 10.0).is_err());
        assert!(LinearRebase::new(1.0, -0.05, 10.0).is_err());
        assert!(LinearRebase::new(1.0, 0.05, 0.5).is_err());
        assert!(linear(1.0, f64::NAN, 1.0, 0.05, 10.0).is_err());
        assert!(sigmoid_share(1.0, 1.0, 0.1, 0.05, 3.0).is_err());
    }
}
