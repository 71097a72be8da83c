//! `flash/v3-float`: FLASH V3 in floats, for many runs.
//!
//! Parameters and draws: [`component`](crate::component); equations and limits: [`model`](crate::model).
//!
//! Invariant: a refused step leaves state and metrics as they were.

#![expect(
    clippy::inline_always,
    reason = "a loop over columns of runs becomes vector code only where these are inlined"
)]

use super::{FlashInputs, FlashParams, Running};
use crate::watched::{self, Chance, FlashState, Terms};
use crate::{Draw, Flash, Token};
use serde::{Deserialize, Serialize};
use te_core::lanes::{self, LaneForm, Laned};
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

/// The same draw as [`FlashParams`] makes, or what is recorded.
#[inline(always)]
#[expect(clippy::cast_possible_truncation, reason = "below the span, which is at most 1001")]
fn chance(terms: &FlashTerms, draws: &FlashDraws, inputs: &FlashInputs) -> Chance {
    let FlashInputs { recorded_swap, recorded_apy } = *inputs;
    let percent = terms.market_apy_low + f64::from((draws.rate * terms.market_apy_span) as i32);
    let drawn = recorded_swap == 0.0;
    Chance {
        market_apy: math::select(recorded_apy > -1.0, recorded_apy, percent / 100.0),
        amount: math::select(drawn, draws.size * terms.ext_swap_factor, recorded_swap.abs()),
        alt: (drawn & (draws.side >= 0.5)) | (recorded_swap > 0.0),
    }
}

impl Component for FlashV3Float {
    const KIND: &'static str = "flash/v3-float";
    type Params = FlashParams;
    type Inputs = FlashInputs;
    type Metrics = FlashV3FloatMetrics;

    fn new(params: FlashParams) -> Result<Self, ParamError> {
        Ok(Self { running: Running::start(params)? })
    }

    #[inline]
    fn step(&mut self, inputs: &FlashInputs, clock: &Clock, rng: &mut Stream) -> Result<(), StepError> {
        if watched::takes(self.running.model.config()) {
            return lanes::step(self, inputs, clock, rng);
        }
        let (fixed, state) = (self.fixed(), self.state());
        let draws = self.draw(&fixed, &state, clock, rng);
        inputs.check()?;
        self.set_state(checked(&self.running.model, chance(&fixed, &draws, inputs))?);
        Ok(())
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
        arb_in: math::select(state.arb_flash != 0.0, -state.arb_in, state.arb_in),
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
    for (name, price) in [("ext_price", shown.ext_price), ("int_price", shown.int_price)] {
        if !price.is_finite() {
            return Err(StepError::domain(
                name,
                price,
                "a finite number: lower `mint_rate` or `ext_swap_factor`",
            ));
        }
    }
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
        let model = &self.running.model;
        watched::takes(model.config()) && model.same_settings(&other.running.model)
    }

    #[inline(always)]
    fn advance(
        &self,
        terms: &FlashTerms,
        state: &FlashState,
        inputs: &FlashInputs,
        draws: &FlashDraws,
        _: &Clock,
    ) -> (FlashState, bool) {
        let chance = chance(terms, draws, inputs);
        let (next, sound) = watched::step(self.running.model.config(), &terms.model, state, chance);
        (next, sound & inputs.recorded_swap.is_finite() & inputs.recorded_apy.is_finite())
    }

    fn fault(
        &self,
        terms: &FlashTerms,
        state: &FlashState,
        inputs: &FlashInputs,
        draws: &FlashDraws,
        _: &Clock,
    ) -> StepError {
        if let Err(error) = inputs.check() {
            return error;
        }
        let mut model = self.running.model;
        model.settle(&terms.model);
        model.restore(state);
        checked(&model, chance(terms, draws, inputs)).err().unwrap_or_else(|| lanes::unexplained(Self::KIND))
    }

    #[inline(always)]
    fn show(&self, _: &FlashTerms, state: &FlashState) -> FlashV3FloatMetrics {
        shown(state)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ArbTiming, NegativeStake, NoPremium, Profile, StakeSwap, SwapFormula, Target};
    use te_core::{StreamKey, math};

    fn bits(state: &FlashState) -> Vec<u64> {
        let mut bits = Vec::new();
        state.store(&mut |x| bits.push(x.to_bits()));
        bits
    }

    /// One of two, or what the profile has.
    fn pick<T>(rng: &mut Stream, one: T, other: T) -> Option<T> {
        match rng.uniform() {
            u if u < 0.3 => Some(one),
            u if u < 0.6 => Some(other),
            _ => None,
        }
    }

    fn settings(rng: &mut Stream) -> FlashParams {
        let profile = pick(rng, Profile::Corrected, Profile::Corrected).unwrap_or(Profile::Seed);
        let mut size = |spread: f64| math::exp((rng.uniform() - 0.5) * spread);
        let wide = if size(2.0) > 2.0 { 1200.0 } else { 6.0 };
        let params = FlashParams {
            profile,
            mint_rate: 0.2 * size(3.0),
            market_apy: 0.1 * size(6.0),
            ext_flash: 1e5 * size(wide),
            ext_alt: 1e5 * size(wide),
            int_flash: 1e5 * size(wide),
            int_alt: 1e5 * size(wide),
            ext_swap_factor: 1e3 * size(12.0),
            ..FlashParams::default()
        };
        FlashParams {
            staking: pick(rng, true, false),
            market_apy_updates: pick(rng, true, false),
            no_premium: pick(rng, NoPremium::Error, NoPremium::Zero),
            target: pick(rng, Target::Additive, Target::Proportional),
            negative_stake: pick(rng, NegativeStake::Clamp, NegativeStake::Clamp),
            stake_swap: pick(rng, StakeSwap::ExactOut, StakeSwap::ExactOut),
            arb_timing: pick(rng, ArbTiming::AfterExternal, ArbTiming::AfterExternal),
            swap_formula: pick(rng, SwapFormula::Stable, SwapFormula::Stable),
            fee_int: pick(rng, 0.0, 0.01),
            fee_ext: pick(rng, 0.0, 0.02),
            max_stake_fraction: pick(rng, 0.9, 1.0),
            steps_per_year: pick(rng, 12.0, 0.7),
            ..params
        }
    }

    /// Nothing, a trade of either side and a rate, or what is no number.
    fn recorded(rng: &mut Stream) -> FlashInputs {
        let (swap, rate) = (rng.uniform(), rng.uniform());
        let recorded_swap = match swap {
            u if u < 0.6 => 0.0,
            u if u < 0.97 => (rng.uniform() - 0.5) * 1e4,
            u if u < 0.98 => f64::NAN,
            _ => f64::INFINITY,
        };
        let recorded_apy = if rate < 0.99 { rate - 1.2 * f64::from(u8::from(rate < 0.5)) } else { f64::NAN };
        FlashInputs { recorded_swap, recorded_apy }
    }

    /// All settings that lanes take, pools of all sizes, some steps refused: both forms agree on what is refused, and to the bit on what
    /// is not.
    #[test]
    fn the_step_without_branches_is_the_models() {
        let mut rng = Stream::new(StreamKey::default(), "flash");
        let (mut built, mut well, mut ill) = (0, 0, 0);
        for _ in 0..60_000 {
            let Ok(mut flash) = FlashV3Float::new(settings(&mut rng)) else { continue };
            if !watched::takes(flash.running.model.config()) {
                continue;
            }
            built += 1;
            let clock = Clock::at(1);
            for _ in 0..6 {
                let (terms, state) = (flash.fixed(), flash.state());
                let draws = flash.draw(&terms, &state, &clock, &mut rng);
                let inputs = recorded(&mut rng);
                let (next, sound) = flash.advance(&terms, &state, &inputs, &draws, &clock);
                let checked = inputs
                    .check()
                    .and_then(|()| checked(&flash.running.model, chance(&terms, &draws, &inputs)));
                assert_eq!(sound, checked.is_ok(), "{flash:?} {draws:?} {checked:?}");
                let Ok(after) = checked else {
                    ill += 1;
                    break;
                };
                well += 1;
                assert_eq!(bits(&next), bits(&after), "{flash:?} {draws:?}");
                flash.set_state(next);
                assert_eq!(bits(&flash.state()), bits(&next));
            }
        }
        assert!(built > 20_000 && well > 50_000 && ill > 5_000, "{built} {well} {ill}");
    }

    #[test]
    fn the_draw_is_that_of_the_parameters() {
        let params = FlashParams { market_apy_low: 3, market_apy_high: 1001, ..FlashParams::default() };
        let flash = FlashV3Float::new(params.clone()).unwrap();
        let mut one = Stream::new(StreamKey::default(), "flash");
        let mut other = one.clone();
        let mut rng = Stream::new(StreamKey::default(), "recorded");
        for _ in 0..10_000 {
            let mut inputs = recorded(&mut rng);
            if inputs.check().is_err() {
                inputs = FlashInputs { recorded_swap: 0.0, recorded_apy: -1.0 };
            }
            let expected: Draw<f64> = params.draw(&inputs, &mut one).unwrap();
            let terms = flash.fixed();
            let draws = flash.draw(&terms, &flash.state(), &Clock::at(1), &mut other);
            let Chance { market_apy, amount, alt } = chance(&terms, &draws, &inputs);
            let token = if alt { Token::Alt } else { Token::Flash };
            assert_eq!(Draw { market_apy, amount, token }, expected);
        }
    }
}
