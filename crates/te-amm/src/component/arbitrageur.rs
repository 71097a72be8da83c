//! `amm/arbitrageur`: watches a pool and a market and orders the most profitable trade.
//!
//! Equations: [`arbitrage`]. It sees reserves, fee and price as wired and orders for the pool's next step; where the pool
//! steps after it in the same timestep, the order is filled at once.
//!
//! | symbol | meaning | unit |
//! |---|---|---|
//! | cost | what a trade costs besides the fee (gas) | quote |
//!
//! Assumptions and limits: the order is exact for what it sees; other orders filled before it change its worth. The profit shown is the
//! one expected. A reserve or a price of 0 is one that is not there: nothing is ordered.
//!
//! Invariant: it orders only where the expected profit exceeds the cost.

#![expect(
    clippy::inline_always,
    reason = "a loop over columns of runs becomes vector code only where these are inlined"
)]

use crate::{AmmError, arbitrage};
use serde::{Deserialize, Serialize};
use te_core::math::select;
use te_core::{Machine, Mechanism, NotFinite, Now, OutOfRange, Params, Record, StepError, Watch};

/// Parameters of an arbitrageur.
#[derive(Clone, Copy, Debug, PartialEq, Params)]
pub struct ArbitrageurParams {
    /// Cost of a trade besides the fee `[quote]` -- environment.
    #[param(default = 0.0, min = 0.0, unit = "quote", role = "environment")]
    pub cost: f64,
}

/// What an arbitrageur sees.
#[derive(Clone, Copy, Debug, PartialEq, Record)]
pub struct ArbitrageurInputs {
    /// Base reserve of the pool `[base]` -- input; 0 where there is none.
    #[record(unit = "base")]
    pub base: f64,
    /// Quote reserve of the pool `[quote]` -- input; 0 where there is none.
    #[record(unit = "quote")]
    pub quote: f64,
    /// Fee of the pool `[1]` -- input.
    #[record(unit = "1", default = 0.003)]
    pub fee: f64,
    /// Price elsewhere `[quote/base]` -- input; 0 where there is none.
    #[record(unit = "quote/base")]
    pub external_price: f64,
}

/// What an arbitrageur orders.
///
/// # Equations
/// ```text
/// kept = 1 - fee
/// out(x, y, given) = y * kept * given / (x + kept * given)
/// quote_in = (sqrt(base * quote * kept * external_price) - quote) / kept -- where quote / base < kept * external_price, else 0
/// profit = out(quote, base, quote_in) * external_price - quote_in - cost
/// base_in = (sqrt(base * quote * kept / external_price) - base) / kept -- where kept * quote / base > external_price, else 0
/// profit = out(base, quote, base_in) - base_in * external_price - cost -- nothing is ordered where it is not above 0
/// total_profit' = total_profit + profit
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Record, Serialize, Deserialize)]
pub struct ArbitrageurMetrics {
    /// Base ordered into the pool `[base]` -- metric.
    #[record(unit = "base")]
    pub base_in: f64,
    /// Quote ordered into the pool `[quote]` -- metric.
    #[record(unit = "quote")]
    pub quote_in: f64,
    /// Expected profit of the order, cost taken off `[quote]` -- metric.
    #[record(unit = "quote")]
    pub profit: f64,
    /// Expected profits so far `[quote]` -- metric.
    #[record(unit = "quote")]
    pub total_profit: f64,
}

/// Watches a pool and a market.
pub type Arbitrageur = Machine<Arbitraging>;

/// How an arbitrageur orders.
pub enum Arbitraging {}

impl Mechanism for Arbitraging {
    const KIND: &'static str = "amm/arbitrageur";
    type Params = ArbitrageurParams;
    type Terms = ArbitrageurParams;
    type Inputs = ArbitrageurInputs;
    type State = ArbitrageurMetrics;
    type Draws = ();
    type Metrics = ArbitrageurMetrics;

    fn start(_: &ArbitrageurParams) -> ArbitrageurMetrics {
        ArbitrageurMetrics::default()
    }

    #[inline(always)]
    fn step<W: Watch<Error = StepError>>(w: &mut W, now: Now<'_, Self>) -> ArbitrageurMetrics {
        let ArbitrageurInputs { base, quote, fee, external_price } = *now.inputs;
        let there = (base != 0.0) & (quote != 0.0) & (external_price != 0.0);
        // Beside what is not there an infinity does no harm.
        let idle = (base >= 0.0) & (quote >= 0.0) & (external_price >= 0.0) & !there;
        for (name, value) in [("base", base), ("quote", quote), ("external_price", external_price)] {
            let known = (value >= 0.0) & value.is_finite();
            w.need(known | idle, || OutOfRange::new(name, value, "finite, at least 0"));
        }
        let taken = (0.0..1.0).contains(&fee);
        w.need(taken | !there, || OutOfRange::new("fee", fee, "at least 0 and below 1"));
        let mut trade = W::Of::<AmmError>::default();
        let found = arbitrage::external_with(&mut trade, base, quote, external_price, fee);
        w.join(there, trade, |refused| unheld(now.inputs, refused));
        let profit = found.profit - now.terms.cost;
        let orders = there & found.pays & (found.profit > now.terms.cost);
        let total = now.state.total_profit + profit;
        w.need(total.is_finite() | !orders, || NotFinite::new("total_profit", total));
        ArbitrageurMetrics {
            base_in: select(orders & !found.quote_in, found.amount_in, 0.0),
            quote_in: select(orders & found.quote_in, found.amount_in, 0.0),
            profit: select(orders, profit, 0.0),
            total_profit: select(orders, total, now.state.total_profit),
        }
    }

    #[inline(always)]
    fn show(_: &ArbitrageurParams, state: &ArbitrageurMetrics) -> ArbitrageurMetrics {
        *state
    }
}

/// What floats cannot hold beside the reserves, said in words of the component.
#[cold]
fn unheld(inputs: &ArbitrageurInputs, refused: AmmError) -> StepError {
    let ArbitrageurInputs { base, quote, external_price, .. } = inputs;
    let allowed = format!("what floats can hold beside {base:e} base and {quote:e} quote ({refused})");
    StepError::domain("external_price", *external_price, allowed)
}
