//! What a file and those that it nests hold beside components, wires and derived columns, and their texts.

use super::document::{Document, NestError};
use super::error::FileErrors;
use te_core::{List, Value};

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
            let text = |key: &str| component.value.get(key).and_then(|entry| entry.value.as_text());
            let (Some("system" | "equations"), Some(file)) = (text("kind"), text("file")) else { continue };
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
