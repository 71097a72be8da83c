//! Statistics over runs for each subset, timestep and column, gathered unit by unit.

use crate::plan::Plan;
use crate::statistics::Summary;
use crate::{Cells, Column, Frame, FrameError, RunId};
use std::collections::BTreeMap;

/// Quantiles that a statistics table shows.
pub const TABLE_QUANTILES: [(f64, &str); 5] =
    [(0.05, "q05"), (0.25, "q25"), (0.5, "median"), (0.75, "q75"), (0.95, "q95")];

/// Summaries by simulation, subset and timestep, one for each recorded column.
#[derive(Clone, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct StatisticsTable {
    columns: Vec<String>,
    rows: BTreeMap<(u64, u64, u64), Vec<Summary>>,
}

impl StatisticsTable {
    pub(crate) fn new(plan: &Plan<'_>) -> Self {
        Self { columns: plan.columns.iter().map(|c| c.name.clone()).collect(), rows: BTreeMap::new() }
    }

    /// Adds one run's values at a timestep.
    pub(crate) fn push(&mut self, plan: &Plan<'_>, id: RunId, timestep: u64, number: impl Fn(usize) -> f64) {
        let width = self.columns.len();
        let row = self
            .rows
            .entry((id.simulation, id.subset, timestep))
            .or_insert_with(|| vec![Summary::default(); width]);
        let simulation = usize::try_from(id.simulation).unwrap_or(usize::MAX);
        for (summary, column) in row.iter_mut().zip(&plan.columns) {
            if let Some(Some(place)) = column.places.get(simulation) {
                summary.push(number(*place));
            }
        }
    }

    /// Adds the table of a later unit.
    pub fn merge(&mut self, other: &Self) {
        if self.columns.is_empty() {
            self.columns.clone_from(&other.columns);
        }
        for (key, summaries) in &other.rows {
            match self.rows.get_mut(key) {
                Some(row) => row.iter_mut().zip(summaries).for_each(|(into, from)| into.merge(from)),
                None => {
                    self.rows.insert(*key, summaries.clone());
                }
            }
        }
    }

    /// The summary of a column at a timestep.
    pub fn get(&self, simulation: u64, subset: u64, timestep: u64, column: &str) -> Option<&Summary> {
        let at = self.columns.iter().position(|c| c == column)?;
        self.rows.get(&(simulation, subset, timestep))?.get(at)
    }

    /// As a long table: simulation, subset, timestep, column, then count, mean, sd, min, quantiles, max.
    ///
    /// # Errors
    /// None in practice: the columns are of one length by construction.
    pub fn frame(&self) -> Result<Frame, FrameError> {
        let mut keys: [Vec<u64>; 3] = Default::default();
        let mut names = Vec::new();
        let mut counts = Vec::new();
        let mut figures: Vec<Vec<f64>> = vec![Vec::new(); 4 + TABLE_QUANTILES.len()];
        for ((simulation, subset, timestep), summaries) in &self.rows {
            for (name, summary) in self.columns.iter().zip(summaries).filter(|(_, s)| s.count() > 0) {
                for (column, key) in keys.iter_mut().zip([simulation, subset, timestep]) {
                    column.push(*key);
                }
                names.push(name.clone());
                counts.push(summary.count());
                let quantiles = TABLE_QUANTILES.iter().map(|(q, _)| summary.quantile(*q));
                let moments = [summary.mean(), summary.variance().sqrt(), summary.min()];
                let all = moments.into_iter().chain(quantiles).chain([summary.max()]);
                figures.iter_mut().zip(all).for_each(|(column, x)| column.push(x));
            }
        }
        let [simulation, subset, timestep] = keys;
        let mut columns = vec![
            Column::new("simulation", Cells::U64(simulation)),
            Column::new("subset", Cells::U64(subset)),
            Column::new("timestep", Cells::U64(timestep)),
            Column::new("column", Cells::Text(names)),
            Column::new("count", Cells::U64(counts)),
        ];
        let labels =
            ["mean", "sd", "min"].into_iter().chain(TABLE_QUANTILES.map(|(_, name)| name)).chain(["max"]);
        columns.extend(labels.zip(figures).map(|(name, cells)| Column::new(name, Cells::F64(cells))));
        Frame::new(columns)
    }
}
