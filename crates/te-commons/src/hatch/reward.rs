//! Retroactive reward for impact hours, as deployed and in f64.
//!
//! Ledger: a = ⌊hours·R / 10^decimals⌋, b = ⌊a·x/(x + E)⌋, reward = ⌊b·exchange rate / 1e6⌋, 0 for x = 0; floors in this order.
//! Model: rate(x) = R·x/(x + E).
//!
//! | symbol | meaning | unit | range |
//! |---|---|---|---|
//! | R | rate at an infinite raise | collateral/hour | > 0 |
//! | r | rate at the target | collateral/hour | (0, R] |
//! | E | expected raise, half-way point of the rate | collateral, same scale as the raise | ≥ 0 |
//!
//! Invariants: rises in x and in hours; at most hours · R · exchange rate. E = 0 makes the rate R for any raise: see [`RewardTerms::saturated`].
//!
//! Source: CommonsSwarm/impact-hours-app (behaviour), 40 calls run on the real contract; Token-Log-Hatch-Params.

use crate::error::{CommonsError, HatchError, finite, non_negative, positive, within};
use ruint::aliases::U256;
use serde::{Deserialize, Serialize};
use te_bonding_curve::Ppm;

/// E = (R/r − 1)·target `[collateral]`.
///
/// # Errors
/// [`CommonsError`] unless 0 < r ≤ R and target > 0.
///
/// ```
/// use te_commons::hatch::reward::{expected_raise, impact_hour_rate};
/// let e = expected_raise(226.0, 77.07, 3_000_000.0)?;
/// assert!((e - 5_797_197.353055664).abs() < 1e-6);
/// assert_eq!(format!("{:.2}", impact_hour_rate(1_571_223.57, 226.0, e)?), "48.19");
/// # Ok::<(), te_commons::CommonsError>(())
/// ```
pub fn expected_raise(max_rate: f64, rate_at_target: f64, target: f64) -> Result<f64, CommonsError> {
    positive("max_rate", max_rate)?;
    let r = rate_at_target;
    within("rate_at_target", r, r > 0.0 && r <= max_rate, "(0, max_rate]")?;
    positive("target_goal", target)?;
    finite("expected_raise", (max_rate / r - 1.0) * target)
}

/// rate(x) = R·x/(x + E) `[collateral/hour]`; 0 for x = 0.
///
/// # Errors
/// [`CommonsError`] unless x ≥ 0, R > 0, E ≥ 0.
pub fn impact_hour_rate(raised: f64, max_rate: f64, expected_raise: f64) -> Result<f64, CommonsError> {
    non_negative("total_raised", raised)?;
    positive("max_rate", max_rate)?;
    non_negative("expected_raise", expected_raise)?;
    if raised == 0.0 {
        return Ok(0.0);
    }
    finite("impact_hour_rate", max_rate * raised / (raised + expected_raise))
}

/// Terms of the deployed reward.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RewardTerms {
    /// R `[collateral unit per hour]` -- controllable.
    pub max_rate: U256,
    /// E `[collateral unit, as the raise]` -- controllable.
    pub expected_raise: U256,
    /// Decimals of the impact-hours token `[1]`, 0 to 77 -- uncontrollable.
    pub decimals: u32,
}

impl RewardTerms {
    /// Terms whose E is derived from the target, so that its scale is that of the raise: E = ⌊(R − r)·target/r⌋.
    ///
    /// # Errors
    /// [`HatchError`] unless 0 < r ≤ R, or if the product exceeds 256 bits.
    pub fn from_target(max_rate: U256, rate_at_target: U256, target: U256) -> Result<Self, HatchError> {
        if rate_at_target.is_zero() || rate_at_target > max_rate {
            return Err(HatchError::Share {
                name: "rate_at_target",
                value: u128::try_from(rate_at_target).unwrap_or(u128::MAX),
                range: "(0, max_rate]",
            });
        }
        let product = multiply("rate times target", max_rate - rate_at_target, target)?;
        Ok(Self { max_rate, expected_raise: product / rate_at_target, decimals: 18 })
    }

    /// Tokens for `hours` at a raise `[token unit]`.
    ///
    /// # Errors
    /// [`HatchError::Overflow`] if a product exceeds 256 bits.
    pub fn reward(&self, hours: U256, raised: U256, exchange_rate: Ppm) -> Result<U256, HatchError> {
        if raised.is_zero() {
            return Ok(U256::ZERO);
        }
        let unit = U256::from(10)
            .checked_pow(U256::from(self.decimals))
            .ok_or(HatchError::Overflow { what: "10 to the decimals" })?;
        let full = multiply("hours times rate", hours, self.max_rate)? / unit;
        let sum = raised
            .checked_add(self.expected_raise)
            .ok_or(HatchError::Overflow { what: "raise plus expected" })?;
        let collateral = multiply("reward times raise", full, raised)? / sum;
        Ok(exchange_rate.of(collateral)?)
    }

    /// Is the rate within 1 % of R already at the minimum goal? Then E is so small that the raise hardly matters: most likely a slip of scale.
    #[must_use]
    pub fn saturated(&self, min_goal: U256) -> bool {
        self.expected_raise < min_goal / U256::from(99)
    }
}

fn multiply(what: &'static str, a: U256, b: U256) -> Result<U256, HatchError> {
    a.checked_mul(b).ok_or(HatchError::Overflow { what })
}
