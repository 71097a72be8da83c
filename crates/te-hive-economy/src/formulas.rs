//! The market's and the price's formulas. The supply's are those of [`te_issuance::hive_supply`].
//!
//! The order of operations is the notebook's, so that its numbers are met to the last digits that platforms agree on.

#![expect(
    clippy::inline_always,
    reason = "a loop over columns of runs becomes vector code only where these are inlined"
)]

use te_math as math;

/// Largest utility that production can approach.
const UTILITY_BOUND: f64 = 10.0;
/// Utility at which half of the market is captured.
const UTILITY_MIDPOINT: f64 = 6.0;
/// Saturation below which the valuation ratio falls no further.
const SATURATION_FLOOR: f64 = 0.5;

/// Production after a month `[USD]`:
/// `production (1 - maintenance) + reserve * outflow_boundary / (1 + saturation^2) * productivity * price`.
///
/// Valid for finite arguments. Source: 1Hive economy notebook, `saturation_process`.
#[inline(always)]
pub fn production(
    production: f64,
    maintenance: f64,
    reserve: f64,
    outflow_boundary: f64,
    saturation: f64,
    productivity: f64,
    price: f64,
) -> f64 {
    let outflow = reserve * outflow_boundary / (1.0 + saturation * saturation);
    production * (1.0 - maintenance) + outflow * productivity * price
}

/// Utility `[1]`: `10 production / (production + size)`, below 10.
///
/// Valid for `production + size > 0`. Source: 1Hive economy notebook, `saturation_process`.
#[inline(always)]
pub fn utility(production: f64, size: f64) -> f64 {
    UTILITY_BOUND * production / (production + size)
}

/// Saturation `[1]`: `1 / (1 + exp(-utility + 6))`, in (0, 1).
///
/// Valid for finite utility. Source: 1Hive economy notebook, `saturation_process`.
#[inline(always)]
pub fn saturation(utility: f64) -> f64 {
    1.0 / (1.0 + math::exp(-utility + UTILITY_MIDPOINT))
}

/// Price `[USD/HNY]`: `size / supply * (valuation_ratio / max(0.5, saturation)) * (1 / (circulation / supply)^2)`.
///
/// Valid for `reserve + circulation > 0` and `circulation > 0`. Source: 1Hive economy notebook, `update_price`.
#[inline(always)]
pub fn price(reserve: f64, circulation: f64, size: f64, saturation: f64, valuation_ratio: f64) -> f64 {
    let supply = circulation + reserve;
    let market_potential = size / supply;
    let valuation = valuation_ratio / math::max(saturation, SATURATION_FLOOR);
    let circulating_share = circulation / supply;
    market_potential * valuation * (1.0 / (circulating_share * circulating_share))
}
