//! `flash/v3`: FLASH V3 on 28-digit decimals, which are recorded to the last digit.
//!
//! Parameters and draws: [`component`](crate::component); equations and limits: [`model`](crate::model).
//!
//! Events change what is not of the start: pools, stakes and the market rate stay as they are.
//!
//! Invariant: a refused step leaves state and metrics as they were.

use super::float::FlashV3FloatMetrics;
use super::{FlashDraws, FlashInputs, FlashParams, signed};
use crate::{Draw, Events, Flash, FlashError, Setup};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use te_amm::{AmmError, Decimal28, Number};
use te_core::{Clock, Component, ParamError, Params, Record, StepError, Stream, checked};

/// What the model shows on decimals.
#[derive(Clone, Copy, Debug, PartialEq, Record, Serialize, Deserialize)]
pub struct FlashV3Metrics {
    /// ALT in the external pool `[ALT]` -- metric.
    #[record(unit = "ALT")]
    pub ext_alt: Decimal,
    /// FLASH in the external pool `[FLASH]` -- metric.
    #[record(unit = "FLASH")]
    pub ext_flash: Decimal,
    /// ALT in the internal pool `[ALT]` -- metric.
    #[record(unit = "ALT")]
    pub int_alt: Decimal,
    /// FLASH in the internal pool `[FLASH]` -- metric.
    #[record(unit = "FLASH")]
    pub int_flash: Decimal,
    /// FLASH staked in all `[FLASH]` -- metric.
    #[record(unit = "FLASH")]
    pub staked: Decimal,
    /// FLASH minted in all `[FLASH]` -- metric.
    #[record(unit = "FLASH")]
    pub minted: Decimal,
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
    pub stake: Decimal,
    /// ALT paid for it `[ALT]` -- metric.
    #[record(unit = "ALT")]
    pub stake_alt_in: f64,
    /// FLASH that this bought `[FLASH]` -- metric.
    #[record(unit = "FLASH")]
    pub stake_flash_bought: f64,
}

/// FLASH V3 on 28-digit decimals, which are recorded to the last digit.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct FlashV3 {
    running: Running,
    shown: FlashV3Metrics,
}

/// The model, its parameters and what its last step did.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Running {
    params: FlashParams,
    model: Flash<Decimal28>,
    events: Events<Decimal28>,
    drawn: f64,
}

fn shown(running: &Running) -> Result<FlashV3Metrics, AmmError> {
    let (model, events) = (&running.model, &running.events);
    let (external, internal) = (model.external(), model.internal());
    let price = |alt: Decimal28, flash: Decimal28| alt.try_div(flash).map(Number::approximate);
    Ok(FlashV3Metrics {
        ext_alt: external.alt.to_decimal()?,
        ext_flash: external.flash.to_decimal()?,
        int_alt: internal.alt.to_decimal()?,
        int_flash: internal.flash.to_decimal()?,
        staked: model.staked().to_decimal()?,
        minted: model.minted().to_decimal()?,
        ext_price: price(external.alt, external.flash)?,
        int_price: price(internal.alt, internal.flash)?,
        market_apy: model.market_apy().approximate(),
        ext_swap: running.drawn,
        ext_out: events.ext_out.approximate(),
        ext_stake_out: events.ext_stake_out.approximate(),
        arb_in: signed(events.arb_token, events.arb_in.approximate()),
        arb_out: events.arb_out.approximate(),
        arb_profit: events.arb_profit.approximate(),
        stake: events.stake.to_decimal()?,
        stake_alt_in: events.stake_alt_in.approximate(),
        stake_flash_bought: events.stake_flash_bought.approximate(),
    })
}

impl Component for FlashV3 {
    const KIND: &'static str = "flash/v3";
    type Params = FlashParams;
    type Inputs = FlashInputs;
    type Metrics = FlashV3Metrics;
    const EQUATIONS: &'static [&'static str] = &[FlashV3FloatMetrics::EQUATIONS];

    fn new(params: FlashParams) -> Result<Self, ParamError> {
        params.check()?;
        let model = params.model().map_err(|error| ParamError::cross(error.to_string()))?;
        let running = Running { params, model, events: Events::none(), drawn: 0.0 };
        let shown = shown(&running)
            .map_err(|error| ParamError::cross(FlashError::Unrecordable(error).to_string()))?;
        Ok(Self { running, shown })
    }

    fn reparam(&mut self, params: FlashParams) -> Result<(), ParamError> {
        params.check()?;
        let refuse = |error: FlashError| ParamError::cross(error.to_string());
        let (model, config) = (&self.running.model, params.config().map_err(refuse)?);
        let now = Setup {
            mint_rate: params.minted().map_err(refuse)?,
            market_apy: model.market_apy(),
            external: *model.external(),
            internal: *model.internal(),
        };
        self.running.model = Flash::at(config, now, model.staked(), model.minted());
        self.running.params = params;
        Ok(())
    }

    fn step(&mut self, inputs: &FlashInputs, _: &Clock, rng: &mut Stream) -> Result<(), StepError> {
        checked(|w| inputs.need(w))?;
        let draws = FlashDraws::load(&mut || rng.uniform());
        let Running { params, mut model, .. } = self.running.clone();
        let draw: Draw<Decimal28> = checked(|w| params.chances().decide(w, &draws, inputs))?;
        let events = model.step(&draw)?;
        let after = Running { params, model, events, drawn: signed(draw.token, draw.amount.approximate()) };
        let shown = shown(&after).map_err(FlashError::Unrecordable)?;
        *self = Self { running: after, shown };
        Ok(())
    }

    fn metrics(&self) -> FlashV3Metrics {
        self.shown
    }
}
