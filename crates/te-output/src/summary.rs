//! What came out, per subset and metric over runs.
//!
//! The value of a run is its last row: at the horizon, or where a stop condition ended it. Runs that failed
//! do not count ([`SummaryBuilder::fail`]). Rows must come in the engine's order (simulation, subset, run,
//! timestep, substep); then only the last rows of one subset are held at a time, and every number is the
//! same however the frames were cut, and whatever the order in which runs were computed.

pub(crate) mod screen;

use std::collections::BTreeSet;
use std::ops::Range;
use std::path::Path;

use te_core::{Cells, Column, Frame, INDEX_COLUMNS};

use crate::number::{nearest, quantile, sum};
use crate::table::FrameReader;
use crate::{OutputError, write_whole};

/// One metric in one subset.
#[derive(Clone, Debug, PartialEq)]
pub struct SummaryRow {
    /// Simulation, from 0.
    pub simulation: u64,
    /// Subset, from 0.
    pub subset: u64,
    /// Values of the parameters (and labels) that [`Summary::parameters`] names.
    pub parameters: Vec<String>,
    /// Full name of the metric.
    pub metric: String,
    /// Its unit.
    pub unit: String,
    /// Timestep of the last row, the latest over runs.
    pub final_timestep: u64,
    /// Runs that count.
    pub count: u64,
    /// Mean over runs of the final value.
    pub mean: f64,
    /// Sample standard deviation over runs (divisor count - 1); `None` for a single run.
    pub sd: Option<f64>,
    /// Smallest final value.
    pub min: f64,
    /// Quantiles 5, 25, 50, 75 and 95 % of the final values, interpolated linearly.
    pub quantiles: [f64; 5],
    /// Largest final value.
    pub max: f64,
    /// Mean over runs of the first value.
    pub initial: f64,
    /// Smallest value in any row of any run.
    pub lowest: f64,
    /// Largest value in any row of any run.
    pub highest: f64,
}

/// The summary of a table of trajectories.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Summary {
    /// Names of the swept parameters and of text columns such as a variant's name.
    pub parameters: Vec<String>,
    /// Rows by simulation, subset, and metric in the order of the columns.
    pub rows: Vec<SummaryRow>,
}

/// The probabilities of [`SummaryRow::quantiles`].
pub const QUANTILES: [f64; 5] = [0.05, 0.25, 0.5, 0.75, 0.95];

/// Gathers a [`Summary`] while frames go by.
#[derive(Debug, Default)]
pub struct SummaryBuilder {
    parameters: Vec<String>,
    labels: Vec<usize>,
    metrics: Vec<Metric>,
    group: Option<Group>,
    closed: BTreeSet<(u64, u64)>,
    failed: BTreeSet<(u64, u64, u64)>,
    rows: Vec<SummaryRow>,
}

#[derive(Debug)]
struct Metric {
    column: usize,
    name: String,
    unit: String,
}

/// The subset whose rows are coming.
#[derive(Debug)]
struct Group {
    key: (u64, u64),
    labels: Vec<String>,
    runs: Vec<Run>,
}

/// First, last and extreme values of one run, by metric.
#[derive(Debug)]
struct Run {
    number: u64,
    timestep: u64,
    first: Vec<Option<f64>>,
    last: Vec<Option<f64>>,
    lowest: Vec<f64>,
    highest: Vec<f64>,
}

impl SummaryBuilder {
    /// For tables with the columns of `schema`, of which `parameters` are swept parameters and no metrics.
    /// Text columns are taken as labels of the subset.
    pub fn new(schema: &Frame, parameters: &[String]) -> Self {
        let mut builder = Self::default();
        for (i, column) in schema.columns().iter().enumerate() {
            if INDEX_COLUMNS.contains(&column.name.as_str()) {
                continue;
            }
            if parameters.contains(&column.name) || matches!(column.cells, Cells::Text(_)) {
                builder.parameters.push(column.name.clone());
                builder.labels.push(i);
            } else {
                let (name, unit) = (column.name.clone(), column.unit.clone());
                builder.metrics.push(Metric { column: i, name, unit });
            }
        }
        builder
    }

    /// Leaves a failed run out. Say so before the first row of another subset comes.
    pub fn fail(&mut self, simulation: u64, subset: u64, run: u64) {
        self.failed.insert((simulation, subset, run));
    }

    /// Takes the rows of `frame`.
    ///
    /// # Errors
    /// [`OutputError::Column`] without the index columns; [`OutputError::Order`] where a subset comes back
    /// after another one began.
    pub fn push(&mut self, frame: &Frame) -> Result<(), OutputError> {
        let [simulation, subset, run, timestep, _] = index_columns(frame)?;
        let key = |row: usize| Some((*simulation.get(row)?, *subset.get(row)?, *run.get(row)?));
        let mut start = 0;
        while let Some(now) = key(start) {
            let mut end = start + 1;
            while key(end) == Some(now) {
                end += 1;
            }
            let last = timestep.get(end - 1).copied().unwrap_or(0);
            self.rows_of_run(frame, now, start..end, last)?;
            start = end;
        }
        Ok(())
    }

    fn rows_of_run(
        &mut self,
        frame: &Frame,
        (simulation, subset, run): (u64, u64, u64),
        range: Range<usize>,
        timestep: u64,
    ) -> Result<(), OutputError> {
        let key = (simulation, subset);
        if self.group.as_ref().is_none_or(|g| g.key != key) {
            self.close();
            if self.closed.contains(&key) {
                return Err(OutputError::Order { simulation, subset });
            }
            let labels = self.labels.iter().map(|&i| label(frame, i, range.start)).collect();
            self.group = Some(Group { key, labels, runs: Vec::new() });
        }
        let Some(group) = &mut self.group else { return Ok(()) };
        let columns = || self.metrics.iter().map(|m| frame.columns().get(m.column));
        if group.runs.last().is_none_or(|r| r.number != run) {
            let many = self.metrics.len();
            group.runs.push(Run {
                number: run,
                timestep,
                first: columns().map(|c| c?.number(range.start)).collect(),
                last: vec![None; many],
                lowest: vec![f64::INFINITY; many],
                highest: vec![f64::NEG_INFINITY; many],
            });
        }
        let Some(run) = group.runs.last_mut() else { return Ok(()) };
        run.timestep = timestep;
        let ends = run.last.iter_mut().zip(&mut run.lowest).zip(&mut run.highest);
        for (((last, lowest), highest), column) in ends.zip(columns()) {
            let Some(column) = column else { continue };
            *last = column.number(range.end - 1);
            match (&column.cells, &column.valid) {
                (Cells::F64(v), None) => {
                    for value in v.get(range.clone()).unwrap_or_default() {
                        *lowest = lowest.min(*value);
                        *highest = highest.max(*value);
                    }
                }
                _ => {
                    for value in range.clone().filter_map(|row| column.number(row)) {
                        *lowest = lowest.min(value);
                        *highest = highest.max(value);
                    }
                }
            }
        }
        Ok(())
    }

    /// The summary of all rows that came.
    pub fn finish(mut self) -> Summary {
        self.close();
        self.rows.sort_by_key(|row| (row.simulation, row.subset));
        Summary { parameters: self.parameters, rows: self.rows }
    }

    fn close(&mut self) {
        let Some(group) = self.group.take() else { return };
        let (simulation, subset) = group.key;
        self.closed.insert(group.key);
        let runs: Vec<&Run> =
            group.runs.iter().filter(|r| !self.failed.contains(&(simulation, subset, r.number))).collect();
        for (i, metric) in self.metrics.iter().enumerate() {
            let of = |values: fn(&Run) -> &Vec<Option<f64>>| -> Vec<f64> {
                let mut all: Vec<f64> = runs.iter().filter_map(|r| *values(r).get(i)?).collect();
                all.sort_by(f64::total_cmp);
                all
            };
            let last = of(|r| &r.last);
            let (Some(&min), Some(&max)) = (last.first(), last.last()) else { continue };
            let first = of(|r| &r.first);
            let mean = mean(&last);
            let count = last.len();
            let squares = sum(last.iter().map(|x| (x - mean) * (x - mean)));
            self.rows.push(SummaryRow {
                simulation,
                subset,
                parameters: group.labels.clone(),
                metric: metric.name.clone(),
                unit: metric.unit.clone(),
                final_timestep: runs.iter().map(|r| r.timestep).max().unwrap_or(0),
                count: count as u64,
                mean,
                sd: (count > 1).then(|| (squares / (count - 1) as f64).sqrt()),
                min,
                quantiles: QUANTILES.map(|p| quantile(&last, p).unwrap_or(mean)),
                max,
                initial: self::mean(&first),
                lowest: runs.iter().filter_map(|r| r.lowest.get(i)).copied().fold(f64::INFINITY, f64::min),
                highest: runs
                    .iter()
                    .filter_map(|r| r.highest.get(i))
                    .copied()
                    .fold(f64::NEG_INFINITY, f64::max),
            });
        }
    }
}

impl Summary {
    /// The summary of one table, of which `parameters` are swept parameters and no metrics.
    ///
    /// # Errors
    /// As [`SummaryBuilder::push`].
    pub fn of(frame: &Frame, parameters: &[String]) -> Result<Self, OutputError> {
        let mut builder = SummaryBuilder::new(frame, parameters);
        builder.push(frame)?;
        Ok(builder.finish())
    }

    /// The summary of the table in a file, read block by block.
    ///
    /// # Errors
    /// As [`FrameReader`] and [`SummaryBuilder::push`].
    pub fn of_file(
        path: impl AsRef<Path>,
        failed: impl IntoIterator<Item = (u64, u64, u64)>,
    ) -> Result<Self, OutputError> {
        let reader = FrameReader::open(path)?;
        let mut builder = SummaryBuilder::new(&reader.schema()?, &reader.parameters());
        for (simulation, subset, run) in failed {
            builder.fail(simulation, subset, run);
        }
        for frame in reader {
            builder.push(&frame?)?;
        }
        Ok(builder.finish())
    }

    /// The summary as CSV text: simulation, subset, parameters, then the fields of [`SummaryRow`] under their
    /// names, quantiles as `q05` to `q95`.
    ///
    /// # Errors
    /// [`OutputError::Encoding`], which no table that this crate writes gives.
    pub fn csv(&self) -> Result<String, OutputError> {
        let encoding = |cause: String| OutputError::Encoding { what: "summary.csv", cause };
        let mut writer = ::csv::Writer::from_writer(Vec::new());
        let head = ["simulation", "subset"].into_iter().chain(self.parameters.iter().map(String::as_str));
        writer.write_record(head.chain(HEAD)).map_err(|e| encoding(e.to_string()))?;
        for row in &self.rows {
            let mut cells = vec![row.simulation.to_string(), row.subset.to_string()];
            cells.extend(row.parameters.iter().cloned());
            cells.extend([
                row.metric.clone(),
                row.unit.clone(),
                row.final_timestep.to_string(),
                row.count.to_string(),
            ]);
            cells.push(format!("{:?}", row.mean));
            cells.push(row.sd.map_or_else(String::new, |sd| format!("{sd:?}")));
            cells.push(format!("{:?}", row.min));
            cells.extend(row.quantiles.iter().map(|q| format!("{q:?}")));
            cells.extend([row.max, row.initial, row.lowest, row.highest].map(|x| format!("{x:?}")));
            writer.write_record(&cells).map_err(|e| encoding(e.to_string()))?;
        }
        let bytes = writer.into_inner().map_err(|e| encoding(e.to_string()))?;
        String::from_utf8(bytes).map_err(|e| encoding(e.to_string()))
    }

    /// Writes the CSV text to `path`, whole or not at all.
    ///
    /// # Errors
    /// [`OutputError`] where the disk refuses.
    pub fn write(&self, path: impl AsRef<Path>) -> Result<(), OutputError> {
        write_whole(path.as_ref(), self.csv()?.as_bytes())
    }
}

const HEAD: [&str; 16] = [
    "metric",
    "unit",
    "final_timestep",
    "count",
    "mean",
    "sd",
    "min",
    "q05",
    "q25",
    "q50",
    "q75",
    "q95",
    "max",
    "initial",
    "lowest",
    "highest",
];

fn mean(values: &[f64]) -> f64 {
    match values {
        [] => 0.0,
        [one] => *one,
        many => sum(many.iter().copied()) / many.len() as f64,
    }
}

/// The five index columns of a table of trajectories.
pub(crate) fn index_columns(frame: &Frame) -> Result<[&[u64]; 5], OutputError> {
    let mut columns: [&[u64]; 5] = [&[]; 5];
    for (slot, name) in columns.iter_mut().zip(INDEX_COLUMNS) {
        *slot = frame.u64s(name).ok_or_else(|| OutputError::Column {
            column: name.to_owned(),
            nearest: nearest(name, frame.columns().iter().map(|c| c.name.as_str())),
        })?;
    }
    Ok(columns)
}

/// The text of a parameter's cell.
pub(crate) fn label(frame: &Frame, column: usize, row: usize) -> String {
    let Some(column) = frame.columns().get(column) else { return String::new() };
    cell_text(column, row)
}

/// The text of a cell in full precision, nothing where it is absent.
pub(crate) fn cell_text(column: &Column, row: usize) -> String {
    if !column.is_valid(row) {
        return String::new();
    }
    match &column.cells {
        Cells::F64(v) => v.get(row).map(ToString::to_string),
        Cells::I64(v) => v.get(row).map(ToString::to_string),
        Cells::U64(v) => v.get(row).map(ToString::to_string),
        Cells::Bool(v) => v.get(row).map(ToString::to_string),
        Cells::Decimal(v) => v.get(row).map(ToString::to_string),
        Cells::Text(v) => v.get(row).cloned(),
        _ => None,
    }
    .unwrap_or_default()
}
