//! Which point of a sweep has the best value of a key figure.

use super::{Comparison, Kpi, KpiResult};
use crate::experiment::experiment_error::ExperimentError;

/// The points of a sweep at which a figure is lowest and highest.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct BestPoint {
    /// Name of the figure.
    pub name: String,
    /// Simulation, from 0.
    pub simulation: u64,
    /// Subset with the lowest value, the first of equals, and the value.
    pub lowest: (u64, f64),
    /// Subset with the highest value, the first of equals, and the value.
    pub highest: (u64, f64),
    /// The better of both, where the figure has a requirement: the lowest for `< x`, the highest for `> x`.
    pub best: Option<u64>,
    /// Whether the best is told apart from every other point: their 95 % intervals do not meet. `None` where there is no
    /// best, or a point has no interval.
    pub told_apart: Option<bool>,
}

impl Kpi {
    /// The best points of this figure, one for each simulation of several points, from its results in order of subsets.
    pub(crate) fn best_points(&self, results: &[KpiResult]) -> Result<Vec<BestPoint>, ExperimentError> {
        let comparison = self.comparison()?.map(|(comparison, _)| comparison);
        let own: Vec<&KpiResult> = results.iter().filter(|r| r.name == self.name).collect();
        let mut out = Vec::new();
        for group in own.chunk_by(|a, b| a.simulation == b.simulation) {
            let mut with_value = group.iter().filter(|r| !r.value.is_nan());
            let Some(first) = with_value.next().filter(|_| group.len() > 1) else { continue };
            let (mut lowest, mut highest) = (*first, *first);
            for result in with_value {
                if result.value < lowest.value {
                    lowest = result;
                }
                if result.value > highest.value {
                    highest = result;
                }
            }
            let best = comparison.map(|comparison| match comparison {
                Comparison::Less | Comparison::LessEqual => lowest,
                Comparison::Greater | Comparison::GreaterEqual => highest,
            });
            out.push(BestPoint {
                name: self.name.clone(),
                simulation: first.simulation,
                lowest: (lowest.subset, lowest.value),
                highest: (highest.subset, highest.value),
                best: best.map(|b| b.subset),
                told_apart: best.and_then(|best| is_apart(best, group)),
            });
        }
        Ok(out)
    }
}

/// Whether no other point's interval meets that of `best`.
fn is_apart(best: &KpiResult, all: &[&KpiResult]) -> Option<bool> {
    let (low, high) = best.interval?.ends();
    let others = all.iter().filter(|r| r.subset != best.subset);
    let mut apart = true;
    for other in others {
        let (other_low, other_high) = other.interval?.ends();
        apart &= other_high < low || high < other_low;
    }
    Some(apart)
}
