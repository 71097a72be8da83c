//! Changes in the text of a system file: what is not changed stays as it is, with its comments.

use crate::trouble::Trouble;
use te_core::Value;
use te_system::Changes;
use te_system::system_file::given_value;
use toml_edit::{Array, ArrayOfTables, DocumentMut, InlineTable, Item, Table, Value as Toml, value};

/// The lists of components in a file.
pub(crate) const LISTS: [&str; 2] = ["uncontrollables", "controllables"];

/// Reads a text.
pub(crate) fn document(text: &str) -> Result<DocumentMut, Trouble> {
    text.parse().map_err(|error| Trouble::refused(format!("TE0302: {error}")))
}

/// A value as a file writes it.
pub(crate) fn written(given: &Value) -> Result<Toml, Trouble> {
    let text = toml::Value::try_from(given).map_err(Trouble::refused)?.to_string();
    text.parse().map_err(Trouble::refused)
}

/// A whole number, as text beyond those that a file has.
fn whole(number: u64) -> Item {
    i64::try_from(number).map_or_else(|_| value(number.to_string()), value)
}

/// The name of a table of an array.
fn name_of(table: &Table) -> Option<&str> {
    table.get("name")?.as_str()
}

/// The tables of an array of tables.
pub(crate) fn tables<'a>(root: &'a Table, key: &str) -> impl Iterator<Item = &'a Table> {
    root.get(key).and_then(Item::as_array_of_tables).into_iter().flatten()
}

/// Keeps the tables of an array for which this holds; whether any went.
pub(crate) fn retain(root: &mut Table, key: &str, holds: impl Fn(&Table) -> bool) -> bool {
    let Some(all) = root.get_mut(key).and_then(Item::as_array_of_tables_mut) else { return false };
    let before = all.len();
    all.retain(holds);
    let after = all.len();
    if after == 0 {
        root.remove(key);
    }
    after < before
}

/// Adds a table to an array of tables.
pub(crate) fn push(root: &mut Table, key: &str, table: Table) -> Result<(), Trouble> {
    let item = root.entry(key).or_insert(Item::ArrayOfTables(ArrayOfTables::new()));
    let all = item.as_array_of_tables_mut();
    all.ok_or_else(|| Trouble::refused(format!("write [[{key}]], with two brackets")))?.push(table);
    Ok(())
}

/// A table at a key, made where there is none.
pub(crate) fn section<'a>(
    root: &'a mut Table,
    key: &str,
) -> Result<&'a mut dyn toml_edit::TableLike, Trouble> {
    let item = root.entry(key).or_insert_with(|| Item::Table(Table::new()));
    item.as_table_like_mut().ok_or_else(|| Trouble::refused(format!("`{key}` is not a table")))
}

/// Name and value of what is set.
pub(crate) fn split(text: &str) -> Option<(&str, Value)> {
    let (name, given) = text.split_once('=')?;
    Some((name, given_value(given)))
}

/// The text of a file of which this is the one setting: one variant at most, no sweep, fewer events.
pub(crate) fn with_setting(text: &str, changes: &Changes) -> Result<String, Trouble> {
    let mut document = document(text)?;
    let root = document.as_table_mut();
    root.remove("sweep");
    retain(root, "event", |event| {
        !name_of(event).is_some_and(|name| changes.without.iter().any(|out| out == name))
    });
    if let Some(variant) = &changes.variant {
        only_variant(root, variant);
    }
    for text in &changes.set {
        let Some((name, given)) = split(text) else { continue };
        let given = written(&given)?;
        let there =
            changes.variant.is_none() && (put_event(root, name, &given) || put_param(root, name, &given));
        if !there {
            let variant = changes.variant.as_deref().unwrap_or("as set");
            set_in_variant(root, variant, name, given)?;
        }
    }
    let numbers = [("timesteps", changes.timesteps), ("seed", changes.seed), ("runs", changes.runs)];
    if numbers.iter().any(|(_, number)| number.is_some()) {
        let system = section(root, "system")?;
        for (key, number) in numbers {
            if let Some(number) = number {
                system.insert(key, whole(number));
            }
        }
    }
    Ok(document.to_string())
}

/// Leaves one variant, and what belongs to it.
fn only_variant(root: &mut Table, variant: &str) {
    retain(root, "variant", |one| name_of(one) == Some(variant));
    let of = |table: &Table| -> bool {
        match table.get("variant") {
            Some(Item::Value(Toml::Array(names))) => names.iter().any(|name| name.as_str() == Some(variant)),
            Some(item) => item.as_str() == Some(variant),
            None => true,
        }
    };
    retain(root, "event", of);
    retain(root, "picture", of);
    if let Some(events) = root.get_mut("event").and_then(Item::as_array_of_tables_mut) {
        for event in events.iter_mut().filter(|event| event.contains_key("variant")) {
            event.insert("variant", value(variant));
        }
    }
}

/// Sets a time of an event of the file itself; `false` where it has no such event.
fn put_event(root: &mut Table, name: &str, given: &Toml) -> bool {
    let Some((event, key)) = name.strip_prefix("event.").and_then(|rest| rest.rsplit_once('.')) else {
        return false;
    };
    let events = root.get_mut("event").and_then(Item::as_array_of_tables_mut);
    let Some(event) =
        events.into_iter().flat_map(ArrayOfTables::iter_mut).find(|one| name_of(one) == Some(event))
    else {
        return false;
    };
    event.insert(key, Item::Value(given.clone()));
    true
}

/// Sets a parameter of a component of the file itself; `false` where that is none of the file's.
fn put_param(root: &mut Table, name: &str, given: &Toml) -> bool {
    let Some((component, param)) = name.split_once('.') else { return false };
    for list in LISTS {
        let Some(table) = root.get_mut(list).and_then(Item::as_table_like_mut) else { continue };
        let Some(own) = table.get_mut(component).and_then(Item::as_table_like_mut) else { continue };
        if own.get("kind").and_then(Item::as_str) == Some("system") {
            return false;
        }
        let params = own.entry("params").or_insert(Item::Value(Toml::InlineTable(InlineTable::new())));
        return params.as_table_like_mut().is_some_and(|params| put(params, param, given));
    }
    false
}

/// Puts a value at a dotted path.
fn put(table: &mut dyn toml_edit::TableLike, path: &str, given: &Toml) -> bool {
    if let (Some((head, rest)), false) = (path.split_once('.'), table.contains_key(path)) {
        let inner = table.entry(head).or_insert(Item::Value(Toml::InlineTable(InlineTable::new())));
        return inner.as_table_like_mut().is_some_and(|inner| put(inner, rest, given));
    }
    // The comment behind the value before stays.
    let decor = table.get(path).and_then(Item::as_value).map(|old| old.decor().clone());
    let mut given = given.clone();
    if let Some(decor) = decor {
        *given.decor_mut() = decor;
    }
    table.insert(path, Item::Value(given));
    true
}

/// Sets a parameter in a variant, made where there is none.
fn set_in_variant(root: &mut Table, variant: &str, name: &str, given: Toml) -> Result<(), Trouble> {
    if !tables(root, "variant").any(|one| name_of(one) == Some(variant)) {
        let mut made = Table::new();
        made.insert("name", value(variant));
        push(root, "variant", made)?;
    }
    let all = root.get_mut("variant").and_then(Item::as_array_of_tables_mut);
    let found = all.into_iter().flat_map(ArrayOfTables::iter_mut).find(|one| name_of(one) == Some(variant));
    let Some(found) = found else { return Ok(()) };
    let set = found.entry("set").or_insert(Item::Value(Toml::InlineTable(InlineTable::new())));
    let set = set.as_table_like_mut().ok_or_else(|| Trouble::refused("`set` of a variant is not a table"))?;
    forget(set, name);
    set.insert(name, Item::Value(given));
    Ok(())
}

/// Removes a dotted name that is written as tables in tables.
fn forget(table: &mut dyn toml_edit::TableLike, path: &str) {
    let Some((head, rest)) = path.split_once('.') else {
        table.remove(path);
        return;
    };
    if let Some(inner) = table.get_mut(head).and_then(Item::as_table_like_mut) {
        forget(inner, rest);
        if inner.is_empty() {
            table.remove(head);
        }
    }
}

/// The text with a setting as a further variant. A file that had none has itself as its first.
pub(crate) fn with_variant(text: &str, changes: &Changes, name: &str, own: &str) -> Result<String, Trouble> {
    let mut document = document(text)?;
    let root = document.as_table_mut();
    let mut known: Vec<String> = tables(root, "variant").filter_map(name_of).map(str::to_owned).collect();
    if known.iter().any(|one| one == name) {
        return Err(Trouble::conflict(format!("the file has a variant `{name}`")));
    }
    if known.is_empty() {
        let mut plain = Table::new();
        plain.insert("name", value(own));
        push(root, "variant", plain)?;
        known.push(own.to_owned());
    }
    let base = tables(root, "variant").find(|one| name_of(one) == changes.variant.as_deref()).cloned();
    let mut made = base.unwrap_or_default();
    made.insert("name", value(name));
    made.set_position(None);
    made.decor_mut().set_prefix("\n");
    push(root, "variant", made)?;
    for text in &changes.set {
        if let Some((parameter, given)) = split(text) {
            set_in_variant(root, name, parameter, written(&given)?)?;
        }
    }
    let base = changes.variant.as_deref().unwrap_or(own);
    if let Some(events) = root.get_mut("event").and_then(Item::as_array_of_tables_mut) {
        for event in events.iter_mut() {
            let out = name_of(event).is_some_and(|own| changes.without.iter().any(|name| name == own));
            join_event(event, &known, (base, name), out);
        }
    }
    Ok(document.to_string())
}

/// Lets an event happen in a new variant as it does in the one that this is made of, or leaves it out.
fn join_event(event: &mut Table, known: &[String], (base, name): (&str, &str), out: bool) {
    let mut names: Vec<String> = match event.get("variant") {
        Some(Item::Value(Toml::Array(names))) => {
            names.iter().filter_map(Toml::as_str).map(str::to_owned).collect()
        }
        Some(item) => item.as_str().map(str::to_owned).into_iter().collect(),
        None if out => known.to_vec(),
        None => return,
    };
    if !out && names.iter().any(|one| one == base) {
        names.push(name.to_owned());
    }
    event.insert("variant", value(names.iter().map(String::as_str).collect::<Array>()));
}
