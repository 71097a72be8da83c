//! `tecmns add`.

use anstream::println;
use anyhow::Context as _;
use te_netlist::lock::{self, Addition};
use te_netlist::{RelativePath, RemoteUrl, Rev};

use super::{PlaceArgs, refuse};

/// Arguments of `tecmns add`.
#[derive(Clone, Debug, clap::Args)]
pub struct AddArgs {
    /// Name in this registry
    pub name: String,
    /// URL of the repository (https://…)
    pub git: String,
    /// Full id of the commit
    #[arg(long, required_unless_present = "tag")]
    pub rev: Option<String>,
    /// Pin the commit that this tag or branch names now
    #[arg(long, conflicts_with = "rev")]
    pub tag: Option<String>,
    /// Folder of the component or registry in the repository
    #[arg(long, default_value = ".")]
    pub path: String,
    /// controllable, uncontrollable, system, engine or data, where the crate does not say
    #[arg(long)]
    pub role: Option<String>,
    /// SPDX licence, where the crate does not say
    #[arg(long)]
    pub license: Option<String>,
    /// Replace an entry of this name
    #[arg(long)]
    pub replace: bool,
    /// Where the registry and the cache lie
    #[command(flatten)]
    pub place: PlaceArgs,
}

/// Registers a component, or a registry where the folder holds a registry file.
///
/// # Errors
/// A name that is taken or illegal, no licence, or whatever the network refuses; the file is then
/// as it was.
pub fn add(args: &AddArgs) -> anyhow::Result<()> {
    let (place, _held) = args.place.open_to_change(false)?;
    let url = RemoteUrl::new(&args.git, place.options.git.transport)?;
    let rev = match (&args.rev, &args.tag) {
        (Some(rev), _) => Rev::new(rev).context("a branch or tag is given with --tag")?,
        (None, Some(tag)) => Rev::new(&place.options.git.resolve(&url, tag)?)?,
        (None, None) => return refuse(2, "give --rev or --tag"),
    };
    let addition = Addition {
        name: args.name.clone(),
        url,
        rev,
        path: RelativePath::new(&args.path)?,
        license: args.license.clone(),
        role: args.role.clone(),
        replace: args.replace,
    };
    let mut resolver = place.resolver();
    let added = lock::add(&mut resolver, &place.options, &place.text, &place.folder, &addition)?;
    te_netlist::whole_file::write(&place.file(), &added.text)?;
    for change in &added.changes {
        println!("{} at {}: {}", change.name, addition.rev, change.after);
    }
    if let Some(root) = added.network.root() {
        println!("root {root}");
    }
    Ok(())
}
