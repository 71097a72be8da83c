//! The market maker and its traders as components of the engine.
//!
//! | kind | what |
//! |---|---|
//! | `amm/constant-product` | the exact pool: takes orders, and an arbitrageur of its own if wanted |
//! | `amm/constant-product-float` | the same rules in `f64`, for many runs |
//! | `amm/weighted` | a pool with weights, fixed or moving, in `f64` |
//! | `amm/stable`, `amm/solidly`, `amm/concentrated` | pools on other curves, with limits, joins and leaves |
//! | `amm/arbitrageur` | watches a pool and a market, orders the most profitable trade |
//! | `amm/range-provider` | holds liquidity in a range, and moves it by a rule |
//! | `amm/random-trader` | orders of random size and side |
//!
//! Orders are inputs in tokens: `base_in` and `quote_in`, each zero or positive; a step fills the base order, then the quote order, then
//! arbitrages. An order too small to buy one unit is not filled; a negative one is an error. An order that a pool's numbers cannot hold
//! ends the run with an error of the domain that names the order and what to change: `places` of the exact pool, `base` or `quote` of the
//! one in floats, where the order is more than some 1e15 times a reserve.
//!
//! Equations: [`FloatPoolMetrics`](float_pool::FloatPoolMetrics) of the trades, [`Accounts`] of the sums beside them.

#![expect(
    clippy::inline_always,
    reason = "a loop over columns of runs becomes vector code only where these are inlined"
)]

pub mod arbitrageur;
pub mod curve_pool;
pub mod float_pool;
pub mod pool;
pub mod random_trader;
pub mod range_provider;
pub mod weighted_pool;

use serde::{Deserialize, Serialize};
use te_core::math::select;
use te_core::{OutOfRange, Record, StepError, Watch};

/// A count that passed through floats, exact up to 2^53.
#[inline(always)]
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a whole number, not negative")]
fn count(x: f64) -> u64 {
    x as u64
}

/// What a pool reads.
#[derive(Clone, Copy, Debug, PartialEq, Record)]
pub struct PoolInputs {
    /// Base that a trader gives `[base]` -- input.
    #[record(unit = "base", default = 0.0)]
    pub base_in: f64,
    /// Quote that a trader gives `[quote]` -- input.
    #[record(unit = "quote", default = 0.0)]
    pub quote_in: f64,
    /// Price elsewhere, for arbitrage and accounts `[quote/base]` -- input; 0 where there is none.
    #[record(unit = "quote/base", default = 0.0)]
    pub external_price: f64,
}

impl PoolInputs {
    /// Orders and price must be finite and at least 0.
    #[inline(always)]
    fn need<W: Watch<Error = StepError>>(&self, w: &mut W) {
        for (name, value) in
            [("base_in", self.base_in), ("quote_in", self.quote_in), ("external_price", self.external_price)]
        {
            let sound = (value >= 0.0) & value.is_finite();
            w.need(sound, || OutOfRange::new(name, value, "finite, at least 0"));
        }
    }
}

/// Sums that a pool keeps beside its reserves.
///
/// # Equations
/// ```text
/// base_given, quote_given, base_taken, quote_taken: of a trade, arbitrage's among them
/// worth = quote_given + base_given * price -- of a trade, at the price before it
/// volume = sum(worth) -- over the trades of the step
/// fees' = fees + fee * volume
/// gain = (base_given - base_taken) * external_price + quote_given - quote_taken -- of a trade; 0 without an external price
/// versus_rebalancing' = versus_rebalancing + sum(gain)
/// arbitrage_total' = arbitrage_total + arbitrage_profit
/// trades' = trades + 1 -- for each trade
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Record, Serialize, Deserialize)]
pub struct Accounts {
    /// Base out to traders in the last step `[base]`.
    #[record(unit = "base")]
    pub base_out: f64,
    /// Quote out to traders in the last step `[quote]`.
    #[record(unit = "quote")]
    pub quote_out: f64,
    /// Value of all inputs of the last step, at the pool's price before each `[quote]`.
    #[record(unit = "quote")]
    pub volume: f64,
    /// Profit of the pool's own arbitrageur in the last step `[quote]`.
    #[record(unit = "quote")]
    pub arbitrage_profit: f64,
    /// Its profits so far `[quote]`.
    #[record(unit = "quote")]
    pub arbitrage_total: f64,
    /// Fees so far, at the pool's price before each trade `[quote]`.
    #[record(unit = "quote")]
    pub fees: f64,
    /// Inputs less outputs so far, at the external price `[quote]`.
    #[record(unit = "quote")]
    pub versus_rebalancing: f64,
    /// Trades so far, a whole number.
    #[record(unit = "trade")]
    pub trades: f64,
}

/// A trade at a pool.
#[derive(Clone, Copy)]
struct Fill {
    /// Whether it takes place.
    happens: bool,
    /// Whether quote comes in, rather than base.
    quote_in: bool,
    /// Amount in `[in tokens]`.
    given: f64,
    /// Amount out `[out tokens]`.
    taken: f64,
    /// Fee on the input `[1]`.
    fee: f64,
    /// Price elsewhere `[quote/base]`; 0 where there is none.
    external_price: f64,
}

impl Accounts {
    #[inline(always)]
    fn begin_step(&mut self) {
        (self.base_out, self.quote_out, self.volume, self.arbitrage_profit) = (0.0, 0.0, 0.0, 0.0);
    }

    /// Books a trade; `price` is the pool's before it.
    #[inline(always)]
    fn book(&mut self, trade: Fill, price: f64) {
        let Fill { happens, quote_in, given, taken, fee, external_price } = trade;
        let worth = select(quote_in, given, given * price);
        let gain = select(quote_in, given - taken * external_price, given * external_price - taken);
        let add = |sum: &mut f64, x: f64| *sum = select(happens, *sum + x, *sum);
        add(&mut self.volume, worth);
        add(&mut self.fees, fee * worth);
        let versus = select(external_price > 0.0, self.versus_rebalancing + gain, self.versus_rebalancing);
        self.versus_rebalancing = select(happens, versus, self.versus_rebalancing);
        add(&mut self.trades, 1.0);
    }

    /// Books the profit of the pool's own arbitrageur, if it trades.
    #[inline(always)]
    fn earn(&mut self, trades: bool, profit: f64) {
        self.arbitrage_profit = select(trades, profit, 0.0);
        self.arbitrage_total = select(trades, self.arbitrage_total + profit, self.arbitrage_total);
    }

    /// The sums must be numbers.
    #[inline(always)]
    fn need<W: Watch<Error = StepError>>(&self, w: &mut W) {
        for (name, value) in [
            ("volume", self.volume),
            ("fees", self.fees),
            ("arbitrage_total", self.arbitrage_total),
            ("versus_rebalancing", self.versus_rebalancing),
        ] {
            let allowed = "a finite number: change `base` or `quote`, whose ratio is the price";
            w.need(value.is_finite(), || OutOfRange::new(name, value, allowed));
        }
    }
}
