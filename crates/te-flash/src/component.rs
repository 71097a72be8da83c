//! FLASH V3 as components of the engine: `flash/v3` on 28-digit decimals, `flash/v3-float` in `f64`.
//!
//! A step draws, in this order and always all three: the trade's size `u*ext_swap_factor` `[tokens of the token given]`, its token (even
//! chances), the market rate (whole percent, `low <= rate < high`). The decimal kind takes the draw with all digits of its double, as the
//! notebook does.
//!
//! | parameter | seed name | seed value |
//! |---|---|---|
//! | `mint_rate` | `policies.mint_rate` | 0.1 |
//! | `market_apy` | `market_apy` | 0.01 |
//! | `ext_swap_factor` | `ext_swap_rand_factor` | 100 |
//! | `market_apy_low`, `market_apy_high` | `market_apy_rand_range` | 10, 25 |
//! | `ext_flash`, `ext_alt`, `int_flash`, `int_alt` | `ext_liquidity`, `int_liquidity` | 100000 each |
//!
//! The notebook's two runs shared forked random state; here every run has its own streams.
//!
//! A recorded run is replayed through the inputs: where `recorded_swap` is not 0 it is the trade, and where `recorded_apy` is a rate, above
//! -1, it is the market rate of the step. The three draws are taken all the same, so that what is left to chance stays as it was.
//!
//! A step that the settings cannot take ends the run with an error of the domain that names what to change ([`FlashError`]): the
//! published target has none where the premium exceeds the price, and `flash/v3` holds at most 7.9e28 of a token.
//!
//! Settings that are left `"none"` are those of the profile; see [`config`](crate::config) for what each does.

#![expect(
    clippy::inline_always,
    reason = "a loop over columns of runs becomes vector code only where these are inlined"
)]

pub mod decimal;
pub mod float;

use crate::config::{ArbTiming, NegativeStake, NoPremium, Profile, StakeSwap, SwapFormula, Target};
use crate::{Config, Draw, Flash, FlashError, Reserves, Setup, Token};
use serde::{Deserialize, Serialize};
use te_amm::{AmmError, Decimal28, PoolNumber};
use te_core::math::select;
use te_core::{NotFinite, Params, Record, StepError, Watch};

/// Parameters of FLASH V3.
#[derive(Clone, Debug, PartialEq, Params)]
#[params(check = Self::builds)]
pub struct FlashParams {
    /// Named set of settings -- controllable.
    #[param(default = Profile::Corrected)]
    pub profile: Profile,
    /// FLASH minted per FLASH staked, compared with the market rate `[1]` -- controllable.
    #[param(default = 0.1, above = 0.0, unit = "1", soft_max = 1.0)]
    pub mint_rate: f64,
    /// Market rate at the start `[1]` -- environment.
    #[param(initial, default = 0.01, above = -1.0, unit = "1", role = "environment", soft_max = 1.0)]
    pub market_apy: f64,
    /// FLASH in the external pool at the start `[FLASH]` -- environment.
    #[param(initial, default = 100_000.0, above = 0.0, unit = "FLASH", role = "environment")]
    pub ext_flash: f64,
    /// ALT in the external pool at the start `[ALT]` -- environment.
    #[param(initial, default = 100_000.0, above = 0.0, unit = "ALT", role = "environment")]
    pub ext_alt: f64,
    /// FLASH in the internal pool at the start `[FLASH]` -- controllable.
    #[param(initial, default = 100_000.0, above = 0.0, unit = "FLASH", soft_min = 1_000.0, soft_max = 1e7)]
    pub int_flash: f64,
    /// ALT in the internal pool at the start `[ALT]` -- controllable.
    #[param(initial, default = 100_000.0, above = 0.0, unit = "ALT", soft_min = 1_000.0, soft_max = 1e7)]
    pub int_alt: f64,
    /// Largest trade of a step in the external pool `[token]` -- environment.
    #[param(
        default = 100.0,
        above = 0.0,
        unit = "token",
        role = "environment",
        alias = "ext_swap_rand_factor"
    )]
    pub ext_swap_factor: f64,
    /// Lowest market rate drawn `[percent]` -- environment.
    #[param(default = 10, max = 1000, unit = "percent", role = "environment")]
    pub market_apy_low: u32,
    /// End of the market rates drawn, not itself drawn `[percent]` -- environment.
    #[param(default = 25, min = 1, max = 1001, unit = "percent", role = "environment")]
    pub market_apy_high: u32,
    /// Whether anybody stakes -- controllable.
    #[param(default = None)]
    pub staking: Option<bool>,
    /// Whether the market rate drawn is stored -- environment.
    #[param(default = None, role = "environment")]
    pub market_apy_updates: Option<bool>,
    /// What a mint rate at or below the market rate means -- controllable.
    #[param(default = None)]
    pub no_premium: Option<NoPremium>,
    /// Price that stakers push the external pool to -- controllable.
    #[param(default = None)]
    pub target: Option<Target>,
    /// What becomes of stakes below zero -- controllable.
    #[param(default = None)]
    pub negative_stake: Option<NegativeStake>,
    /// How staked FLASH is bought -- controllable.
    #[param(default = None)]
    pub stake_swap: Option<StakeSwap>,
    /// When the arbitrage looks at the external price -- environment.
    #[param(default = None, role = "environment")]
    pub arb_timing: Option<ArbTiming>,
    /// Arithmetic of a swap -- controllable.
    #[param(default = None)]
    pub swap_formula: Option<SwapFormula>,
    /// Fee of the external pool `[1]` -- environment.
    #[param(default = None, min = 0.0, below = 1.0, unit = "1", role = "environment", soft_max = 0.05)]
    pub fee_ext: Option<f64>,
    /// Fee of the internal pool `[1]` -- controllable.
    #[param(default = None, min = 0.0, below = 1.0, unit = "1", soft_max = 0.05)]
    pub fee_int: Option<f64>,
    /// Largest stake of a step, as a share of the internal pool's FLASH `[1]` -- controllable.
    #[param(default = None, above = 0.0, max = 1.0, unit = "1")]
    pub max_stake_fraction: Option<f64>,
    /// Steps in a year by which both rates are divided; none takes them as they are -- controllable.
    #[param(default = None, above = 0.0, unit = "1", soft_min = 1.0, soft_max = 8_760.0)]
    pub steps_per_year: Option<f64>,
    /// Whether rates are taken with all digits of their doubles, as Python's `Decimal(0.1)` -- controllable; none: in the published profiles.
    #[param(default = None)]
    pub binary_rates: Option<bool>,
}

impl FlashParams {
    fn builds(&self) -> Result<(), String> {
        if self.market_apy_low >= self.market_apy_high {
            return Err(format!(
                "market_apy_low {} must be below market_apy_high {}",
                self.market_apy_low, self.market_apy_high
            ));
        }
        self.model::<f64>().map_err(|error| error.to_string())?;
        let config = self.config::<f64>().map_err(|error| error.to_string())?;
        if config.staking { self.stakes(&config) } else { Ok(()) }
    }

    /// Refuses rates with which no step can be taken, or not after every rate that may be drawn.
    fn stakes(&self, config: &Config<f64>) -> Result<(), String> {
        let (mint, start) = (self.mint_rate, self.market_apy);
        if mint <= start && config.no_premium == NoPremium::Error {
            return Err(format!(
                "mint_rate {mint} must be above market_apy {start} in the first step: raise `mint_rate`, or set `no_premium = \"zero\"`"
            ));
        }
        let steps = config.steps_per_year.unwrap_or(1.0);
        let drawn = f64::from(self.market_apy_low) / 100.0;
        let lowest = if config.market_apy_updates { start.min(drawn) } else { start };
        let largest = (mint - lowest) / steps;
        if config.target == Target::Proportional && largest >= 1.0 {
            return Err(format!(
                "the premium may reach {largest} in a step, mint_rate {mint} less market rate {lowest}; a proportional target needs it \
                 below 1: lower `mint_rate`, or raise `steps_per_year`"
            ));
        }
        let (price, premium) = (self.ext_alt / self.ext_flash, (mint - start) / steps);
        let published = config.target != Target::Proportional && config.arb_timing == ArbTiming::StartOfStep;
        if published && mint > start && premium >= price {
            return Err(format!(
                "the premium of the first step, {premium}, must be below the external price, ext_alt {} over ext_flash {}: lower \
                 `mint_rate`, or set `target = \"proportional\"`",
                self.ext_alt, self.ext_flash
            ));
        }
        Ok(())
    }

    /// The settings, resolved.
    ///
    /// # Errors
    /// A number that does not fit.
    pub fn config<N: Digits>(&self) -> Result<Config<N>, FlashError> {
        let of_profile = Config::<N>::of(self.profile)?;
        let read = |value: Option<f64>| value.map(|x| N::read(x, false)).transpose();
        Ok(Config {
            staking: self.staking.unwrap_or(of_profile.staking),
            market_apy_updates: self.market_apy_updates.unwrap_or(of_profile.market_apy_updates),
            no_premium: self.no_premium.unwrap_or(of_profile.no_premium),
            target: self.target.unwrap_or(of_profile.target),
            negative_stake: self.negative_stake.unwrap_or(of_profile.negative_stake),
            stake_swap: self.stake_swap.unwrap_or(of_profile.stake_swap),
            arb_timing: self.arb_timing.unwrap_or(of_profile.arb_timing),
            swap_formula: self.swap_formula.unwrap_or(of_profile.swap_formula),
            fee_ext: read(self.fee_ext)?.unwrap_or(of_profile.fee_ext),
            fee_int: read(self.fee_int)?.unwrap_or(of_profile.fee_int),
            max_stake_fraction: read(self.max_stake_fraction)?.or(of_profile.max_stake_fraction),
            steps_per_year: read(self.steps_per_year)?,
            ..of_profile
        })
    }

    /// The model in its initial state.
    ///
    /// # Errors
    /// [`FlashError::Config`] for settings that exclude each other; a number that does not fit.
    pub fn model<N: Digits>(&self) -> Result<Flash<N>, FlashError> {
        let setup = Setup {
            mint_rate: self.minted()?,
            market_apy: N::read(self.market_apy, self.has_binary_rates())?,
            external: Reserves { alt: N::read(self.ext_alt, false)?, flash: N::read(self.ext_flash, false)? },
            internal: Reserves { alt: N::read(self.int_alt, false)?, flash: N::read(self.int_flash, false)? },
        };
        Flash::new(setup, self.config()?)
    }

    fn has_binary_rates(&self) -> bool {
        self.binary_rates.unwrap_or(self.profile != Profile::Corrected)
    }

    /// The mint rate in the model's digits.
    fn minted<N: Digits>(&self) -> Result<N, FlashError> {
        Ok(N::read(self.mint_rate, self.has_binary_rates())?)
    }

    fn chances(&self) -> Chances {
        Chances {
            ext_swap_factor: self.ext_swap_factor,
            market_apy_low: f64::from(self.market_apy_low),
            market_apy_span: f64::from(self.market_apy_high.saturating_sub(self.market_apy_low)),
        }
    }
}

/// What may come of the draws.
#[derive(Clone, Copy, Debug, PartialEq, Record, Serialize, Deserialize)]
pub struct Chances {
    /// Largest trade of a step in the external pool `[token]`.
    #[record(unit = "token")]
    pub ext_swap_factor: f64,
    /// Lowest market rate drawn `[percent]`.
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

impl Chances {
    /// What chance decides in a step, where nothing is recorded of it.
    #[inline(always)]
    fn decide<N: Digits, W: Watch<Error = FlashError>>(
        &self,
        w: &mut W,
        draws: &FlashDraws,
        inputs: &FlashInputs,
    ) -> Draw<N> {
        let FlashInputs { recorded_swap, recorded_apy } = *inputs;
        #[expect(clippy::cast_possible_truncation, reason = "below the span, which is at most 1001")]
        let percent = self.market_apy_low + f64::from((draws.rate * self.market_apy_span) as i32);
        let replayed = recorded_apy > -1.0;
        let recorded = w.when(replayed, |w| w.take(N::read(recorded_apy, false), N::ZERO));
        let rate = w.take(N::read(percent, true), N::ZERO).over(N::count(100), w);
        let drawn = recorded_swap == 0.0;
        let amount = select(drawn, draws.size * self.ext_swap_factor, recorded_swap.abs());
        let alt = (drawn & (draws.side >= 0.5)) | (recorded_swap > 0.0);
        Draw {
            market_apy: N::choose(replayed, recorded, rate),
            amount: w.take(N::read(amount, true), N::ZERO),
            token: if alt { Token::Alt } else { Token::Flash },
        }
    }
}

/// What is recorded of a step and replayed, rather than drawn.
#[derive(Clone, Copy, Debug, PartialEq, Record)]
pub struct FlashInputs {
    /// Recorded trade in the external pool: ALT in, or FLASH in below zero `[token]` -- input; 0 where it is drawn.
    #[record(unit = "token", default = 0.0)]
    pub recorded_swap: f64,
    /// Recorded market rate `[1]` -- input; -1 or less where it is drawn.
    #[record(unit = "1", default = -1.0)]
    pub recorded_apy: f64,
}

impl FlashInputs {
    /// Both must be finite.
    #[inline(always)]
    fn need<W: Watch<Error = StepError>>(&self, w: &mut W) {
        for (name, value) in [("recorded_swap", self.recorded_swap), ("recorded_apy", self.recorded_apy)] {
            w.need(value.is_finite(), || NotFinite::new(name, value));
        }
    }
}

/// A number type that parameters are read into.
pub trait Digits: PoolNumber {
    /// The value of an `f64`: with all its digits if `binary`, else of its shortest decimal form.
    ///
    /// # Errors
    /// A value that does not fit.
    fn read(value: f64, binary: bool) -> Result<Self, AmmError>;
}

impl Digits for f64 {
    #[inline(always)]
    fn read(value: f64, _: bool) -> Result<Self, AmmError> {
        Self::from_float(value)
    }
}

impl Digits for Decimal28 {
    fn read(value: f64, binary: bool) -> Result<Self, AmmError> {
        if binary { Self::from_float(value) } else { value.to_string().parse() }
    }
}

/// An amount of a token, positive for ALT and negative for FLASH.
#[inline(always)]
fn signed(token: Token, amount: f64) -> f64 {
    select(token == Token::Flash, -amount, amount)
}
