//! Illustrative parameter sets.
//!
//! The numbers give pictures of the size that crypto markets have shown; they were estimated from nothing and forecast
//! nothing. They are named `illustrative_*` so that no one takes them for more.

use crate::regime_market::RegimeParams;

/// A rising market: drift 0.80, volatility 0.90, left after 180 days on average, 4 opportunities a week, hype 0.7.
#[must_use]
pub fn illustrative_bull() -> RegimeParams {
    RegimeParams {
        drift: 0.8,
        volatility: 0.9,
        leave_rate: 365.0 / 180.0,
        opportunity_rate: 4.0,
        hype_target: 0.7,
    }
}

/// A falling market: drift -0.60, volatility 1.10, left after 120 days on average, 1 opportunity a week, hype 0.2.
#[must_use]
pub fn illustrative_bear() -> RegimeParams {
    RegimeParams {
        drift: -0.6,
        volatility: 1.1,
        leave_rate: 365.0 / 120.0,
        opportunity_rate: 1.0,
        hype_target: 0.2,
    }
}
