//! Orders of steps, wires and derived columns of a file.

use super::super::document::{Data, Document, Tree};
use super::super::section::Section;
use super::Errors;
use te_core::{Discipline, Expression, List, SystemBuilder};

const DISCIPLINES: [(&str, Discipline); 2] =
    [("sequential", Discipline::Sequential), ("simultaneous", Discipline::Simultaneous)];

/// Reads `[discipline]` and `[[stage]]`.
pub(super) fn read_order(document: &Document, builder: &mut SystemBuilder, errors: &Errors) {
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
    let Err(error) = Expression::parse_in_system(text) else { return Some(text) };
    let span = document.character(tree, error.column.saturating_sub(1));
    errors.borrow_mut().push(document.error(&span, "TE0008", error.to_string()));
    Some("0")
}

/// Reads the wires; whether each could be given to the builder.
pub(super) fn read_wires(document: &Document, builder: &mut SystemBuilder, errors: &Errors) -> bool {
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
pub(super) fn read_derived(document: &Document, builder: &mut SystemBuilder, errors: &Errors) -> bool {
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
