//! A market with a bull and a bear regime: price, attention, and opportunities for those who can take them.
//!
//! Equations: [`MarketMetrics`]; price, hype, regime and opportunities each draw from a sub-stream of their own. Without switching
//! bull and bear are two arms of an experiment.
//!
//! `scale` (of the ecosystem), `x_factor` (of the treasuries), hatchers and engineers come from outside and touch the
//! opportunities only. Price, hype and regime draw from sub-streams that nothing outside touches: **two variants of whatever
//! else is in the system meet the same realised market**. The last opening's matches are the jobs won.
//!
//! **A proposal of this library**: the source names the market, its two parameters and one method; the formulation is the
//! field's standard one ([`crate::regime`], [`crate::gbm`], [`crate::matching`], [`crate::opportunities`]). Default
//! numbers are those of [`crate::presets`], illustrative. A step without a length counts as one year.
//! Invariants: price positive, held within the floats as in [`crate::price`]; hype in `[0, 1]`; opportunities = arrivals - expired - matches; matches <= engineers.

use rand_distr::{Distribution, StandardNormal};
use serde::{Deserialize, Serialize};
use te_core::{Choice, Clock, Component, ParamError, Params, Purpose, Record, StepError, Stream, math};

use crate::error::MarketError;
use crate::gbm::Gbm;
use crate::hype;
use crate::matching::{Matching, tightness};
use crate::opportunities::{arrivals, expected_arrivals, expired};
use crate::ornstein_uhlenbeck::OrnsteinUhlenbeck;
use crate::presets::{illustrative_bear, illustrative_bull};
use crate::regime::{ContinuousChain, Regime};
use crate::track::Track;

const PRICE: Purpose = Purpose::new("price");
const HYPE: Purpose = Purpose::new("hype");
const REGIME: Purpose = Purpose::new("regime");
const OPPORTUNITIES: Purpose = Purpose::new("opportunities");

/// One regime; the defaults are illustrative.
#[derive(Clone, Copy, Debug, PartialEq, Params)]
pub struct RegimeParams {
    /// Drift of the price `[1/yr]` -- environment.
    #[param(default = 0.8, min = -1e6, max = 1e6, soft_min = -2.0, soft_max = 2.0, unit = "1/yr", role = "environment")]
    pub drift: f64,
    /// Volatility of the price `[1/sqrt yr]` -- environment.
    #[param(default = 0.9, min = 0.0, max = 1e6, soft_max = 2.0, unit = "1/sqrt yr", role = "environment")]
    pub volatility: f64,
    /// Rate at which the regime is left `[1/yr]` -- environment.
    #[param(
        default = 2.0277777777777777,
        min = 0.0,
        max = 1e9,
        soft_max = 12.0,
        unit = "1/yr",
        role = "environment"
    )]
    pub leave_rate: f64,
    /// Opportunities at full hype and scale 1 `[1/week]` -- environment.
    #[param(default = 4.0, min = 0.0, max = 1e6, unit = "1/week", role = "environment")]
    pub opportunity_rate: f64,
    /// Level that hype is pulled to `[1]` -- environment.
    #[param(default = 0.7, min = 0.0, max = 1.0, unit = "1", role = "environment")]
    pub hype_target: f64,
}

/// How hype moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Choice)]
pub enum HypeModel {
    /// Towards the regime's target.
    Target,
    /// The published walk and curve, blind to the regime.
    Walk,
}

/// Parameters of the market.
#[derive(Clone, Debug, PartialEq, Params)]
pub struct MarketParams {
    /// The rising regime.
    #[param(nested, default = illustrative_bull())]
    pub bull: RegimeParams,
    /// The falling regime.
    #[param(nested, default = illustrative_bear())]
    pub bear: RegimeParams,
    /// Regime at the start.
    #[param(initial, default = Regime::Bull, role = "environment")]
    pub initial_regime: Regime,
    /// Whether regimes switch; without, the market stays as it starts.
    #[param(default = true, role = "environment")]
    pub switching: bool,
    /// Price at the start `[quote/base]` -- environment.
    #[param(initial, default = 1.0, above = 0.0, max = 1e300, unit = "quote/base", role = "environment")]
    pub initial_price: f64,
    /// How hype moves.
    #[param(default = HypeModel::Target, role = "environment")]
    pub hype_model: HypeModel,
    /// Hype at the start `[1]` -- environment.
    #[param(initial, default = 0.1, min = 0.0, max = 1.0, unit = "1", role = "environment")]
    pub initial_hype: f64,
    /// Speed at which hype is pulled to its target `[1/yr]` -- environment.
    #[param(default = 4.0, above = 0.0, max = 1e9, unit = "1/yr", role = "environment")]
    pub hype_speed: f64,
    /// Volatility of pulled hype `[1/sqrt yr]` -- environment.
    #[param(default = 0.4, min = 0.0, max = 1e6, unit = "1/sqrt yr", role = "environment")]
    pub hype_volatility: f64,
    /// Trend of the walk `[1/month]` -- environment.
    #[param(default = 1e-4, min = -1e6, max = 1e6, unit = "1/month", role = "environment")]
    pub walk_trend: f64,
    /// Deviation of the walk `[1/sqrt month]` -- environment.
    #[param(default = 0.02, min = 0.0, max = 1e6, unit = "1/sqrt month", role = "environment")]
    pub walk_deviation: f64,
    /// Rate at which open opportunities expire `[1/yr]` -- environment.
    #[param(default = 4.0, min = 0.0, max = 1e9, unit = "1/yr", role = "environment")]
    pub expiry: f64,
    /// Efficiency of the matching at an opening `[1]` -- environment.
    #[param(default = 0.3, min = 0.0, max = 1e3, unit = "1", role = "environment")]
    pub matching_efficiency: f64,
    /// Elasticity of matches to engineers `[1]` -- environment.
    #[param(default = 0.5, min = 0.0, max = 1.0, unit = "1", role = "environment")]
    pub matching_elasticity: f64,
    /// Bonus of hatchers to the matching `[1]` -- environment.
    #[param(default = 0.5, min = 0.0, max = 1e3, unit = "1", role = "environment")]
    pub hatch_bonus: f64,
    /// Factor at which the treasuries neither help nor hurt `[money]` -- environment.
    #[param(default = 1.0, above = 0.0, max = 1e18, unit = "money", role = "environment")]
    pub reference_factor: f64,
    /// Elasticity of arrivals to the factor of the treasuries; 0 leaves them alone `[1]` -- environment.
    #[param(default = 0.0, min = 0.0, max = 1.0, unit = "1", role = "environment")]
    pub factor_elasticity: f64,
}

/// What the market reads.
#[derive(Clone, Copy, Debug, PartialEq, Record)]
pub struct MarketInputs {
    /// Scale of the ecosystem `[1]` -- input.
    #[record(unit = "1", default = 1.0)]
    pub scale: f64,
    /// Factor of the treasuries `[money]` -- input.
    #[record(unit = "money", default = 1.0)]
    pub x_factor: f64,
    /// Hatchers of the commons `[person]` -- input.
    #[record(unit = "person", default = 0.0)]
    pub hatchers: f64,
    /// Token engineers of the ecosystem `[person]` -- input.
    #[record(unit = "person", default = 0.0)]
    pub token_engineers: f64,
}

/// What the market shows.
///
/// # Equations
/// ```text
/// d, v: drift and volatility of the present regime, `bull` or `bear`; so are leave_rate, opportunity_rate and hype_target
/// leave_rate, other_rate, opportunity_rate, hype_target: of the present regime; the other's leave_rate
/// z, z_hype ~ Normal(0, 1)
/// price' = price * exp((d - v^2 / 2) * years + v * sqrt(years) * z)
/// spread = sqrt(hype_volatility^2 * (1 - exp(-2 * hype_speed * years)) / (2 * hype_speed))
/// hype' = clamp(hype_target + (hype - hype_target) * exp(-hype_speed * years) + spread * z_hype, 0, 1) -- hype_model target
/// x' = clamp(x + walk_trend * 12 * years + walk_deviation * sqrt(12 * years) * z_hype, 0, 1) -- hype_model walk
/// hype' = (81^x' - 1) / 80
/// switched = leave_rate / (leave_rate + other_rate) * (1 - exp(-(leave_rate + other_rate) * years)) -- the chance to be in the other regime
/// gone ~ Binomial(opportunities, 1 - exp(-expiry * years))
/// come ~ Poisson(opportunity_rate * hype * scale * (x_factor / reference_factor)^factor_elasticity * 52 * years)
/// open = opportunities - gone + come
/// helped = 1 + hatch_bonus * hatchers / (hatchers + token_engineers)
/// wanted = matching_efficiency * token_engineers^matching_elasticity * open^(1 - matching_elasticity) * helped
/// matches = min(floor(wanted), floor(token_engineers), open)
/// opportunities' = open - matches
/// tightness = opportunities' / token_engineers
/// arrived' = arrived + come
/// expired' = expired + gone
/// matched' = matched + matches
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Record)]
pub struct MarketMetrics {
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
    /// Whether the regime is the bull -- metric.
    #[record(unit = "1")]
    pub bull: bool,
    /// Attention `[1]` -- metric.
    #[record(unit = "1")]
    pub hype: f64,
    /// Open opportunities `[1]` -- metric.
    #[record(unit = "1")]
    pub opportunities: u64,
    /// Matches of the last step: jobs won `[1]` -- metric.
    #[record(unit = "1")]
    pub matches: u64,
    /// Open opportunities to an engineer `[1/person]` -- metric.
    #[record(unit = "1/person")]
    pub tightness: f64,
    /// Opportunities that arrived since the start `[1]` -- metric.
    #[record(unit = "1")]
    pub arrived: u64,
    /// Opportunities that expired since the start `[1]` -- metric.
    #[record(unit = "1")]
    pub expired: u64,
    /// Opportunities matched since the start `[1]` -- metric.
    #[record(unit = "1")]
    pub matched: u64,
    /// Scale of the ecosystem as last read `[1]` -- metric.
    #[record(unit = "1")]
    pub scale: f64,
    /// Factor of the treasuries as last read `[money]` -- metric.
    #[record(unit = "money")]
    pub x_factor: f64,
}

/// The component `market/regime`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Market {
    params: MarketParams,
    regime: Regime,
    track: Track,
    hype: f64,
    opportunities: u64,
    matches: u64,
    tightness: f64,
    arrived: u64,
    expired: u64,
    matched: u64,
    scale: f64,
    x_factor: f64,
}

impl Market {
    /// The regime the market is in.
    #[must_use]
    pub fn regime(&self) -> Regime {
        self.regime
    }

    fn conditions(&self) -> &RegimeParams {
        match self.regime {
            Regime::Bull => &self.params.bull,
            Regime::Bear => &self.params.bear,
        }
    }

    /// The world's own part: price, hype and regime.
    fn drift_on(&self, next: &mut Self, dt: f64, rng: &mut Stream) -> Result<(), MarketError> {
        let here = self.conditions();
        let z: f64 = StandardNormal.sample(rng.child(PRICE));
        let price = Gbm::new(here.drift, here.volatility)?.advance_held(self.track.price(), dt, z)?;
        next.track = self.track.moved(price, dt);

        let z: f64 = StandardNormal.sample(rng.child(HYPE));
        next.hype = match self.params.hype_model {
            HypeModel::Target => {
                let pull = OrnsteinUhlenbeck::new(
                    self.params.hype_speed,
                    here.hype_target,
                    self.params.hype_volatility,
                )?;
                pull.advance(self.hype, dt, z)?.clamp(0.0, 1.0)
            }
            HypeModel::Walk => {
                let (trend, deviation) = (self.params.walk_trend, self.params.walk_deviation);
                hype::curve(hype::walk(hype::position(self.hype)?, trend, deviation, 12.0 * dt, z)?)?
            }
        };

        let chance = rng.child(REGIME).uniform();
        if self.params.switching {
            let chain = ContinuousChain::new(self.params.bull.leave_rate, self.params.bear.leave_rate)?;
            if chance < chain.switch_probability(self.regime, dt)? {
                next.regime = self.regime.other();
            }
        }
        Ok(())
    }

    /// Opportunities: expiry, arrivals, and the opening.
    fn open(
        &self,
        next: &mut Self,
        inputs: &MarketInputs,
        dt: f64,
        rng: &mut Stream,
    ) -> Result<(), MarketError> {
        let draws = rng.child(OPPORTUNITIES);
        let gone = expired(self.opportunities, self.params.expiry, dt, draws)?;
        MarketError::require("x_factor", inputs.x_factor, inputs.x_factor >= 0.0, "[0, inf)")?;
        let pull = if self.params.factor_elasticity == 0.0 {
            1.0
        } else {
            math::pow(inputs.x_factor / self.params.reference_factor, self.params.factor_elasticity)
        };
        let expected =
            expected_arrivals(self.conditions().opportunity_rate, self.hype, inputs.scale, dt)? * pull;
        let come = arrivals(expected, draws)?;
        let open = (self.opportunities - gone).saturating_add(come);
        let matching = Matching::new(
            self.params.matching_efficiency,
            self.params.matching_elasticity,
            self.params.hatch_bonus,
        )?;
        next.matches = matching.matches(inputs.hatchers, inputs.token_engineers, open)?;
        next.opportunities = open - next.matches;
        let tightness = tightness(inputs.token_engineers, next.opportunities);
        next.tightness = MarketError::finite("opportunities to an engineer", tightness)?;
        next.arrived = self.arrived.saturating_add(come);
        next.expired = self.expired.saturating_add(gone);
        next.matched = self.matched.saturating_add(next.matches);
        next.scale = inputs.scale;
        next.x_factor = inputs.x_factor;
        Ok(())
    }
}

impl Component for Market {
    const KIND: &'static str = "market/regime";
    type Params = MarketParams;
    type Inputs = MarketInputs;
    type Metrics = MarketMetrics;

    fn new(params: MarketParams) -> Result<Self, ParamError> {
        params.check()?;
        // The sum of two finite rates is the one condition that no single range can state.
        ContinuousChain::new(params.bull.leave_rate, params.bear.leave_rate)
            .map_err(|error| ParamError::cross(error.to_string()))?;
        Ok(Self {
            regime: params.initial_regime,
            track: Track::new(params.initial_price),
            hype: params.initial_hype,
            params,
            opportunities: 0,
            matches: 0,
            tightness: 0.0,
            arrived: 0,
            expired: 0,
            matched: 0,
            scale: 1.0,
            x_factor: 1.0,
        })
    }

    fn reparam(&mut self, params: MarketParams) -> Result<(), ParamError> {
        params.check()?;
        ContinuousChain::new(params.bull.leave_rate, params.bear.leave_rate)
            .map_err(|error| ParamError::cross(error.to_string()))?;
        self.params = params;
        Ok(())
    }

    fn step(&mut self, inputs: &MarketInputs, clock: &Clock, rng: &mut Stream) -> Result<(), StepError> {
        let dt = clock.years();
        let mut next = self.clone();
        self.drift_on(&mut next, dt, rng)?;
        self.open(&mut next, inputs, dt, rng)?;
        *self = next;
        Ok(())
    }

    fn metrics(&self) -> MarketMetrics {
        MarketMetrics {
            price: self.track.price(),
            log_return: self.track.log_return(),
            realised_volatility: self.track.realised_volatility(),
            drawdown: self.track.drawdown(),
            bull: self.regime == Regime::Bull,
            hype: self.hype,
            opportunities: self.opportunities,
            matches: self.matches,
            tightness: self.tightness,
            arrived: self.arrived,
            expired: self.expired,
            matched: self.matched,
            scale: self.scale,
            x_factor: self.x_factor,
        }
    }
}
