//! The graph as the columns tell it.
//!
//! Nodes are drawn in order of their identity, so that a node's index is its identity; support links follow the later of
//! their two ends; influence and conflict links carry their slot. Who left is a node without links: the slots of its
//! influences have weight 0.

use super::{Link, Network, Node, slot_of};
use petgraph::stable_graph::{NodeIndex, StableDiGraph};

impl Network {
    /// The graph of the present state.
    pub(super) fn drawn(&self) -> StableDiGraph<Node, Link> {
        let nodes = self.nodes.len() + self.proposals.len();
        let support = self.participant_count() * self.proposals.len();
        let mut graph =
            StableDiGraph::with_capacity(nodes, support + self.influence.len() + self.conflict.len());
        let (mut participants, mut proposals) = (0, 0);
        loop {
            let participant = self.nodes.get(participants).copied();
            let proposal = self.proposals.get(proposals).map(|one| one.node.index());
            match (participant, proposal) {
                (None, None) => break,
                (Some(one), other) if other.is_none_or(|other| (one as usize) < other) => {
                    self.draw_participant(&mut graph, participants, proposals);
                    participants += 1;
                }
                _ => {
                    self.draw_proposal(&mut graph, proposals, participants);
                    proposals += 1;
                }
            }
        }
        for (slot, link) in self.influence.iter().enumerate().filter(|(_, link)| link.weight > 0.0) {
            if let (Some(&from), Some(&to)) =
                (self.nodes.get(link.from as usize), self.nodes.get(link.to as usize))
            {
                let ends = (NodeIndex::new(from as usize), NodeIndex::new(to as usize));
                graph.add_edge(ends.0, ends.1, Link::Influence(slot_of(slot)));
            }
        }
        for (slot, link) in self.conflict.iter().enumerate() {
            if let (Some(from), Some(to)) =
                (self.proposals.get(link.from as usize), self.proposals.get(link.to as usize))
            {
                graph.add_edge(from.node, to.node, Link::Conflict(slot_of(slot)));
            }
        }
        graph
    }

    fn draw_participant(&self, graph: &mut StableDiGraph<Node, Link>, rank: usize, proposals: usize) {
        if !self.present.get(rank).is_some_and(|present| *present) {
            graph.add_node(Node::Departed(slot_of(rank)));
            return;
        }
        let node = graph.add_node(Node::Participant(slot_of(rank)));
        for proposal in self.proposals.iter().take(proposals) {
            graph.add_edge(node, proposal.node, Link::Support);
        }
    }

    fn draw_proposal(&self, graph: &mut StableDiGraph<Node, Link>, rank: usize, participants: usize) {
        let node = graph.add_node(Node::Proposal(slot_of(rank)));
        for (&participant, &present) in self.nodes.iter().zip(&self.present).take(participants) {
            if present {
                graph.add_edge(NodeIndex::new(participant as usize), node, Link::Support);
            }
        }
    }
}
