//! From a file's components and wires to a built system.
//!
//! Limits: at most 1,000 nested systems, eight deep, with 64 MiB of text together, and at most 100,000 components.

use super::Variant;
use super::document::{Data, Document, NestError, Tree};
use super::error::{FileError, FileErrors};
use super::place;
use super::section::Section;
use crate::data_column::{DataColumns, is_reference};
use std::cell::{Cell, RefCell};
use std::ops::Range;
use te_core::{
    BuildError, Discipline, Expression, List, ParamError, Registry, StepLength, System, SystemBuilder, Value,
};

type Errors = RefCell<Vec<FileError>>;

const DISCIPLINES: [(&str, Discipline); 2] =
    [("sequential", Discipline::Sequential), ("simultaneous", Discipline::Simultaneous)];

/// Nested systems, at most.
const NESTED: usize = 1_000;
/// Bytes of all nested files together, at most.
const NESTED_BYTES: usize = 64 << 20;
/// Letters of a refused value that a message shows, at most.
const LONGEST_VALUE: usize = 200;
/// Kinds that a message lists, at most.
const SHOWN: usize = 8;
/// Components, at most.
const COMPONENTS: usize = 100_000;

/// A system, where it could be built, and everything that is wrong with it.
pub(super) struct Assembled {
    pub(super) system: Option<System>,
    pub(super) errors: Vec<FileError>,
    /// What is worth saying of the data that were read.
    pub(super) notes: Vec<String>,
}

/// What one reading shares: a system and those nested in it.
struct Reading<'r> {
    registry: &'r Registry,
    step: StepLength,
    /// Whether a part had to be left out, so that what reads it would be refused for nothing.
    incomplete: Cell<bool>,
    nested: Cell<usize>,
    bytes: Cell<usize>,
    components: Cell<usize>,
    notes: RefCell<Vec<String>>,
}

/// Builds a variant's system.
pub(super) fn assemble(
    document: &Document,
    registry: &Registry,
    variant: &Variant,
    step: StepLength,
    name: &str,
) -> Assembled {
    let errors = Errors::default();
    let reading = Reading {
        registry,
        step,
        incomplete: Cell::default(),
        nested: Cell::default(),
        bytes: Cell::default(),
        components: Cell::default(),
        notes: RefCell::default(),
    };
    let mut builder = reading.collect(document, variant, name, &errors);
    builder.step_length(step);
    let notes = reading.notes.into_inner();
    let mut errors = errors.into_inner();
    if reading.incomplete.get() {
        return Assembled { system: None, errors, notes };
    }
    // An expression that cannot be read stands as 0 in the system, so that the rest is checked with it.
    let mut system = match builder.build() {
        Ok(system) => system,
        Err(refused) => {
            // An input whose own wire is wrong, or was to lead to it, is not wanting another.
            let wired = |input: &str| {
                refused.errors.iter().any(|error| match error {
                    BuildError::UnknownInput { nearest: Some(near), .. } => near == input,
                    BuildError::UnknownSource { reader, .. } => {
                        reader.starts_with("wire") && reader.split('`').nth(1) == Some(input)
                    }
                    _ => false,
                })
            };
            let own = refused
                .errors
                .iter()
                .filter(|error| !matches!(error, BuildError::Unwired { name, .. } if wired(name)));
            errors.extend(
                own.map(|error| document.error(&cause(document, error), error.code(), error.to_string())),
            );
            return Assembled { system: None, errors, notes };
        }
    };
    for (parameter, value) in &variant.set {
        if let Err(error) = system.set(parameter, value) {
            let span = set_place(document, &variant.name, parameter);
            let message = format!("variant `{}`: {error}", variant.name);
            errors.push(document.error(&span, "TE0104", message));
        }
    }
    Assembled { system: Some(system), errors, notes }
}

impl Reading<'_> {
    fn collect(&self, document: &Document, variant: &Variant, name: &str, errors: &Errors) -> SystemBuilder {
        let mut builder = System::builder(name);
        let mut known = Vec::new();
        for list in [List::Uncontrollables, List::Controllables] {
            let Some(entry) = document.root.get(list.name()) else { continue };
            if !matches!(entry.value.data, Data::Table(_)) {
                Section::new(document, format!("[{}]", list.name()), &entry.value, errors);
                self.incomplete.set(true);
            }
            for component in entry.value.entries() {
                known.push(component.key.clone());
                self.components.set(self.components.get() + 1);
                if self.components.get() == COMPONENTS + 1 {
                    let message = format!("the system has more than {COMPONENTS} components");
                    errors.borrow_mut().push(document.error(&component.key_span, "TE0306", message));
                }
                if self.components.get() > COMPONENTS {
                    self.incomplete.set(true);
                    break;
                }
                let title = format!("[{}.{}]", list.name(), component.key);
                let mut section = Section::new(document, title, &component.value, errors);
                let kind = section.text("kind");
                let params = section.take("params").map(|e| &e.value);
                if kind.as_deref() == Some("system") {
                    let file = section.text("file");
                    self.nest(
                        document,
                        &mut builder,
                        (list, &component.key),
                        file,
                        &component.key_span,
                        errors,
                    );
                } else if let Some(kind) = kind {
                    let swapped = variant.swap.iter().find(|(instance, ..)| *instance == component.key);
                    let given = params.map_or(Value::Table(Vec::new()), Tree::value);
                    let (kind, given) = swapped.map_or((kind.as_str(), given), |(_, k, v)| (k, v.clone()));
                    let place = params.unwrap_or(&component.value);
                    let place = match swapped {
                        Some(_) => swap_place(document, &variant.name, &component.key).unwrap_or(place),
                        None => place,
                    };
                    self.add(document, &mut builder, (list, &component.key), kind, &given, place, errors);
                } else {
                    self.incomplete.set(true);
                    if component.value.get("kind").is_none() {
                        let message = format!("component `{}` needs a `kind`", component.key);
                        section.refuse(&component.key_span, message);
                    }
                }
                section.finish();
            }
        }
        for (instance, ..) in &variant.swap {
            if !known.contains(instance) {
                let hint = te_core::nearest(instance, &known)
                    .map_or(String::new(), |n| format!("; did you mean `{n}`?"));
                let span = swap_place(document, &variant.name, instance)
                    .map_or_else(|| variant_place(document, &variant.name), |tree| tree.span.clone());
                let message =
                    format!("variant `{}` swaps unknown component `{instance}`{hint}", variant.name);
                errors.borrow_mut().push(document.error(&span, "TE0303", message));
            }
        }
        read_order(document, &mut builder, errors);
        let complete = read_wires(document, &mut builder, errors);
        let complete = read_derived(document, &mut builder, errors) && complete;
        self.incomplete.set(self.incomplete.get() || !complete);
        builder
    }

    #[expect(
        clippy::too_many_arguments,
        reason = "a private step of one reading, where each argument has its own name"
    )]
    fn add(
        &self,
        document: &Document,
        builder: &mut SystemBuilder,
        (list, name): (List, &str),
        kind: &str,
        given: &Value,
        place: &Tree,
        errors: &Errors,
    ) {
        let known = match self.registry.kind(kind) {
            Ok(known) => known,
            Err(error) => {
                self.incomplete.set(true);
                let span = place
                    .get("kind")
                    .map_or_else(|| place_of_kind(document, list, name), |entry| entry.value.span.clone());
                let hint = kind_hint(self.registry, kind);
                errors.borrow_mut().push(document.error(&span, "TE0304", format!("{error}{hint}")));
                return;
            }
        };
        // Of a swapped component the place is that of the swap.
        let params = match place.get("params") {
            Some(entry) if place.get("kind").is_some() => &entry.value,
            _ => place,
        };
        let data = DataColumns::new(document.path(), self.step, self.registry);
        let resolved = data.resolve(given);
        self.notes.borrow_mut().extend(data.notes());
        match resolved {
            Ok(given) => {
                if let Err(refused) = known.check(&given) {
                    self.incomplete.set(true);
                    push_param_errors(document, name, &refused, params, errors);
                    return;
                }
                builder.kind(list, name, known, &given);
            }
            Err(refused) => {
                self.incomplete.set(true);
                let span = params.place(&refused.path);
                errors.borrow_mut().push(document.error(&span, "TE0305", refused.message));
            }
        }
    }

    fn nest(
        &self,
        document: &Document,
        builder: &mut SystemBuilder,
        (list, name): (List, &str),
        file: Option<String>,
        span: &Range<usize>,
        errors: &Errors,
    ) {
        let refuse = |message: String| {
            self.incomplete.set(true);
            errors.borrow_mut().push(document.error(span, "TE0306", message));
        };
        let Some(file) = file else { return refuse(format!("system `{name}` needs a `file`")) };
        self.nested.set(self.nested.get() + 1);
        if self.nested.get() > NESTED || self.bytes.get() > NESTED_BYTES {
            // Said once; every further one is left out.
            self.incomplete.set(true);
            if self.nested.get() == NESTED + 1 {
                refuse(format!("more than {NESTED} systems are nested"));
            } else if self.bytes.get() < usize::MAX && self.bytes.get() > NESTED_BYTES {
                self.bytes.set(usize::MAX);
                refuse(format!("the nested files have more than {NESTED_BYTES} bytes together"));
            }
            return;
        }
        match document.nested(&file) {
            Ok(inner) => {
                self.bytes.set(self.bytes.get() + inner.text().len());
                let found = Errors::default();
                builder.nest(list, name, self.collect(&inner, &Variant::default(), name, &found));
                let mut errors = errors.borrow_mut();
                for error in found.into_inner() {
                    if !errors.contains(&error) {
                        errors.push(error);
                    }
                }
            }
            Err(NestError::Here(message)) => refuse(message),
            Err(NestError::There(found)) => {
                self.incomplete.set(true);
                let mut errors = errors.borrow_mut();
                for error in found.errors {
                    if !errors.contains(&error) {
                        errors.push(error);
                    }
                }
            }
        }
    }
}

/// Kinds that may be meant where none is near in spelling: those of the same family, or of the same word.
fn kind_hint(registry: &Registry, wanted: &str) -> String {
    if matches!(registry.kind(wanted), Err(te_core::KindError::Unknown { nearest: Some(_), .. })) {
        return String::new();
    }
    let (family, own) = wanted.split_once('/').unwrap_or(("", wanted));
    let related = |name: &str| {
        let (its_family, its_own) = name.split_once('/').unwrap_or(("", name));
        (!family.is_empty() && its_family == family)
            || its_family == own
            || own.split('-').any(|word| word.len() > 2 && its_own.split('-').any(|one| one == word))
    };
    let near: Vec<&str> =
        registry.kinds().map(|kind| kind.name).filter(|name| related(name)).take(SHOWN).collect();
    if near.is_empty() {
        "; `tecmns list` shows all kinds".to_owned()
    } else {
        format!("; there are {}; `tecmns list` shows all kinds", near.join(", "))
    }
}

fn push_param_errors(document: &Document, name: &str, refused: &ParamError, place: &Tree, errors: &Errors) {
    for issue in &refused.issues {
        let mut issue = issue.clone();
        if let Some((at, _)) = issue.value.char_indices().nth(LONGEST_VALUE) {
            issue.value.truncate(at);
            issue.value.push('…');
        }
        let given = place.named(&issue.path).map(|entry| &entry.value);
        let column =
            given.is_some_and(|tree| is_reference(tree.entries().iter().map(|entry| entry.key.as_str())));
        let one = column && given.is_some_and(|tree| tree.get("row").is_none());
        let hint = match issue.problem {
            te_core::Problem::Kind { .. } if one => "; `row = 1` takes one value of a data column",
            _ => "",
        };
        let span = place.place(&issue.path);
        errors.borrow_mut().push(document.error(&span, "TE0010", format!("{name}: {issue}{hint}")));
    }
}

fn place_of_kind(document: &Document, list: List, name: &str) -> Range<usize> {
    document.root.place(&format!("{}.{name}.kind", list.name()))
}

fn variant_named<'d>(document: &'d Document, name: &str) -> Option<&'d Tree> {
    let items = document.root.get("variant").map_or(&[][..], |entry| entry.value.items());
    items.iter().find(|item| item.get("name").and_then(|entry| entry.value.as_text()) == Some(name))
}

fn variant_place(document: &Document, name: &str) -> Range<usize> {
    variant_named(document, name).map_or(0..0, |item| item.place("set"))
}

/// Where a variant sets a parameter.
pub(super) fn set_place(document: &Document, variant: &str, parameter: &str) -> Range<usize> {
    let set = variant_named(document, variant).and_then(|item| item.get("set"));
    let entry = set.and_then(|set| set.value.named(parameter));
    entry.map_or_else(|| variant_place(document, variant), |entry| entry.key_span.clone())
}

fn swap_place<'d>(document: &'d Document, variant: &str, instance: &str) -> Option<&'d Tree> {
    Some(&variant_named(document, variant)?.get("swap")?.value.get(instance)?.value)
}

/// What a document and those that it nests say beside components, wires and derived columns, such as the order of steps: by
/// the names of tables, with the component in front that nests the file.
pub(super) fn structure(document: &Document, prefix: &str, found: &mut Vec<(String, Value)>) {
    for entry in document.root.entries() {
        if !ELSEWHERE.contains(&entry.key.as_str()) {
            found.push((format!("{prefix}{}", entry.key), entry.value.value()));
        }
    }
    for list in [List::Uncontrollables, List::Controllables] {
        for component in document.root.get(list.name()).map_or(&[][..], |entry| entry.value.entries()) {
            let text = |key: &str| component.value.get(key).and_then(|entry| entry.value.as_text());
            if let (Some("system"), Some(file)) = (text("kind"), text("file"))
                && let Ok(inner) = document.nested(file)
            {
                structure(&inner, &format!("{prefix}{}.", component.key), found);
            }
        }
    }
}

/// Tables that a manifest tells in its own words, or that change no number.
const ELSEWHERE: [&str; 13] = [
    "system",
    "uncontrollables",
    "controllables",
    "wire",
    "derived",
    "sweep",
    "random",
    "stop",
    "record",
    "kpi",
    "chart",
    "picture",
    "variant",
];

/// The texts of the files that a document nests, by name, each once.
pub(super) fn nested_texts(document: &Document, found: &mut Vec<(String, String)>) -> Result<(), FileErrors> {
    for list in [List::Uncontrollables, List::Controllables] {
        for component in document.root.get(list.name()).map_or(&[][..], |entry| entry.value.entries()) {
            let text = |key: &str| match component.value.get(key).map(|entry| &entry.value.data) {
                Some(Data::Leaf(Value::Text(text))) => Some(text.as_str()),
                _ => None,
            };
            let (Some("system"), Some(file)) = (text("kind"), text("file")) else { continue };
            let inner = document.nested(file).map_err(|error| match error {
                NestError::Here(message) => FileErrors::plain(document.path(), "TE0306", message),
                NestError::There(errors) => errors,
            })?;
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

/// The expression of a text value; where it cannot be read that is said, and 0 stands for it.
fn expression<'t>(document: &Document, tree: &'t Tree, errors: &Errors) -> Option<&'t str> {
    let text = tree.as_text()?;
    let Err(error) = Expression::parse(text) else { return Some(text) };
    let span = document.character(&tree.span, error.column.saturating_sub(1));
    errors.borrow_mut().push(document.error(&span, "TE0008", error.to_string()));
    Some("0")
}

/// Reads the wires; whether each could be given to the builder.
fn read_wires(document: &Document, builder: &mut SystemBuilder, errors: &Errors) -> bool {
    let mut complete = true;
    for item in items(document, "wire", errors) {
        let mut section = Section::new(document, "[[wire]]", item, errors);
        let (from, to) = (section.text("from"), section.text("to"));
        let read = item.get("from").and_then(|entry| expression(document, &entry.value, errors));
        if let (Some(_), Some(to), Some(from)) = (from, to, read) {
            builder.wire(from, &to);
        } else {
            complete = false;
            if item.get("from").is_none() || item.get("to").is_none() {
                section.refuse(&item.span, "a [[wire]] needs `from` and `to`");
            }
        }
        section.finish();
    }
    complete
}

/// Reads the derived columns; whether each could be given to the builder.
fn read_derived(document: &Document, builder: &mut SystemBuilder, errors: &Errors) -> bool {
    let Some(entry) = document.root.get("derived") else { return true };
    let mut complete = true;
    for derived in entry.value.entries() {
        if derived.value.as_text().is_some() {
            if let Some(of) = expression(document, &derived.value, errors) {
                builder.derived(&derived.key, of, "");
            }
            continue;
        }
        let title = format!("[derived.{}]", derived.key);
        let mut section = Section::new(document, title, &derived.value, errors);
        let (of, unit) = (section.text("of"), section.text("unit").unwrap_or_default());
        let read = derived.value.get("of").and_then(|entry| expression(document, &entry.value, errors));
        if let (Some(_), Some(of)) = (of, read) {
            builder.derived(&derived.key, of, &unit);
        } else {
            complete = false;
            if derived.value.get("of").is_none() {
                section.refuse(&derived.key_span, "a derived column needs `of`, an expression");
            }
        }
        section.finish();
    }
    complete
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
fn cause(document: &Document, error: &BuildError) -> Range<usize> {
    let component = |path: &str| {
        let first = path.split('.').next().unwrap_or(path);
        let lists = [List::Uncontrollables, List::Controllables];
        let entry = lists.into_iter().find_map(|list| document.root.get(list.name())?.value.get(first));
        entry.map_or(0..0, |entry| entry.key_span.clone())
    };
    let wire = |to: &str| {
        let wires = document.root.get("wire").map_or(&[][..], |entry| entry.value.items());
        // Of two wires to one input the later one is too much.
        wires.iter().rev().find(|item| item.get("to").and_then(|entry| entry.value.as_text()) == Some(to))
    };
    let wire_to = |to: &str, key: &str| match wire(to).and_then(|item| item.get(key)) {
        Some(entry) => entry.value.span.clone(),
        None => component(to),
    };
    // Where a name is read in an expression.
    let read = |tree: &Tree, name: &str| {
        let known = |other: &str| other != name;
        let at = tree.as_text().and_then(|text| place::fault(text, &known));
        document.character(&tree.span, at.unwrap_or(0))
    };
    // The expression of a wire or a derived column, as errors name it.
    let read_by = |reader: &str| {
        let whose = reader.split('`').nth(1)?;
        if reader.starts_with("wire") {
            return Some(&wire(whose)?.get("from")?.value);
        }
        let derived = document.root.get("derived")?.value.get(whose)?;
        Some(derived.value.get("of").map_or(&derived.value, |of| &of.value))
    };
    match error {
        BuildError::UnknownSource { reader, name, .. } => read_by(reader)
            .map_or_else(|| component(reader.split('`').nth(1).unwrap_or_default()), |tree| read(tree, name)),
        BuildError::UnknownInput { name, .. } | BuildError::TwoWires { name } => wire_to(name, "to"),
        BuildError::Units { to, .. } => wire_to(to, "from"),
        BuildError::Unwired { name, .. } | BuildError::InputKind { name } => component(name),
        BuildError::Params { component: path, .. } => component(path),
        BuildError::UnknownParam { reader, name, .. } | BuildError::ParamKind { reader, name, .. } => {
            read_by(reader).map_or(0..0, |tree| read(tree, name))
        }
        BuildError::Name { name }
        | BuildError::Duplicate { name }
        | BuildError::Cycle { name, .. }
        | BuildError::NoInitial { name, .. }
        | BuildError::TimeName { name } => {
            let derived = document.root.get("derived").and_then(|entry| entry.value.get(name));
            derived.map_or_else(|| component(name), |entry| entry.key_span.clone())
        }
        BuildError::Stages { .. } => document.root.place("stage"),
        _ => 0..0,
    }
}
