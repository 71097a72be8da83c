//! Issuance by a PID controller: its output is the yearly rate at which the supply grows or shrinks.
//!
//! Equations: [`PidMetrics`].
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
use te_core::{Choice, Machine, Mechanism, Now, Params, Record, StepError, Watch, math};

use super::caused_or;
use crate::error::IssuanceError;
use crate::pid::{AntiWindup, Pid, PidState, PidTerms, share_kept};
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
#[derive(Clone, Copy, Debug, PartialEq, Params)]
#[params(check = Self::cross_check)]
pub struct PidParams {
    /// Form of the controller -- controllable.
    #[param(default = PidForm::Textbook)]
    pub form: PidForm,
    /// Wanted measurement; above 0 in RAI's forms `[1]` -- controllable.
    #[param(default = 0.2, min = -1e12, max = 1e12, unit = "1", soft_min = 0.0, soft_max = 1.0)]
    pub setpoint: f64,
    /// Proportional gain `[1/yr]` -- controllable.
    #[param(default = 1.0, min = -1e12, max = 1e12, unit = "1/yr", soft_min = -10.0, soft_max = 10.0)]
    pub kp: f64,
    /// Integral gain `[1/yr^2]` -- controllable.
    #[param(default = 0.0, min = -1e12, max = 1e12, unit = "1/yr^2", soft_min = -10.0, soft_max = 10.0)]
    pub ki: f64,
    /// Derivative gain; 0 in RAI's forms `[1]` -- controllable.
    #[param(default = 0.0, min = -1e12, max = 1e12, unit = "1", soft_min = -10.0, soft_max = 10.0)]
    pub kd: f64,
    /// Share of the integral kept in a year `[1]` -- controllable.
    #[param(default = 1.0, min = 0.0, max = 1.0, unit = "1")]
    pub leak: f64,
    /// Lowest rate `[1/yr]` -- controllable.
    #[param(default = -0.1, min = -1e6, max = 10.0, unit = "1/yr", soft_min = -1.0, soft_max = 1.0)]
    pub low: f64,
    /// Highest rate `[1/yr]` -- controllable.
    #[param(default = 0.1, min = -1e6, max = 10.0, unit = "1/yr", soft_min = -1.0, soft_max = 1.0)]
    pub high: f64,
    /// Share of the setpoint below which an output counts as noise and the rate is 0: RAI's forms `[1]` -- controllable.
    #[param(default = 0.0, min = 0.0, max = 1.0, unit = "1")]
    pub noise_barrier: f64,
    /// Rule for the integral at a limit: textbook -- controllable.
    #[param(default = AntiWindup::Conditional)]
    pub anti_windup: AntiWindup,
    /// Supply at the start `[token]` -- controllable.
    #[param(initial, default = 1e6, min = 0.0, max = 1e18, unit = "token", soft_max = 1e8)]
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

    /// The rate and the next memory of the controller in its form.
    #[inline(always)]
    fn answer<W: Watch<Error = IssuanceError>>(
        &self,
        w: &mut W,
        state: PidState,
        measured: f64,
        years: f64,
    ) -> (f64, PidState) {
        let Self { setpoint, kp, ki, kd, leak, low, high, noise_barrier: noise, anti_windup, .. } = *self;
        // The power once, and two-way choices of the form: a loop with a switch does not become vector code.
        let kept = share_kept(leak, years);
        if self.form == PidForm::Textbook {
            let terms = PidTerms { kp, ki, kd, low, high, anti_windup };
            return Pid { terms, setpoint, leak, state }.answer_with(w, measured, kept, years);
        }
        let scaled = self.form == PidForm::RaiScaled;
        let deviation = if scaled { Deviation::Scaled } else { Deviation::Raw };
        let terms = RaiTerms { kp, ki, noise, low, high };
        Rai { terms, deviation, leak, state }.answer_with(w, setpoint, measured, kept, years)
    }
}

/// What the controller reads.
#[derive(Clone, Copy, Debug, PartialEq, Record)]
pub struct PidInputs {
    /// What is held against the setpoint `[1]` -- input.
    #[record(unit = "1")]
    pub measured: f64,
}

/// What the controller shows.
///
/// # Equations
/// ```text
/// error' = setpoint - measured -- form rai-scaled: (setpoint - measured) / setpoint
/// integral' = integral * leak^years + error' * years -- in RAI's forms the mean of error and error' stands for error'
/// output = kp * error' + ki * integral' + kd * (error' - error) / years
/// rate = clamp(output, low, high) -- in RAI's forms 0 where abs(output) < noise_barrier * setpoint
/// supply' = max(supply * (1 + rate * years), 0)
/// adjustment = supply' - supply
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Record)]
pub struct PidMetrics {
    /// Total supply `[token]` -- metric.
    #[record(unit = "token")]
    pub supply: f64,
    /// Minted (positive) or burned (negative) in the last step `[token]` -- metric.
    #[record(unit = "token")]
    pub adjustment: f64,
    /// Rate of the last step `[1/yr]` -- metric.
    #[record(unit = "1/yr")]
    pub rate: f64,
    /// Last error `[1]` -- metric.
    #[record(unit = "1")]
    pub error: f64,
    /// Integral of the error `[yr]` -- metric.
    #[record(unit = "yr")]
    pub integral: f64,
}

/// What keeps the output a number.
const GAINS: &str = "a finite number: bring kp, ki, kd or setpoint nearer to 0, or measure something smaller";

/// What a step changes.
#[derive(Clone, Copy, Debug, PartialEq, Record, Serialize, Deserialize)]
pub struct PidSupplyState {
    /// Total supply `[token]`.
    #[record(unit = "token")]
    pub supply: f64,
    /// Minted or burned in the last step `[token]`.
    #[record(unit = "token")]
    pub adjustment: f64,
    /// Rate of the last step `[1/yr]`.
    #[record(unit = "1/yr")]
    pub rate: f64,
    /// Integral of the error `[yr]`.
    #[record(unit = "yr")]
    pub integral: f64,
    /// Last error, 0 before there is one `[1]`.
    #[record(unit = "1")]
    pub error: f64,
    /// Whether there is a last error.
    #[record(unit = "1")]
    pub begun: bool,
}

/// The component `issuance/pid`.
pub type PidSupply = Machine<PidIssuing>;

/// How it steps.
#[derive(Debug)]
pub enum PidIssuing {}

impl Mechanism for PidIssuing {
    const KIND: &'static str = "issuance/pid";
    type Params = PidParams;
    type Terms = PidParams;
    type Inputs = PidInputs;
    type State = PidSupplyState;
    type Draws = ();
    type Metrics = PidMetrics;

    fn start(params: &PidParams) -> PidSupplyState {
        let supply = params.initial_supply;
        PidSupplyState { supply, adjustment: 0.0, rate: 0.0, integral: 0.0, error: 0.0, begun: false }
    }

    #[inline(always)]
    fn step<W: Watch<Error = StepError>>(w: &mut W, now: Now<'_, Self>) -> PidSupplyState {
        let Now { terms, state, inputs, clock, .. } = now;
        let years = clock.years();
        let memory = PidState { integral: state.integral, previous: state.begun.then_some(state.error) };
        let (rate, memory) = w.part(
            |error| caused_or(error, GAINS),
            #[inline(always)]
            |w| terms.answer(w, memory, inputs.measured, years),
        );
        let supply = math::max(state.supply * (1.0 + rate * years), 0.0);
        w.need(supply.is_finite(), || {
            StepError::domain("supply", supply, "a finite number of tokens: lower high")
        });
        let PidState { integral, previous } = memory;
        let error = previous.unwrap_or(0.0);
        PidSupplyState { supply, adjustment: supply - state.supply, rate, integral, error, begun: true }
    }

    #[inline(always)]
    fn show(_: &PidParams, state: &PidSupplyState) -> PidMetrics {
        let PidSupplyState { supply, adjustment, rate, error, integral, .. } = *state;
        PidMetrics { supply, adjustment, rate, error, integral }
    }
}
