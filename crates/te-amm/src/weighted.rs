//! Pools with weights: `prod b_i^w_i = const` (Balancer).
//!
//! ```text
//! out given in   o = bo*(1 - (bi/(bi + g*a))^(wi/wo))
//! in given out   a = bi*((bo/(bo - o))^(wo/wi) - 1)/g            in floats bi*expm1((wo/wi)*ln1p(o/(bo - o)))/g
//! spot           (bi/wi)/(bo/wo)/g                               in tokens per out token, fee included
//! single join    shares = P*((1 + a*(1 - (1 - w)*f)/b)^w - 1)
//! ```
//!
//! | symbol | meaning | unit |
//! |---|---|---|
//! | bi, bo | balances of the token in and out | tokens |
//! | wi, wo, w | weights; only their ratio counts in a swap, `w` is normalised | 1 |
//! | P | pool shares | shares |
//!
//! Assumptions and limits: `f64` throughout, relative error below 1e-12 (powers are not exact in any form). The limits of the original
//! pool (in at most 1/2, out at most 1/3 of the balance) are offered as [`check_pool_limits`], not imposed.
//!
//! Source: Martinelli, Mushegian, Balancer whitepaper (2019); balancer-core `f4ed5d6`, `BMath`.
//!
//! Invariants: with equal weights it is the constant product; the weighted product never falls beyond rounding.

#![expect(
    clippy::inline_always,
    reason = "a loop over columns of runs becomes vector code only where these are inlined"
)]

mod arbitrage;
mod liquidity;

pub use arbitrage::{external, external_with};
pub use liquidity::{FreePart, amount_for_single_exit, amount_for_single_join, shares_for_join};

use crate::error::Bound;
use crate::number::{kept, kept_with, need_amount, need_reserve, positive_amount};
use crate::{AmmError, Number};
use te_math::{Arithmetic, First, Watch, checked, exp_m1, ln_1p, pow, select};

/// One side of a weighted pool.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Side {
    /// Balance `[tokens]`.
    pub balance: f64,
    /// Weight, in any unit `[1]`.
    pub weight: f64,
}

impl Side {
    /// Balance and weight must be positive and finite.
    #[inline(always)]
    fn need<W: Watch<Error: From<AmmError>>>(&self, w: &mut W, balance: &'static str, weight: &'static str) {
        need_reserve(w, balance, self.balance);
        w.need((self.weight > 0.0) & self.weight.is_finite(), || AmmError::Domain {
            parameter: weight,
            value: self.weight,
            range: "positive",
        });
    }
}

#[inline(always)]
fn need_sides<W: Watch<Error: From<AmmError>>>(w: &mut W, side_in: &Side, side_out: &Side) {
    side_in.need(w, "balance_in", "weight_in");
    side_out.need(w, "balance_out", "weight_out");
}

/// Amount out for an exact amount in `[out tokens]`.
///
/// # Errors
/// Balances, weights or amount not positive, fee outside `[0, 1)`; overflow.
pub fn out_given_in(side_in: Side, side_out: Side, amount_in: f64, fee: f64) -> Result<f64, AmmError> {
    checked(|w| out_given_in_with(w, side_in, side_out, amount_in, fee))
}

/// [`out_given_in`], which states its needs.
#[inline(always)]
pub fn out_given_in_with<W: Watch<Error: From<AmmError> + From<Arithmetic>>>(
    w: &mut W,
    side_in: Side,
    side_out: Side,
    amount_in: f64,
    fee: f64,
) -> f64 {
    need_sides(w, &side_in, &side_out);
    need_amount(w, "amount_in", amount_in);
    let grown = (kept_with(w, fee) * amount_in).over(side_in.balance, w);
    // 1 - (1 + u)^-w as -expm1(-w*ln(1 + u)): small trades keep their digits.
    side_out.balance.times(-exp_m1(-(side_in.weight / side_out.weight) * ln_1p(grown)), w)
}

/// Amount in for an exact amount out `[in tokens]`.
///
/// # Errors
/// As [`out_given_in`]; [`AmmError::InsufficientLiquidity`] if the amount out is not below the balance.
pub fn in_given_out(side_in: Side, side_out: Side, amount_out: f64, fee: f64) -> Result<f64, AmmError> {
    checked(|w| in_given_out_with(w, side_in, side_out, amount_out, fee))
}

/// [`in_given_out`], which states its needs.
#[inline(always)]
pub fn in_given_out_with<W: Watch<Error: From<AmmError> + From<Arithmetic>>>(
    w: &mut W,
    side_in: Side,
    side_out: Side,
    amount_out: f64,
    fee: f64,
) -> f64 {
    need_sides(w, &side_in, &side_out);
    need_amount(w, "amount_out", amount_out);
    let g = kept_with(w, fee);
    w.need(amount_out < side_out.balance, || {
        AmmError::too_many_tokens("amount_out", amount_out, Bound::Below, side_out.balance)
    });
    // Exact where less than half is left.
    let left = side_out.balance - amount_out;
    let ratio = side_out.weight / side_in.weight;
    let power = ratio * ln_1p(amount_out / left);
    // A power far above 1 keeps more digits than its logarithm does; near 1 the difference to 1 needs the logarithm.
    let grown = select(power < 1.0, exp_m1(power), pow(side_out.balance / left, ratio) - 1.0);
    side_in.balance.times(grown, w).over(g, w)
}

/// Spot price with fee `[in tokens per out token]`.
///
/// # Errors
/// Balances or weights not positive, fee outside `[0, 1)`; overflow.
pub fn spot_price(side_in: Side, side_out: Side, fee: f64) -> Result<f64, AmmError> {
    checked(|w| need_sides::<First<AmmError>>(w, &side_in, &side_out))?;
    let ratio = (side_in.balance / side_in.weight).try_div(side_out.balance / side_out.weight)?;
    Ok(ratio.try_div(kept(fee)?)?)
}

/// Shares for a deposit of one token of normalised weight `[shares]`.
///
/// # Errors
/// Balance, amount or shares not positive, weight outside `(0, 1)`, fee outside `[0, 1)`; overflow.
pub fn shares_for_single_join(
    side: Side,
    total_shares: f64,
    amount_in: f64,
    fee: f64,
) -> Result<f64, AmmError> {
    checked(|w| side.need::<First<AmmError>>(w, "balance", "weight"))?;
    if side.weight >= 1.0 {
        return Err(AmmError::Domain { parameter: "weight", value: side.weight, range: "in (0, 1)" });
    }
    positive_amount("amount_in", amount_in)?;
    positive_amount("total_shares", total_shares)?;
    kept(fee)?;
    let taxed = (amount_in * (1.0 - (1.0 - side.weight) * fee)).try_div(side.balance)?;
    Ok(total_shares.try_mul(exp_m1(side.weight * ln_1p(taxed)))?)
}

/// The original pool's limits: at most half the balance in, at most a third out.
///
/// # Errors
/// [`AmmError::InsufficientLiquidity`] naming the larger amount.
pub fn check_pool_limits(
    side_in: Side,
    side_out: Side,
    amount_in: f64,
    amount_out: f64,
) -> Result<(), AmmError> {
    for (parameter, requested, available) in
        [("amount_in", amount_in, side_in.balance / 2.0), ("amount_out", amount_out, side_out.balance / 3.0)]
    {
        if requested.is_nan() || requested > available {
            return Err(AmmError::too_many_tokens(parameter, requested, Bound::AtMost, available));
        }
    }
    Ok(())
}

/// A weight that moves linearly in time, as in liquidity bootstrapping: `w0 + (w1 - w0)*(t - t0)/(t1 - t0)`, held outside `[1]`.
///
/// # Errors
/// [`AmmError::Domain`] unless `t0 < t1`, all times and the distance of those two are finite, and the weights are positive.
pub fn ramped_weight((t0, w0): (f64, f64), (t1, w1): (f64, f64), time: f64) -> Result<f64, AmmError> {
    for (parameter, value) in [("start time", t0), ("end time", t1), ("time", time)] {
        if !value.is_finite() {
            return Err(AmmError::Domain { parameter, value, range: "finite" });
        }
    }
    let whole = t1 - t0;
    if !(whole > 0.0 && whole.is_finite()) {
        return Err(AmmError::Domain {
            parameter: "end time less start time",
            value: whole,
            range: "positive and finite",
        });
    }
    for (parameter, value) in [("start weight", w0), ("end weight", w1)] {
        if !(value.is_finite() && value > 0.0) {
            return Err(AmmError::Domain { parameter, value, range: "positive" });
        }
    }
    checked(|w| ramped_with(w, (w0, w1), (time - t0) / whole))
}

/// A weight on its way between two, after a part of the way, which is held to 0 to 1 `[1]`.
#[inline(always)]
pub(crate) fn ramped_with<W: Watch<Error: From<AmmError> + From<Arithmetic>>>(
    w: &mut W,
    (start, end): (f64, f64),
    passed: f64,
) -> f64 {
    let passed = passed.clamp(0.0, 1.0);
    (start * (1.0 - passed)).plus(end * passed, w)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::swap;

    #[test]
    fn equal_weights_are_the_constant_product() {
        let (a, b) = (Side { balance: 1000.0, weight: 0.5 }, Side { balance: 3000.0, weight: 0.5 });
        for amount in [1e-9, 1.0, 1e4] {
            let out = out_given_in(a, b, amount, 0.003).unwrap();
            assert!((out / swap::exact_in(1000.0, 3000.0, amount, 0.003).unwrap() - 1.0).abs() < 1e-14);
            assert!((in_given_out(a, b, out, 0.003).unwrap() / amount - 1.0).abs() < 1e-12);
        }
        assert!(in_given_out(a, b, 3000.0, 0.0).is_err());
        assert!(check_pool_limits(a, b, 501.0, 1.0).is_err());
    }

    #[test]
    fn an_amount_near_the_whole_balance_keeps_its_digits() {
        let (a, b) = (Side { balance: 1.0, weight: 0.5 }, Side { balance: 7e9, weight: 0.5 });
        assert_eq!(in_given_out(a, b, 6_999_999_993.0, 0.0).unwrap(), 999_999_999.0);
    }

    #[test]
    fn a_ramp_is_held_at_its_ends() {
        let ramp = |t| ramped_weight((0.0, 0.9), (10.0, 0.1), t).unwrap();
        assert_eq!((ramp(-1.0), ramp(5.0), ramp(11.0)), (0.9, 0.5, 0.1));
        for (start, end, time) in
            [(f64::NEG_INFINITY, 0.0, -1.0), (0.0, f64::INFINITY, 1.0), (-1e308, 1e308, 0.0), (1.0, 1.0, 1.0)]
        {
            assert!(matches!(ramped_weight((start, 1.0), (end, 2.0), time), Err(AmmError::Domain { .. })));
        }
        let side = Side { balance: 100.0, weight: 0.5 };
        assert!((shares_for_single_join(side, 10.0, 300.0, 0.0).unwrap() - 10.0).abs() < 1e-13);
    }
}
