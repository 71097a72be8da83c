//! `amm/constant-product-float`: the pool in `f64`, for many runs.
//!
//! Rules, equations and limits: [`component`](crate::component); the formulas are those of [`swap`] and [`arbitrage`] on
//! `f64`, so `k` may fall by its last digit. Results differ from the exact pool by some 1e-15 of the reserves a step.
//!
//! The step is written twice: without branches, for lanes ([`Laned::advance`]), and with typed refusals, for the error of a
//! step that is not sound. Both do the same operations in the same order.
//!
//! Invariant: reserves stay positive and finite.

#![expect(
    clippy::inline_always,
    reason = "a loop over columns of runs becomes vector code only where these are inlined"
)]

use super::{Accounts, PoolInputs, count};
use crate::arbitrage::{self, TokenIn};
use crate::error::Bound;
use crate::watched::{self, Found, Watched};
use crate::{AmmError, Number, swap};
use serde::{Deserialize, Serialize};
use te_core::lanes::{self, LaneForm, Laned};
use te_core::{Clock, Component, ParamError, Params, Record, StepError, Stream};

/// Parameters of a pool in `f64`.
#[derive(Clone, Debug, PartialEq, Params)]
#[params(check = Self::priced)]
pub struct FloatPoolParams {
    /// Base reserve at the start [base] -- controllable.
    #[param(default = 1000.0, above = 0.0, unit = "base")]
    pub base: f64,
    /// Quote reserve at the start [quote] -- controllable.
    #[param(default = 1000.0, above = 0.0, unit = "quote")]
    pub quote: f64,
    /// Fee on the input, kept in the pool [1] -- controllable.
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
#[derive(Clone, Copy, Debug, PartialEq, Record)]
pub struct FloatPoolMetrics {
    /// Base reserve [base] -- metric.
    #[record(unit = "base")]
    pub base: f64,
    /// Quote reserve [quote] -- metric.
    #[record(unit = "quote")]
    pub quote: f64,
    /// Spot price, without fee [quote/base] -- metric.
    #[record(unit = "quote/base")]
    pub price: f64,
    /// Fee on the input [1] -- metric.
    #[record(unit = "1")]
    pub fee: f64,
    /// Base out to traders in the last step [base] -- metric.
    #[record(unit = "base")]
    pub base_out: f64,
    /// Quote out to traders in the last step [quote] -- metric.
    #[record(unit = "quote")]
    pub quote_out: f64,
    /// Value of the inputs of the last step [quote] -- metric.
    #[record(unit = "quote")]
    pub volume: f64,
    /// Profit of the pool's own arbitrageur in the last step [quote] -- metric.
    #[record(unit = "quote")]
    pub arbitrage_profit: f64,
    /// Its profits so far [quote] -- metric.
    #[record(unit = "quote")]
    pub arbitrage_total: f64,
    /// Fees so far [quote] -- metric.
    #[record(unit = "quote")]
    pub fees: f64,
    /// Gain over a portfolio rebalanced at the external price: fees less LVR so far [quote] -- metric.
    #[record(unit = "quote")]
    pub versus_rebalancing: f64,
    /// Trades so far -- metric.
    #[record(unit = "trade")]
    pub trades: u64,
}

/// A constant-product pool in `f64`.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct FloatPool {
    base: f64,
    quote: f64,
    fee: f64,
    arbitrage: bool,
    accounts: Accounts,
}

impl FloatPool {
    fn trade(&mut self, token_in: TokenIn, amount: f64, external_price: f64) -> Result<f64, AmmError> {
        if amount == 0.0 {
            return Ok(0.0);
        }
        let price = self.quote / self.base;
        let (x, y) = match token_in {
            TokenIn::Base => (&mut self.base, &mut self.quote),
            TokenIn::Quote => (&mut self.quote, &mut self.base),
        };
        let out = swap::exact_in(*x, *y, amount, self.fee)?;
        let (grown, shrunk) = (x.try_add(amount)?, *y - out);
        if shrunk <= 0.0 {
            return Err(AmmError::too_many_tokens("amount_out", out, Bound::Below, *y));
        }
        (*x, *y) = (grown, shrunk);
        self.accounts.book(token_in, amount, out, self.fee, price, external_price);
        Ok(out)
    }

    /// The step with typed refusals.
    fn checked(&self, inputs: &PoolInputs) -> Result<Self, StepError> {
        inputs.check()?;
        let mut after = *self;
        after.accounts.begin_step();
        let PoolInputs { base_in, quote_in, external_price: external } = *inputs;
        after.accounts.quote_out =
            after.trade(TokenIn::Base, base_in, external).map_err(|e| self.refused("base_in", base_in, e))?;
        after.accounts.base_out = after
            .trade(TokenIn::Quote, quote_in, external)
            .map_err(|e| self.refused("quote_in", quote_in, e))?;
        if self.arbitrage && external > 0.0 {
            after.level(external).map_err(|e| self.refused("external_price", external, e))?;
        }
        // The price is a metric and must be a number.
        let price = after.quote / after.base;
        if !price.is_finite() {
            return Err(StepError::domain("price", price, "a finite number: raise `base` or lower `quote`"));
        }
        after.accounts.check()?;
        Ok(after)
    }

    /// Arbitrages the pool to the external price.
    fn level(&mut self, external: f64) -> Result<(), AmmError> {
        if let Some(found) = arbitrage::external(self.base, self.quote, external, self.fee)? {
            self.trade(found.token_in, found.amount_in, external)?;
            self.accounts.arbitrage_profit = found.profit;
            self.accounts.arbitrage_total += found.profit;
        }
        Ok(())
    }

    /// What floats cannot hold beside the reserves, said in words of the component.
    #[cold]
    fn refused(&self, quantity: &'static str, value: f64, error: AmmError) -> StepError {
        let Self { base, quote, .. } = self;
        let allowed = format!(
            "what floats can hold beside the reserves, {base:e} base and {quote:e} quote ({error}): change `base` or `quote`"
        );
        StepError::domain(quantity, value, allowed)
    }
}

impl Component for FloatPool {
    const KIND: &'static str = "amm/constant-product-float";
    type Params = FloatPoolParams;
    type Inputs = PoolInputs;
    type Metrics = FloatPoolMetrics;

    fn new(params: FloatPoolParams) -> Result<Self, ParamError> {
        params.check()?;
        let FloatPoolParams { base, quote, fee, arbitrage } = params;
        Ok(Self { base, quote, fee, arbitrage, accounts: Accounts::default() })
    }

    #[inline]
    fn step(&mut self, inputs: &PoolInputs, clock: &Clock, rng: &mut Stream) -> Result<(), StepError> {
        lanes::step(self, inputs, clock, rng)
    }

    #[inline]
    fn metrics(&self) -> FloatPoolMetrics {
        self.show(&self.fixed(), &self.state())
    }

    fn lane_form() -> Option<LaneForm<Self>> {
        Some(LaneForm::of())
    }
}

/// What a run of the pool keeps.
#[derive(Clone, Copy, Debug, PartialEq, Record)]
pub struct FloatPoolFee {
    /// Fee on the input [1].
    #[record(unit = "1")]
    pub fee: f64,
}

/// What a step changes: reserves and the sums beside them.
#[derive(Clone, Copy, Debug, PartialEq, Record)]
pub struct FloatPoolState {
    /// Base reserve [base].
    #[record(unit = "base")]
    pub base: f64,
    /// Quote reserve [quote].
    #[record(unit = "quote")]
    pub quote: f64,
    /// Base out to traders in the last step [base].
    #[record(unit = "base")]
    pub base_out: f64,
    /// Quote out to traders in the last step [quote].
    #[record(unit = "quote")]
    pub quote_out: f64,
    /// Value of the inputs of the last step [quote].
    #[record(unit = "quote")]
    pub volume: f64,
    /// Profit of the pool's own arbitrageur in the last step [quote].
    #[record(unit = "quote")]
    pub arbitrage_profit: f64,
    /// Its profits so far [quote].
    #[record(unit = "quote")]
    pub arbitrage_total: f64,
    /// Fees so far [quote].
    #[record(unit = "quote")]
    pub fees: f64,
    /// Fees less LVR so far [quote].
    #[record(unit = "quote")]
    pub versus_rebalancing: f64,
    /// Trades so far, a whole number.
    #[record(unit = "trade")]
    pub trades: f64,
}

impl FloatPoolState {
    /// Fills an order if `active`, at the amount out that a formula gave; whether all is sound.
    #[inline(always)]
    fn fill(
        &mut self,
        active: bool,
        quote_in: bool,
        amount: f64,
        out: Watched,
        fee: f64,
        external: f64,
    ) -> bool {
        let of = |yes, no| math::select(quote_in, yes, no);
        let price = self.quote / self.base;
        let grown = Watched::given(of(self.quote, self.base)).plus(Watched::given(amount));
        let shrunk = of(self.base, self.quote) - out.value;
        let well = out.sound & grown.sound & (shrunk > 0.0);
        let worth = of(amount, amount * price);
        let gain = of(amount - out.value * external, amount * external - out.value);
        let versus = math::select(external > 0.0, self.versus_rebalancing + gain, self.versus_rebalancing);
        let if_active = |yes, no| math::select(active, yes, no);
        self.base = if_active(of(shrunk, grown.value), self.base);
        self.quote = if_active(of(grown.value, shrunk), self.quote);
        self.volume = if_active(self.volume + worth, self.volume);
        self.fees = if_active(self.fees + fee * worth, self.fees);
        self.versus_rebalancing = if_active(versus, self.versus_rebalancing);
        self.trades = if_active(self.trades + 1.0, self.trades);
        !active | well
    }

    /// Fills a trader's order: the amount out, 0 for no order, and whether all is sound.
    #[inline(always)]
    fn order(&mut self, quote_in: bool, amount: f64, fee: f64, external: f64) -> (f64, bool) {
        let (x, y) = if quote_in { (self.quote, self.base) } else { (self.base, self.quote) };
        let out = watched::exact_in(x, y, amount, fee);
        let active = amount != 0.0;
        let well = self.fill(active, quote_in, amount, out, fee, external);
        (math::select(active, out.value, 0.0), well)
    }

    /// Arbitrages the pool to the external price; whether all is sound.
    #[inline(always)]
    fn arbitrage(&mut self, fee: f64, external: f64) -> bool {
        let found = watched::external(self.base, self.quote, external, fee);
        let Found { pays, quote_in, amount_in, amount_out, profit, sound } = found;
        let asked = external > 0.0;
        let active = asked & pays;
        let well = self.fill(active, quote_in, amount_in, Watched::given(amount_out), fee, external);
        self.arbitrage_profit = math::select(active, profit, 0.0);
        self.arbitrage_total = math::select(active, self.arbitrage_total + profit, self.arbitrage_total);
        !asked | (sound & well)
    }
}

impl Laned for FloatPool {
    type Fixed = FloatPoolFee;
    type State = FloatPoolState;
    type Draws = ();

    #[inline]
    fn fixed(&self) -> FloatPoolFee {
        FloatPoolFee { fee: self.fee }
    }

    #[inline]
    fn state(&self) -> FloatPoolState {
        let Self { base, quote, .. } = *self;
        let Accounts { base_out, quote_out, volume, arbitrage_profit, arbitrage_total, .. } = self.accounts;
        let Accounts { fees, versus_rebalancing, trades, .. } = self.accounts;
        FloatPoolState {
            base,
            quote,
            base_out,
            quote_out,
            volume,
            arbitrage_profit,
            arbitrage_total,
            fees,
            versus_rebalancing,
            trades: trades as f64,
        }
    }

    #[inline]
    fn set_state(&mut self, state: FloatPoolState) {
        (self.base, self.quote) = (state.base, state.quote);
        self.accounts = Accounts {
            base_out: state.base_out,
            quote_out: state.quote_out,
            volume: state.volume,
            arbitrage_profit: state.arbitrage_profit,
            arbitrage_total: state.arbitrage_total,
            fees: state.fees,
            versus_rebalancing: state.versus_rebalancing,
            trades: count(state.trades),
        };
    }

    fn alike(&self, other: &Self) -> bool {
        self.arbitrage == other.arbitrage
    }

    #[inline(always)]
    fn advance(
        &self,
        fixed: &FloatPoolFee,
        state: &FloatPoolState,
        inputs: &PoolInputs,
        (): &(),
        _: &Clock,
    ) -> (FloatPoolState, bool) {
        let PoolInputs { base_in, quote_in, external_price } = *inputs;
        let order = |x: f64| (x >= 0.0) & x.is_finite();
        let asked = order(base_in) & order(quote_in) & order(external_price);
        let mut next = FloatPoolState { volume: 0.0, arbitrage_profit: 0.0, ..*state };
        let (quote_out, sold) = next.order(false, base_in, fixed.fee, external_price);
        let (base_out, bought) = next.order(true, quote_in, fixed.fee, external_price);
        (next.quote_out, next.base_out) = (quote_out, base_out);
        let level = !self.arbitrage || next.arbitrage(fixed.fee, external_price);
        let price = (next.quote / next.base).is_finite();
        let sums = next.volume.is_finite()
            & next.fees.is_finite()
            & next.arbitrage_total.is_finite()
            & next.versus_rebalancing.is_finite();
        (next, asked & sold & bought & level & price & sums)
    }

    fn fault(
        &self,
        fixed: &FloatPoolFee,
        state: &FloatPoolState,
        inputs: &PoolInputs,
        (): &(),
        _: &Clock,
    ) -> StepError {
        let mut pool = Self { fee: fixed.fee, ..*self };
        pool.set_state(*state);
        pool.checked(inputs).err().unwrap_or_else(|| lanes::unexplained(Self::KIND))
    }

    #[inline(always)]
    fn show(&self, fixed: &FloatPoolFee, state: &FloatPoolState) -> FloatPoolMetrics {
        FloatPoolMetrics {
            base: state.base,
            quote: state.quote,
            price: state.quote / state.base,
            fee: fixed.fee,
            base_out: state.base_out,
            quote_out: state.quote_out,
            volume: state.volume,
            arbitrage_profit: state.arbitrage_profit,
            arbitrage_total: state.arbitrage_total,
            fees: state.fees,
            versus_rebalancing: state.versus_rebalancing,
            trades: count(state.trades),
        }
    }
}

#[cfg(test)]
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "an index below 15")]
mod tests {
    use super::*;
    use te_core::{StreamKey, math};

    /// Steps of pools of all sizes with orders of all sizes, some refused: both forms agree on what is refused, and to the
    /// bit on what is not.
    #[test]
    fn the_step_without_branches_is_the_checked_one() {
        let mut rng = Stream::new(StreamKey::default(), "pool");
        let mut any = |zero: f64| {
            let (kind, size) = (rng.uniform(), rng.uniform());
            match kind {
                k if k < zero => 0.0,
                k if k < zero + 0.05 => [f64::NAN, -1.0, f64::INFINITY, 1e308, 1e-308][(size * 5.0) as usize],
                k if k < zero + 0.15 => math::exp((size - 0.5) * 1400.0),
                _ => math::exp((size - 0.5) * 20.0),
            }
        };
        let (mut well, mut ill) = (0, 0);
        for trial in 0..100_000 {
            let (base, quote) = (any(0.0), any(0.0));
            let params = FloatPoolParams { base, quote, fee: 0.003, arbitrage: trial % 2 == 0 };
            let Ok(mut pool) = FloatPool::new(params) else { continue };
            for _ in 0..3 {
                let inputs = PoolInputs { base_in: any(0.3), quote_in: any(0.3), external_price: any(0.2) };
                let clock = Clock::at(1);
                let (fixed, state) = (pool.fixed(), pool.state());
                let (next, sound) = pool.advance(&fixed, &state, &inputs, &(), &clock);
                let checked = pool.checked(&inputs);
                assert_eq!(sound, checked.is_ok(), "{pool:?} {inputs:?} {checked:?}");
                let Ok(after) = checked else {
                    ill += 1;
                    break;
                };
                well += 1;
                let bits = |state: &FloatPoolState| {
                    let mut bits = Vec::new();
                    state.store(&mut |x| bits.push(x.to_bits()));
                    bits
                };
                assert_eq!(bits(&next), bits(&after.state()), "{pool:?} {inputs:?}");
                pool.set_state(next);
                assert_eq!(pool.accounts, after.accounts);
            }
        }
        assert!(well > 50_000 && ill > 10_000, "{well} {ill}");
    }
}
