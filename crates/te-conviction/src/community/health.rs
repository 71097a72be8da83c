//! Block 6: what a community is measured by.
//!
//! | measure | equation | unit |
//! |---|---|---|
//! | voting share | `E / S` | 1 |
//! | pool share | `F / S`; the published model writes the inverse under this name | 1 |
//! | shares of proposals by status | count / all proposals ever | 1 |
//! | shares of funds by status | requested / requested by all ever | 1 |
//!
//! The published model calls the last two percentages and leaves out candidates and failures.

use crate::community::network::{Network, STATUSES, Status, sum};
use crate::supply::Supply;

/// Number and requests of the proposals of one status.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Standing {
    /// Number of proposals.
    pub count: u64,
    /// Sum of their requests `[HNY]`.
    pub funds: f64,
}

/// The measures of a day.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Health {
    /// Effective over total supply `[1]`.
    pub voting_share: f64,
    /// Common pool over total supply `[1]`.
    pub pool_share: f64,
    /// Total supply over common pool, which the published model calls the fraction in the pool `[1]`; 0 for a pool that
    /// is empty, or so nearly that the quotient is no finite number.
    pub supply_over_pool: f64,
    standings: [Standing; 5],
    /// Staked on candidates `[HNY]`.
    pub total_staked: f64,
    /// Conviction on candidates `[HNY day]`.
    pub total_conviction: f64,
    /// Stakes below 0 on candidates, a quirk of the published rules.
    pub negative_stakes: u64,
    /// Mean sentiment of the participants `[1]`.
    pub mean_sentiment: f64,
    /// Conviction over trigger of the candidate that is nearest `[1]`, 0 without candidates, the largest number where the
    /// quotient is beyond it.
    pub nearest_to_trigger: f64,
}

impl Health {
    /// Measures a network and its supply.
    pub fn of(network: &Network, supply: &Supply) -> Self {
        let total = supply.total();
        let ratio = |a: f64, b: f64| if b > 0.0 && a / b < f64::INFINITY { a / b } else { 0.0 };
        let mut health = Self {
            voting_share: ratio(supply.effective(), total),
            pool_share: ratio(supply.pool(), total),
            supply_over_pool: ratio(total, supply.pool()),
            ..Self::default()
        };
        for (proposal, column) in network.proposals.iter().zip(&network.support) {
            let standing = &mut health.standings[proposal.status as usize];
            standing.count += 1;
            standing.funds += proposal.requested;
            if proposal.status == Status::Candidate {
                health.total_staked += sum(&column.tokens);
                let level = proposal.conviction.unwrap_or(0.0);
                health.total_conviction += level;
                health.negative_stakes += column.tokens.iter().filter(|&&tokens| tokens < 0.0).count() as u64;
                if let Some(trigger) = proposal.trigger {
                    health.nearest_to_trigger = health.nearest_to_trigger.max(progress(level, trigger));
                }
            }
        }
        let there = network.sentiment.iter().zip(&network.present).filter(|(_, present)| **present);
        let moods: f64 = there.map(|(sentiment, _)| sentiment).sum();
        health.mean_sentiment = ratio(moods, network.participant_count() as f64);
        health
    }

    /// Number and requests of the proposals of a status.
    pub fn standing(&self, status: Status) -> Standing {
        self.standings[status as usize]
    }

    /// Number and requests of all proposals ever.
    pub fn all(&self) -> Standing {
        STATUSES.iter().fold(Standing::default(), |sum, &status| {
            let standing = self.standing(status);
            Standing { count: sum.count + standing.count, funds: sum.funds + standing.funds }
        })
    }

    /// Share `[1]` of all proposals that have a status, 0 where there are none.
    pub fn count_share(&self, status: Status) -> f64 {
        let all = self.all().count;
        if all == 0 { 0.0 } else { self.standing(status).count as f64 / all as f64 }
    }

    /// Share `[1]` of all requests by proposals of a status, 0 where there are none.
    pub fn funds_share(&self, status: Status) -> f64 {
        let all = self.all().funds;
        if all > 0.0 { self.standing(status).funds / all } else { 0.0 }
    }
}

/// Conviction over trigger `[1]`: 0 for an infinite trigger.
fn progress(level: f64, trigger: f64) -> f64 {
    if level > 0.0 && trigger >= 0.0 { (level / trigger).min(f64::MAX) } else { 0.0 }
}
