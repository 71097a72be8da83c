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
use te_core::{
    Choice, Clock, Machine, Mechanism, Now, ParamError, Params, Record, StepError, Stream, Terms, TermsOf,
    Watch, math,
};

use crate::error::MarketError;
use crate::gbm::{self, Gbm, held};
use crate::jump_diffusion::{JumpDiffusion, Shocks};
use crate::ornstein_uhlenbeck::{self, OrnsteinUhlenbeck};
use crate::track::Track;

/// Which process moves the price.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Choice, Serialize, Deserialize)]
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
    /// Price at the start `[quote/base]` -- environment.
    #[param(initial, default = 1.0, above = 0.0, max = 1e300, unit = "quote/base", role = "environment")]
    pub initial_price: f64,
    /// Drift of the expected price, of the first two models `[1/yr]` -- environment.
    #[param(default = 0.05, min = -1e6, max = 1e6, soft_min = -2.0, soft_max = 2.0, unit = "1/yr", role = "environment")]
    pub drift: f64,
    /// Volatility between jumps `[1/sqrt yr]` -- environment.
    #[param(default = 0.8, min = 0.0, max = 1e6, soft_max = 2.0, unit = "1/sqrt yr", role = "environment")]
    pub volatility: f64,
    /// Jumps `[1/yr]` -- environment.
    #[param(default = 2.0, min = 0.0, max = 1e6, unit = "1/yr", role = "environment")]
    pub jump_rate: f64,
    /// Mean jump of the logarithm `[1]` -- environment.
    #[param(default = -0.1, min = -100.0, max = 100.0, unit = "1", role = "environment")]
    pub jump_mean: f64,
    /// Standard deviation of a jump of the logarithm `[1]` -- environment.
    #[param(default = 0.2, min = 0.0, max = 10.0, unit = "1", role = "environment")]
    pub jump_deviation: f64,
    /// Price to whose logarithm the third model is pulled back `[quote/base]` -- environment.
    #[param(default = 1.0, above = 0.0, max = 1e300, unit = "quote/base", role = "environment")]
    pub level: f64,
    /// Speed of that pull `[1/yr]` -- environment.
    #[param(default = 2.0, above = 0.0, max = 1e9, unit = "1/yr", role = "environment")]
    pub speed: f64,
}

/// What the price shows.
///
/// # Equations
/// ```text
/// z ~ Normal(0, 1)
/// price' = price * exp((drift - volatility^2 / 2) * years + volatility * sqrt(years) * z) -- model gbm
/// n ~ Poisson(jump_rate * years)
/// jump ~ Normal(n * jump_mean, n * jump_deviation^2) -- mean, variance
/// lift = exp(jump_mean + jump_deviation^2 / 2) - 1
/// price' = price * exp((drift - jump_rate * lift - volatility^2 / 2) * years + volatility * sqrt(years) * z + jump) -- jump-diffusion
/// spread = sqrt(volatility^2 * (1 - exp(-2 * speed * years)) / (2 * speed))
/// price' = exp(ln(level) + (ln(price) - ln(level)) * exp(-speed * years) + spread * z) -- mean-reverting
/// log_return = ln(price' / price)
/// realised_volatility = sqrt(sum(log_return^2) / t) -- over the steps so far, t years
/// t: the time since the start in years
/// drawdown = 1 - price' / max(price') -- over the steps so far
/// jumps' = jumps + n
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Record)]
pub struct PriceMetrics {
    /// Price `[quote/base]` -- metric.
    #[record(unit = "quote/base")]
    pub price: f64,
    /// Log return of the last step `[1]` -- metric.
    #[record(unit = "1")]
    pub log_return: f64,
    /// Realised volatility since the start `[1/sqrt yr]` -- metric.
    #[record(unit = "1/sqrt yr")]
    pub realised_volatility: f64,
    /// Fall from the highest price so far `[1]` -- metric.
    #[record(unit = "1")]
    pub drawdown: f64,
    /// Jumps since the start `[1]` -- metric.
    #[record(unit = "1")]
    pub jumps: f64,
}

/// What a run of the price keeps. What its process does not have is 0.
#[derive(Clone, Copy, Debug, PartialEq, Terms, Serialize, Deserialize)]
pub struct PriceTerms {
    /// Which process moves the price.
    pub model: PriceModel,
    /// Drift of the logarithm between jumps, or its mean `[1/yr, 1]`.
    pub drift: f64,
    /// Volatility between jumps `[1/sqrt yr]`.
    pub volatility: f64,
    /// Speed of the pull `[1/yr]`.
    pub speed: f64,
    /// Jumps `[1/yr]`.
    pub jump_rate: f64,
    /// Mean jump of the logarithm `[1]`.
    pub jump_mean: f64,
    /// Standard deviation of a jump of the logarithm `[1]`.
    pub jump_deviation: f64,
}

impl PriceTerms {
    fn process(params: &PriceParams) -> Result<Self, MarketError> {
        let PriceParams { model, volatility, jump_rate, jump_mean, jump_deviation, speed, .. } = *params;
        let diffusion = Self {
            model,
            drift: Gbm::new(params.drift, volatility)?.log_drift(),
            volatility,
            speed: 0.0,
            jump_rate: 0.0,
            jump_mean: 0.0,
            jump_deviation: 0.0,
        };
        Ok(match model {
            PriceModel::Gbm => diffusion,
            PriceModel::JumpDiffusion => {
                let jumping =
                    JumpDiffusion::new(params.drift, volatility, jump_rate, jump_mean, jump_deviation)?;
                let drift = jumping.diffusion_drift();
                Self { drift, jump_rate, jump_mean, jump_deviation, ..diffusion }
            }
            PriceModel::MeanReverting => {
                let pull = OrnsteinUhlenbeck::new(speed, math::ln(params.level), volatility)?;
                Self { drift: pull.mean, speed, ..diffusion }
            }
        })
    }

    /// The price after a step, held within the floats.
    #[inline(always)]
    fn moved_with<W: Watch<Error: From<MarketError>>>(
        &self,
        w: &mut W,
        price: f64,
        dt: f64,
        shocks: &Shocks,
    ) -> f64 {
        let Self { model, drift, volatility, speed, .. } = *self;
        gbm::need_step(w, price, dt);
        // Arms that give one value and need nothing: a kernel then passes over the other's arithmetic.
        let moved = match model {
            PriceModel::Gbm | PriceModel::JumpDiffusion => {
                gbm::moved(drift, volatility, price, dt, shocks.z, shocks.jump)
            }
            PriceModel::MeanReverting => {
                ornstein_uhlenbeck::moved_price(speed, drift, volatility, price, dt, shocks.z)
            }
        };
        MarketError::need_countable(w, shocks.jumps);
        let reverting = model == PriceModel::MeanReverting;
        w.need(!(reverting & moved.is_nan()), || MarketError::NotFinite { quantity: "level" });
        MarketError::need_price(w, held(price, moved))
    }
}

impl TermsOf<PriceParams> for PriceTerms {
    fn of(params: &PriceParams) -> Result<Self, ParamError> {
        Self::process(params).map_err(|error| ParamError::cross(error.to_string()))
    }
}

/// What a step changes.
#[derive(Clone, Copy, Debug, PartialEq, Record, Serialize, Deserialize)]
pub struct PriceState {
    /// The price and its memory.
    #[record(nested)]
    pub track: Track,
    /// Jumps since the start `[1]`.
    pub jumps: f64,
}

/// The component `market/price`.
pub type Price = Machine<Pricing>;

/// How the price moves.
#[derive(Debug)]
pub enum Pricing {}

impl Mechanism for Pricing {
    const KIND: &'static str = "market/price";
    type Params = PriceParams;
    type Terms = PriceTerms;
    type Inputs = ();
    type State = PriceState;
    type Draws = Shocks;
    type Metrics = PriceMetrics;

    fn start(params: &PriceParams) -> PriceState {
        PriceState { track: Track::new(params.initial_price), jumps: 0.0 }
    }

    #[inline]
    fn draw(terms: &PriceTerms, _: &PriceState, clock: &Clock, rng: &mut Stream) -> Shocks {
        match terms.model {
            PriceModel::JumpDiffusion => {
                let expected = terms.jump_rate * clock.years();
                Shocks::draw(expected, terms.jump_mean, terms.jump_deviation, rng)
            }
            PriceModel::Gbm | PriceModel::MeanReverting => {
                Shocks { z: StandardNormal.sample(rng), jump: 0.0, jumps: 0.0 }
            }
        }
    }

    #[inline(always)]
    fn step<W: Watch<Error = StepError>>(w: &mut W, now: Now<'_, Self>) -> PriceState {
        let (track, dt) = (&now.state.track, now.clock.years());
        let price = now.terms.moved_with(w, track.price(), dt, now.draws);
        PriceState { track: track.moved(price, dt), jumps: now.state.jumps + now.draws.jumps }
    }

    #[inline(always)]
    fn show(_: &PriceTerms, state: &PriceState) -> PriceMetrics {
        PriceMetrics {
            price: state.track.price(),
            log_return: state.track.log_return(),
            realised_volatility: state.track.realised_volatility(),
            drawdown: state.track.drawdown(),
            jumps: state.jumps,
        }
    }
}
