//! `commons/cultural-build`: praise of simulated people, turned into impact hours by the exact rule.
//!
//! Each period, items go to receivers drawn by a Zipf law (the jth person weighs j^−s); an item's worth is lognormal; each quantifier gives points on an
//! own scale with lognormal disagreement and proposes a lognormal hours budget. [`crate::cultural_build::Period`] closes the period. People paid elsewhere keep a
//! part of their hours; who they are is drawn once. A period without praise closes with no hours.
//!
//! The rule is the spreadsheet's; the arrival of praise and its spread are assumptions to be set. The total is periods times
//! the mean budget: with the defaults 23 · 424.6 = 9 765.8 hours, near the 9 766 of the TEC's hatch.

use super::days;
use crate::{
    cultural_build::{Fallback, ImpactHours, Period, PeriodHours},
    inequality::{gini, top_share},
    praise::Person,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use te_core::{Clock, Component, Distribution, ParamError, Params, Purpose, Record, StepError, Stream, math};

const PAYMENT: Purpose = Purpose::new("payment");
const GIVER: Person = Person::MAX;

/// Parameters of the cultural build.
#[derive(Clone, Debug, PartialEq, Params)]
#[params(check = Self::can_be_drawn)]
pub struct CulturalBuildParams {
    /// Periods of praise before the hatch.
    #[param(default = 23, min = 1, max = 1_000, unit = "1", soft_max = 52)]
    pub periods: u64,
    /// Length of a period.
    #[param(default = 14.0, min = 1e-3, max = 36_500.0, soft_max = 31.0, unit = "day")]
    pub period_length: f64,
    /// Quantifiers of a period.
    #[param(default = 3, min = 1, max = 20, unit = "1")]
    pub quantifiers: u64,
    /// Mean hours budget a quantifier proposes.
    #[param(default = 424.6, min = 1e-9, max = 1e12, unit = "hour", soft_min = 10.0, soft_max = 2_000.0)]
    pub hours_budget: f64,
    /// Spread of the proposed budgets: standard deviation of their logarithm.
    #[param(default = 0.0, min = 0.0, max = 2.0, unit = "1", role = "environment")]
    pub budget_spread: f64,
    /// People who may be thanked.
    #[param(initial, default = 200, min = 1, max = 100_000, unit = "person", role = "environment")]
    pub people: u64,
    /// Praise items of a period. Periods, items and quantifiers together give at most two million points.
    #[param(default = 450.0, min = 1.0, max = 1e5, unit = "1", role = "environment")]
    pub items: f64,
    /// Exponent of the Zipf law by which people are thanked; 0 is equal.
    #[param(initial, default = 1.0, min = 0.0, max = 5.0, unit = "1", role = "environment")]
    pub concentration: f64,
    /// Spread of the items' worth: standard deviation of its logarithm.
    #[param(default = 1.0, min = 0.0, max = 5.0, unit = "1", role = "environment")]
    pub worth_spread: f64,
    /// Disagreement of quantifiers: standard deviation of the logarithm of their points about the worth.
    #[param(default = 0.5, min = 0.0, max = 5.0, unit = "1", role = "environment")]
    pub disagreement: f64,
    /// Spread of the quantifiers' scales: standard deviation of their logarithm.
    #[param(default = 2.0, min = 0.0, max = 5.0, unit = "1", role = "environment")]
    pub scale_spread: f64,
    /// Part of the people who are paid elsewhere.
    #[param(initial, default = 0.0, min = 0.0, max = 1.0, unit = "1", role = "environment")]
    pub paid_share: f64,
    /// Part of their hours that paid people keep.
    #[param(default = 0.5, min = 0.0, max = 1.0, unit = "1")]
    pub kept: f64,
}

/// Most points of all periods together, at an activity of 1.
const MOST_POINTS: f64 = 2e6;
/// Most praise items of one period, whatever the activity.
const MOST_ITEMS: f64 = 1e5;

impl CulturalBuildParams {
    /// Refuses what takes too long to draw.
    fn can_be_drawn(&self) -> Result<(), String> {
        let points = self.periods as f64 * self.items * self.quantifiers as f64;
        if points <= MOST_POINTS {
            return Ok(());
        }
        Err(format!(
            "{} `periods` of {} `items`, each judged by {} `quantifiers`, are {points} points, permitted are {MOST_POINTS}; lower \
             one of them",
            self.periods, self.items, self.quantifiers
        ))
    }
}

/// What the cultural build reads.
#[derive(Clone, Copy, Debug, PartialEq, Record)]
pub struct CulturalBuildInputs {
    /// Factor on the number of praise items, 0 to 10.
    #[record(unit = "1", default = 1.0)]
    pub activity: f64,
}

/// What the cultural build shows.
///
/// # Equations
/// ```text
/// receiver ~ Zipf(concentration, people) -- of each of `items` * `activity` items of a period of `period_length`
/// worth ~ LogNormal(0, worth_spread) -- of an item
/// scale ~ LogNormal(0, scale_spread) -- of a quantifier
/// noise ~ LogNormal(0, disagreement) -- of a quantifier for an item
/// points = scale * worth * noise
/// luck ~ LogNormal(-budget_spread^2 / 2, budget_spread) -- of a quantifier
/// budget = hours_budget * luck
/// period_hours = mean(budget) -- over the quantifiers
/// share = mean(points / sum(points)) -- of an item: the sum over items, the mean over quantifiers
/// earned = period_hours * share -- by a receiver, times `kept` for a part `paid_share` of the people
/// hours' = hours + sum(earned)
/// periods' = periods + 1 -- up to the parameter `periods`; then it is `done`
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Record)]
pub struct CulturalBuildMetrics {
    /// Periods closed.
    pub periods: u64,
    /// Are all periods closed?
    pub done: bool,
    /// Impact hours after deductions.
    #[record(unit = "hour")]
    pub hours: f64,
    /// Hours of the last period.
    #[record(unit = "hour")]
    pub period_hours: f64,
    /// People with hours.
    #[record(unit = "person")]
    pub people: u64,
    /// Gini coefficient of the hours; 0 before the first period.
    #[record(unit = "1")]
    pub gini: f64,
    /// Part of the hours held by the top 20 % of those with hours; 0 before the first period.
    #[record(unit = "1")]
    pub top_20_share: f64,
    /// Mean pairwise correlation of the last period's quantifiers; 0 where undefined.
    #[record(unit = "1")]
    pub agreement: f64,
    /// Hours deducted so far.
    #[record(unit = "hour")]
    pub discount: f64,
}

/// Praise turned into impact hours.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CulturalBuild {
    params: CulturalBuildParams,
    /// Running sums of the Zipf weights.
    weights: Vec<f64>,
    hours: ImpactHours,
    paid: Option<Vec<bool>>,
    elapsed: f64,
    shown: CulturalBuildShown,
}

/// What is shown, recomputed when a period closes.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
struct CulturalBuildShown {
    hours: f64,
    period_hours: f64,
    people: u64,
    gini: f64,
    top_20_share: f64,
    agreement: f64,
    discount: f64,
}

impl CulturalBuild {
    /// Hours of everybody so far.
    pub fn hours(&self) -> &ImpactHours {
        &self.hours
    }

    /// A period with drawn praise and points; none without praise.
    fn period(&self, activity: f64, rng: &mut Stream) -> Result<Option<Period>, StepError> {
        let p = &self.params;
        let lognormal = |sigma| Distribution::LogNormal { mu: 0.0, sigma };
        if !(0.0..=10.0).contains(&activity) {
            return Err(StepError::domain("activity", activity, "[0, 10]; raise `items` for more praise"));
        }
        let count = (p.items * activity).round();
        if count > MOST_ITEMS {
            return Err(StepError::domain(
                "items",
                count,
                "[0, 100000] in a period; lower `items` or the activity",
            ));
        }
        let total = self.weights.last().copied().unwrap_or(0.0);
        let mut period = Period::new(false);
        #[expect(clippy::cast_possible_truncation, reason = "0 <= count <= 1e5")]
        #[expect(clippy::cast_sign_loss, reason = "0 <= count <= 1e5")]
        let count = count as usize;
        if count == 0 {
            return Ok(None);
        }
        let mut worths = Vec::with_capacity(count);
        for _ in 0..count {
            let draw = rng.uniform() * total;
            let person = self.weights.partition_point(|sum| *sum <= draw);
            let person = Person::try_from(person).unwrap_or(0);
            period.add_item(GIVER, person).map_err(StepError::caused_by)?;
            worths.push(lognormal(p.worth_spread).draw(rng));
        }
        for quantifier in (0..).take(usize::try_from(p.quantifiers).unwrap_or(1)) {
            let scale = lognormal(p.scale_spread).draw(rng);
            // A mean of 1 whatever the spread.
            let budget = Distribution::LogNormal {
                mu: -0.5 * p.budget_spread * p.budget_spread,
                sigma: p.budget_spread,
            };
            period.set_budget(quantifier, p.hours_budget * budget.draw(rng)).map_err(StepError::caused_by)?;
            for (item, worth) in worths.iter().enumerate() {
                let points = scale * worth * lognormal(p.disagreement).draw(rng);
                period.score(quantifier, item, points).map_err(StepError::caused_by)?;
            }
        }
        Ok(Some(period))
    }
}

/// A period without praise: no hours for anybody.
fn empty_period() -> PeriodHours {
    PeriodHours {
        period_hours: 0.0,
        items: Vec::new(),
        people: BTreeMap::new(),
        over_budget: 0.0,
        agreement: None,
    }
}

impl Component for CulturalBuild {
    const KIND: &'static str = "commons/cultural-build";
    type Params = CulturalBuildParams;
    type Inputs = CulturalBuildInputs;
    type Metrics = CulturalBuildMetrics;

    fn new(params: CulturalBuildParams) -> Result<Self, ParamError> {
        params.check()?;
        let mut sum = 0.0;
        let weights = (1..=params.people)
            .map(|j| {
                sum += math::pow(j as f64, -params.concentration);
                sum
            })
            .collect();
        Ok(Self {
            params,
            weights,
            hours: ImpactHours::default(),
            paid: None,
            elapsed: 0.0,
            shown: CulturalBuildShown::default(),
        })
    }

    fn reparam(&mut self, params: CulturalBuildParams) -> Result<(), ParamError> {
        params.check()?;
        self.params = params;
        Ok(())
    }

    fn step(
        &mut self,
        inputs: &CulturalBuildInputs,
        clock: &Clock,
        rng: &mut Stream,
    ) -> Result<(), StepError> {
        let p = &self.params;
        if self.hours.periods() as u64 >= p.periods {
            return Ok(());
        }
        let mut elapsed = self.elapsed + days(clock);
        if elapsed < p.period_length - 1e-9 {
            self.elapsed = elapsed;
            return Ok(());
        }
        let draw_paid = |rng: &mut Stream| {
            let rng = rng.child(PAYMENT);
            (0..p.people).map(|_| rng.uniform() < p.paid_share).collect::<Vec<bool>>()
        };
        let paid = self.paid.clone().unwrap_or_else(|| draw_paid(rng));
        // All periods of the step are drawn before any counts: a refused one leaves the hours as they were.
        let mut drawn = Vec::new();
        while elapsed >= p.period_length - 1e-9 && ((self.hours.periods() + drawn.len()) as u64) < p.periods {
            elapsed = (elapsed - p.period_length).max(0.0);
            drawn.push(match self.period(inputs.activity, rng)? {
                Some(mut period) => period.close(Fallback::Nothing).map_err(StepError::caused_by)?,
                None => empty_period(),
            });
        }
        let kept = p.kept;
        let (hours, shown) = (&mut self.hours, &mut self.shown);
        for closed in drawn {
            hours.add(&closed);
            for person in closed.people.keys() {
                if paid.get(*person as usize).copied().unwrap_or(false) {
                    // Never refused: `kept` is checked, and who is in the period has earned.
                    hours.settle(*person, kept).map_err(StepError::caused_by)?;
                }
            }
            shown.period_hours = closed.period_hours;
            shown.agreement = closed.agreement.unwrap_or(0.0);
        }
        let totals = hours.totals();
        shown.hours = totals.values().sum();
        let each: Vec<f64> = totals.into_values().filter(|h| *h > 0.0).collect();
        shown.people = each.len() as u64;
        shown.gini = gini(&each).unwrap_or(0.0);
        shown.top_20_share = top_share(&each, 20.0).unwrap_or(0.0);
        shown.discount = hours.discount();
        (self.paid, self.elapsed) = (Some(paid), elapsed);
        Ok(())
    }

    fn metrics(&self) -> CulturalBuildMetrics {
        let CulturalBuildShown { hours, period_hours, people, gini, top_20_share, agreement, discount } =
            self.shown;
        let periods = self.hours.periods() as u64;
        CulturalBuildMetrics {
            periods,
            done: periods >= self.params.periods,
            hours,
            period_hours,
            people,
            gini,
            top_20_share,
            agreement,
            discount,
        }
    }
}
