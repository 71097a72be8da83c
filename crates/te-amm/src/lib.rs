//! Automated market makers on exact decimals: swap, liquidity, arbitrage, routes, oracle.
//!
//! | module | mechanism |
//! |---|---|
//! | [`swap`], [`price`] | constant-product swaps, the three notions of price, moving to a price |
//! | [`arbitrage`], [`route`] | external price with no-trade band; paths, cycles, splits in closed form |
//! | [`liquidity`], [`performance`], [`oracle`] | shares and zaps; impermanent loss and LVR; time-weighted prices |
//! | [`pool`] | [`ConstantProduct`], the pool that is exact to the unit |
//! | [`uniswap_v2`] | the contracts' own integers |
//! | [`exact`] | other pools in their contracts' integers |
//! | [`component`] | pools and traders for the engine |
//! | [`weighted`], [`stableswap`], [`solidly`], [`concentrated`] | other invariants |
//!
//! Main equation, reserves `x`, `y` `[tokens]`, fee `f` `[1]`, `g = 1 - f`: `dy = y*g*dx/(x + g*dx)`.
//!
//! # Numbers
//! Three forms of the same formulas:
//! - **grid**: [`ConstantProduct`], reserves in whole units of a declared [`Grid`] (18 places by default), 256-bit integers inside,
//!   out rounded down and in rounded up, so `k` never falls. What does not fit the grid is an error, never a rounding. With a fee of
//!   up to nine places a swap's quotient takes less than half the time of a general 256-bit one; with a finer fee it is as exact, and as slow.
//! - **free**: any [`PoolNumber`]: [`rust_decimal::Decimal`] (28 to 29 digits, rounds silently) or [`Decimal28`] (28 digits half to even,
//!   as Python's `decimal`: it repeats notebooks to the last printed digit).
//! - **f64**: the same free formulas, for Monte Carlo.
//!
//! Sources: Adams, Zinsmeister, Robinson, Uniswap v2 Core (2020); each module names its own.
//!
//! ```
//! use te_amm::{ConstantProduct, Grid, TokenIn, swap};
//! let d = |text: &str| text.parse::<rust_decimal::Decimal>();
//! let mut pool = ConstantProduct::new(d("1000")?, d("2000")?, d("0.003")?, Grid::default())?;
//! // The market pays 3 quote per base: somebody buys base until the pool's ask is the market's price.
//! let (trade, profit) = pool.arbitrage(d("3")?)?.ok_or("inside the band")?;
//! assert_eq!(trade.token_in, TokenIn::Quote);
//! assert!((profit - 99.7).abs() < 1.0);
//! // A second look finds nothing left.
//! assert!(pool.arbitrage(d("3")?)?.is_none());
//! // The formula alone, in f64.
//! assert_eq!(swap::exact_in(100.0, 100.0, 100.0, 0.0)?, 50.0);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
#![forbid(unsafe_code)]
#![deny(missing_docs)]
#![cfg_attr(test, allow(clippy::disallowed_methods, reason = "tests compare with the platform's functions"))]
// The decimal operators panic on overflow and those of wide integers wrap: only checked and named operations here.
#![cfg_attr(not(test), deny(clippy::arithmetic_side_effects))]

pub mod arbitrage;
#[cfg(feature = "engine")]
pub mod component;
pub mod concentrated;
pub mod decimal28;
pub mod error;
pub mod exact;
pub mod fee;
pub mod grid;
pub mod liquidity;
mod marginal;
pub mod number;
pub mod oracle;
pub mod performance;
pub mod pool;
pub mod price;
pub mod route;
pub mod solidly;
pub mod stableswap;
pub mod swap;
pub mod uniswap_v2;
pub mod weighted;
pub mod wide;

pub use arbitrage::TokenIn;
pub use decimal28::Decimal28;
pub use error::{AmmError, Bound, Counted};
pub use fee::Fee;
pub use grid::Grid;
pub use number::PoolNumber;
pub use pool::{ConstantProduct, Trade};
pub use te_math::Number;

/// Adds this crate's components to a registry.
#[cfg(feature = "engine")]
pub fn register(registry: &mut te_core::Registry) {
    registry.add::<component::pool::Pool>("te-amm", "A constant-product pool on exact decimals.");
    registry.add::<component::float_pool::FloatPool>(
        "te-amm",
        "A constant-product pool in floats, for many runs.",
    );
    registry.add::<component::weighted_pool::WeightedPool>(
        "te-amm",
        "A pool with weights, fixed or moving, in floats.",
    );
    registry
        .add::<component::curve_pool::stable::StablePool>("te-amm", "A pool for two tokens of like value.");
    registry
        .add::<component::curve_pool::solidly::SolidlyPool>("te-amm", "A pool whose fees leave the curve.");
    registry.add::<component::curve_pool::concentrated::ConcentratedPool>(
        "te-amm",
        "A pool whose liquidity lies in ranges of prices.",
    );
    registry.add::<component::curve_pool::exact::stable::StableExactPool>(
        "te-amm",
        "A stableswap-ng pool in whole units.",
    );
    registry.add::<component::curve_pool::exact::crypto::CryptoExactPool>(
        "te-amm",
        "A twocrypto-ng pool in whole units.",
    );
    registry.add::<component::curve_pool::exact::solidly::SolidlyExactPool>(
        "te-amm",
        "A Solidly pool in whole units.",
    );
    registry.add::<component::curve_pool::exact::concentrated::ConcentratedExactPool>(
        "te-amm",
        "A Uniswap v3 pool in whole units.",
    );
    registry.add::<component::arbitrageur::Arbitrageur>(
        "te-amm",
        "Orders the most profitable trade against a pool.",
    );
    registry.add::<component::range_provider::RangeProvider>(
        "te-amm",
        "Holds liquidity in a range and moves it by a rule.",
    );
    registry.add::<component::random_trader::RandomTrader>("te-amm", "Orders of random size and side.");
}
