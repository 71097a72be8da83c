//! A PID controller with leaky integral, output limits and anti-windup.
//!
//! ```text
//! e = setpoint - measured        I' = I leak^dt + e dt        D = (e - e_previous) / dt (0 on the first call)
//! u = clamp(kp e + ki I' + kd D, low, high)
//! ```
//!
//! | symbol | meaning | unit |
//! |---|---|---|
//! | e | error | that of the setpoint |
//! | kp, ki, kd | gains | output/e, output/(e time), output time/e |
//! | leak | share of the integral that is kept per unit of time, 1: all | 1 |
//! | low, high | limits of the output | output |
//!
//! With `kd = 0` it is PI, with `ki = kd = 0` P. Conditional anti-windup leaves the integral (leak and all) as it is
//! while the output is beyond a limit on the side to which the error pushes. Without it a long saturation is paid back
//! by a long overshoot.
//!
//! Limits: it has memory, so dividing an interval changes the result. Invariants: the output lies in `[low, high]`; on
//! the setpoint with an empty integral the output is 0 (if 0 lies within the limits).
//!
//! Source: textbook form (integral by rectangles, from the first call on). RAI's controller integrates by trapezoids and has
//! a noise barrier: [`crate::rai`].

use serde::{Deserialize, Serialize};

use crate::error::{IssuanceError, positive, require};
use crate::number::{Number, demand, demand_positive};
use te_core::Choice;
use te_core::math::pow;

/// What happens to the integral while the output is at a limit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Choice)]
pub enum AntiWindup {
    /// It goes on growing.
    None,
    /// It stands still while the error pushes further out.
    #[default]
    Conditional,
}

/// Terms of the controller, on f64 or exact decimals.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct PidTerms<N = f64> {
    /// Proportional gain.
    pub kp: N,
    /// Integral gain.
    pub ki: N,
    /// Derivative gain.
    pub kd: N,
    /// Lowest output.
    pub low: N,
    /// Highest output.
    pub high: N,
    /// Rule for the integral at a limit.
    pub anti_windup: AntiWindup,
}

/// Memory of the controller.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct PidState<N = f64> {
    /// Integral of the error.
    pub integral: N,
    /// Error of the call before, none at first.
    pub previous: Option<N>,
}

impl<N: Number> Default for PidState<N> {
    fn default() -> Self {
        Self { integral: N::ZERO, previous: None }
    }
}

/// One step: the output and the next memory. `kept` is the share of the integral that the time leaves, `leak^dt`.
///
/// Valid for finite gains and error, `low <= high`, `0 <= kept <= 1`, `dt > 0`. The equation is that of the module.
///
/// # Errors
/// A value outside its range, or an overflow.
pub fn pid_step<N: Number>(
    terms: &PidTerms<N>,
    state: &PidState<N>,
    error: N,
    kept: N,
    dt: N,
) -> Result<(N, PidState<N>), IssuanceError> {
    for (name, gain) in [("kp", terms.kp), ("ki", terms.ki), ("kd", terms.kd), ("error", error)] {
        demand(name, gain, true, "a finite number")?;
    }
    demand("low", terms.low, terms.low <= terms.high, "at most high")?;
    demand("high", terms.high, true, "a finite number")?;
    demand("kept", kept, kept >= N::ZERO && kept <= N::ONE, "in [0, 1]")?;
    demand_positive("dt", dt)?;

    let slope = match state.previous {
        Some(previous) => error.minus(previous)?.over(dt)?,
        None => N::ZERO,
    };
    let output =
        |integral: N| terms.kp.times(error)?.plus(terms.ki.times(integral)?)?.plus(terms.kd.times(slope)?);
    let mut integral = state.integral.times(kept)?.plus(error.times(dt)?)?;
    let mut free = output(integral)?;
    let outward = (free > terms.high && error > N::ZERO) || (free < terms.low && error < N::ZERO);
    if outward && terms.anti_windup == AntiWindup::Conditional {
        integral = state.integral;
        free = output(integral)?;
    }
    Ok((free.within(terms.low, terms.high), PidState { integral, previous: Some(error) }))
}

/// A controller with its memory.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Pid {
    terms: PidTerms,
    setpoint: f64,
    leak: f64,
    state: PidState,
}

impl Pid {
    /// A controller at rest; `leak` is the share of the integral kept per unit of time.
    ///
    /// # Errors
    /// A value outside its range.
    pub fn new(terms: PidTerms, setpoint: f64, leak: f64) -> Result<Self, IssuanceError> {
        require("setpoint", setpoint, true, "a finite number")?;
        require("leak", leak, (0.0..=1.0).contains(&leak), "in [0, 1]")?;
        pid_step(&terms, &PidState::default(), 0.0, 1.0, 1.0)?;
        Ok(Self { terms, setpoint, leak, state: PidState::default() })
    }

    /// Answers a measurement after `dt` [output].
    ///
    /// # Errors
    /// A measurement that is not finite, `dt` not above 0, or an overflow; the memory is then as before.
    pub fn update(&mut self, measured: f64, dt: f64) -> Result<f64, IssuanceError> {
        require("measured", measured, true, "a finite number")?;
        positive("dt", dt)?;
        let kept = if self.leak == 1.0 { 1.0 } else { pow(self.leak, dt) };
        let (output, state) = pid_step(&self.terms, &self.state, self.setpoint - measured, kept, dt)?;
        self.state = state;
        Ok(output)
    }

    /// Replaces the memory.
    pub(crate) fn restore(&mut self, state: PidState) {
        self.state = state;
    }

    /// The memory.
    #[must_use]
    pub fn state(&self) -> &PidState {
        &self.state
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TERMS: PidTerms =
        PidTerms { kp: 1.0, ki: 1.0, kd: 0.0, low: -1.0, high: 1.0, anti_windup: AntiWindup::Conditional };

    #[test]
    fn anti_windup_returns_at_once_where_plain_integration_lags() {
        let returns = |anti_windup| {
            let mut pid = Pid::new(PidTerms { anti_windup, ..TERMS }, 0.0, 1.0).unwrap();
            for _ in 0..10 {
                assert_eq!(pid.update(-5.0, 1.0).unwrap(), 1.0);
            }
            pid.update(0.5, 1.0).unwrap()
        };
        assert_eq!(returns(AntiWindup::Conditional), -1.0);
        assert_eq!(returns(AntiWindup::None), 1.0);
    }

    #[test]
    fn a_refused_measurement_leaves_the_memory() {
        let mut pid = Pid::new(TERMS, 1.0, 0.9).unwrap();
        pid.update(0.5, 1.0).unwrap();
        let before = pid.clone();
        assert!(pid.update(f64::NAN, 1.0).is_err());
        assert!(pid.update(0.5, 0.0).is_err());
        assert_eq!(pid, before);
        assert!(Pid::new(TERMS, 1.0, 1.1).is_err());
        assert!(Pid::new(PidTerms { low: 2.0, ..TERMS }, 1.0, 1.0).is_err());
        assert!(Pid::new(PidTerms { kp: f64::NAN, ..TERMS }, 1.0, 1.0).is_err());
    }
}
