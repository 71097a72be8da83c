//! What the interactive charts of a report show, gathered subset by subset.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use te_core::{Cells, Frame, INDEX_COLUMNS};

use crate::OutputError;
use crate::labels::{Swept, subset_labels};
use crate::number::quantile;
use crate::summary::{QUANTILES, cell_text, index_columns};

/// Subsets that are shown at most.
pub(super) const SUBSETS: usize = 24;
/// Points along the time axis at most.
const POINTS: usize = 600;

/// The data of the page's script.
#[derive(Debug, Serialize)]
pub(super) struct Explored {
    pub(super) x: String,
    t: Vec<u64>,
    pub(super) metrics: Vec<MetricInfo>,
    pub(super) subsets: Vec<SubsetInfo>,
    /// By metric, then by subset.
    cells: Vec<Vec<Shown>>,
    pub(super) presets: Vec<Preset>,
    /// Whether every run is here one by one, so that lines say more than bands.
    pub(super) lines: bool,
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

/// One metric in one subset: quantiles over runs by time, and some runs.
#[derive(Debug, Serialize)]
struct Shown {
    #[serde(skip_serializing_if = "Option::is_none")]
    q: Option<Vec<Vec<Option<f64>>>>,
    runs: Vec<Vec<Option<f64>>>,
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

/// Values of one subset.
struct Gathered {
    key: (u64, u64),
    values: Vec<String>,
    /// By metric: for each time the values over runs.
    spread: Vec<BTreeMap<u64, Vec<f64>>>,
    /// The first runs: number, and by metric the points.
    runs: Vec<(u64, Vec<BTreeMap<u64, f64>>)>,
}

/// By time.
type Quantiles = BTreeMap<u64, [f64; 5]>;

/// Gathers an [`Explored`] while frames go by.
pub(super) struct Explorer {
    swept: Vec<Swept>,
    labels: Vec<usize>,
    columns: Vec<usize>,
    metrics: Vec<MetricInfo>,
    x: String,
    failed: BTreeSet<(u64, u64, u64)>,
    open: Option<Gathered>,
    closed: Vec<(Gathered, Vec<Quantiles>, usize)>,
    more: BTreeSet<(u64, u64)>,
    times: BTreeSet<u64>,
    keep_runs: usize,
}

impl Explorer {
    pub(super) fn new(schema: &Frame, parameters: &[String], failed: BTreeSet<(u64, u64, u64)>) -> Self {
        let mut explorer = Self {
            swept: Vec::new(),
            labels: Vec::new(),
            columns: Vec::new(),
            metrics: Vec::new(),
            x: "timestep".to_owned(),
            failed,
            open: None,
            closed: Vec::new(),
            more: BTreeSet::new(),
            times: BTreeSet::new(),
            keep_runs: 8,
        };
        for (i, column) in schema.columns().iter().enumerate() {
            let text = matches!(column.cells, Cells::Text(_));
            if column.name == "timestep" && !column.unit.is_empty() {
                explorer.x = format!("timestep [{}]", column.unit);
            }
            if INDEX_COLUMNS.contains(&column.name.as_str()) {
                continue;
            }
            if text || parameters.contains(&column.name) {
                explorer.swept.push((column.name.clone(), text));
                explorer.labels.push(i);
            } else {
                explorer.columns.push(i);
                explorer.metrics.push(MetricInfo {
                    name: column.name.clone(),
                    unit: column.unit.clone(),
                    doc: column.doc.clone(),
                });
            }
        }
        explorer
    }

    pub(super) fn push(&mut self, frame: &Frame) -> Result<(), OutputError> {
        let [simulation, subset, run, timestep, _] = index_columns(frame)?;
        let index = simulation.iter().zip(subset).zip(run).zip(timestep);
        for (row, (((&simulation, &subset), &run), &time)) in index.enumerate() {
            let key = (simulation, subset);
            if self.failed.contains(&(simulation, subset, run)) {
                continue;
            }
            if self.open.as_ref().is_none_or(|g| g.key != key) {
                self.close();
                if self.closed.len() >= SUBSETS {
                    self.more.insert(key);
                    continue;
                }
                let value =
                    |&i: &usize| frame.columns().get(i).map_or_else(String::new, |c| cell_text(c, row));
                self.open = Some(Gathered {
                    key,
                    values: self.labels.iter().map(value).collect(),
                    spread: vec![BTreeMap::new(); self.columns.len()],
                    runs: Vec::new(),
                });
            }
            let Some(open) = &mut self.open else { continue };
            self.times.insert(time);
            if open.runs.last().is_none_or(|(number, _)| *number != run) && open.runs.len() < self.keep_runs {
                open.runs.push((run, vec![BTreeMap::new(); self.columns.len()]));
            }
            // The last substep of a timestep replaces those before it.
            let replaces = row > 0
                && timestep.get(row - 1) == Some(&time)
                && run_of(frame, row - 1) == Some((simulation, subset, run));
            for (m, &column) in self.columns.iter().enumerate() {
                let Some(value) = frame.columns().get(column).and_then(|c| c.number(row)) else { continue };
                if let Some(values) = open.spread.get_mut(m).map(|s| s.entry(time).or_default()) {
                    if replaces {
                        values.pop();
                    }
                    values.push(value);
                }
                if let Some((number, points)) = open.runs.last_mut()
                    && *number == run
                    && let Some(points) = points.get_mut(m)
                {
                    points.insert(time, value);
                }
            }
        }
        Ok(())
    }

    /// Reduces the open subset to its quantiles.
    fn close(&mut self) {
        let Some(mut open) = self.open.take() else { return };
        let mut most = 0;
        let reduced = std::mem::take(&mut open.spread)
            .into_iter()
            .map(|spread| {
                spread
                    .into_iter()
                    .filter_map(|(time, mut values)| {
                        values.sort_by(f64::total_cmp);
                        most = most.max(values.len());
                        let first = *values.first()?;
                        Some((time, QUANTILES.map(|p| quantile(&values, p).unwrap_or(first))))
                    })
                    .collect()
            })
            .collect();
        self.closed.push((open, reduced, most));
    }

    pub(super) fn finish(mut self) -> Explored {
        self.close();
        let times: Vec<u64> = self.times.iter().copied().collect();
        let stride = times.len().div_ceil(POINTS).max(1);
        let last = times.len().saturating_sub(1);
        let t: Vec<u64> = times
            .iter()
            .enumerate()
            .filter(|(i, _)| i % stride == 0 || *i == last)
            .map(|(_, t)| *t)
            .collect();
        let mut omitted = Vec::new();
        if stride > 1 {
            omitted.push(format!("Every {stride}th timestep is shown."));
        }
        if !self.more.is_empty() {
            omitted.push(format!("{} more subsets are in the table.", self.more.len()));
        }
        // Runs one by one are for small results.
        let keep = if self.closed.len() > 4 { 3 } else { self.keep_runs };
        let lines = self.closed.iter().all(|(_, _, most)| *most <= keep);
        let keys: Vec<(u64, u64)> = self.closed.iter().map(|(g, ..)| g.key).collect();
        let values: Vec<Vec<String>> = self.closed.iter().map(|(g, ..)| g.values.clone()).collect();
        let labels = subset_labels(&self.swept, &values, &keys);
        let cells = (0..self.metrics.len())
            .map(|m| {
                self.closed
                    .iter()
                    .map(|(open, reduced, most)| Shown {
                        q: (*most > 1).then(|| {
                            let at = |k: usize, t: &u64| reduced.get(m)?.get(t)?.get(k).map(|x| digits(*x));
                            (0..QUANTILES.len()).map(|k| t.iter().map(|t| at(k, t)).collect()).collect()
                        }),
                        runs: open
                            .runs
                            .iter()
                            .take(keep)
                            .map(|(_, points)| {
                                t.iter().map(|t| points.get(m)?.get(t).map(|x| digits(*x))).collect()
                            })
                            .collect(),
                    })
                    .collect()
            })
            .collect();
        let subsets = self
            .closed
            .iter()
            .zip(labels)
            .map(|((open, ..), label)| SubsetInfo {
                label,
                shown: open.runs.iter().take(keep).map(|(number, _)| *number).collect(),
            })
            .collect();
        let presets = Vec::new();
        Explored { x: self.x, t, metrics: self.metrics, subsets, cells, presets, lines, omitted, keys }
    }
}

fn run_of(frame: &Frame, row: usize) -> Option<(u64, u64, u64)> {
    let at = |name: &str| frame.u64s(name)?.get(row).copied();
    Some((at("simulation")?, at("subset")?, at("run")?))
}

/// Eight significant digits are more than a screen shows.
fn digits(x: f64) -> f64 {
    format!("{x:.7e}").parse().unwrap_or(x)
}
