//! Conviction and threshold of 1Hive's contract.
//!
//! ```text
//! A   = power(floor((decay << 128) / D), t)
//! y   = (A y_0 + floor(x D (2^128 - A) / (D - decay)) + 2^127) >> 128
//!
//! den = floor((maxRatio << 64) / D) - floor((r << 64) / F)          needs maxRatio F > r D
//! q   = floor(floor((weight << 128) / D) / ((den den) >> 64))
//! thr = (floor(q D / (D - decay)) S_eff) >> 64
//! S_eff = max(total staked, floor(token supply minimum share / 10^18))
//! ```
//! | symbol | meaning | unit |
//! |---|---|---|
//! | `t` | blocks since the last settlement | block |
//! | `y` | conviction | wei block |
//! | `x` | stake since then | wei |
//! | `r`, `F` | request, funds | wei |
//!
//! Limits: x and `y_0` below 2^128 / D, about 3.4e31 wei, never overflow. Settling twice may differ by 1 from settling
//! once. `D - decay` is unchecked in the conviction (solc 0.4.24), so that a decay beyond 2^128, whose shift loses its
//! high bits, wraps round instead of reverting.
//!
//! Source: 1Hive/conviction-voting-app at 27df568, `ConvictionVoting.sol`.

use crate::chain::fixed_point::power;
use crate::chain::{D, ONE, Revert, TWO_127, TWO_128, add, div, mul, sub};
use ruint::aliases::U256;

/// What the threshold depends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ThresholdInputs {
    /// Amount requested `[wei]`.
    pub requested: U256,
    /// Funds of the pool `[wei]`.
    pub funds: U256,
    /// Everything staked, on abstain and on finished proposals too `[wei]`.
    pub total_staked: U256,
    /// Supply of the stake token `[wei]`.
    pub stake_token_supply: U256,
    /// alpha D.
    pub decay: U256,
    /// beta D.
    pub max_ratio: U256,
    /// rho D.
    pub weight: U256,
    /// Least share of the supply that counts as staked, times 10^18.
    pub minimum_stake_share: U256,
}

/// Conviction `[wei block]` after `blocks` with a constant stake.
///
/// # Errors
/// [`Revert::BaseNotBelowOne`] for a decay of D or more; [`Revert::MulOverflow`] or [`Revert::AddOverflow`] for amounts
/// beyond the safe range.
///
/// ```
/// use te_conviction::chain::one_hive::conviction;
/// use ruint::aliases::U256;
/// let y = conviction(10, U256::ZERO, U256::from(15_000), U256::from(9_000_000))?;
/// assert_eq!(y, U256::from(97_698));
/// # Ok::<(), te_conviction::chain::Revert>(())
/// ```
pub fn conviction(blocks: u64, last: U256, stake: U256, decay: U256) -> Result<U256, Revert> {
    let kept = power((decay << 128) / D, U256::from(blocks))?;
    let grown = mul(mul(stake, D)?, sub(TWO_128, kept)?)?;
    let grown = div(grown, D.wrapping_sub(decay))?;
    Ok(add(add(mul(kept, last)?, grown)?, TWO_127)? >> 128)
}

/// Stake that counts in the threshold `[wei]`: the larger of what is staked and the least share of the supply.
///
/// # Errors
/// [`Revert::MulOverflow`] for a supply beyond 2^256 / 10^18.
pub fn effective_stake(total_staked: U256, supply: U256, minimum_share: U256) -> Result<U256, Revert> {
    Ok(total_staked.max(mul(supply, minimum_share)? / ONE))
}

/// Threshold conviction `[wei block]` of a request.
///
/// # Errors
/// [`Revert::AmountOverMaxRatio`] where `maxRatio F <= r D` (always with empty funds); [`Revert::DivZero`] where the
/// denominator vanishes; [`Revert::SubUnderflow`] for a decay above D; overflows for absurd amounts.
pub fn threshold(inputs: &ThresholdInputs) -> Result<U256, Revert> {
    if mul(inputs.max_ratio, inputs.funds)? <= mul(inputs.requested, D)? {
        return Err(Revert::AmountOverMaxRatio);
    }
    let gap = sub((inputs.max_ratio << 64) / D, div(inputs.requested << 64, inputs.funds)?)?;
    let scale = div((inputs.weight << 128) / D, mul(gap, gap)? >> 64)?;
    let per_token = div(mul(scale, D)?, sub(D, inputs.decay)?)?;
    let stake = effective_stake(inputs.total_staked, inputs.stake_token_supply, inputs.minimum_stake_share)?;
    Ok(mul(per_token, stake)? >> 64)
}
