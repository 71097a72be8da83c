//! A forest of skills: trees of named skills with prerequisites, free of circles.
//!
//! Skills are named `tree/skill`; prerequisites may lie in another tree (so the forest is a directed acyclic graph, edges
//! from the prerequisite to what it opens). The graph is a `petgraph` graph whose nodes stand in the order of their names,
//! whatever the order of declaration.
//!
//! ```text
//! depth(k)  = 0 without prerequisites, else 1 + the largest depth of a prerequisite
//! hash      = SHA-256 over one line for each skill and each edge, in the order of names
//! ```
//!
//! Units: difficulty `[1]`, teaching cost `[money/h]`. Invariants: no circles (the error lists one); the hash does not depend
//! on the order of insertion; depth rises along every edge.
//!
//! **A proposal of this library**: the source names skill trees and forests and has no implementation.

use std::collections::{BTreeMap, BTreeSet};

use petgraph::Direction;
use petgraph::algo::{tarjan_scc, toposort};
use petgraph::graph::{DiGraph, NodeIndex};
use sha2::{Digest, Sha256};

use crate::error::SkillError;
use crate::knowledge::Knowledge;

/// One skill.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Skill {
    /// Its name, `tree/skill`.
    pub name: String,
    /// What it is called.
    pub title: String,
    /// Difficulty, which divides what an hour of teaching gives: 1 is the standard, > 0 `[1]`.
    pub difficulty: f64,
    /// What an hour of teaching costs, >= 0 `[money/h]`.
    pub teaching_cost: f64,
    /// Whether a badge is issued for it.
    pub badge: bool,
    /// How it is learned.
    pub knowledge: Knowledge,
}

impl Skill {
    /// A skill of standard difficulty, with a badge, taught for nothing.
    #[must_use]
    pub fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            title: name.rsplit('/').next().unwrap_or(name).to_owned(),
            difficulty: 1.0,
            teaching_cost: 0.0,
            badge: true,
            knowledge: Knowledge::default(),
        }
    }
}

/// A checked forest.
///
/// ```
/// use te_skills::forest::{Forest, Skill};
/// let skills = ["maths/algebra", "maths/calculus", "design/curves"].map(Skill::new);
/// let edges = [("maths/algebra", "maths/calculus"), ("maths/calculus", "design/curves")];
/// let forest = Forest::new(skills.clone(), edges)?;
/// assert_eq!(forest.depth(forest.position("design/curves")?), 2);
///
/// let circle = Forest::new(skills, [("maths/algebra", "design/curves"), ("design/curves", "maths/algebra")]);
/// let message = circle.unwrap_err().to_string();
/// assert_eq!(message, "prerequisites run in a circle: design/curves -> maths/algebra -> design/curves");
/// # Ok::<(), te_skills::SkillError>(())
/// ```
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
#[serde(try_from = "Declared", into = "Declared")]
pub struct Forest {
    graph: DiGraph<Skill, ()>,
    depths: Vec<usize>,
    order: Vec<usize>,
    /// Positions from the deepest up, equal depths in the order of names.
    deepest_first: Vec<usize>,
    /// Direct prerequisites, read far more often than the graph is.
    prerequisites: Vec<Vec<usize>>,
    thresholds: Vec<f64>,
    hash: String,
}

/// What a forest is written as.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
struct Declared {
    skills: Vec<Skill>,
    prerequisites: Vec<(String, String)>,
}

impl TryFrom<Declared> for Forest {
    type Error = SkillError;

    fn try_from(declared: Declared) -> Result<Self, SkillError> {
        let edges: Vec<(&str, &str)> =
            declared.prerequisites.iter().map(|(from, to)| (from.as_str(), to.as_str())).collect();
        Self::new(declared.skills, edges)
    }
}

impl From<Forest> for Declared {
    fn from(forest: Forest) -> Self {
        let prerequisites = forest.edges();
        Self {
            skills: forest.graph.into_nodes_edges().0.into_iter().map(|node| node.weight).collect(),
            prerequisites,
        }
    }
}

impl PartialEq for Forest {
    fn eq(&self, other: &Self) -> bool {
        self.skills().eq(other.skills()) && self.edges() == other.edges()
    }
}

impl Forest {
    /// A forest of these skills, with edges `(prerequisite, skill)`; an edge named twice counts once.
    ///
    /// # Errors
    /// A name that is not `tree/skill`, declared twice or unknown; a number out of range; a circle.
    pub fn new<'a>(
        skills: impl IntoIterator<Item = Skill>,
        prerequisites: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Result<Self, SkillError> {
        let mut by_name: BTreeMap<String, Skill> = BTreeMap::new();
        for skill in skills {
            check(&skill)?;
            if let Some(twice) = by_name.insert(skill.name.clone(), skill) {
                return Err(SkillError::DuplicateSkill { skill: twice.name });
            }
        }
        let mut graph = DiGraph::new();
        let nodes: BTreeMap<String, NodeIndex> =
            by_name.into_iter().map(|(name, skill)| (name, graph.add_node(skill))).collect();
        let find = |name: &str| {
            nodes.get(name).copied().ok_or_else(|| unknown(name, nodes.keys().map(String::as_str)))
        };
        let mut edges = BTreeSet::new();
        for (from, to) in prerequisites {
            edges.insert((find(from)?, find(to)?));
        }
        for (from, to) in edges {
            graph.add_edge(from, to, ());
        }
        let sorted = toposort(&graph, None).map_err(|_| SkillError::Cycle { cycle: circle(&graph) })?;
        let mut depths = vec![0; graph.node_count()];
        for node in &sorted {
            let parents = graph.neighbors_directed(*node, Direction::Incoming);
            let depth = parents.filter_map(|parent| depths.get(parent.index())).map(|d| d + 1).max();
            if let Some(slot) = depths.get_mut(node.index()) {
                *slot = depth.unwrap_or(0);
            }
        }
        let incoming = |node| graph.neighbors_directed(node, Direction::Incoming).map(NodeIndex::index);
        let mut deepest_first: Vec<usize> = (0..graph.node_count()).collect();
        deepest_first.sort_by_key(|position| std::cmp::Reverse(depths.get(*position)));
        let mut forest = Self {
            order: sorted.into_iter().map(NodeIndex::index).collect(),
            deepest_first,
            prerequisites: graph.node_indices().map(|node| incoming(node).collect()).collect(),
            thresholds: graph.node_weights().map(|skill| skill.knowledge.threshold()).collect(),
            hash: String::new(),
            depths,
            graph,
        };
        forest.hash = forest.computed_hash();
        Ok(forest)
    }

    /// Number of skills `[1]`.
    #[must_use]
    pub fn len(&self) -> usize {
        self.graph.node_count()
    }

    /// Whether there is no skill.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.graph.node_count() == 0
    }

    /// The graph: nodes in the order of names, edges from prerequisite to skill.
    #[must_use]
    pub fn graph(&self) -> &DiGraph<Skill, ()> {
        &self.graph
    }

    /// The skills in the order of their names, which is that of their positions.
    pub fn skills(&self) -> impl Iterator<Item = &Skill> {
        self.graph.node_weights()
    }

    /// The skill at a position.
    #[must_use]
    pub fn skill(&self, position: usize) -> Option<&Skill> {
        self.graph.node_weight(NodeIndex::new(position))
    }

    /// Position of a skill by name.
    ///
    /// # Errors
    /// An unknown name.
    pub fn position(&self, name: &str) -> Result<usize, SkillError> {
        self.skills()
            .position(|skill| skill.name == name)
            .ok_or_else(|| unknown(name, self.skills().map(|skill| skill.name.as_str())))
    }

    /// Positions of the direct prerequisites.
    pub fn prerequisites(&self, position: usize) -> impl Iterator<Item = usize> {
        self.prerequisites.get(position).into_iter().flatten().copied()
    }

    /// Positions of everything that must be mastered before, in the order of names.
    ///
    /// Walked anew at each call, in time linear in the edges passed: kept for every skill they would take memory in the square
    /// of a long path.
    #[must_use]
    pub fn ancestors(&self, position: usize) -> Vec<usize> {
        let mut before = vec![false; self.len()];
        let mut open: Vec<usize> = self.prerequisites(position).collect();
        while let Some(at) = open.pop() {
            if let Some(seen) = before.get_mut(at).filter(|seen| !**seen) {
                *seen = true;
                open.extend(self.prerequisites(at));
            }
        }
        before.into_iter().enumerate().filter_map(|(at, is_before)| is_before.then_some(at)).collect()
    }

    /// Depth of a skill `[1]`; 0 for a position beyond the last.
    #[must_use]
    pub fn depth(&self, position: usize) -> usize {
        self.depths.get(position).copied().unwrap_or(0)
    }

    /// Positions in an order in which every skill comes after its prerequisites.
    #[must_use]
    pub fn order(&self) -> &[usize] {
        &self.order
    }

    /// Positions from the deepest up, equal depths in the order of names.
    pub(crate) fn deepest_first(&self) -> &[usize] {
        &self.deepest_first
    }

    /// Mastery from which the skill at a position counts as mastered `[1]`.
    pub(crate) fn threshold(&self, position: usize) -> Option<f64> {
        self.thresholds.get(position).copied()
    }

    /// Edges `(prerequisite, skill)` by name, in order.
    #[must_use]
    pub fn edges(&self) -> Vec<(String, String)> {
        let name = |node: NodeIndex| self.graph.node_weight(node).map(|skill| skill.name.clone());
        let mut edges: Vec<(String, String)> = self
            .graph
            .raw_edges()
            .iter()
            .filter_map(|edge| Some((name(edge.source())?, name(edge.target())?)))
            .collect();
        edges.sort();
        edges
    }

    /// SHA-256 over the canonical text of the forest, in lower-case hexadecimal.
    #[must_use]
    pub fn hash(&self) -> String {
        self.hash.clone()
    }

    pub(crate) fn hash_text(&self) -> &str {
        &self.hash
    }

    fn computed_hash(&self) -> String {
        let mut digest = Sha256::new();
        for skill in self.skills() {
            digest.update(b"skill\0");
            for text in [&skill.name, &skill.title] {
                digest.update(text.len().to_le_bytes());
                digest.update(text.as_bytes());
            }
            for number in
                [skill.difficulty, skill.teaching_cost].into_iter().chain(skill.knowledge.parameters())
            {
                digest.update(number.to_bits().to_le_bytes());
            }
            digest.update([u8::from(skill.badge)]);
        }
        for (from, to) in self.edges() {
            digest.update(b"edge\0");
            for text in [from, to] {
                digest.update(text.len().to_le_bytes());
                digest.update(text.as_bytes());
            }
        }
        hexadecimal(&digest.finalize())
    }
}

/// Bytes as lower-case hexadecimal.
pub(crate) fn hexadecimal(bytes: &[u8]) -> String {
    bytes
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .filter_map(|digit| char::from_digit(digit.into(), 16))
        .collect()
}

fn check(skill: &Skill) -> Result<(), SkillError> {
    let well_named = skill
        .name
        .split_once('/')
        .is_some_and(|(tree, name)| !tree.is_empty() && !name.is_empty() && !name.contains('/'));
    if !well_named {
        return Err(SkillError::BadName { name: skill.name.clone() });
    }
    SkillError::require("difficulty", skill.difficulty, skill.difficulty > 0.0, "(0, inf)")?;
    SkillError::require("teaching cost", skill.teaching_cost, skill.teaching_cost >= 0.0, "[0, inf)")
        .map(drop)
}

fn unknown<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> SkillError {
    #[cfg(feature = "engine")]
    let nearest = te_core::nearest(name, known);
    #[cfg(not(feature = "engine"))]
    let nearest = known.last().and(None);
    SkillError::UnknownSkill { skill: name.to_owned(), nearest }
}

/// A circle in a graph that has one, from its first name back to it.
fn circle(graph: &DiGraph<Skill, ()>) -> Vec<String> {
    let components = tarjan_scc(graph);
    let looping = components.into_iter().filter(|nodes| {
        nodes.len() > 1 || nodes.first().is_some_and(|node| graph.contains_edge(*node, *node))
    });
    let Some(members) = looping.min_by_key(|nodes| nodes.iter().min().copied()) else { return Vec::new() };
    let inside: BTreeSet<NodeIndex> = members.into_iter().collect();
    // Every node of a strongly connected component has a successor in it: walk until one repeats.
    let mut walked: Vec<NodeIndex> = Vec::new();
    let mut next = inside.first().copied();
    while let Some(node) = next {
        if let Some(start) = walked.iter().position(|seen| *seen == node) {
            walked.drain(..start);
            walked.push(node);
            break;
        }
        walked.push(node);
        next = graph.neighbors(node).filter(|to| inside.contains(to)).min();
    }
    // Begin at the first name.
    walked.pop();
    let first = walked.iter().enumerate().min_by_key(|(_, node)| **node).map_or(0, |(position, _)| position);
    walked.rotate_left(first);
    walked.extend(walked.first().copied());
    walked.into_iter().filter_map(|node| graph.node_weight(node)).map(|skill| skill.name.clone()).collect()
}
