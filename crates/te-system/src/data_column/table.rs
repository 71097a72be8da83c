//! Columns of a table as text, whatever the file's format; only those asked for are looked at.

use super::{LARGEST, MOST_ROWS};
use crate::regular_file;
use csv::{ReaderBuilder, StringRecord};
use std::path::{Path, PathBuf};
use te_core::{Cells, Date, Frame, Registry};

/// An open table.
pub(super) struct Table {
    path: PathBuf,
    /// Names in the header.
    header: Vec<String>,
    content: Content,
}

enum Content {
    /// Text and separator.
    Text(Vec<u8>, u8),
    Frame(Frame),
}

/// Columns of a table: all of one length.
pub(super) struct Columns {
    pub(super) texts: Vec<Vec<String>>,
    /// Line of each row in the file; empty where it has no lines.
    lines: Vec<u64>,
    rows: usize,
}

impl Columns {
    pub(super) fn rows(&self) -> usize {
        self.rows
    }

    /// Where a row stands.
    pub(super) fn place(&self, at: usize) -> String {
        match self.lines.get(at) {
            Some(line) => format!("row {} (line {line})", at + 1),
            None => format!("row {}", at + 1),
        }
    }
}

/// Formats that are no text, by the ends of their names.
const FRAMES: [&str; 2] = ["parquet", "arrow"];

/// Names that a message lists, at most.
const SHOWN: usize = 12;

/// Names under which files keep times.
const TIMES: [&str; 11] =
    ["timestep", "step", "t", "time", "date", "day", "week", "month", "year", "datetime", "timestamp"];

impl Table {
    /// Opens a table and reads its header; otherwise what is wrong with it.
    pub(super) fn open(path: &Path, separator: Option<char>, registry: &Registry) -> Result<Self, String> {
        let extension = path.extension().map(|e| e.to_string_lossy().to_lowercase()).unwrap_or_default();
        if let Some(read) = registry.table_reader(&extension) {
            regular_file::check(path, LARGEST)?;
            let frame = read(path)?;
            let header = frame.columns().iter().map(|column| column.name.clone()).collect();
            return Ok(Self { path: path.to_owned(), header, content: Content::Frame(frame) });
        }
        if FRAMES.contains(&extension.as_str()) {
            return Err(format!(
                "is of the format {extension}, which this build does not read: save it as CSV"
            ));
        }
        let bytes = regular_file::bytes(path, LARGEST)?;
        if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
            return Err("is text in UTF-16: save it as UTF-8".into());
        }
        let separator = separator.unwrap_or(if extension == "tsv" { '\t' } else { ',' });
        let separator = u8::try_from(separator).unwrap_or(b',');
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").map(<[u8]>::to_vec).unwrap_or(bytes);
        let mut record = StringRecord::new();
        if !reader(&bytes, separator).read_record(&mut record).map_err(|error| sentence(&error))? {
            return Err("is empty: it needs a header line".into());
        }
        let header = record.iter().map(str::to_owned).collect();
        Ok(Self { path: path.to_owned(), header, content: Content::Text(bytes, separator) })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Names of all columns, blanks around them left out.
    pub(super) fn names(&self) -> Vec<String> {
        self.header.iter().map(|name| name.trim().to_owned()).collect()
    }

    /// A column of times beside this one, where there is one.
    pub(super) fn time_column(&self, beside: &str) -> Option<String> {
        let names = self.names();
        let time = |name: &&String| *name != beside && TIMES.contains(&name.to_lowercase().as_str());
        let name = names.iter().find(time)?;
        (names.iter().filter(|other| *other == name).count() == 1).then(|| name.clone())
    }

    /// The column of this name.
    fn index(&self, name: &str) -> Result<usize, String> {
        let exact = |one: &String| one == name;
        let named = if self.header.iter().any(exact) {
            self.header.iter().map(exact).collect::<Vec<_>>()
        } else {
            self.header.iter().map(|one| one.trim() == name.trim()).collect()
        };
        let found: Vec<usize> = named.iter().enumerate().filter(|(_, is)| **is).map(|(at, _)| at).collect();
        match found.as_slice() {
            [at] => Ok(*at),
            [] => Err(format!("there is no column `{name}`{}", self.hint(name))),
            several => {
                let at: Vec<String> = several.iter().map(|at| (at + 1).to_string()).collect();
                Err(format!(
                    "there are {} columns `{name}`: number {}; rename one",
                    at.len(),
                    at.join(" and ")
                ))
            }
        }
    }

    fn hint(&self, name: &str) -> String {
        if let ([only], Content::Text(_, separator)) = (self.header.as_slice(), &self.content) {
            for (other, letter, word) in
                [(b';', ';', "semicolons"), (b'\t', '\t', "tabs"), (b',', ',', "commas")]
            {
                if other != *separator && only.contains(letter) {
                    let written = letter.escape_default();
                    return format!(
                        ": its columns are separated by {word}; add `separator = \"{written}\"`, or save it with commas"
                    );
                }
            }
        }
        let names = self.names();
        te_core::nearest(name, &names).map_or_else(
            || {
                let more = if names.len() > SHOWN { ", …" } else { "" };
                let first = names.get(..SHOWN).unwrap_or(&names);
                format!("; there are {}{more}", first.join(", "))
            },
            |near| format!("; did you mean `{near}`?"),
        )
    }

    /// The columns of these names, in this order.
    pub(super) fn columns(&self, names: &[&str]) -> Result<Columns, String> {
        let places = names.iter().map(|name| self.index(name)).collect::<Result<Vec<_>, _>>()?;
        match &self.content {
            Content::Text(bytes, separator) => self.columns_of_text(bytes, *separator, &places),
            Content::Frame(frame) => {
                let text = |at: &usize| texts(frame, *at);
                let columns = places.iter().map(text).collect();
                Ok(Columns { texts: columns, lines: Vec::new(), rows: frame.rows() })
            }
        }
    }

    fn columns_of_text(&self, bytes: &[u8], separator: u8, places: &[usize]) -> Result<Columns, String> {
        let mut columns = vec![Vec::new(); places.len()];
        let mut lines = Vec::new();
        let mut record = StringRecord::new();
        let mut reader = reader(bytes, separator);
        reader.read_record(&mut record).map_err(|error| sentence(&error))?;
        while reader.read_record(&mut record).map_err(|error| sentence(&error))? {
            let line = record.position().map_or(0, |position| line_of(position, bytes));
            let row = lines.len() + 1;
            if record.len() != self.header.len() {
                return Err(format!(
                    "row {row} (line {line}) has {} cells, the header {}: a cell that holds a separator needs quotes",
                    record.len(),
                    self.header.len()
                ));
            }
            if row > MOST_ROWS {
                return Err(format!("it has more than {MOST_ROWS} rows"));
            }
            lines.push(line);
            for (column, place) in columns.iter_mut().zip(places) {
                column.push(record.get(*place).unwrap_or_default().trim().to_owned());
            }
        }
        Ok(Columns { texts: columns, rows: lines.len(), lines })
    }
}

fn reader(bytes: &[u8], separator: u8) -> csv::Reader<&[u8]> {
    ReaderBuilder::new().has_headers(false).flexible(true).delimiter(separator).from_reader(bytes)
}

/// The line on which a record begins: blank lines before it are left out.
fn line_of(position: &csv::Position, bytes: &[u8]) -> u64 {
    let from = usize::try_from(position.byte()).unwrap_or(usize::MAX);
    let blank = bytes.get(from..).unwrap_or_default().iter().take_while(|byte| matches!(byte, b'\r' | b'\n'));
    position.line() + blank.filter(|byte| **byte == b'\n').count() as u64
}

fn sentence(error: &csv::Error) -> String {
    match error.kind() {
        csv::ErrorKind::Utf8 { pos, .. } => {
            let line = pos.as_ref().map_or(0, csv::Position::line);
            format!("line {line} is not text in UTF-8: save it as UTF-8")
        }
        _ => error.to_string(),
    }
}

/// A frame's column as text, nothing where a cell is absent.
fn texts(frame: &Frame, at: usize) -> Vec<String> {
    let Some(column) = frame.columns().get(at) else { return Vec::new() };
    let text = |row: usize| match &column.cells {
        _ if !column.is_valid(row) => None,
        // The shortest text that reads back to the same bits.
        Cells::F64(cells) => cells.get(row).map(|x| format!("{x:?}")),
        Cells::I64(cells) => cells.get(row).map(ToString::to_string),
        Cells::U64(cells) => cells.get(row).map(ToString::to_string),
        Cells::Bool(cells) => cells.get(row).map(ToString::to_string),
        Cells::Decimal(cells) => cells.get(row).map(ToString::to_string),
        Cells::Text(cells) => cells.get(row).cloned(),
        Cells::Date(days) => Date::of_days(i64::from(*days.get(row)?)).map(|date| date.to_string()),
        _ => None,
    };
    (0..frame.rows()).map(|row| text(row).unwrap_or_default()).collect()
}
