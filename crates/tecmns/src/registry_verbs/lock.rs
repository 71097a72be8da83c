//! `tecmns lock`.

use anstream::println;
use te_netlist::lock as te_lock;

use super::PlaceArgs;

/// Arguments of `tecmns lock`.
#[derive(Clone, Debug, clap::Args)]
pub struct LockArgs {
    /// Where the registry and the cache lie
    #[command(flatten)]
    pub place: PlaceArgs,
    /// Take over the present content of this pinned entry, whatever its hash was
    #[arg(long, value_name = "NAME")]
    pub accept: Vec<String>,
    /// Take everything from the cache
    #[arg(long)]
    pub offline: bool,
}

/// Writes the hashes of the registry's own components with what their crates say of themselves, and the hashes of pinned
/// entries that have none.
///
/// # Errors
/// Whatever the network refuses; the file is then as it was.
pub fn lock(args: &LockArgs) -> anyhow::Result<()> {
    let (place, _held) = args.place.open_to_change(args.offline)?;
    let mut resolver = place.resolver();
    let locked = te_lock::lock(&mut resolver, &place.options, &place.text, &place.folder, &args.accept)?;
    if locked.text != place.text {
        te_netlist::whole_file::write(&place.file(), &locked.text)?;
    }
    for change in &locked.changes {
        let before = change.before.map_or_else(|| "no hash".to_owned(), |hash| hash.to_string());
        println!("{}: {before} -> {}", change.name, change.after);
    }
    for one in &locked.refreshed {
        println!("{}: {} as its crate has them", one.name, one.fields.join(", "));
    }
    if let Some(root) = locked.network.root() {
        println!("root {root}");
    }
    Ok(())
}
