//! Reading a network: fetch what is pinned, verify it, follow imports.
//!
//! For each component of another repository the content is taken from the cache, or fetched at
//! its exact commit, hashed, and kept only if the hash is the registered one. For each import the
//! registry file is read at its commit, its root computed anew and compared, and its entries
//! treated in the same way: what a fetched registry claims is never taken on trust. Components in
//! the registry's own folder are hashed from the working tree.
//!
//! | situation | outcome |
//! |---|---|
//! | one repository and folder at one commit under two names | read once; the second name is an alias |
//! | one repository at two commits | refused unless `allow-multiple` |
//! | a registry that imports a repository above it, at any commit | refused |
//! | imports deeper than `max-depth` | refused |
//! | more nodes, files or bytes than [`Limits`](crate::git::Limits) | refused |
//!
//! The hash is the name; the URL says where to look. A commit whose content was hashed once is not
//! looked for again, so a repository that vanished or was rewritten does no harm to who has the
//! cache. Content that came from another commit does not count: each commit is hashed itself.

mod storing;
mod walk;

use std::collections::BTreeMap;
use std::path::Path;

use self::storing::{cache_error, store};
use self::walk::{Place, Walk, component_node, inside, one_rev, registry_node};
use crate::cache::Cache;
use crate::digest::Digest;
use crate::error::NetworkError;
use crate::git::{Commit, Git, WorkTree};
use crate::netlist::{Import, Netlist, Source};
use crate::network::{Network, Node, NodeKind};
use crate::path::RelativePath;
use crate::remote::{RemoteUrl, Rev};

/// How a network is read.
#[derive(Clone, Debug)]
pub struct Options {
    /// How git is called and what it may cost.
    pub git: Git,
    /// The cache.
    pub cache: Cache,
    /// Whether everything must come from the cache.
    pub offline: bool,
}

/// Reads networks; commits that were fetched are kept while it lives.
#[derive(Debug)]
pub struct Resolver {
    options: Options,
    commits: BTreeMap<(String, String), Commit>,
    bytes: u64,
}

impl Resolver {
    /// A resolver with nothing fetched.
    pub fn new(options: Options) -> Self {
        Self { options, commits: BTreeMap::new(), bytes: 0 }
    }

    /// Reads and verifies the network of a registry file whose folder is `folder`.
    ///
    /// # Errors
    /// [`NetworkError`] for the first entry that is refused. Content verified before it stays in
    /// the cache; nothing else is written.
    pub fn network(&mut self, netlist: &Netlist, folder: &Path) -> Result<Network, NetworkError> {
        let has_paths = netlist.components.values().any(|one| matches!(one.source, Source::Path(_)));
        if !has_paths {
            return self.walk(netlist, None);
        }
        let open = WorkTree::open(self.options.git, folder);
        let id = netlist.registry.name.clone();
        let tree = open.map_err(|error| NetworkError::Git { id, error })?;
        self.walk(netlist, Some(&tree))
    }

    /// As [`Resolver::network`], without looking at the registry's own folder.
    ///
    /// # Errors
    /// As [`Resolver::network`].
    pub fn pinned(&mut self, netlist: &Netlist) -> Result<Network, NetworkError> {
        self.walk(netlist, None)
    }

    fn walk(&mut self, netlist: &Netlist, tree: Option<&WorkTree>) -> Result<Network, NetworkError> {
        let mut walk = Walk {
            allow_multiple: netlist.registry.allow_multiple,
            max_depth: netlist.registry.max_depth,
            ..Walk::default()
        };
        let id = netlist.registry.name.clone();
        if let Some(home) = &netlist.registry.home {
            walk.above.push((home.identity(), id.clone()));
        }
        walk.nodes.push(registry_node(&id, NodeKind::Root, 0, netlist.root(), None));
        self.entries(&mut walk, netlist, &id, 0, &Above::WorkTree(tree))?;
        Ok(Network { nodes: walk.nodes })
    }

    /// The hash of a component's content, fetching it where it is not known; used to register it.
    ///
    /// # Errors
    /// [`NetworkError`] as for a registered component.
    pub fn hash_component(
        &mut self,
        id: &str,
        url: &RemoteUrl,
        rev: &Rev,
        path: &RelativePath,
    ) -> Result<Digest, NetworkError> {
        let place = Place { url: url.clone(), rev: rev.clone(), path: path.clone() };
        let (cache, limit) = (self.options.cache.clone(), self.options.git.limits.bytes);
        let commit = self.commit(id, &place)?;
        let stored = store(&cache, commit, path, None).map_err(|error| error.named(id))?;
        match stored {
            Ok(digest) => {
                let kept = cache.keep_found(url, rev, path.as_str(), digest);
                kept.map_err(|error| cache_error(id, error))?;
                self.account(id, limit, 0)?;
                Ok(digest)
            }
            // Without an expected hash every content is kept.
            Err(listing) => Ok(listing.digest()),
        }
    }

    /// The root of an import's registry file as it is at its commit, after verifying everything
    /// it registers; used to register it.
    ///
    /// # Errors
    /// [`NetworkError`] as for a registered import.
    pub fn hash_import(&mut self, id: &str, import: &Import) -> Result<Digest, NetworkError> {
        let text = self.registry_text(id, import)?;
        let netlist = Netlist::parse(&text, &import.file(), self.options.git.transport)?;
        let root = netlist.root();
        let mut walk = Walk { max_depth: crate::netlist::DEFAULT_DEPTH, ..Walk::default() };
        let import = Import { hash: Some(root), ..import.clone() };
        self.import(&mut walk, &import, id, 1)?;
        Ok(root)
    }

    /// The bytes of one file of a repository at a commit, where it has it.
    ///
    /// # Errors
    /// [`NetworkError::Git`], [`NetworkError::Offline`].
    pub fn file(
        &mut self,
        id: &str,
        url: &RemoteUrl,
        rev: &Rev,
        file: &str,
    ) -> Result<Option<Vec<u8>>, NetworkError> {
        let place = Place { url: url.clone(), rev: rev.clone(), path: RelativePath::root() };
        let commit = self.commit(id, &place)?;
        commit.file(file).map_err(|error| NetworkError::Git { id: id.to_owned(), error })
    }

    fn entries(
        &mut self,
        walk: &mut Walk,
        netlist: &Netlist,
        scope: &str,
        depth: u32,
        above: &Above<'_>,
    ) -> Result<(), NetworkError> {
        for (name, component) in &netlist.components {
            let id = format!("{scope}/{name}");
            self.limit_nodes(walk, &id)?;
            let Some(declared) = component.hash else {
                return Err(NetworkError::Unlocked { id });
            };
            let mut node = component_node(&id, scope, depth, declared, netlist, component);
            match (&component.source, above) {
                (Source::Path(path), Above::WorkTree(tree)) => {
                    if let Some(tree) = tree {
                        check_worktree(tree, &id, path, declared)?;
                        node.folder = Some(path.under(tree.folder()));
                    }
                }
                (Source::Path(path), Above::Fetched(place)) => {
                    let path = inside(&place.path, path);
                    let place = Place { path, ..(*place).clone() };
                    self.fetched(walk, &mut node, &place, declared)?;
                }
                (Source::Git { url, rev, path }, _) => {
                    let place = Place { url: url.clone(), rev: rev.clone(), path: path.clone() };
                    one_rev(walk, &id, &place)?;
                    self.fetched(walk, &mut node, &place, declared)?;
                }
            }
            walk.nodes.push(node);
        }
        for (name, import) in &netlist.imports {
            self.import(walk, import, &format!("{scope}/{name}"), depth + 1)?;
        }
        Ok(())
    }

    fn import(&mut self, walk: &mut Walk, import: &Import, id: &str, depth: u32) -> Result<(), NetworkError> {
        let id = id.to_owned();
        let Some(declared) = import.hash else {
            return Err(NetworkError::Unlocked { id });
        };
        if depth > walk.max_depth {
            return Err(NetworkError::Depth { id, depth, limit: walk.max_depth });
        }
        self.limit_nodes(walk, &id)?;
        let place = Place { url: import.url.clone(), rev: import.rev.clone(), path: import.path.clone() };
        let identity = place.url.identity();
        if let Some((_, first)) = walk.above.iter().find(|(url, _)| *url == identity) {
            return Err(NetworkError::Cycle { id, url: identity, first: first.clone() });
        }
        one_rev(walk, &id, &place)?;
        let mut node = registry_node(&id, NodeKind::Import, depth, declared, Some(place.origin()));
        let key = (identity.clone(), place.rev.to_string(), import.file());
        if let Some((first, known)) = walk.seen.get(&key) {
            if *known != declared {
                let (declared, found) = (declared, *known);
                return Err(NetworkError::Mismatch { id, declared, found, files: Vec::new() });
            }
            node.same_as = Some(first.clone());
            walk.nodes.push(node);
            return Ok(());
        }
        let netlist = self.imported(&id, import, declared)?;
        walk.seen.insert(key, (id.clone(), declared));
        walk.nodes.push(node);
        walk.above.push((identity, id.clone()));
        self.entries(walk, &netlist, &id, depth, &Above::Fetched(&place))?;
        walk.above.pop();
        Ok(())
    }

    /// The registry file of an import, its root compared.
    fn imported(&mut self, id: &str, import: &Import, declared: Digest) -> Result<Netlist, NetworkError> {
        let transport = self.options.git.transport;
        let cache = self.options.cache.clone();
        let wrong = |error| cache_error(id, error);
        let known = cache.found_at(&import.url, &import.rev, &import.file()).map_err(wrong)?;
        if known == Some(declared)
            && let Some(netlist) = cache.registry(declared, transport).map_err(wrong)?
        {
            return Ok(netlist);
        }
        let text = self.registry_text(id, import)?;
        let file = format!("{}@{}:{}", import.url, import.rev.short(), import.file());
        let netlist = Netlist::parse(&text, &file, transport)?;
        let found = netlist.root();
        if found != declared {
            let id = id.to_owned();
            return Err(NetworkError::Mismatch { id, declared, found, files: Vec::new() });
        }
        cache.insert_registry(declared, &text).map_err(wrong)?;
        cache.keep_found(&import.url, &import.rev, &import.file(), declared).map_err(wrong)?;
        Ok(netlist)
    }

    fn registry_text(&mut self, id: &str, import: &Import) -> Result<String, NetworkError> {
        let absent = || NetworkError::NoRegistry {
            id: id.to_owned(),
            url: import.url.to_string(),
            path: import.file(),
            rev: import.rev.to_string(),
        };
        let bytes = self.file(id, &import.url, &import.rev, &import.file())?.ok_or_else(absent)?;
        String::from_utf8(bytes).map_err(|_| absent())
    }

    /// Takes a component from the cache or fetches it.
    fn fetched(
        &mut self,
        walk: &mut Walk,
        node: &mut Node,
        place: &Place,
        declared: Digest,
    ) -> Result<(), NetworkError> {
        let id = node.id.clone();
        node.origin = Some(place.origin());
        let (url, rev) = place.key();
        let key = (url, rev, place.path.to_string());
        if let Some((first, found)) = walk.seen.get(&key) {
            if *found != declared {
                let found = *found;
                return Err(NetworkError::Mismatch { id, declared, found, files: Vec::new() });
            }
            node.same_as = Some(first.clone());
            node.folder = walk.nodes.iter().find(|n| n.id == *first).and_then(|n| n.folder.clone());
            return Ok(());
        }
        let cache = self.options.cache.clone();
        let limit = self.options.git.limits.bytes;
        let wrong = |error| cache_error(&id, error);
        let known = cache.found_at(&place.url, &place.rev, place.path.as_str()).map_err(wrong)?;
        let cached = if known == Some(declared) { cache.open(declared).map_err(wrong)? } else { None };
        let cached = if let Some(cached) = cached {
            cached
        } else {
            let commit = self.commit(&id, place)?;
            let stored = store(&cache, commit, &place.path, Some(declared));
            if let Err(listing) = stored.map_err(|error| error.named(&id))? {
                let found = listing.digest();
                return Err(NetworkError::Mismatch { id, declared, found, files: Vec::new() });
            }
            let kept = cache.keep_found(&place.url, &place.rev, place.path.as_str(), declared);
            kept.map_err(wrong)?;
            let opened = cache.open(declared).map_err(wrong)?;
            opened.ok_or_else(|| NetworkError::Offline { id: id.clone() })?
        };
        self.account(&id, limit, cached.listing.total_bytes())?;
        node.folder = Some(cached.tree);
        walk.seen.insert(key, (id, declared));
        Ok(())
    }

    fn commit(&mut self, id: &str, place: &Place) -> Result<&Commit, NetworkError> {
        let key = place.key();
        if !self.commits.contains_key(&key) {
            if self.options.offline {
                return Err(NetworkError::Offline { id: id.to_owned() });
            }
            let scratch = self.options.cache.scratch().map_err(|error| cache_error(id, error))?;
            let commit = Commit::fetch(self.options.git, &place.url, &place.rev, &scratch)
                .map_err(|error| NetworkError::Git { id: id.to_owned(), error })?;
            self.commits.insert(key.clone(), commit);
        }
        self.commits.get(&key).ok_or_else(|| NetworkError::Offline { id: id.to_owned() })
    }

    fn account(&mut self, id: &str, limit: u64, bytes: u64) -> Result<(), NetworkError> {
        self.bytes = self.bytes.saturating_add(bytes);
        if self.bytes > limit {
            let id = id.to_owned();
            return Err(NetworkError::Limit { id, what: "the content of the network, in bytes,", limit });
        }
        Ok(())
    }

    fn limit_nodes(&self, walk: &Walk, id: &str) -> Result<(), NetworkError> {
        let limit = self.options.git.limits.nodes;
        // The root is no entry.
        if walk.nodes.len() as u64 > limit {
            let id = id.to_owned();
            return Err(NetworkError::Limit { id, what: "the number of entries", limit });
        }
        Ok(())
    }
}

/// Where the entries of a registry file lie.
enum Above<'a> {
    WorkTree(Option<&'a WorkTree>),
    Fetched(&'a Place),
}

/// Hashes a component of the working tree and compares.
fn check_worktree(
    tree: &WorkTree,
    id: &str,
    path: &RelativePath,
    declared: Digest,
) -> Result<(), NetworkError> {
    let listing = tree.listing(path).map_err(|error| NetworkError::Git { id: id.to_owned(), error })?;
    let found = listing.digest();
    if found == declared {
        return Ok(());
    }
    let files = tree.explain(path, declared, &listing);
    Err(NetworkError::Mismatch { id: id.to_owned(), declared, found, files })
}
