//! Issuance at a rate that follows the bonded share of the supply. The equation is that of [`crate::bonded_ratio`]; a
//! step is a block, and the blocks of a year are the steps of a year.
//!
//! ```text
//! inflation' = clamp(inflation + (1 - bonded / goal) c years, low, high)        supply' = supply (1 + inflation' years)
//! ```
//!
//! Yearly cap: `high`, compounded over the steps. Invariants: the rate lies within its limits; the supply never falls.

use serde::{Deserialize, Serialize};
use te_core::{Clock, Component, ParamError, Params, Record, StepError, Stream};

use super::{caused, refuse};
use crate::bonded_ratio::{BondedRatio, BondedRatioTerms, next_inflation};

/// Parameters of the controller.
#[derive(Clone, Debug, PartialEq, Params)]
pub struct BondedRatioParams {
    /// Wanted bonded share [1] -- controllable.
    #[param(default = 0.67, above = 0.0, max = 1.0, unit = "1")]
    pub goal: f64,
    /// Fastest change of the rate [1/yr^2] -- controllable.
    #[param(default = 0.13, min = 0.0, max = 1e6, soft_max = 1.0, unit = "1/yr^2")]
    pub rate_change: f64,
    /// Lowest rate [1/yr] -- controllable.
    #[param(default = 0.07, min = 0.0, max = 1e6, soft_max = 1.0, unit = "1/yr")]
    pub low: f64,
    /// Highest rate [1/yr] -- controllable.
    #[param(default = 0.2, min = 0.0, max = 1e6, soft_max = 1.0, unit = "1/yr")]
    pub high: f64,
    /// Rate at the start, within the limits [1/yr] -- controllable.
    #[param(default = 0.13, min = 0.0, max = 1e6, soft_max = 1.0, unit = "1/yr")]
    pub initial_inflation: f64,
    /// Supply at the start [token] -- controllable.
    #[param(default = 1e6, min = 0.0, max = 1e18, unit = "token")]
    pub initial_supply: f64,
}

impl BondedRatioParams {
    fn terms(&self, years: f64) -> BondedRatioTerms {
        let Self { goal, rate_change, low, high, .. } = *self;
        BondedRatioTerms { goal, rate_change, low, high, blocks_per_year: 1.0 / years }
    }
}

/// What the controller reads.
#[derive(Clone, Copy, Debug, PartialEq, Record)]
pub struct BondedInputs {
    /// Bonded share of the supply [1] -- input.
    #[record(unit = "1")]
    pub bonded: f64,
}

/// What the controller shows.
#[derive(Clone, Copy, Debug, PartialEq, Record)]
pub struct BondedRatioMetrics {
    /// Total supply [token] -- metric.
    #[record(unit = "token")]
    pub supply: f64,
    /// Minted in the last step [token] -- metric.
    #[record(unit = "token")]
    pub minted: f64,
    /// Inflation [1/yr] -- metric.
    #[record(unit = "1/yr")]
    pub inflation: f64,
}

/// The component `issuance/bonded-ratio`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BondedSupply {
    params: BondedRatioParams,
    supply: f64,
    minted: f64,
    inflation: f64,
}

impl Component for BondedSupply {
    const KIND: &'static str = "issuance/bonded-ratio";
    type Params = BondedRatioParams;
    type Inputs = BondedInputs;
    type Metrics = BondedRatioMetrics;

    fn new(params: BondedRatioParams) -> Result<Self, ParamError> {
        params.check()?;
        BondedRatio::new(params.terms(1.0), params.initial_inflation).map_err(|error| refuse(&error))?;
        let (supply, inflation) = (params.initial_supply, params.initial_inflation);
        Ok(Self { params, supply, minted: 0.0, inflation })
    }

    fn step(&mut self, inputs: &BondedInputs, clock: &Clock, _: &mut Stream) -> Result<(), StepError> {
        let terms = self.params.terms(clock.years());
        let inflation = next_inflation(&terms, self.inflation, inputs.bonded).map_err(caused)?;
        let minted = self.supply * inflation * clock.years();
        self.supply = StepError::finite("supply", self.supply + minted)?;
        self.minted = minted;
        self.inflation = inflation;
        Ok(())
    }

    fn metrics(&self) -> BondedRatioMetrics {
        BondedRatioMetrics { supply: self.supply, minted: self.minted, inflation: self.inflation }
    }
}
