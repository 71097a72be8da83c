//! `tecmns lineage`.

use anstream::{print, println};
use anyhow::Context as _;
use te_netlist::lineage::Lineage;

use super::look::unknown;
use super::{PlaceArgs, print_json, refuse};

/// Arguments of `tecmns lineage`.
#[derive(Clone, Debug, clap::Args)]
pub struct LineageArgs {
    /// A component or outside work; all where none is given (with --dot or --json)
    pub name: Option<String>,
    /// Where the registry and the cache lie
    #[command(flatten)]
    pub place: PlaceArgs,
    /// Print a graph for Graphviz
    #[arg(long, conflicts_with = "json")]
    pub dot: bool,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
    /// Split this reward, in its smallest unit, along the lineage
    #[arg(long, value_name = "AMOUNT", requires = "name", conflicts_with = "dot")]
    pub split: Option<u128>,
    /// Parts of ten thousand that each work passes on to its parents
    #[arg(long, value_name = "PARTS", default_value_t = 1_000, requires = "split")]
    pub to_parents: u16,
}

/// Prints ancestors and descendants of a component, with their relations, licences and authors.
///
/// # Errors
/// Where an import is not in the cache, the lineage has a cycle or nothing has the name.
pub fn lineage(args: &LineageArgs) -> anyhow::Result<()> {
    let lineage = Lineage::of(&args.place.open(true)?.known_network()?)?;
    if let Some(name) = args.name.as_deref().filter(|name| lineage.find(name).is_none()) {
        return unknown(name, lineage.names());
    }
    if let (Some(amount), Some(name)) = (args.split, &args.name) {
        let shares = lineage.split(name, amount, args.to_parents, 16);
        let shares = shares.context("--to-parents is at most 10000")?;
        if args.json {
            return print_json(&shares);
        }
        for share in shares {
            println!("{:>20}  {}", share.amount, share.id);
        }
        return Ok(());
    }
    if args.dot || args.json {
        let extract = lineage.extract(args.name.as_deref()).context("nothing has that name")?;
        if args.dot {
            print!("{}", extract.dot());
            return Ok(());
        }
        return print_json(&extract);
    }
    let Some(name) = &args.name else {
        return refuse(2, "name a component, or ask for --dot or --json of all");
    };
    print!("{}", lineage.text(name).context("nothing has that name")?);
    Ok(())
}
