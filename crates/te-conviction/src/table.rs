//! Columns of the tables that this crate gives out: floats with unit and meaning, cells that may be absent.

use te_core::{Cells, Column, Frame, FrameError};

/// A table under construction.
#[derive(Debug, Default)]
pub(crate) struct Table {
    columns: Vec<Column>,
}

impl Table {
    /// A table without columns.
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// Adds a column.
    pub(crate) fn with(mut self, name: impl Into<String>, unit: &str, doc: &str, cells: Cells) -> Self {
        let column = Column { unit: unit.to_owned(), doc: doc.to_owned(), ..Column::new(name, cells) };
        self.columns.push(column);
        self
    }

    /// Adds a column whose infinite and missing cells are absent.
    pub(crate) fn with_some(
        self,
        name: impl Into<String>,
        unit: &str,
        doc: &str,
        cells: &[Option<f64>],
    ) -> Self {
        let finite = |cell: &Option<f64>| cell.filter(|value| value.is_finite());
        let valid: Vec<bool> = cells.iter().map(|cell| finite(cell).is_some()).collect();
        let values = cells.iter().map(|cell| finite(cell).unwrap_or(0.0)).collect();
        let mut table = self.with(name, unit, doc, Cells::F64(values));
        if let Some(column) = table.columns.last_mut()
            && valid.contains(&false)
        {
            column.valid = Some(valid);
        }
        table
    }

    /// The finished table.
    pub(crate) fn finish(self) -> Result<Frame, FrameError> {
        Frame::new(self.columns)
    }
}
