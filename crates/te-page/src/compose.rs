//! A system put together on the page: checked while it is written, changed in its text, saved.

use crate::app::App;
use crate::edit::{self, LISTS};
use crate::host::Start;
use crate::opened::Opened;
use crate::trouble::{Problem, Trouble};
use crate::{describe, place};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};
use std::path::Path;
use toml_edit::{Item, Table, value};

/// A text to be checked.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Checked {
    text: String,
}

/// A text to be changed: one of these at a time.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Changed {
    text: String,
    #[serde(default)]
    add: Option<Added>,
    #[serde(default)]
    connect: Option<Connected>,
    #[serde(default)]
    remove: Option<Removed>,
}

/// A component that is added.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Added {
    name: String,
    kind: String,
    #[serde(default)]
    side: Option<String>,
}

/// A wire: an expression over columns, and the input that it feeds.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Connected {
    from: String,
    to: String,
}

/// A component with its wires, or the wire to an input.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Removed {
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    wire: Option<String>,
}

/// A text to be saved.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Written {
    text: String,
    path: String,
    #[serde(default)]
    force: bool,
}

/// A text.
#[derive(Debug, Serialize)]
pub(crate) struct Text {
    text: String,
}

/// What kinds there are.
pub(crate) fn kinds(app: &App) -> Vec<Json> {
    app.registry.kinds().map(te_system::kind_data).collect()
}

/// Everything that is wrong with a text, and where nothing is, what the system is.
pub(crate) fn check(app: &App, asked: Checked) -> Json {
    let start = Start::text(asked.text, app.root().join("untitled.toml"));
    let opened = Opened::read(String::new(), start, &app.registry).map_err(Trouble::from);
    match opened.and_then(|opened| describe::system(&opened, &app.registry, None)) {
        Ok(system) => json!({ "errors": Vec::<Problem>::new(), "system": system }),
        Err(Trouble { errors, .. }) => json!({ "errors": errors }),
    }
}

/// The text with one change.
pub(crate) fn compose(app: &App, asked: &Changed) -> Result<Text, Trouble> {
    let mut document = edit::document(&asked.text)?;
    let root = document.as_table_mut();
    match (&asked.add, &asked.connect, &asked.remove) {
        (Some(added), None, None) => add(app, root, added)?,
        (None, Some(connected), None) => connect(root, connected)?,
        (None, None, Some(removed)) => remove(root, removed)?,
        _ => return Err(Trouble::malformed("one of `add`, `connect` and `remove` is done at a time")),
    }
    Ok(Text { text: document.to_string() })
}

fn add(app: &App, root: &mut Table, added: &Added) -> Result<(), Trouble> {
    app.registry.kind(&added.kind).map_err(|error| Trouble::refused(format!("TE0304: {error}")))?;
    let list = match added.side.as_deref() {
        None | Some("controllable") => "controllables",
        Some("uncontrollable") => "uncontrollables",
        Some(other) => {
            return Err(Trouble::malformed(format!(
                "`side` is `{other}`: there are controllable, uncontrollable"
            )));
        }
    };
    let there = |list: &str| {
        root.get(list).and_then(Item::as_table_like).is_some_and(|t| t.contains_key(&added.name))
    };
    if LISTS.into_iter().any(there) {
        return Err(Trouble::conflict(format!("there is a component `{}`", added.name)));
    }
    let mut component = Table::new();
    component.insert("kind", value(added.kind.as_str()));
    if !root.contains_key(list) {
        let mut table = Table::new();
        // Its own header would say nothing.
        table.set_implicit(true);
        root.insert(list, Item::Table(table));
    }
    let inline = root.get(list).is_some_and(Item::is_inline_table);
    let item =
        if inline { Item::Value(component.into_inline_table().into()) } else { Item::Table(component) };
    edit::section(root, list)?.insert(&added.name, item);
    Ok(())
}

fn connect(root: &mut Table, connected: &Connected) -> Result<(), Trouble> {
    edit::retain(root, "wire", |wire| !leads_to(wire, &connected.to));
    let mut wire = Table::new();
    wire.insert("from", value(connected.from.as_str()));
    wire.insert("to", value(connected.to.as_str()));
    edit::push(root, "wire", wire)
}

fn remove(root: &mut Table, removed: &Removed) -> Result<(), Trouble> {
    let mut found = false;
    if let Some(to) = &removed.wire {
        found |= edit::retain(root, "wire", |wire| !leads_to(wire, to));
    }
    if let Some(name) = &removed.name {
        for list in LISTS {
            if let Some(table) = root.get_mut(list).and_then(Item::as_table_like_mut) {
                found |= table.remove(name).is_some();
            }
        }
        let inside = |wire: &Table, key: &str| {
            wire.get(key).and_then(Item::as_str).is_some_and(|text| names(text, name))
        };
        found |= edit::retain(root, "wire", |wire| !inside(wire, "to") && !inside(wire, "from"));
    }
    if !found {
        return Err(Trouble::refused("there is nothing of this name to remove"));
    }
    Ok(())
}

fn leads_to(wire: &Table, input: &str) -> bool {
    wire.get("to").and_then(Item::as_str) == Some(input)
}

/// Whether an expression reads something of a component.
fn names(expression: &str, component: &str) -> bool {
    let word = |c: char| c.is_alphanumeric() || c == '_' || c == '.';
    expression
        .split(|c| !word(c))
        .any(|name| name.strip_prefix(component).is_some_and(|rest| rest.starts_with('.')))
}

/// Writes a text to a new file, or with `force` to one that is there. What cannot be run is written too: it may be unfinished.
pub(crate) fn write(app: &App, asked: &Written) -> Result<Json, Trouble> {
    let path = place::inside(&app.root(), &asked.path)?;
    if Path::new(&asked.path).extension().is_none_or(|extension| extension != "toml") {
        return Err(Trouble::refused("the name of a system file ends in .toml"));
    }
    let _one = app.writing();
    if !asked.force && path.exists() {
        return Err(Trouble::conflict(format!("{} is there already", asked.path)));
    }
    if path.exists() && !path.is_file() {
        return Err(Trouble::plain(StatusCode::CONFLICT, format!("{} is not a file", asked.path)));
    }
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(Trouble::refused)?;
    }
    te_output::write_whole(&path, asked.text.as_bytes()).map_err(Trouble::refused)?;
    Ok(json!({ "path": asked.path }))
}
