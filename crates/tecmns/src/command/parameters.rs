//! Variant and parameters beside the rows of every table, under the names that the trajectories have.

use te_core::{Cells, Column, DATE_COLUMN, Frame, FrameError, INDEX_COLUMNS, Plan, VARIANT_COLUMN};
use te_output::append_rows;

/// Rows of the table of points that are looked at together.
const TOGETHER: u64 = 1 << 16;

/// Names of the columns of swept parameters: those with one value in each subset. What is drawn for every run is a column
/// like any other.
///
/// # Errors
/// None in practice: the columns are of one length by construction.
pub fn parameter_columns(plan: &Plan) -> Result<Vec<String>, super::CommandError> {
    let points = plan.points().frame(0..0).map_err(|e| super::CommandError::new(1, e))?;
    let names = points.columns().iter().map(|column| column.name.clone());
    let varied = names.filter(|name| !is_index(name) && name != VARIANT_COLUMN);
    let swept = varied.zip(plan.varied_parameters()).filter(|(_, varied)| varied.drawn.is_none());
    Ok(swept.map(|(name, _)| name).collect())
}

fn is_index(name: &str) -> bool {
    INDEX_COLUMNS.contains(&name)
}

/// A table with the variant and the values of what varies behind its index columns. A table without a column `run` is of
/// subsets, and has no place for what is drawn for every run; `runs` are those of a subset.
pub(crate) fn with_parameters(table: Frame, plan: &Plan, runs: u64) -> Result<Frame, FrameError> {
    let points = plan.points();
    let schema = points.frame(0..0)?;
    if table.rows() == 0 || schema.columns().iter().all(|column| is_index(&column.name)) {
        return Ok(table);
    }
    let of_runs = table.column("run").is_some();
    let per_point = if points.has_runs() { runs } else { 1 };
    let of_simulation = plan.subsets().saturating_mul(per_point);
    let number = |name: &str, row: usize| table.u64s(name).and_then(|cells| cells.get(row).copied());
    let place = |row: usize| {
        let run =
            if of_runs && points.has_runs() { number("run", row).unwrap_or(1).saturating_sub(1) } else { 0 };
        let (simulation, subset) =
            (number("simulation", row).unwrap_or(0), number("subset", row).unwrap_or(0));
        simulation
            .saturating_mul(of_simulation)
            .saturating_add(subset.saturating_mul(per_point))
            .saturating_add(run)
    };
    let places: Vec<u64> = (0..table.rows()).map(place).collect();
    let mut beside: Vec<Column> = Vec::new();
    let mut start = 0;
    while let Some(&first) = places.get(start) {
        let near = |place: &u64| (first..first.saturating_add(TOGETHER)).contains(place);
        let end =
            places.iter().skip(start).position(|place| !near(place)).map_or(places.len(), |n| start + n);
        let chunk = places.get(start..end).unwrap_or_default();
        let last = chunk.iter().max().copied().unwrap_or(first);
        let rows: Vec<usize> =
            chunk.iter().map(|place| usize::try_from(place - first).unwrap_or(usize::MAX)).collect();
        append_rows(&mut beside, points.frame(first..last.saturating_add(1))?.pick(&rows));
        start = end;
    }
    let drawn: Vec<bool> = plan.varied_parameters().iter().map(|varied| varied.drawn.is_some()).collect();
    let mut columns = table.into_columns();
    let index = |column: &&Column| is_index(&column.name) || column.name == DATE_COLUMN;
    let mut at = columns.iter().take_while(index).count();
    let mut number = 0;
    for mut column in beside.into_iter().filter(|column| !is_index(&column.name)) {
        if column.name != VARIANT_COLUMN {
            let of_a_run = drawn.get(number).copied().unwrap_or(false);
            number += 1;
            if of_a_run && !of_runs {
                continue;
            }
        }
        let taken = |name: &str| columns.iter().any(|known| known.name == name);
        if taken(&column.name) {
            column.name.insert_str(0, "param.");
        }
        if !taken(&column.name) {
            columns.insert(at, column);
            at += 1;
        }
    }
    Frame::new(columns)
}

/// Statistics over runs with the unit of each column.
pub(crate) fn with_units(statistics: Frame, plan: &Plan) -> Result<Frame, FrameError> {
    let mut columns = statistics.into_columns();
    let Some(place) = columns.iter().position(|c| c.name == "column") else { return Frame::new(columns) };
    let unit = |name: &String| plan.columns().iter().find(|c| c.name == *name).map(|c| c.unit.clone());
    let units: Vec<String> = match columns.get(place).map(|c| &c.cells) {
        Some(Cells::Text(names)) => names.iter().map(|name| unit(name).unwrap_or_default()).collect(),
        _ => return Frame::new(columns),
    };
    columns.insert(place + 1, Column::new("unit", Cells::Text(units)));
    Frame::new(columns)
}
