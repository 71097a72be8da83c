//! `tecmns init`.

use anstream::{print, println};
use te_netlist::lineage::Lineage;

use super::PlaceArgs;

/// Arguments of `tecmns init`.
#[derive(Clone, Debug, clap::Args)]
pub struct InitArgs {
    /// Folder of the registry file [default: the nearest netlist.toml from here upwards]
    #[arg(value_name = "DIR", conflicts_with = "registry")]
    pub folder: Option<std::path::PathBuf>,
    /// Where the registry and the cache lie
    #[command(flatten)]
    pub place: PlaceArgs,
    /// Take everything from the cache
    #[arg(long)]
    pub offline: bool,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// Fetches what the registry names at exact commits, verifies it, and prints the tree.
///
/// # Errors
/// Whatever the network refuses; nothing unverified is kept.
pub fn init(args: &InitArgs) -> anyhow::Result<()> {
    let registry = args.folder.clone().or_else(|| args.place.registry.clone());
    let place = PlaceArgs { registry, ..args.place.clone() }.open(args.offline)?;
    let network = place.resolver().network(&place.netlist, &place.folder)?;
    Lineage::of(&network)?;
    if args.json {
        return super::print_json(&network);
    }
    print!("{}", network.tree());
    let fetched = network.fetched().count();
    let own = network.nodes.iter().filter(|node| node.origin.is_none()).count() - 1;
    println!("verified: {own} in this repository, {fetched} from others");
    Ok(())
}
