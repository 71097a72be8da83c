//! What a file says besides its components: times, sweep, recording, key figures, charts, variants.

use super::chart::read_chart;
use super::document::{Data, Document, Tree};
use super::error::{FileError, FileErrors};
use super::section::Section;
use super::{SystemFile, Variant, assembly, axis, domain, picture, problems};
use crate::data_column::{self, DataColumns};
use std::cell::RefCell;
use std::ops::Range;
use te_core::{FailedRuns, Keep, Kpi, Recording, Registry, StepLength, Sweep, Value};

type Errors = RefCell<Vec<FileError>>;

/// Reads the whole file and builds its systems once, so that everything wrong is reported together.
pub(super) fn interpret(document: Document, registry: &Registry) -> Result<SystemFile, FileErrors> {
    let errors = Errors::default();
    let empty = Tree { span: 0..0, data: Data::Table(Vec::new()) };
    let mut root = Section::new(&document, "the file", &document.root, &errors);
    for key in ["uncontrollables", "controllables", "wire", "stage", "discipline", "derived"] {
        root.take(key);
    }
    let system = root.take("system").map_or(&empty, |e| &e.value);
    let mut section = Section::new(&document, "[system]", system, &errors);
    let name = section.text("name").unwrap_or_else(|| file_stem(&document));
    let description = section.text("description").unwrap_or_default();
    let timesteps = section.count("timesteps", 1).unwrap_or(100);
    let seed = section.count("seed", 0).unwrap_or(0);
    let runs = section.count("runs", 1).unwrap_or(1);
    let independent_subsets = section.boolean("independent_subsets").unwrap_or(false);
    let step = read_step(&mut section);
    section.finish();

    let data = DataColumns::new(document.path(), step, registry);
    let sweep = root.take("sweep").map_or(Sweep::None, |e| read_sweep(&document, &e.value, &data, &errors));
    let recording =
        root.take("record").map_or_else(Recording::default, |e| read_recording(&document, &e.value, &errors));
    let kpis = list(&document, root.take("kpi").map(|e| &e.value), "[[kpi]]", &errors, read_kpi);
    let charts = list(&document, root.take("chart").map(|e| &e.value), "[[chart]]", &errors, read_chart);
    let mut pictures =
        list(&document, root.take("picture").map(|e| &e.value), "[[picture]]", &errors, |section| {
            picture::read(section, registry)
        });
    let mut variants =
        list(&document, root.take("variant").map(|e| &e.value), "[[variant]]", &errors, |section| {
            read_variant(section, &data)
        });
    let stop = root.take("stop").map_or_else(Vec::new, |e| {
        let mut section = Section::new(&document, "[stop]", &e.value, &errors);
        let when = section.texts("when");
        section.finish();
        when
    });
    let random = root.take("random").map_or_else(Vec::new, |e| read_random(&e.value, &document, &errors));
    root.finish();
    if variants.is_empty() {
        variants.push(Variant { name: name.clone(), ..Variant::default() });
    }
    let mut notes = data.notes();
    let mut systems = Vec::new();
    for variant in &variants {
        let assembled = assembly::assemble(&document, registry, variant, step, &name);
        if let Some(system) = assembled.system {
            picture::check(&document, &mut pictures, &variants, variant, (&system, registry), &errors);
            systems.push((variant.name.clone(), system));
        }
        let mut errors = errors.borrow_mut();
        for error in assembled.errors {
            if !errors.contains(&error) {
                errors.push(error);
            }
        }
        notes.extend(assembled.notes);
    }
    notes.sort_unstable();
    notes.dedup();
    let mut errors = errors.into_inner();
    let file = SystemFile {
        document,
        name,
        description,
        timesteps,
        step,
        seed,
        runs,
        independent_subsets,
        sweep,
        recording,
        kpis,
        stop,
        random,
        charts,
        pictures: pictures.into_iter().map(|(picture, _)| picture).collect(),
        variants,
        notes,
    };
    // What reads columns and parameters is checked where all systems could be built.
    if systems.len() == file.variants.len() {
        errors.extend(problems::of(&file, systems));
    }
    if errors.is_empty() {
        return Ok(file);
    }
    errors.sort_by_key(|e| e.at.unwrap_or((usize::MAX, 0)));
    Err(FileErrors { errors })
}

fn file_stem(document: &Document) -> String {
    document
        .path()
        .file_stem()
        .map_or_else(|| "system".to_owned(), |stem| stem.to_string_lossy().into_owned())
}

fn read_step(section: &mut Section<'_>) -> StepLength {
    let span = section.tree().get("step").map(|e| e.value.span.clone());
    let Some(text) = section.text("step") else { return StepLength::default() };
    text.parse().unwrap_or_else(|error: te_core::StepLengthError| {
        if let Some(span) = span {
            section.refuse(&span, error.to_string());
        }
        StepLength::default()
    })
}

/// The items of an array of tables.
fn list<T>(
    document: &Document,
    tree: Option<&Tree>,
    name: &str,
    errors: &Errors,
    read: impl Fn(&mut Section<'_>) -> Option<T>,
) -> Vec<T> {
    let Some(tree) = tree else { return Vec::new() };
    let Data::List(items) = &tree.data else {
        errors.borrow_mut().push(document.error(
            &tree.span,
            "TE0303",
            format!("write {name}, with two brackets"),
        ));
        return Vec::new();
    };
    let mut out = Vec::new();
    for item in items {
        let mut section = Section::new(document, name, item, errors);
        out.extend(read(&mut section));
        section.finish();
    }
    out
}

fn read_recording(document: &Document, tree: &Tree, errors: &Errors) -> Recording {
    let mut section = Section::new(document, "[record]", tree, errors);
    let keeps = [
        ("trajectories", Keep::Trajectories),
        ("finals", Keep::Finals),
        ("statistics", Keep::Statistics),
        ("nothing", Keep::Nothing),
    ];
    let keep = keeps.iter().map(|(name, _)| (*name, *name)).collect::<Vec<_>>();
    let chosen = section.choice("keep", &keep);
    let recording = Recording {
        columns: section.texts("metrics"),
        every: section.count("every", 1).unwrap_or(1),
        substeps: section.boolean("substeps").unwrap_or(false),
        keep: keeps
            .into_iter()
            .find(|(name, _)| Some(*name) == chosen)
            .map_or(Keep::Trajectories, |(_, k)| k),
        ..Recording::default()
    };
    section.finish();
    recording
}

fn read_kpi(section: &mut Section<'_>) -> Option<Kpi> {
    let name = section.text("name");
    let of = section.text("of");
    let aggregate = section.text("aggregate").unwrap_or_else(|| "mean".to_owned());
    let require = section.text("require");
    if name.is_none() || of.is_none() {
        section.refuse(&section.tree().span.clone(), "a [[kpi]] needs `name` and `of`");
    }
    let failed = section.choice("failed", &FailedRuns::NAMES).unwrap_or_default();
    Some(Kpi { name: name?, of: of?, aggregate, require, failed })
}

fn read_variant(section: &mut Section<'_>, data: &DataColumns<'_>) -> Option<Variant> {
    let name = section.text("name");
    if name.is_none() && section.tree().get("name").is_none() {
        section.refuse(&section.tree().span.clone(), "a [[variant]] needs a `name`");
    }
    let mut set = Vec::new();
    if let Some(entry) = section.take("set") {
        for (name, tree) in flatten(&entry.value) {
            match data.resolve(&tree.value()) {
                Ok(value) => set.push((name, value)),
                Err(refused) => section.refuse_as("TE0305", &tree.span, refused.message),
            }
        }
    }
    let mut swap = Vec::new();
    for entry in section.take("swap").map_or(&[][..], |e| e.value.entries()) {
        let kind = entry.value.get("kind").and_then(|kind| kind.value.as_text());
        match kind {
            Some(kind) => {
                let params = entry.value.get("params").map_or(Value::Table(Vec::new()), |p| p.value.value());
                swap.push((entry.key.clone(), kind.to_owned(), params));
            }
            None => section.refuse(&entry.key_span, format!("swap of `{}` needs a `kind`", entry.key)),
        }
    }
    Some(Variant { name: name?, set, swap })
}

fn read_random(tree: &Tree, document: &Document, errors: &Errors) -> Vec<(String, String)> {
    let mut out = Vec::new();
    for (name, value) in flatten(tree) {
        if let Some(text) = value.as_text() {
            out.push((name, text.to_owned()));
        } else {
            let message = format!(
                "`{name}` in [random] is {}: it must be a distribution such as \"normal(0, 1)\"",
                value.value()
            );
            errors.borrow_mut().push(document.error(&value.span, "TE0303", message));
        }
    }
    out
}

/// Nested tables as dotted names; a list, a range, a value or a data column ends a name.
fn flatten(tree: &Tree) -> Vec<(String, &Tree)> {
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

fn read_sweep(document: &Document, tree: &Tree, data: &DataColumns<'_>, errors: &Errors) -> Sweep {
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
    let resolve = |tree: &Tree| match data.resolve(&tree.value()) {
        Ok(value) => Some(value),
        Err(refused) => {
            errors.borrow_mut().push(document.error(&tree.span, "TE0305", refused.message));
            None
        }
    };
    let axes = || {
        let axis = |(name, tree): (String, &Tree)| {
            let value = match resolve(tree)? {
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
            let Some(value) = resolve(tree) else { continue };
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
