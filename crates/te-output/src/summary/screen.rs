//! The summary as an aligned table for the screen.

use std::fmt::Write as _;

use super::{Covers, Summary, SummaryRow};
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
            write_lines(&mut text, &self.lines(group), 2);
        }
        let shown = groups.len().min(subsets) as u64;
        if self.subsets > shown {
            let place = if self.cut { "the table of trajectories" } else { "summary.csv" };
            let _ = writeln!(text, "{} more subsets are in {place}", self.subsets - shown);
        }
        if let Some(note) = self.covers.note().filter(|_| self.is_single() && !text.is_empty()) {
            let _ = writeln!(text, "{note}");
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

impl Summary {
    /// Head and cells of one subset: for a single run the values themselves, else the distribution of final ones.
    fn lines(&self, group: &[SummaryRow]) -> Vec<Vec<String>> {
        let single = group.iter().all(|r| r.count == 1);
        let along = self.covers != Covers::Finals;
        let timestep = group.iter().map(|r| r.final_timestep).max().unwrap_or(0);
        let at = |name: &str| format!("{name} (t = {timestep})");
        let mut head = vec!["metric".to_owned(), "unit".to_owned()];
        if !single {
            let names = ["runs", "mean", "sd", "min", "5 %", "median", "95 %", "max"];
            head.extend(names.map(|n| if n == "mean" { at(n) } else { n.to_owned() }));
        } else if along {
            head.extend(["initial".to_owned(), at("final"), "lowest".to_owned(), "highest".to_owned()]);
        } else {
            head.push(at("final"));
        }
        let mut lines = vec![head];
        for row in group {
            let mut cells = vec![row.metric.clone(), row.unit.clone()];
            let numbers = if !single {
                cells.push(row.count.to_string());
                let [q05, _, q50, _, q95] = row.quantiles;
                let end = [q05, q50, q95, row.max].map(Some);
                [Some(row.mean), row.sd, Some(row.min)].into_iter().chain(end).collect()
            } else if along {
                vec![row.initial, Some(row.mean), row.lowest, row.highest]
            } else {
                vec![Some(row.mean)]
            };
            cells.extend(
                numbers.into_iter().map(|x: Option<f64>| x.map_or_else(String::new, |x| short(x, 6))),
            );
            lines.push(cells);
        }
        lines
    }
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
