//! Why a step of the model cannot be taken.

use te_amm::AmmError;
use te_math::Arithmetic;
use thiserror::Error;

/// A refused step; the state is as before.
#[derive(Clone, Copy, Debug, PartialEq, Error)]
#[non_exhaustive]
pub enum FlashError {
    /// The mint rate does not exceed the market's rate, and the configuration makes that an error.
    #[error(
        "mint rate {mint_rate} does not exceed the market rate {market_apy}, and no stake is defined: raise `mint_rate`, lower \
         `market_apy_high`, or set `no_premium = \"zero\"`"
    )]
    NoPremium {
        /// Mint rate of the step.
        mint_rate: f64,
        /// Market rate of the step.
        market_apy: f64,
    },
    /// The premium exceeds the price, so the target price is negative.
    #[error(
        "target price {target} is negative, since the premium exceeds the external price: lower `mint_rate`, or set \
         `target = \"proportional\"`"
    )]
    NegativeSqrt {
        /// Price less premium `[ALT/FLASH]`.
        target: f64,
    },
    /// The premium equals the price, so the target price is zero.
    #[error(
        "target price is zero, since the premium equals the external price: lower `mint_rate`, or set `target = \"proportional\"`"
    )]
    DivisionByZero,
    /// A proportional premium of one or more.
    #[error("premium is {premium}; a proportional target needs it below 1: lower `mint_rate`")]
    PremiumTooLarge {
        /// Mint rate less market rate.
        premium: f64,
    },
    /// More FLASH is to be staked than the internal pool holds.
    #[error(
        "stake is {stake} FLASH; it must be below the {available} FLASH of the internal pool: lower `max_stake_fraction`"
    )]
    InsufficientLiquidity {
        /// FLASH to stake.
        stake: f64,
        /// FLASH in the internal pool.
        available: f64,
    },
    /// A reserve would not be positive after the step.
    #[error(
        "a reserve of the {pool} pool would become {value}; it must stay positive: lower `mint_rate`, or bring the reserves of both pools and `ext_swap_factor` closer together"
    )]
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
    /// A pool refused a trade, or a number does not fit.
    #[error(
        "{0}: lower `mint_rate`, or bring the reserves of both pools and `ext_swap_factor` closer together"
    )]
    Amm(#[from] AmmError),
    /// A number does not fit the decimals that are recorded.
    #[error("{0}: `flash/v3` records at most 7.9e28 of a token; lower `mint_rate`, or take `flash/v3-float`")]
    Unrecordable(AmmError),
}

impl From<Arithmetic> for FlashError {
    fn from(error: Arithmetic) -> Self {
        Self::Amm(error.into())
    }
}

#[cfg(feature = "engine")]
impl From<FlashError> for te_core::StepError {
    fn from(error: FlashError) -> Self {
        Self::caused_by(error)
    }
}
