//! Statistics over runs as a table that charts and reports can show.
//!
//! With `keep = statistics` there are no trajectories, and `statistics.csv` has a row for each subset, timestep and column:
//! count, mean, sd, min, quantiles, max. [`stand_ins`] makes of it a table of 21 stand-in runs: at every timestep their sorted
//! values have exactly the minimum, the quantiles 5, 25, 50, 75 and 95 % and the maximum of the statistics, so that bands
//! drawn of them are the bands of the runs. They are no runs: means, single lines and histograms of them say nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use te_core::{Cells, Column, DATE_COLUMN, Date, Frame, INDEX_COLUMNS};

use crate::columns::append;
use crate::number::nearest;
use crate::{Covers, FrameReader, OutputError, Summary, SummaryRow};

/// The file of statistics in a results folder.
const FILE: &str = "statistics.csv";

/// Stand-in runs: one for each twentieth.
const STAND_INS: usize = 21;
/// Names of the statistics, with the places among the stand-ins at which they are.
const STATISTICS: [(&str, usize); 7] =
    [("min", 0), ("q05", 1), ("q25", 5), ("median", 10), ("q75", 15), ("q95", 19), ("max", 20)];

/// Rows of `statistics.csv`.
pub(crate) struct Statistics {
    frame: Frame,
}

/// A row of statistics: simulation, subset, timestep.
type Key = (u64, u64, u64);
/// Of one subset: by timestep the row of each metric.
type ByTime = BTreeMap<u64, Vec<Option<usize>>>;
/// A metric's number, and its rows.
type MetricRows = (usize, Vec<usize>);

impl Statistics {
    /// The statistics of a results folder, where it has any: those of its first subsets, at least so many where there are as
    /// many. The rest of the file is not read.
    pub(crate) fn of_first(folder: &Path, subsets: usize) -> Result<Option<Self>, OutputError> {
        let path = folder.join(FILE);
        if !path.is_file() {
            return Ok(None);
        }
        let mut columns = Vec::new();
        let mut known = BTreeSet::new();
        for block in FrameReader::open(&path)? {
            let block = Self { frame: block? };
            known.extend(block.keys()?.into_iter().map(|(simulation, subset, _)| (simulation, subset)));
            columns = joined(columns, block.frame)?;
            if known.len() > subsets {
                break;
            }
        }
        Ok(Some(Self { frame: table(columns)? }))
    }

    /// The summary that the statistics of a folder tell, where it has any. A subset's rows follow one another in the file, so
    /// that no more than a block and one subset is in memory.
    pub(crate) fn summary_of(folder: &Path) -> Result<Option<Summary>, OutputError> {
        let path = folder.join(FILE);
        if !path.is_file() {
            return Ok(None);
        }
        let mut told: Option<Summary> = None;
        let mut tell = |part: Self| -> Result<(), OutputError> {
            let part = part.summary()?;
            match &mut told {
                Some(told) => {
                    told.subsets += part.subsets;
                    told.rows.extend(part.rows);
                }
                None => told = Some(part),
            }
            Ok(())
        };
        let mut open = Vec::new();
        for block in FrameReader::open(&path)? {
            let all = Self { frame: table(joined(open, block?)?)? };
            let keys = all.keys()?;
            let subset = |key: &Key| (key.0, key.1);
            let last = keys.last().map(subset);
            let end = keys.iter().rposition(|key| Some(subset(key)) != last).map_or(0, |at| at + 1);
            let rows = |rows: std::ops::Range<usize>| all.frame.pick(&rows.collect::<Vec<_>>());
            if end > 0 {
                tell(Self { frame: rows(0..end) })?;
            }
            open = rows(end..keys.len()).into_columns();
        }
        tell(Self { frame: table(open)? })?;
        Ok(told)
    }

    fn column(&self, name: &str) -> Result<&Column, OutputError> {
        self.frame.column(name).ok_or_else(|| OutputError::Column {
            column: name.to_owned(),
            nearest: nearest(name, self.frame.columns().iter().map(|c| c.name.as_str())),
        })
    }

    fn whole(&self, name: &str) -> Result<Vec<u64>, OutputError> {
        let column = self.column(name)?;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a saturating cast of a count"
        )]
        let number = |row| column.number(row).map_or(0, |x| x as u64);
        Ok((0..self.frame.rows()).map(number).collect())
    }

    fn texts(&self, name: &str) -> Result<Vec<String>, OutputError> {
        let column = self.column(name)?;
        Ok((0..self.frame.rows()).map(|row| crate::summary::cell_text(column, row)).collect())
    }

    fn keys(&self) -> Result<Vec<Key>, OutputError> {
        let [simulation, subset, _, timestep, _] = INDEX_COLUMNS;
        let (simulation, subset) = (self.whole(simulation)?, self.whole(subset)?);
        let timestep = self.whole(timestep)?;
        Ok(simulation.into_iter().zip(subset).zip(timestep).map(|((a, b), c)| (a, b, c)).collect())
    }

    /// The dates of rows in days since 1970-01-01, where they have any.
    fn days(&self) -> Option<Vec<Option<i32>>> {
        let column = self.frame.column(DATE_COLUMN)?;
        let day = |row| {
            let date: Date = crate::summary::cell_text(column, row).parse().ok()?;
            i32::try_from(date.days()).ok()
        };
        Some((0..self.frame.rows()).map(day).collect())
    }

    /// Columns that are no statistics: a variant's name, parameters.
    fn labels(&self) -> Vec<&Column> {
        let own = ["column", "unit", "count", "mean", "sd"];
        let known = |name: &str| {
            own.contains(&name)
                || name == DATE_COLUMN
                || INDEX_COLUMNS.contains(&name)
                || STATISTICS.iter().any(|(one, _)| *one == name)
        };
        self.frame.columns().iter().filter(|c| !known(&c.name)).collect()
    }

    /// Names of swept parameters among its columns.
    pub(crate) fn parameters(&self) -> Vec<String> {
        let text = |c: &&&Column| !matches!(c.cells, Cells::Text(_));
        self.labels().iter().filter(text).map(|c| c.name.clone()).collect()
    }

    /// The stand-ins for the runs of the first subsets, at most so many.
    pub(crate) fn stand_ins(&self, subsets: usize) -> Result<Frame, OutputError> {
        let keys = self.keys()?;
        let names = self.texts("column")?;
        let units = self.texts("unit").unwrap_or_else(|_| vec![String::new(); names.len()]);
        let labels = self.labels();
        let statistics =
            STATISTICS.iter().map(|(name, _)| self.column(name)).collect::<Result<Vec<_>, _>>()?;
        let mut metrics: Vec<(String, String)> = Vec::new();
        let mut places: BTreeMap<&str, usize> = BTreeMap::new();
        let mut rows: BTreeMap<(u64, u64), ByTime> = BTreeMap::new();
        for (row, ((simulation, subset, timestep), name)) in keys.iter().zip(&names).enumerate() {
            let metric = *places.entry(name).or_insert_with(|| {
                metrics.push((name.clone(), units.get(row).cloned().unwrap_or_default()));
                metrics.len() - 1
            });
            let key = (*simulation, *subset);
            if rows.len() >= subsets && !rows.contains_key(&key) {
                continue;
            }
            let at = rows.entry(key).or_default().entry(*timestep).or_default();
            if at.len() <= metric {
                at.resize(metric + 1, None);
            }
            if let Some(slot) = at.get_mut(metric) {
                *slot = Some(row);
            }
        }
        let mut index: [Vec<u64>; 5] = Default::default();
        let mut told: Vec<usize> = Vec::new();
        let mut values: Vec<Vec<Option<f64>>> = vec![Vec::new(); metrics.len()];
        for ((simulation, subset), timesteps) in &rows {
            for stand_in in 0..STAND_INS {
                for (timestep, at) in timesteps {
                    let substep = u64::from(*timestep > 0);
                    let run = stand_in as u64 + 1;
                    for (cells, x) in index.iter_mut().zip([*simulation, *subset, run, *timestep, substep]) {
                        cells.push(x);
                    }
                    told.push(at.iter().flatten().next().copied().unwrap_or(0));
                    for (metric, cells) in values.iter_mut().enumerate() {
                        let row = at.get(metric).copied().flatten();
                        cells.push(row.and_then(|row| between(&statistics, row, stand_in)));
                    }
                }
            }
        }
        let mut columns: Vec<Column> = INDEX_COLUMNS
            .iter()
            .zip(index)
            .map(|(name, cells)| Column::new(*name, Cells::U64(cells)))
            .collect();
        if let Some(days) = self.days() {
            let days: Vec<Option<i32>> = told.iter().map(|row| days.get(*row).copied().flatten()).collect();
            let there: Vec<bool> = days.iter().map(Option::is_some).collect();
            let cells = Cells::Date(days.into_iter().map(Option::unwrap_or_default).collect());
            let valid = there.contains(&false).then_some(there);
            columns.push(Column { valid, ..Column::new(DATE_COLUMN, cells) });
        }
        let labels = Frame::new(labels.into_iter().cloned().collect()).map(|labels| labels.pick(&told));
        columns.extend(labels.unwrap_or_default().into_columns());
        for ((name, unit), cells) in metrics.into_iter().zip(values) {
            let there: Vec<bool> = cells.iter().map(Option::is_some).collect();
            let mut column =
                Column::new(name, Cells::F64(cells.into_iter().map(Option::unwrap_or_default).collect()));
            column.unit = unit;
            column.valid = there.contains(&false).then_some(there);
            columns.push(column);
        }
        table(columns)
    }

    /// The summary that the statistics tell: final values are those of the last timestep that runs reached.
    fn summary(&self) -> Result<Summary, OutputError> {
        let keys = self.keys()?;
        let names = self.texts("column")?;
        let units = self.texts("unit").unwrap_or_else(|_| vec![String::new(); names.len()]);
        let counts = self.whole("count")?;
        let labels = self.labels();
        let number = |name: &str, row: usize| self.column(name).map(|c| c.number(row).unwrap_or(0.0));
        let mut groups: BTreeMap<(u64, u64), Vec<MetricRows>> = BTreeMap::new();
        let mut places: BTreeMap<&str, usize> = BTreeMap::new();
        for (row, ((simulation, subset, _), name)) in keys.iter().zip(&names).enumerate() {
            let next = places.len();
            let place = *places.entry(name).or_insert(next);
            let group = groups.entry((*simulation, *subset)).or_default();
            match group.iter_mut().find(|(metric, _)| *metric == place) {
                Some((_, rows)) => rows.push(row),
                None => group.push((place, vec![row])),
            }
        }
        let subsets = groups.len() as u64;
        let mut rows = Vec::new();
        for ((simulation, subset), metrics) in groups {
            for (_, at) in metrics {
                let (Some(&first), Some(&last)) = (at.first(), at.last()) else { continue };
                let start = keys.get(first).is_some_and(|key| key.2 == 0);
                let over = |name: &str, better: fn(f64, f64) -> f64| {
                    at.iter().filter_map(|row| number(name, *row).ok()).reduce(better)
                };
                rows.push(SummaryRow {
                    simulation,
                    subset,
                    parameters: labels.iter().map(|c| crate::summary::cell_text(c, last)).collect(),
                    metric: names.get(last).cloned().unwrap_or_default(),
                    unit: units.get(last).cloned().unwrap_or_default(),
                    final_timestep: keys.get(last).map_or(0, |key| key.2),
                    count: counts.get(last).copied().unwrap_or(0),
                    mean: number("mean", last)?,
                    sd: Some(number("sd", last)?).filter(|_| counts.get(last).is_some_and(|n| *n > 1)),
                    min: number("min", last)?,
                    quantiles: [
                        number("q05", last)?,
                        number("q25", last)?,
                        number("median", last)?,
                        number("q75", last)?,
                        number("q95", last)?,
                    ],
                    max: number("max", last)?,
                    initial: if start { Some(number("mean", first)?) } else { None },
                    lowest: over("min", f64::min),
                    highest: over("max", f64::max),
                });
            }
        }
        let parameters = labels.iter().map(|c| c.name.clone()).collect();
        Ok(Summary { parameters, rows, covers: Covers::Run, subsets, cut: false })
    }
}

/// A block below the rows before it.
fn joined(mut above: Vec<Column>, block: Frame) -> Result<Vec<Column>, OutputError> {
    append(&mut above, block).map(|()| above).ok_or_else(|| malformed("a block has other columns".to_owned()))
}

fn table(columns: Vec<Column>) -> Result<Frame, OutputError> {
    Frame::new(columns).map_err(|error| malformed(error.to_string()))
}

fn malformed(cause: String) -> OutputError {
    OutputError::Malformed { path: FILE.into(), format: "statistics over runs", cause }
}

/// The value of a stand-in: a statistic, or what lies between its neighbours.
fn between(statistics: &[&Column], row: usize, stand_in: usize) -> Option<f64> {
    let above = STATISTICS.iter().position(|(_, place)| *place >= stand_in)?;
    let (_, high) = STATISTICS.get(above)?;
    let top = statistics.get(above)?.number(row)?;
    if *high == stand_in {
        return Some(top);
    }
    let (_, low) = STATISTICS.get(above.checked_sub(1)?)?;
    let bottom = statistics.get(above - 1)?.number(row)?;
    Some(bottom + (top - bottom) * (stand_in - low) as f64 / (high - low) as f64)
}
