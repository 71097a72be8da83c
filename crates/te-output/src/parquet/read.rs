//! Frames out of a Parquet file, a row group at a time.

use std::fs::File;
use std::path::{Path, PathBuf};

use ::parquet::basic::{LogicalType, Type as Physical};
use ::parquet::column::reader::{ColumnReader, ColumnReaderImpl};
use ::parquet::data_type::{ByteArray, DataType, FixedLenByteArray};
use ::parquet::errors::ParquetError;
use ::parquet::file::reader::{FileReader as _, SerializedFileReader};
use ::parquet::schema::types::ColumnDescriptor;
use te_core::{Cells, Column, Frame};

use crate::OutputError;
use crate::columns::{COLUMNS_KEY, ColumnSpec, Kind, append};
use crate::decimal;

/// An open Parquet file.
pub(crate) struct ParquetReader {
    path: PathBuf,
    file: SerializedFileReader<File>,
    columns: Vec<ColumnSpec>,
    metadata: Vec<(String, String)>,
    next: usize,
}

impl ParquetReader {
    pub(crate) fn open(path: &Path) -> Result<Self, OutputError> {
        let file = File::open(path).map_err(|e| OutputError::io("read", path, e))?;
        let file = SerializedFileReader::new(file).map_err(|e| OutputError::parquet("read", path, e))?;
        let described = file.metadata().file_metadata();
        let metadata: Vec<(String, String)> = described
            .key_value_metadata()
            .into_iter()
            .flatten()
            .map(|kv| (kv.key.clone(), kv.value.clone().unwrap_or_default()))
            .collect();
        let specs: Vec<ColumnSpec> = metadata
            .iter()
            .find(|(key, _)| key == COLUMNS_KEY)
            .and_then(|(_, text)| serde_json::from_str(text).ok())
            .unwrap_or_default();
        let columns = described
            .schema_descr()
            .columns()
            .iter()
            .map(|descriptor| {
                let name = descriptor.path().string().replace('"', "");
                let name = descriptor.path().parts().first().cloned().unwrap_or(name);
                let kind = kind(descriptor).ok_or_else(|| OutputError::Unsupported {
                    path: path.to_path_buf(),
                    column: name.clone(),
                    format: "a results table",
                })?;
                let known = specs.iter().find(|s| s.name == name);
                Ok(ColumnSpec {
                    kind: crate::columns::declared(kind, &name, known),
                    unit: known.map_or_else(String::new, |s| s.unit.clone()),
                    doc: known.map_or_else(String::new, |s| s.doc.clone()),
                    name,
                })
            })
            .collect::<Result<_, OutputError>>()?;
        Ok(Self { path: path.to_path_buf(), file, columns, metadata, next: 0 })
    }

    pub(crate) fn columns(&self) -> &[ColumnSpec] {
        &self.columns
    }

    pub(crate) fn metadata(&self) -> &[(String, String)] {
        &self.metadata
    }

    /// Rows of all groups.
    pub(crate) fn rows(&self) -> u64 {
        u64::try_from(self.file.metadata().file_metadata().num_rows()).unwrap_or(0)
    }

    /// All rows of the columns at these places.
    pub(crate) fn read(&self, places: &[usize]) -> Result<Vec<Column>, OutputError> {
        let fail = |e| OutputError::parquet("read", &self.path, e);
        let mut all = Vec::new();
        for index in 0..self.file.num_row_groups() {
            let group = self.chosen(index, places).map_err(fail)?;
            append(&mut all, group)
                .ok_or_else(|| fail(ParquetError::General("a column changes its kind".to_owned())))?;
        }
        if all.is_empty() {
            let specs = places.iter().filter_map(|place| self.columns.get(*place));
            all = specs.map(|spec| spec.with(spec.kind.empty(), None)).collect();
        }
        Ok(all)
    }

    fn group(&self, index: usize) -> Result<Frame, ParquetError> {
        self.chosen(index, &(0..self.columns.len()).collect::<Vec<_>>())
    }

    fn chosen(&self, index: usize, places: &[usize]) -> Result<Frame, ParquetError> {
        let group = self.file.get_row_group(index)?;
        let rows = usize::try_from(group.metadata().num_rows())
            .map_err(|_| ParquetError::General("a row group says it has fewer than no rows".to_owned()))?;
        let columns = places
            .iter()
            .filter_map(|&i| Some((i, self.columns.get(i)?)))
            .map(|(i, spec)| {
                let descriptor = group.metadata().column(i).column_descr_ptr();
                read_column(group.get_column_reader(i)?, spec, &descriptor, rows)
            })
            .collect::<Result<Vec<_>, _>>()?;
        Frame::new(columns).map_err(|e| ParquetError::General(e.to_string()))
    }
}

impl Iterator for ParquetReader {
    type Item = Result<Frame, OutputError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.next >= self.file.num_row_groups() {
            return None;
        }
        let frame = self.group(self.next).map_err(|e| OutputError::parquet("read", &self.path, e));
        self.next += 1;
        Some(frame)
    }
}

fn kind(descriptor: &ColumnDescriptor) -> Option<Kind> {
    if descriptor.max_rep_level() > 0 || descriptor.max_def_level() > 1 {
        return None;
    }
    match (descriptor.physical_type(), descriptor.logical_type_ref()) {
        (Physical::DOUBLE | Physical::FLOAT, _) => Some(Kind::F64),
        (Physical::INT64, Some(LogicalType::Integer(int))) if !int.is_signed => Some(Kind::U64),
        (Physical::INT64 | Physical::INT32, Some(LogicalType::Integer(_)) | None) => Some(Kind::I64),
        (Physical::INT32, Some(LogicalType::Date)) => Some(Kind::Date),
        (Physical::BOOLEAN, _) => Some(Kind::Bool),
        (Physical::FIXED_LEN_BYTE_ARRAY, Some(LogicalType::Decimal(_))) => Some(Kind::Decimal),
        (Physical::BYTE_ARRAY, Some(LogicalType::String) | None) => Some(Kind::Text),
        _ => None,
    }
}

fn read_column(
    reader: ColumnReader,
    spec: &ColumnSpec,
    descriptor: &ColumnDescriptor,
    rows: usize,
) -> Result<Column, ParquetError> {
    let optional = descriptor.max_def_level() > 0;
    let wrong = |what: &str| ParquetError::General(format!("column `{}` {what}", spec.name));
    let (cells, valid) = match (spec.kind, reader) {
        (Kind::F64, ColumnReader::DoubleColumnReader(r)) => take(r, rows, optional, Ok, Cells::F64)?,
        (Kind::F64, ColumnReader::FloatColumnReader(r)) => {
            take(r, rows, optional, |x| Ok(f64::from(x)), Cells::F64)?
        }
        (Kind::I64, ColumnReader::Int64ColumnReader(r)) => take(r, rows, optional, Ok, Cells::I64)?,
        (Kind::I64, ColumnReader::Int32ColumnReader(r)) => {
            take(r, rows, optional, |x| Ok(i64::from(x)), Cells::I64)?
        }
        (Kind::U64, ColumnReader::Int64ColumnReader(r)) if kind(descriptor) == Some(Kind::U64) => {
            take(r, rows, optional, |x| Ok(x.cast_unsigned()), Cells::U64)?
        }
        (Kind::U64, ColumnReader::Int64ColumnReader(r)) => {
            let counted = |x: i64| u64::try_from(x).map_err(|_| wrong(&format!("holds {x}, below 0")));
            take(r, rows, optional, counted, Cells::U64)?
        }
        (Kind::U64, ColumnReader::Int32ColumnReader(r)) => {
            let counted = |x: i32| u64::try_from(x).map_err(|_| wrong(&format!("holds {x}, below 0")));
            take(r, rows, optional, counted, Cells::U64)?
        }
        (Kind::Date, ColumnReader::Int32ColumnReader(r)) => take(r, rows, optional, Ok, Cells::Date)?,
        (Kind::Bool, ColumnReader::BoolColumnReader(r)) => take(r, rows, optional, Ok, Cells::Bool)?,
        (Kind::Decimal, ColumnReader::FixedLenByteArrayColumnReader(r)) => {
            let scale =
                u8::try_from(descriptor.type_scale()).map_err(|_| wrong("has a scale beyond decimals"))?;
            let decimal = |bytes: FixedLenByteArray| {
                decimal::decode(bytes.data(), scale)
                    .ok_or_else(|| wrong("holds a decimal of more than 28 digits"))
            };
            take(r, rows, optional, decimal, Cells::Decimal)?
        }
        (Kind::Text, ColumnReader::ByteArrayColumnReader(r)) => {
            let text = |bytes: ByteArray| bytes.as_utf8().map(str::to_owned);
            take(r, rows, optional, text, Cells::Text)?
        }
        _ => return Err(wrong("changes its type within the file")),
    };
    Ok(spec.with(cells, valid))
}

/// All cells of a column chunk, with the kind's default where one is absent.
fn take<T: DataType, U: Default>(
    mut reader: ColumnReaderImpl<T>,
    rows: usize,
    optional: bool,
    cell: impl Fn(T::T) -> Result<U, ParquetError>,
    cells: impl FnOnce(Vec<U>) -> Cells,
) -> Result<(Cells, Option<Vec<bool>>), ParquetError> {
    // A damaged file may say that it has any number of rows.
    let mut present = Vec::with_capacity(rows.min(super::GROUP_ROWS));
    let mut levels = Vec::new();
    let (records, ..) = reader.read_records(rows, optional.then_some(&mut levels), None, &mut present)?;
    if records != rows {
        return Err(ParquetError::General(format!("a column chunk has {records} of {rows} rows")));
    }
    let full = present.len() == rows;
    let present = present.into_iter().map(cell).collect::<Result<Vec<_>, _>>()?;
    if full {
        return Ok((cells(present), None));
    }
    let mut present = present.into_iter();
    let all = levels.iter().map(|&l| if l == 1 { present.next().unwrap_or_default() } else { U::default() });
    Ok((cells(all.collect()), Some(levels.iter().map(|&l| l == 1).collect())))
}
