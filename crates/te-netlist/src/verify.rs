//! Does the registry file say what is so? Without the network, and without stopping at the first
//! difference.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

use crate::crate_manifest::CrateManifest;
use crate::digest::{Difference, Digest};
use crate::equation_files;
use crate::error::NetworkError;
use crate::git::WorkTree;
use crate::lineage::Lineage;
use crate::netlist::{FILE_NAME, Netlist, Role, Source};
use crate::resolve::{Options, Resolver};

/// One thing that is not as registered.
#[derive(Debug)]
#[non_exhaustive]
pub enum Finding {
    /// The content has another hash.
    Changed {
        /// The entry.
        id: String,
        /// Hash in the registry file.
        declared: Digest,
        /// Hash of the content.
        found: Digest,
        /// The files that differ.
        files: Vec<Difference>,
    },
    /// The entry has no hash yet.
    Unlocked {
        /// The entry.
        id: String,
    },
    /// The entry is refused.
    Refused {
        /// Why; names the entry.
        error: NetworkError,
    },
    /// Files that git neither tracks nor ignores lie in a component: they are compiled and not
    /// hashed.
    Untracked {
        /// The entry.
        id: String,
        /// The files.
        files: Vec<String>,
    },
    /// The crate's manifest says something else than the registry.
    Manifest {
        /// The entry.
        id: String,
        /// The difference, in a sentence.
        text: String,
    },
    /// A crate calls itself a component and is not registered.
    Unregistered {
        /// Its folder.
        folder: String,
    },
    /// An entry of another repository is not in the cache, so it was not looked at.
    NotFetched {
        /// The entry.
        id: String,
    },
    /// The executable bit of files differs from git's.
    Mode {
        /// The entry.
        id: String,
        /// The files.
        files: Vec<String>,
    },
}

impl Finding {
    /// Exit code that the finding calls for: 3 content, 4 untracked files, 2 another refusal, 0 a note.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Changed { .. }
            | Self::Unlocked { .. }
            | Self::Manifest { .. }
            | Self::Unregistered { .. } => 3,
            Self::Refused { error } => error.exit_code(),
            Self::Untracked { .. } => 4,
            Self::NotFetched { .. } | Self::Mode { .. } => 0,
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Changed { id, declared, found, files } => {
                write!(f, "{id}: the content has hash {found}, registered is {declared}")?;
                for file in files {
                    write!(f, "\n    {file}")?;
                }
                Ok(())
            }
            Self::Unlocked { id } => write!(f, "{id}: no hash; run `tecmns lock`"),
            Self::Refused { error } => error.fmt(f),
            Self::Untracked { id, files } => {
                write!(f, "{id}: files that git does not track: {}", files.join(", "))
            }
            Self::Manifest { id, text } => write!(f, "{id}: {text}"),
            Self::Unregistered { folder } => {
                write!(f, "{folder}: has [package.metadata.tecmns] and is not in {FILE_NAME}")
            }
            Self::NotFetched { id } => {
                write!(f, "{id}: not in the cache, not looked at; `tecmns init` fetches it")
            }
            Self::Mode { id, files } => {
                write!(f, "{id}: executable bit differs from git: {}", files.join(", "))
            }
        }
    }
}

/// What `verify` saw.
#[derive(Debug)]
pub struct Report {
    /// Root hash of the registry file.
    pub root: Digest,
    /// Components and imports that are as registered.
    pub intact: Vec<String>,
    /// What is not.
    pub findings: Vec<Finding>,
}

impl Report {
    /// Exit code of the command: that of the gravest finding, content first; 0 where all is well.
    pub fn exit_code(&self) -> u8 {
        let codes: Vec<u8> = self.findings.iter().map(Finding::exit_code).collect();
        [3, 4, 2, 75].into_iter().find(|code| codes.contains(code)).unwrap_or(0)
    }
}

/// Compares a registry file with the working tree it lies in and with the cache.
///
/// # Errors
/// [`NetworkError::Git`] where the folder is in no git repository.
pub fn verify(netlist: &Netlist, folder: &Path, options: &Options) -> Result<Report, NetworkError> {
    let scope = &netlist.registry.name;
    let mut report = Report { root: netlist.root(), intact: Vec::new(), findings: Vec::new() };
    let tree = WorkTree::open(options.git, folder)
        .map_err(|error| NetworkError::Git { id: scope.clone(), error })?;
    let workspace = std::fs::read_to_string(folder.join("Cargo.toml")).ok();
    let mut registered = Vec::new();
    for (name, component) in &netlist.components {
        let Source::Path(path) = &component.source else { continue };
        registered.push(path.as_str().to_owned());
        let id = format!("{scope}/{name}");
        let before = report.findings.len();
        match tree.listing(path) {
            Err(error) => {
                let error = NetworkError::Git { id: id.clone(), error };
                report.findings.push(Finding::Refused { error });
            }
            Ok(listing) => {
                let found = listing.digest();
                match component.hash {
                    None => report.findings.push(Finding::Unlocked { id: id.clone() }),
                    Some(declared) if declared != found => {
                        let files = tree.explain(path, declared, &listing);
                        let id = id.clone();
                        report.findings.push(Finding::Changed { id, declared, found, files });
                    }
                    Some(_) => {}
                }
            }
        }
        let files = tree.untracked(path);
        if !files.is_empty() {
            report.findings.push(Finding::Untracked { id: id.clone(), files });
        }
        let files = tree.modes(path);
        if !files.is_empty() {
            report.findings.push(Finding::Mode { id: id.clone(), files });
        }
        if component.role != Role::Data {
            let own = path.under(folder);
            let texts = if equation_files::is_one(component, &own) {
                equation_files::differences(&own, component)
            } else {
                manifest_differences(folder, workspace.as_deref(), name, component)
            };
            let id = id.clone();
            let found = texts.into_iter().map(|text| Finding::Manifest { id: id.clone(), text });
            report.findings.extend(found);
        }
        if report.findings.iter().skip(before).all(|finding| finding.exit_code() == 0) {
            report.intact.push(id);
        }
    }
    for file in tree.named("Cargo.toml") {
        let at = file.strip_suffix("/Cargo.toml").unwrap_or(".");
        let text = std::fs::read_to_string(folder.join(&file)).unwrap_or_default();
        let manifest = CrateManifest::parse(&text, workspace.as_deref());
        let claims = manifest.is_ok_and(|manifest| manifest.metadata.is_some());
        if claims && !registered.iter().any(|path| path == at) {
            report.findings.push(Finding::Unregistered { folder: at.to_owned() });
        }
    }
    fetched(netlist, folder, options, &mut report);
    Ok(report)
}

fn manifest_differences(
    folder: &Path,
    workspace: Option<&str>,
    name: &str,
    component: &crate::netlist::Component,
) -> Vec<String> {
    let file = component.path().under(folder).join("Cargo.toml");
    let text = match std::fs::read_to_string(&file) {
        Ok(text) => text,
        Err(error) => return vec![format!("Cargo.toml cannot be read: {error}")],
    };
    match CrateManifest::parse(&text, workspace) {
        Ok(manifest) => manifest.differences(name, component),
        Err(why) => vec![format!("Cargo.toml: {why}")],
    }
}

/// Looks at each pinned entry by itself in the cache, then at all together.
fn fetched(netlist: &Netlist, folder: &Path, options: &Options, report: &mut Report) {
    let offline = Options { offline: true, ..options.clone() };
    let part = |components, imports| Netlist { registry: netlist.registry.clone(), components, imports };
    let pinned =
        netlist.components.iter().filter(|(_, component)| matches!(component.source, Source::Git { .. }));
    let single = pinned.map(|(name, component)| {
        let one = BTreeMap::from([(name.clone(), component.clone())]);
        (name, part(one, BTreeMap::new()))
    });
    let imports = netlist.imports.iter().map(|(name, import)| {
        let one = BTreeMap::from([(name.clone(), import.clone())]);
        (name, part(BTreeMap::new(), one))
    });
    let mut complete = true;
    for (name, alone) in single.chain(imports).collect::<Vec<_>>() {
        let id = format!("{}/{name}", netlist.registry.name);
        match Resolver::new(offline.clone()).network(&alone, folder) {
            Ok(_) => report.intact.push(id),
            Err(error) => {
                complete = false;
                report.findings.push(match error {
                    NetworkError::Offline { id } => Finding::NotFetched { id },
                    NetworkError::Unlocked { id } => Finding::Unlocked { id },
                    error => Finding::Refused { error },
                });
            }
        }
    }
    if !complete || !netlist.unlocked().is_empty() {
        return;
    }
    // Rules between entries: one commit a repository, cycles, limits, lineage.
    let together = Resolver::new(offline).pinned(netlist);
    if let Err(error) = together.and_then(|network| Lineage::of(&network).map(|_| ())) {
        report.findings.push(Finding::Refused { error });
    }
}
