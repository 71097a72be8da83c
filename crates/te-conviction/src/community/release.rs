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
        let mut accepted = Vec::new();
        self.release_into(&mut accepted).map(|()| accepted)
    }

    pub(crate) fn release_into(&mut self, accepted: &mut Vec<usize>) -> Result<(), CommunityError> {
        accepted.clear();
        if self.corrected() { self.release_corrected(accepted) } else { self.release_v3(accepted) }
    }

    fn release_v3(&mut self, accepted: &mut Vec<usize>) -> Result<(), CommunityError> {
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
        for &rank in &*accepted {
            self.network.accept(rank);
        }
        Ok(())
    }

    fn release_corrected(&mut self, accepted: &mut Vec<usize>) -> Result<(), CommunityError> {
        let supply = self.voting_supply();
        let mut order = std::mem::take(&mut self.scratch.candidates);
        order.clear();
        // A smaller pool only raises a trigger: what does not pass with all of it does not pass with what is left.
        order.extend(self.candidates().filter(|&rank| self.passes(rank, supply)));
        let conviction = |rank: usize| self.network.proposals[rank].conviction.unwrap_or(0.0);
        order.sort_unstable_by(|&a, &b| conviction(b).total_cmp(&conviction(a)).then(a.cmp(&b)));
        let paid = order.iter().try_for_each(|&rank| self.pay_where_it_passes(rank, supply, accepted));
        self.scratch.candidates = order;
        paid?;
        if !accepted.is_empty() {
            self.sentiment = mood(self.sentiment, 1.0, WORLD_WEIGHT);
            self.feel_release(accepted);
        }
        Ok(())
    }

    fn pay_where_it_passes(
        &mut self,
        rank: usize,
        supply: f64,
        accepted: &mut Vec<usize>,
    ) -> Result<(), CommunityError> {
        if self.passes(rank, supply) {
            let requested = self.network.proposals[rank].requested;
            self.supply.pay(requested)?;
            self.paid += requested;
            self.network.accept(rank);
            accepted.push(rank);
        }
        Ok(())
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
        let (mu, sensitivity) = (self.params.local_sentiment_rate, self.params.sensitivity);
        let mut missed = std::mem::take(&mut self.scratch.missed);
        missed.clear();
        missed.resize(self.network.ranks(), 0.0);
        for rank in self.candidates() {
            for (most, affinity) in missed.iter_mut().zip(&self.network.support[rank].affinity) {
                *most = f64::max(*most, *affinity);
            }
        }
        let network = &mut self.network;
        for &proposal in accepted {
            let liking = &network.support[proposal].affinity;
            for ((sentiment, affinity), missed) in network.sentiment.iter_mut().zip(liking).zip(&missed) {
                *sentiment = mood(*sentiment, affinity - sensitivity * missed, mu);
            }
        }
        self.scratch.missed = missed;
    }
}

impl Network {
    /// Makes a candidate active and frees its stakes.
    fn accept(&mut self, rank: usize) {
        if let (Some(proposal), Some(column)) = (self.proposals.get_mut(rank), self.support.get_mut(rank)) {
            proposal.conviction_at_pass = proposal.conviction.take();
            column.clear_stakes();
            self.change_status(rank, Status::Active);
        }
    }
}
