//! Dates of a file: that of row 0, and those that stand for timesteps.

use super::section::Section;
use te_core::{Calendar, Date, DateError, StepLength, Value};

/// The code of everything that is wrong with events and dates.
pub(super) const CODE: &str = "TE0509";

/// Reads `[system] start`, whose steps must have dates.
pub(super) fn read_start(section: &mut Section<'_>, step: StepLength) -> Option<Date> {
    let span = section.tree().get("start").map(|entry| entry.value.span.clone());
    let text = section.text("start")?;
    let read = text
        .parse::<Date>()
        .map_err(|error| error.to_string())
        .and_then(|date| Calendar::new(date, step).map(|_| date).map_err(|error| error.to_string()));
    match (read, span) {
        (Ok(date), _) => Some(date),
        (Err(message), Some(span)) => {
            section.refuse_as(CODE, &span, format!("`start` in [system]: {message}"));
            None
        }
        (Err(_), None) => None,
    }
}

/// A time as files give it: a timestep, or a date where the system has a start. Anything else is left as it is.
///
/// # Errors
/// A sentence where a date is no row's, or there are no dates.
pub(crate) fn timestep_of(value: &Value, calendar: Option<Calendar>) -> Result<Value, String> {
    let Value::Text(text) = value else { return Ok(value.clone()) };
    let date: Date = text.parse().map_err(|error: DateError| {
        if error.text == *text {
            // It is written as a date is, and there is no such day.
            return error.to_string();
        }
        format!("`{text}` is neither a timestep, a whole number from 1, nor a date such as 2026-03-01")
    })?;
    let calendar = calendar
        .ok_or_else(|| format!("{date}: rows have dates where [system] says `start`, the date of row 0"))?;
    calendar.timestep(date).map(Value::U64).map_err(|error| error.to_string())
}

/// Whether a parameter is a time of an event that a date can stand for.
pub(crate) fn takes_dates(name: &str) -> bool {
    let mut parts = name.rsplit('.');
    let key = parts.next().is_some_and(|key| matches!(key, "at" | "from" | "until"));
    key && parts.nth(1) == Some("event")
}

/// The value of a parameter, dates of events as timesteps: of a list or a table each of them.
///
/// # Errors
/// As [`timestep_of`].
pub(crate) fn dated(name: &str, value: Value, calendar: Option<Calendar>) -> Result<Value, String> {
    if !takes_dates(name) {
        return Ok(value);
    }
    match value {
        Value::List(items) => items
            .into_iter()
            .map(|item| dated(name, item, calendar))
            .collect::<Result<_, _>>()
            .map(Value::List),
        Value::Table(rows) => {
            let words = |key: &str| matches!(key, "scale" | "points");
            let row = |(key, value): (String, Value)| {
                let value = if words(&key) { value } else { dated(name, value, calendar)? };
                Ok((key, value))
            };
            rows.into_iter().map(row).collect::<Result<_, String>>().map(Value::Table)
        }
        // A range, as in `10..50, 5`.
        Value::Text(text) if text.contains("..") => Ok(Value::Text(text)),
        other => timestep_of(&other, calendar),
    }
}
