//! A manifest run again: the system file that it keeps, with the settings that its command line had.

use super::super::CommandError;
use super::super::replay::read_kept;
use super::super::settings::Settings;
use std::path::{Path, PathBuf};
use te_core::Registry;
use tecmns::SystemFile;
use toml::{Table, Value as Toml};

/// What is to be run.
pub(crate) struct Again {
    pub(crate) file: SystemFile,
    pub(crate) settings: Settings,
    pub(crate) corners: Option<u64>,
}

/// What a command line tells to run: a system file, or a manifest again.
///
/// # Errors
/// [`CommandError`] where the file cannot be read.
pub(crate) fn what_to_run(
    settings: &Settings,
    corners: Option<u64>,
    registry: &Registry,
) -> Result<Again, CommandError> {
    if let Some(again) = again(settings, registry)? {
        return Ok(Again { corners: corners.or(again.corners), ..again });
    }
    Ok(Again { file: SystemFile::read(&settings.system, registry)?, settings: settings.clone(), corners })
}

/// What `path` tells to run where it is a manifest of results; `None` where it is anything else. Settings of the present command
/// line come after those of the manifest's, and win.
///
/// # Errors
/// [`CommandError`] where it is a manifest whose system file can no longer be read.
fn again(settings: &Settings, registry: &Registry) -> Result<Option<Again>, CommandError> {
    let path = &settings.system;
    if path.file_name().is_none_or(|name| name != "manifest.toml") {
        return Ok(None);
    }
    let Some(manifest) = read(path) else { return Ok(None) };
    let Some(command) = manifest.get("command").and_then(Toml::as_table) else { return Ok(None) };
    let text = |key: &str| command.get(key).and_then(Toml::as_str);
    let file_path = PathBuf::from(text("file").unwrap_or("manifest.toml"));
    let file = read_kept(Some(command), &file_path, registry)?;
    let empty = Table::new();
    let changed = command.get("settings").and_then(Toml::as_table).unwrap_or(&empty);
    let mut merged = Settings::of_table(file_path, changed);
    merged.set.extend(settings.set.iter().cloned());
    merged.sweep.extend(settings.sweep.iter().cloned());
    merged.runs = settings.runs.or(merged.runs);
    merged.timesteps = settings.timesteps.or(merged.timesteps);
    merged.seed = settings.seed.or(merged.seed);
    merged.record = settings.record.clone().or(merged.record);
    let corners = changed.get("corners").and_then(Toml::as_integer).and_then(|n| u64::try_from(n).ok());
    Ok(Some(Again { file, settings: merged, corners }))
}

/// The tables of a manifest.
fn read(path: &Path) -> Option<Table> {
    let table: Table = std::fs::read_to_string(path).ok()?.parse().ok()?;
    table.contains_key("plan").then_some(table)
}
