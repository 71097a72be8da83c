//! Components that are equations: a folder of TOML files instead of a crate.
//!
//! A registered folder without `Cargo.toml` holds components of equations: those of its own `*.toml` files, not of folders below,
//! that have a table `[component]` with its `kind`. The entry's hash covers the whole folder, so the tables (CSV) that the files
//! name lie in it too. Version, licence, authors and parents stand in the entry itself; its `kinds` are those of the files.
//!
//! Nothing is compiled: a command reads the files when it starts, those of fetched registries from the cache, where their
//! hash has been checked.

use std::path::{Path, PathBuf};

use crate::digest::Digest;
use crate::error::NetworkError;
use crate::git::WorkTree;
use crate::name::check_kind;
use crate::netlist::{Component, Netlist, Role, Source};
use crate::network::NodeKind;
use crate::resolve::{Options, Resolver};

/// Bytes of a file of equations, at most; longer files are passed over.
const LARGEST: u64 = 1 << 20;

/// A file with the kind that it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EquationFile {
    /// The kind.
    pub kind: String,
    /// The file.
    pub path: PathBuf,
}

/// The components of equations in a folder, by kind.
///
/// # Errors
/// In a sentence: a folder or file that cannot be read, a kind that is no name or that two files have.
pub fn in_folder(folder: &Path) -> Result<Vec<EquationFile>, String> {
    let wrong = |path: &Path, error: std::io::Error| format!("{}: {error}", path.display());
    let mut found: Vec<EquationFile> = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(|error| wrong(folder, error))? {
        let path = entry.map_err(|error| wrong(folder, error))?.path();
        let is_toml = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("toml"));
        let small = std::fs::symlink_metadata(&path).is_ok_and(|at| at.is_file() && at.len() <= LARGEST);
        if !is_toml || !small {
            continue;
        }
        let bytes = std::fs::read(&path).map_err(|error| wrong(&path, error))?;
        // A file that is no TOML is refused where somebody wants its kind; here it has none.
        let Ok(table) = String::from_utf8_lossy(&bytes).parse::<toml::Table>() else { continue };
        let Some(kind) = table.get("component").and_then(|of| of.get("kind")).and_then(toml::Value::as_str)
        else {
            continue;
        };
        check_kind(kind).map_err(|error| format!("{}: {error}", path.display()))?;
        found.push(EquationFile { kind: kind.to_owned(), path });
    }
    found.sort_by(|a, b| (&a.kind, &a.path).cmp(&(&b.kind, &b.path)));
    for pair in found.windows(2) {
        if pair[0].kind == pair[1].kind {
            let (one, other) = (pair[0].path.display(), pair[1].path.display());
            return Err(format!("{one} and {other} are both `{}`", pair[0].kind));
        }
    }
    Ok(found)
}

/// Whether an entry whose files lie in this folder is one of equations: it says it holds kinds, and there is no crate.
pub fn is_one(component: &Component, folder: &Path) -> bool {
    component.role != Role::Data && !folder.join("Cargo.toml").exists()
}

/// Where the files and an entry differ, one sentence each.
pub fn differences(folder: &Path, entry: &Component) -> Vec<String> {
    let files = match in_folder(folder) {
        Ok(files) => files,
        Err(why) => return vec![why],
    };
    if files.is_empty() {
        return vec!["it has neither Cargo.toml nor a file of equations".to_owned()];
    }
    let here: Vec<&str> = files.iter().map(|file| file.kind.as_str()).collect();
    let mut registered: Vec<&str> = entry.kinds.iter().map(String::as_str).collect();
    registered.sort_unstable();
    if here == registered {
        return Vec::new();
    }
    vec![format!(
        "kinds are `{}` in its files and `{}` in netlist.toml",
        here.join(", "),
        registered.join(", ")
    )]
}

/// A file of equations that a network registers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Registered {
    /// Id of its entry in the network: `tecmns/examples`.
    pub id: String,
    /// The file with its kind.
    pub file: EquationFile,
    /// Hash of the entry's content where it was fetched; the files of the registry's own folder may have changed since they were
    /// hashed ([`own_hash`]).
    pub fetched: Option<Digest>,
}

/// The files of equations that a registry file names: those of its own folder, then those of its network, from the cache alone.
/// Beside them why entries were left out.
pub fn registered(
    netlist: &Netlist,
    folder: &Path,
    options: &Options,
) -> (Vec<Registered>, Vec<NetworkError>) {
    let (mut found, mut refused) = (Vec::new(), Vec::new());
    let mut take = |id: String, folder: &Path, fetched: Option<Digest>| match in_folder(folder) {
        Ok(files) => {
            let one = |file| Registered { id: id.clone(), file, fetched };
            found.extend(files.into_iter().map(one));
        }
        Err(why) => refused.push(NetworkError::Edit(format!("{id}: {why}"))),
    };
    for (name, component) in &netlist.components {
        let Source::Path(path) = &component.source else { continue };
        let folder = path.under(folder);
        if is_one(component, &folder) {
            take(format!("{}/{name}", netlist.registry.name), &folder, None);
        }
    }
    let all_own = netlist.components.values().all(|one| matches!(one.source, Source::Path(_)));
    if all_own && netlist.imports.is_empty() {
        return (found, refused);
    }
    let network = match Resolver::new(Options { offline: true, ..options.clone() }).pinned(netlist) {
        Ok(network) => network,
        Err(error) => {
            refused.push(error);
            return (found, refused);
        }
    };
    for node in network.fetched().filter(|node| node.kind == NodeKind::Component && node.role != "data") {
        if let Some(folder) = node.folder.as_ref().filter(|folder| !folder.join("Cargo.toml").exists()) {
            take(node.id.clone(), folder, Some(node.hash));
        }
    }
    (found, refused)
}

/// Hash of an entry of the registry's own folder as its files are now, those that git does not know yet included.
///
/// # Errors
/// [`NetworkError`] where nothing of its own is registered under the name or its files cannot be hashed.
pub fn own_hash(
    netlist: &Netlist,
    folder: &Path,
    options: &Options,
    id: &str,
) -> Result<Digest, NetworkError> {
    let name = id.rsplit('/').next().unwrap_or(id);
    let source = netlist.components.get(name).map(|component| &component.source);
    let Some(Source::Path(path)) = source else {
        return Err(NetworkError::Edit(format!("nothing of its own is registered as `{name}`")));
    };
    let wrong = |error| NetworkError::Git { id: id.to_owned(), error };
    let tree = WorkTree::open(options.git, folder).map_err(wrong)?;
    Ok(tree.listing_with_untracked(path).map_err(wrong)?.digest())
}
