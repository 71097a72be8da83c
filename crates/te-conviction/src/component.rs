//! The community as a component of the engine: `conviction/voting`.
//!
//! A step is a day. The first participants and proposals are drawn from the component's own stream when a run starts, so
//! that every run has its own community and row 0 shows the founded one. A component that is stepped by hand without
//! [`Component::start`] is founded at the beginning of its first step, by the same draws.
//!
//! It reads a donation from outside holders into the pool, 0 where nothing is wired, and shows everything the published
//! model's post-processing shows per day.

use crate::community::network::STATUSES;
use crate::community::parameters::CommunityParams;
use crate::community::{Community, CommunityError, Day};
use serde::{Deserialize, Serialize};
use te_core::{Clock, Component, ParamError, Params, Record, StepError, Stream};

/// What the community reads.
#[derive(Clone, Copy, Debug, PartialEq, Record)]
pub struct VotingInputs {
    /// Tokens that outside holders give to the pool `[HNY]` -- input; at most what they have.
    #[record(unit = "HNY", default = 0.0)]
    pub donation: f64,
}

/// What the community shows.
///
/// # Equations
/// ```text
/// affinity, affinities, holdings: of a participant for a proposal, their sum over what it supports, and its tokens
/// request ~ beta * funds / 100 + Exponential(beta * funds / 10) -- of a proposal that comes
/// tokens = affinity / affinities * holdings -- staked by a participant on a candidate that it supports
/// conviction' = tokens + alpha * conviction
/// trigger = rho * effective_supply / ((1 - alpha) * (beta - request / funds)^2)
/// released = sum(request) -- of candidates older than tmin whose conviction exceeds their trigger
/// funds' = funds + donation + gamma * total_supply - released
/// total_supply' = total_supply * (1 + gamma)
/// paid' = paid + released
/// other_supply = total_supply' - funds' - effective_supply
/// voting_share = effective_supply / total_supply'
/// pool_share = funds' / total_supply'
/// supply_over_pool = total_supply' / funds'
/// total_staked = sum(tokens) -- over participants and candidates
/// total_conviction = sum(conviction') -- over participants and candidates
/// nearest_to_trigger = max(conviction' / trigger) -- over the candidates
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Record)]
pub struct VotingMetrics {
    /// Common pool, F `[HNY]` -- metric.
    #[record(unit = "HNY")]
    pub funds: f64,
    /// Tokens that vote, E `[HNY]` -- metric.
    #[record(unit = "HNY")]
    pub effective_supply: f64,
    /// All tokens, S `[HNY]` -- metric.
    #[record(unit = "HNY")]
    pub total_supply: f64,
    /// Tokens neither in the pool nor voting, L `[HNY]` -- metric.
    #[record(unit = "HNY")]
    pub other_supply: f64,
    /// Everything paid to proposals so far `[HNY]` -- metric.
    #[record(unit = "HNY")]
    pub paid: f64,
    /// Mood of the outside world, in `[0, 1]` `[1]` -- metric.
    #[record(unit = "1")]
    pub sentiment: f64,
    /// Mean mood of the participants, in `[0, 1]` `[1]` -- metric.
    #[record(unit = "1")]
    pub mean_participant_sentiment: f64,
    /// Participants present -- metric.
    #[record(unit = "participant")]
    pub participant_count: u64,
    /// Influence links between participants -- metric.
    #[record(unit = "link")]
    pub influence_links: u64,
    /// Proposals ever -- metric.
    #[record(unit = "proposal")]
    pub proposal_count: u64,
    /// Proposals that gather conviction -- metric.
    #[record(unit = "proposal")]
    pub candidate_count: u64,
    /// Proposals paid and under way -- metric.
    #[record(unit = "proposal")]
    pub active_count: u64,
    /// Proposals delivered -- metric.
    #[record(unit = "proposal")]
    pub completed_count: u64,
    /// Proposals paid and given up -- metric.
    #[record(unit = "proposal")]
    pub failed_count: u64,
    /// Proposals dropped for want of stakes -- metric.
    #[record(unit = "proposal")]
    pub killed_count: u64,
    /// Requests of the candidates `[HNY]` -- metric.
    #[record(unit = "HNY")]
    pub candidate_funds: f64,
    /// Grants of the active proposals `[HNY]` -- metric.
    #[record(unit = "HNY")]
    pub active_funds: f64,
    /// Grants of the completed proposals `[HNY]` -- metric.
    #[record(unit = "HNY")]
    pub completed_funds: f64,
    /// Grants of the failed proposals `[HNY]` -- metric.
    #[record(unit = "HNY")]
    pub failed_funds: f64,
    /// Requests of the dropped proposals `[HNY]` -- metric.
    #[record(unit = "HNY")]
    pub killed_funds: f64,
    /// Share of all proposals that are candidates `[1]` -- metric.
    #[record(unit = "1")]
    pub candidate_share: f64,
    /// Share of all proposals that are active `[1]` -- metric.
    #[record(unit = "1")]
    pub active_share: f64,
    /// Share of all proposals that completed `[1]` -- metric.
    #[record(unit = "1")]
    pub completed_share: f64,
    /// Share of all proposals that failed `[1]` -- metric.
    #[record(unit = "1")]
    pub failed_share: f64,
    /// Share of all proposals that were dropped `[1]` -- metric.
    #[record(unit = "1")]
    pub killed_share: f64,
    /// Share of all requested funds that candidates ask for `[1]` -- metric.
    #[record(unit = "1")]
    pub candidate_funds_share: f64,
    /// Share of all requested funds in active proposals `[1]` -- metric.
    #[record(unit = "1")]
    pub active_funds_share: f64,
    /// Share of all requested funds in completed proposals `[1]` -- metric.
    #[record(unit = "1")]
    pub completed_funds_share: f64,
    /// Share of all requested funds in failed proposals `[1]` -- metric.
    #[record(unit = "1")]
    pub failed_funds_share: f64,
    /// Share of all requested funds that dropped proposals asked for `[1]` -- metric.
    #[record(unit = "1")]
    pub killed_funds_share: f64,
    /// Effective over total supply `[1]` -- metric.
    #[record(unit = "1")]
    pub voting_share: f64,
    /// Common pool over total supply `[1]` -- metric.
    #[record(unit = "1")]
    pub pool_share: f64,
    /// Total supply over common pool, the published `fractionOfSupplyInPool` `[1]` -- metric.
    #[record(unit = "1")]
    pub supply_over_pool: f64,
    /// Staked on candidates `[HNY]` -- metric.
    #[record(unit = "HNY")]
    pub total_staked: f64,
    /// Conviction on candidates `[HNY day]` -- metric.
    #[record(unit = "HNY day")]
    pub total_conviction: f64,
    /// Conviction over trigger of the candidate nearest to it `[1]` -- metric.
    #[record(unit = "1")]
    pub nearest_to_trigger: f64,
    /// Stakes below 0, a quirk of the published rules -- metric.
    #[record(unit = "stake")]
    pub negative_stakes: u64,
}

/// A community that votes by conviction.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Voting {
    community: Community,
    /// The last day's lists, whose memory serves again.
    #[serde(skip)]
    day: Day,
}

impl Voting {
    /// The community inside.
    pub fn community(&self) -> &Community {
        &self.community
    }
}

impl Component for Voting {
    const KIND: &'static str = "conviction/voting";
    type Params = CommunityParams;
    type Inputs = VotingInputs;
    type Metrics = VotingMetrics;

    fn new(params: CommunityParams) -> Result<Self, ParamError> {
        params.check()?;
        match Community::new(params) {
            Ok(community) => Ok(Self { community, day: Day::default() }),
            Err(CommunityError::Parameter(error)) => Err(error),
            Err(other) => Err(ParamError::cross(other.to_string())),
        }
    }

    fn reparam(&mut self, params: CommunityParams) -> Result<(), ParamError> {
        self.community.set_params(params).map_err(|error| match error {
            CommunityError::Parameter(error) => error,
            other => ParamError::cross(other.to_string()),
        })
    }

    fn start(&mut self, rng: &mut Stream) {
        self.community.found(rng);
    }

    fn step(&mut self, inputs: &VotingInputs, _: &Clock, rng: &mut Stream) -> Result<(), StepError> {
        if inputs.donation.is_nan() || inputs.donation < 0.0 {
            return Err(StepError::domain("donation", inputs.donation, "[0, infinity)"));
        }
        let supply = *self.community.supply();
        if inputs.donation > 0.0 {
            self.community.donate(inputs.donation).map_err(StepError::caused_by)?;
        }
        self.community.advance(rng, &mut self.day).map_err(|error| {
            self.community.restore_supply(supply);
            StepError::caused_by(error)
        })
    }

    fn metrics(&self) -> VotingMetrics {
        let community = &self.community;
        let (supply, health) = (community.supply(), community.health());
        let [candidate, active, completed, failed, killed] = STATUSES.map(|status| health.standing(status));
        let [candidate_share, active_share, completed_share, failed_share, killed_share] =
            STATUSES.map(|status| health.count_share(status));
        let [
            candidate_funds_share,
            active_funds_share,
            completed_funds_share,
            failed_funds_share,
            killed_funds_share,
        ] = STATUSES.map(|status| health.funds_share(status));
        VotingMetrics {
            funds: supply.pool(),
            effective_supply: supply.effective(),
            total_supply: supply.total(),
            other_supply: supply.other(),
            paid: community.paid(),
            sentiment: community.sentiment(),
            mean_participant_sentiment: health.mean_sentiment,
            participant_count: community.network().participant_count() as u64,
            influence_links: community.network().influence().len() as u64,
            proposal_count: health.all().count,
            candidate_count: candidate.count,
            active_count: active.count,
            completed_count: completed.count,
            failed_count: failed.count,
            killed_count: killed.count,
            candidate_funds: candidate.funds,
            active_funds: active.funds,
            completed_funds: completed.funds,
            failed_funds: failed.funds,
            killed_funds: killed.funds,
            candidate_share,
            active_share,
            completed_share,
            failed_share,
            killed_share,
            candidate_funds_share,
            active_funds_share,
            completed_funds_share,
            failed_funds_share,
            killed_funds_share,
            voting_share: health.voting_share,
            pool_share: health.pool_share,
            supply_over_pool: health.supply_over_pool,
            total_staked: health.total_staked,
            total_conviction: health.total_conviction,
            nearest_to_trigger: health.nearest_to_trigger,
            negative_stakes: health.negative_stakes,
        }
    }
}
