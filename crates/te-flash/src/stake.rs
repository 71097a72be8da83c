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

use crate::config::{Config, NegativeStake, NoPremium, Target};
use crate::error::FlashError;
use crate::reserves::Reserves;
use te_amm::Number;

/// FLASH to stake in this step [FLASH].
///
/// # Errors
/// [`FlashError::NoPremium`], [`FlashError::NegativeSqrt`], [`FlashError::DivisionByZero`],
/// [`FlashError::PremiumTooLarge`] by configuration; overflow.
pub fn stake<N: Number>(
    external: &Reserves<N>,
    internal: &Reserves<N>,
    mint_rate: N,
    market_apy: N,
    config: &Config<N>,
) -> Result<N, FlashError> {
    if mint_rate <= market_apy {
        return match config.no_premium {
            NoPremium::Zero => Ok(N::ZERO),
            NoPremium::Error => Err(FlashError::NoPremium {
                mint_rate: mint_rate.approximate(),
                market_apy: market_apy.approximate(),
            }),
        };
    }
    let mut need = needed(external, mint_rate.try_sub(market_apy)?, config)?;
    if config.negative_stake == NegativeStake::Clamp && need < N::ZERO {
        need = N::ZERO;
    }
    let stake = need.try_div(mint_rate)?;
    if let Some(fraction) = config.max_stake_fraction {
        let cap = fraction.try_mul(internal.flash)?;
        if stake > cap {
            return Ok(cap);
        }
    }
    Ok(stake)
}

/// Minted FLASH whose sale takes the premium `d` away [FLASH].
///
/// # Errors
/// As [`stake`].
pub fn needed<N: Number>(external: &Reserves<N>, premium: N, config: &Config<N>) -> Result<N, FlashError> {
    let price = external.price()?;
    let target = match config.target {
        Target::Proportional => {
            let left = N::ONE.try_sub(premium)?;
            if left <= N::ZERO {
                return Err(FlashError::PremiumTooLarge { premium: premium.approximate() });
            }
            price.try_mul(left)?
        }
        Target::Additive | Target::Seed => price.try_sub(premium)?,
    };
    if target < N::ZERO {
        return Err(FlashError::NegativeSqrt { target: target.approximate() });
    }
    if target == N::ZERO {
        return Err(FlashError::DivisionByZero);
    }
    if config.target == Target::Seed {
        return Ok(external.alt.try_div(target.try_sqrt()?)?.try_sub(external.flash)?);
    }
    // sqrt(r) - 1 = (r - 1)/(sqrt(r) + 1)
    let gap = price.try_sub(target)?.try_div(target)?;
    let root = price.try_div(target)?.try_sqrt()?;
    let g = N::ONE.try_sub(config.fee_ext)?;
    Ok(external.flash.try_mul(gap)?.try_div(root.try_add(N::ONE)?)?.try_div(g)?)
}
