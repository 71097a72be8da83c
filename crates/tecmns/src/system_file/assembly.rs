//! From a file's components and wires to a built system.

use super::Variant;
use super::document::{Data, Document, Tree};
use super::error::{FileError, FileErrors};
use super::section::Section;
use crate::series::read_series;
use std::cell::RefCell;
use std::ops::Range;
use te_core::{BuildError, Discipline, List, ParamError, Registry, StepLength, System, SystemBuilder, Value};

type Errors = RefCell<Vec<FileError>>;

const DISCIPLINES: [(&str, Discipline); 2] =
    [("sequential", Discipline::Sequential), ("simultaneous", Discipline::Simultaneous)];

/// How deep systems may nest.
const DEPTH: usize = 8;

pub(super) fn assemble(
    document: &Document,
    registry: &Registry,
    variant: &Variant,
    step: StepLength,
    name: &str,
) -> Result<System, FileErrors> {
    let errors = Errors::default();
    let mut builder = collect(document, registry, variant, name, &errors, DEPTH);
    builder.step_length(step);
    let found = errors.into_inner();
    if !found.is_empty() {
        return Err(FileErrors { errors: found });
    }
    let mut system = builder.build().map_err(|refused| {
        let locate =
            |error: &BuildError| document.error(&place(document, error), error.code(), error.to_string());
        FileErrors { errors: refused.errors.iter().map(locate).collect() }
    })?;
    let mut found = Vec::new();
    for (parameter, value) in &variant.set {
        if let Err(error) = system.set(parameter, value) {
            let span = variant_place(document, &variant.name);
            let message = format!("variant `{}`: {error}", variant.name);
            found.push(document.error(&span, "TE0104", message));
        }
    }
    if found.is_empty() { Ok(system) } else { Err(FileErrors { errors: found }) }
}

fn collect(
    document: &Document,
    registry: &Registry,
    variant: &Variant,
    name: &str,
    errors: &Errors,
    depth: usize,
) -> SystemBuilder {
    let mut builder = System::builder(name);
    let mut known = Vec::new();
    for list in [List::Uncontrollables, List::Controllables] {
        let Some(entry) = document.root.get(list.name()) else { continue };
        for component in entry.value.entries() {
            known.push(component.key.clone());
            let title = format!("[{}.{}]", list.name(), component.key);
            let mut section = Section::new(document, title, &component.value, errors);
            let kind = section.text("kind");
            let params = section.take("params").map(|e| &e.value);
            if kind.as_deref() == Some("system") {
                let file = section.text("file");
                nest(
                    document,
                    registry,
                    &mut builder,
                    (list, &component.key),
                    file,
                    &component.key_span,
                    errors,
                    depth,
                );
            } else if let Some(kind) = kind {
                let swapped = variant.swap.iter().find(|(instance, ..)| *instance == component.key);
                let given = params.map_or(Value::Table(Vec::new()), Tree::value);
                let (kind, given) = swapped.map_or((kind.as_str(), given), |(_, k, v)| (k, v.clone()));
                let place = params.unwrap_or(&component.value);
                add(document, registry, &mut builder, (list, &component.key), kind, &given, place, errors);
            } else if component.value.get("kind").is_none() {
                section.refuse(&component.key_span, format!("component `{}` needs a `kind`", component.key));
            }
            section.finish();
        }
    }
    for (instance, ..) in &variant.swap {
        if !known.contains(instance) {
            let hint = te_core::nearest(instance, &known)
                .map_or(String::new(), |n| format!("; did you mean `{n}`?"));
            let span = variant_place(document, &variant.name);
            let message = format!("variant `{}` swaps unknown component `{instance}`{hint}", variant.name);
            errors.borrow_mut().push(document.error(&span, "TE0303", message));
        }
    }
    read_order(document, &mut builder, errors);
    read_wires(document, &mut builder, errors);
    read_derived(document, &mut builder, errors);
    builder
}

#[expect(
    clippy::too_many_arguments,
    reason = "a private step of one reading, where each argument has its own name"
)]
fn add(
    document: &Document,
    registry: &Registry,
    builder: &mut SystemBuilder,
    (list, name): (List, &str),
    kind: &str,
    given: &Value,
    place: &Tree,
    errors: &Errors,
) {
    let known = match registry.kind(kind) {
        Ok(known) => known,
        Err(error) => {
            let span = place_of_kind(document, list, name);
            errors.borrow_mut().push(document.error(&span, "TE0304", error.to_string()));
            return;
        }
    };
    match read_series(document.path(), given) {
        Ok(given) => {
            if let Err(refused) = known.check(&given) {
                push_param_errors(document, name, &refused, place, errors);
                return;
            }
            builder.kind(list, name, known, &given);
        }
        Err(message) => errors.borrow_mut().push(document.error(&place.span, "TE0305", message)),
    }
}

fn push_param_errors(document: &Document, name: &str, refused: &ParamError, place: &Tree, errors: &Errors) {
    for issue in &refused.issues {
        let span = place.place(&issue.path);
        errors.borrow_mut().push(document.error(&span, "TE0010", format!("{name}: {issue}")));
    }
}

fn place_of_kind(document: &Document, list: List, name: &str) -> Range<usize> {
    document.root.place(&format!("{}.{name}.kind", list.name()))
}

fn variant_place(document: &Document, name: &str) -> Range<usize> {
    let items = match document.root.get("variant").map(|e| &e.value.data) {
        Some(Data::List(items)) => items.as_slice(),
        _ => &[],
    };
    let named =
        |item: &&Tree| item.get("name").is_some_and(|n| n.value.value() == Value::Text(name.to_owned()));
    items.iter().find(named).map_or(0..0, |item| item.place("set"))
}

#[expect(
    clippy::too_many_arguments,
    reason = "a private step of one reading, where each argument has its own name"
)]
fn nest(
    document: &Document,
    registry: &Registry,
    builder: &mut SystemBuilder,
    (list, name): (List, &str),
    file: Option<String>,
    span: &Range<usize>,
    errors: &Errors,
    depth: usize,
) {
    let refuse = |message: String| errors.borrow_mut().push(document.error(span, "TE0306", message));
    let Some(file) = file else { return refuse(format!("system `{name}` needs a `file`")) };
    if depth == 0 {
        return refuse(format!("systems are nested more than {DEPTH} deep"));
    }
    match document.nested(&file) {
        Ok(inner) => {
            let found = Errors::default();
            builder.nest(list, name, collect(&inner, registry, &Variant::default(), name, &found, depth - 1));
            errors.borrow_mut().extend(found.into_inner());
        }
        Err(found) => errors.borrow_mut().extend(found.errors),
    }
}

/// The texts of the files that a document nests, by name, each once.
pub(super) fn nested_texts(document: &Document, found: &mut Vec<(String, String)>) -> Result<(), FileErrors> {
    for list in [List::Uncontrollables, List::Controllables] {
        for component in document.root.get(list.name()).map_or(&[][..], |entry| entry.value.entries()) {
            let text = |key: &str| match component.value.get(key).map(|entry| &entry.value.data) {
                Some(Data::Leaf(Value::Text(text))) => Some(text.as_str()),
                _ => None,
            };
            let (Some("system"), Some(file)) = (text("kind"), text("file")) else { continue };
            let inner = document.nested(file)?;
            let name = inner.path().display().to_string();
            if !found.iter().any(|(known, _)| *known == name) {
                found.push((name, inner.text().to_owned()));
                nested_texts(&inner, found)?;
            }
        }
    }
    Ok(())
}

fn read_order(document: &Document, builder: &mut SystemBuilder, errors: &Errors) {
    if let Some(entry) = document.root.get("discipline") {
        let mut section = Section::new(document, "[discipline]", &entry.value, errors);
        for (key, list) in
            [("uncontrollables", List::Uncontrollables), ("controllables", List::Controllables)]
        {
            if let Some(discipline) = section.choice(key, &DISCIPLINES) {
                builder.discipline(list, discipline);
            }
        }
        section.finish();
    }
    for item in items(document, "stage", errors) {
        let mut section = Section::new(document, "[[stage]]", item, errors);
        let components = section.texts("components");
        let discipline = section.choice("discipline", &DISCIPLINES).unwrap_or_default();
        let names: Vec<&str> = components.iter().map(String::as_str).collect();
        builder.stage(discipline, &names);
        section.finish();
    }
}

fn read_wires(document: &Document, builder: &mut SystemBuilder, errors: &Errors) {
    for item in items(document, "wire", errors) {
        let mut section = Section::new(document, "[[wire]]", item, errors);
        let (from, to) = (section.text("from"), section.text("to"));
        match (from, to) {
            (Some(from), Some(to)) => builder.wire(&from, &to),
            _ => section.refuse(&item.span, "a [[wire]] needs `from` and `to`"),
        }
        section.finish();
    }
}

fn read_derived(document: &Document, builder: &mut SystemBuilder, errors: &Errors) {
    let Some(entry) = document.root.get("derived") else { return };
    for derived in entry.value.entries() {
        if let Data::Leaf(Value::Text(text)) = &derived.value.data {
            builder.derived(&derived.key, text, "");
            continue;
        }
        let title = format!("[derived.{}]", derived.key);
        let mut section = Section::new(document, title, &derived.value, errors);
        let (of, unit) = (section.text("of"), section.text("unit").unwrap_or_default());
        match of {
            Some(of) => builder.derived(&derived.key, &of, &unit),
            None => section.refuse(&derived.key_span, "a derived column needs `of`, an expression"),
        }
        section.finish();
    }
}

fn items<'d>(document: &'d Document, key: &str, errors: &Errors) -> &'d [Tree] {
    match document.root.get(key).map(|e| &e.value) {
        None => &[],
        Some(Tree { data: Data::List(items), .. }) => items,
        Some(tree) => {
            let message = format!("write [[{key}]], with two brackets");
            errors.borrow_mut().push(document.error(&tree.span, "TE0303", message));
            &[]
        }
    }
}

/// Where in the file the cause of a build error stands.
fn place(document: &Document, error: &BuildError) -> Range<usize> {
    let wire_to = |to: &str| {
        let wires = match document.root.get("wire").map(|e| &e.value.data) {
            Some(Data::List(items)) => items.as_slice(),
            _ => &[],
        };
        // Of two wires to one input the later one is too much.
        let leads =
            |item: &&Tree| item.get("to").is_some_and(|t| t.value.value() == Value::Text(to.to_owned()));
        wires.iter().rev().find(leads).map_or(0..0, |item| item.place("from"))
    };
    let component = |path: &str| {
        let first = path.split('.').next().unwrap_or(path);
        let lists = [List::Uncontrollables, List::Controllables];
        let list = lists
            .into_iter()
            .find(|l| document.root.get(l.name()).is_some_and(|e| e.value.get(first).is_some()));
        list.map_or(0..0, |list| document.root.place(&format!("{}.{first}", list.name())))
    };
    match error {
        BuildError::UnknownSource { reader, .. } => match reader.split('`').nth(1) {
            Some(to) if reader.starts_with("wire") => wire_to(to),
            Some(column) => document.root.place(&format!("derived.{column}")),
            None => 0..0,
        },
        BuildError::UnknownInput { name, .. }
        | BuildError::TwoWires { name }
        | BuildError::Units { to: name, .. } => wire_to(name),
        BuildError::Unwired { name, .. } | BuildError::InputKind { name } | BuildError::Name { name } => {
            component(name)
        }
        BuildError::Params { component: path, .. } => component(path),
        BuildError::Cycle { name, .. } => document.root.place(&format!("derived.{name}")),
        BuildError::Stages { .. } => document.root.place("stage"),
        _ => 0..0,
    }
}
