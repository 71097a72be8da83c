//! Arrow IPC files (Feather 2), written while the run goes and read back.
//!
//! Each column keeps its kind; kind, unit and doc are metadata of its field (`kind`, `unit`, `doc`), the caller's metadata
//! that of the schema. A `u64` column is `Int64`, and `UInt64` only where it holds a number of 2^63 or more. Record batches have exactly [`GROUP_ROWS`] rows, uncompressed, so that a reader may
//! map the file into memory. Decimals are `Decimal128(38, 18)` where all of the first batch fit, else wider;
//! a later batch that needs more makes the file be copied once, as in Parquet.

mod batch;
mod batches;
mod read;

use std::collections::HashMap;
use std::fs::File;
use std::io::BufWriter;
use std::path::Path;
use std::sync::Arc;

use arrow_array::{
    ArrayRef, BooleanArray, Date32Array, Decimal128Array, Decimal256Array, Float64Array, Int64Array,
    RecordBatch, StringArray, UInt64Array,
};
use arrow_buffer::i256;
use arrow_ipc::writer::FileWriter;
use arrow_schema::{ArrowError, DataType, Field, Schema};
use te_core::{Cells, Column, Frame};

use crate::blocks::{self, Blocks, GROUP_ROWS, Part, decimals, exceeds_signed};
use crate::columns::{self, ColumnSpec, Kind};
use crate::decimal::DecimalLayout;

use crate::whole_file::WholeFile;
use crate::{OutputError, Written};

pub use batch::{frame_of_batch, record_batch};
pub use batches::{batch_from_bytes, batch_to_bytes};
pub(crate) use read::ArrowReader;

/// Writes frames of the same columns to one Arrow file.
pub struct ArrowWriter {
    whole: WholeFile,
    columns: Vec<ColumnSpec>,
    metadata: Vec<(String, String)>,
    blocks: Blocks,
    rows: u64,
    open: Option<Open>,
}

/// How the cells of a column lie in the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Layout {
    decimal: DecimalLayout,
    /// Whether a whole number is beyond the signed ones.
    unsigned: bool,
}

impl Layout {
    fn covering(i: usize, parts: &[Part<'_>]) -> Self {
        Self { decimal: DecimalLayout::covering(decimals(i, parts)), unsigned: exceeds_signed(i, parts) }
    }

    /// This layout, or the wider one that these rows need.
    fn widened(self, i: usize, parts: &[Part<'_>]) -> Self {
        let fits = decimals(i, parts).all(|x| self.decimal.holds(x));
        Self {
            decimal: if fits { self.decimal } else { DecimalLayout::WIDE },
            unsigned: self.unsigned || exceeds_signed(i, parts),
        }
    }
}

/// The file once the first batch has decided its layout.
struct Open {
    layout: Vec<Layout>,
    schema: Arc<Schema>,
    writer: FileWriter<BufWriter<File>>,
}

impl ArrowWriter {
    /// Opens a file whose columns are those of `schema` (its rows, if any, are not written).
    ///
    /// # Errors
    /// [`OutputError`] where the folder is missing or not writable.
    pub fn create(
        path: impl AsRef<Path>,
        schema: &Frame,
        metadata: &[(String, String)],
    ) -> Result<Self, OutputError> {
        let path = path.as_ref();
        Ok(Self {
            columns: ColumnSpec::of(schema, path, "Arrow")?,
            whole: WholeFile::create(path)?,
            metadata: metadata.to_vec(),
            blocks: Blocks::of(GROUP_ROWS),
            rows: 0,
            open: None,
        })
    }

    /// Appends the rows of `frame`.
    ///
    /// # Errors
    /// [`OutputError`] where the columns differ from the schema's or the disk refuses.
    pub fn write(&mut self, frame: &Frame) -> Result<(), OutputError> {
        columns::check(self.whole.path(), &self.columns, frame)?;
        let mut blocks = std::mem::replace(&mut self.blocks, Blocks::of(GROUP_ROWS));
        let result = blocks.push(frame, |parts| self.batch(parts));
        self.blocks = blocks;
        result
    }

    /// Writes what is pending and the footer, brings the file to the disk and gives it its name.
    ///
    /// # Errors
    /// [`OutputError`]; no file of the final name is then left behind by this writer.
    pub fn finish(mut self) -> Result<Written, OutputError> {
        let rest = self.blocks.rest();
        if !rest.is_empty() || self.open.is_none() {
            self.batch(&blocks::whole(&rest))?;
        }
        let path = self.whole.path().to_path_buf();
        if let Some(open) = self.open.take() {
            close(open).map_err(|e| failed("write", &path, e))?;
        }
        let bytes = self.whole.commit()?;
        Ok(Written { path, rows: self.rows, bytes })
    }

    fn batch(&mut self, parts: &[Part<'_>]) -> Result<(), OutputError> {
        match &self.open {
            None => {
                let layout = (0..self.columns.len()).map(|i| Layout::covering(i, parts)).collect();
                self.open = Some(self.start(layout)?);
            }
            Some(open) => {
                let wider: Vec<Layout> =
                    open.layout.iter().enumerate().map(|(i, layout)| layout.widened(i, parts)).collect();
                if wider != open.layout {
                    self.widen(wider)?;
                }
            }
        }
        if let Some(open) = &mut self.open {
            put(open, parts).map_err(|e| failed("write", self.whole.path(), e))?;
        }
        self.rows += parts.iter().map(|(_, range)| range.len() as u64).sum::<u64>();
        Ok(())
    }

    fn widen(&mut self, layout: Vec<Layout>) -> Result<(), OutputError> {
        let path = self.whole.path().to_path_buf();
        if let Some(open) = self.open.take() {
            close(open).map_err(|e| failed("write", &path, e))?;
        }
        let replacement = WholeFile::create(&path)?;
        let old = std::mem::replace(&mut self.whole, replacement);
        let mut open = self.start(layout)?;
        for frame in ArrowReader::open(old.temporary_path())? {
            let frame = frame?;
            put(&mut open, &[(&frame, 0..frame.rows())]).map_err(|e| failed("write", &path, e))?;
        }
        self.open = Some(open);
        Ok(())
    }

    fn start(&self, layout: Vec<Layout>) -> Result<Open, OutputError> {
        let columns = self.columns.iter().zip(&layout);
        let fields: Vec<Field> = columns
            .map(|(spec, layout)| field(spec, data_type(spec.kind, layout.decimal, layout.unsigned), true))
            .collect();
        let schema = Arc::new(Schema::new_with_metadata(
            fields,
            self.metadata.iter().cloned().collect::<HashMap<_, _>>(),
        ));
        let file = BufWriter::with_capacity(1 << 16, self.whole.handle()?);
        let writer = FileWriter::try_new(file, &schema).map_err(|e| failed("write", self.whole.path(), e))?;
        Ok(Open { layout, schema, writer })
    }
}

fn close(open: Open) -> Result<(), ArrowError> {
    let mut writer = open.writer;
    writer.finish()?;
    writer.flush()
}

pub(crate) fn failed(action: &'static str, path: &Path, error: ArrowError) -> OutputError {
    match error {
        ArrowError::IoError(_, io) => OutputError::io(action, path, io),
        other => {
            OutputError::Malformed { path: path.to_path_buf(), format: "Arrow", cause: other.to_string() }
        }
    }
}

/// The field of a column, with what it means.
pub(crate) fn field(spec: &ColumnSpec, data_type: DataType, nullable: bool) -> Field {
    let told = [("kind", spec.kind.word()), ("unit", &spec.unit), ("doc", &spec.doc)];
    let told = told.into_iter().filter(|(_, text)| !text.is_empty());
    let metadata = told.map(|(key, text)| (key.to_owned(), text.to_owned())).collect::<HashMap<_, _>>();
    Field::new(&spec.name, data_type, nullable).with_metadata(metadata)
}

/// The type of cells of this kind.
pub(crate) fn data_type(kind: Kind, decimal: DecimalLayout, unsigned: bool) -> DataType {
    match kind {
        Kind::F64 => DataType::Float64,
        Kind::U64 if unsigned => DataType::UInt64,
        Kind::I64 | Kind::U64 => DataType::Int64,
        Kind::Bool => DataType::Boolean,
        Kind::Text => DataType::Utf8,
        Kind::Date => DataType::Date32,
        Kind::Decimal if decimal.bytes == 16 => {
            DataType::Decimal128(decimal.precision, decimal.scale.cast_signed())
        }
        Kind::Decimal => DataType::Decimal256(decimal.precision, decimal.scale.cast_signed()),
    }
}

/// Writes the rows of `parts` as one batch.
fn put(open: &mut Open, parts: &[Part<'_>]) -> Result<(), ArrowError> {
    let arrays = open
        .schema
        .fields()
        .iter()
        .zip(&open.layout)
        .enumerate()
        .map(|(i, (field, layout))| array(i, field.data_type(), layout.decimal, parts))
        .collect::<Result<Vec<_>, _>>()?;
    open.writer.write(&RecordBatch::try_new(Arc::clone(&open.schema), arrays)?)
}

/// Column `i` of these rows.
fn array(
    i: usize,
    kind: &DataType,
    layout: DecimalLayout,
    parts: &[Part<'_>],
) -> Result<ArrayRef, ArrowError> {
    let columns =
        || parts.iter().filter_map(move |(frame, range)| Some((frame.columns().get(i)?, range.clone())));
    // Each cell, absent or present, of the columns' slices of one kind.
    macro_rules! cells {
        ($kind:ident, $map:expr) => {
            columns().flat_map(|(column, range)| {
                let values = match &column.cells {
                    Cells::$kind(v) => v.get(range.clone()).unwrap_or_default(),
                    _ => &[],
                };
                values.iter().zip(range).map(move |(v, row)| present(column, row).then(|| $map(v)))
            })
        };
    }
    Ok(match kind {
        DataType::Float64 => Arc::new(cells!(F64, |v: &f64| *v).collect::<Float64Array>()),
        DataType::Int64 if columns().any(|(column, _)| matches!(column.cells, Cells::U64(_))) => {
            Arc::new(cells!(U64, |v: &u64| v.cast_signed()).collect::<Int64Array>())
        }
        DataType::Int64 => Arc::new(cells!(I64, |v: &i64| *v).collect::<Int64Array>()),
        DataType::UInt64 => Arc::new(cells!(U64, |v: &u64| *v).collect::<UInt64Array>()),
        DataType::Boolean => Arc::new(cells!(Bool, |v: &bool| *v).collect::<BooleanArray>()),
        DataType::Date32 => Arc::new(cells!(Date, |v: &i32| *v).collect::<Date32Array>()),
        DataType::Utf8 => Arc::new(cells!(Text, |v: &String| v.clone()).collect::<StringArray>()),
        DataType::Decimal128(precision, scale) => {
            let cells = cells!(Decimal, |v: &rust_decimal::Decimal| {
                layout.encode(*v).and_then(|b| <[u8; 16]>::try_from(b).ok()).map(i128::from_be_bytes)
            });
            let array: Decimal128Array = cells.map(Option::flatten).collect();
            Arc::new(array.with_precision_and_scale(*precision, *scale)?)
        }
        DataType::Decimal256(precision, scale) => {
            let cells = cells!(Decimal, |v: &rust_decimal::Decimal| layout.encode(*v).map(|b| {
                let sign = if b.first().is_some_and(|b| b & 0x80 != 0) { 0xff } else { 0 };
                let mut wide = [sign; 32];
                wide.iter_mut().rev().zip(b.iter().rev()).for_each(|(w, b)| *w = *b);
                i256::from_be_bytes(wide)
            }));
            let array: Decimal256Array = cells.map(Option::flatten).collect();
            Arc::new(array.with_precision_and_scale(*precision, *scale)?)
        }
        other => return Err(ArrowError::NotYetImplemented(format!("columns of {other}"))),
    })
}

fn present(column: &Column, row: usize) -> bool {
    column.valid.as_ref().is_none_or(|v| v.get(row) == Some(&true))
}
