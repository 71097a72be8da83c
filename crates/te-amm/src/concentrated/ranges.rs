//! Liquidity that differs from range to range of prices: what a position is worth, what it loses, and the trade to a price.
//!
//! ```text
//! value      L*(1/s - 1/sb)*p + L*(s - sa),  s = sqrt(p) held to [sa, sb]
//! loss       value/hold - 1,  value - hold = L*(c1 - c0)*(c0*c1 - p1)/(c0*c1),  c roots held to the range
//! trade      up to g*pe: quote in sum L*(s' - s)/g, base out sum L*(s' - s)/(s*s');  down to pe/g the other way round
//! ```
//!
//! | symbol | meaning | unit |
//! |---|---|---|
//! | L | liquidity | sqrt(base * quote) |
//! | p0, p1, pe | price at the start, at the end, elsewhere | quote/base |
//! | g | 1 - fee | 1 |
//!
//! Differences of roots are those of the prices over the sum of the roots, so that near prices keep their digits.
//!
//! Source: Uniswap v3 Core (2021), section 6; the loss by subtraction of the two values.
//!
//! Invariant: the loss is never positive.

use crate::arbitrage::Arbitrage;
use crate::number::{kept, positive_amount};
use crate::{AmmError, TokenIn, marginal};
use te_math::Number;

/// A position's value at the start and the end of a move of the price, and what the same tokens would be worth at the end.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RangeLoss {
    /// Value at the start `[quote]`.
    pub value_start: f64,
    /// Value at the end `[quote]`.
    pub value_end: f64,
    /// Value at the end of the tokens at the start `[quote]`.
    pub hold_end: f64,
    /// `value_end/hold_end - 1` `[1]`.
    pub loss: f64,
}

/// A price with its root.
#[derive(Clone, Copy)]
struct Point {
    price: f64,
    root: f64,
}

impl Point {
    fn new(parameter: &'static str, price: f64) -> Result<Self, AmmError> {
        positive_amount(parameter, price)?;
        Ok(Self { price, root: price.sqrt() })
    }

    /// The difference of the roots.
    fn above(self, other: Self) -> f64 {
        (self.price - other.price) / (self.root + other.root)
    }

    fn held(self, low: Self, high: Self) -> Self {
        if self.price < low.price {
            low
        } else if self.price > high.price {
            high
        } else {
            self
        }
    }
}

/// Value and loss of a position on `[low, high]` while the price moves from `start` to `end`.
///
/// ```
/// use te_amm::concentrated::ranges::range_loss;
/// let wide = range_loss(1000.0, 1e-12, 1e12, 1.0, 1.21)?;
/// // On all prices it is the loss of a constant-product pool, 2*sqrt(r)/(1 + r) - 1.
/// assert!((wide.loss - (2.2 / 2.21 - 1.0)).abs() < 1e-7);
/// assert!(range_loss(1000.0, 0.9, 1.1, 1.0, 1.05)?.loss < range_loss(1000.0, 0.5, 2.0, 1.0, 1.05)?.loss);
/// # Ok::<(), te_amm::AmmError>(())
/// ```
///
/// # Errors
/// Liquidity or prices not positive; [`AmmError::Domain`] unless `low < high`; overflow.
pub fn range_loss(liquidity: f64, low: f64, high: f64, start: f64, end: f64) -> Result<RangeLoss, AmmError> {
    positive_amount("liquidity", liquidity)?;
    let (low, high) = (Point::new("price_low", low)?, Point::new("price_high", high)?);
    let (start, end) = (Point::new("price_start", start)?, Point::new("price_end", end)?);
    if low.price >= high.price {
        let range = "below the upper end of the range";
        return Err(AmmError::Domain { parameter: "price_low", value: low.price, range });
    }
    let (c0, c1) = (start.held(low, high), end.held(low, high));
    let value = |at: Point, price: f64| {
        let base = liquidity * (high.above(at) / (at.root * high.root));
        base.try_mul(price)?.try_add(liquidity * at.above(low))
    };
    let (value_start, value_end, hold_end) =
        (value(c0, start.price)?, value(c1, end.price)?, value(c0, end.price)?);
    let product = c0.root * c1.root;
    // c0*c1 - p1, where the end is in range c1*(c0 - c1).
    let gap = if c1.price == end.price { c1.root * c0.above(c1) } else { product - end.price };
    let gain = liquidity * (c1.above(c0) * (gap / product));
    Ok(RangeLoss { value_start, value_end, hold_end, loss: gain.try_div(hold_end)?.min(0.0) })
}

/// The trade to where the price with fee is the external one, across ranges: `liquidity[k]` lies between `edges[k]` and `edges[k + 1]`.
///
/// The price stops at the last edge. `None` where no trade pays.
///
/// ```
/// use te_amm::concentrated::ranges::external;
/// let trade = external(&[0.5, 1.0, 2.0], &[1000.0, 2000.0], 1.0, 1.21, 0.0)?.ok_or("inside the band")?;
/// assert!((trade.amount_in - 200.0).abs() < 1e-12);
/// assert!((trade.amount_out - 2000.0 * 0.1 / 1.1).abs() < 1e-12);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`AmmError::Domain`] unless the edges rise, the price lies between the first and the last, liquidity is at least 0 and stands in each range;
/// prices not positive, fee outside `[0, 1)`; overflow.
pub fn external(
    edges: &[f64],
    liquidity: &[f64],
    price: f64,
    external_price: f64,
    fee: f64,
) -> Result<Option<Arbitrage<f64>>, AmmError> {
    let start = Point::new("price", price)?;
    positive_amount("external_price", external_price)?;
    let g = kept(fee)?;
    let (first, last) = ends(edges, liquidity)?;
    if price < first.price || price > last.price {
        return Err(AmmError::Domain {
            parameter: "price",
            value: price,
            range: "between the first edge and the last",
        });
    }
    let up = price < g * external_price;
    if !up && price * g <= external_price {
        return Ok(None);
    }
    let target = if up { g * external_price } else { external_price.try_div(g)? };
    let stop = Point::new("external_price", target)?.held(first, last);
    let (low, high) = if up { (start, stop) } else { (stop, start) };
    let (mut base, mut quote) = (0.0, 0.0);
    for (bounds, &l) in edges.windows(2).zip(liquidity) {
        if let &[from, to] = bounds {
            let from = Point::new("edge", from)?.held(low, high);
            let to = Point::new("edge", to)?.held(low, high);
            let part = l * to.above(from);
            quote += part;
            base += part / (to.root * from.root);
        }
    }
    let (token_in, amount_in, amount_out) =
        if up { (TokenIn::Quote, quote / g, base) } else { (TokenIn::Base, base / g, quote) };
    if !(amount_in.is_finite() && amount_out.is_finite()) {
        return Err(AmmError::Overflow { operation: "trade across ranges" });
    }
    if amount_in <= 0.0 {
        return Ok(None);
    }
    marginal::trade(token_in, amount_in, amount_out, external_price).map(Some)
}

/// The first and the last edge of ranges that are in order.
fn ends(edges: &[f64], liquidity: &[f64]) -> Result<(Point, Point), AmmError> {
    let (Some(&first), Some(&last)) = (edges.first(), edges.last()) else {
        return Err(AmmError::InvalidPath { reason: "ranges need edges" });
    };
    if edges.len() != liquidity.len().saturating_add(1) {
        return Err(AmmError::InvalidPath { reason: "each range between two edges needs its liquidity" });
    }
    for bounds in edges.windows(2) {
        if let &[from, to] = bounds
            && (from.is_nan() || to.is_nan() || from >= to)
        {
            return Err(AmmError::Domain { parameter: "edge", value: from, range: "below the next edge" });
        }
    }
    for &l in liquidity {
        if !(l >= 0.0 && l.is_finite()) {
            return Err(AmmError::Domain { parameter: "liquidity", value: l, range: "finite, at least 0" });
        }
    }
    Ok((Point::new("edge", first)?, Point::new("edge", last)?))
}
