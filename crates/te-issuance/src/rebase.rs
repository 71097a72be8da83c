//! Rebase: the supply follows the price, all balances alike.
//!
//! ```text
//! linear:  delta = S (P - P*) / P* / lag            if |P - P*| / P* >= threshold, else 0
//! sigmoid: delta = S (low + (high - low) / (1 + (high / -low) 2^(-growth (P - P*) / P*)))
//! two-sided: with d = (P - P*) / P* and x = 2^(growth d)
//!          delta = S high (x - 1) / (x + 1)         if d >= threshold, with the growth of expansions
//!          delta = S (-low) (x - 1) / (x + 1)       if d <= -threshold, with the growth of contractions
//!          delta = 0                                if |d| < threshold
//! ```
//!
//! | symbol | meaning | unit |
//! |---|---|---|
//! | S | total supply | token |
//! | P, P* | price, target price | currency/token |
//! | threshold | deviation below which nothing happens (Ampleforth: 0.05) | 1 |
//! | lag | rebases over which a deviation is spread (Ampleforth: 10) | 1 |
//! | low, high | bounds of a sigmoid or two-sided rebase, `-1 <= low < 0 < high` | 1 |
//! | growth | steepness, two-sided one for each sign of d | 1 |
//!
//! The one sigmoid has a single curve, whose slope at the target depends on both bounds, and no threshold. The two-sided rule
//! is what the contract does today: each sign of the deviation has a curve of its own, which is odd and bounded by its own
//! limit (`(x - 1) / (x + 1) = tanh(growth d ln 2 / 2)`), and the threshold comes first. At the threshold the change jumps.
//!
//! A holder's share of the supply is unchanged: apply it with [`crate::policy::Issuer::rebase`] or
//! [`crate::ledger::Ledger::rebase`]. Assumption: one rebase per tick at the price seen at that tick; with several
//! ticks in a step the same deviation counts once.
//!
//! Yearly cap: the linear rule has none upwards; downwards each rebase takes at most `1 / lag`.
//! Invariants: the change has the sign of `P - P*`; it is 0 at the target.
//!
//! Source: Ampleforth `UFragmentsPolicy.sol`, first linear, later bounded by a sigmoid (AIP-5), today two-sided with a
//! threshold of 0.025, limits of -0.077 and 0.05 and a growth of 45 ([`TwoSided::AMPLEFORTH`]).

#![expect(
    clippy::inline_always,
    reason = "a loop over columns of runs becomes vector code only where these are inlined"
)]

use serde::{Deserialize, Serialize};

use crate::amount::scaled;
use crate::error::{IssuanceError, demand, demand_finite, demand_non_negative, demand_positive, fits};
use crate::policy::{IssuancePolicy, SupplyDelta, SupplyState};
use te_math::{Number, Watch, checked, pow, select, tanh};

/// Change of the supply under the linear rule `[token]`, on f64 or exact decimals.
///
/// Valid for `supply, price, threshold >= 0`, `target > 0`, `lag >= 1`. Source: Ampleforth.
///
/// # Errors
/// A value outside its range, or an overflow.
pub fn linear<N: Number>(supply: N, price: N, target: N, threshold: N, lag: N) -> Result<N, IssuanceError> {
    checked(|w| {
        demand_non_negative(w, "supply", supply);
        let share = checked_share(w, price, target, threshold, lag);
        supply.times(share, w)
    })
}

/// [`linear`] for a supply and terms that are known to be in their ranges.
#[inline(always)]
pub fn linear_with<N: Number, W: Watch<Error = IssuanceError>>(
    w: &mut W,
    supply: N,
    price: N,
    target: N,
    threshold: N,
    lag: N,
) -> N {
    supply.times(linear_share(w, price, target, threshold, lag), w)
}

#[inline(always)]
fn linear_share<N: Number, W: Watch<Error = IssuanceError>>(
    w: &mut W,
    price: N,
    target: N,
    threshold: N,
    lag: N,
) -> N {
    demand_non_negative(w, "price", price);
    // Neither is below 0, and the lag is at least 1.
    let deviation = price.minus(target, &mut fits()).over(target, w);
    N::choose(is_small(deviation, threshold), N::ZERO, deviation.over(lag, &mut fits()))
}

fn checked_share<N: Number, W: Watch<Error = IssuanceError>>(
    w: &mut W,
    price: N,
    target: N,
    threshold: N,
    lag: N,
) -> N {
    demand_non_negative(w, "price", price);
    demand_positive(w, "target", target);
    demand_non_negative(w, "threshold", threshold);
    demand(w, "lag", lag, lag.is_number() & (lag >= N::ONE), ">= 1");
    linear_share(w, price, target, threshold, lag)
}

/// Whether a deviation lies within the threshold on either side.
#[inline(always)]
fn is_small<N: Number>(deviation: N, threshold: N) -> bool {
    (deviation < threshold) & (deviation > threshold.negated())
}

/// Share by which the supply changes under the sigmoid rule `[1]`, between `low` and `high`, 0 at the target.
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
    checked(|w| {
        demand_non_negative(w, "price", price);
        demand_positive(w, "target", target);
        demand_bounds(w, low, high);
        demand_positive(w, "growth", growth);
        sigmoid_share_with(w, price, target, low, high, growth)
    })
}

/// [`sigmoid_share`] for terms that are known to be in their ranges.
#[inline(always)]
pub fn sigmoid_share_with<W: Watch<Error = IssuanceError>>(
    w: &mut W,
    price: f64,
    target: f64,
    low: f64,
    high: f64,
    growth: f64,
) -> f64 {
    let deviation = deviation(w, price, target);
    let share = low + (high - low) / (1.0 + high / -low * pow(2.0, -growth * deviation));
    let still = deviation == 0.0;
    w.when(
        !still,
        #[inline(always)]
        |w| demand_finite(w, "the sigmoid share", share),
    );
    select(still, 0.0, share.within(low, high))
}

/// The price's distance from the target, relative to it.
#[inline(always)]
fn deviation<W: Watch<Error = IssuanceError>>(w: &mut W, price: f64, target: f64) -> f64 {
    demand_non_negative(w, "price", price);
    let deviation = (price - target) / target;
    demand_finite(w, "the deviation", deviation);
    deviation
}

/// Bounds of a rebase must lie on either side of 0.
fn demand_bounds<W: Watch<Error = IssuanceError>>(w: &mut W, low: f64, high: f64) {
    demand(w, "low", low, (-1.0..0.0).contains(&low), "in [-1, 0)");
    demand_positive(w, "high", high);
}

/// Half of ln 2: `(2^y - 1) / (2^y + 1) = tanh(y ln 2 / 2)`.
const HALF_LN_2: f64 = 0.5 * core::f64::consts::LN_2;

/// Terms of the two-sided rule.
///
/// ```
/// use te_issuance::rebase::TwoSided;
///
/// let rule = TwoSided { threshold: 0.0, expansion: 14.5, contraction: 14.5, ..TwoSided::AMPLEFORTH };
/// assert!((rule.share(1.05, 1.0)? - 0.012_305_410_677_140_013).abs() < 1e-16);
/// assert!((rule.share(0.95, 1.0)? + 0.018_950_332_442_795_62).abs() < 1e-16);
/// assert_eq!(TwoSided::AMPLEFORTH.share(1.0249, 1.0)?, 0.0);
/// # Ok::<(), te_issuance::IssuanceError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct TwoSided {
    /// Relative deviation below which nothing happens `[1]`.
    pub threshold: f64,
    /// Largest contraction, in [-1, 0) `[1]`.
    pub low: f64,
    /// Largest expansion, above 0 `[1]`.
    pub high: f64,
    /// Steepness above the target `[1]`.
    pub expansion: f64,
    /// Steepness below the target `[1]`.
    pub contraction: f64,
}

impl TwoSided {
    /// The numbers that the contract starts with.
    pub const AMPLEFORTH: Self =
        Self { threshold: 0.025, low: -0.077, high: 0.05, expansion: 45.0, contraction: 45.0 };

    /// Share by which the supply changes `[1]`. The equation is that of the module.
    ///
    /// Valid for `price >= 0`, `target, growth, high > 0`, `threshold >= 0`, `-1 <= low < 0`. Source: Ampleforth.
    ///
    /// # Errors
    /// A value outside its range.
    pub fn share(&self, price: f64, target: f64) -> Result<f64, IssuanceError> {
        checked(|w| {
            demand_non_negative(w, "price", price);
            demand_positive(w, "target", target);
            demand_non_negative(w, "threshold", self.threshold);
            demand_bounds(w, self.low, self.high);
            demand_positive(w, "growth", self.expansion);
            demand_positive(w, "contraction_growth", self.contraction);
            self.share_with(w, price, target)
        })
    }

    /// [`TwoSided::share`] for terms that are known to be in their ranges.
    #[inline(always)]
    pub fn share_with<W: Watch<Error = IssuanceError>>(&self, w: &mut W, price: f64, target: f64) -> f64 {
        let deviation = deviation(w, price, target);
        let above = deviation >= 0.0;
        let limit = select(above, self.high, -self.low);
        let growth = select(above, self.expansion, self.contraction);
        let share = limit * tanh(growth * deviation * HALF_LN_2);
        select(is_small(deviation, self.threshold), 0.0, share)
    }
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
        checked(|w| checked_share(w, target, target, threshold, lag))?;
        Ok(Self { target, threshold, lag })
    }
}

impl IssuancePolicy for LinearRebase {
    fn delta(&self, state: &SupplyState, ticks: u64) -> Result<SupplyDelta, IssuanceError> {
        if ticks == 0 {
            return Ok(SupplyDelta::NONE);
        }
        let share = checked(|w| checked_share(w, state.signal, self.target, self.threshold, self.lag))?;
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
    fn each_side_has_its_own_curve() {
        let rule = TwoSided { threshold: 0.0, expansion: 14.5, contraction: 30.0, ..TwoSided::AMPLEFORTH };
        assert!((rule.share(1.05, 1.0).unwrap() / 0.012_305_410_677_140_013 - 1.0).abs() < 1e-15);
        let same = TwoSided { contraction: 14.5, ..rule };
        assert!((same.share(0.95, 1.0).unwrap() / -0.018_950_332_442_795_62 - 1.0).abs() < 1e-15);
        assert!(rule.share(0.95, 1.0).unwrap() < same.share(0.95, 1.0).unwrap());
        assert_eq!(rule.share(1.0, 1.0).unwrap(), 0.0);
        assert_eq!(rule.share(1e6, 1.0).unwrap(), 0.05);
        assert!(rule.share(0.0, 1.0).unwrap() > -0.077);
        // No digit is lost near the target: the slope there is limit growth ln 2 / 2.
        let near = rule.share(1.0 + 1e-12, 1.0).unwrap() / ((1.0 + 1e-12) - 1.0);
        assert!((near / (0.05 * 14.5 * HALF_LN_2) - 1.0).abs() < 1e-14);
        assert!(TwoSided { low: 0.1, ..rule }.share(1.0, 1.0).is_err());
        assert!(TwoSided { contraction: 0.0, ..rule }.share(1.0, 1.0).is_err());
        assert!(TwoSided { threshold: f64::NAN, ..rule }.share(1.0, 1.0).is_err());
    }

    #[test]
    fn bad_terms_are_refused() {
        // 1e300 / 1e-300 times a power of 0 is no number.
        assert!(sigmoid_share(1e6, 1.0, -1e-300, 1e300, 1e3).is_err());
        assert!(LinearRebase::new(0.0, 0.05, 10.0).is_err());
        assert!(LinearRebase::new(1.0, -0.05, 10.0).is_err());
        assert!(LinearRebase::new(1.0, 0.05, 0.5).is_err());
        assert!(linear(1.0, f64::NAN, 1.0, 0.05, 10.0).is_err());
        assert!(sigmoid_share(1.0, 1.0, 0.1, 0.05, 3.0).is_err());
    }
}
