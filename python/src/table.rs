//! Tables: rows of results that Python reads where they lie.

use crate::{error, value};
use arrow_array::cast::AsArray as _;
use arrow_array::ffi_stream::FFI_ArrowArrayStream;
use arrow_array::types::{Decimal128Type, Decimal256Type, Float64Type, Int64Type, UInt64Type};
use arrow_array::{Array as _, ArrayRef, RecordBatch, RecordBatchIterator};
use arrow_schema::{DataType, Schema};
use pyo3::exceptions::{PyIndexError, PyKeyError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyCapsule, PyDict, PyFloat, PyList};
use std::sync::Arc;
use te_core::{Frame, INDEX_COLUMNS, nearest};

/// Rows of a table, column by column.
#[pyclass(frozen, module = "tecmns._native")]
pub(crate) struct Table {
    pub(crate) batch: RecordBatch,
}

impl Table {
    /// The same memory as a table of Arrow.
    pub(crate) fn of(py: Python<'_>, frame: Frame) -> PyResult<Self> {
        if frame.columns().is_empty() {
            return Ok(Self { batch: RecordBatch::new_empty(Arc::new(Schema::empty())) });
        }
        let batch = te_output::record_batch(frame).map_err(|e| error::output(py, &e))?;
        Ok(Self { batch })
    }

    pub(crate) fn frame(&self, py: Python<'_>, names: Option<&[String]>) -> PyResult<Frame> {
        if self.batch.num_columns() == 0 {
            return Ok(Frame::default());
        }
        let batch = match names {
            None => self.batch.clone(),
            Some(names) => {
                let places = names.iter().map(|name| self.place(name)).collect::<PyResult<Vec<_>>>()?;
                self.batch.project(&places).map_err(|e| PyValueError::new_err(e.to_string()))?
            }
        };
        te_output::frame_of_batch(&batch).map_err(|e| error::output(py, &e))
    }

    fn place(&self, name: &str) -> PyResult<usize> {
        let schema = self.batch.schema_ref();
        schema.index_of(name).map_err(|_| {
            let near = nearest(name, schema.fields().iter().map(|field| field.name()));
            let hint = near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
            PyKeyError::new_err(format!("no column `{name}`{hint}"))
        })
    }

    fn whole(&self, name: &str) -> Option<&[i64]> {
        Some(self.batch.column_by_name(name)?.as_primitive_opt::<Int64Type>()?.values())
    }
}

#[pymethods]
impl Table {
    /// The rows by Arrow's C stream interface, without a copy.
    #[pyo3(signature = (requested_schema=None))]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        // A consumer that asks for other types converts what it is given, as the interface allows.
        drop(requested_schema);
        let reader = RecordBatchIterator::new([Ok(self.batch.clone())], self.batch.schema());
        let stream = FFI_ArrowArrayStream::new(Box::new(reader));
        PyCapsule::new_with_value(py, stream, c"arrow_array_stream")
    }

    fn __len__(&self) -> usize {
        self.batch.num_rows()
    }

    /// Name, kind, unit and doc of each column.
    fn columns(&self) -> Vec<(String, String, String, String)> {
        let schema = self.batch.schema();
        let told = |field: &Arc<arrow_schema::Field>| {
            let of = |key: &str| field.metadata().get(key).cloned().unwrap_or_default();
            (field.name().clone(), of("kind"), of("unit"), of("doc"))
        };
        schema.fields().iter().map(told).collect()
    }

    /// One column.
    fn column(&self, name: &str) -> PyResult<Column> {
        Ok(Column { array: Arc::clone(self.batch.column(self.place(name)?)) })
    }

    /// Some rows, the same memory.
    fn slice(&self, first: usize, count: usize) -> PyResult<Self> {
        if first.saturating_add(count) > self.batch.num_rows() {
            return Err(PyIndexError::new_err("rows beyond the end"));
        }
        Ok(Self { batch: self.batch.slice(first, count) })
    }

    /// The rows of one subset, or of one of its runs, of all simulations: the same memory where there is one simulation.
    #[pyo3(signature = (subset, run=None))]
    fn rows_of(&self, py: Python<'_>, subset: i64, run: Option<i64>) -> PyResult<Self> {
        let [by_simulation, by_subset, by_run, ..] = INDEX_COLUMNS;
        let missing = |name: &str| PyValueError::new_err(format!("the table has no column `{name}`"));
        let simulations = self.whole(by_simulation).ok_or_else(|| missing(by_simulation))?;
        let subsets = self.whole(by_subset).ok_or_else(|| missing(by_subset))?;
        let runs = run.map(|_| self.whole(by_run).ok_or_else(|| missing(by_run))).transpose()?;
        let mut found: Vec<(usize, usize)> = Vec::new();
        let mut start = 0;
        while let Some(simulation) = simulations.get(start) {
            let end = start + simulations[start..].partition_point(|one| one == simulation);
            let (mut low, mut high) = equal(&subsets[start..end], subset);
            if let (Some(runs), Some(run)) = (runs, run) {
                let (first, last) = equal(&runs[start + low..start + high], run);
                (low, high) = (low + first, low + last);
            }
            if low < high {
                found.push((start + low, high - low));
            }
            start = end;
        }
        match *found.as_slice() {
            [] => Ok(Self { batch: self.batch.slice(0, 0) }),
            [(first, count)] => Ok(Self { batch: self.batch.slice(first, count) }),
            _ => {
                let mut columns = Vec::new();
                for (first, count) in found {
                    let piece = Self { batch: self.batch.slice(first, count) }.frame(py, None)?;
                    te_output::append_rows(&mut columns, piece);
                }
                Self::of(py, Frame::new(columns).map_err(|e| PyValueError::new_err(e.to_string()))?)
            }
        }
    }

    /// The rows as Python objects, a list for each column.
    fn cells<'py>(&self, py: Python<'py>) -> PyResult<Vec<Bound<'py, PyList>>> {
        self.batch.columns().iter().map(|array| objects(py, array)).collect()
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyAny>, (Bound<'py, PyAny>,))> {
        let restore = py.import("tecmns._native")?.getattr("restore_table")?;
        let bytes = te_output::batch_to_bytes(&self.batch);
        let bytes = bytes.map_err(|e| PyValueError::new_err(e.to_string()))?;
        Ok((restore, (pyo3::types::PyBytes::new(py, &bytes).into_any(),)))
    }
}

/// First and last place of a value among values in order.
fn equal(values: &[i64], value: i64) -> (usize, usize) {
    (values.partition_point(|one| *one < value), values.partition_point(|one| *one <= value))
}

/// A table without rows and columns.
#[pyfunction]
pub(crate) fn empty_table(py: Python<'_>) -> PyResult<Table> {
    Table::of(py, Frame::default())
}

/// A table from what it was pickled to.
#[pyfunction]
pub(crate) fn restore_table(bytes: &[u8]) -> PyResult<Table> {
    let batch = te_output::batch_from_bytes(bytes);
    Ok(Table { batch: batch.map_err(|e| PyValueError::new_err(e.to_string()))? })
}

/// A column; numpy looks at the memory of numbers without a copy.
#[pyclass(frozen, module = "tecmns._native")]
pub(crate) struct Column {
    array: ArrayRef,
}

#[pymethods]
impl Column {
    /// Whether numpy can look at it as it lies: numbers, none of which is absent.
    fn is_plain(&self) -> bool {
        let number = matches!(self.array.data_type(), DataType::Float64 | DataType::Int64 | DataType::UInt64);
        number && self.array.null_count() == 0
    }

    #[getter]
    fn __array_interface__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let (address, kind) = match self.array.data_type() {
            DataType::Float64 => (self.array.as_primitive::<Float64Type>().values().as_ptr() as usize, "<f8"),
            DataType::Int64 => (self.array.as_primitive::<Int64Type>().values().as_ptr() as usize, "<i8"),
            DataType::UInt64 => (self.array.as_primitive::<UInt64Type>().values().as_ptr() as usize, "<u8"),
            other => {
                return Err(PyValueError::new_err(format!("a column of {other} is no array of numbers")));
            }
        };
        interface(py, (self.array.len(),), address, kind)
    }

    /// The cells as Python objects; `None` where one is absent.
    fn cells<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        objects(py, &self.array)
    }

    fn __len__(&self) -> usize {
        self.array.len()
    }
}

fn interface<'py>(
    py: Python<'py>,
    shape: impl IntoPyObject<'py>,
    address: usize,
    kind: &str,
) -> PyResult<Bound<'py, PyDict>> {
    let out = PyDict::new(py);
    out.set_item("version", 3)?;
    out.set_item("typestr", kind)?;
    out.set_item("shape", shape)?;
    // Only to be read.
    out.set_item("data", (address, true))?;
    Ok(out)
}

fn objects<'py>(py: Python<'py>, array: &ArrayRef) -> PyResult<Bound<'py, PyList>> {
    let list = PyList::empty(py);
    for row in 0..array.len() {
        if array.is_null(row) {
            list.append(py.None())?;
            continue;
        }
        match array.data_type() {
            DataType::Float64 => {
                list.append(PyFloat::new(py, array.as_primitive::<Float64Type>().value(row)))?;
            }
            DataType::Int64 => list.append(array.as_primitive::<Int64Type>().value(row))?,
            DataType::UInt64 => list.append(array.as_primitive::<UInt64Type>().value(row))?,
            DataType::Boolean => list.append(array.as_boolean().value(row))?,
            DataType::Utf8 => list.append(array.as_string::<i32>().value(row))?,
            DataType::Decimal128(..) => {
                list.append(value::decimal(
                    py,
                    &array.as_primitive::<Decimal128Type>().value_as_string(row),
                )?)?;
            }
            DataType::Decimal256(..) => {
                list.append(value::decimal(
                    py,
                    &array.as_primitive::<Decimal256Type>().value_as_string(row),
                )?)?;
            }
            _ => list.append(py.None())?,
        }
    }
    Ok(list)
}

/// Numbers in rows and columns, for numpy to copy.
#[pyclass(frozen, module = "tecmns._native")]
pub(crate) struct Matrix {
    pub(crate) values: Vec<f64>,
    pub(crate) shape: (usize, usize),
}

#[pymethods]
impl Matrix {
    #[getter]
    fn __array_interface__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        interface(py, self.shape, self.values.as_ptr() as usize, "<f8")
    }
}
