//! Events of a file.
//!
//! ```toml
//! [system]
//! step = "1 month"
//! start = 2026-01-31                     # the date of row 0
//!
//! [[event]]
//! name = "halving"
//! variant = "halved"                     # in this variant only; a list for several; without it in all
//! at = 50                                # or a date: at = 2030-03-31
//! for = 6                                # back after six timesteps
//! set = { "economy.throttle" = "0.5 * economy.throttle" }
//! ```

use super::Variant;
use super::dates::{CODE, timestep_of};
use super::document::{Data, Document, Tree};
use super::error::FileError;
use super::section::Section;
use super::sweep::flatten;
use crate::data_column::DataColumns;
use std::cell::RefCell;
use std::ops::Range;
use te_core::{BuildError, Calendar, Date, Event, EventPart, SystemBuilder, Value};

type Errors = RefCell<Vec<FileError>>;

/// Reads the events of a document that a variant has; whether each could be given to the builder.
pub(super) fn read_events(
    document: &Document,
    builder: &mut SystemBuilder,
    variant: &Variant,
    calendar: Option<Calendar>,
    data: &DataColumns<'_>,
    errors: &Errors,
) -> bool {
    let Some(entry) = document.root.get("event") else { return true };
    let Data::List(items) = &entry.value.data else {
        let message = "write [[event]], with two brackets";
        errors.borrow_mut().push(document.error(&entry.value.span, "TE0303", message));
        return false;
    };
    let before = errors.borrow().len();
    // Dates cannot be placed where the start is refused, which has been told.
    let refused = calendar.is_none()
        && document.root.get("system").is_some_and(|system| system.value.get("start").is_some());
    for item in items {
        let mut section = Section::new(document, "[[event]]", item, errors);
        let variants = read_variants(document, &mut section);
        let event = read_event(&mut section, (calendar, refused), data);
        section.finish();
        if let Some(event) = event
            && (variants.is_empty() || variants.contains(&variant.name))
            && !variant.without.iter().any(|name| name == event.name())
        {
            builder.event(event);
        }
    }
    errors.borrow().len() == before
}

/// Names of a document's own events.
pub(super) fn names(document: &Document) -> Vec<String> {
    let items = document.root.get("event").map_or(&[][..], |entry| entry.value.items());
    let name = |item: &Tree| item.get("name").and_then(|entry| entry.value.as_text()).map(str::to_owned);
    items.iter().filter_map(name).collect()
}

/// The variants that an event is in; each must be declared.
fn read_variants(document: &Document, section: &mut Section<'_>) -> Vec<String> {
    let items = document.root.get("variant").map_or(&[][..], |entry| entry.value.items());
    let declared: Vec<&str> =
        items.iter().filter_map(|item| item.get("name").and_then(|entry| entry.value.as_text())).collect();
    let given = section.tree().get("variant").map(|entry| &entry.value);
    let variants = section.texts("variant");
    for name in variants.iter().filter(|name| !declared.contains(&name.as_str())) {
        let hint = match te_core::nearest(name, &declared) {
            Some(near) => format!("; did you mean `{near}`?"),
            None if declared.is_empty() => "; the file has no [[variant]]".to_owned(),
            None => format!("; there are {}", declared.join(", ")),
        };
        let texts = given.iter().flat_map(|tree| match &tree.data {
            Data::List(items) => items.as_slice(),
            _ => std::slice::from_ref(*tree),
        });
        let span = texts
            .into_iter()
            .find(|tree| tree.as_text() == Some(name))
            .map_or(section.tree().span.clone(), |tree| tree.span.clone());
        section.refuse_as(CODE, &span, format!("unknown variant `{name}`{hint}"));
    }
    variants
}

fn read_event(
    section: &mut Section<'_>,
    dates: (Option<Calendar>, bool),
    data: &DataColumns<'_>,
) -> Option<Event> {
    let name = section.text("name");
    if name.is_none() && section.tree().get("name").is_none() {
        section.refuse_as(CODE, &section.tree().span.clone(), "an [[event]] needs a `name`");
    }
    let mut event = Event::new(name.unwrap_or_default());
    for (key, put) in [
        ("at", Event::at as fn(Event, u64) -> Event),
        ("every", Event::every),
        ("from", Event::from),
        ("until", Event::until),
        ("for", Event::lasting),
    ] {
        if let Some(time) = read_time(section, key, dates) {
            event = put(event, time);
        }
    }
    if let Some(condition) = section.text("when") {
        event = event.when(condition);
    }
    if section.boolean("again").unwrap_or(false) {
        event = event.again();
    }
    if let Some(entry) = section.take("set") {
        for (name, tree) in flatten(&entry.value) {
            match data.resolve(&tree.value()) {
                Ok(value) => event = event.set(name, value),
                Err(refused) => section.refuse_as("TE0305", &tree.span, refused.message),
            }
        }
    }
    if let Some(entry) = section.take("change") {
        for (name, tree) in flatten(&entry.value) {
            match tree.value() {
                Value::Text(amount) => event = event.change(name, amount),
                value if value.number().is_some() => event = event.change(name, value.to_string()),
                value => {
                    let message =
                        format!("`{name}` in `change` is {value}: it must be a number or an expression");
                    section.refuse_as(CODE, &tree.span, message);
                }
            }
        }
    }
    (!event.name().is_empty()).then_some(event)
}

/// A time: a whole number from 1, or for those that name a timestep a date.
fn read_time(
    section: &mut Section<'_>,
    key: &'static str,
    (calendar, refused): (Option<Calendar>, bool),
) -> Option<u64> {
    let entry = section.take(key)?;
    let value = entry.value.value();
    let named = if matches!(key, "at" | "from" | "until") {
        match &value {
            Value::Text(text) if refused && text.parse::<Date>().is_ok() => Ok(Value::U64(1)),
            value => timestep_of(value, calendar),
        }
    } else {
        Ok(value.clone())
    };
    let refuse = |message: String| {
        section.refuse_as(CODE, &entry.value.span, message);
        None
    };
    match named {
        Ok(Value::I64(x)) if x >= 0 => Some(x.unsigned_abs()),
        Ok(Value::U64(x)) => Some(x),
        Ok(_) => refuse(format!("`{key}` is {value}: it must be a whole number of timesteps, from 1")),
        Err(message) => refuse(format!("`{key}`: {message}")),
    }
}

/// Where in a file that stands which an error of an event names.
pub(super) fn place(document: &Document, error: &BuildError) -> Option<Range<usize>> {
    let BuildError::Event { event, part, character, .. } = error else { return None };
    let items = document.root.get("event")?.value.items();
    let named = |item: &&Tree| item.get("name").and_then(|entry| entry.value.as_text()) == Some(event);
    // Of two of one name the later one is too much.
    let item =
        if *part == EventPart::Name { items.iter().rev().find(named) } else { items.iter().find(named) }?;
    let value = |key: &str| item.get(key).map(|entry| &entry.value);
    let within = |tree: &Tree| document.character(tree, *character);
    let of = |key: &str, name: &str| {
        let table = value(key)?;
        let entry = table.named(name)?;
        // What is wrong with a name stands at the name, and in an expression at its character.
        let text = entry.value.as_text().is_some() && *character > 0;
        Some(if text { within(&entry.value) } else { entry.key_span.clone() })
    };
    let found = match part {
        EventPart::Name => value("name").map(|tree| tree.span.clone()),
        EventPart::Time(key) => value(key).map(|tree| tree.span.clone()),
        EventPart::When => value("when").map(within),
        EventPart::Set(name) => of("set", name),
        EventPart::Change(name) => of("change", name),
        EventPart::Whole => None,
    };
    Some(found.unwrap_or_else(|| item.span.clone()))
}
