//! The figures of the TEC config dashboard's conviction voting module.
//!
//! ```text
//! c(t)     = 1 - a^t                   share of the largest conviction after t days, a = 2^(-1/h)
//! theta(z) = m s^2 / (s - z)^2         share of conviction needed for the share z of the pool
//! ```
//!
//! | symbol | name on the page | unit |
//! |---|---|---|
//! | `s` | spending limit | 1 |
//! | `m` | minimum conviction | 1 |
//! | `h` | conviction growth (half-life) | day |
//! | `T` | voting period | day |
//!
//! Where the page errs: its decay curve puts the time axis from 5h to 5.4955h although it shows five half-lives of
//! decay. [`growth_chart`] has the true axis; [`DecayAxis::AsPublished`] gives the published one. Its table says
//! "not possible" from the voting period although the least number of tokens is a limit of infinite time; that is
//! kept, since people compare tables.
//!
//! Source: the backend `commons-config-backend`, `models/conviction_voting.py`.

use crate::error::{ConvictionError, require_amount, require_positive};
use crate::rule::VotingRule;
use te_math::pow;

/// Points in each half of the growth chart and in the threshold chart.
pub const CHART_POINTS: usize = 100;

/// What a community enters on the page.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Dashboard {
    rule: VotingRule,
    half_life_days: f64,
    spending_limit: f64,
    period_days: f64,
}

/// The time axis of the decaying half of the growth chart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DecayAxis {
    /// From 5h to 10h: what the curve shows.
    Corrected,
    /// From 5h to 5.4955h, as the page draws it.
    AsPublished,
}

/// A point of a chart: days and percent, or percent and percent.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ChartPoint {
    /// Abscissa `[day]` or `[percent of the pool]`.
    pub x: f64,
    /// Ordinate `[percent]`, infinite at the end of the threshold chart.
    pub y: f64,
}

/// A row of the page's table: what is asked for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scenario {
    /// Request `[token]`.
    pub requested: f64,
    /// Common pool `[token]`.
    pub pool: f64,
    /// Effective supply `[token]`.
    pub effective_supply: f64,
}

/// A row of the page's table: the answer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TokensToPass {
    /// Least number of tokens that pass in the limit of time `[token]`, cut to a whole number.
    pub minimum: f64,
    /// Tokens that pass within the voting period `[token]`, cut to a whole number.
    pub within_period: f64,
}

/// The six rows the page starts with.
pub const DEFAULT_SCENARIOS: [Scenario; 6] = [
    scenario(1_000.0, 100_000.0),
    scenario(5_000.0, 100_000.0),
    scenario(25_000.0, 100_000.0),
    scenario(1_000.0, 750_000.0),
    scenario(5_000.0, 750_000.0),
    scenario(25_000.0, 750_000.0),
];

const fn scenario(requested: f64, pool: f64) -> Scenario {
    Scenario { requested, pool, effective_supply: 1_500_000.0 }
}

impl Dashboard {
    /// The page with these entries: spending limit `[1]`, minimum conviction `[1]`, half-life `[day]`, period `[day]`.
    ///
    /// # Errors
    /// [`ConvictionError`] for entries outside the domain of [`VotingRule::from_beta`] or a period not above 0.
    pub fn new(
        spending_limit: f64,
        minimum_conviction: f64,
        half_life_days: f64,
        period_days: f64,
    ) -> Result<Self, ConvictionError> {
        require_positive("period_days", period_days)?;
        let rule = VotingRule::from_beta(half_life_days, 1.0, spending_limit, minimum_conviction)?;
        Ok(Self { rule, half_life_days, spending_limit, period_days })
    }

    /// The rule behind the page, in days.
    pub fn rule(&self) -> VotingRule {
        self.rule
    }

    /// Percent of the largest conviction reached in the voting period.
    pub fn growth_at_period(&self) -> f64 {
        100.0 * self.growth(self.period_days)
    }

    fn growth(&self, days: f64) -> f64 {
        1.0 - pow(self.rule.alpha(), days)
    }

    /// Percent of the pool against percent of conviction needed to pass within the period: 100 points, the last
    /// infinite.
    pub fn threshold_chart(&self) -> Vec<ChartPoint> {
        let reached = self.growth(self.period_days);
        linear_steps(0.0001, 100.0 * self.spending_limit, CHART_POINTS)
            .map(|x| {
                let gap = self.spending_limit - x / 100.0;
                // At the limit itself the division must not meet the rounding of 100 s / 100.
                let theta = if gap > f64::EPSILON { self.rule.rho() / (gap * gap) } else { f64::INFINITY };
                ChartPoint { x, y: 100.0 * theta / reached }
            })
            .collect()
    }

    /// First point of the growth chart at or above 80 percent (exactly: 2.3219 half-lives).
    pub fn growth_80(&self) -> Option<ChartPoint> {
        growth_chart(self.half_life_days, DecayAxis::Corrected)
            .ok()?
            .into_iter()
            .find(|point| point.y >= 80.0)
    }

    /// The tokens a scenario needs, `None` where it is not possible within the period.
    ///
    /// # Errors
    /// [`ConvictionError`] for a negative amount or an empty pool.
    pub fn tokens_to_pass(&self, scenario: &Scenario) -> Result<Option<TokensToPass>, ConvictionError> {
        require_amount("requested", scenario.requested)?;
        require_positive("pool", scenario.pool)?;
        require_amount("effective_supply", scenario.effective_supply)?;
        let theta = self.rule.trigger_share(scenario.requested / scenario.pool)?;
        let reached = self.growth(self.period_days);
        if theta / reached > 1.0 {
            return Ok(None);
        }
        let minimum = (scenario.effective_supply * theta).trunc();
        Ok(Some(TokensToPass { minimum, within_period: (minimum / reached).trunc() }))
    }
}

/// Percent of the largest conviction over time: 100 points of growth over five half-lives, then 100 of decay.
///
/// # Errors
/// [`ConvictionError`] for a half-life that is not above 0.
pub fn growth_chart(half_life_days: f64, axis: DecayAxis) -> Result<Vec<ChartPoint>, ConvictionError> {
    let rule_alpha = crate::alpha::alpha_from_half_life(half_life_days, 1.0)?;
    let end = 5.0 * half_life_days;
    let grown = |days: f64| 100.0 * (1.0 - pow(rule_alpha, days));
    let top = grown(end);
    let growth = linear_steps(0.0, end, CHART_POINTS).map(|x| ChartPoint { x, y: grown(x) });
    let axis_points = match axis {
        DecayAxis::Corrected => CHART_POINTS,
        DecayAxis::AsPublished => 10 * CHART_POINTS,
    };
    let decay = linear_steps(end, 2.0 * end, axis_points)
        .zip(linear_steps(0.0, end, CHART_POINTS))
        .map(|(x, days)| ChartPoint { x, y: top * pow(rule_alpha, days) });
    Ok(growth.chain(decay).collect())
}

/// `count` evenly spaced numbers, both ends included.
fn linear_steps(from: f64, to: f64, count: usize) -> impl Iterator<Item = f64> {
    let step = (to - from) / (count - 1) as f64;
    (0..count).map(move |k| if k + 1 == count { to } else { from + k as f64 * step })
}
