//! The verbs that read and write the registry: one function and one struct of arguments each.
//!
//! | verb | does | needs the network |
//! |---|---|---|
//! | `init` | fetches and verifies what the registry names | yes, for what is not cached |
//! | `lock` | writes hashes | for entries without one |
//! | `verify` | compares the registry with what is there; results with the registry | no |
//! | `add` | registers a component or registry of another repository | yes |
//! | `tree`, `why`, `lineage`, `audit`, `root` | tell what is registered | no |
//! | `new` | makes a component crate | no |
//! | `build` | compiles the command with external components in it | cargo's |
//!
//! Exit codes: 0 done, 2 refused, 3 content is not what its hash names, 4 files that git does not
//! track, 6 `audit --deny` found an error, 75 a repository cannot be reached.

mod add;
mod build;
mod init;
mod lineage;
mod lock;
mod look;
mod new;
mod verify;

use anstream::println;
use std::fmt;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use te_netlist::git::{Git, Limits};
use te_netlist::netlist::FILE_NAME;
use te_netlist::{Cache, Netlist, Network, NetworkError, Options, Resolver, Transport};

pub use self::add::{AddArgs, add};
pub use self::build::{BuildArgs, build};
pub use self::init::{InitArgs, init};
pub use self::lineage::{LineageArgs, lineage};
pub use self::lock::{LockArgs, lock};
pub use self::look::{AuditArgs, RootArgs, TreeArgs, WhyArgs, audit, root, tree, why};
pub use self::new::{NewArgs, new};
pub use self::verify::{VerifyArgs, verify};

/// What every verb of the registry takes.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct PlaceArgs {
    /// Folder of the registry file [default: the nearest netlist.toml from here upwards]
    #[arg(long, value_name = "DIR")]
    pub registry: Option<PathBuf>,
    /// Folder of the cache [default: the user's cache folder, or the one that `TECMNS_CACHE` names]
    #[arg(long, value_name = "DIR")]
    pub cache: Option<PathBuf>,
    /// Allow repositories on this machine (file://), for mirrors and tests
    #[arg(long)]
    pub allow_file: bool,
}

/// A registry file with where it lies and how its network is read.
pub(crate) struct Place {
    pub(crate) folder: PathBuf,
    text: String,
    pub(crate) netlist: Netlist,
    pub(crate) options: Options,
}

impl PlaceArgs {
    /// The folder of the registry file: the one that is named, or the nearest from here upwards that has one.
    pub(crate) fn folder_of_registry(&self) -> anyhow::Result<Option<PathBuf>> {
        Ok(match &self.registry {
            Some(folder) => Some(folder.clone()),
            None => nearest_registry(&std::env::current_dir()?),
        })
    }

    fn registry_wanted(&self) -> anyhow::Result<PathBuf> {
        self.folder_of_registry()?.with_context(|| format!("no {FILE_NAME} in this folder or above it"))
    }

    pub(crate) fn open(&self, offline: bool) -> anyhow::Result<Place> {
        let folder = self.registry_wanted()?;
        let file = folder.join(FILE_NAME);
        let text = std::fs::read_to_string(&file).with_context(|| file.display().to_string())?;
        let options = self.options(offline)?;
        let name = file.display().to_string();
        let name = name.strip_prefix("./").unwrap_or(&name);
        let netlist = Netlist::parse(&text, name, options.git.transport).map_err(NetworkError::from)?;
        Ok(Place { folder, text, netlist, options })
    }

    /// As [`PlaceArgs::open`], and nobody else changes the registry file while the second value lives: two verbs at once
    /// would each read the old text, and one of their entries would be lost.
    fn open_to_change(&self, offline: bool) -> anyhow::Result<(Place, std::fs::File)> {
        let folder = self.registry_wanted()?;
        let held = self.options(offline)?.cache.hold(&folder)?;
        Ok((self.open(offline)?, held))
    }

    fn options(&self, offline: bool) -> anyhow::Result<Options> {
        let cache = match &self.cache {
            Some(folder) => Cache::at(folder),
            None => Cache::of_user()?,
        };
        let transport = if self.allow_file { Transport::WithFiles } else { Transport::Https };
        Ok(Options { git: Git { transport, limits: Limits::default() }, cache, offline })
    }
}

impl Place {
    fn resolver(&self) -> Resolver {
        Resolver::new(self.options.clone())
    }

    /// The network from the cache, without hashing the registry's own folder.
    fn known_network(&self) -> anyhow::Result<Network> {
        self.resolver().pinned(&self.netlist).map_err(|error| {
            let hint = matches!(error, NetworkError::Offline { .. });
            let error = anyhow::Error::from(error);
            if hint { error.context("run `tecmns init` first, to fetch it") } else { error }
        })
    }

    fn file(&self) -> PathBuf {
        self.folder.join(FILE_NAME)
    }
}

fn nearest_registry(from: &Path) -> Option<PathBuf> {
    from.ancestors().find(|folder| folder.join(FILE_NAME).is_file()).map(Path::to_path_buf)
}

/// A verb that did its work and ends with another exit code than 0.
#[derive(Debug)]
pub struct Refusal {
    /// The exit code.
    pub exit: u8,
    /// What to say.
    pub message: String,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Refusal {}

fn refuse<T>(exit: u8, message: impl Into<String>) -> anyhow::Result<T> {
    Err(Refusal { exit, message: message.into() }.into())
}

/// Exit code of an error that a verb of this module ends with.
pub fn exit_code(error: &anyhow::Error) -> u8 {
    if let Some(refusal) = error.downcast_ref::<Refusal>() {
        return refusal.exit;
    }
    error.downcast_ref::<NetworkError>().map_or(2, NetworkError::exit_code)
}

fn print_json(value: &impl serde::Serialize) -> anyhow::Result<()> {
    println!("{}", serde_json::to_string_pretty(value)?);
    Ok(())
}
