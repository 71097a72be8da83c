//! One component, stepped from Python.

mod copies;
mod metric;

pub(crate) use copies::restore;
pub(crate) use metric::Metric;

use crate::kind::Kind;
use crate::{error, value};
use pyo3::exceptions::{PyAttributeError, PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyFloat, PyString, PyTuple, PyType};
use te_core::kind::{SaveError, Single};
use te_core::{CellKind, Clock, StepLength, StepLengthError, StreamKey, Value};

/// A mechanism that holds its own state.
///
/// It is built from parameters, stepped with inputs, and shows metrics. It does what it does in a system under the same name,
/// seed and run, to the bit. Its classes are in `tecmns.hive`, `tecmns.amm` and so on, one for each kind.
#[pyclass(subclass, module = "tecmns._native")]
pub(crate) struct Component {
    single: Box<dyn Single>,
    kind: Py<Kind>,
    name: String,
    key: StreamKey,
    step: StepLength,
    timestep: u64,
    /// Those of the present step.
    inputs: Vec<f64>,
}

fn refused(error: &SaveError) -> PyErr {
    PyValueError::new_err(error.to_string())
}

fn step_length(text: Option<&str>) -> PyResult<StepLength> {
    let wrong = |error: StepLengthError| PyValueError::new_err(error.to_string());
    text.map_or(Ok(StepLength::default()), |text| text.parse().map_err(wrong))
}

/// The parameters of a call: `curve__entry_tribute` is `entry_tribute` of `curve`.
fn table(params: Option<&Bound<'_, PyDict>>) -> PyResult<Value> {
    let mut rows = Vec::new();
    for (name, given) in params.into_iter().flatten() {
        let name = name.cast::<PyString>()?.to_str()?.replace("__", ".");
        rows.push((name, value::from_python(&given)?));
    }
    Ok(Value::Table(rows))
}

impl Component {
    fn of(
        py: Python<'_>,
        kind: Py<Kind>,
        params: &Value,
        place: (Option<String>, u64, u64),
        step: StepLength,
    ) -> PyResult<Self> {
        let own = &kind.get().kind;
        let (name, seed, run) = place;
        let name = name.unwrap_or_else(|| own.name.rsplit('/').next().unwrap_or_default().replace('-', "_"));
        let key = StreamKey { seed, run, subset: None };
        let single = own.instance(params).and_then(|instance| instance.single(&name, key));
        let single = single.map_err(|refusal| error::params(py, &own.name, &refusal))?;
        let inputs = vec![0.0; own.inputs().len()];
        Ok(Self { single, kind, name, key, step, timestep: 0, inputs })
    }

    /// Takes the inputs of a call; what it leaves out has its default.
    fn take_inputs(&mut self, args: &Bound<'_, PyTuple>, named: Option<&Bound<'_, PyDict>>) -> PyResult<()> {
        let kind = &self.kind.get().kind;
        let fields = kind.inputs();
        if args.len() > fields.len() {
            let (has, given) = (fields.len(), args.len());
            return Err(PyTypeError::new_err(format!("{} has {has} inputs: {given} were given", kind.name)));
        }
        for (slot, field) in self.inputs.iter_mut().zip(fields) {
            *slot = field.default.unwrap_or(f64::NAN);
        }
        for ((slot, field), x) in self.inputs.iter_mut().zip(fields).zip(args.iter()) {
            *slot = input(&x, &field.name)?;
        }
        for (name, x) in named.into_iter().flatten() {
            let name = name.cast::<PyString>()?.to_str()?;
            let at = fields.iter().position(|field| field.name == name).ok_or_else(|| {
                let near = te_core::nearest(name, fields.iter().map(|field| field.name.as_ref()));
                let hint = near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
                PyTypeError::new_err(format!("{} has no input `{name}`{hint}", kind.name))
            })?;
            if at < args.len() {
                return Err(PyTypeError::new_err(format!("input `{name}` is given twice")));
            }
            self.inputs[at] = input(&x, name)?;
        }
        match self.inputs.iter().zip(fields).find(|(x, _)| x.is_nan()) {
            None => Ok(()),
            Some((_, field)) => Err(PyTypeError::new_err(format!(
                "{}: input `{}` [{}] must be given",
                kind.name, field.name, field.unit
            ))),
        }
    }

    /// One step with the inputs at hand.
    fn advance_once(&mut self, py: Python<'_>) -> PyResult<()> {
        let clock = Clock { step: self.step, horizon: u64::MAX, ..Clock::at(self.timestep + 1) };
        match self.single.step(&self.inputs, &clock) {
            Ok(()) => {
                self.timestep += 1;
                Ok(())
            }
            Err(failed) => Err(error::step(py, &self.name, clock.timestep, &failed)),
        }
    }

    /// A metric in its own kind.
    fn metric<'py>(&self, py: Python<'py>, at: usize) -> PyResult<Bound<'py, PyAny>> {
        let kind = &self.kind.get().kind;
        if let (Some(CellKind::F64), Some(x)) =
            (kind.metrics().get(at).map(|field| field.kind), self.single.numbers().get(at))
        {
            return Ok(PyFloat::new(py, *x).into_any());
        }
        match self.single.cell(at) {
            Some(cell) => value::cell(py, cell),
            None => Err(PyAttributeError::new_err(format!("{} shows no such metric", kind.name))),
        }
    }

    fn given(&self) -> impl Iterator<Item = Option<Value>> {
        let instance = self.single.instance();
        (0..instance.specs().len()).map(|at| instance.get(at))
    }
}

/// An input, which is a finite number.
fn input(x: &Bound<'_, PyAny>, name: &str) -> PyResult<f64> {
    let x: f64 = x.extract().map_err(|_| PyTypeError::new_err(format!("input `{name}` must be a number")))?;
    if x.is_finite() {
        Ok(x)
    } else {
        Err(PyValueError::new_err(format!("input `{name}` is {x}: it must be a finite number")))
    }
}

#[pymethods]
impl Component {
    #[new]
    #[classmethod]
    #[pyo3(signature = (*args, seed=0, run=1, name=None, step_length=None, **params))]
    fn new(
        class: &Bound<'_, PyType>,
        args: &Bound<'_, PyTuple>,
        seed: u64,
        run: u64,
        name: Option<String>,
        step_length: Option<&str>,
        params: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Self> {
        if let Some(ready) = copies::READY.take() {
            return Ok(ready);
        }
        let py = class.py();
        let kind = match class.getattr_opt("KIND")? {
            Some(kind) if args.is_empty() => kind.cast_into::<Kind>()?.unbind(),
            Some(_) => {
                let class = class.name()?;
                return Err(PyTypeError::new_err(format!("parameters of {class} are given by name")));
            }
            None => {
                let (name,): (String,) = args.extract().map_err(|_| {
                    PyTypeError::new_err(
                        "Component is given the name of a kind, as in Component(\"hive/economy\")",
                    )
                })?;
                Py::new(py, crate::kind::kind(py, &name)?)?
            }
        };
        Self::of(py, kind, &table(params)?, (name, seed, run), self::step_length(step_length)?)
    }

    /// Moves the state on by one step. Inputs are given by name or in declared order; one that is left out has its default.
    #[pyo3(signature = (*args, **inputs))]
    fn step(
        &mut self,
        py: Python<'_>,
        args: &Bound<'_, PyTuple>,
        inputs: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<()> {
        if !self.inputs.is_empty() || inputs.is_some() || !args.is_empty() {
            self.take_inputs(args, inputs)?;
        }
        self.advance_once(py)
    }

    /// Takes `count` steps with the same inputs, without coming back in between.
    #[pyo3(signature = (count, /, *args, **inputs))]
    fn advance(
        &mut self,
        py: Python<'_>,
        count: u64,
        args: &Bound<'_, PyTuple>,
        inputs: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<()> {
        self.take_inputs(args, inputs)?;
        for at in 0..count {
            if at % 4096 == 4095 {
                py.check_signals()?;
            }
            self.advance_once(py)?;
        }
        Ok(())
    }

    /// The metrics of the present state by name.
    fn metrics<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let out = PyDict::new(py);
        for (at, name) in self.kind.get().metrics.iter().enumerate() {
            out.set_item(name.bind(py), self.metric(py, at)?)?;
        }
        Ok(out)
    }

    /// The parameters that it was built from, by name.
    #[getter]
    fn params<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let out = PyDict::new(py);
        for (spec, given) in self.kind.get().kind.params().iter().zip(self.given()) {
            if let Some(given) = given {
                out.set_item(&*spec.name, value::to_python(py, &given)?)?;
            }
        }
        Ok(out)
    }

    /// The kind.
    #[getter]
    fn kind(&self, py: Python<'_>) -> Py<Kind> {
        self.kind.clone_ref(py)
    }
    /// The name under which it draws.
    #[getter]
    fn name(&self) -> &str {
        &self.name
    }
    /// The master seed of its draws.
    #[getter]
    fn seed(&self) -> u64 {
        self.key.seed
    }
    /// The run of its draws.
    #[getter]
    fn run(&self) -> u64 {
        self.key.run
    }
    /// The length of a step.
    #[getter]
    fn step_length(&self) -> String {
        self.step.to_string()
    }
    /// The timestep that was completed last; 0 at the start.
    #[getter]
    fn timestep(&self) -> u64 {
        self.timestep
    }

    /// Gives it the draws of another run, before its first step: a component that stands in the initial state of cadCAD or
    /// radCAD otherwise draws the same in every run. What chance decides of its start is drawn anew.
    #[pyo3(signature = (*, run=None, seed=None))]
    fn reseed(&mut self, py: Python<'_>, run: Option<u64>, seed: Option<u64>) -> PyResult<()> {
        if self.timestep > 0 {
            let at = self.timestep;
            return Err(PyValueError::new_err(format!(
                "it is at timestep {at}: reseed it before its first step"
            )));
        }
        self.key.seed = seed.unwrap_or(self.key.seed);
        self.key.run = run.unwrap_or(self.key.run);
        let kind = &self.kind.get().kind.name;
        self.single.restart(self.key).map_err(|refusal| error::params(py, kind, &refusal))
    }

    fn __copy__(slf: &Bound<'_, Self>) -> PyResult<Py<PyAny>> {
        copies::copied(slf, None)
    }
    fn __deepcopy__(slf: &Bound<'_, Self>, memo: &Bound<'_, PyAny>) -> PyResult<Py<PyAny>> {
        copies::copied(slf, Some(memo))
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyTuple>> {
        let py = slf.py();
        let this = slf.borrow();
        let state = PyBytes::new(py, &this.single.save().map_err(|e| refused(&e))?);
        let place = (&this.name, this.key.seed, this.key.run, this.step.to_string(), this.timestep);
        // A class that equations in a text make has no name by which it could be found again.
        let class = this.kind.get().text().is_none().then(|| slf.get_type());
        let arguments = (class, this.kind.clone_ref(py), this.params(py)?, place, state);
        let own = slf.getattr_opt("__dict__")?;
        (py.import("tecmns._native")?.getattr("restore")?, arguments, own).into_pyobject(py)
    }

    fn __eq__(&self, py: Python<'_>, other: &Bound<'_, PyAny>) -> Py<PyAny> {
        let Ok(other) = other.cast::<Self>() else { return py.NotImplemented() };
        let Ok(other) = other.try_borrow() else { return py.NotImplemented() };
        let same = self.single.instance().kind() == other.single.instance().kind()
            && self.timestep == other.timestep
            && self.given().eq(other.given())
            && self.single.save().ok() == other.single.save().ok();
        pyo3::types::PyBool::new(py, same).to_owned().into_any().unbind()
    }

    fn __repr__(slf: &Bound<'_, Self>) -> PyResult<String> {
        let py = slf.py();
        let this = slf.borrow();
        let class = slf.get_type();
        let mut said: Vec<String> = Vec::new();
        if class.is(py.get_type::<Self>()) {
            said.push(PyString::new(py, &this.kind.get().kind.name).repr()?.to_string());
        }
        for (spec, given) in this.kind.get().kind.params().iter().zip(this.given()) {
            match given {
                Some(given) if given != spec.default => {
                    let text = value::to_python(py, &given)?.repr()?.to_string();
                    let short = if text.chars().count() > 60 { "..." } else { &text };
                    said.push(format!("{}={short}", spec.name.replace('.', "__")));
                }
                _ => {}
            }
        }
        Ok(format!("<{}({}) at timestep {}>", class.name()?, said.join(", "), this.timestep))
    }
}
