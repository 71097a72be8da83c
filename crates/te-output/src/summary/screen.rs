//! The summary as an aligned table for the screen.

use std::fmt::Write as _;

use super::{Summary, SummaryRow};
use crate::number::short;

impl Summary {
    /// The summary as text: a heading for each subset, then a line for each metric, numbers in six digits,
    /// aligned. At most `subsets` subsets are shown; a last line tells how many more there are.
    pub fn screen(&self, subsets: usize) -> String {
        let mut text = String::new();
        let groups: Vec<&[SummaryRow]> =
            self.rows.chunk_by(|a, b| (a.simulation, a.subset) == (b.simulation, b.subset)).collect();
        let several = groups.len() > 1;
        let simulations = groups.iter().any(|g| g.first().is_some_and(|r| r.simulation > 0));
        for group in groups.iter().take(subsets) {
            let Some(first) = group.first() else { continue };
            if several || !first.parameters.is_empty() {
                self.heading(&mut text, first, simulations);
            }
            write_lines(&mut text, &lines(group), 2);
        }
        if groups.len() > subsets {
            let _ = writeln!(text, "{} more subsets are in summary.csv", groups.len() - subsets);
        }
        text
    }

    fn heading(&self, text: &mut String, row: &SummaryRow, simulations: bool) {
        if !text.is_empty() {
            text.push('\n');
        }
        if simulations {
            let _ = write!(text, "simulation {}, ", row.simulation);
        }
        let _ = write!(text, "subset {}", row.subset);
        let values = self.parameters.iter().zip(&row.parameters);
        for (i, (name, value)) in values.filter(|(_, v)| !v.is_empty()).enumerate() {
            let _ = write!(text, "{} {name} = {value}", if i == 0 { ":" } else { "," });
        }
        text.push('\n');
    }
}

/// Head and cells of one subset: for a single run the final values themselves, else their distribution.
fn lines(group: &[SummaryRow]) -> Vec<Vec<String>> {
    let single = group.iter().all(|r| r.count == 1);
    let timestep = group.iter().map(|r| r.final_timestep).max().unwrap_or(0);
    let names: &[&str] = if single {
        &["metric", "unit", "initial", "final", "lowest", "highest"]
    } else {
        &["metric", "unit", "runs", "mean", "sd", "min", "5 %", "median", "95 %", "max"]
    };
    let mut lines = vec![names.iter().map(|n| (*n).to_owned()).collect::<Vec<String>>()];
    if let Some(name) = lines.first_mut().and_then(|l| l.get_mut(3)) {
        let _ = write!(name, " (t = {timestep})");
    }
    for row in group {
        let mut cells = vec![row.metric.clone(), row.unit.clone()];
        let numbers = if single {
            vec![row.initial, row.mean, row.lowest, row.highest]
        } else {
            cells.push(row.count.to_string());
            let [q05, _, q50, _, q95] = row.quantiles;
            vec![row.mean, row.sd.unwrap_or(0.0), row.min, q05, q50, q95, row.max]
        };
        cells.extend(numbers.into_iter().map(|x| short(x, 6)));
        lines.push(cells);
    }
    lines
}

/// The first `word_columns` columns to the left, numbers aligned at their points.
pub(crate) fn write_lines(text: &mut String, lines: &[Vec<String>], word_columns: usize) {
    let columns = lines.iter().map(Vec::len).max().unwrap_or(0);
    let cell = |line: &Vec<String>, column: usize| line.get(column).cloned().unwrap_or_default();
    let mut padded: Vec<String> = vec![String::new(); lines.len()];
    for column in 0..columns {
        let words = column < word_columns;
        let mut cells: Vec<String> = lines.iter().map(|l| cell(l, column)).collect();
        if !words {
            // The part after the point (or the power of ten) of every number gets the same width.
            let tail = |c: &str| c.find(['.', 'e']).map_or(0, |at| c.len() - at);
            let widest = cells.iter().skip(1).map(|c| tail(c)).max().unwrap_or(0);
            for number in cells.iter_mut().skip(1) {
                let pad = widest - tail(number);
                number.push_str(&" ".repeat(pad));
            }
        }
        let width = cells.iter().map(|c| c.chars().count()).max().unwrap_or(0);
        for (line, value) in padded.iter_mut().zip(&cells) {
            if column > 0 {
                line.push_str("  ");
            }
            let gap = " ".repeat(width - value.chars().count());
            let (before, after) = if words { ("", gap.as_str()) } else { (gap.as_str(), "") };
            let _ = write!(line, "{before}{value}{after}");
        }
    }
    for line in padded {
        text.push_str(line.trim_end());
        text.push('\n');
    }
}
