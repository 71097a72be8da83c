//! Reading a table key by key: what is taken is known, and what is left over is an error.

use super::document::{Data, Document, Entry, Tree};
use super::error::FileError;
use std::cell::RefCell;
use std::ops::Range;
use te_core::Value;

/// A table being read.
pub(crate) struct Section<'d> {
    document: &'d Document,
    /// How it is called in messages: `[system]`.
    name: String,
    tree: &'d Tree,
    taken: Vec<&'static str>,
    errors: &'d RefCell<Vec<FileError>>,
}

impl<'d> Section<'d> {
    pub(crate) fn new(
        document: &'d Document,
        name: impl Into<String>,
        tree: &'d Tree,
        errors: &'d RefCell<Vec<FileError>>,
    ) -> Self {
        let section = Self { document, name: name.into(), tree, taken: Vec::new(), errors };
        if !matches!(tree.data, Data::Table(_)) {
            section
                .refuse(&tree.span, format!("{} is {}: it must be a table", section.name, tree.kind_name()));
        }
        section
    }

    pub(crate) fn tree(&self) -> &'d Tree {
        self.tree
    }

    pub(crate) fn refuse(&self, span: &Range<usize>, message: impl Into<String>) {
        self.errors.borrow_mut().push(self.document.error(span, "TE0303", message));
    }

    /// As [`Section::refuse`], with an error of another number.
    pub(crate) fn refuse_as(&self, code: &'static str, span: &Range<usize>, message: impl Into<String>) {
        self.errors.borrow_mut().push(self.document.error(span, code, message));
    }

    /// Takes a key of any kind.
    pub(crate) fn take(&mut self, key: &'static str) -> Option<&'d Entry> {
        self.taken.push(key);
        self.tree.get(key)
    }

    fn leaf<T>(
        &mut self,
        key: &'static str,
        expected: &str,
        read: impl Fn(&Value) -> Option<T>,
    ) -> Option<T> {
        let entry = self.take(key)?;
        let value = match &entry.value.data {
            Data::Leaf(value) => read(value),
            _ => None,
        };
        if value.is_none() {
            let found = entry.value.value();
            let message = format!("`{key}` in {} is {found}: it must be {expected}", self.name);
            self.refuse(&entry.value.span, message);
        }
        value
    }

    pub(crate) fn text(&mut self, key: &'static str) -> Option<String> {
        self.leaf(key, "text", |value| match value {
            Value::Text(text) => Some(text.clone()),
            _ => None,
        })
    }

    pub(crate) fn boolean(&mut self, key: &'static str) -> Option<bool> {
        self.leaf(key, "true or false", |value| match value {
            Value::Bool(x) => Some(*x),
            _ => None,
        })
    }

    /// A whole number of at least `least`.
    pub(crate) fn count(&mut self, key: &'static str, least: u64) -> Option<u64> {
        let expected = format!("a whole number of {least} or more");
        self.leaf(key, &expected, |value| match value {
            Value::I64(x) => u64::try_from(*x).ok().filter(|x| *x >= least),
            Value::U64(x) => Some(*x),
            _ => None,
        })
    }

    /// A list of texts, or one text.
    pub(crate) fn texts(&mut self, key: &'static str) -> Vec<String> {
        let Some(entry) = self.take(key) else { return Vec::new() };
        let items = match &entry.value.data {
            Data::List(items) => items.as_slice(),
            _ => std::slice::from_ref(&entry.value),
        };
        let mut texts = Vec::new();
        for item in items {
            match &item.data {
                Data::Leaf(Value::Text(text)) => texts.push(text.clone()),
                _ => self
                    .refuse(&item.span, format!("`{key}` in {} must be text or a list of texts", self.name)),
            }
        }
        texts
    }

    /// One of a few words.
    pub(crate) fn choice<T: Copy>(&mut self, key: &'static str, choices: &[(&str, T)]) -> Option<T> {
        let span = self.tree.get(key).map(|e| e.value.span.clone());
        let text = self.text(key)?;
        let found = choices.iter().find(|(name, _)| *name == text).map(|(_, value)| *value);
        if let (None, Some(span)) = (found, span) {
            let near = te_core::nearest(&text, choices.iter().map(|(name, _)| name));
            let all: Vec<&str> = choices.iter().map(|(name, _)| *name).collect();
            let hint = near.map_or_else(
                || format!("; there are {}", all.join(", ")),
                |n| format!("; did you mean `{n}`?"),
            );
            self.refuse(&span, format!("unknown {key} `{text}` in {}{hint}", self.name));
        }
        found
    }

    /// The entries that were not taken.
    pub(crate) fn rest(&self) -> Vec<&'d Entry> {
        self.tree.entries().iter().filter(|e| !self.taken.contains(&e.key.as_str())).collect()
    }

    /// Refuses what was not taken.
    pub(crate) fn finish(self) {
        for entry in self.rest() {
            let near = te_core::nearest(&entry.key, &self.taken);
            let hint = near.map_or_else(
                || format!("; there are {}", self.taken.join(", ")),
                |near| format!("; did you mean `{near}`?"),
            );
            self.refuse(&entry.key_span, format!("unknown key `{}` in {}{hint}", entry.key, self.name));
        }
    }
}
