//! A pool of FLASH and ALT, and the published swap and arbitrage on it.
//!
//! ```text
//! swap        dy = y - x*y/(x + dx)                              no fee; dx may be negative
//! arbitrage   A* = sqrt(k_i*p_e);  p_i > p_e: (FLASH, k_i/A* - i_f), else (ALT, A* - i_a)
//! ```
//!
//! | symbol | meaning | unit |
//! |---|---|---|
//! | x, y | reserves of the token in and out | tokens |
//! | `k_i`, `i_a`, `i_f` | internal product and reserves | ALT*FLASH, ALT, FLASH |
//! | `p_e`, `p_i` | external and internal price | ALT/FLASH |
//!
//! Assumptions and limits: the published forms check nothing and cancel where `dx` is small beside `x`; they are kept operation by
//! operation, because the notebook's last digits depend on it.
//!
//! Source: the FLASH V3 notebook, `swap` and `amm_arb_calc`.
//!
//! Invariant: the published swap keeps `x*y` to rounding.

use crate::config::SwapFormula;
use crate::error::FlashError;
use serde::{Deserialize, Serialize};
use te_amm::{Number, swap};

/// The two tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Token {
    /// The other token, in which prices are given.
    Alt,
    /// The token that is staked and minted.
    Flash,
}

/// Reserves of a pool.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Reserves<N> {
    /// ALT [ALT].
    pub alt: N,
    /// FLASH [FLASH].
    pub flash: N,
}

impl<N: Number> Reserves<N> {
    /// Price of FLASH [ALT/FLASH].
    ///
    /// # Errors
    /// No FLASH; overflow.
    pub fn price(&self) -> Result<N, FlashError> {
        Ok(self.alt.try_div(self.flash)?)
    }

    /// Refuses a pool without one of its tokens.
    pub(crate) fn check(&self, pool: &'static str) -> Result<(), FlashError> {
        for reserve in [self.alt, self.flash] {
            if !reserve.is_number() || reserve <= N::ZERO {
                return Err(FlashError::Depleted { pool, value: reserve.approximate() });
            }
        }
        Ok(())
    }

    pub(crate) fn sides(&self, token_in: Token) -> (N, N) {
        match token_in {
            Token::Alt => (self.alt, self.flash),
            Token::Flash => (self.flash, self.alt),
        }
    }

    pub(crate) fn settle(&mut self, token_in: Token, amount_in: N, amount_out: N) -> Result<(), FlashError> {
        let (x, y) = self.sides(token_in);
        let (x, y) = (x.try_add(amount_in)?, y.try_sub(amount_out)?);
        *self = match token_in {
            Token::Alt => Self { alt: x, flash: y },
            Token::Flash => Self { alt: y, flash: x },
        };
        Ok(())
    }

    /// Swaps an amount in and returns the amount out.
    pub(crate) fn swap(
        &mut self,
        token_in: Token,
        amount: N,
        fee: N,
        formula: SwapFormula,
    ) -> Result<N, FlashError> {
        let (x, y) = self.sides(token_in);
        let out = match formula {
            SwapFormula::Seed => seed_swap(x, y, amount)?,
            SwapFormula::Stable => swap::exact_in(x, y, amount, fee)?,
        };
        self.settle(token_in, amount, out)?;
        Ok(out)
    }
}

/// The published swap, `y - x*y/(x + dx)`, in its order of operations; `dx` may be negative [out tokens].
///
/// # Errors
/// [`FlashError::Amm`] if `x + dx` is zero or a product does not fit.
pub fn seed_swap<N: Number>(reserve_in: N, reserve_out: N, amount_in: N) -> Result<N, FlashError> {
    let k = reserve_in.try_mul(reserve_out)?;
    Ok(reserve_out.try_sub(k.try_div(reserve_in.try_add(amount_in)?)?)?)
}

/// The published arbitrage: token in and amount, which may be a rounding residue of either sign.
///
/// # Errors
/// Reserves not positive; overflow.
pub fn seed_arbitrage<N: Number>(
    external: &Reserves<N>,
    internal: &Reserves<N>,
) -> Result<(Token, N), FlashError> {
    let (outside, inside) = (external.price()?, internal.price()?);
    let k = internal.alt.try_mul(internal.flash)?;
    let target = k.try_mul(outside)?.try_sqrt()?;
    if inside > outside {
        Ok((Token::Flash, k.try_div(target)?.try_sub(internal.flash)?))
    } else {
        Ok((Token::Alt, target.try_sub(internal.alt)?))
    }
}
