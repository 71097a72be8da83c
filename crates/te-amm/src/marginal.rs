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
    for _ in 0..HALVINGS {
        let middle = low + (high - low) / 2.0;
        if middle <= low || middle >= high {
            break;
        }
        if price(middle)? > value {
            low = middle;
        } else {
            high = middle;
        }
    }
    Ok(Some(high))
}
