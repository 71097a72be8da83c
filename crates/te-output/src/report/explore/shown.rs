//! One metric in one subset: quantiles over runs by time, and some runs.

use serde::{Serialize, Serializer};
use te_core::{Cells, Column};

use crate::number::quantile;
use crate::summary::QUANTILES;

/// One metric in one subset: quantiles over runs by time, and some runs.
#[derive(Debug, Serialize)]
pub(super) struct Shown {
    #[serde(skip_serializing_if = "Option::is_none")]
    q: Option<Vec<Points>>,
    runs: Vec<Points>,
}

impl Shown {
    /// Whether quantiles over runs are shown.
    pub(super) fn has_bands(&self) -> bool {
        self.q.is_some()
    }
}

/// A value for each shown time; written as a single one where all are the same.
#[derive(Debug)]
struct Points(Vec<Option<f64>>);

impl Serialize for Points {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0.as_slice() {
            [Some(first), rest @ ..] if rest.iter().all(|x| *x == Some(*first)) => {
                serializer.collect_seq([digits(*first)])
            }
            points => serializer.collect_seq(points.iter().map(|x| x.map(digits))),
        }
    }
}

/// Which rows of a subset are shown, and where.
pub(super) struct ShownRows {
    /// Place among the shown times, and row; run after run.
    points: Vec<(usize, usize)>,
    /// Where the points of each of the runs that are shown one by one lie.
    runs: Vec<std::ops::Range<usize>>,
    /// Where the values of each time begin, all runs together; one more at the end.
    starts: Vec<usize>,
}

impl ShownRows {
    /// The rows of `points` (time and row) at the times `t`, with the first `keep` of the `runs` one by one.
    pub(super) fn new(points: &[(u64, usize)], runs: &[(u64, usize)], t: &[u64], keep: usize) -> Self {
        let mut shown =
            Self { points: Vec::with_capacity(points.len()), runs: Vec::new(), starts: Vec::new() };
        let mut counts = vec![0_usize; t.len()];
        let ends = runs.iter().skip(1).map(|(_, start)| *start).chain([points.len()]);
        for (position, ((_, start), end)) in runs.iter().zip(ends).enumerate() {
            let first = shown.points.len();
            for (time, row) in points.get(*start..end).unwrap_or_default() {
                if let Ok(place) = t.binary_search(time)
                    && let Some(count) = counts.get_mut(place)
                {
                    *count += 1;
                    shown.points.push((place, *row));
                }
            }
            if position < keep {
                shown.runs.push(first..shown.points.len());
            }
        }
        shown.starts.push(0);
        let mut total = 0;
        for count in counts {
            total += count;
            shown.starts.push(total);
        }
        shown
    }

    /// Whether some time has the values of several runs.
    pub(super) fn several(&self) -> bool {
        self.starts.windows(2).any(|pair| matches!(pair, [a, b] if b - a > 1))
    }

    /// What a column shows; `single` keeps runs one by one, which a subset of one run always does.
    pub(super) fn of(&self, column: &Column, single: bool) -> Shown {
        let values = numbers(column);
        let several = self.several();
        Shown {
            q: several.then(|| self.quantiles(&values)),
            runs: self.runs.iter().filter(|_| single || !several).map(|run| self.run(run, &values)).collect(),
        }
    }

    fn times(&self) -> usize {
        self.starts.len().saturating_sub(1)
    }

    fn run(&self, run: &std::ops::Range<usize>, values: &[Option<f64>]) -> Points {
        let mut points = vec![None; self.times()];
        for (place, row) in self.points.get(run.clone()).unwrap_or_default() {
            if let (Some(point), Some(value)) = (points.get_mut(*place), values.get(*row)) {
                *point = *value;
            }
        }
        Points(points)
    }

    fn quantiles(&self, values: &[Option<f64>]) -> Vec<Points> {
        // All values of a time side by side, those that are there.
        let mut ends: Vec<usize> = self.starts.iter().take(self.times()).copied().collect();
        let mut sorted = vec![0.0; self.points.len()];
        for (place, row) in &self.points {
            if let (Some(Some(value)), Some(end)) = (values.get(*row), ends.get_mut(*place))
                && let Some(slot) = sorted.get_mut(*end)
            {
                *slot = *value;
                *end += 1;
            }
        }
        let mut all = vec![vec![None; self.times()]; QUANTILES.len()];
        for (place, (start, end)) in self.starts.iter().zip(&ends).enumerate() {
            let Some(run) = sorted.get_mut(*start..*end) else { continue };
            run.sort_unstable_by(f64::total_cmp);
            for (points, p) in all.iter_mut().zip(QUANTILES) {
                if let Some(point) = points.get_mut(place) {
                    *point = quantile(run, p);
                }
            }
        }
        all.into_iter().map(Points).collect()
    }
}

/// A column's cells as numbers, where they are there.
fn numbers(column: &Column) -> Vec<Option<f64>> {
    match (&column.cells, &column.valid) {
        (Cells::F64(values), None) => values.iter().map(|x| Some(*x)).collect(),
        (cells, _) => (0..cells.len()).map(|row| column.number(row)).collect(),
    }
}

/// Six significant digits are more than a screen shows.
fn digits(x: f64) -> f64 {
    format!("{x:.5e}").parse().unwrap_or(x)
}
