//! `flash/v3-float`: FLASH V3 in floats, for many runs.
//!
//! Parameters and draws: [`component`](crate::component); equations and limits: [`model`](crate::model).
//!
//! Invariant: a refused step leaves state and metrics as they were.

use super::{FlashParams, Running, signed};
use serde::{Deserialize, Serialize};
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
    shown: FlashV3FloatMetrics,
}

fn shown(running: &Running<f64>) -> FlashV3FloatMetrics {
    let (model, events) = (&running.model, &running.events);
    let (external, internal) = (model.external(), model.internal());
    FlashV3FloatMetrics {
        ext_alt: external.alt,
        ext_flash: external.flash,
        int_alt: internal.alt,
        int_flash: internal.flash,
        staked: model.staked(),
        minted: model.minted(),
        ext_price: external.alt / external.flash,
        int_price: internal.alt / internal.flash,
        market_apy: model.market_apy(),
        ext_swap: running.drawn,
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

impl Component for FlashV3Float {
    const KIND: &'static str = "flash/v3-float";
    type Params = FlashParams;
    type Inputs = ();
    type Metrics = FlashV3FloatMetrics;

    fn new(params: FlashParams) -> Result<Self, ParamError> {
        let running = Running::start(params)?;
        let shown = shown(&running);
        Ok(Self { running, shown })
    }

    fn step(&mut self, (): &(), _: &Clock, rng: &mut Stream) -> Result<(), StepError> {
        let (model, events, drawn) = self.running.stepped(rng)?;
        let after = Running { params: self.running.params.clone(), model, events, drawn };
        let shown = shown(&after);
        StepError::finite("ext_price", shown.ext_price)?;
        StepError::finite("int_price", shown.int_price)?;
        *self = Self { running: after, shown };
        Ok(())
    }

    fn metrics(&self) -> FlashV3FloatMetrics {
        self.shown
    }
}
