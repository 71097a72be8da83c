//! Runs of two results that met the same luck.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use te_core::{Cells, Frame, INDEX_COLUMNS};

use crate::OutputError;
use crate::number::{mean, variance};
use crate::summary::index_columns;

/// Whether runs of two results correspond.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pairing {
    /// Run k of one met the luck of run k of the other.
    Paired,
    /// They have nothing to do with each other, and why.
    Unpaired(String),
}

impl Pairing {
    /// Of two results, as their manifests tell.
    pub(super) fn of(a: &toml::Table, b: &toml::Table) -> Self {
        let told = |table: &toml::Table, key: &str| {
            table.get("run").and_then(|run| run.get(key)).map(ToString::to_string)
        };
        let own_luck = |table: &toml::Table| {
            table.get("run").and_then(|run| run.get("independent_subsets")).and_then(toml::Value::as_bool)
        };
        match (told(a, "seed"), told(b, "seed")) {
            (Some(a), Some(b)) if a != b => Self::Unpaired("the seeds differ".to_owned()),
            (Some(_), Some(_)) if own_luck(a) != own_luck(b) => {
                Self::Unpaired("subsets have random streams of their own in one of them".to_owned())
            }
            (Some(_), Some(_)) => Self::Paired,
            _ => Self::Unpaired("a seed is not known".to_owned()),
        }
    }
}

impl fmt::Display for Pairing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Paired => f.write_str("errors are those of paired runs: both used the same seed"),
            Self::Unpaired(why) => write!(f, "errors are those of unpaired runs: {why}"),
        }
    }
}

/// The differences of the final values of paired runs, second minus first.
#[derive(Clone, Debug, PartialEq)]
pub struct Pairs {
    /// Their number.
    pub runs: u64,
    /// Mean difference.
    pub mean: f64,
    /// Standard deviation of the differences (divisor runs - 1); `None` for a single pair.
    pub sd: Option<f64>,
}

impl Pairs {
    /// The mean difference in standard errors; `None` for a single pair or no spread.
    pub fn standard_errors(&self) -> Option<f64> {
        let error = self.sd? / (self.runs as f64).sqrt();
        (error > 0.0).then(|| self.mean / error)
    }
}

/// Simulation, subset and run.
type Id = (u64, u64, u64);

/// The pairs of each simulation, subset and metric of two tables, without runs that failed in either.
pub(super) fn of(
    [a, b]: [&Frame; 2],
    failed: [&BTreeSet<Id>; 2],
) -> Result<BTreeMap<(u64, u64, String), Pairs>, OutputError> {
    let (rows_a, rows_b) = (last_rows(a)?, last_rows(b)?);
    let mut differences: BTreeMap<(u64, u64, String), Vec<f64>> = BTreeMap::new();
    for column in a.columns() {
        let other = b.column(&column.name);
        let Some(other) = other.filter(|_| !INDEX_COLUMNS.contains(&column.name.as_str())) else { continue };
        if matches!(column.cells, Cells::Text(_)) {
            continue;
        }
        for (id, row) in &rows_a {
            let Some(twin) = rows_b.get(id).filter(|_| !failed.iter().any(|f| f.contains(id))) else {
                continue;
            };
            if let (Some(x), Some(y)) = (column.number(*row), other.number(*twin)) {
                differences.entry((id.0, id.1, column.name.clone())).or_default().push(y - x);
            }
        }
    }
    let pairs = |values: Vec<f64>| Pairs {
        runs: values.len() as u64,
        mean: mean(&values),
        sd: variance(&values).map(f64::sqrt),
    };
    Ok(differences.into_iter().map(|(key, values)| (key, pairs(values))).collect())
}

/// The last row of each run.
fn last_rows(frame: &Frame) -> Result<BTreeMap<Id, usize>, OutputError> {
    let [simulation, subset, run, ..] = index_columns(frame)?;
    let ids = simulation.iter().zip(subset).zip(run).map(|((a, b), c)| (*a, *b, *c));
    Ok(ids.enumerate().map(|(row, id)| (id, row)).collect())
}
