//! Mechanisms that are classes of Python: one call steps all runs of a tile.

use crate::kind::register;
use pyo3::buffer::PyBuffer;
use pyo3::conversion::FromPyObjectOwned;
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PySlice, PyString, PyType};
use std::sync::Arc;
use te_core::kind::{Columns, Declaration, DeclaredTogether, Draw, Together};
use te_core::{
    Bound as End, CellKind, Clock, FieldSpec, Kind, ParamError, ParamKind, ParamSpec, Range, Role, StepError,
    Value,
};

/// What is declared of a parameter, an input or a metric.
type Said<'py> = (String, Bound<'py, PyDict>);

/// What a class steps with.
struct Class {
    own: Py<PyType>,
    numpy: Py<PyAny>,
    /// Names of all columns, in the order of [`Columns::numbers`]; how many of them are only read.
    names: Vec<Py<PyString>>,
    read: usize,
    /// How each metric begins.
    starts: Vec<Begins>,
    times: [Py<PyString>; 3],
}

/// How a metric begins.
enum Begins {
    Number(f64),
    /// As the parameter of this index.
    Param(usize),
}

/// An instance of the class whose attributes are arrays of one length.
struct Made {
    width: usize,
    attributes: Py<PyDict>,
    start: Py<PyAny>,
    step: Py<PyAny>,
    /// Its arrays, one after the other, and those of the metrics.
    numbers: PyBuffer<f64>,
    metrics: PyBuffer<f64>,
    /// The array of each column.
    arrays: Vec<Py<PyAny>>,
    attribute_count: usize,
}

struct Steps {
    class: Arc<Class>,
    /// One for a whole tile, one for a run alone.
    made: Vec<Made>,
}

/// What Python raised, in words.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Raised(String);

/// An exception with the place in the class where it arose.
fn raised(py: Python<'_>, error: &PyErr) -> StepError {
    let kind = error.get_type(py).name().map_or_else(|_| "error".to_owned(), |name| name.to_string());
    let said = error.value(py).to_string();
    let line = error.traceback(py).and_then(|trace| last_line(&trace).ok());
    let place = line.map_or_else(String::new, |line| format!(" (line {line})"));
    StepError::caused_by(Raised(format!("{kind}: {said}{place}")))
}

fn last_line(trace: &Bound<'_, pyo3::types::PyTraceback>) -> PyResult<u32> {
    let mut last = trace.clone().into_any();
    loop {
        let next = last.getattr("tb_next")?;
        if next.is_none() {
            return last.getattr("tb_lineno")?.extract();
        }
        last = next;
    }
}

impl Made {
    fn new(py: Python<'_>, class: &Class, width: usize) -> PyResult<Self> {
        let object = class.own.bind(py).call_method1("__new__", (&class.own,))?;
        let attributes = object.getattr("__dict__")?.cast_into::<PyDict>()?;
        let block = class.numpy.bind(py).call_method1("zeros", ((class.names.len(), width),))?;
        let numbers = PyBuffer::<f64>::get(&block)?;
        let last = isize::try_from(class.names.len())?;
        let metrics = block.get_item(PySlice::new(py, isize::try_from(class.read)?, last, 1))?;
        let metrics = PyBuffer::<f64>::get(&metrics)?;
        let mut arrays = Vec::new();
        for (at, name) in class.names.iter().enumerate() {
            let array = block.get_item(at)?;
            if at < class.read {
                array.getattr("flags")?.setattr("writeable", false)?;
            }
            attributes.set_item(name, &array)?;
            arrays.push(array.unbind());
        }
        for time in &class.times {
            attributes.set_item(time, 0.0)?;
        }
        Ok(Self {
            width,
            attribute_count: attributes.len(),
            attributes: attributes.unbind(),
            start: object.getattr("start")?.unbind(),
            step: object.getattr("step")?.unbind(),
            numbers,
            metrics,
            arrays,
        })
    }

    fn call(
        &self,
        py: Python<'_>,
        class: &Class,
        columns: &mut Columns<'_>,
        clock: Option<&Clock>,
    ) -> PyResult<()> {
        let attributes = self.attributes.bind(py);
        self.numbers.copy_from_slice(py, columns.numbers())?;
        let [t, years, dt] = &class.times;
        attributes.set_item(t, clock.map_or(0, |clock| clock.timestep))?;
        attributes.set_item(years, clock.map_or(0.0, Clock::elapsed_years))?;
        attributes.set_item(dt, clock.map_or(1.0, Clock::years))?;
        let method = if clock.is_some() { &self.step } else { &self.start };
        let called = method.call0(py).and_then(|_| self.take_over(py, class));
        if called.is_err() {
            self.reset(py, class)?;
        }
        called?;
        self.metrics.copy_to_slice(py, columns.metrics_mut())
    }

    /// Writes attributes that were set anew into their arrays; refuses others than declared ones.
    fn take_over(&self, py: Python<'_>, class: &Class) -> PyResult<()> {
        let attributes = self.attributes.bind(py);
        for (at, (name, array)) in class.names.iter().zip(&self.arrays).enumerate() {
            let found = attributes.get_item(name)?;
            if found.as_ref().is_some_and(|found| found.is(array)) {
                continue;
            }
            let name = name.bind(py);
            let Some(found) = found else {
                return Err(PyTypeError::new_err(format!("`self.{name}` was deleted")));
            };
            if at < class.read {
                return Err(PyTypeError::new_err(format!(
                    "`self.{name}` was set: only states and metrics are"
                )));
            }
            class.numpy.bind(py).call_method1("copyto", (array, found))?;
            attributes.set_item(name, array)?;
        }
        if attributes.len() == self.attribute_count {
            return Ok(());
        }
        let named: Vec<String> = self.foreign(py, class).iter().map(ToString::to_string).collect();
        Err(PyTypeError::new_err(format!(
            "`self.{}` was set: what a run keeps must be declared as a State, or its results would depend on who else is stepped",
            named.join("`, `self.")
        )))
    }

    /// Names of attributes that the class does not declare.
    fn foreign<'py>(&self, py: Python<'py>, class: &Class) -> Vec<Bound<'py, PyAny>> {
        let known = |name: &Bound<'_, PyAny>| {
            class.names.iter().chain(&class.times).any(|own| name.eq(own).unwrap_or(false))
        };
        self.attributes.bind(py).keys().iter().filter(|name| !known(name)).collect()
    }

    /// Makes every attribute its array again, after a call that failed.
    fn reset(&self, py: Python<'_>, class: &Class) -> PyResult<()> {
        let attributes = self.attributes.bind(py);
        for name in self.foreign(py, class) {
            attributes.del_item(name)?;
        }
        for (name, array) in class.names.iter().zip(&self.arrays) {
            attributes.set_item(name, array)?;
        }
        Ok(())
    }
}

impl Steps {
    fn call(&mut self, columns: &mut Columns<'_>, clock: Option<&Clock>) -> Result<(), StepError> {
        Python::attach(|py| {
            let width = columns.width();
            let at = self.made.iter().position(|made| made.width == width);
            let at = if let Some(at) = at {
                at
            } else {
                let made = Made::new(py, &self.class, width).map_err(|error| raised(py, &error))?;
                self.made.push(made);
                self.made.len() - 1
            };
            let Some(made) = self.made.get(at) else { return Ok(()) };
            made.call(py, &self.class, columns, clock).map_err(|error| raised(py, &error))
        })
    }
}

impl Together for Steps {
    fn start(&mut self, columns: &mut Columns<'_>) -> Result<(), StepError> {
        for (at, begins) in self.class.starts.iter().enumerate() {
            match *begins {
                Begins::Number(x) => columns.metric_mut(at).fill(x),
                Begins::Param(param) => columns.begin_as(at, param),
            }
        }
        self.call(columns, None)
    }

    fn step(&mut self, columns: &mut Columns<'_>, clock: &Clock) -> Result<(), StepError> {
        self.call(columns, Some(clock))
    }
}

/// A value that is declared, by its name in the dictionary.
fn said<'py, T: FromPyObjectOwned<'py>>(declared: &Bound<'py, PyDict>, name: &str) -> PyResult<T> {
    let value =
        declared.get_item(name)?.ok_or_else(|| PyValueError::new_err(format!("{name} is not declared")))?;
    value.extract().map_err(Into::into)
}

fn range(declared: &Bound<'_, PyDict>, name: &str, open: (bool, bool)) -> PyResult<Range> {
    let (low, high): (Option<f64>, Option<f64>) = said(declared, name)?;
    let end = |x: Option<f64>, open: bool| match x {
        None => End::None,
        Some(x) if open => End::Exclusive(x),
        Some(x) => End::Inclusive(x),
    };
    Ok(Range { lower: end(low, open.0), upper: end(high, open.1) })
}

fn parameter((name, declared): &Said<'_>) -> PyResult<ParamSpec> {
    let wrong = |text: String| PyValueError::new_err(format!("parameter `{name}`: {text}"));
    let (kind, default) = match said::<String>(declared, "kind")?.as_str() {
        "bool" => (ParamKind::Bool, Value::Bool(said(declared, "default")?)),
        "i64" => (ParamKind::I64, Value::I64(said(declared, "default")?)),
        _ => (ParamKind::F64, Value::F64(said(declared, "default")?)),
    };
    let role = match said::<String>(declared, "role")?.as_str() {
        "controllable" => Role::Controllable,
        "environment" => Role::Environment,
        "random" => Role::Random,
        other => {
            return Err(wrong(format!("role is {other:?}: allowed are controllable, environment, random")));
        }
    };
    let spec = ParamSpec {
        name: name.clone().into(),
        aliases: Vec::new(),
        kind,
        optional: false,
        range: range(declared, "bounds", said(declared, "exclusive")?)?,
        soft: range(declared, "soft", (false, false))?,
        step: said(declared, "step")?,
        unit: said::<String>(declared, "unit")?.into(),
        doc: said::<String>(declared, "doc")?.into(),
        role,
        random: said::<Option<String>>(declared, "random")?.map(Into::into),
        initial: false,
        default,
    };
    spec.accept(&spec.default).map_err(|issue| wrong(issue.to_string()))?;
    Ok(spec)
}

fn field((name, declared): &Said<'_>) -> PyResult<FieldSpec> {
    Ok(FieldSpec {
        name: name.clone().into(),
        kind: CellKind::F64,
        unit: said::<String>(declared, "unit")?.into(),
        doc: said::<String>(declared, "doc")?.into(),
        default: said(declared, "default")?,
    })
}

/// Makes a class known as a kind. `starts` has for each metric the number that it begins as, or the index of a parameter.
#[pyfunction]
#[expect(
    clippy::too_many_arguments,
    clippy::needless_pass_by_value,
    reason = "the package calls it, with what it found in a class"
)]
pub(crate) fn register_mechanism(
    py: Python<'_>,
    class: &Bound<'_, PyType>,
    about: &Bound<'_, PyDict>,
    params: Vec<Said<'_>>,
    inputs: Vec<Said<'_>>,
    metrics: Vec<Said<'_>>,
    draws: Vec<(String, String)>,
    starts: Vec<Bound<'_, PyAny>>,
) -> PyResult<()> {
    let names = params.iter().chain(&inputs).map(|(name, _)| name);
    let names = names.chain(draws.iter().map(|(name, _)| name)).chain(metrics.iter().map(|(name, _)| name));
    let intern = |name: &str| PyString::intern(py, name).unbind();
    let begins = |start: &Bound<'_, PyAny>| match start.extract::<usize>() {
        Ok(param) => Ok(Begins::Param(param)),
        Err(_) => start.extract().map(Begins::Number),
    };
    let stepped = Arc::new(Class {
        own: class.clone().unbind(),
        numpy: py.import("numpy")?.into_any().unbind(),
        names: names.map(|name| intern(name)).collect(),
        read: params.len() + inputs.len() + draws.len(),
        starts: starts.iter().map(begins).collect::<PyResult<_>>()?,
        times: ["t", "years", "dt"].map(intern),
    });
    let declaration = Declaration {
        name: said(about, "name")?,
        params: params.iter().map(parameter).collect::<PyResult<_>>()?,
        inputs: inputs.iter().map(field).collect::<PyResult<_>>()?,
        metrics: metrics.iter().map(field).collect::<PyResult<_>>()?,
        substeps: 1,
    };
    let draws = draws.into_iter().map(|(name, of)| {
        let draw = if of == "normal" { Draw::Normal } else { Draw::Uniform };
        (name, draw)
    });
    let make = move || Box::new(Steps { class: Arc::clone(&stepped), made: Vec::new() }) as Box<dyn Together>;
    let content = Some(said::<String>(about, "content")?);
    let refused = |error: ParamError| PyValueError::new_err(error.to_string());
    let together = DeclaredTogether::new(declaration, draws.collect(), content, make).map_err(refused)?;
    register(Kind::made(together, said::<String>(about, "package")?, said::<String>(about, "doc")?))
}
