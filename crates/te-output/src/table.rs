//! Tables on disk in any of the formats: one writer, one reader.

mod chosen;
mod guarded;
pub(crate) mod statistics;

use std::path::{Path, PathBuf};

use te_core::{Column, Frame};

use crate::OutputError;
#[cfg(feature = "arrow")]
use crate::arrow::{ArrowReader, ArrowWriter};
use crate::columns::{self, ColumnSpec};
use crate::csv::{CsvReader, CsvWriter};
use crate::parquet::{ParquetReader, ParquetWriter};

pub use chosen::ColumnTable;
use guarded::guarded;

/// The formats of tables.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Format {
    /// Apache Parquet, compressed.
    #[default]
    Parquet,
    /// Arrow IPC (Feather 2), uncompressed.
    #[cfg(feature = "arrow")]
    Arrow,
    /// Comma-separated values.
    Csv,
}

#[cfg(feature = "arrow")]
const KNOWN: &str = "parquet, arrow, csv";
#[cfg(not(feature = "arrow"))]
const KNOWN: &str = "parquet, csv (arrow is not compiled in)";

impl Format {
    /// The format's file extension, which is also its name on the command line.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Parquet => "parquet",
            #[cfg(feature = "arrow")]
            Self::Arrow => "arrow",
            Self::Csv => "csv",
        }
    }

    /// All formats that are compiled in.
    pub fn all() -> &'static [Self] {
        &[
            Self::Parquet,
            #[cfg(feature = "arrow")]
            Self::Arrow,
            Self::Csv,
        ]
    }

    /// The format that the extension of `path` names.
    ///
    /// # Errors
    /// [`OutputError::Extension`] for any other extension.
    pub fn of_path(path: &Path) -> Result<Self, OutputError> {
        let extension = path.extension().map(|e| e.to_string_lossy().to_lowercase()).unwrap_or_default();
        match extension.as_str() {
            "parquet" => Ok(Self::Parquet),
            #[cfg(feature = "arrow")]
            "arrow" | "feather" => Ok(Self::Arrow),
            "csv" => Ok(Self::Csv),
            _ => Err(OutputError::Extension { path: path.to_path_buf(), known: KNOWN }),
        }
    }
}

/// How Parquet files are packed. Other formats are not packed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Compression {
    /// By Zstandard: the smallest files.
    #[default]
    Zstd,
    /// By Snappy: for readers that know no Zstandard.
    Snappy,
    /// Not at all: the quickest to write and read.
    None,
}

impl Compression {
    /// All there are.
    pub const ALL: [Self; 3] = [Self::Zstd, Self::Snappy, Self::None];

    /// Its name on the command line and in files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Zstd => "zstd",
            Self::Snappy => "snappy",
            Self::None => "none",
        }
    }
}

/// The form of a table on disk.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Storage {
    /// The format.
    pub format: Format,
    /// How it is packed.
    pub compression: Compression,
}

impl From<Format> for Storage {
    fn from(format: Format) -> Self {
        Self { format, compression: Compression::default() }
    }
}

/// A file that was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// Its name.
    pub path: PathBuf,
    /// Rows in it.
    pub rows: u64,
    /// Its size in bytes.
    pub bytes: u64,
}

/// Writes a table frame by frame; the file appears under its name when [`finish`](Self::finish) returns.
/// Dropped before that, nothing remains.
pub struct TrajectoryWriter {
    form: Form,
}

enum Form {
    Parquet(Box<ParquetWriter>),
    #[cfg(feature = "arrow")]
    Arrow(Box<ArrowWriter>),
    Csv(Box<CsvWriter>),
}

impl TrajectoryWriter {
    /// Opens a table with the columns of `schema`, whose rows are not written.
    ///
    /// `metadata` are pairs of key and text for the file (Parquet and Arrow; CSV has no place for them).
    /// The keys that this crate knows are the constants ending in `_KEY`.
    ///
    /// # Errors
    /// [`OutputError`] where the folder is missing or not writable.
    pub fn create(
        path: impl AsRef<Path>,
        storage: impl Into<Storage>,
        schema: &Frame,
        metadata: &[(String, String)],
    ) -> Result<Self, OutputError> {
        let path = path.as_ref();
        let storage = storage.into();
        let form = match storage.format {
            Format::Parquet => {
                let writer = ParquetWriter::create(path, schema, metadata)?;
                Form::Parquet(Box::new(writer.compression(storage.compression)))
            }
            #[cfg(feature = "arrow")]
            Format::Arrow => Form::Arrow(Box::new(ArrowWriter::create(path, schema, metadata)?)),
            Format::Csv => Form::Csv(Box::new(CsvWriter::create(path, schema)?)),
        };
        Ok(Self { form })
    }

    /// The same table without a data dictionary beside it, where the format has one.
    #[must_use]
    pub fn without_dictionary(self) -> Self {
        let form = match self.form {
            Form::Csv(writer) => Form::Csv(Box::new(writer.without_dictionary())),
            other => other,
        };
        Self { form }
    }

    /// Appends the rows of `frame`, whose columns are those of the schema by name, kind and order.
    ///
    /// # Errors
    /// [`OutputError::Columns`] where they are not, and what the disk refuses.
    pub fn write(&mut self, frame: &Frame) -> Result<(), OutputError> {
        match &mut self.form {
            Form::Parquet(writer) => writer.write(frame),
            #[cfg(feature = "arrow")]
            Form::Arrow(writer) => writer.write(frame),
            Form::Csv(writer) => writer.write(frame),
        }
    }

    /// Brings all rows to the disk and gives the file its name.
    ///
    /// # Errors
    /// [`OutputError`]; the file's name is then as it was before.
    pub fn finish(self) -> Result<Written, OutputError> {
        match self.form {
            Form::Parquet(writer) => writer.finish(),
            #[cfg(feature = "arrow")]
            Form::Arrow(writer) => writer.finish(),
            Form::Csv(writer) => writer.finish(),
        }
    }
}

/// Reads a table block by block: an iterator over frames of at most [`GROUP_ROWS`](crate::GROUP_ROWS) rows
/// (or the row groups of a foreign file).
pub struct FrameReader {
    path: PathBuf,
    form: ReadForm,
    ended: bool,
}

enum ReadForm {
    Parquet(Box<ParquetReader>),
    #[cfg(feature = "arrow")]
    Arrow(Box<ArrowReader>),
    Csv(Box<CsvReader>),
}

impl FrameReader {
    /// Opens the table at `path`, in the format that its extension names.
    ///
    /// # Errors
    /// [`OutputError`] where the file is missing, damaged or of another format.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, OutputError> {
        let path = path.as_ref();
        let format = Format::of_path(path)?;
        let form = guarded(path, format.extension(), || {
            Ok(match format {
                Format::Parquet => ReadForm::Parquet(Box::new(ParquetReader::open(path)?)),
                #[cfg(feature = "arrow")]
                Format::Arrow => ReadForm::Arrow(Box::new(ArrowReader::open(path)?)),
                Format::Csv => ReadForm::Csv(Box::new(CsvReader::open(path)?)),
            })
        })?;
        Ok(Self { path: path.to_path_buf(), form, ended: false })
    }

    /// The columns.
    pub fn columns(&self) -> &[ColumnSpec] {
        match &self.form {
            ReadForm::Parquet(reader) => reader.columns(),
            #[cfg(feature = "arrow")]
            ReadForm::Arrow(reader) => reader.columns(),
            ReadForm::Csv(reader) => reader.columns(),
        }
    }

    /// A frame of the columns without rows.
    ///
    /// # Errors
    /// [`OutputError::Malformed`] where a name occurs twice.
    pub fn schema(&self) -> Result<Frame, OutputError> {
        self.frame(self.columns().iter().map(|spec| spec.with(spec.kind.empty(), None)).collect())
    }

    /// The file's metadata (none for CSV).
    pub fn metadata(&self) -> &[(String, String)] {
        match &self.form {
            ReadForm::Parquet(reader) => reader.metadata(),
            #[cfg(feature = "arrow")]
            ReadForm::Arrow(reader) => reader.metadata(),
            ReadForm::Csv(_) => &[],
        }
    }

    /// The text under `key` in the file's metadata.
    pub fn metadata_value(&self, key: &str) -> Option<&str> {
        self.metadata().iter().find(|(k, _)| k == key).map(|(_, v)| v.as_str())
    }

    /// Names of the swept parameters, where the file tells them.
    pub fn parameters(&self) -> Vec<String> {
        self.metadata_value(columns::PARAMETERS_KEY)
            .and_then(|text| serde_json::from_str(text).ok())
            .unwrap_or_default()
    }

    fn frame(&self, columns: Vec<Column>) -> Result<Frame, OutputError> {
        Frame::new(columns).map_err(|e| OutputError::Malformed {
            path: self.path.clone(),
            format: "a results table",
            cause: e.to_string(),
        })
    }
}

impl Iterator for FrameReader {
    type Item = Result<Frame, OutputError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        let (path, form) = (&self.path, &mut self.form);
        let next = guarded(path, "a results table", || {
            match form {
                ReadForm::Parquet(reader) => reader.next(),
                #[cfg(feature = "arrow")]
                ReadForm::Arrow(reader) => reader.next(),
                ReadForm::Csv(reader) => reader.next(),
            }
            .transpose()
        });
        // What a reader is after an error nobody knows.
        self.ended = next.is_err();
        next.transpose()
    }
}

/// The whole table at `path`.
///
/// # Errors
/// [`OutputError`] where the file is missing, damaged or of a format that is not compiled in.
pub fn read_frame(path: impl AsRef<Path>) -> Result<Frame, OutputError> {
    let mut reader = FrameReader::open(path)?;
    let mut all = reader.schema()?.into_columns();
    while let Some(frame) = reader.next() {
        columns::append(&mut all, frame?).ok_or_else(|| OutputError::Malformed {
            path: reader.path.clone(),
            format: "a results table",
            cause: "a column changes its kind within the file".to_owned(),
        })?;
    }
    reader.frame(all)
}

/// Adds to a registry the formats beside text in which system files may have their data.
pub fn register(registry: &mut te_core::Registry) {
    for extension in ["parquet", "arrow"] {
        registry.read_tables(extension, |path| read_frame(path).map_err(|error| error.to_string()));
    }
}

/// Writes one frame as a table, in the format that the extension of `path` names.
///
/// # Errors
/// As [`TrajectoryWriter`].
pub fn write_frame(
    path: impl AsRef<Path>,
    frame: &Frame,
    metadata: &[(String, String)],
) -> Result<Written, OutputError> {
    let path = path.as_ref();
    let mut writer = TrajectoryWriter::create(path, Format::of_path(path)?, frame, metadata)?;
    writer.write(frame)?;
    writer.finish()
}
