//! A price that the world sets, by one of three processes, as a component.
//!
//! | model | process |
//! |---|---|
//! | `gbm` | geometric Brownian motion, [`crate::gbm`] |
//! | `jump-diffusion` | the same with jumps, [`crate::jump_diffusion`] |
//! | `mean-reverting` | the logarithm pulled back to a level, [`crate::ornstein_uhlenbeck`] |
//!
//! All draw from the exact transition of a step of `dt` years; a step without a length counts as one year, so rates are
//! then per step. Nothing outside touches it: every variant of a system meets the same realised price.
//! Invariant: the price is positive. A path that would leave the floats is held at 2^-1020 below and 2^1020 above
//! ([`LEAST_PRICE`](crate::gbm::LEAST_PRICE)): below it is worthless, above the model has lost its meaning; from there it moves
//! on as from any price. Default numbers are illustrative, fitted to nothing.

#![expect(
    clippy::inline_always,
    reason = "a loop over columns of runs becomes vector code only where these are inlined"
)]

use rand_distr::{Distribution, StandardNormal};
use serde::{Deserialize, Serialize};
use te_core::lanes::{self, LaneForm, Laned};
use te_core::{Choice, Clock, Component, ParamError, ParamIssue, Params, Record, StepError, Stream, math};

use crate::error::MarketError;
use crate::gbm::{Gbm, held, log_return, require_price_and_time};
use crate::jump_diffusion::{JumpDiffusion, Shocks};
use crate::ornstein_uhlenbeck::{OrnsteinUhlenbeck, level};
use crate::track::Track;

/// Which process moves the price.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Choice)]
pub enum PriceModel {
    /// Geometric Brownian motion.
    Gbm,
    /// Geometric Brownian motion with jumps.
    JumpDiffusion,
    /// A logarithm that is pulled back.
    MeanReverting,
}

/// Parameters of the price.
#[derive(Clone, Debug, PartialEq, Params)]
pub struct PriceParams {
    /// Which process moves the price.
    #[param(default = PriceModel::Gbm, role = "environment")]
    pub model: PriceModel,
    /// Price at the start [quote/base] -- environment.
    #[param(default = 1.0, above = 0.0, max = 1e300, unit = "quote/base", role = "environment")]
    pub initial_price: f64,
    /// Drift of the expected price, of the first two models [1/yr] -- environment.
    #[param(default = 0.05, min = -1e6, max = 1e6, soft_min = -2.0, soft_max = 2.0, unit = "1/yr", role = "environment")]
    pub drift: f64,
    /// Volatility between jumps [1/sqrt yr] -- environment.
    #[param(default = 0.8, min = 0.0, max = 1e6, soft_max = 2.0, unit = "1/sqrt yr", role = "environment")]
    pub volatility: f64,
    /// Jumps [1/yr] -- environment.
    #[param(default = 2.0, min = 0.0, max = 1e6, unit = "1/yr", role = "environment")]
    pub jump_rate: f64,
    /// Mean jump of the logarithm [1] -- environment.
    #[param(default = -0.1, min = -100.0, max = 100.0, unit = "1", role = "environment")]
    pub jump_mean: f64,
    /// Standard deviation of a jump of the logarithm [1] -- environment.
    #[param(default = 0.2, min = 0.0, max = 10.0, unit = "1", role = "environment")]
    pub jump_deviation: f64,
    /// Price to whose logarithm the third model is pulled back [quote/base] -- environment.
    #[param(default = 1.0, above = 0.0, max = 1e300, unit = "quote/base", role = "environment")]
    pub level: f64,
    /// Speed of that pull [1/yr] -- environment.
    #[param(default = 2.0, above = 0.0, max = 1e9, unit = "1/yr", role = "environment")]
    pub speed: f64,
}

/// What the price shows.
#[derive(Clone, Copy, Debug, PartialEq, Record)]
pub struct PriceMetrics {
    /// Price [quote/base] -- metric.
    #[record(unit = "quote/base")]
    pub price: f64,
    /// Log return of the last step [1] -- metric.
    #[record(unit = "1")]
    pub log_return: f64,
    /// Realised volatility since the start [1/sqrt yr] -- metric.
    #[record(unit = "1/sqrt yr")]
    pub realised_volatility: f64,
    /// Fall from the highest price so far [1] -- metric.
    #[record(unit = "1")]
    pub drawdown: f64,
    /// Jumps since the start [1] -- metric.
    #[record(unit = "1")]
    pub jumps: f64,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
enum Process {
    Gbm(Gbm),
    JumpDiffusion(JumpDiffusion),
    MeanReverting(OrnsteinUhlenbeck),
}

impl Process {
    fn of(params: &PriceParams) -> Result<Self, MarketError> {
        Ok(match params.model {
            PriceModel::Gbm => Self::Gbm(Gbm::new(params.drift, params.volatility)?),
            PriceModel::JumpDiffusion => Self::JumpDiffusion(JumpDiffusion::new(
                params.drift,
                params.volatility,
                params.jump_rate,
                params.jump_mean,
                params.jump_deviation,
            )?),
            PriceModel::MeanReverting => Self::MeanReverting(OrnsteinUhlenbeck::new(
                params.speed,
                math::ln(params.level),
                params.volatility,
            )?),
        })
    }
}

/// The component `market/price`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Price {
    process: Process,
    track: Track,
    jumps: f64,
}

impl Component for Price {
    const KIND: &'static str = "market/price";
    type Params = PriceParams;
    type Inputs = ();
    type Metrics = PriceMetrics;

    fn new(params: PriceParams) -> Result<Self, ParamError> {
        params.check()?;
        let process =
            Process::of(&params).map_err(|error| ParamError::single(ParamIssue::cross(error.to_string())))?;
        Ok(Self { process, track: Track::new(params.initial_price), jumps: 0.0 })
    }

    #[inline]
    fn step(&mut self, inputs: &(), clock: &Clock, rng: &mut Stream) -> Result<(), StepError> {
        lanes::step(self, inputs, clock, rng)
    }

    #[inline]
    fn metrics(&self) -> PriceMetrics {
        shown(&self.state())
    }

    fn lane_form() -> Option<LaneForm<Self>> {
        Some(LaneForm::of())
    }
}

/// What a run of the price keeps. What its process does not have is 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Record)]
pub struct PriceTerms {
    /// Drift of the logarithm between jumps, or its mean [1/yr, 1].
    #[record(unit = "1/yr")]
    pub drift: f64,
    /// Volatility between jumps [1/sqrt yr].
    #[record(unit = "1/sqrt yr")]
    pub volatility: f64,
    /// Speed of the pull [1/yr].
    #[record(unit = "1/yr")]
    pub speed: f64,
    /// Jumps [1/yr].
    #[record(unit = "1/yr")]
    pub jump_rate: f64,
    /// Mean jump of the logarithm [1].
    #[record(unit = "1")]
    pub jump_mean: f64,
    /// Standard deviation of a jump of the logarithm [1].
    #[record(unit = "1")]
    pub jump_deviation: f64,
}

/// What a step changes.
#[derive(Clone, Copy, Debug, PartialEq, Record)]
pub struct PriceState {
    /// The price and its memory.
    #[record(nested)]
    pub track: Track,
    /// Jumps since the start [1].
    #[record(unit = "1")]
    pub jumps: f64,
}

#[inline(always)]
fn shown(state: &PriceState) -> PriceMetrics {
    PriceMetrics {
        price: state.track.price(),
        log_return: state.track.log_return(),
        realised_volatility: state.track.realised_volatility(),
        drawdown: state.track.drawdown(),
        jumps: state.jumps,
    }
}

impl Price {
    /// The price after a step; where [`check`](Self::check) refuses a step of positive length it is none.
    #[inline(always)]
    fn moved(&self, terms: &PriceTerms, price: f64, dt: f64, draws: &Shocks) -> f64 {
        let moved = match self.process {
            // Without jumps 0 is added, which changes no bit of the exponential.
            Process::Gbm(_) | Process::JumpDiffusion(_) => {
                price * math::exp(log_return(terms.drift, terms.volatility, dt, draws.z) + draws.jump)
            }
            Process::MeanReverting(_) => {
                let log_price = math::ln(price);
                math::exp(level(terms.speed, terms.drift, terms.volatility, log_price, dt, draws.z))
            }
        };
        held(price, moved)
    }

    /// What is refused of a step, in the order in which the processes look.
    fn check(&self, terms: &PriceTerms, price: f64, dt: f64, draws: &Shocks) -> Result<f64, MarketError> {
        MarketError::require("dt", dt, dt > 0.0, "(0, inf)")?;
        require_price_and_time(price, dt)?;
        if draws.jumps.is_nan() {
            return Err(MarketError::TOO_MANY_JUMPS);
        }
        if let Process::MeanReverting(_) = self.process {
            let log_price = math::ln(price);
            let level = level(terms.speed, terms.drift, terms.volatility, log_price, dt, draws.z);
            MarketError::finite("level", level)?;
        }
        MarketError::price(self.moved(terms, price, dt, draws))
    }
}

impl Laned for Price {
    type Fixed = PriceTerms;
    type State = PriceState;
    type Draws = Shocks;

    #[inline]
    fn fixed(&self) -> PriceTerms {
        let nothing = PriceTerms::default();
        match &self.process {
            Process::Gbm(gbm) => PriceTerms { drift: gbm.log_drift(), volatility: gbm.volatility, ..nothing },
            Process::JumpDiffusion(jumping) => PriceTerms {
                drift: jumping.diffusion_drift(),
                volatility: jumping.volatility,
                jump_rate: jumping.intensity,
                jump_mean: jumping.jump_mean,
                jump_deviation: jumping.jump_deviation,
                ..nothing
            },
            Process::MeanReverting(pull) => {
                PriceTerms { drift: pull.mean, volatility: pull.volatility, speed: pull.speed, ..nothing }
            }
        }
    }

    #[inline]
    fn state(&self) -> PriceState {
        PriceState { track: self.track, jumps: self.jumps }
    }

    #[inline]
    fn set_state(&mut self, state: PriceState) {
        (self.track, self.jumps) = (state.track, state.jumps);
    }

    fn alike(&self, other: &Self) -> bool {
        std::mem::discriminant(&self.process) == std::mem::discriminant(&other.process)
    }

    #[inline]
    fn draw(&self, terms: &PriceTerms, _: &PriceState, clock: &Clock, rng: &mut Stream) -> Shocks {
        match self.process {
            Process::JumpDiffusion(_) => {
                let expected = terms.jump_rate * clock.years();
                Shocks::draw(expected, terms.jump_mean, terms.jump_deviation, rng)
            }
            Process::Gbm(_) | Process::MeanReverting(_) => {
                Shocks { z: StandardNormal.sample(rng), jump: 0.0, jumps: 0.0 }
            }
        }
    }

    #[inline(always)]
    fn advance(
        &self,
        terms: &PriceTerms,
        state: &PriceState,
        (): &(),
        draws: &Shocks,
        clock: &Clock,
    ) -> (PriceState, bool) {
        let dt = clock.years();
        let price = self.moved(terms, state.track.price(), dt, draws);
        let next = PriceState { track: state.track.moved(price, dt), jumps: state.jumps + draws.jumps };
        let counted = !draws.jumps.is_nan();
        (next, (dt > 0.0) & dt.is_finite() & (price > 0.0) & price.is_finite() & counted)
    }

    fn fault(
        &self,
        terms: &PriceTerms,
        state: &PriceState,
        (): &(),
        draws: &Shocks,
        clock: &Clock,
    ) -> StepError {
        let refused = self.check(terms, state.track.price(), clock.years(), draws).err();
        refused.map_or_else(|| lanes::unexplained(Self::KIND), StepError::caused_by)
    }

    #[inline(always)]
    fn show(&self, _: &PriceTerms, state: &PriceState) -> PriceMetrics {
        shown(state)
    }
}
