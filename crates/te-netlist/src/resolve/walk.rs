//! What is kept on the way through a network: where things lie, and what was met where first.

use std::collections::BTreeMap;

use crate::digest::Digest;
use crate::error::NetworkError;
use crate::netlist::{Component, Netlist};
use crate::network::{Edge, Node, NodeKind, Origin};
use crate::path::RelativePath;
use crate::remote::{RemoteUrl, Rev};

/// A repository and commit.
#[derive(Clone, Debug)]
pub(super) struct Place {
    pub(super) url: RemoteUrl,
    pub(super) rev: Rev,
    pub(super) path: RelativePath,
}

impl Place {
    pub(super) fn key(&self) -> (String, String) {
        (self.url.identity(), self.rev.to_string())
    }

    pub(super) fn origin(&self) -> Origin {
        Origin { url: self.url.to_string(), rev: self.rev.to_string(), path: self.path.to_string() }
    }
}

#[derive(Debug, Default)]
pub(super) struct Walk {
    pub(super) nodes: Vec<Node>,
    /// First node of a place: `(identity, rev, path)` to id, hash.
    pub(super) seen: BTreeMap<(String, String, String), (String, Digest)>,
    /// First commit of a repository.
    pub(super) revs: BTreeMap<String, (String, String)>,
    /// Repositories of the registries above.
    pub(super) above: Vec<(String, String)>,
    pub(super) allow_multiple: bool,
    pub(super) max_depth: u32,
}

/// One repository is at one commit, unless the root permits more.
pub(super) fn one_rev(walk: &mut Walk, id: &str, place: &Place) -> Result<(), NetworkError> {
    let (url, rev) = place.key();
    match walk.revs.get(&url) {
        Some((other, first)) if *other != rev && !walk.allow_multiple => Err(NetworkError::TwoRevs {
            id: id.to_owned(),
            url,
            rev,
            first: first.clone(),
            other: other.clone(),
        }),
        Some(_) => Ok(()),
        None => {
            walk.revs.insert(url, (rev, id.to_owned()));
            Ok(())
        }
    }
}

pub(super) fn inside(base: &RelativePath, path: &RelativePath) -> RelativePath {
    if path.is_root() {
        return base.clone();
    }
    // Both parts passed the rules; only their length together could not.
    RelativePath::new(&base.join(path.as_str())).unwrap_or_else(|_| path.clone())
}

pub(super) fn registry_node(
    id: &str,
    kind: NodeKind,
    depth: u32,
    hash: Digest,
    origin: Option<Origin>,
) -> Node {
    Node {
        id: id.to_owned(),
        kind,
        depth,
        hash,
        origin,
        folder: None,
        same_as: None,
        role: String::new(),
        kinds: Vec::new(),
        version: String::new(),
        license: String::new(),
        authors: Vec::new(),
        parents: Vec::new(),
    }
}

pub(super) fn component_node(
    id: &str,
    scope: &str,
    depth: u32,
    hash: Digest,
    netlist: &Netlist,
    component: &Component,
) -> Node {
    let own = format!("{}/", netlist.registry.name);
    let parents = component.parents.iter().map(|parent| {
        let of = if parent.is_external() || parent.of.starts_with("h1:") {
            parent.of.clone()
        } else {
            let name = parent.of.strip_prefix(&own).unwrap_or(&parent.of);
            format!("{scope}/{name}")
        };
        Edge { of, relation: parent.relation.to_string(), license: parent.license.clone() }
    });
    Node {
        role: component.role.to_string(),
        kinds: component.kinds.clone(),
        version: component.version.to_string(),
        license: component.license.clone(),
        authors: component.authors.clone(),
        parents: parents.collect(),
        ..registry_node(id, NodeKind::Component, depth, hash, None)
    }
}
