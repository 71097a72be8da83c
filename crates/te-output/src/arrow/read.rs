//! Frames out of an Arrow file, a record batch at a time.

use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow_array::cast::AsArray as _;
use arrow_array::types::{Date32Type, Decimal128Type, Decimal256Type, Float64Type, Int64Type, UInt64Type};
use arrow_array::{Array, ArrayRef, RecordBatch};
use arrow_schema::{ArrowError, DataType, Field, Schema};
use te_core::{Cells, Frame};

use super::batches::{RecordBatches, Unreadable};
use super::failed;
use crate::OutputError;
use crate::columns::{ColumnSpec, Kind};
use crate::decimal;

/// An open Arrow file.
pub(crate) struct ArrowReader {
    path: PathBuf,
    reader: RecordBatches<BufReader<File>>,
    columns: Vec<ColumnSpec>,
    metadata: Vec<(String, String)>,
}

impl ArrowReader {
    pub(crate) fn open(path: &Path) -> Result<Self, OutputError> {
        let file = File::open(path).map_err(|e| OutputError::io("read", path, e))?;
        let reader = RecordBatches::open(BufReader::new(file)).map_err(|unreadable| match unreadable {
            Unreadable::Io(error) => OutputError::io("read", path, error),
            Unreadable::Frame(cause) => {
                OutputError::Malformed { path: path.to_path_buf(), format: "Arrow", cause }
            }
            Unreadable::Arrow(error) => failed("read", path, error),
        })?;
        let schema = reader.schema();
        let columns = specs(schema, path)?;
        let mut metadata: Vec<(String, String)> =
            schema.metadata().iter().map(|(k, v)| (k.clone(), v.clone())).collect();
        metadata.sort();
        Ok(Self { path: path.to_path_buf(), reader, columns, metadata })
    }

    pub(crate) fn columns(&self) -> &[ColumnSpec] {
        &self.columns
    }

    pub(crate) fn metadata(&self) -> &[(String, String)] {
        &self.metadata
    }
}

/// The columns that a schema declares.
pub(super) fn specs(schema: &Schema, path: &Path) -> Result<Vec<ColumnSpec>, OutputError> {
    let spec = |field: &Arc<Field>| {
        let text = |key: &str| field.metadata().get(key).cloned().unwrap_or_default();
        let stored = kind(field.data_type()).ok_or_else(|| OutputError::Unsupported {
            path: path.to_path_buf(),
            column: field.name().clone(),
            format: "a results table",
        })?;
        let (name, unit, doc) = (field.name().clone(), text("unit"), text("doc"));
        let mut spec = ColumnSpec { name, kind: stored, unit, doc };
        if text("kind") == Kind::U64.word() {
            spec.kind = Kind::U64;
        }
        Ok(ColumnSpec { kind: crate::columns::declared(stored, &spec.name, Some(&spec)), ..spec })
    };
    schema.fields().iter().map(spec).collect()
}

/// The rows of a batch of these columns.
pub(super) fn frame_of(batch: &RecordBatch, specs: &[ColumnSpec]) -> Result<Frame, ArrowError> {
    let columns = specs
        .iter()
        .zip(batch.columns())
        .map(|(spec, array)| {
            let valid =
                (array.null_count() > 0).then(|| (0..array.len()).map(|row| array.is_valid(row)).collect());
            cells(array)
                .and_then(|cells| counted(cells, spec.kind))
                .map(|cells| spec.with(cells, valid))
                .ok_or_else(|| ArrowError::CastError(format!("column `{}` cannot be read", spec.name)))
        })
        .collect::<Result<Vec<_>, _>>()?;
    Frame::new(columns).map_err(|e| ArrowError::SchemaError(e.to_string()))
}

impl Iterator for ArrowReader {
    type Item = Result<Frame, OutputError>;

    fn next(&mut self) -> Option<Self::Item> {
        let batch = self.reader.next()?;
        Some(batch.and_then(|b| frame_of(&b, &self.columns)).map_err(|e| failed("read", &self.path, e)))
    }
}

/// Signed cells as unsigned ones where the column is; `None` where one is below zero.
fn counted(cells: Cells, kind: Kind) -> Option<Cells> {
    match (cells, kind) {
        (Cells::I64(signed), Kind::U64) => {
            signed.into_iter().map(|x| u64::try_from(x).ok()).collect::<Option<_>>().map(Cells::U64)
        }
        (cells, _) => Some(cells),
    }
}

fn kind(data_type: &DataType) -> Option<Kind> {
    match data_type {
        DataType::Float64 => Some(Kind::F64),
        DataType::Int64 => Some(Kind::I64),
        DataType::UInt64 => Some(Kind::U64),
        DataType::Boolean => Some(Kind::Bool),
        DataType::Utf8 => Some(Kind::Text),
        DataType::Date32 => Some(Kind::Date),
        DataType::Decimal128(..) | DataType::Decimal256(..) => Some(Kind::Decimal),
        _ => None,
    }
}

/// The cells of an array, with the kind's default where one is absent.
fn cells(array: &ArrayRef) -> Option<Cells> {
    Some(match array.data_type() {
        DataType::Float64 => Cells::F64(
            array.as_primitive_opt::<Float64Type>()?.iter().map(Option::unwrap_or_default).collect(),
        ),
        DataType::Int64 => {
            Cells::I64(array.as_primitive_opt::<Int64Type>()?.iter().map(Option::unwrap_or_default).collect())
        }
        DataType::UInt64 => Cells::U64(
            array.as_primitive_opt::<UInt64Type>()?.iter().map(Option::unwrap_or_default).collect(),
        ),
        DataType::Date32 => Cells::Date(
            array.as_primitive_opt::<Date32Type>()?.iter().map(Option::unwrap_or_default).collect(),
        ),
        DataType::Boolean => {
            Cells::Bool(array.as_boolean_opt()?.iter().map(Option::unwrap_or_default).collect())
        }
        DataType::Utf8 => {
            let texts = array.as_string_opt::<i32>()?;
            Cells::Text(texts.iter().map(|t| t.unwrap_or_default().to_owned()).collect())
        }
        DataType::Decimal128(_, scale) => {
            let scale = u8::try_from(*scale).ok()?;
            let values = array.as_primitive_opt::<Decimal128Type>()?;
            let decimal = |v: Option<i128>| decimal::decode(&v.unwrap_or_default().to_be_bytes(), scale);
            Cells::Decimal(values.iter().map(decimal).collect::<Option<_>>()?)
        }
        DataType::Decimal256(_, scale) => {
            let scale = u8::try_from(*scale).ok()?;
            let values = array.as_primitive_opt::<Decimal256Type>()?;
            let decimal = |v: Option<arrow_buffer::i256>| {
                // 57 digits leave the upper 8 of 32 bytes to the sign.
                let bytes = v.unwrap_or_default().to_be_bytes();
                decimal::decode(bytes.get(8..)?, scale)
            };
            Cells::Decimal(values.iter().map(decimal).collect::<Option<_>>()?)
        }
        _ => return None,
    })
}
