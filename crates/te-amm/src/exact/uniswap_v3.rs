//! Uniswap v3: liquidity on ranges of prices, in the contract's integers.
//!
//! | module | |
//! |---|---|
//! | [`root`] | ticks and the square roots of their prices |
//! | [`amounts`] | amounts between roots, roots after amounts, one step of a swap |
//! | [`pool`] | the state: swaps across ticks, positions, fees |
//!
//! Source: rules measured on v3-core 1.0.1, `testdata/te-amm/pools/README.md`, family `uniswap_v3`.
//!
//! Invariants: liquidity in range is the sum of the positions around the tick; the pool always holds what it owes.

pub mod amounts;
pub mod pool;
pub mod root;

use super::integer::Fault;
use thiserror::Error;

/// What the contract refuses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Refusal {
    /// Its checked arithmetic.
    #[error(transparent)]
    Arithmetic(#[from] Fault),
    /// A tick beyond the greatest.
    #[error("the tick must be in [-887272, 887272]")]
    Tick,
    /// A root outside the ticks.
    #[error("the root must be from 4295128739 to below 1461446703485210103287273052203988822378723970342")]
    Root,
    /// A pool that has its price already.
    #[error("the pool has its price already")]
    AlreadyInitialized,
    /// A pool without a price.
    #[error("the pool has no price yet")]
    NotInitialized,
    /// A swap of nothing.
    #[error("the amount is 0")]
    AmountZero,
    /// A limit of the price on the wrong side, or outside the ticks.
    #[error("the limit must be between the price and the last tick in the direction of the swap")]
    PriceLimit,
    /// The lower tick is not below the upper.
    #[error("the lower tick must be below the upper")]
    TickOrder,
    /// A tick that is no multiple of the spacing.
    #[error("a tick must be a multiple of the spacing")]
    TickSpacing,
    /// A position of nothing.
    #[error("the liquidity is 0")]
    LiquidityZero,
    /// More liquidity on a tick than it may carry.
    #[error("the tick would carry more liquidity than it may")]
    LiquidityAboveMax,
    /// More liquidity than the position has.
    #[error("the position has less liquidity")]
    LiquidityBelow,
    /// A position without liquidity.
    #[error("the position has no liquidity")]
    NoPosition,
    /// A parameter outside its range.
    #[error("{0}")]
    Parameter(&'static str),
}

impl Refusal {
    /// The contract's own word, empty where none is known.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Tick => "T",
            Self::Root => "R",
            Self::AlreadyInitialized => "AI",
            Self::AmountZero => "AS",
            Self::PriceLimit => "SPL",
            Self::TickOrder => "TLU",
            Self::LiquidityAboveMax => "LO",
            Self::LiquidityBelow => "LS",
            Self::NoPosition => "NP",
            _ => "",
        }
    }
}
