//! Arrays: an entry with a dimension becomes one entry for each element, before anything else is read.
//!
//! `x = { dim = "group", of = "2 * y[group]" }` with `[dim] group = ["team", "seed"]` becomes `x.team` and `x.seed`; in each of
//! them `group` stands for its own element. A key whose value is a table or a list gives each element its own. Nothing that
//! comes later knows of arrays.

mod index;

use crate::fault::{Faults, hint};
use crate::tree::{Data, Entry, Tree};
use std::collections::HashMap;
use std::ops::Range;
use te_core::Value;

pub(crate) use index::{REDUCERS, resolve};

/// Entries after expansion, at most, and bytes of their text.
const MOST_ENTRIES: usize = 10_000;
const MOST_BYTES: usize = 16 << 20;

/// Sections whose entries may have dimensions.
const SECTIONS: [&str; 10] =
    ["param", "constant", "input", "let", "state", "flow", "pipeline", "cohorts", "draw", "invariant"];

/// Keys that hold lists or tables of their own.
const WHOLE: [&str; 4] = ["alias", "type", "values", "dim"];

/// The dimensions of a component.
#[derive(Clone, Debug, Default)]
pub(crate) struct Dimensions {
    elements: HashMap<String, Vec<String>>,
    /// Of each array its dimensions.
    arrays: HashMap<String, Vec<String>>,
    /// Of each expanded entry what its dimensions stand for.
    own: HashMap<String, Vec<(String, String)>>,
}

impl Dimensions {
    /// Whether there are none.
    pub(crate) fn is_empty(&self) -> bool {
        self.elements.is_empty()
    }

    /// Whether it is the name of one element of an array.
    pub(crate) fn is_element(&self, name: &str) -> bool {
        self.own.contains_key(name)
    }

    /// Whether it is the name of an array.
    pub(crate) fn is_array(&self, name: &str) -> bool {
        self.arrays.contains_key(name)
    }

    /// All combinations of elements of these dimensions, the last counting fastest.
    fn combinations(&self, dims: &[String]) -> Vec<Vec<(String, String)>> {
        let mut found = vec![Vec::new()];
        for dim in dims {
            let elements = self.elements.get(dim).map_or(&[][..], Vec::as_slice);
            found = found
                .iter()
                .flat_map(|before: &Vec<(String, String)>| {
                    let one = |element: &String| {
                        before.iter().cloned().chain([(dim.clone(), element.clone())]).collect()
                    };
                    elements.iter().map(one).collect::<Vec<_>>()
                })
                .collect();
        }
        found
    }
}

/// The name of an element: `x` and `team` are `x.team`.
fn element_name<'a>(array: &str, elements: impl Iterator<Item = &'a str>) -> String {
    elements.fold(array.to_owned(), |name, element| format!("{name}.{element}"))
}

/// The tables with every array written out; nothing where there are no dimensions.
pub(crate) fn expand(root: &Tree, faults: &mut Faults) -> Option<(Tree, Dimensions)> {
    let section = root.get("dim")?;
    let mut dims = Dimensions::default();
    if !matches!(section.value.data, Data::Table(_)) {
        faults.refuse(
            &section.value.span,
            "TE0501",
            "[dim] holds dimensions: `group = [\"team\", \"seed\"]`",
        );
    }
    for entry in section.value.entries() {
        let elements = elements(entry, faults);
        dims.elements.insert(entry.key.clone(), elements);
    }
    check_names(section, &dims, faults);
    let (mut count, mut bytes) = (0, 0);
    let mut sections = Vec::new();
    for section in root.entries().iter().filter(|section| section.key != "dim") {
        if !SECTIONS.contains(&section.key.as_str()) {
            sections.push(section.clone());
            continue;
        }
        let mut entries = Vec::new();
        for entry in section.value.entries() {
            let Some(own) = of_entry(entry, &dims, faults) else {
                entries.push(entry.clone());
                continue;
            };
            let length = |dim: &String| dims.elements.get(dim).map_or(0, Vec::len);
            let size = own.iter().map(length).fold(1_usize, usize::saturating_mul);
            count += size;
            bytes += size.saturating_mul(entry.value.span.len());
            if count > MOST_ENTRIES || bytes > MOST_BYTES {
                let message =
                    format!("arrays of {count} elements: allowed are {MOST_ENTRIES}, of {MOST_BYTES} bytes");
                faults.refuse(&entry.key_span, "TE0511", message);
                return None;
            }
            if dims.arrays.insert(entry.key.clone(), own.clone()).is_some() {
                faults.refuse(&entry.key_span, "TE0508", format!("the name `{}` is taken", entry.key));
                continue;
            }
            for combination in dims.combinations(&own) {
                let name = element_name(&entry.key, combination.iter().map(|(_, element)| element.as_str()));
                entries.push(Entry {
                    key: name.clone(),
                    value: one(entry, &combination, &dims, faults),
                    ..entry.clone()
                });
                dims.own.insert(name, combination);
            }
        }
        let value = match &section.value.data {
            Data::Table(_) => Tree { data: Data::Table(entries), ..section.value.clone() },
            _ => section.value.clone(),
        };
        sections.push(Entry { value, ..section.clone() });
    }
    Some((Tree { span: root.span.clone(), data: Data::Table(sections) }, dims))
}

/// The elements of a dimension: a list of words, or a whole number that counts them from 1.
fn elements(entry: &Entry, faults: &mut Faults) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    match &entry.value.data {
        Data::Leaf(Value::I64(count)) if (1..=1000).contains(count) => {
            found.extend((1..=*count).map(|at| at.to_string()));
        }
        Data::List(items) if !items.is_empty() => {
            for item in items {
                let name = match &item.data {
                    Data::Leaf(Value::Text(text)) => text.clone(),
                    Data::Leaf(value @ Value::I64(_)) => value.to_string(),
                    _ => String::new(),
                };
                let is_word = !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '_');
                if !is_word || found.contains(&name) {
                    let message =
                        format!("`{}` has an element `{name}`: elements are words, each once", entry.key);
                    faults.refuse(&item.span, "TE0508", message);
                    continue;
                }
                found.push(name);
            }
        }
        _ => {
            let message =
                format!("`{}` in [dim] is a list of words, or a number of elements up to 1000", entry.key);
            faults.refuse(&entry.value.span, "TE0501", message);
        }
    }
    found
}

/// A dimension is no element, so that an index says what it means.
fn check_names(section: &Entry, dims: &Dimensions, faults: &mut Faults) {
    for entry in section.value.entries() {
        let first = entry.key.chars().next().is_some_and(|c| c.is_alphabetic() || c == '_');
        let is_name = first && entry.key.chars().all(|c| c.is_alphanumeric() || c == '_');
        if !is_name || dims.elements.values().any(|elements| elements.contains(&entry.key)) {
            let message = format!("`{}` cannot be a dimension: it is no name, or an element", entry.key);
            faults.refuse(&entry.key_span, "TE0508", message);
        }
    }
}

/// The dimensions of an entry, where it says some.
fn of_entry(entry: &Entry, dims: &Dimensions, faults: &mut Faults) -> Option<Vec<String>> {
    let given = &entry.value.get("dim")?.value;
    let mut found: Vec<String> = Vec::new();
    for item in given.items() {
        let name = item.as_text().unwrap_or_default();
        if !dims.elements.contains_key(name) {
            let known: Vec<&str> = dims.elements.keys().map(String::as_str).collect();
            let message = format!("there is no dimension `{name}`{}", hint(name, known));
            faults.refuse(&item.span, "TE0502", message);
        } else if found.iter().any(|known| known == name) {
            faults.refuse(&item.span, "TE0501", format!("`{}` has the dimension `{name}` twice", entry.key));
        } else {
            found.push(name.to_owned());
        }
    }
    // What is refused stands alone, so that more can be told.
    Some(found)
}

/// The entry of one element.
fn one(entry: &Entry, combination: &[(String, String)], dims: &Dimensions, faults: &mut Faults) -> Tree {
    let mut keys = Vec::new();
    for key in entry.value.entries().iter().filter(|key| key.key != "dim") {
        let mut value = &key.value;
        if !WHOLE.contains(&key.key.as_str()) {
            for (dim, element) in combination {
                value = match part(value, dim, element, dims) {
                    Ok(part) => part,
                    Err((span, message)) => {
                        faults.refuse(&span, "TE0501", format!("`{}` of `{}`{message}", key.key, entry.key));
                        value
                    }
                };
            }
        }
        let mut value = value.clone();
        if key.key == "alias" {
            let elements = || combination.iter().map(|(_, element)| element.as_str());
            name_alias(&mut value, &|alias| element_name(alias, elements()));
        }
        keys.push(Entry { value, ..key.clone() });
    }
    Tree { span: entry.value.span.clone(), data: Data::Table(keys) }
}

/// Another name of an array is one of each element.
fn name_alias(value: &mut Tree, named: &dyn Fn(&str) -> String) {
    match &mut value.data {
        Data::Leaf(Value::Text(alias)) => *alias = named(alias),
        Data::List(items) => {
            for item in items {
                if let Data::Leaf(Value::Text(alias)) = &mut item.data {
                    *alias = named(alias);
                }
            }
        }
        _ => {}
    }
}

/// What a key says of an element of a dimension: the same for all, or its own.
fn part<'t>(
    value: &'t Tree,
    dim: &str,
    element: &str,
    dims: &Dimensions,
) -> Result<&'t Tree, (Range<usize>, String)> {
    let elements = dims.elements.get(dim).map_or(&[][..], Vec::as_slice);
    match &value.data {
        Data::Leaf(_) => Ok(value),
        Data::Table(entries) => {
            if let Some(unknown) = entries.iter().find(|entry| !elements.contains(&entry.key)) {
                let hint = hint(&unknown.key, elements.iter().map(String::as_str).collect::<Vec<_>>());
                return Err((
                    unknown.key_span.clone(),
                    format!(": `{dim}` has no element `{}`{hint}", unknown.key),
                ));
            }
            let found = value.get(element).map(|entry| &entry.value);
            found.ok_or_else(|| (value.span.clone(), format!(" says nothing of `{element}`")))
        }
        Data::List(items) => {
            let at = elements.iter().position(|known| known == element);
            let found = at.and_then(|at| items.get(at)).filter(|_| items.len() == elements.len());
            found.ok_or_else(|| {
                let message =
                    format!(" is a list of {}: `{dim}` has {} elements", items.len(), elements.len());
                (value.span.clone(), message)
            })
        }
    }
}
