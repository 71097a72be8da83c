//! Why a step of the model cannot be taken.

use te_amm::AmmError;
use thiserror::Error;

/// A refused step; the state is as before.
#[derive(Clone, Copy, Debug, PartialEq, Error)]
#[non_exhaustive]
pub enum FlashError {
    /// The mint rate does not exceed the market's rate, and the configuration makes that an error.
    #[error(
        "mint rate {mint_rate} does not exceed the market rate {market_apy}: no stake is defined (`no_premium = \"error\"`)"
    )]
    NoPremium {
        /// Mint rate of the step.
        mint_rate: f64,
        /// Market rate of the step.
        market_apy: f64,
    },
    /// The premium exceeds the price, so the target price is negative.
    #[error("target price {target} is negative: the premium exceeds the external price")]
    NegativeSqrt {
        /// Price less premium [ALT/FLASH].
        target: f64,
    },
    /// The premium equals the price, so the target price is zero.
    #[error("target price is zero: the premium equals the external price")]
    DivisionByZero,
    /// A proportional premium of one or more.
    #[error("premium is {premium}; a proportional target needs it below 1")]
    PremiumTooLarge {
        /// Mint rate less market rate.
        premium: f64,
    },
    /// More FLASH is to be staked than the internal pool holds.
    #[error("stake of {stake} FLASH, but the internal pool holds {available}")]
    InsufficientLiquidity {
        /// FLASH to stake.
        stake: f64,
        /// FLASH in the internal pool.
        available: f64,
    },
    /// A reserve would not be positive after the step.
    #[error("a reserve of the {pool} pool would become {value}; it must stay positive")]
    Depleted {
        /// Which pool.
        pool: &'static str,
        /// The reserve.
        value: f64,
    },
    /// A setting outside its range, or settings that exclude each other.
    #[error("{parameter}: {reason}")]
    Config {
        /// Which setting.
        parameter: &'static str,
        /// What is wrong.
        reason: &'static str,
    },
    /// A pool refused a trade.
    #[error(transparent)]
    Amm(#[from] AmmError),
}
