//! The rows of a table by subset and run.

use std::collections::BTreeMap;

use te_core::{Column, Frame};

use crate::OutputError;
use crate::labels::{Swept, subset_labels};
use crate::number::{nearest, quantile};
use crate::summary::{cell_text, index_columns};

/// One subset of one simulation.
pub(super) struct Subset {
    /// Its swept parameters and labels, `throttle = 0.004`; or `subset 2` where it has none.
    pub(super) label: String,
    pub(super) runs: Vec<Run>,
}

/// Rows of one run: the last substep of every timestep.
pub(super) struct Run {
    pub(super) rows: Vec<usize>,
}

/// The subsets of a table in order.
pub(super) fn subsets(frame: &Frame, parameters: &[String]) -> Result<Vec<Subset>, OutputError> {
    let [simulation, subset, run, timestep, _] = index_columns(frame)?;
    let mut groups: BTreeMap<(u64, u64), BTreeMap<u64, Run>> = BTreeMap::new();
    let keys = simulation.iter().zip(subset).zip(run).zip(timestep);
    let mut current: Option<((u64, u64, u64), u64)> = None;
    let mut rows: Vec<usize> = Vec::new();
    let mut close = |key: Option<((u64, u64, u64), u64)>, rows: &mut Vec<usize>| {
        if let Some(((simulation, subset, run), _)) = key {
            let group = groups.entry((simulation, subset)).or_default();
            group.entry(run).or_insert_with(|| Run { rows: Vec::new() }).rows.append(rows);
        }
    };
    for (row, (((simulation, subset), run), timestep)) in keys.enumerate() {
        let key = (*simulation, *subset, *run);
        match current {
            Some((before, _)) if before != key => close(current, &mut rows),
            Some((_, t)) if t == *timestep => {
                rows.pop();
            }
            _ => {}
        }
        rows.push(row);
        current = Some((key, *timestep));
    }
    close(current, &mut rows);
    let columns: Vec<&Column> = frame
        .columns()
        .iter()
        .filter(|c| parameters.contains(&c.name) || matches!(c.cells, te_core::Cells::Text(_)))
        .collect();
    let swept: Vec<Swept> =
        columns.iter().map(|c| (c.name.clone(), matches!(c.cells, te_core::Cells::Text(_)))).collect();
    let keys: Vec<(u64, u64)> = groups.keys().copied().collect();
    let values: Vec<Vec<String>> = groups
        .values()
        .map(|runs| {
            let row = runs.values().next().and_then(|r| r.rows.first()).copied().unwrap_or(0);
            columns.iter().map(|c| cell_text(c, row)).collect()
        })
        .collect();
    let labels = subset_labels(&swept, &values, &keys);
    Ok(groups
        .into_values()
        .zip(labels)
        .map(|(runs, label)| Subset { label, runs: runs.into_values().collect() })
        .collect())
}

/// The column of this name.
pub(super) fn column<'a>(frame: &'a Frame, name: &str) -> Result<&'a Column, OutputError> {
    frame.column(name).ok_or_else(|| OutputError::Column {
        column: name.to_owned(),
        nearest: nearest(name, frame.columns().iter().map(|c| c.name.as_str())),
    })
}

impl Run {
    /// The points that are present in both columns.
    pub(super) fn points(&self, x: &Column, y: &Column) -> Vec<(f64, f64)> {
        self.rows.iter().filter_map(|&row| Some((x.number(row)?, y.number(row)?))).collect()
    }

    /// The last present value.
    pub(super) fn last(&self, y: &Column) -> Option<f64> {
        self.rows.iter().rev().find_map(|&row| y.number(row))
    }
}

/// Over the runs of a subset: for every x, the sorted values of y.
pub(super) struct Spread {
    pub(super) x: Vec<f64>,
    values: Vec<Vec<f64>>,
}

impl Spread {
    pub(super) fn over(subset: &Subset, x: &Column, y: &Column) -> Self {
        Self::of(subset.runs.iter().flat_map(|run| run.points(x, y)))
    }

    pub(super) fn of(points: impl Iterator<Item = (f64, f64)>) -> Self {
        let mut at: BTreeMap<u64, (f64, Vec<f64>)> = BTreeMap::new();
        for (x, y) in points {
            at.entry(order(x)).or_insert_with(|| (x, Vec::new())).1.push(y);
        }
        let mut spread = Self { x: Vec::new(), values: Vec::new() };
        for (x, mut values) in at.into_values() {
            values.sort_by(f64::total_cmp);
            spread.x.push(x);
            spread.values.push(values);
        }
        spread
    }

    /// Whether some place has several values.
    pub(super) fn is_spread(&self) -> bool {
        self.values.iter().any(|values| values.len() > 1)
    }

    pub(super) fn quantile(&self, p: f64) -> Vec<f64> {
        self.values.iter().filter_map(|v| quantile(v, p)).collect()
    }

    pub(super) fn mean(&self) -> Vec<f64> {
        self.values.iter().map(|v| crate::number::mean(v)).collect()
    }
}

/// A key in the order of the floats themselves.
fn order(x: f64) -> u64 {
    let bits = x.to_bits();
    if bits >> 63 == 0 { bits | 1 << 63 } else { !bits }
}
