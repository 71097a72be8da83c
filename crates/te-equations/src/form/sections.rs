//! The tables of a component.

use super::entry::{Columns, Reader};
use super::{Form, Method, Quantity, Role, UnitCheck};
use crate::dimension::{Dimensions, REDUCERS};
use crate::fault::{Faults, hint};
use crate::function::{RESERVED, is_taken};
use crate::tree::{Entry, Tree};
use std::collections::HashSet;
use std::ops::Range;
use te_core::StepLength;

/// Quantities of a component, at most.
const MOST_QUANTITIES: usize = 10_000;
/// Terms of all expressions of a component, at most.
const MOST_TERMS: usize = 200_000;
/// Integration steps in a step of the system, at most.
const MOST_SUBSTEPS: u32 = 100_000;

const SECTIONS: [&str; 14] = [
    "component",
    "dim",
    "param",
    "constant",
    "table",
    "input",
    "let",
    "state",
    "flow",
    "pipeline",
    "cohorts",
    "draw",
    "draws",
    "invariant",
];

/// Reads a component's tables. `name` is its kind where the tables say none.
pub(crate) fn read<'t>(
    root: &'t Tree,
    source: &'t str,
    name: Option<&str>,
    columns: &'t Columns<'t>,
    dims: &Dimensions,
) -> (Option<Form>, Faults) {
    let readers: [(&str, ReadEntry<'t>); 9] = [
        ("param", Reader::param),
        ("constant", Reader::constant),
        ("input", Reader::input),
        ("let", Reader::definition),
        ("state", Reader::state),
        ("flow", Reader::flow),
        ("pipeline", Reader::pipeline),
        ("cohorts", Reader::cohorts),
        ("draw", Reader::draw),
    ];
    let mut tables: Vec<String> = root
        .get("table")
        .map_or(Vec::new(), |entry| entry.value.entries().iter().map(|table| table.key.clone()).collect());
    if !dims.is_empty() {
        tables.extend(REDUCERS.map(str::to_owned));
    }
    let mut reader = Reader { source, tables, columns, data: Vec::new(), faults: Faults::default() };
    reader.keys("a component", root, &SECTIONS);
    let Some(mut form) = reader.component(root, name) else { return (None, reader.faults) };
    form.tables = section(root, "table").filter_map(|entry| reader.table(entry)).collect();
    for (title, read) in readers {
        for entry in section(root, title) {
            read(&mut reader, &format!("[{title}] {}", entry.key), entry, &mut form);
        }
    }
    for entry in section(root, "draws") {
        reader.draws(entry, &mut form);
    }
    form.invariants = section(root, "invariant").filter_map(|entry| reader.invariant(entry)).collect();
    reader.check_names(&form, dims);
    reader.check_limits(root, &form);
    form.data = std::mem::take(&mut reader.data);
    (Some(form), reader.faults)
}

fn section<'t>(root: &'t Tree, title: &str) -> impl Iterator<Item = &'t Entry> {
    root.get(title).into_iter().flat_map(|entry| entry.value.entries())
}

type ReadEntry<'t> = fn(&mut Reader<'t>, &str, &'t Entry, &mut Form);

impl<'t> Reader<'t> {
    fn component(&mut self, root: &'t Tree, name: Option<&str>) -> Option<Form> {
        let empty = (root.span.start, root.span.start);
        let Some(entry) = root.get("component") else {
            if let Some(name) = name {
                return Some(blank(name.to_owned(), root.span.start..root.span.start));
            }
            let message = "a component needs `[component]` with its `kind`";
            self.refuse(&(empty.0..empty.1), message);
            return None;
        };
        let allowed = ["kind", "doc", "time", "substeps", "method", "units", "show"];
        let keys = self.keys("[component]", &entry.value, &allowed);
        let written = self.text(&keys, "kind");
        let kind = written.clone().or_else(|| name.map(str::to_owned));
        let letter = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '/' | '.');
        match (&kind, keys.get("kind")) {
            (None, None) => {
                self.refuse(&entry.key_span, "[component] needs `kind`, as in `kind = \"examples/staking\"`");
            }
            (Some(kind), place)
                if kind.is_empty()
                    || !kind.chars().all(letter)
                    || kind == "system"
                    || kind == "equations" =>
            {
                let span = place.map_or(&entry.key_span, |entry| &entry.value.span);
                self.refuse(
                    span,
                    format!(
                        "`{kind}` cannot be a kind: write a family and a mechanism, as in `examples/staking`"
                    ),
                );
            }
            _ => {}
        }
        let mut form = blank(kind?, entry.key_span.clone());
        form.doc = self.text(&keys, "doc").unwrap_or_default();
        if let (Some(text), Some(place)) = (self.text(&keys, "time"), keys.get("time")) {
            match text.parse::<StepLength>() {
                Ok(length)
                    if length.count == 1.0 && !text.trim().starts_with(|c: char| c.is_ascii_digit()) =>
                {
                    form.time = length.unit;
                }
                _ => {
                    let units =
                        ["step", "second", "minute", "hour", "day", "week", "month", "quarter", "year"];
                    let message = format!("unknown unit of time `{text}`{}", hint(&text, units));
                    self.faults.refuse(&place.value.span, "TE0507", message);
                }
            }
        }
        form.substeps = self.count(&keys, "substeps", MOST_SUBSTEPS).unwrap_or(1);
        form.method = self
            .choice(&keys, "method", &[("euler", Method::Euler), ("rk4", Method::Rk4)])
            .unwrap_or_default();
        if let Some(entry) = keys.get("method") {
            form.method_span = entry.value.span.clone();
        }
        let checks = [("error", UnitCheck::Error), ("warn", UnitCheck::Warn), ("off", UnitCheck::Off)];
        form.units = self.choice(&keys, "units", &checks).unwrap_or_default();
        form.show = self.texts(&keys, "show");
        Some(form)
    }

    /// Names are words, no two alike, none that means something already.
    fn check_names(&mut self, form: &Form, dims: &Dimensions) {
        let mut known: HashSet<&str> = form.tables.iter().map(|table| table.name.as_str()).collect();
        for table in &form.tables {
            if is_taken(&table.name) || (!dims.is_empty() && REDUCERS.contains(&table.name.as_str())) {
                let span = form.method_span.clone();
                self.faults.refuse(
                    &span,
                    "TE0508",
                    format!("table `{}` has the name of a function", table.name),
                );
            }
        }
        let mut arrays: HashSet<&str> = HashSet::new();
        for quantity in &form.quantities {
            let name = quantity.name.as_str();
            if matches!(quantity.role, Role::Out(_) | Role::Leak(_) | Role::Asked(_)) {
                continue;
            }
            let vests = matches!(quantity.role, Role::Cohorts(_));
            let name = name.strip_suffix(".locked").filter(|_| vests).unwrap_or(name);
            if dims.is_element(name) {
                // Its array is looked at instead, once.
                let array = name.split('.').next().unwrap_or_default();
                if arrays.insert(array) {
                    self.check_name(array, quantity, &mut known);
                }
            } else {
                self.check_name(name, quantity, &mut known);
            }
        }
    }

    fn check_name<'n>(&mut self, name: &'n str, quantity: &Quantity, known: &mut HashSet<&'n str>) {
        let first = name.chars().next().is_some_and(|c| c.is_alphabetic() || c == '_');
        if !first || !name.chars().all(|c| c.is_alphanumeric() || c == '_') {
            let message = format!("`{name}` is not a name: write letters, digits and `_`, a letter first");
            self.faults.refuse(&quantity.span, "TE0508", message);
        } else if RESERVED.contains(&name) {
            let message = format!("`{name}` means something in every expression: take another name");
            self.faults.refuse(&quantity.span, "TE0508", message);
        } else if !known.insert(name) {
            self.faults.refuse(&quantity.span, "TE0508", format!("the name `{name}` is taken"));
        }
    }

    fn check_limits(&mut self, root: &Tree, form: &Form) {
        let terms: usize =
            form.quantities.iter().flat_map(|one| one.role.bodies()).map(|(_, body)| body.terms.len()).sum();
        for (count, most, what) in
            [(form.quantities.len(), MOST_QUANTITIES, "quantities"), (terms, MOST_TERMS, "operations")]
        {
            if count > most {
                let message = format!("a component of {count} {what}: allowed are {most}");
                self.faults.refuse(&root.span, "TE0511", message);
            }
        }
    }
}

fn blank(kind: String, span: Range<usize>) -> Form {
    Form {
        kind,
        doc: String::new(),
        time: te_core::TimeUnit::Step,
        substeps: 1,
        method: Method::Euler,
        method_span: span,
        units: UnitCheck::Error,
        show: None,
        tables: Vec::new(),
        params: Vec::new(),
        data: Vec::new(),
        dated: None,
        quantities: Vec::new(),
        invariants: Vec::new(),
    }
}
