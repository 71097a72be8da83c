//! A setting kept: as a variant of the file, or as a folder of results.

use crate::app::App;
use crate::host::Job;
use crate::opened::Opened;
use crate::setting::Setting;
use crate::trouble::Trouble;
use crate::{edit, place};
use serde::{Deserialize, Serialize};
use te_core::Cancel;
use te_system::SystemFile;

/// Letters of a variant's name, at most.
const LONGEST: usize = 200;

/// What the page asks for.
#[derive(Debug, Deserialize)]
#[serde(tag = "as", rename_all = "lowercase", deny_unknown_fields)]
pub(crate) enum Asked {
    /// A further `[[variant]]` in the file.
    Variant {
        #[serde(default)]
        settings: Setting,
        name: String,
    },
    /// A results folder beside the file.
    Results {
        #[serde(default)]
        settings: Setting,
        folder: String,
    },
}

/// What was done, in words.
#[derive(Debug, Serialize)]
pub(crate) struct Saved {
    text: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    folder: Option<String>,
}

pub(crate) fn save(
    app: &App,
    opened: &Opened,
    asked: &Asked,
    covers: &dyn Fn(Cancel),
) -> Result<Saved, Trouble> {
    match asked {
        Asked::Variant { settings, name } => variant(app, opened, settings, name),
        Asked::Results { settings, folder } => results(app, opened, settings, folder, covers),
    }
}

fn variant(app: &App, opened: &Opened, setting: &Setting, name: &str) -> Result<Saved, Trouble> {
    if opened.start.text.is_some() {
        return Err(Trouble::refused("the system is not a file: there is nothing to write a variant into"));
    }
    if name.trim().is_empty() || name.len() > LONGEST || name.chars().any(char::is_control) {
        return Err(Trouble::refused("a variant needs a name of one line"));
    }
    let changes = opened.changes(setting)?;
    opened.experiment(&changes, &app.registry)?;
    let file = &opened.file;
    let text = edit::with_variant(file.text(), &changes, name, &file.name)?;
    // What would be refused is not written.
    SystemFile::parse(&text, file.path(), &app.registry)?;
    // One writer at a time: the text that is looked at is the one that is replaced.
    let _one = app.writing();
    let now = std::fs::read_to_string(file.path()).map_err(Trouble::refused)?;
    if now != file.text() {
        return Err(Trouble::conflict("the file has changed since it was read: reload the page"));
    }
    te_output::write_whole(file.path(), text.as_bytes()).map_err(Trouble::refused)?;
    app.fresh((!opened.id.is_empty()).then_some(opened.id.as_str()))?;
    let text = format!(
        "{} has the variant `{name}`: runs, seed and timesteps stay the file's",
        file.path().display()
    );
    Ok(Saved { text, folder: None })
}

fn results(
    app: &App,
    opened: &Opened,
    setting: &Setting,
    folder: &str,
    covers: &dyn Fn(Cancel),
) -> Result<Saved, Trouble> {
    let path = place::inside(&place::folder_of(opened.file.path()), folder)?;
    let changes = opened.changes(setting)?;
    let mut file = opened.file.clone();
    let mut prepared = changes.experiment(&mut file, &app.registry)?;
    prepared.experiment = app.host.prepare(prepared.experiment);
    covers(prepared.experiment.cancel_handle());
    let job = Job { file: &file, changes: &changes, prepared, folder: &path };
    let text = app.host.results(job).map_err(Trouble::refused)?;
    Ok(Saved { text, folder: Some(folder.to_owned()) })
}
