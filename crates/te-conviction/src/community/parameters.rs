//! What a community is made of and by which rules it lives.
//!
//! The defaults are the published model's: 30 participants, 7 proposals, the 1Hive common pool of 5 August 2020.
//! [`CommunityParams::corrected`] has the defaults of the corrected rules.

use te_core::{Choice, Params};

/// Which rules a community follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Choice)]
pub enum Rules {
    /// The published model, version 3, quirks and all; replayable draw by draw.
    V3,
    /// The same model with its faults repaired (see [`crate::community`]).
    Corrected,
}

/// How the first participants' holdings are spread before they are scaled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Choice)]
pub enum Holdings {
    /// Exponential: the published spread; the largest tenth holds 33 percent.
    Exponential,
    /// Everybody the same.
    Equal,
    /// Pareto with the tail index of `holdings_tail`: a few whales.
    Pareto,
}

/// What counts as effective supply in the trigger.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Choice)]
pub enum EffectiveSupply {
    /// The tokens that could vote: the published model.
    Exogenous,
    /// The larger of what is staked on candidates and a least share of the total supply: the contracts.
    Staked,
}

/// Parameters of a community.
#[derive(Clone, Debug, PartialEq, Params)]
#[params(check = Self::cross_check)]
pub struct CommunityParams {
    /// Which rules the community follows.
    #[param(default = Rules::V3, role = "environment")]
    pub rules: Rules,
    /// Participants at the start.
    #[param(default = 30, min = 1, max = 100_000, unit = "participant", role = "environment")]
    pub participants: u32,
    /// Proposals at the start.
    #[param(default = 7, min = 0, max = 10_000, unit = "proposal", role = "environment")]
    pub proposals: u32,
    /// Common pool at the start.
    #[param(default = 4867.21, above = 0.0, max = 1e15, unit = "HNY", role = "environment")]
    pub funds: f64,
    /// Total supply at the start.
    #[param(default = 22392.22, above = 0.0, max = 1e15, unit = "HNY", role = "environment")]
    pub supply: f64,
    /// Share of the supply outside the pool that votes at the start.
    #[param(default = 0.8, above = 0.0, max = 1.0, unit = "1", role = "environment")]
    pub effective_share: f64,
    /// Mood of the outside world at the start.
    #[param(default = 0.6, min = 0.0, max = 1.0, unit = "1", role = "environment")]
    pub sentiment: f64,
    /// Share of conviction kept per day; the default has a half-life of 3 days.
    #[param(default = 0.7937005259840998, min = 0.0, below = 1.0, unit = "1", role = "controllable")]
    pub alpha: f64,
    /// Share of the pool that no request may reach.
    #[param(default = 0.2, above = 0.0, max = 1.0, unit = "1", role = "controllable")]
    pub beta: f64,
    /// Trigger scale; must stay below beta squared.
    #[param(default = 0.0025, above = 0.0, below = 1.0, unit = "1", role = "controllable")]
    pub rho: f64,
    /// New tokens minted into the pool per day, as a share of the supply.
    #[param(default = 0.001, min = 0.0, max = 1.0, unit = "1/day", role = "controllable", soft_max = 0.01)]
    pub gamma: f64,
    /// Share of the favourite's affinity that still earns support.
    #[param(default = 0.75, min = 0.0, max = 1.0, unit = "1", role = "environment")]
    pub sensitivity: f64,
    /// Age that a proposal must exceed to pass; 1 means on its second day at the earliest.
    #[param(default = 1, min = 0, max = 3650, unit = "day", role = "controllable")]
    pub tmin: u32,
    /// Stake below which a candidate is dropped.
    #[param(default = 1.0, min = 0.0, max = 1e15, unit = "HNY", role = "controllable")]
    pub min_supp: f64,
    /// About the expected days to completion.
    #[param(default = 45.0, min = 1.0, max = 1e6, unit = "day", role = "environment")]
    pub base_completion_rate: f64,
    /// About the expected days to failure.
    #[param(default = 180.0, min = 1.0, max = 1e6, unit = "day", role = "environment")]
    pub base_failure_rate: f64,
    /// Chance per day that a participant in the best of moods reconsiders its votes.
    #[param(default = 0.3, min = 0.0, max = 1.0, unit = "1/day", role = "environment")]
    pub base_engagement_rate: f64,
    /// Affinity below which nothing is supported.
    #[param(default = 0.3, min = -1.0, max = 1.0, unit = "1", role = "environment")]
    pub lowest_affinity_to_support: f64,
    /// What counts as effective supply in the trigger.
    #[param(default = EffectiveSupply::Exogenous, role = "controllable")]
    pub effective_supply: EffectiveSupply,
    /// Least share of the total supply that counts as effective where stakes are counted.
    #[param(default = 0.05, min = 0.0, max = 1.0, unit = "1", role = "controllable")]
    pub minimum_effective_share: f64,
    /// Days during which a candidate without stakes is spared (corrected rules).
    #[param(default = 7, min = 0, max = 3650, unit = "day", role = "controllable")]
    pub grace: u32,
    /// Weight of an event in a participant's mood (corrected rules).
    #[param(default = 0.1, min = 0.0, max = 1.0, unit = "1", role = "environment")]
    pub local_sentiment_rate: f64,
    /// Share by which the outside world's mood returns to 0.5 per day (corrected rules).
    #[param(default = 0.02, min = 0.0, max = 1.0, unit = "1/day", role = "environment")]
    pub sentiment_decay: f64,
    /// Most that others' stakes add to an affinity (corrected rules).
    #[param(default = 1.0, min = 0.0, max = 100.0, unit = "1", role = "environment")]
    pub booster_cap: f64,
    /// Chance per day that a participant in the worst of moods leaves (corrected rules).
    #[param(default = 0.005, min = 0.0, max = 1.0, unit = "1/day", role = "environment")]
    pub exit_rate: f64,
    /// How the first participants' holdings are spread (corrected rules).
    #[param(default = Holdings::Exponential, role = "environment")]
    pub holdings: Holdings,
    /// Tail index of Pareto holdings (corrected rules).
    #[param(default = 1.5, above = 1.0, max = 100.0, unit = "1", role = "environment")]
    pub holdings_tail: f64,
}

impl CommunityParams {
    /// The corrected rules, with the one parameter that they need recalibrated: `rho = 0.0014`.
    ///
    /// Under the published rules the participants hold S in all, though the trigger counts E: 1.6 times the votes. With
    /// holdings that sum to E, the same ratio of votes to trigger needs `rho E / S = 0.0025 * 14020 / 22392 = 0.001565`.
    /// Sweeps of rho, engagement, grace and exits around it, every other parameter as published, were judged by two
    /// things: the numbers after 100 days should be near the published ones, and after a year the community should still
    /// be active. 0.0016 is nearest after 100 days, but then 7 percent of 300 runs have nothing active after a year: too
    /// many candidates share the votes, and none passes. At 0.0014 it is 1 run in 300. The published rules stall so in
    /// more than half of all runs, and the corrected rules with 0.0025 in all.
    ///
    /// | after 100 days, mean | published | corrected, 0.0014 | corrected, 0.0025 |
    /// |---|---|---|---|
    /// | candidates | 33.7 | 22 | 77 |
    /// | active | 18.8 | 30 | 2.6 |
    /// | completed | 31.1 | 41 | 5.9 |
    /// | failed | 8.1 | 10.5 | 1.6 |
    /// | dropped | 45.7 | 33 | 20 |
    /// | pool [HNY] | 3,100 | 1,960 | 6,380 |
    /// | world's mood | 0.82 | 0.88 | 0.64 |
    /// | mean own mood | 0.50 | 0.36 | 0.46 |
    /// | participants | 48.7 | 38 | 37 |
    pub fn corrected() -> Self {
        Self { rules: Rules::Corrected, rho: 0.0014, ..Self::default() }
    }

    fn cross_check(&self) -> Result<(), String> {
        let beta_squared = self.beta * self.beta;
        if self.rho >= beta_squared {
            return Err(format!(
                "rho {} is not below beta squared, {beta_squared}: nothing could ever pass",
                self.rho
            ));
        }
        if self.funds >= self.supply {
            return Err(format!("funds {} leave nothing of the supply {} to vote", self.funds, self.supply));
        }
        Ok(())
    }
}
