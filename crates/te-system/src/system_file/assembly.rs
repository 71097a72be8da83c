//! From a file's components and wires to a built system.
//!
//! Limits: at most 1,000 nested systems, eight deep, with 64 MiB of text together, and at most 100,000 components.

mod cause;
mod equations;
mod wiring;

use super::document::{Data, Document, NestError, Tree};
use super::error::FileError;
use super::section::Section;
use super::{Variant, event};
use crate::data_column::{DataColumns, is_reference};
use cause::{cause, place_of_kind, swap_place, variant_place};
use std::cell::{Cell, RefCell};
use std::ops::Range;
use te_core::{
    BuildError, Calendar, Date, Kind, List, ParamError, Reader, Registry, StepLength, System, SystemBuilder,
    Value,
};
use wiring::{read_derived, read_order, read_wires};

pub(super) use cause::set_place;

type Errors = RefCell<Vec<FileError>>;

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
    /// The dates of rows, where they have any.
    calendar: Option<Calendar>,
    /// Whether rows have dates, or were to have them.
    dated: bool,
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
    (step, start): (StepLength, Option<Date>),
    name: &str,
) -> Assembled {
    let errors = Errors::default();
    // A start that is refused still is one.
    let dated = document.root.get("system").is_some_and(|system| system.value.get("start").is_some());
    let reading = Reading {
        registry,
        step,
        calendar: start.and_then(|start| Calendar::new(start, step).ok()),
        dated,
        incomplete: Cell::default(),
        nested: Cell::default(),
        bytes: Cell::default(),
        components: Cell::default(),
        notes: RefCell::default(),
    };
    let mut builder = reading.collect(document, variant, name, &errors);
    builder.step_length(step);
    // Where a start is refused another stands for it, so that the rest is checked with it.
    let start =
        reading.calendar.map(Calendar::start).or_else(|| Date::new(2000, 1, 1).ok().filter(|_| dated));
    if let Some(start) = start {
        builder.start(start);
    }
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
                    BuildError::UnknownSource { reader: Reader::Wire(to), .. } => to == input,
                    _ => false,
                })
            };
            // Equations have said at their place what they ask for.
            let told = errors.iter().any(|error| error.code == "TE0018");
            let own = refused.errors.iter().filter(|error| match error {
                BuildError::Unwired { name, .. } => !wired(name),
                BuildError::NoDates { reader: Reader::Component(_), .. } => !told,
                BuildError::Calendar(_) => reading.calendar.is_some(),
                _ => true,
            });
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
        let held = self.held(document, errors);
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
                    let own = if kind == "equations" {
                        self.equations(document, &mut section, &held, &given, errors)
                    } else {
                        None
                    };
                    let (kind, given) = swapped.map_or((kind.as_str(), given), |(_, k, v)| (k, v.clone()));
                    let place = params.unwrap_or(&component.value);
                    let place = match swapped {
                        Some(_) => swap_place(document, &variant.name, &component.key).unwrap_or(place),
                        None => place,
                    };
                    let member = (list, component.key.as_str());
                    match own {
                        Some(own) if swapped.is_none() => {
                            self.add_known(document, &mut builder, member, &own, &given, place, errors);
                        }
                        // What is wrong with it has been told.
                        None if kind == "equations" && swapped.is_none() => {}
                        _ => self.add(document, &mut builder, member, kind, &given, place, errors),
                    }
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
        let data = DataColumns::new(document.path(), self.step, self.registry);
        let events = event::read_events(document, &mut builder, variant, self.calendar, &data, errors);
        self.incomplete.set(self.incomplete.get() || !complete || !events);
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
        match self.registry.kind(kind) {
            Ok(known) => self.add_known(document, builder, (list, name), known, given, place, errors),
            Err(error) => {
                self.incomplete.set(true);
                let span = place
                    .get("kind")
                    .map_or_else(|| place_of_kind(document, list, name), |entry| entry.value.span.clone());
                let hint = kind_hint(self.registry, kind);
                errors.borrow_mut().push(document.error(&span, "TE0304", format!("{error}{hint}")));
            }
        }
    }

    #[expect(
        clippy::too_many_arguments,
        reason = "a private step of one reading, where each argument has its own name"
    )]
    fn add_known(
        &self,
        document: &Document,
        builder: &mut SystemBuilder,
        (list, name): (List, &str),
        known: &Kind,
        given: &Value,
        place: &Tree,
        errors: &Errors,
    ) {
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
        registry.kinds().map(|kind| kind.name.as_str()).filter(|name| related(name)).take(SHOWN).collect();
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
