//! A Dutch auction of a supply of tokens: the price falls from a start to a reserve, and buyers take what they want at the price
//! they see, until the time or the supply runs out.
//!
//! ```text
//! x        = min(t / duration, 1)
//! price    = start - (start - reserve) x              linear
//! price    = start exp(-ln(start / reserve) x)        exponential: start (reserve / start)^x
//! sold'    = min(sold + demand, supply)   while t <= duration, else sold
//! revenue' = revenue + price (sold' - sold)
//! unsold'  = supply - sold'
//! ```
//!
//! | symbol | meaning | unit | range |
//! |---|---|---|---|
//! | t, duration | time since the opening, length of the auction | step | from 0; above 0 |
//! | start, reserve | price at the opening, lowest price | quote/token | start from reserve, reserve from 0; above 0 where exponential |
//! | demand | tokens that buyers would take in the step at its price | token | from 0 |
//! | supply, sold, unsold | tokens offered, sold so far, left | token | from 0 |
//! | revenue | what buyers paid so far | quote | from 0 |
//!
//! Assumptions and limits: every buyer pays the price at which the purchase was made, not one clearing price for all; demand is what
//! it is told to be and does not wait for a lower price by itself; what is unsold at the end stays with the seller.
//!
//! Source: W. Vickrey, Counterspeculation, Auctions, and Competitive Sealed Tenders, The Journal of Finance 16 (1961), for the auction;
//! the two laws of decline are those in use, linear between two amounts and by a constant factor in equal times.
//!
//! Invariants: the price never rises and lies in `[reserve, start]`, at both ends exactly; what is sold never falls and never exceeds
//! the supply.

#![expect(
    clippy::inline_always,
    reason = "a loop over columns of runs becomes vector code only where these are inlined"
)]

use te_math::{OutOfRange, Watch, checked, exp, ln, max, min, select};

/// How the price falls.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "engine", derive(te_core::Choice))]
pub enum Decline {
    /// By equal amounts in equal times.
    #[default]
    Linear,
    /// By equal factors in equal times.
    Exponential,
}

/// The terms of an auction.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Terms {
    /// How the price falls.
    pub decline: Decline,
    /// Price at the opening, in quote/token.
    pub start: f64,
    /// Lowest price, in quote/token.
    pub reserve: f64,
    /// Length of the auction, in steps.
    pub duration: f64,
    /// Tokens offered.
    pub supply: f64,
}

/// What came of an auction so far.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Sales {
    /// Tokens sold.
    pub sold: f64,
    /// What buyers paid, in quote.
    pub revenue: f64,
}

/// Price at time `t` after the opening, in quote/token: `start - (start - reserve) x` or `start exp(-ln(start / reserve) x)` with
/// `x = min(t / duration, 1)`, from [`Terms::start`] down to [`Terms::reserve`].
///
/// # Errors
/// [`OutOfRange`] for an argument outside the table of [the module](self).
///
/// # Examples
/// ```
/// use te_issuance::dutch_auction::{Decline, Terms, price};
///
/// let linear = Terms { decline: Decline::Linear, start: 8.0, reserve: 2.0, duration: 10.0, supply: 1e6 };
/// assert_eq!(price(&linear, 5.0)?, 5.0);
/// let exponential = Terms { decline: Decline::Exponential, ..linear };
/// assert_eq!(price(&exponential, 5.0)?, 4.0);
/// assert_eq!(price(&exponential, 11.0)?, 2.0);
///
/// let refused = price(&Terms { reserve: 9.0, ..linear }, 5.0).unwrap_err();
/// assert_eq!(refused.to_string(), "reserve is 9: allowed is [0, start] quote/token");
/// # Ok::<(), te_math::OutOfRange>(())
/// ```
pub fn price(terms: &Terms, t: f64) -> Result<f64, OutOfRange> {
    checked(|w| price_with(w, terms, t))
}

/// [`price`], whose needs go to a watcher.
#[inline(always)]
pub fn price_with<W: Watch<Error: From<OutOfRange>>>(w: &mut W, terms: &Terms, t: f64) -> f64 {
    let Terms { decline, start, reserve, duration, .. } = *terms;
    w.need((start >= 0.0) & finite(start), || OutOfRange::new("start", start, "[0, inf) quote/token"));
    let within = (reserve >= 0.0) & (reserve <= start);
    w.need(within, || OutOfRange::new("reserve", reserve, "[0, start] quote/token"));
    w.need(duration > 0.0, || OutOfRange::new("duration", duration, "(0, inf] steps"));
    w.need((t >= 0.0) & finite(t), || OutOfRange::new("t", t, "[0, inf) steps"));
    let x = min(t / duration, 1.0);
    let price = match decline {
        Decline::Linear => start - (start - reserve) * x,
        Decline::Exponential => {
            w.need(reserve > 0.0, || OutOfRange::new("reserve", reserve, "(0, start] where exponential"));
            // A power could rise by its last bit from one step to the next; this exponential never does.
            start * exp(-(ln(start / reserve) * x))
        }
    };
    select(x < 1.0, max(price, reserve), reserve)
}

/// Sales after a step at time `t` with this demand: `sold' = min(sold + demand, supply)` while `t <= duration`, each token at
/// [`price`]; and that price.
///
/// # Errors
/// [`OutOfRange`] for an argument outside the table of [the module](self), and for revenue that is not finite.
///
/// # Examples
/// ```
/// use te_issuance::dutch_auction::{Decline, Sales, Terms, sell};
///
/// let terms = Terms { decline: Decline::Linear, start: 8.0, reserve: 2.0, duration: 10.0, supply: 100.0 };
/// let (price, sales) = sell(&terms, 5.0, Sales::default(), 60.0)?;
/// assert_eq!((price, sales), (5.0, Sales { sold: 60.0, revenue: 300.0 }));
/// // Of the next sixty there are forty.
/// assert_eq!(sell(&terms, 10.0, sales, 60.0)?, (2.0, Sales { sold: 100.0, revenue: 380.0 }));
/// # Ok::<(), te_math::OutOfRange>(())
/// ```
pub fn sell(terms: &Terms, t: f64, sales: Sales, demand: f64) -> Result<(f64, Sales), OutOfRange> {
    checked(|w| sell_with(w, terms, t, sales, demand))
}

/// [`sell`], whose needs go to a watcher.
#[inline(always)]
pub fn sell_with<W: Watch<Error: From<OutOfRange>>>(
    w: &mut W,
    terms: &Terms,
    t: f64,
    sales: Sales,
    demand: f64,
) -> (f64, Sales) {
    let price = price_with(w, terms, t);
    let (supply, Sales { sold, revenue }) = (terms.supply, sales);
    w.need((supply >= 0.0) & finite(supply), || OutOfRange::new("supply", supply, "[0, inf) token"));
    w.need((sold >= 0.0) & (sold <= supply), || OutOfRange::new("sold", sold, "[0, supply] token"));
    w.need((demand >= 0.0) & finite(demand), || OutOfRange::new("demand", demand, "[0, inf) token"));
    let open = t <= terms.duration;
    let next = min(sold + select(open, demand, 0.0), supply);
    let revenue = revenue + price * (next - sold);
    w.need((revenue >= 0.0) & finite(revenue), || OutOfRange::new("revenue", revenue, "[0, inf) quote"));
    (price, Sales { sold: next, revenue })
}

#[inline(always)]
fn finite(x: f64) -> bool {
    x < f64::INFINITY
}
