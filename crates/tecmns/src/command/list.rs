//! `tecmns list`.

use super::CommandError;
use anstream::println;
use clap::Args;
use serde_json::json;

/// Arguments of `tecmns list`.
#[derive(Debug, Args)]
pub(crate) struct ListArgs {
    /// Only kinds whose name contains this
    filter: Option<String>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

pub(crate) fn list(args: &ListArgs) -> Result<(), CommandError> {
    let registry = super::kinds();
    let wanted = args.filter.as_deref().unwrap_or("");
    let kinds: Vec<_> = registry.kinds().filter(|k| k.name.contains(wanted)).collect();
    if kinds.is_empty() {
        return Err(CommandError::bad_input(format!("no kind contains `{wanted}`; `tecmns list` shows all")));
    }
    if args.json {
        let all: Vec<_> = kinds
            .iter()
            .map(|k| json!({ "kind": k.name, "crate": k.package, "doc": k.doc, "hash": hash_of(&k.package) }))
            .collect();
        println!("{}", serde_json::Value::from(all));
        return Ok(());
    }
    let width = kinds.iter().map(|k| k.name.len()).max().unwrap_or(0);
    let package = kinds.iter().map(|k| k.package.len()).max().unwrap_or(0);
    for kind in kinds {
        let hash = hash_of(&kind.package).unwrap_or_else(|| "not registered".to_owned());
        println!("{:<width$}  {:<package$}  {:<14}  {}", kind.name, kind.package, short(&hash), kind.doc);
    }
    Ok(())
}

/// Hash of a package's code: of a crate when this command was compiled, of equations now.
fn hash_of(package: &str) -> Option<String> {
    tecmns::code_behind(package).map(|code| code.hash.to_string())
}

/// Enough of a hash to tell it from others.
fn short(hash: &str) -> &str {
    hash.get(..14).unwrap_or(hash)
}
