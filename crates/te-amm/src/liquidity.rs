//! Adding and removing liquidity.
//!
//! ```text
//! first mint     L = floor(sqrt(a*b)) - MINIMUM_SHARES        the minimum is locked for ever
//! later mint     L = floor(min(a*T/x, b*T/y))                 the excess of one token is given away
//! matched add    b = a*y/x if that is within b, else a = b*x/y
//! burn           (a, b) = floor(l*x/T), floor(l*y/T)
//! zap-in         of a single token, swap first  s = 2*a / ((1 + g) + sqrt((1 + g)^2 + 4*g*a/x))
//! protocol fee   L_fee = T*(sqrt(k2) - sqrt(k1)) / ((phi - 1)*sqrt(k2) + sqrt(k1))
//! ```
//!
//! | symbol | meaning | unit |
//! |---|---|---|
//! | x, y | reserves | tokens |
//! | T, L, l | shares in all, minted, burned | shares |
//! | phi | the protocol takes 1/phi of the growth of sqrt(k) (Uniswap v2: 6) | 1 |
//!
//! Assumptions and limits: the protocol's shares are minted before the shares of a mint or burn are computed; otherwise the
//! protocol would tax the newcomer. The zap's closed form is the quadratic's root without its cancellation.
//!
//! Source: Adams, Zinsmeister, Robinson, Uniswap v2 Core (2020), sections 2.4 and 3.4; v2-core `UniswapV2Pair.sol`.
//!
//! Invariants: a mint followed by a burn of its shares never gains; shares of all holders sum to `T`.

use crate::error::{Bound, Counted};
use crate::number::{kept, positive_amount, positive_reserve};
use crate::wide::{U256, U512, floor_div, isqrt, narrow, product};
use crate::{AmmError, PoolNumber, swap};

/// Shares locked at the first mint `[units]`.
pub const MINIMUM_SHARES: u128 = 1000;

/// Shares of a first deposit, the locked minimum already taken off: `floor(sqrt(a*b)) - 1000` `[units]`.
///
/// # Errors
/// [`AmmError::InsufficientOutput`] if nothing would be left.
pub fn first_shares(amount_a: u128, amount_b: u128) -> Result<u128, AmmError> {
    narrow(isqrt(product(amount_a, amount_b)))
        .and_then(|root| root.checked_sub(MINIMUM_SHARES))
        .filter(|&shares| shares > 0)
        .ok_or(AmmError::InsufficientOutput { operation: "first mint" })
}

/// Shares of a later deposit: `floor(min(a*T/x, b*T/y))` `[units]`.
///
/// # Errors
/// [`AmmError::InsufficientOutput`] if it rounds to zero; reserves or shares zero; overflow.
pub fn later_shares(
    reserves: (u128, u128),
    total_shares: u128,
    amounts: (u128, u128),
) -> Result<u128, AmmError> {
    let overflow = AmmError::Overflow { operation: "minted shares" };
    if reserves.0 == 0 || reserves.1 == 0 {
        return Err(AmmError::NonPositiveReserve { parameter: "reserve", value: 0.0 });
    }
    let a = floor_div(product(amounts.0, total_shares), U256::from(reserves.0)).ok_or(overflow)?;
    let b = floor_div(product(amounts.1, total_shares), U256::from(reserves.1)).ok_or(overflow)?;
    match a.min(b) {
        0 => Err(AmmError::InsufficientOutput { operation: "mint" }),
        shares => Ok(shares),
    }
}

/// What shares redeem: `floor(l*x/T), floor(l*y/T)` `[units]`.
///
/// # Errors
/// [`AmmError::InsufficientOutput`] if either is zero; [`AmmError::InsufficientLiquidity`] if more shares are burned than
/// exist.
pub fn redeemed(reserves: (u128, u128), total_shares: u128, shares: u128) -> Result<(u128, u128), AmmError> {
    if shares > total_shares {
        return Err(AmmError::InsufficientLiquidity {
            parameter: "shares",
            requested: shares as f64,
            bound: Bound::AtMost,
            available: total_shares as f64,
            counted: Counted::ShareUnits,
        });
    }
    let part = |reserve| floor_div(product(reserve, shares), U256::from(total_shares)).unwrap_or(0);
    match (part(reserves.0), part(reserves.1)) {
        (0, _) | (_, 0) => Err(AmmError::InsufficientOutput { operation: "burn" }),
        amounts => Ok(amounts),
    }
}

/// Shares minted to the protocol for the growth of `sqrt(k)` since `k_last`, rounded down; zero without growth `[units]`.
///
/// # Errors
/// [`AmmError::Domain`] if `phi` is zero; overflow.
pub fn protocol_shares(total_shares: u128, k_last: U256, k_now: U256, phi: u32) -> Result<u128, AmmError> {
    if phi == 0 {
        return Err(AmmError::Domain { parameter: "phi", value: 0.0, range: "at least 1" });
    }
    let (before, now) = (isqrt(k_last), isqrt(k_now));
    let Some(growth) = now.checked_sub(before).filter(|growth| !growth.is_zero()) else {
        return Ok(0);
    };
    let overflow = AmmError::Overflow { operation: "protocol shares" };
    // Roots are below 2^128: the products fit 256 and 160 bits.
    let denominator = U512::from(now)
        .wrapping_mul(U512::from(phi.saturating_sub(1)))
        .checked_add(U512::from(before))
        .ok_or(overflow)?;
    let numerator = U512::from(total_shares).checked_mul(U512::from(growth)).ok_or(overflow)?;
    narrow(numerator.checked_div(denominator).ok_or(overflow)?.saturating_to()).ok_or(overflow)
}

/// The protocol's shares on any number type, unrounded; the equation is in the [module](self) `[shares]`.
///
/// # Errors
/// [`AmmError::Domain`] for a negative `k` or `phi = 0`; overflow.
pub fn protocol_share_of_growth<N: PoolNumber>(
    total_shares: N,
    k_last: N,
    k_now: N,
    phi: u32,
) -> Result<N, AmmError> {
    let less =
        phi.checked_sub(1).ok_or(AmmError::Domain { parameter: "phi", value: 0.0, range: "at least 1" })?;
    let (before, now) = (k_last.try_sqrt()?, k_now.try_sqrt()?);
    if now <= before {
        return Ok(N::ZERO);
    }
    // sqrt(k2) - sqrt(k1) = (k2 - k1)/(sqrt(k2) + sqrt(k1))
    let growth = k_now.try_sub(k_last)?.try_div(now.try_add(before)?)?;
    Ok(total_shares.try_mul_div(growth, N::count(less).try_mul(now)?.try_add(before)?)?)
}

/// The largest deposit within `(a, b)` in the pool's proportion `[tokens]`.
///
/// # Errors
/// Reserves or amounts not positive; overflow.
pub fn matched_add<N: PoolNumber>(reserves: (N, N), desired: (N, N)) -> Result<(N, N), AmmError> {
    positive_amount("desired_b", desired.1)?;
    let b = swap::quote(desired.0, reserves.0, reserves.1)?;
    if b <= desired.1 {
        return Ok((desired.0, b));
    }
    Ok((swap::quote(desired.1, reserves.1, reserves.0)?, desired.1))
}

/// A deposit of one token, part of it swapped first.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Zap<N> {
    /// Part swapped `[in tokens]`.
    pub swap_amount: N,
    /// What the swap gives `[out tokens]`.
    pub swap_out: N,
    /// Rest, deposited `[in tokens]`.
    pub add_in: N,
    /// Deposited beside it, all of `swap_out` `[out tokens]`.
    pub add_out: N,
    /// Share of the pool after the deposit `[1]`.
    pub share_of_pool: N,
}

/// The zap-in of `amount` of the token whose reserve is `reserve_in`: after the swap the rest matches the pool exactly.
///
/// # Errors
/// Reserves or amount not positive, fee outside `[0, 1)`; overflow.
pub fn zap_in<N: PoolNumber>(reserve_in: N, reserve_out: N, amount: N, fee: N) -> Result<Zap<N>, AmmError> {
    positive_reserve("reserve_in", reserve_in)?;
    positive_amount("amount", amount)?;
    let g = kept(fee)?;
    let one_g = N::ONE.try_add(g)?;
    let ratio = amount.try_div(reserve_in)?;
    let root = one_g.try_mul(one_g)?.try_add(N::count(4).try_mul(g)?.try_mul(ratio)?)?.try_sqrt()?;
    let swap_amount = amount.try_mul(N::count(2))?.try_div(one_g.try_add(root)?)?;
    let swap_out = swap::exact_in(reserve_in, reserve_out, swap_amount, fee)?;
    let add_in = amount.try_sub(swap_amount)?;
    let share_of_pool = add_in.try_div(reserve_in.try_add(amount)?)?;
    Ok(Zap { swap_amount, swap_out, add_in, add_out: swap_out, share_of_pool })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_zap_matches_the_pool() {
        let zap = zap_in(1000.0, 3000.0, 200.0, 0.003).unwrap();
        let pool_after = (3000.0 - zap.swap_out) / (1000.0 + zap.swap_amount);
        assert!((zap.add_out / zap.add_in / pool_after - 1.0).abs() < 1e-12);
    }

    #[test]
    fn shares_round_down_and_never_to_nothing() {
        assert_eq!(first_shares(4000, 1000).unwrap(), 1000);
        assert!(first_shares(1000, 1000).is_err());
        assert_eq!(later_shares((10_000, 10_000), 10_000, (2000, 2000)).unwrap(), 2000);
        assert!(later_shares((10_000, 10_000), 10, (1, 1)).is_err());
        assert!(redeemed((10, 10), 10, 11).is_err());
        assert_eq!(matched_add((100.0, 200.0), (10.0, 10.0)).unwrap(), (5.0, 10.0));
    }
}
