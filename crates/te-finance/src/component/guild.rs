//! Contributors who are paid from a pool by what they contributed: the ledger of [`crate::contribution`] in motion.
//!
//! Each contributor is present in a share of the samples, the first most. Equations: [`ContributionsMetrics`].
//!
//! The pool is divided by [`crate::contribution::settlement::apportion`] in cents; where nobody contributed, it is
//! carried to the next step. **A proposal of this library**: the laws of presence and work are stand-ins fitted to
//! nothing; only the counting of hours and the division are specified. Invariants: money paid plus money carried is the
//! money received; no contributor has more than 24 hours a day.

use rand_distr::{Binomial, Distribution, Poisson};
use serde::{Deserialize, Serialize};
use te_core::{Clock, Component, ParamError, Params, Record, StepError, Stream};

use crate::contribution::settlement::{Contribution, Weights, apportion, gini, scores};
use crate::error::{FinanceError, LedgerError};
use te_core::math;

/// Minutes in a year of 365 days.
const MINUTES_IN_YEAR: f64 = 525_600.0;

/// Parameters of the contributors and of their pay.
#[derive(Clone, Debug, PartialEq, Params)]
#[params(check = Self::something_counts)]
pub struct ContributionsParams {
    /// Contributors `[person]` -- environment.
    #[param(initial, default = 12, min = 1, max = 1000, unit = "person", role = "environment")]
    pub contributors: u32,
    /// Share of the samples in which the first is present `[1]` -- environment.
    #[param(initial, default = 0.2, min = 0.0, max = 1.0, unit = "1", role = "environment")]
    pub presence: f64,
    /// How fast presence falls from one to the next `[1]` -- environment.
    #[param(initial, default = 0.7, min = 0.0, max = 5.0, unit = "1", role = "environment")]
    pub skew: f64,
    /// Time between two samples `[min]` -- controllable.
    #[param(default = 1.0, min = 1e-3, max = 1440.0, unit = "min", soft_min = 0.1, soft_max = 60.0)]
    pub interval: f64,
    /// Commits of one who is always present `[1/yr]` -- environment.
    #[param(default = 1000.0, min = 0.0, max = 1e6, unit = "1/yr", role = "environment")]
    pub commit_rate: f64,
    /// Models of one who is always present `[1/yr]` -- environment.
    #[param(default = 20.0, min = 0.0, max = 1e6, unit = "1/yr", role = "environment")]
    pub model_rate: f64,
    /// Weights of hours, commits and models.
    #[param(nested)]
    pub weights: Weights,
    /// Share of earlier contributions forgotten at each step; 1 pays each step by itself `[1/step]` -- controllable.
    #[param(default = 1.0, min = 0.0, max = 1.0, unit = "1/step")]
    pub decay: f64,
}

impl ContributionsParams {
    fn something_counts(&self) -> Result<(), String> {
        let Weights { hours, commits, models } = self.weights;
        if hours + commits + models > 0.0 { Ok(()) } else { Err("all three weights are 0".into()) }
    }
}

/// What the ledger reads.
#[derive(Clone, Copy, Debug, PartialEq, Record)]
pub struct ContributionsInputs {
    /// Money to be divided in this step `[money]` -- input.
    #[record(unit = "money", default = 0.0)]
    pub pool: f64,
}

/// What the ledger shows.
///
/// # Equations
/// ```text
/// present = presence * i^(-skew) -- of contributor i of `contributors`, from 1 on
/// worked ~ Binomial(minutes / interval, present) * interval / 60 -- minutes of the step
/// pushed ~ Poisson(commit_rate * present * years)
/// authored ~ Poisson(model_rate * present * years)
/// standing' = (1 - decay) * standing + worked -- and so for pushed and authored
/// score = sum(weight * standing' / sum(standing')) -- over the three, by `weights` made to sum to 1; the inner sum over contributors
/// payout = floor(100 * (carried + pool)) / 100 * score -- in cents, largest remainders first
/// weight: of hours, commits or models
/// paid' = paid + sum(payout)
/// carried' = carried + pool - sum(payout)
/// hours = sum(worked)
/// hours_total' = hours_total + hours
/// commits' = commits + sum(pushed)
/// models' = models + sum(authored)
/// cost_per_hour = paid' / hours_total'
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Record)]
pub struct ContributionsMetrics {
    /// Hours in the last step `[h]` -- metric.
    #[record(unit = "h")]
    pub hours: f64,
    /// Hours since the start `[h]` -- metric.
    #[record(unit = "h")]
    pub hours_total: f64,
    /// Commits since the start `[1]` -- metric.
    #[record(unit = "1")]
    pub commits: u64,
    /// Models since the start `[1]` -- metric.
    #[record(unit = "1")]
    pub models: u64,
    /// Contributors with anything in the last step `[person]` -- metric.
    #[record(unit = "person")]
    pub active: u64,
    /// Money paid since the start `[money]` -- metric.
    #[record(unit = "money")]
    pub paid: f64,
    /// Money received and not yet paid `[money]` -- metric.
    #[record(unit = "money")]
    pub carried: f64,
    /// Gini coefficient of what was paid since the start `[1]` -- metric.
    #[record(unit = "1")]
    pub gini: f64,
    /// Money paid per hour since the start, 0 without hours `[money/h]` -- metric.
    #[record(unit = "money/h")]
    pub cost_per_hour: f64,
}

/// The component `finance/contributions`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Contributions {
    params: ContributionsParams,
    presence: Vec<f64>,
    standing: Vec<Contribution>,
    paid_cents: Vec<u128>,
    carried_cents: f64,
    hours: f64,
    hours_total: f64,
    commits: u64,
    models: u64,
    active: u64,
    gini: f64,
}

impl Contributions {
    fn advance(&mut self, pool: f64, years: f64, rng: &mut Stream) -> Result<(), LedgerError> {
        FinanceError::require("pool", pool, (0.0..=1e15).contains(&pool), "[0, 1e15]")?;
        let minutes = FinanceError::require("step", years * MINUTES_IN_YEAR, years > 0.0, "(0, inf)")?;
        let samples = (minutes / self.params.interval).floor();
        FinanceError::require("samples in a step", samples, samples <= 1e12, "[0, 1e12]")?;
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 <= samples <= 1e12")]
        let samples = samples as u64;
        (self.hours, self.active) = (0.0, 0);
        for (presence, standing) in self.presence.iter().zip(&mut self.standing) {
            let present = Binomial::new(samples, *presence)
                .map_err(|_| FinanceError::NotFinite { quantity: "presence" })?
                .sample(rng);
            let hours = present as f64 * self.params.interval / 60.0;
            let commits = count(self.params.commit_rate * presence * years, rng)?;
            let models = count(self.params.model_rate * presence * years, rng)?;
            let kept = 1.0 - self.params.decay;
            *standing =
                [standing[0] * kept + hours, standing[1] * kept + commits, standing[2] * kept + models];
            self.hours += hours;
            self.commits += whole(commits);
            self.models += whole(models);
            self.active += u64::from(hours + commits + models > 0.0);
        }
        self.hours_total += self.hours;
        self.carried_cents += pool * 100.0;
        match scores(&self.standing, &self.params.weights) {
            Ok(scores) => self.pay(&scores),
            Err(LedgerError::NothingToShare) => Ok(()),
            Err(error) => Err(error),
        }
    }

    fn pay(&mut self, scores: &[f64]) -> Result<(), LedgerError> {
        let cents = self.carried_cents.floor();
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "at least 0, below 1e30")]
        let payouts = apportion(cents as u128, scores)?;
        for (paid, payout) in self.paid_cents.iter_mut().zip(payouts) {
            *paid = paid.checked_add(payout).ok_or(LedgerError::Overflow)?;
        }
        self.carried_cents -= cents;
        let paid: Vec<f64> = self.paid_cents.iter().map(|cents| *cents as f64).collect();
        self.gini = gini(&paid)?;
        Ok(())
    }

    fn paid(&self) -> f64 {
        self.paid_cents.iter().sum::<u128>() as f64 / 100.0
    }
}

fn count(mean: f64, rng: &mut Stream) -> Result<f64, FinanceError> {
    if mean == 0.0 {
        return Ok(0.0);
    }
    Poisson::new(mean)
        .map(|law| law.sample(rng))
        .map_err(|_| FinanceError::NotFinite { quantity: "expected count" })
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a Poisson count, far below 2^64"
)]
fn whole(count: f64) -> u64 {
    count as u64
}

impl Component for Contributions {
    const KIND: &'static str = "finance/contributions";
    type Params = ContributionsParams;
    type Inputs = ContributionsInputs;
    type Metrics = ContributionsMetrics;

    fn new(params: ContributionsParams) -> Result<Self, ParamError> {
        params.check()?;
        let presence: Vec<f64> = (1..=params.contributors)
            .map(|i| params.presence * math::pow(f64::from(i), -params.skew))
            .collect();
        let n = presence.len();
        Ok(Self {
            params,
            presence,
            standing: vec![[0.0; 3]; n],
            paid_cents: vec![0; n],
            carried_cents: 0.0,
            hours: 0.0,
            hours_total: 0.0,
            commits: 0,
            models: 0,
            active: 0,
            gini: 0.0,
        })
    }

    fn reparam(&mut self, params: ContributionsParams) -> Result<(), ParamError> {
        params.check()?;
        self.params = params;
        Ok(())
    }

    fn step(
        &mut self,
        inputs: &ContributionsInputs,
        clock: &Clock,
        rng: &mut Stream,
    ) -> Result<(), StepError> {
        let mut next = self.clone();
        next.advance(inputs.pool, clock.years(), rng)?;
        *self = next;
        Ok(())
    }

    fn metrics(&self) -> ContributionsMetrics {
        let paid = self.paid();
        ContributionsMetrics {
            hours: self.hours,
            hours_total: self.hours_total,
            commits: self.commits,
            models: self.models,
            active: self.active,
            paid,
            carried: self.carried_cents / 100.0,
            gini: self.gini,
            cost_per_hour: if self.hours_total > 0.0 { paid / self.hours_total } else { 0.0 },
        }
    }
}
