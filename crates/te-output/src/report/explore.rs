//! What the interactive charts of a report show, gathered metric by metric.
//!
//! The rows are sorted out once, into subsets, runs and shown times; then each metric's column is read, reduced to its
//! quantiles, and let go.

mod shown;

use std::collections::BTreeSet;

use serde::Serialize;
use te_core::{Cells, DATE_COLUMN, Frame, INDEX_COLUMNS};

use crate::columns::is_index;
use crate::dates::Dates;
use crate::labels::{Swept, subset_labels};
use crate::number::ordinal;
use crate::summary::{cell_text, index_columns};
use crate::{ColumnTable, OutputError};
use shown::{Shown, ShownRows};

/// Subsets that are shown at most.
pub(super) const SUBSETS: usize = 24;
/// Points along the time axis at most.
const POINTS: usize = 600;
/// Numbers above which only the metrics of charts keep their single runs.
const NUMBERS: usize = 600_000;

/// The data of the page's script.
#[derive(Debug, Serialize)]
pub(super) struct Explored {
    pub(super) x: String,
    t: Vec<u64>,
    /// The dates of these times, where rows have dates.
    #[serde(skip_serializing_if = "Option::is_none")]
    dates: Option<Vec<String>>,
    /// Whether a month says which row it is.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    months: bool,
    pub(super) metrics: Vec<MetricInfo>,
    pub(super) subsets: Vec<SubsetInfo>,
    /// By metric, then by subset.
    cells: Vec<Vec<Shown>>,
    pub(super) presets: Vec<Preset>,
    /// Whether every run is here one by one, so that lines say more than bands.
    pub(super) lines: bool,
    #[serde(skip)]
    pub(super) calendar: Option<Dates>,
    #[serde(skip)]
    pub(super) omitted: Vec<String>,
    #[serde(skip)]
    pub(super) keys: Vec<(u64, u64)>,
}

#[derive(Debug, Serialize)]
pub(super) struct MetricInfo {
    pub(super) name: String,
    unit: String,
    doc: String,
}

#[derive(Debug, Serialize)]
pub(super) struct SubsetInfo {
    pub(super) label: String,
    /// Numbers of the runs that are shown one by one.
    shown: Vec<u64>,
}

/// A chart that the caller asked for.
#[derive(Debug, Serialize)]
pub(super) struct Preset {
    pub(super) title: String,
    pub(super) metrics: Vec<usize>,
    pub(super) labels: Vec<String>,
    pub(super) y: Option<String>,
    pub(super) log: bool,
    pub(super) runs: bool,
}

/// The rows of one subset that count: of a timestep the last substep.
struct Subset {
    key: (u64, u64),
    /// Values of its parameters and labels.
    values: Vec<String>,
    /// Times and rows, run after run.
    points: Vec<(u64, usize)>,
    /// Number of each run, and where its points begin.
    runs: Vec<(u64, usize)>,
}

impl Explored {
    /// What a table shows, failed runs left out; `charted` are the columns of charts, none where every metric has one.
    ///
    /// # Errors
    /// [`OutputError`] where the table cannot be read.
    pub(super) fn of(
        table: &ColumnTable,
        failed: &BTreeSet<(u64, u64, u64)>,
        charted: Option<&BTreeSet<&str>>,
    ) -> Result<Self, OutputError> {
        let schema = table.schema()?;
        let mut x = "timestep".to_owned();
        let (mut swept, mut metrics): (Vec<Swept>, Vec<MetricInfo>) = (Vec::new(), Vec::new());
        for column in schema.columns() {
            let text = matches!(column.cells, Cells::Text(_));
            if column.name == "timestep" && !column.unit.is_empty() {
                x = format!("timestep [{}]", column.unit);
            }
            if is_index(column) {
                continue;
            }
            if text || table.parameters().contains(&column.name) {
                swept.push((column.name.clone(), text));
            } else {
                let (name, unit, doc) = (column.name.clone(), column.unit.clone(), column.doc.clone());
                metrics.push(MetricInfo { name, unit, doc });
            }
        }
        let labels = swept.iter().map(|(name, _)| name.as_str());
        let (mut found, more) = subsets(&table.read(INDEX_COLUMNS.into_iter().chain(labels))?, failed)?;
        let (t, stride) = shown_times(&found);
        let calendar = match schema.column(DATE_COLUMN).filter(|column| is_index(column)) {
            Some(_) => Dates::of(&table.read(["timestep", DATE_COLUMN])?),
            None => None,
        };
        let dates = calendar.as_ref().map(|dates| t.iter().map(|time| dates.date(*time as f64)).collect());
        let months = calendar.as_ref().is_some_and(Dates::has_months);
        if calendar.is_some() {
            DATE_COLUMN.clone_into(&mut x);
        }
        let mut omitted = Vec::new();
        if stride > 1 {
            omitted.push(format!("Every {} timestep is shown.", ordinal(stride as u64)));
        }
        if more > 0 {
            omitted.push(format!("{more} more subsets are in the table."));
        }
        // Runs one by one are for small results.
        let keep = match found.len() {
            _ if table.has_stand_ins() => 0,
            5.. => 3,
            _ => 8,
        };
        let lines = found.iter().all(|subset| subset.runs.len() <= keep);
        let numbers =
            t.len() * metrics.len() * found.iter().map(|s| 5 + s.runs.len().min(keep)).sum::<usize>();
        let keys: Vec<(u64, u64)> = found.iter().map(|s| s.key).collect();
        let values: Vec<Vec<String>> = found.iter_mut().map(|s| std::mem::take(&mut s.values)).collect();
        let infos = found
            .iter()
            .zip(subset_labels(&swept, &values, &keys))
            .map(|(subset, label)| SubsetInfo {
                label,
                shown: subset.runs.iter().take(keep).map(|(number, _)| *number).collect(),
            })
            .collect();
        let rows: Vec<ShownRows> =
            found.into_iter().map(|s| ShownRows::new(&s.points, &s.runs, &t, keep)).collect();
        let charted = charted.filter(|_| numbers > NUMBERS && rows.iter().any(ShownRows::several));
        if charted.is_some() {
            omitted.push("Single runs are in the page for the metrics of its charts.".to_owned());
        }
        let mut cells = Vec::with_capacity(metrics.len());
        for metric in &metrics {
            let column = table.read([metric.name.as_str()])?;
            let Some(column) = column.columns().first() else { continue };
            let runs = charted.is_none_or(|names| names.contains(metric.name.as_str()));
            cells.push(rows.iter().map(|rows| rows.of(column, runs)).collect());
        }
        let presets = Vec::new();
        Ok(Self {
            x,
            t,
            dates,
            months,
            metrics,
            subsets: infos,
            cells,
            presets,
            lines,
            calendar,
            omitted,
            keys,
        })
    }
}

impl Explored {
    /// Whether some chart shows bands over runs.
    pub(super) fn has_bands(&self) -> bool {
        self.cells.iter().flatten().any(Shown::has_bands)
    }
}

/// The first [`SUBSETS`] subsets of a table's index and labels, and how many more there are.
fn subsets(index: &Frame, failed: &BTreeSet<(u64, u64, u64)>) -> Result<(Vec<Subset>, usize), OutputError> {
    let [simulation, subset, run, timestep, _] = index_columns(index)?;
    let mut found: Vec<Subset> = Vec::new();
    let mut more = BTreeSet::new();
    let mut at = 0;
    let mut before = None;
    let rows = simulation.iter().zip(subset).zip(run).zip(timestep);
    for (row, (((&simulation, &subset), &run), &time)) in rows.enumerate() {
        let (key, id) = ((simulation, subset), (simulation, subset, run));
        let same_run = before == Some(id);
        if !same_run {
            if failed.contains(&id) {
                before = None;
                continue;
            }
            at = found.iter().position(|s| s.key == key).unwrap_or(found.len());
            if at == SUBSETS {
                more.insert(key);
                continue;
            }
            if at == found.len() {
                let labels = index.columns().iter().skip(INDEX_COLUMNS.len());
                let values = labels.map(|column| cell_text(column, row)).collect();
                found.push(Subset { key, values, points: Vec::new(), runs: Vec::new() });
            }
            before = Some(id);
        }
        let Some(subset) = found.get_mut(at) else { continue };
        if !same_run {
            subset.runs.push((run, subset.points.len()));
        }
        match subset.points.last_mut() {
            // The last substep of a timestep replaces those before it.
            Some(last) if same_run && last.0 == time => last.1 = row,
            _ => subset.points.push((time, row)),
        }
    }
    Ok((found, more.len()))
}

/// The times shown, evenly thinned to [`POINTS`] and the last, and the stride.
fn shown_times(subsets: &[Subset]) -> (Vec<u64>, usize) {
    let mut times: Vec<u64> = subsets.iter().flat_map(|s| s.points.iter().map(|(time, _)| *time)).collect();
    times.sort_unstable();
    times.dedup();
    let stride = times.len().div_ceil(POINTS).max(1);
    let last = times.len().saturating_sub(1);
    let shown = times.iter().enumerate().filter(|(i, _)| i % stride == 0 || *i == last);
    (shown.map(|(_, time)| *time).collect(), stride)
}
