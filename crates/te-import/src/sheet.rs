//! Numbers in workbooks and in CSV, by cell or by name, as models of Vensim read them.

use calamine::{Data, Reader as _, Sheets};
use std::collections::HashMap;
use std::io::Cursor;

/// Bytes of a workbook, at most: 2 MiB. It is packed and may be a thousand times as large when it is read.
const LARGEST: usize = 2 << 20;
/// Cells of a sheet, at most.
const MOST: usize = 2_000_000;

/// A sheet's cells by row and column, from 0, and the ranges that have names.
#[derive(Debug, Default)]
pub(crate) struct Sheet {
    cells: HashMap<(u32, u32), String>,
    names: HashMap<String, Block>,
}

/// A rectangle of cells.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Block {
    pub(crate) row: u32,
    pub(crate) column: u32,
    /// The last row and column, where it has an end.
    pub(crate) end: Option<(u32, u32)>,
}

/// Gives the bytes of a file beside the model.
pub(crate) type ReadFile<'f> = &'f dyn Fn(&str) -> Option<Vec<u8>>;

/// The sheets that were read.
pub(crate) struct Books<'f> {
    read: ReadFile<'f>,
    sheets: HashMap<(String, String), Sheet>,
}

impl<'f> Books<'f> {
    pub(crate) fn new(read: ReadFile<'f>) -> Self {
        Self { read, sheets: HashMap::new() }
    }

    /// A sheet of a file; in CSV the sheet's name is what stands between cells.
    pub(crate) fn sheet(&mut self, file: &str, tab: &str) -> Result<&Sheet, String> {
        let place = (file.to_owned(), tab.to_owned());
        if !self.sheets.contains_key(&place) {
            let bytes = (self.read)(file)
                .ok_or_else(|| format!("the file `{file}` beside the model cannot be read"))?;
            if bytes.len() > LARGEST {
                return Err(format!("the file `{file}` has {} bytes: allowed are {LARGEST}", bytes.len()));
            }
            let is_text = [".csv", ".tab", ".txt"].iter().any(|ending| file.to_lowercase().ends_with(ending));
            let sheet = if is_text { Sheet::of_text(&bytes, tab) } else { Sheet::of_book(bytes, file, tab)? };
            self.sheets.insert(place.clone(), sheet);
        }
        self.sheets.get(&place).ok_or_else(|| format!("`{file}` has no sheet `{tab}`"))
    }
}

impl Sheet {
    fn of_text(bytes: &[u8], tab: &str) -> Self {
        let separator = if tab.eq_ignore_ascii_case("\\t") { "\t" } else { tab };
        let text = String::from_utf8_lossy(bytes);
        let mut sheet = Self::default();
        for (row, line) in text.lines().enumerate() {
            for (column, cell) in line.split(separator).enumerate() {
                if let (Ok(row), Ok(column), false) =
                    (u32::try_from(row), u32::try_from(column), cell.trim().is_empty())
                {
                    sheet.cells.insert((row, column), cell.trim().trim_matches('"').to_owned());
                }
            }
        }
        sheet
    }

    fn of_book(bytes: Vec<u8>, file: &str, tab: &str) -> Result<Self, String> {
        let wrong =
            |error: &dyn std::fmt::Display| format!("`{file}` is no workbook that can be read: {error}");
        let mut book: Sheets<_> =
            calamine::open_workbook_auto_from_rs(Cursor::new(bytes)).map_err(|error| wrong(&error))?;
        let own = book.sheet_names().into_iter().find(|name| name.eq_ignore_ascii_case(tab));
        let own = own.ok_or_else(|| format!("`{file}` has no sheet `{tab}`"))?;
        let range = book.worksheet_range(&own).map_err(|error| wrong(&error))?;
        let mut sheet = Self::default();
        let (top, left) = range.start().unwrap_or((0, 0));
        for (row, column, cell) in range.used_cells().take(MOST) {
            let text = match cell {
                Data::Float(x) => format!("{x:?}"),
                Data::Int(x) => x.to_string(),
                Data::Bool(x) => u8::from(*x).to_string(),
                Data::String(text) => text.clone(),
                Data::DateTime(x) => format!("{:?}", x.as_f64()),
                _ => continue,
            };
            let at = |offset: u32, at: usize| u32::try_from(at).ok().and_then(|at| offset.checked_add(at));
            if let (Some(row), Some(column)) = (at(top, row), at(left, column)) {
                sheet.cells.insert((row, column), text);
            }
        }
        for (name, refers) in book.defined_names() {
            let (of, cells) = refers.rsplit_once('!').unwrap_or(("", refers));
            let of = of.trim_start_matches('=').trim_matches('\'');
            if (of.is_empty() || of.eq_ignore_ascii_case(&own))
                && let Some(block) = block(&cells.replace('$', ""))
            {
                sheet.names.insert(name.to_lowercase(), block);
            }
        }
        Ok(sheet)
    }

    /// The cells that a text means: `B3`, or a name.
    pub(crate) fn find(&self, text: &str) -> Option<Block> {
        self.names.get(&text.to_lowercase()).copied().or_else(|| block(text))
    }

    pub(crate) fn text(&self, row: u32, column: u32) -> Option<&str> {
        self.cells.get(&(row, column)).map(String::as_str)
    }

    pub(crate) fn number(&self, row: u32, column: u32) -> Option<f64> {
        self.text(row, column)?.trim().parse().ok().filter(|x: &f64| x.is_finite())
    }

    /// The last row and column with a cell.
    pub(crate) fn end(&self) -> (u32, u32) {
        let end = |(row, column): (u32, u32), cell: &(u32, u32)| (row.max(cell.0), column.max(cell.1));
        self.cells.keys().fold((0, 0), end)
    }
}

/// `B3` or `B3:D9`.
fn block(text: &str) -> Option<Block> {
    let (first, last) = text.split_once(':').map_or((text, None), |(first, last)| (first, Some(last)));
    let (row, column) = cell(first)?;
    let end = match last {
        Some(last) => Some(cell(last)?),
        None => None,
    };
    Some(Block { row, column, end })
}

fn cell(text: &str) -> Option<(u32, u32)> {
    let text = text.trim();
    let digits = text.find(|c: char| c.is_ascii_digit())?;
    let (letters, number) = text.split_at(digits);
    Some((number.parse::<u32>().ok()?.checked_sub(1)?, column(letters)?))
}

/// The number of a column by its letters, from 0.
pub(crate) fn column(letters: &str) -> Option<u32> {
    if letters.is_empty() || letters.len() > 3 || !letters.chars().all(|c| c.is_ascii_alphabetic()) {
        return None;
    }
    let number =
        letters.to_ascii_uppercase().bytes().fold(0, |sum, byte| sum * 26 + u32::from(byte - b'A') + 1);
    Some(number - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_have_a_row_and_a_column() {
        assert_eq!(cell("A1"), Some((0, 0)));
        assert_eq!(cell("AB10"), Some((9, 27)));
        assert_eq!(cell("A0"), None);
        assert_eq!(block("B2:C4"), Some(Block { row: 1, column: 1, end: Some((3, 2)) }));
        let sheet = Sheet::of_text(b"t,1,2\nx,3.5,\n", ",");
        assert_eq!((sheet.number(1, 1), sheet.number(1, 2), sheet.end()), (Some(3.5), None, (1, 2)));
    }
}
