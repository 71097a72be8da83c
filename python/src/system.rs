//! Systems: read, changed, run many times.

mod evaluation;
mod given;
mod outcome;

pub(crate) use outcome::{Outcome, charts};

use crate::kind::registry;
use crate::running::watched;
use crate::table::{Matrix, Table};
use crate::{error, live, value};
use given::{Given, How, storage};
use pyo3::buffer::PyBuffer;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList};
use std::path::PathBuf;
use te_core::{Recording, RunId, failure_table};
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

fn frame_error(e: te_core::FrameError) -> PyErr {
    PyValueError::new_err(e.to_string())
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
        self.file.notes.iter().map(|note| error::in_arguments(note)).collect()
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
        let experiment = how.apply(self.prepared.experiment.clone());
        let how_far = experiment.progress_handle();
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
        let experiment = how.apply(self.prepared.experiment.clone());
        let how_far = experiment.progress_handle();
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
        let run = (runs, timesteps, seed, threads);
        evaluation::means_at(
            py,
            &self.prepared.experiment,
            &self.file.settings.kpis,
            names,
            points,
            &outputs,
            run,
            variant,
        )
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

/// The text of a table of TOML.
#[pyfunction]
pub(crate) fn toml(table: &Bound<'_, PyDict>) -> PyResult<String> {
    let wrong = |e: ::toml::ser::Error| PyValueError::new_err(e.to_string());
    let table = ::toml::Value::try_from(value::from_python(table.as_any())?).map_err(wrong)?;
    ::toml::to_string(&table).map_err(wrong)
}
