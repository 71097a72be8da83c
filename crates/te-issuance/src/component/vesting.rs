//! A grant that vests step by step. Formulas are those of [`crate::vesting`].
//!
//! `time_unit` says in what `cliff`, `duration` and `half_life` are given: in steps, as long as nothing else is said, or in days,
//! months, quarters or years. Then a schedule is the same whatever the length of a step: a year has 365 days, 52 weeks, 12
//! months, as everywhere in the engine, and a step without a length counts as a day. A step shows what has vested when it ends.
//!
//! Events change the curve, the grant and its times: from the next step on what has vested is what the new terms give at the time since the start, and
//! never less than before. A total below what has vested is refused. The unit of times and the decimals, in which time and
//! tokens have been counted, are those of the start.
//!
//! Invariants: vested and locked add up to the grant; vested never falls and is never below the unlock.

use serde::{Deserialize, Serialize};
use te_core::{
    Choice, Clock, Component, ParamError, Params, Record, StepError, StepLength, Stream, TimeUnit,
};

use super::refuse;
use crate::amount::{tokens, units, whole};
use crate::error::IssuanceError;
use crate::policy::Schedule;
use crate::vesting::{Grant, Parts, VestingCurve};

/// Curve of the vesting. `unlock` is free from the start in each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Choice)]
pub enum Curve {
    /// The same as `catch-up`.
    #[default]
    Linear,
    /// In proportion to time over `duration` from the start; at the cliff what has accrued until then comes at once.
    CatchUp,
    /// In proportion to time over `duration` from the cliff on.
    AfterCliff,
    /// In `periods` equal parts over `duration` from the start; at the cliff those accrued until then come at once.
    Periodic,
    /// In `periods` equal parts over `duration` from the cliff on, the first at the cliff.
    StepsAdvance,
    /// In `periods` equal parts over `duration` from the cliff on, the first a period after the cliff.
    StepsArrears,
    /// Half of the rest every `half_life`, after the cliff.
    HalfLife,
}

/// Unit of the times of a grant.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Choice)]
pub enum VestingTime {
    /// Steps, whatever their length.
    #[default]
    Step,
    /// Days of 1/365 year.
    Day,
    /// Months of 1/12 year.
    Month,
    /// Quarters of 1/4 year.
    Quarter,
    /// Years.
    Year,
}

/// Ticks in a year, where times are not in steps: the least number of parts of a second in which days, weeks of 1/52 year and
/// months of 1/12 year are whole.
const TICKS_PER_YEAR: u64 = 13 * 31_536_000;

impl VestingTime {
    /// Ticks in one of it.
    fn ticks(self) -> u64 {
        match self {
            Self::Step => 1,
            Self::Day => TICKS_PER_YEAR / 365,
            Self::Month => TICKS_PER_YEAR / 12,
            Self::Quarter => TICKS_PER_YEAR / 4,
            Self::Year => TICKS_PER_YEAR,
        }
    }

    /// Ticks in a step.
    fn of_step(self, clock: &Clock) -> Result<u64, StepError> {
        if self == Self::Step {
            return Ok(1);
        }
        let StepLength { count, unit } = clock.step;
        let per_year = if unit == TimeUnit::Step { 365.0 } else { unit.per_year() };
        let whole = whole((count * (TICKS_PER_YEAR as f64 / per_year)).round())?;
        u64::try_from(whole).map_err(|_| StepError::domain("the length of a step", count, "below 1e9 years"))
    }
}

/// Parameters of the grant.
#[derive(Clone, Debug, PartialEq, Params)]
#[params(check = Self::cross_check)]
pub struct VestingParams {
    /// Curve of the vesting -- controllable.
    #[param(default = Curve::Linear)]
    pub curve: Curve,
    /// Unit of cliff, duration and half-life -- controllable.
    #[param(initial, default = VestingTime::Step)]
    pub time_unit: VestingTime,
    /// The whole grant `[token]` -- controllable.
    #[param(default = 1000.0, min = 0.0, max = 1e18, unit = "token", soft_max = 1e6)]
    pub total: f64,
    /// Decimals of the token -- controllable.
    #[param(initial, default = 0, min = 0, max = 18, unit = "1")]
    pub decimals: u32,
    /// Time before which nothing vests, the unlock excepted `[time_unit]` -- controllable.
    #[param(default = 12, min = 0, max = 1_000_000_000, unit = "time_unit", soft_max = 60)]
    pub cliff: u64,
    /// Time in which the grant vests, from the start or from the cliff as the curve says: all but half-life `[time_unit]`
    /// -- controllable.
    #[param(default = 48, min = 1, max = 1_000_000_000, unit = "time_unit", soft_max = 120)]
    pub duration: u64,
    /// Equal parts: periodic, steps-advance, steps-arrears `[1]` -- controllable.
    #[param(default = 4, min = 1, max = 1_000_000_000, unit = "1", soft_max = 60)]
    pub periods: u64,
    /// Free from the start, whatever curve and cliff, at most the total `[token]` -- controllable.
    #[param(default = 0.0, min = 0.0, max = 1e18, unit = "token", soft_max = 1e6)]
    pub unlock: f64,
    /// Half-life: half-life `[time_unit]` -- controllable.
    #[param(default = 24.0, above = 0.0, max = 1e9, unit = "time_unit", soft_min = 1.0, soft_max = 120.0)]
    pub half_life: f64,
}

impl VestingParams {
    fn grant(&self) -> Result<Grant, IssuanceError> {
        let tick = self.time_unit.ticks();
        // At most 1e9 years of 4.1e8 ticks, so both fit.
        let (cliff, duration) = (self.cliff.saturating_mul(tick), self.duration.saturating_mul(tick));
        let parts = |rule| VestingCurve::InParts { cliff, duration, parts: self.periods, rule };
        let curve = match self.curve {
            Curve::Linear | Curve::CatchUp => VestingCurve::Linear { cliff, duration },
            Curve::AfterCliff => VestingCurve::AfterCliff { cliff, duration },
            Curve::Periodic => parts(Parts::CatchUp),
            Curve::StepsAdvance => parts(Parts::Advance),
            Curve::StepsArrears => parts(Parts::Arrears),
            Curve::HalfLife => {
                VestingCurve::HalfLife { cliff: cliff as f64, half_life: self.half_life * tick as f64 }
            }
        };
        Grant::with_unlock(units(self.total, self.decimals)?, units(self.unlock, self.decimals)?, curve)
    }

    /// The refusal in the file's own numbers, before any of them is turned into ticks.
    fn cross_check(&self) -> Result<(), String> {
        if self.unlock > self.total {
            return Err(format!("unlock is {}: it must be at most total, {}", self.unlock, self.total));
        }
        let from_start = matches!(self.curve, Curve::Linear | Curve::CatchUp | Curve::Periodic);
        if from_start && self.cliff > self.duration {
            return Err(format!(
                "cliff is {}: it must be at most duration, {}, where vesting runs from the start; after-cliff and steps-arrears \
                 count the duration from the cliff",
                self.cliff, self.duration
            ));
        }
        Ok(())
    }
}

/// What the grant shows.
///
/// # Equations
/// ```text
/// t: time since the start in units of time_unit
/// rest = total - unlock
/// vested = unlock + rest * min(t / duration, 1) -- curve linear and catch-up, from t = cliff on, else unlock
/// vested = unlock + rest * min((t - cliff) / duration, 1) -- after-cliff, from t = cliff on
/// parts = floor(t * periods / duration) -- periodic; steps-advance: 1 + floor((t - cliff) * periods / duration); steps-arrears: without the 1
/// vested = unlock + rest * min(parts / periods, 1) -- of these three, from t = cliff on
/// vested = unlock + rest * max(0, 1 - 2^(-(t - cliff) / half_life)) -- half-life
/// locked = total - vested
/// released = vested' - vested
/// share = vested / total
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Record)]
pub struct VestingMetrics {
    /// Vested so far `[token]` -- metric.
    #[record(unit = "token")]
    pub vested: f64,
    /// Not vested yet `[token]` -- metric.
    #[record(unit = "token")]
    pub locked: f64,
    /// Vested in the last step `[token]` -- metric.
    #[record(unit = "token")]
    pub released: f64,
    /// Vested share of the grant, 0 for a grant of nothing `[1]` -- metric.
    #[record(unit = "1")]
    pub share: f64,
}

/// The component `issuance/vesting`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Vesting {
    params: VestingParams,
    grant: Grant,
    /// Time since the start `[tick]`.
    elapsed: u64,
    vested: u128,
    released: u128,
}

impl Component for Vesting {
    const KIND: &'static str = "issuance/vesting";
    type Params = VestingParams;
    type Inputs = ();
    type Metrics = VestingMetrics;

    fn new(params: VestingParams) -> Result<Self, ParamError> {
        params.check()?;
        let grant = params.grant().map_err(|error| refuse(&error))?;
        let vested = grant.cumulative(0).map_err(|error| refuse(&error))?;
        Ok(Self { params, grant, elapsed: 0, vested, released: 0 })
    }

    fn reparam(&mut self, params: VestingParams) -> Result<(), ParamError> {
        params.check()?;
        let grant = params.grant().map_err(|error| refuse(&error))?;
        if grant.total() < self.vested {
            let vested = tokens(self.vested, params.decimals);
            return Err(ParamError::cross(format!(
                "total is {}: it must be at least what has vested, {vested}",
                params.total
            )));
        }
        (self.params, self.grant) = (params, grant);
        Ok(())
    }

    fn step(&mut self, (): &(), clock: &Clock, _: &mut Stream) -> Result<(), StepError> {
        let elapsed = self.elapsed.saturating_add(self.params.time_unit.of_step(clock)?);
        let vested = self.grant.cumulative(elapsed)?.max(self.vested);
        self.released = vested - self.vested;
        self.vested = vested;
        self.elapsed = elapsed;
        Ok(())
    }

    fn metrics(&self) -> VestingMetrics {
        let shown = |amount| tokens(amount, self.params.decimals);
        let total = self.grant.total();
        VestingMetrics {
            vested: shown(self.vested),
            locked: shown(total.saturating_sub(self.vested)),
            released: shown(self.released),
            share: if total > 0 { self.vested as f64 / total as f64 } else { 0.0 },
        }
    }
}
