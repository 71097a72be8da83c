//! A fee market that burns its base fee; a step is a block. Integers are those of [`crate::base_fee`].
//!
//! Wire `burned` into the `burned` input of `issuance/schedule` (in tokens: divide by the units of a token) for a supply
//! that is issued and burned. Events change the gas limit; the base fee stays and moves on from there. Invariant: the base fee changes by at most 1/8 of itself, or 1, a block.

use serde::{Deserialize, Serialize};
use te_core::{Clock, Component, ParamError, Params, Record, StepError, Stream};

use super::{non_negative, refuse};
use crate::amount::whole;
use crate::base_fee::FeeMarket;
use crate::error::IssuanceError;

/// Parameters of the fee market.
#[derive(Clone, Debug, PartialEq, Params)]
pub struct FeeBurnParams {
    /// Base fee of the first block `[unit/gas]` -- controllable.
    #[param(
        initial,
        default = 1_000_000_000,
        min = 0,
        max = 1_000_000_000_000_000_i64,
        unit = "unit/gas",
        soft_max = 2e11
    )]
    pub initial_base_fee: u64,
    /// Largest gas of a block; the target is half of it `[gas]` -- controllable.
    #[param(
        default = 30_000_000,
        min = 2,
        max = 1_000_000_000_000_i64,
        unit = "gas",
        soft_min = 1e6,
        soft_max = 1e8
    )]
    pub gas_limit: u64,
}

/// What the fee market reads.
#[derive(Clone, Copy, Debug, PartialEq, Record)]
pub struct FeeBurnInputs {
    /// Gas used by the block, rounded down, at most the limit `[gas]` -- input.
    #[record(unit = "gas")]
    pub gas_used: f64,
}

/// What the fee market shows.
///
/// # Equations
/// ```text
/// target = floor(gas_limit / 2)
/// burned = base_fee * gas_used
/// base_fee' = base_fee + max(floor(floor(base_fee * (gas_used - target) / target) / 8), 1) -- where gas_used > target
/// base_fee' = base_fee - floor(floor(base_fee * (target - gas_used) / target) / 8) -- where gas_used < target
/// base_fee(0) = initial_base_fee
/// total_burned' = total_burned + burned
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Record)]
pub struct FeeBurnMetrics {
    /// Base fee of the coming block `[unit/gas]` -- metric.
    #[record(unit = "unit/gas")]
    pub base_fee: f64,
    /// Burned by the last block `[unit]` -- metric.
    #[record(unit = "unit")]
    pub burned: f64,
    /// Burned since the start `[unit]` -- metric.
    #[record(unit = "unit")]
    pub total_burned: f64,
}

/// That a fee or what it burns does not fit 128 bits.
fn too_dear(error: &IssuanceError) -> StepError {
    StepError::domain(
        error.to_string(),
        f64::INFINITY,
        "below 2^128 units: lower initial_base_fee or gas_limit",
    )
}

/// The component `issuance/fee-burn`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeeBurn {
    market: FeeMarket,
    burned: u128,
    total: u128,
}

impl Component for FeeBurn {
    const KIND: &'static str = "issuance/fee-burn";
    type Params = FeeBurnParams;
    type Inputs = FeeBurnInputs;
    type Metrics = FeeBurnMetrics;

    fn new(params: FeeBurnParams) -> Result<Self, ParamError> {
        params.check()?;
        let market = FeeMarket::new(u128::from(params.initial_base_fee), params.gas_limit)
            .map_err(|error| refuse(&error))?;
        Ok(Self { market, burned: 0, total: 0 })
    }

    fn reparam(&mut self, params: FeeBurnParams) -> Result<(), ParamError> {
        params.check()?;
        self.market.set_gas_limit(params.gas_limit).map_err(|error| refuse(&error))
    }

    fn step(&mut self, inputs: &FeeBurnInputs, _: &Clock, _: &mut Stream) -> Result<(), StepError> {
        let gas_used = non_negative("gas_used", inputs.gas_used)?;
        let gas = whole(gas_used).ok().and_then(|gas| u64::try_from(gas).ok());
        let gas = gas.filter(|gas| *gas <= self.market.gas_limit()).ok_or_else(|| {
            StepError::domain("gas_used", gas_used, "at most gas_limit: raise it, or wire less")
        })?;
        let mut market = self.market;
        let burned = market.block(gas).map_err(|error| too_dear(&error))?;
        let overflow = IssuanceError::Overflow { operation: "the total burned" };
        self.total = self.total.checked_add(burned).ok_or_else(|| too_dear(&overflow))?;
        self.burned = burned;
        self.market = market;
        Ok(())
    }

    fn metrics(&self) -> FeeBurnMetrics {
        FeeBurnMetrics {
            base_fee: self.market.base_fee() as f64,
            burned: self.burned as f64,
            total_burned: self.total as f64,
        }
    }
}
