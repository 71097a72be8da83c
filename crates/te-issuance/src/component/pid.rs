//! Issuance by a PID controller: its output is the yearly rate at which the supply grows or shrinks.
//!
//! ```text
//! rate = pid(setpoint - measured)        supply' = supply (1 + rate * years), at least 0
//! ```
//!
//! The controller is that of [`crate::pid`], with time in years. With `ki = kd = 0` it is P, with `kd = 0` PI. The limits
//! are the yearly cap: the supply changes by at most `high` (or `low`) a year before compounding.
//!
//! Invariants: the rate lies within its limits; the supply is never negative.

use serde::{Deserialize, Serialize};
use te_core::{Clock, Component, ParamError, Params, Record, StepError, Stream};

use super::{caused, refuse};
use crate::pid::{AntiWindup, Pid, PidTerms};

/// Parameters of the controller.
#[derive(Clone, Debug, PartialEq, Params)]
#[params(check = Self::cross_check)]
pub struct PidParams {
    /// Wanted measurement [1] -- controllable.
    #[param(default = 0.2, unit = "1")]
    pub setpoint: f64,
    /// Proportional gain [1/yr] -- controllable.
    #[param(default = 1.0, unit = "1/yr")]
    pub kp: f64,
    /// Integral gain [1/yr^2] -- controllable.
    #[param(default = 0.0, unit = "1/yr^2")]
    pub ki: f64,
    /// Derivative gain [1] -- controllable.
    #[param(default = 0.0, unit = "1")]
    pub kd: f64,
    /// Share of the integral kept in a year [1] -- controllable.
    #[param(default = 1.0, min = 0.0, max = 1.0, unit = "1")]
    pub leak: f64,
    /// Lowest rate [1/yr] -- controllable.
    #[param(default = -0.1, min = -1e6, max = 1e6, unit = "1/yr")]
    pub low: f64,
    /// Highest rate [1/yr] -- controllable.
    #[param(default = 0.1, min = -1e6, max = 1e6, unit = "1/yr")]
    pub high: f64,
    /// Rule for the integral at a limit -- controllable.
    #[param(default = AntiWindup::Conditional)]
    pub anti_windup: AntiWindup,
    /// Supply at the start [token] -- controllable.
    #[param(default = 1e6, min = 0.0, max = 1e18, unit = "token")]
    pub initial_supply: f64,
}

impl PidParams {
    fn cross_check(&self) -> Result<(), String> {
        if self.low > self.high { Err("low must be at most high".to_owned()) } else { Ok(()) }
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

/// The component `issuance/pid`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PidSupply {
    params: PidParams,
    pid: Pid,
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
        let PidParams { kp, ki, kd, low, high, anti_windup, .. } = params;
        let terms = PidTerms { kp, ki, kd, low, high, anti_windup };
        let pid = Pid::new(terms, params.setpoint, params.leak).map_err(|error| refuse(&error))?;
        let supply = params.initial_supply;
        Ok(Self { params, pid, supply, adjustment: 0.0, rate: 0.0 })
    }

    fn step(&mut self, inputs: &PidInputs, clock: &Clock, _: &mut Stream) -> Result<(), StepError> {
        let mut pid = self.pid.clone();
        let rate = pid.update(inputs.measured, clock.years()).map_err(caused)?;
        let supply = StepError::finite("supply", (self.supply * (1.0 + rate * clock.years())).max(0.0))?;
        self.adjustment = supply - self.supply;
        self.supply = supply;
        self.rate = rate;
        self.pid = pid;
        Ok(())
    }

    fn metrics(&self) -> PidMetrics {
        let state = self.pid.state();
        PidMetrics {
            supply: self.supply,
            adjustment: self.adjustment,
            rate: self.rate,
            error: state.previous.unwrap_or(0.0),
            integral: state.integral,
        }
    }
}
