//! The text format of Vensim: equations that end with `|`, each with unit and comment after `~`.

mod definition;
mod dimension;
mod equation;
mod graph;
mod scan;
mod statement;

use crate::expression::{Dialect, Expression, Node, key};
use crate::fault::Faults;
use crate::source::{Definition, Macro, Meaning, Method, Part, Source, Times};
use statement::{Statement, statements};
use std::collections::HashMap;

/// Units with several names, at most.
const MOST_UNITS: usize = 1_000;

/// Names that say how a run goes.
const CONTROL: [&str; 4] = ["initial_time", "final_time", "time_step", "saveper"];

/// Reads a file.
pub(crate) fn read(text: &str, faults: &mut Faults) -> Source {
    // What follows is how the model is drawn.
    let model =
        text.find("\\\\---///").and_then(|end| text.get(..end)).unwrap_or(text).trim_end_matches('\\');
    let mut source = Source {
        dialect: Dialect::Vensim,
        doc: String::new(),
        times: Times {
            start: 0.0,
            stop: 0.0,
            dt: 1.0,
            save: None,
            method: Method::Euler,
            unit: String::new(),
            ends_at: None,
            at: 0,
        },
        dimensions: Vec::new(),
        macros: Vec::new(),
        parts: vec![Part::default()],
        graphs: graph::graphs(text),
        units: units(text),
    };
    let mut definitions = Vec::new();
    let mut inside: Option<Macro> = None;
    for statement in statements(model, faults) {
        match statement {
            Statement::Macro(begun) => {
                if let Some(open) = inside.replace(begun) {
                    faults.refuse(open.at, format!("the macro `{}` has no `:END OF MACRO:`", open.name));
                }
            }
            Statement::EndOfMacro(at) => match inside.take() {
                Some(done) => source.macros.push(done),
                None => faults.refuse(at, "`:END OF MACRO:` without its macro"),
            },
            Statement::Dimension(dimension) => source.dimensions.push(dimension),
            Statement::Definition(definition) => match &mut inside {
                Some(open) => open.body.push(*definition),
                None => definitions.push(*definition),
            },
        }
    }
    if let Some(open) = inside {
        faults.refuse(open.at, format!("the macro `{}` has no `:END OF MACRO:`", open.name));
    }
    if text.contains(":L\u{7f}") {
        method(text, &mut source.times);
    }
    times(&definitions, &mut source.times, faults);
    if let Some(part) = source.parts.first_mut() {
        part.definitions = definitions;
    }
    source
}

/// The method is among the settings at the end of the file: `15:0,0,0,1,0,0`, whose fourth number is that of the method.
fn method(text: &str, times: &mut Times) {
    let settings = text.lines().rev().find_map(|line| line.trim().strip_prefix("15:"));
    let number = settings.and_then(|line| line.split(',').nth(3)).map(str::trim);
    if matches!(number, Some("1" | "5")) {
        times.method = Method::Rk4;
    }
}

/// Names of the same unit are among the settings: `22:Person,People,Persons`.
fn units(text: &str) -> HashMap<String, String> {
    let lines = text.lines().filter_map(|line| line.trim().strip_prefix("22:"));
    let mut found = HashMap::new();
    for line in lines.take(MOST_UNITS) {
        let mut names = line.split(',').map(str::trim).filter(|name| !name.is_empty());
        let Some(first) = names.next() else { continue };
        for name in names.chain([first]) {
            found.entry(name.to_lowercase()).or_insert_with(|| first.to_owned());
        }
    }
    found
}

/// Start, end and steps are equations: numbers, or what follows from numbers.
fn times(definitions: &[Definition], times: &mut Times, faults: &mut Faults) {
    for name in CONTROL {
        let Some(one) = definitions.iter().find(|one| key(&one.name) == name) else {
            if name != "saveper" {
                let spoken = name.to_uppercase().replace('_', " ");
                faults.refuse(0, format!("`{spoken}` is missing: a model says when it begins and ends"));
            }
            continue;
        };
        let value = match &one.meaning {
            Meaning::Equation(of, None) | Meaning::Fixed(of) => {
                crate::start::value(of, &mut |name| scalar(definitions, name))
            }
            _ => None,
        };
        let latest = value.is_none() && name == "final_time";
        let value = value.or_else(|| if latest { latest_end(definitions, one) } else { None });
        times.ends_at = if latest { Some(key(&one.name)) } else { times.ends_at.take() };
        let Some(value) = value else {
            let message = format!(
                "`{}` does not follow from numbers alone: steps and ends that change in a run cannot be imported",
                one.name
            );
            faults.refuse(one.at, message);
            continue;
        };
        match name {
            "initial_time" => times.start = value,
            "final_time" => times.stop = value,
            "time_step" => {
                times.dt = value;
                times.unit.clone_from(&one.unit);
                times.at = one.at;
            }
            _ => times.save = Some(value),
        }
    }
}

/// The equation of a name without subscripts.
fn scalar<'d>(definitions: &'d [Definition], name: &str) -> Option<&'d Expression> {
    let one = definitions.iter().find(|one| key(&one.name) == name && one.left.is_empty())?;
    match &one.meaning {
        Meaning::Equation(of, None) | Meaning::Fixed(of) => Some(of),
        _ => None,
    }
}

/// The latest end of a run that may end earlier: `FINAL TIME = IF THEN ELSE(done, Time, 100)`.
fn latest_end(definitions: &[Definition], one: &Definition) -> Option<f64> {
    let Meaning::Equation(of, None) = &one.meaning else { return None };
    let (a, b) = match of.node(of.root()) {
        Node::Call { name, arguments, .. } if key(name) == "if_then_else" => match arguments.as_slice() {
            [_, a, b] => (*a, *b),
            _ => return None,
        },
        _ => return None,
    };
    let is_now = |at: usize| matches!(of.node(at), Node::Name { name, .. } if key(name) == "time");
    let value = |at: usize| crate::start::value(&of.part(at), &mut |name| scalar(definitions, name));
    match (is_now(a), is_now(b)) {
        (true, false) => value(b),
        (false, true) => value(a),
        _ => None,
    }
}
