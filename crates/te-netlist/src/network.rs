//! The network of registries as it was read and verified: the tree, and why an entry is in it.

use std::fmt::Write as _;
use std::path::PathBuf;

use serde::Serialize;

use crate::digest::Digest;
use crate::netlist::Relation;

/// What a node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum NodeKind {
    /// The registry at hand.
    Root,
    /// An imported registry.
    Import,
    /// A component.
    Component,
}

/// A repository, a commit of it and a folder in that.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Origin {
    /// URL of the repository.
    pub url: String,
    /// The commit.
    pub rev: String,
    /// The folder.
    pub path: String,
}

/// One entry of the network.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Node {
    /// Scoped name: `tecmns/ltf/curve`.
    pub id: String,
    /// What it is.
    pub kind: NodeKind,
    /// Imports above it.
    pub depth: u32,
    /// Content hash; of a registry its root.
    pub hash: Digest,
    /// Where it was fetched from; absent in the registry's own repository.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub origin: Option<Origin>,
    /// Where its files are on this machine; absent for registries.
    #[serde(skip)]
    pub folder: Option<PathBuf>,
    /// Id under which the same content was met first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub same_as: Option<String>,
    /// Role of a component.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub role: String,
    /// Kinds that a component registers.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub kinds: Vec<String>,
    /// Version of a component.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub version: String,
    /// Licence of a component.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub license: String,
    /// Authors of a component.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub authors: Vec<String>,
    /// Parents of a component.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub parents: Vec<Edge>,
}

/// A parent of a component, its name made absolute.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Edge {
    /// Id of the parent in the network, its hash, or an outside work.
    pub of: String,
    /// How the component follows from it.
    pub relation: String,
    /// Licence of an outside parent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub license: Option<String>,
}

impl Edge {
    /// Whether the child holds or links the parent's code.
    pub fn carries_code(&self) -> bool {
        Relation::ALL.iter().any(|(relation, word)| *word == self.relation && relation.carries_code())
    }
}

/// A verified network. The first node is the registry at hand; every other node follows the
/// registry that names it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Network {
    /// The nodes.
    pub nodes: Vec<Node>,
}

impl Network {
    /// The root hash: it names the whole network.
    pub fn root(&self) -> Option<Digest> {
        self.nodes.first().map(|node| node.hash)
    }

    /// A node by its id, with or without the name of the registry at hand in front.
    pub fn find(&self, id: &str) -> Option<&Node> {
        let scope = self.nodes.first().map_or("", |node| node.id.as_str());
        self.nodes.iter().find(|node| node.id == id || node.id.strip_prefix(scope) == Some(&format!("/{id}")))
    }

    /// The verified components that were fetched, each content once.
    pub fn fetched(&self) -> impl Iterator<Item = &Node> {
        self.nodes.iter().filter(|node| {
            node.kind == NodeKind::Component && node.origin.is_some() && node.same_as.is_none()
        })
    }

    /// The network as an indented text.
    pub fn tree(&self) -> String {
        let mut text = String::new();
        // Whether the last branch seen of each level is the last of its kind: nothing is drawn under such a one.
        let mut ended: Vec<bool> = Vec::new();
        for (index, node) in self.nodes.iter().enumerate() {
            let level = node.id.matches('/').count();
            let name = node.id.rsplit('/').next().unwrap_or(&node.id);
            let last = !self
                .nodes
                .iter()
                .skip(index + 1)
                .take_while(|later| later.id.matches('/').count() >= level)
                .any(|later| later.id.matches('/').count() == level);
            let branch = match (level, last) {
                (0, _) => "",
                (_, true) => "└─ ",
                (_, false) => "├─ ",
            };
            ended.truncate(level);
            let trunk: String =
                ended.iter().skip(1).map(|ended| if *ended { "   " } else { "│  " }).collect();
            ended.resize(level, false);
            ended.push(last);
            let _ = write!(text, "{trunk}{branch}{name}  {}", node.hash);
            match (&node.same_as, &node.origin) {
                (Some(first), _) => {
                    let _ = write!(text, "  = {first}");
                }
                (None, Some(origin)) if node.kind == NodeKind::Import || node.depth == 0 => {
                    let short = origin.rev.get(..12).unwrap_or(&origin.rev);
                    let _ = write!(text, "  {} @ {short}", origin.url);
                }
                _ => {}
            }
            text.push('\n');
        }
        text
    }

    /// Every way from the registry at hand to an entry with this name, id or hash.
    pub fn why(&self, name: &str) -> Vec<Vec<&Node>> {
        let scoped = format!("/{name}");
        let meant =
            |node: &Node| node.id == name || node.id.ends_with(&scoped) || node.hash.to_string() == name;
        let first_ids: Vec<&str> = self
            .nodes
            .iter()
            .filter(|node| meant(node))
            .map(|node| node.same_as.as_deref().unwrap_or(&node.id))
            .collect();
        let chosen = self.nodes.iter().filter(|node| {
            let first = node.same_as.as_deref().unwrap_or(&node.id);
            meant(node) || first_ids.contains(&first)
        });
        chosen
            .map(|node| {
                let above = |other: &&Node| {
                    node.id == other.id
                        || node.id.strip_prefix(&other.id).is_some_and(|rest| rest.starts_with('/'))
                };
                self.nodes.iter().filter(above).collect()
            })
            .collect()
    }
}
