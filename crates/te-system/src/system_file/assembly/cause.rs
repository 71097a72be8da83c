//! Where in a file that stands which an error names: components, wires, derived columns, variants.

use super::super::document::{Document, Tree};
use super::super::{event, place};
use std::ops::Range;
use te_core::{BuildError, List, Reader};

/// Where in the file the cause of a build error stands.
pub(super) fn cause(document: &Document, error: &BuildError) -> Range<usize> {
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
        document.character(tree, at.unwrap_or(0))
    };
    // The expression of a wire or a derived column, as errors name it.
    let read_by = |reader: &Reader| match reader {
        Reader::Wire(to) => Some(&wire(to)?.get("from")?.value),
        Reader::Derived(name) => {
            let derived = document.root.get("derived")?.value.get(name)?;
            Some(derived.value.get("of").map_or(&derived.value, |of| &of.value))
        }
        // Of events errors say themselves where they stand.
        Reader::Event(_) | Reader::Component(_) => None,
    };
    match error {
        BuildError::UnknownSource { reader, name, .. } => {
            read_by(reader).map_or_else(|| component(reader.name()), |tree| read(tree, name))
        }
        BuildError::NoDates { reader, character, .. } => read_by(reader)
            .map_or_else(|| component(reader.name()), |tree| document.character(tree, *character)),
        BuildError::UnknownInput { name, .. }
        | BuildError::TwoWires { name }
        | BuildError::WireToParam { name } => wire_to(name, "to"),
        BuildError::Event { event, .. } => event::place(document, error).unwrap_or_else(|| component(event)),
        BuildError::Calendar(_) => document.root.place("system.start"),
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

/// Where the kind of a component stands.
pub(super) fn place_of_kind(document: &Document, list: List, name: &str) -> Range<usize> {
    document.root.place(&format!("{}.{name}.kind", list.name()))
}

fn variant_named<'d>(document: &'d Document, name: &str) -> Option<&'d Tree> {
    let items = document.root.get("variant").map_or(&[][..], |entry| entry.value.items());
    items.iter().find(|item| item.get("name").and_then(|entry| entry.value.as_text()) == Some(name))
}

/// Where a variant stands.
pub(super) fn variant_place(document: &Document, name: &str) -> Range<usize> {
    variant_named(document, name).map_or(0..0, |item| item.place("set"))
}

/// Where a variant sets a parameter.
pub(in crate::system_file) fn set_place(document: &Document, variant: &str, parameter: &str) -> Range<usize> {
    let set = variant_named(document, variant).and_then(|item| item.get("set"));
    let entry = set.and_then(|set| set.value.named(parameter));
    entry.map_or_else(|| variant_place(document, variant), |entry| entry.key_span.clone())
}

/// What a variant swaps an instance for.
pub(super) fn swap_place<'d>(document: &'d Document, variant: &str, instance: &str) -> Option<&'d Tree> {
    Some(&variant_named(document, variant)?.get("swap")?.value.get(instance)?.value)
}
