//! Columns of results: what an experiment returns and what writers take.
//!
//! A [`Frame`] is a table of equally long columns. Each column keeps the kind in which its metric was
//! declared (a `u64` is never turned into a float) together with its unit and its doc line. Where results of
//! several systems are joined, a cell may be absent: `valid` then says which are present.

use crate::recording::large_pages;
use rust_decimal::Decimal;

/// The cells of one column, in the kind in which they were declared.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Cells {
    /// 64-bit floats.
    F64(Vec<f64>),
    /// Signed integers.
    I64(Vec<i64>),
    /// Unsigned integers.
    U64(Vec<u64>),
    /// Booleans.
    Bool(Vec<bool>),
    /// Exact decimals.
    Decimal(Vec<Decimal>),
    /// Text, for labels such as the name of a variant.
    Text(Vec<String>),
    /// Dates, as days since 1970-01-01 ([`Date::of_days`](crate::Date::of_days)).
    Date(Vec<i32>),
}

impl Cells {
    /// Number of cells.
    pub fn len(&self) -> usize {
        match self {
            Self::F64(v) => v.len(),
            Self::I64(v) => v.len(),
            Self::U64(v) => v.len(),
            Self::Bool(v) => v.len(),
            Self::Decimal(v) => v.len(),
            Self::Text(v) => v.len(),
            Self::Date(v) => v.len(),
        }
    }

    /// No cells of the same kind.
    fn none(&self) -> Self {
        match self {
            Self::F64(_) => Self::F64(Vec::new()),
            Self::I64(_) => Self::I64(Vec::new()),
            Self::U64(_) => Self::U64(Vec::new()),
            Self::Bool(_) => Self::Bool(Vec::new()),
            Self::Decimal(_) => Self::Decimal(Vec::new()),
            Self::Text(_) => Self::Text(Vec::new()),
            Self::Date(_) => Self::Date(Vec::new()),
        }
    }

    /// Makes room for so many cells, and asks for large pages for them.
    fn reserve(&mut self, rows: usize) {
        match self {
            Self::F64(v) => make_room(v, rows),
            Self::I64(v) => make_room(v, rows),
            Self::U64(v) => make_room(v, rows),
            Self::Bool(v) => make_room(v, rows),
            Self::Decimal(v) => make_room(v, rows),
            Self::Text(v) => make_room(v, rows),
            Self::Date(v) => make_room(v, rows),
        }
    }

    /// The cells of these rows, in their order; rows beyond the end are left out.
    fn pick(&self, rows: &[usize]) -> Self {
        fn picked<T: Clone>(cells: &[T], rows: &[usize]) -> Vec<T> {
            rows.iter().filter_map(|row| cells.get(*row).cloned()).collect()
        }
        match self {
            Self::F64(v) => Self::F64(picked(v, rows)),
            Self::I64(v) => Self::I64(picked(v, rows)),
            Self::U64(v) => Self::U64(picked(v, rows)),
            Self::Bool(v) => Self::Bool(picked(v, rows)),
            Self::Decimal(v) => Self::Decimal(picked(v, rows)),
            Self::Text(v) => Self::Text(picked(v, rows)),
            Self::Date(v) => Self::Date(picked(v, rows)),
        }
    }

    /// Asks for large pages for what is yet to be written.
    fn prefer_large_pages(&self) {
        match self {
            Self::F64(v) => large_pages::prefer(v),
            Self::I64(v) => large_pages::prefer(v),
            Self::U64(v) => large_pages::prefer(v),
            Self::Bool(v) => large_pages::prefer(v),
            Self::Decimal(v) => large_pages::prefer(v),
            Self::Text(v) => large_pages::prefer(v),
            Self::Date(v) => large_pages::prefer(v),
        }
    }

    fn append(&mut self, more: &Self) {
        match (self, more) {
            (Self::F64(a), Self::F64(b)) => a.extend_from_slice(b),
            (Self::I64(a), Self::I64(b)) => a.extend_from_slice(b),
            (Self::U64(a), Self::U64(b)) => a.extend_from_slice(b),
            (Self::Bool(a), Self::Bool(b)) => a.extend_from_slice(b),
            (Self::Decimal(a), Self::Decimal(b)) => a.extend_from_slice(b),
            (Self::Text(a), Self::Text(b)) => a.extend_from_slice(b),
            (Self::Date(a), Self::Date(b)) => a.extend_from_slice(b),
            // Units of one plan have the same kinds.
            _ => {}
        }
    }

    /// Cuts off what is beyond `rows`, or fills up to it: with zeros, with copies of the first text.
    fn resize(&mut self, rows: usize) {
        match self {
            Self::F64(v) => v.resize(rows, 0.0),
            Self::I64(v) => v.resize(rows, 0),
            Self::U64(v) => v.resize(rows, 0),
            Self::Bool(v) => v.resize(rows, false),
            Self::Decimal(v) => v.resize(rows, Decimal::ZERO),
            Self::Date(v) => v.resize(rows, 0),
            Self::Text(v) => {
                let text = v.first().cloned().unwrap_or_default();
                v.resize(rows, text);
            }
        }
    }

    /// Whether there is no cell.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The number in cell `row`, read as a float; `None` for text and dates, and beyond the end.
    pub fn number(&self, row: usize) -> Option<f64> {
        use rust_decimal::prelude::ToPrimitive as _;
        match self {
            Self::F64(v) => v.get(row).copied(),
            Self::I64(v) => v.get(row).map(|&x| x as f64),
            Self::U64(v) => v.get(row).map(|&x| x as f64),
            Self::Bool(v) => v.get(row).map(|&x| f64::from(u8::from(x))),
            Self::Decimal(v) => v.get(row).and_then(Decimal::to_f64),
            Self::Text(_) | Self::Date(_) => None,
        }
    }
}

/// A named column with its unit and meaning.
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    /// Full name: `instance.metric`, or one of the index columns.
    pub name: String,
    /// Unit as declared, empty where none was.
    pub unit: String,
    /// Doc line as declared.
    pub doc: String,
    /// The cells.
    pub cells: Cells,
    /// Which cells are present; `None` when all are.
    pub valid: Option<Vec<bool>>,
}

impl Column {
    /// A column without unit and doc.
    pub fn new(name: impl Into<String>, cells: Cells) -> Self {
        Self { name: name.into(), unit: String::new(), doc: String::new(), cells, valid: None }
    }

    /// Whether cell `row` is present.
    pub fn is_valid(&self, row: usize) -> bool {
        row < self.cells.len() && self.valid.as_ref().is_none_or(|v| v.get(row).copied().unwrap_or(false))
    }

    /// The number in cell `row`, if it is present and a number.
    pub fn number(&self, row: usize) -> Option<f64> {
        if self.is_valid(row) { self.cells.number(row) } else { None }
    }
}

/// Makes room in an empty column. Where there is not as much memory, it will turn out when it is written to.
fn make_room<T>(cells: &mut Vec<T>, rows: usize) {
    let _ = cells.try_reserve_exact(rows);
    large_pages::prefer(cells);
}

/// A table of equally long columns.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Frame {
    columns: Vec<Column>,
}

/// The five index columns that every table of trajectories starts with, under cadCAD's names.
pub const INDEX_COLUMNS: [&str; 5] = ["simulation", "subset", "run", "timestep", "substep"];

/// The column that follows them where the system has a start: the date of each row.
pub const DATE_COLUMN: &str = "date";

impl Frame {
    /// A table of these columns.
    ///
    /// # Errors
    /// [`FrameError`] where a length differs from the first column's or a name occurs twice.
    pub fn new(columns: Vec<Column>) -> Result<Self, FrameError> {
        let rows = columns.first().map_or(0, |c| c.cells.len());
        for (i, column) in columns.iter().enumerate() {
            if column.cells.len() != rows {
                return Err(FrameError::Length {
                    column: column.name.clone(),
                    rows,
                    found: column.cells.len(),
                });
            }
            if columns.iter().take(i).any(|c| c.name == column.name) {
                return Err(FrameError::Duplicate { column: column.name.clone() });
            }
        }
        Ok(Self { columns })
    }

    /// The columns in order.
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// The cells of all columns, to write.
    pub(crate) fn cells_mut(&mut self) -> impl Iterator<Item = &mut Cells> {
        self.columns.iter_mut().map(|column| &mut column.cells)
    }

    /// Cuts all columns off after so many rows, or makes room for more, which hold zeros.
    pub(crate) fn set_rows(&mut self, rows: usize) {
        for column in &mut self.columns {
            column.cells.resize(rows);
            if let Some(valid) = &mut column.valid {
                valid.resize(rows, false);
            }
        }
    }

    /// An empty table of the same columns, with room for so many rows.
    pub(crate) fn like(other: &Self, rows: usize) -> Self {
        let column = |column: &Column| {
            let mut cells = column.cells.none();
            cells.reserve(rows);
            Column {
                name: column.name.clone(),
                unit: column.unit.clone(),
                doc: column.doc.clone(),
                cells,
                valid: None,
            }
        };
        Self { columns: other.columns.iter().map(column).collect() }
    }

    /// Asks for large pages for memory that is yet to be written to.
    pub(crate) fn prefer_large_pages(&self) {
        self.columns.iter().for_each(|column| column.cells.prefer_large_pages());
    }

    /// Puts the rows of a table with the same columns below its own.
    pub(crate) fn append(&mut self, more: &Self) {
        for (column, below) in self.columns.iter_mut().zip(&more.columns) {
            if column.valid.is_some() || below.valid.is_some() {
                let (above, added) = (column.cells.len(), below.cells.len());
                let valid = column.valid.get_or_insert_with(|| vec![true; above]);
                match &below.valid {
                    Some(more) => valid.extend_from_slice(more),
                    None => valid.resize(above + added, true),
                }
            }
            column.cells.append(&below.cells);
        }
    }

    /// A table of some of the rows, in the order in which they are named; rows beyond the end are left out.
    #[must_use]
    pub fn pick(&self, rows: &[usize]) -> Self {
        let column = |column: &Column| {
            let valid = column.valid.as_ref();
            Column {
                cells: column.cells.pick(rows),
                valid: valid.map(|valid| rows.iter().filter_map(|row| valid.get(*row).copied()).collect()),
                name: column.name.clone(),
                unit: column.unit.clone(),
                doc: column.doc.clone(),
            }
        };
        Self { columns: self.columns.iter().map(column).collect() }
    }

    /// The columns, given away.
    pub fn into_columns(self) -> Vec<Column> {
        self.columns
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.columns.first().map_or(0, |c| c.cells.len())
    }

    /// The column of this name.
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|c| c.name == name)
    }

    /// The floats of the column of this name, where it holds floats.
    pub fn f64s(&self, name: &str) -> Option<&[f64]> {
        match &self.column(name)?.cells {
            Cells::F64(v) => Some(v),
            _ => None,
        }
    }

    /// The unsigned integers of the column of this name, where it holds them.
    pub fn u64s(&self, name: &str) -> Option<&[u64]> {
        match &self.column(name)?.cells {
            Cells::U64(v) => Some(v),
            _ => None,
        }
    }
}

/// Why columns do not make a table.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FrameError {
    /// Lengths differ.
    #[error("column `{column}` has {found} rows where the table has {rows}")]
    Length {
        /// The column that differs.
        column: String,
        /// Rows of the first column.
        rows: usize,
        /// Rows of this one.
        found: usize,
    },
    /// A name occurs twice.
    #[error("column `{column}` occurs twice")]
    Duplicate {
        /// The repeated name.
        column: String,
    },
}
