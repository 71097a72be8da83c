//! Who listens to whom, and how much others' stakes sway a participant.
//!
//! ```text
//! b(i, j) = sum over k of w_ik tokens_kj / (W_i holdings_i),  W_i = sum over k of w_ik
//! ```
//! | symbol | meaning | unit |
//! |---|---|---|
//! | `b` | booster, added to the affinity of i for j | 1 |
//! | `w_ik` | weight with which k influences i | 1 |
//! | `tokens_kj` | stake of k on j, of the step before | token |
//!
//! It is 0 where nobody influences i. In the published model it is unbounded: a small holder follows any whale.
//!
//! The links stand in compressed rows: the influencers of a participant are neighbours in memory. Stakes are read as
//! rows of candidates, so that the sum over influencers runs along the candidates.
//!
//! Source: the Aragon and 1Hive conviction voting model, version 3, `social_affinity_booster`.

use crate::community::network::element::WeightedLink;

/// Compressed rows of influence links.
#[derive(Clone, Debug, Default)]
pub(crate) struct InfluenceRows {
    offsets: Vec<usize>,
    targets: Vec<u32>,
    weights: Vec<f64>,
    totals: Vec<f64>,
    links: usize,
}

impl InfluenceRows {
    /// Rebuilds the rows where links or participants were added since.
    pub(crate) fn renew(&mut self, links: &[WeightedLink], ranks: usize) {
        if self.links == links.len() && self.totals.len() == ranks {
            return;
        }
        if self.links == links.len() && !self.offsets.is_empty() && self.totals.len() < ranks {
            // Newcomers without links: empty rows at the end.
            self.offsets.resize(ranks + 1, self.links);
            self.totals.resize(ranks, 0.0);
            return;
        }
        self.links = links.len();
        self.offsets.clear();
        self.offsets.resize(ranks + 1, 0);
        for link in links {
            self.offsets[link.from as usize + 1] += 1;
        }
        for rank in 0..ranks {
            self.offsets[rank + 1] += self.offsets[rank];
        }
        self.targets.clear();
        self.targets.resize(links.len(), 0);
        self.weights.clear();
        self.weights.resize(links.len(), 0.0);
        self.totals.clear();
        self.totals.resize(ranks, 0.0);
        let mut next = self.offsets.clone();
        for link in links {
            let row = link.from as usize;
            let place = next[row];
            next[row] += 1;
            self.targets[place] = link.to;
            self.weights[place] = link.weight;
            self.totals[row] += link.weight;
        }
    }

    /// Takes the weight off a link of somebody who left.
    pub(crate) fn silence(&mut self, link: WeightedLink) {
        let row = link.from as usize;
        let (Some(&start), Some(&end)) = (self.offsets.get(row), self.offsets.get(row + 1)) else { return };
        let mut total = 0.0;
        for place in start..end {
            if self.targets[place] == link.to {
                self.weights[place] = 0.0;
            }
            total += self.weights[place];
        }
        self.totals[row] = total;
    }

    /// Ranks of those who influence a participant.
    pub(crate) fn influencers(&self, participant: usize) -> &[u32] {
        match (self.offsets.get(participant), self.offsets.get(participant + 1)) {
            (Some(&start), Some(&end)) => self.targets.get(start..end).unwrap_or(&[]),
            _ => &[],
        }
    }

    /// Adds `w_ik tokens_kj` over the influencers k of a participant to `sums`, one for each candidate j; `stakes` holds
    /// a row of candidates for each participant. Gives `W_i`.
    pub(crate) fn sway(&self, participant: usize, stakes: &[f64], sums: &mut [f64]) -> f64 {
        let (Some(&start), Some(&end)) = (self.offsets.get(participant), self.offsets.get(participant + 1))
        else {
            return 0.0;
        };
        let width = sums.len();
        for (&target, &weight) in self.targets[start..end].iter().zip(&self.weights[start..end]) {
            let row = &stakes[target as usize * width..(target as usize + 1) * width];
            for (sum, &stake) in sums.iter_mut().zip(row) {
                *sum += weight * stake;
            }
        }
        self.totals.get(participant).copied().unwrap_or(0.0)
    }
}
