//! The interest rate of the world outside: constant, built up from premia, or a stochastic short rate.
//!
//! | model | rate | quoted |
//! |---|---|---|
//! | `constant` | the parameter `rate`, > -1 and negative allowed | effective, per year |
//! | `build-up` | the sum of five premia, [`crate::premia`] | effective, per year |
//! | `vasicek` | [`crate::vasicek`] | continuously compounded, per year |
//! | `cir` | [`crate::cir`] | continuously compounded, per year |
//!
//! A step of `dt` years moves a short rate by its exact transition and grows the money-market account by
//! `exp(r dt)` at the rate that held when the step began. A step without a length counts as one year, so all parameters are
//! then per step. Invariants: a constant or built-up rate never changes and draws nothing; a CIR rate is never negative;
//! the discount factor is 1 at maturity 0. Limits: no stochastic rate existed in the source; Vasicek and CIR are the
//! field's standard formulations, and the defaults are textbook values fitted to nothing.
//!
//! Sources: [`crate::premia`], [`crate::vasicek`], [`crate::cir`].

use serde::{Deserialize, Serialize};
use te_core::{Choice, Clock, Component, ParamError, Params, Record, StepError, Stream};

use crate::cir::Cir;
use crate::error::FinanceError;
use crate::premia::{Premia, built_up_rate};
use crate::vasicek::Vasicek;
use te_core::math;

/// Which model gives the rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Choice)]
pub enum RateModel {
    /// One rate for ever.
    Constant,
    /// The sum of five premia, for ever.
    BuildUp,
    /// Mean-reverting, normally distributed.
    Vasicek,
    /// Mean-reverting, never negative.
    Cir,
}

/// Parameters of the Vasicek short rate.
#[derive(Clone, Copy, Debug, PartialEq, Params)]
pub struct VasicekParams {
    /// Speed of reversion [1/yr] -- environment.
    #[param(default = 0.5, above = 0.0, unit = "1/yr", role = "environment")]
    pub a: f64,
    /// Long-run mean [1/yr] -- environment.
    #[param(default = 0.05, unit = "1/yr", role = "environment")]
    pub b: f64,
    /// Volatility [1/yr^1.5] -- environment.
    #[param(default = 0.02, min = 0.0, unit = "1/yr^1.5", role = "environment")]
    pub sigma: f64,
    /// Rate at the start [1/yr] -- environment.
    #[param(default = 0.03, unit = "1/yr", role = "environment")]
    pub r0: f64,
}

/// Parameters of the Cox-Ingersoll-Ross short rate.
#[derive(Clone, Copy, Debug, PartialEq, Params)]
pub struct CirParams {
    /// Speed of reversion [1/yr] -- environment.
    #[param(default = 0.5, above = 0.0, unit = "1/yr", role = "environment")]
    pub a: f64,
    /// Long-run mean [1/yr] -- environment.
    #[param(default = 0.05, min = 0.0, unit = "1/yr", role = "environment")]
    pub b: f64,
    /// Volatility [1/yr] -- environment.
    #[param(default = 0.1, min = 0.0, unit = "1/yr", role = "environment")]
    pub sigma: f64,
    /// Rate at the start [1/yr] -- environment.
    #[param(default = 0.03, min = 0.0, unit = "1/yr", role = "environment")]
    pub r0: f64,
}

/// Parameters of the interest rate.
#[derive(Clone, Debug, PartialEq, Params)]
#[params(check = Self::premia_leave_something)]
pub struct InterestRateParams {
    /// Which model gives the rate.
    #[param(default = RateModel::Constant, role = "environment")]
    pub model: RateModel,
    /// The constant rate, effective per year [1/yr] -- environment.
    #[param(default = 0.01, above = -1.0, soft_min = -0.05, soft_max = 0.5, unit = "1/yr", role = "environment")]
    pub rate: f64,
    /// Premia of the built-up rate.
    #[param(nested)]
    pub premia: Premia,
    /// The Vasicek model.
    #[param(nested)]
    pub vasicek: VasicekParams,
    /// The Cox-Ingersoll-Ross model.
    #[param(nested)]
    pub cir: CirParams,
    /// Maturity of the bond whose price and yield are shown [yr] -- controllable.
    #[param(default = 1.0, min = 0.0, max = 100.0, unit = "yr")]
    pub maturity: f64,
}

impl InterestRateParams {
    fn premia_leave_something(&self) -> Result<(), String> {
        match self.model {
            RateModel::BuildUp => built_up_rate(&self.premia).map(drop).map_err(|error| error.to_string()),
            _ => Ok(()),
        }
    }
}

/// What the interest rate shows.
#[derive(Clone, Copy, Debug, PartialEq, Record)]
pub struct InterestRateMetrics {
    /// Rate as its model quotes it [1/yr] -- metric.
    #[record(unit = "1/yr")]
    pub rate: f64,
    /// The same rate, continuously compounded [1/yr] -- metric.
    #[record(unit = "1/yr")]
    pub continuous_rate: f64,
    /// Mean of the rate at this time, seen from the start [1/yr] -- metric.
    #[record(unit = "1/yr")]
    pub mean: f64,
    /// Variance of the rate at this time, seen from the start [1/yr^2] -- metric.
    #[record(unit = "1/yr^2")]
    pub variance: f64,
    /// Price of 1 unit paid at the maturity [1] -- metric.
    #[record(unit = "1")]
    pub discount_factor: f64,
    /// Continuously compounded yield to the maturity [1/yr] -- metric.
    #[record(unit = "1/yr")]
    pub bond_yield: f64,
    /// What 1 unit in the money-market account has grown to [1] -- metric.
    #[record(unit = "1")]
    pub account: f64,
}

/// The component `finance/interest-rate`: the rate and its money-market account.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct InterestRate {
    law: Law,
    maturity: f64,
    start: f64,
    rate: f64,
    elapsed: f64,
    shown: Shown,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
enum Law {
    Effective,
    Vasicek(Vasicek),
    Cir(Cir),
}

/// Figures that follow from the state; kept because they can fail to be finite, which is found in the step.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
struct Shown {
    mean: f64,
    variance: f64,
    discount_factor: f64,
    bond_yield: f64,
    account: f64,
}

impl InterestRate {
    /// Rate as its model quotes it [1/yr].
    #[must_use]
    pub fn rate(&self) -> f64 {
        self.rate
    }

    fn continuous(&self) -> f64 {
        match self.law {
            Law::Effective => math::ln_1p(self.rate),
            Law::Vasicek(_) | Law::Cir(_) => self.rate,
        }
    }

    fn observe(&self, account: f64) -> Result<Shown, FinanceError> {
        let (mean, variance, bond_yield) = match self.law {
            Law::Effective => (self.rate, 0.0, self.continuous()),
            Law::Vasicek(model) => (
                model.mean(self.start, self.elapsed)?,
                model.variance(self.elapsed)?,
                model.bond_yield(self.rate, self.maturity)?,
            ),
            Law::Cir(model) => (
                model.mean(self.start, self.elapsed)?,
                model.variance(self.start, self.elapsed)?,
                model.bond_yield(self.rate, self.maturity)?,
            ),
        };
        let discount_factor =
            FinanceError::finite("discount factor", math::exp(-bond_yield * self.maturity))?;
        FinanceError::finite("money-market account", account)?;
        Ok(Shown { mean, variance, discount_factor, bond_yield, account })
    }
}

impl Component for InterestRate {
    const KIND: &'static str = "finance/interest-rate";
    type Params = InterestRateParams;
    type Inputs = ();
    type Metrics = InterestRateMetrics;

    fn new(params: InterestRateParams) -> Result<Self, ParamError> {
        params.check()?;
        let refused = |error: FinanceError| te_core::ParamIssue::cross(error.to_string());
        let build = || -> Result<Self, FinanceError> {
            let (law, rate) = match params.model {
                RateModel::Constant => (Law::Effective, params.rate),
                RateModel::BuildUp => (Law::Effective, built_up_rate(&params.premia)?),
                RateModel::Vasicek => {
                    let VasicekParams { a, b, sigma, r0 } = params.vasicek;
                    (Law::Vasicek(Vasicek::new(a, b, sigma)?), r0)
                }
                RateModel::Cir => {
                    let CirParams { a, b, sigma, r0 } = params.cir;
                    (Law::Cir(Cir::new(a, b, sigma)?), r0)
                }
            };
            let empty =
                Shown { mean: 0.0, variance: 0.0, discount_factor: 0.0, bond_yield: 0.0, account: 1.0 };
            let (maturity, start, elapsed) = (params.maturity, rate, 0.0);
            let mut built = Self { law, maturity, start, rate, elapsed, shown: empty };
            built.shown = built.observe(1.0)?;
            Ok(built)
        };
        build().map_err(|error| ParamError::single(refused(error)))
    }

    fn step(&mut self, (): &(), clock: &Clock, rng: &mut Stream) -> Result<(), StepError> {
        let dt = clock.years();
        let mut next = self.clone();
        next.rate = match &self.law {
            Law::Effective => self.rate,
            Law::Vasicek(model) => model.sample(self.rate, dt, rng).map_err(StepError::caused_by)?,
            Law::Cir(model) => model.sample(self.rate, dt, rng).map_err(StepError::caused_by)?,
        };
        next.elapsed += dt;
        let account = self.shown.account * math::exp(self.continuous() * dt);
        next.shown = next.observe(account).map_err(StepError::caused_by)?;
        *self = next;
        Ok(())
    }

    fn metrics(&self) -> InterestRateMetrics {
        let Shown { mean, variance, discount_factor, bond_yield, account } = self.shown;
        InterestRateMetrics {
            rate: self.rate,
            continuous_rate: self.continuous(),
            mean,
            variance,
            discount_factor,
            bond_yield,
            account,
        }
    }
}
