//! Tables, and columns of numbers: written out, or of a file.

use super::NamedCurve;
use super::entry::{FileColumn, Keys, Reader};
use crate::tree::{Entry, Tree};
use crate::unit::Unit;
use std::path::{Component, Path};
use te_core::expression::{Between, Curve, Outside};
use te_core::{Date, TimeUnit};

/// The keys of a column of numbers.
pub(super) const COLUMN: [&str; 7] = ["unit", "values", "file", "column", "separator", "missing", "doc"];

impl<'t> Reader<'t> {
    /// Values that are dates; nothing where the first is none.
    fn dates(&mut self, keys: &Keys<'t>) -> Option<Vec<Date>> {
        let items = keys.get("values")?.value.items();
        let date = |tree: &Tree| tree.as_text().map(str::parse::<Date>);
        items.first()?.as_text()?;
        let mut dates = Vec::with_capacity(items.len());
        for item in items {
            match date(item) {
                Some(Ok(date)) => dates.push(date),
                Some(Err(error)) => self.faults.refuse(&item.span, "TE0506", error.to_string()),
                None => self.faults.refuse(&item.span, "TE0506", format!("{} is no date", item.value())),
            }
        }
        Some(dates)
    }

    /// Numbers that are written out as `values`, or what is in a `column` of a `file` beside the component.
    pub(super) fn column(
        &mut self,
        keys: &Keys<'t>,
        entry: &'t Entry,
        code: &'static str,
    ) -> Option<FileColumn> {
        let Some(file) = keys.get("file") else {
            let Some(values) = keys.get("values") else {
                let message = format!("{} needs `values`, or `file` and `column`", keys.name);
                self.faults.refuse(&entry.key_span, code, message);
                return None;
            };
            return self.numbers(values).map(FileColumn::Numbers);
        };
        let (name, column) = (self.text(keys, "file")?, keys.get("column"));
        let inside = |part| matches!(part, Component::Normal(_) | Component::CurDir);
        let refused = if keys.get("values").is_some() {
            Some("has `values` and `file`: one of them is wanted")
        } else if column.is_none() {
            Some("needs `column`, the column of its `file`")
        } else if name.contains('\\') || !Path::new(&name).components().all(inside) {
            Some("reads a file beside the component, or in a folder below, written with `/`")
        } else {
            None
        };
        if let Some(refused) = refused {
            self.faults.refuse(&file.value.span, code, format!("{} {refused}", keys.name));
            return None;
        }
        match (self.columns)(&keys.some(&["file", "column", "separator", "missing"])) {
            Ok(found) => {
                match &found {
                    FileColumn::Numbers(numbers) => self.data.extend(numbers),
                    FileColumn::Dates(dates) => self.data.extend(dates.iter().map(|date| date.days() as f64)),
                }
                Some(found)
            }
            Err(message) => {
                self.faults.refuse(&file.value.span, code, format!("{}: {message}", keys.name));
                None
            }
        }
    }

    pub(super) fn table(&mut self, entry: &'t Entry) -> Option<NamedCurve> {
        let title = format!("[table.{}]", entry.key);
        let keys = self.keys(title.clone(), &entry.value, &["doc", "x", "y", "between", "outside"]);
        let mut side = |key: &str| {
            let Some(axis) = keys.get(key) else {
                self.faults.refuse(&entry.key_span, "TE0506", format!("{title} needs `{key}`"));
                return None;
            };
            let inner = self.keys(format!("`{key}` of {title}"), &axis.value, &COLUMN);
            let unit = self.unit(&inner).0;
            let before = self.faults.found.len();
            let found = match self.dates(&inner) {
                Some(_) if self.faults.found.len() > before => None,
                Some(dates) => Some(FileColumn::Dates(dates)),
                None => self.column(&inner, axis, "TE0506"),
            };
            Some(match found? {
                FileColumn::Numbers(numbers) => (unit, numbers),
                FileColumn::Dates(dates) => {
                    let days = dates.iter().map(|date| date.days() as f64).collect();
                    (unit.or_else(|| Some(Unit::named(TimeUnit::Day.name()))), days)
                }
            })
        };
        let (x, y) = (side("x"), side("y"));
        let kinds = [("linear", Between::Linear), ("step", Between::Step), ("monotone", Between::Monotone)];
        let between = self.choice(&keys, "between", &kinds).unwrap_or_default();
        let ends = [
            ("hold", Outside::Hold),
            ("extend", Outside::Extend),
            ("repeat", Outside::Repeat),
            ("fail", Outside::Fail),
        ];
        let outside = self.choice(&keys, "outside", &ends).unwrap_or_default();
        self.text(&keys, "doc");
        let ((x_unit, x), (y_unit, y)) = (x?, y?);
        match Curve::new(&x, &y, between, outside) {
            Ok(curve) => Some(NamedCurve { name: entry.key.clone(), curve, units: [x_unit, y_unit] }),
            Err(message) => {
                self.faults.refuse(&entry.key_span, "TE0506", format!("{title}: {message}"));
                None
            }
        }
    }
}
