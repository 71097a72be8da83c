//! A TOML document whose every key and value remembers where it stands.

use super::error::{FileError, FileErrors};
use super::place;
use crate::regular_file;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use te_core::Value;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// A key or value and the bytes of the text that it came from.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Tree {
    pub(crate) span: Range<usize>,
    pub(crate) data: Data,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Data {
    Table(Vec<Entry>),
    List(Vec<Tree>),
    Leaf(Value),
}

/// A key with its value.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Entry {
    pub(crate) key: String,
    pub(crate) key_span: Range<usize>,
    pub(crate) value: Tree,
}

/// A file's text and what it says.
#[derive(Clone, Debug)]
pub(crate) struct Document {
    path: PathBuf,
    text: String,
    pub(crate) root: Tree,
    /// Texts of nested files that are taken in place of the files, by name.
    kept: Arc<Vec<(String, String)>>,
    /// The files around this one, the outermost first, and this one.
    chain: Vec<PathBuf>,
}

/// Files larger than this are refused: no system file is.
pub(crate) const LARGEST: u64 = 16 << 20;
/// How deep systems may nest.
pub(crate) const DEPTH: usize = 8;

impl Document {
    pub(crate) fn read(path: &Path) -> Result<Self, FileErrors> {
        let refuse = |message: String| FileErrors::plain(path, "TE0301", message);
        let bytes = regular_file::bytes(path, LARGEST).map_err(refuse)?;
        let text = String::from_utf8(bytes).map_err(|error| {
            let line = error
                .as_bytes()
                .iter()
                .take(error.utf8_error().valid_up_to())
                .filter(|b| **b == b'\n')
                .count();
            refuse(format!("cannot be read: line {} is not text in UTF-8", line + 1))
        })?;
        Self::parse(text, path)
    }

    pub(crate) fn parse(text: String, path: &Path) -> Result<Self, FileErrors> {
        let parsed = DeTable::parse(&text).map_err(|error| {
            let at = error.span().map(|span| position(&text, span.start));
            // A path of Windows is the usual cause.
            let escape = error.message().contains("escape");
            let hint =
                if escape { "; a `\\` in a path: write `/`, or put the text in single quotes" } else { "" };
            let message = format!("{}{hint}", error.message());
            FileErrors { errors: vec![FileError { path: path.to_owned(), at, code: "TE0302", message }] }
        })?;
        let span = parsed.span();
        let root = Tree { span, data: table(parsed.get_ref()) };
        Ok(Self { path: path.to_owned(), text, root, kept: Arc::default(), chain: vec![identity(path)] })
    }

    /// The document with texts that are taken in place of nested files.
    pub(crate) fn with_kept(mut self, kept: &[(String, String)]) -> Self {
        self.kept = Arc::new(kept.to_vec());
        self
    }

    /// A document nested in this one, by the name that stands in it; otherwise what is wrong.
    pub(crate) fn nested(&self, file: &str) -> Result<Self, NestError> {
        let path = super::beside(&self.path, file);
        let identity = identity(&path);
        if self.chain.contains(&identity) {
            let begin = self.chain.iter().position(|one| *one == identity).unwrap_or(0);
            let names = self.chain.iter().skip(begin).chain([&identity]);
            let names: Vec<String> = names.map(|path| path.display().to_string()).collect();
            return Err(NestError::Here(format!("the system nests itself: {}", names.join(" > "))));
        }
        if self.chain.len() > DEPTH {
            return Err(NestError::Here(format!("systems are nested more than {DEPTH} deep")));
        }
        let name = path.display().to_string();
        let inner = match self.kept.iter().find(|(kept, _)| *kept == name) {
            Some((_, text)) => Self::parse(text.clone(), &path).map_err(NestError::There)?,
            None => Self::read(&path).map_err(NestError::There)?,
        };
        let chain = self.chain.iter().cloned().chain([identity]).collect();
        Ok(Self { kept: Arc::clone(&self.kept), chain, ..inner })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// Where character `character`, from 0, of the text value at a place stands.
    pub(crate) fn character(&self, span: &Range<usize>, character: usize) -> Range<usize> {
        let at = place::of_character(&self.text, span, character);
        at..span.end
    }

    /// An error at a place of the text.
    pub(crate) fn error(
        &self,
        span: &Range<usize>,
        code: &'static str,
        message: impl Into<String>,
    ) -> FileError {
        FileError {
            path: self.path.clone(),
            at: Some(position(&self.text, span.start)),
            code,
            message: message.into(),
        }
    }
}

/// Why a nested file is refused: where it is named, or with places of its own.
pub(crate) enum NestError {
    Here(String),
    There(FileErrors),
}

/// One name for a file, however it is written.
fn identity(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_owned())
}

/// Line and column, both from 1, of a byte.
fn position(text: &str, byte: usize) -> (usize, usize) {
    let before = text.get(..byte).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().map_or(0, |l| l.chars().count()) + 1;
    (line, column)
}

fn table(table: &DeTable<'_>) -> Data {
    let entry = |(key, value): (&Spanned<toml::de::DeString<'_>>, &Spanned<DeValue<'_>>)| Entry {
        key: key.get_ref().to_string(),
        key_span: key.span(),
        value: tree(value),
    };
    Data::Table(table.iter().map(entry).collect())
}

fn tree(value: &Spanned<DeValue<'_>>) -> Tree {
    let data = match value.get_ref() {
        DeValue::Table(inner) => table(inner),
        DeValue::Array(items) => Data::List(items.iter().map(tree).collect()),
        DeValue::Boolean(x) => Data::Leaf(Value::Bool(*x)),
        DeValue::String(x) => Data::Leaf(Value::Text(x.to_string())),
        DeValue::Datetime(x) => Data::Leaf(Value::Text(x.to_string())),
        DeValue::Integer(x) => Data::Leaf(integer(x)),
        // The parser has checked the form; what it cannot hold becomes infinite and is refused where it is used.
        DeValue::Float(x) => Data::Leaf(Value::F64(float(x.as_str()))),
    };
    Tree { span: value.span(), data }
}

fn integer(x: &toml::de::DeInteger<'_>) -> Value {
    let text = x.as_str();
    if let Ok(value) = i64::from_str_radix(text, x.radix()) {
        return Value::I64(value);
    }
    u64::from_str_radix(text, x.radix()).map_or_else(|_| Value::Text(text.to_owned()), Value::U64)
}

fn float(text: &str) -> f64 {
    match text.trim_start_matches('+') {
        "nan" | "-nan" => f64::NAN,
        "inf" => f64::INFINITY,
        "-inf" => f64::NEG_INFINITY,
        other => other.replace('_', "").parse().unwrap_or(f64::NAN),
    }
}

impl Tree {
    /// The value without its places.
    pub(crate) fn value(&self) -> Value {
        match &self.data {
            Data::Leaf(value) => value.clone(),
            Data::List(items) => Value::List(items.iter().map(Self::value).collect()),
            Data::Table(entries) => {
                Value::Table(entries.iter().map(|e| (e.key.clone(), e.value.value())).collect())
            }
        }
    }

    /// The entries of a table; none of anything else.
    pub(crate) fn entries(&self) -> &[Entry] {
        match &self.data {
            Data::Table(entries) => entries,
            _ => &[],
        }
    }

    pub(crate) fn get(&self, key: &str) -> Option<&Entry> {
        self.entries().iter().find(|e| e.key == key)
    }

    /// Where the value at a dotted path stands, or the nearest table around it.
    pub(crate) fn place(&self, path: &str) -> Range<usize> {
        let mut at = self;
        let mut span = self.span.clone();
        for key in path.split('.') {
            let Some(entry) = at.get(key) else { break };
            at = &entry.value;
            span = entry.key_span.clone();
        }
        span
    }

    /// The entry at a dotted name, in which keys may hold dots themselves.
    pub(crate) fn named(&self, name: &str) -> Option<&Entry> {
        self.entries().iter().find_map(|entry| {
            if entry.key == name {
                return Some(entry);
            }
            entry.value.named(name.strip_prefix(entry.key.as_str())?.strip_prefix('.')?)
        })
    }

    /// The text that it is.
    pub(crate) fn as_text(&self) -> Option<&str> {
        match &self.data {
            Data::Leaf(Value::Text(text)) => Some(text),
            _ => None,
        }
    }

    /// The items of a list, or the value itself where it is none.
    pub(crate) fn items(&self) -> &[Tree] {
        match &self.data {
            Data::List(items) => items,
            _ => std::slice::from_ref(self),
        }
    }

    pub(crate) fn kind_name(&self) -> &'static str {
        match &self.data {
            Data::Table(_) => "a table",
            Data::List(_) => "a list",
            Data::Leaf(value) => value.kind_name(),
        }
    }
}
