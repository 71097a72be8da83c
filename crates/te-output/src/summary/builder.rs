//! A summary gathered while frames go by.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use te_core::{Cells, Column, Frame};

use super::covers::Seen;
use super::{Covers, QUANTILES, SINGLE_ROWS, Summary, SummaryRow, index_columns, label};
use crate::OutputError;
use crate::columns::is_index;
use crate::number::{mean, quantile, variance};

/// Subsets whose rows are kept of a summary that is cut.
const CUT_SUBSETS: usize = 64;

/// Gathers a [`Summary`] while frames go by.
#[derive(Debug, Default)]
pub struct SummaryBuilder {
    parameters: Vec<String>,
    labels: Vec<usize>,
    metrics: Vec<Metric>,
    group: Option<Group>,
    closed: Closed,
    failed: BTreeSet<(u64, u64, u64)>,
    rows: Vec<SummaryRow>,
    seen: Seen,
    subsets: u64,
    /// Whether a subset had several runs, and whether lines were left away.
    several: bool,
    cut: bool,
}

#[derive(Debug)]
struct Metric {
    column: usize,
    name: String,
    unit: String,
}

/// The subset whose rows are coming. Memory is used again for the subsets that follow.
#[derive(Debug, Default)]
struct Group {
    key: (u64, u64),
    labels: Vec<String>,
    /// Number and last timestep of each run.
    runs: Vec<(u64, u64)>,
    /// By run, then by metric.
    ends: Vec<Ends>,
}

/// First, last and extreme values of one metric of one run; NaN where there is none.
#[derive(Clone, Copy, Debug)]
struct Ends {
    first: f64,
    last: f64,
    lowest: f64,
    highest: f64,
}

/// The subsets that are done, as stretches of consecutive ones: by simulation and first subset, the one after the last.
#[derive(Debug, Default)]
struct Closed(BTreeMap<(u64, u64), u64>);

impl Closed {
    fn contains(&self, (simulation, subset): (u64, u64)) -> bool {
        let before = self.0.range(..=(simulation, subset)).next_back();
        before.is_some_and(|((s, _), end)| *s == simulation && subset < *end)
    }

    fn insert(&mut self, (simulation, subset): (u64, u64)) {
        let before = self.0.range_mut(..=(simulation, subset)).next_back();
        match before {
            Some(((s, _), end)) if *s == simulation && *end == subset => *end += 1,
            _ => {
                self.0.insert((simulation, subset), subset + 1);
            }
        }
    }
}

impl SummaryBuilder {
    /// For tables with the columns of `schema`, of which `parameters` are swept parameters and no metrics.
    /// Text columns are taken as labels of the subset.
    pub fn new(schema: &Frame, parameters: &[String]) -> Self {
        let mut builder = Self::default();
        for (i, column) in schema.columns().iter().enumerate() {
            if is_index(column) {
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
            self.rows_of_run(frame, now, start..end, timestep.get(start..end).unwrap_or_default())?;
            start = end;
        }
        Ok(())
    }

    fn rows_of_run(
        &mut self,
        frame: &Frame,
        (simulation, subset, run): (u64, u64, u64),
        range: Range<usize>,
        timesteps: &[u64],
    ) -> Result<(), OutputError> {
        let key = (simulation, subset);
        if self.group.as_ref().is_none_or(|g| g.key != key) {
            let mut group = self.close().unwrap_or_default();
            if self.closed.contains(key) {
                return Err(OutputError::Order { simulation, subset });
            }
            group.key = key;
            group.labels.clear();
            if !self.cut {
                group.labels.extend(self.labels.iter().map(|&i| label(frame, i, range.start)));
            }
            self.group = Some(group);
        }
        let Some(group) = &mut self.group else { return Ok(()) };
        let columns = || self.metrics.iter().map(|m| frame.columns().get(m.column));
        let number = |column: Option<&Column>, row| column.and_then(|c| c.number(row)).unwrap_or(f64::NAN);
        let (Some(&begin), Some(&end)) = (timesteps.first(), timesteps.last()) else { return Ok(()) };
        if let Some((_, last)) = group.runs.last_mut().filter(|(number, _)| *number == run) {
            self.seen.goes_on(*last, begin);
            *last = end;
        } else {
            self.seen.begins(begin);
            group.runs.push((run, end));
            let first = |c| Ends { first: number(c, range.start), ..Ends::NONE };
            group.ends.extend(columns().map(first));
        }
        for pair in timesteps.windows(2) {
            if let [before, after] = pair {
                self.seen.goes_on(*before, *after);
            }
        }
        let from = group.ends.len() - self.metrics.len();
        for (ends, column) in group.ends.iter_mut().skip(from).zip(columns()) {
            let Some(column) = column else { continue };
            ends.last = number(Some(column), range.end - 1);
            match (&column.cells, &column.valid) {
                (Cells::F64(v), None) => ends.reach(v.get(range.clone()).unwrap_or_default().iter().copied()),
                _ => ends.reach(range.clone().filter_map(|row| column.number(row))),
            }
        }
        Ok(())
    }

    /// The summary of all rows that came.
    pub fn finish(mut self) -> Summary {
        self.close();
        let covers = self.seen.covers();
        for row in &mut self.rows {
            if covers == Covers::Finals {
                (row.initial, row.lowest, row.highest) = (None, None, None);
            }
        }
        self.rows.sort_by_key(|row| (row.simulation, row.subset));
        Summary { parameters: self.parameters, rows: self.rows, covers, subsets: self.subsets, cut: self.cut }
    }

    /// Ends the subset whose rows came; its memory is given back.
    fn close(&mut self) -> Option<Group> {
        let mut group = self.group.take()?;
        self.closed.insert(group.key);
        self.subsets += 1;
        self.several |= group.runs.len() > 1;
        if !self.several && self.rows.len() >= SINGLE_ROWS {
            self.cut = true;
            self.rows.truncate(CUT_SUBSETS * self.metrics.len());
        }
        if !self.cut {
            self.summarise(&group);
        }
        group.runs.clear();
        group.ends.clear();
        Some(group)
    }

    fn summarise(&mut self, group: &Group) {
        let (simulation, subset) = group.key;
        let width = self.metrics.len().max(1);
        let counts = |run: u64| !self.failed.contains(&(simulation, subset, run));
        let runs = || group.runs.iter().zip(group.ends.chunks(width)).filter(|((run, _), _)| counts(*run));
        let final_timestep = runs().map(|((_, timestep), _)| *timestep).max().unwrap_or(0);
        for (i, metric) in self.metrics.iter().enumerate() {
            let of = |value: fn(&Ends) -> f64| -> Vec<f64> {
                let all = runs().filter_map(|(_, ends)| ends.get(i)).map(value);
                let mut all: Vec<f64> = all.filter(|x| !x.is_nan()).collect();
                all.sort_by(f64::total_cmp);
                all
            };
            let last = of(|e| e.last);
            let (Some(&min), Some(&max)) = (last.first(), last.last()) else { continue };
            let mean_last = mean(&last);
            let first = of(|e| e.first);
            self.rows.push(SummaryRow {
                simulation,
                subset,
                parameters: group.labels.clone(),
                metric: metric.name.clone(),
                unit: metric.unit.clone(),
                final_timestep,
                count: last.len() as u64,
                mean: mean_last,
                sd: variance(&last).map(f64::sqrt),
                min,
                quantiles: QUANTILES.map(|p| quantile(&last, p).unwrap_or(mean_last)),
                max,
                initial: (!first.is_empty()).then(|| mean(&first)),
                lowest: of(|e| e.lowest).first().copied(),
                highest: of(|e| e.highest).last().copied(),
            });
        }
    }
}

impl Ends {
    const NONE: Self = Self { first: f64::NAN, last: f64::NAN, lowest: f64::NAN, highest: f64::NAN };

    /// Takes values; the minimum and maximum of floats pass over NaN.
    fn reach(&mut self, values: impl Iterator<Item = f64>) {
        for value in values {
            self.lowest = self.lowest.min(value);
            self.highest = self.highest.max(value);
        }
    }
}
