//! A step of the model in `f64` without branches, for runs that are stepped in lanes.
//!
//! The equations, their order and their checks are those of [`model`](crate::model); the checks are gathered in one truth
//! value ([`te_amm::watched`]). Settings are the same for all runs of a column and may be branched on.
//!
//! Invariant: where [`Flash::step`](crate::Flash::step) is `Ok` this is sound and the same to the bit; where it refuses this is not sound.

#![expect(
    clippy::inline_always,
    clippy::needless_bitwise_bool,
    reason = "a loop over columns of runs becomes vector code only where these are inlined and nothing branches"
)]

use crate::config::{ArbTiming, Config, NegativeStake, NoPremium, StakeSwap, SwapFormula, Target};
use te_amm::watched::{self, Watched};
use te_core::Record;
use te_core::real::Real;

/// The numbers among parameters and settings.
#[derive(Clone, Copy, Debug, PartialEq, Record)]
pub struct Terms {
    /// Mint rate, FLASH minted per FLASH staked [1].
    #[record(unit = "1")]
    pub mint_rate: f64,
    /// Fee of the external pool [1].
    #[record(unit = "1")]
    pub fee_ext: f64,
    /// Fee of the internal pool [1].
    #[record(unit = "1")]
    pub fee_int: f64,
    /// Largest stake of a step, as a share of the internal pool's FLASH; 0 where there is none [1].
    #[record(unit = "1")]
    pub max_stake_fraction: f64,
    /// Steps in a year by which both rates are divided; 1 where there are none.
    #[record(unit = "1")]
    pub steps_per_year: f64,
}

/// What chance decides in a step.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Chance {
    pub(crate) market_apy: f64,
    pub(crate) amount: f64,
    /// Whether the trader gives ALT, rather than FLASH.
    pub(crate) alt: bool,
}

/// Reserves of a pool.
#[derive(Clone, Copy, Debug, PartialEq, Record)]
pub struct Pool {
    /// ALT [ALT].
    #[record(unit = "ALT")]
    pub alt: f64,
    /// FLASH [FLASH].
    #[record(unit = "FLASH")]
    pub flash: f64,
}

/// The model's state and what its last step did.
#[derive(Clone, Copy, Debug, PartialEq, Record)]
pub struct FlashState {
    /// External pool.
    #[record(nested)]
    pub external: Pool,
    /// Internal pool.
    #[record(nested)]
    pub internal: Pool,
    /// Market rate that the next step compares with [1].
    #[record(unit = "1")]
    pub market_apy: f64,
    /// FLASH staked [FLASH].
    #[record(unit = "FLASH")]
    pub staked: f64,
    /// FLASH minted [FLASH].
    #[record(unit = "FLASH")]
    pub minted: f64,
    /// Trade of the last step in the external pool: ALT in, or FLASH in below zero [tokens].
    #[record(unit = "token")]
    pub drawn: f64,
    /// What it gave [other token].
    #[record(unit = "token")]
    pub ext_out: f64,
    /// ALT out of the external pool for the minted FLASH [ALT].
    #[record(unit = "ALT")]
    pub ext_stake_out: f64,
    /// 1 where the arbitrage gives FLASH, 0 where it gives ALT.
    #[record(unit = "1")]
    pub arb_flash: f64,
    /// Arbitrage in [its token].
    #[record(unit = "token")]
    pub arb_in: f64,
    /// Arbitrage out [other token].
    #[record(unit = "token")]
    pub arb_out: f64,
    /// Arbitrage profit at the external price that it saw [ALT].
    #[record(unit = "ALT")]
    pub arb_profit: f64,
    /// FLASH staked in the last step [FLASH].
    #[record(unit = "FLASH")]
    pub stake: f64,
    /// ALT into the internal pool for the stake [ALT].
    #[record(unit = "ALT")]
    pub stake_alt_in: f64,
    /// FLASH out of the internal pool for the stake [FLASH].
    #[record(unit = "FLASH")]
    pub stake_flash_bought: f64,
}

impl Pool {
    #[inline(always)]
    fn price(self) -> Watched {
        Watched::given(self.alt).over(Watched::given(self.flash))
    }

    #[inline(always)]
    fn select(mask: bool, yes: Self, no: Self) -> Self {
        Self {
            alt: Real::select(mask, yes.alt, no.alt),
            flash: Real::select(mask, yes.flash, no.flash),
        }
    }

    /// Reserves of the token that comes in and of the one that goes out.
    #[inline(always)]
    fn sides(self, alt_in: bool) -> (f64, f64) {
        (Real::select(alt_in, self.alt, self.flash), Real::select(alt_in, self.flash, self.alt))
    }

    /// The pool after a trade, where it happens; whether it is sound.
    #[inline(always)]
    fn settle(&mut self, happens: bool, alt_in: bool, amount: Watched, out: Watched) -> bool {
        let (x, y) = self.sides(alt_in);
        let (x, y) = (Watched::given(x).plus(amount), Watched::given(y).minus(out));
        let after = Self {
            alt: Real::select(alt_in, x.value, y.value),
            flash: Real::select(alt_in, y.value, x.value),
        };
        *self = Self::select(happens, after, *self);
        !happens | (x.sound & y.sound)
    }

    /// Swaps an amount in, where it happens: the amount out, 0 where not, and whether it is sound.
    #[inline(always)]
    fn swap(
        &mut self,
        happens: bool,
        alt_in: bool,
        amount: f64,
        fee: f64,
        formula: SwapFormula,
    ) -> (f64, bool) {
        let (x, y) = self.sides(alt_in);
        let out = match formula {
            SwapFormula::Seed => {
                let [x, y, amount] = [x, y, amount].map(Watched::given);
                y.minus(x.times(y).over(x.plus(amount)))
            }
            SwapFormula::Stable => watched::exact_in(x, y, amount, fee),
        };
        let well = self.settle(happens, alt_in, Watched::given(amount), out);
        (Real::select(happens, out.value, 0.0), well)
    }

    #[inline(always)]
    fn positive(self) -> bool {
        (self.alt > 0.0) & self.alt.is_finite() & (self.flash > 0.0) & self.flash.is_finite()
    }
}

/// A step under way: the state so far, and whether all so far is sound.
struct Step<'a> {
    config: &'a Config<f64>,
    terms: Terms,
    state: FlashState,
    well: bool,
}

impl Step<'_> {
    /// Mint rate and market rate of a step.
    #[inline(always)]
    fn rates(&self) -> (Watched, Watched) {
        let [mint, market, steps] =
            [self.terms.mint_rate, self.state.market_apy, self.terms.steps_per_year].map(Watched::given);
        if self.config.steps_per_year.is_none() { (mint, market) } else { (mint.over(steps), market.over(steps)) }
    }

    /// What the arbitrage gives: whether it is FLASH, and how much.
    #[inline(always)]
    fn arbitrage(&mut self, outside: Pool) -> (bool, f64) {
        let inside = self.state.internal;
        let price = outside.price();
        let (flash, amount, sound) = match self.config.swap_formula {
            SwapFormula::Seed => {
                let here = inside.price();
                let (alt, flash) = (Watched::given(inside.alt), Watched::given(inside.flash));
                let k = alt.times(flash);
                let target = k.times(price).root();
                let gives_flash = here.value > price.value;
                let amount = Watched::select(gives_flash, k.over(target).minus(flash), target.minus(alt));
                (gives_flash, amount.value, here.sound & amount.sound)
            }
            SwapFormula::Stable => {
                let found = watched::external(inside.flash, inside.alt, price.value, self.terms.fee_int);
                let amount = Real::select(found.pays, found.amount_in, 0.0);
                (found.pays & !found.quote_in, amount, found.sound & price.sound)
            }
        };
        self.well &= sound;
        let tolerance = self.config.arb_tolerance;
        let small = (tolerance > 0.0) & (amount <= tolerance);
        (flash, Real::select(small, 0.0, amount))
    }

    #[inline(always)]
    fn trade_outside(&mut self, happens: bool, alt_in: bool, amount: f64) -> f64 {
        let formula = self.config.swap_formula;
        let (out, well) =
            self.state.external.swap(happens, alt_in, amount, self.terms.fee_ext, formula);
        self.well &= well;
        out
    }

    #[inline(always)]
    fn trade_inside(&mut self, outside: Pool, flash: bool, amount: f64) {
        let happens = amount != 0.0;
        let formula = self.config.swap_formula;
        let (out, well) =
            self.state.internal.swap(happens, !flash, amount, self.terms.fee_int, formula);
        let price = outside.price();
        let [given, taken] = [amount, out].map(Watched::given);
        let profit =
            Watched::select(flash, taken.minus(given.times(price)), taken.times(price).minus(given));
        self.state.arb_flash = Real::select(flash, 1.0, 0.0);
        self.state.arb_in = Real::select(happens, amount, 0.0);
        self.state.arb_out = out;
        self.state.arb_profit = Real::select(happens, profit.value, 0.0);
        self.well &= well & (!happens | profit.sound);
    }

    /// FLASH to stake, from the present state.
    #[inline(always)]
    fn stake(&mut self) -> f64 {
        if !self.config.staking {
            return 0.0;
        }
        let (mint_rate, market_apy) = self.rates();
        let premium = mint_rate.value > market_apy.value;
        let mut need = needed(self.state.external, mint_rate.minus(market_apy), &self.terms, self.config);
        if self.config.negative_stake == NegativeStake::Clamp {
            need.value = Real::select(need.value < 0.0, 0.0, need.value);
        }
        let mut stake = need.over(mint_rate);
        if self.config.max_stake_fraction.is_some() {
            let cap =
                Watched::given(self.terms.max_stake_fraction).times(Watched::given(self.state.internal.flash));
            stake = stake.demand(cap.sound);
            stake.value = Real::select(stake.value > cap.value, cap.value, stake.value);
        }
        let without = self.config.no_premium == NoPremium::Zero;
        self.well &= mint_rate.sound & market_apy.sound;
        self.well &= (premium & stake.sound) | (!premium & without);
        Real::select(premium, stake.value, 0.0)
    }

    /// Whether the swaps of the stake happen.
    #[inline(always)]
    fn trades_stake(&self) -> bool {
        let always = self.config.staking & (self.config.swap_formula == SwapFormula::Seed);
        (self.state.stake != 0.0) | always
    }

    /// Buys the stake from the internal pool.
    #[inline(always)]
    fn buy_stake(&mut self) {
        let (stake, happens, fee) = (self.state.stake, self.trades_stake(), self.terms.fee_int);
        let internal = &mut self.state.internal;
        let (alt_in, bought, well) = match self.config.stake_swap {
            StakeSwap::AltEqualsFlash => {
                let (out, well) = internal.swap(happens, true, stake, fee, self.config.swap_formula);
                (stake, out, well)
            }
            StakeSwap::ExactOut => {
                let input = watched::exact_out(internal.alt, internal.flash, stake, fee);
                let well = internal.settle(happens, true, input, Watched::given(stake));
                (input.value, stake, well)
            }
        };
        self.state.stake_alt_in = Real::select(happens, alt_in, 0.0);
        self.state.stake_flash_bought = Real::select(happens, bought, 0.0);
        self.well &= well;
    }

    /// Mints on the stake and sells what is minted in the external pool.
    #[inline(always)]
    fn sell_minted(&mut self) {
        let happens = self.trades_stake();
        let (rate, market) = self.rates();
        let minted = Watched::given(self.state.stake).times(rate).demand(market.sound);
        self.state.ext_stake_out = self.trade_outside(happens, false, minted.value);
        let total = Watched::given(self.state.minted).plus(minted);
        self.state.minted = Real::select(happens, total.value, self.state.minted);
        self.well &= !happens | total.sound;
    }
}

/// Minted FLASH whose sale takes the premium away: [`stake::needed`](crate::stake::needed).
#[inline(always)]
fn needed(external: Pool, premium: Watched, terms: &Terms, config: &Config<f64>) -> Watched {
    let one = Watched::given(1.0);
    let (alt, flash) = (Watched::given(external.alt), Watched::given(external.flash));
    let price = external.price();
    let target = match config.target {
        Target::Proportional => {
            let left = one.minus(premium);
            price.times(left.demand(left.value > 0.0))
        }
        Target::Additive | Target::Seed => price.minus(premium),
    };
    let target = target.demand(target.value > 0.0);
    if config.target == Target::Seed {
        return alt.over(target.root()).minus(flash);
    }
    let gap = price.minus(target).over(target);
    let root = price.over(target).root();
    flash.times(gap).over(root.plus(one)).over(one.minus(Watched::given(terms.fee_ext)))
}

/// One step: the next state, and whether it and both prices are sound.
#[inline(always)]
pub(crate) fn step(
    config: &Config<f64>,
    terms: &Terms,
    state: &FlashState,
    chance: Chance,
) -> (FlashState, bool) {
    let mut step = Step { config, terms: *terms, state: *state, well: true };
    match config.arb_timing {
        ArbTiming::StartOfStep => {
            let before = state.external;
            let (flash, amount) = step.arbitrage(before);
            step.state.stake = step.stake();
            step.state.ext_out = step.trade_outside(true, chance.alt, chance.amount);
            step.sell_minted();
            step.trade_inside(before, flash, amount);
            step.buy_stake();
        }
        ArbTiming::AfterExternal => {
            step.state.ext_out = step.trade_outside(true, chance.alt, chance.amount);
            let outside = step.state.external;
            let (flash, amount) = step.arbitrage(outside);
            step.trade_inside(outside, flash, amount);
            step.state.stake = step.stake();
            step.buy_stake();
            step.sell_minted();
        }
    }
    let Step { state: mut next, mut well, .. } = step;
    let staked = Watched::given(next.staked).plus(Watched::given(next.stake));
    next.staked = staked.value;
    if config.market_apy_updates {
        next.market_apy = chance.market_apy;
    }
    if config.swap_formula == SwapFormula::Stable {
        well &= next.external.positive() & next.internal.positive();
    }
    next.drawn = Real::select(chance.alt, chance.amount, -chance.amount);
    let priced = next.external.price().sound & next.internal.price().sound;
    (next, well & staked.sound & priced)
}
