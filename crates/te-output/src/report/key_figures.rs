//! Key figures side by side: a row for each figure, a column for each subset.

use serde::Serialize;
use te_core::{Cells, Frame};

use crate::number::short;

/// One key figure in all subsets.
#[derive(Debug, Default, Serialize)]
pub(super) struct KeyFigure {
    name: String,
    /// How it is taken, `median of final(curve.reserve)`.
    meaning: String,
    cells: Vec<KeyCell>,
}

/// A figure of one subset, and what its constraint says.
#[derive(Clone, Debug, Default, Serialize)]
struct KeyCell {
    text: String,
    fails: bool,
}

/// The rows of a table of key figures, with a cell for each of the subsets `keys`.
pub(super) fn lines(table: &Frame, keys: &[(u64, u64)]) -> Vec<KeyFigure> {
    let number = |name: &str, row: usize| table.u64s(name).and_then(|cells| cells.get(row).copied());
    let text = |name: &str, row: usize| match table.column(name).map(|c| &c.cells) {
        Some(Cells::Text(cells)) => cells.get(row).cloned().unwrap_or_default(),
        _ => String::new(),
    };
    let mut figures: Vec<KeyFigure> = Vec::new();
    for row in 0..table.rows() {
        let key = number("simulation", row).zip(number("subset", row));
        let Some(place) = key.and_then(|key| keys.iter().position(|k| *k == key)) else { continue };
        let name = text("figure", row);
        let at = figures.iter().position(|f| f.name == name).unwrap_or_else(|| {
            let meaning = format!("{} of {}", text("over_runs", row), text("of", row));
            let cells = vec![KeyCell::default(); keys.len()];
            figures.push(KeyFigure { name, meaning, cells });
            figures.len() - 1
        });
        let value = table.column("value").and_then(|column| column.number(row));
        let holds = text("holds", row);
        let verdict = match holds.as_str() {
            "yes" => ", holds",
            "no" => ", does not hold",
            _ => "",
        };
        if let Some(cell) = figures.get_mut(at).and_then(|figure| figure.cells.get_mut(place)) {
            let shown = value.map_or_else(|| "never".to_owned(), |value| short(value, 6));
            *cell = KeyCell { text: format!("{shown}{verdict}"), fails: holds == "no" };
        }
    }
    figures
}
