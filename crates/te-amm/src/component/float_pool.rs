//! `amm/constant-product-float`: the pool in `f64`, for many runs.
//!
//! Rules, equations and limits: [`component`](crate::component); the formulas are those of [`swap`] and [`arbitrage`] on
//! `f64`, so `k` may fall by its last digit. Results differ from the exact pool by some 1e-15 of the reserves a step.
//!
//! Invariant: reserves stay positive and finite.

#![expect(
    clippy::inline_always,
    reason = "a loop over columns of runs becomes vector code only where these are inlined"
)]

use super::{Accounts, Fill, PoolInputs, count};
use crate::arbitrage::{self, Found};
use crate::error::Bound;
use crate::{AmmError, Number, swap};
use serde::{Deserialize, Serialize};
use te_core::math::select;
use te_core::{
    Machine, Mechanism, Now, OutOfRange, ParamError, Params, Record, StepError, Terms, TermsOf, Watch,
};

/// Parameters of a pool in `f64`.
#[derive(Clone, Copy, Debug, PartialEq, Params)]
#[params(check = Self::priced)]
pub struct FloatPoolParams {
    /// Base reserve at the start `[base]` -- controllable.
    #[param(initial, default = 1000.0, above = 0.0, unit = "base", soft_min = 10.0, soft_max = 1e5)]
    pub base: f64,
    /// Quote reserve at the start `[quote]` -- controllable.
    #[param(initial, default = 1000.0, above = 0.0, unit = "quote", soft_min = 10.0, soft_max = 1e5)]
    pub quote: f64,
    /// Fee on the input, kept in the pool `[1]` -- controllable.
    #[param(default = 0.003, min = 0.0, below = 1.0, unit = "1", soft_max = 0.05)]
    pub fee: f64,
    /// Whether the pool is arbitraged to the external price at the end of each step -- environment.
    #[param(default = false, role = "environment")]
    pub arbitrage: bool,
}

impl FloatPoolParams {
    fn priced(&self) -> Result<(), String> {
        let Self { base, quote, .. } = self;
        if (quote / base).is_finite() {
            return Ok(());
        }
        Err(format!(
            "quote {quote:e} over base {base:e} must be a finite price: raise `base` or lower `quote`"
        ))
    }
}

/// What a pool in `f64` shows.
///
/// # Equations
/// ```text
/// kept = 1 - fee
/// out(x, y, given) = y * kept * given / (x + kept * given)
/// quote_out = out(base, quote, base_in) -- the order of base first
/// base_out = out(quote, base, quote_in) -- then that of quote, at the reserves that the first left
/// given = (sqrt(base * quote * kept * external_price) - quote) / kept -- last, with `arbitrage`: quote, where quote / base < kept * external_price
/// arbitrage_profit = out(quote, base, given) * external_price - given
/// given = (sqrt(base * quote * kept / external_price) - base) / kept -- or base, where kept * quote / base > external_price
/// arbitrage_profit = out(base, quote, given) - given * external_price
/// base' = base + base_in - base_out -- and what arbitrage traded
/// quote' = quote + quote_in - quote_out -- and what arbitrage traded
/// price = quote' / base'
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Record)]
pub struct FloatPoolMetrics {
    /// Base reserve `[base]` -- metric.
    #[record(unit = "base")]
    pub base: f64,
    /// Quote reserve `[quote]` -- metric.
    #[record(unit = "quote")]
    pub quote: f64,
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

/// A constant-product pool in `f64`.
pub type FloatPool = Machine<Pooling>;

/// How a pool in `f64` trades.
pub enum Pooling {}

/// What a run keeps.
#[derive(Clone, Copy, Debug, PartialEq, Terms, Serialize, Deserialize)]
pub struct FloatPoolTerms {
    /// Fee on the input `[1]`.
    pub fee: f64,
    /// Whether the pool is arbitraged at the end of each step.
    pub arbitrage: bool,
    /// 1 where it is, else 0. As a number of each lane it is a choice between values; a setting of all lanes becomes a branch inside
    /// the loop, at which the registers spill.
    arbitraged: f64,
}

impl TermsOf<FloatPoolParams> for FloatPoolTerms {
    fn of(params: &FloatPoolParams) -> Result<Self, ParamError> {
        let FloatPoolParams { fee, arbitrage, .. } = *params;
        Ok(Self { fee, arbitrage, arbitraged: f64::from(u8::from(arbitrage)) })
    }
}

/// What a step changes: reserves and the sums beside them.
#[derive(Clone, Copy, Debug, PartialEq, Record, Serialize, Deserialize)]
pub struct FloatPoolState {
    /// Base reserve `[base]`.
    #[record(unit = "base")]
    pub base: f64,
    /// Quote reserve `[quote]`.
    #[record(unit = "quote")]
    pub quote: f64,
    /// The sums.
    #[record(nested)]
    pub accounts: Accounts,
}

impl FloatPoolState {
    /// Reserves of the token that comes in and of the one that goes out.
    #[inline(always)]
    fn sides(&self, quote_in: bool) -> (f64, f64) {
        (select(quote_in, self.quote, self.base), select(quote_in, self.base, self.quote))
    }

    /// Settles a trade, if it happens, at the amount out that a formula gave.
    #[inline(always)]
    fn trade<W: Watch<Error = AmmError>>(&mut self, w: &mut W, trade: Fill) {
        let Fill { happens, quote_in, given, taken, .. } = trade;
        let price = self.quote / self.base;
        let (x, y) = self.sides(quote_in);
        let (grown, shrunk) = w.when(happens, |w| {
            let (grown, shrunk) = (x.plus(given, w), y - taken);
            w.need(shrunk > 0.0, || AmmError::too_many_tokens("amount_out", taken, Bound::Below, y));
            (grown, shrunk)
        });
        self.base = select(happens, select(quote_in, shrunk, grown), self.base);
        self.quote = select(happens, select(quote_in, grown, shrunk), self.quote);
        self.accounts.book(trade, price);
    }

    /// Fills a trader's order: the amount out, 0 for no order.
    #[inline(always)]
    fn order<W: Watch<Error = AmmError>>(
        &mut self,
        w: &mut W,
        quote_in: bool,
        given: f64,
        fee: f64,
        external_price: f64,
    ) -> f64 {
        let happens = given != 0.0;
        let (x, y) = self.sides(quote_in);
        let taken = w.when(happens, |w| swap::exact_in_with(w, x, y, given, fee));
        self.trade(w, Fill { happens, quote_in, given, taken, fee, external_price });
        select(happens, taken, 0.0)
    }

    /// Arbitrages the pool to the external price; nothing is traded where there is none.
    #[inline(always)]
    fn level<W: Watch<Error = AmmError>>(&mut self, w: &mut W, fee: f64, external_price: f64) {
        let found = arbitrage::external_with(w, self.base, self.quote, external_price, fee);
        let Found { pays, quote_in, amount_in: given, amount_out: taken, profit } = found;
        let happens = (external_price > 0.0) & pays;
        self.trade(w, Fill { happens, quote_in, given, taken, fee, external_price });
        self.accounts.earn(happens, profit);
    }
}

/// What floats cannot hold beside the reserves, said in words of the component.
#[cold]
fn refused(pool: &FloatPoolState, quantity: &'static str, value: f64, error: AmmError) -> StepError {
    let FloatPoolState { base, quote, .. } = pool;
    let allowed = format!(
        "what floats can hold beside the reserves, {base:e} base and {quote:e} quote ({error}): change `base` or `quote`"
    );
    StepError::domain(quantity, value, allowed)
}

impl Mechanism for Pooling {
    const KIND: &'static str = "amm/constant-product-float";
    type Params = FloatPoolParams;
    type Terms = FloatPoolTerms;
    type Inputs = PoolInputs;
    type State = FloatPoolState;
    type Draws = ();
    type Metrics = FloatPoolMetrics;
    const EQUATIONS: &'static [&'static str] = &[FloatPoolMetrics::EQUATIONS, Accounts::EQUATIONS];

    fn start(params: &FloatPoolParams) -> FloatPoolState {
        let FloatPoolParams { base, quote, .. } = *params;
        FloatPoolState { base, quote, accounts: Accounts::default() }
    }

    #[inline(always)]
    fn step<W: Watch<Error = StepError>>(w: &mut W, now: Now<'_, Self>) -> FloatPoolState {
        let FloatPoolTerms { fee, arbitraged, .. } = *now.terms;
        let PoolInputs { base_in, quote_in, external_price } = *now.inputs;
        let before = now.state;
        now.inputs.need(w);
        let mut next = *before;
        next.accounts.begin_step();
        let mut sale = W::Of::default();
        let quote_out = next.order(&mut sale, false, base_in, fee, external_price);
        w.join(true, sale, |error| refused(before, "base_in", base_in, error));
        let mut purchase = W::Of::default();
        let base_out = next.order(&mut purchase, true, quote_in, fee, external_price);
        w.join(true, purchase, |error| refused(before, "quote_in", quote_in, error));
        (next.accounts.base_out, next.accounts.quote_out) = (base_out, quote_out);
        if arbitraged != 0.0 {
            let mut levelled = W::Of::default();
            next.level(&mut levelled, fee, external_price);
            let told = |error| refused(before, "external_price", external_price, error);
            w.join(external_price > 0.0, levelled, told);
        }
        // The price is a metric and must be a number.
        let price = next.quote / next.base;
        let allowed = "a finite number: raise `base` or lower `quote`";
        w.need(price.is_finite(), || OutOfRange::new("price", price, allowed));
        next.accounts.need(w);
        next
    }

    #[inline(always)]
    fn show(terms: &FloatPoolTerms, state: &FloatPoolState) -> FloatPoolMetrics {
        let FloatPoolState { base, quote, accounts } = *state;
        FloatPoolMetrics {
            base,
            quote,
            price: quote / base,
            fee: terms.fee,
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
