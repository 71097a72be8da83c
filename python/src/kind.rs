//! Kinds of components: what is built in, and what each declares.

use crate::{error, value};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList, PyString, PyTuple};
use std::sync::{Arc, LazyLock, PoisonError, RwLock};
use te_core::{Bound as End, FieldSpec, ParamKind, ParamSpec, Range, Registry};
use te_equations::Equations;

static REGISTRY: LazyLock<RwLock<Arc<Registry>>> = LazyLock::new(|| {
    let mut registry = te_system::built_in();
    te_output::register(&mut registry);
    RwLock::new(Arc::new(registry))
});

/// The kinds that there are now.
pub(crate) fn registry() -> Arc<Registry> {
    Arc::clone(&REGISTRY.read().unwrap_or_else(PoisonError::into_inner))
}

/// Adds the kind of a class, or puts it in the place of the one of its name.
pub(crate) fn register(kind: te_core::Kind) -> PyResult<()> {
    let mut all = REGISTRY.write().unwrap_or_else(PoisonError::into_inner);
    if all.kind(&kind.name).is_ok_and(|known| !known.package.starts_with(PYTHON)) {
        return Err(PyValueError::new_err(format!(
            "kind `{}` is built in: give yours another name",
            kind.name
        )));
    }
    Arc::make_mut(&mut all).put_kind(kind);
    Ok(())
}

/// Whether a class was ever registered.
pub(crate) fn has_classes() -> bool {
    registry().kinds().any(|kind| kind.package.starts_with(PYTHON))
}

/// What the packages of kinds that are classes begin with.
const PYTHON: &str = "python: ";

/// A kind of component: what it is called, what it is given, reads and shows.
#[pyclass(frozen, module = "tecmns._native")]
pub(crate) struct Kind {
    pub(crate) kind: te_core::Kind,
    /// Names of the metrics, made once.
    pub(crate) metrics: Vec<Py<PyString>>,
    /// The text of a kind that equations in a text make.
    text: Option<String>,
}

impl Kind {
    fn of(py: Python<'_>, kind: te_core::Kind, text: Option<String>) -> Self {
        let names =
            |fields: &[FieldSpec]| fields.iter().map(|f| PyString::intern(py, &f.name).unbind()).collect();
        Self { metrics: names(kind.metrics()), kind, text }
    }
}

#[pymethods]
impl Kind {
    /// The kind's name: `family/mechanism`.
    #[getter]
    fn name(&self) -> &str {
        &self.kind.name
    }
    /// The crate or file that it comes from.
    #[getter]
    fn package(&self) -> &str {
        &self.kind.package
    }
    /// What it is.
    #[getter]
    fn doc(&self) -> &str {
        &self.kind.doc
    }
    /// The equations of a step, a line each.
    #[getter]
    fn equations(&self) -> Vec<String> {
        self.kind.equations()
    }
    /// What each parameter is: a dictionary with `name`, `kind`, `choices`, `optional`, `default`, `unit`, `doc`, `role`, `random`,
    /// `step`, `bounds`, `exclusive`, `soft`, `aliases`.
    #[getter]
    fn params<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        let list = PyList::empty(py);
        for spec in self.kind.params() {
            list.append(parameter(py, spec)?)?;
        }
        Ok(list)
    }
    /// What each input is: a dictionary with `name`, `kind`, `unit`, `doc`, `default`, which is `None` where it must be given.
    #[getter]
    fn inputs<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        fields(py, self.kind.inputs())
    }
    /// What each metric is: a dictionary with `name`, `kind`, `unit`, `doc`.
    #[getter]
    fn metrics<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        fields(py, self.kind.metrics())
    }
    /// The text of a kind that equations in a text make; `None` for one that is built in.
    #[getter]
    pub(crate) fn text(&self) -> Option<&str> {
        self.text.as_deref()
    }
    fn __repr__(&self) -> String {
        format!("<kind {}>", self.kind.name)
    }
    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        let native = py.import("tecmns._native")?;
        match &self.text {
            Some(text) => (native.getattr("equations")?, (text,)).into_pyobject(py),
            None => (native.getattr("kind")?, (&self.kind.name,)).into_pyobject(py),
        }
    }
}

fn parameter<'py>(py: Python<'py>, spec: &ParamSpec) -> PyResult<Bound<'py, PyDict>> {
    let row = PyDict::new(py);
    let (name, choices) = match &spec.kind {
        ParamKind::F64 => ("f64", None),
        ParamKind::I64 => ("i64", None),
        ParamKind::U64 => ("u64", None),
        ParamKind::Bool => ("bool", None),
        ParamKind::Decimal => ("decimal", None),
        ParamKind::Text => ("text", None),
        ParamKind::Choice(names) => ("choice", Some(names.iter().map(AsRef::as_ref).collect::<Vec<&str>>())),
        ParamKind::List => ("list", None),
        ParamKind::Table => ("table", None),
    };
    let ends = |range: Range| (range.lower.value(), range.upper.value());
    let open = |end: End| matches!(end, End::Exclusive(_));
    row.set_item("name", &*spec.name)?;
    row.set_item("kind", name)?;
    row.set_item("choices", choices)?;
    row.set_item("optional", spec.optional)?;
    row.set_item("default", value::to_python(py, &spec.default)?)?;
    row.set_item("unit", &*spec.unit)?;
    row.set_item("doc", &*spec.doc)?;
    row.set_item("role", spec.role.name())?;
    row.set_item("random", spec.random.as_deref())?;
    row.set_item("step", spec.step)?;
    row.set_item("bounds", ends(spec.range))?;
    row.set_item("exclusive", (open(spec.range.lower), open(spec.range.upper)))?;
    row.set_item("allowed", spec.range.to_string())?;
    row.set_item("soft", ends(spec.soft))?;
    row.set_item("aliases", spec.aliases.iter().map(AsRef::as_ref).collect::<Vec<&str>>())?;
    Ok(row)
}

fn fields<'py>(py: Python<'py>, fields: &[FieldSpec]) -> PyResult<Bound<'py, PyList>> {
    let list = PyList::empty(py);
    for field in fields {
        let row = PyDict::new(py);
        row.set_item("name", &*field.name)?;
        row.set_item("kind", field.kind.name())?;
        row.set_item("unit", &*field.unit)?;
        row.set_item("doc", &*field.doc)?;
        row.set_item("default", field.default)?;
        list.append(row)?;
    }
    Ok(list)
}

/// Names of all kinds, in order.
#[pyfunction]
pub(crate) fn kinds() -> Vec<String> {
    registry().kinds().map(|kind| kind.name.clone()).collect()
}

/// The kind of this name.
#[pyfunction]
pub(crate) fn kind(py: Python<'_>, name: &str) -> PyResult<Kind> {
    let registry = registry();
    let found = registry.kind(name);
    let found = found.map_err(|unknown| error::raise(py, "UnknownKind", "TE0304", &unknown.to_string()))?;
    Ok(Kind::of(py, found.clone(), None))
}

/// A kind of equations, from their text.
#[pyfunction]
pub(crate) fn equations(py: Python<'_>, text: String) -> PyResult<Kind> {
    let read = Equations::parse(&text).map_err(|refused| {
        let lines = refused
            .errors
            .iter()
            .map(|one| format!("{}:{}: {}: {}", one.at.0, one.at.1, one.code, one.message));
        let code = refused.errors.first().map_or("TE0501", |one| one.code);
        error::raise(py, "FileError", code, &lines.collect::<Vec<_>>().join("\n"))
    })?;
    let doc = read.doc().to_owned();
    let kind = te_core::Kind::made(read, "equations in a text", doc);
    Ok(Kind::of(py, kind, Some(text)))
}
