//! Concentrated liquidity: constant product within a price range, and across ranges.
//!
//! ```text
//! in [pa, pb], s = sqrt(p), L liquidity
//! reserves       x = L*(1/s - 1/sb),   y = L*(s - sa),   (x + L/sb)*(y + L*sa) = L^2
//! token 0 in     1/s' = 1/s + g*dx/L,  dy = g*dx*s*s'
//! token 1 in     s' = s + g*dy/L,      dx = g*dy/(s*s')
//! tick i         price 1.0001^i;  crossing upwards: L += liquidityNet, downwards: L -= liquidityNet
//! ```
//!
//! | symbol | meaning | unit |
//! |---|---|---|
//! | p | price of token 0 | token 1/token 0 |
//! | L | liquidity | sqrt(token 0 * token 1) |
//! | g | 1 - fee; fees stay outside the liquidity | 1 |
//!
//! Assumptions and limits: this file is one range, on any [`PoolNumber`]; [`ticks`] walks across many, in `f64`; [`ranges`] says what they are worth and trade; [`q96`] has the contracts'
//! rounding on Q64.96 integers.
//!
//! Source: Adams, Zinsmeister, Salem, Keefer, Robinson, Uniswap v3 Core (2021), section 6.
//!
//! Invariants: `(x + L/sb)*(y + L*sa) = L^2` before and after a swap; the price never leaves the range.

pub mod profile;
pub mod q96;
pub mod ranges;
pub mod tick_price;
pub mod ticks;

use crate::error::Bound;
use crate::number::{kept, positive_amount};
use crate::{AmmError, PoolNumber};

/// A range with its liquidity and the present price, as square roots of prices.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Range<N> {
    liquidity: N,
    sqrt_low: N,
    sqrt_high: N,
    sqrt_price: N,
}

/// A swap within a range.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RangeSwap<N> {
    /// Amount out `[out tokens]`.
    pub amount_out: N,
    /// Fee, part of the input, kept outside the liquidity `[in tokens]`.
    pub fee_paid: N,
    /// The range with its price after the swap.
    pub after: Range<N>,
}

impl<N: PoolNumber> Range<N> {
    /// A range `[low, high]` around `price`.
    ///
    /// # Errors
    /// [`AmmError::Domain`] unless `0 < low <= price <= high` and `low < high`; liquidity not positive.
    pub fn new(liquidity: N, low: N, high: N, price: N) -> Result<Self, AmmError> {
        positive_amount("liquidity", liquidity)?;
        for (parameter, value) in [("price_low", low), ("price_high", high), ("price", price)] {
            if !value.is_number() || value <= N::ZERO {
                return Err(AmmError::Domain { parameter, value: value.approximate(), range: "positive" });
            }
        }
        in_order(["price_low", "price"], low, price, high)?;
        Self::from_sqrt_prices(liquidity, low.try_sqrt()?, high.try_sqrt()?, price.try_sqrt()?)
    }

    /// The same by square roots of the prices, as [`sqrt_price_at`](tick_price::sqrt_price_at) gives them for ticks.
    ///
    /// # Errors
    /// As [`new`](Self::new), for the roots.
    pub fn from_sqrt_prices(
        liquidity: N,
        sqrt_low: N,
        sqrt_high: N,
        sqrt_price: N,
    ) -> Result<Self, AmmError> {
        positive_amount("liquidity", liquidity)?;
        for (parameter, value) in
            [("sqrt_low", sqrt_low), ("sqrt_high", sqrt_high), ("sqrt_price", sqrt_price)]
        {
            if !value.is_number() || value <= N::ZERO {
                return Err(AmmError::Domain { parameter, value: value.approximate(), range: "positive" });
            }
        }
        in_order(["sqrt_low", "sqrt_price"], sqrt_low, sqrt_price, sqrt_high)?;
        Ok(Self { liquidity, sqrt_low, sqrt_high, sqrt_price })
    }

    /// Price of token 0 `[token 1/token 0]`.
    ///
    /// # Errors
    /// Overflow.
    pub fn price(&self) -> Result<N, AmmError> {
        Ok(self.sqrt_price.try_mul(self.sqrt_price)?)
    }

    /// Reserves of token 0 and token 1 `[tokens]`.
    ///
    /// # Errors
    /// Overflow.
    pub fn reserves(&self) -> Result<(N, N), AmmError> {
        let span = self.sqrt_high.try_sub(self.sqrt_price)?;
        let x = self.liquidity.try_mul_div(span, self.sqrt_price.try_mul(self.sqrt_high)?)?;
        Ok((x, self.liquidity.try_mul(self.sqrt_price.try_sub(self.sqrt_low)?)?))
    }

    /// The largest input of token 0 or token 1 before the price reaches the range's end, fee included `[tokens]`.
    ///
    /// # Errors
    /// Fee outside `[0, 1)`; overflow.
    pub fn capacity(&self, fee: N) -> Result<(N, N), AmmError> {
        let g = kept(fee)?;
        let down = self.sqrt_price.try_sub(self.sqrt_low)?;
        let x = self.liquidity.try_mul_div(down, self.sqrt_price.try_mul(self.sqrt_low)?)?;
        let y = self.liquidity.try_mul(self.sqrt_high.try_sub(self.sqrt_price)?)?;
        Ok((x.try_div(g)?, y.try_div(g)?))
    }

    /// Swaps token 0 in; the price falls.
    ///
    /// # Errors
    /// Amount not positive, fee outside `[0, 1)`; [`AmmError::InsufficientLiquidity`] if the price would leave the range.
    pub fn swap_0_for_1(&self, amount: N, fee: N) -> Result<RangeSwap<N>, AmmError> {
        positive_amount("amount_in", amount)?;
        let effective = kept(fee)?.try_mul(amount)?;
        // s' = L*s/(L + g*dx*s)
        let pushed = self.liquidity.try_add(effective.try_mul(self.sqrt_price)?)?;
        let sqrt_price = self.sqrt_price.try_mul_div(self.liquidity, pushed)?;
        if sqrt_price < self.sqrt_low {
            return Err(beyond(amount, self.capacity(fee)?.0));
        }
        let amount_out = effective.try_mul(self.sqrt_price)?.try_mul(sqrt_price)?;
        Ok(RangeSwap { amount_out, fee_paid: fee.try_mul(amount)?, after: Self { sqrt_price, ..*self } })
    }

    /// Swaps token 1 in; the price rises.
    ///
    /// # Errors
    /// As [`swap_0_for_1`](Range::swap_0_for_1).
    pub fn swap_1_for_0(&self, amount: N, fee: N) -> Result<RangeSwap<N>, AmmError> {
        positive_amount("amount_in", amount)?;
        let effective = kept(fee)?.try_mul(amount)?;
        let sqrt_price = self.sqrt_price.try_add(effective.try_div(self.liquidity)?)?;
        if sqrt_price > self.sqrt_high {
            return Err(beyond(amount, self.capacity(fee)?.1));
        }
        let amount_out = effective.try_div(self.sqrt_price)?.try_div(sqrt_price)?;
        Ok(RangeSwap { amount_out, fee_paid: fee.try_mul(amount)?, after: Self { sqrt_price, ..*self } })
    }
}

/// Refuses ends that are not in order, and a price that is not between them.
fn in_order<N: PoolNumber>(names: [&'static str; 2], low: N, price: N, high: N) -> Result<(), AmmError> {
    let [low_name, price_name] = names;
    if low >= high {
        let value = low.approximate();
        return Err(AmmError::Domain {
            parameter: low_name,
            value,
            range: "below the upper end of the range",
        });
    }
    if price < low || price > high {
        let value = price.approximate();
        return Err(AmmError::Domain {
            parameter: price_name,
            value,
            range: "between the ends of the range",
        });
    }
    Ok(())
}

fn beyond<N: PoolNumber>(amount: N, capacity: N) -> AmmError {
    AmmError::too_many_tokens("amount_in", amount.approximate(), Bound::AtMost, capacity.approximate())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_invariant_holds_and_the_range_ends() {
        let range = Range::new(1000.0, 1.0, 4.0, 2.0).unwrap();
        let after = range.swap_0_for_1(50.0, 0.003).unwrap().after;
        for r in [range, after] {
            let (x, y) = r.reserves().unwrap();
            assert!(((x + 1000.0 / 2.0) * (y + 1000.0) / 1e6 - 1.0).abs() < 1e-12);
        }
        let (most0, most1) = range.capacity(0.003).unwrap();
        assert!(
            (range.swap_0_for_1(most0 * (1.0 - 1e-12), 0.003).unwrap().after.price().unwrap() - 1.0).abs()
                < 1e-9
        );
        assert!(
            (range.swap_1_for_0(most1 * (1.0 - 1e-12), 0.003).unwrap().after.price().unwrap() - 4.0).abs()
                < 1e-9
        );
        assert!(matches!(
            range.swap_1_for_0(most1 * 1.01, 0.003),
            Err(AmmError::InsufficientLiquidity { .. })
        ));
        assert!(Range::new(1.0, 2.0, 1.0, 1.5).is_err());
    }
}
