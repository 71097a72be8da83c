//! A manifest run again: the system file that it keeps, with the settings that its command line had.

use super::super::CommandError;
use super::super::replay::read_kept;
use std::path::{Path, PathBuf};
use te_core::Registry;
use tecmns::SystemFile;
use tecmns::system::Changes;
use toml::{Table, Value as Toml};

/// What a command line tells to run: a system file, or what a manifest of results was made from. Changes of the present command
/// line come after the manifest's, and win.
///
/// # Errors
/// [`CommandError`] where the file, or the system file of the manifest, cannot be read.
pub(crate) fn what_to_run(
    path: &Path,
    changes: &Changes,
    registry: &Registry,
) -> Result<(SystemFile, Changes), CommandError> {
    let manifest =
        if path.file_name().is_some_and(|name| name == "manifest.toml") { read(path) } else { None };
    let Some(command) = manifest.as_ref().and_then(|m| m.get("command")).and_then(Toml::as_table) else {
        return Ok((SystemFile::read(path, registry)?, changes.clone()));
    };
    let named = command.get("file").and_then(Toml::as_str).unwrap_or("manifest.toml");
    let file = read_kept(Some(command), &PathBuf::from(named), registry)?;
    let earlier = command.get("settings").and_then(Toml::as_table).map(Changes::of_table).unwrap_or_default();
    Ok((file, earlier.then(changes)))
}

/// The tables of a manifest.
fn read(path: &Path) -> Option<Table> {
    let table: Table = std::fs::read_to_string(path).ok()?.parse().ok()?;
    table.contains_key("plan").then_some(table)
}
