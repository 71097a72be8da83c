//! Numbers in other files: constants, series over time, tables.

use super::{Job, Translation};
use crate::sheet::{Books, Sheet, column};
use crate::source::{Dimension, External, Fill, Outside, Points, Shape};
use crate::target::Role;

impl<'s> Translation<'s> {
    /// What a definition that reads another file is.
    pub(super) fn external(&mut self, job: &Job<'s>, external: &'s External) -> Option<Role> {
        let at = job.definition.at;
        match self.read(job, external) {
            Ok(Read::Number(value)) => Some(Role::Param { value, range: job.definition.range }),
            Ok(Read::Table(points)) => {
                let name = job.table.clone().unwrap_or_default();
                let forward = external.fill == Fill::Forward;
                let shape =
                    if external.fill == Fill::Interpolated { Shape::Continuous } else { Shape::Discrete };
                // The value at the next higher time is that at the next lower one where time is turned.
                let points =
                    if forward { points.into_iter().map(|[x, y]| [-x, y]).collect() } else { points };
                self.add_table(name.clone(), &job.definition.doc.clone(), &Points { points, shape }, at);
                if external.what == Outside::Table {
                    return None;
                }
                let time = self.time().text;
                Some(Role::Let(if forward {
                    format!("{name}(-({time}))")
                } else {
                    format!("{name}({time})")
                }))
            }
            Err(message) => {
                self.faults.refuse(at, format!("`{}` cannot be imported: {message}", job.definition.name));
                None
            }
        }
    }

    fn read(&mut self, job: &Job<'s>, external: &External) -> Result<Read, String> {
        // How many elements each dimension of the left side has.
        let sizes: Vec<usize> = job
            .definition
            .left
            .iter()
            .filter(|name| self.dimensions.is_dimension(name))
            .map(|name| self.dimensions.size(name))
            .collect();
        let sheet = self.books.sheet(&external.file, &external.tab)?;
        let place = external.cell.trim_end_matches('*');
        let block = sheet.find(place).ok_or_else(|| format!("there is no cell or range `{place}`"))?;
        let index = u32::try_from(job.index).map_err(|_| "too many elements".to_owned())?;
        if external.what == Outside::Constant {
            let turned = external.cell.ends_with('*');
            let (down, across) = match sizes.as_slice() {
                [] => (0, 0),
                [_] if turned => (index, 0),
                [_] => (0, index),
                [_, inner] => {
                    let inner = u32::try_from(*inner).unwrap_or(1).max(1);
                    if turned { (index % inner, index / inner) } else { (index / inner, index % inner) }
                }
                _ => return Err("constants with more than two dimensions in a sheet".to_owned()),
            };
            let (row, at) = (block.row + down, block.column + across);
            let number = sheet
                .number(row, at)
                .ok_or_else(|| format!("there is no number in row {}, column {}", row + 1, at + 1));
            return number.map(Read::Number);
        }
        let points = series(sheet, external, (block.row, block.column), block.end, index)?;
        if points.is_empty() {
            Err("there are no numbers in the series".to_owned())
        } else {
            Ok(Read::Table(points))
        }
    }
}

enum Read {
    Number(f64),
    Table(Vec<[f64; 2]>),
}

/// A series: times in a row or column, or in a range with a name, and values beside them.
fn series(
    sheet: &Sheet,
    external: &External,
    (row, first): (u32, u32),
    end: Option<(u32, u32)>,
    index: u32,
) -> Result<Vec<[f64; 2]>, String> {
    let (last_row, last_column) = sheet.end();
    let along = external.along.trim();
    let pair = |x: Option<f64>, y: Option<f64>| x.zip(y).map(|(x, y)| [x, y]);
    if let Ok(times) = along.parse::<u32>() {
        let times = times.checked_sub(1).ok_or("rows are counted from 1")?;
        let points = (first..=last_column)
            .filter_map(|at| pair(sheet.number(times, at), sheet.number(row + index, at)));
        return Ok(points.collect());
    }
    let named = sheet.find(along);
    match (named, column(along)) {
        (Some(block), _) => {
            let (bottom, right) = block.end.unwrap_or((block.row, block.column));
            let across = right > block.column;
            let count = if across { right - block.column } else { bottom - block.row };
            let _ = end;
            let point = |at: u32| {
                if across {
                    pair(sheet.number(block.row, block.column + at), sheet.number(row + index, first + at))
                } else {
                    pair(sheet.number(block.row + at, block.column), sheet.number(row + at, first + index))
                }
            };
            Ok((0..=count).filter_map(point).collect())
        }
        (None, Some(times)) => {
            let points = (row..=last_row)
                .filter_map(|at| pair(sheet.number(at, times), sheet.number(at, first + index)));
            Ok(points.collect())
        }
        (None, None) => Err(format!("there is no row, column or range `{along}`")),
    }
}

/// The elements of a dimension that stand in a sheet.
pub(super) fn elements(books: &mut Books<'_>, dimension: &Dimension) -> Result<Vec<String>, String> {
    let Some([file, tab, first, last, prefix]) = &dimension.external else {
        return Ok(dimension.elements.clone());
    };
    let sheet = books.sheet(file, tab)?;
    let first = sheet.find(first).ok_or_else(|| format!("there is no cell `{first}`"))?;
    let last = sheet.find(last).ok_or_else(|| format!("there is no cell `{last}`: it must be named"))?;
    let mut found = Vec::new();
    for row in first.row..=last.row.min(first.row + 10_000) {
        for at in first.column..=last.column.min(first.column + 10_000) {
            if let Some(text) = sheet.text(row, at) {
                found.push(format!("{prefix}{}", text.trim_end_matches(".0")));
            }
        }
    }
    Ok(found)
}
