//! The text format of Vensim: equations that end with `|`, each with unit and comment after `~`.

mod statement;

use crate::expression::{Dialect, Expression, Node, key};
use crate::fault::Faults;
use crate::source::{Definition, Macro, Meaning, Method, Part, Source, Times};
use statement::{Statement, statements};

/// Names that say how a run goes.
const CONTROL: [&str; 4] = ["initial_time", "final_time", "time_step", "saveper"];

/// A text without what stands in braces.
pub(crate) fn without_comments(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut inside = false;
    for c in text.chars() {
        match c {
            '{' => inside = true,
            '}' if inside => inside = false,
            _ if !inside => plain.push(c),
            _ => {}
        }
    }
    plain
}

/// Reads a file.
pub(crate) fn read(text: &str, faults: &mut Faults) -> Option<Source> {
    // What follows is how the model is drawn.
    let model = text.find("\\\\\\---///").and_then(|end| text.get(..end)).unwrap_or(text);
    let mut source = Source {
        dialect: Dialect::Vensim,
        name: String::new(),
        doc: String::new(),
        times: Times {
            start: 0.0,
            stop: 0.0,
            dt: 1.0,
            save: None,
            method: Method::Euler,
            unit: String::new(),
            at: 0,
        },
        dimensions: Vec::new(),
        macros: Vec::new(),
        parts: vec![Part::default()],
        graphs: Vec::new(),
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
    Some(source)
}

/// The method is among the settings at the end of the file: `15:0,0,0,1,0,0`, whose fourth number is that of the method.
fn method(text: &str, times: &mut Times) {
    let settings = text.lines().rev().find_map(|line| line.trim().strip_prefix("15:"));
    let number = settings.and_then(|line| line.split(',').nth(3)).map(str::trim);
    if matches!(number, Some("1" | "5")) {
        times.method = Method::Rk4;
    }
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
        let mut path = Vec::new();
        let Some(value) = value_of(definitions, name, &mut path) else {
            let message = format!("`{}` is no number, nor does it follow from numbers alone", one.name);
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

/// The number that a name is, where it follows from numbers. `path` holds the names on the way: a circle has no value.
fn value_of(definitions: &[Definition], name: &str, path: &mut Vec<String>) -> Option<f64> {
    if path.len() > 20 || path.iter().any(|known| known == name) {
        return None;
    }
    let one = definitions.iter().find(|one| key(&one.name) == name && one.left.is_empty())?;
    let (Meaning::Equation(of, None) | Meaning::Fixed(of)) = &one.meaning else { return None };
    path.push(name.to_owned());
    let value = constant(of, &mut |name| value_of(definitions, name, path));
    path.pop();
    value
}

/// The value of arithmetic on numbers and names.
fn constant(of: &Expression, value: &mut dyn FnMut(&str) -> Option<f64>) -> Option<f64> {
    use crate::expression::Op;
    let mut values: Vec<f64> = Vec::with_capacity(of.nodes.len());
    for node in &of.nodes {
        let at = |at: &usize| values.get(*at).copied();
        let found = match node {
            Node::Number(x) => *x,
            Node::Name { name, .. } => value(&key(name))?,
            Node::Unary(Op::Minus, x) => -at(x)?,
            Node::Unary(Op::Plus, x) => at(x)?,
            Node::Binary(op, a, b) => match (op, at(a)?, at(b)?) {
                (Op::Add, a, b) => a + b,
                (Op::Subtract, a, b) => a - b,
                (Op::Multiply, a, b) => a * b,
                (Op::Divide, a, b) => a / b,
                _ => return None,
            },
            _ => return None,
        };
        values.push(found);
    }
    values.last().copied().filter(|x| x.is_finite())
}
