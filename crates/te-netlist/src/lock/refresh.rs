//! What a registry says of its own crates, taken over from their manifests.

use std::collections::BTreeSet;

use toml_edit::{Array, InlineTable, Item, TableLike, Value, value};

use crate::crate_manifest::CrateManifest;
use crate::netlist::Component;
use crate::scaffold::list;

/// An entry that was brought up to date with its crate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refreshed {
    /// Name of the component.
    pub name: String,
    /// The fields that changed: `version`, `license`, `role`, `kinds`, `parents`.
    pub fields: Vec<&'static str>,
}

/// Writes into an entry what its crate's manifest says otherwise; gives the fields.
pub(super) fn refresh(
    table: &mut dyn TableLike,
    manifest: &CrateManifest,
    component: &Component,
) -> Vec<&'static str> {
    let mut fields = Vec::new();
    let mut set = |field: &'static str, here: Option<&str>, registered: &str| {
        if let Some(here) = here.filter(|here| !here.is_empty() && *here != registered) {
            set_text(table, field, here);
            fields.push(field);
        }
    };
    set("version", manifest.version.as_deref(), &component.version.to_string());
    set("license", manifest.license.as_deref(), &component.license);
    let Some(metadata) = &manifest.metadata else { return fields };
    set("role", Some(&metadata.role), &component.role.to_string());
    fields.extend(refresh_kinds(table, &metadata.kinds, component));
    if refresh_parents(table, &metadata.lineage, component) {
        fields.push("parents");
    }
    fields
}

/// Writes the kinds that its files have.
pub(super) fn refresh_kinds(
    table: &mut dyn TableLike,
    kinds: &[String],
    component: &Component,
) -> Vec<&'static str> {
    let mut kinds = kinds.to_vec();
    kinds.sort();
    if kinds == component.kinds {
        return Vec::new();
    }
    table.insert("kinds", value(list(&kinds)));
    vec!["kinds"]
}

/// Parents that the crate does not name any more go, new ones come; those that stay keep what is said of them.
fn refresh_parents(table: &mut dyn TableLike, lineage: &[String], component: &Component) -> bool {
    let registered: BTreeSet<String> =
        component.parents.iter().map(|parent| format!("{} {}", parent.relation, parent.of)).collect();
    let named: BTreeSet<&str> = lineage.iter().map(String::as_str).collect();
    if registered.iter().map(String::as_str).eq(named.iter().copied()) {
        return false;
    }
    let parents = table.entry("parents").or_insert_with(|| value(Array::new()));
    let Some(parents) = parents.as_array_mut() else { return false };
    parents.retain(|parent| {
        let text = |key: &str| parent.as_inline_table()?.get(key)?.as_str();
        let line = text("relation").zip(text("of")).map(|(relation, of)| format!("{relation} {of}"));
        line.is_none_or(|line| named.contains(line.as_str()))
    });
    for line in lineage.iter().filter(|line| !registered.contains(*line)) {
        if let Some((relation, of)) = line.split_once(' ') {
            let mut parent = InlineTable::new();
            parent.insert("of", of.into());
            parent.insert("relation", relation.into());
            let mut parent = Value::InlineTable(parent);
            parent.decor_mut().set_prefix("\n    ");
            parents.push_formatted(parent);
        }
    }
    // One parent on each line.
    for parent in parents.iter_mut() {
        parent.decor_mut().set_prefix("\n    ");
    }
    let any = !parents.is_empty();
    parents.set_trailing_comma(any);
    parents.set_trailing(if any { "\n" } else { "" });
    true
}

/// Sets a text, keeping blanks and comments around the old one.
pub(super) fn set_text(table: &mut dyn TableLike, key: &str, text: &str) {
    if let Some(old) = table.get_mut(key).and_then(Item::as_value_mut) {
        let decor = old.decor().clone();
        *old = Value::from(text);
        *old.decor_mut() = decor;
    } else {
        table.insert(key, value(text));
    }
}
