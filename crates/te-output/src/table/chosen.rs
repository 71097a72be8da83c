//! Chosen columns of a table.

use std::path::{Path, PathBuf};

use te_core::{Column, Frame};

use super::{FrameReader, ReadForm, read_frame};
use crate::OutputError;
use crate::number::nearest;
use crate::parquet::ParquetReader;

/// A table whose columns are read when they are asked for.
///
/// From a Parquet file only those columns are read, so that a result of any number of metrics needs the memory of
/// the few at hand; a table in another format is held whole.
///
/// ```
/// use te_core::{Cells, Column, Frame};
/// use te_output::{ColumnTable, write_frame};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let place = tempfile::tempdir()?;
/// # let path = place.path().join("prices.parquet");
/// let column = |name: &str| Column::new(name, Cells::F64(vec![1.0, 2.0]));
/// write_frame(&path, &Frame::new(vec![column("price"), column("supply")])?, &[])?;
/// let table = ColumnTable::open(&path)?;
/// assert_eq!((table.rows(), table.schema()?.columns().len()), (2, 2));
/// assert_eq!(table.read(["supply"])?.columns().len(), 1);
/// assert!(table.read(["suply"]).unwrap_err().to_string().contains("supply"));
/// # Ok(())
/// # }
/// ```
pub struct ColumnTable {
    path: PathBuf,
    parameters: Vec<String>,
    form: Form,
}

enum Form {
    Parquet(Box<ParquetReader>),
    Whole(Frame),
}

impl ColumnTable {
    /// Opens the table at `path`, in the format that its extension names.
    ///
    /// # Errors
    /// [`OutputError`] where the file is missing, damaged or of another format.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, OutputError> {
        let path = path.as_ref();
        let reader = FrameReader::open(path)?;
        let parameters = reader.parameters();
        let form = match reader.form {
            ReadForm::Parquet(reader) => Form::Parquet(reader),
            _ => Form::Whole(read_frame(path)?),
        };
        Ok(Self { path: path.to_path_buf(), parameters, form })
    }

    /// Number of rows.
    pub fn rows(&self) -> u64 {
        match &self.form {
            Form::Parquet(reader) => reader.rows(),
            Form::Whole(frame) => frame.rows() as u64,
        }
    }

    /// Names of the swept parameters, where the file tells them.
    pub fn parameters(&self) -> &[String] {
        &self.parameters
    }

    /// A frame of all columns without rows.
    ///
    /// # Errors
    /// [`OutputError::Malformed`] where a name occurs twice.
    pub fn schema(&self) -> Result<Frame, OutputError> {
        match &self.form {
            Form::Parquet(reader) => {
                self.frame(reader.columns().iter().map(|spec| spec.with(spec.kind.empty(), None)).collect())
            }
            Form::Whole(frame) => self.frame(
                (frame.columns().iter())
                    .filter_map(|c| {
                        let none = crate::columns::Kind::of(&c.cells)?.empty();
                        let (name, unit, doc) = (c.name.clone(), c.unit.clone(), c.doc.clone());
                        Some(Column { name, unit, doc, cells: none, valid: None })
                    })
                    .collect(),
            ),
        }
    }

    /// These columns, all their rows, in the order of the names; a name given twice counts once.
    ///
    /// # Errors
    /// [`OutputError::Column`] for a name that is not there, with the nearest; and what the disk refuses.
    pub fn read<'n>(&self, names: impl IntoIterator<Item = &'n str>) -> Result<Frame, OutputError> {
        let known: Vec<&str> = match &self.form {
            Form::Parquet(reader) => reader.columns().iter().map(|c| c.name.as_str()).collect(),
            Form::Whole(frame) => frame.columns().iter().map(|c| c.name.as_str()).collect(),
        };
        let mut places = Vec::new();
        for name in names {
            let place = known.iter().position(|k| *k == name).ok_or_else(|| OutputError::Column {
                column: name.to_owned(),
                nearest: nearest(name, known.iter().copied()),
            })?;
            if !places.contains(&place) {
                places.push(place);
            }
        }
        let columns = match &self.form {
            Form::Parquet(reader) => reader.read(&places)?,
            Form::Whole(frame) => places.iter().filter_map(|at| frame.columns().get(*at)).cloned().collect(),
        };
        self.frame(columns)
    }

    fn frame(&self, columns: Vec<Column>) -> Result<Frame, OutputError> {
        Frame::new(columns).map_err(|e| OutputError::Malformed {
            path: self.path.clone(),
            format: "a results table",
            cause: e.to_string(),
        })
    }
}
