//! What a swap costs: three notions of price, two of slippage, and the swap that reaches a price.
//!
//! ```text
//! spot        p = y/x                     out tokens per in token
//! with fee    g*p                         what an infinitesimal trade gets
//! effective   dy/dx                       what this trade gets
//! impact      1 - effective/(g*p) = g*dx/(x + g*dx)        fee excluded
//! slippage    1 - effective/p                              fee included (the Uniswap SDK's "price impact")
//! to price t  (x + d)(x + g*d) = k/t:   d = 2x(r - 1) / ((1 + g) + sqrt((1 - g)^2 + 4*g*r)),  r = y/(x*t)
//! ```
//!
//! | symbol | meaning | unit |
//! |---|---|---|
//! | x, y | reserves in, out | tokens |
//! | t | target spot price after the trade | out/in |
//!
//! Assumptions and limits: as in [`swap`]. The closed form for `d` is the quadratic's root without its
//! cancellation, so small moves keep their digits.
//!
//! Source: Uniswap v2 SDK (definition of the total form); the quadratic follows from the swap rule.
//!
//! Invariants: `0 <= impact <= slippage < 1`; the spot after `input_to_spot` is `t`.

use crate::number::{kept, positive_reserve};
use crate::{AmmError, PoolNumber, swap};

/// Spot price `y/x` `[out tokens per in token]`.
///
/// # Errors
/// Reserves not positive, or a quotient that does not fit `N`.
pub fn spot<N: PoolNumber>(reserve_in: N, reserve_out: N) -> Result<N, AmmError> {
    positive_reserve("reserve_in", reserve_in)?;
    positive_reserve("reserve_out", reserve_out)?;
    Ok(reserve_out.try_div(reserve_in)?)
}

/// Everything to know about a swap before making it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SwapReport<N> {
    /// Amount out `[out tokens]`.
    pub amount_out: N,
    /// Fee taken, part of the input `[in tokens]`.
    pub fee_paid: N,
    /// Spot price before, without fee `[out/in]`.
    pub spot_price: N,
    /// Spot price before, with fee `[out/in]`.
    pub spot_price_with_fee: N,
    /// Price of this trade `[out/in]`.
    pub effective_price: N,
    /// Spot price after `[out/in]`.
    pub spot_price_after: N,
    /// Price impact, fee excluded `[1]`.
    pub price_impact: N,
    /// Slippage against the spot price, fee included `[1]`.
    pub slippage_total: N,
}

/// Reports on an exact-in swap; the equations are in the [module](self).
///
/// # Errors
/// As [`swap::exact_in`].
pub fn report<N: PoolNumber>(
    reserve_in: N,
    reserve_out: N,
    amount_in: N,
    fee: N,
) -> Result<SwapReport<N>, AmmError> {
    let amount_out = swap::exact_in(reserve_in, reserve_out, amount_in, fee)?;
    let g = kept(fee)?;
    let spot_price = spot(reserve_in, reserve_out)?;
    let effective = g.try_mul(amount_in)?;
    let pushed = reserve_in.try_add(effective)?;
    let price_impact = effective.try_div(pushed)?;
    // 1 - effective/p = 1 - g*(1 - impact) = fee + g*impact, without cancellation.
    let slippage_total = fee.try_add(g.try_mul(price_impact)?)?;
    Ok(SwapReport {
        amount_out,
        fee_paid: fee.try_mul(amount_in)?,
        spot_price,
        spot_price_with_fee: g.try_mul(spot_price)?,
        effective_price: amount_out.try_div(amount_in)?,
        // y - dy = y*x/(x + g*dx): a pool that is nearly drained keeps the digits of what is left.
        spot_price_after: reserve_out
            .try_mul_div(reserve_in, pushed)?
            .try_div(reserve_in.try_add(amount_in)?)?,
        price_impact,
        slippage_total,
    })
}

/// The input that brings the spot price `y'/x'` to `target` `[in tokens]`.
///
/// # Errors
/// [`AmmError::Domain`] if the target is not positive or lies above the present spot price (such a target is reached by
/// trading the other token in); otherwise as [`spot`].
pub fn input_to_spot<N: PoolNumber>(reserve_in: N, reserve_out: N, target: N, fee: N) -> Result<N, AmmError> {
    positive_reserve("reserve_in", reserve_in)?;
    positive_reserve("reserve_out", reserve_out)?;
    let g = kept(fee)?;
    let refused = |range| AmmError::Domain { parameter: "target", value: target.approximate(), range };
    if !target.is_number() || target <= N::ZERO {
        return Err(refused("positive"));
    }
    let wanted_out = reserve_in.try_mul(target)?;
    if wanted_out > reserve_out {
        return Err(refused("at most the present spot price"));
    }
    let excess = reserve_out.try_sub(wanted_out)?;
    let ratio = reserve_out.try_div(wanted_out)?;
    let (two, four) = (N::count(2), N::count(4));
    let root = fee.try_mul(fee)?.try_add(four.try_mul(g)?.try_mul(ratio)?)?.try_sqrt()?;
    let denominator = N::ONE.try_add(g)?.try_add(root)?;
    Ok(two.try_mul(reserve_in)?.try_mul_div(excess, wanted_out)?.try_div(denominator)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_target_is_reached() {
        for fee in [0.0, 0.003, 0.3] {
            for target in [1.9999, 1.0, 0.01] {
                let d = input_to_spot(1000.0, 2000.0, target, fee).unwrap();
                let out = swap::exact_in(1000.0, 2000.0, d, fee).unwrap();
                assert!(((2000.0 - out) / (1000.0 + d) / target - 1.0).abs() < 1e-12);
            }
        }
        assert!(matches!(input_to_spot(1000.0, 2000.0, 2.1, 0.0), Err(AmmError::Domain { .. })));
    }

    #[test]
    fn the_price_of_a_drained_pool_keeps_its_digits() {
        // y' = 1000*1/(1 + 1e14), x' = 1 + 1e14.
        let after = report(1.0, 1000.0, 1e14, 0.0).unwrap().spot_price_after;
        assert!((after / (1000.0 / (1.0 + 1e14) / (1.0 + 1e14)) - 1.0).abs() < 1e-15, "{after}");
    }
}
