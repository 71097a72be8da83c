//! Uniswap v2 in its own integers: every result equals the contracts' to the unit.
//!
//! ```text
//! out   = floor(997*dx*y / (1000*x + 997*dx))
//! in    = floor(1000*x*dy / (997*(y - dy))) + 1        the + 1 is unconditional
//! quote = floor(a*y/x)
//! arb   = isqrt(floor(1000*k*pa / (997*pb))) - floor(1000*x/997)
//! ```
//!
//! | symbol | meaning | unit |
//! |---|---|---|
//! | dx, dy, x, y | amounts and reserves | raw token units (wei) |
//! | pa, pb | external values of the two tokens | any, as integers |
//!
//! Assumptions and limits: products in 256 bits, refused when the contracts' checked arithmetic would revert; reserves below
//! 2^112 in a [`Pair`]. Deadlines, transfers and flash-swap callbacks are outside.
//!
//! Sources: v2-core `ee547b1` (`UniswapV2Pair.sol`, `Math.sol`, `UQ112x112.sol`); v2-periphery `0335e8f`
//! (`UniswapV2Library.sol`, `UniswapV2LiquidityMathLibrary.sol`); v2-sdk `5174518d`.
//!
//! Invariant: `k` never falls in a swap.

mod pair;
mod routes;
mod tolerance;

/// The integers of the amounts.
pub use crate::wide::U256;
pub use pair::{Pair, max_same_token_out};
pub use routes::{Pool, Route, best_routes_exact_in, best_routes_exact_out};
pub use tolerance::Tolerance;

use crate::error::Bound;
use crate::swap::{short_exact_in, short_exact_out};
use crate::wide::{U512, approximate, isqrt, mul_div_floor, narrow};
use crate::{AmmError, Fee};

/// Numerator of the share of the input that trades in a [`Pair`].
pub const FEE_NUMERATOR: u64 = 997;
/// Its denominator.
pub const FEE_DENOMINATOR: u64 = 1000;

fn overflow(operation: &'static str) -> AmmError {
    AmmError::Overflow { operation }
}

#[inline]
fn checked(amount: U256, parameter: &'static str, x: U256, y: U256) -> Result<(), AmmError> {
    if amount.is_zero() {
        return Err(AmmError::NonPositiveAmount { parameter, value: 0.0 });
    }
    if x.is_zero() || y.is_zero() {
        return Err(AmmError::NonPositiveReserve { parameter: "reserve", value: 0.0 });
    }
    Ok(())
}

/// `getAmountOut`: floor of the output for an exact input `[units]`.
///
/// # Errors
/// Amount or a reserve zero; a product above 256 bits.
#[inline]
pub fn amount_out(amount_in: U256, reserve_in: U256, reserve_out: U256) -> Result<U256, AmmError> {
    amount_out_with_fee(amount_in, reserve_in, reserve_out, Fee::UNISWAP_V2)
}

/// [`amount_out`] for another fee, as the forks have it `[units]`.
///
/// # Errors
/// As [`amount_out`].
#[inline]
pub fn amount_out_with_fee(
    amount_in: U256,
    reserve_in: U256,
    reserve_out: U256,
    fee: Fee,
) -> Result<U256, AmmError> {
    checked(amount_in, "amount_in", reserve_in, reserve_out)?;
    if let Some(((dx, x), y)) = narrow(amount_in).zip(narrow(reserve_in)).zip(narrow(reserve_out))
        && let Some(out) = short_exact_in(x, y, dx, fee)
    {
        return Ok(U256::from(out));
    }
    let failed = overflow("amount out");
    let effective = amount_in.checked_mul(U256::from(fee.kept())).ok_or(failed)?;
    let numerator = effective.checked_mul(reserve_out).ok_or(failed)?;
    let denominator = reserve_in
        .checked_mul(U256::from(fee.base()))
        .and_then(|d| d.checked_add(effective))
        .ok_or(failed)?;
    numerator.checked_div(denominator).ok_or(failed)
}

/// `getAmountIn`: the input for an exact output, floor plus one `[units]`.
///
/// # Errors
/// Amount or a reserve zero; [`AmmError::InsufficientLiquidity`] if the output is not below the reserve; a product above
/// 256 bits.
#[inline]
pub fn amount_in(amount_out: U256, reserve_in: U256, reserve_out: U256) -> Result<U256, AmmError> {
    amount_in_with_fee(amount_out, reserve_in, reserve_out, Fee::UNISWAP_V2)
}

/// [`amount_in`] for another fee `[units]`.
///
/// # Errors
/// As [`amount_in`].
#[inline]
pub fn amount_in_with_fee(
    amount_out: U256,
    reserve_in: U256,
    reserve_out: U256,
    fee: Fee,
) -> Result<U256, AmmError> {
    checked(amount_out, "amount_out", reserve_in, reserve_out)?;
    let failed = overflow("amount in");
    let left = reserve_out.checked_sub(amount_out).filter(|left| !left.is_zero()).ok_or_else(|| {
        AmmError::too_many_units(
            "amount_out",
            approximate(amount_out),
            Bound::Below,
            approximate(reserve_out),
        )
    })?;
    if let Some(((dy, x), left)) = narrow(amount_out).zip(narrow(reserve_in)).zip(narrow(left))
        && let Some(floor) = short_exact_out(x, left, dy, fee, mul_div_floor)
    {
        return Ok(U256::from(floor.wrapping_add(1)));
    }
    let numerator = reserve_in
        .checked_mul(amount_out)
        .and_then(|n| n.checked_mul(U256::from(fee.base())))
        .ok_or(failed)?;
    let denominator = left.checked_mul(U256::from(fee.kept())).ok_or(failed)?;
    numerator.checked_div(denominator).and_then(|n| n.checked_add(U256::from(1))).ok_or(failed)
}

/// `quote`: the amount of equal value, floored `[units]`.
///
/// # Errors
/// Amount or a reserve zero; a product above 256 bits.
pub fn quote(amount_a: U256, reserve_a: U256, reserve_b: U256) -> Result<U256, AmmError> {
    checked(amount_a, "amount_a", reserve_a, reserve_b)?;
    amount_a.checked_mul(reserve_b).and_then(|n| n.checked_div(reserve_a)).ok_or(overflow("quote"))
}

/// `getAmountsOut`: the amounts along a path of `(reserve_in, reserve_out)` hops, input first.
///
/// # Errors
/// [`AmmError::InvalidPath`] without hops; otherwise as [`amount_out`].
pub fn amounts_out(amount: U256, hops: &[(U256, U256)]) -> Result<Vec<U256>, AmmError> {
    if hops.is_empty() {
        return Err(AmmError::InvalidPath { reason: "a path needs a pool" });
    }
    let mut amounts = vec![amount];
    let mut last = amount;
    for &(x, y) in hops {
        last = amount_out(last, x, y)?;
        amounts.push(last);
    }
    Ok(amounts)
}

/// `getAmountsIn`: the amounts along a path that ends in an exact output, input first.
///
/// # Errors
/// [`AmmError::InvalidPath`] without hops; otherwise as [`amount_in`].
pub fn amounts_in(amount: U256, hops: &[(U256, U256)]) -> Result<Vec<U256>, AmmError> {
    if hops.is_empty() {
        return Err(AmmError::InvalidPath { reason: "a path needs a pool" });
    }
    let mut amounts = vec![amount];
    let mut first = amount;
    for &(x, y) in hops.iter().rev() {
        first = amount_in(first, x, y)?;
        amounts.push(first);
    }
    amounts.reverse();
    Ok(amounts)
}

/// `computeProfitMaximizingTrade`: whether token A comes in, and how much `[units]`; zero inside the band.
///
/// # Errors
/// A price or a reserve zero; a value above 256 bits.
pub fn profit_maximizing_trade(
    true_price_a: U256,
    true_price_b: U256,
    reserve_a: U256,
    reserve_b: U256,
) -> Result<(bool, U256), AmmError> {
    checked(true_price_a, "true_price_a", reserve_a, reserve_b)?;
    checked(true_price_b, "true_price_b", reserve_a, reserve_b)?;
    let failed = overflow("profit-maximizing trade");
    let a_to_b = mul_div(reserve_a, true_price_b, reserve_b)? < true_price_a;
    let k = reserve_a.checked_mul(reserve_b).ok_or(failed)?;
    let (up, down, reserve) = if a_to_b {
        (true_price_a, true_price_b, reserve_a)
    } else {
        (true_price_b, true_price_a, reserve_b)
    };
    let (fee, base) = (U256::from(FEE_NUMERATOR), U256::from(FEE_DENOMINATOR));
    let radicand = mul_div(k.checked_mul(base).ok_or(failed)?, up, down.checked_mul(fee).ok_or(failed)?)?;
    let start = reserve.checked_mul(base).and_then(|n| n.checked_div(fee)).ok_or(failed)?;
    match isqrt(radicand).checked_sub(start) {
        Some(amount) => Ok((a_to_b, amount)),
        None => Ok((false, U256::ZERO)),
    }
}

/// `getReservesAfterArbitrage`: the reserves after that trade `[units]`.
///
/// # Errors
/// As [`profit_maximizing_trade`] and [`amount_out`].
pub fn reserves_after_arbitrage(
    true_price_a: U256,
    true_price_b: U256,
    reserve_a: U256,
    reserve_b: U256,
) -> Result<(U256, U256), AmmError> {
    let (a_to_b, amount) = profit_maximizing_trade(true_price_a, true_price_b, reserve_a, reserve_b)?;
    if amount.is_zero() {
        return Ok((reserve_a, reserve_b));
    }
    let failed = overflow("reserves after arbitrage");
    let moved = |x: U256, y: U256| -> Result<(U256, U256), AmmError> {
        let out = amount_out(amount, x, y)?;
        Ok((x.checked_add(amount).ok_or(failed)?, y.checked_sub(out).ok_or(failed)?))
    };
    if a_to_b {
        moved(reserve_a, reserve_b)
    } else {
        let (b, a) = moved(reserve_b, reserve_a)?;
        Ok((a, b))
    }
}

/// `computeLiquidityValue`: what shares are worth, the protocol's pending shares counted when the fee is on `[units]`.
///
/// # Errors
/// [`AmmError::DivisionByZero`] without shares; a value above 256 bits.
pub fn liquidity_value(
    reserves: (U256, U256),
    total_supply: U256,
    liquidity: U256,
    k_last_if_fee_on: Option<U256>,
) -> Result<(U256, U256), AmmError> {
    let mut supply = total_supply;
    if let Some(k_last) = k_last_if_fee_on.filter(|k| !k.is_zero()) {
        let k = reserves.0.checked_mul(reserves.1).ok_or(overflow("liquidity value"))?;
        supply = supply
            .checked_add(pending_protocol_shares(total_supply, k_last, k)?)
            .ok_or(overflow("liquidity value"))?;
    }
    if supply.is_zero() {
        return Err(AmmError::DivisionByZero { operation: "liquidity value" });
    }
    Ok((mul_div(reserves.0, liquidity, supply)?, mul_div(reserves.1, liquidity, supply)?))
}

/// Shares that `_mintFee` would mint to the protocol: one sixth of the growth of `sqrt(k)` `[units]`.
fn pending_protocol_shares(total_supply: U256, k_last: U256, k_now: U256) -> Result<U256, AmmError> {
    let (now, before) = (isqrt(k_now), isqrt(k_last));
    let Some(growth) = now.checked_sub(before).filter(|growth| !growth.is_zero()) else {
        return Ok(U256::ZERO);
    };
    let failed = overflow("protocol shares");
    let denominator = now.checked_mul(U256::from(5)).and_then(|n| n.checked_add(before)).ok_or(failed)?;
    mul_div(total_supply, growth, denominator)
}

/// `consult` of the sliding-window oracle: `floor(average * amount)`, from two readings of an accumulator `[units]`.
///
/// # Errors
/// [`AmmError::DivisionByZero`] for a window without length; a product above 256 bits.
pub fn consult(
    cumulative_start: U256,
    cumulative_end: U256,
    elapsed: u64,
    amount_in: U256,
) -> Result<U256, AmmError> {
    let average = cumulative_end
        .wrapping_sub(cumulative_start)
        .checked_div(U256::from(elapsed))
        .ok_or(AmmError::DivisionByZero { operation: "time-weighted average" })?;
    average.checked_mul(amount_in).map(|product| product.wrapping_shr(112)).ok_or(overflow("consult"))
}

/// `floor(a*b/d)` with a 512-bit product.
fn mul_div(a: U256, b: U256, d: U256) -> Result<U256, AmmError> {
    let wide = U512::from(a).wrapping_mul(U512::from(b));
    let quotient =
        wide.checked_div(U512::from(d)).ok_or(AmmError::DivisionByZero { operation: "quotient" })?;
    U256::checked_from_limbs_slice(quotient.as_limbs()).ok_or(overflow("quotient"))
}

/// The least output to accept: `floor(out / (1 + tolerance))` `[units]`.
///
/// The tolerance is a [`Tolerance`]; a whole number is taken as percent, as the SDK's examples have it.
///
/// ```
/// use te_amm::uniswap_v2::{Tolerance, U256, min_amount_out};
/// let out = U256::from(1_000_000);
/// assert_eq!(min_amount_out(out, 1)?, U256::from(990_099));
/// assert_eq!(min_amount_out(out, Tolerance::basis_points(50))?, U256::from(995_024));
/// assert_eq!(min_amount_out(out, Tolerance::from_decimal("0.0005".parse()?)?)?, U256::from(999_500));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// None: the result is at most the output.
pub fn min_amount_out(amount_out: U256, tolerance: impl Into<Tolerance>) -> Result<U256, AmmError> {
    let (part, whole) = tolerance.into().fraction();
    mul_div(amount_out, U256::from(whole), U256::from(whole).saturating_add(U256::from(part)))
}

/// The largest input to give: `floor(in * (1 + tolerance))`, the tolerance as in [`min_amount_out`] `[units]`.
///
/// # Errors
/// A result above 256 bits.
pub fn max_amount_in(amount_in: U256, tolerance: impl Into<Tolerance>) -> Result<U256, AmmError> {
    let (part, whole) = tolerance.into().fraction();
    mul_div(amount_in, U256::from(whole).saturating_add(U256::from(part)), U256::from(whole))
}
