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
//! then per step. An event on `rate` or the premia acts: the rate is another from that step on, in the account too.
//! Invariants: a constant or built-up rate changes by events alone and draws nothing; a CIR rate is never negative;
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
use te_core::{
    Choice, Clock, Machine, Mechanism, Now, ParamError, Params, Record, StepError, Stream, Terms, TermsOf,
    Watch, math,
};
use te_math::checked;

use crate::error::FinanceError;
use crate::premia::{Premia, built_up_rate};
use crate::{cir, sampling, vasicek};

/// Which model gives the rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Choice, Serialize, Deserialize)]
pub enum RateModel {
    /// One rate, until an event changes it.
    Constant,
    /// The sum of five premia, until an event changes one.
    BuildUp,
    /// Mean-reverting, normally distributed.
    Vasicek,
    /// Mean-reverting, never negative.
    Cir,
}

impl RateModel {
    /// What keeps a discount factor finite.
    fn discounts_less(self) -> &'static str {
        match self {
            Self::Constant | Self::BuildUp => "raise `rate` or the premia, or lower `maturity`",
            Self::Vasicek => {
                "lower `vasicek.sigma` or `maturity`, or raise `vasicek.a`, `vasicek.b` or `vasicek.r0`"
            }
            Self::Cir => "lower `cir.sigma` or `maturity`",
        }
    }

    /// What keeps an account finite.
    fn grows_less(self) -> &'static str {
        match self {
            Self::Constant | Self::BuildUp => "lower `rate` or the premia, or shorten the run",
            Self::Vasicek => "lower `vasicek.b`, `vasicek.r0` or `vasicek.sigma`, or shorten the run",
            Self::Cir => "lower `cir.b`, `cir.r0` or `cir.sigma`, or shorten the run",
        }
    }
}

/// Parameters of the Vasicek short rate.
#[derive(Clone, Copy, Debug, PartialEq, Params)]
pub struct VasicekParams {
    /// Speed of reversion `[1/yr]` -- environment.
    #[param(default = 0.5, above = 0.0, max = 1e6, unit = "1/yr", role = "environment")]
    pub a: f64,
    /// Long-run mean `[1/yr]` -- environment.
    #[param(default = 0.05, min = -3.0, max = 3.0, unit = "1/yr", role = "environment")]
    pub b: f64,
    /// Volatility `[1/yr^1.5]` -- environment.
    #[param(default = 0.02, min = 0.0, max = 1.0, unit = "1/yr^1.5", role = "environment")]
    pub sigma: f64,
    /// Rate at the start `[1/yr]` -- environment.
    #[param(initial, default = 0.03, min = -3.0, max = 3.0, unit = "1/yr", role = "environment")]
    pub r0: f64,
}

/// Parameters of the Cox-Ingersoll-Ross short rate.
#[derive(Clone, Copy, Debug, PartialEq, Params)]
pub struct CirParams {
    /// Speed of reversion `[1/yr]` -- environment.
    #[param(default = 0.5, above = 0.0, max = 1e6, unit = "1/yr", role = "environment")]
    pub a: f64,
    /// Long-run mean `[1/yr]` -- environment.
    #[param(default = 0.05, min = 0.0, max = 1.0, unit = "1/yr", role = "environment")]
    pub b: f64,
    /// Volatility `[1/yr]` -- environment.
    #[param(default = 0.1, min = 0.0, max = 1.0, unit = "1/yr", role = "environment")]
    pub sigma: f64,
    /// Rate at the start `[1/yr]` -- environment.
    #[param(initial, default = 0.03, min = 0.0, max = 1.0, unit = "1/yr", role = "environment")]
    pub r0: f64,
}

/// Parameters of the interest rate.
#[derive(Clone, Debug, PartialEq, Params)]
#[params(check = Self::premia_leave_something)]
pub struct InterestRateParams {
    /// Which model gives the rate.
    #[param(default = RateModel::Constant, role = "environment")]
    pub model: RateModel,
    /// The constant rate, effective per year `[1/yr]` -- environment.
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
    /// Maturity of the bond whose price and yield are shown `[yr]` -- controllable.
    #[param(default = 1.0, min = 0.0, max = 100.0, unit = "yr", soft_max = 30.0)]
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
///
/// # Equations
/// ```text
/// a, b, sigma, r0: those of `vasicek` or `cir`, as `model` says
/// rate' = rate -- model constant; build-up: premia.real + premia.inflation + premia.default + premia.liquidity + premia.maturity
/// mean_after = b + (rate - b) * exp(-a * years)
/// rate' ~ Normal(mean_after, sigma^2 * (1 - exp(-2 * a * years)) / (2 * a)) -- model vasicek: mean, variance
/// c = sigma^2 * (1 - exp(-a * years)) / (4 * a)
/// rate' ~ c * NoncentralChiSquared(4 * a * b / sigma^2, rate * exp(-a * years) / c) -- model cir
/// continuous_rate = ln(1 + rate') -- constant and build-up; else the rate itself
/// account' = account * exp(continuous_rate * years) -- at the rate before the step
/// mean = b + (r0 - b) * exp(-a * t) -- t years after the start; the variance is that of the same law
/// t: the time since the start in years
/// discount_factor = exp(-bond_yield * maturity) -- bond_yield by the model's price of a bond; constant: continuous_rate
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Record)]
pub struct InterestRateMetrics {
    /// Rate as its model quotes it `[1/yr]` -- metric.
    #[record(unit = "1/yr")]
    pub rate: f64,
    /// The same rate, continuously compounded `[1/yr]` -- metric.
    #[record(unit = "1/yr")]
    pub continuous_rate: f64,
    /// Mean of the rate at this time, seen from the start `[1/yr]` -- metric.
    #[record(unit = "1/yr")]
    pub mean: f64,
    /// Variance of the rate at this time, seen from the start `[1/yr^2]` -- metric.
    #[record(unit = "1/yr^2")]
    pub variance: f64,
    /// Price of 1 unit paid at the maturity `[1]` -- metric.
    #[record(unit = "1")]
    pub discount_factor: f64,
    /// Continuously compounded yield to the maturity `[1/yr]` -- metric.
    #[record(unit = "1/yr")]
    pub bond_yield: f64,
    /// What 1 unit in the money-market account has grown to `[1]` -- metric.
    #[record(unit = "1")]
    pub account: f64,
}

/// What a run keeps. What its model does not have is 0.
#[derive(Clone, Copy, Debug, PartialEq, Terms, Serialize, Deserialize)]
pub struct InterestRateTerms {
    /// Which model gives the rate; a rate that is built up is constant.
    pub model: RateModel,
    /// Rate at the start `[1/yr]`.
    pub start: f64,
    /// A constant rate, continuously compounded `[1/yr]`.
    pub continuous: f64,
    /// Speed of reversion `[1/yr]`.
    pub a: f64,
    /// Long-run mean `[1/yr]`.
    pub b: f64,
    /// Volatility, in the unit of its model.
    pub sigma: f64,
    /// Maturity of the bond `[yr]`.
    pub maturity: f64,
    /// Its sensitivity to a short rate `[yr]`.
    pub duration: f64,
    /// What else its price depends on: the variance of the integral of a Vasicek rate up to its maturity, or `ln A` of a
    /// CIR rate `[1]`.
    pub convexity: f64,
}

impl InterestRateTerms {
    fn numbers(params: &InterestRateParams) -> Self {
        let constant = |rate| Self {
            model: RateModel::Constant,
            start: rate,
            continuous: math::ln_1p(rate),
            a: 0.0,
            b: 0.0,
            sigma: 0.0,
            maturity: params.maturity,
            duration: 0.0,
            convexity: 0.0,
        };
        let nothing = Self { continuous: 0.0, ..constant(0.0) };
        match params.model {
            RateModel::Constant => constant(params.rate),
            // Premia without a sum are refused by the check of the parameters.
            RateModel::BuildUp => constant(built_up_rate(&params.premia).unwrap_or(f64::NAN)),
            model @ RateModel::Vasicek => {
                let VasicekParams { a, b, sigma, r0: start } = params.vasicek;
                let duration = vasicek::sensitivity(a, params.maturity);
                let convexity = vasicek::integral_variance(a, sigma, params.maturity);
                Self { model, start, a, b, sigma, duration, convexity, ..nothing }
            }
            model @ RateModel::Cir => {
                let CirParams { a, b, sigma, r0: start } = params.cir;
                let (duration, convexity) = cir::bond(a, b, sigma, params.maturity);
                Self { model, start, a, b, sigma, duration, convexity, ..nothing }
            }
        }
    }

    #[inline(always)]
    fn is_constant(&self) -> bool {
        self.model == RateModel::Constant
    }

    /// A rate as its model quotes it, continuously compounded `[1/yr]`.
    #[inline(always)]
    fn compounded(&self, rate: f64) -> f64 {
        math::select(self.is_constant(), self.continuous, rate)
    }

    /// Logarithm of the bond's price at a short rate `[1]`.
    #[inline(always)]
    fn log_price(&self, rate: f64) -> f64 {
        let Self { model, b, maturity, duration, convexity, .. } = *self;
        if model == RateModel::Vasicek {
            vasicek::log_price(b, maturity, duration, convexity, rate)
        } else {
            cir::log_price(duration, convexity, rate)
        }
    }

    /// Yield of the bond, continuously compounded `[1/yr]`.
    #[inline(always)]
    fn bond_yield(&self, rate: f64) -> f64 {
        let of_short = math::select(self.maturity == 0.0, rate, -self.log_price(rate) / self.maturity);
        math::select(self.is_constant(), self.continuous, of_short)
    }

    #[inline(always)]
    fn discount_factor(&self, rate: f64) -> f64 {
        math::exp(-self.bond_yield(rate) * self.maturity)
    }

    /// Mean and variance of the rate at a time, seen from the start `[1/yr, 1/yr^2]`.
    #[inline(always)]
    fn moments(&self, elapsed: f64) -> (f64, f64) {
        let Self { model, start, a, b, sigma, .. } = *self;
        let variance = if model == RateModel::Vasicek {
            vasicek::spread(a, sigma, elapsed)
        } else {
            cir::spread(a, b, sigma, start, elapsed)
        };
        let constant = self.is_constant();
        let mean = vasicek::expected(a, b, start, elapsed);
        (math::select(constant, start, mean), math::select(constant, 0.0, variance))
    }

    /// What a state needs so that all that it shows is finite. The moments are, for every time that is.
    #[inline(always)]
    fn need_figures<W: Watch<Error: From<FinanceError>>>(
        &self,
        w: &mut W,
        rate: f64,
        elapsed: f64,
        account: f64,
    ) {
        w.need(self.is_constant() | elapsed.is_finite(), || FinanceError::OutOfRange {
            parameter: "t",
            value: elapsed,
            allowed: "[0, inf)",
        });
        FinanceError::need_finite(w, "logarithm of the bond price", self.log_price(rate));
        FinanceError::need_finite(w, "bond yield", self.bond_yield(rate));
        w.need(self.discount_factor(rate).is_finite(), || FinanceError::Beyond {
            quantity: "discount factor",
            change: self.model.discounts_less(),
        });
        w.need(account.is_finite(), || FinanceError::Beyond {
            quantity: "money-market account",
            change: self.model.grows_less(),
        });
    }
}

impl TermsOf<InterestRateParams> for InterestRateTerms {
    fn of(params: &InterestRateParams) -> Result<Self, ParamError> {
        let terms = Self::numbers(params);
        checked(|w| terms.need_figures(w, terms.start, 0.0, 1.0))
            .map(|()| terms)
            .map_err(|error: FinanceError| ParamError::cross(error.to_string()))
    }
}

/// What a step changes.
#[derive(Clone, Copy, Debug, PartialEq, Record, Serialize, Deserialize)]
pub struct InterestRateState {
    /// Rate as its model quotes it `[1/yr]`.
    pub rate: f64,
    /// Time since the start `[yr]`.
    pub elapsed: f64,
    /// What 1 unit in the money-market account has grown to `[1]`.
    pub account: f64,
}

/// What a step draws.
#[derive(Clone, Copy, Debug, PartialEq, Record)]
pub struct RateShock {
    /// Standard normal shock of a Vasicek rate `[1]`; of the others the rate after the step `[1/yr]`.
    pub drawn: f64,
}

/// The component `finance/interest-rate`: the rate and its money-market account.
pub type InterestRate = Machine<Accruing>;

/// How the rate moves and the account accrues.
#[derive(Debug)]
pub enum Accruing {}

impl Mechanism for Accruing {
    const KIND: &'static str = "finance/interest-rate";
    type Params = InterestRateParams;
    type Terms = InterestRateTerms;
    type Inputs = ();
    type State = InterestRateState;
    type Draws = RateShock;
    type Metrics = InterestRateMetrics;

    fn start(params: &InterestRateParams) -> InterestRateState {
        InterestRateState { rate: InterestRateTerms::numbers(params).start, elapsed: 0.0, account: 1.0 }
    }

    #[inline]
    fn draw(
        terms: &InterestRateTerms,
        state: &InterestRateState,
        clock: &Clock,
        rng: &mut Stream,
    ) -> RateShock {
        let InterestRateTerms { a, b, sigma, .. } = *terms;
        let drawn = match terms.model {
            RateModel::Constant | RateModel::BuildUp => terms.start,
            RateModel::Vasicek => StandardNormal.sample(rng),
            RateModel::Cir => sampling::drawn(a, b, sigma, state.rate, clock.years(), rng),
        };
        RateShock { drawn }
    }

    #[inline(always)]
    fn step<W: Watch<Error = StepError>>(w: &mut W, now: Now<'_, Self>) -> InterestRateState {
        let Now { terms, state, draws: RateShock { drawn }, .. } = now;
        let InterestRateTerms { model, a, b, sigma, .. } = *terms;
        let (dt, elapsed) = (now.clock.years(), state.elapsed + now.clock.years());
        // Arms that give one value and need nothing: a kernel then passes over the other's arithmetic.
        let rate = if model == RateModel::Vasicek {
            vasicek::moved(a, b, sigma, state.rate, dt, *drawn)
        } else {
            *drawn
        };
        w.when(model == RateModel::Vasicek, |w| vasicek::need_step(w, state.rate, dt, rate));
        w.when(model == RateModel::Cir, |w| cir::need_step(w, state.rate, dt, rate));
        let account = state.account * math::exp(terms.compounded(state.rate) * dt);
        terms.need_figures(w, rate, elapsed, account);
        InterestRateState { rate, elapsed, account }
    }

    #[inline(always)]
    fn show(terms: &InterestRateTerms, state: &InterestRateState) -> InterestRateMetrics {
        let InterestRateState { rate, elapsed, account } = *state;
        let (mean, variance) = terms.moments(elapsed);
        InterestRateMetrics {
            rate,
            continuous_rate: terms.compounded(rate),
            mean,
            variance,
            discount_factor: terms.discount_factor(rate),
            bond_yield: terms.bond_yield(rate),
            account,
        }
    }
}
