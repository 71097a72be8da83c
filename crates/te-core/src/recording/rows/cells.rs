//! Cells of every kind: made, written one by one, repeated, closed up.

use super::Layout;
use crate::declaration::frame::Cells;
use crate::declaration::param_kind::ParamKind;
use crate::declaration::record::{Cell, CellKind};
use crate::declaration::value::Value;
use crate::experiment::recording::Order;
use rust_decimal::Decimal;
use std::ops::Range;

/// Largest float below which every whole number is one.
const EXACT: f64 = 9_007_199_254_740_992.0;

pub(super) fn empty_cells(kind: CellKind, rows: usize) -> Cells {
    match kind {
        CellKind::F64 => Cells::F64(vec![0.0; rows]),
        CellKind::I64 => Cells::I64(vec![0; rows]),
        CellKind::U64 => Cells::U64(vec![0; rows]),
        CellKind::Bool => Cells::Bool(vec![false; rows]),
        CellKind::Decimal => Cells::Decimal(vec![Decimal::ZERO; rows]),
    }
}

pub(crate) fn empty_values(kind: &ParamKind, rows: usize) -> Cells {
    match kind {
        ParamKind::F64 => Cells::F64(vec![0.0; rows]),
        ParamKind::I64 => Cells::I64(vec![0; rows]),
        ParamKind::U64 => Cells::U64(vec![0; rows]),
        ParamKind::Bool => Cells::Bool(vec![false; rows]),
        ParamKind::Decimal => Cells::Decimal(vec![Decimal::ZERO; rows]),
        _ => Cells::Text(vec![String::new(); rows]),
    }
}

/// Writes a number in the column's own kind; where a float does not hold it exactly, `cell` knows it.
pub(super) fn put_number(cells: &mut Cells, row: usize, number: f64, cell: impl FnOnce() -> Cell) {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a whole number below 2^53, and not negative"
    )]
    match cells {
        Cells::U64(v) if number < EXACT => v[row] = number as u64,
        Cells::I64(v) if number.abs() < EXACT => v[row] = number as i64,
        Cells::Bool(v) => v[row] = number != 0.0,
        _ => put_cell(cells, row, cell()),
    }
}

fn put_cell(cells: &mut Cells, row: usize, cell: Cell) {
    match (cells, cell) {
        (Cells::I64(v), Cell::I64(x)) => v[row] = x,
        (Cells::U64(v), Cell::U64(x)) => v[row] = x,
        (Cells::Decimal(v), Cell::Decimal(x)) => v[row] = x,
        // A metric's cell has the kind that its declaration says.
        _ => {}
    }
}

pub(crate) fn put_value(cells: &mut Cells, rows: Range<usize>, value: &Value) {
    use crate::declaration::param_field::ParamField as _;
    match cells {
        Cells::F64(v) => v[rows].fill(value.number().unwrap_or(f64::NAN)),
        Cells::I64(v) => v[rows].fill(i64::from_value(value).unwrap_or_default()),
        Cells::U64(v) => v[rows].fill(u64::from_value(value).unwrap_or_default()),
        Cells::Bool(v) => v[rows].fill(matches!(value, Value::Bool(true))),
        Cells::Decimal(v) => v[rows].fill(Decimal::from_value(value).unwrap_or_default()),
        Cells::Text(v) => v[rows].fill(value.to_string()),
        // No parameter is one.
        Cells::Date(_) => {}
    }
}

/// Copies these cells to where `to` says, which is beyond them.
pub(super) fn repeat(cells: &mut Cells, from: Range<usize>, to: usize) {
    match cells {
        Cells::F64(v) => v.copy_within(from, to),
        Cells::I64(v) => v.copy_within(from, to),
        Cells::U64(v) => v.copy_within(from, to),
        Cells::Bool(v) => v.copy_within(from, to),
        Cells::Decimal(v) => v.copy_within(from, to),
        Cells::Date(v) => v.copy_within(from, to),
        Cells::Text(v) => {
            let (above, below) = v.split_at_mut(to);
            let source = &above[from];
            below[..source.len()].clone_from_slice(source);
        }
    }
}

/// Moves up the rows that are there to where those that are not would stand.
pub(super) fn close_up(cells: &mut Cells, layout: Layout, counts: &[usize]) {
    fn close<T>(cells: &mut [T], layout: Layout, counts: &[usize]) {
        let mut to = 0;
        let mut keep = |from: usize| {
            cells.swap(to, from);
            to += 1;
        };
        match layout.order {
            Order::Runs => {
                for (run, count) in counts.iter().enumerate() {
                    (0..*count).for_each(|row| keep(layout.at(run, row)));
                }
            }
            Order::Timesteps => {
                for row in 0..layout.capacity {
                    let present = counts.iter().enumerate().filter(|(_, count)| row < **count);
                    present.for_each(|(run, _)| keep(layout.at(run, row)));
                }
            }
        }
    }
    match cells {
        Cells::F64(v) => close(v, layout, counts),
        Cells::I64(v) => close(v, layout, counts),
        Cells::U64(v) => close(v, layout, counts),
        Cells::Bool(v) => close(v, layout, counts),
        Cells::Decimal(v) => close(v, layout, counts),
        Cells::Text(v) => close(v, layout, counts),
        Cells::Date(v) => close(v, layout, counts),
    }
}
