//! Formulas of the families, over arrays: what each is called, what it is given, and the function of the family's crate.

mod listed;
pub(crate) mod praise;

use crate::error;
use crate::table::Matrix;
use pyo3::buffer::PyBuffer;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use std::fmt::Display;
use std::sync::LazyLock;

type Computed = Result<f64, String>;
/// What computes a formula of its arguments.
type Of = dyn Fn(&[f64]) -> Computed + Send + Sync;

/// A formula of numbers.
struct Formula {
    family: &'static str,
    name: &'static str,
    /// Names of its arguments, between spaces.
    arguments: &'static str,
    doc: &'static str,
    of: Box<Of>,
}

fn said<E: Display>(result: Result<f64, E>) -> Computed {
    result.map_err(|e| e.to_string())
}

/// The arguments as an array; a caller gives as many as are declared.
fn numbers<const N: usize>(x: &[f64]) -> [f64; N] {
    let mut all = [f64::NAN; N];
    all.iter_mut().zip(x).for_each(|(slot, x)| *slot = *x);
    all
}

fn formula<const N: usize, E: Display + 'static>(
    (family, name): (&'static str, &'static str),
    arguments: &'static str,
    doc: &'static str,
    of: impl Fn([f64; N]) -> Result<f64, E> + Send + Sync + 'static,
) -> Formula {
    Formula { family, name, arguments, doc, of: Box::new(move |x| said(of(numbers(x)))) }
}

/// A result that cannot be refused.
fn sure(x: f64) -> Result<f64, String> {
    if x.is_finite() { Ok(x) } else { Err("the result is no finite number".to_owned()) }
}

static FORMULAS: LazyLock<Vec<Formula>> = LazyLock::new(|| {
    let mut all = listed::market_makers();
    all.extend(listed::curves());
    all.extend(listed::governance());
    all.extend(listed::supply());
    all.extend(listed::money());
    all
});

/// Family, name, arguments and doc of every formula of numbers.
#[pyfunction]
pub(crate) fn formulas() -> Vec<(&'static str, &'static str, Vec<&'static str>, &'static str)> {
    FORMULAS.iter().map(|f| (f.family, f.name, f.arguments.split(' ').collect(), f.doc)).collect()
}

/// Family, name and doc of every formula of a list.
#[pyfunction]
pub(crate) fn list_formulas() -> Vec<(&'static str, &'static str, &'static str)> {
    listed::OF_LISTS.map(|(family, name, doc, _)| (family, name, doc)).to_vec()
}

/// A formula over arrays of one length; `formula` counts those of [`formulas`].
#[pyfunction]
pub(crate) fn compute(py: Python<'_>, formula: usize, arguments: Vec<PyBuffer<f64>>) -> PyResult<Matrix> {
    let formula = FORMULAS.get(formula).ok_or_else(|| PyValueError::new_err("no such formula"))?;
    let columns = arguments.iter().map(|array| array.to_vec(py)).collect::<PyResult<Vec<_>>>()?;
    let rows = columns.iter().map(Vec::len).min().unwrap_or(0);
    if columns.len() != formula.arguments.split(' ').count()
        || columns.iter().any(|column| column.len() != rows)
    {
        return Err(PyValueError::new_err(format!(
            "{} is given {}, of one length",
            formula.name, formula.arguments
        )));
    }
    let computed: Result<Vec<f64>, (usize, String)> = py.detach(|| {
        let mut x = vec![0.0; columns.len()];
        (0..rows)
            .map(|row| {
                x.iter_mut().zip(&columns).for_each(|(slot, column)| *slot = column[row]);
                (formula.of)(&x).map_err(|refused| (row, refused))
            })
            .collect()
    });
    let values = computed.map_err(|(row, refused)| {
        let place = if rows > 1 { format!(" of element {row}") } else { String::new() };
        error::raise(py, "ParamError", "TE0010", &format!("{}{place}: {refused}", formula.name))
    })?;
    Ok(Matrix { shape: (values.len(), 1), values })
}

/// A formula of a list; `formula` counts those of [`list_formulas`].
#[pyfunction]
pub(crate) fn compute_list(py: Python<'_>, formula: usize, values: PyBuffer<f64>) -> PyResult<f64> {
    let (_, name, _, of) =
        listed::OF_LISTS.get(formula).ok_or_else(|| PyValueError::new_err("no such formula"))?;
    of(&values.to_vec(py)?)
        .map_err(|refused| error::raise(py, "ParamError", "TE0010", &format!("{name}: {refused}")))
}
