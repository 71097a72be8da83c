//! What varies between subsets, as `[sweep]` says it: axes, points, samples.

use super::dates::dated;
use super::document::{Data, Document, Tree};
use super::error::FileError;
use super::section::Section;
use super::{axis, domain};
use crate::data_column::{self, DataColumns};
use std::cell::RefCell;
use std::ops::Range;
use te_core::{Calendar, Sweep, Value};

type Errors = RefCell<Vec<FileError>>;

#[derive(Clone, Copy)]
enum Mode {
    Zip,
    RepeatLast,
    Product,
    Points,
    Random,
    Lhs,
    Sobol,
}

/// Reads a `[sweep]`.
pub(super) fn read_sweep(
    document: &Document,
    tree: &Tree,
    data: &DataColumns<'_>,
    calendar: Option<Calendar>,
    errors: &Errors,
) -> Sweep {
    let mut section = Section::new(document, "[sweep]", tree, errors);
    let mode = section.choice(
        "mode",
        &[
            ("zip", Mode::Zip),
            ("repeat-last", Mode::RepeatLast),
            ("product", Mode::Product),
            ("points", Mode::Points),
            ("random", Mode::Random),
            ("lhs", Mode::Lhs),
            ("sobol", Mode::Sobol),
        ],
    );
    let count = section.count("count", 1);
    let seed = section.count("seed", 0).unwrap_or(0);
    let points = section.take("points").map(|e| &e.value);
    let refuse = |span: &Range<usize>, message: String| {
        errors.borrow_mut().push(document.error(span, "TE0303", message));
    };
    if matches!(mode, Some(Mode::Points)) {
        let table = if points.is_some_and(|points| matches!(points.data, Data::Table(_))) {
            points
        } else {
            tree.get("file").is_some().then_some(tree)
        };
        let sweep = match table {
            Some(table) => read_table(document, table, data, errors),
            None => read_points(points, tree, data, &refuse),
        };
        let sweep = date_points(sweep, calendar, &|message| {
            refuse_dates(document, points.unwrap_or(tree), errors, message);
        });
        let keys = ["file", "columns", "separator"];
        let keys: &[&str] = if table.is_some_and(|table| std::ptr::eq(table, tree)) { &keys } else { &[] };
        for entry in section.rest().into_iter().filter(|entry| !keys.contains(&entry.key.as_str())) {
            let known = ["mode", "points", "file", "columns", "separator"];
            let hint = te_core::nearest(&entry.key, known).map_or_else(
                || format!("; there are {}", known.join(", ")),
                |near| format!("; did you mean `{near}`?"),
            );
            refuse(&entry.key_span, format!("unknown key `{}` in a [sweep] by points{hint}", entry.key));
        }
        return sweep;
    }
    let rest =
        Tree { span: tree.span.clone(), data: Data::Table(section.rest().into_iter().cloned().collect()) };
    let resolve = |name: &str, tree: &Tree| {
        let told = |(code, message)| errors.borrow_mut().push(document.error(&tree.span, code, message));
        resolved(name, tree, data, calendar).map_err(told).ok()
    };
    let axes = || {
        let axis = |(name, tree): (String, &Tree)| {
            let value = match resolve(&name, tree)? {
                Value::Text(text) => match axis::range(&text) {
                    Some(Ok(values)) => Value::List(values),
                    Some(Err(message)) => {
                        refuse(&tree.span, format!("`{name}` in [sweep]: {message}"));
                        return None;
                    }
                    None => Value::Text(text),
                },
                value => value,
            };
            domain::axis(&name, &value).map_err(|message| refuse(&tree.span, message)).ok()
        };
        flatten(&rest).into_iter().filter_map(axis).collect()
    };
    let sampled = || {
        let mut sampled = Vec::new();
        for (name, tree) in flatten(&rest) {
            let Some(value) = resolve(&name, tree) else { continue };
            match domain::sampled(&name, &value) {
                Ok(axis) => sampled.push(axis),
                Err(message) => refuse(&tree.span, message),
            }
        }
        if count.is_none() {
            refuse(&tree.span, "a sampled sweep needs a `count`".to_owned());
        }
        (sampled, count.unwrap_or(1))
    };
    match mode.unwrap_or(Mode::Product) {
        Mode::Zip => Sweep::Zip(axes()),
        Mode::RepeatLast => Sweep::RepeatLast(axes()),
        Mode::Product => Sweep::Product(axes()),
        Mode::Points => Sweep::None,
        Mode::Random => {
            let (axes, count) = sampled();
            Sweep::Random { axes, count, seed }
        }
        Mode::Lhs => {
            let (axes, count) = sampled();
            Sweep::LatinHypercube { axes, count, seed }
        }
        Mode::Sobol => {
            let (axes, count) = sampled();
            Sweep::Sobol { axes, count }
        }
    }
}

/// What an axis is given, columns of data read and dates of events as timesteps; otherwise the code and what is wrong.
fn resolved(
    name: &str,
    tree: &Tree,
    data: &DataColumns<'_>,
    calendar: Option<Calendar>,
) -> Result<Value, (&'static str, String)> {
    let value = data.resolve(&tree.value()).map_err(|refused| ("TE0305", refused.message))?;
    dated(name, value, calendar).map_err(|message| ("TE0509", format!("`{name}` in [sweep]: {message}")))
}

fn refuse_dates(document: &Document, tree: &Tree, errors: &Errors, message: String) {
    errors.borrow_mut().push(document.error(&tree.span, "TE0509", message));
}

/// Points whose dates of events are timesteps.
fn date_points(sweep: Sweep, calendar: Option<Calendar>, refuse: &dyn Fn(String)) -> Sweep {
    let Sweep::Points { names, mut rows } = sweep else { return sweep };
    for row in &mut rows {
        for (name, value) in names.iter().zip(row) {
            match dated(name, value.clone(), calendar) {
                Ok(found) => *value = found,
                Err(message) => refuse(format!("`{name}`: {message}")),
            }
        }
    }
    Sweep::Points { names, rows }
}

/// Points from a table: a parameter for each column, a point for each row.
fn read_table(document: &Document, tree: &Tree, data: &DataColumns<'_>, errors: &Errors) -> Sweep {
    let mut section = Section::new(document, "the points of [sweep]", tree, errors);
    let (file, columns) = (section.text("file"), section.texts("columns"));
    let separator = section.text("separator");
    if tree.get("mode").is_none() {
        section.finish();
    }
    let refuse = |message: String| {
        let span = tree.get("file").map_or(tree.span.clone(), |entry| entry.value.span.clone());
        errors.borrow_mut().push(document.error(&span, "TE0305", message));
        Sweep::None
    };
    let Some(file) = file else {
        return if tree.get("file").is_none() {
            refuse("points from a table need a `file`".to_owned())
        } else {
            Sweep::None
        };
    };
    let separator = match separator.map(|text| data_column::separator(&text)).transpose() {
        Ok(separator) => separator,
        Err(message) => return refuse(message),
    };
    match data.points(&file, &columns, separator) {
        Ok((names, rows)) => Sweep::Points { names, rows },
        Err(message) => refuse(message),
    }
}

/// `points = [{ "a.b" = 1, "c.d" = 2 }, …]`: every point names the same parameters.
fn read_points(
    points: Option<&Tree>,
    sweep: &Tree,
    data: &DataColumns<'_>,
    refuse: &dyn Fn(&Range<usize>, String),
) -> Sweep {
    let Some(Tree { data: Data::List(items), .. }) = points else {
        let message = "a sweep by points needs `points`, a list of tables, or a `file` with a column for each parameter";
        refuse(&sweep.span, message.to_owned());
        return Sweep::None;
    };
    let mut names: Vec<String> = Vec::new();
    let mut rows = Vec::new();
    for item in items {
        let mut point = Vec::new();
        for (name, tree) in flatten(item) {
            match data.resolve(&tree.value()) {
                Ok(value) => point.push((name, value)),
                Err(refused) => refuse(&tree.span, refused.message),
            }
        }
        if names.is_empty() {
            names = point.iter().map(|(name, _)| name.clone()).collect();
        }
        let row: Vec<Value> = names
            .iter()
            .filter_map(|n| point.iter().find(|(name, _)| name == n))
            .map(|(_, v)| v.clone())
            .collect();
        if row.len() != names.len() || point.len() != names.len() {
            refuse(&item.span, format!("every point must give the same parameters: {}", names.join(", ")));
            continue;
        }
        rows.push(row);
    }
    Sweep::Points { names, rows }
}

/// Nested tables as dotted names; a list, a range, a value or a data column ends a name.
pub(super) fn flatten(tree: &Tree) -> Vec<(String, &Tree)> {
    let mut out = Vec::new();
    for entry in tree.entries() {
        let keys = || entry.value.entries().iter().map(|inner| inner.key.as_str());
        let whole = data_column::is_reference(keys()) || domain::is_domain(keys());
        if matches!(entry.value.data, Data::Table(_)) && !whole {
            let inner = flatten(&entry.value).into_iter();
            out.extend(inner.map(|(name, tree)| (format!("{}.{name}", entry.key), tree)));
        } else {
            out.push((entry.key.clone(), &entry.value));
        }
    }
    out
}
