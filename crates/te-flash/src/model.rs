//! One step of FLASH V3: an external and an internal pool, a random trader, arbitrage, staking.
//!
//! ```text
//! published (all amounts from the state before the step)
//!   A* = sqrt(k_i*p_e);  p_i > p_e: arb = (FLASH, k_i/A* - i_f), else (ALT, A* - i_a)
//!   external: the draw, then st*phi FLASH for ALT;   internal: arb, then st of ALT for FLASH;   S += st
//! corrected, g = 1 - fee
//!   1 external <- the draw                       4 internal -> st FLASH, ALT in = i_a*st/((i_f - st)*g)
//!   2 internal <- arbitrage against p_e          5 external <- st*phi FLASH
//!   3 st from the external pool                  6 S += st, minted += st*phi, m <- draw
//! ```
//!
//! | symbol | meaning | unit |
//! |---|---|---|
//! | `p_e`, `p_i` | external and internal price | ALT/FLASH |
//! | `k_i`, `i_a`, `i_f` | internal product and reserves | ALT*FLASH, ALT, FLASH |
//! | st, S | stake of the step, staked in all | FLASH |
//! | phi, m | mint rate, market rate | see `steps_per_year` |
//!
//! Assumptions and limits: the external pool is the only market; stakes never mature; everything minted is sold at once. In
//! the published order the internal pool's price after a step is the external price before it: a lag of one step.
//!
//! Source: the FLASH V3 notebook; every number that it prints is reproduced.
//!
//! Invariants: reserves stay positive (not in the published formula, which checks nothing); in the corrected profile ALT is conserved and FLASH grows by what is minted; a
//! refused step changes nothing.

#![expect(
    clippy::inline_always,
    reason = "a loop over columns of runs becomes vector code only where these are inlined"
)]

use crate::config::{ArbTiming, Config, StakeSwap, SwapFormula};
use crate::error::FlashError;
use crate::reserves::{Reserves, Token, seed_arbitrage_with};
use crate::stake::stake_with;
use serde::{Deserialize, Serialize};
use te_amm::{Number, PoolNumber, arbitrage, swap};
use te_math::{Watch, checked};

/// What chance decides in a step.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Draw<N> {
    /// Market rate [as `market_apy`].
    pub market_apy: N,
    /// Amount that a trader swaps in the external pool `[in tokens]`.
    pub amount: N,
    /// Token that the trader gives.
    pub token: Token,
}

/// Parameters and initial values.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Setup<N> {
    /// Mint rate, FLASH minted per FLASH staked.
    pub mint_rate: N,
    /// Market rate at the start.
    pub market_apy: N,
    /// External pool at the start.
    pub external: Reserves<N>,
    /// Internal pool at the start.
    pub internal: Reserves<N>,
}

/// What happened in a step.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Events<N> {
    /// Out of the external pool for the draw `[other token]`.
    pub ext_out: N,
    /// ALT out of the external pool for the minted FLASH `[ALT]`.
    pub ext_stake_out: N,
    /// Token that the arbitrage gives.
    pub arb_token: Token,
    /// Arbitrage in `[its token]`.
    pub arb_in: N,
    /// Arbitrage out `[other token]`.
    pub arb_out: N,
    /// Arbitrage profit at the external price that it saw `[ALT]`.
    pub arb_profit: N,
    /// FLASH staked `[FLASH]`.
    pub stake: N,
    /// ALT into the internal pool for the stake `[ALT]`.
    pub stake_alt_in: N,
    /// FLASH out of the internal pool for the stake `[FLASH]`.
    pub stake_flash_bought: N,
}

impl<N: Number> Events<N> {
    /// Nothing.
    #[inline(always)]
    pub fn none() -> Self {
        Self {
            ext_out: N::ZERO,
            ext_stake_out: N::ZERO,
            arb_token: Token::Alt,
            arb_in: N::ZERO,
            arb_out: N::ZERO,
            arb_profit: N::ZERO,
            stake: N::ZERO,
            stake_alt_in: N::ZERO,
            stake_flash_bought: N::ZERO,
        }
    }
}

/// The FLASH V3 system.
///
/// ```
/// use te_flash::{Config, Draw, Flash, Profile, Reserves, Setup, Token};
/// let even = Reserves { alt: 100_000.0, flash: 100_000.0 };
/// let setup = Setup { mint_rate: 0.1, market_apy: 0.01, external: even, internal: even };
/// let mut model = Flash::new(setup, Config::of(Profile::Seed)?)?;
/// let draw = Draw { market_apy: 0.17, amount: 5.99347203460071, token: Token::Alt };
/// let events = model.step(&draw)?;
/// // The notebook prints "EXT AMM: output 5.993113 flash" and "EXT AMM for STAKE: output 4606.619286 alt".
/// assert_eq!(format!("{:.6}", events.ext_out), "5.993113");
/// assert_eq!(format!("{:.6}", events.ext_stake_out), "4606.619286");
/// # Ok::<(), te_flash::FlashError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Flash<N> {
    config: Config<N>,
    mint_rate: N,
    external: Reserves<N>,
    internal: Reserves<N>,
    market_apy: N,
    staked: N,
    minted: N,
}

impl<N: Number> Flash<N> {
    /// The system in its initial state.
    ///
    /// # Errors
    /// [`FlashError::Config`] for settings that exclude each other; reserves or mint rate not positive.
    pub fn new(setup: Setup<N>, config: Config<N>) -> Result<Self, FlashError> {
        config.check()?;
        setup.external.check("external")?;
        setup.internal.check("internal")?;
        if !setup.mint_rate.is_number() || setup.mint_rate <= N::ZERO {
            return Err(FlashError::Config { parameter: "mint_rate", reason: "must be positive" });
        }
        if !setup.market_apy.is_number() {
            return Err(FlashError::Config { parameter: "market_apy", reason: "must be a number" });
        }
        Ok(Self {
            config,
            mint_rate: setup.mint_rate,
            external: setup.external,
            internal: setup.internal,
            market_apy: setup.market_apy,
            staked: N::ZERO,
            minted: N::ZERO,
        })
    }

    /// External pool.
    #[inline]
    pub fn external(&self) -> &Reserves<N> {
        &self.external
    }

    /// Internal pool.
    #[inline]
    pub fn internal(&self) -> &Reserves<N> {
        &self.internal
    }

    /// Market rate that the next step compares with.
    #[inline]
    pub fn market_apy(&self) -> N {
        self.market_apy
    }

    /// FLASH staked `[FLASH]`.
    #[inline]
    pub fn staked(&self) -> N {
        self.staked
    }

    /// FLASH minted `[FLASH]`.
    #[inline]
    pub fn minted(&self) -> N {
        self.minted
    }

    /// The system with these settings in this state.
    #[cfg(feature = "engine")]
    #[inline(always)]
    pub(crate) fn at(config: Config<N>, now: Setup<N>, staked: N, minted: N) -> Self {
        let Setup { mint_rate, market_apy, external, internal } = now;
        Self { config, mint_rate, external, internal, market_apy, staked, minted }
    }
}

impl<N: PoolNumber> Flash<N> {
    /// Takes one step; atomic.
    ///
    /// # Errors
    /// See [`FlashError`]; the state is then as before.
    pub fn step(&mut self, draw: &Draw<N>) -> Result<Events<N>, FlashError> {
        let mut after = *self;
        let events = checked(|w| after.step_with(w, draw))?;
        *self = after;
        Ok(events)
    }

    /// [`step`](Self::step), which states its needs; not atomic.
    #[inline(always)]
    pub(crate) fn step_with<W: Watch<Error = FlashError>>(&mut self, w: &mut W, draw: &Draw<N>) -> Events<N> {
        let events = match self.config.arb_timing {
            ArbTiming::StartOfStep => self.step_at_once(w, draw),
            ArbTiming::AfterExternal => self.step_in_order(w, draw),
        };
        self.staked = self.staked.plus(events.stake, w);
        if self.config.market_apy_updates {
            self.market_apy = draw.market_apy;
        }
        // The published formula validates nothing: a large negative stake drives reserves below zero and on.
        if self.config.swap_formula == SwapFormula::Stable {
            self.external.need(w, "external");
            self.internal.need(w, "internal");
        }
        events
    }

    #[inline(always)]
    fn step_at_once<W: Watch<Error = FlashError>>(&mut self, w: &mut W, draw: &Draw<N>) -> Events<N> {
        let before = self.external;
        let (token, amount) = self.arbitrage(w, &before);
        let stake = self.stake(w);
        let mut events = Events { stake, ..Events::none() };
        events.ext_out = self.trade_outside(w, draw.token, draw.amount);
        self.sell_minted(w, &mut events);
        self.trade_inside(w, &before, (token, amount), &mut events);
        self.buy_stake(w, &mut events);
        events
    }

    #[inline(always)]
    fn step_in_order<W: Watch<Error = FlashError>>(&mut self, w: &mut W, draw: &Draw<N>) -> Events<N> {
        let mut events = Events::none();
        events.ext_out = self.trade_outside(w, draw.token, draw.amount);
        let outside = self.external;
        let given = self.arbitrage(w, &outside);
        self.trade_inside(w, &outside, given, &mut events);
        events.stake = self.stake(w);
        self.buy_stake(w, &mut events);
        self.sell_minted(w, &mut events);
        events
    }

    /// Mint rate and market rate of a step.
    #[inline(always)]
    fn rates<W: Watch<Error = FlashError>>(&self, w: &mut W) -> (N, N) {
        match self.config.steps_per_year {
            None => (self.mint_rate, self.market_apy),
            Some(steps) => (self.mint_rate.over(steps, w), self.market_apy.over(steps, w)),
        }
    }

    #[inline(always)]
    fn stake<W: Watch<Error = FlashError>>(&self, w: &mut W) -> N {
        if self.config.staking {
            let rates = self.rates(w);
            stake_with(w, &self.external, &self.internal, rates, &self.config)
        } else {
            N::ZERO
        }
    }

    /// What the arbitrage gives to the internal pool, for its price outside.
    #[inline(always)]
    fn arbitrage<W: Watch<Error = FlashError>>(&self, w: &mut W, outside: &Reserves<N>) -> (Token, N) {
        let (token, amount) = match self.config.swap_formula {
            SwapFormula::Seed => seed_arbitrage_with(w, outside, &self.internal),
            SwapFormula::Stable => {
                let (base, quote) = (self.internal.flash, self.internal.alt);
                let price = outside.price_with(w);
                let found = arbitrage::external_with(w, base, quote, price, self.config.fee_int);
                let token = if found.pays & !found.quote_in { Token::Flash } else { Token::Alt };
                (token, N::choose(found.pays, found.amount_in, N::ZERO))
            }
        };
        let tolerance = self.config.arb_tolerance;
        let small = (tolerance > N::ZERO) & (amount <= tolerance);
        (token, N::choose(small, N::ZERO, amount))
    }

    #[inline(always)]
    fn trade_outside<W: Watch<Error = FlashError>>(&mut self, w: &mut W, token: Token, amount: N) -> N {
        self.external.swap(w, token, amount, self.config.fee_ext, self.config.swap_formula)
    }

    #[inline(always)]
    fn trade_inside<W: Watch<Error = FlashError>>(
        &mut self,
        w: &mut W,
        outside: &Reserves<N>,
        (token, amount): (Token, N),
        events: &mut Events<N>,
    ) {
        let happens = amount != N::ZERO;
        let (mut trade, mut inside) = (W::Of::<FlashError>::default(), self.internal);
        let out = inside.swap(&mut trade, token, amount, self.config.fee_int, self.config.swap_formula);
        let price = outside.price_with(&mut trade);
        let flash_in = token == Token::Flash;
        // Worth of the FLASH that comes or goes [ALT].
        let worth = N::choose(flash_in, amount, out).times(price, &mut trade);
        let profit = N::choose(flash_in, out, worth).minus(N::choose(flash_in, worth, amount), &mut trade);
        w.join(happens, trade, |error| error);
        self.internal = Reserves::choose(happens, inside, self.internal);
        events.arb_token = token;
        events.arb_in = N::choose(happens, amount, N::ZERO);
        events.arb_out = N::choose(happens, out, N::ZERO);
        events.arb_profit = N::choose(happens, profit, N::ZERO);
    }

    /// Whether the swaps of a stake happen: the published formula makes those of a zero stake too, which leaves its rounding.
    #[inline(always)]
    fn trades_stake(&self, stake: N) -> bool {
        (stake != N::ZERO) | (self.config.staking & (self.config.swap_formula == SwapFormula::Seed))
    }

    /// Buys the stake from the internal pool.
    #[inline(always)]
    fn buy_stake<W: Watch<Error = FlashError>>(&mut self, w: &mut W, events: &mut Events<N>) {
        let stake = events.stake;
        let happens = self.trades_stake(stake);
        let Config { fee_int: fee, swap_formula, .. } = self.config;
        let (mut trade, mut inside) = (W::Of::<FlashError>::default(), self.internal);
        let (input, bought) = match self.config.stake_swap {
            StakeSwap::AltEqualsFlash => {
                (stake, inside.swap(&mut trade, Token::Alt, stake, fee, swap_formula))
            }
            StakeSwap::ExactOut => {
                trade.need(stake < inside.flash, || FlashError::InsufficientLiquidity {
                    stake: stake.approximate(),
                    available: inside.flash.approximate(),
                });
                let input = swap::exact_out_with(&mut trade, inside.alt, inside.flash, stake, fee);
                inside = inside.settled(&mut trade, Token::Alt, input, stake);
                (input, stake)
            }
        };
        w.join(happens, trade, |error| error);
        self.internal = Reserves::choose(happens, inside, self.internal);
        events.stake_alt_in = N::choose(happens, input, N::ZERO);
        events.stake_flash_bought = N::choose(happens, bought, N::ZERO);
    }

    /// Mints on the stake and sells what is minted in the external pool.
    #[inline(always)]
    fn sell_minted<W: Watch<Error = FlashError>>(&mut self, w: &mut W, events: &mut Events<N>) {
        let happens = self.trades_stake(events.stake);
        let Config { fee_ext: fee, swap_formula, .. } = self.config;
        let (mut sale, mut outside) = (W::Of::<FlashError>::default(), self.external);
        let (mint_rate, _) = self.rates(&mut sale);
        let minted = events.stake.times(mint_rate, &mut sale);
        let out = outside.swap(&mut sale, Token::Flash, minted, fee, swap_formula);
        let total = self.minted.plus(minted, &mut sale);
        w.join(happens, sale, |error| error);
        self.external = Reserves::choose(happens, outside, self.external);
        self.minted = N::choose(happens, total, self.minted);
        events.ext_stake_out = N::choose(happens, out, N::ZERO);
    }
}
