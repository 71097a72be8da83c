//! A controller of the inflation rate that steers the bonded share of the supply.
//!
//! ```text
//! pi' = clamp(pi + (1 - bonded / goal) c / n, low, high)
//! ```
//!
//! | symbol | meaning | unit |
//! |---|---|---|
//! | pi | yearly inflation | 1/year |
//! | bonded, goal | bonded share of the supply, its goal (Cosmos: 0.67) | 1 |
//! | c | fastest change of the inflation at nothing bonded (Cosmos: 0.13) | 1/year^2 |
//! | n | blocks in a year | 1/year |
//! | low, high | limits (Cosmos: 0.07 and 0.2) | 1/year |
//!
//! It changes the rate, not the supply: an integrator, with its limits as anti-windup. The supply of a block grows by
//! `S pi' / n`. Limits: it has memory, so dividing time differently changes the result slightly.
//!
//! Invariants: the rate lies in `[low, high]`; at the goal it stays; it moves by at most `c / n` upwards.
//!
//! Source: Cosmos SDK `x/mint`, `NextInflationRate` and `BlockProvision`. The SDK rounds to 18 decimals.

#![expect(
    clippy::inline_always,
    reason = "a loop over columns of runs becomes vector code only where these are inlined"
)]

use serde::{Deserialize, Serialize};

use crate::amount::scaled;
use crate::error::{
    IssuanceError, demand, demand_non_negative, demand_number, demand_part, demand_positive, demand_share,
    fits, require,
};
use te_math::{Number, Watch, checked};

/// Terms of the controller, on f64 or exact decimals.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct BondedRatioTerms<N = f64> {
    /// Wanted bonded share `[1]`.
    pub goal: N,
    /// Fastest change of the rate `[1/year^2]`.
    pub rate_change: N,
    /// Lowest rate `[1/year]`.
    pub low: N,
    /// Highest rate `[1/year]`.
    pub high: N,
    /// Blocks in a year `[1/year]`.
    pub blocks_per_year: N,
}

/// Inflation after one block: `clamp(inflation + (1 - bonded / goal) c / n, low, high)` `[1/year]`.
///
/// Valid for `0 <= bonded <= 1`, `0 < goal <= 1`, `rate_change >= 0`, `0 <= low <= high`, `blocks_per_year > 0`.
/// Source: Cosmos SDK.
///
/// # Errors
/// A value outside its range.
pub fn next_inflation<N: Number>(
    terms: &BondedRatioTerms<N>,
    inflation: N,
    bonded: N,
) -> Result<N, IssuanceError> {
    let BondedRatioTerms { goal, rate_change, low, high, blocks_per_year } = *terms;
    checked(|w| {
        demand_share(w, "bonded", bonded);
        demand_part(w, "goal", goal);
        demand_non_negative(w, "rate_change", rate_change);
        demand(w, "low", low, low.is_number() & (low >= N::ZERO) & (low <= high), "in [0, high]");
        demand_positive(w, "blocks_per_year", blocks_per_year);
        demand_number(w, "inflation", inflation);
        demand_number(w, "high", high);
        next_inflation_with(w, terms, inflation, bonded)
    })
}

/// [`next_inflation`] for an inflation and terms, all but the blocks of a year, that are known to be in their ranges.
#[inline(always)]
pub fn next_inflation_with<N: Number, W: Watch<Error = IssuanceError>>(
    w: &mut W,
    terms: &BondedRatioTerms<N>,
    inflation: N,
    bonded: N,
) -> N {
    demand_share(w, "bonded", bonded);
    demand_positive(w, "blocks_per_year", terms.blocks_per_year);
    let share = bonded.over(terms.goal, w);
    let fastest = N::ONE.minus(share, &mut fits()).times(terms.rate_change, w);
    let change = fastest.over(terms.blocks_per_year, w);
    inflation.plus(change, w).within(terms.low, terms.high)
}

/// An inflation rate that follows the bonded share.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct BondedRatio {
    terms: BondedRatioTerms,
    inflation: f64,
}

impl BondedRatio {
    /// A controller at a first rate `[1/year]`.
    ///
    /// # Errors
    /// A value outside its range; the rate must lie within the limits.
    pub fn new(terms: BondedRatioTerms, inflation: f64) -> Result<Self, IssuanceError> {
        next_inflation(&terms, inflation, 0.0)?;
        let inside = inflation >= terms.low && inflation <= terms.high;
        require("inflation", inflation, inside, "within the limits of the rate")?;
        Ok(Self { terms, inflation })
    }

    /// Inflation now `[1/year]`.
    #[must_use]
    pub fn inflation(&self) -> f64 {
        self.inflation
    }

    /// Runs one block: moves the rate, then answers `floor(supply * pi' / n)` to mint `[unit]`.
    ///
    /// # Errors
    /// A share outside `[0, 1]`; the rate is then as before.
    pub fn block(&mut self, supply: u128, bonded: f64) -> Result<u128, IssuanceError> {
        let inflation = next_inflation(&self.terms, self.inflation, bonded)?;
        let minted = scaled(supply, inflation / self.terms.blocks_per_year)?;
        self.inflation = inflation;
        Ok(minted)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const COSMOS: BondedRatioTerms =
        BondedRatioTerms { goal: 0.67, rate_change: 0.13, low: 0.07, high: 0.2, blocks_per_year: 12.0 };

    #[test]
    fn it_integrates_and_stops_at_its_limits() {
        let mut controller = BondedRatio::new(COSMOS, 0.07).unwrap();
        for _ in 0..1_000 {
            controller.block(1_000_000, 0.0).unwrap();
        }
        assert_eq!(controller.inflation(), 0.2);
        assert_eq!(controller.block(1_201, 0.67).unwrap(), 20);
        let before = controller;
        assert!(controller.block(1, 1.5).is_err());
        assert!(controller.block(1, f64::NAN).is_err());
        assert_eq!(controller, before);
        assert!(BondedRatio::new(COSMOS, 0.3).is_err());
    }
}
