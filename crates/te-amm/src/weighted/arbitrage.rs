//! The best trade of a weighted pool against an external price.
//!
//! ```text
//! p = (bq/wq)/(bb/wb),  wb + wq = 1
//! p < g*pe     quote in    bq*((g*pe/p)^wb - 1)/g
//! p*g > pe     base in     bb*((g*p/pe)^wq - 1)/g
//! ```
//!
//! | symbol | meaning | unit |
//! |---|---|---|
//! | bb, bq | balances of base and quote | tokens |
//! | wb, wq | their weights | 1 |
//! | p, pe | the pool's price without fee, the price elsewhere | quote/base |
//! | g | 1 - fee | 1 |
//!
//! Source: Balancer whitepaper (2019); the trade after which the price with fee is the external price.
//!
//! Invariant: no trade inside the band `g*pe <= p <= pe/g`.

use super::{Side, out_given_in_with};
use crate::arbitrage::{Arbitrage, Found};
use crate::number::{kept_with, need_amount, need_reserve};
use crate::{AmmError, Number, TokenIn};
use te_math::{Arithmetic, Watch, checked, exp_m1, ln, select};

/// The best trade against `external_price`, `None` inside the band; `weight` is the base's.
///
/// ```
/// use te_amm::{TokenIn, weighted};
/// let trade = weighted::external(400.0, 100.0, 0.8, 1.21, 0.0)?.ok_or("inside the band")?;
/// assert_eq!(trade.token_in, TokenIn::Quote);
/// assert!((trade.amount_in - 100.0 * (1.21f64.powf(0.8) - 1.0)).abs() < 1e-12);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// Balances or price not positive, weight outside `(0, 1)`, fee outside `[0, 1)`; overflow.
pub fn external(
    base: f64,
    quote: f64,
    weight: f64,
    external_price: f64,
    fee: f64,
) -> Result<Option<Arbitrage<f64>>, AmmError> {
    checked(|w| external_with(w, base, quote, weight, external_price, fee)).map(|found| {
        let Found { pays, quote_in, amount_in, amount_out, profit } = found;
        let token_in = if quote_in { TokenIn::Quote } else { TokenIn::Base };
        pays.then_some(Arbitrage { token_in, amount_in, amount_out, profit })
    })
}

/// [`external`], which states its needs.
#[inline(always)]
pub fn external_with<W: Watch<Error: From<AmmError> + From<Arithmetic>>>(
    w: &mut W,
    base: f64,
    quote: f64,
    weight: f64,
    external_price: f64,
    fee: f64,
) -> Found<f64> {
    need_reserve(w, "base", base);
    need_reserve(w, "quote", quote);
    need_amount(w, "external_price", external_price);
    w.need((weight > 0.0) & (weight < 1.0), || AmmError::Domain {
        parameter: "weight",
        value: weight,
        range: "in (0, 1)",
    });
    let g = kept_with(w, fee);
    let other = 1.0 - weight;
    let price = (quote / other).over(base / weight, w);
    let ratio = price.over(external_price, w);
    let quote_in = ratio < g;
    let outside = quote_in | (ratio * g > 1.0);
    let reach = select(quote_in, g / ratio, g * ratio);
    let base_side = Side { balance: base, weight };
    let quote_side = Side { balance: quote, weight: other };
    let side = |from_quote: bool| Side {
        balance: select(from_quote, quote_side.balance, base_side.balance),
        weight: select(from_quote, quote_side.weight, base_side.weight),
    };
    let (given, taken) = (side(quote_in), side(!quote_in));
    // The trade is needed only where there is one.
    let mut trade = W::Of::<W::Error>::default();
    let amount_in = given.balance.times(exp_m1(taken.weight * ln(reach)), &mut trade).over(g, &mut trade);
    let pays = outside & (amount_in > 0.0);
    let mut proceeds = W::Of::<W::Error>::default();
    let amount_out = out_given_in_with(&mut proceeds, given, taken, amount_in, fee);
    let bought = amount_out.times(external_price, &mut proceeds) - amount_in;
    let sold = amount_out - amount_in.times(external_price, &mut proceeds);
    let profit = select(quote_in, bought, sold);
    w.join(outside, trade, |error| error);
    w.join(pays, proceeds, |error| error);
    Found { pays, quote_in, amount_in, amount_out, profit }
}
