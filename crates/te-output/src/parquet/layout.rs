//! How the cells of one column lie in a Parquet file.

use std::collections::HashSet;
use std::ops::Range;
use std::sync::Arc;

use ::parquet::basic::{Encoding, LogicalType, Repetition, Type as Physical};
use ::parquet::column::writer::{ColumnWriter, ColumnWriterImpl};
use ::parquet::data_type::{ByteArray, DataType, FixedLenByteArray};
use ::parquet::errors::ParquetError;
use ::parquet::schema::types::Type;
use te_core::{Cells, Column};

use crate::blocks::{Part, decimals, exceeds_signed};
use crate::columns::{ColumnSpec, Kind};
use crate::decimal::DecimalLayout;

/// Kind, width and presence of the cells of one column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Layout {
    pub(super) kind: Kind,
    pub(super) optional: bool,
    /// Whether a whole number is beyond the signed ones.
    pub(super) unsigned: bool,
    pub(super) decimal: DecimalLayout,
    /// Whether values repeat so often that a dictionary pays.
    pub(super) repeats: bool,
}

/// Cells looked at to see whether a column repeats its values.
const SAMPLE: usize = 1024;

impl Layout {
    /// The narrowest layout for column `i` of these rows.
    pub(super) fn covering(kind: Kind, i: usize, parts: &[Part<'_>]) -> Self {
        Self {
            kind,
            optional: lacks(i, parts),
            unsigned: exceeds_signed(i, parts),
            decimal: if kind == Kind::Decimal {
                DecimalLayout::covering(decimals(i, parts))
            } else {
                DecimalLayout::MONEY
            },
            repeats: matches!(kind, Kind::F64 | Kind::Decimal | Kind::Text) && repeats(i, parts),
        }
    }

    /// This layout, or the wider one that these rows need.
    pub(super) fn widened(self, i: usize, parts: &[Part<'_>]) -> Self {
        let fits = self.kind != Kind::Decimal || decimals(i, parts).all(|d| self.decimal.holds(d));
        Self {
            optional: self.optional || lacks(i, parts),
            unsigned: self.unsigned || exceeds_signed(i, parts),
            decimal: if fits { self.decimal } else { DecimalLayout::WIDE },
            ..self
        }
    }

    /// How the values are encoded where no dictionary holds them. Whole numbers are mostly counters: their differences are
    /// small, and packed at once.
    pub(super) fn encoding(self) -> Encoding {
        match self.kind {
            Kind::I64 | Kind::U64 | Kind::Date => Encoding::DELTA_BINARY_PACKED,
            _ => Encoding::PLAIN,
        }
    }

    /// Writes cells `range` of `column`.
    pub(super) fn write(
        self,
        writer: &mut ColumnWriter<'_>,
        column: &Column,
        range: Range<usize>,
    ) -> Result<(), ParquetError> {
        let valid = if self.optional {
            let present = |row: usize| column.valid.as_ref().is_none_or(|v| v.get(row) == Some(&true));
            Some(range.clone().map(|row| i16::from(present(row))).collect::<Vec<i16>>())
        } else {
            None
        };
        let valid = valid.as_deref();
        match (&column.cells, writer) {
            (Cells::F64(v), ColumnWriter::DoubleColumnWriter(w)) => put(w, cut(v, range)?, valid),
            (Cells::I64(v), ColumnWriter::Int64ColumnWriter(w)) => put(w, cut(v, range)?, valid),
            (Cells::U64(v), ColumnWriter::Int64ColumnWriter(w)) => {
                let signed: Vec<i64> = cut(v, range)?.iter().map(|x| x.cast_signed()).collect();
                put(w, &signed, valid)
            }
            (Cells::Bool(v), ColumnWriter::BoolColumnWriter(w)) => put(w, cut(v, range)?, valid),
            (Cells::Decimal(v), ColumnWriter::FixedLenByteArrayColumnWriter(w)) => {
                let bytes = cut(v, range)?
                    .iter()
                    .map(|&d| {
                        self.decimal.encode(d).map(FixedLenByteArray::from).ok_or_else(|| {
                            ParquetError::General(format!("{d} does not fit column `{}`", column.name))
                        })
                    })
                    .collect::<Result<Vec<_>, _>>()?;
                put(w, &bytes, valid)
            }
            (Cells::Date(v), ColumnWriter::Int32ColumnWriter(w)) => put(w, cut(v, range)?, valid),
            (Cells::Text(v), ColumnWriter::ByteArrayColumnWriter(w)) => {
                let bytes: Vec<ByteArray> =
                    cut(v, range)?.iter().map(|t| ByteArray::from(t.as_str())).collect();
                put(w, &bytes, valid)
            }
            _ => Err(ParquetError::General(format!("column `{}` changed its kind", column.name))),
        }
    }
}

/// The Parquet schema of these columns.
pub(super) fn schema(columns: &[ColumnSpec], layout: &[Layout]) -> Result<Type, ParquetError> {
    let fields = columns
        .iter()
        .zip(layout)
        .map(|(spec, layout)| {
            let physical = match layout.kind {
                Kind::F64 => Physical::DOUBLE,
                Kind::I64 | Kind::U64 => Physical::INT64,
                Kind::Bool => Physical::BOOLEAN,
                Kind::Decimal => Physical::FIXED_LEN_BYTE_ARRAY,
                Kind::Text => Physical::BYTE_ARRAY,
                Kind::Date => Physical::INT32,
            };
            let presence = if layout.optional { Repetition::OPTIONAL } else { Repetition::REQUIRED };
            let field = Type::primitive_type_builder(&spec.name, physical).with_repetition(presence);
            let field = match layout.kind {
                Kind::U64 if layout.unsigned => {
                    field.with_logical_type(Some(LogicalType::integer(64, false)))
                }
                Kind::Text => field.with_logical_type(Some(LogicalType::String)),
                Kind::Date => field.with_logical_type(Some(LogicalType::Date)),
                Kind::Decimal => {
                    let (scale, precision) =
                        (i32::from(layout.decimal.scale), i32::from(layout.decimal.precision));
                    field
                        .with_logical_type(Some(LogicalType::decimal(scale, precision)))
                        .with_length(i32::try_from(layout.decimal.bytes).unwrap_or(24))
                        .with_scale(scale)
                        .with_precision(precision)
                }
                Kind::F64 | Kind::I64 | Kind::U64 | Kind::Bool => field,
            };
            field.build().map(Arc::new)
        })
        .collect::<Result<Vec<_>, _>>()?;
    Type::group_type_builder("trajectories").with_fields(fields).build()
}

fn cut<T>(values: &[T], range: Range<usize>) -> Result<&[T], ParquetError> {
    values.get(range).ok_or_else(|| ParquetError::General("a column is shorter than its table".to_owned()))
}

/// Hands the present values and, for an optional column, the definition levels to the writer.
fn put<T: DataType>(
    writer: &mut ColumnWriterImpl<'_, T>,
    values: &[T::T],
    valid: Option<&[i16]>,
) -> Result<(), ParquetError> {
    match valid {
        Some(levels) if levels.contains(&0) => {
            let present: Vec<T::T> =
                values.iter().zip(levels).filter(|(_, level)| **level == 1).map(|(v, _)| v.clone()).collect();
            writer.write_batch(&present, valid, None)?;
        }
        _ => {
            writer.write_batch(values, valid, None)?;
        }
    }
    Ok(())
}

/// Whether a cell of column `i` is absent.
fn lacks(i: usize, parts: &[Part<'_>]) -> bool {
    parts.iter().any(|(frame, range)| {
        let valid = frame.columns().get(i).and_then(|c| c.valid.as_ref());
        valid.is_some_and(|v| range.clone().any(|row| v.get(row) != Some(&true)))
    })
}

/// Whether an even sample of column `i` holds each value twice or more on average.
fn repeats(i: usize, parts: &[Part<'_>]) -> bool {
    let rows: usize = parts.iter().map(|(_, range)| range.len()).sum();
    let stride = (rows / SAMPLE).max(1);
    let mut seen = HashSet::new();
    let mut looked = 0;
    for (frame, range) in parts {
        let Some(column) = frame.columns().get(i) else { continue };
        for row in range.clone().step_by(stride) {
            let key = match &column.cells {
                Cells::F64(v) => v.get(row).map(|x| u128::from(x.to_bits())),
                Cells::Decimal(v) => v.get(row).map(|x| u128::from_le_bytes(x.serialize())),
                _ => return true,
            };
            seen.extend(key);
            looked += 1;
        }
    }
    seen.len() * 2 <= looked
}
