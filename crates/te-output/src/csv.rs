//! CSV files, written while the run goes and read back.
//!
//! RFC 4180 with a header line. Floats are written with the fewest digits that read back to the same bits
//! (at most 17 significant), integers and decimals exactly, booleans as `true` and `false`, absent cells as
//! nothing. CSV has no place for kinds, units and docs: they go into a data dictionary beside the file,
//! `NAME.columns.csv` with the columns `name,kind,unit,doc`, which [`read_frame`](crate::read_frame) uses
//! where it is there. Where it is not, the five index columns are unsigned, and every other column is
//! boolean, float or text, whichever comes first that all its cells are.

mod read;

use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};

use te_core::{Cells, Column, Date, Frame};

use crate::columns::{self, ColumnSpec};
use crate::whole_file::{WholeFile, write_whole};
use crate::{OutputError, Written};

pub(crate) use read::CsvReader;

/// Writes frames of the same columns to one CSV file.
pub struct CsvWriter {
    whole: WholeFile,
    columns: Vec<ColumnSpec>,
    writer: ::csv::Writer<BufWriter<File>>,
    rows: u64,
    dictionary: bool,
}

impl CsvWriter {
    /// Opens a file whose columns are those of `schema` (its rows, if any, are not written).
    ///
    /// # Errors
    /// [`OutputError`] where the folder is missing or not writable.
    pub fn create(path: impl AsRef<Path>, schema: &Frame) -> Result<Self, OutputError> {
        let path = path.as_ref();
        let columns = ColumnSpec::of(schema, path, "CSV")?;
        let whole = WholeFile::create(path)?;
        let mut writer =
            ::csv::WriterBuilder::new().from_writer(BufWriter::with_capacity(1 << 16, whole.handle()?));
        writer
            .write_record(columns.iter().map(|c| &c.name))
            .map_err(|e| OutputError::csv("write", path, e))?;
        Ok(Self { whole, columns, writer, rows: 0, dictionary: true })
    }

    /// The same file without a data dictionary: for tables that no program needs to read back.
    #[must_use]
    pub fn without_dictionary(mut self) -> Self {
        self.dictionary = false;
        self
    }

    /// Appends the rows of `frame`.
    ///
    /// # Errors
    /// [`OutputError`] where the columns differ from the schema's or the disk refuses.
    pub fn write(&mut self, frame: &Frame) -> Result<(), OutputError> {
        columns::check(self.whole.path(), &self.columns, frame)?;
        let fail = |e| OutputError::csv("write", self.whole.path(), e);
        let mut text = Vec::new();
        for row in 0..frame.rows() {
            for column in frame.columns() {
                text.clear();
                cell(&mut text, column, row);
                self.writer.write_field(&text).map_err(fail)?;
            }
            self.writer.write_record(None::<&[u8]>).map_err(fail)?;
        }
        self.rows += frame.rows() as u64;
        Ok(())
    }

    /// Writes the data dictionary, if any, brings the file to the disk and gives it its name.
    ///
    /// # Errors
    /// [`OutputError`]; no file of the final name is then left behind by this writer.
    pub fn finish(self) -> Result<Written, OutputError> {
        let Self { whole, columns, mut writer, rows, dictionary: wanted } = self;
        let path = whole.path().to_path_buf();
        writer.flush().map_err(|e| OutputError::io("write", &path, e))?;
        drop(writer);
        if wanted {
            write_whole(dictionary_path(&path), &dictionary(&columns, &path)?)?;
        }
        let bytes = whole.commit()?;
        Ok(Written { path, rows, bytes })
    }
}

/// Where the data dictionary of a CSV file is.
pub fn dictionary_path(path: &Path) -> PathBuf {
    path.with_extension("columns.csv")
}

fn dictionary(columns: &[ColumnSpec], path: &Path) -> Result<Vec<u8>, OutputError> {
    let mut writer = ::csv::Writer::from_writer(Vec::new());
    for column in columns {
        writer.serialize(column).map_err(|e| OutputError::csv("write", path, e))?;
    }
    writer.into_inner().map_err(|e| OutputError::io("write", path, e.into_error()))
}

/// The text of one cell, nothing where it is absent.
fn cell(text: &mut Vec<u8>, column: &Column, row: usize) {
    if !column.is_valid(row) {
        return;
    }
    // Writing to a vector cannot fail.
    let _ = match &column.cells {
        Cells::F64(v) => v.get(row).map(|x| write!(text, "{x:?}")),
        Cells::I64(v) => v.get(row).map(|x| write!(text, "{x}")),
        Cells::U64(v) => v.get(row).map(|x| write!(text, "{x}")),
        Cells::Bool(v) => v.get(row).map(|x| write!(text, "{x}")),
        Cells::Decimal(v) => v.get(row).map(|x| write!(text, "{x}")),
        Cells::Text(v) => v.get(row).map(|x| write!(text, "{x}")),
        Cells::Date(v) => {
            v.get(row).and_then(|x| Date::of_days(i64::from(*x))).map(|date| write!(text, "{date}"))
        }
        _ => None,
    };
}
