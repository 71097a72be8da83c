//! What a community's graph is made of: nodes, links, proposals, and the numbers on them.

use petgraph::stable_graph::NodeIndex;
use serde::{Deserialize, Serialize};

/// What a node is, with its rank among its kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Node {
    /// A participant.
    Participant(u32),
    /// A proposal.
    Proposal(u32),
    /// A participant who left.
    Departed(u32),
}

/// What a link is, with the slot of its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Link {
    /// A participant's stance on a proposal; its numbers follow from the two ranks.
    Support,
    /// An influence, with its slot.
    Influence(u32),
    /// A conflict, with its slot.
    Conflict(u32),
}

/// Where a proposal stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Status {
    /// Gathering conviction.
    Candidate,
    /// Paid and under way.
    Active,
    /// Delivered.
    Completed,
    /// Paid and given up.
    Failed,
    /// Dropped for want of stakes.
    Killed,
}

/// All statuses, in the order of tables and charts.
pub const STATUSES: [Status; 5] =
    [Status::Candidate, Status::Active, Status::Completed, Status::Failed, Status::Killed];

impl Status {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Candidate => "candidate",
            Self::Active => "active",
            Self::Completed => "completed",
            Self::Failed => "failed",
            Self::Killed => "killed",
        }
    }
}

/// A proposal.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Proposal {
    /// Its node.
    pub node: NodeIndex,
    /// Tokens asked for `[token]`.
    pub requested: f64,
    /// Where it stands.
    pub status: Status,
    /// Days since it came, 1 at the end of its first `[day]`.
    pub age: u32,
    /// Conviction `[token day]`, `None` once accepted.
    pub conviction: Option<f64>,
    /// Conviction needed at the last reading `[token day]`; `None` where it was no candidate then, infinite where it asked
    /// for too much.
    pub trigger: Option<f64>,
    /// Conviction with which it was accepted `[token day]`.
    pub conviction_at_pass: Option<f64>,
}

/// The numbers on the support links of one proposal, by participant rank.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SupportColumn {
    pub(crate) affinity: Vec<f64>,
    pub(crate) tokens: Vec<f64>,
    pub(crate) conviction: Vec<f64>,
}

impl SupportColumn {
    /// Affinity of each participant, in `[-1, 1]` `[1]`.
    pub fn affinity(&self) -> &[f64] {
        &self.affinity
    }

    /// Stake of each participant `[token]`.
    pub fn tokens(&self) -> &[f64] {
        &self.tokens
    }

    /// Conviction of each participant `[token day]`.
    pub fn conviction(&self) -> &[f64] {
        &self.conviction
    }

    /// An empty column with room for so many participants and a few who may come.
    pub(super) fn with_room(participants: usize) -> Self {
        let room = participants + (participants / 4).max(16);
        Self {
            affinity: Vec::with_capacity(room),
            tokens: Vec::with_capacity(room),
            conviction: Vec::with_capacity(room),
        }
    }

    pub(super) fn push(&mut self, affinity: f64) {
        self.affinity.push(affinity);
        self.tokens.push(0.0);
        self.conviction.push(0.0);
    }

    pub(super) fn truncate(&mut self, length: usize) {
        self.affinity.truncate(length);
        self.tokens.truncate(length);
        self.conviction.truncate(length);
    }

    pub(crate) fn clear_stakes(&mut self) {
        self.tokens.fill(0.0);
        self.conviction.fill(0.0);
    }
}

/// The numbers on one support link.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Support {
    /// How much the participant likes the proposal, in `[-1, 1]` `[1]`.
    pub affinity: f64,
    /// Stake `[token]`.
    pub tokens: f64,
    /// Conviction `[token day]`, `None` once the proposal is accepted.
    pub conviction: Option<f64>,
}

/// A weighted link between two ranks of the same kind.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct WeightedLink {
    /// Rank of the source: the influenced participant, or the proposal whose completion hurts.
    pub from: u32,
    /// Rank of the target: the influencer, or the proposal hurt.
    pub to: u32,
    /// Weight of an influence, strength of a conflict `[1]`.
    pub weight: f64,
}
