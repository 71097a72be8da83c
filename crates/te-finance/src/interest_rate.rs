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
//! the discount factor is 1 at maturity 0. The declared ranges keep the account within the floats for 200 years at a steady rate,
//! though not along every path of a wild one; where account or discount factor leave them, the run ends with an error that
//! names the parameters to change. Limits: no stochastic rate existed in the source; Vasicek and CIR are the
//! field's standard formulations, and the defaults are textbook values fitted to nothing.
//!
//! Sources: [`crate::premia`], [`crate::vasicek`], [`crate::cir`].

#![expect(
    clippy::inline_always,
    reason = "a loop over columns of runs becomes vector code only where these are inlined"
)]

use rand_distr::{Distribution, StandardNormal};
use serde::{Deserialize, Serialize};
use te_core::lanes::{self, LaneForm, Laned};
use te_core::{Choice, Clock, Component, ParamError, Params, Record, StepError, Stream};

use crate::cir::Cir;
use crate::error::FinanceError;
use crate::premia::{Premia, built_up_rate};
use crate::vasicek::{self, Vasicek, VasicekTerms};
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
    #[param(default = 0.5, above = 0.0, max = 1e6, unit = "1/yr", role = "environment")]
    pub a: f64,
    /// Long-run mean [1/yr] -- environment.
    #[param(default = 0.05, min = -3.0, max = 3.0, unit = "1/yr", role = "environment")]
    pub b: f64,
    /// Volatility [1/yr^1.5] -- environment.
    #[param(default = 0.02, min = 0.0, max = 1.0, unit = "1/yr^1.5", role = "environment")]
    pub sigma: f64,
    /// Rate at the start [1/yr] -- environment.
    #[param(default = 0.03, min = -3.0, max = 3.0, unit = "1/yr", role = "environment")]
    pub r0: f64,
}

/// Parameters of the Cox-Ingersoll-Ross short rate.
#[derive(Clone, Copy, Debug, PartialEq, Params)]
pub struct CirParams {
    /// Speed of reversion [1/yr] -- environment.
    #[param(default = 0.5, above = 0.0, max = 1e6, unit = "1/yr", role = "environment")]
    pub a: f64,
    /// Long-run mean [1/yr] -- environment.
    #[param(default = 0.05, min = 0.0, max = 1.0, unit = "1/yr", role = "environment")]
    pub b: f64,
    /// Volatility [1/yr] -- environment.
    #[param(default = 0.1, min = 0.0, max = 1.0, unit = "1/yr", role = "environment")]
    pub sigma: f64,
    /// Rate at the start [1/yr] -- environment.
    #[param(default = 0.03, min = 0.0, max = 1.0, unit = "1/yr", role = "environment")]
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
    #[param(default = 0.01, above = -1.0, max = 30.0, soft_min = -0.05, soft_max = 0.5, unit = "1/yr", role = "environment")]
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

impl Law {
    /// What keeps a discount factor finite.
    fn discounts_less(&self) -> &'static str {
        match self {
            Self::Effective => "raise `rate` or the premia, or lower `maturity`",
            Self::Vasicek(_) => {
                "lower `vasicek.sigma` or `maturity`, or raise `vasicek.a`, `vasicek.b` or `vasicek.r0`"
            }
            Self::Cir(_) => "lower `cir.sigma` or `maturity`",
        }
    }

    /// What keeps an account finite.
    fn grows_less(&self) -> &'static str {
        match self {
            Self::Effective => "lower `rate` or the premia, or shorten the run",
            Self::Vasicek(_) => "lower `vasicek.b`, `vasicek.r0` or `vasicek.sigma`, or shorten the run",
            Self::Cir(_) => "lower `cir.b`, `cir.r0` or `cir.sigma`, or shorten the run",
        }
    }
}

/// Figures that follow from the state; kept because they can fail to be finite, which is found in the step.
#[derive(Clone, Copy, Debug, PartialEq, Record, Serialize, Deserialize)]
pub struct Shown {
    /// Mean of the rate at this time, seen from the start [1/yr].
    #[record(unit = "1/yr")]
    mean: f64,
    /// Variance of the rate at this time, seen from the start [1/yr^2].
    #[record(unit = "1/yr^2")]
    variance: f64,
    /// Price of 1 unit paid at the maturity [1].
    #[record(unit = "1")]
    discount_factor: f64,
    /// Continuously compounded yield to the maturity [1/yr].
    #[record(unit = "1/yr")]
    bond_yield: f64,
    /// What 1 unit in the money-market account has grown to [1].
    #[record(unit = "1")]
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
        let discount_factor = math::exp(-bond_yield * self.maturity);
        if !discount_factor.is_finite() {
            return Err(FinanceError::Beyond {
                quantity: "discount factor",
                change: self.law.discounts_less(),
            });
        }
        if !account.is_finite() {
            return Err(FinanceError::Beyond {
                quantity: "money-market account",
                change: self.law.grows_less(),
            });
        }
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

    #[inline]
    fn step(&mut self, inputs: &(), clock: &Clock, rng: &mut Stream) -> Result<(), StepError> {
        let Law::Cir(model) = &self.law else { return lanes::step(self, inputs, clock, rng) };
        let rate = model.sample(self.rate, clock.years(), rng).map_err(StepError::caused_by)?;
        *self = self.moved(rate, clock.years()).map_err(StepError::caused_by)?;
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

    fn lane_form() -> Option<LaneForm<Self>> {
        Some(LaneForm::of())
    }
}

impl InterestRate {
    /// The state `dt` years later, at this rate, with typed refusals.
    fn moved(&self, rate: f64, dt: f64) -> Result<Self, FinanceError> {
        let mut next = Self { rate, elapsed: self.elapsed + dt, ..self.clone() };
        next.shown = next.observe(self.shown.account * math::exp(self.continuous() * dt))?;
        Ok(next)
    }

    fn checked(&self, z: f64, dt: f64) -> Result<Self, FinanceError> {
        let rate = match &self.law {
            Law::Vasicek(model) => model.advance(self.rate, dt, z)?,
            Law::Effective | Law::Cir(_) => self.rate,
        };
        self.moved(rate, dt)
    }
}

/// What a run keeps.
#[derive(Clone, Copy, Debug, PartialEq, Record)]
pub struct InterestRateTerms {
    /// The process; only the maturity where the rate is constant.
    #[record(nested)]
    pub vasicek: VasicekTerms,
    /// Rate at the start [1/yr].
    #[record(unit = "1/yr")]
    pub start: f64,
}

/// What a step changes.
#[derive(Clone, Copy, Debug, PartialEq, Record)]
pub struct InterestRateState {
    /// Rate as its model quotes it [1/yr].
    #[record(unit = "1/yr")]
    pub rate: f64,
    /// Time since the start [yr].
    #[record(unit = "yr")]
    pub elapsed: f64,
    /// Figures that follow.
    #[record(nested)]
    pub shown: Shown,
}

/// What a step draws.
#[derive(Clone, Copy, Debug, PartialEq, Record)]
pub struct RateShock {
    /// Standard normal shock, 0 where the rate is constant [1].
    #[record(unit = "1")]
    pub z: f64,
}

/// Rates that are constant or follow Vasicek. The step of a CIR rate is its draw, with loops of their own: it is stepped one by one.
impl Laned for InterestRate {
    type Fixed = InterestRateTerms;
    type State = InterestRateState;
    type Draws = RateShock;

    #[inline]
    fn fixed(&self) -> InterestRateTerms {
        let vasicek = match &self.law {
            Law::Vasicek(model) => model.terms(self.maturity),
            Law::Effective | Law::Cir(_) => {
                VasicekTerms { maturity: self.maturity, ..VasicekTerms::default() }
            }
        };
        InterestRateTerms { vasicek, start: self.start }
    }

    #[inline]
    fn state(&self) -> InterestRateState {
        InterestRateState { rate: self.rate, elapsed: self.elapsed, shown: self.shown }
    }

    #[inline]
    fn set_state(&mut self, state: InterestRateState) {
        (self.rate, self.elapsed, self.shown) = (state.rate, state.elapsed, state.shown);
    }

    fn alike(&self, other: &Self) -> bool {
        let same = std::mem::discriminant(&self.law) == std::mem::discriminant(&other.law);
        same && !matches!(self.law, Law::Cir(_))
    }

    #[inline]
    fn draw(&self, _: &InterestRateTerms, _: &InterestRateState, _: &Clock, rng: &mut Stream) -> RateShock {
        match self.law {
            Law::Vasicek(_) => RateShock { z: StandardNormal.sample(rng) },
            Law::Effective | Law::Cir(_) => RateShock { z: 0.0 },
        }
    }

    #[inline(always)]
    fn advance(
        &self,
        terms: &InterestRateTerms,
        state: &InterestRateState,
        (): &(),
        draws: &RateShock,
        clock: &Clock,
    ) -> (InterestRateState, bool) {
        let (dt, start) = (clock.years(), terms.start);
        let VasicekTerms { a, b, sigma, maturity, .. } = terms.vasicek;
        let elapsed = state.elapsed + dt;
        let (rate, mean, variance, continuous, bond_yield, timed) = match self.law {
            Law::Vasicek(_) => {
                let rate = vasicek::moved(a, b, sigma, state.rate, dt, draws.z);
                let yielded = -terms.vasicek.log_price(rate) / maturity;
                (
                    rate,
                    vasicek::expected(a, b, start, elapsed),
                    vasicek::spread(a, sigma, elapsed),
                    state.rate,
                    math::select(maturity == 0.0, rate, yielded),
                    (dt > 0.0) & dt.is_finite() & elapsed.is_finite() & rate.is_finite(),
                )
            }
            Law::Effective | Law::Cir(_) => {
                let continuous = math::ln_1p(state.rate);
                (state.rate, state.rate, 0.0, continuous, continuous, true)
            }
        };
        let discount_factor = math::exp(-bond_yield * maturity);
        let account = state.shown.account * math::exp(continuous * dt);
        let shown = Shown { mean, variance, discount_factor, bond_yield, account };
        let finite = discount_factor.is_finite() & account.is_finite();
        (InterestRateState { rate, elapsed, shown }, timed & finite)
    }

    fn fault(
        &self,
        terms: &InterestRateTerms,
        state: &InterestRateState,
        (): &(),
        draws: &RateShock,
        clock: &Clock,
    ) -> StepError {
        let law = match self.law {
            Law::Vasicek(_) => Law::Vasicek(Vasicek::of(&terms.vasicek)),
            law @ (Law::Effective | Law::Cir(_)) => law,
        };
        let run = Self { law, maturity: terms.vasicek.maturity, start: terms.start, ..self.clone() };
        let run = Self { rate: state.rate, elapsed: state.elapsed, shown: state.shown, ..run };
        let refused = run.checked(draws.z, clock.years()).err();
        refused.map_or_else(|| lanes::unexplained(Self::KIND), StepError::caused_by)
    }

    #[inline(always)]
    fn show(&self, _: &InterestRateTerms, state: &InterestRateState) -> InterestRateMetrics {
        let Shown { mean, variance, discount_factor, bond_yield, account } = state.shown;
        let continuous_rate = match self.law {
            Law::Effective => math::ln_1p(state.rate),
            Law::Vasicek(_) | Law::Cir(_) => state.rate,
        };
        InterestRateMetrics {
            rate: state.rate,
            continuous_rate,
            mean,
            variance,
            discount_factor,
            bond_yield,
            account,
        }
    }
}
