//! Issuance by a PID controller: its output is the yearly rate at which the supply grows or shrinks.
//!
//! ```text
//! rate = pid(setpoint - measured)        supply' = supply (1 + rate * years), at least 0
//! ```
//!
//! The controller is that of [`crate::pid`], with time in years. With `ki = kd = 0` it is P, with `kd = 0` PI. With
//! `form = "rai-raw"` or `"rai-scaled"` it is RAI's ([`crate::rai`]): the setpoint is the redemption price, what is measured
//! the market price. The limits are the yearly cap: the supply changes by at most `high` (or `low`) a year before
//! compounding.
//!
//! Invariants: the rate lies within its limits; the supply is never negative.

#![expect(
    clippy::inline_always,
    reason = "a loop over columns of runs becomes vector code only where these are inlined"
)]

use serde::{Deserialize, Serialize};
use te_core::lanes::{self, LaneForm, Laned};
use te_core::{Choice, Clock, Component, ParamError, Params, Record, StepError, Stream, math};

use super::{caused_or, refuse};
use crate::error::IssuanceError;
use crate::number::Number as _;
use crate::pid::{AntiWindup, Pid, PidState, PidTerms};
use crate::rai::{Deviation, Rai, RaiTerms};

/// Form of the controller.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Choice)]
pub enum PidForm {
    /// The textbook's: integral by rectangles from the first call on, derivative, anti-windup.
    #[default]
    Textbook,
    /// RAI's on the deviation itself: integral by trapezoids, noise barrier.
    RaiRaw,
    /// RAI's on the deviation as a share of the setpoint.
    RaiScaled,
}

/// Parameters of the controller.
#[derive(Clone, Debug, PartialEq, Params)]
#[params(check = Self::cross_check)]
pub struct PidParams {
    /// Form of the controller -- controllable.
    #[param(default = PidForm::Textbook)]
    pub form: PidForm,
    /// Wanted measurement; above 0 in RAI's forms [1] -- controllable.
    #[param(default = 0.2, min = -1e12, max = 1e12, unit = "1")]
    pub setpoint: f64,
    /// Proportional gain [1/yr] -- controllable.
    #[param(default = 1.0, min = -1e12, max = 1e12, unit = "1/yr")]
    pub kp: f64,
    /// Integral gain [1/yr^2] -- controllable.
    #[param(default = 0.0, min = -1e12, max = 1e12, unit = "1/yr^2")]
    pub ki: f64,
    /// Derivative gain; 0 in RAI's forms [1] -- controllable.
    #[param(default = 0.0, min = -1e12, max = 1e12, unit = "1")]
    pub kd: f64,
    /// Share of the integral kept in a year [1] -- controllable.
    #[param(default = 1.0, min = 0.0, max = 1.0, unit = "1")]
    pub leak: f64,
    /// Lowest rate [1/yr] -- controllable.
    #[param(default = -0.1, min = -1e6, max = 10.0, unit = "1/yr")]
    pub low: f64,
    /// Highest rate [1/yr] -- controllable.
    #[param(default = 0.1, min = -1e6, max = 10.0, unit = "1/yr")]
    pub high: f64,
    /// Share of the setpoint below which an output counts as noise and the rate is 0: RAI's forms [1] -- controllable.
    #[param(default = 0.0, min = 0.0, max = 1.0, unit = "1")]
    pub noise_barrier: f64,
    /// Rule for the integral at a limit: textbook -- controllable.
    #[param(default = AntiWindup::Conditional)]
    pub anti_windup: AntiWindup,
    /// Supply at the start [token] -- controllable.
    #[param(default = 1e6, min = 0.0, max = 1e18, unit = "token")]
    pub initial_supply: f64,
}

impl PidParams {
    fn cross_check(&self) -> Result<(), String> {
        if self.low > self.high {
            return Err("low must be at most high".to_owned());
        }
        match self.form {
            PidForm::Textbook if self.noise_barrier != 0.0 => {
                Err("noise_barrier must be 0 where form is textbook: it belongs to RAI's forms".to_owned())
            }
            PidForm::RaiRaw | PidForm::RaiScaled if self.kd != 0.0 => {
                Err("kd must be 0 in RAI's forms: they have no derivative".to_owned())
            }
            PidForm::RaiRaw | PidForm::RaiScaled if self.setpoint <= 0.0 => {
                Err("setpoint must be above 0 in RAI's forms: it is a price".to_owned())
            }
            _ => Ok(()),
        }
    }

    fn controller(&self) -> Result<Controller, IssuanceError> {
        let Self { setpoint, kp, ki, kd, leak, low, high, noise_barrier: noise, anti_windup, .. } = *self;
        let rai =
            |deviation| Rai::new(RaiTerms { kp, ki, noise, low, high }, deviation, leak).map(Controller::Rai);
        match self.form {
            PidForm::Textbook => {
                Pid::new(PidTerms { kp, ki, kd, low, high, anti_windup }, setpoint, leak).map(Controller::Pid)
            }
            PidForm::RaiRaw => rai(Deviation::Raw),
            PidForm::RaiScaled => rai(Deviation::Scaled),
        }
    }
}

/// The controller in its form.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
enum Controller {
    Pid(Pid),
    Rai(Rai),
}

impl Controller {
    fn state(&self) -> &PidState {
        match self {
            Self::Pid(pid) => pid.state(),
            Self::Rai(rai) => rai.state(),
        }
    }

    fn restore(&mut self, state: PidState) {
        match self {
            Self::Pid(pid) => pid.restore(state),
            Self::Rai(rai) => rai.restore(state),
        }
    }

    fn update(&mut self, setpoint: f64, measured: f64, dt: f64) -> Result<f64, IssuanceError> {
        match self {
            Self::Pid(pid) => pid.update(measured, dt),
            Self::Rai(rai) => rai.update(setpoint, measured, dt),
        }
    }
}

/// What the controller reads.
#[derive(Clone, Copy, Debug, PartialEq, Record)]
pub struct PidInputs {
    /// What is held against the setpoint [1] -- input.
    #[record(unit = "1")]
    pub measured: f64,
}

/// What the controller shows.
#[derive(Clone, Copy, Debug, PartialEq, Record)]
pub struct PidMetrics {
    /// Total supply [token] -- metric.
    #[record(unit = "token")]
    pub supply: f64,
    /// Minted (positive) or burned (negative) in the last step [token] -- metric.
    #[record(unit = "token")]
    pub adjustment: f64,
    /// Rate of the last step [1/yr] -- metric.
    #[record(unit = "1/yr")]
    pub rate: f64,
    /// Last error [1] -- metric.
    #[record(unit = "1")]
    pub error: f64,
    /// Integral of the error [yr] -- metric.
    #[record(unit = "yr")]
    pub integral: f64,
}

/// What keeps the output a number.
const GAINS: &str = "a finite number: bring kp, ki, kd or setpoint nearer to 0, or measure something smaller";

/// The component `issuance/pid`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PidSupply {
    params: PidParams,
    controller: Controller,
    supply: f64,
    adjustment: f64,
    rate: f64,
}

impl Component for PidSupply {
    const KIND: &'static str = "issuance/pid";
    type Params = PidParams;
    type Inputs = PidInputs;
    type Metrics = PidMetrics;

    fn new(params: PidParams) -> Result<Self, ParamError> {
        params.check()?;
        let controller = params.controller().map_err(|error| refuse(&error))?;
        let supply = params.initial_supply;
        Ok(Self { params, controller, supply, adjustment: 0.0, rate: 0.0 })
    }

    #[inline]
    fn step(&mut self, inputs: &PidInputs, clock: &Clock, rng: &mut Stream) -> Result<(), StepError> {
        lanes::step(self, inputs, clock, rng)
    }

    #[inline]
    fn metrics(&self) -> PidMetrics {
        self.show(&self.fixed(), &self.state())
    }

    fn lane_form() -> Option<LaneForm<Self>> {
        Some(LaneForm::of())
    }
}

impl PidSupply {
    /// The step with typed refusals.
    pub(super) fn checked(&self, inputs: PidInputs, years: f64) -> Result<Self, StepError> {
        let mut next = self.clone();
        next.rate = next
            .controller
            .update(self.params.setpoint, inputs.measured, years)
            .map_err(|error| caused_or(error, GAINS))?;
        next.supply = (self.supply * (1.0 + next.rate * years)).max(0.0);
        if !next.supply.is_finite() {
            return Err(StepError::domain("supply", next.supply, "a finite number of tokens: lower high"));
        }
        next.adjustment = next.supply - self.supply;
        Ok(next)
    }
}

impl PidSupply {
    /// The operations of [`Rai::update`], in its order.
    #[inline(always)]
    fn advance_rai(
        &self,
        fixed: &PidFixed,
        state: &PidSupplyState,
        inputs: PidInputs,
        clock: &Clock,
    ) -> (PidSupplyState, bool) {
        let PidFixed { setpoint, kp, ki, leak, low, high, noise_barrier, .. } = *fixed;
        let dt = clock.years();
        let begun = state.begun != 0.0;
        let kept = math::select(leak == 1.0, 1.0, math::pow(leak, dt));
        let raw = setpoint - inputs.measured;
        let error = if self.params.form == PidForm::RaiScaled { raw / setpoint } else { raw };
        let both = error + state.error;
        let fresh = math::select(begun, both / 2.0 * dt, 0.0);
        let integral = state.integral * kept + fresh;
        let output = kp * error + ki * integral;
        let barrier = noise_barrier * setpoint;
        let noise = (output < barrier) & (output > -barrier);
        let rate = math::select(noise, 0.0, output.within(low, high));
        let supply = math::max(state.supply * (1.0 + rate * dt), 0.0);
        let next =
            PidSupplyState { supply, adjustment: supply - state.supply, rate, integral, error, begun: 1.0 };
        let asked =
            inputs.measured.is_finite() & raw.is_finite() & error.is_finite() & (dt > 0.0) & dt.is_finite();
        let bent = !begun | (both.is_finite() & fresh.is_finite());
        let summed = integral.is_finite() & output.is_finite() & barrier.is_finite();
        (next, asked & bent & summed & (0.0..=1.0).contains(&kept) & supply.is_finite())
    }
}

/// What a run of the controller keeps.
#[derive(Clone, Copy, Debug, PartialEq, Record)]
pub struct PidFixed {
    /// Wanted measurement [1].
    #[record(unit = "1")]
    pub setpoint: f64,
    /// Proportional gain [1/yr].
    #[record(unit = "1/yr")]
    pub kp: f64,
    /// Integral gain [1/yr^2].
    #[record(unit = "1/yr^2")]
    pub ki: f64,
    /// Derivative gain [1].
    #[record(unit = "1")]
    pub kd: f64,
    /// Share of the integral kept in a year [1].
    #[record(unit = "1")]
    pub leak: f64,
    /// Lowest rate [1/yr].
    #[record(unit = "1/yr")]
    pub low: f64,
    /// Highest rate [1/yr].
    #[record(unit = "1/yr")]
    pub high: f64,
    /// Share of the setpoint below which an output counts as noise [1].
    #[record(unit = "1")]
    pub noise_barrier: f64,
}

/// What a step changes.
#[derive(Clone, Copy, Debug, PartialEq, Record)]
pub struct PidSupplyState {
    /// Total supply [token].
    #[record(unit = "token")]
    pub supply: f64,
    /// Minted or burned in the last step [token].
    #[record(unit = "token")]
    pub adjustment: f64,
    /// Rate of the last step [1/yr].
    #[record(unit = "1/yr")]
    pub rate: f64,
    /// Integral of the error [yr].
    #[record(unit = "yr")]
    pub integral: f64,
    /// Last error, 0 before there is one [1].
    #[record(unit = "1")]
    pub error: f64,
    /// 1 once there is a last error, 0 before.
    #[record(unit = "1")]
    pub begun: f64,
}

impl Laned for PidSupply {
    type Fixed = PidFixed;
    type State = PidSupplyState;
    type Draws = ();

    #[inline]
    fn fixed(&self) -> PidFixed {
        let PidParams { setpoint, kp, ki, kd, leak, low, high, noise_barrier, .. } = self.params;
        PidFixed { setpoint, kp, ki, kd, leak, low, high, noise_barrier }
    }

    #[inline]
    fn state(&self) -> PidSupplyState {
        let Self { supply, adjustment, rate, .. } = *self;
        let PidState { integral, previous } = *self.controller.state();
        let begun = f64::from(u8::from(previous.is_some()));
        PidSupplyState { supply, adjustment, rate, integral, error: previous.unwrap_or(0.0), begun }
    }

    #[inline]
    fn set_state(&mut self, state: PidSupplyState) {
        (self.supply, self.adjustment, self.rate) = (state.supply, state.adjustment, state.rate);
        let previous = (state.begun != 0.0).then_some(state.error);
        self.controller.restore(PidState { integral: state.integral, previous });
    }

    fn alike(&self, other: &Self) -> bool {
        self.params.anti_windup == other.params.anti_windup && self.params.form == other.params.form
    }

    /// The operations of [`Pid::update`] or [`Rai::update`], in their order.
    #[inline(always)]
    fn advance(
        &self,
        fixed: &PidFixed,
        state: &PidSupplyState,
        inputs: &PidInputs,
        (): &(),
        clock: &Clock,
    ) -> (PidSupplyState, bool) {
        if self.params.form != PidForm::Textbook {
            return self.advance_rai(fixed, state, *inputs, clock);
        }
        let PidFixed { setpoint, kp, ki, kd, leak, low, high, .. } = *fixed;
        let dt = clock.years();
        let begun = state.begun != 0.0;
        let kept = math::select(leak == 1.0, 1.0, math::pow(leak, dt));
        let error = setpoint - inputs.measured;
        let turn = error - state.error;
        let slope = math::select(begun, turn / dt, 0.0);
        let (proportional, derivative) = (kp * error, kd * slope);
        // Whether the output and what it is made of are finite: a sum is finite only where both terms are.
        let output = |integral: f64| proportional + ki * integral + derivative;
        let partly = |integral: f64| (proportional + ki * integral).is_finite();
        let left = state.integral * kept;
        let grown = left + error * dt;
        let free = output(grown);
        let outward = ((free > high) & (error > 0.0)) | ((free < low) & (error < 0.0));
        let held = outward & (self.params.anti_windup == AntiWindup::Conditional);
        let integral = math::select(held, state.integral, grown);
        let second = math::select(held, output(integral), free);
        let rate = second.within(low, high);
        let supply = math::max(state.supply * (1.0 + rate * dt), 0.0);
        let next =
            PidSupplyState { supply, adjustment: supply - state.supply, rate, integral, error, begun: 1.0 };
        let asked = inputs.measured.is_finite() & error.is_finite() & (dt > 0.0) & dt.is_finite();
        let bent = !begun | (turn.is_finite() & slope.is_finite());
        let summed =
            grown.is_finite() & partly(grown) & free.is_finite() & partly(integral) & second.is_finite();
        (next, asked & bent & summed & (0.0..=1.0).contains(&kept) & supply.is_finite())
    }

    fn fault(
        &self,
        fixed: &PidFixed,
        state: &PidSupplyState,
        inputs: &PidInputs,
        (): &(),
        clock: &Clock,
    ) -> StepError {
        let PidFixed { setpoint, kp, ki, kd, leak, low, high, noise_barrier } = *fixed;
        let run = Self::new(PidParams {
            setpoint,
            kp,
            ki,
            kd,
            leak,
            low,
            high,
            noise_barrier,
            ..self.params.clone()
        });
        let Ok(mut run) = run else { return lanes::unexplained(Self::KIND) };
        run.set_state(*state);
        run.checked(*inputs, clock.years()).err().unwrap_or_else(|| lanes::unexplained(Self::KIND))
    }

    #[inline(always)]
    fn show(&self, _: &PidFixed, state: &PidSupplyState) -> PidMetrics {
        let PidSupplyState { supply, adjustment, rate, error, integral, .. } = *state;
        PidMetrics { supply, adjustment, rate, error, integral }
    }
}
