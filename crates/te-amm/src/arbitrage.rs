//! Arbitrage of one pool against an external price, taken as given.
//!
//! ```text
//! pool       base x, quote y, price p = y/x          external price pe, quote per base
//! band       g*pe <= p <= pe/g                        inside it no trade pays
//! p < g*pe   quote in   dq = (sqrt(k*g*pe) - y)/g     base out,  profit = out*pe - dq
//! p*g > pe   base in    db = (sqrt(k*g/pe) - x)/g     quote out, profit = out - db*pe
//! ```
//!
//! After the trade the curve's price, fee excluded, stands on the edge of the band.
//!
//! | symbol | meaning | unit |
//! |---|---|---|
//! | pe | price elsewhere, in any amount | quote/base |
//! | dq, db | best input | quote, base |
//!
//! Assumptions and limits: the outside market is deep and free; no gas. The free form is
//! `dq = (g*pe*x - y)/(g*(sqrt(r) + 1))`, `r = g*pe*x/y`, with profit `y*(sqrt(r) - 1)^2/g`; it neither overflows with `k` nor
//! cancels beyond its inputs near the band. The integer form is
//! exact in 512 bits and rounds the input down, so it never passes the edge.
//!
//! Sources: Angeris, Kao, Chiang, Noyes, Chitra, An analysis of Uniswap markets, arXiv:1911.03380; v2-periphery
//! `UniswapV2LiquidityMathLibrary`.
//!
//! Invariants: no trade inside the band; after a trade no further profit; profit is never negative in exact arithmetic.

#![expect(
    clippy::inline_always,
    reason = "a loop over columns of runs becomes vector code only where these are inlined"
)]

use crate::grid::MAX_UNITS;
use crate::number::{kept, kept_with, need_reserve, positive_reserve};
use crate::wide::{U512, isqrt, product, ten_to};
use crate::{AmmError, Fee, Number, PoolNumber, swap};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use te_math::{Arithmetic, First, Watch, checked};

/// The token that comes into the pool.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TokenIn {
    /// The base token comes in, the quote token goes out.
    Base,
    /// The quote token comes in, the base token goes out.
    Quote,
}

/// A trade that pays.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Arbitrage<N> {
    /// Token that comes in.
    pub token_in: TokenIn,
    /// Best amount in `[in tokens]`.
    pub amount_in: N,
    /// Amount out `[out tokens]`.
    pub amount_out: N,
    /// Profit at the external price `[quote]`.
    pub profit: N,
}

/// The external prices `[p*g, p/g]` at which the pool is left alone `[quote/base]`.
///
/// # Errors
/// Reserves not positive, fee outside `[0, 1)`.
pub fn no_trade_band<N: PoolNumber>(base: N, quote: N, fee: N) -> Result<(N, N), AmmError> {
    positive_reserve("base", base)?;
    positive_reserve("quote", quote)?;
    let g = kept(fee)?;
    Ok((quote.try_mul_div(g, base)?, quote.try_div(base)?.try_div(g)?))
}

#[inline(always)]
fn need_price<N: Number, W: Watch<Error: From<AmmError>>>(w: &mut W, price: N) {
    w.need(price.is_number() & (price > N::ZERO), || AmmError::Domain {
        parameter: "external_price",
        value: price.approximate(),
        range: "positive",
    });
}

/// The best trade against `external_price`, `None` inside the band.
///
/// # Errors
/// Reserves or price not positive, fee outside `[0, 1)`, or an intermediate result that does not fit `N`.
pub fn external<N: PoolNumber>(
    base: N,
    quote: N,
    external_price: N,
    fee: N,
) -> Result<Option<Arbitrage<N>>, AmmError> {
    checked(|w| external_with(w, base, quote, external_price, fee)).map(|found| {
        let Found { pays, quote_in, amount_in, amount_out, profit } = found;
        let token_in = if quote_in { TokenIn::Quote } else { TokenIn::Base };
        pays.then_some(Arbitrage { token_in, amount_in, amount_out, profit })
    })
}

/// What [`external_with`] finds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Found<N> {
    /// Whether a trade pays. Where none does the amounts mean nothing.
    pub pays: bool,
    /// Whether quote comes in, rather than base.
    pub quote_in: bool,
    /// Best amount in `[in tokens]`.
    pub amount_in: N,
    /// Amount out `[out tokens]`.
    pub amount_out: N,
    /// Profit at the external price `[quote]`.
    pub profit: N,
}

/// [`external`], which states its needs.
///
/// The trade goes to the band's edge, for the value ratio `r = high/low > 1`. With `e = sqrt(r) - 1`, formed as
/// `(high - low)/low/(sqrt(r) + 1)`: input `reserve*e/g`, profit `low*e^2/g`.
#[inline(always)]
pub fn external_with<N: PoolNumber, W: Watch<Error: From<AmmError> + From<Arithmetic>>>(
    w: &mut W,
    base: N,
    quote: N,
    external_price: N,
    fee: N,
) -> Found<N> {
    need_reserve(w, "base", base);
    need_reserve(w, "quote", quote);
    need_price(w, external_price);
    let g = kept_with(w, fee);
    let worth = base.times(external_price, w);
    let bought = g.times(worth, w);
    let quote_in = quote < bought;
    let sold = w.when(!quote_in, |w| g.times(quote, w));
    let outside = quote_in | (sold > worth);
    let of = |yes, no| N::choose(quote_in, yes, no);
    let (high, low) = (of(bought, sold), of(quote, worth));
    let (reserve_in, reserve_out) = (of(quote, base), of(base, quote));
    // The trade and its proceeds are parts: they are needed only where there is a trade.
    let (mut trade, mut proceeds) = (W::Of::<W::Error>::default(), W::Of::<W::Error>::default());
    let t = &mut trade;
    let root = high.over(low, t).root(t);
    let denominator = g.times(root.plus(N::ONE, t), t);
    let gap = high.minus(low, t);
    let amount_in = reserve_in.times_over(gap, low, t).over(denominator, t);
    let pays = outside & (amount_in > N::ZERO);
    let p = &mut proceeds;
    let amount_out = swap::exact_in_with(p, reserve_in, reserve_out, amount_in, fee);
    // low*e^2/g = (gap/(g*(root + 1)))^2 * g/low
    let part = gap.over(denominator, p);
    let profit = part.times_over(part, low, p).times(g, p);
    w.join(outside, trade, |error| error);
    w.join(pays, proceeds, |error| error);
    Found { pays, quote_in, amount_in, amount_out, profit }
}

/// The best trade in units of the grid, `None` inside the band: token in, units in, units out.
///
/// Input: `floor((isqrt(floor(k*g*pe)) - y)*b/n)` for quote in, with `g = n/b`, and the mirror image for base in.
///
/// # Errors
/// Reserves zero or above `2^96 - 1`, or a price that is not positive.
pub fn external_units(
    base: u128,
    quote: u128,
    external_price: Decimal,
    fee: Fee,
) -> Result<Option<(TokenIn, u128, u128)>, AmmError> {
    if base == 0 || quote == 0 {
        return Err(AmmError::NonPositiveReserve { parameter: "reserve", value: 0.0 });
    }
    if base > MAX_UNITS || quote > MAX_UNITS {
        return Err(AmmError::Overflow { operation: "units of the grid" });
    }
    checked(|w: &mut First<AmmError>| need_price(w, external_price))?;
    let numerator = external_price.mantissa().unsigned_abs();
    let denominator = ten_to(external_price.scale()).unwrap_or(1);
    let (n, b) = (u128::from(fee.kept()), u128::from(fee.base()));
    // 96 + 60 + 96 bits at most.
    let triple = |a, c, d: u128| U512::from(product(a, c)).wrapping_mul(U512::from(d));
    let (token_in, reserve_in, reserve_out, up, down) =
        if triple(quote, b, denominator) < triple(base, n, numerator) {
            (TokenIn::Quote, quote, base, numerator, denominator)
        } else if triple(base, b, numerator) < triple(quote, n, denominator) {
            (TokenIn::Base, base, quote, denominator, numerator)
        } else {
            return Ok(None);
        };
    // 192 + 60 + 96 bits at most.
    let radicand = U512::from(product(base, quote)).wrapping_mul(U512::from(product(n, up)));
    let edge = isqrt(radicand.wrapping_div(U512::from(product(b, down))));
    let span = edge.saturating_sub(U512::from(reserve_in));
    let wide_input = span.wrapping_mul(U512::from(b)).wrapping_div(U512::from(n));
    let input: u128 = wide_input.saturating_to();
    if input == 0 {
        return Ok(None);
    }
    if input > MAX_UNITS {
        return Err(AmmError::Overflow { operation: "arbitrage input" });
    }
    let output = swap::exact_in_units(reserve_in, reserve_out, input, fee)?;
    // A trade that only feeds the rounding is none.
    if output == 0 {
        return Ok(None);
    }
    let (gain, cost) = (product(output, up), product(input, down));
    Ok(if gain > cost { Some((token_in, input, output)) } else { None })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_band_is_left_alone_and_its_edge_reached() {
        let (low, high) = no_trade_band(1000.0, 2000.0, 0.003).unwrap();
        assert!(external(1000.0, 2000.0, low, 0.003).unwrap().is_none());
        assert!(external(1000.0, 2000.0, 2.0, 0.003).unwrap().is_none());
        assert!(external(1000.0, 2000.0, high * 0.999_999, 0.003).unwrap().is_none());
        let trade = external(1000.0, 2000.0, 3.0, 0.003).unwrap().unwrap();
        assert_eq!(trade.token_in, TokenIn::Quote);
        assert!(trade.profit > 0.0);
        let worse = swap::exact_in(2000.0, 1000.0, trade.amount_in * 1.01, 0.003).unwrap() * 3.0
            - trade.amount_in * 1.01;
        assert!(worse < trade.profit);
    }

    #[test]
    fn units_agree_with_the_free_form() {
        let price = "0.678010239026".parse().unwrap();
        let (base, quote) = (190_289_241_972_000_000_000_000u128, 242_018_819_364_000_000_000_000u128);
        let (token, input, _) = external_units(base, quote, price, Fee::UNISWAP_V2).unwrap().unwrap();
        let free = external(base as f64, quote as f64, 0.678_010_239_026, 0.003).unwrap().unwrap();
        assert_eq!(token, free.token_in);
        assert!((input as f64 / free.amount_in - 1.0).abs() < 1e-14);
    }
}
