//! A table that is read key by key.

use super::{Quantity, Role};
use crate::body::Body;
use crate::fault::{Faults, hint};
use crate::tree::{Data, Entry, Tree};
use crate::unit::Unit;
use std::ops::Range;
use te_core::{Bound, Date, Value};

/// How a column of a file is had: `{ file = "…", column = "…" }`, with `separator` and `missing` as for data of a system, becomes
/// numbers or dates, or the reason why not.
pub type Columns<'a> = dyn Fn(&Value) -> Result<FileColumn, String> + 'a;

/// What stands in a column of a file.
#[derive(Clone, Debug, PartialEq)]
pub enum FileColumn {
    /// Numbers.
    Numbers(Vec<f64>),
    /// Dates, which an axis of a table counts in days since 1970-01-01.
    Dates(Vec<Date>),
}

impl From<Vec<f64>> for FileColumn {
    fn from(numbers: Vec<f64>) -> Self {
        Self::Numbers(numbers)
    }
}

/// What reading shares.
pub(super) struct Reader<'t> {
    pub(super) source: &'t str,
    pub(super) tables: Vec<String>,
    pub(super) columns: &'t Columns<'t>,
    /// All numbers that were read from files.
    pub(super) data: Vec<f64>,
    pub(super) faults: Faults,
}

/// A table and how it is called in messages: `[let] x`.
pub(super) struct Keys<'t> {
    pub(super) name: String,
    tree: &'t Tree,
}

impl<'t> Reader<'t> {
    pub(super) fn refuse(&mut self, span: &Range<usize>, message: impl Into<String>) {
        self.faults.refuse(span, "TE0501", message);
    }

    /// A table that has no other keys than these.
    pub(super) fn keys(&mut self, name: impl Into<String>, tree: &'t Tree, allowed: &[&str]) -> Keys<'t> {
        let name = name.into();
        if !matches!(tree.data, Data::Table(_)) {
            self.refuse(&tree.span, format!("{name} is {}: it must be a table", tree.kind_name()));
        }
        for entry in tree.entries() {
            if !allowed.contains(&entry.key.as_str()) {
                let hint = hint(&entry.key, allowed.iter().copied());
                self.refuse(&entry.key_span, format!("unknown key `{}` in {name}{hint}", entry.key));
            }
        }
        Keys { name, tree }
    }

    fn leaf<T>(
        &mut self,
        keys: &Keys<'t>,
        key: &str,
        expected: &str,
        read: impl Fn(&Value) -> Option<T>,
    ) -> Option<T> {
        let entry = keys.get(key)?;
        let value = match &entry.value.data {
            Data::Leaf(value) => read(value),
            _ => None,
        };
        if value.is_none() {
            let message =
                format!("`{key}` in {} is {}: it must be {expected}", keys.name, entry.value.value());
            self.refuse(&entry.value.span, message);
        }
        value
    }

    pub(super) fn text(&mut self, keys: &Keys<'t>, key: &str) -> Option<String> {
        self.leaf(keys, key, "text", |value| match value {
            Value::Text(text) => Some(text.clone()),
            _ => None,
        })
    }

    pub(super) fn number(&mut self, keys: &Keys<'t>, key: &str) -> Option<f64> {
        self.leaf(keys, key, "a finite number", |value| value.number().filter(|x| x.is_finite()))
    }

    pub(super) fn boolean(&mut self, keys: &Keys<'t>, key: &str) -> bool {
        let read = |value: &Value| match value {
            Value::Bool(x) => Some(*x),
            _ => None,
        };
        self.leaf(keys, key, "true or false", read).unwrap_or(false)
    }

    /// A whole number from 1 to `most`.
    pub(super) fn count(&mut self, keys: &Keys<'t>, key: &str, most: u32) -> Option<u32> {
        self.leaf(keys, key, &format!("a whole number from 1 to {most}"), |value| match value {
            Value::I64(x) => u32::try_from(*x).ok().filter(|x| (1..=most).contains(x)),
            _ => None,
        })
    }

    /// One of a few words.
    pub(super) fn choice<T: Copy>(&mut self, keys: &Keys<'t>, key: &str, choices: &[(&str, T)]) -> Option<T> {
        let text = self.text(keys, key)?;
        let found = choices.iter().find(|(name, _)| *name == text).map(|(_, value)| *value);
        if let (None, Some(entry)) = (found, keys.get(key)) {
            let hint = hint(&text, choices.iter().map(|(name, _)| *name));
            self.refuse(&entry.value.span, format!("unknown {key} `{text}` in {}{hint}", keys.name));
        }
        found
    }

    /// An expression or a number.
    pub(super) fn body(&mut self, keys: &Keys<'t>, key: &str) -> Option<Body> {
        let tree = &keys.get(key)?.value;
        Body::read(tree, &self.tables, &mut self.faults, self.source)
    }

    /// An expression that must be there.
    pub(super) fn wanted(&mut self, keys: &Keys<'t>, key: &str, span: &Range<usize>) -> Option<Body> {
        if keys.get(key).is_none() {
            self.refuse(span, format!("{} needs `{key}`", keys.name));
        }
        self.body(keys, key)
    }

    /// A list of texts, or one text, with their places.
    pub(super) fn texts(&mut self, keys: &Keys<'t>, key: &str) -> Option<Vec<(String, Range<usize>)>> {
        let entry = keys.get(key)?;
        let mut found = Vec::new();
        for item in entry.value.items() {
            match item.as_text() {
                Some(text) => found.push((text.to_owned(), item.span.clone())),
                None => self.refuse(&item.span, format!("`{key}` in {} must be a list of texts", keys.name)),
            }
        }
        Some(found)
    }

    /// A list of finite numbers.
    pub(super) fn numbers(&mut self, entry: &'t Entry) -> Option<Vec<f64>> {
        let Data::List(items) = &entry.value.data else {
            self.refuse(&entry.value.span, format!("`{}` must be a list of numbers", entry.key));
            return None;
        };
        let mut numbers = Vec::with_capacity(items.len());
        for item in items {
            let number = match &item.data {
                Data::Leaf(value) => value.number().filter(|x| x.is_finite()),
                _ => None,
            };
            if let Some(x) = number {
                numbers.push(x);
            } else {
                self.refuse(&item.span, format!("{} is not a finite number", item.value()));
                return None;
            }
        }
        Some(numbers)
    }

    /// The unit, where it is declared and can be read, and its text.
    pub(super) fn unit(&mut self, keys: &Keys<'t>) -> (Option<Unit>, String) {
        let Some(text) = self.text(keys, "unit") else { return (None, String::new()) };
        match (Unit::parse(&text), keys.get("unit")) {
            (Ok(unit), _) => (Some(unit), text),
            (Err(message), Some(entry)) => {
                self.faults.refuse(&entry.value.span, "TE0504", message);
                (None, text)
            }
            (Err(_), None) => (None, text),
        }
    }

    pub(super) fn quantity(&mut self, keys: &Keys<'t>, entry: &Entry, role: Role) -> Quantity {
        let (unit, unit_text) = self.unit(keys);
        let doc = self.text(keys, "doc").unwrap_or_default();
        Quantity { name: entry.key.clone(), span: entry.key_span.clone(), unit, unit_text, doc, role }
    }

    pub(super) fn bounds(
        &mut self,
        keys: &Keys<'t>,
        [least, above, most, below]: [&str; 4],
    ) -> te_core::Range {
        let mut end = |closed: &str, open: &str| match (self.number(keys, closed), self.number(keys, open)) {
            (Some(x), None) => Bound::Inclusive(x),
            (_, Some(x)) => Bound::Exclusive(x),
            (None, None) => Bound::None,
        };
        te_core::Range { lower: end(least, above), upper: end(most, below) }
    }
}

impl<'t> Keys<'t> {
    pub(super) fn get(&self, key: &str) -> Option<&'t Entry> {
        self.tree.get(key)
    }

    /// The keys and values among these that are there.
    pub(super) fn some(&self, wanted: &[&str]) -> Value {
        let entries = self.tree.entries().iter().filter(|entry| wanted.contains(&entry.key.as_str()));
        Value::Table(entries.map(|entry| (entry.key.clone(), entry.value.value())).collect())
    }
}
