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
//! Invariant: the price is positive. Default numbers are illustrative, fitted to nothing.

use serde::{Deserialize, Serialize};
use te_core::{Choice, Clock, Component, ParamError, ParamIssue, Params, Record, StepError, Stream, math};

use crate::error::MarketError;
use crate::gbm::Gbm;
use crate::jump_diffusion::JumpDiffusion;
use crate::ornstein_uhlenbeck::OrnsteinUhlenbeck;
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
    #[param(default = 1.0, above = 0.0, unit = "quote/base", role = "environment")]
    pub initial_price: f64,
    /// Drift of the expected price, of the first two models [1/yr] -- environment.
    #[param(default = 0.05, soft_min = -2.0, soft_max = 2.0, unit = "1/yr", role = "environment")]
    pub drift: f64,
    /// Volatility between jumps [1/sqrt yr] -- environment.
    #[param(default = 0.8, min = 0.0, soft_max = 2.0, unit = "1/sqrt yr", role = "environment")]
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
    #[param(default = 1.0, above = 0.0, unit = "quote/base", role = "environment")]
    pub level: f64,
    /// Speed of that pull [1/yr] -- environment.
    #[param(default = 2.0, above = 0.0, unit = "1/yr", role = "environment")]
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

    fn step(&mut self, (): &(), clock: &Clock, rng: &mut Stream) -> Result<(), StepError> {
        let (dt, price) = (clock.years(), self.track.price());
        let moved = match &self.process {
            Process::Gbm(gbm) => gbm.sample(price, dt, rng).map(|price| (price, 0.0)),
            Process::JumpDiffusion(jumping) => jumping.sample(price, dt, rng),
            Process::MeanReverting(pull) => pull
                .sample(math::ln(price), dt, rng)
                .and_then(|log_price| Ok((MarketError::price(math::exp(log_price))?, 0.0))),
        };
        let (price, jumps) = moved.map_err(StepError::caused_by)?;
        self.track = self.track.moved(price, dt);
        self.jumps += jumps;
        Ok(())
    }

    fn metrics(&self) -> PriceMetrics {
        PriceMetrics {
            price: self.track.price(),
            log_return: self.track.log_return(),
            realised_volatility: self.track.realised_volatility(),
            drawdown: self.track.drawdown(),
            jumps: self.jumps,
        }
    }
}
