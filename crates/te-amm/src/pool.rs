//! A constant-product pool on exact decimals.
//!
//! Amounts are [`Decimal`] at the door and whole units of a declared [`Grid`] inside; every quotient is taken once, in 256 or 512
//! bits, and rounded in the pool's favour (out down, in up).
//!
//! | symbol | meaning | unit |
//! |---|---|---|
//! | base, quote | the two reserves; the price is quote per base | tokens |
//! | fee | share of an input that stays in the pool | 1 |
//! | shares | claims on the reserves; the first 1000 units are locked | shares |
//!
//! Assumptions and limits: one grid for both tokens and the shares; the external price of an arbitrage is taken as given. An amount that
//! does not fit the grid (finer, or above `2^96 - 1` units) is [`AmmError::PrecisionLoss`].
//!
//! Sources: those of [`swap`](crate::swap), [`arbitrage`] and [`liquidity`].
//!
//! Invariants: `base*quote` never falls in a trade; tokens are conserved exactly; a refused call changes nothing.

mod shares;
mod trade;

pub use shares::Deposit;
pub use trade::Trade;

use crate::arbitrage::{self, TokenIn};
use crate::error::Bound;
use crate::grid::MAX_UNITS;
use crate::price::{self, SwapReport};
use crate::swap::{exact_in_units, exact_out_units};
use crate::wide::{U256, isqrt, narrow, product};
use crate::{AmmError, Fee, Grid, Number, liquidity};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// A constant-product pool on a decimal grid; see the [module](self).
///
/// ```
/// use te_amm::{AmmError, ConstantProduct, Grid, TokenIn};
/// let d = |text: &str| text.parse::<rust_decimal::Decimal>();
/// let mut pool = ConstantProduct::new(d("10")?, d("5")?, d("0.003")?, Grid::default())?;
/// let trade = pool.swap_exact_in(TokenIn::Base, d("1")?, None)?;
/// assert_eq!(trade.amount_out, d("0.453305446940074565")?);
/// // A limit that is not met refuses the trade and leaves the pool as it was.
/// let refused = pool.swap_exact_in(TokenIn::Base, d("1")?, Some(d("0.5")?));
/// assert!(matches!(refused, Err(AmmError::Slippage { .. })));
/// assert_eq!(pool.base()?, d("11")?);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConstantProduct {
    grid: Grid,
    fee: Fee,
    base: u128,
    quote: u128,
    shares: u128,
    protocol_part: Option<u32>,
    protocol_shares: u128,
    k_last: U256,
}

impl ConstantProduct {
    /// A pool with its first deposit; the depositor's shares are `sqrt(base*quote)` less the locked minimum.
    ///
    /// # Errors
    /// [`AmmError::PrecisionLoss`] for reserves off the grid, [`AmmError::NonPositiveReserve`], [`AmmError::InvalidFee`],
    /// [`AmmError::InsufficientOutput`] for a deposit below the locked minimum.
    pub fn new(base: Decimal, quote: Decimal, fee: Decimal, grid: Grid) -> Result<Self, AmmError> {
        Self::from_units(grid.units(base)?, grid.units(quote)?, Fee::from_decimal(fee)?, grid)
    }

    /// A pool whose reserves are given in units of the grid.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub fn from_units(base: u128, quote: u128, fee: Fee, grid: Grid) -> Result<Self, AmmError> {
        for (parameter, units) in [("base", base), ("quote", quote)] {
            if units == 0 {
                return Err(AmmError::NonPositiveReserve { parameter, value: 0.0 });
            }
            grid.amount(units)?;
        }
        let minted = liquidity::first_shares(base, quote)?;
        let shares = minted.saturating_add(liquidity::MINIMUM_SHARES);
        Ok(Self {
            grid,
            fee,
            base,
            quote,
            shares,
            protocol_part: None,
            protocol_shares: 0,
            k_last: U256::ZERO,
        })
    }

    /// The same pool with a protocol that takes `1/part` of the growth of `sqrt(k)` from now on (Uniswap v2: 6).
    ///
    /// # Errors
    /// [`AmmError::Domain`] if `part` is zero.
    pub fn with_protocol_fee(self, part: u32) -> Result<Self, AmmError> {
        if part == 0 {
            return Err(AmmError::Domain { parameter: "protocol part", value: 0.0, range: "at least 1" });
        }
        let k_last = product(self.base, self.quote);
        Ok(Self { protocol_part: Some(part), k_last, ..self })
    }

    /// Base reserve `[base]`.
    ///
    /// # Errors
    /// None: a reserve always fits its grid.
    pub fn base(&self) -> Result<Decimal, AmmError> {
        self.grid.amount(self.base)
    }

    /// Quote reserve `[quote]`.
    ///
    /// # Errors
    /// None: a reserve always fits its grid.
    pub fn quote(&self) -> Result<Decimal, AmmError> {
        self.grid.amount(self.quote)
    }

    /// Base and quote reserves in units of the grid.
    pub fn reserve_units(&self) -> (u128, u128) {
        (self.base, self.quote)
    }

    /// The grid.
    pub fn grid(&self) -> Grid {
        self.grid
    }

    /// Replaces the fee from the next swap on.
    pub fn set_fee(&mut self, fee: Fee) {
        self.fee = fee;
    }

    /// The fee.
    pub fn fee(&self) -> Fee {
        self.fee
    }

    /// `base*quote` in squared units, exact.
    pub fn k_units(&self) -> U256 {
        product(self.base, self.quote)
    }

    /// `floor(sqrt(base*quote))`, the pool's depth `[tokens]`.
    ///
    /// # Errors
    /// None: the root lies between the reserves.
    pub fn depth(&self) -> Result<Decimal, AmmError> {
        self.grid.amount(narrow(isqrt(self.k_units())).unwrap_or(MAX_UNITS))
    }

    /// Spot price, without fee `[quote/base]`.
    pub fn price(&self) -> f64 {
        self.quote as f64 / self.base as f64
    }

    /// Spot price, without fee, to 28 digits `[quote/base]`.
    ///
    /// # Errors
    /// [`AmmError::Overflow`] for a price above 7.9e28.
    pub fn price_decimal(&self) -> Result<Decimal, AmmError> {
        price::spot(self.base()?, self.quote()?)
    }

    #[inline]
    fn sides(&self, token_in: TokenIn) -> (u128, u128) {
        match token_in {
            TokenIn::Base => (self.base, self.quote),
            TokenIn::Quote => (self.quote, self.base),
        }
    }

    /// Units out for units in, without trading.
    ///
    /// # Errors
    /// As [`exact_in_units`]; [`AmmError::InsufficientOutput`] if nothing would go out; [`AmmError::PrecisionLoss`] if the
    /// reserve would leave the grid.
    #[inline]
    pub fn out_units(&self, token_in: TokenIn, units_in: u128) -> Result<u128, AmmError> {
        let (x, y) = self.sides(token_in);
        let out = exact_in_units(x, y, units_in, self.fee)?;
        if out == 0 {
            return Err(AmmError::InsufficientOutput { operation: "swap" });
        }
        self.check_fits(x, units_in)?;
        Ok(out)
    }

    #[inline]
    fn in_units(&self, token_in: TokenIn, units_out: u128) -> Result<u128, AmmError> {
        let (x, y) = self.sides(token_in);
        if units_out >= y {
            return Err(self.beyond_reserve(units_out, y));
        }
        let units_in = exact_out_units(x, y, units_out, self.fee)?;
        self.check_fits(x, units_in)?;
        Ok(units_in)
    }

    #[cold]
    fn beyond_reserve(&self, units_out: u128, reserve: u128) -> AmmError {
        let (requested, available) = (self.grid.tokens(units_out), self.grid.tokens(reserve));
        AmmError::too_many_tokens("amount_out", requested, Bound::Below, available)
    }

    #[inline]
    fn check_fits(&self, reserve: u128, units_in: u128) -> Result<(), AmmError> {
        // Both are at most 2^96 - 1.
        let sum = reserve.saturating_add(units_in);
        if sum > MAX_UNITS {
            return self.grid.amount(sum).map(|_| ());
        }
        Ok(())
    }

    /// Both are at most 2^96 - 1: an input that fits the grid and an output below a reserve.
    #[inline]
    fn trade(&self, token_in: TokenIn, units_in: u128, units_out: u128) -> Trade {
        Trade {
            token_in,
            amount_in: self.grid.decimal(units_in),
            amount_out: self.grid.decimal(units_out),
            fee_paid: self.grid.decimal(self.fee.taken(units_in)),
        }
    }

    #[inline]
    fn settle(&mut self, token_in: TokenIn, units_in: u128, units_out: u128) {
        let (coming, going) = match token_in {
            TokenIn::Base => (&mut self.base, &mut self.quote),
            TokenIn::Quote => (&mut self.quote, &mut self.base),
        };
        // `check_fits` and `out < y` hold.
        *coming = coming.saturating_add(units_in);
        *going = going.saturating_sub(units_out);
    }

    /// What a swap of an exact amount in would do.
    ///
    /// # Errors
    /// As [`swap_exact_in`](Self::swap_exact_in).
    #[inline]
    pub fn preview_exact_in(&self, token_in: TokenIn, amount_in: Decimal) -> Result<Trade, AmmError> {
        let units_in = self.grid.units(amount_in)?;
        let units_out = self.out_units(token_in, units_in)?;
        Ok(self.trade(token_in, units_in, units_out))
    }

    /// What a swap for an exact amount out would do.
    ///
    /// # Errors
    /// As [`swap_exact_out`](Self::swap_exact_out).
    #[inline]
    pub fn preview_exact_out(&self, token_in: TokenIn, amount_out: Decimal) -> Result<Trade, AmmError> {
        let units_out = self.grid.units(amount_out)?;
        let units_in = self.in_units(token_in, units_out)?;
        Ok(self.trade(token_in, units_in, units_out))
    }

    /// Swaps an exact amount in; with `min_out`, only for at least that much out.
    ///
    /// # Errors
    /// [`AmmError::PrecisionLoss`] for an amount off the grid or a reserve that would leave it,
    /// [`AmmError::NonPositiveAmount`], [`AmmError::InsufficientOutput`] for dust, [`AmmError::Slippage`].
    pub fn swap_exact_in(
        &mut self,
        token_in: TokenIn,
        amount_in: Decimal,
        min_out: Option<Decimal>,
    ) -> Result<Trade, AmmError> {
        let units_in = self.grid.units(amount_in)?;
        let units_out = self.out_units(token_in, units_in)?;
        let trade = self.trade(token_in, units_in, units_out);
        if let Some(limit) = min_out.filter(|&limit| trade.amount_out < limit) {
            return Err(slippage("amount_out", trade.amount_out, Bound::AtLeast, limit));
        }
        self.settle(token_in, units_in, units_out);
        Ok(trade)
    }

    /// Swaps for an exact amount out; with `max_in`, only for at most that much in.
    ///
    /// # Errors
    /// As [`swap_exact_in`](Self::swap_exact_in), and [`AmmError::InsufficientLiquidity`] if the amount out is not below the
    /// reserve.
    pub fn swap_exact_out(
        &mut self,
        token_in: TokenIn,
        amount_out: Decimal,
        max_in: Option<Decimal>,
    ) -> Result<Trade, AmmError> {
        let units_out = self.grid.units(amount_out)?;
        let units_in = self.in_units(token_in, units_out)?;
        let trade = self.trade(token_in, units_in, units_out);
        if let Some(limit) = max_in.filter(|&limit| trade.amount_in > limit) {
            return Err(slippage("amount_in", trade.amount_in, Bound::AtMost, limit));
        }
        self.settle(token_in, units_in, units_out);
        Ok(trade)
    }

    /// Swaps exact units in and returns the units out: the form without conversions, for loops.
    ///
    /// # Errors
    /// As [`out_units`](Self::out_units).
    #[inline]
    pub fn swap_units(&mut self, token_in: TokenIn, units_in: u128) -> Result<u128, AmmError> {
        let out = self.out_units(token_in, units_in)?;
        self.settle(token_in, units_in, out);
        Ok(out)
    }

    /// The three prices and two slippages of a swap, in the free form (28 digits).
    ///
    /// # Errors
    /// As [`price::report`].
    pub fn report(&self, token_in: TokenIn, amount_in: Decimal) -> Result<SwapReport<Decimal>, AmmError> {
        let (x, y) = self.sides(token_in);
        price::report(self.grid.amount(x)?, self.grid.amount(y)?, amount_in, self.fee.to_decimal()?)
    }

    /// The most profitable trade against an external price, `None` inside the no-trade band; the second value is the
    /// profit at that price `[quote]`.
    ///
    /// # Errors
    /// [`AmmError::Domain`] unless the price is positive; [`AmmError::PrecisionLoss`] if the reserve would leave the grid.
    pub fn preview_arbitrage(&self, external_price: Decimal) -> Result<Option<(Trade, f64)>, AmmError> {
        let Some((token_in, units_in, units_out)) =
            arbitrage::external_units(self.base, self.quote, external_price, self.fee)?
        else {
            return Ok(None);
        };
        self.check_fits(self.sides(token_in).0, units_in)?;
        let trade = self.trade(token_in, units_in, units_out);
        Ok(Some((trade, trade.profit(external_price))))
    }

    /// Makes the trade of [`preview_arbitrage`](Self::preview_arbitrage).
    ///
    /// # Errors
    /// As there.
    pub fn arbitrage(&mut self, external_price: Decimal) -> Result<Option<(Trade, f64)>, AmmError> {
        let found = self.preview_arbitrage(external_price)?;
        if let Some((trade, _)) = &found {
            self.settle(
                trade.token_in,
                self.grid.units(trade.amount_in)?,
                self.grid.units(trade.amount_out)?,
            );
        }
        Ok(found)
    }

    /// Brings the spot price to `target` quote per base, to the grid; `None` if no whole unit moves it closer.
    ///
    /// # Errors
    /// [`AmmError::Domain`] unless the target is positive; otherwise as a swap.
    pub fn move_to_price(&mut self, target: Decimal) -> Result<Option<Trade>, AmmError> {
        let (base, quote, fee) = (self.base()?, self.quote()?, self.fee.to_decimal()?);
        let (token_in, amount) = if price::spot(base, quote)? >= target {
            (TokenIn::Base, price::input_to_spot(base, quote, target, fee)?)
        } else {
            let inverse = Decimal::ONE.try_div(target)?;
            // The reciprocal is rounded; a target within that of the spot price is reached already.
            if price::spot(quote, base)? <= inverse {
                return Ok(None);
            }
            (TokenIn::Quote, price::input_to_spot(quote, base, inverse, fee)?)
        };
        let units = self.grid.units_floor(amount)?;
        match self.out_units(token_in, units) {
            Ok(out) => {
                self.settle(token_in, units, out);
                Ok(Some(self.trade(token_in, units, out)))
            }
            Err(AmmError::NonPositiveAmount { .. } | AmmError::InsufficientOutput { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

#[cold]
fn slippage(parameter: &'static str, actual: Decimal, bound: Bound, limit: Decimal) -> AmmError {
    let (actual, limit) = (Number::approximate(actual), Number::approximate(limit));
    AmmError::Slippage { parameter, actual, bound, limit }
}
