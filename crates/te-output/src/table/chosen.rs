//! Chosen columns of a table.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

use te_core::{Column, Frame};

use super::guarded::guarded;
use super::statistics::Statistics;
use super::{FrameReader, ReadForm, read_frame};
use crate::number::nearest;
use crate::parquet::ParquetReader;
use crate::{OutputError, find_trajectories};

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
    /// Where each column is, by name.
    places: HashMap<String, usize>,
    stand_ins: bool,
    form: Form,
}

/// Subsets of a folder of statistics that are shown.
const STATISTICS_SUBSETS: usize = 64;

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
        Ok(Self::of(path, parameters, form))
    }

    fn of(path: &Path, parameters: Vec<String>, form: Form) -> Self {
        let names: Vec<String> = match &form {
            Form::Parquet(reader) => reader.columns().iter().map(|c| c.name.clone()).collect(),
            Form::Whole(frame) => frame.columns().iter().map(|c| c.name.clone()).collect(),
        };
        let places = names.into_iter().enumerate().map(|(place, name)| (name, place)).collect();
        Self { path: path.to_path_buf(), parameters, places, stand_ins: false, form }
    }

    /// What a results folder has to show: its trajectories, or where it keeps statistics alone, stand-ins for its runs whose
    /// quantiles are those of `statistics.csv`, of the first 64 subsets. A path may be a table itself.
    ///
    /// # Errors
    /// As [`ColumnTable::open`]; [`OutputError::NotFound`] where there is neither.
    pub fn of_results(path: impl AsRef<Path>) -> Result<Self, OutputError> {
        let path = path.as_ref();
        let statistics = if path.is_dir() { Statistics::of_first(path, STATISTICS_SUBSETS)? } else { None };
        let Some(statistics) = statistics else { return Self::open(find_trajectories(path)?) };
        let parameters = statistics.parameters();
        let frame = statistics.stand_ins(STATISTICS_SUBSETS)?;
        Ok(Self { stand_ins: true, ..Self::of(path, parameters, Form::Whole(frame)) })
    }

    /// Whether its runs stand in for statistics, and are none.
    pub fn has_stand_ins(&self) -> bool {
        self.stand_ins
    }

    /// A table in memory, of which `parameters` are swept parameters.
    pub fn of_frame(frame: Frame, parameters: Vec<String>) -> Self {
        Self::of(Path::new("a table in memory"), parameters, Form::Whole(frame))
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
        let known = || self.places.keys().map(String::as_str);
        let mut places = Vec::new();
        let mut taken = HashSet::new();
        for name in names {
            let place = self.places.get(name).copied().ok_or_else(|| OutputError::Column {
                column: name.to_owned(),
                nearest: nearest(name, known()),
            })?;
            if taken.insert(place) {
                places.push(place);
            }
        }
        let columns = match &self.form {
            Form::Parquet(reader) => guarded(&self.path, "Parquet", || reader.read(&places))?,
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
