//! A community as tables, for charts: who there is, what is proposed, who stands where.
//!
//! | chart of the published notebook | table |
//! |---|---|
//! | histogram of holdings | [`participant_table`] |
//! | bars of requests, triggers and their share of the largest conviction | [`proposal_table`] |
//! | heat map of affinities | [`affinity_table`] |
//! | social network | [`influence_table`] |
//! | the two-sided picture of participants and proposals | [`Snapshot`] |
//! | fan of conviction over trigger | [`progress_table`] of several days |
//!
//! `tecmns picture` draws them all from a results folder. The charts over time are columns of the component's metrics: see [`STATUS_COUNTS`] and [`STATUS_FUNDS`] for the two
//! stacked areas.

use crate::community::network::{Network, Proposal, Status};
use crate::community::parameters::{CommunityParams, Rules};
use crate::community::{Community, CommunityError};
use crate::table::Table;
use crate::trigger::trigger_or_infinity;
use te_core::{Cells, Frame, FrameError, Stream};

/// Metrics of the stacked area of proposals by status, from the bottom.
pub const STATUS_COUNTS: [&str; 5] =
    ["candidate_count", "active_count", "completed_count", "killed_count", "failed_count"];

/// Metrics of the stacked area of requested funds by status, from the bottom.
pub const STATUS_FUNDS: [&str; 5] =
    ["candidate_funds", "active_funds", "completed_funds", "killed_funds", "failed_funds"];

/// Participants: identity, holdings, sentiment, total stake, whether present.
///
/// # Errors
/// Never in practice: [`FrameError`] would be columns of unequal length.
pub fn participant_table(network: &Network) -> Result<Frame, FrameError> {
    let nodes = network.participant_nodes().iter().map(|&node| u64::from(node)).collect();
    let staked = (0..network.ranks())
        .map(|rank| {
            network
                .support_columns()
                .iter()
                .zip(network.proposals())
                .filter(|(_, proposal)| proposal.status == Status::Candidate)
                .filter_map(|(column, _)| column.tokens().get(rank))
                .sum()
        })
        .collect();
    Table::new()
        .with("participant", "", "Identity.", Cells::U64(nodes))
        .with("holdings", "HNY", "Tokens held.", Cells::F64(network.holdings().to_vec()))
        .with("sentiment", "1", "Own mood.", Cells::F64(network.sentiment().to_vec()))
        .with("staked", "HNY", "Staked on candidates.", Cells::F64(staked))
        .with("present", "", "Whether still there.", Cells::Bool(network.present().to_vec()))
        .finish()
}

/// Whether this is the day of founding under the published rules, on which the published notebook draws what candidates
/// need with the total supply S in place of E: `rho S / ((1 - alpha) (beta - r/F)^2)`.
///
/// The triggers that the published model keeps on that day are others again: they count the sum of holdings. Neither is what
/// a proposal needs to pass; that is known from the first day on, when the triggers count E.
pub fn needs_as_in_the_notebook(community: &Community) -> bool {
    community.params().rules == Rules::V3 && community.network().proposals().iter().all(|one| one.age == 0)
}

/// Conviction that a candidate needs `[HNY day]`, as tables and pictures show it: its trigger, but on the day of founding the
/// notebook's ([`needs_as_in_the_notebook`]); none where it is no candidate.
pub fn needed(community: &Community, proposal: &Proposal) -> Option<f64> {
    let trigger = proposal.trigger?;
    if !needs_as_in_the_notebook(community) {
        return Some(trigger);
    }
    let (params, supply) = (community.params(), community.supply());
    let (alpha, beta, rho) = (params.alpha, params.beta, params.rho);
    Some(trigger_or_infinity(proposal.requested, supply.pool(), supply.total(), alpha, beta, rho))
}

/// Proposals: identity, status, age, request and its share of the pool, conviction, trigger ([`needed`]), conviction over
/// trigger, trigger over the largest conviction of `effective_supply`, and supporters. This is the published post-processing.
///
/// # Errors
/// Never in practice: [`FrameError`] would be columns of unequal length.
pub fn proposal_table(community: &Community) -> Result<Frame, FrameError> {
    let proposals = community.network().proposals();
    let most = community.voting_supply() / (1.0 - community.params().alpha);
    let pool = community.supply().pool();
    let of = |value: &dyn Fn(&Proposal) -> Option<f64>| proposals.iter().map(value).collect::<Vec<_>>();
    let supporters = community
        .network()
        .support_columns()
        .iter()
        .map(|column| column.tokens().iter().filter(|&&tokens| tokens != 0.0).count() as u64)
        .collect();
    Table::new()
        .with(
            "proposal",
            "",
            "Identity.",
            Cells::U64(proposals.iter().map(|one| one.node.index() as u64).collect()),
        )
        .with(
            "status",
            "",
            "Where it stands.",
            Cells::Text(proposals.iter().map(|one| one.status.name().to_owned()).collect()),
        )
        .with(
            "age",
            "day",
            "Days since it came.",
            Cells::U64(proposals.iter().map(|one| one.age.into()).collect()),
        )
        .with_some("requested", "HNY", "Request.", &of(&|one| Some(one.requested)))
        .with_some("pool_share", "1", "Request over pool.", &of(&|one| Some(one.requested / pool)))
        .with_some("conviction", "HNY day", "Conviction; none once accepted.", &of(&|one| one.conviction))
        .with_some(
            "trigger",
            "HNY day",
            "Conviction needed; none where not a candidate.",
            &of(&|one| needed(community, one)),
        )
        .with_some("progress", "1", "Conviction over trigger.", &of(&progress))
        .with_some(
            "trigger_share",
            "1",
            "Trigger over the largest conviction.",
            &of(&|one| needed(community, one).map(|trigger| trigger / most)),
        )
        .with_some(
            "conviction_at_pass",
            "HNY day",
            "Conviction when accepted.",
            &of(&|one| one.conviction_at_pass),
        )
        .with("supporters", "participant", "Participants who stake on it.", Cells::U64(supporters))
        .finish()
}

/// Affinity of every participant for every proposal, one row for each pair: a heat map in `[-1, 1]`.
///
/// # Errors
/// Never in practice: [`FrameError`] would be columns of unequal length.
pub fn affinity_table(network: &Network) -> Result<Frame, FrameError> {
    let (mut participants, mut proposals, mut affinities) = (Vec::new(), Vec::new(), Vec::new());
    for (proposal, column) in network.proposals().iter().zip(network.support_columns()) {
        for ((&node, &present), &affinity) in
            network.participant_nodes().iter().zip(network.present()).zip(column.affinity())
        {
            if present {
                participants.push(u64::from(node));
                proposals.push(proposal.node.index() as u64);
                affinities.push(affinity);
            }
        }
    }
    Table::new()
        .with("participant", "", "Identity.", Cells::U64(participants))
        .with("proposal", "", "Identity.", Cells::U64(proposals))
        .with("affinity", "1", "How much the participant likes the proposal.", Cells::F64(affinities))
        .finish()
}

/// Influence links: who is influenced, by whom, how much.
///
/// # Errors
/// Never in practice: [`FrameError`] would be columns of unequal length.
pub fn influence_table(network: &Network) -> Result<Frame, FrameError> {
    let node = |rank: u32| u64::from(network.participant_nodes().get(rank as usize).copied().unwrap_or(rank));
    let links = || network.influence().iter().filter(|link| link.weight > 0.0);
    Table::new()
        .with("influenced", "", "Identity.", Cells::U64(links().map(|link| node(link.from)).collect()))
        .with("influencer", "", "Identity.", Cells::U64(links().map(|link| node(link.to)).collect()))
        .with("weight", "1", "Weight.", Cells::F64(links().map(|link| link.weight).collect()))
        .finish()
}

/// Conviction over trigger of each candidate on a day, one row for each: the fan of the first version's notebook is the
/// quantiles of these rows by day.
///
/// # Errors
/// Never in practice: [`FrameError`] would be columns of unequal length.
pub fn progress_table(day: u64, network: &Network) -> Result<Frame, FrameError> {
    let rows: Vec<(u64, f64)> = network
        .proposals()
        .iter()
        .filter(|one| one.status == Status::Candidate)
        .filter_map(|one| progress(one).map(|ratio| (one.node.index() as u64, ratio)))
        .collect();
    Table::new()
        .with("day", "day", "Day.", Cells::U64(vec![day; rows.len()]))
        .with("proposal", "", "Identity.", Cells::U64(rows.iter().map(|row| row.0).collect()))
        .with("progress", "1", "Conviction over trigger.", Cells::F64(rows.iter().map(|row| row.1).collect()))
        .finish()
}

fn progress(proposal: &Proposal) -> Option<f64> {
    let trigger = proposal.trigger.filter(|&trigger| trigger > 0.0)?;
    Some(proposal.conviction? / trigger)
}

/// A participant in the two-sided picture: on the left, its size by holdings.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Left {
    /// Identity.
    pub node: u32,
    /// Size `[HNY]`.
    pub holdings: f64,
}

/// A proposal in the two-sided picture: on the right, its size by request, filled by its share of the trigger.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Right {
    /// Identity.
    pub node: u32,
    /// Size `[HNY]`.
    pub requested: f64,
    /// Colour: candidate blue, active orange, completed green, failed grey, killed black.
    pub status: Status,
    /// Conviction over trigger, in `[0, 1]`, of a candidate `[1]`.
    pub filled: Option<f64>,
}

/// A stake in the two-sided picture.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tie {
    /// Position on the left.
    pub from: usize,
    /// Position on the right.
    pub to: usize,
    /// Stake `[HNY]`, the shade.
    pub tokens: f64,
}

/// The two-sided picture of a day: participants, proposals, and the stakes on candidates between them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Snapshot {
    /// The day it shows.
    pub day: u64,
    /// Participants who are present.
    pub left: Vec<Left>,
    /// All proposals so far.
    pub right: Vec<Right>,
    /// Stakes on candidates.
    pub ties: Vec<Tie>,
}

impl Snapshot {
    /// The picture of a network on a day.
    pub fn of(day: u64, network: &Network) -> Self {
        let there: Vec<usize> = (0..network.ranks()).filter(|&rank| network.present()[rank]).collect();
        let left = there
            .iter()
            .map(|&rank| Left { node: network.participant_nodes()[rank], holdings: network.holdings()[rank] })
            .collect();
        let mut snapshot = Self { day, left, ..Self::default() };
        for (to, (proposal, column)) in network.proposals().iter().zip(network.support_columns()).enumerate()
        {
            let candidate = proposal.status == Status::Candidate;
            snapshot.right.push(Right {
                node: u32::try_from(proposal.node.index()).unwrap_or(u32::MAX),
                requested: proposal.requested,
                status: proposal.status,
                filled: if candidate { progress(proposal).map(|ratio| ratio.clamp(0.0, 1.0)) } else { None },
            });
            if candidate {
                for (from, &rank) in there.iter().enumerate() {
                    let tokens = column.tokens()[rank];
                    if tokens != 0.0 {
                        snapshot.ties.push(Tie { from, to, tokens });
                    }
                }
            }
        }
        snapshot
    }
}

/// The communities of one run on given days, 0 the founding; days in rising order.
///
/// With the stream that an experiment hands to the component of this run, these are the communities behind its metrics.
///
/// # Errors
/// [`CommunityError`] for refused parameters or a refused step.
pub fn communities_on(
    params: &CommunityParams,
    stream: &mut Stream,
    days: &[u64],
) -> Result<Vec<(u64, Community)>, CommunityError> {
    let mut community = Community::new(params.clone())?;
    community.found(stream);
    let mut kept = Vec::with_capacity(days.len());
    let mut today = 0;
    for &day in days {
        while today < day {
            community.step(stream)?;
            today += 1;
        }
        kept.push((day, community.clone()));
    }
    Ok(kept)
}

#[cfg(test)]
mod tests {
    use super::*;
    use te_core::StreamKey;

    /// The largest first request of the first run of seed 1, 432.109 HNY, computed apart with S, and with E for the day after.
    #[test]
    fn the_founding_shows_what_the_notebook_draws() {
        let key = StreamKey { seed: 1, run: 1, subset: None };
        let mut stream = Stream::new(key, "community");
        let kept = communities_on(&CommunityParams::default(), &mut stream, &[0, 1]).unwrap();
        for ((_, community), (needs, part)) in kept.iter().zip([("21937", "0.323"), ("13735", "0.202")]) {
            let table = proposal_table(community).unwrap();
            let cell = |name: &str, row: usize| table.column(name).unwrap().number(row).unwrap();
            let asks = |row: &usize| cell("requested", *row);
            let row = (0..7).max_by(|a, b| asks(a).total_cmp(&asks(b))).unwrap();
            assert_eq!(format!("{:.0}", cell("requested", row)), "432");
            assert_eq!(
                format!("{:.0} {:.3}", cell("trigger", row), cell("trigger_share", row)),
                format!("{needs} {part}")
            );
        }
        assert!(needs_as_in_the_notebook(&kept[0].1) && !needs_as_in_the_notebook(&kept[1].1));
        // A request of 432 HNY to the unit.
        let needs = |supply| trigger_or_infinity(432.0, 4867.21, supply, 0.7937005259840998, 0.2, 0.0025);
        assert_eq!(format!("{:.0} {:.0}", needs(22392.22), needs(14020.008)), "21928 13729");
    }

    #[test]
    fn tables_and_pictures_of_a_run() {
        let mut stream = Stream::new(StreamKey::default(), "community");
        let kept = communities_on(&CommunityParams::default(), &mut stream, &[0, 50]).unwrap();
        let (_, founded) = &kept[0];
        assert_eq!(affinity_table(founded.network()).unwrap().rows(), 210);
        assert!(Snapshot::of(0, founded.network()).ties.is_empty());
        let (day, community) = &kept[1];
        let network = community.network();
        let picture = Snapshot::of(*day, network);
        assert_eq!(picture.right.len(), network.proposals().len());
        let staked: f64 = picture.ties.iter().map(|tie| tie.tokens).sum();
        assert!((staked / community.health().total_staked - 1.0).abs() < 1e-12);
        let proposals = proposal_table(community).unwrap();
        assert_eq!(proposals.rows(), network.proposals().len());
        assert_eq!(participant_table(network).unwrap().rows(), network.ranks());
        assert_eq!(influence_table(network).unwrap().rows(), network.influence().len());
        let candidates = community.candidates().count();
        assert_eq!(progress_table(50, network).unwrap().rows(), candidates);
        let metrics = <crate::component::VotingMetrics as te_core::Record>::fields();
        for name in STATUS_COUNTS.iter().chain(&STATUS_FUNDS) {
            assert!(metrics.iter().any(|field| field.name == *name));
        }
    }
}
