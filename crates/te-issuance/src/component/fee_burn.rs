//! A fee market that burns its base fee; a step is a block. Integers are those of [`crate::base_fee`].
//!
//! Wire `burned` into the `burned` input of `issuance/schedule` (in tokens: divide by the units of a token) for a supply
//! that is issued and burned. Invariant: the base fee changes by at most 1/8 of itself, or 1, a block.

use serde::{Deserialize, Serialize};
use te_core::{Clock, Component, ParamError, Params, Record, StepError, Stream};

use super::{caused, non_negative, refuse};
use crate::amount::whole;
use crate::base_fee::FeeMarket;

/// Parameters of the fee market.
#[derive(Clone, Debug, PartialEq, Params)]
pub struct FeeBurnParams {
    /// Base fee of the first block [unit/gas] -- controllable.
    #[param(default = 1_000_000_000, min = 0, unit = "unit/gas")]
    pub initial_base_fee: u64,
    /// Largest gas of a block; the target is half of it [gas] -- controllable.
    #[param(default = 30_000_000, min = 2, max = 1_000_000_000_000_i64, unit = "gas")]
    pub gas_limit: u64,
}

/// What the fee market reads.
#[derive(Clone, Copy, Debug, PartialEq, Record)]
pub struct FeeBurnInputs {
    /// Gas used by the block, rounded down, at most the limit [gas] -- input.
    #[record(unit = "gas")]
    pub gas_used: f64,
}

/// What the fee market shows.
#[derive(Clone, Copy, Debug, PartialEq, Record)]
pub struct FeeBurnMetrics {
    /// Base fee of the coming block [unit/gas] -- metric.
    #[record(unit = "unit/gas")]
    pub base_fee: f64,
    /// Burned by the last block [unit] -- metric.
    #[record(unit = "unit")]
    pub burned: f64,
    /// Burned since the start [unit] -- metric.
    #[record(unit = "unit")]
    pub total_burned: f64,
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

    fn step(&mut self, inputs: &FeeBurnInputs, _: &Clock, _: &mut Stream) -> Result<(), StepError> {
        let gas = whole(non_negative("gas_used", inputs.gas_used)?).map_err(caused)?;
        let gas = u64::try_from(gas).map_err(|_| StepError::overflow("the gas used"))?;
        let mut market = self.market;
        let burned = market.block(gas).map_err(caused)?;
        self.total = self.total.checked_add(burned).ok_or_else(|| StepError::overflow("the total burned"))?;
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
