//! Bands, single runs, histograms and key figures of the runs so far, as the page is told.
//!
//! Quantiles are those of the command's charts and summaries: of the sorted values, by linear interpolation at `(n - 1) p`.

use crate::growth::{Gathered, Growing};
use crate::trouble::Trouble;
use serde::Serialize;
use serde::ser::{SerializeMap as _, Serializer};
use te_core::{Calendar, KpiInterval, KpiResult, Summary, quantile, student_t_975};

/// Rows under names, in order.
#[derive(Debug)]
pub(crate) struct Named<T>(pub(crate) Vec<(String, T)>);

impl<T: Serialize> Serialize for Named<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, row) in &self.0 {
            map.serialize_entry(name, row)?;
        }
        map.end()
    }
}

/// Quantiles along time. What no run has is NaN, which JSON writes as null.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Band {
    pub(crate) median: Vec<f64>,
    pub(crate) q05: Vec<f64>,
    pub(crate) q25: Vec<f64>,
    pub(crate) q75: Vec<f64>,
    pub(crate) q95: Vec<f64>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) runs: Vec<Vec<f64>>,
}

impl Band {
    /// Adds the quantiles of values, which are sorted; those that are no number are left out.
    pub(crate) fn push(&mut self, values: &mut Vec<f64>) {
        values.retain(|x| !x.is_nan());
        values.sort_unstable_by(f64::total_cmp);
        let lines = [
            (&mut self.q05, 0.05),
            (&mut self.q25, 0.25),
            (&mut self.median, 0.5),
            (&mut self.q75, 0.75),
            (&mut self.q95, 0.95),
        ];
        for (line, p) in lines {
            line.push(quantile(values, p));
        }
    }
}

/// A histogram of final values.
#[derive(Debug, Serialize)]
pub(crate) struct Finals {
    edges: Vec<f64>,
    counts: Vec<f64>,
}

/// A key figure over runs.
#[derive(Debug, Serialize)]
pub(crate) struct Figure {
    pub(crate) name: String,
    /// The value: a mean, quantile or probability as the file asks for it.
    pub(crate) mean: Option<f64>,
    pub(crate) low: Option<f64>,
    pub(crate) high: Option<f64>,
    /// The value in words.
    shown: String,
    /// Over which runs it was taken.
    text: String,
    /// Whether what is required of it holds.
    holds: Option<bool>,
}

/// One setting's numbers.
#[derive(Debug, Serialize)]
pub(crate) struct Seen {
    pub(crate) runs: u64,
    columns: Named<Band>,
    finals: Named<Finals>,
    kpis: Vec<Figure>,
    failures: Failures,
}

#[derive(Debug, Serialize)]
struct Failures {
    count: u64,
    texts: Vec<String>,
}

/// The difference of a setting from the pinned one, run by run under the same luck.
#[derive(Debug, Serialize)]
pub(crate) struct Difference {
    pub(crate) difference: Named<Band>,
    pub(crate) difference_kpis: Vec<Figure>,
}

/// A message: one setting and, where one is pinned, that and the difference.
#[derive(Debug, Serialize)]
pub(crate) struct State {
    pub(crate) of: u64,
    pub(crate) engine_ms: f64,
    pub(crate) time: Vec<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) dates: Option<Vec<String>>,
    #[serde(flatten)]
    pub(crate) seen: Seen,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) pinned: Option<Seen>,
    #[serde(flatten)]
    pub(crate) difference: Option<Difference>,
}

/// What is to be seen of a setting after its runs so far.
pub(crate) fn seen(growing: &Growing, lines: usize) -> Result<Seen, Trouble> {
    let gathered = &growing.gathered;
    let mut columns = Vec::new();
    let mut finals = Vec::new();
    let mut values = Vec::new();
    for (at, name) in gathered.names.iter().enumerate() {
        let (rows, last) = (&gathered.values[at], &gathered.finals[at]);
        let mut band = Band::default();
        for row in rows {
            values.clone_from(row);
            band.push(&mut values);
        }
        let single = usize::try_from(gathered.runs).unwrap_or(usize::MAX).min(lines);
        band.runs = (0..single).map(|run| rows.iter().map(|row| row[run]).collect()).collect();
        columns.push((name.clone(), band));
        finals.extend(histogram(last).map(|histogram| (name.clone(), histogram)));
    }
    let kpis = growing.plan.aggregate(&gathered.figures)?;
    Ok(Seen {
        runs: gathered.runs,
        columns: Named(columns),
        finals: Named(finals),
        kpis: kpis.iter().map(figure).collect(),
        failures: Failures { count: gathered.failures, texts: gathered.told.clone() },
    })
}

/// Bins as the report's histograms have them.
pub(crate) fn histogram(values: &[f64]) -> Option<Finals> {
    let values: Vec<f64> = values.iter().copied().filter(|x| x.is_finite()).collect();
    let (edges, counts) = te_output::histogram_bins(&values)?;
    Some(Finals { edges, counts })
}

fn number(x: f64) -> Option<f64> {
    x.is_finite().then_some(x)
}

/// A key figure as the page is told.
pub(crate) fn figure(result: &KpiResult) -> Figure {
    let (low, high) = match result.interval {
        Some(KpiInterval::Wilson { low, high } | KpiInterval::StudentT { low, high }) => {
            (number(low), number(high))
        }
        _ => (None, None),
    };
    Figure {
        name: result.name.clone(),
        mean: number(result.value),
        low,
        high,
        shown: result.shown(),
        text: result.taken_over(),
        holds: result.holds,
    }
}

/// How a setting differs from the pinned one in columns and figures that both have.
pub(crate) fn difference(one: &Gathered, pinned: &Gathered, kpis: &[String]) -> Difference {
    let mut columns = Vec::new();
    let mut values: Vec<f64> = Vec::new();
    for (at, name) in one.names.iter().enumerate() {
        let Some(there) = pinned.names.iter().position(|other| other == name) else { continue };
        let mut band = Band::default();
        let mut pinned_rows = pinned.times.iter().zip(&pinned.values[there]).peekable();
        for (time, row) in one.times.iter().zip(&one.values[at]) {
            while pinned_rows.next_if(|(other, _)| *other < time).is_some() {}
            values.clear();
            if let Some((_, other)) = pinned_rows.next_if(|(other, _)| *other == time) {
                values.extend(row.iter().zip(other).map(|(a, b)| a - b));
            }
            band.push(&mut values);
        }
        columns.push((name.clone(), band));
    }
    let figures = kpis.iter().enumerate().map(|(at, name)| {
        let mut differences = Summary::default();
        let pairs = one.figures.iter().zip(&pinned.figures);
        let pairs = pairs.filter_map(|((_, a), (_, b))| Some(a.get(at)? - b.get(at)?));
        pairs.filter(|x| x.is_finite()).for_each(|x| differences.push(x));
        difference_of(name, &differences, one.figures.len())
    });
    Difference { difference: Named(columns), difference_kpis: figures.collect() }
}

/// Mean and interval of the differences of runs.
fn difference_of(name: &str, differences: &Summary, runs: usize) -> Figure {
    let (n, mean) = (differences.count(), differences.mean());
    let half = (n > 1).then(|| student_t_975(n - 1) * (differences.variance() / n as f64).sqrt());
    Figure {
        name: name.to_owned(),
        mean: number(mean),
        low: half.and_then(|half| number(mean - half)),
        high: half.and_then(|half| number(mean + half)),
        shown: number(mean).map_or_else(|| "none".to_owned(), |mean| mean.to_string()),
        text: format!("mean difference over {n} of {runs} runs, each with its own luck in both"),
        holds: None,
    }
}

/// The dates of rows.
pub(crate) fn dates(times: &[u64], calendar: Option<Calendar>) -> Option<Vec<String>> {
    let calendar = calendar?;
    Some(
        times
            .iter()
            .map(|time| calendar.date(*time).map(|date| date.to_string()).unwrap_or_default())
            .collect(),
    )
}
