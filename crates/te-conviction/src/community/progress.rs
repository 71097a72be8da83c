//! Block 3: active proposals complete or fail.
//!
//! ```text
//! p_done = 1 / (base_completion_rate + ln g),  p_fail = 1 / (base_failure_rate + ln g)
//! ```
//! with g the grant `[HNY]`. In order of arrival, each active proposal completes where a uniform is below `p_done`, else
//! fails where a second one is below `p_fail`. The world's mood moves by completions less failures.
//!
//! Corrected: a completion lowers every affinity for a conflicting proposal by the strength of the conflict; each
//! participant's mood moves by its affinity on a completion and against it on a failure; the world's mood moves by the
//! balance of outcomes and returns to 0.5 by `sentiment_decay` a day.

use crate::community::Community;
use crate::community::draws::Draws;
use crate::community::network::Status;
use crate::community::sentiment::{WORLD_WEIGHT, after_outcomes, mood};
use te_core::math::ln;

/// What ended in a day.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Outcomes {
    /// Ranks of the proposals completed.
    pub completed: Vec<usize>,
    /// Ranks of the proposals failed.
    pub failed: Vec<usize>,
}

impl Outcomes {
    pub(crate) fn clear(&mut self) {
        self.completed.clear();
        self.failed.clear();
    }
}

impl Community {
    /// Block 3 (see the module).
    pub fn progress(&mut self, draws: &mut impl Draws) -> Outcomes {
        let mut outcomes = Outcomes::default();
        self.progress_into(draws, &mut outcomes);
        outcomes
    }

    pub(crate) fn progress_into(&mut self, draws: &mut impl Draws, outcomes: &mut Outcomes) {
        let (done, fail) = (self.params.base_completion_rate, self.params.base_failure_rate);
        for &rank in &self.network.active {
            let size = ln(self.network.proposals[rank].requested);
            if draws.uniform() < 1.0 / (done + size) {
                outcomes.completed.push(rank);
            } else if draws.uniform() < 1.0 / (fail + size) {
                outcomes.failed.push(rank);
            }
        }
        for &rank in &outcomes.completed {
            self.network.change_status(rank, Status::Completed);
        }
        for &rank in &outcomes.failed {
            self.network.change_status(rank, Status::Failed);
        }
        if self.corrected() {
            self.feel_outcomes(outcomes);
        } else {
            self.sentiment = after_outcomes(self.sentiment, outcomes.completed.len(), outcomes.failed.len());
        }
    }

    fn feel_outcomes(&mut self, outcomes: &Outcomes) {
        self.sentiment = mood(self.sentiment, 0.0, self.params.sentiment_decay);
        let (completed, failed) = (outcomes.completed.len() as f64, outcomes.failed.len() as f64);
        if completed + failed > 0.0 {
            self.sentiment = mood(self.sentiment, (completed - failed) / (completed + failed), WORLD_WEIGHT);
        }
        let mu = self.params.local_sentiment_rate;
        let network = &mut self.network;
        let signed = outcomes.completed.iter().map(|&rank| (rank, 1.0));
        for (rank, sign) in signed.chain(outcomes.failed.iter().map(|&rank| (rank, -1.0))) {
            if let Some(column) = network.support.get(rank) {
                for (sentiment, affinity) in network.sentiment.iter_mut().zip(&column.affinity) {
                    *sentiment = mood(*sentiment, sign * affinity, mu);
                }
            }
        }
        if outcomes.completed.is_empty() {
            return;
        }
        // By slot, as the links came: the order of the factors is part of the result.
        let mut slots = std::mem::take(&mut self.scratch.slots);
        network.conflicts.renew(&network.conflict, network.proposals.len());
        network.conflicts.gather(&outcomes.completed, &mut slots);
        for link in slots.iter().filter_map(|&slot| network.conflict.get(slot as usize)) {
            if let Some(column) = network.support.get_mut(link.to as usize) {
                for affinity in &mut column.affinity {
                    *affinity *= 1.0 - link.weight;
                }
            }
        }
        self.scratch.slots = slots;
    }
}
