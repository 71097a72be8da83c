//! The market outside: price processes, bull and bear regimes, attention, opportunities and who takes them.
//!
//! | module | what it models | component |
//! |---|---|---|
//! | [`gbm`] | geometric Brownian motion | |
//! | [`jump_diffusion`] | the same with jumps | |
//! | [`ornstein_uhlenbeck`] | a level that is pulled back | |
//! | [`price`] | a price by any of the three | `market/price` |
//! | [`regime`] | two regimes in continuous time or in steps | |
//! | [`hype`] | attention: curve, walk | |
//! | [`opportunities`], [`matching`] | arrivals, expiry, matches; the factor of two treasuries | |
//! | [`regime_market`] | all of these together | `market/regime` |
//! | [`presets`] | illustrative numbers | |
//! | [`track`], [`normal`] | returns, volatility, drawdown; the normal distribution function | |
//!
//! Without the feature `engine`, which is on by default, neither components nor draws are there, and neither te-core nor
//! rand is needed: all formulas remain, and take what is drawn as numbers.
//!
//! Central equations: `P(t + dt) = P exp((m - s^2/2) dt + s sqrt(dt) Z)` with drift `m` and volatility `s` of the regime;
//! `P(bull -> bear in dt) = q0/(q0 + q1) (1 - exp(-(q0 + q1) dt))`; matches `A E^a O^(1 - a)`.
//!
//! Units: time `[yr]`, price `[quote/base]`, drift `[1/yr]`, volatility `[1/sqrt yr]`; a step without a length is a year.
//! Everything is drawn from exact transitions, so results do not depend on how time is cut (hype at its edges excepted).
//! **The market component is a proposal**: its source names it and gives no equations. Sources of the formulation: Hamilton
//! 1989, Black and Scholes 1973, Merton 1976, Petrongolo and Pissarides 2001.
//!
//! ```
//! use te_core::{Clock, Component, StepLength, Stream, StreamKey, TimeUnit};
//! use te_market::gbm::Gbm;
//! use te_market::regime_market::{Market, MarketInputs, MarketParams};
//!
//! // Formulas need no engine: a coin that doubles in expectation each year still loses in a third of the years.
//! let bull = Gbm::new(0.8, 0.9)?;
//! assert!((bull.mean(1.0, 1.0)? - 2.2255).abs() < 1e-4);
//! assert!((bull.loss_probability(1.0)? - 0.3304).abs() < 1e-4);
//!
//! // The component steps by the week.
//! let mut market = Market::new(MarketParams::default())?;
//! let mut stream = Stream::new(StreamKey { seed: 7, run: 1, subset: None }, "market");
//! let inputs = MarketInputs { scale: 2.0, x_factor: 1.0, hatchers: 10.0, token_engineers: 40.0 };
//! for timestep in 1..=52 {
//!     let step = StepLength::new(1.0, TimeUnit::Week);
//!     market.step(&inputs, &Clock { timestep, substep: 1, step, horizon: 52, calendar: None }, &mut stream)?;
//! }
//! let end = market.metrics();
//! assert!(end.price > 0.0);
//! assert_eq!(end.arrived, end.opportunities + end.expired + end.matched);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
#![forbid(unsafe_code)]
#![deny(missing_docs)]

#[cfg(feature = "engine")]
pub mod component;
mod error;
pub mod gbm;
pub mod hype;
pub mod jump_diffusion;
pub mod matching;
pub mod normal;
pub mod opportunities;
pub mod ornstein_uhlenbeck;
pub mod regime;
#[cfg(feature = "engine")]
mod sampling;
pub mod track;

#[cfg(feature = "engine")]
pub use component::{presets, price, regime_market};
pub use error::MarketError;

/// Adds this crate's components to a registry.
#[cfg(feature = "engine")]
pub fn register(registry: &mut te_core::Registry) {
    let package = env!("CARGO_PKG_NAME");
    registry.add::<regime_market::Market>(
        package,
        "A market with a bull and a bear regime: price, hype, opportunities. A proposal: the source names it and gives no equations; default numbers are illustrative.",
    );
    registry.add::<price::Price>(
        package,
        "A price that the world sets: geometric Brownian motion, jump diffusion or mean reversion. Default numbers are illustrative.",
    );
}
