//! Published runs: tables whose first column is the time, as other tools write them.

use std::fs;
use std::path::Path;

/// A table of texts, as they are printed.
pub(crate) struct Published {
    pub(crate) head: Vec<String>,
    pub(crate) rows: Vec<Vec<String>>,
}

impl Published {
    /// The run beside a model, where there is one.
    pub(crate) fn beside(model: &Path) -> Option<Self> {
        let path = ["output.tab", "output.csv"]
            .iter()
            .map(|name| model.with_file_name(name))
            .find(|path| path.exists());
        path.map(|path| Self::read(&path))
    }

    fn read(path: &Path) -> Self {
        let bytes = fs::read(path).unwrap();
        let text = String::from_utf8(bytes.clone())
            .unwrap_or_else(|_| bytes.iter().map(|b| char::from(*b)).collect());
        let delimiter = if path.extension().is_some_and(|ending| ending == "tab") { b'\t' } else { b',' };
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(delimiter)
            .flexible(true)
            .has_headers(false)
            .from_reader(text.as_bytes());
        let mut rows: Vec<Vec<String>> = reader
            .records()
            .map(|row| row.unwrap().iter().map(|cell| cell.trim().to_owned()).collect())
            .collect();
        let head = if rows.is_empty() { Vec::new() } else { rows.remove(0) };
        Self { head, rows }
    }

    /// The number in a row, where there is one.
    pub(crate) fn number(row: &[String], at: usize) -> Option<f64> {
        row.get(at).and_then(|cell| cell.parse().ok())
    }

    /// The largest magnitude of a column.
    pub(crate) fn largest(&self, at: usize) -> f64 {
        self.rows.iter().filter_map(|row| Self::number(row, at)).fold(0.0, |most, x: f64| most.max(x.abs()))
    }
}
