//! Charts and summaries of tables in memory and of results folders.

use crate::error;
use crate::table::Table;
use crate::value;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyList};
use std::path::PathBuf;
use te_core::picture::{ChartSpec, Theme};
use te_core::{Cells, Column, Frame, FrameError};
use te_output::{Charted as _, ColumnTable, OutputError, Summary, SummaryRow};

fn wrong(e: impl std::fmt::Display) -> PyErr {
    PyValueError::new_err(e.to_string())
}

fn theme(dark: bool) -> Theme {
    if dark { Theme::Dark } else { Theme::Light }
}

fn spec(chart: &Bound<'_, PyAny>) -> PyResult<ChartSpec> {
    toml::Value::try_from(value::from_python(chart)?).map_err(wrong)?.try_into().map_err(wrong)
}

/// A chart of a table as SVG and what it leaves out; as PNG where `png`.
#[pyfunction]
pub(crate) fn chart<'py>(
    py: Python<'py>,
    table: &Table,
    parameters: Vec<String>,
    chart: &Bound<'py, PyAny>,
    dark: bool,
    png: bool,
) -> PyResult<(Bound<'py, PyBytes>, Vec<String>)> {
    let chart = spec(chart)?;
    let known: Vec<String> = table.batch.schema_ref().fields().iter().map(|f| f.name().clone()).collect();
    let mut wanted: Vec<String> = te_core::INDEX_COLUMNS.map(str::to_owned).to_vec();
    wanted.push("variant".to_owned());
    wanted.extend(parameters.iter().cloned());
    wanted.push(chart.x.clone());
    wanted.extend(chart.y.clone());
    wanted.extend(chart.series.iter().map(|series| series.column.clone()));
    let mut names: Vec<String> = Vec::new();
    for name in wanted {
        if known.contains(&name) && !names.contains(&name) {
            names.push(name);
        }
    }
    let table = ColumnTable::of_frame(table.frame(py, Some(&names))?, parameters);
    drawn(py, &chart, &table, dark, png)
}

/// A chart of a results folder.
#[pyfunction]
pub(crate) fn chart_of_folder<'py>(
    py: Python<'py>,
    folder: PathBuf,
    chart: &Bound<'py, PyAny>,
    dark: bool,
    png: bool,
) -> PyResult<(Bound<'py, PyBytes>, Vec<String>)> {
    let table = ColumnTable::of_results(&folder).map_err(|e| error::output(py, &e))?;
    drawn(py, &spec(chart)?, &table, dark, png)
}

fn drawn<'py>(
    py: Python<'py>,
    chart: &ChartSpec,
    table: &ColumnTable,
    dark: bool,
    png: bool,
) -> PyResult<(Bound<'py, PyBytes>, Vec<String>)> {
    let drawn: Result<_, OutputError> = py.detach(|| {
        let drawing = chart.draw(&chart.read(table)?, table.parameters(), theme(dark))?;
        let bytes = if png { drawing.png()? } else { drawing.svg().into_bytes() };
        Ok((bytes, drawing.notes().to_vec()))
    });
    let (bytes, notes) = drawn.map_err(|e| error::output(py, &e))?;
    Ok((PyBytes::new(py, &bytes), notes))
}

/// Charts for a table of which nothing else is known.
#[pyfunction]
pub(crate) fn default_charts<'py>(
    py: Python<'py>,
    table: &Table,
    parameters: Vec<String>,
) -> PyResult<Bound<'py, PyList>> {
    let empty = Table { batch: table.batch.slice(0, 0) };
    crate::system::charts(py, &ChartSpec::first_defaults(&empty.frame(py, None)?, &parameters).0)
}

/// The summary of a table of trajectories: a row for each simulation, subset and metric.
#[pyfunction]
pub(crate) fn summary(
    py: Python<'_>,
    table: &Table,
    parameters: Vec<String>,
    failed: Vec<(u64, u64, u64)>,
) -> PyResult<Table> {
    let pieces = table.batch.num_rows().div_ceil(te_output::GROUP_ROWS);
    let schema = Table { batch: table.batch.slice(0, 0) }.frame(py, None)?;
    let mut builder = te_output::SummaryBuilder::new(&schema, &parameters);
    for (simulation, subset, run) in failed {
        builder.fail(simulation, subset, run);
    }
    for piece in 0..pieces {
        let first = piece * te_output::GROUP_ROWS;
        let count = te_output::GROUP_ROWS.min(table.batch.num_rows() - first);
        let frame = Table { batch: table.batch.slice(first, count) }.frame(py, None)?;
        builder.push(&frame).map_err(|e| error::output(py, &e))?;
    }
    Table::of(py, summary_frame(&builder.finish()).map_err(wrong)?)
}

fn summary_frame(summary: &Summary) -> Result<Frame, FrameError> {
    let rows = &summary.rows;
    let whole = |of: fn(&SummaryRow) -> u64| Cells::U64(rows.iter().map(of).collect());
    let text = |of: &dyn Fn(&SummaryRow) -> String| Cells::Text(rows.iter().map(of).collect());
    let number = |name: &str, of: &dyn Fn(&SummaryRow) -> Option<f64>| {
        let valid: Vec<bool> = rows.iter().map(|row| of(row).is_some()).collect();
        let cells = Cells::F64(rows.iter().map(|row| of(row).unwrap_or_default()).collect());
        Column { valid: valid.contains(&false).then_some(valid), ..Column::new(name, cells) }
    };
    let mut columns = vec![
        Column::new("simulation", whole(|row| row.simulation)),
        Column::new("subset", whole(|row| row.subset)),
    ];
    for (at, name) in summary.parameters.iter().enumerate() {
        let cells: Vec<String> =
            rows.iter().map(|row| row.parameters.get(at).cloned().unwrap_or_default()).collect();
        // A parameter is a number where all of its values are.
        let numbers: Option<Vec<f64>> = cells.iter().map(|cell| cell.parse().ok()).collect();
        columns.push(Column::new(name, numbers.map_or(Cells::Text(cells), Cells::F64)));
    }
    columns.push(Column::new("metric", text(&|row| row.metric.clone())));
    columns.push(Column::new("unit", text(&|row| row.unit.clone())));
    columns.push(Column::new("final_timestep", whole(|row| row.final_timestep)));
    columns.push(Column::new("count", whole(|row| row.count)));
    columns.push(number("mean", &|row| Some(row.mean)));
    columns.push(number("sd", &|row| row.sd));
    columns.push(number("min", &|row| Some(row.min)));
    for (at, name) in ["q05", "q25", "median", "q75", "q95"].into_iter().enumerate() {
        columns.push(number(name, &|row| row.quantiles.get(at).copied()));
    }
    columns.push(number("max", &|row| Some(row.max)));
    columns.push(number("initial", &|row| row.initial));
    columns.push(number("lowest", &|row| row.lowest));
    columns.push(number("highest", &|row| row.highest));
    Frame::new(columns)
}

/// The table in a file, or of a results folder.
#[pyfunction]
pub(crate) fn read_table(py: Python<'_>, path: PathBuf) -> PyResult<(Table, Vec<String>)> {
    let read: Result<_, OutputError> = py.detach(|| {
        let path = te_output::find_trajectories(&path)?;
        let parameters = te_output::FrameReader::open(&path)?.parameters();
        Ok((te_output::read_frame(&path)?, parameters))
    });
    let (frame, parameters) = read.map_err(|e| error::output(py, &e))?;
    Ok((Table::of(py, frame)?, parameters))
}

/// The tables `name.csv` and the like of a results folder, as far as they are there.
#[pyfunction]
pub(crate) fn read_beside(py: Python<'_>, folder: PathBuf, name: &str) -> PyResult<Option<Table>> {
    for extension in ["csv", "parquet", "arrow"] {
        let path = folder.join(format!("{name}.{extension}"));
        if path.is_file() {
            let frame = te_output::read_frame(&path).map_err(|e| error::output(py, &e))?;
            return Table::of(py, frame).map(Some);
        }
    }
    Ok(None)
}

/// Joins shards to the folder that one machine would have left: units that no shard has.
#[pyfunction]
pub(crate) fn merge(
    py: Python<'_>,
    sources: Vec<PathBuf>,
    out: PathBuf,
    allow_missing: bool,
) -> PyResult<usize> {
    let joined = py.detach(|| tecmns::command::join(&sources, &out, allow_missing, &|told| told));
    joined.map(|joined| joined.missing).map_err(|e| error::command(py, &e))
}
