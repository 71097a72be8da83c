//! Writing hashes and entries into a registry file, keeping its comments and layout.
//!
//! A component of the registry's own folder gets the hash of what git tracks now. A pinned entry
//! of another repository keeps the hash it has: content that no longer matches it is refused, not
//! taken over. Only an entry without a hash, or one named as accepted, is hashed from its source.
//! What the registry says of its own crates (version, licence, role, kinds, parents) is what their manifests say; of components
//! that are equations, the kinds are those of their files.
//! Before the new text is handed back the whole network it describes has been read and verified.

mod refresh;

use std::path::Path;

use toml_edit::{Array, DocumentMut, InlineTable, Item, Value, value};

pub use self::refresh::Refreshed;
use self::refresh::{refresh, refresh_kinds, set_text};

use crate::crate_manifest::CrateManifest;
use crate::digest::Digest;
use crate::equation_files::{self, EquationFile};
use crate::error::NetworkError;
use crate::git::WorkTree;
use crate::lineage::Lineage;
use crate::netlist::{Component, FILE_NAME, Import, Netlist, Source};
use crate::network::Network;
use crate::path::RelativePath;
use crate::remote::{RemoteUrl, Rev};
use crate::resolve::Resolver;

/// A hash that was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Relock {
    /// Name of the component or import.
    pub name: String,
    /// The hash before, if any.
    pub before: Option<Digest>,
    /// The hash now.
    pub after: Digest,
}

/// A registry file with its hashes brought up to date.
#[derive(Clone, Debug)]
pub struct Locked {
    /// The new text of the file.
    pub text: String,
    /// The hashes that changed.
    pub changes: Vec<Relock>,
    /// Components of the registry's own folder with what was taken over anew from their crates.
    pub refreshed: Vec<Refreshed>,
    /// The verified network that the new text describes.
    pub network: Network,
}

/// What the files of a component say of it.
enum Said {
    Manifest(CrateManifest),
    /// The kinds of files of equations.
    Kinds(Vec<String>),
}

impl Said {
    fn of(folder: &Path, component: &Component, workspace: Option<&str>) -> Result<Option<Self>, String> {
        if equation_files::is_one(component, folder) {
            let kinds: Vec<String> =
                equation_files::in_folder(folder)?.into_iter().map(|file| file.kind).collect();
            // A folder that holds neither says nothing.
            return Ok((!kinds.is_empty()).then_some(Self::Kinds(kinds)));
        }
        let manifest = std::fs::read_to_string(folder.join("Cargo.toml")).ok();
        Ok(manifest.and_then(|text| CrateManifest::parse(&text, workspace).ok()).map(Self::Manifest))
    }
}

/// Brings the hashes of a registry file up to date. `accept` names pinned entries whose hash may
/// be replaced by that of their present content.
///
/// # Errors
/// [`NetworkError`] for anything that the network refuses; the file is then to be left alone.
pub fn lock(
    resolver: &mut Resolver,
    options: &crate::resolve::Options,
    text: &str,
    folder: &Path,
    accept: &[String],
) -> Result<Locked, NetworkError> {
    let netlist = Netlist::parse(text, FILE_NAME, options.git.transport)?;
    for name in accept {
        if !netlist.components.contains_key(name) && !netlist.imports.contains_key(name) {
            return Err(NetworkError::Edit(format!("nothing is registered as `{name}`")));
        }
    }
    let mut changes = Vec::new();
    let mut own: Vec<(&String, &Component, Said)> = Vec::new();
    let workspace = std::fs::read_to_string(folder.join("Cargo.toml")).ok();
    let mut tree = None;
    for (name, component) in &netlist.components {
        let id = format!("{}/{name}", netlist.registry.name);
        let wrong = |error| NetworkError::Git { id: id.clone(), error };
        let after = match &component.source {
            Source::Path(path) => {
                let open = match &tree {
                    Some(open) => open,
                    None => tree.insert(WorkTree::open(options.git, folder).map_err(wrong)?),
                };
                let said = Said::of(&path.under(folder), component, workspace.as_deref());
                let said = said.map_err(|why| NetworkError::Edit(format!("{id}: {why}")))?;
                own.extend(said.map(|said| (name, component, said)));
                open.listing(path).map_err(wrong)?.digest()
            }
            Source::Git { url, rev, path } => match component.hash {
                Some(hash) if !accept.contains(name) => hash,
                _ => resolver.hash_component(&id, url, rev, path)?,
            },
        };
        if component.hash != Some(after) {
            changes.push(("component", Relock { name: name.clone(), before: component.hash, after }));
        }
    }
    for (name, import) in &netlist.imports {
        let id = format!("{}/{name}", netlist.registry.name);
        let after = match import.hash {
            Some(hash) if !accept.contains(name) => hash,
            _ => resolver.hash_import(&id, import)?,
        };
        if import.hash != Some(after) {
            changes.push(("registry-import", Relock { name: name.clone(), before: import.hash, after }));
        }
    }
    let mut document = document(text)?;
    for (group, change) in &changes {
        let entry = document.get_mut(group).and_then(|item| item.get_mut(&change.name));
        if let Some(table) = entry.and_then(Item::as_table_like_mut) {
            set_text(table, "hash", &change.after.to_string());
        }
    }
    let mut refreshed = Vec::new();
    for (name, component, said) in own {
        let entry = document.get_mut("component").and_then(|item| item.get_mut(name));
        if let Some(table) = entry.and_then(Item::as_table_like_mut) {
            let fields = match said {
                Said::Manifest(manifest) => refresh(table, &manifest, component),
                Said::Kinds(kinds) => refresh_kinds(table, &kinds, component),
            };
            if !fields.is_empty() {
                refreshed.push(Refreshed { name: name.clone(), fields });
            }
        }
    }
    let text = document.to_string();
    let network = verified(resolver, options, &text, folder)?;
    let changes = changes.into_iter().map(|(_, change)| change).collect();
    Ok(Locked { text, changes, refreshed, network })
}

/// An entry to be registered from another repository.
#[derive(Clone, Debug)]
pub struct Addition {
    /// Its name here.
    pub name: String,
    /// The repository.
    pub url: RemoteUrl,
    /// The commit.
    pub rev: Rev,
    /// The folder.
    pub path: RelativePath,
    /// Licence, where the crate does not state one.
    pub license: Option<String>,
    /// Role, where the crate does not state one.
    pub role: Option<String>,
    /// Whether an entry of the same name is replaced.
    pub replace: bool,
}

/// Registers a component or, where the folder holds a registry file, a registry.
///
/// # Errors
/// [`NetworkError::Edit`] for a name that is taken, a missing licence or role; [`NetworkError`]
/// for anything that the network refuses.
pub fn add(
    resolver: &mut Resolver,
    options: &crate::resolve::Options,
    text: &str,
    folder: &Path,
    addition: &Addition,
) -> Result<Locked, NetworkError> {
    let netlist = Netlist::parse(text, FILE_NAME, options.git.transport)?;
    let name = &addition.name;
    crate::name::check_name(name).map_err(|error| NetworkError::Edit(error.to_string()))?;
    let taken = netlist.components.contains_key(name) || netlist.imports.contains_key(name);
    if taken && !addition.replace {
        return Err(NetworkError::Edit(format!("`{name}` is registered already; `--replace` replaces it")));
    }
    let id = format!("{}/{name}", netlist.registry.name);
    let mut document = document(text)?;
    for group in ["component", "registry-import"] {
        let table = document.get_mut(group).and_then(Item::as_table_like_mut);
        table.and_then(|table| table.remove(name));
    }
    let registry_file = addition.path.join(FILE_NAME);
    let is_registry = resolver.file(&id, &addition.url, &addition.rev, &registry_file)?.is_some();
    let mut entry = toml_edit::Table::new();
    entry.insert("git", value(addition.url.as_str()));
    entry.insert("rev", value(addition.rev.as_str()));
    if !addition.path.is_root() {
        entry.insert("path", value(addition.path.as_str()));
    }
    let (group, before, after) = if is_registry {
        let import = Import {
            url: addition.url.clone(),
            rev: addition.rev.clone(),
            path: addition.path.clone(),
            hash: None,
        };
        let before = netlist.imports.get(name).and_then(|import| import.hash);
        ("registry-import", before, resolver.hash_import(&id, &import)?)
    } else {
        let after = resolver.hash_component(&id, &addition.url, &addition.rev, &addition.path)?;
        let wrong = |error| NetworkError::Cache { id: id.clone(), error };
        let tree = options.cache.open(after).map_err(wrong)?.map(|cached| cached.tree);
        let files = tree.map(|tree| equation_files::in_folder(&tree)).transpose();
        let files = files.map_err(|why| NetworkError::Edit(format!("{id}: {why}")))?.unwrap_or_default();
        describe(resolver, &id, addition, &files, &mut entry)?;
        ("component", netlist.components.get(name).and_then(|one| one.hash), after)
    };
    entry.insert("hash", value(after.to_string()));
    // What follows the last table stays in front of the new one.
    let trailing = document.trailing().as_str().unwrap_or_default().to_owned();
    document.set_trailing("");
    entry.decor_mut().set_prefix(format!("{trailing}\n"));
    let parent = document.entry(group).or_insert_with(|| {
        let mut table = toml_edit::Table::new();
        table.set_implicit(true);
        Item::Table(table)
    });
    match parent.as_table_like_mut() {
        Some(table) => table.insert(name, Item::Table(entry)),
        None => return Err(NetworkError::Edit(format!("`{group}` is no table"))),
    };
    let text = document.to_string();
    let network = verified(resolver, options, &text, folder)?;
    let changes = vec![Relock { name: name.clone(), before, after }];
    Ok(Locked { text, changes, refreshed: Vec::new(), network })
}

/// Fills an entry from the crate's manifest, or from files of equations where there is none.
fn describe(
    resolver: &mut Resolver,
    id: &str,
    addition: &Addition,
    files: &[EquationFile],
    entry: &mut toml_edit::Table,
) -> Result<(), NetworkError> {
    let file = addition.path.join("Cargo.toml");
    let bytes = resolver.file(id, &addition.url, &addition.rev, &file)?;
    let workspace = resolver.file(id, &addition.url, &addition.rev, "Cargo.toml")?;
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    let workspace = workspace.map(text);
    let manifest = match bytes.map(text) {
        Some(manifest) => CrateManifest::parse(&manifest, workspace.as_deref())
            .map_err(|why| NetworkError::Edit(format!("{id}: {file}: {why}")))?,
        None => CrateManifest { version: Some("0.0.0".to_owned()), ..CrateManifest::default() },
    };
    let is_crate = !manifest.package.is_empty();
    let mut metadata = manifest.metadata.unwrap_or_default();
    if !is_crate {
        metadata.kinds = files.iter().map(|file| file.kind.clone()).collect();
    }
    let stated = Some(metadata.role).filter(|role| !role.is_empty());
    let default = (!is_crate).then(|| if files.is_empty() { "data" } else { "controllable" }.to_owned());
    let Some(role) = addition.role.clone().or(stated).or(default) else {
        let text = format!("{id}: the crate states no role in [package.metadata.tecmns]; give `--role`");
        return Err(NetworkError::Edit(text));
    };
    let Some(license) = addition.license.clone().or(manifest.license) else {
        let text =
            format!("{id}: no licence is stated, which permits nothing; give `--license` if you know it");
        return Err(NetworkError::Edit(text));
    };
    entry.insert("role", value(role));
    entry.insert("kinds", value(metadata.kinds.iter().collect::<Array>()));
    entry.insert("version", value(manifest.version.unwrap_or_else(|| "0.0.0".to_owned())));
    entry.insert("license", value(license));
    entry.insert("authors", value(manifest.authors.iter().collect::<Array>()));
    let mut parents = Array::new();
    for line in &metadata.lineage {
        if let Some((relation, of)) = line.split_once(' ') {
            let mut parent = InlineTable::new();
            parent.insert("of", of.into());
            parent.insert("relation", relation.into());
            parents.push(Value::InlineTable(parent));
        }
    }
    entry.insert("parents", value(parents));
    Ok(())
}

fn verified(
    resolver: &mut Resolver,
    options: &crate::resolve::Options,
    text: &str,
    folder: &Path,
) -> Result<Network, NetworkError> {
    let netlist = Netlist::parse(text, FILE_NAME, options.git.transport)?;
    let network = resolver.network(&netlist, folder)?;
    Lineage::of(&network)?;
    Ok(network)
}

fn document(text: &str) -> Result<DocumentMut, NetworkError> {
    text.parse().map_err(|error: toml_edit::TomlError| NetworkError::Edit(error.message().to_owned()))
}
