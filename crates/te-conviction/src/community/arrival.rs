//! Block 1: who and what comes; ages and triggers are renewed.
//!
//! 1. A newcomer comes with chance `(1 + s) / 10` and holds Exp(0.01 (S - E)), an affinity for every proposal.
//! 2. With candidates of the total request R and the median affinity m, proposals come with chance `(1 - m) F / R`,
//!    `floor(1 - m) + 1` of them; without candidates, three come for sure and nothing is drawn.
//! 3. Requests are `e/10 + Exp(e)` with `e = beta F / 10`; so many are drawn even if none come.
//! 4. Each proposal has a proposer, any participant, whose affinity is 1; the others' are U[-1, 1).
//! 5. Every proposal ages by a day; candidates' triggers are renewed with E before the newcomer.
//!
//! Corrected: before that, each participant leaves with chance `exit_rate (1 - own sentiment)`, the last one never; the
//! newcomer's tokens come out of L and it is linked by influence both ways; proposals are linked by conflict.

use crate::community::Community;
use crate::community::draws::Draws;
use crate::community::founding::draw_conflict;
use crate::community::network::{Status, WeightedLink};

/// Who and what came and left.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Arrivals {
    /// Holdings of the newcomer `[HNY]`.
    pub newcomer: Option<f64>,
    /// Requests drawn `[HNY]`, whether or not the proposals came.
    pub requests: Vec<f64>,
    /// Whether the proposals came.
    pub proposals_came: bool,
    /// Ranks of the participants who left.
    pub left: Vec<usize>,
}

impl Arrivals {
    pub(crate) fn clear(&mut self) {
        self.newcomer = None;
        self.requests.clear();
        self.proposals_came = false;
        self.left.clear();
    }
}

impl Community {
    /// Block 1 (see the module).
    pub fn arrive(&mut self, draws: &mut impl Draws) -> Arrivals {
        let mut arrivals = Arrivals::default();
        self.arrive_into(draws, &mut arrivals);
        arrivals
    }

    pub(crate) fn arrive_into(&mut self, draws: &mut impl Draws, arrivals: &mut Arrivals) {
        arrivals.clear();
        if self.corrected() {
            self.leave(draws, &mut arrivals.left);
        }
        arrivals.newcomer = self.draw_newcomer(draws);
        self.draw_requests(draws, arrivals);
        if arrivals.newcomer.is_some() {
            self.settle_newcomer(draws, arrivals.newcomer.unwrap_or(0.0));
        }
        if arrivals.proposals_came {
            for &requested in &arrivals.requests {
                self.settle_proposal(draws, requested);
            }
        }
        self.renew_triggers();
        if let Some(holdings) = arrivals.newcomer {
            self.supply.stake_unchecked(holdings);
        }
    }

    fn draw_newcomer(&self, draws: &mut impl Draws) -> Option<f64> {
        let rate = 10.0 / (1.0 + self.sentiment);
        if draws.uniform() >= 1.0 / rate {
            return None;
        }
        if self.corrected() {
            let outside = self.supply.other();
            return Some(draws.exponential(0.0, 0.01 * outside).min(outside));
        }
        Some(draws.exponential(0.0, 0.01 * (self.supply.total() - self.supply.effective())))
    }

    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "one minus a median of affinities is in [0, 2]"
    )]
    fn draw_requests(&mut self, draws: &mut impl Draws, arrivals: &mut Arrivals) {
        let funds = self.supply.pool();
        let total: f64 = self.candidates().map(|rank| self.network.proposals[rank].requested).sum();
        let count = if total > 0.0 {
            let reserve = 1.0 - self.median_affinity();
            arrivals.proposals_came = draws.uniform() < reserve * funds / total;
            (reserve as u32 + 1).min(if self.corrected() { 2 } else { 3 })
        } else {
            arrivals.proposals_came = true;
            3
        };
        let expected = self.params.beta * funds / 10.0;
        arrivals.requests.extend((0..count).map(|_| draws.exponential(expected / 10.0, expected)));
    }

    /// Median affinity of the participants for the candidates `[1]`, 0 where there is none.
    pub fn median_affinity(&mut self) -> f64 {
        let (network, pool) = (&self.network, &mut self.scratch.affinities);
        pool.clear();
        if network.absent == 0 {
            for &rank in &network.candidates {
                pool.extend_from_slice(&network.support[rank].affinity);
            }
            return median(pool);
        }
        // Every affinity is written, and the place moves on for those who are there: nothing to predict.
        pool.resize(network.candidates.len() * network.ranks() + 1, 0.0);
        let mut place = 0;
        for &rank in &network.candidates {
            for (affinity, present) in network.support[rank].affinity.iter().zip(&network.present) {
                pool[place] = *affinity;
                place += usize::from(*present);
            }
        }
        pool.truncate(place);
        median(pool)
    }

    fn settle_newcomer(&mut self, draws: &mut impl Draws, holdings: f64) {
        let sentiment = draws.uniform();
        let rank = self.network.push_participant(holdings, sentiment);
        for proposal in 0..self.network.proposals.len() {
            let affinity = draws.affinity();
            self.network.push_affinity(proposal, affinity);
        }
        if self.corrected() {
            let newcomer = rank_of(rank);
            for other in 0..newcomer {
                if !self.network.present[other as usize] {
                    continue;
                }
                for (from, to) in [(newcomer, other), (other, newcomer)] {
                    if let Some(weight) = draws.influence() {
                        self.network.influence.push(WeightedLink { from, to, weight });
                    }
                }
            }
        }
    }

    fn settle_proposal(&mut self, draws: &mut impl Draws, requested: f64) {
        let proposer = if self.network.absent == 0 {
            draws.choose(&self.network.nodes)
        } else {
            let there = &mut self.scratch.there;
            there.clear();
            let ranks = 0..rank_of(self.network.ranks());
            there.extend(ranks.filter(|&rank| self.network.present[rank as usize]));
            there.get(draws.choose(there)).copied().unwrap_or(0) as usize
        };
        let rank = self.network.push_proposal(requested);
        for participant in 0..self.network.ranks() {
            let affinity = if participant == proposer { 1.0 } else { draws.affinity() };
            self.network.push_affinity(rank, affinity);
        }
        if self.corrected() {
            let newcomer = rank_of(rank);
            for other in self.network.candidates.iter().map(|&other| rank_of(other)) {
                if other == newcomer {
                    continue;
                }
                for (from, to) in [(newcomer, other), (other, newcomer)] {
                    if let Some(weight) = draw_conflict(draws) {
                        self.network.conflict.push(WeightedLink { from, to, weight });
                    }
                }
            }
        }
    }

    fn renew_triggers(&mut self) {
        let (funds, supply) = (self.supply.pool(), self.voting_supply());
        let (alpha, beta, rho) = (self.params.alpha, self.params.beta, self.params.rho);
        let before = &mut self.scratch.triggers_before;
        before.clear();
        for (rank, proposal) in self.network.proposals.iter_mut().enumerate() {
            proposal.age += 1;
            before.extend(proposal.trigger.map(|trigger| (rank, trigger)));
            proposal.trigger = (proposal.status == Status::Candidate).then(|| {
                crate::trigger::trigger_or_infinity(proposal.requested, funds, supply, alpha, beta, rho)
            });
        }
    }

    fn leave(&mut self, draws: &mut impl Draws, left: &mut Vec<usize>) {
        for rank in 0..self.network.ranks() {
            if !self.network.present[rank] {
                continue;
            }
            let chance = self.params.exit_rate * (1.0 - self.network.sentiment[rank]);
            if draws.uniform() < chance && self.network.participant_count() > 1 {
                // E is the sum of holdings but for rounding, which must not stop the last token.
                let holdings = self.network.holdings[rank].min(self.supply.effective());
                self.supply.stake_unchecked(-holdings);
                self.network.remove_participant(rank);
                left.push(rank);
            }
        }
        if !left.is_empty() {
            self.network.silence_departed();
        }
    }
}

fn rank_of(position: usize) -> u32 {
    u32::try_from(position).unwrap_or(u32::MAX)
}

/// Median of some numbers, 0 of none; reorders them.
fn median(values: &mut [f64]) -> f64 {
    let middle = values.len() / 2;
    if values.is_empty() {
        return 0.0;
    }
    let odd = values.len() % 2 == 1;
    let (below, &mut upper, _) = values.select_nth_unstable_by(middle, f64::total_cmp);
    if odd {
        return upper;
    }
    let lower = below.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    0.5 * (lower + upper)
}

#[cfg(test)]
mod tests {
    use super::median;

    #[test]
    fn medians() {
        assert_eq!(median(&mut [3.0, 1.0, 2.0]), 2.0);
        assert_eq!(median(&mut [4.0, 1.0, 3.0, 2.0]), 2.5);
        assert_eq!(median(&mut []), 0.0);
    }
}
