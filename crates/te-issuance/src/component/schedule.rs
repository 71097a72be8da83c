//! A supply that grows by a schedule, with what others burn taken off.
//!
//! Equations: [`ScheduleMetrics`].
//!
//! The schedules are those of [`crate::schedule`], in whole units of `10^-decimals` token; one step is one tick. Which
//! parameters a shape reads is said in their documentation; the others are ignored. What throttle and cap cut off is
//! not made up for later. What a throttle lets the
//! supply grow by in a year is the metric `max_annual_growth`.
//!
//! Events change the shape and its parameters, the cap and the throttle: from the next step on each step mints what the new schedule mints in that
//! step, counted from the start; what was minted stays. A cap below the supply ends the minting. The initial supply, on which growth is
//! reckoned, and the decimals are those of the start.
//!
//! Invariants: the supply never exceeds the cap by minting; without throttle and cap the mints add up to the schedule.

use serde::{Deserialize, Serialize};
use te_core::math::{exp_m1, ln_1p};
use te_core::{Choice, Clock, Component, ParamError, Params, Record, StepError, Stream};

use super::{non_negative, refuse};
use crate::amount::{scaled, tokens, units, whole};
use crate::error::IssuanceError;
use crate::exponential_decay::ExponentialDecay;
use crate::geometric::Geometric;
use crate::halving::Halving;
use crate::inflation::{Growth, Inflation};
use crate::linear::Linear;
use crate::policy::Schedule;
use crate::schedule::AnySchedule;
use crate::sigmoid::{Sigmoid, Start};
use crate::tail_emission::TailEmission;

/// Shape of the schedule.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Choice)]
pub enum Shape {
    /// `reward` every step.
    #[default]
    Linear,
    /// `reward` every step, halved every `period` steps.
    Halving,
    /// `reward` first, then `ratio` times the one before.
    Geometric,
    /// `total` in all, half of the rest every `period` steps.
    Exponential,
    /// `total` nominal, the rest shifted right by `shift`, never below `reward`.
    Tail,
    /// Annual `rate` on the initial supply, continuously.
    Continuous,
    /// Annual `rate` on the initial supply, compounded every step.
    Compounded,
    /// Annual `rate`, falling by `taper` a year to `terminal_rate`.
    Disinflation,
    /// `total` in all along a logistic curve with `steepness` around step `midpoint`.
    Sigmoid,
}

/// Parameters of the schedule.
#[derive(Clone, Debug, PartialEq, Params)]
pub struct ScheduleParams {
    /// Shape of the schedule -- controllable.
    #[param(default = Shape::Linear)]
    pub shape: Shape,
    /// Supply at the start `[token]` -- controllable.
    #[param(initial, default = 0.0, min = 0.0, max = 1e18, unit = "token", soft_max = 1e8)]
    pub initial_supply: f64,
    /// Decimals of the token: the ledger counts in `10^-decimals` -- controllable.
    #[param(initial, default = 0, min = 0, max = 18, unit = "1")]
    pub decimals: u32,
    /// Reward of a step: linear, halving, geometric (first), tail (smallest) `[token/step]` -- controllable.
    #[param(default = 100.0, min = 0.0, max = 1e15, unit = "token/step", soft_max = 10_000.0)]
    pub reward: f64,
    /// Steps of an era (halving) or half-life (exponential) `[step]` -- controllable.
    #[param(default = 52.0, min = 1.0, max = 1e9, unit = "step", soft_max = 520.0)]
    pub period: f64,
    /// Ratio of successive rewards: geometric `[1]` -- controllable.
    #[param(default = 0.99, min = 0.0, max = 1.0, unit = "1")]
    pub ratio: f64,
    /// All that is ever issued: exponential, sigmoid; nominal supply: tail `[token]` -- controllable.
    #[param(default = 1e6, min = 0.0, max = 1e18, unit = "token", soft_max = 1e8)]
    pub total: f64,
    /// Bits by which the rest is shifted: tail `[1]` -- controllable.
    #[param(default = 10, min = 0, max = 127, unit = "1")]
    pub shift: u32,
    /// Annual rate: continuous, compounded, disinflation (first) `[1/yr]` -- controllable.
    #[param(default = 0.08, min = 0.0, max = 10.0, soft_max = 0.5, unit = "1/yr")]
    pub rate: f64,
    /// Share by which the rate falls in a year: disinflation `[1/yr]` -- controllable.
    #[param(default = 0.15, min = 0.0, below = 1.0, unit = "1/yr")]
    pub taper: f64,
    /// Lowest rate: disinflation `[1/yr]` -- controllable.
    #[param(default = 0.015, min = 0.0, max = 10.0, unit = "1/yr", soft_max = 0.2)]
    pub terminal_rate: f64,
    /// Steepness: sigmoid `[1/step]` -- controllable.
    #[param(default = 0.1, min = 0.0, max = 100.0, unit = "1/step", soft_max = 1.0)]
    pub steepness: f64,
    /// Step of the fastest issue: sigmoid `[step]` -- controllable.
    #[param(default = 52.0, min = 0.0, max = 1e9, unit = "step", soft_max = 520.0)]
    pub midpoint: f64,
    /// Steps in a year: continuous, compounded, disinflation, and the yearly metrics `[step/yr]` -- controllable.
    #[param(default = 52.0, min = 0.01, max = 1e9, unit = "step/yr", soft_min = 1.0, soft_max = 365.0)]
    pub steps_per_year: f64,
    /// Largest supply; none by default `[token]` -- controllable.
    #[param(default = None, min = 0.0, max = 1e18, unit = "token", soft_max = 1e9)]
    pub cap: Option<f64>,
    /// Largest mint of a step as a share of the supply; none by default `[1/step]` -- controllable.
    #[param(default = None, min = 0.0, max = 1.0, unit = "1/step")]
    pub throttle: Option<f64>,
}

impl ScheduleParams {
    /// The cap in units.
    fn most(&self) -> Result<u128, IssuanceError> {
        self.cap.map_or(Ok(u128::MAX), |cap| units(cap, self.decimals))
    }

    fn schedule(&self) -> Result<AnySchedule, IssuanceError> {
        let in_units = |amount: f64| units(amount, self.decimals);
        let in_float_units =
            |amount: f64| amount * te_core::math::powi(10.0, i32::try_from(self.decimals).unwrap_or(0));
        let growth = |growth| {
            Inflation::new(in_float_units(self.initial_supply), growth, self.steps_per_year)
                .map(AnySchedule::Inflation)
        };
        match self.shape {
            Shape::Linear => Linear::new(in_units(self.reward)?, 1, None).map(AnySchedule::Linear),
            Shape::Halving => {
                let era = u64::try_from(whole(self.period)?)
                    .map_err(|_| IssuanceError::Overflow { operation: "the period" })?;
                Halving::new(in_units(self.reward)?, era).map(AnySchedule::Halving)
            }
            Shape::Geometric => {
                Geometric::new(in_float_units(self.reward), self.ratio).map(AnySchedule::Geometric)
            }
            Shape::Exponential => {
                ExponentialDecay::new(in_units(self.total)?, self.period).map(AnySchedule::ExponentialDecay)
            }
            Shape::Tail => Ok(AnySchedule::TailEmission(TailEmission {
                nominal: in_units(self.total)?,
                shift: self.shift,
                tail: in_units(self.reward)?,
            })),
            Shape::Continuous => growth(Growth::Continuous { rate: self.rate }),
            Shape::Compounded => growth(Growth::Compounded { rate: self.rate }),
            Shape::Disinflation => growth(Growth::Disinflation {
                initial: self.rate,
                taper: self.taper,
                terminal: self.terminal_rate,
            }),
            Shape::Sigmoid => {
                Sigmoid::new(in_float_units(self.total), self.steepness, self.midpoint, Start::Normalise)
                    .map(AnySchedule::Sigmoid)
            }
        }
    }
}

/// What the supply reads.
#[derive(Clone, Copy, Debug, PartialEq, Record)]
pub struct ScheduleInputs {
    /// Tokens burned in this step `[token]` -- input.
    #[record(unit = "token", default = 0.0)]
    pub burned: f64,
}

/// What the supply shows.
///
/// # Equations
/// ```text
/// t: timestep, from 0
/// S(t) = reward * t -- shape linear: what is issued up to t
/// S(t) = sum(floor(reward / 2^era)) -- halving, over the ticks up to t, era = floor(tick / period)
/// S(t) = reward * (1 - ratio^t) / (1 - ratio) -- geometric
/// S(t) = total * (1 - 2^(-t / period)) -- exponential
/// S(t) = S(t - 1) + max(floor((total - S(t - 1)) / 2^shift), reward) -- tail
/// S(t) = initial_supply * (exp(rate * t / steps_per_year) - 1) -- continuous
/// S(t) = initial_supply * ((1 + rate / steps_per_year)^t - 1) -- compounded
/// S(t) = initial_supply * (exp(integral(max(terminal_rate, rate * (1 - taper)^y))) - 1) -- disinflation, y from 0 to t / steps_per_year
/// y: time in years
/// S(t) = total / (1 + exp(-steepness * (t - midpoint))) -- sigmoid, shifted and stretched to run from 0 to total
/// minted = min(S(t) - S(t - 1), throttle * supply, cap - supply)
/// supply' = supply + minted - burned
/// issued' = issued + minted
/// inflation = minted / supply * steps_per_year
/// max_annual_growth = (1 + throttle)^steps_per_year - 1
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Record)]
pub struct ScheduleMetrics {
    /// Total supply `[token]` -- metric.
    #[record(unit = "token")]
    pub supply: f64,
    /// Minted in the last step `[token]` -- metric.
    #[record(unit = "token")]
    pub minted: f64,
    /// Minted since the start `[token]` -- metric.
    #[record(unit = "token")]
    pub issued: f64,
    /// Burned since the start `[token]` -- metric.
    #[record(unit = "token")]
    pub burned: f64,
    /// Last mint as a yearly share of the supply before it, without compounding; 0 where there was no supply `[1/yr]`
    /// -- metric.
    #[record(unit = "1/yr")]
    pub inflation: f64,
    /// Largest growth of the supply in a year at the throttle, compounded; 0 without throttle `[1/yr]` -- metric.
    #[record(unit = "1/yr")]
    pub max_annual_growth: f64,
}

/// That the schedule or the supply leaves 128 bits.
fn beyond() -> StepError {
    StepError::domain(
        "the supply in units",
        f64::INFINITY,
        "below 2^128 units of 10^-decimals token: lower rate, reward, total, initial_supply or decimals, or raise steps_per_year",
    )
}

/// The component `issuance/schedule`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ScheduledSupply {
    params: ScheduleParams,
    schedule: AnySchedule,
    cap: u128,
    total: u128,
    elapsed: u64,
    scheduled: u128,
    minted: u128,
    issued: u128,
    burned: u128,
    before: u128,
}

impl Component for ScheduledSupply {
    const KIND: &'static str = "issuance/schedule";
    type Params = ScheduleParams;
    type Inputs = ScheduleInputs;
    type Metrics = ScheduleMetrics;

    fn new(params: ScheduleParams) -> Result<Self, ParamError> {
        params.check()?;
        let build =
            || Ok((params.schedule()?, params.most()?, units(params.initial_supply, params.decimals)?));
        let (schedule, cap, total) = build().map_err(|error: IssuanceError| refuse(&error))?;
        if total > cap {
            return Err(ParamError::cross("the cap lies below the initial supply"));
        }
        let scheduled = schedule.cumulative(0).map_err(|error| refuse(&error))?;
        Ok(Self {
            params,
            schedule,
            cap,
            total,
            elapsed: 0,
            scheduled,
            minted: 0,
            issued: 0,
            burned: 0,
            before: total,
        })
    }

    fn reparam(&mut self, params: ScheduleParams) -> Result<(), ParamError> {
        params.check()?;
        let build = || {
            let schedule = params.schedule()?;
            // What the new schedule would have minted until now is not made up for.
            let known = schedule == self.schedule;
            let scheduled = if known { self.scheduled } else { schedule.cumulative(self.elapsed)? };
            Ok((schedule, params.most()?, scheduled))
        };
        let (schedule, cap, scheduled) = build().map_err(|error: IssuanceError| refuse(&error))?;
        (self.params, self.schedule, self.cap, self.scheduled) = (params, schedule, cap, scheduled);
        Ok(())
    }

    fn step(&mut self, inputs: &ScheduleInputs, _: &Clock, _: &mut Stream) -> Result<(), StepError> {
        let burned = units(non_negative("burned", inputs.burned)?, self.params.decimals)?;
        let scheduled =
            self.schedule.after(self.elapsed, self.scheduled, 1).map_err(|_| beyond())?.max(self.scheduled);
        let most = self.params.throttle.map_or(Ok(u128::MAX), |theta| scaled(self.total, theta))?;
        let room = self.cap.saturating_sub(self.total);
        let minted = (scheduled - self.scheduled).min(most).min(room);
        let grown = self.total.checked_add(minted).ok_or_else(beyond)?;
        let total = grown.checked_sub(burned).ok_or_else(|| {
            StepError::domain(
                "burned",
                inputs.burned,
                "at most the supply, what is minted included: raise initial_supply, or wire less",
            )
        })?;
        self.scheduled = scheduled;
        self.before = self.total;
        self.total = total;
        self.minted = minted;
        // Both are bounded by the sums that the supply has gone through.
        self.issued = self.issued.saturating_add(minted);
        self.burned = self.burned.saturating_add(burned);
        self.elapsed = self.elapsed.saturating_add(1);
        Ok(())
    }

    fn metrics(&self) -> ScheduleMetrics {
        let shown = |amount| tokens(amount, self.params.decimals);
        let per_year = self.params.steps_per_year;
        let inflation =
            if self.before > 0 { self.minted as f64 / self.before as f64 * per_year } else { 0.0 };
        let most = self.params.throttle.map_or(0.0, |theta| exp_m1(per_year * ln_1p(theta)));
        ScheduleMetrics {
            supply: shown(self.total),
            minted: shown(self.minted),
            issued: shown(self.issued),
            burned: shown(self.burned),
            inflation: inflation.min(f64::MAX),
            max_annual_growth: most.min(f64::MAX),
        }
    }
}
