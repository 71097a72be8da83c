//! RAI's PI controller: integral by trapezoids, leak, noise barrier.
//!
//! ```text
//! raw:    e = R - P                  scaled: e = (R - P) / R
//! I' = I leak^dt + (e + e_before) / 2 dt        (the first call adds nothing)
//! u = kp e + ki I'
//! rate = 0 where |u| < noise R, else clamp(u, low, high)
//! ```
//!
//! | symbol | meaning | unit |
//! |---|---|---|
//! | R, P | redemption price, market price | quote |
//! | e | deviation, positive where the market is below | quote, or 1 if scaled |
//! | kp, ki | gains | rate/e, rate/(e time) |
//! | leak | share of the integral that is kept per unit of time, 1: all | 1 |
//! | noise | share of the redemption price below which an output counts as noise; the contract stores `1 - noise` | 1 |
//! | low, high | limits of the rate | rate |
//!
//! It differs from the textbook's controller ([`crate::pid`]) in the integral: each interval counts with the mean of the
//! deviations at its ends, so the first call, which ends no interval, adds nothing. It has no derivative and no
//! anti-windup: the integral goes on growing while the output is at a limit or below the noise barrier.
//!
//! Limits: the contract counts in integers of 27 decimals and rounds towards zero; here it is f64 or exact decimals.
//! Invariants: the rate is 0 or lies in `[low, high]`; an interval may not be divided without changing the result, unless
//! the deviation is linear over it and nothing leaks.
//!
//! Source: reflexer-labs/geb-rrfm-calculators, `PIRawPerSecondCalculator` and `PIScaledPerSecondCalculator`.

#![expect(
    clippy::inline_always,
    reason = "a loop over columns of runs becomes vector code only where these are inlined"
)]

use serde::{Deserialize, Serialize};

use crate::error::{IssuanceError, demand_number, demand_positive, demand_share, fits, require};
use crate::pid::{PidState, demand_limits, share_kept};
use te_math::{Number, Watch, checked};

/// What the deviation is counted in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Deviation {
    /// Redemption price less market price.
    #[default]
    Raw,
    /// The same as a share of the redemption price.
    Scaled,
}

/// Terms of the controller, on f64 or exact decimals.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct RaiTerms<N = f64> {
    /// Proportional gain.
    pub kp: N,
    /// Integral gain.
    pub ki: N,
    /// Share of the redemption price below which an output counts as noise `[1]`. The contract's `noiseBarrier` of 0.995 is 0.005.
    pub noise: N,
    /// Lowest rate.
    pub low: N,
    /// Highest rate.
    pub high: N,
}

impl<N: Number> RaiTerms<N> {
    /// Terms and error must be in their ranges.
    fn demand<W: Watch<Error = IssuanceError>>(&self, w: &mut W, error: N) {
        for (name, value) in [("kp", self.kp), ("ki", self.ki), ("error", error)] {
            demand_number(w, name, value);
        }
        demand_limits(w, self.low, self.high);
        demand_share(w, "noise", self.noise);
    }
}

/// One call: the rate and the next memory. `kept` is the share of the integral that the time leaves, `leak^dt`.
///
/// Valid for finite gains, error and limits, `low <= high`, `0 <= noise <= 1`, `0 <= kept <= 1`, `redemption, dt > 0`. The
/// equation is that of the module; `error` is the raw or the scaled deviation.
///
/// # Errors
/// A value outside its range, or an overflow.
pub fn rai_step<N: Number>(
    terms: &RaiTerms<N>,
    state: &PidState<N>,
    error: N,
    redemption: N,
    kept: N,
    dt: N,
) -> Result<(N, PidState<N>), IssuanceError> {
    checked(|w| {
        terms.demand(w, error);
        rai_step_with(w, terms, state, error, redemption, kept, dt)
    })
}

/// [`rai_step`] for terms that are known to be in their ranges.
#[inline(always)]
pub fn rai_step_with<N: Number, W: Watch<Error = IssuanceError>>(
    w: &mut W,
    terms: &RaiTerms<N>,
    state: &PidState<N>,
    error: N,
    redemption: N,
    kept: N,
    dt: N,
) -> (N, PidState<N>) {
    demand_number(w, "error", error);
    demand_share(w, "kept", kept);
    demand_positive(w, "redemption price", redemption);
    demand_positive(w, "dt", dt);

    let begun = state.previous.is_some();
    let previous = state.previous.unwrap_or(N::ZERO);
    let fresh = w.when(
        begun,
        #[inline(always)]
        |w| error.plus(previous, w).over(N::count(2), &mut fits()).times(dt, w),
    );
    let fresh = N::choose(begun, fresh, N::ZERO);
    let integral = state.integral.times(kept, w).plus(fresh, w);
    let output = terms.kp.times(error, w).plus(terms.ki.times(integral, w), w);
    let barrier = terms.noise.times(redemption, &mut fits());
    let noise = (output < barrier) & (output > barrier.negated());
    let rate = N::choose(noise, N::ZERO, output.within(terms.low, terms.high));
    (rate, PidState { integral, previous: Some(error) })
}

/// A controller with its memory.
///
/// ```
/// use te_issuance::rai::{Deviation, Rai, RaiTerms};
///
/// let terms = RaiTerms { kp: 1.0, ki: 1.0, noise: 0.0, low: -1e9, high: 1e9 };
/// let mut rai = Rai::new(terms, Deviation::Raw, 1.0)?;
/// // An hour between calls: the first adds nothing, the second the mean deviation of the hour.
/// rai.update(1.0, 1.05, 3_600.0)?;
/// assert_eq!(rai.state().integral, 0.0);
/// rai.update(1.0, 2.05, 3_600.0)?;
/// assert!((rai.state().integral + 1_980.0).abs() < 1e-9);
/// # Ok::<(), te_issuance::IssuanceError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Rai {
    pub(crate) terms: RaiTerms,
    pub(crate) deviation: Deviation,
    pub(crate) leak: f64,
    pub(crate) state: PidState,
}

impl Rai {
    /// A controller before its first call; `leak` is the share of the integral kept per unit of time.
    ///
    /// # Errors
    /// A value outside its range.
    pub fn new(terms: RaiTerms, deviation: Deviation, leak: f64) -> Result<Self, IssuanceError> {
        require("leak", leak, (0.0..=1.0).contains(&leak), "in [0, 1]")?;
        rai_step(&terms, &PidState::default(), 0.0, 1.0, 1.0, 1.0)?;
        Ok(Self { terms, deviation, leak, state: PidState::default() })
    }

    /// Answers prices after `dt` `[rate]`: `redemption` is the price aimed at, `market` the price seen.
    ///
    /// # Errors
    /// A market price that is not finite, a redemption price or `dt` not above 0, or an overflow; the memory is then as
    /// before.
    pub fn update(&mut self, redemption: f64, market: f64, dt: f64) -> Result<f64, IssuanceError> {
        let (rate, state) = checked(|w| {
            let answer = self.answer_with(w, redemption, market, share_kept(self.leak, dt), dt);
            // One that was read from a file has not been through `new`.
            self.terms.demand(w, 0.0);
            answer
        })?;
        self.state = state;
        Ok(rate)
    }

    /// The answer to prices after `dt`, which leaves the share `kept` of the integral, and the next memory, for terms that
    /// are known to be in their ranges.
    #[inline(always)]
    pub(crate) fn answer_with<W: Watch<Error = IssuanceError>>(
        &self,
        w: &mut W,
        redemption: f64,
        market: f64,
        kept: f64,
        dt: f64,
    ) -> (f64, PidState) {
        demand_number(w, "measured", market);
        demand_positive(w, "redemption price", redemption);
        demand_positive(w, "dt", dt);
        let raw = redemption.minus(market, w);
        let error = match self.deviation {
            Deviation::Raw => raw,
            Deviation::Scaled => raw.over(redemption, w),
        };
        rai_step_with(w, &self.terms, &self.state, error, redemption, kept, dt)
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

    const TERMS: RaiTerms = RaiTerms { kp: 1.0, ki: 1.0, noise: 0.0, low: -1e9, high: 1e9 };

    #[test]
    fn a_constant_deviation_counts_from_the_second_call() {
        let mut rai = Rai::new(TERMS, Deviation::Raw, 1.0).unwrap();
        assert!((rai.update(1.0, 0.95, 3_600.0).unwrap() - 0.05).abs() < 1e-15);
        assert!((rai.update(1.0, 0.95, 3_600.0).unwrap() - 180.05).abs() < 1e-9);
        assert!((rai.state().integral - 180.0).abs() < 1e-9);
    }

    #[test]
    fn it_leaks_before_it_adds() {
        let mut rai = Rai::new(TERMS, Deviation::Raw, 0.5).unwrap();
        for _ in 0..3 {
            rai.update(1.0, 0.9, 1.0).unwrap();
        }
        // 0, then 0.1, then 0.1 / 2 + 0.1.
        assert!((rai.state().integral - 0.15).abs() < 1e-15);
    }

    #[test]
    fn noise_is_a_share_of_the_redemption_price() {
        let terms = RaiTerms { ki: 0.0, noise: 0.005, ..TERMS };
        let mut raw = Rai::new(terms, Deviation::Raw, 1.0).unwrap();
        assert_eq!(raw.update(2.0, 2.0 - 0.0099, 1.0).unwrap(), 0.0);
        assert!((raw.update(2.0, 2.0 - 0.0101, 1.0).unwrap() - 0.0101).abs() < 1e-15);
        assert!((raw.update(2.0, 2.0 + 0.0101, 1.0).unwrap() + 0.0101).abs() < 1e-15);
        let mut scaled = Rai::new(terms, Deviation::Scaled, 1.0).unwrap();
        assert_eq!(scaled.update(2.0, 2.0 - 0.0101, 1.0).unwrap(), 0.0);
        assert!((scaled.update(2.0, 1.9, 1.0).unwrap() - 0.05).abs() < 1e-15);
    }

    #[test]
    fn a_refused_call_leaves_the_memory() {
        let mut rai = Rai::new(TERMS, Deviation::Scaled, 0.9).unwrap();
        rai.update(1.0, 0.5, 1.0).unwrap();
        let before = rai.clone();
        assert!(rai.update(1.0, f64::NAN, 1.0).is_err());
        assert!(rai.update(0.0, 1.0, 1.0).is_err());
        assert!(rai.update(1.0, 1.0, 0.0).is_err());
        assert_eq!(rai, before);
        assert!(Rai::new(TERMS, Deviation::Raw, 1.1).is_err());
        assert!(Rai::new(RaiTerms { noise: -0.1, ..TERMS }, Deviation::Raw, 1.0).is_err());
    }
}
