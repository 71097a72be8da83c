//! The first participants and proposals.
//!
//! Published, in order of draws (Exp(s) an exponential of mean s, U a uniform on [0, 1)):
//! 1. for each participant: holdings Exp(S / n), sentiment U;
//! 2. for each proposal: request 0.001 + Gamma(3, scale F beta / 20); then for each participant one U that nothing uses,
//!    and an affinity U[-1, 1); then, once more for each proposal, for every ordered pair of proposals so far a conflict
//!    of strength `1 - U` where U < 1/4, and for every ordered pair of participants an influence where Exp(1) > 4. A
//!    later draw overwrites an earlier one, so that a pair of participants is linked with chance `1 - (1 - e^-4)^m`,
//!    12.1 percent for m = 7.
//!
//! The first triggers are computed with the sum of holdings in place of E.
//!
//! Corrected: holdings are spread as `holdings` says and scaled to sum to E; no unused draws; every pair is drawn once,
//! after the proposals; triggers use E.

use crate::community::Community;
use crate::community::draws::Draws;
use crate::community::network::element::WeightedLink;
use crate::community::parameters::Holdings;
use crate::trigger::trigger_or_infinity;
use te_core::math::{exp, ln};

/// Chance of a conflict between two proposals, in one direction `[1]`.
pub const CONFLICT_CHANCE: f64 = 0.25;

impl Community {
    /// Draws the first participants and proposals. Does nothing in a community that has them.
    pub fn found(&mut self, draws: &mut impl Draws) {
        if self.founded {
            return;
        }
        self.founded = true;
        if self.corrected() {
            self.found_corrected(draws);
        } else {
            self.found_v3(draws);
        }
        self.network.forget_graph();
    }

    fn found_v3(&mut self, draws: &mut impl Draws) {
        let count = self.params.participants;
        let mean = self.params.supply / f64::from(count);
        for _ in 0..count {
            let holdings = draws.exponential(0.0, mean);
            let sentiment = draws.uniform();
            self.network.push_participant(holdings, sentiment);
        }
        let all: f64 = self.network.holdings.iter().sum();
        let mut drawn = Vec::new();
        for proposal in 0..self.params.proposals {
            self.found_proposal(draws, all, true);
            draw_conflicts(draws, proposal + 1, &mut drawn);
            overwrite(&mut self.network.conflict, &mut drawn);
            draw_influences(draws, count, &mut drawn);
            overwrite(&mut self.network.influence, &mut drawn);
        }
    }

    fn found_corrected(&mut self, draws: &mut impl Draws) {
        let count = self.params.participants;
        for _ in 0..count {
            let holdings = match self.params.holdings {
                Holdings::Exponential => draws.exponential(0.0, 1.0),
                Holdings::Equal => 1.0,
                // U^(-1/a), as the exponential of Exp(1/a).
                Holdings::Pareto => exp(-ln(1.0 - draws.uniform()) / self.params.holdings_tail),
            };
            let sentiment = draws.uniform();
            self.network.push_participant(holdings, sentiment);
        }
        let effective = self.supply.effective();
        let all: f64 = self.network.holdings.iter().sum();
        for holdings in &mut self.network.holdings {
            *holdings *= effective / all;
        }
        for _ in 0..self.params.proposals {
            self.found_proposal(draws, effective, false);
        }
        draw_conflicts(draws, self.params.proposals, &mut self.network.conflict);
        draw_influences(draws, count, &mut self.network.influence);
    }

    fn found_proposal(&mut self, draws: &mut impl Draws, effective: f64, unused_draws: bool) {
        let params = &self.params;
        let (alpha, beta, rho) = (params.alpha, params.beta, params.rho);
        let funds = self.supply.pool();
        let requested = draws.gamma3(0.001, funds * beta * 0.05);
        let rank = self.network.push_proposal(requested);
        if let Some(proposal) = self.network.proposals.get_mut(rank) {
            proposal.trigger = Some(trigger_or_infinity(requested, funds, effective, alpha, beta, rho));
        }
        for _ in 0..self.network.ranks() {
            if unused_draws {
                draws.uniform();
            }
            let affinity = draws.affinity();
            self.network.push_affinity(rank, affinity);
        }
    }
}

fn draw_conflicts(draws: &mut impl Draws, proposals: u32, links: &mut Vec<WeightedLink>) {
    for from in 0..proposals {
        for to in (0..proposals).filter(|&to| to != from) {
            if let Some(weight) = draw_conflict(draws) {
                links.push(WeightedLink { from, to, weight });
            }
        }
    }
}

/// The strength of a conflict, where there is one: `1 - u` for `u < 1/4`.
pub(crate) fn draw_conflict(draws: &mut impl Draws) -> Option<f64> {
    let chance = draws.uniform();
    (chance < CONFLICT_CHANCE).then_some(1.0 - chance)
}

fn draw_influences(draws: &mut impl Draws, participants: u32, links: &mut Vec<WeightedLink>) {
    for from in 0..participants {
        for to in (0..participants).filter(|&to| to != from) {
            if let Some(weight) = draws.influence() {
                links.push(WeightedLink { from, to, weight });
            }
        }
    }
}

/// Puts the links drawn anew over those kept, one for each pair; both stand in order of the pair, and `drawn` is emptied.
fn overwrite(kept: &mut Vec<WeightedLink>, drawn: &mut Vec<WeightedLink>) {
    let pair = |link: &WeightedLink| (link.from, link.to);
    let before = std::mem::replace(kept, Vec::with_capacity(kept.len() + drawn.len()));
    let mut new = drawn.drain(..).peekable();
    for old in before {
        while let Some(link) = new.next_if(|link| pair(link) < pair(&old)) {
            kept.push(link);
        }
        kept.push(new.next_if(|link| pair(link) == pair(&old)).unwrap_or(old));
    }
    kept.extend(new);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn later_links_overwrite_earlier_ones() {
        let link = |from, to, weight| WeightedLink { from, to, weight };
        let mut kept = vec![link(0, 1, 1.0), link(1, 0, 2.0), link(2, 1, 3.0)];
        let mut drawn = vec![link(0, 0, 4.0), link(1, 0, 5.0), link(1, 2, 6.0), link(3, 0, 7.0)];
        overwrite(&mut kept, &mut drawn);
        let weights: Vec<f64> = kept.iter().map(|link| link.weight).collect();
        assert_eq!(weights, [4.0, 1.0, 5.0, 6.0, 3.0, 7.0]);
        assert!(drawn.is_empty());
    }
}
