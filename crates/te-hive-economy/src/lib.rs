//! The 1Hive economy: a common pool that is spent on growth, a market that saturates, and an issuance policy that
//! steers the pool towards a share of the supply.
//!
//! One step is one month.
//!
//! Equations: [`SupplyMetrics`], [`MarketMetrics`], [`PriceMetrics`]; those of the supply with their theory in
//! [`te_issuance::hive_supply`]. Everything on the right without a prime is the state before the step: the three parts step at once.
//!
//! | symbol | meaning | unit |
//! |---|---|---|
//! | reserve | tokens in the common pool | HNY |
//! | circulation | tokens outside of it | HNY |
//! | supply | reserve + circulation | HNY |
//! | size | fiat inflow that the market could give in a month | USD/month |
//! | saturation | share of that inflow which is captured | 1 |
//! | production | productive capital, built by outflows and worn out by maintenance | USD |
//! | utility | diminishing return on production, below 10 | 1 |
//! | price | price of a token | USD/HNY |
//!
//! The model comes in three forms that give the same bits: [`Economy`], one component; [`Supply`], [`Market`] and
//! [`Price`], three components to be wired in one simultaneous stage; and [`notebook::Notebook`], the cadCAD notebook
//! line by line as a block model.
//!
//! Limits: the model is deterministic. A burn takes at most what the common pool holds; the notebook burns on, and its
//! pool can turn negative where `target_reserve_ratio` is below 1/12 (see [`te_issuance::hive_supply`]). A market whose
//! inflow buys up all that circulates leaves the domain of the price and ends the run with an error that names what to
//! change: it comes with a `valuation_ratio` below about 2, fast `growth`, or an initial size, saturation and price that
//! do not belong together.
//!
//! Source: "1Hive Economy", a cadCAD notebook of the 1Hive community. As published it cannot run: its price refers to
//! an undefined `valuation_multiple`. The printed table was made with `valuation_ratio / max(0.5, saturation)` in its
//! place, which is what stands here.
//!
//! ```
//! # #[cfg(feature = "engine")] {
//! use te_core::{Experiment, System};
//! use te_hive_economy::{Economy, EconomyParams};
//!
//! let system = System::of::<Economy>("economy", EconomyParams::default())?;
//! let results = Experiment::new(system).timesteps(120).run()?;
//! let price = results.frame().f64s("economy.price").and_then(|p| p.last().copied());
//! assert!((price.unwrap() - 22_883.344_916_810_1).abs() < 1e-8);
//! # }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Without the feature `engine` the crate is its formulas alone: [`production`], [`utility`], [`saturation`], [`price()`] and,
//! of te-issuance, `hive_supply`.
#![deny(missing_docs)]
#![forbid(unsafe_code)]

#[cfg(feature = "engine")]
pub mod component;
mod formulas;

#[cfg(feature = "engine")]
pub use component::*;
pub use formulas::{price, production, saturation, utility};
