//! `amm/weighted`: a pool of two tokens with weights, fixed or moving, in `f64`.
//!
//! Rules of the orders and accounts: [`component`](crate::component); the curve is that of [`weighted`]. In a step the weights
//! move first, then the base order, the quote order, and the arbitrage to the external price.
//!
//! Equations: [`WeightedPoolMetrics`].
//!
//! A liquidity bootstrapping sale is a ramp from a heavy to a light base. An order of which floats cannot hold the outcome is not filled, and
//! counted.
//!
//! Assumptions and limits: two tokens; the fee stays in the pool; no shares are minted or burnt. Without an external price hold value
//! and loss are 0.
//!
//! Source: Balancer whitepaper (2019); the accounts as in the constant-product pool.
//!
//! Invariants: balances stay positive and finite; the invariant falls only where the weights move.

#![expect(
    clippy::inline_always,
    reason = "a loop over columns of runs becomes vector code only where these are inlined"
)]

use super::{Accounts, Fill, PoolInputs, count};
use crate::AmmError;
use crate::arbitrage::Found;
use crate::weighted::{self, Side};
use serde::{Deserialize, Serialize};
use te_core::math::{exp, ln, min, select};
use te_core::{Machine, Mechanism, Now, OutOfRange, Params, Record, StepError, Terms, TermsOf, Watch};
use te_math::Sound;

/// Parameters of a weighted pool.
#[derive(Clone, Copy, Debug, PartialEq, Params)]
#[params(check = Self::priced)]
pub struct WeightedPoolParams {
    /// Base balance at the start `[base]` -- controllable.
    #[param(default = 1000.0, above = 0.0, unit = "base", initial, soft_min = 10.0, soft_max = 1e5)]
    pub base: f64,
    /// Quote balance at the start `[quote]` -- controllable.
    #[param(default = 1000.0, above = 0.0, unit = "quote", initial, soft_min = 10.0, soft_max = 1e5)]
    pub quote: f64,
    /// Weight of the base, before the weights move `[1]` -- controllable.
    #[param(default = 0.5, min = 0.01, max = 0.99, unit = "1")]
    pub weight: f64,
    /// Weight of the base after they have moved `[1]` -- controllable.
    #[param(default = 0.5, min = 0.01, max = 0.99, unit = "1")]
    pub end_weight: f64,
    /// Step at which the weights begin to move `[step]` -- controllable.
    #[param(default = 0.0, min = 0.0, unit = "step", soft_max = 1000.0)]
    pub ramp_start: f64,
    /// Steps in which they move; 0 for weights that stay `[step]` -- controllable.
    #[param(default = 0.0, min = 0.0, unit = "step", soft_max = 1000.0)]
    pub ramp_steps: f64,
    /// Fee on the input, kept in the pool `[1]` -- controllable.
    #[param(default = 0.003, min = 0.0, below = 1.0, unit = "1", soft_max = 0.1)]
    pub fee: f64,
    /// Whether the pool is arbitraged to the external price at the end of each step -- environment.
    #[param(default = false, role = "environment")]
    pub arbitrage: bool,
}

impl WeightedPoolParams {
    fn priced(&self) -> Result<(), String> {
        let Self { base, quote, .. } = self;
        // The weights' ratio is at most 99.
        if (quote / base * 99.0).is_finite() {
            return Ok(());
        }
        Err(format!(
            "quote {quote:e} over base {base:e} must be a finite price: raise `base` or lower `quote`"
        ))
    }
}

/// What a weighted pool shows.
///
/// # Equations
/// ```text
/// passed = clamp((timestep - ramp_start) / ramp_steps, 0, 1) -- 0 where ramp_steps is 0
/// weight' = weight(0) + (end_weight - weight(0)) * passed -- weight(0) is the parameter; the quote's is 1 - weight
/// kept = 1 - fee
/// quote_out = quote * (1 - (base / (base + kept * base_in))^(weight' / (1 - weight'))) -- the order of base first
/// base_out = base * (1 - (quote / (quote + kept * quote_in))^((1 - weight') / weight')) -- then that of quote
/// base' = base + base_in - base_out -- and what arbitrage to the external price traded, last
/// quote' = quote + quote_in - quote_out -- and what it traded
/// price = quote' / (1 - weight') / (base' / weight')
/// invariant = base'^weight' * quote'^(1 - weight')
/// hold_value = base(0) * external_price + quote(0)
/// loss = (base' * external_price + quote') / hold_value - 1
/// unfilled' = unfilled + 1 -- for each order whose outcome floats cannot hold
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Record)]
pub struct WeightedPoolMetrics {
    /// Base balance `[base]` -- metric.
    #[record(unit = "base")]
    pub base: f64,
    /// Quote balance `[quote]` -- metric.
    #[record(unit = "quote")]
    pub quote: f64,
    /// Spot price, without fee `[quote/base]` -- metric.
    #[record(unit = "quote/base")]
    pub price: f64,
    /// Fee on the input `[1]` -- metric.
    #[record(unit = "1")]
    pub fee: f64,
    /// Weight of the base `[1]` -- metric.
    #[record(unit = "1")]
    pub weight: f64,
    /// Weighted product of the balances -- metric.
    pub invariant: f64,
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
    /// Value of the tokens at the start, at the external price `[quote]` -- metric.
    #[record(unit = "quote")]
    pub hold_value: f64,
    /// Value of the pool over that, less 1 `[1]` -- metric.
    #[record(unit = "1")]
    pub loss: f64,
    /// Gain over a portfolio rebalanced at the external price: fees less LVR so far `[quote]` -- metric.
    #[record(unit = "quote")]
    pub versus_rebalancing: f64,
    /// Trades so far -- metric.
    #[record(unit = "trade")]
    pub trades: u64,
    /// Orders so far that were not filled -- metric.
    #[record(unit = "order")]
    pub unfilled: u64,
}

/// A weighted pool of two tokens.
pub type WeightedPool = Machine<Weighing>;

/// How a weighted pool trades.
pub enum Weighing {}

/// What a run keeps.
#[derive(Clone, Copy, Debug, PartialEq, Terms, Serialize, Deserialize)]
pub struct WeightedPoolTerms {
    weight: f64,
    end_weight: f64,
    ramp_start: f64,
    ramp_steps: f64,
    fee: f64,
    /// Whether the pool is arbitraged at the end of each step.
    arbitrage: bool,
}

impl TermsOf<WeightedPoolParams> for WeightedPoolTerms {
    fn of(params: &WeightedPoolParams) -> Result<Self, te_core::ParamError> {
        let WeightedPoolParams { weight, end_weight, ramp_start, ramp_steps, fee, arbitrage, .. } = *params;
        Ok(Self { weight, end_weight, ramp_start, ramp_steps, fee, arbitrage })
    }
}

/// What a step changes.
#[derive(Clone, Copy, Debug, PartialEq, Record, Serialize, Deserialize)]
pub struct WeightedPoolState {
    /// Base balance `[base]`.
    #[record(unit = "base")]
    pub base: f64,
    /// Quote balance `[quote]`.
    #[record(unit = "quote")]
    pub quote: f64,
    /// Weight of the base `[1]`.
    #[record(unit = "1")]
    pub weight: f64,
    /// Base at the start `[base]`.
    #[record(unit = "base")]
    pub held_base: f64,
    /// Quote at the start `[quote]`.
    #[record(unit = "quote")]
    pub held_quote: f64,
    /// Price elsewhere in the last step, 0 where there is none `[quote/base]`.
    #[record(unit = "quote/base")]
    pub external_price: f64,
    /// Orders that were not filled, a whole number.
    #[record(unit = "order")]
    pub unfilled: f64,
    /// The sums.
    #[record(nested)]
    pub accounts: Accounts,
}

impl WeightedPoolState {
    /// The tokens that come in and go out.
    #[inline(always)]
    fn sides(&self, quote_in: bool) -> (Side, Side) {
        let other = 1.0 - self.weight;
        let side = |quote: bool| Side {
            balance: select(quote, self.quote, self.base),
            weight: select(quote, other, self.weight),
        };
        (side(quote_in), side(!quote_in))
    }

    /// Spot price without fee `[quote/base]`.
    #[inline(always)]
    fn price(&self) -> f64 {
        (self.quote / (1.0 - self.weight)) / (self.base / self.weight)
    }

    /// Settles a trade if the pool can hold what it leads to; whether it was filled.
    #[inline(always)]
    fn trade(&mut self, trade: Fill) -> bool {
        let Fill { happens, quote_in, given, taken, .. } = trade;
        let price = self.price();
        let (Side { balance: x, .. }, Side { balance: y, .. }) = self.sides(quote_in);
        let (grown, shrunk) = (x + given, y - taken);
        let fills = happens & (taken > 0.0) & (shrunk > 0.0) & grown.is_finite();
        self.base = select(fills, select(quote_in, shrunk, grown), self.base);
        self.quote = select(fills, select(quote_in, grown, shrunk), self.quote);
        self.accounts.book(Fill { happens: fills, ..trade }, price);
        self.unfilled = select(happens & !fills, self.unfilled + 1.0, self.unfilled);
        fills
    }

    /// Fills a trader's order: the amount out, 0 for none.
    #[inline(always)]
    fn order(&mut self, quote_in: bool, given: f64, fee: f64, external_price: f64) -> f64 {
        let happens = given != 0.0;
        let (side_in, side_out) = self.sides(quote_in);
        let mut curve = Sound::<AmmError>::new();
        let out = weighted::out_given_in_with(&mut curve, side_in, side_out, given, fee);
        // What the curve refuses goes on as an order for nothing, which is not filled.
        let taken = select(curve.is_sound(), out, 0.0);
        let fills = self.trade(Fill { happens, quote_in, given, taken, fee, external_price });
        select(fills, taken, 0.0)
    }

    /// Arbitrages the pool to the external price; nothing is traded where there is none.
    #[inline(always)]
    fn level(&mut self, fee: f64, external_price: f64) {
        let mut curve = Sound::<AmmError>::new();
        let found =
            weighted::external_with(&mut curve, self.base, self.quote, self.weight, external_price, fee);
        let Found { pays, quote_in, amount_in: given, amount_out, profit } = found;
        let known = external_price > 0.0;
        let taken = select(curve.is_sound(), amount_out, 0.0);
        let happens = known & pays;
        let fills = self.trade(Fill { happens, quote_in, given, taken, fee, external_price });
        self.accounts.earn(fills, profit);
    }

    /// Value of balances at the external price `[quote]`.
    #[inline(always)]
    fn value(&self, base: f64, quote: f64) -> f64 {
        select(self.external_price > 0.0, base * self.external_price + quote, 0.0)
    }
}

impl Mechanism for Weighing {
    const KIND: &'static str = "amm/weighted";
    type Params = WeightedPoolParams;
    type Terms = WeightedPoolTerms;
    type Inputs = PoolInputs;
    type State = WeightedPoolState;
    type Draws = ();
    type Metrics = WeightedPoolMetrics;
    const EQUATIONS: &'static [&'static str] = &[WeightedPoolMetrics::EQUATIONS, Accounts::EQUATIONS];

    fn start(params: &WeightedPoolParams) -> WeightedPoolState {
        let WeightedPoolParams { base, quote, weight, .. } = *params;
        WeightedPoolState {
            base,
            quote,
            weight,
            held_base: base,
            held_quote: quote,
            external_price: 0.0,
            unfilled: 0.0,
            accounts: Accounts::default(),
        }
    }

    #[inline(always)]
    fn step<W: Watch<Error = StepError>>(w: &mut W, now: Now<'_, Self>) -> WeightedPoolState {
        let WeightedPoolTerms { weight, end_weight, ramp_start, ramp_steps, fee, arbitrage } = *now.terms;
        let PoolInputs { base_in, quote_in, external_price } = *now.inputs;
        now.inputs.need(w);
        let mut next = WeightedPoolState { external_price, ..*now.state };
        let passed = select(ramp_steps > 0.0, (now.clock.timestep as f64 - ramp_start) / ramp_steps, 0.0);
        // Between two weights, so it never fails.
        next.weight = weighted::ramped_with(&mut Sound::<AmmError>::new(), (weight, end_weight), passed);
        next.accounts.begin_step();
        let quote_out = next.order(false, base_in, fee, external_price);
        let base_out = next.order(true, quote_in, fee, external_price);
        (next.accounts.base_out, next.accounts.quote_out) = (base_out, quote_out);
        if arbitrage {
            next.level(fee, external_price);
        }
        for (name, value) in [
            ("price", next.price()),
            ("hold_value", next.value(next.held_base, next.held_quote)),
            ("value", next.value(next.base, next.quote)),
        ] {
            let allowed = "a finite number: raise `base` or lower `quote`, or lower the external price";
            w.need(value.is_finite(), || OutOfRange::new(name, value, allowed));
        }
        next.accounts.need(w);
        next
    }

    #[inline(always)]
    fn show(terms: &WeightedPoolTerms, state: &WeightedPoolState) -> WeightedPoolMetrics {
        let WeightedPoolState { base, quote, weight, held_base, held_quote, unfilled, accounts, .. } = *state;
        let hold_value = state.value(held_base, held_quote);
        // A weighted mean of the two logarithms: at most the larger balance.
        let mean = exp(weight * ln(base) + (1.0 - weight) * ln(quote));
        WeightedPoolMetrics {
            base,
            quote,
            price: state.price(),
            fee: terms.fee,
            weight,
            invariant: min(mean, te_core::math::max(base, quote)),
            base_out: accounts.base_out,
            quote_out: accounts.quote_out,
            volume: accounts.volume,
            arbitrage_profit: accounts.arbitrage_profit,
            arbitrage_total: accounts.arbitrage_total,
            fees: accounts.fees,
            hold_value,
            loss: select(hold_value > 0.0, state.value(base, quote) / hold_value - 1.0, 0.0),
            versus_rebalancing: accounts.versus_rebalancing,
            trades: count(accounts.trades),
            unfilled: count(unfilled),
        }
    }
}
