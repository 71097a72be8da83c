//! The best trade of a weighted pool against an external price.
//!
//! ```text
//! p = (bq/wq)/(bb/wb),  wb + wq = 1
//! p < g*pe     quote in    bq*((g*pe/p)^wb - 1)/g,    base out   bb*(1 - (g*pe/p)^-wq)
//! p*g > pe     base in     bb*((g*p/pe)^wq - 1)/g,    quote out  bq*(1 - (g*p/pe)^-wb)
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

#![expect(
    clippy::inline_always,
    reason = "a loop over columns of runs becomes vector code only where these are inlined"
)]

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
    let of = |quote: f64, base: f64| select(quote_in, quote, base);
    let (given, taken) = (of(quote, base), of(base, quote));
    let log = ln(reach);
    // The trade is needed only where there is one.
    let mut trade = W::Of::<W::Error>::default();
    let amount_in = given.times(exp_m1(of(weight, other) * log), &mut trade).over(g, &mut trade);
    let pays = outside & (amount_in > 0.0);
    let mut proceeds = W::Of::<W::Error>::default();
    // The balance in grows by (g*pe/p)^wo without the fee, so that of the other falls by its power -wi.
    let amount_out = -taken * exp_m1(-of(other, weight) * log);
    let (base_moved, quote_moved) = (of(amount_out, amount_in), of(amount_in, amount_out));
    let worth = base_moved.times(external_price, &mut proceeds);
    let profit = of(worth, quote_moved).minus(of(quote_moved, worth), &mut proceeds);
    w.join(outside, trade, |error| error);
    w.join(pays, proceeds, |error| error);
    Found { pays, quote_in, amount_in, amount_out, profit }
}
