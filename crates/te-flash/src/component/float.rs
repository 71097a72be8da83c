//! `flash/v3-float`: FLASH V3 in floats, for many runs.
//!
//! Parameters and draws: [`component`](crate::component); equations and limits: [`model`](crate::model).
//!
//! Invariant: a refused step leaves state and metrics as they were.

#![expect(
    clippy::inline_always,
    reason = "a loop over columns of runs becomes vector code only where these are inlined"
)]

use super::{Chances, FlashDraws, FlashInputs, FlashParams, signed};
use crate::{
    ArbTiming, Config, Draw, Events, Flash, FlashError, NegativeStake, StakeSwap, SwapFormula, Target,
};
use crate::{Reserves, Setup};
use serde::{Deserialize, Serialize};
use te_core::{Machine, Mechanism, Now, OutOfRange, ParamError, Record, StepError, Terms, TermsOf, Watch};

/// What the model shows in `f64`, and its state.
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
pub type FlashV3Float = Machine<Flashing>;

/// How FLASH V3 steps in floats.
pub enum Flashing {}

/// What a run keeps.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct FlashTerms {
    /// Settings of the model.
    pub config: Config<f64>,
    /// Mint rate, FLASH minted per FLASH staked [1].
    pub mint_rate: f64,
    /// What may come of the draws.
    pub chances: Chances,
}

impl TermsOf<FlashParams> for FlashTerms {
    fn of(params: &FlashParams) -> Result<Self, ParamError> {
        let config = params.config().map_err(|error| ParamError::cross(error.to_string()))?;
        Ok(Self { config, mint_rate: params.mint_rate, chances: params.chances() })
    }
}

/// Lanes take the corrected order and its swaps: a loop that holds the published ones too does not become vector code.
impl Terms for FlashTerms {
    const NUMBERS: usize = 5 + <Chances as Terms>::NUMBERS;

    #[inline(always)]
    fn store_numbers(&self, put: &mut impl FnMut(f64)) {
        let Config { fee_ext, fee_int, max_stake_fraction, steps_per_year, .. } = self.config;
        let optional = [max_stake_fraction, steps_per_year].map(|number| number.unwrap_or(1.0));
        [self.mint_rate, fee_ext, fee_int].into_iter().chain(optional).for_each(&mut *put);
        self.chances.store_numbers(put);
    }

    #[inline(always)]
    fn with_numbers(&self, next: &mut impl FnMut() -> f64) -> Self {
        let (mint_rate, fee_ext, fee_int) = (next(), next(), next());
        let (fraction, steps) = (next(), next());
        let config = Config {
            fee_ext,
            fee_int,
            max_stake_fraction: self.config.max_stake_fraction.map(|_| fraction),
            steps_per_year: self.config.steps_per_year.map(|_| steps),
            ..self.config
        };
        Self { config: corrected(config), mint_rate, chances: self.chances.with_numbers(next) }
    }

    fn alike(&self, other: &Self) -> bool {
        let mut numbers = Vec::with_capacity(Self::NUMBERS);
        other.store_numbers(&mut |x| numbers.push(x));
        let mut numbers = numbers.into_iter();
        let settled = self.with_numbers(&mut || numbers.next().unwrap_or(f64::NAN));
        corrected(self.config) == self.config && settled == *other
    }
}

/// The settings that lanes take, written out: a setting that the compiler knows leaves the other one out of the loop.
#[inline(always)]
fn corrected(config: Config<f64>) -> Config<f64> {
    Config {
        target: if config.target == Target::Proportional { Target::Proportional } else { Target::Additive },
        negative_stake: NegativeStake::Clamp,
        stake_swap: StakeSwap::ExactOut,
        arb_timing: ArbTiming::AfterExternal,
        swap_formula: SwapFormula::Stable,
        ..config
    }
}

impl FlashV3FloatMetrics {
    /// A model's state and what its last step did, with the trade that was drawn.
    #[inline(always)]
    fn of(model: &Flash<f64>, events: &Events<f64>, drawn: f64) -> Self {
        let (external, internal) = (model.external(), model.internal());
        Self {
            ext_alt: external.alt,
            ext_flash: external.flash,
            int_alt: internal.alt,
            int_flash: internal.flash,
            staked: model.staked(),
            minted: model.minted(),
            ext_price: external.alt / external.flash,
            int_price: internal.alt / internal.flash,
            market_apy: model.market_apy(),
            ext_swap: drawn,
            ext_out: events.ext_out,
            ext_stake_out: events.ext_stake_out,
            arb_in: signed(events.arb_token, events.arb_in),
            arb_out: events.arb_out,
            arb_profit: events.arb_profit,
            stake: events.stake,
            stake_alt_in: events.stake_alt_in,
            stake_flash_bought: events.stake_flash_bought,
        }
    }

    /// The model in this state.
    #[inline(always)]
    fn model(&self, config: Config<f64>, mint_rate: f64) -> Flash<f64> {
        let now = Setup {
            mint_rate,
            market_apy: self.market_apy,
            external: Reserves { alt: self.ext_alt, flash: self.ext_flash },
            internal: Reserves { alt: self.int_alt, flash: self.int_flash },
        };
        Flash::at(config, now, self.staked, self.minted)
    }
}

impl Mechanism for Flashing {
    const KIND: &'static str = "flash/v3-float";
    type Params = FlashParams;
    type Terms = FlashTerms;
    type Inputs = FlashInputs;
    type State = FlashV3FloatMetrics;
    type Draws = FlashDraws;
    type Metrics = FlashV3FloatMetrics;

    fn start(params: &FlashParams) -> FlashV3FloatMetrics {
        let FlashParams { ext_alt, ext_flash, int_alt, int_flash, market_apy, .. } = *params;
        FlashV3FloatMetrics {
            ext_alt,
            ext_flash,
            int_alt,
            int_flash,
            market_apy,
            ext_price: ext_alt / ext_flash,
            int_price: int_alt / int_flash,
            ..FlashV3FloatMetrics::load(&mut || 0.0)
        }
    }

    #[inline(always)]
    fn step<W: Watch<Error = StepError>>(w: &mut W, now: Now<'_, Self>) -> FlashV3FloatMetrics {
        let FlashTerms { config, mint_rate, chances } = *now.terms;
        now.inputs.need(w);
        let mut stepped = W::Of::<FlashError>::default();
        let draw: Draw<f64> = chances.decide(&mut stepped, now.draws, now.inputs);
        let mut model = now.state.model(config, mint_rate);
        let events = model.step_with(&mut stepped, &draw);
        w.join(true, stepped, StepError::from);
        let next = FlashV3FloatMetrics::of(&model, &events, signed(draw.token, draw.amount));
        for (name, price) in [("ext_price", next.ext_price), ("int_price", next.int_price)] {
            let allowed = "a finite number: lower `mint_rate` or `ext_swap_factor`";
            w.need(price.is_finite(), || OutOfRange::new(name, price, allowed));
        }
        next
    }

    #[inline(always)]
    fn show(_: &FlashTerms, state: &FlashV3FloatMetrics) -> FlashV3FloatMetrics {
        *state
    }
}
