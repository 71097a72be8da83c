//! Two regimes, bull and bear, that a market switches between at random.
//!
//! ```text
//! continuous time, leave rates q0 (bull), q1 (bear):
//!   P(switch from bull in dt) = q0/(q0 + q1) (1 - exp(-(q0 + q1) dt)),   from bear with q1 in front
//!   stationary P(bull) = q1/(q0 + q1)
//! steps, p0 = P(bull -> bear), p1 = P(bear -> bull):
//!   stationary pi = p1/(p0 + p1);  expected stay 1/p0, 1/p1 steps
//!   P(bull after n | bull) = pi + (1 - pi)(1 - p0 - p1)^n,   | bear: pi - pi (1 - p0 - p1)^n
//! ```
//!
//! Symbols: rates `q` >= 0 `[1/yr]`, probabilities `p` in `[0, 1]` `[1/step]`, `n` `[step]`. "Switch" means to be in the other
//! regime at the end of the step, whatever happened inside it: so the continuous form has the same law at any step.
//! Invariants: probabilities lie in `[0, 1]`; two steps are the square of one. Limit: memoryless stays.
//!
//! Source: J. Hamilton, *A new approach to the economic analysis of nonstationary time series and the business cycle*,
//! Econometrica 57, 1989; the two-state chain is in every text on Markov processes.

use te_math as math;

use crate::error::MarketError;

/// The state of the market.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "engine", derive(te_core::Choice))]
pub enum Regime {
    /// Rising.
    Bull,
    /// Falling.
    Bear,
}

impl Regime {
    /// The other one.
    #[must_use]
    pub fn other(self) -> Self {
        match self {
            Self::Bull => Self::Bear,
            Self::Bear => Self::Bull,
        }
    }
}

/// The chain in continuous time; valid once built.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct ContinuousChain {
    leave_bull: f64,
    leave_bear: f64,
}

impl ContinuousChain {
    /// Rates at which the two regimes are left `[1/yr]`, each >= 0.
    ///
    /// # Errors
    /// A rate that is negative or not finite.
    pub fn new(leave_bull: f64, leave_bear: f64) -> Result<Self, MarketError> {
        MarketError::require("rate of leaving the bull", leave_bull, leave_bull >= 0.0, "[0, inf)")?;
        MarketError::require("rate of leaving the bear", leave_bear, leave_bear >= 0.0, "[0, inf)")?;
        MarketError::finite("sum of the rates", leave_bull + leave_bear)?;
        Ok(Self { leave_bull, leave_bear })
    }

    /// Probability to be in the other regime after `dt` years `[1]`.
    ///
    /// ```
    /// use te_market::regime::{ContinuousChain, Regime};
    /// let chain = ContinuousChain::new(2.0, 3.0)?;
    /// assert!((chain.switch_probability(Regime::Bull, 1e9)? - 0.4).abs() < 1e-15);
    /// # Ok::<(), te_market::MarketError>(())
    /// ```
    ///
    /// # Errors
    /// `dt` negative or not finite.
    pub fn switch_probability(&self, from: Regime, dt: f64) -> Result<f64, MarketError> {
        MarketError::require("dt", dt, dt >= 0.0, "[0, inf)")?;
        let total = self.leave_bull + self.leave_bear;
        if total == 0.0 {
            return Ok(0.0);
        }
        let leave = match from {
            Regime::Bull => self.leave_bull,
            Regime::Bear => self.leave_bear,
        };
        Ok(leave / total * -math::exp_m1(-total * dt))
    }

    /// Long-run share of the time in the bull `[1]`; `None` if no regime is ever left.
    #[must_use]
    pub fn stationary_bull(&self) -> Option<f64> {
        let total = self.leave_bull + self.leave_bear;
        (total > 0.0).then(|| self.leave_bear / total)
    }

    /// The chain seen at steps of `dt` years.
    ///
    /// # Errors
    /// `dt` negative or not finite.
    pub fn at_steps(&self, dt: f64) -> Result<StepChain, MarketError> {
        StepChain::new(self.switch_probability(Regime::Bull, dt)?, self.switch_probability(Regime::Bear, dt)?)
    }
}

/// The chain in steps; valid once built.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct StepChain {
    leave_bull: f64,
    leave_bear: f64,
}

impl StepChain {
    /// Probabilities to leave the bull and the bear in a step `[1/step]`.
    ///
    /// # Errors
    /// A probability outside `[0, 1]`.
    pub fn new(leave_bull: f64, leave_bear: f64) -> Result<Self, MarketError> {
        let unit = 0.0..=1.0;
        MarketError::require("p(bull to bear)", leave_bull, unit.contains(&leave_bull), "[0, 1]")?;
        MarketError::require("p(bear to bull)", leave_bear, unit.contains(&leave_bear), "[0, 1]")?;
        Ok(Self { leave_bull, leave_bear })
    }

    /// Long-run share of the steps in the bull `[1]`; `None` if no regime is ever left.
    #[must_use]
    pub fn stationary_bull(&self) -> Option<f64> {
        let total = self.leave_bull + self.leave_bear;
        (total > 0.0).then(|| self.leave_bear / total)
    }

    /// Expected number of steps in a regime before it is left `[step]`; `None` if it never is.
    #[must_use]
    pub fn expected_stay(&self, regime: Regime) -> Option<f64> {
        let leave = match regime {
            Regime::Bull => self.leave_bull,
            Regime::Bear => self.leave_bear,
        };
        (leave > 0.0).then(|| 1.0 / leave)
    }

    /// Probability to be in the bull after `n` steps from `start` `[1]`.
    #[must_use]
    pub fn bull_after(&self, start: Regime, n: u32) -> f64 {
        let Some(pi) = self.stationary_bull() else {
            return f64::from(u8::from(start == Regime::Bull));
        };
        let memory = (0..n).fold(1.0, |memory, _| memory * (1.0 - self.leave_bull - self.leave_bear));
        match start {
            Regime::Bull => pi + (1.0 - pi) * memory,
            Regime::Bear => pi - pi * memory,
        }
    }
}
