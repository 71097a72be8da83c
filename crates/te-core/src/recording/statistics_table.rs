//! Statistics over runs for each subset, timestep and column, gathered unit by unit.

mod gather;

use crate::declaration::calendar::Calendar;
use crate::declaration::date::Date;
use crate::declaration::frame::{Cells, Column, DATE_COLUMN, Frame, FrameError};
use crate::numerics::statistics::Summary;

pub(crate) use gather::Gather;

/// Quantiles that a statistics table shows.
pub const TABLE_QUANTILES: [(f64, &str); 5] =
    [(0.05, "q05"), (0.25, "q25"), (0.5, "median"), (0.75, "q75"), (0.95, "q95")];

/// Summaries by simulation, subset and timestep, one for each recorded column.
#[derive(Clone, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct StatisticsTable {
    pub(crate) columns: Vec<String>,
    /// In the order of their keys.
    pub(crate) parts: Vec<Part>,
}

/// The summaries of one subset.
#[derive(Clone, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
pub(crate) struct Part {
    /// Simulation and subset.
    pub(crate) key: (u64, u64),
    /// Timesteps that runs reached, in ascending order.
    timesteps: Vec<u64>,
    /// Their dates in days since 1970-01-01, where rows have dates.
    days: Vec<i32>,
    /// A row for each timestep.
    summaries: Vec<Summary>,
}

impl Part {
    /// A further row, with its date where rows have dates.
    fn begin_row(&mut self, timestep: u64, calendar: Option<Calendar>) {
        self.timesteps.push(timestep);
        if let Some(calendar) = calendar {
            let day = calendar.date(timestep).map_or(0, Date::days);
            // Days of the years up to 9999 fit.
            self.days.push(i32::try_from(day).unwrap_or(0));
        }
    }

    /// Adds another part whose rows are as wide.
    pub(crate) fn merge(&mut self, other: &Self, width: usize) {
        let mut at = 0;
        let mut days = other.days.iter();
        for (timestep, row) in other.timesteps.iter().zip(other.summaries.chunks_exact(width.max(1))) {
            let day = days.next();
            while self.timesteps.get(at).is_some_and(|own| own < timestep) {
                at += 1;
            }
            if self.timesteps.get(at) == Some(timestep) {
                let own = self.summaries.iter_mut().skip(at * width);
                own.zip(row).for_each(|(into, from)| into.merge(from));
            } else {
                self.timesteps.insert(at, *timestep);
                if let Some(day) = day.filter(|_| at <= self.days.len()) {
                    self.days.insert(at, *day);
                }
                let place = (at * width).min(self.summaries.len());
                self.summaries.splice(place..place, row.iter().cloned());
            }
            at += 1;
        }
    }
}

impl StatisticsTable {
    /// Adds the table of a later unit.
    pub fn merge(&mut self, other: &Self) {
        if self.columns.is_empty() {
            self.columns.clone_from(&other.columns);
        }
        let width = self.columns.len();
        for part in &other.parts {
            match self.parts.binary_search_by_key(&part.key, |own| own.key) {
                Ok(at) => self.parts[at].merge(part, width),
                Err(at) => self.parts.insert(at, part.clone()),
            }
        }
    }

    /// As [`StatisticsTable::merge`], but subsets that are new are taken out of the other table instead of copied.
    pub(crate) fn absorb(&mut self, other: &mut Self) {
        let known = |key: &(u64, u64)| self.parts.binary_search_by_key(key, |own| own.key).is_ok();
        let mut new: Vec<Part> = other.parts.extract_if(.., |part| !known(&part.key)).collect();
        self.merge(other);
        let in_order = self.parts.last().zip(new.first()).is_none_or(|(last, first)| last.key < first.key);
        self.parts.append(&mut new);
        if !in_order {
            self.parts.sort_by_key(|part| part.key);
        }
    }

    /// The summary of a column at a timestep.
    pub fn get(&self, simulation: u64, subset: u64, timestep: u64, column: &str) -> Option<&Summary> {
        let at = self.columns.iter().position(|c| c == column)?;
        let part = self.parts.binary_search_by_key(&(simulation, subset), |part| part.key).ok()?;
        let part = self.parts.get(part)?;
        let row = part.timesteps.binary_search(&timestep).ok()?;
        part.summaries.get(row * self.columns.len() + at)
    }

    /// Rows with their keys and days, in order.
    fn rows(&self) -> impl Iterator<Item = ([u64; 3], Option<i32>, &[Summary])> {
        let width = self.columns.len().max(1);
        self.parts.iter().flat_map(move |part| {
            let rows = part.timesteps.iter().zip(part.summaries.chunks_exact(width));
            let row = |(at, (timestep, row)): (usize, (&u64, _))| {
                ([part.key.0, part.key.1, *timestep], part.days.get(at).copied(), row)
            };
            rows.enumerate().map(row)
        })
    }

    /// As a long table: simulation, subset, timestep, date where rows have dates, column, then count, mean, sd, min, quantiles, max.
    ///
    /// # Errors
    /// None in practice: the columns are of one length by construction.
    pub fn frame(&self) -> Result<Frame, FrameError> {
        let mut keys: [Vec<u64>; 3] = Default::default();
        let (mut days, mut dated) = (Vec::new(), Vec::new());
        let mut names = Vec::new();
        let mut counts = Vec::new();
        let mut figures: Vec<Vec<f64>> = vec![Vec::new(); 4 + TABLE_QUANTILES.len()];
        for (row, day, summaries) in self.rows() {
            for (name, summary) in self.columns.iter().zip(summaries).filter(|(_, s)| s.count() > 0) {
                keys.iter_mut().zip(row).for_each(|(column, key)| column.push(key));
                days.push(day.unwrap_or(0));
                dated.push(day.is_some());
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
        if dated.contains(&true) {
            let mut date = Column::new(DATE_COLUMN, Cells::Date(days));
            date.valid = dated.contains(&false).then_some(dated);
            columns.insert(3, date);
        }
        Frame::new(columns)
    }
}
