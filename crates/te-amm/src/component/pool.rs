//! `amm/constant-product`: the exact pool of [`ConstantProduct`] in the engine.
//!
//! Rules, equations and limits: [`pool`](crate::pool), [`component`](crate::component). Orders arrive in `f64` and are rounded down to the
//! grid; reserves are recorded as decimals, without loss.
//!
//! Invariant: `depth` never falls.

use super::float_pool::FloatPoolMetrics;
use super::{Accounts, Fill, PoolInputs, count};
use crate::arbitrage::TokenIn;
use crate::grid::MAX_UNITS;
use crate::{AmmError, ConstantProduct, Grid, Number, PoolNumber};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use te_core::{Clock, Component, ParamError, Params, Record, StepError, Stream, checked};

/// Parameters of a pool.
#[derive(Clone, Debug, PartialEq, Params)]
#[params(check = Self::builds)]
pub struct PoolParams {
    /// Base reserve at the start `[base]` -- controllable.
    #[param(initial, default = Decimal::ONE_THOUSAND, above = 0.0, unit = "base", soft_min = 10.0, soft_max = 1e5)]
    pub base: Decimal,
    /// Quote reserve at the start `[quote]` -- controllable.
    #[param(initial, default = Decimal::ONE_THOUSAND, above = 0.0, unit = "quote", soft_min = 10.0, soft_max = 1e5)]
    pub quote: Decimal,
    /// Fee on the input, kept in the pool `[1]` -- controllable.
    #[param(default = Decimal::from_parts(3, 0, 0, false, 3), min = 0.0, below = 1.0, unit = "1", soft_max = 0.05)]
    pub fee: Decimal,
    /// Decimal places of the grid on which amounts lie -- controllable.
    #[param(initial, default = 18, max = 28, unit = "1")]
    pub places: u32,
    /// Whether the pool is arbitraged to the external price at the end of each step -- environment.
    #[param(default = false, role = "environment")]
    pub arbitrage: bool,
    /// The protocol takes one part in so many of the growth of `sqrt(k)`; 0 takes none -- controllable.
    #[param(initial, default = 0, unit = "1", soft_max = 20.0)]
    pub protocol_part: u32,
}

impl PoolParams {
    fn pool(&self) -> Result<ConstantProduct, AmmError> {
        let pool = ConstantProduct::new(self.base, self.quote, self.fee, Grid::new(self.places)?)?;
        if self.protocol_part == 0 { Ok(pool) } else { pool.with_protocol_fee(self.protocol_part) }
    }

    fn builds(&self) -> Result<(), String> {
        self.pool().map(|_| ()).map_err(|error| error.to_string())
    }
}

/// What a pool shows.
///
/// # Equations
/// ```text
/// depth = sqrt(base' * quote') -- amounts are multiples of 10^-places, rounded so that it never falls
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Record)]
pub struct PoolMetrics {
    /// Base reserve `[base]` -- metric.
    #[record(unit = "base")]
    pub base: Decimal,
    /// Quote reserve `[quote]` -- metric.
    #[record(unit = "quote")]
    pub quote: Decimal,
    /// Square root of the product of the reserves -- metric.
    #[record(unit = "sqrt(base*quote)")]
    pub depth: Decimal,
    /// Spot price, without fee `[quote/base]` -- metric.
    #[record(unit = "quote/base")]
    pub price: f64,
    /// Fee on the input `[1]` -- metric.
    #[record(unit = "1")]
    pub fee: f64,
    /// Base out to traders in the last step `[base]` -- metric.
    #[record(unit = "base")]
    pub base_out: f64,
    /// Quote out to traders in the last step `[quote]` -- metric.
    #[record(unit = "quote")]
    pub quote_out: f64,
    /// Value of the inputs of the last step `[quote]` -- metric.
    #[record(unit = "quote")]
    pub volume: f64,
    /// Profit of the pool's own arbitrageur in the last step `[quote]` -- metric.
    #[record(unit = "quote")]
    pub arbitrage_profit: f64,
    /// Its profits so far `[quote]` -- metric.
    #[record(unit = "quote")]
    pub arbitrage_total: f64,
    /// Fees so far `[quote]` -- metric.
    #[record(unit = "quote")]
    pub fees: f64,
    /// Gain over a portfolio rebalanced at the external price: fees less LVR so far `[quote]` -- metric.
    #[record(unit = "quote")]
    pub versus_rebalancing: f64,
    /// Trades so far -- metric.
    #[record(unit = "trade")]
    pub trades: u64,
}

/// A constant-product pool on exact decimals.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Pool {
    book: ConstantProduct,
    arbitrage: bool,
    accounts: Accounts,
}

impl Pool {
    /// The pool itself.
    pub fn pool(&self) -> &ConstantProduct {
        &self.book
    }

    /// Fills an order, if it buys at least one unit; returns the amount out.
    fn fill(&mut self, token_in: TokenIn, amount: f64, external_price: f64) -> Result<f64, StepError> {
        let order = if token_in == TokenIn::Base { "base_in" } else { "quote_in" };
        self.filled(token_in, amount, external_price).map_err(|error| self.refused(order, amount, error))
    }

    /// What does not fit the grid, said in words of the component.
    #[cold]
    fn refused(&self, quantity: &'static str, value: f64, error: AmmError) -> StepError {
        match error {
            AmmError::PrecisionLoss { .. } | AmmError::Overflow { .. } => {
                let grid = self.book.grid();
                let (places, most) = (grid.places(), grid.tokens(MAX_UNITS));
                let allowed = format!(
                    "what leaves each reserve at or below {most}, the most that {places} decimal places hold: lower `places`"
                );
                StepError::domain(quantity, value, allowed)
            }
            other => StepError::caused_by(other),
        }
    }

    fn enter(&mut self, token_in: TokenIn, given: f64, taken: f64, price: f64, external_price: f64) {
        let (quote_in, fee) = (token_in == TokenIn::Quote, self.book.fee().to_f64());
        self.accounts.book(Fill { happens: true, quote_in, given, taken, fee, external_price }, price);
    }

    fn filled(&mut self, token_in: TokenIn, amount: f64, external_price: f64) -> Result<f64, AmmError> {
        let grid = self.book.grid();
        let units = grid.units_floor(Decimal::from_float(amount)?)?;
        let price = self.book.price();
        let out = match self.book.swap_units(token_in, units) {
            Ok(out) => Number::approximate(grid.amount(out)?),
            Err(AmmError::NonPositiveAmount { .. } | AmmError::InsufficientOutput { .. }) => return Ok(0.0),
            Err(error) => return Err(error),
        };
        let given = Number::approximate(grid.amount(units)?);
        self.enter(token_in, given, out, price, external_price);
        Ok(out)
    }
}

impl Component for Pool {
    const KIND: &'static str = "amm/constant-product";
    type Params = PoolParams;
    type Inputs = PoolInputs;
    type Metrics = PoolMetrics;
    const EQUATIONS: &'static [&'static str] =
        &[FloatPoolMetrics::EQUATIONS, PoolMetrics::EQUATIONS, Accounts::EQUATIONS];

    fn new(params: PoolParams) -> Result<Self, ParamError> {
        params.check()?;
        let pool = params.pool().map_err(|error| ParamError::cross(error.to_string()))?;
        Ok(Self { book: pool, arbitrage: params.arbitrage, accounts: Accounts::default() })
    }

    /// Fee and arbitrage change; reserves and their grid stay.
    fn reparam(&mut self, params: PoolParams) -> Result<(), ParamError> {
        params.check()?;
        let fresh = params.pool().map_err(|error| ParamError::cross(error.to_string()))?;
        self.book.set_fee(fresh.fee());
        self.arbitrage = params.arbitrage;
        Ok(())
    }

    fn step(&mut self, inputs: &PoolInputs, _: &Clock, _: &mut Stream) -> Result<(), StepError> {
        checked(|w| inputs.need(w))?;
        let mut after = self.clone();
        after.accounts.begin_step();
        let external = inputs.external_price;
        after.accounts.quote_out = after.fill(TokenIn::Base, inputs.base_in, external)?;
        after.accounts.base_out = after.fill(TokenIn::Quote, inputs.quote_in, external)?;
        if after.arbitrage && external > 0.0 {
            let price = after.book.price();
            let exact = Decimal::from_float(external).unwrap_or(Decimal::ZERO);
            if exact.is_zero() {
                let allowed = "0 for none, or in [1e-28, 7.9e28], which decimals hold";
                return Err(StepError::domain("external_price", external, allowed));
            }
            let found = after
                .book
                .arbitrage(exact)
                .map_err(|error| after.refused("external_price", external, error))?;
            if let Some((trade, profit)) = found {
                let (given, taken) =
                    (Number::approximate(trade.amount_in), Number::approximate(trade.amount_out));
                after.enter(trade.token_in, given, taken, price, external);
                after.accounts.earn(true, profit);
            }
        }
        checked(|w| after.accounts.need(w))?;
        *self = after;
        Ok(())
    }

    fn metrics(&self) -> PoolMetrics {
        let (pool, accounts) = (&self.book, &self.accounts);
        // Reserves fit their grid: the errors cannot occur.
        PoolMetrics {
            base: pool.base().unwrap_or_default(),
            quote: pool.quote().unwrap_or_default(),
            depth: pool.depth().unwrap_or_default(),
            price: pool.price(),
            fee: pool.fee().to_f64(),
            base_out: accounts.base_out,
            quote_out: accounts.quote_out,
            volume: accounts.volume,
            arbitrage_profit: accounts.arbitrage_profit,
            arbitrage_total: accounts.arbitrage_total,
            fees: accounts.fees,
            versus_rebalancing: accounts.versus_rebalancing,
            trades: count(accounts.trades),
        }
    }
}
