//! Block 5: participants reconsider, stake, and conviction accrues.
//!
//! In order of arrival each participant draws a uniform and reconsiders where it is below
//! `base_engagement_rate` times its own sentiment. One who does supports every candidate whose affinity, with what others'
//! stakes add ([`super::influence`]), exceeds
//! ```text
//! cut = max(lowest_affinity_to_support, sensitivity * highest affinity among the candidates)
//! ```
//! and one who does not keeps supporting the candidates on which it has a stake. With A the sum of a participant's
//! affinities over what it supports,
//! ```text
//! tokens(i, j)     = affinity(i, j) / A * holdings(i)
//! conviction(i, j) = tokens(i, j) + alpha conviction(i, j)
//! ```
//! so that a supporter stakes all it holds, and one who supports nothing stakes nothing. A candidate with less than
//! `min_supp` staked is dropped.
//!
//! Published: a participant swayed into something it dislikes has a negative weight there, stakes a negative amount and
//! more than it holds elsewhere; a sum A of exactly 0 stakes nothing.
//! Corrected: the sway is at most `booster_cap`, weights are affinities above 0, dropping waits for `grace` days, and what
//! is dropped gives its stakes back.

use crate::accrual::next_conviction;
use crate::community::Community;
use crate::community::draws::Draws;
use crate::community::network::{Status, sum};

/// Memory reused from step to step.
#[derive(Clone, Debug, Default)]
pub(crate) struct Scratch {
    /// Ranks of the candidates, or of those that pass.
    pub(crate) candidates: Vec<usize>,
    /// Ranks of the participants who reconsider.
    engaged: Vec<usize>,
    /// Weight of each candidate's supporters: a column of participants for each candidate.
    weights: Vec<f64>,
    /// Stakes as they are: a row of candidates for each participant.
    stakes: Vec<f64>,
    /// Sum of each participant's weights.
    totals: Vec<f64>,
    /// What others' stakes add, by candidate.
    sway: Vec<f64>,
    /// Affinities for the candidates.
    pub(crate) affinities: Vec<f64>,
    /// Slots of the conflicts called up.
    pub(crate) slots: Vec<u32>,
    /// Highest affinity of each participant for what was not paid.
    pub(crate) missed: Vec<f64>,
    /// Ranks of the participants who are present.
    pub(crate) there: Vec<u32>,
    /// Ranks and triggers before the day began.
    pub(crate) triggers_before: Vec<(usize, f64)>,
}

impl Community {
    /// Block 5 (see the module); gives the ranks of the candidates dropped.
    pub fn decide(&mut self, draws: &mut impl Draws) -> Vec<usize> {
        let mut killed = Vec::new();
        self.decide_into(draws, &mut killed);
        killed
    }

    pub(crate) fn decide_into(&mut self, draws: &mut impl Draws, killed: &mut Vec<usize>) {
        let mut scratch = std::mem::take(&mut self.scratch);
        scratch.candidates.clear();
        scratch.candidates.extend(self.candidates());
        self.draw_engaged(draws, &mut scratch.engaged);
        self.keep_support(&mut scratch);
        if !scratch.candidates.is_empty() && !scratch.engaged.is_empty() {
            self.reconsider(&mut scratch);
        }
        self.stake(&mut scratch);
        self.drop_unsupported(&scratch.candidates, killed);
        self.scratch = scratch;
    }

    /// What others' stakes add to the affinity of a participant for a candidate, by ranks `[1]`.
    pub fn booster(&mut self, participant: usize, proposal: usize) -> f64 {
        let mut scratch = std::mem::take(&mut self.scratch);
        scratch.candidates.clear();
        scratch.candidates.push(proposal);
        scratch.engaged.clear();
        scratch.engaged.push(participant);
        self.gather_stakes(&mut scratch);
        self.sway_of(participant, &mut scratch);
        let booster = scratch.sway.first().copied().unwrap_or(0.0);
        self.scratch = scratch;
        booster
    }

    fn draw_engaged(&self, draws: &mut impl Draws, engaged: &mut Vec<usize>) {
        engaged.clear();
        let rate = self.params.base_engagement_rate;
        for (rank, (sentiment, present)) in
            self.network.sentiment.iter().zip(&self.network.present).enumerate()
        {
            if *present && draws.uniform() < rate * sentiment {
                engaged.push(rank);
            }
        }
    }

    /// Weights of those who keep what they support.
    fn keep_support(&self, scratch: &mut Scratch) {
        let ranks = self.network.ranks();
        scratch.weights.clear();
        scratch.weights.resize(ranks * scratch.candidates.len(), 0.0);
        for (weights, &rank) in scratch.weights.chunks_exact_mut(ranks.max(1)).zip(&scratch.candidates) {
            let column = &self.network.support[rank];
            for ((weight, &affinity), &tokens) in weights.iter_mut().zip(&column.affinity).zip(&column.tokens)
            {
                *weight = if tokens > 0.0 { affinity } else { 0.0 };
            }
        }
    }

    fn reconsider(&mut self, scratch: &mut Scratch) {
        self.gather_stakes(scratch);
        let ranks = self.network.ranks();
        let corrected = self.corrected();
        let (lowest, sensitivity) = (self.params.lowest_affinity_to_support, self.params.sensitivity);
        for place in 0..scratch.engaged.len() {
            let participant = scratch.engaged[place];
            self.sway_of(participant, scratch);
            let support = &self.network.support;
            let affinity = |rank: usize| support[rank].affinity[participant];
            let best =
                scratch.candidates.iter().map(|&rank| affinity(rank)).fold(f64::NEG_INFINITY, f64::max);
            let cut = lowest.max(sensitivity * best);
            for (position, (&rank, &sway)) in scratch.candidates.iter().zip(&scratch.sway).enumerate() {
                let affinity = affinity(rank);
                let supports = affinity + sway > cut && (!corrected || affinity > 0.0);
                scratch.weights[position * ranks + participant] = if supports { affinity } else { 0.0 };
            }
        }
    }

    /// Copies the candidates' stakes into rows, of everybody or of those only who influence the engaged, and renews the
    /// influence rows.
    fn gather_stakes(&mut self, scratch: &mut Scratch) {
        let (ranks, width) = (self.network.ranks(), scratch.candidates.len());
        self.network.rows.renew(&self.network.influence, ranks);
        scratch.stakes.resize(ranks * width, 0.0);
        let influencers = |participant: &usize| self.network.rows.influencers(*participant);
        let few = scratch.engaged.iter().map(|one| influencers(one).len()).sum::<usize>() < ranks;
        if few {
            for &target in scratch.engaged.iter().flat_map(influencers) {
                let row = &mut scratch.stakes[target as usize * width..][..width];
                for (stake, &rank) in row.iter_mut().zip(&scratch.candidates) {
                    *stake = self.network.support[rank].tokens[target as usize];
                }
            }
            return;
        }
        for (position, &rank) in scratch.candidates.iter().enumerate() {
            let column = &self.network.support[rank].tokens;
            for (row, &tokens) in scratch.stakes.chunks_exact_mut(width.max(1)).zip(column) {
                row[position] = tokens;
            }
        }
    }

    fn sway_of(&self, participant: usize, scratch: &mut Scratch) {
        scratch.sway.clear();
        scratch.sway.resize(scratch.candidates.len(), 0.0);
        let total = self.network.rows.sway(participant, &scratch.stakes, &mut scratch.sway);
        if total == 0.0 {
            scratch.sway.fill(0.0);
            return;
        }
        let scale = total * self.network.holdings[participant];
        let cap = if self.corrected() { self.params.booster_cap } else { f64::INFINITY };
        for sway in &mut scratch.sway {
            // A participant without holdings has nothing to be swayed with.
            *sway = if scale > 0.0 { (*sway / scale).min(cap) } else { 0.0 };
        }
    }

    fn stake(&mut self, scratch: &mut Scratch) {
        let ranks = self.network.ranks();
        scratch.totals.clear();
        scratch.totals.resize(ranks, 0.0);
        for weights in scratch.weights.chunks_exact(ranks.max(1)) {
            for (total, weight) in scratch.totals.iter_mut().zip(weights) {
                *total += weight;
            }
        }
        for total in &mut scratch.totals {
            if *total == 0.0 {
                *total = f64::INFINITY;
            }
        }
        let alpha = self.params.alpha;
        let network = &mut self.network;
        for (weights, &rank) in scratch.weights.chunks_exact(ranks.max(1)).zip(&scratch.candidates) {
            let column = &mut network.support[rank];
            let of = weights.iter().zip(&scratch.totals).zip(&network.holdings);
            let into = column.tokens.iter_mut().zip(&mut column.conviction);
            for (((&weight, &total), &holdings), (tokens, conviction)) in of.zip(into) {
                *tokens = weight / total * holdings;
                *conviction = next_conviction(*conviction, *tokens, alpha);
            }
            network.proposals[rank].conviction = Some(sum(&column.conviction));
        }
    }

    fn drop_unsupported(&mut self, candidates: &[usize], killed: &mut Vec<usize>) {
        killed.clear();
        let (corrected, params) = (self.corrected(), &self.params);
        for &rank in candidates {
            let proposal = &mut self.network.proposals[rank];
            let column = &mut self.network.support[rank];
            let spared = corrected && proposal.age <= params.grace;
            if !spared && sum(&column.tokens) < params.min_supp {
                if corrected {
                    column.clear_stakes();
                    proposal.conviction = Some(0.0);
                }
                killed.push(rank);
            }
        }
        for &rank in &*killed {
            self.network.change_status(rank, Status::Killed);
        }
    }
}
