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

#![expect(
    clippy::inline_always,
    reason = "a loop over columns of runs becomes vector code only where these are inlined"
)]

use crate::config::SwapFormula;
use crate::error::FlashError;
use serde::{Deserialize, Serialize};
use te_amm::{Number, PoolNumber, swap};
use te_math::{Watch, checked};

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
    /// ALT `[ALT]`.
    pub alt: N,
    /// FLASH `[FLASH]`.
    pub flash: N,
}

impl<N: Number> Reserves<N> {
    /// Price of FLASH `[ALT/FLASH]`.
    ///
    /// # Errors
    /// No FLASH; overflow.
    pub fn price(&self) -> Result<N, FlashError> {
        checked(|w| self.price_with(w))
    }

    /// [`price`](Self::price), which states its needs.
    #[inline(always)]
    pub(crate) fn price_with<W: Watch<Error = FlashError>>(&self, w: &mut W) -> N {
        self.alt.over(self.flash, w)
    }

    /// Refuses a pool without one of its tokens.
    pub(crate) fn check(&self, pool: &'static str) -> Result<(), FlashError> {
        checked(|w| self.need(w, pool))
    }

    /// The pool must hold both of its tokens.
    #[inline(always)]
    pub(crate) fn need<W: Watch<Error = FlashError>>(&self, w: &mut W, pool: &'static str) {
        for reserve in [self.alt, self.flash] {
            let depleted = || FlashError::Depleted { pool, value: reserve.approximate() };
            w.need(reserve.is_number() & (reserve > N::ZERO), depleted);
        }
    }

    /// Reserves of the token that comes in and of the one that goes out.
    #[inline(always)]
    pub(crate) fn sides(&self, token_in: Token) -> (N, N) {
        let alt_in = token_in == Token::Alt;
        (N::choose(alt_in, self.alt, self.flash), N::choose(alt_in, self.flash, self.alt))
    }

    /// The pool after a trade.
    #[inline(always)]
    pub(crate) fn settled<W: Watch<Error = FlashError>>(
        self,
        w: &mut W,
        token_in: Token,
        amount_in: N,
        amount_out: N,
    ) -> Self {
        let (x, y) = self.sides(token_in);
        let (x, y) = (x.plus(amount_in, w), y.minus(amount_out, w));
        let alt_in = token_in == Token::Alt;
        Self { alt: N::choose(alt_in, x, y), flash: N::choose(alt_in, y, x) }
    }

    /// `yes` where `mask` holds, else `no`.
    #[inline(always)]
    pub(crate) fn choose(mask: bool, yes: Self, no: Self) -> Self {
        Self { alt: N::choose(mask, yes.alt, no.alt), flash: N::choose(mask, yes.flash, no.flash) }
    }
}

impl<N: PoolNumber> Reserves<N> {
    /// Swaps an amount in and returns the amount out.
    #[inline(always)]
    pub(crate) fn swap<W: Watch<Error = FlashError>>(
        &mut self,
        w: &mut W,
        token_in: Token,
        amount: N,
        fee: N,
        formula: SwapFormula,
    ) -> N {
        let (x, y) = self.sides(token_in);
        let out = match formula {
            SwapFormula::Seed => seed_swap_with(w, x, y, amount),
            SwapFormula::Stable => swap::exact_in_with(w, x, y, amount, fee),
        };
        *self = self.settled(w, token_in, amount, out);
        out
    }
}

/// The published swap, `y - x*y/(x + dx)`, in its order of operations; `dx` may be negative `[out tokens]`.
///
/// # Errors
/// [`FlashError::Amm`] if `x + dx` is zero or a product does not fit.
pub fn seed_swap<N: Number>(reserve_in: N, reserve_out: N, amount_in: N) -> Result<N, FlashError> {
    checked(|w| seed_swap_with(w, reserve_in, reserve_out, amount_in))
}

#[inline(always)]
fn seed_swap_with<N: Number, W: Watch<Error = FlashError>>(w: &mut W, x: N, y: N, dx: N) -> N {
    let k = x.times(y, w);
    let left = k.over(x.plus(dx, w), w);
    y.minus(left, w)
}

/// The published arbitrage: token in and amount, which may be a rounding residue of either sign.
///
/// # Errors
/// Reserves not positive; overflow.
pub fn seed_arbitrage<N: PoolNumber>(
    external: &Reserves<N>,
    internal: &Reserves<N>,
) -> Result<(Token, N), FlashError> {
    checked(|w| seed_arbitrage_with(w, external, internal))
}

#[inline(always)]
pub(crate) fn seed_arbitrage_with<N: PoolNumber, W: Watch<Error = FlashError>>(
    w: &mut W,
    external: &Reserves<N>,
    internal: &Reserves<N>,
) -> (Token, N) {
    let (outside, inside) = (external.price_with(w), internal.price_with(w));
    let k = internal.alt.times(internal.flash, w);
    let target = k.times(outside, w).root(w);
    if inside > outside {
        (Token::Flash, k.over(target, w).minus(internal.flash, w))
    } else {
        (Token::Alt, target.minus(internal.alt, w))
    }
}
