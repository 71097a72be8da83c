//! `amm/random-trader`: orders of random size and side, without opinion on the price.
//!
//! Equations: [`RandomTraderMetrics`].
//!
//! Assumptions and limits: sizes are in quote, so that both sides weigh the same at any price; three draws are taken in every step, so that a
//! change of probabilities leaves later draws where they were. Without a price, at 0, a sale has no size and is not made.
//!
//! Source: the noise trader of market microstructure; the FLASH notebook's external trader is the uniform case with sizes in tokens.
//!
//! Invariant: at most one of the two orders is positive.

#![expect(
    clippy::inline_always,
    reason = "a loop over columns of runs becomes vector code only where these are inlined"
)]

use super::count;
use serde::{Deserialize, Serialize};
use te_core::math::{ln_1p, select};
use te_core::{Choice, Machine, Mechanism, Now, OutOfRange, Params, Record, StepError, Watch};

/// How order sizes are distributed around their mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Choice)]
pub enum OrderSize {
    /// Always the mean.
    Fixed,
    /// Uniform from nothing to twice the mean.
    Uniform,
    /// Exponential.
    Exponential,
}

/// Parameters of a random trader.
#[derive(Clone, Copy, Debug, PartialEq, Params)]
pub struct RandomTraderParams {
    /// Chance of an order in a step `[1]` -- environment.
    #[param(default = 1.0, min = 0.0, max = 1.0, unit = "1", role = "environment")]
    pub trade_probability: f64,
    /// Chance that an order buys base `[1]` -- environment.
    #[param(default = 0.5, min = 0.0, max = 1.0, unit = "1", role = "environment")]
    pub buy_probability: f64,
    /// Mean size of an order `[quote]` -- environment.
    #[param(default = 1.0, min = 0.0, unit = "quote", role = "environment")]
    pub mean_size: f64,
    /// Distribution of the size -- environment.
    #[param(default = OrderSize::Exponential, role = "environment")]
    pub size: OrderSize,
}

/// What a random trader sees.
#[derive(Clone, Copy, Debug, PartialEq, Record)]
pub struct RandomTraderInputs {
    /// Price at which sizes are turned into base `[quote/base]` -- input; at 0 nobody sells.
    #[record(unit = "quote/base", default = 1.0)]
    pub price: f64,
}

/// What a random trader orders.
///
/// # Equations
/// ```text
/// happens, side, u ~ Uniform(0, 1)
/// value = mean_size -- size fixed; uniform: 2 * mean_size * u; exponential: -mean_size * ln(1 - u)
/// quote_in = value -- where happens < trade_probability and side < buy_probability, else 0
/// base_in = value / price -- where happens < trade_probability and side >= buy_probability, else 0
/// trades' = trades + 1 -- for each order
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Record, Serialize, Deserialize)]
pub struct RandomTraderMetrics {
    /// Base ordered into the pool `[base]` -- metric.
    #[record(unit = "base")]
    pub base_in: f64,
    /// Quote ordered into the pool `[quote]` -- metric.
    #[record(unit = "quote")]
    pub quote_in: f64,
    /// Orders so far -- metric.
    #[record(unit = "trade")]
    pub trades: u64,
}

/// Orders at random.
pub type RandomTrader = Machine<RandomTrading>;

/// How a random trader orders.
pub enum RandomTrading {}

/// What a step changes.
#[derive(Clone, Copy, Debug, PartialEq, Record, Serialize, Deserialize)]
pub struct RandomTraderState {
    /// Base ordered into the pool `[base]`.
    #[record(unit = "base")]
    pub base_in: f64,
    /// Quote ordered into the pool `[quote]`.
    #[record(unit = "quote")]
    pub quote_in: f64,
    /// Orders so far, a whole number.
    #[record(unit = "trade")]
    pub trades: f64,
}

/// What a step draws: uniform numbers from [0, 1).
#[derive(Clone, Copy, Debug, PartialEq, Record)]
pub struct OrderDraws {
    /// Whether there is an order.
    #[record(unit = "1")]
    pub happens: f64,
    /// On which side.
    #[record(unit = "1")]
    pub side: f64,
    /// How large it is.
    #[record(unit = "1")]
    pub size: f64,
}

impl Mechanism for RandomTrading {
    const KIND: &'static str = "amm/random-trader";
    type Params = RandomTraderParams;
    type Terms = RandomTraderParams;
    type Inputs = RandomTraderInputs;
    type State = RandomTraderState;
    type Draws = OrderDraws;
    type Metrics = RandomTraderMetrics;

    fn start(_: &RandomTraderParams) -> RandomTraderState {
        RandomTraderState { base_in: 0.0, quote_in: 0.0, trades: 0.0 }
    }

    #[inline(always)]
    fn step<W: Watch<Error = StepError>>(w: &mut W, now: Now<'_, Self>) -> RandomTraderState {
        let Now { terms, draws, inputs: RandomTraderInputs { price }, .. } = now;
        let (mean, price) = (terms.mean_size, *price);
        w.need((price >= 0.0) & price.is_finite(), || OutOfRange::new("price", price, "finite, at least 0"));
        // A `match` on three is a switch, which keeps the loop from becoming vector code.
        let (uniform, exponential) = (2.0 * mean * draws.size, -mean * ln_1p(-draws.size));
        let bounded = select(terms.size == OrderSize::Uniform, uniform, mean);
        let value = select(terms.size == OrderSize::Exponential, exponential, bounded);
        let buys = draws.side < terms.buy_probability;
        let happens = (draws.happens < terms.trade_probability) & (buys | (price > 0.0));
        let base_in = select(happens & !buys, value / price, 0.0);
        let quote_in = select(happens & buys, value, 0.0);
        for (name, order) in [("quote_in", quote_in), ("base_in", base_in)] {
            w.need(order.is_finite(), || OutOfRange::new(name, order, "a finite number: lower `mean_size`"));
        }
        RandomTraderState {
            base_in,
            quote_in,
            trades: select(happens, now.state.trades + 1.0, now.state.trades),
        }
    }

    #[inline(always)]
    fn show(_: &RandomTraderParams, state: &RandomTraderState) -> RandomTraderMetrics {
        RandomTraderMetrics { base_in: state.base_in, quote_in: state.quote_in, trades: count(state.trades) }
    }
}
