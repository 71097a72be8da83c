//! A swap on the constant product `x*y = k`, with the fee kept in the pool.
//!
//! | symbol | meaning | unit |
//! |---|---|---|
//! | x, y | reserves of the token that comes in and of the one that goes out | tokens |
//! | dx, dy | amount in, amount out | tokens |
//! | f, g | fee and `1 - f` | 1 |
//!
//! ```text
//! exact in    dy = y*g*dx / (x + g*dx)          rounded down on the grid
//! exact out   dx = x*dy / ((y - dy)*g)          rounded up on the grid
//! after       x' = x + dx,  y' = y - dy
//! ```
//!
//! Assumptions and limits: both reserves positive; amounts positive; the whole input, fee included, joins the reserve.
//! The `_units` functions are exact integers on one grid; the others run on any [`PoolNumber`] and round at its last digit.
//!
//! Sources: Adams, Zinsmeister, Robinson, Uniswap v2 Core (2020); Zhang, Chen, Park, Formal specification of constant
//! product market maker (2018).
//!
//! Invariants (units): `x'*y' >= x*y`; `exact_in(exact_out(dy)) >= dy`; `exact_out(exact_in(dx)) <= dx`.

#![expect(
    clippy::inline_always,
    reason = "a loop over columns of runs becomes vector code only where these are inlined"
)]

use crate::error::Bound;
use crate::grid::MAX_UNITS;
use crate::number::{kept_with, need_amount, need_reserve, positive_amount, positive_reserve};
use crate::wide::{U256, ceil_div, floor_div, mul_div_ceil, mul_div_floor, product};
use crate::{AmmError, Fee, PoolNumber};
use te_math::{Arithmetic, Watch, checked};

/// Amount out for an exact amount in: `y*g*dx / (x + g*dx)` `[out tokens]`.
///
/// # Errors
/// Reserves or amount not positive, fee outside `[0, 1)`, or a result that does not fit `N`.
#[inline]
pub fn exact_in<N: PoolNumber>(reserve_in: N, reserve_out: N, amount_in: N, fee: N) -> Result<N, AmmError> {
    checked(|w| exact_in_with(w, reserve_in, reserve_out, amount_in, fee))
}

/// [`exact_in`], which states its needs.
#[inline(always)]
pub fn exact_in_with<N: PoolNumber, W: Watch<Error: From<AmmError> + From<Arithmetic>>>(
    w: &mut W,
    reserve_in: N,
    reserve_out: N,
    amount_in: N,
    fee: N,
) -> N {
    need_reserve(w, "reserve_in", reserve_in);
    need_reserve(w, "reserve_out", reserve_out);
    need_amount(w, "amount_in", amount_in);
    let effective = kept_with(w, fee).times(amount_in, w);
    let pushed = reserve_in.plus(effective, w);
    effective.times_over(reserve_out, pushed, w)
}

/// Amount in for an exact amount out: `x*dy / ((y - dy)*g)` `[in tokens]`.
///
/// # Errors
/// As [`exact_in`], and [`AmmError::InsufficientLiquidity`] if the amount out is not below the reserve.
#[inline]
pub fn exact_out<N: PoolNumber>(reserve_in: N, reserve_out: N, amount_out: N, fee: N) -> Result<N, AmmError> {
    checked(|w| exact_out_with(w, reserve_in, reserve_out, amount_out, fee))
}

/// [`exact_out`], which states its needs.
#[inline(always)]
pub fn exact_out_with<N: PoolNumber, W: Watch<Error: From<AmmError> + From<Arithmetic>>>(
    w: &mut W,
    reserve_in: N,
    reserve_out: N,
    amount_out: N,
    fee: N,
) -> N {
    need_reserve(w, "reserve_in", reserve_in);
    need_reserve(w, "reserve_out", reserve_out);
    need_amount(w, "amount_out", amount_out);
    let g = kept_with(w, fee);
    w.need(amount_out < reserve_out, || {
        let (requested, available) = (amount_out.approximate(), reserve_out.approximate());
        AmmError::too_many_tokens("amount_out", requested, Bound::Below, available)
    });
    let left = reserve_out.minus(amount_out, w);
    amount_out.times_over(reserve_in, left, w).over(g, w)
}

/// The amount of the other token of equal value at the present price, without fee or impact: `a*y/x`.
///
/// # Errors
/// Reserves or amount not positive, or a result that does not fit `N`.
pub fn quote<N: PoolNumber>(amount: N, reserve_in: N, reserve_out: N) -> Result<N, AmmError> {
    positive_reserve("reserve_in", reserve_in)?;
    positive_reserve("reserve_out", reserve_out)?;
    positive_amount("amount", amount)?;
    Ok(amount.try_mul_div(reserve_out, reserve_in)?)
}

/// The least output to accept for a slippage tolerance `s`: `out / (1 + s)`.
///
/// # Errors
/// [`AmmError::Domain`] if the tolerance is negative; overflow.
pub fn min_out<N: PoolNumber>(amount_out: N, tolerance: N) -> Result<N, AmmError> {
    Ok(amount_out.try_div(one_plus(tolerance)?)?)
}

/// The largest input to give for a slippage tolerance `s`: `in * (1 + s)`.
///
/// # Errors
/// [`AmmError::Domain`] if the tolerance is negative; overflow.
pub fn max_in<N: PoolNumber>(amount_in: N, tolerance: N) -> Result<N, AmmError> {
    Ok(amount_in.try_mul(one_plus(tolerance)?)?)
}

fn one_plus<N: PoolNumber>(tolerance: N) -> Result<N, AmmError> {
    if tolerance.is_number() && tolerance >= N::ZERO {
        Ok(N::ONE.try_add(tolerance)?)
    } else {
        Err(AmmError::Domain { parameter: "tolerance", value: tolerance.approximate(), range: "at least 0" })
    }
}

/// Whether the units are positive and fit the grid's 96 bits.
#[inline]
fn are_units(reserve_in: u128, reserve_out: u128, amount: u128) -> bool {
    reserve_in != 0 && reserve_out != 0 && amount != 0 && (reserve_in | reserve_out | amount) <= MAX_UNITS
}

/// Why units are refused.
#[cold]
fn refused_units(reserve_in: u128, reserve_out: u128, amount: u128) -> AmmError {
    if reserve_in == 0 || reserve_out == 0 {
        AmmError::NonPositiveReserve { parameter: "reserve", value: 0.0 }
    } else if amount == 0 {
        AmmError::NonPositiveAmount { parameter: "amount", value: 0.0 }
    } else {
        AmmError::Overflow { operation: "units of the grid" }
    }
}

#[cold]
fn beyond_reserve(amount_out: f64, reserve_out: f64) -> AmmError {
    AmmError::too_many_units("amount_out", amount_out, Bound::Below, reserve_out)
}

/// Largest denominator of a fee for which a product with 96-bit units stays below `2^126`: fees of up to nine places.
const SHORT_BASE: u64 = 1 << 30;

/// Units out for exact units in: `floor(y*n*dx / (x*b + n*dx))` with `g = n/b`.
///
/// May be zero for a dust input; a pool refuses that.
///
/// # Errors
/// Reserves or amount zero, or above `2^96 - 1`.
#[inline]
pub fn exact_in_units(
    reserve_in: u128,
    reserve_out: u128,
    amount_in: u128,
    fee: Fee,
) -> Result<u128, AmmError> {
    if !are_units(reserve_in, reserve_out, amount_in) {
        return Err(refused_units(reserve_in, reserve_out, amount_in));
    }
    if let Some(units) = short_exact_in(reserve_in, reserve_out, amount_in, fee) {
        return Ok(units);
    }
    wide_exact_in(reserve_in, reserve_out, amount_in, fee)
        .ok_or(AmmError::Overflow { operation: "amount out" })
}

/// The quotient within 127 bits, `None` for a finely divided fee or units above 96 bits.
#[inline]
pub(crate) fn short_exact_in(x: u128, y: u128, dx: u128, fee: Fee) -> Option<u128> {
    if fee.base() > SHORT_BASE || (x | dx) > MAX_UNITS {
        return None;
    }
    let effective = dx.wrapping_mul(u128::from(fee.kept()));
    mul_div_floor(y, effective, x.wrapping_mul(u128::from(fee.base())).wrapping_add(effective))
}

/// The same quotient for every fee, in 256 bits.
fn wide_exact_in(x: u128, y: u128, dx: u128, fee: Fee) -> Option<u128> {
    let effective = product(dx, u128::from(fee.kept()));
    let denominator = product(x, u128::from(fee.base())).wrapping_add(effective);
    floor_div(effective.wrapping_mul(U256::from(y)), denominator)
}

/// Units in for exact units out: `ceil(x*dy*b / ((y - dy)*n))` with `g = n/b`.
///
/// # Errors
/// As [`exact_in_units`]; [`AmmError::InsufficientLiquidity`] if `dy >= y`; [`AmmError::Overflow`] if the input exceeds
/// `2^96 - 1` units.
#[inline]
pub fn exact_out_units(
    reserve_in: u128,
    reserve_out: u128,
    amount_out: u128,
    fee: Fee,
) -> Result<u128, AmmError> {
    if !are_units(reserve_in, reserve_out, amount_out) {
        return Err(refused_units(reserve_in, reserve_out, amount_out));
    }
    let left = reserve_out
        .checked_sub(amount_out)
        .filter(|&left| left > 0)
        .ok_or_else(|| beyond_reserve(amount_out as f64, reserve_out as f64))?;
    // Below the reserve, so it fits the grid.
    if let Some(units) = short_exact_out(reserve_in, left, amount_out, fee, mul_div_ceil) {
        return Ok(units);
    }
    wide_exact_out(reserve_in, left, amount_out, fee)
        .filter(|&units| units <= MAX_UNITS)
        .ok_or(AmmError::Overflow { operation: "amount in" })
}

/// The quotient within 127 bits, `None` for a finely divided fee, an output of about half the reserve or more, or units above 96 bits.
#[inline]
pub(crate) fn short_exact_out(
    x: u128,
    left: u128,
    dy: u128,
    fee: Fee,
    mul_div: impl FnOnce(u128, u128, u128) -> Option<u128>,
) -> Option<u128> {
    if fee.base() > SHORT_BASE || (left | dy) > MAX_UNITS {
        return None;
    }
    mul_div(x, dy.wrapping_mul(u128::from(fee.base())), left.wrapping_mul(u128::from(fee.kept())))
}

/// The same quotient for every fee and output, in 256 bits.
fn wide_exact_out(x: u128, left: u128, dy: u128, fee: Fee) -> Option<u128> {
    let numerator = product(x, dy).wrapping_mul(U256::from(fee.base()));
    ceil_div(numerator, product(left, u128::from(fee.kept())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_two_directions_meet() {
        let (x, y) = (5_000_000_000u128, 7_000_000_000u128);
        let dx = exact_out_units(x, y, 1_000_000, Fee::UNISWAP_V2).unwrap();
        assert!(exact_in_units(x, y, dx, Fee::UNISWAP_V2).unwrap() >= 1_000_000);
        assert!(exact_in_units(x, y, dx - 1, Fee::UNISWAP_V2).unwrap() < 1_000_000);
        let out = exact_in(1000.0, 1000.0, 100.0, 0.003).unwrap();
        let back = exact_out(1000.0, 1000.0, out, 0.003).unwrap();
        assert!((back - 100.0).abs() < 1e-12);
    }

    #[test]
    fn refusals_are_typed() {
        assert!(matches!(exact_in(0.0, 1.0, 1.0, 0.0), Err(AmmError::NonPositiveReserve { .. })));
        assert!(matches!(exact_in(1.0, 1.0, f64::NAN, 0.0), Err(AmmError::NonPositiveAmount { .. })));
        assert!(matches!(exact_in(1.0, 1.0, 1.0, 1.0), Err(AmmError::InvalidFee { .. })));
        assert!(matches!(exact_out(1.0, 1.0, 1.0, 0.0), Err(AmmError::InsufficientLiquidity { .. })));
        assert!(matches!(exact_in_units(1, 1, 0, Fee::NONE), Err(AmmError::NonPositiveAmount { .. })));
        assert!(matches!(exact_in_units(MAX_UNITS + 1, 1, 1, Fee::NONE), Err(AmmError::Overflow { .. })));
    }
}
