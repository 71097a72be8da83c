//! The registry file as values, and the root hash over it.
//!
//! ```text
//! text(entry) = one line a field, in a fixed order, lists sorted, the entry's hash last
//! root        = digest of the lines  hex(sha256(text(entry))) + "  " + entry's place + "\n"
//! place       = "registry" | "component/NAME" | "import/NAME"
//! ```
//!
//! The root covers every field that has a meaning and nothing else: order of entries, comments
//! and layout of the file do not change it. An import's text holds the root of the imported
//! registry, which holds the hashes of that registry's entries and imports: one root names the
//! whole network. Descriptions are left out.
//!
//! Invariants: names are legal and unique; kinds are unique in a registry; what is parsed has
//! passed the rules of [`crate::path`], [`crate::name`] and [`crate::remote`].

use std::collections::BTreeMap;
use std::fmt;

use crate::digest::{Digest, FileSum, Listing};
use crate::path::RelativePath;
use crate::remote::{RemoteUrl, Rev};

/// Name of the registry file.
pub const FILE_NAME: &str = "netlist.toml";

/// Version of the format this crate reads and writes.
pub const FORMAT: i64 = 1;

/// Depth of imports that is allowed where the file does not say.
pub const DEFAULT_DEPTH: u32 = 4;

/// Depth of imports that no file may pass.
pub const HARD_DEPTH: u32 = 8;

/// A registry file.
#[derive(Clone, Debug, PartialEq)]
pub struct Netlist {
    /// `[registry]`.
    pub registry: Registry,
    /// `[component.NAME]`, by name.
    pub components: BTreeMap<String, Component>,
    /// `[registry-import.NAME]`, by name.
    pub imports: BTreeMap<String, Import>,
}

/// The `[registry]` table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Registry {
    /// Name: the first part of every id.
    pub name: String,
    /// One sentence for people.
    pub description: Option<String>,
    /// The repository this file lives in, so that an import of itself is seen.
    pub home: Option<RemoteUrl>,
    /// How deep imports may nest.
    pub max_depth: u32,
    /// Whether one repository may appear at several commits.
    pub allow_multiple: bool,
}

/// A registered crate or data set.
#[derive(Clone, Debug, PartialEq)]
pub struct Component {
    /// Where its files are.
    pub source: Source,
    /// What it is in a system.
    pub role: Role,
    /// The kinds it registers, sorted.
    pub kinds: Vec<String>,
    /// Version of the crate.
    pub version: semver::Version,
    /// SPDX licence expression.
    pub license: String,
    /// Authors, in the order given.
    pub authors: Vec<String>,
    /// What it derives from.
    pub parents: Vec<Parent>,
    /// Content hash of its files; absent before the first `lock`.
    pub hash: Option<Digest>,
}

/// Where a component's files are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// A folder of the registry's own repository.
    Path(RelativePath),
    /// A folder of another repository at one commit.
    Git {
        /// The repository.
        url: RemoteUrl,
        /// The commit.
        rev: Rev,
        /// The folder.
        path: RelativePath,
    },
}

/// What a component is in a system.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// Its parameters are for the designer to choose.
    Controllable,
    /// It plays the world around.
    Uncontrollable,
    /// It is part of the machinery.
    Engine,
    /// It composes other components.
    System,
    /// It holds data or code that is not Rust, kept for reference and never compiled.
    Data,
}

impl Role {
    /// All roles with their words.
    pub const ALL: [(Self, &'static str); 5] = [
        (Self::Controllable, "controllable"),
        (Self::Uncontrollable, "uncontrollable"),
        (Self::Engine, "engine"),
        (Self::System, "system"),
        (Self::Data, "data"),
    ];
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(word(&Self::ALL, *self))
    }
}

/// How a component follows from a parent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Relation {
    /// Written anew from a description or observed behaviour.
    Reimplements,
    /// Copied and changed.
    Forks,
    /// Uses it and adds to it.
    Extends,
    /// Compared with it in tests.
    Tests,
}

impl Relation {
    /// All relations with their words.
    pub const ALL: [(Self, &'static str); 4] = [
        (Self::Reimplements, "reimplements"),
        (Self::Forks, "forks"),
        (Self::Extends, "extends"),
        (Self::Tests, "tests"),
    ];

    /// Whether the child holds or links the parent's code.
    pub fn carries_code(self) -> bool {
        matches!(self, Self::Forks | Self::Extends)
    }
}

impl fmt::Display for Relation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(word(&Self::ALL, *self))
    }
}

fn word<T: Copy + PartialEq>(all: &[(T, &'static str)], value: T) -> &'static str {
    all.iter().find(|(one, _)| *one == value).map_or("", |(_, word)| *word)
}

/// One edge of the lineage.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Parent {
    /// The parent: a component of this network (`amm`, `ltf/curve`), its hash (`h1:…`), or an
    /// outside work (`https://…`, `doi:…`, `swh:1:…`, or `urn:…` where it has no address).
    pub of: String,
    /// How the component follows from it.
    pub relation: Relation,
    /// Licence of an outside parent, where it states one.
    pub license: Option<String>,
}

impl Parent {
    /// Whether the parent is a work outside the network.
    pub fn is_external(&self) -> bool {
        is_external(&self.of)
    }
}

/// Whether the name of a parent is the address of a work outside the network.
pub(crate) fn is_external(of: &str) -> bool {
    ["https://", "http://", "doi:", "swh:1:", "urn:"].iter().any(|scheme| of.starts_with(scheme))
}

/// Another registry, pinned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Import {
    /// The repository.
    pub url: RemoteUrl,
    /// The commit.
    pub rev: Rev,
    /// Folder of its registry file.
    pub path: RelativePath,
    /// Root of the imported registry; absent before the first `lock`.
    pub hash: Option<Digest>,
}

impl Netlist {
    /// Names of components and imports without a hash.
    pub fn unlocked(&self) -> Vec<String> {
        let components = self.components.iter().filter(|(_, c)| c.hash.is_none());
        let imports = self.imports.iter().filter(|(_, i)| i.hash.is_none());
        components.map(|(name, _)| name.clone()).chain(imports.map(|(name, _)| name.clone())).collect()
    }

    /// The texts that the root is taken of, by place.
    pub fn texts(&self) -> Vec<(String, String)> {
        let mut texts = vec![("registry".to_owned(), self.registry.text())];
        for (name, component) in &self.components {
            texts.push((format!("component/{name}"), component.text()));
        }
        for (name, import) in &self.imports {
            texts.push((format!("import/{name}"), import.text()));
        }
        texts
    }

    /// The lines that the root is the digest of.
    pub fn root_lines(&self) -> String {
        self.root_listing().lines()
    }

    /// The root hash: one number for the registry and everything it registers.
    ///
    /// It is the hash of what the file says; `verify` and `init` check that what it says is so.
    pub fn root(&self) -> Digest {
        self.root_listing().digest()
    }

    fn root_listing(&self) -> Listing {
        let sums = self.texts().into_iter().map(|(place, text)| FileSum::of(place, text.as_bytes()));
        // Legal names make legal paths, and names that differ in case only are not legal.
        Listing::new(sums.collect()).unwrap_or_default()
    }
}

impl Registry {
    fn text(&self) -> String {
        let mut text = format!("format {FORMAT}\nname {}\n", self.name);
        if let Some(home) = &self.home {
            push(&mut text, "home", home);
        }
        text
    }
}

impl Component {
    /// The canonical text of the entry.
    pub fn text(&self) -> String {
        let mut text = String::new();
        match &self.source {
            Source::Path(path) => push(&mut text, "path", path),
            Source::Git { url, rev, path } => {
                push(&mut text, "git", url);
                push(&mut text, "rev", rev);
                push(&mut text, "path", path);
            }
        }
        push(&mut text, "role", self.role);
        for kind in &self.kinds {
            push(&mut text, "kind", kind);
        }
        push(&mut text, "version", &self.version);
        push(&mut text, "license", &self.license);
        for author in &self.authors {
            push(&mut text, "author", author);
        }
        let mut parents: Vec<&Parent> = self.parents.iter().collect();
        parents.sort();
        for parent in parents {
            let license = parent.license.as_deref().unwrap_or("-");
            push(&mut text, "parent", format_args!("{} {} ({license})", parent.relation, parent.of));
        }
        push_hash(&mut text, self.hash);
        text
    }

    /// The folder of the component in its repository.
    pub fn path(&self) -> &RelativePath {
        match &self.source {
            Source::Path(path) | Source::Git { path, .. } => path,
        }
    }
}

impl Import {
    /// The canonical text of the entry.
    pub fn text(&self) -> String {
        let mut text = String::new();
        push(&mut text, "git", &self.url);
        push(&mut text, "rev", &self.rev);
        push(&mut text, "path", &self.path);
        push_hash(&mut text, self.hash);
        text
    }

    /// Path of the registry file in the imported repository.
    pub fn file(&self) -> String {
        self.path.join(FILE_NAME)
    }
}

fn push(text: &mut String, field: &str, value: impl fmt::Display) {
    text.push_str(field);
    text.push(' ');
    text.push_str(&value.to_string());
    text.push('\n');
}

fn push_hash(text: &mut String, hash: Option<Digest>) {
    match hash {
        Some(hash) => push(text, "hash", hash),
        None => text.push_str("hash -\n"),
    }
}
