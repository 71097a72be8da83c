//! How much FLASH is staked: as much as makes the premium vanish.
//!
//! ```text
//! premium       d = phi - m                       mint rate less market rate
//! seed          need = e_a/sqrt(p - d) - e_f      right only for p = 1
//! additive      p2 = p - d,      need = e_f*(sqrt(p/p2) - 1)/g
//! proportional  p2 = p*(1 - d),  need = e_f*(sqrt(p/p2) - 1)/g
//! stake         st = need/phi,   at most a given share of the internal pool
//! ```
//!
//! | symbol | meaning | unit |
//! |---|---|---|
//! | `e_a`, `e_f`, p | external reserves and price | ALT, FLASH, ALT/FLASH |
//! | phi, m | mint rate, market rate | per step or year, the same for both |
//! | need | minted FLASH whose sale moves the price to p2 | FLASH |
//!
//! Assumptions and limits: everything minted is sold at once; stakers compare only these two rates. On the seed's target with
//! `d = 0.09` the price is drawn to 0.9 (the other root, 0.1, repels), and below 0.9 `need` is negative; for `d > 0.25` there is
//! no root and the price falls until the target is negative.
//!
//! Source: the FLASH V3 notebook, `p_flash_to_stake`.
//!
//! Invariant: with the invariant-based targets, selling `need` moves the price exactly to `p2`.

#![expect(
    clippy::inline_always,
    reason = "a loop over columns of runs becomes vector code only where these are inlined"
)]

use crate::config::{Config, NegativeStake, NoPremium, Target};
use crate::error::FlashError;
use crate::reserves::Reserves;
use te_amm::PoolNumber;
use te_math::{Watch, checked};

/// FLASH to stake in this step `[FLASH]`.
///
/// # Errors
/// [`FlashError::NoPremium`], [`FlashError::NegativeSqrt`], [`FlashError::DivisionByZero`],
/// [`FlashError::PremiumTooLarge`] by configuration; overflow.
pub fn stake<N: PoolNumber>(
    external: &Reserves<N>,
    internal: &Reserves<N>,
    mint_rate: N,
    market_apy: N,
    config: &Config<N>,
) -> Result<N, FlashError> {
    checked(|w| stake_with(w, external, internal, (mint_rate, market_apy), config))
}

/// [`stake`], which states its needs.
#[inline(always)]
pub(crate) fn stake_with<N: PoolNumber, W: Watch<Error = FlashError>>(
    w: &mut W,
    external: &Reserves<N>,
    internal: &Reserves<N>,
    (mint_rate, market_apy): (N, N),
    config: &Config<N>,
) -> N {
    let premium = mint_rate > market_apy;
    w.need(premium | (config.no_premium == NoPremium::Zero), || FlashError::NoPremium {
        mint_rate: mint_rate.approximate(),
        market_apy: market_apy.approximate(),
    });
    let mut staking = W::Of::<FlashError>::default();
    let gap = mint_rate.minus(market_apy, &mut staking);
    let mut need = needed_with(&mut staking, external, gap, config);
    if config.negative_stake == NegativeStake::Clamp {
        need = N::choose(need < N::ZERO, N::ZERO, need);
    }
    let mut stake = need.over(mint_rate, &mut staking);
    if let Some(fraction) = config.max_stake_fraction {
        let cap = fraction.times(internal.flash, &mut staking);
        stake = N::choose(stake > cap, cap, stake);
    }
    w.join(premium, staking, |error| error);
    N::choose(premium, stake, N::ZERO)
}

/// Minted FLASH whose sale takes the premium `d` away `[FLASH]`.
///
/// # Errors
/// As [`stake`].
pub fn needed<N: PoolNumber>(
    external: &Reserves<N>,
    premium: N,
    config: &Config<N>,
) -> Result<N, FlashError> {
    checked(|w| needed_with(w, external, premium, config))
}

#[inline(always)]
fn needed_with<N: PoolNumber, W: Watch<Error = FlashError>>(
    w: &mut W,
    external: &Reserves<N>,
    premium: N,
    config: &Config<N>,
) -> N {
    let price = external.price_with(w);
    let target = match config.target {
        Target::Proportional => {
            let left = N::ONE.minus(premium, w);
            w.need(left > N::ZERO, || FlashError::PremiumTooLarge { premium: premium.approximate() });
            price.times(left, w)
        }
        Target::Additive | Target::Seed => price.minus(premium, w),
    };
    w.need(target > N::ZERO, || {
        if target == N::ZERO {
            FlashError::DivisionByZero
        } else {
            FlashError::NegativeSqrt { target: target.approximate() }
        }
    });
    if config.target == Target::Seed {
        return external.alt.over(target.root(w), w).minus(external.flash, w);
    }
    // sqrt(r) - 1 = (r - 1)/(sqrt(r) + 1)
    let gap = price.minus(target, w).over(target, w);
    let root = price.over(target, w).root(w);
    let g = N::ONE.minus(config.fee_ext, w);
    external.flash.times(gap, w).over(root.plus(N::ONE, w), w).over(g, w)
}
