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

use crate::config::{ArbTiming, Config, StakeSwap, SwapFormula};
use crate::error::FlashError;
use crate::reserves::{Reserves, Token, seed_arbitrage};
use crate::stake::stake;
use crate::watched::{FlashState, Pool, Terms};
use serde::{Deserialize, Serialize};
use te_amm::{Number, TokenIn, arbitrage, swap};

/// What chance decides in a step.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Draw<N> {
    /// Market rate [as `market_apy`].
    pub market_apy: N,
    /// Amount that a trader swaps in the external pool [in tokens].
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
    /// Out of the external pool for the draw [other token].
    pub ext_out: N,
    /// ALT out of the external pool for the minted FLASH [ALT].
    pub ext_stake_out: N,
    /// Token that the arbitrage gives.
    pub arb_token: Token,
    /// Arbitrage in [its token].
    pub arb_in: N,
    /// Arbitrage out [other token].
    pub arb_out: N,
    /// Arbitrage profit at the external price that it saw [ALT].
    pub arb_profit: N,
    /// FLASH staked [FLASH].
    pub stake: N,
    /// ALT into the internal pool for the stake [ALT].
    pub stake_alt_in: N,
    /// FLASH out of the internal pool for the stake [FLASH].
    pub stake_flash_bought: N,
}

impl<N: Number> Events<N> {
    /// Nothing.
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
    pub fn external(&self) -> &Reserves<N> {
        &self.external
    }

    /// Internal pool.
    pub fn internal(&self) -> &Reserves<N> {
        &self.internal
    }

    /// Market rate that the next step compares with.
    pub fn market_apy(&self) -> N {
        self.market_apy
    }

    /// FLASH staked [FLASH].
    pub fn staked(&self) -> N {
        self.staked
    }

    /// FLASH minted [FLASH].
    pub fn minted(&self) -> N {
        self.minted
    }

    /// Settings.
    pub(crate) fn config(&self) -> &Config<N> {
        &self.config
    }

    /// Takes one step; atomic.
    ///
    /// # Errors
    /// See [`FlashError`]; the state is then as before.
    pub fn step(&mut self, draw: &Draw<N>) -> Result<Events<N>, FlashError> {
        let mut after = *self;
        let events = match self.config.arb_timing {
            ArbTiming::StartOfStep => after.step_at_once(draw)?,
            ArbTiming::AfterExternal => after.step_in_order(draw)?,
        };
        after.staked = after.staked.try_add(events.stake)?;
        if self.config.market_apy_updates {
            after.market_apy = draw.market_apy;
        }
        // The published formula validates nothing: a large negative stake drives reserves below zero and on.
        if self.config.swap_formula == SwapFormula::Stable {
            after.external.check("external")?;
            after.internal.check("internal")?;
        }
        *self = after;
        Ok(events)
    }

    fn step_at_once(&mut self, draw: &Draw<N>) -> Result<Events<N>, FlashError> {
        let before = self.external;
        let (token, amount) = self.arbitrage(&before)?;
        let stake = self.stake()?;
        let mut events = Events { stake, ..Events::none() };
        events.ext_out = self.trade_outside(draw.token, draw.amount)?;
        self.sell_minted(&mut events)?;
        self.trade_inside(&before, token, amount, &mut events)?;
        self.buy_stake(&mut events)?;
        Ok(events)
    }

    fn step_in_order(&mut self, draw: &Draw<N>) -> Result<Events<N>, FlashError> {
        let mut events = Events::none();
        events.ext_out = self.trade_outside(draw.token, draw.amount)?;
        let outside = self.external;
        let (token, amount) = self.arbitrage(&outside)?;
        self.trade_inside(&outside, token, amount, &mut events)?;
        events.stake = self.stake()?;
        self.buy_stake(&mut events)?;
        self.sell_minted(&mut events)?;
        Ok(events)
    }

    /// Mint rate and market rate of a step.
    fn rates(&self) -> Result<(N, N), FlashError> {
        Ok(match self.config.steps_per_year {
            None => (self.mint_rate, self.market_apy),
            Some(steps) => (self.mint_rate.try_div(steps)?, self.market_apy.try_div(steps)?),
        })
    }

    fn stake(&self) -> Result<N, FlashError> {
        if !self.config.staking {
            return Ok(N::ZERO);
        }
        let (mint_rate, market_apy) = self.rates()?;
        stake(&self.external, &self.internal, mint_rate, market_apy, &self.config)
    }

    fn arbitrage(&self, outside: &Reserves<N>) -> Result<(Token, N), FlashError> {
        let found = match self.config.swap_formula {
            SwapFormula::Seed => seed_arbitrage(outside, &self.internal)?,
            SwapFormula::Stable => {
                let (base, quote) = (self.internal.flash, self.internal.alt);
                match arbitrage::external(base, quote, outside.price()?, self.config.fee_int)? {
                    None => (Token::Alt, N::ZERO),
                    Some(trade) if trade.token_in == TokenIn::Quote => (Token::Alt, trade.amount_in),
                    Some(trade) => (Token::Flash, trade.amount_in),
                }
            }
        };
        let tolerance = self.config.arb_tolerance;
        Ok(if tolerance > N::ZERO && found.1 <= tolerance { (found.0, N::ZERO) } else { found })
    }

    fn trade_outside(&mut self, token: Token, amount: N) -> Result<N, FlashError> {
        self.external.swap(token, amount, self.config.fee_ext, self.config.swap_formula)
    }

    fn trade_inside(
        &mut self,
        outside: &Reserves<N>,
        token: Token,
        amount: N,
        events: &mut Events<N>,
    ) -> Result<(), FlashError> {
        events.arb_token = token;
        if amount == N::ZERO {
            return Ok(());
        }
        events.arb_in = amount;
        events.arb_out = self.internal.swap(token, amount, self.config.fee_int, self.config.swap_formula)?;
        let price = outside.price()?;
        events.arb_profit = match token {
            Token::Alt => events.arb_out.try_mul(price)?.try_sub(amount)?,
            Token::Flash => events.arb_out.try_sub(amount.try_mul(price)?)?,
        };
        Ok(())
    }

    /// Whether the swaps of a stake happen: the published formula makes those of a zero stake too, which leaves its rounding.
    fn trades_stake(&self, stake: N) -> bool {
        stake != N::ZERO || (self.config.staking && self.config.swap_formula == SwapFormula::Seed)
    }

    /// Buys the stake from the internal pool.
    fn buy_stake(&mut self, events: &mut Events<N>) -> Result<(), FlashError> {
        let stake = events.stake;
        if !self.trades_stake(stake) {
            return Ok(());
        }
        let fee = self.config.fee_int;
        match self.config.stake_swap {
            StakeSwap::AltEqualsFlash => {
                events.stake_alt_in = stake;
                events.stake_flash_bought =
                    self.internal.swap(Token::Alt, stake, fee, self.config.swap_formula)?;
            }
            StakeSwap::ExactOut => {
                if stake >= self.internal.flash {
                    return Err(FlashError::InsufficientLiquidity {
                        stake: stake.approximate(),
                        available: self.internal.flash.approximate(),
                    });
                }
                let input = swap::exact_out(self.internal.alt, self.internal.flash, stake, fee)?;
                self.internal.settle(Token::Alt, input, stake)?;
                events.stake_alt_in = input;
                events.stake_flash_bought = stake;
            }
        }
        Ok(())
    }

    /// Mints on the stake and sells what is minted in the external pool.
    fn sell_minted(&mut self, events: &mut Events<N>) -> Result<(), FlashError> {
        if !self.trades_stake(events.stake) {
            return Ok(());
        }
        let minted = events.stake.try_mul(self.rates()?.0)?;
        events.ext_stake_out = self.trade_outside(Token::Flash, minted)?;
        self.minted = self.minted.try_add(minted)?;
        Ok(())
    }
}

/// What lanes ask of the model in `f64`.
impl Flash<f64> {
    /// The numbers among parameters and settings.
    pub(crate) fn terms(&self) -> Terms {
        Terms {
            mint_rate: self.mint_rate,
            fee_ext: self.config.fee_ext,
            fee_int: self.config.fee_int,
            max_stake_fraction: self.config.max_stake_fraction.unwrap_or(0.0),
            steps_per_year: self.config.steps_per_year.unwrap_or(1.0),
        }
    }

    /// Replaces these numbers.
    pub(crate) fn settle(&mut self, terms: &Terms) {
        self.mint_rate = terms.mint_rate;
        self.config.fee_ext = terms.fee_ext;
        self.config.fee_int = terms.fee_int;
        self.config.max_stake_fraction = self.config.max_stake_fraction.map(|_| terms.max_stake_fraction);
        self.config.steps_per_year = self.config.steps_per_year.map(|_| terms.steps_per_year);
    }

    /// Whether two models differ in [`Terms`] and state only.
    pub(crate) fn same_settings(&self, other: &Self) -> bool {
        let mut settled = *other;
        settled.settle(&self.terms());
        settled.config == self.config
    }

    /// Replaces the state.
    pub(crate) fn restore(&mut self, state: &FlashState) {
        let pool = |pool: Pool| Reserves { alt: pool.alt, flash: pool.flash };
        (self.external, self.internal) = (pool(state.external), pool(state.internal));
        (self.market_apy, self.staked, self.minted) = (state.market_apy, state.staked, state.minted);
    }
}

impl FlashState {
    /// A model's state, what its last step did, and the trade that was drawn.
    pub(crate) fn of(model: &Flash<f64>, events: &Events<f64>, drawn: f64) -> Self {
        let pool = |pool: Reserves<f64>| Pool { alt: pool.alt, flash: pool.flash };
        Self {
            external: pool(model.external),
            internal: pool(model.internal),
            market_apy: model.market_apy,
            staked: model.staked,
            minted: model.minted,
            drawn,
            ext_out: events.ext_out,
            ext_stake_out: events.ext_stake_out,
            arb_flash: f64::from(u8::from(events.arb_token == Token::Flash)),
            arb_in: events.arb_in,
            arb_out: events.arb_out,
            arb_profit: events.arb_profit,
            stake: events.stake,
            stake_alt_in: events.stake_alt_in,
            stake_flash_bought: events.stake_flash_bought,
        }
    }

    /// What the last step did.
    pub(crate) fn events(&self) -> Events<f64> {
        Events {
            ext_out: self.ext_out,
            ext_stake_out: self.ext_stake_out,
            arb_token: if self.arb_flash == 0.0 { Token::Alt } else { Token::Flash },
            arb_in: self.arb_in,
            arb_out: self.arb_out,
            arb_profit: self.arb_profit,
            stake: self.stake,
            stake_alt_in: self.stake_alt_in,
            stake_flash_bought: self.stake_flash_bought,
        }
    }
}
