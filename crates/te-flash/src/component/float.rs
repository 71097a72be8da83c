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
    ArbTiming, Config, Draw, Events, Flash, FlashError, NegativeStake, NoPremium, StakeSwap, SwapFormula,
    Target,
};
use crate::{Reserves, Setup};
use serde::{Deserialize, Serialize};
use te_core::{Machine, Mechanism, Now, OutOfRange, ParamError, Record, StepError, Terms, TermsOf, Watch};

/// What the model shows in `f64`, and its state.
///
/// # Equations
/// ```text
/// size ~ Uniform(0, ext_swap_factor) -- of a trade, ALT or FLASH in with even chances; or `recorded_swap`
/// rate ~ Uniform(market_apy_low, market_apy_high) -- whole percent; or `recorded_apy`
/// out(x, y, given) = y * (1 - fee) * given / (x + (1 - fee) * given)
/// fee: fee_ext in the external pool, fee_int in the internal one
/// ext_out = out(x, y, ext_swap) -- x, y: reserves of the token in and of the one out; then the internal pool is arbitraged to ext_price
/// x, y, given: as said
/// premium = (mint_rate - market_apy) / steps_per_year -- steps_per_year 1 where none is given; no stake where it is not above 0
/// need = ext_flash * (1 / sqrt(1 - premium) - 1) / (1 - fee_ext) -- target proportional; additive: ext_flash * (sqrt(ext_price / (ext_price - premium)) - 1) / (1 - fee_ext)
/// stake = min(need / mint_rate, max_stake_fraction * int_flash)
/// stake_alt_in = int_alt * stake / ((int_flash - stake) * (1 - fee_int)) -- exact out of the internal pool
/// ext_stake_out = out(ext_flash, ext_alt, stake * mint_rate) -- what is minted is sold
/// staked' = staked + stake
/// minted' = minted + stake * mint_rate
/// market_apy' = rate / 100 -- with `market_apy_updates`
/// ext_price = ext_alt' / ext_flash'
/// int_price = int_alt' / int_flash'
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Record, Serialize, Deserialize)]
pub struct FlashV3FloatMetrics {
    /// ALT in the external pool `[ALT]` -- metric.
    #[record(unit = "ALT")]
    pub ext_alt: f64,
    /// FLASH in the external pool `[FLASH]` -- metric.
    #[record(unit = "FLASH")]
    pub ext_flash: f64,
    /// ALT in the internal pool `[ALT]` -- metric.
    #[record(unit = "ALT")]
    pub int_alt: f64,
    /// FLASH in the internal pool `[FLASH]` -- metric.
    #[record(unit = "FLASH")]
    pub int_flash: f64,
    /// FLASH staked in all `[FLASH]` -- metric.
    #[record(unit = "FLASH")]
    pub staked: f64,
    /// FLASH minted in all `[FLASH]` -- metric.
    #[record(unit = "FLASH")]
    pub minted: f64,
    /// External price of FLASH `[ALT/FLASH]` -- metric.
    #[record(unit = "ALT/FLASH")]
    pub ext_price: f64,
    /// Internal price of FLASH `[ALT/FLASH]` -- metric.
    #[record(unit = "ALT/FLASH")]
    pub int_price: f64,
    /// Market rate that the next step compares with `[1]` -- metric.
    #[record(unit = "1")]
    pub market_apy: f64,
    /// Trade of the last step in the external pool: ALT in, or FLASH in below zero `[token]` -- metric.
    #[record(unit = "token")]
    pub ext_swap: f64,
    /// What it gave `[token]` -- metric.
    #[record(unit = "token")]
    pub ext_out: f64,
    /// ALT for the FLASH minted in the last step `[ALT]` -- metric.
    #[record(unit = "ALT")]
    pub ext_stake_out: f64,
    /// Arbitrage of the last step: ALT in, or FLASH in below zero `[token]` -- metric.
    #[record(unit = "token")]
    pub arb_in: f64,
    /// What it gave `[token]` -- metric.
    #[record(unit = "token")]
    pub arb_out: f64,
    /// Its profit at the external price that it saw `[ALT]` -- metric.
    #[record(unit = "ALT")]
    pub arb_profit: f64,
    /// FLASH staked in the last step `[FLASH]` -- metric.
    #[record(unit = "FLASH")]
    pub stake: f64,
    /// ALT paid for it `[ALT]` -- metric.
    #[record(unit = "ALT")]
    pub stake_alt_in: f64,
    /// FLASH that this bought `[FLASH]` -- metric.
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
    /// Mint rate, FLASH minted per FLASH staked `[1]`.
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

/// Lanes take the corrected order and its swaps, for a loop that holds the published ones too does not become vector code. All other
/// settings are numbers: runs with different ones are stepped together, and each lane chooses between values.
impl Terms for FlashTerms {
    const NUMBERS: usize = 10 + <Chances as Terms>::NUMBERS;

    #[inline(always)]
    fn store_numbers(&self, put: &mut impl FnMut(f64)) {
        let config = &self.config;
        put(self.mint_rate);
        put(config.fee_ext);
        put(config.fee_int);
        put(config.arb_tolerance);
        put(config.max_stake_fraction.unwrap_or(f64::NAN));
        put(config.steps_per_year.unwrap_or(f64::NAN));
        for chosen in [
            config.staking,
            config.market_apy_updates,
            config.no_premium == NoPremium::Zero,
            config.target == Target::Proportional,
        ] {
            put(f64::from(u8::from(chosen)));
        }
        self.chances.store_numbers(put);
    }

    #[inline(always)]
    fn with_numbers(&self, next: &mut impl FnMut() -> f64) -> Self {
        let some = |number: f64| (!number.is_nan()).then_some(number);
        let mint_rate = next();
        let config = Config {
            fee_ext: next(),
            fee_int: next(),
            arb_tolerance: next(),
            max_stake_fraction: some(next()),
            steps_per_year: some(next()),
            staking: next() != 0.0,
            market_apy_updates: next() != 0.0,
            no_premium: if next() == 0.0 { NoPremium::Error } else { NoPremium::Zero },
            target: if next() == 0.0 { Target::Additive } else { Target::Proportional },
            ..CORRECTED
        };
        Self { config, mint_rate, chances: self.chances.with_numbers(next) }
    }

    fn alike(&self, other: &Self) -> bool {
        [self, other].into_iter().all(|terms| takes(&terms.config))
    }
}

/// The settings that lanes take, written out: the compiler leaves the others out of the loop. Those that are numbers stand for any.
const CORRECTED: Config<f64> = Config {
    negative_stake: NegativeStake::Clamp,
    stake_swap: StakeSwap::ExactOut,
    arb_timing: ArbTiming::AfterExternal,
    swap_formula: SwapFormula::Stable,
    target: Target::Proportional,
    staking: true,
    market_apy_updates: true,
    no_premium: NoPremium::Zero,
    fee_ext: 0.0,
    fee_int: 0.0,
    max_stake_fraction: None,
    arb_tolerance: 0.0,
    steps_per_year: None,
};

/// Whether lanes take these settings.
fn takes(config: &Config<f64>) -> bool {
    let Config { negative_stake, stake_swap, arb_timing, swap_formula, .. } = CORRECTED;
    config.target != Target::Seed
        && config.negative_stake == negative_stake
        && config.stake_swap == stake_swap
        && config.arb_timing == arb_timing
        && config.swap_formula == swap_formula
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
