//! Burning by a base fee that follows demand, after EIP-1559.
//!
//! ```text
//! T = limit / elasticity
//! u > T: b' = b + max(b (u - T) / T / d, 1)      u < T: b' = b - b (T - u) / T / d      (floor divisions in order)
//! burned = b u
//! ```
//!
//! | symbol | meaning | unit |
//! |---|---|---|
//! | b | base fee of the block | unit/gas |
//! | u, limit | gas used, largest gas of a block | gas |
//! | T | target, where the fee stays | gas |
//! | d | denominator: the fee changes by at most 1/d a block (8: 12.5 %) | 1 |
//!
//! Assumption: the fee is burned whole, tips are not part of it. Invariants: exact integers; at the target the fee is
//! unchanged; it rises by at least 1 above the target.
//!
//! Source: go-ethereum, `CalcBaseFee`.

use serde::{Deserialize, Serialize};

use crate::amount::mul_div;
use crate::error::IssuanceError;
use crate::policy::{IssuancePolicy, SupplyDelta, SupplyState};

/// Base fee of the next block `[unit/gas]`. The equation is that of the module.
///
/// Valid for `gas_used <= gas_limit`, `elasticity, denominator > 0`, a target above 0.
///
/// # Errors
/// A value outside its range, or a fee beyond 128 bits.
pub fn next_base_fee(
    base_fee: u128,
    gas_limit: u64,
    gas_used: u64,
    elasticity: u64,
    denominator: u64,
) -> Result<u128, IssuanceError> {
    let target = gas_limit.checked_div(elasticity).unwrap_or(0);
    if target == 0 {
        return Err(IssuanceError::InvalidInteger {
            name: "elasticity",
            value: u128::from(elasticity),
            allowed: "from 1 to the gas limit",
        });
    }
    if denominator == 0 {
        return Err(IssuanceError::InvalidInteger { name: "denominator", value: 0, allowed: "> 0" });
    }
    check_use(gas_limit, gas_used)?;
    let change = |distance: u64| {
        let step = mul_div(base_fee, u128::from(distance), u128::from(target))?;
        Ok::<u128, IssuanceError>(step / u128::from(denominator))
    };
    if gas_used > target {
        base_fee
            .checked_add(change(gas_used - target)?.max(1))
            .ok_or(IssuanceError::Overflow { operation: "the base fee" })
    } else {
        // gas_used < target, so the change is below the fee
        Ok(base_fee.saturating_sub(change(target - gas_used)?))
    }
}

/// Burned by a block: `base_fee * gas_used` `[unit]`.
///
/// # Errors
/// It exceeds 128 bits.
pub fn burned(base_fee: u128, gas_used: u64) -> Result<u128, IssuanceError> {
    base_fee.checked_mul(u128::from(gas_used)).ok_or(IssuanceError::Overflow { operation: "the burned fee" })
}

fn check_use(gas_limit: u64, gas_used: u64) -> Result<(), IssuanceError> {
    if gas_used > gas_limit {
        return Err(IssuanceError::InvalidInteger {
            name: "gas_used",
            value: u128::from(gas_used),
            allowed: "at most the gas limit",
        });
    }
    Ok(())
}

/// A fee market: its base fee moves with every block.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeeMarket {
    base_fee: u128,
    gas_limit: u64,
    elasticity: u64,
    denominator: u64,
}

impl FeeMarket {
    /// A market with a first base fee `[unit/gas]` and Ethereum's elasticity 2 and denominator 8.
    ///
    /// # Errors
    /// A gas limit below 2.
    pub fn new(base_fee: u128, gas_limit: u64) -> Result<Self, IssuanceError> {
        next_base_fee(base_fee, gas_limit, 0, 2, 8)?;
        Ok(Self { base_fee, gas_limit, elasticity: 2, denominator: 8 })
    }

    /// Goes on with another largest gas of a block `[gas]`; the base fee stays.
    ///
    /// # Errors
    /// A gas limit below 2; the market is then as before.
    pub fn set_gas_limit(&mut self, gas_limit: u64) -> Result<(), IssuanceError> {
        next_base_fee(self.base_fee, gas_limit, 0, self.elasticity, self.denominator)?;
        self.gas_limit = gas_limit;
        Ok(())
    }

    /// Largest gas of a block `[gas]`.
    #[must_use]
    pub fn gas_limit(&self) -> u64 {
        self.gas_limit
    }

    /// Base fee of the coming block `[unit/gas]`.
    #[must_use]
    pub fn base_fee(&self) -> u128 {
        self.base_fee
    }

    /// Runs a block that uses `gas_used` and returns what it burns `[unit]`.
    ///
    /// # Errors
    /// More gas than the limit, or an overflow; the market is then as before.
    pub fn block(&mut self, gas_used: u64) -> Result<u128, IssuanceError> {
        let burned = burned(self.base_fee, gas_used)?;
        self.base_fee =
            next_base_fee(self.base_fee, self.gas_limit, gas_used, self.elasticity, self.denominator)?;
        Ok(burned)
    }
}

/// Burns at the present base fee; the signal is the gas used per tick. The fee itself moves by [`FeeMarket::block`].
impl IssuancePolicy for FeeMarket {
    fn delta(&self, state: &SupplyState, ticks: u64) -> Result<SupplyDelta, IssuanceError> {
        let gas = u64::try_from(crate::amount::whole(state.signal)?)
            .map_err(|_| IssuanceError::Overflow { operation: "the gas used" })?;
        check_use(self.gas_limit, gas)?;
        burned(self.base_fee, gas)?
            .checked_mul(u128::from(ticks))
            .map(SupplyDelta::burn)
            .ok_or(IssuanceError::Overflow { operation: "the burned fee" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Values of go-ethereum's rule at the ends of its ranges: floors in order, no step of its own below the target.
    #[test]
    fn ends_of_the_ranges() {
        let half = u64::MAX >> 1;
        assert_eq!(next_base_fee(10, half, 0, 1, 8).unwrap(), 9);
        assert_eq!(next_base_fee(10, half, half, 1, 8).unwrap(), 10);
        assert_eq!(next_base_fee(7, 30_000_000, 1, 2, 8).unwrap(), 7);
        assert_eq!(next_base_fee(8, 30_000_000, 0, 2, 8).unwrap(), 7);
        assert_eq!(next_base_fee(0, 30_000_000, 15_000_001, 2, 8).unwrap(), 1);
        // A denominator of 1 takes the whole fee away in an empty block and doubles it in a full one.
        assert_eq!(next_base_fee(100, 2, 0, 2, 1).unwrap(), 0);
        assert_eq!(next_base_fee(100, 2, 2, 2, 1).unwrap(), 200);
        // An odd limit: the target is rounded down, and a full block is a little above twice it.
        assert_eq!(next_base_fee(800, 5, 5, 2, 8).unwrap(), 800 + 800 * 3 / 2 / 8);
        assert!(next_base_fee(u128::MAX, 2, 2, 2, 8).is_err());
        assert!(next_base_fee(1, 1, 0, 2, 8).is_err(), "a target of 0");
        assert!(next_base_fee(1, 2, 3, 2, 8).is_err());
        assert!(next_base_fee(1, 2, 1, 0, 8).is_err());
        assert!(next_base_fee(1, 2, 1, 2, 0).is_err());
    }
}
