//! `commons/hatch`: the deployed hatch fed by a stream of contributions.
//!
//! The state machine is [`crate::hatch::contract::Hatch`] on integers of 1e-18; backers are one holder, builders another. It opens on the first step whose
//! `start` is 1 or more, takes contributions on the steps after until the period or the maximum goal is reached, then claims the
//! builders' reward and closes, or refunds everything, by itself.
//!
//! Contributions of a step: mean · days · sentiment · L + what is wired in, with L lognormal of mean 1 drawn on every step, so that all
//! variants of a hatch meet the same backers.
//!
//! Events change the tribute, which is taken at the close and stays what it was there, and the contributions that the world makes. What backers and
//! builders were promised when the hatch was configured (goals, period, rates, the part of the supply) does not change, as in the contract.

use super::days;
use crate::{
    error::HatchError,
    hatch::{
        contract::{Hatch as Contract, HatchState, HatchTerms, RefundRule},
        design::HatchDesign,
        reward::RewardTerms,
    },
    praise::Person,
};
use ruint::aliases::U256;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use te_bonding_curve::{
    Ppm,
    amount::{to_tokens, to_units},
};
use te_core::{Choice, Clock, Component, Distribution, ParamError, Params, Record, StepError, Stream};

const BACKERS: Person = 1;
const BUILDERS: Person = 2;

/// What a refund burns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Choice)]
pub enum Refund {
    /// What was minted.
    BurnMinted,
    /// The floor of the whole contribution, as deployed; may fail with a fractional rate.
    AsDeployed,
}

/// Parameters of the hatch. Defaults are the TEC's.
#[derive(Clone, Debug, PartialEq, Params)]
#[params(check = Self::consistent)]
pub struct HatchParams {
    /// Raise below which everything is refunded.
    #[param(
        initial,
        default = 800_000.0,
        min = 1e-6,
        max = 1e12,
        unit = "collateral",
        soft_min = 10_000.0,
        soft_max = 5e6
    )]
    pub min_goal: f64,
    /// Raise at which builders get the rate at target.
    #[param(
        initial,
        default = 3_000_000.0,
        min = 1e-6,
        max = 1e12,
        unit = "collateral",
        soft_min = 10_000.0,
        soft_max = 2e7
    )]
    pub target_goal: f64,
    /// Raise at which funding ends.
    #[param(
        initial,
        default = 14_000_000.0,
        min = 1e-6,
        max = 1e12,
        unit = "collateral",
        soft_min = 10_000.0,
        soft_max = 5e7
    )]
    pub max_goal: f64,
    /// Length of the funding.
    #[param(initial, default = 30.0, min = 1e-3, max = 36_500.0, soft_max = 90.0, unit = "day")]
    pub period: f64,
    /// Tokens per collateral.
    #[param(initial, default = 1.0, min = 1e-6, max = 1e6, soft_max = 10_000.0, unit = "token/collateral")]
    pub exchange_rate: f64,
    /// Part of the supply that is offered to backers and builders.
    #[param(initial, default = 1.0, min = 1e-6, max = 1.0, unit = "1")]
    pub supply_offered: f64,
    /// Part of the raise for the common pool.
    #[param(default = 0.02, min = 0.0, below = 1.0, unit = "1")]
    pub hatch_tribute: f64,
    /// Reward per impact hour at an infinite raise.
    #[param(
        initial,
        default = 226.0,
        min = 1e-6,
        max = 1e12,
        unit = "collateral/hour",
        soft_min = 10.0,
        soft_max = 1_000.0
    )]
    pub max_rate: f64,
    /// Reward per impact hour at the target.
    #[param(
        initial,
        default = 77.07,
        min = 1e-6,
        max = 1e12,
        unit = "collateral/hour",
        soft_min = 1.0,
        soft_max = 500.0
    )]
    pub rate_at_target: f64,
    /// Impact hours where none are wired in.
    #[param(initial, default = 9_766.0, min = 0.0, max = 1e12, unit = "hour", role = "environment")]
    pub impact_hours: f64,
    /// Mean contributions of a day; the default raises the published amount in 30 days.
    #[param(default = 52_374.119, min = 0.0, max = 1e12, unit = "collateral/day", role = "environment")]
    pub mean_contribution: f64,
    /// Standard deviation of the logarithm of a step's contributions.
    #[param(default = 0.0, min = 0.0, max = 5.0, unit = "1", role = "environment")]
    pub contribution_volatility: f64,
    /// What a refund burns.
    #[param(initial, default = Refund::BurnMinted)]
    pub refund: Refund,
}

impl HatchParams {
    fn design(&self) -> HatchDesign {
        HatchDesign {
            impact_hours: self.impact_hours,
            min_goal: self.min_goal,
            target_goal: self.target_goal,
            max_goal: self.max_goal,
            rate_at_target: self.rate_at_target,
            max_rate: self.max_rate,
            hatch_tribute: self.hatch_tribute,
            exchange_rate: self.exchange_rate,
        }
    }

    fn consistent(&self) -> Result<(), String> {
        self.design().check().map_err(|error| error.to_string())?;
        self.contract().map(|_| ()).map_err(|error| error.to_string())?;
        self.reward().map(|_| ()).map_err(|error| error.to_string())
    }

    fn contract(&self) -> Result<Contract, HatchError> {
        let terms = HatchTerms {
            min_goal: units(self.min_goal)?,
            max_goal: units(self.max_goal)?,
            period: seconds(self.period),
            open_date: 0,
            exchange_rate: ppm(self.exchange_rate)?,
            supply_offered: ppm(self.supply_offered)?,
            beneficiary_share: ppm(self.hatch_tribute)?,
            refund_rule: match self.refund {
                Refund::BurnMinted => RefundRule::BurnMinted,
                Refund::AsDeployed => RefundRule::AsDeployed,
            },
        };
        Contract::new(terms, 0)
    }

    fn reward(&self) -> Result<RewardTerms, HatchError> {
        RewardTerms::from_target(units(self.max_rate)?, units(self.rate_at_target)?, units(self.target_goal)?)
    }
}

fn units(tokens: f64) -> Result<U256, HatchError> {
    to_units(tokens).map_err(|_| HatchError::Overflow { what: "an amount at 18 decimals" })
}

fn ppm(fraction: f64) -> Result<Ppm, HatchError> {
    Ppm::from_f64(fraction).map_err(|_| HatchError::Overflow { what: "a ratio in parts per million" })
}

/// Seconds of some days, rounded.
fn seconds(days: f64) -> u64 {
    #[expect(clippy::cast_possible_truncation, reason = "the cast saturates")]
    #[expect(clippy::cast_sign_loss, reason = "days are 0 or above")]
    let seconds = (days * 86_400.0).round() as u64;
    seconds
}

/// What the hatch reads.
#[derive(Clone, Copy, Debug, PartialEq, Record)]
pub struct HatchInputs {
    /// The hatch opens on the first step with 1 or more.
    #[record(unit = "1", default = 1.0)]
    pub start: f64,
    /// Impact hours at the opening; 0 leaves the parameter in force.
    #[record(unit = "hour", default = 0.0)]
    pub impact_hours: f64,
    /// Factor on the mean contributions.
    #[record(unit = "1", default = 1.0)]
    pub sentiment: f64,
    /// Further contributions of this step.
    #[record(unit = "collateral", default = 0.0)]
    pub contribution: f64,
}

/// What the hatch shows.
///
/// # Equations
/// ```text
/// luck ~ LogNormal(-contribution_volatility^2 / 2, contribution_volatility)
/// given = mean_contribution * days * sentiment * luck + contribution
/// total_raised' = min(total_raised + given, max_goal) -- while funding: from `start` on, for `period` or until max_goal
/// backers_tokens = exchange_rate * total_raised'
/// expected = (max_rate / rate_at_target - 1) * target_goal
/// impact_hour_rate = max_rate * total_raised' / (total_raised' + expected)
/// builders_tokens = impact_hours * impact_hour_rate * exchange_rate -- at the close, where min_goal is reached; else all is refunded
/// supply = (backers_tokens + builders_tokens) / supply_offered -- after the close
/// beneficiary = hatch_tribute * total_raised' -- after the close
/// reserve = (1 - hatch_tribute) * total_raised' -- after the close
/// builders_share = impact_hours * impact_hour_rate / (impact_hours * impact_hour_rate + total_raised')
/// ragequit = (1 - hatch_tribute) * total_raised' / (impact_hours * impact_hour_rate + total_raised')
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Record)]
pub struct HatchMetrics {
    /// 0 pending, 1 funding, 2 refunding, 3 goal reached, 4 closed.
    pub state: u64,
    /// Has it succeeded and been closed?
    pub closed: bool,
    /// Collateral raised.
    #[record(unit = "collateral")]
    pub total_raised: f64,
    /// Collateral returned to backers of a failed hatch.
    #[record(unit = "collateral")]
    pub refunded: f64,
    /// Tokens in existence.
    #[record(unit = "token")]
    pub supply: f64,
    /// Collateral of the reserve after the close.
    #[record(unit = "collateral")]
    pub reserve: f64,
    /// Collateral of the common pool after the close.
    #[record(unit = "collateral")]
    pub beneficiary: f64,
    /// Tokens of the backers.
    #[record(unit = "token")]
    pub backers_tokens: f64,
    /// Tokens of the builders.
    #[record(unit = "token")]
    pub builders_tokens: f64,
    /// Impact hours to be rewarded.
    #[record(unit = "hour")]
    pub impact_hours: f64,
    /// Reward per impact hour at the present raise, minimum goal aside.
    #[record(unit = "collateral/hour")]
    pub impact_hour_rate: f64,
    /// Builders' part of the supply at the present raise.
    #[record(unit = "1")]
    pub builders_share: f64,
    /// What a token would return on leaving, over its price, at the present raise.
    #[record(unit = "1")]
    pub ragequit: f64,
}

/// A hatch from its opening to its close or refund.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Hatch {
    params: HatchParams,
    contract: Contract,
    elapsed: f64,
    impact_hours: f64,
    refunded: f64,
}

impl Hatch {
    /// The contract.
    pub fn contract(&self) -> &Contract {
        &self.contract
    }

    /// Contract time; 0 means "no date" to the contract, so time starts at 1 `[s]`.
    fn now(&self) -> u64 {
        seconds(self.elapsed).saturating_add(1)
    }

    fn open(&mut self, impact_hours: f64, now: u64) -> Result<(), HatchError> {
        let impact_hours = if impact_hours > 0.0 { impact_hours } else { self.impact_hours };
        let hours = BTreeMap::from([(BUILDERS, units(impact_hours)?)]);
        let mut opened = self.contract.clone().with_reward(self.params.reward()?, hours);
        opened.open(now)?;
        (self.contract, self.impact_hours) = (opened, impact_hours);
        Ok(())
    }

    /// The contract's operations of a step; on an error nothing has changed but the time.
    fn advance(&mut self, inputs: &HatchInputs, contribution: f64) -> Result<(), HatchError> {
        let now = self.now();
        match self.contract.state(now) {
            HatchState::Pending if inputs.start >= 1.0 => self.open(inputs.impact_hours, now),
            HatchState::Funding => {
                let amount = units(contribution)?;
                let terms = self.contract.terms();
                if self.contract.total_raised().saturating_add(amount) >= terms.max_goal {
                    // The last contribution and what follows from it succeed together or not at all.
                    let mut last = self.contract.clone();
                    last.contribute(BACKERS, amount, now)?;
                    self.contract = settled(last, now)?;
                } else if !amount.is_zero() {
                    self.contract.contribute(BACKERS, amount, now)?;
                }
                Ok(())
            }
            HatchState::GoalReached => {
                self.contract = settled(self.contract.clone(), now)?;
                Ok(())
            }
            HatchState::Refunding if !self.contract.contribution(BACKERS).is_zero() => {
                self.refunded += to_tokens(self.contract.refund(BACKERS, now)?);
                Ok(())
            }
            _ => Ok(()),
        }
    }
}

/// The contract after the builders' claim and the close.
fn settled(mut contract: Contract, now: u64) -> Result<Contract, HatchError> {
    contract.claim(&[BUILDERS], now)?;
    contract.close(now)?;
    Ok(contract)
}

impl Component for Hatch {
    const KIND: &'static str = "commons/hatch";
    type Params = HatchParams;
    type Inputs = HatchInputs;
    type Metrics = HatchMetrics;

    fn new(params: HatchParams) -> Result<Self, ParamError> {
        params.check()?;
        let contract = params.contract().map_err(|error| ParamError::cross(error.to_string()))?;
        let impact_hours = params.impact_hours;
        Ok(Self { params, contract, elapsed: 0.0, impact_hours, refunded: 0.0 })
    }

    fn reparam(&mut self, params: HatchParams) -> Result<(), ParamError> {
        params.check()?;
        let refuse = |error: HatchError| ParamError::cross(error.to_string());
        let mut params = params;
        if self.contract.state(self.now()) == HatchState::Closed {
            params.hatch_tribute = self.params.hatch_tribute;
        } else {
            self.contract
                .set_beneficiary_share(ppm(params.hatch_tribute).map_err(refuse)?)
                .map_err(refuse)?;
        }
        self.params = params;
        Ok(())
    }

    fn step(&mut self, inputs: &HatchInputs, clock: &Clock, rng: &mut Stream) -> Result<(), StepError> {
        let days = days(clock);
        let sigma = self.params.contribution_volatility;
        let noise = Distribution::LogNormal { mu: -0.5 * sigma * sigma, sigma }.draw(rng);
        if self.contract.state(self.now()) == HatchState::Closed {
            return Ok(());
        }
        let contribution =
            self.params.mean_contribution * days * inputs.sentiment * noise + inputs.contribution;
        if contribution < 0.0 {
            return Err(StepError::domain("contribution", contribution, "[0, inf) collateral"));
        }
        let before = self.elapsed;
        self.elapsed += days;
        let advanced = self.advance(inputs, contribution);
        if advanced.is_err() {
            self.elapsed = before;
        }
        advanced.map_err(StepError::caused_by)
    }

    fn metrics(&self) -> HatchMetrics {
        let contract = &self.contract;
        let state = contract.state(self.now());
        let raised = to_tokens(contract.total_raised());
        let design = HatchDesign { impact_hours: self.impact_hours, ..self.params.design() };
        let rate = design.rate(raised).unwrap_or(0.0);
        let builders = self.impact_hours * rate;
        let all = builders + raised;
        HatchMetrics {
            state: match state {
                HatchState::Pending => 0,
                HatchState::Funding => 1,
                HatchState::Refunding => 2,
                HatchState::GoalReached => 3,
                HatchState::Closed => 4,
            },
            closed: state == HatchState::Closed,
            total_raised: raised,
            refunded: self.refunded,
            supply: to_tokens(contract.supply()),
            reserve: to_tokens(contract.reserve()),
            beneficiary: to_tokens(contract.beneficiary()),
            backers_tokens: to_tokens(contract.held(BACKERS)),
            builders_tokens: to_tokens(contract.held(BUILDERS)),
            impact_hours: self.impact_hours,
            impact_hour_rate: rate,
            builders_share: if all > 0.0 { builders / all } else { 0.0 },
            ragequit: design.ragequit(raised).unwrap_or(1.0),
        }
    }
}
