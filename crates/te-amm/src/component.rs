//! The market maker and its traders as components of the engine.
//!
//! | kind | what |
//! |---|---|
//! | `amm/constant-product` | the exact pool: takes orders, and an arbitrageur of its own if wanted |
//! | `amm/constant-product-float` | the same rules in `f64`, for many runs |
//! | `amm/arbitrageur` | watches a pool and a market, orders the most profitable trade |
//! | `amm/random-trader` | orders of random size and side |
//!
//! Orders are inputs in tokens: `base_in` and `quote_in`, each zero or positive; a step fills the base order, then the quote order, then
//! arbitrages. An order too small to buy one unit is not filled; a negative one is an error. An order that a pool's numbers cannot hold
//! ends the run with an error of the domain that names the order and what to change: `places` of the exact pool, `base` or `quote` of the
//! one in floats, where the order is more than some 1e15 times a reserve.
//!
//! ```text
//! versus rebalancing   += (in - out) of every trade, valued at the external price of its step    = fees - LVR
//! ```

pub mod arbitrageur;
pub mod float_pool;
pub mod pool;
pub mod random_trader;

use crate::arbitrage::TokenIn;
use serde::{Deserialize, Serialize};
use te_core::{Record, StepError};

/// A count that passed through floats, exact up to 2^53.
#[inline(always)]
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a whole number, not negative")]
#[expect(clippy::inline_always, reason = "shown by components that are stepped in lanes")]
fn count(x: f64) -> u64 {
    x as u64
}

/// What a pool reads.
#[derive(Clone, Copy, Debug, PartialEq, Record)]
pub struct PoolInputs {
    /// Base that a trader gives [base] -- input.
    #[record(unit = "base", default = 0.0)]
    pub base_in: f64,
    /// Quote that a trader gives [quote] -- input.
    #[record(unit = "quote", default = 0.0)]
    pub quote_in: f64,
    /// Price elsewhere, for arbitrage and accounts [quote/base] -- input; 0 where there is none.
    #[record(unit = "quote/base", default = 0.0)]
    pub external_price: f64,
}

impl PoolInputs {
    fn check(&self) -> Result<(), StepError> {
        for (name, value) in
            [("base_in", self.base_in), ("quote_in", self.quote_in), ("external_price", self.external_price)]
        {
            if !(value.is_finite() && value >= 0.0) {
                return Err(StepError::domain(name, value, "finite, at least 0"));
            }
        }
        Ok(())
    }
}

/// Sums that a pool keeps beside its reserves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Accounts {
    /// Base out to traders in the last step [base].
    pub base_out: f64,
    /// Quote out to traders in the last step [quote].
    pub quote_out: f64,
    /// Value of all inputs of the last step, at the pool's price before each [quote].
    pub volume: f64,
    /// Profit of the pool's own arbitrageur in the last step [quote].
    pub arbitrage_profit: f64,
    /// Its profits so far [quote].
    pub arbitrage_total: f64,
    /// Fees so far, at the pool's price before each trade [quote].
    pub fees: f64,
    /// Inputs less outputs so far, at the external price [quote].
    pub versus_rebalancing: f64,
    /// Trades so far.
    pub trades: u64,
}

impl Accounts {
    fn begin_step(&mut self) {
        *self = Self {
            arbitrage_total: self.arbitrage_total,
            fees: self.fees,
            versus_rebalancing: self.versus_rebalancing,
            trades: self.trades,
            ..Self::default()
        };
    }

    /// Books a trade: `price` is the pool's before it.
    fn book(&mut self, token_in: TokenIn, given: f64, taken: f64, fee: f64, price: f64, external_price: f64) {
        self.trades = self.trades.saturating_add(1);
        let worth = if token_in == TokenIn::Base { given * price } else { given };
        self.volume += worth;
        self.fees += fee * worth;
        if external_price > 0.0 {
            self.versus_rebalancing += match token_in {
                TokenIn::Base => given * external_price - taken,
                TokenIn::Quote => given - taken * external_price,
            };
        }
    }

    /// Refuses sums that are no longer numbers.
    fn check(&self) -> Result<(), StepError> {
        for (name, value) in [
            ("volume", self.volume),
            ("fees", self.fees),
            ("arbitrage_total", self.arbitrage_total),
            ("versus_rebalancing", self.versus_rebalancing),
        ] {
            if !value.is_finite() {
                let allowed = "a finite number: change `base` or `quote`, whose ratio is the price";
                return Err(StepError::domain(name, value, allowed));
            }
        }
        Ok(())
    }
}
