//! Pools for tokens of like value by the curve `x^3*y + x*y^3`, in real arithmetic.
//!
//! ```text
//! swap       x1 = x + g*a;  u of u^3 - 3*y*u^2 + (x1^2 + 3*y^2)*u = g*a*(y*(x1^2 + x1*x + x^2) + y^3)/x1
//! price      (3*x^2*y + y^3)/(x^3 + 3*x*y^2)
//! arbitrage  the amount in after which g times the price is the external one
//! ```
//!
//! The cubic is the difference of the curve before and after, solved for the amount out itself, so that an amount far below the balances keeps
//! its digits. Newton's steps from 0 rise to its root.
//!
//! | symbol | meaning | unit |
//! |---|---|---|
//! | x, y | balances of the token in and out | tokens |
//! | a, u | amount in, out | tokens |
//! | g | 1 - fee; the fee is on the input and leaves the pool | 1 |
//!
//! Assumptions and limits: two tokens; `f64`, relative error of the amount out below 4e-15, and 2e-14 where nearly the whole
//! balance goes out. The contract's integers are in [`exact::solidly`](crate::exact::solidly).
//!
//! Source: Solidly (2022); the form for the change follows from the difference of the curves.
//!
//! Invariant: a swap without fee keeps `x^3*y + x*y^3`.

use crate::arbitrage::Arbitrage;
use crate::number::{kept, positive_amount, positive_reserve};
use crate::{AmmError, TokenIn, marginal};
use te_math::Number;

/// Rounds after which the iteration is given up.
const ROUNDS: u32 = 255;

fn reserves(reserve_in: f64, reserve_out: f64) -> Result<(), AmmError> {
    positive_reserve("reserve_in", reserve_in)?;
    positive_reserve("reserve_out", reserve_out)
}

/// Amount out for an exact amount in `[out tokens]`.
///
/// ```
/// use te_amm::solidly;
/// // A millionth of a token into a balanced pool of a thousand million: at par.
/// assert!((solidly::exact_in(1e9, 1e9, 1e-6, 0.0)? / 1e-6 - 1.0).abs() < 4e-15);
/// assert!(solidly::exact_in(1e6, 1e6, 5e5, 0.0)? < 5e5);
/// # Ok::<(), te_amm::AmmError>(())
/// ```
///
/// # Errors
/// Balances or amount not positive, fee outside `[0, 1)`; overflow; no convergence.
pub fn exact_in(reserve_in: f64, reserve_out: f64, amount_in: f64, fee: f64) -> Result<f64, AmmError> {
    reserves(reserve_in, reserve_out)?;
    positive_amount("amount_in", amount_in)?;
    let added = kept(fee)? * amount_in;
    let after = reserve_in.try_add(added)?;
    // The curve has no scale of its own: in units of the larger balance nothing overflows.
    let unit = after.max(reserve_out);
    let (x, x1, y) = (reserve_in / unit, after / unit, reserve_out / unit);
    let right = added / after * (y * (x1 * x1 + x1 * x + x * x) + y * y * y);
    let linear = x1 * x1 + 3.0 * y * y;
    let mut u = 0.0;
    for _ in 0..ROUNDS {
        // f' is 3*(y - u)^2 + x1^2.
        let rest = right - ((u - 3.0 * y) * u + linear) * u;
        let left = y - u;
        let next = u + rest / (3.0 * left * left + x1 * x1);
        if next <= u {
            return Ok((u * unit).min(reserve_out));
        }
        u = next;
    }
    Err(AmmError::NoConvergence { operation: "amount out", rounds: ROUNDS })
}

/// Price of the token in, in the token out, without fee `[out/in]`.
///
/// # Errors
/// Balances not positive; overflow.
pub fn price(reserve_in: f64, reserve_out: f64) -> Result<f64, AmmError> {
    reserves(reserve_in, reserve_out)?;
    // In r = y/x, which does not overflow where the cubes do.
    let r = reserve_out.try_div(reserve_in)?;
    let square = r.try_mul(r)?;
    Ok(r.try_mul(3.0 + square)?.try_div(1.0 + 3.0 * square)?)
}

/// The best trade of base and quote against an external price; `None` where none pays.
///
/// # Errors
/// As [`exact_in`]; price not positive; no amount reaches the price.
pub fn external(
    base: f64,
    quote: f64,
    external_price: f64,
    fee: f64,
) -> Result<Option<Arbitrage<f64>>, AmmError> {
    positive_amount("external_price", external_price)?;
    reserves(base, quote)?;
    let g = kept(fee)?;
    for (token_in, x, y, worth) in
        [(TokenIn::Base, base, quote, external_price), (TokenIn::Quote, quote, base, 1.0 / external_price)]
    {
        let after = |amount: f64| {
            let out = if amount > 0.0 { exact_in(x, y, amount, fee)? } else { 0.0 };
            Ok(g * price(x + g * amount, y - out)?)
        };
        if let Some(amount_in) = marginal::amount_at(after, worth, x * 1e-6)? {
            let amount_out = exact_in(x, y, amount_in, fee)?;
            return marginal::trade(token_in, amount_in, amount_out, external_price).map(Some);
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_curve_is_kept_and_the_price_is_its_slope() {
        let k = |x: f64, y: f64| x * x * x * y + x * y * y * y;
        for (x, y, a) in [(3.0, 5.0, 1.0), (1e6, 10.0, 1e5), (10.0, 1e6, 1e5)] {
            let out = exact_in(x, y, a, 0.0).unwrap();
            // What is left has as many digits fewer as it is smaller.
            let digits = 1e-12 * y / (y - out);
            assert!((k(x + a, y - out) / k(x, y) - 1.0).abs() < digits);
            let small = exact_in(x, y, x * 1e-9, 0.0).unwrap() / (x * 1e-9);
            assert!((small / price(x, y).unwrap() - 1.0).abs() < 1e-6);
        }
        // It has no scale.
        assert_eq!(
            exact_in(3e200, 5e200, 1e200, 0.0).unwrap() / 1e200,
            exact_in(3.0, 5.0, 1.0, 0.0).unwrap()
        );
        assert!(exact_in(1.0, 1.0, 0.0, 0.0).is_err());
    }
}
