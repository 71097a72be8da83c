//! Prices of a pool for tokens of like value, and the best trade against a price elsewhere.
//!
//! ```text
//! price of i in j    (A' + P/x_i)/(A' + P/x_j),  P = D*prod(D/(n*x)),  A' = A*n
//! arbitrage          the amount in after which g times the price is the external one
//! ```
//!
//! | symbol | meaning | unit |
//! |---|---|---|
//! | x | balances | tokens |
//! | D, A, n | invariant, amplification, number of tokens | tokens, 1, 1 |
//! | g | 1 - fee; the fee is on the output | 1 |
//!
//! Assumption: the fee goes out of the pool, so that the price after a trade is that of the curve.
//!
//! Source: Egorov, `StableSwap` (2019).
//!
//! Invariant: a balanced pool's price is 1.

use super::{checked, exact_in, invariant, pair_of};
use crate::arbitrage::Arbitrage;
use crate::number::{kept, positive_amount};
use crate::{AmmError, TokenIn, marginal};
use te_math::Number;

/// Price of token `i` in token `j`, without fee `[j/i]`.
///
/// ```
/// use te_amm::stableswap::price;
/// assert_eq!(price(&[1e6, 1e6], (0, 1), 100.0)?, 1.0);
/// // The scarce token is dear.
/// assert!(price(&[2e5, 1.8e6], (0, 1), 100.0)? > 1.0);
/// # Ok::<(), te_amm::AmmError>(())
/// ```
///
/// # Errors
/// As [`invariant`]; [`AmmError::InvalidPath`] for tokens that are the same or not there.
pub fn price(balances: &[f64], pair: (usize, usize), amplification: f64) -> Result<f64, AmmError> {
    let d = invariant(balances, amplification)?;
    price_at(balances, pair, amplification, d)
}

/// The price with the invariant at hand.
fn price_at(balances: &[f64], pair: (usize, usize), amplification: f64, d: f64) -> Result<f64, AmmError> {
    let (n, ann) = checked(balances, amplification)?;
    let (x, y) = pair_of(balances, pair)?;
    let p = balances.iter().fold(d, |p, &x| p * (d / (n * x)));
    Ok((ann + p / x).try_div(ann + p / y)?)
}

/// The best trade of the first two tokens, base and quote, against an external price; `None` where none pays.
///
/// ```
/// use te_amm::{TokenIn, stableswap};
/// let trade = stableswap::external(&[1e6, 1e6], 1.001, 100.0, 0.0004)?.ok_or("inside the band")?;
/// assert_eq!(trade.token_in, TokenIn::Quote);
/// assert!(trade.profit > 0.0);
/// assert!(stableswap::external(&[1e6, 1e6], 1.0003, 100.0, 0.0004)?.is_none());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// As [`invariant`]; price not positive, fee outside `[0, 1)`; no amount reaches the price.
pub fn external(
    balances: &[f64],
    external_price: f64,
    amplification: f64,
    fee: f64,
) -> Result<Option<Arbitrage<f64>>, AmmError> {
    positive_amount("external_price", external_price)?;
    let g = kept(fee)?;
    let d = invariant(balances, amplification)?;
    for (token_in, pair, worth) in
        [(TokenIn::Base, (0, 1), external_price), (TokenIn::Quote, (1, 0), 1.0 / external_price)]
    {
        let (given, _) = pair_of(balances, pair)?;
        let after = |amount: f64| -> Result<f64, AmmError> {
            let mut moved = [0.0; 8];
            let moved = moved.get_mut(..balances.len()).ok_or(super::no_such_token())?;
            moved.copy_from_slice(balances);
            if amount > 0.0 {
                let out = exact_in(balances, pair, amount, amplification, 0.0, 0.0)?;
                for (place, by) in [(pair.0, amount), (pair.1, -out)] {
                    if let Some(balance) = moved.get_mut(place) {
                        *balance += by;
                    }
                }
            }
            Ok(g * price_at(moved, pair, amplification, d)?)
        };
        if let Some(amount_in) = marginal::amount_at(after, worth, given * 1e-6)? {
            let amount_out = exact_in(balances, pair, amount_in, amplification, fee, 0.0)?;
            return marginal::trade(token_in, amount_in, amount_out, external_price).map(Some);
        }
    }
    Ok(None)
}
