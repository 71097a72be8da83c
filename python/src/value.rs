//! Values of parameters and metrics, to and from Python.

use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyBool, PyDict, PyFloat, PyInt, PyList, PyString, PyTuple, PyType};
use te_core::{Cell, Value};

/// Values in values at most: deeper ones are refused before they use up the stack.
const DEEPEST: usize = 32;

/// A Python object as a value: numbers (those of numpy too), text, `decimal.Decimal`, lists, arrays and dictionaries; `None` is
/// written `"none"`.
pub(crate) fn from_python(object: &Bound<'_, PyAny>) -> PyResult<Value> {
    within(object, 0)
}

fn within(object: &Bound<'_, PyAny>, depth: usize) -> PyResult<Value> {
    if depth > DEEPEST {
        return Err(PyValueError::new_err(format!("a value has more than {DEEPEST} levels")));
    }
    if object.is_instance_of::<PyBool>() {
        return Ok(Value::Bool(object.extract()?));
    }
    if object.is_instance_of::<PyInt>() {
        return whole(object);
    }
    if object.is_instance_of::<PyFloat>() {
        return Ok(Value::F64(object.extract()?));
    }
    if let Ok(text) = object.cast::<PyString>() {
        return Ok(Value::Text(text.to_str()?.to_owned()));
    }
    if object.is_none() {
        return Ok(Value::Text("none".to_owned()));
    }
    if let Ok(table) = object.cast::<PyDict>() {
        let row = |(key, value): (Bound<'_, PyAny>, Bound<'_, PyAny>)| {
            let name = key.cast::<PyString>().map_err(|_| PyTypeError::new_err("a name must be text"))?;
            Ok((name.to_str()?.to_owned(), within(&value, depth + 1)?))
        };
        return table.iter().map(row).collect::<PyResult<_>>().map(Value::Table);
    }
    if object.is_instance_of::<PyList>() || object.is_instance_of::<PyTuple>() {
        let items = object.try_iter()?.map(|item| within(&item?, depth + 1));
        return items.collect::<PyResult<_>>().map(Value::List);
    }
    if object.is_instance(decimal_class(object.py())?)? {
        let text = object.str()?.to_string();
        let wrong = |error: rust_decimal::Error| PyValueError::new_err(format!("{text}: {error}"));
        return text.parse().map(Value::Decimal).map_err(wrong);
    }
    // Arrays and numbers of numpy and its kin.
    if object.hasattr("tolist")? {
        return within(&object.call_method0("tolist")?, depth + 1);
    }
    if object.hasattr("__index__")? {
        return whole(object);
    }
    let name = object.get_type().name()?;
    object.extract().map(Value::F64).map_err(|_| PyTypeError::new_err(format!("a value cannot be a {name}")))
}

fn whole(object: &Bound<'_, PyAny>) -> PyResult<Value> {
    let signed = object.extract::<i64>().map(Value::I64);
    let whole = signed.or_else(|_| object.extract::<u64>().map(Value::U64));
    whole.map_err(|_| PyValueError::new_err(format!("{object} is beyond whole numbers of 64 bits")))
}

/// A value as a Python object.
pub(crate) fn to_python<'py>(py: Python<'py>, value: &Value) -> PyResult<Bound<'py, PyAny>> {
    Ok(match value {
        Value::F64(x) => PyFloat::new(py, *x).into_any(),
        Value::I64(x) => x.into_pyobject(py)?.into_any(),
        Value::U64(x) => x.into_pyobject(py)?.into_any(),
        Value::Bool(x) => x.into_pyobject(py)?.to_owned().into_any(),
        Value::Decimal(x) => decimal(py, &x.to_string())?,
        Value::Text(x) => x.into_pyobject(py)?.into_any(),
        Value::List(items) => {
            let list = PyList::empty(py);
            for item in items {
                list.append(to_python(py, item)?)?;
            }
            list.into_any()
        }
        Value::Table(rows) => {
            let table = PyDict::new(py);
            for (key, value) in rows {
                table.set_item(key, to_python(py, value)?)?;
            }
            table.into_any()
        }
    })
}

/// A metric's value in its own kind.
pub(crate) fn cell(py: Python<'_>, cell: Cell) -> PyResult<Bound<'_, PyAny>> {
    Ok(match cell {
        Cell::F64(x) => PyFloat::new(py, x).into_any(),
        Cell::I64(x) => x.into_pyobject(py)?.into_any(),
        Cell::U64(x) => x.into_pyobject(py)?.into_any(),
        Cell::Bool(x) => x.into_pyobject(py)?.to_owned().into_any(),
        Cell::Decimal(x) => decimal(py, &x.to_string())?,
    })
}

fn decimal_class(py: Python<'_>) -> PyResult<&Bound<'_, PyType>> {
    static DECIMAL: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    DECIMAL.import(py, "decimal", "Decimal")
}

/// A `decimal.Decimal` of these digits.
pub(crate) fn decimal<'py>(py: Python<'py>, text: &str) -> PyResult<Bound<'py, PyAny>> {
    decimal_class(py)?.call1((text,))
}
