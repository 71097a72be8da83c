//! What a file says about its columns: name, kind, unit, meaning.

use std::ops::Range;
use std::path::Path;

use serde::{Deserialize, Serialize};
use te_core::{Cells, Column, Frame};

use crate::OutputError;

/// Key of the file metadata that holds the description of all columns: a JSON array of objects with
/// `name`, `kind`, `unit` and `doc`, in column order.
pub const COLUMNS_KEY: &str = "tecmns.columns";

/// Key of the file metadata that holds the manifest of the run as TOML text.
pub const MANIFEST_KEY: &str = "tecmns.manifest";

/// Key of the file metadata that holds a JSON array of the names of the swept parameters.
pub const PARAMETERS_KEY: &str = "tecmns.parameters";

/// Key of the file metadata that holds the plan's identity, a SHA-256 in hexadecimal.
pub const PLAN_KEY: &str = "tecmns.plan";

/// The kind of a column's cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Kind {
    /// 64-bit floats.
    F64,
    /// Signed integers.
    I64,
    /// Unsigned integers.
    U64,
    /// Booleans.
    Bool,
    /// Exact decimals.
    Decimal,
    /// Text.
    Text,
    /// Dates.
    Date,
}

impl Kind {
    /// The kind of these cells, where it is one that files hold.
    pub fn of(cells: &Cells) -> Option<Self> {
        match cells {
            Cells::F64(_) => Some(Self::F64),
            Cells::I64(_) => Some(Self::I64),
            Cells::U64(_) => Some(Self::U64),
            Cells::Bool(_) => Some(Self::Bool),
            Cells::Decimal(_) => Some(Self::Decimal),
            Cells::Text(_) => Some(Self::Text),
            Cells::Date(_) => Some(Self::Date),
            _ => None,
        }
    }

    /// No cells of this kind.
    pub(crate) fn empty(self) -> Cells {
        match self {
            Self::F64 => Cells::F64(Vec::new()),
            Self::I64 => Cells::I64(Vec::new()),
            Self::U64 => Cells::U64(Vec::new()),
            Self::Bool => Cells::Bool(Vec::new()),
            Self::Decimal => Cells::Decimal(Vec::new()),
            Self::Text => Cells::Text(Vec::new()),
            Self::Date => Cells::Date(Vec::new()),
        }
    }

    /// The word for it in files and messages.
    pub fn word(self) -> &'static str {
        match self {
            Self::F64 => "f64",
            Self::I64 => "i64",
            Self::U64 => "u64",
            Self::Bool => "bool",
            Self::Decimal => "decimal",
            Self::Text => "text",
            Self::Date => "date",
        }
    }
}

/// A column without its cells.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ColumnSpec {
    /// Full name.
    pub name: String,
    /// Kind of the cells.
    pub kind: Kind,
    /// Unit, empty where none was declared.
    #[serde(default)]
    pub unit: String,
    /// What it means, in one line.
    #[serde(default)]
    pub doc: String,
}

impl ColumnSpec {
    /// The columns of `frame`.
    ///
    /// # Errors
    /// [`OutputError::Unsupported`] for a kind that no file holds.
    pub(crate) fn of(frame: &Frame, path: &Path, format: &'static str) -> Result<Vec<Self>, OutputError> {
        frame
            .columns()
            .iter()
            .map(|c| {
                Ok(Self {
                    name: c.name.clone(),
                    kind: Kind::of(&c.cells).ok_or_else(|| OutputError::Unsupported {
                        path: path.to_path_buf(),
                        column: c.name.clone(),
                        format,
                    })?,
                    unit: c.unit.clone(),
                    doc: c.doc.clone(),
                })
            })
            .collect()
    }

    /// A column of this name with these cells.
    pub(crate) fn with(&self, cells: Cells, valid: Option<Vec<bool>>) -> Column {
        Column { name: self.name.clone(), unit: self.unit.clone(), doc: self.doc.clone(), cells, valid }
    }
}

/// Whether a column says which row it is of, or when.
pub(crate) fn is_index(column: &Column) -> bool {
    te_core::INDEX_COLUMNS.contains(&column.name.as_str()) || matches!(column.cells, Cells::Date(_))
}

/// The kind of a column that a file holds as `stored`: files hold unsigned numbers as signed ones where they fit, and say
/// beside them what they are; index columns are unsigned in any case.
pub(crate) fn declared(stored: Kind, name: &str, described: Option<&ColumnSpec>) -> Kind {
    let unsigned = te_core::INDEX_COLUMNS.contains(&name) || described.is_some_and(|s| s.kind == Kind::U64);
    if stored == Kind::I64 && unsigned { Kind::U64 } else { stored }
}

/// Refuses a frame whose columns differ in number, name or kind from those with which a file was opened.
pub(crate) fn check(path: &Path, expected: &[ColumnSpec], frame: &Frame) -> Result<(), OutputError> {
    let describe = |name: &str, kind: &str| format!("{name}: {kind}");
    for position in 0..expected.len().max(frame.columns().len()) {
        let want = expected.get(position);
        let have = frame.columns().get(position);
        let same = match (want, have) {
            (Some(w), Some(h)) => w.name == h.name && Kind::of(&h.cells) == Some(w.kind),
            _ => false,
        };
        if !same {
            return Err(OutputError::Columns {
                path: path.to_path_buf(),
                position,
                expected: want.map_or_else(|| "nothing".to_owned(), |w| describe(&w.name, w.kind.word())),
                found: have.map_or_else(
                    || "nothing".to_owned(),
                    |h| describe(&h.name, Kind::of(&h.cells).map_or("unknown", Kind::word)),
                ),
            });
        }
    }
    Ok(())
}

/// Rows `range` of `frame`.
pub(crate) fn rows(frame: &Frame, range: &Range<usize>) -> Option<Frame> {
    if *range == (0..frame.rows()) {
        return Some(frame.clone());
    }
    let columns = frame
        .columns()
        .iter()
        .map(|c| {
            let cells = match &c.cells {
                Cells::F64(v) => Cells::F64(v.get(range.clone())?.to_vec()),
                Cells::I64(v) => Cells::I64(v.get(range.clone())?.to_vec()),
                Cells::U64(v) => Cells::U64(v.get(range.clone())?.to_vec()),
                Cells::Bool(v) => Cells::Bool(v.get(range.clone())?.to_vec()),
                Cells::Decimal(v) => Cells::Decimal(v.get(range.clone())?.to_vec()),
                Cells::Text(v) => Cells::Text(v.get(range.clone())?.to_vec()),
                Cells::Date(v) => Cells::Date(v.get(range.clone())?.to_vec()),
                _ => return None,
            };
            let valid = match &c.valid {
                Some(v) => Some(v.get(range.clone())?.to_vec()),
                None => None,
            };
            Some(Column { name: c.name.clone(), unit: c.unit.clone(), doc: c.doc.clone(), cells, valid })
        })
        .collect::<Option<Vec<_>>>()?;
    Frame::new(columns).ok()
}

/// Appends the rows of `more` to the columns in `all`, which have the same names and kinds; `None` where a kind differs.
pub fn append(all: &mut Vec<Column>, more: Frame) -> Option<()> {
    if all.is_empty() {
        *all = more.into_columns();
        return Some(());
    }
    for (column, next) in all.iter_mut().zip(more.into_columns()) {
        let before = column.cells.len();
        let added = next.cells.len();
        match (&mut column.cells, next.cells) {
            (Cells::F64(a), Cells::F64(b)) => a.extend(b),
            (Cells::I64(a), Cells::I64(b)) => a.extend(b),
            (Cells::U64(a), Cells::U64(b)) => a.extend(b),
            (Cells::Bool(a), Cells::Bool(b)) => a.extend(b),
            (Cells::Decimal(a), Cells::Decimal(b)) => a.extend(b),
            (Cells::Text(a), Cells::Text(b)) => a.extend(b),
            (Cells::Date(a), Cells::Date(b)) => a.extend(b),
            _ => return None,
        }
        if column.valid.is_some() || next.valid.is_some() {
            let valid = column.valid.get_or_insert_with(|| vec![true; before]);
            valid.extend(next.valid.unwrap_or_else(|| vec![true; added]));
        }
    }
    Some(())
}
