//! Frames out of a CSV file, a block of rows at a time.

use std::fs::File;
use std::path::{Path, PathBuf};

use ::csv::{Reader, StringRecord};
use te_core::{Cells, Column, Date, Frame, INDEX_COLUMNS};

use super::dictionary_path;
use crate::OutputError;
use crate::columns::{ColumnSpec, Kind};
use crate::parquet::GROUP_ROWS;

/// An open CSV file.
pub(crate) struct CsvReader {
    path: PathBuf,
    reader: Reader<File>,
    columns: Vec<ColumnSpec>,
    done: bool,
}

impl CsvReader {
    pub(crate) fn open(path: &Path) -> Result<Self, OutputError> {
        let mut reader = reader(path)?;
        let names = reader.headers().map_err(|e| OutputError::csv("read", path, e))?.clone();
        let known = dictionary(&dictionary_path(path))?;
        let mut columns: Vec<Option<ColumnSpec>> = names
            .iter()
            .map(|name| {
                known.iter().find(|c| c.name == name).cloned().or_else(|| {
                    INDEX_COLUMNS.contains(&name).then(|| ColumnSpec {
                        name: name.to_owned(),
                        kind: Kind::U64,
                        unit: String::new(),
                        doc: String::new(),
                    })
                })
            })
            .collect();
        if columns.iter().any(Option::is_none) {
            infer(path, &names, &mut columns)?;
        }
        let columns = columns.into_iter().flatten().collect();
        Ok(Self { path: path.to_path_buf(), reader, columns, done: false })
    }

    pub(crate) fn columns(&self) -> &[ColumnSpec] {
        &self.columns
    }

    fn block(&mut self) -> Result<Frame, OutputError> {
        let mut columns: Vec<Column> =
            self.columns.iter().map(|spec| spec.with(spec.kind.empty(), None)).collect();
        let mut record = StringRecord::new();
        let mut rows = 0;
        while rows < GROUP_ROWS {
            if !self.reader.read_record(&mut record).map_err(|e| OutputError::csv("read", &self.path, e))? {
                self.done = true;
                break;
            }
            for (column, text) in columns.iter_mut().zip(&record) {
                push(column, text, rows).ok_or_else(|| OutputError::Malformed {
                    path: self.path.clone(),
                    format: "CSV",
                    cause: format!(
                        "line {}, column `{}`: `{text}` is not {}",
                        record.position().map_or(0, ::csv::Position::line),
                        column.name,
                        Kind::of(&column.cells).map_or("known", Kind::word),
                    ),
                })?;
            }
            rows += 1;
        }
        Frame::new(columns).map_err(|e| OutputError::Malformed {
            path: self.path.clone(),
            format: "CSV",
            cause: e.to_string(),
        })
    }
}

impl Iterator for CsvReader {
    type Item = Result<Frame, OutputError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.done {
            return None;
        }
        let frame = self.block();
        match &frame {
            Ok(frame) if frame.rows() == 0 => return None,
            Err(_) => self.done = true,
            Ok(_) => {}
        }
        Some(frame)
    }
}

fn reader(path: &Path) -> Result<Reader<File>, OutputError> {
    let file = File::open(path).map_err(|e| OutputError::io("read", path, e))?;
    Ok(::csv::ReaderBuilder::new().buffer_capacity(1 << 16).from_reader(file))
}

fn dictionary(path: &Path) -> Result<Vec<ColumnSpec>, OutputError> {
    if !path.exists() {
        return Ok(Vec::new());
    }
    reader(path)?.deserialize().collect::<Result<_, _>>().map_err(|e| OutputError::csv("read", path, e))
}

/// Reads the whole file once to find the kinds of the columns that nobody declared.
fn infer(path: &Path, names: &StringRecord, columns: &mut [Option<ColumnSpec>]) -> Result<(), OutputError> {
    let mut guesses = vec![Kind::Bool; columns.len()];
    let mut record = StringRecord::new();
    let mut reader = reader(path)?;
    while reader.read_record(&mut record).map_err(|e| OutputError::csv("read", path, e))? {
        for (guess, text) in guesses.iter_mut().zip(&record) {
            if *guess == Kind::Bool && !matches!(text, "" | "true" | "false") {
                *guess = Kind::F64;
            }
            if *guess == Kind::F64 && !text.is_empty() && text.parse::<f64>().is_err() {
                *guess = Kind::Text;
            }
        }
    }
    for ((column, name), kind) in columns.iter_mut().zip(names).zip(guesses) {
        column.get_or_insert_with(|| ColumnSpec {
            name: name.to_owned(),
            kind,
            unit: String::new(),
            doc: String::new(),
        });
    }
    Ok(())
}

/// Appends one cell as row `row`; `None` where the text is not of the column's kind.
fn push(column: &mut Column, text: &str, row: usize) -> Option<()> {
    let absent = text.is_empty() && !matches!(column.cells, Cells::Text(_));
    if absent {
        column.valid.get_or_insert_with(|| vec![true; row]).push(false);
    } else if let Some(valid) = &mut column.valid {
        valid.push(true);
    }
    match &mut column.cells {
        Cells::F64(v) => v.push(if absent { 0.0 } else { text.parse().ok()? }),
        Cells::I64(v) => v.push(if absent { 0 } else { text.parse().ok()? }),
        Cells::U64(v) => v.push(if absent { 0 } else { text.parse().ok()? }),
        Cells::Bool(v) => v.push(if absent { false } else { text.parse().ok()? }),
        Cells::Decimal(v) => v.push(if absent { rust_decimal::Decimal::ZERO } else { text.parse().ok()? }),
        Cells::Text(v) => v.push(text.to_owned()),
        Cells::Date(v) => {
            v.push(if absent { 0 } else { i32::try_from(text.parse::<Date>().ok()?.days()).ok()? });
        }
        _ => return None,
    }
    Some(())
}
