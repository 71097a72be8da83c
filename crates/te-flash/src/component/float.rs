//! `flash/v3-float`: FLASH V3 in floats, for many runs.
//!
//! Parameters and draws: [`component`](crate::component); equations and limits: [`model`](crate::model).
//!
//! Invariant: a refused step leaves state and metrics as they were.

#![expect(
    clippy::inline_always,
    reason = "a loop over columns of runs becomes vector code only where these are inlined"
)]

use super::{FlashParams, Running};
use crate::watched::{self, Chance, FlashState, Terms};
use crate::{Draw, Flash, Token};
use serde::{Deserialize, Serialize};
use te_core::lanes::{self, LaneForm, Laned};
use te_core::real::Real;
use te_core::{Clock, Component, ParamError, Record, StepError, Stream};

/// What the model shows in `f64`.
#[derive(Clone, Copy, Debug, PartialEq, Record, Serialize, Deserialize)]
pub struct FlashV3FloatMetrics {
    /// ALT in the external pool [ALT] -- metric.
    #[record(unit = "ALT")]
    pub ext_alt: f64,
    /// FLASH in the external pool [FLASH] -- metric.
    #[record(unit = "FLASH")]
    pub ext_flash: f64,
    /// ALT in the internal pool [ALT] -- metric.
    #[record(unit = "ALT")]
    pub int_alt: f64,
    /// FLASH in the internal pool [FLASH] -- metric.
    #[record(unit = "FLASH")]
    pub int_flash: f64,
    /// FLASH staked in all [FLASH] -- metric.
    #[record(unit = "FLASH")]
    pub staked: f64,
    /// FLASH minted in all [FLASH] -- metric.
    #[record(unit = "FLASH")]
    pub minted: f64,
    /// External price of FLASH [ALT/FLASH] -- metric.
    #[record(unit = "ALT/FLASH")]
    pub ext_price: f64,
    /// Internal price of FLASH [ALT/FLASH] -- metric.
    #[record(unit = "ALT/FLASH")]
    pub int_price: f64,
    /// Market rate that the next step compares with [1] -- metric.
    #[record(unit = "1")]
    pub market_apy: f64,
    /// Trade of the last step in the external pool: ALT in, or FLASH in below zero [tokens] -- metric.
    #[record(unit = "token")]
    pub ext_swap: f64,
    /// What it gave [other token] -- metric.
    #[record(unit = "token")]
    pub ext_out: f64,
    /// ALT for the FLASH minted in the last step [ALT] -- metric.
    #[record(unit = "ALT")]
    pub ext_stake_out: f64,
    /// Arbitrage of the last step: ALT in, or FLASH in below zero [tokens] -- metric.
    #[record(unit = "token")]
    pub arb_in: f64,
    /// What it gave [other token] -- metric.
    #[record(unit = "token")]
    pub arb_out: f64,
    /// Its profit at the external price that it saw [ALT] -- metric.
    #[record(unit = "ALT")]
    pub arb_profit: f64,
    /// FLASH staked in the last step [FLASH] -- metric.
    #[record(unit = "FLASH")]
    pub stake: f64,
    /// ALT paid for it [ALT] -- metric.
    #[record(unit = "ALT")]
    pub stake_alt_in: f64,
    /// FLASH that this bought [FLASH] -- metric.
    #[record(unit = "FLASH")]
    pub stake_flash_bought: f64,
}

/// FLASH V3 in floats, for many runs.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct FlashV3Float {
    running: Running<f64>,
}

/// What a run keeps.
#[derive(Clone, Copy, Debug, PartialEq, Record)]
pub struct FlashTerms {
    /// Numbers of the model.
    #[record(nested)]
    pub model: Terms,
    /// Largest trade of a step in the external pool [tokens of either side].
    #[record(unit = "token")]
    pub ext_swap_factor: f64,
    /// Lowest market rate drawn [percent].
    #[record(unit = "percent")]
    pub market_apy_low: f64,
    /// How many market rates can be drawn.
    #[record(unit = "percent")]
    pub market_apy_span: f64,
}

/// What a step draws: uniform numbers from [0, 1).
#[derive(Clone, Copy, Debug, PartialEq, Record)]
pub struct FlashDraws {
    /// Size of the trade.
    #[record(unit = "1")]
    pub size: f64,
    /// Which token it gives.
    #[record(unit = "1")]
    pub side: f64,
    /// The market rate.
    #[record(unit = "1")]
    pub rate: f64,
}

/// The same draw as [`FlashParams`] makes.
#[inline(always)]
#[expect(clippy::cast_possible_truncation, reason = "below the span, which is at most 1001")]
fn chance(terms: &FlashTerms, draws: &FlashDraws) -> Chance {
    let percent = terms.market_apy_low + f64::from((draws.rate * terms.market_apy_span) as i32);
    Chance {
        market_apy: percent / 100.0,
        amount: draws.size * terms.ext_swap_factor,
        alt: draws.side >= 0.5,
    }
}

impl Component for FlashV3Float {
    const KIND: &'static str = "flash/v3-float";
    type Params = FlashParams;
    type Inputs = ();
    type Metrics = FlashV3FloatMetrics;

    fn new(params: FlashParams) -> Result<Self, ParamError> {
        Ok(Self { running: Running::start(params)? })
    }

    #[inline]
    fn step(&mut self, inputs: &(), clock: &Clock, rng: &mut Stream) -> Result<(), StepError> {
        lanes::step(self, inputs, clock, rng)
    }

    #[inline]
    fn metrics(&self) -> FlashV3FloatMetrics {
        shown(&self.state())
    }

    fn lane_form() -> Option<LaneForm<Self>> {
        Some(LaneForm::of())
    }
}

#[inline(always)]
fn shown(state: &FlashState) -> FlashV3FloatMetrics {
    FlashV3FloatMetrics {
        ext_alt: state.external.alt,
        ext_flash: state.external.flash,
        int_alt: state.internal.alt,
        int_flash: state.internal.flash,
        staked: state.staked,
        minted: state.minted,
        ext_price: state.external.alt / state.external.flash,
        int_price: state.internal.alt / state.internal.flash,
        market_apy: state.market_apy,
        ext_swap: state.drawn,
        ext_out: state.ext_out,
        ext_stake_out: state.ext_stake_out,
        arb_in: Real::select(state.arb_flash != 0.0, -state.arb_in, state.arb_in),
        arb_out: state.arb_out,
        arb_profit: state.arb_profit,
        stake: state.stake,
        stake_alt_in: state.stake_alt_in,
        stake_flash_bought: state.stake_flash_bought,
    }
}

/// The step of the model with typed refusals.
fn checked(model: &Flash<f64>, chance: Chance) -> Result<FlashState, StepError> {
    let Chance { market_apy, amount, alt } = chance;
    let token = if alt { Token::Alt } else { Token::Flash };
    let mut after = *model;
    let events = after.step(&Draw { market_apy, amount, token }).map_err(StepError::caused_by)?;
    let state = FlashState::of(&after, &events, if alt { amount } else { -amount });
    let shown = shown(&state);
    StepError::finite("ext_price", shown.ext_price)?;
    StepError::finite("int_price", shown.int_price)?;
    Ok(state)
}

impl Laned for FlashV3Float {
    type Fixed = FlashTerms;
    type State = FlashState;
    type Draws = FlashDraws;

    #[inline]
    fn fixed(&self) -> FlashTerms {
        let FlashParams { ext_swap_factor, market_apy_low, market_apy_high, .. } = self.running.params;
        FlashTerms {
            model: self.running.model.terms(),
            ext_swap_factor,
            market_apy_low: f64::from(market_apy_low),
            market_apy_span: f64::from(market_apy_high.saturating_sub(market_apy_low)),
        }
    }

    #[inline]
    fn state(&self) -> FlashState {
        let Running { model, events, drawn, .. } = &self.running;
        FlashState::of(model, events, *drawn)
    }

    #[inline]
    fn set_state(&mut self, state: FlashState) {
        self.running.events = state.events();
        self.running.drawn = state.drawn;
        self.running.model.restore(&state);
    }

    fn alike(&self, other: &Self) -> bool {
        self.running.model.same_settings(&other.running.model)
    }

    #[inline(always)]
    fn advance(
        &self,
        terms: &FlashTerms,
        state: &FlashState,
        (): &(),
        draws: &FlashDraws,
        _: &Clock,
    ) -> (FlashState, bool) {
        watched::step(self.running.model.config(), &terms.model, state, chance(terms, draws))
    }

    fn fault(
        &self,
        terms: &FlashTerms,
        state: &FlashState,
        (): &(),
        draws: &FlashDraws,
        _: &Clock,
    ) -> StepError {
        let mut model = self.running.model;
        model.settle(&terms.model);
        model.restore(state);
        checked(&model, chance(terms, draws)).err().unwrap_or_else(|| lanes::unexplained(Self::KIND))
    }

    #[inline(always)]
    fn show(&self, _: &FlashTerms, state: &FlashState) -> FlashV3FloatMetrics {
        shown(state)
    }
}
