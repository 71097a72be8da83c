//! A TOML text whose every key and value remembers where it stands.
//!
//! ```
//! use te_equations::tree::{Tree, position};
//! let text = "[let]\nx = { of = \"1 + y\" }\n";
//! let tree = Tree::parse(text).map_err(|refused| refused.message)?;
//! let of = tree.named("let.x.of").ok_or("nothing")?;
//! assert_eq!(of.value.as_text(), Some("1 + y"));
//! // The fifth character of the value.
//! assert_eq!(position(text, of.value.character(text, 4)), (2, 17));
//! # Ok::<(), String>(())
//! ```

use std::ops::Range;
use te_core::Value;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// A key or value and the bytes of the text that it came from.
#[derive(Clone, Debug, PartialEq)]
pub struct Tree {
    /// The bytes.
    pub span: Range<usize>,
    /// What it is.
    pub data: Data,
}

/// What a value is.
#[derive(Clone, Debug, PartialEq)]
pub enum Data {
    /// A table, in the order in which it was written.
    Table(Vec<Entry>),
    /// A list.
    List(Vec<Tree>),
    /// Anything else.
    Leaf(Value),
}

/// A key with its value.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// The key.
    pub key: String,
    /// Where it stands.
    pub key_span: Range<usize>,
    /// Its value.
    pub value: Tree,
}

/// Why a text is no TOML, and at which byte.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotToml {
    /// The byte, where it is known.
    pub at: Option<usize>,
    /// What is wrong.
    pub message: String,
}

/// Line and column, both from 1, of a byte.
pub fn position(text: &str, byte: usize) -> (usize, usize) {
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
    /// Reads a text.
    ///
    /// # Errors
    /// [`NotToml`] where it is no TOML.
    pub fn parse(text: &str) -> Result<Self, NotToml> {
        let parsed = DeTable::parse(text).map_err(|error| {
            // A path of Windows is the usual cause.
            let escape = error.message().contains("escape");
            let hint =
                if escape { "; a `\\` in a path: write `/`, or put the text in single quotes" } else { "" };
            let at = error.span().map(|span| span.start);
            NotToml { at, message: format!("{}{hint}", error.message()) }
        })?;
        let span = parsed.span();
        Ok(Self { span, data: table(parsed.get_ref()) })
    }

    /// The byte of the whole text at which a character, from 0, of this text value stands.
    pub fn character(&self, text: &str, character: usize) -> usize {
        of_character(text, &self.span, character)
    }

    /// The value without its places.
    pub fn value(&self) -> Value {
        match &self.data {
            Data::Leaf(value) => value.clone(),
            Data::List(items) => Value::List(items.iter().map(Self::value).collect()),
            Data::Table(entries) => {
                Value::Table(entries.iter().map(|e| (e.key.clone(), e.value.value())).collect())
            }
        }
    }

    /// The entries of a table; none of anything else.
    pub fn entries(&self) -> &[Entry] {
        match &self.data {
            Data::Table(entries) => entries,
            _ => &[],
        }
    }

    /// The entry of this key.
    pub fn get(&self, key: &str) -> Option<&Entry> {
        self.entries().iter().find(|e| e.key == key)
    }

    /// Where the value at a dotted path stands, or the nearest table around it.
    pub fn place(&self, path: &str) -> Range<usize> {
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
    pub fn named(&self, name: &str) -> Option<&Entry> {
        self.entries().iter().find_map(|entry| {
            if entry.key == name {
                return Some(entry);
            }
            entry.value.named(name.strip_prefix(entry.key.as_str())?.strip_prefix('.')?)
        })
    }

    /// The text that it is.
    pub fn as_text(&self) -> Option<&str> {
        match &self.data {
            Data::Leaf(Value::Text(text)) => Some(text),
            _ => None,
        }
    }

    /// The items of a list, or the value itself where it is none.
    pub fn items(&self) -> &[Tree] {
        match &self.data {
            Data::List(items) => items,
            _ => std::slice::from_ref(self),
        }
    }

    /// What kind of value it is, in words.
    pub fn kind_name(&self) -> &'static str {
        match &self.data {
            Data::Table(_) => "a table",
            Data::List(_) => "a list",
            Data::Leaf(value) => value.kind_name(),
        }
    }
}

/// The byte of the file at which character `wanted` (from 0) of the text value at `span` stands.
fn of_character(file: &str, span: &Range<usize>, wanted: usize) -> usize {
    let source = file.get(span.clone()).unwrap_or_default();
    let long = source.starts_with("\"\"\"") || source.starts_with("'''");
    let escapes = source.starts_with('"');
    if !source.starts_with(['"', '\'']) {
        return span.start;
    }
    let mut at = if long { 3 } else { 1 };
    let rest = |at: usize| source.get(at..).unwrap_or_default();
    if long {
        // A line end right after the opening quotes is not part of the text.
        at += ["\r\n", "\n"].iter().find(|end| rest(at).starts_with(**end)).map_or(0, |end| end.len());
    }
    for _ in 0..wanted {
        at += continued(rest(at), escapes);
        at += written(rest(at), escapes);
    }
    at += continued(rest(at), escapes);
    (span.start + at).min(span.end)
}

/// Bytes of a backslash at the end of a line and of the blanks after it, which stand for nothing.
fn continued(rest: &str, escapes: bool) -> usize {
    let Some(after) = rest.strip_prefix('\\').filter(|_| escapes) else { return 0 };
    let line = after.trim_start_matches([' ', '\t']);
    if line.starts_with(['\n', '\r']) { rest.len() - line.trim_start().len() } else { 0 }
}

/// Bytes that the next character of the text takes in the file.
fn written(rest: &str, escapes: bool) -> usize {
    let mut letters = rest.chars();
    match letters.next() {
        Some('\\') if escapes => match letters.next() {
            Some('u') => 6,
            Some('U') => 10,
            Some('x') => 4,
            _ => 2,
        },
        Some(letter) => letter.len_utf8(),
        None => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The rest of the file from the character on.
    fn from(file: &str, character: usize) -> &str {
        let start = file.find(['"', '\'']).unwrap();
        &file[of_character(file, &(start..file.len()), character)..]
    }

    #[test]
    fn characters_are_found_in_every_way_of_quoting() {
        assert_eq!(from(r#"of = "a + €b""#, 5), "b\"");
        assert_eq!(from(r#"of = "a\tb\u00e9cd""#, 4), "cd\"");
        assert_eq!(from("of = 'a\\b'", 2), "b'");
        assert_eq!(from("of = \"\"\"\nab\ncd\"\"\"", 3), "cd\"\"\"");
        assert_eq!(from("of = \"\"\"a \\\n   b\"\"\"", 2), "b\"\"\"");
        assert_eq!(from("of = '''\r\nab'''", 1), "b'''");
        assert_eq!(from("of = \"ab\"", 99), "");
    }
}
