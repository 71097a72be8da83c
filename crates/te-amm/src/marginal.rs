//! The amount at which a falling marginal price reaches a value, where no closed form says it.
//!
//! Rule: from a first guess the amount is doubled until the marginal price is at most the value, then the bracket is halved until it no
//! longer changes, at most 200 times.
//!
//! Assumption: the marginal price falls with the amount, as on every curve on which a pool trades.
//!
//! Source: bisection; Burden, Faires, Numerical Analysis, section 2.1.
//!
//! Invariant: the marginal price at the result is the value to the rounding of the price.

use crate::arbitrage::Arbitrage;
use crate::{AmmError, TokenIn};
use te_math::Number;

const HALVINGS: u32 = 200;
const DOUBLINGS: u32 = 2000;

/// A trade of base and quote with its profit at the external price.
///
/// # Errors
/// Overflow.
pub(crate) fn trade(
    token_in: TokenIn,
    amount_in: f64,
    amount_out: f64,
    external_price: f64,
) -> Result<Arbitrage<f64>, AmmError> {
    let profit = match token_in {
        TokenIn::Base => amount_out.try_sub(amount_in.try_mul(external_price)?)?,
        TokenIn::Quote => amount_out.try_mul(external_price)?.try_sub(amount_in)?,
    };
    Ok(Arbitrage { token_in, amount_in, amount_out, profit })
}

/// The amount at which `price` falls to `value`; `None` where it begins at or below it.
///
/// # Errors
/// Those of `price`; [`AmmError::NoConvergence`] where it never falls so far.
pub(crate) fn amount_at(
    price: impl Fn(f64) -> Result<f64, AmmError>,
    value: f64,
    first: f64,
) -> Result<Option<f64>, AmmError> {
    if price(0.0)? <= value {
        return Ok(None);
    }
    let (mut low, mut high) = (0.0, first);
    let mut rounds = 0u32;
    while price(high)? > value {
        if rounds == DOUBLINGS || !high.is_finite() {
            return Err(AmmError::NoConvergence { operation: "amount at a price", rounds });
        }
        (low, high, rounds) = (high, high * 2.0, rounds.saturating_add(1));
    }
    halved(|amount| Ok(price(amount)? > value), low, high).map(Some)
}

/// The upper end of a bracket that is halved until it no longer changes: below the result all amounts are `before` the place looked for.
///
/// # Errors
/// Those of `before`.
pub(crate) fn halved(
    before: impl Fn(f64) -> Result<bool, AmmError>,
    mut low: f64,
    mut high: f64,
) -> Result<f64, AmmError> {
    for _ in 0..HALVINGS {
        let middle = low + (high - low) / 2.0;
        if middle <= low || middle >= high {
            break;
        }
        if before(middle)? {
            low = middle;
        } else {
            high = middle;
        }
    }
    Ok(high)
}

/// Golden section: the amount whose profit is highest, looked for from a first guess on; `None` where no amount pays.
///
/// Assumption: the profit rises to one top and falls from there.
///
/// # Errors
/// Those of `trade`.
#[cfg(feature = "engine")]
pub(crate) fn most_profitable(
    trade: impl Fn(f64) -> Result<Arbitrage<f64>, AmmError>,
    first: f64,
) -> Result<Option<Arbitrage<f64>>, AmmError> {
    const RATIO: f64 = 0.618_033_988_749_894_9;
    let (mut low, mut high, mut last) = (0.0, first, trade(first)?.profit);
    for _ in 0..DOUBLINGS {
        high *= 2.0;
        let next = trade(high)?.profit;
        if next <= last {
            break;
        }
        last = next;
    }
    let (mut left, mut right) = (trade(high - RATIO * (high - low))?, trade(low + RATIO * (high - low))?);
    for _ in 0..HALVINGS {
        if left.profit >= right.profit {
            (high, right) = (right.amount_in, left);
            left = trade(high - RATIO * (high - low))?;
        } else {
            (low, left) = (left.amount_in, right);
            right = trade(low + RATIO * (high - low))?;
        }
        // At the top the profit is flat: half of the digits of an amount are all that profits tell apart.
        if high - low <= high * 1e-9 {
            break;
        }
    }
    let best = if left.profit >= right.profit { left } else { right };
    Ok(Some(best).filter(|best| best.profit > 0.0))
}
