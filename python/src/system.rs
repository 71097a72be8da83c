//! Systems: read, changed, run many times.

use crate::kind::registry;
use crate::running::{HowFar, watched, with_classes};
use crate::table::{Matrix, Table};
use crate::{error, live, value};
use pyo3::buffer::PyBuffer;
use pyo3::exceptions::{PyKeyError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList};
use std::path::PathBuf;
use te_core::picture::ChartSpec;
use te_core::{Experiment, Keep, Plan, Recording, RunId, Sweep, Value, failure_table, nearest};
use te_output::{Compression, Format, Storage};
use te_system::{Changes, Prepared, SystemFile};
use tecmns::command::{IntoFolder, Left, OutputChoice, key_figures_frame, line_of_changes};

/// A system, with what its file says of runs.
#[pyclass(frozen, module = "tecmns._native")]
pub(crate) struct System {
    file: SystemFile,
    changes: Changes,
    nested: Vec<(String, String)>,
    prepared: Prepared,
}

/// Changes as Python gives them: parameters to set, parameters to sweep, runs, timesteps, seed, what to record.
#[derive(FromPyObject)]
pub(crate) struct Given<'py>(
    Vec<(String, Bound<'py, PyAny>)>,
    Vec<(String, Bound<'py, PyAny>)>,
    Option<u64>,
    Option<u64>,
    Option<u64>,
    Option<String>,
);

impl Given<'_> {
    fn changes(self) -> PyResult<Changes> {
        let Self(set, sweep, runs, timesteps, seed, record) = self;
        let mut changes = Changes { runs, timesteps, seed, record, ..Changes::default() };
        for (name, given) in set {
            changes = changes.with_value(&name, &value::from_python(&given)?);
        }
        for (name, given) in sweep {
            changes = match value::from_python(&given)? {
                Value::List(values) => changes.with_axis(&name, &values),
                Value::Text(range) => {
                    changes.sweep.push(format!("{name}={range}"));
                    changes
                }
                one => changes.with_axis(&name, &[one]),
            };
        }
        Ok(changes)
    }
}

impl System {
    fn read(
        py: Python<'_>,
        text: Option<&str>,
        path: &std::path::Path,
        nested: &[(String, String)],
        changes: Changes,
    ) -> PyResult<Self> {
        let registry = registry();
        let file = match text {
            Some(text) => SystemFile::parse_kept(text, path, nested, &registry),
            None => SystemFile::read(path, &registry),
        };
        let mut file = file.map_err(|e| error::file(py, &e))?;
        let prepared = changes.experiment(&mut file, &registry).map_err(|e| error::change(py, &e))?;
        let nested = file.nested().map_err(|e| error::file(py, &e))?;
        Ok(Self { file, changes, nested, prepared })
    }

    /// The same system with more changes.
    fn with(&self, py: Python<'_>, more: &Changes) -> PyResult<Self> {
        let changes = self.changes.clone().then(more);
        Self::read(py, Some(self.file.text()), self.file.path(), &self.nested, changes)
    }
}

/// Everything that an experiment leaves.
#[pyclass(frozen, module = "tecmns._native")]
pub(crate) struct Outcome {
    #[pyo3(get)]
    rows: Py<Table>,
    #[pyo3(get)]
    failures: Py<Table>,
    #[pyo3(get)]
    kpis: Py<Table>,
    #[pyo3(get)]
    statistics: Option<Py<Table>>,
    #[pyo3(get)]
    runs: u64,
    #[pyo3(get)]
    seed: u64,
    /// Names of the columns of parameters that vary.
    #[pyo3(get)]
    parameters: Vec<String>,
    charts: Vec<ChartSpec>,
    plan: Plan,
}

#[pymethods]
impl Outcome {
    /// The points of the sweep and the draws of runs.
    fn points(&self, py: Python<'_>) -> PyResult<Table> {
        let frame = self.plan.points().frame(0..u64::MAX);
        Table::of(py, frame.map_err(|e| PyValueError::new_err(e.to_string()))?)
    }
    /// The charts that the system's file asks for.
    fn charts<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        charts(py, &self.charts)
    }
}

/// Charts as dictionaries.
pub(crate) fn charts<'py>(py: Python<'py>, charts: &[ChartSpec]) -> PyResult<Bound<'py, PyList>> {
    let list = PyList::empty(py);
    for chart in charts {
        let text = ::toml::to_string(chart).map_err(|e| PyValueError::new_err(e.to_string()))?;
        let table: Value = ::toml::from_str(&text).map_err(|e| PyValueError::new_err(e.to_string()))?;
        list.append(value::to_python(py, &table)?)?;
    }
    Ok(list)
}

fn frame_error(e: te_core::FrameError) -> PyErr {
    PyValueError::new_err(e.to_string())
}

/// How to run: threads, shard, whether the first failure ends it.
#[derive(FromPyObject)]
pub(crate) struct How(usize, Option<(u64, u64)>, bool);

impl How {
    fn apply(&self, experiment: Experiment) -> Experiment {
        let Self(threads, shard, strict) = *self;
        let mut experiment = with_classes(experiment).threads(threads);
        if let Some((index, count)) = shard {
            experiment = experiment.shard(index, count);
        }
        if strict { experiment.strict() } else { experiment }
    }
}

#[pymethods]
impl System {
    #[new]
    #[pyo3(signature = (text, path, nested, given))]
    fn new(
        py: Python<'_>,
        text: Option<&str>,
        path: PathBuf,
        nested: Vec<(String, String)>,
        given: Given<'_>,
    ) -> PyResult<Self> {
        Self::read(py, text, &path, &nested, given.changes()?)
    }

    /// The same system with changes.
    fn replaced(&self, py: Python<'_>, given: Given<'_>) -> PyResult<Self> {
        self.with(py, &given.changes()?)
    }

    #[getter]
    fn name(&self) -> &str {
        &self.file.name
    }
    #[getter]
    fn description(&self) -> &str {
        &self.file.description
    }
    #[getter]
    fn text(&self) -> &str {
        self.file.text()
    }
    #[getter]
    fn path(&self) -> PathBuf {
        self.file.path().to_owned()
    }
    #[getter]
    fn nested(&self) -> Vec<(String, String)> {
        self.nested.clone()
    }
    #[getter]
    fn timesteps(&self) -> u64 {
        self.file.settings.timesteps
    }
    #[getter]
    fn runs(&self) -> u64 {
        self.file.settings.runs
    }
    #[getter]
    fn seed(&self) -> u64 {
        self.file.settings.seed
    }
    #[getter]
    fn step_length(&self) -> String {
        self.file.step.to_string()
    }
    #[getter]
    fn notes(&self) -> Vec<String> {
        self.file.notes.clone()
    }
    #[getter]
    fn variants(&self) -> Vec<String> {
        self.prepared.systems.iter().map(|system| system.name.clone()).collect()
    }
    #[getter]
    fn charts<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        charts(py, &self.file.charts)
    }
    /// Points of the sweep and runs altogether, and what they take.
    fn size(&self, py: Python<'_>) -> PyResult<(u64, u64, u64)> {
        let plan = self.prepared.experiment.plan().map_err(|e| error::experiment(py, &e))?;
        Ok((plan.subsets(), plan.runs(), plan.forecast().table_bytes))
    }
    /// Every column that can be recorded: name, kind, unit, doc.
    fn columns(&self, py: Python<'_>) -> PyResult<Vec<(String, &'static str, String, String)>> {
        let recording = Recording { columns: vec!["*".to_owned()], ..Recording::default() };
        let experiment = self.prepared.experiment.clone().record(recording);
        let plan = experiment.plan().map_err(|e| error::experiment(py, &e))?;
        let told =
            |c: &te_core::PlannedColumn| (c.name.clone(), c.kind.name(), c.unit.clone(), c.doc.clone());
        Ok(plan.columns().iter().map(told).collect())
    }
    /// The components of a variant: path, kind, list, and parameters with their values.
    fn components<'py>(&self, py: Python<'py>, variant: usize) -> PyResult<Bound<'py, PyList>> {
        let list = PyList::empty(py);
        for component in self.prepared.systems.get(variant).map(|s| &s.components).into_iter().flatten() {
            let params = PyDict::new(py);
            for (spec, given) in &component.params {
                params.set_item(&*spec.name, value::to_python(py, given)?)?;
            }
            list.append((&component.path, &component.kind, component.list.name(), params))?;
        }
        Ok(list)
    }
    /// The wires of a variant: what is read, and what is fed.
    fn wires(&self, variant: usize) -> Vec<(String, String)> {
        let wires = self.prepared.systems.get(variant).map(|s| &s.wires).into_iter().flatten();
        wires.map(|wire| (wire.from.clone(), wire.to.clone())).collect()
    }
    /// The derived columns of a variant: name and expression.
    fn derived(&self, variant: usize) -> Vec<(String, String)> {
        self.prepared.systems.get(variant).map(|s| s.derived.clone()).unwrap_or_default()
    }

    /// Runs everything and keeps the results in memory.
    fn run(&self, py: Python<'_>, how: How, report: Option<Py<PyAny>>) -> PyResult<Outcome> {
        let how_far = HowFar::default();
        let mut experiment = how.apply(self.prepared.experiment.clone());
        if report.is_some() {
            experiment = how_far.of(experiment);
        }
        let cancel = experiment.cancel_handle();
        let report = report.as_ref().map(|report| (&how_far, report));
        let results = watched(py, &cancel, report, || {
            let plan = experiment.plan()?;
            Ok((plan, experiment.run()?))
        })?;
        let (plan, mut results) = results.map_err(|e| error::experiment(py, &e))?;
        let failures = failure_table(&results.failures).map_err(frame_error)?;
        let kpis = key_figures_frame(&self.file.settings.kpis, &results.kpis).map_err(frame_error)?;
        let statistics = results.statistics.take().map(|statistics| statistics.frame().map_err(frame_error));
        let statistics =
            statistics.transpose()?.map(|frame| Py::new(py, Table::of(py, frame)?)).transpose()?;
        let parameters = tecmns::command::parameter_columns(&plan).map_err(|e| error::command(py, &e))?;
        Ok(Outcome {
            runs: results.runs,
            seed: results.seed,
            rows: Py::new(py, Table::of(py, results.into_frame())?)?,
            failures: Py::new(py, Table::of(py, failures)?)?,
            kpis: Py::new(py, Table::of(py, kpis)?)?,
            statistics,
            parameters,
            charts: self.file.charts.clone(),
            plan,
        })
    }

    /// Runs everything into a results folder, as the command does: whether all is there, and how many runs failed.
    #[pyo3(signature = (out, how, output, resume, force, report=None))]
    #[expect(clippy::too_many_arguments, reason = "the package gives them names and defaults")]
    fn write(
        &self,
        py: Python<'_>,
        out: PathBuf,
        how: How,
        output: (String, String, bool, bool),
        resume: bool,
        force: bool,
        report: Option<Py<PyAny>>,
    ) -> PyResult<(bool, u64)> {
        let how_far = HowFar::default();
        let mut experiment = how.apply(self.prepared.experiment.clone());
        if report.is_some() {
            experiment = how_far.of(experiment);
        }
        let (format, compression, charts, summary) = output;
        let output = OutputChoice { storage: storage(&format, &compression)?, charts, summary };
        let plan = experiment.plan().map_err(|e| error::experiment(py, &e))?;
        let job = IntoFolder {
            file: &self.file,
            changes: &self.changes,
            systems: &self.prepared.systems,
            plan: &plan,
            output,
            line: line_of_changes(self.file.path(), &self.changes, output),
            shard: how.1,
            resume,
            force,
        };
        let cancel = experiment.cancel_handle();
        let report = report.as_ref().map(|report| (&how_far, report));
        let left = watched(py, &cancel, report, || job.run(&out, &|_| {}, &|_| {}))?;
        Ok(match left.map_err(|e| error::command(py, &e))? {
            Left::Complete(outcome) => (true, outcome.failures),
            Left::Finished(finished) => (true, finished.outcome.failures),
            Left::Part { .. } | Left::Stopped { .. } => (false, 0),
        })
    }

    /// Starts one run, to be stepped by hand, or goes on with one from a snapshot.
    #[pyo3(signature = (simulation, subset, run, snapshot=None))]
    fn start(
        &self,
        py: Python<'_>,
        simulation: u64,
        subset: u64,
        run: u64,
        snapshot: Option<&[u8]>,
    ) -> PyResult<live::Live> {
        let mut experiment = self.prepared.experiment.clone();
        if run > self.file.settings.runs {
            experiment = experiment.runs(run);
        }
        let plan = experiment.plan().map_err(|e| error::experiment(py, &e))?;
        live::start(py, plan, RunId { simulation, subset, run }, snapshot)
    }

    /// Final values of columns, or key figures, at many points: the means over runs that did not fail.
    #[pyo3(signature = (names, points, outputs, runs, timesteps, seed, threads, variant))]
    #[expect(clippy::too_many_arguments, reason = "the package gives them names and defaults")]
    fn evaluate(
        &self,
        py: Python<'_>,
        names: Vec<String>,
        points: PyBuffer<f64>,
        outputs: Vec<String>,
        runs: u64,
        timesteps: Option<u64>,
        seed: Option<u64>,
        threads: usize,
        variant: usize,
    ) -> PyResult<Matrix> {
        let rows = match *points.shape() {
            [rows, columns] if columns == names.len() && columns > 0 => rows,
            _ => {
                return Err(PyValueError::new_err(format!(
                    "points have the shape {:?}: it must be (n, {}), a column for each name",
                    points.shape(),
                    names.len()
                )));
            }
        };
        let flat = points.to_vec(py)?;
        let kpi = |name: &String| self.file.settings.kpis.iter().any(|kpi| kpi.name == *name);
        let columns: Vec<String> = outputs.iter().filter(|name| !kpi(name)).cloned().collect();
        let keep = if columns.is_empty() { Keep::Nothing } else { Keep::Finals };
        let recording = Recording { columns, keep, ..Recording::default() };
        let sweep = Sweep::Numbers { names, values: flat };
        let experiment = with_classes(self.prepared.experiment.clone());
        let mut experiment = experiment.threads(threads).record(recording).sweep(sweep).runs(runs);
        if let Some(timesteps) = timesteps {
            experiment = experiment.timesteps(timesteps);
        }
        if let Some(seed) = seed {
            experiment = experiment.seed(seed);
        }
        let cancel = experiment.cancel_handle();
        let results =
            watched(py, &cancel, None, || experiment.run())?.map_err(|e| error::experiment(py, &e))?;
        let values = means(&results, &outputs, rows, variant as u64)?;
        Ok(Matrix { values, shape: (rows, outputs.len()) })
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyAny>, Kept)> {
        let restore = py.import("tecmns._native")?.getattr("restore_system")?;
        let changes =
            ::toml::to_string(&self.changes.table()).map_err(|e| PyValueError::new_err(e.to_string()))?;
        Ok((restore, (self.file.text().to_owned(), self.path(), self.nested.clone(), changes)))
    }
}

/// What a system is pickled to: text, path, texts of nested files, changes.
type Kept = (String, PathBuf, Vec<(String, String)>, String);

/// A system from what it was pickled to.
#[pyfunction]
pub(crate) fn restore_system(
    py: Python<'_>,
    text: &str,
    path: PathBuf,
    nested: Vec<(String, String)>,
    changes: &str,
) -> PyResult<System> {
    let table: ::toml::Table =
        changes.parse().map_err(|e: ::toml::de::Error| PyValueError::new_err(e.to_string()))?;
    System::read(py, Some(text), &path, &nested, Changes::of_table(&table))
}

/// For each point and output the mean over runs; NaN where all runs failed.
fn means(
    results: &te_core::Results,
    outputs: &[String],
    points: usize,
    simulation: u64,
) -> PyResult<Vec<f64>> {
    let frame = results.frame();
    let simulations = frame.u64s("simulation").unwrap_or_default();
    let subsets = frame.u64s("subset").unwrap_or_default();
    let mut out = vec![f64::NAN; points * outputs.len()];
    for (at, name) in outputs.iter().enumerate() {
        let figures: Vec<_> = results.kpis.iter().filter(|kpi| kpi.name == *name).collect();
        for figure in figures.iter().filter(|figure| figure.simulation == simulation) {
            if let Some(slot) =
                usize::try_from(figure.subset).ok().and_then(|p| out.get_mut(p * outputs.len() + at))
            {
                *slot = figure.value;
            }
        }
        if !figures.is_empty() {
            continue;
        }
        let Some(column) = frame.column(name) else {
            let near = nearest(name, frame.columns().iter().map(|c| &c.name));
            let hint = near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
            return Err(PyKeyError::new_err(format!("no column `{name}`{hint}")));
        };
        let mut seen = vec![0_u64; points];
        for (row, (of, subset)) in simulations.iter().zip(subsets).enumerate() {
            let Some(x) = column.number(row).filter(|_| *of == simulation) else { continue };
            let point = usize::try_from(*subset).unwrap_or(usize::MAX);
            if let (Some(seen), Some(slot)) = (seen.get_mut(point), out.get_mut(point * outputs.len() + at)) {
                *seen += 1;
                *slot = if *seen == 1 { x } else { *slot + (x - *slot) / *seen as f64 };
            }
        }
    }
    Ok(out)
}

fn storage(format: &str, compression: &str) -> PyResult<Storage> {
    let formats = Format::all();
    let known: Vec<&str> = formats.iter().map(|one| one.extension()).collect();
    let found = formats.iter().copied().find(|one| one.extension() == format);
    let format = found.ok_or_else(|| {
        PyValueError::new_err(format!("format is {format:?}: there are {}", known.join(", ")))
    })?;
    let known = Compression::ALL.map(Compression::name).join(", ");
    let found = Compression::ALL.into_iter().find(|one| one.name() == compression);
    let compression = found
        .ok_or_else(|| PyValueError::new_err(format!("compression is {compression:?}: there are {known}")))?;
    Ok(Storage { format, compression })
}

/// The text of a table of TOML.
#[pyfunction]
pub(crate) fn toml(table: &Bound<'_, PyDict>) -> PyResult<String> {
    let wrong = |e: ::toml::ser::Error| PyValueError::new_err(e.to_string());
    let table = ::toml::Value::try_from(value::from_python(table.as_any())?).map_err(wrong)?;
    ::toml::to_string(&table).map_err(wrong)
}
