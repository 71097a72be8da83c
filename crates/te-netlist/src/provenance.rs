//! Which code a command was compiled from, so that results can say which code made them.
//!
//! When the command is compiled its crates are hashed as they lie in the working tree; the hashes,
//! not those that the registry file claims, go into the command and from there into the manifest
//! of every result. A result was made by the registered code where they are equal.
//!
//! The text form is one line a fact: `root <hash>`, then `<package> <id> <hash>` for each crate.

use std::fmt::Write as _;
use std::path::Path;

use crate::crate_manifest::CrateManifest;
use crate::digest::Digest;
use crate::error::NetworkError;
use crate::git::{Git, WorkTree};
use crate::netlist::{FILE_NAME, Netlist, Source};
use crate::network::{Network, NodeKind};
use crate::packaged::{self, LockFile};
use crate::remote::Transport;

/// A crate that was compiled in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CompiledCrate {
    /// Name of the package.
    pub package: String,
    /// Its id in the network.
    pub id: String,
    /// Hash of its files when it was compiled.
    pub hash: Digest,
}

/// What a command was compiled from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Provenance {
    /// Root of the registry file beside the code, where there was one.
    pub root: Option<Digest>,
    /// The registered crates of the workspace and those that were built in.
    pub crates: Vec<CompiledCrate>,
}

impl Provenance {
    /// Hashes the crates that the registry file of a workspace names, as they are now, files that
    /// git does not know yet included. Outside a repository, as in a source distribution that was
    /// unpacked, every file of their folders counts.
    ///
    /// # Errors
    /// [`NetworkError`] where the folder has no readable registry file.
    pub fn of_workspace(folder: &Path) -> Result<Self, NetworkError> {
        let file = folder.join(FILE_NAME);
        let text = std::fs::read_to_string(&file).map_err(|error| NetworkError::Io { path: file, error })?;
        let netlist = Netlist::parse(&text, FILE_NAME, Transport::WithFiles)?;
        let scope = &netlist.registry.name;
        let wrong = |id: &str| {
            let id = id.to_owned();
            move |error| NetworkError::Git { id, error }
        };
        let tree = WorkTree::open(Git::default(), folder).ok();
        let workspace = std::fs::read_to_string(folder.join("Cargo.toml")).ok();
        let mut crates = Vec::new();
        for (name, component) in &netlist.components {
            let Source::Path(path) = &component.source else { continue };
            let manifest = std::fs::read_to_string(path.under(folder).join("Cargo.toml")).unwrap_or_default();
            let Ok(manifest) = CrateManifest::parse(&manifest, workspace.as_deref()) else { continue };
            let id = format!("{scope}/{name}");
            let listing = match &tree {
                Some(tree) => tree.listing_with_untracked(path),
                None => packaged::listing(&path.under(folder), LockFile::Kept),
            };
            let hash = listing.map_err(wrong(&id))?.digest();
            crates.push(CompiledCrate { package: manifest.package, id, hash });
        }
        Ok(Self { root: Some(netlist.root()), crates })
    }

    /// The crate of a package.
    pub fn package(&self, package: &str) -> Option<&CompiledCrate> {
        self.crates.iter().find(|one| one.package == package)
    }

    /// The text form.
    pub fn to_text(&self) -> String {
        let mut text = String::new();
        if let Some(root) = self.root {
            let _ = writeln!(text, "root {root}");
        }
        for one in &self.crates {
            let _ = writeln!(text, "{} {} {}", one.package, one.id, one.hash);
        }
        text
    }

    /// Reads the text form. A line that is none of its is passed over.
    pub fn from_text(text: &str) -> Self {
        let mut read = Self::default();
        for line in text.lines() {
            let words: Vec<&str> = line.split(' ').collect();
            match words.as_slice() {
                ["root", root] => read.root = root.parse().ok(),
                [package, id, hash] => {
                    if let Ok(hash) = hash.parse() {
                        let (package, id) = ((*package).to_owned(), (*id).to_owned());
                        read.crates.push(CompiledCrate { package, id, hash });
                    }
                }
                _ => {}
            }
        }
        read
    }
}

/// How the code behind a result compares with a network, for one crate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It is the registered code.
    Registered,
    /// The network has other code under this id.
    Other {
        /// Hash of the registered code.
        registered: Digest,
    },
    /// The network has nothing under this id.
    Unknown,
}

/// Compares the hash that a result gives for a component with a network. The hash is the name: the
/// same content registered under another id, as in a registry that imports the one the command was
/// built from, is registered code too.
pub fn standing(network: &Network, id: &str, hash: Digest) -> Standing {
    let components = || network.nodes.iter().filter(|node| node.kind == NodeKind::Component);
    if components().any(|node| node.hash == hash) {
        return Standing::Registered;
    }
    let suffix = format!("/{id}");
    match components().find(|node| node.id == id || node.id.ends_with(&suffix)) {
        Some(node) => Standing::Other { registered: node.hash },
        None => Standing::Unknown,
    }
}
