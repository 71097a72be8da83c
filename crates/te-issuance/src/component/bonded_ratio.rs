//! Issuance at a rate that follows the bonded share of the supply. The equation is that of [`crate::bonded_ratio`]; a
//! step is a block, and the blocks of a year are the steps of a year.
//!
//! ```text
//! inflation' = clamp(inflation + (1 - bonded / goal) c years, low, high)        supply' = supply (1 + inflation' years)
//! ```
//!
//! Yearly cap: `high`, compounded over the steps. Invariants: the rate lies within its limits; the supply never falls.

#![expect(
    clippy::inline_always,
    reason = "a loop over columns of runs becomes vector code only where these are inlined"
)]

use serde::{Deserialize, Serialize};
use te_core::lanes::{self, LaneForm, Laned};
use te_core::{Clock, Component, ParamError, Params, Record, StepError, Stream};

use super::{caused, refuse};
use crate::bonded_ratio::{BondedRatio, BondedRatioTerms, next_inflation};
use crate::number::Number as _;

/// Parameters of the controller.
#[derive(Clone, Debug, PartialEq, Params)]
pub struct BondedRatioParams {
    /// Wanted bonded share [1] -- controllable.
    #[param(default = 0.67, min = 1e-9, max = 1.0, unit = "1")]
    pub goal: f64,
    /// Fastest change of the rate [1/yr^2] -- controllable.
    #[param(default = 0.13, min = 0.0, max = 1e6, soft_max = 1.0, unit = "1/yr^2")]
    pub rate_change: f64,
    /// Lowest rate [1/yr] -- controllable.
    #[param(default = 0.07, min = 0.0, max = 10.0, soft_max = 1.0, unit = "1/yr")]
    pub low: f64,
    /// Highest rate [1/yr] -- controllable.
    #[param(default = 0.2, min = 0.0, max = 10.0, soft_max = 1.0, unit = "1/yr")]
    pub high: f64,
    /// Rate at the start, within the limits [1/yr] -- controllable.
    #[param(default = 0.13, min = 0.0, max = 10.0, soft_max = 1.0, unit = "1/yr")]
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

    #[inline]
    fn step(&mut self, inputs: &BondedInputs, clock: &Clock, rng: &mut Stream) -> Result<(), StepError> {
        lanes::step(self, inputs, clock, rng)
    }

    #[inline]
    fn metrics(&self) -> BondedRatioMetrics {
        self.show(&self.fixed(), &self.state())
    }

    fn lane_form() -> Option<LaneForm<Self>> {
        Some(LaneForm::of())
    }
}

impl BondedSupply {
    /// The step with typed refusals.
    pub(super) fn checked(&self, inputs: BondedInputs, years: f64) -> Result<BondedRatioMetrics, StepError> {
        let inflation =
            next_inflation(&self.params.terms(years), self.inflation, inputs.bonded).map_err(caused)?;
        let minted = self.supply * inflation * years;
        let supply = self.supply + minted;
        if !supply.is_finite() {
            return Err(StepError::domain("supply", supply, "a finite number of tokens: lower high"));
        }
        Ok(BondedRatioMetrics { supply, minted, inflation })
    }
}

/// What a run of the controller keeps.
#[derive(Clone, Copy, Debug, PartialEq, Record)]
pub struct BondedRatioFixed {
    /// Wanted bonded share [1].
    #[record(unit = "1")]
    pub goal: f64,
    /// Fastest change of the rate [1/yr^2].
    #[record(unit = "1/yr^2")]
    pub rate_change: f64,
    /// Lowest rate [1/yr].
    #[record(unit = "1/yr")]
    pub low: f64,
    /// Highest rate [1/yr].
    #[record(unit = "1/yr")]
    pub high: f64,
}

impl Laned for BondedSupply {
    type Fixed = BondedRatioFixed;
    type State = BondedRatioMetrics;
    type Draws = ();

    #[inline]
    fn fixed(&self) -> BondedRatioFixed {
        let BondedRatioParams { goal, rate_change, low, high, .. } = self.params;
        BondedRatioFixed { goal, rate_change, low, high }
    }

    #[inline]
    fn state(&self) -> BondedRatioMetrics {
        BondedRatioMetrics { supply: self.supply, minted: self.minted, inflation: self.inflation }
    }

    #[inline]
    fn set_state(&mut self, state: BondedRatioMetrics) {
        (self.supply, self.minted, self.inflation) = (state.supply, state.minted, state.inflation);
    }

    /// The operations of [`next_inflation`], in its order.
    #[inline(always)]
    fn advance(
        &self,
        fixed: &BondedRatioFixed,
        state: &BondedRatioMetrics,
        inputs: &BondedInputs,
        (): &(),
        clock: &Clock,
    ) -> (BondedRatioMetrics, bool) {
        let (years, bonded) = (clock.years(), inputs.bonded);
        let blocks = 1.0 / years;
        let share = bonded / fixed.goal;
        let fastest = (1.0 - share) * fixed.rate_change;
        let change = fastest / blocks;
        let free = state.inflation + change;
        let inflation = free.within(fixed.low, fixed.high);
        let minted = state.supply * inflation * years;
        let supply = state.supply + minted;
        let asked = (0.0..=1.0).contains(&bonded) & (blocks > 0.0) & blocks.is_finite();
        let sound = share.is_finite() & fastest.is_finite() & change.is_finite() & free.is_finite();
        (BondedRatioMetrics { supply, minted, inflation }, asked & sound & supply.is_finite())
    }

    fn fault(
        &self,
        fixed: &BondedRatioFixed,
        state: &BondedRatioMetrics,
        inputs: &BondedInputs,
        (): &(),
        clock: &Clock,
    ) -> StepError {
        let mut run = self.clone();
        let BondedRatioFixed { goal, rate_change, low, high } = *fixed;
        run.params = BondedRatioParams { goal, rate_change, low, high, ..run.params };
        run.set_state(*state);
        run.checked(*inputs, clock.years()).err().unwrap_or_else(|| lanes::unexplained(Self::KIND))
    }

    #[inline(always)]
    fn show(&self, _: &BondedRatioFixed, state: &BondedRatioMetrics) -> BondedRatioMetrics {
        *state
    }
}
