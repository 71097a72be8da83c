//! FLASH V3: a token that pays its yield in advance, two pools, arbitrage and staking.
//!
//! Stakers lock FLASH and receive newly minted FLASH at once, `minted = phi*st`, which they sell in an external pool for ALT. They stake as
//! long as the mint rate `phi` `[per year]` beats the market's rate `m` `[per year]`, until the sale has taken the premium `d = phi - m`
//! out of the price. An arbitrageur carries the external price `[ALT/FLASH]` to the protocol's internal pool.
//!
//! | module | what |
//! |---|---|
//! | [`model`] | one step, published and corrected |
//! | [`reserves`] | a pool, with the published swap and arbitrage |
//! | [`stake`](mod@stake) | how much is staked |
//! | [`component`] | the model in the engine, with its draws |
//! | [`config`] | every quirk of the published notebook, kept or corrected by a switch |
//!
//! Profiles: `corrected` (default), `seed` (the notebook, to its last printed digit), `nostake` (the older revision that its
//! table shows). In [`te_amm::Decimal28`] the notebook's digits come out exactly; in `f64` the same model is fit for Monte Carlo.
//!
//! Source: the FLASH V3 cadCAD notebook; the pools are those of [`te_amm`].
//!
//! ```
//! use te_amm::Decimal28;
//! use te_flash::{Config, Draw, Flash, Profile, Reserves, Setup, Token};
//! let n = |text: &str| text.parse::<Decimal28>();
//! let even = Reserves { alt: n("100000")?, flash: n("100000")? };
//! let setup = Setup {
//!     // As Python reads Decimal(0.1) and Decimal(0.01): all digits of the binary fraction.
//!     mint_rate: Decimal28::from_f64(0.1)?,
//!     market_apy: Decimal28::from_f64(0.01)?,
//!     external: even,
//!     internal: even,
//! };
//! let mut model = Flash::new(setup, Config::of(Profile::Seed)?)?;
//! let draw = Draw { market_apy: n("0.17")?, amount: Decimal28::from_f64(5.99347203460071)?, token: Token::Alt };
//! model.step(&draw)?;
//! assert_eq!(model.staked().to_string(), "48284.83672191829616919975555");
//! # Ok::<(), te_flash::FlashError>(())
//! ```
#![forbid(unsafe_code)]
#![deny(missing_docs)]
// The decimal operators panic on overflow: only checked operations here.
#![cfg_attr(not(test), deny(clippy::arithmetic_side_effects))]

#[cfg(feature = "engine")]
pub mod component;
pub mod config;
pub mod error;
pub mod model;
pub mod reserves;
pub mod stake;

pub use config::{ArbTiming, Config, NegativeStake, NoPremium, Profile, StakeSwap, SwapFormula, Target};
pub use error::FlashError;
pub use model::{Draw, Events, Flash, Setup};
pub use reserves::{Reserves, Token};

/// Adds this crate's components to a registry.
#[cfg(feature = "engine")]
pub fn register(registry: &mut te_core::Registry) {
    registry.add::<component::decimal::FlashV3>("te-flash", "FLASH V3 on 28-digit decimals.");
    registry.add::<component::float::FlashV3Float>("te-flash", "FLASH V3 in floats, for many runs.");
}
