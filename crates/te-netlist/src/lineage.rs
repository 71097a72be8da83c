//! Who descends from whom: the graph of parents over a network.
//!
//! Nodes are the components of the network and the outside works they name; an edge runs from a
//! component to its parent. Aliases of one content are one node. The graph has no cycle: a network
//! whose parents form one is refused.
//!
//! ```text
//! reward(n) gives  (1 - d) to the authors of n,  d in equal parts to its parents, recursively
//! ```

use std::collections::BTreeMap;
use std::fmt::Write as _;

use petgraph::Direction;
use petgraph::algo::{tarjan_scc, toposort};
use petgraph::graph::{DiGraph, NodeIndex};
use petgraph::visit::EdgeRef as _;
use serde::Serialize;

use crate::digest::Digest;
use crate::error::NetworkError;
use crate::netlist::is_external;
use crate::network::{Network, NodeKind};

/// A component or an outside work.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Work {
    /// Id in the network, or the address of the outside work.
    pub id: String,
    /// Content hash of a component.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hash: Option<Digest>,
    /// Whether it lies outside the network.
    pub external: bool,
    /// Its licence, where known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub license: Option<String>,
    /// Its authors, where known.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub authors: Vec<String>,
}

/// One step of a descent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Step {
    /// The component.
    pub child: String,
    /// What it derives from.
    pub parent: String,
    /// How.
    pub relation: String,
}

/// A part of the lineage, as it is written to JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Extract {
    /// The works in it, in order of id.
    pub works: Vec<Work>,
    /// The steps between them, in order.
    pub steps: Vec<Step>,
}

/// The lineage of a network.
#[derive(Clone, Debug)]
pub struct Lineage {
    graph: DiGraph<Work, String>,
    by_id: BTreeMap<String, NodeIndex>,
}

impl Lineage {
    /// The lineage of a verified network.
    ///
    /// # Errors
    /// [`NetworkError::Lineage`] with the components on a cycle, [`NetworkError::Edit`] for a
    /// parent that the network does not hold.
    pub fn of(network: &Network) -> Result<Self, NetworkError> {
        let mut graph = DiGraph::new();
        let mut by_id = BTreeMap::new();
        let mut by_hash = BTreeMap::new();
        let components = || network.nodes.iter().filter(|node| node.kind == NodeKind::Component);
        for node in components().filter(|node| node.same_as.is_none()) {
            let index = graph.add_node(Work {
                id: node.id.clone(),
                hash: Some(node.hash),
                external: false,
                license: Some(node.license.clone()),
                authors: node.authors.clone(),
            });
            by_id.insert(node.id.clone(), index);
            by_hash.entry(node.hash.to_string()).or_insert(index);
        }
        for node in components() {
            if let Some(index) = node.same_as.as_ref().and_then(|first| by_id.get(first)).copied() {
                by_id.insert(node.id.clone(), index);
            }
        }
        for node in components().filter(|node| node.same_as.is_none()) {
            let Some(child) = by_id.get(&node.id).copied() else { continue };
            for edge in &node.parents {
                let known = by_id.get(&edge.of).or_else(|| by_hash.get(&edge.of)).copied();
                let parent = if let Some(index) = known {
                    index
                } else if is_external(&edge.of) {
                    let index = graph.add_node(Work {
                        id: edge.of.clone(),
                        hash: None,
                        external: true,
                        license: edge.license.clone(),
                        authors: Vec::new(),
                    });
                    by_id.insert(edge.of.clone(), index);
                    index
                } else {
                    let text = format!("{}: its parent `{}` is not in the network", node.id, edge.of);
                    return Err(NetworkError::Edit(text));
                };
                graph.add_edge(child, parent, edge.relation.clone());
            }
        }
        if toposort(&graph, None).is_err() {
            let cycle = tarjan_scc(&graph).into_iter().find(|part| part.len() > 1);
            let ids = cycle.unwrap_or_default().into_iter().filter_map(|index| graph.node_weight(index));
            let mut ids: Vec<String> = ids.map(|work| work.id.clone()).collect();
            ids.sort();
            return Err(NetworkError::Lineage { ids });
        }
        Ok(Self { graph, by_id })
    }

    /// The work that a name means: an id, an id without its registry, a hash, an outside address.
    pub fn find(&self, name: &str) -> Option<&Work> {
        self.index(name).and_then(|index| self.graph.node_weight(index))
    }

    fn index(&self, name: &str) -> Option<NodeIndex> {
        let scoped = format!("/{name}");
        let same_hash = |index: &NodeIndex| {
            let hash = self.graph.node_weight(*index).and_then(|work| work.hash);
            hash.is_some_and(|hash| hash.to_string() == name)
        };
        self.by_id
            .get(name)
            .copied()
            .or_else(|| {
                let near = self.by_id.iter().filter(|(id, _)| id.ends_with(&scoped));
                near.min_by_key(|(id, _)| id.len()).map(|(_, index)| *index)
            })
            .or_else(|| self.graph.node_indices().find(same_hash))
    }

    /// All names that [`Lineage::find`] knows.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.by_id.keys().map(String::as_str)
    }

    /// What a work derives from and what derives from it, over all generations; everything where
    /// no name is given. `None` where the name is unknown.
    pub fn extract(&self, name: Option<&str>) -> Option<Extract> {
        let kept: Vec<NodeIndex> = match name {
            None => self.graph.node_indices().collect(),
            Some(name) => {
                let start = self.index(name)?;
                let mut kept = self.reach(start, Direction::Outgoing);
                kept.extend(self.reach(start, Direction::Incoming));
                kept.sort();
                kept.dedup();
                kept
            }
        };
        let id = |index| self.graph.node_weight(index).map(|work| work.id.clone());
        let mut works: Vec<Work> =
            kept.iter().filter_map(|index| self.graph.node_weight(*index).cloned()).collect();
        works.sort_by(|a, b| a.id.cmp(&b.id));
        let mut steps: Vec<Step> = self
            .graph
            .edge_references()
            .filter(|edge| kept.contains(&edge.source()) && kept.contains(&edge.target()))
            .filter_map(|edge| {
                let (child, parent) = (id(edge.source())?, id(edge.target())?);
                Some(Step { child, parent, relation: edge.weight().clone() })
            })
            .collect();
        steps.sort_by(|a, b| (&a.child, &a.parent).cmp(&(&b.child, &b.parent)));
        Some(Extract { works, steps })
    }

    fn reach(&self, start: NodeIndex, direction: Direction) -> Vec<NodeIndex> {
        let mut found = vec![start];
        let mut next = 0;
        while let Some(index) = found.get(next).copied() {
            next += 1;
            for neighbour in self.graph.neighbors_directed(index, direction) {
                if !found.contains(&neighbour) {
                    found.push(neighbour);
                }
            }
        }
        found
    }

    /// Ancestors, then descendants of a work as indented text.
    pub fn text(&self, name: &str) -> Option<String> {
        let start = self.index(name)?;
        let work = self.graph.node_weight(start)?;
        let mut text = format!("{}\n", work.id);
        if let Some(hash) = work.hash {
            let _ = writeln!(text, "  {hash}");
        }
        if !work.authors.is_empty() {
            let _ = writeln!(text, "  authors: {}", work.authors.join(", "));
        }
        text.push_str("derives from\n");
        self.indent(&mut text, start, Direction::Outgoing, 1, &mut Vec::new());
        text.push_str("basis of\n");
        self.indent(&mut text, start, Direction::Incoming, 1, &mut Vec::new());
        Some(text)
    }

    /// A work met again is named without what follows from it, so that the text stays short.
    fn indent(
        &self,
        text: &mut String,
        at: NodeIndex,
        direction: Direction,
        level: usize,
        shown: &mut Vec<NodeIndex>,
    ) {
        let mut lines: Vec<(String, NodeIndex)> = self
            .graph
            .edges_directed(at, direction)
            .filter_map(|edge| {
                let other = if direction == Direction::Outgoing { edge.target() } else { edge.source() };
                let work = self.graph.node_weight(other)?;
                let license = work.license.as_ref().filter(|_| work.external);
                let license = license.map_or_else(String::new, |license| format!(" ({license})"));
                let line = match direction {
                    Direction::Outgoing => format!("{} {}{license}", edge.weight(), work.id),
                    Direction::Incoming => format!("{} {} it", work.id, edge.weight()),
                };
                Some((line, other))
            })
            .collect();
        lines.sort();
        if lines.is_empty() && level == 1 {
            text.push_str("  nothing registered\n");
        }
        for (line, other) in lines {
            let _ = writeln!(text, "{}{line}", "  ".repeat(level));
            if !shown.contains(&other) {
                shown.push(other);
                self.indent(text, other, direction, level + 1, shown);
            }
        }
    }
}

impl Extract {
    /// The extract in Graphviz' language.
    pub fn dot(&self) -> String {
        let quote = |text: &str| format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""));
        let mut text = String::from("digraph lineage {\n  rankdir = LR;\n  node [shape = box];\n");
        for work in &self.works {
            let style = if work.external { " [style = dashed]" } else { "" };
            let _ = writeln!(text, "  {}{style};", quote(&work.id));
        }
        for step in &self.steps {
            let (child, parent) = (quote(&step.child), quote(&step.parent));
            let _ = writeln!(text, "  {child} -> {parent} [label = {}];", quote(&step.relation));
        }
        text.push_str("}\n");
        text
    }
}

/// What one work receives of a reward.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Share {
    /// The work.
    pub id: String,
    /// The amount, in the smallest unit of the reward.
    pub amount: u128,
}

impl Lineage {
    /// Splits a reward for a component along its lineage.
    ///
    /// Each work passes `to_parents` parts of ten thousand on, in equal whole parts, and keeps the
    /// rest. At `generations` steps away nothing is passed on any more. Amounts are whole units:
    /// what does not divide stays with the work that divides, and the shares sum to the reward.
    /// `None` where the name is unknown or `to_parents` is above 10,000.
    ///
    /// Source: the reward split of the registry proposal, with `d = to_parents / 10000`.
    pub fn split(&self, name: &str, reward: u128, to_parents: u16, generations: u32) -> Option<Vec<Share>> {
        let start = self.index(name)?;
        if to_parents > 10_000 {
            return None;
        }
        let mut level: BTreeMap<NodeIndex, u128> = BTreeMap::from([(start, reward)]);
        let mut kept: BTreeMap<NodeIndex, u128> = BTreeMap::new();
        for generation in 0..=generations {
            let mut next: BTreeMap<NodeIndex, u128> = BTreeMap::new();
            for (index, amount) in level {
                let mut parents: Vec<NodeIndex> =
                    self.graph.neighbors_directed(index, Direction::Outgoing).collect();
                parents.sort();
                parents.dedup();
                let count = parents.len() as u128;
                let passes = if count == 0 || generation == generations { 0 } else { to_parents };
                // amount * passes / 10000 without overflow of the product.
                let passed =
                    amount / 10_000 * u128::from(passes) + amount % 10_000 * u128::from(passes) / 10_000;
                let each = passed.checked_div(count).unwrap_or(0);
                for parent in parents {
                    *next.entry(parent).or_default() += each;
                }
                *kept.entry(index).or_default() += amount - each * count;
            }
            level = next;
        }
        let mut shares: Vec<Share> = kept
            .into_iter()
            .filter_map(|(index, amount)| {
                let work = self.graph.node_weight(index)?;
                Some(Share { id: work.id.clone(), amount })
            })
            .collect();
        shares.sort_by(|a, b| a.id.cmp(&b.id));
        Some(shares)
    }
}
