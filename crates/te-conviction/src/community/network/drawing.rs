//! Keeping the graph in step with the columns: what came is drawn, who left loses its links.
//!
//! Nodes are drawn in order of their identity, so that a node's index is its identity; support links follow the later of
//! their two ends; influence and conflict links carry their slot. A link that goes leaves its slot with weight 0.

use super::{Link, Network, Node, slot_of};
use petgraph::Direction;
use petgraph::stable_graph::{EdgeIndex, NodeIndex};
use petgraph::visit::EdgeRef as _;

impl Network {
    /// Marks a participant as gone: no holdings, stakes or links; its conviction decays where it is.
    pub(crate) fn remove_participant(&mut self, rank: usize) {
        self.draw_graph();
        let (Some(present), Some(&node)) = (self.present.get_mut(rank), self.nodes.get(rank)) else { return };
        if !std::mem::replace(present, false) {
            return;
        }
        self.absent += 1;
        if let Some(holdings) = self.holdings.get_mut(rank) {
            *holdings = 0.0;
        }
        for column in &mut self.support {
            if let Some(tokens) = column.tokens.get_mut(rank) {
                *tokens = 0.0;
            }
        }
        let node = NodeIndex::new(node as usize);
        let edges: Vec<EdgeIndex> = [Direction::Outgoing, Direction::Incoming]
            .into_iter()
            .flat_map(|direction| self.graph.edges_directed(node, direction).map(|edge| edge.id()))
            .collect();
        self.rows.renew(&self.influence, self.holdings.len());
        for edge in edges {
            if let Some(Link::Influence(slot)) = self.graph.remove_edge(edge)
                && let Some(link) = self.influence.get_mut(slot as usize)
            {
                link.weight = 0.0;
                self.rows.silence(*link);
            }
        }
        if let Some(weight) = self.graph.node_weight_mut(node) {
            *weight = Node::Departed(u32::try_from(rank).unwrap_or(u32::MAX));
        }
    }

    /// Draws into the graph what the columns hold beyond it, nodes in order of their identity.
    pub(crate) fn draw_graph(&mut self) {
        while self.drawn.participants < self.nodes.len() || self.drawn.proposals < self.proposals.len() {
            let participant = self.nodes.get(self.drawn.participants).copied();
            let proposal = self.proposals.get(self.drawn.proposals).map(|one| one.node.index());
            match (participant, proposal) {
                (Some(one), Some(other)) if (one as usize) > other => self.draw_proposal(),
                (Some(_), _) => self.draw_participant(),
                _ => self.draw_proposal(),
            }
        }
        for link in self.influence.iter().skip(self.drawn.influence) {
            if let (Some(&from), Some(&to)) =
                (self.nodes.get(link.from as usize), self.nodes.get(link.to as usize))
            {
                let kind = Link::Influence(slot_of(self.drawn.influence));
                self.graph.add_edge(NodeIndex::new(from as usize), NodeIndex::new(to as usize), kind);
            }
            self.drawn.influence += 1;
        }
        for link in self.conflict.iter().skip(self.drawn.conflict) {
            if let (Some(from), Some(to)) =
                (self.proposals.get(link.from as usize), self.proposals.get(link.to as usize))
            {
                self.graph.add_edge(from.node, to.node, Link::Conflict(slot_of(self.drawn.conflict)));
            }
            self.drawn.conflict += 1;
        }
    }

    fn draw_participant(&mut self) {
        let node = self.graph.add_node(Node::Participant(slot_of(self.drawn.participants)));
        self.graph.reserve_edges(self.drawn.proposals);
        for proposal in self.proposals.iter().take(self.drawn.proposals) {
            self.graph.add_edge(node, proposal.node, Link::Support);
        }
        self.drawn.participants += 1;
    }

    fn draw_proposal(&mut self) {
        let node = self.graph.add_node(Node::Proposal(slot_of(self.drawn.proposals)));
        self.graph.reserve_edges(self.drawn.participants);
        for (&participant, &present) in self.nodes.iter().zip(&self.present).take(self.drawn.participants) {
            if present {
                self.graph.add_edge(NodeIndex::new(participant as usize), node, Link::Support);
            }
        }
        self.drawn.proposals += 1;
    }
}
