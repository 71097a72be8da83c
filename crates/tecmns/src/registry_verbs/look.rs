//! `tecmns tree`, `why`, `root` and `audit`: what is registered, without changing or fetching it.

use anstream::{print, println};
use te_netlist::licence::{self, Severity};

use super::{PlaceArgs, print_json, refuse};

/// Arguments of `tecmns tree`.
#[derive(Clone, Debug, clap::Args)]
pub struct TreeArgs {
    /// Where the registry and the cache lie
    #[command(flatten)]
    pub place: PlaceArgs,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// Prints the network as an indented text.
///
/// # Errors
/// Where an import is not in the cache, or was altered there.
pub fn tree(args: &TreeArgs) -> anyhow::Result<()> {
    let network = args.place.open(true)?.known_network()?;
    if args.json {
        return print_json(&network);
    }
    print!("{}", network.tree());
    Ok(())
}

/// Arguments of `tecmns why`.
#[derive(Clone, Debug, clap::Args)]
pub struct WhyArgs {
    /// A component or import: its name, id or hash
    pub name: String,
    /// Where the registry and the cache lie
    #[command(flatten)]
    pub place: PlaceArgs,
}

/// Prints every way from the registry to an entry.
///
/// # Errors
/// As [`tree`], and where nothing has the name.
pub fn why(args: &WhyArgs) -> anyhow::Result<()> {
    let network = args.place.open(true)?.known_network()?;
    let ways = network.why(&args.name);
    if ways.is_empty() {
        return unknown(&args.name, network.nodes.iter().map(|node| node.id.as_str()));
    }
    for way in ways {
        let ids: Vec<&str> = way.iter().map(|node| node.id.as_str()).collect();
        let same = way.last().and_then(|node| node.same_as.as_deref());
        let same = same.map_or_else(String::new, |first| format!("  (the same as {first})"));
        println!("{}{same}", ids.join(" > "));
    }
    Ok(())
}

/// Arguments of `tecmns root`.
#[derive(Clone, Debug, clap::Args)]
pub struct RootArgs {
    /// Where the registry and the cache lie
    #[command(flatten)]
    pub place: PlaceArgs,
    /// Print 0x and 64 hexadecimal digits
    #[arg(long, conflicts_with_all = ["lines", "json"])]
    pub hex: bool,
    /// Print the lines that the root is the SHA-256 of
    #[arg(long, conflicts_with = "json")]
    pub lines: bool,
    /// Print JSON with the text behind each line
    #[arg(long)]
    pub json: bool,
}

/// Prints the root hash.
///
/// # Errors
/// Where an entry has no hash yet.
pub fn root(args: &RootArgs) -> anyhow::Result<()> {
    let place = args.place.open(true)?;
    let unlocked = place.netlist.unlocked();
    if !unlocked.is_empty() {
        return refuse(3, format!("{} without a hash; run `tecmns lock`", unlocked.join(", ")));
    }
    let root = place.netlist.root();
    if args.json {
        let texts: serde_json::Map<String, serde_json::Value> =
            place.netlist.texts().into_iter().map(|(place, text)| (place, text.into())).collect();
        return print_json(&serde_json::json!({ "root": root, "hex": root.to_hex(), "texts": texts }));
    }
    if args.lines {
        print!("{}", place.netlist.root_lines());
    } else if args.hex {
        println!("0x{}", root.to_hex());
    } else {
        println!("{root}");
    }
    Ok(())
}

/// Arguments of `tecmns audit`.
#[derive(Clone, Debug, clap::Args)]
pub struct AuditArgs {
    /// Where the registry and the cache lie
    #[command(flatten)]
    pub place: PlaceArgs,
    /// End with exit code 6 where there is an error
    #[arg(long)]
    pub deny: bool,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// Prints the licence table of the network.
///
/// # Errors
/// As [`tree`]; with `--deny` where licences do not permit what is registered.
pub fn audit(args: &AuditArgs) -> anyhow::Result<()> {
    let network = args.place.open(true)?.known_network()?;
    let rows = licence::audit(&network);
    if args.json {
        let rows: Vec<_> = rows
            .iter()
            .map(|row| {
                let findings: Vec<_> = row
                    .findings
                    .iter()
                    .map(|(severity, text)| serde_json::json!({ "severity": severity.to_string(), "text": text }))
                    .collect();
                serde_json::json!({
                    "id": row.id, "license": row.license, "class": row.class.to_string(), "findings": findings,
                })
            })
            .collect();
        print_json(&rows)?;
    } else {
        let width = rows.iter().map(|row| row.id.len()).max().unwrap_or(0);
        for row in &rows {
            println!("{:<width$}  {} ({})", row.id, row.license, row.class);
            for (severity, text) in &row.findings {
                println!("    {severity}: {text}");
            }
        }
    }
    let errors =
        rows.iter().flat_map(|row| &row.findings).filter(|(severity, _)| *severity == Severity::Error);
    match errors.count() {
        0 => Ok(()),
        count if args.deny => refuse(6, format!("{count} errors in the licences")),
        _ => Ok(()),
    }
}

pub(super) fn unknown<'a, T>(name: &str, known: impl Iterator<Item = &'a str>) -> anyhow::Result<T> {
    let short = known.map(|id| id.split_once('/').map_or(id, |(_, rest)| rest));
    let near = te_netlist::name::nearest(name, short);
    let hint = near.map_or_else(String::new, |near| format!(" (did you mean `{near}`?)"));
    refuse(2, format!("nothing is registered as `{name}`{hint}"))
}
