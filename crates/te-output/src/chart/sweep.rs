//! Final values over a swept or drawn parameter.

use te_core::{Cells, Column, Frame};

use super::ChartSpec;
use super::traces::Subset;
use crate::labels::{Swept, subset_labels};
use crate::summary::cell_text;

/// Lines in one picture at most; beyond them every run is a point of its own.
const LINES: usize = 24;

/// Final values of every series at the values of the parameter, the other parameters being the same.
pub(super) struct Line {
    pub(super) label: String,
    /// By series: value of the parameter, final value of a run.
    pub(super) points: Vec<Vec<(f64, f64)>>,
}

/// How a parameter along the axis is drawn.
pub(super) enum Over {
    /// Lines or bands over its values.
    Lines(Vec<Line>),
    /// A point for each run: the parameter has a value of its own in each.
    Points(Line),
}

/// The final values of all runs by the value of the chart's `x`.
pub(super) fn over(
    spec: &ChartSpec,
    frame: &Frame,
    parameters: &[String],
    subsets: &[Subset],
    x: &Column,
    series: &[&Column],
) -> Over {
    let others: Vec<&Column> = frame
        .columns()
        .iter()
        .filter(|c| c.name != spec.x && (parameters.contains(&c.name) || matches!(c.cells, Cells::Text(_))))
        .collect();
    let none = || vec![Vec::new(); series.len()];
    let mut keys: Vec<Vec<String>> = Vec::new();
    let mut lines: Vec<Line> = Vec::new();
    let mut all = Line { label: String::new(), points: none() };
    for run in subsets.iter().flat_map(|subset| &subset.runs) {
        let Some(&row) = run.rows.last() else { continue };
        let Some(at) = x.number(row) else { continue };
        let key: Vec<String> = others.iter().map(|c| cell_text(c, row)).collect();
        let place = keys.iter().position(|k| *k == key);
        // Beyond so many lines only the points are gathered.
        if place.is_none() && keys.len() <= LINES {
            keys.push(key);
            lines.push(Line { label: String::new(), points: none() });
        }
        let place = place.unwrap_or(keys.len() - 1);
        for (i, one) in series.iter().enumerate() {
            let Some(value) = run.last(one) else { continue };
            for line in [lines.get_mut(place), Some(&mut all)].into_iter().flatten() {
                if let Some(points) = line.points.get_mut(i) {
                    points.push((at, value));
                }
            }
        }
    }
    let several = |line: &Line| {
        line.points
            .iter()
            .any(|points| points.first().is_some_and(|(x, _)| points.iter().any(|(other, _)| other != x)))
    };
    if lines.len() > LINES || (lines.len() > 1 && !lines.iter().any(several)) {
        return Over::Points(all);
    }
    let swept: Vec<Swept> =
        others.iter().map(|c| (c.name.clone(), matches!(c.cells, Cells::Text(_)))).collect();
    let numbers: Vec<(u64, u64)> = (0..keys.len() as u64).map(|number| (0, number)).collect();
    for (line, label) in lines.iter_mut().zip(subset_labels(&swept, &keys, &numbers)) {
        line.label = label;
    }
    Over::Lines(lines)
}
