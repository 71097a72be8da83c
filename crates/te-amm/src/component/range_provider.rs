//! `amm/range-provider`: a small provider of liquidity who holds one range around the price and follows a rule.
//!
//! Equations: [`RangeProviderMetrics`].
//!
//! Rules: `hold` never moves the range; `edge` recentres in the first step that finds the price at an end or outside; `every` recentres each `period` steps.
//!
//! Assumptions and limits: the provider is small beside the pool and moves neither price nor fees; it sees a step's price and fees once they stand. In a
//! step that ends outside the range nothing is earned, in one that ends inside all of the step's part.
//!
//! Source: Uniswap v3 Core (2021), section 6; Milionis and others, Automated Market Making and Loss-Versus-Rebalancing, arXiv:2208.06046.
//!
//! Invariants: value stays positive and finite; without fees and costs it is never above that of the tokens held.

#![expect(
    clippy::inline_always,
    reason = "a loop over columns of runs becomes vector code only where these are inlined"
)]

use super::count;
use serde::{Deserialize, Serialize};
use te_core::math::{max, min, select};
use te_core::{
    Choice, Machine, Mechanism, Now, OutOfRange, ParamError, Params, Record, StepError, Terms, TermsOf, Watch,
};

/// When the range is moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Choice, Serialize, Deserialize)]
pub enum RangeRule {
    /// Never.
    Hold,
    /// When the price stands at an end or outside.
    Edge,
    /// Each `period` steps.
    Every,
}

/// Parameters of a provider.
#[derive(Clone, Copy, Debug, PartialEq, Params)]
pub struct RangeProviderParams {
    /// Value with which it begins `[quote]` -- controllable.
    #[param(initial, default = 1000.0, above = 0.0, max = 1e12, unit = "quote", soft_max = 1e6)]
    pub value: f64,
    /// Upper end of a new range over the price, and the price over its lower end `[1]` -- controllable.
    #[param(default = 1.2, min = 1.0001, max = 1e6, unit = "1", soft_max = 4.0)]
    pub width: f64,
    /// When the range is moved -- controllable.
    #[param(default = RangeRule::Edge)]
    pub rule: RangeRule,
    /// Steps between two moves of the rule `every` `[step]` -- controllable.
    #[param(default = 7.0, min = 1.0, max = 1e6, unit = "step", soft_max = 100.0)]
    pub period: f64,
    /// Fee of the swap that a move takes `[1]` -- environment.
    #[param(default = 0.003, min = 0.0, max = 0.5, unit = "1", role = "environment", soft_max = 0.02)]
    pub swap_fee: f64,
    /// Cost of a move besides (gas) `[quote]` -- environment.
    #[param(default = 0.0, min = 0.0, max = 1e9, unit = "quote", role = "environment", soft_max = 100.0)]
    pub cost: f64,
}

/// What it sees of the pool.
#[derive(Clone, Copy, Debug, PartialEq, Record)]
pub struct RangeProviderInputs {
    /// Price of the pool `[quote/base]` -- input.
    #[record(unit = "quote/base")]
    pub price: f64,
    /// Fees of the pool's providers so far `[quote]` -- input.
    #[record(unit = "quote", default = 0.0)]
    pub fees: f64,
    /// Liquidity of the pool at its price `[sqrt(base*quote)]` -- input; where it is 0 nothing is earned.
    #[record(unit = "sqrt(base*quote)", default = 0.0)]
    pub liquidity: f64,
}

/// What it shows.
///
/// # Equations
/// ```text
/// c = clamp(sqrt(price), sqrt(low), sqrt(high))
/// x = liquidity * (1 / c - 1 / sqrt(high)) -- base in the range
/// y = liquidity * (c - sqrt(low)) -- quote in the range
/// earned = (pool_fees' - pool_fees) * liquidity / pool_liquidity -- while the price is within low and high
/// pool_fees, pool_liquidity: the inputs fees and liquidity
/// fees' = fees + earned
/// value = x * price + y + apart
/// apart: fees earned since the range was last moved
/// paid = cost + swap_fee * abs(x * price - value / 2) -- in a step in which the rule moves the range
/// costs' = costs + paid
/// liquidity' = (value - paid) / (2 * sqrt(price) * (1 - 1 / sqrt(width))) -- likewise
/// low' = price / width -- likewise
/// high' = price * width -- likewise
/// versus_rebalancing' = versus_rebalancing + value' - value - x * (price' - price)
/// hold_value = x(0) * price + y(0)
/// loss = value / hold_value - 1
/// moves' = moves + 1 -- where the rule asks: rule, period
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Record)]
pub struct RangeProviderMetrics {
    /// Value of tokens and fees `[quote]` -- metric.
    #[record(unit = "quote")]
    pub value: f64,
    /// Value of the tokens that it began with `[quote]` -- metric.
    #[record(unit = "quote")]
    pub hold_value: f64,
    /// Value over that, less 1 `[1]` -- metric.
    #[record(unit = "1")]
    pub loss: f64,
    /// Gain over a portfolio rebalanced at the pool's prices: fees less LVR and costs so far `[quote]` -- metric.
    #[record(unit = "quote")]
    pub versus_rebalancing: f64,
    /// Fees earned so far `[quote]` -- metric.
    #[record(unit = "quote")]
    pub fees: f64,
    /// Costs of moves so far, swap fees included `[quote]` -- metric.
    #[record(unit = "quote")]
    pub costs: f64,
    /// Liquidity `[sqrt(base*quote)]` -- metric.
    #[record(unit = "sqrt(base*quote)")]
    pub liquidity: f64,
    /// Lower end of the range `[quote/base]` -- metric.
    #[record(unit = "quote/base")]
    pub low: f64,
    /// Upper end of the range `[quote/base]` -- metric.
    #[record(unit = "quote/base")]
    pub high: f64,
    /// Part of the steps that ended in the range `[1]` -- metric.
    #[record(unit = "1")]
    pub in_range: f64,
    /// Moves of the range so far -- metric.
    #[record(unit = "1")]
    pub moves: u64,
}

/// A provider of liquidity in a range.
pub type RangeProvider = Machine<Providing>;

/// How it provides.
pub enum Providing {}

/// What a run keeps.
#[derive(Clone, Copy, Debug, PartialEq, Terms, Serialize, Deserialize)]
pub struct RangeProviderTerms {
    /// Square root of the width.
    root_width: f64,
    /// 1 where the range is moved at its edge, else 0.
    at_edge: f64,
    /// Steps between two moves; 0 for none.
    period: f64,
    swap_fee: f64,
    cost: f64,
}

impl TermsOf<RangeProviderParams> for RangeProviderTerms {
    fn of(params: &RangeProviderParams) -> Result<Self, ParamError> {
        let RangeProviderParams { width, rule, period, swap_fee, cost, .. } = *params;
        Ok(Self {
            root_width: width.sqrt(),
            at_edge: f64::from(u8::from(rule == RangeRule::Edge)),
            period: if rule == RangeRule::Every { period } else { 0.0 },
            swap_fee,
            cost,
        })
    }
}

/// What a step changes.
#[derive(Clone, Copy, Debug, PartialEq, Record, Serialize, Deserialize)]
pub struct RangeProviderState {
    value: f64,
    price: f64,
    held_base: f64,
    held_quote: f64,
    liquidity: f64,
    root_low: f64,
    root_high: f64,
    pool_fees: f64,
    /// Fees that are not yet in a range.
    apart: f64,
    fees: f64,
    costs: f64,
    versus_rebalancing: f64,
    steps: f64,
    inside: f64,
    since: f64,
    moves: f64,
}

impl RangeProviderState {
    /// Base and quote in the range at a root of the price.
    #[inline(always)]
    fn tokens(&self, root: f64) -> (f64, f64) {
        let c = min(max(root, self.root_low), self.root_high);
        (self.liquidity * (self.root_high - c) / (c * self.root_high), self.liquidity * (c - self.root_low))
    }

    /// A range around a root of the price with a value in it.
    #[inline(always)]
    fn opened(&self, root: f64, root_width: f64, value: f64) -> Self {
        let liquidity = value / (2.0 * root * (1.0 - 1.0 / root_width));
        Self { liquidity, root_low: root / root_width, root_high: root * root_width, ..*self }
    }
}

impl Mechanism for Providing {
    const KIND: &'static str = "amm/range-provider";
    type Params = RangeProviderParams;
    type Terms = RangeProviderTerms;
    type Inputs = RangeProviderInputs;
    type State = RangeProviderState;
    type Draws = ();
    type Metrics = RangeProviderMetrics;

    fn start(params: &RangeProviderParams) -> RangeProviderState {
        RangeProviderState {
            value: params.value,
            price: 0.0,
            held_base: 0.0,
            held_quote: 0.0,
            liquidity: 0.0,
            root_low: 0.0,
            root_high: 0.0,
            pool_fees: 0.0,
            apart: 0.0,
            fees: 0.0,
            costs: 0.0,
            versus_rebalancing: 0.0,
            steps: 0.0,
            inside: 0.0,
            since: 0.0,
            moves: 0.0,
        }
    }

    #[inline(always)]
    fn step<W: Watch<Error = StepError>>(w: &mut W, now: Now<'_, Self>) -> RangeProviderState {
        let RangeProviderTerms { root_width, at_edge, period, swap_fee, cost } = *now.terms;
        let RangeProviderInputs { price, fees, liquidity: pool } = *now.inputs;
        let before = now.state;
        w.need((price > 0.0) & price.is_finite(), || OutOfRange::new("price", price, "finite, above 0"));
        for (name, value) in [("fees", fees), ("liquidity", pool)] {
            w.need((value >= 0.0) & value.is_finite(), || OutOfRange::new(name, value, "finite, at least 0"));
        }
        let root = price.sqrt();
        // The first price is that at which the first range is opened.
        let first = before.price == 0.0;
        let begun = before.opened(root, root_width, before.value);
        let (begun_base, begun_quote) = begun.tokens(root);
        let pick = |then: f64, otherwise: f64| select(first, then, otherwise);
        let mut next = RangeProviderState {
            liquidity: pick(begun.liquidity, before.liquidity),
            root_low: pick(begun.root_low, before.root_low),
            root_high: pick(begun.root_high, before.root_high),
            held_base: pick(begun_base, before.held_base),
            held_quote: pick(begun_quote, before.held_quote),
            ..*before
        };
        let (old_base, _) = next.tokens(pick(root, before.price.sqrt()));
        let inside = (root > next.root_low) & (root < next.root_high);
        let earns = inside & !first & (pool > 0.0);
        // Beside a pool without liquidity no number of fees does harm.
        let earned =
            select(earns, (fees - before.pool_fees) * (next.liquidity / select(pool > 0.0, pool, 1.0)), 0.0);
        let (base, quote) = next.tokens(root);
        let whole = base * price + quote + before.apart + earned;
        let due = ((period > 0.0) & (before.since + 1.0 >= period)) | ((at_edge != 0.0) & !inside);
        let moved = (base * price - whole / 2.0).abs();
        let paid = cost + swap_fee * moved;
        // A move that would cost all is not made.
        let moves = due & !first & (paid < whole);
        let value = select(moves, whole - paid, whole);
        let moved_to = next.opened(root, root_width, value);
        let shift = pick(0.0, value - before.value - old_base * (price - before.price));
        next = RangeProviderState {
            value: pick(before.value, value),
            price,
            liquidity: select(moves, moved_to.liquidity, next.liquidity),
            root_low: select(moves, moved_to.root_low, next.root_low),
            root_high: select(moves, moved_to.root_high, next.root_high),
            pool_fees: fees,
            apart: select(moves, 0.0, before.apart + earned),
            fees: before.fees + earned,
            costs: select(moves, before.costs + paid, before.costs),
            versus_rebalancing: before.versus_rebalancing + shift,
            steps: before.steps + 1.0,
            inside: select(inside, before.inside + 1.0, before.inside),
            since: select(moves | first, 0.0, before.since + 1.0),
            moves: select(moves, before.moves + 1.0, before.moves),
            ..next
        };
        for (name, number) in [
            ("value", next.value),
            ("liquidity", next.liquidity),
            ("hold_value", next.held_base * price + next.held_quote),
            ("versus_rebalancing", next.versus_rebalancing),
            ("high", next.root_high * next.root_high),
        ] {
            let allowed = "a finite number: lower `value`, `width` or the price";
            w.need(number.is_finite(), || OutOfRange::new(name, number, allowed));
        }
        next
    }

    #[inline(always)]
    fn show(_: &RangeProviderTerms, state: &RangeProviderState) -> RangeProviderMetrics {
        let held = state.held_base * state.price + state.held_quote;
        let hold_value = select(held > 0.0, held, state.value);
        RangeProviderMetrics {
            value: state.value,
            hold_value,
            loss: state.value / hold_value - 1.0,
            versus_rebalancing: state.versus_rebalancing,
            fees: state.fees,
            costs: state.costs,
            liquidity: state.liquidity,
            low: state.root_low * state.root_low,
            high: state.root_high * state.root_high,
            in_range: select(state.steps > 0.0, state.inside / max(state.steps, 1.0), 0.0),
            moves: count(state.moves),
        }
    }
}
