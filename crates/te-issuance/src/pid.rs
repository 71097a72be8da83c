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

#![expect(
    clippy::inline_always,
    reason = "a loop over columns of runs becomes vector code only where these are inlined"
)]

use serde::{Deserialize, Serialize};

use crate::error::{IssuanceError, demand, demand_number, demand_positive, demand_share, require};
use te_math::{Number, Watch, checked, pow, select};

/// What happens to the integral while the output is at a limit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "engine", derive(te_core::Choice))]
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

impl<N: Number> PidTerms<N> {
    /// Terms and error must be in their ranges.
    fn demand<W: Watch<Error = IssuanceError>>(&self, w: &mut W, error: N) {
        for (name, value) in [("kp", self.kp), ("ki", self.ki), ("kd", self.kd), ("error", error)] {
            demand_number(w, name, value);
        }
        demand_limits(w, self.low, self.high);
    }

    /// The output before its limits.
    #[inline(always)]
    fn output<W: Watch<Error = IssuanceError>>(&self, w: &mut W, error: N, integral: N, slope: N) -> N {
        self.kp.times(error, w).plus(self.ki.times(integral, w), w).plus(self.kd.times(slope, w), w)
    }
}

/// Limits of an output must be numbers in their order.
pub(crate) fn demand_limits<N: Number, W: Watch<Error = IssuanceError>>(w: &mut W, low: N, high: N) {
    demand(w, "low", low, low.is_number() & (low <= high), "at most high");
    demand_number(w, "high", high);
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
    checked(|w| {
        terms.demand(w, error);
        pid_step_with(w, terms, state, error, kept, dt)
    })
}

/// [`pid_step`] for terms that are known to be in their ranges.
#[inline(always)]
pub fn pid_step_with<N: Number, W: Watch<Error = IssuanceError>>(
    w: &mut W,
    terms: &PidTerms<N>,
    state: &PidState<N>,
    error: N,
    kept: N,
    dt: N,
) -> (N, PidState<N>) {
    demand_number(w, "error", error);
    demand_share(w, "kept", kept);
    demand_positive(w, "dt", dt);

    let begun = state.previous.is_some();
    let previous = state.previous.unwrap_or(N::ZERO);
    let slope = w.when(
        begun,
        #[inline(always)]
        |w| error.minus(previous, w).over(dt, w),
    );
    let slope = N::choose(begun, slope, N::ZERO);
    let grown = state.integral.times(kept, w).plus(error.times(dt, w), w);
    let free = terms.output(w, error, grown, slope);
    let outward = ((free > terms.high) & (error > N::ZERO)) | ((free < terms.low) & (error < N::ZERO));
    let held = outward & (terms.anti_windup == AntiWindup::Conditional);
    let holding = w.when(
        held,
        #[inline(always)]
        |w| terms.output(w, error, state.integral, slope),
    );
    let integral = N::choose(held, state.integral, grown);
    let free = N::choose(held, holding, free);
    (free.within(terms.low, terms.high), PidState { integral, previous: Some(error) })
}

/// Share of the integral that is kept for a time `dt`: `leak^dt`.
#[inline(always)]
pub(crate) fn share_kept(leak: f64, dt: f64) -> f64 {
    select(leak == 1.0, 1.0, pow(leak, dt))
}

/// A controller with its memory.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Pid {
    pub(crate) terms: PidTerms,
    pub(crate) setpoint: f64,
    pub(crate) leak: f64,
    pub(crate) state: PidState,
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

    /// Answers a measurement after `dt` `[output]`.
    ///
    /// # Errors
    /// A measurement that is not finite, `dt` not above 0, or an overflow; the memory is then as before.
    pub fn update(&mut self, measured: f64, dt: f64) -> Result<f64, IssuanceError> {
        let (output, state) = checked(|w| {
            let answer = self.answer_with(w, measured, share_kept(self.leak, dt), dt);
            // One that was read from a file has not been through `new`.
            self.terms.demand(w, 0.0);
            answer
        })?;
        self.state = state;
        Ok(output)
    }

    /// The answer to a measurement after `dt`, which leaves the share `kept` of the integral, and the next memory, for terms
    /// that are known to be in their ranges.
    #[inline(always)]
    pub(crate) fn answer_with<W: Watch<Error = IssuanceError>>(
        &self,
        w: &mut W,
        measured: f64,
        kept: f64,
        dt: f64,
    ) -> (f64, PidState) {
        demand_number(w, "measured", measured);
        demand_positive(w, "dt", dt);
        pid_step_with(w, &self.terms, &self.state, self.setpoint - measured, kept, dt)
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
