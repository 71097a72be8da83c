//! Issuance at a rate that follows the bonded share of the supply. The equation is that of [`crate::bonded_ratio`]; a
//! step is a block, and the blocks of a year are the steps of a year.
//!
//! Equations: [`BondedRatioMetrics`].
//!
//! Yearly cap: `high`, compounded over the steps. Invariants: the rate lies within its limits; the supply never falls.

#![expect(
    clippy::inline_always,
    reason = "a loop over columns of runs becomes vector code only where these are inlined"
)]

use serde::{Deserialize, Serialize};
use te_core::{Machine, Mechanism, Now, Params, Record, StepError, Watch};

use crate::bonded_ratio::{BondedRatio, BondedRatioTerms, next_inflation_with};

/// Parameters of the controller.
#[derive(Clone, Copy, Debug, PartialEq, Params)]
#[params(check = Self::cross_check)]
pub struct BondedRatioParams {
    /// Wanted bonded share `[1]` -- controllable.
    #[param(default = 0.67, min = 1e-9, max = 1.0, unit = "1")]
    pub goal: f64,
    /// Fastest change of the rate `[1/yr^2]` -- controllable.
    #[param(default = 0.13, min = 0.0, max = 1e6, soft_max = 1.0, unit = "1/yr^2")]
    pub rate_change: f64,
    /// Lowest rate `[1/yr]` -- controllable.
    #[param(default = 0.07, min = 0.0, max = 10.0, soft_max = 1.0, unit = "1/yr")]
    pub low: f64,
    /// Highest rate `[1/yr]` -- controllable.
    #[param(default = 0.2, min = 0.0, max = 10.0, soft_max = 1.0, unit = "1/yr")]
    pub high: f64,
    /// Rate at the start, within the limits `[1/yr]` -- controllable.
    #[param(initial, default = 0.13, min = 0.0, max = 10.0, soft_max = 1.0, unit = "1/yr")]
    pub initial_inflation: f64,
    /// Supply at the start `[token]` -- controllable.
    #[param(initial, default = 1e6, min = 0.0, max = 1e18, unit = "token", soft_max = 1e8)]
    pub initial_supply: f64,
}

impl BondedRatioParams {
    fn cross_check(&self) -> Result<(), String> {
        BondedRatio::new(self.terms(1.0), self.initial_inflation).map(drop).map_err(|error| error.to_string())
    }

    #[inline(always)]
    fn terms(&self, years: f64) -> BondedRatioTerms {
        let Self { goal, rate_change, low, high, .. } = *self;
        BondedRatioTerms { goal, rate_change, low, high, blocks_per_year: 1.0 / years }
    }
}

/// What the controller reads.
#[derive(Clone, Copy, Debug, PartialEq, Record)]
pub struct BondedInputs {
    /// Bonded share of the supply `[1]` -- input.
    #[record(unit = "1")]
    pub bonded: f64,
}

/// What the controller shows, which is its state.
///
/// # Equations
/// ```text
/// inflation' = clamp(inflation + (1 - bonded / goal) * rate_change * years, low, high)
/// minted = supply * inflation' * years
/// supply' = supply + minted
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Record, Serialize, Deserialize)]
pub struct BondedRatioMetrics {
    /// Total supply `[token]` -- metric.
    #[record(unit = "token")]
    pub supply: f64,
    /// Minted in the last step `[token]` -- metric.
    #[record(unit = "token")]
    pub minted: f64,
    /// Inflation `[1/yr]` -- metric.
    #[record(unit = "1/yr")]
    pub inflation: f64,
}

/// The component `issuance/bonded-ratio`.
pub type BondedSupply = Machine<Bonding>;

/// How it steps.
#[derive(Debug)]
pub enum Bonding {}

impl Mechanism for Bonding {
    const KIND: &'static str = "issuance/bonded-ratio";
    type Params = BondedRatioParams;
    type Terms = BondedRatioParams;
    type Inputs = BondedInputs;
    type State = BondedRatioMetrics;
    type Draws = ();
    type Metrics = BondedRatioMetrics;

    fn start(params: &BondedRatioParams) -> BondedRatioMetrics {
        let BondedRatioParams { initial_supply: supply, initial_inflation: inflation, .. } = *params;
        BondedRatioMetrics { supply, minted: 0.0, inflation }
    }

    #[inline(always)]
    fn step<W: Watch<Error = StepError>>(w: &mut W, now: Now<'_, Self>) -> BondedRatioMetrics {
        let Now { terms, state, inputs, clock, .. } = now;
        let years = clock.years();
        let terms = terms.terms(years);
        let inflation = w.part(
            StepError::from,
            #[inline(always)]
            |w| next_inflation_with(w, &terms, state.inflation, inputs.bonded),
        );
        let minted = state.supply * inflation * years;
        let supply = state.supply + minted;
        w.need(supply.is_finite(), || {
            StepError::domain("supply", supply, "a finite number of tokens: lower high")
        });
        BondedRatioMetrics { supply, minted, inflation }
    }

    #[inline(always)]
    fn show(_: &BondedRatioParams, state: &BondedRatioMetrics) -> BondedRatioMetrics {
        *state
    }
}
