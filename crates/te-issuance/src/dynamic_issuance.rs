//! The deployed 1Hive issuance contract, integer for integer.
//!
//! ```text
//! tb = floor(S T / 1e10)          q = floor(floor(P 1e18 1e10 / S) / T)        (1e18: on target)
//! rate = min(floor(|q - 1e18| / 31536000), floor(A 1e10 / T))
//! adj = floor(rate dt S / 1e18)
//! q > 1e18: burn adj, or P - tb where adj > P or P - adj < tb
//! q < 1e18: mint adj, or tb - P where P + adj > tb            q = 1e18: nothing
//! ```
//!
//! | symbol | meaning | unit |
//! |---|---|---|
//! | P, S | common pool, total supply | wei |
//! | T | target of P / S, 1e10 is 100 % | 1e-10 |
//! | A | throttle: "maximum adjustment ratio per second", 1e18 is 100 % | 1e-18/s |
//! | dt | time since the last adjustment | s |
//! | tb, q | target balance (of the supply before the change), pool relative to it | wei, 1e-18 |
//!
//! **The throttle is not the yearly issuance.** The contract's README calls A the largest issuance; the code divides it
//! by T. The supply can change by `A Y / T` of itself a year: 0.1 a year with T = 0.3 allows 33 %, with T = 0.2 it
//! allows 50 %. [`max_annual_supply_change`] says it. Without the throttle an empty pool mints at 100 % a year.
//!
//! Assumptions and limits: calls come at any time and settle the whole time since the last. Two calls of five days do
//! not make one of ten: the distance and the supply are read again. Each call can lose a unit to rounding. The
//! contract accepts T = 0 and then refuses every call; here T = 0 is refused at once.
//!
//! Invariants: the pool never crosses the target in a call; pool and supply change by the same amount; `0 <= P <= S`;
//! no time, no change; with A = 0 nothing ever changes.
//!
//! Source: 1Hive/dynamic-issuance-app, `Issuance.sol`; reasons of refusal are its strings.

use ruint::aliases::U256;
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// 100 % in the scale of the ratio to the target and of the throttle.
pub const E18: U256 = U256::from_limbs([1_000_000_000_000_000_000, 0, 0, 0]);
/// 100 % in the scale of the target ratio.
pub const E10: U256 = U256::from_limbs([10_000_000_000, 0, 0, 0]);
/// Seconds in the contract's year of 365 days `[s]`.
pub const YEAR: u64 = 31_536_000;

/// Why the contract refuses. [`ContractError::reason`] is its own word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ContractError {
    /// The target ratio exceeds 100 %.
    #[error("target_ratio = {0} is refused: it must be in (0, 10000000000]")]
    TargetRatioTooHigh(U256),
    /// The target ratio is zero: the contract accepts it and fails at every call.
    #[error("target_ratio = 0 is refused: it must be in (0, 10000000000]")]
    TargetRatioZero,
    /// The pool exceeds the supply.
    #[error("the pool holds {pool} of a supply of {supply}")]
    PoolAboveSupply {
        /// Pool `[wei]`.
        pool: U256,
        /// Supply `[wei]`.
        supply: U256,
    },
    /// A division by a supply of zero.
    #[error("the total supply is zero: a ratio to it is not defined")]
    ZeroSupply,
    /// A product exceeds 256 bits.
    #[error("a product exceeds 256 bits")]
    MulOverflow,
    /// A sum exceeds 256 bits.
    #[error("a sum exceeds 256 bits")]
    AddOverflow,
    /// The time given lies before the last adjustment.
    #[error("time {now} lies before the last adjustment at {last}")]
    TimeWentBackwards {
        /// Time given `[s]`.
        now: u64,
        /// Time of the last adjustment `[s]`.
        last: u64,
    },
}

impl ContractError {
    /// The contract's reason; `None` for what cannot happen on chain.
    #[must_use]
    pub fn reason(&self) -> Option<&'static str> {
        match self {
            Self::TargetRatioTooHigh(_) => Some("ISSUANCE_TARGET_RATIO_TOO_HIGH"),
            Self::TargetRatioZero | Self::ZeroSupply => Some("MATH_DIV_ZERO"),
            Self::MulOverflow => Some("MATH_MUL_OVERFLOW"),
            Self::AddOverflow => Some("MATH_ADD_OVERFLOW"),
            Self::PoolAboveSupply { .. } | Self::TimeWentBackwards { .. } => None,
        }
    }
}

/// What one call does `[wei]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Adjustment {
    /// Mints into the pool.
    Minted(U256),
    /// Burns from the pool.
    Burned(U256),
    /// Nothing: on target.
    None,
}

/// Parameters of the contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    target_ratio: U256,
    throttle: U256,
}

impl Terms {
    /// A target ratio `[1e-10]` and a throttle `[1e-18/s]`.
    ///
    /// # Errors
    /// A target ratio of 0 or above 1e10.
    pub fn new(target_ratio: U256, throttle: U256) -> Result<Self, ContractError> {
        if target_ratio > E10 {
            return Err(ContractError::TargetRatioTooHigh(target_ratio));
        }
        if target_ratio.is_zero() {
            return Err(ContractError::TargetRatioZero);
        }
        Ok(Self { target_ratio, throttle })
    }

    /// Target ratio `[1e-10]`.
    #[must_use]
    pub fn target_ratio(&self) -> U256 {
        self.target_ratio
    }

    /// Throttle `[1e-18/s]`.
    #[must_use]
    pub fn throttle(&self) -> U256 {
        self.throttle
    }
}

/// Pool relative to its target, 1e18 on target: `floor(floor(P 1e18 1e10 / S) / T)`.
///
/// # Errors
/// A supply of zero, or a product beyond 256 bits.
pub fn ratio_to_target(pool: U256, supply: U256, terms: &Terms) -> Result<U256, ContractError> {
    let scaled = times(times(pool, E18)?, E10)?;
    let ratio = scaled.checked_div(supply).ok_or(ContractError::ZeroSupply)?;
    ratio.checked_div(terms.target_ratio).ok_or(ContractError::TargetRatioZero)
}

/// Rate of change of the supply `[1e-18/s]` before and after the throttle.
///
/// # Errors
/// As [`ratio_to_target`].
pub fn rates(pool: U256, supply: U256, terms: &Terms) -> Result<(U256, U256), ContractError> {
    let free = ratio_to_target(pool, supply, terms)?.abs_diff(E18).wrapping_div(U256::from(YEAR));
    let cap =
        times(terms.throttle, E10)?.checked_div(terms.target_ratio).ok_or(ContractError::TargetRatioZero)?;
    Ok((free, free.min(cap)))
}

/// What a call after `seconds` does. The equations are those of the module.
///
/// # Errors
/// A supply of zero, a pool above the supply, or a product beyond 256 bits.
pub fn adjustment(
    pool: U256,
    supply: U256,
    terms: &Terms,
    seconds: u64,
) -> Result<Adjustment, ContractError> {
    if supply.is_zero() {
        return Err(ContractError::ZeroSupply);
    }
    if pool > supply {
        return Err(ContractError::PoolAboveSupply { pool, supply });
    }
    let target = times(supply, terms.target_ratio)?.wrapping_div(E10);
    let ratio = ratio_to_target(pool, supply, terms)?;
    if ratio == E18 {
        return Ok(Adjustment::None);
    }
    let (_, rate) = rates(pool, supply, terms)?;
    let amount = times(times(rate, U256::from(seconds))?, supply)?.wrapping_div(E18);
    if ratio > E18 {
        // The ratio is above, so pool >= target.
        Ok(Adjustment::Burned(amount.min(pool.saturating_sub(target))))
    } else {
        pool.checked_add(amount).ok_or(ContractError::AddOverflow)?;
        Ok(Adjustment::Minted(amount.min(target.saturating_sub(pool))))
    }
}

/// Largest change of the supply in a year as a share of it: `A Y / T` with A and T as fractions `[1/year]`.
#[must_use]
pub fn max_annual_supply_change(terms: &Terms) -> f64 {
    f64::from(terms.throttle) / 1e18 * YEAR as f64 / (f64::from(terms.target_ratio) / 1e10)
}

fn times(a: U256, b: U256) -> Result<U256, ContractError> {
    a.checked_mul(b).ok_or(ContractError::MulOverflow)
}

/// The contract with its pool, supply and clock.
///
/// ```
/// use ruint::aliases::U256;
/// use te_issuance::dynamic_issuance::{Adjustment, DynamicIssuance, E18, Terms};
///
/// let terms = Terms::new(U256::from(2_000_000_000_u64), U256::from(3_200_000_000_u64))?;
/// let mut contract = DynamicIssuance::new(terms, U256::from(30) * E18, U256::from(100) * E18, 0)?;
/// let done = contract.execute(10 * 86_400)?;
/// assert_eq!(done, Adjustment::Burned(U256::from(1_369_863_013_622_400_000_u64)));
/// assert_eq!(contract.pool(), U256::from(28_630_136_986_377_600_000_u128));
///
/// let refused = Terms::new(U256::from(10_000_000_001_u64), U256::ZERO).unwrap_err();
/// assert_eq!(refused.reason(), Some("ISSUANCE_TARGET_RATIO_TOO_HIGH"));
/// # Ok::<(), te_issuance::dynamic_issuance::ContractError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DynamicIssuance {
    terms: Terms,
    pool: U256,
    supply: U256,
    last: u64,
}

impl DynamicIssuance {
    /// A contract at time `now` `[s]` over a pool and a supply `[wei]`.
    ///
    /// # Errors
    /// A pool above the supply. A supply of zero is accepted, as on chain, and refused at the first call.
    pub fn new(terms: Terms, pool: U256, supply: U256, now: u64) -> Result<Self, ContractError> {
        if pool > supply {
            return Err(ContractError::PoolAboveSupply { pool, supply });
        }
        Ok(Self { terms, pool, supply, last: now })
    }

    /// What a call at `now` would do.
    ///
    /// # Errors
    /// As [`adjustment`], or a time before the last call.
    pub fn quote(&self, now: u64) -> Result<Adjustment, ContractError> {
        let seconds =
            now.checked_sub(self.last).ok_or(ContractError::TimeWentBackwards { now, last: self.last })?;
        adjustment(self.pool, self.supply, &self.terms, seconds)
    }

    /// Settles the time up to `now` `[s]`.
    ///
    /// # Errors
    /// As [`DynamicIssuance::quote`]; the state is then as before.
    pub fn execute(&mut self, now: u64) -> Result<Adjustment, ContractError> {
        let done = self.quote(now)?;
        let (pool, supply) = match done {
            Adjustment::Minted(amount) => (self.pool.checked_add(amount), self.supply.checked_add(amount)),
            Adjustment::Burned(amount) => (self.pool.checked_sub(amount), self.supply.checked_sub(amount)),
            Adjustment::None => (Some(self.pool), Some(self.supply)),
        };
        // A burn is at most the pool, so only a mint can fail here.
        self.pool = pool.ok_or(ContractError::AddOverflow)?;
        self.supply = supply.ok_or(ContractError::AddOverflow)?;
        self.last = now;
        Ok(done)
    }

    /// Changes the terms as the contract does: the time since the last call is settled with the *new* terms later.
    pub fn update_as_deployed(&mut self, terms: Terms) {
        self.terms = terms;
    }

    /// Settles the time up to `now` with the old terms, then changes them.
    ///
    /// # Errors
    /// As [`DynamicIssuance::execute`]; terms and state are then as before.
    pub fn update_settling(&mut self, terms: Terms, now: u64) -> Result<Adjustment, ContractError> {
        let done = self.execute(now)?;
        self.terms = terms;
        Ok(done)
    }

    /// Moves tokens between pool and circulation from outside: a new pool balance `[wei]`, the supply stays.
    ///
    /// # Errors
    /// A pool above the supply.
    pub fn set_pool(&mut self, pool: U256) -> Result<(), ContractError> {
        if pool > self.supply {
            return Err(ContractError::PoolAboveSupply { pool, supply: self.supply });
        }
        self.pool = pool;
        Ok(())
    }

    /// Terms now.
    #[must_use]
    pub fn terms(&self) -> &Terms {
        &self.terms
    }

    /// Pool `[wei]`.
    #[must_use]
    pub fn pool(&self) -> U256 {
        self.pool
    }

    /// Total supply `[wei]`.
    #[must_use]
    pub fn supply(&self) -> U256 {
        self.supply
    }

    /// Time of the last adjustment `[s]`.
    #[must_use]
    pub fn last_adjustment(&self) -> u64 {
        self.last
    }

    /// Whether the throttle, not the distance, sets the rate.
    ///
    /// # Errors
    /// As [`ratio_to_target`].
    pub fn throttled(&self) -> Result<bool, ContractError> {
        rates(self.pool, self.supply, &self.terms).map(|(free, bounded)| bounded < free)
    }

    /// Time in which the present rate would reach the target: `|target - P| 1e18 / (rate S)` `[s]`; `None` at a rate of
    /// zero.
    ///
    /// # Errors
    /// As [`ratio_to_target`].
    pub fn time_to_target(&self) -> Result<Option<f64>, ContractError> {
        let (_, rate) = rates(self.pool, self.supply, &self.terms)?;
        let target = times(self.supply, self.terms.target_ratio)?.wrapping_div(E10);
        let distance = f64::from(self.pool.abs_diff(target)) / f64::from(self.supply);
        Ok((!rate.is_zero()).then(|| distance / (f64::from(rate) / 1e18)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn terms(target: u64, throttle: u64) -> Terms {
        Terms::new(U256::from(target), U256::from(throttle)).unwrap()
    }

    #[test]
    fn yearly_caps_quoted_in_the_docs() {
        assert!((max_annual_supply_change(&terms(3_000_000_000, 3_170_979_198)) - 0.333).abs() < 1e-3);
        assert!((max_annual_supply_change(&terms(2_000_000_000, 3_170_979_198)) - 0.5).abs() < 1e-3);
    }

    #[test]
    fn refusals_leave_the_contract_as_it_was() {
        let hundred = U256::from(100) * E18;
        let mut contract = DynamicIssuance::new(terms(2_000_000_000, 1), E18, hundred, 50).unwrap();
        let before = contract.clone();
        assert!(matches!(contract.execute(49), Err(ContractError::TimeWentBackwards { .. })));
        assert!(contract.set_pool(hundred + U256::ONE).is_err());
        assert_eq!(contract, before);
        let mut huge = DynamicIssuance::new(terms(2_000_000_000, 1), U256::MAX, U256::MAX, 0).unwrap();
        assert_eq!(huge.execute(1).unwrap_err().reason(), Some("MATH_MUL_OVERFLOW"));
        assert!(DynamicIssuance::new(terms(1, 1), hundred, E18, 0).is_err());
        assert_eq!(Terms::new(U256::ZERO, U256::ZERO), Err(ContractError::TargetRatioZero));
    }

    #[test]
    fn both_updates_differ_in_what_settles_the_past() {
        let hundred = U256::from(100) * E18;
        let slow = terms(2_000_000_000, 0);
        let fast = terms(2_000_000_000, 3_200_000_000);
        let start = DynamicIssuance::new(fast, E18, hundred, 0).unwrap();
        let mut deployed = start.clone();
        deployed.update_as_deployed(slow);
        deployed.execute(86_400).unwrap();
        assert_eq!(deployed.pool(), E18);
        let mut settled = start;
        settled.update_settling(slow, 86_400).unwrap();
        assert!(settled.pool() > E18);
        assert!(!settled.throttled().unwrap() || settled.time_to_target().unwrap().is_none());
    }
}
