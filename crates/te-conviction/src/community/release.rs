//! Block 4: candidates whose conviction exceeds their trigger are paid.
//!
//! A candidate passes when its age exceeds `tmin` and its conviction, of the day before, exceeds the trigger with the
//! pool after minting and E with the newcomer. It becomes active, its stakes are freed. The world's mood moves by the
//! number accepted.
//!
//! Published: every candidate is tested against the same pool; where together they ask for more than it holds, the step
//! is refused.
//! Corrected: by conviction, the highest first, each is tested against the pool that the ones before it left, as on a
//! chain; each participant's mood moves by its affinity for what passed less `sensitivity` times its highest affinity
//! for what remains.

use crate::community::network::{Network, Status};
use crate::community::sentiment::{WORLD_WEIGHT, after_release, mood};
use crate::community::{Community, CommunityError};

impl Community {
    /// Block 4 (see the module); gives the ranks of the proposals paid.
    ///
    /// # Errors
    /// [`CommunityError::OverRelease`] under the published rules, with nothing changed.
    pub fn release(&mut self) -> Result<Vec<usize>, CommunityError> {
        if self.corrected() { self.release_corrected() } else { self.release_v3() }
    }

    fn release_v3(&mut self) -> Result<Vec<usize>, CommunityError> {
        let mut accepted = Vec::new();
        let mut asked = 0.0;
        let supply = self.voting_supply();
        for rank in self.candidates() {
            if self.passes(rank, supply) {
                accepted.push(rank);
                asked += self.network.proposals[rank].requested;
            }
        }
        let funds = self.supply.pool();
        if asked > funds {
            return Err(CommunityError::OverRelease { asked, funds });
        }
        self.supply.pay(asked)?;
        self.paid += asked;
        self.sentiment = after_release(self.sentiment, accepted.len());
        for &rank in &accepted {
            self.network.accept(rank);
        }
        Ok(accepted)
    }

    fn release_corrected(&mut self) -> Result<Vec<usize>, CommunityError> {
        let mut order: Vec<usize> = self.candidates().collect();
        let conviction = |rank: usize| self.network.proposals[rank].conviction.unwrap_or(0.0);
        order.sort_by(|&a, &b| conviction(b).total_cmp(&conviction(a)));
        let supply = self.voting_supply();
        let mut accepted = Vec::new();
        for rank in order {
            if self.passes(rank, supply) {
                let requested = self.network.proposals[rank].requested;
                self.supply.pay(requested)?;
                self.paid += requested;
                self.network.accept(rank);
                accepted.push(rank);
            }
        }
        if !accepted.is_empty() {
            self.sentiment = mood(self.sentiment, 1.0, WORLD_WEIGHT);
            self.feel_release(&accepted);
        }
        Ok(accepted)
    }

    fn passes(&self, rank: usize, voting_supply: f64) -> bool {
        let proposal = &self.network.proposals[rank];
        let trigger = crate::trigger::trigger_or_infinity(
            proposal.requested,
            self.supply.pool(),
            voting_supply,
            self.params.alpha,
            self.params.beta,
            self.params.rho,
        );
        proposal.age > self.params.tmin && proposal.conviction.is_some_and(|level| level > trigger)
    }

    fn feel_release(&mut self, accepted: &[usize]) {
        let remaining: Vec<usize> = self.candidates().collect();
        let (mu, sensitivity) = (self.params.local_sentiment_rate, self.params.sensitivity);
        let network = &mut self.network;
        for (rank, sentiment) in network.sentiment.iter_mut().enumerate() {
            let liking = |proposal: &usize| network.support[*proposal].affinity[rank];
            let missed = remaining.iter().map(liking).fold(0.0, f64::max);
            for proposal in accepted {
                *sentiment = mood(*sentiment, liking(proposal) - sensitivity * missed, mu);
            }
        }
    }
}

impl Network {
    /// Makes a candidate active and frees its stakes.
    fn accept(&mut self, rank: usize) {
        if let (Some(proposal), Some(column)) = (self.proposals.get_mut(rank), self.support.get_mut(rank)) {
            proposal.status = Status::Active;
            proposal.conviction_at_pass = proposal.conviction.take();
            column.clear_stakes();
        }
    }
}
