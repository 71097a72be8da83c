//! Data columns: `{ file = "prices.csv", column = "price" }` in the place of a value stands for what a table holds.
//!
//! It may stand wherever a parameter has its value: among a component's parameters, in a variant's `set` and `swap`, as the
//! values of a swept parameter, as one of them, in a point of a sweep.
//!
//! | key | meaning |
//! |---|---|
//! | `file` | CSV, tab-separated text (`.tsv`), Parquet or Arrow, beside the system file |
//! | `column` | its name in the header; no other column is looked at |
//! | `row` | one row from 1: then a single value, which may be a number, `true`, `false` or text |
//! | `time` | a column of timesteps or dates by which the rows are put in order ([`timeline`]) |
//! | `missing` | what stands in a gap: `"fail"` (default), `"hold"` (the value before), `"interpolate"` (on the straight line between its neighbours) |
//! | `separator` | `","`, `";"` or `"\t"`; without it a comma, in `.tsv` a tab |
//!
//! Without `row` it is a list of finite numbers; `true` and `false` in any case are 1 and 0. Without `time` rows are taken
//! in the order of the file, and a note is given where the file has a column of times that would order them otherwise.
//!
//! Limits: a file of data has at most 256 MiB and ten million rows.

mod cell;
mod table;
pub(crate) mod timeline;

use cell::{Cell, Missing};
use std::cell::RefCell;
use std::path::{Path, PathBuf};
use table::Table;
use te_core::{Date, Registry, StepLength, Value};
use te_equations::FileColumn;

/// Bytes of a file of data, at most.
pub(crate) const LARGEST: u64 = 256 << 20;
/// Rows of a column of data, at most.
pub(crate) const MOST_ROWS: usize = 10_000_000;

/// Reads the data columns of one system file.
pub(crate) struct DataColumns<'a> {
    /// The system file, beside which data lie.
    system: &'a Path,
    step: StepLength,
    registry: &'a Registry,
    notes: RefCell<Vec<String>>,
}

/// Where among the values something is wrong, and what.
#[derive(Debug, PartialEq)]
pub(crate) struct Refused {
    /// Dotted path of the value; empty for the whole.
    pub(crate) path: String,
    pub(crate) message: String,
}

impl<'a> DataColumns<'a> {
    /// Of a system file whose steps have this length; `registry` knows how tables are read that are no text.
    pub(crate) fn new(system: &'a Path, step: StepLength, registry: &'a Registry) -> Self {
        Self { system, step, registry, notes: RefCell::default() }
    }

    /// What is worth saying of what was read, each once.
    pub(crate) fn notes(self) -> Vec<String> {
        self.notes.into_inner()
    }

    /// The value with every reference to a data column in it replaced by what it stands for.
    pub(crate) fn resolve(&self, value: &Value) -> Result<Value, Refused> {
        let inside = |name: String| {
            move |refused: Refused| Refused {
                path: if refused.path.is_empty() { name } else { format!("{name}.{}", refused.path) },
                ..refused
            }
        };
        match value {
            Value::Table(rows) => {
                if is_reference(rows.iter().map(|(key, _)| key.as_str())) {
                    return self.read(rows).map_err(|message| Refused { path: String::new(), message });
                }
                let resolve = |(key, value): &(String, Value)| {
                    Ok((key.clone(), self.resolve(value).map_err(inside(key.clone()))?))
                };
                rows.iter().map(resolve).collect::<Result<_, _>>().map(Value::Table)
            }
            Value::List(items) => {
                items.iter().map(|item| self.resolve(item)).collect::<Result<_, _>>().map(Value::List)
            }
            other => Ok(other.clone()),
        }
    }

    /// The numbers that a reference to a data column stands for, or the dates where its first cell is one.
    pub(crate) fn numbers(&self, reference: &Value) -> Result<FileColumn, String> {
        let Value::Table(keys) = reference else { return Err("a table is wanted".to_owned()) };
        if let Some(dates) = self.dates(keys)? {
            return Ok(FileColumn::Dates(dates));
        }
        match self.read(keys)? {
            Value::List(items) => {
                let number = |item: &Value| item.number().ok_or_else(|| format!("{item} is not a number"));
                items.iter().map(number).collect::<Result<Vec<f64>, _>>().map(FileColumn::Numbers)
            }
            single => Err(format!("{single} is a single value: a column is wanted")),
        }
    }

    /// The dates of a column whose first cell is one.
    fn dates(&self, keys: &[(String, Value)]) -> Result<Option<Vec<Date>>, String> {
        let reference = Reference::of(keys)?;
        let path = self.beside(&reference.file);
        let Ok(table) = self.open(&path, reference.separator) else { return Ok(None) };
        let Ok(read) = table.columns(&[reference.column.as_str()]) else { return Ok(None) };
        let texts = read.texts.first().map_or(&[][..], Vec::as_slice);
        if texts.first().is_none_or(|first| first.parse::<Date>().is_err()) {
            return Ok(None);
        }
        let column = &reference.column;
        let date = |(at, text): (usize, &String)| {
            text.parse::<Date>()
                .map_err(|why| format!("{}: {}, column `{column}`: {why}", path.display(), read.place(at)))
        };
        texts.iter().enumerate().map(date).collect::<Result<_, _>>().map(Some)
    }

    /// The points of a sweep from a table: a parameter for each column, or for those named, and a point for each row.
    pub(crate) fn points(
        &self,
        file: &str,
        columns: &[String],
        separator: Option<char>,
    ) -> Result<(Vec<String>, Vec<Vec<Value>>), String> {
        let path = self.beside(file);
        let table = self.open(&path, separator).map_err(|why| in_file(&path, file, &why))?;
        let names: Vec<String> = if columns.is_empty() { table.names() } else { columns.to_vec() };
        let wrong = |why: String| format!("{}: {why}", path.display());
        if names.iter().any(String::is_empty) {
            return Err(wrong("a column has no name; name those that are parameters in `columns`".into()));
        }
        let asked: Vec<&str> = names.iter().map(String::as_str).collect();
        let read = table.columns(&asked).map_err(wrong)?;
        let mut rows = vec![Vec::with_capacity(names.len()); read.rows()];
        for (name, texts) in names.iter().zip(&read.texts) {
            for ((row, text), at) in rows.iter_mut().zip(texts).zip(0..) {
                let place = || format!("{}, {}, column `{name}`", path.display(), read.place(at));
                row.push(cell::scalar(text).map_err(|why| format!("{}: {why}", place()))?);
            }
        }
        Ok((names, rows))
    }

    fn open(&self, path: &Path, separator: Option<char>) -> Result<Table, String> {
        Table::open(path, separator, self.registry)
    }

    fn beside(&self, file: &str) -> PathBuf {
        self.system.parent().unwrap_or(Path::new("")).join(file)
    }

    fn read(&self, keys: &[(String, Value)]) -> Result<Value, String> {
        let reference = Reference::of(keys)?;
        let path = self.beside(&reference.file);
        let table =
            self.open(&path, reference.separator).map_err(|why| in_file(&path, &reference.file, &why))?;
        self.column(&table, &reference).map_err(|why| format!("{}: {why}", path.display()))
    }

    fn column(&self, table: &Table, reference: &Reference) -> Result<Value, String> {
        let Reference { column, row, time, missing, .. } = reference;
        let mut asked = vec![column.as_str()];
        // Another column of times is only looked at to say that it is there.
        let other = if time.is_none() && row.is_none() { table.time_column(column) } else { None };
        asked.extend(time.as_deref().or(other.as_deref()));
        let read = table.columns(&asked)?;
        let texts = read.texts.first().map_or(&[][..], Vec::as_slice);
        let wrong = |at: usize, why: String| format!("{}, column `{column}`: {why}", read.place(at));
        if let Some(row) = row {
            let at = usize::try_from(*row - 1).unwrap_or(usize::MAX);
            let text =
                texts.get(at).ok_or_else(|| format!("there is no row {row}: it has {}", texts.len()))?;
            return cell::scalar(text).map_err(|why| wrong(at, why));
        }
        let cells = texts.iter().enumerate();
        let cells: Vec<Cell> = cells
            .map(|(at, text)| cell::number(text).map_err(|why| wrong(at, why)))
            .collect::<Result<_, _>>()?;
        if cells.is_empty() {
            return Err(format!("column `{column}` has no rows"));
        }
        let place = |at: usize| format!("{}, column `{column}`", read.place(at));
        let times = read.texts.get(1).map_or(&[][..], Vec::as_slice);
        if let Some(time) = time {
            let order = timeline::order(times, self.step)
                .map_err(|(at, why)| format!("{}, column `{time}`: {why}", read.place(at)))?;
            let cells = timeline::aligned(&cells, &order, times, *missing)?;
            return cell::filled(&cells, *missing, &place).map(Value::List);
        }
        let values = cell::filled(&cells, *missing, &place)?;
        if let Some(other) = other
            && let Some(why) = timeline::unlike_rows(times, self.step)
        {
            let note = format!(
                "{}: column `{column}` is read row by row although the file has a column `{other}` {why}; \
                 `time = \"{other}\"` puts the rows at their timesteps",
                table.path().display()
            );
            let mut notes = self.notes.borrow_mut();
            if !notes.contains(&note) {
                notes.push(note);
            }
        }
        Ok(Value::List(values))
    }
}

/// Whether a table of these keys stands for a data column.
pub(crate) fn is_reference<'k>(keys: impl Iterator<Item = &'k str>) -> bool {
    let mut found = [false; 2];
    for key in keys {
        found[0] |= key == "file";
        found[1] |= key == "column";
    }
    found == [true; 2]
}

/// What is wrong with a file, with a hint where its name is written in the manner of Windows.
fn in_file(path: &Path, name: &str, why: &str) -> String {
    let hint = if name.contains('\\') && !path.exists() {
        format!("; separate folders by `/`, on every system: \"{}\"", name.replace('\\', "/"))
    } else {
        String::new()
    };
    format!("{}: {why}{hint}", path.display())
}

/// A reference to a data column, its keys checked.
struct Reference {
    file: String,
    column: String,
    row: Option<u64>,
    time: Option<String>,
    missing: Missing,
    separator: Option<char>,
}

impl Reference {
    const KEYS: [&'static str; 6] = ["file", "column", "row", "time", "missing", "separator"];

    fn of(keys: &[(String, Value)]) -> Result<Self, String> {
        if let Some((key, _)) = keys.iter().find(|(key, _)| !Self::KEYS.contains(&key.as_str())) {
            let hint = te_core::nearest(key, Self::KEYS).map_or_else(
                || format!("; there are {}", Self::KEYS.join(", ")),
                |near| format!("; did you mean `{near}`?"),
            );
            return Err(format!("unknown key `{key}` of a data column{hint}"));
        }
        let get = |key: &str| keys.iter().find(|(name, _)| name == key).map(|(_, value)| value);
        let text = |key: &str| match get(key) {
            None => Ok(None),
            Some(Value::Text(text)) => Ok(Some(text.clone())),
            Some(other) => Err(format!("`{key}` of a data column is {other}: it must be text")),
        };
        let row = match get("row") {
            None => None,
            Some(Value::I64(row)) if *row >= 1 => Some(row.unsigned_abs()),
            Some(other) => {
                return Err(format!(
                    "`row` of a data column is {other}: it must be a whole number of 1 or more"
                ));
            }
        };
        let missing = match text("missing")?.as_deref() {
            None | Some("fail") => Missing::Fail,
            Some("hold") => Missing::Hold,
            Some("interpolate") => Missing::Interpolate,
            Some(other) => {
                return Err(format!(
                    "`missing` of a data column is `{other}`: there are fail, hold, interpolate"
                ));
            }
        };
        let time = text("time")?;
        if row.is_some() && (time.is_some() || missing != Missing::Fail) {
            return Err(
                "`row` of a data column gives one value: it goes with neither `time` nor `missing`".into()
            );
        }
        let separator = text("separator")?.map(|text| separator(&text)).transpose()?;
        let needed = |key: &str| Ok::<_, String>(text(key)?.unwrap_or_default());
        Ok(Self { file: needed("file")?, column: needed("column")?, row, time, missing, separator })
    }
}

/// The separator of a table's columns.
pub(crate) fn separator(text: &str) -> Result<char, String> {
    match text {
        "," => Ok(','),
        ";" => Ok(';'),
        "\t" | "tab" => Ok('\t'),
        other => Err(format!("`separator` is `{other}`: there are `,`, `;` and `\\t`")),
    }
}
