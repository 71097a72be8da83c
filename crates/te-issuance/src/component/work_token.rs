//! The WORK token as a component: two substeps a week, contributors as accounts.
//!
//! The first substep mints into the treasury, the second draws an impact for every contributor, in order, and rewards
//! it. Equations and limits are those of [`crate::work`]. With `funded = false` it is the notebook; the record of its
//! substeps then has the notebook's columns: `tokens`, `treasury` (`community_treasury`), `contributors`
//! (`contributors.token_balance`). A step is a week whatever its length.
//!
//! Invariants: `tokens = genesis + weekly_mint * weeks`; funded: `tokens = genesis + treasury + contributors`.

use rand::RngExt as _;
use serde::{Deserialize, Serialize};
use te_core::{Clock, Component, ParamError, Params, Record, StepError, Stream};

use super::refuse;
use crate::work::Work;

/// Parameters of the community.
#[derive(Clone, Debug, PartialEq, Params)]
#[params(check = Self::cross_check)]
pub struct WorkTokenParams {
    /// Tokens at the start `[token]` -- controllable.
    #[param(
        initial,
        default = 1,
        min = 0,
        max = 1_000_000_000_000_000_000_i64,
        unit = "token",
        alias = "tokens",
        soft_max = 1e6
    )]
    pub genesis: u64,
    /// Tokens minted into the treasury every week `[token/week]` -- controllable.
    #[param(
        default = 100,
        min = 0,
        max = 1_000_000_000_000.0,
        unit = "token/week",
        alias = "weekly_token_minting",
        soft_max = 10_000
    )]
    pub weekly_mint: u64,
    /// People who contribute every week `[person]` -- environment.
    #[param(initial, default = 1, min = 1, max = 100_000, unit = "person", role = "environment")]
    pub contributors: u32,
    /// Smallest impact of a week's work `[point]` -- environment.
    #[param(default = 1, min = 0, max = 1_000_000, unit = "point", role = "environment")]
    pub lowest_impact: u64,
    /// Largest impact of a week's work `[point]` -- environment.
    #[param(default = 10, min = 0, max = 1_000_000, unit = "point", role = "environment")]
    pub highest_impact: u64,
    /// Tokens paid for a point of impact `[token/point]` -- controllable.
    #[param(default = 1, min = 0, max = 100_000, unit = "token/point", soft_max = 100)]
    pub rate: u64,
    /// Whether rewards are paid from the treasury; false is the notebook, where they come from nowhere -- controllable.
    #[param(initial, default = true)]
    pub funded: bool,
}

impl WorkTokenParams {
    fn cross_check(&self) -> Result<(), String> {
        if self.lowest_impact > self.highest_impact {
            return Err(format!(
                "lowest_impact is {}: it must be at most highest_impact, {}",
                self.lowest_impact, self.highest_impact
            ));
        }
        Ok(())
    }
}

/// What the community shows.
///
/// # Equations
/// ```text
/// tokens' = tokens + weekly_mint -- the first substep of a week
/// treasury' = treasury + weekly_mint
/// points ~ Uniform(lowest_impact, highest_impact) -- a whole number, of each of `contributors`, the second substep
/// paid = min(points * rate, treasury) -- not funded: points * rate, from nowhere
/// impact = sum(points)
/// rewards = sum(paid)
/// treasury' = treasury - rewards -- funded
/// contributors' = contributors + rewards
/// unaccounted' = unaccounted + rewards -- not funded
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Record)]
pub struct WorkTokenMetrics {
    /// Tokens in existence by the ledger `[token]` -- metric.
    #[record(unit = "token")]
    pub tokens: u64,
    /// Balance of the community treasury `[token]` -- metric.
    #[record(unit = "token")]
    pub treasury: u64,
    /// Balances of all contributors together `[token]` -- metric.
    #[record(unit = "token")]
    pub contributors: u64,
    /// Impact of the last week's work, all contributors `[point]` -- metric.
    #[record(unit = "point")]
    pub impact: u64,
    /// Rewards of the last week `[token]` -- metric.
    #[record(unit = "token")]
    pub rewards: u64,
    /// Rewards since the start that no token backs, 0 when funded `[token]` -- metric.
    #[record(unit = "token")]
    pub unaccounted: u64,
}

/// The component `issuance/work-token`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WorkToken {
    params: WorkTokenParams,
    work: Work,
    impact: u64,
    rewards: u64,
}

impl WorkToken {
    /// Ledger, treasury and contributors.
    #[must_use]
    pub fn work(&self) -> &Work {
        &self.work
    }

    /// All tokens and unbacked rewards after `more`: what the recorded 64 bits must hold.
    fn fits(&self, more: u128) -> Result<(), StepError> {
        let sum = self.work.tokens().saturating_add(self.work.unaccounted()).saturating_add(more);
        u64::try_from(sum).map(drop).map_err(|_| {
            StepError::domain(
                "tokens",
                sum as f64,
                "below 2^64: lower genesis, weekly_mint, rate or highest_impact",
            )
        })
    }

    fn mint(&mut self) -> Result<(), StepError> {
        let amount = u128::from(self.params.weekly_mint);
        self.fits(amount)?;
        Ok(self.work.mint(amount)?)
    }

    fn reward(&mut self, rng: &mut Stream) -> Result<(), StepError> {
        let WorkTokenParams { lowest_impact, highest_impact, rate, contributors, .. } = self.params;
        // At most 1e5 * 1e6 * 1e6, so it fits; after this check no reward can be refused.
        self.fits(u128::from(highest_impact) * u128::from(rate) * u128::from(contributors))?;
        let (mut impacts, mut rewards) = (0_u64, 0_u128);
        for contributor in 0..self.work.contributors() {
            let impact = rng.random_range(lowest_impact..=highest_impact);
            rewards += self.work.reward(contributor, impact, rate)?;
            impacts += impact;
        }
        self.impact = impacts;
        self.rewards = narrow(rewards);
        Ok(())
    }
}

/// Within 64 bits, as [`WorkToken::fits`] has checked.
fn narrow(amount: u128) -> u64 {
    u64::try_from(amount).unwrap_or(u64::MAX)
}

impl Component for WorkToken {
    const KIND: &'static str = "issuance/work-token";
    type Params = WorkTokenParams;
    type Inputs = ();
    type Metrics = WorkTokenMetrics;

    fn new(params: WorkTokenParams) -> Result<Self, ParamError> {
        params.check()?;
        let work = Work::new(u128::from(params.genesis), params.contributors, params.funded)
            .map_err(|error| refuse(&error))?;
        Ok(Self { params, work, impact: 0, rewards: 0 })
    }

    fn reparam(&mut self, params: WorkTokenParams) -> Result<(), ParamError> {
        params.check()?;
        self.params = params;
        Ok(())
    }

    fn step(&mut self, (): &(), clock: &Clock, rng: &mut Stream) -> Result<(), StepError> {
        if clock.substep <= 1 { self.mint() } else { self.reward(rng) }
    }

    fn substeps(&self) -> u32 {
        2
    }

    fn metrics(&self) -> WorkTokenMetrics {
        WorkTokenMetrics {
            tokens: narrow(self.work.tokens()),
            treasury: narrow(self.work.treasury().unwrap_or(0)),
            contributors: narrow(self.work.contributed()),
            impact: self.impact,
            rewards: self.rewards,
            unaccounted: narrow(self.work.unaccounted()),
        }
    }
}
