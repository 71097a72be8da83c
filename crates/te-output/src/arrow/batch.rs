//! A frame in memory as an Arrow record batch, without copying what Arrow holds in the same way.

use std::path::Path;
use std::sync::Arc;

use arrow_array::types::{ArrowPrimitiveType, Float64Type, Int64Type, UInt64Type};
use arrow_array::{ArrayRef, BooleanArray, PrimitiveArray, RecordBatch, RecordBatchOptions};
use arrow_buffer::{ArrowNativeType, Buffer, NullBuffer, ScalarBuffer};
use arrow_schema::{ArrowError, Schema};
use te_core::{Cells, Column, Frame};

use super::{array, data_type, failed, field, read};
use crate::OutputError;
use crate::columns::{ColumnSpec, Kind};
use crate::decimal::DecimalLayout;

/// The rows of a frame as one record batch with the types, and the metadata of fields, that Arrow files have. Columns of numbers
/// are handed over as they lie in memory; booleans, decimals and text are converted.
///
/// ```
/// use te_core::{Cells, Column, Frame};
/// use te_output::record_batch;
///
/// let price = vec![1.0, 2.5];
/// let address = price.as_ptr();
/// let frame = Frame::new(vec![
///     Column::new("timestep", Cells::U64(vec![0, 1])),
///     Column { unit: "quote/base".into(), ..Column::new("market.price", Cells::F64(price)) },
/// ])?;
/// let batch = record_batch(frame)?;
/// let column = batch.column_by_name("market.price").ok_or("no such column")?.to_data();
/// assert_eq!(column.buffers()[0].as_ptr().cast(), address);
/// assert_eq!(batch.schema().field(1).metadata()["unit"], "quote/base");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`OutputError::Unsupported`] for a kind of cells that no file holds.
pub fn record_batch(frame: Frame) -> Result<RecordBatch, OutputError> {
    let place = Path::new("memory");
    let specs = ColumnSpec::of(&frame, place, "Arrow")?;
    let rows = frame.rows();
    let (mut fields, mut arrays) = (Vec::new(), Vec::new());
    for (spec, column) in specs.iter().zip(frame.into_columns()) {
        let array = moved(spec.kind, column).map_err(|e| failed("convert", place, e))?;
        fields.push(field(spec, array.data_type().clone(), true));
        arrays.push(array);
    }
    // A frame without columns has rows none the less for Arrow, which wants to be told how many.
    let rows = RecordBatchOptions::new().with_row_count(Some(rows));
    RecordBatch::try_new_with_options(Arc::new(Schema::new(fields)), arrays, &rows)
        .map_err(|e| failed("convert", place, e))
}

/// The rows of a record batch with the types and metadata that [`record_batch`] gives, copied.
///
/// ```
/// use te_core::{Cells, Column, Frame};
/// use te_output::{frame_of_batch, record_batch};
///
/// let frame = Frame::new(vec![Column::new("timestep", Cells::U64(vec![0, 1]))])?;
/// assert_eq!(frame_of_batch(&record_batch(frame.clone())?)?, frame);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`OutputError`] where a column is of a type that no results have.
pub fn frame_of_batch(batch: &RecordBatch) -> Result<Frame, OutputError> {
    let place = Path::new("memory");
    read::frame_of(batch, &read::specs(batch.schema_ref(), place)?).map_err(|e| failed("convert", place, e))
}

fn moved(kind: Kind, mut column: Column) -> Result<ArrayRef, ArrowError> {
    let nulls = |valid: Option<Vec<bool>>| valid.map(NullBuffer::from);
    Ok(match column.cells {
        Cells::F64(cells) => numbers::<Float64Type, _>(cells, nulls(column.valid)),
        Cells::I64(cells) => numbers::<Int64Type, _>(cells, nulls(column.valid)),
        Cells::U64(cells) if cells.iter().all(|x| i64::try_from(*x).is_ok()) => {
            numbers::<Int64Type, _>(cells, nulls(column.valid))
        }
        Cells::U64(cells) => numbers::<UInt64Type, _>(cells, nulls(column.valid)),
        Cells::Bool(cells) => Arc::new(BooleanArray::new(cells.into(), nulls(column.valid))),
        cells => {
            let rows = cells.len();
            let layout = match &cells {
                Cells::Decimal(cells) => DecimalLayout::covering(cells.iter().copied()),
                _ => DecimalLayout::MONEY,
            };
            column.cells = cells;
            let alone = Frame::new(vec![column]).map_err(|e| ArrowError::ExternalError(Box::new(e)))?;
            array(0, &data_type(kind, layout, false), layout, &[(&alone, 0..rows)])?
        }
    })
}

/// The same memory as an array of eight-byte numbers.
fn numbers<T: ArrowPrimitiveType, N: ArrowNativeType>(cells: Vec<N>, nulls: Option<NullBuffer>) -> ArrayRef {
    let rows = cells.len();
    Arc::new(PrimitiveArray::<T>::new(ScalarBuffer::new(Buffer::from_vec(cells), 0, rows), nulls))
}
