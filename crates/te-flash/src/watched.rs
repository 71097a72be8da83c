//! A step of the model in `f64` without branches, for runs that are stepped in lanes.
//!
//! The equations, their order and their checks are those of [`model`](crate::model); the checks are gathered in one truth
//! value ([`te_amm::watched`]). It takes the corrected order, target and swaps; a run with the published ones is
//! stepped by the model itself, for a loop that holds both orders does not become vector code. The other
//! settings are the same for all runs of a column and choose between values.
//!
//! Invariant: where [`Flash::step`](crate::Flash::step) is `Ok` this is sound and the same to the bit; where it refuses this is not sound.

#![expect(
    clippy::inline_always,
    reason = "a loop over columns of runs becomes vector code only where these are inlined"
)]

use crate::config::{ArbTiming, Config, NegativeStake, NoPremium, StakeSwap, SwapFormula, Target};
use te_amm::watched::{self, Watched};
use te_core::Record;
use te_core::math;

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
        Self { alt: math::select(mask, yes.alt, no.alt), flash: math::select(mask, yes.flash, no.flash) }
    }

    /// Reserves of the token that comes in and of the one that goes out.
    #[inline(always)]
    fn sides(self, alt_in: bool) -> (f64, f64) {
        (math::select(alt_in, self.alt, self.flash), math::select(alt_in, self.flash, self.alt))
    }

    /// The pool after a trade, where it happens; whether it is sound.
    #[inline(always)]
    fn settle(&mut self, happens: bool, alt_in: bool, amount: Watched, out: Watched) -> bool {
        let (x, y) = self.sides(alt_in);
        let (x, y) = (Watched::given(x).plus(amount), Watched::given(y).minus(out));
        let after = Self {
            alt: math::select(alt_in, x.value, y.value),
            flash: math::select(alt_in, y.value, x.value),
        };
        *self = Self::select(happens, after, *self);
        !happens | (x.sound & y.sound)
    }

    /// Swaps an amount in, where it happens: the amount out, 0 where not, and whether it is sound.
    #[inline(always)]
    fn swap(&mut self, happens: bool, alt_in: bool, amount: f64, fee: f64) -> (f64, bool) {
        let (x, y) = self.sides(alt_in);
        let out = watched::exact_in(x, y, amount, fee);
        let well = self.settle(happens, alt_in, Watched::given(amount), out);
        (math::select(happens, out.value, 0.0), well)
    }

    #[inline(always)]
    fn positive(self) -> bool {
        (self.alt > 0.0) & self.alt.is_finite() & (self.flash > 0.0) & self.flash.is_finite()
    }
}

/// Whether [`step`] takes these settings.
pub(crate) fn takes(config: &Config<f64>) -> bool {
    config.swap_formula == SwapFormula::Stable
        && config.arb_timing == ArbTiming::AfterExternal
        && config.target != Target::Seed
        && config.negative_stake == NegativeStake::Clamp
        && config.stake_swap == StakeSwap::ExactOut
}

/// What the arbitrage gives: whether it is FLASH, how much, and whether it is sound.
#[inline(always)]
fn arbitrage(inside: Pool, price: Watched, fee: f64, tolerance: f64) -> (bool, f64, bool) {
    let found = watched::external(inside.flash, inside.alt, price.value, fee);
    let small = (tolerance > 0.0) & (found.amount_in <= tolerance);
    let amount = math::select(found.pays & !small, found.amount_in, 0.0);
    (found.pays & !found.quote_in, amount, found.sound & price.sound)
}

/// FLASH to stake from pools, mint rate and market rate: [`stake::stake`](crate::stake::stake).
#[inline(always)]
fn stake(
    external: Pool,
    internal: Pool,
    (mint_rate, market_apy): (Watched, Watched),
    terms: &Terms,
    config: &Config<f64>,
) -> (f64, bool) {
    let premium = mint_rate.value > market_apy.value;
    let mut need = needed(external, mint_rate.minus(market_apy), terms.fee_ext, config.target);
    need.value = math::select(need.value < 0.0, 0.0, need.value);
    let stake = need.over(mint_rate);
    let cap = Watched::given(terms.max_stake_fraction).times(Watched::given(internal.flash));
    let capped = config.max_stake_fraction.is_some();
    let staked = math::select(capped & (stake.value > cap.value), cap.value, stake.value);
    let without = config.no_premium == NoPremium::Zero;
    let sound = (premium & stake.sound & (cap.sound | !capped)) | (!premium & without);
    let well = !config.staking | (mint_rate.sound & market_apy.sound & sound);
    (math::select(config.staking & premium, staked, 0.0), well)
}

/// Minted FLASH whose sale takes the premium away: [`stake::needed`](crate::stake::needed).
#[inline(always)]
fn needed(external: Pool, premium: Watched, fee: f64, target: Target) -> Watched {
    let one = Watched::given(1.0);
    let price = external.price();
    let left = one.minus(premium);
    let proportional = price.times(left.demand(left.value > 0.0));
    let target = Watched::select(target == Target::Proportional, proportional, price.minus(premium));
    let target = target.demand(target.value > 0.0);
    let gap = price.minus(target).over(target);
    let root = price.over(target).root();
    let flash = Watched::given(external.flash);
    flash.times(gap).over(root.plus(one)).over(one.minus(Watched::given(fee)))
}

/// One step with settings that [`takes`] it: the next state, and whether it and both prices are sound.
#[inline(always)]
pub(crate) fn step(
    config: &Config<f64>,
    terms: &Terms,
    state: &FlashState,
    chance: Chance,
) -> (FlashState, bool) {
    let Terms { fee_ext, fee_int, .. } = *terms;
    let (mut external, mut internal) = (state.external, state.internal);
    let (ext_out, drawn) = external.swap(true, chance.alt, chance.amount, fee_ext);

    let price = external.price();
    let (arb_flash, arb_in, found) = arbitrage(internal, price, fee_int, config.arb_tolerance);
    let arbitraged = arb_in != 0.0;
    let (arb_out, traded) = internal.swap(arbitraged, !arb_flash, arb_in, fee_int);
    let [given, taken] = [arb_in, arb_out].map(Watched::given);
    let profit = Watched::select(arb_flash, taken.minus(given.times(price)), taken.times(price).minus(given));

    // Divided by 1 where there are no steps in a year, which changes no bit.
    let [mint, market, steps] = [terms.mint_rate, state.market_apy, terms.steps_per_year].map(Watched::given);
    let rates = (mint.over(steps), market.over(steps));
    let (stake, stakes) = stake(external, internal, rates, terms, config);
    let staked = stake != 0.0;
    let alt_in = watched::exact_out(internal.alt, internal.flash, stake, fee_int);
    let bought = internal.settle(staked, true, alt_in, Watched::given(stake));

    let minted = Watched::given(stake).times(rates.0).demand(rates.1.sound);
    let (ext_stake_out, sold) = external.swap(staked, false, minted.value, fee_ext);
    let minted = Watched::given(state.minted).plus(minted);
    let total = Watched::given(state.staked).plus(Watched::given(stake));

    let next = FlashState {
        external,
        internal,
        market_apy: math::select(config.market_apy_updates, chance.market_apy, state.market_apy),
        staked: total.value,
        minted: math::select(staked, minted.value, state.minted),
        drawn: math::select(chance.alt, chance.amount, -chance.amount),
        ext_out,
        ext_stake_out,
        arb_flash: math::select(arb_flash, 1.0, 0.0),
        arb_in,
        arb_out,
        arb_profit: math::select(arbitraged, profit.value, 0.0),
        stake,
        stake_alt_in: math::select(staked, alt_in.value, 0.0),
        stake_flash_bought: stake,
    };
    let trades = drawn & found & traded & (profit.sound | !arbitraged);
    let stakes = stakes & bought & sold & (minted.sound | !staked) & total.sound;
    let pools = external.positive() & internal.positive();
    (next, trades & stakes & pools & external.price().sound & internal.price().sound)
}
