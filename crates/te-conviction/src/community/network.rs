//! The community as a graph: participants, proposals, and what links them.
//!
//! | link | from, to | carries |
//! |---|---|---|
//! | support | participant, proposal; every pair | affinity `[1]`, stake `[token]`, conviction `[token day]` |
//! | influence | participant, the participant who influences it | weight above 4 `[1]` |
//! | conflict | proposal, proposal | strength in (0.75, 1] `[1]` |
//!
//! The numbers stand in columns, because stepping through weights inside a graph costs 1.6 to 30 times as much. Support
//! is complete, so that its numbers are one column of participants for each proposal; influence has a compressed row for
//! each participant, renewed when the links change. The graph is petgraph's and public ([`Network::graph`]): nodes and
//! edges say only *what* they are and in which slot their numbers stand. It follows from the columns and is drawn when it
//! is asked for, so that a step neither keeps nor copies it.
//!
//! A node's identity is its index in the graph: consecutive, in order of creation. Participants and proposals are also
//! ranked among their own kind, which is where their numbers stand. Nothing is removed: a participant who leaves keeps
//! rank and node, marked absent, without links and holdings.
//!
//! Invariants: every present participant has exactly one support link to every proposal; columns are as long as there
//! are participants.

mod departure;
mod drawing;
pub(crate) mod element;

pub use element::{Link, Node, Proposal, STATUSES, Status, Support, SupportColumn, WeightedLink};

use crate::community::conflict::ConflictChains;
use crate::community::influence::InfluenceRows;
use crate::error::{ConvictionError, require, require_amount};
use petgraph::stable_graph::{EdgeIndex, NodeIndex, StableDiGraph};
use serde::{Deserialize, Serialize};
use std::sync::OnceLock;

/// Participants, proposals and their links.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Network {
    /// Drawn when asked for; emptied by everything that changes what it shows.
    #[serde(skip)]
    graph: OnceLock<StableDiGraph<Node, Link>>,
    pub(crate) nodes: Vec<u32>,
    pub(crate) holdings: Vec<f64>,
    pub(crate) sentiment: Vec<f64>,
    pub(crate) present: Vec<bool>,
    pub(crate) absent: usize,
    pub(crate) proposals: Vec<Proposal>,
    /// Ranks of the candidates and of the active proposals, rising: far fewer than all that ever were.
    pub(crate) candidates: Vec<usize>,
    pub(crate) active: Vec<usize>,
    pub(crate) support: Vec<SupportColumn>,
    pub(crate) influence: Vec<WeightedLink>,
    pub(crate) conflict: Vec<WeightedLink>,
    #[serde(skip)]
    pub(crate) rows: InfluenceRows,
    #[serde(skip)]
    pub(crate) conflicts: ConflictChains,
    next_node: u32,
}

impl Network {
    /// The public structure, drawn the first time it is asked for after a change: nodes in order of their identity,
    /// edges of support by the later of their two ends, then influence and conflict by slot. Numbers are read through
    /// [`Network::support`] and its kin.
    pub fn graph(&self) -> &StableDiGraph<Node, Link> {
        self.graph.get_or_init(|| self.drawn())
    }

    /// Number of participants who are present.
    pub fn participant_count(&self) -> usize {
        self.holdings.len() - self.absent
    }

    /// Number of ranks: participants, and those who left.
    pub fn ranks(&self) -> usize {
        self.holdings.len()
    }

    /// Identity of each participant by rank.
    pub fn participant_nodes(&self) -> &[u32] {
        &self.nodes
    }

    /// Holdings by rank `[token]`, 0 for those who left.
    pub fn holdings(&self) -> &[f64] {
        &self.holdings
    }

    /// Sentiment by rank, in `[0, 1]` `[1]`.
    pub fn sentiment(&self) -> &[f64] {
        &self.sentiment
    }

    /// Whether the participant of each rank is still there.
    pub fn present(&self) -> &[bool] {
        &self.present
    }

    /// The proposals by rank.
    pub fn proposals(&self) -> &[Proposal] {
        &self.proposals
    }

    /// The support columns, one for each proposal.
    pub fn support_columns(&self) -> &[SupportColumn] {
        &self.support
    }

    /// The influence links.
    pub fn influence(&self) -> &[WeightedLink] {
        &self.influence
    }

    /// The conflict links.
    pub fn conflict(&self) -> &[WeightedLink] {
        &self.conflict
    }

    /// The stance of a participant on a proposal, by ranks.
    pub fn support(&self, participant: usize, proposal: usize) -> Option<Support> {
        let column = self.support.get(proposal)?;
        let accepted = self.proposals.get(proposal)?.conviction.is_none();
        Some(Support {
            affinity: *column.affinity.get(participant)?,
            tokens: *column.tokens.get(participant)?,
            conviction: if accepted { None } else { Some(*column.conviction.get(participant)?) },
        })
    }

    /// The stance on a support edge of the graph.
    pub fn support_at(&self, edge: EdgeIndex) -> Option<Support> {
        let graph = self.graph();
        let (from, to) = graph.edge_endpoints(edge)?;
        match (graph.node_weight(from)?, graph.node_weight(to)?) {
            (Node::Participant(participant), Node::Proposal(proposal)) => {
                self.support(*participant as usize, *proposal as usize)
            }
            _ => None,
        }
    }

    /// The weight of an influence or the strength of a conflict on an edge of the graph `[1]`.
    pub fn weight_at(&self, edge: EdgeIndex) -> Option<f64> {
        match *self.graph().edge_weight(edge)? {
            Link::Support => None,
            Link::Influence(slot) => self.influence.get(slot as usize).map(|link| link.weight),
            Link::Conflict(slot) => self.conflict.get(slot as usize).map(|link| link.weight),
        }
    }

    /// Adds a participant with an affinity for each proposal so far, in their order; gives its rank.
    ///
    /// # Errors
    /// [`ConvictionError::OutOfRange`] for negative holdings, a sentiment outside `[0, 1]`, or affinities outside `[-1, 1]` or
    /// of another number than proposals.
    pub fn add_participant(
        &mut self,
        holdings: f64,
        sentiment: f64,
        affinities: &[f64],
    ) -> Result<usize, ConvictionError> {
        require_amount("holdings", holdings)?;
        require((0.0..=1.0).contains(&sentiment), "sentiment", sentiment, "[0, 1]")?;
        require_affinities(affinities, self.proposals.len())?;
        let rank = self.push_participant(holdings, sentiment);
        for (column, &affinity) in self.support.iter_mut().zip(affinities) {
            column.push(affinity);
        }
        self.forget_graph();
        Ok(rank)
    }

    /// Adds a candidate with an affinity of each participant so far, in their order; gives its rank.
    ///
    /// # Errors
    /// [`ConvictionError::OutOfRange`] for a negative request, or affinities outside `[-1, 1]` or of another number than
    /// participants.
    pub fn add_proposal(&mut self, requested: f64, affinities: &[f64]) -> Result<usize, ConvictionError> {
        require_amount("requested", requested)?;
        require_affinities(affinities, self.holdings.len())?;
        let rank = self.push_proposal(requested);
        if let Some(column) = self.support.last_mut() {
            for &affinity in affinities {
                column.push(affinity);
            }
        }
        self.forget_graph();
        Ok(rank)
    }

    /// Sets stake and conviction on a support link, and with it the proposal's conviction.
    ///
    /// # Errors
    /// [`ConvictionError::OutOfRange`] for unknown ranks or numbers that are not finite.
    pub fn set_stake(
        &mut self,
        participant: usize,
        proposal: usize,
        tokens: f64,
        conviction: f64,
    ) -> Result<(), ConvictionError> {
        require(tokens.is_finite(), "tokens", tokens, "finite")?;
        require(conviction.is_finite(), "conviction", conviction, "finite")?;
        let unknown = |parameter, rank: usize| ConvictionError::OutOfRange {
            parameter,
            value: rank as f64,
            permitted: "a rank of the network",
        };
        let column = self.support.get_mut(proposal).ok_or(unknown("proposal", proposal))?;
        match (column.tokens.get_mut(participant), column.conviction.get_mut(participant)) {
            (Some(stake), Some(level)) => {
                *stake = tokens;
                *level = conviction;
            }
            _ => return Err(unknown("participant", participant)),
        }
        let total = sum(&column.conviction);
        if let Some(proposal) = self.proposals.get_mut(proposal) {
            proposal.conviction = Some(total);
        }
        Ok(())
    }

    /// Sets a proposal's conviction apart from its links, until the next step sums them up.
    ///
    /// # Errors
    /// [`ConvictionError::OutOfRange`] for an unknown rank or a number that is not finite.
    pub fn set_conviction(&mut self, proposal: usize, conviction: f64) -> Result<(), ConvictionError> {
        require(conviction.is_finite(), "conviction", conviction, "finite")?;
        match self.proposals.get_mut(proposal) {
            Some(found) => {
                found.conviction = Some(conviction);
                Ok(())
            }
            None => Err(ConvictionError::OutOfRange {
                parameter: "proposal",
                value: proposal as f64,
                permitted: "a rank of the network",
            }),
        }
    }

    /// Sets where a proposal stands and how old it is.
    ///
    /// # Errors
    /// [`ConvictionError::OutOfRange`] for an unknown rank.
    pub fn set_standing(&mut self, proposal: usize, status: Status, age: u32) -> Result<(), ConvictionError> {
        let Some(found) = self.proposals.get_mut(proposal) else {
            return Err(ConvictionError::OutOfRange {
                parameter: "proposal",
                value: proposal as f64,
                permitted: "a rank of the network",
            });
        };
        found.age = age;
        self.change_status(proposal, status);
        Ok(())
    }

    /// Links a participant to one who influences it.
    ///
    /// # Errors
    /// [`ConvictionError::OutOfRange`] for unknown or equal ranks or a weight that is not above 0.
    pub fn add_influence(
        &mut self,
        influenced: usize,
        influencer: usize,
        weight: f64,
    ) -> Result<(), ConvictionError> {
        let link = weighted_link(influenced, influencer, weight, self.holdings.len())?;
        self.influence.push(link);
        self.forget_graph();
        Ok(())
    }

    /// Links a proposal to one that its completion hurts.
    ///
    /// # Errors
    /// [`ConvictionError::OutOfRange`] for unknown or equal ranks or a strength that is not above 0.
    pub fn add_conflict(&mut self, from: usize, to: usize, strength: f64) -> Result<(), ConvictionError> {
        let link = weighted_link(from, to, strength, self.proposals.len())?;
        self.conflict.push(link);
        self.forget_graph();
        Ok(())
    }

    /// One step of every support link of the candidates: `conviction = tokens + alpha conviction`; each candidate's
    /// conviction becomes the sum over participants.
    ///
    /// This is the kernel of the simulation, for stakes as they are.
    pub fn accrue(&mut self, alpha: f64) {
        for &rank in &self.candidates {
            let column = &mut self.support[rank];
            for (level, &stake) in column.conviction.iter_mut().zip(&column.tokens) {
                *level = crate::accrual::next_conviction(*level, stake, alpha);
            }
            self.proposals[rank].conviction = Some(sum(&column.conviction));
        }
    }

    /// Moves a proposal, which must exist, to another status.
    pub(crate) fn change_status(&mut self, rank: usize, status: Status) {
        let before = std::mem::replace(&mut self.proposals[rank].status, status);
        if let Some(list) = self.with_status(before)
            && let Ok(place) = list.binary_search(&rank)
        {
            list.remove(place);
        }
        if let Some(list) = self.with_status(status)
            && let Err(place) = list.binary_search(&rank)
        {
            list.insert(place, rank);
        }
    }

    fn with_status(&mut self, status: Status) -> Option<&mut Vec<usize>> {
        match status {
            Status::Candidate => Some(&mut self.candidates),
            Status::Active => Some(&mut self.active),
            Status::Completed | Status::Failed | Status::Killed => None,
        }
    }

    pub(crate) fn push_participant(&mut self, holdings: f64, sentiment: f64) -> usize {
        self.nodes.push(self.next_node);
        self.next_node += 1;
        self.holdings.push(holdings);
        self.sentiment.push(sentiment);
        self.present.push(true);
        self.holdings.len() - 1
    }

    pub(crate) fn push_proposal(&mut self, requested: f64) -> usize {
        self.proposals.push(Proposal {
            node: NodeIndex::new(self.next_node as usize),
            requested,
            status: Status::Candidate,
            age: 0,
            conviction: Some(0.0),
            trigger: None,
            conviction_at_pass: None,
        });
        self.next_node += 1;
        self.candidates.push(self.proposals.len() - 1);
        self.support.push(SupportColumn::with_room(self.holdings.len()));
        self.proposals.len() - 1
    }

    /// Adds a participant's or a proposal's next affinity to a column.
    pub(crate) fn push_affinity(&mut self, proposal: usize, affinity: f64) {
        if let Some(column) = self.support.get_mut(proposal) {
            column.push(affinity);
        }
    }

    /// Must follow every change of who and what there is, and of the links between them.
    pub(crate) fn forget_graph(&mut self) {
        self.graph.take();
    }

    /// Takes back what was added since there were so many participants and proposals.
    pub(crate) fn forget_since(&mut self, participants: usize, proposals: usize) {
        let added = self.holdings.len() - participants + self.proposals.len() - proposals;
        self.next_node -= u32::try_from(added).unwrap_or(0);
        self.nodes.truncate(participants);
        self.holdings.truncate(participants);
        self.sentiment.truncate(participants);
        self.present.truncate(participants);
        self.proposals.truncate(proposals);
        self.candidates.retain(|rank| *rank < proposals);
        self.active.retain(|rank| *rank < proposals);
        self.support.truncate(proposals);
        for column in &mut self.support {
            column.truncate(participants);
        }
        self.forget_graph();
    }
}

fn slot_of(position: usize) -> u32 {
    u32::try_from(position).unwrap_or(u32::MAX)
}

/// Sum of a column in four interleaved partial sums: the order is fixed, so that the bits are.
pub(crate) fn sum(column: &[f64]) -> f64 {
    let mut parts = [0.0; 4];
    let (chunks, rest) = column.as_chunks::<4>();
    for chunk in chunks {
        for (part, value) in parts.iter_mut().zip(chunk) {
            *part += value;
        }
    }
    for (part, value) in parts.iter_mut().zip(rest) {
        *part += value;
    }
    (parts[0] + parts[1]) + (parts[2] + parts[3])
}

fn require_affinities(affinities: &[f64], expected: usize) -> Result<(), ConvictionError> {
    require(affinities.len() == expected, "number of affinities", affinities.len() as f64, "one for each")?;
    for &affinity in affinities {
        require((-1.0..=1.0).contains(&affinity), "affinity", affinity, "[-1, 1]")?;
    }
    Ok(())
}

fn weighted_link(from: usize, to: usize, weight: f64, ranks: usize) -> Result<WeightedLink, ConvictionError> {
    require(from < ranks, "from", from as f64, "a rank of the network")?;
    require(to < ranks && to != from, "to", to as f64, "another rank of the network")?;
    require(weight > 0.0, "weight", weight, "(0, infinity)")?;
    Ok(WeightedLink { from: slot_of(from), to: slot_of(to), weight })
}
