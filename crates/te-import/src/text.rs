//! The texts of the component and of the system that runs it.

use crate::piece::number;
use crate::source::{Method, Shape, Source};
use crate::target::{Law, Quantity, Role, Table, Target};
use crate::unit;
use std::collections::HashMap;
use std::fmt::Write as _;

/// Letters of a doc line, at most.
const LONGEST_DOC: usize = 400;

/// A text in quotes.
fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            c if c.is_control() => {
                // Writing to a string cannot fail.
                let _ = write!(out, "\\u{:04X}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// A key, in quotes where it has other letters than keys have.
fn bare(name: &str) -> String {
    let plain = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-');
    if plain && !name.is_empty() { name.to_owned() } else { quoted(name) }
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(LONGEST_DOC) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_owned(),
    }
}

/// Unit and doc as further keys.
fn tail(one: &Quantity, source: &Source, plain_units: &mut bool) -> String {
    let unit = unit::written(&one.unit, &source.units);
    *plain_units |= unit.is_some();
    let written = one.written.as_deref().filter(|written| *written != one.name);
    let said = match (written, one.doc.is_empty()) {
        (Some(written), true) => format!("{written}."),
        (Some(written), false) => format!("{written}: {}", one.doc),
        (None, _) => one.doc.clone(),
    };
    let said = match &unit {
        None if !one.unit.is_empty() && one.written.is_some() => format!("{said} [{}]", one.unit),
        _ => said,
    };
    let mut text = String::new();
    if let Some(unit) = unit {
        let _ = write!(text, ", unit = {}", quoted(&unit));
    }
    if !said.is_empty() {
        let _ = write!(text, ", doc = {}", quoted(&shortened(&said)));
    }
    text
}

fn entry(one: &Quantity, source: &Source, plain_units: &mut bool) -> (&'static str, String) {
    let tail = tail(one, source, plain_units);
    let (section, keys) = match &one.role {
        Role::Param { value, range } => {
            let mut keys = format!("default = {}", number(*value));
            let holds =
                range[0].is_none_or(|least| least <= *value) && range[1].is_none_or(|most| *value <= most);
            let ends = range[0].zip(range[1]).is_none_or(|(least, most)| least < most);
            if holds && ends {
                for (end, bound) in ["min", "max"].iter().zip(range) {
                    if let Some(bound) = bound.filter(|bound| bound.is_finite()) {
                        let _ = write!(keys, ", {end} = {}", number(bound));
                    }
                }
            }
            ("param", keys)
        }
        Role::Constant(value) => ("constant", format!("value = {}", number(*value))),
        Role::Let(of) => ("let", format!("of = {}", quoted(of))),
        Role::State { initial, law, min } => {
            let mut keys = format!("initial = {}", quoted(initial));
            if let Law::Rate(rate) = law {
                let _ = write!(keys, ", rate = {}", quoted(rate));
            }
            if let Some(min) = min {
                let _ = write!(keys, ", min = {}", number(*min));
            }
            ("state", keys)
        }
        Role::Flow { of, from, to, limit } => {
            let mut keys = format!("of = {}", quoted(of));
            for (end, name) in [("from", from), ("to", to)] {
                if let Some(name) = name {
                    let _ = write!(keys, ", {end} = {}", quoted(name));
                }
            }
            if *limit {
                keys.push_str(", limit = true");
            }
            ("flow", keys)
        }
        Role::Pipeline { enter, time, leak, initial } => {
            let mut keys = format!("enter = {}, time = {}", quoted(enter), quoted(time));
            if let Some(leak) = leak {
                let _ = write!(keys, ", leak = {}", quoted(leak));
            }
            let _ = write!(keys, ", initial = {}", quoted(initial));
            ("pipeline", keys)
        }
        Role::Draw { of, start } => ("draw", format!("of = {}, start = {}", quoted(of), number(*start))),
    };
    (section, format!("{} = {{ {keys}{tail} }}", bare(&one.name)))
}

/// Points of a table that is written out; one with more is a file of its own.
const LONGEST_TABLE: usize = 40;

/// The long tables, each with the name of its file beside the component `file` and its text.
pub(crate) fn table_files(target: &Target, file: &str) -> Vec<(String, String)> {
    let text = |one: &Table| {
        let mut text = String::from("x,y\n");
        for (x, y) in one.x.iter().zip(&one.y) {
            let _ = writeln!(text, "{},{}", number(*x), number(*y));
        }
        text
    };
    let long = target.tables.iter().filter(|one| one.x.len() > LONGEST_TABLE);
    long.map(|one| (table_file(one, file), text(one))).collect()
}

/// `model-price.csv` for the table `price` of `model-equations.toml`.
fn table_file(one: &Table, file: &str) -> String {
    let stem = file.strip_suffix(".toml").unwrap_or(file);
    format!("{}-{}.csv", stem.strip_suffix("-equations").unwrap_or(stem), one.name)
}

fn table(one: &Table, file: &str) -> String {
    let list = |values: &[f64]| values.iter().map(|x| number(*x)).collect::<Vec<_>>().join(", ");
    let mut text = format!("[table.{}]\n", bare(&one.name));
    if !one.doc.is_empty() {
        let _ = writeln!(text, "doc = {}", quoted(&shortened(&one.doc)));
    }
    let data = table_file(one, file);
    for (axis, values) in [("x", &one.x), ("y", &one.y)] {
        if values.len() > LONGEST_TABLE {
            let _ = writeln!(text, "{axis} = {{ file = {}, column = \"{axis}\" }}", quoted(&data));
        } else {
            let _ = writeln!(text, "{axis} = {{ values = [{}] }}", list(values));
        }
    }
    match one.shape {
        Shape::Continuous => {}
        Shape::Extrapolate => text.push_str("outside = \"extend\"\n"),
        Shape::Discrete => text.push_str("between = \"step\"\n"),
    }
    text
}

/// The component.
pub(crate) fn component(source: &Source, target: &Target, name: &str, file: &str) -> String {
    let mut sections: HashMap<&str, Vec<String>> = HashMap::new();
    let mut has_units = false;
    let order: HashMap<&str, usize> =
        target.flows.iter().enumerate().map(|(at, name)| (name.as_str(), at)).collect();
    let mut quantities: Vec<&Quantity> = target.quantities.iter().collect();
    // Flows in the order in which they take, all else as it was.
    quantities.sort_by_key(|one| order.get(one.name.as_str()).map_or(0, |at| at + 1));
    for one in quantities {
        let (section, line) = entry(one, source, &mut has_units);
        sections.entry(section).or_default().push(line);
    }
    let mut text = String::from("[component]\n");
    let _ = writeln!(text, "kind = {}", quoted(&format!("imported/{name}")));
    let doc = if source.doc.is_empty() { format!("The model {name}.") } else { source.doc.clone() };
    let _ = writeln!(text, "doc = {}", quoted(&shortened(&doc)));
    if let Some(time) = unit::time_unit(&source.times.unit) {
        let _ = writeln!(text, "time = {}", quoted(time));
    }
    if source.times.method == Method::Rk4 {
        text.push_str("method = \"rk4\"\n");
    }
    let _ = writeln!(text, "units = {}", quoted(if has_units { "warn" } else { "off" }));
    for section in ["param", "constant"] {
        write_section(&mut text, section, &sections);
    }
    for one in &target.tables {
        text.push('\n');
        text.push_str(&table(one, file));
    }
    for section in ["let", "state", "flow", "pipeline", "draw"] {
        write_section(&mut text, section, &sections);
    }
    text
}

fn write_section(text: &mut String, section: &str, sections: &HashMap<&str, Vec<String>>) {
    if let Some(lines) = sections.get(section) {
        let _ = write!(text, "\n[{section}]\n{}\n", lines.join("\n"));
    }
}

/// Steps of a run, and how many there are between rows.
pub(crate) fn steps(source: &Source) -> (f64, f64) {
    let times = &source.times;
    let steps = ((times.stop - times.start) / times.dt).round();
    let every = times.save.map_or(1.0, |save| (save / times.dt).round().max(1.0));
    (steps, every)
}

/// The system that runs the component.
pub(crate) fn system(source: &Source, target: &Target, name: &str, file: &str) -> String {
    let (steps, every) = steps(source);
    let unit = unit::time_unit(&source.times.unit).unwrap_or("step");
    let mut text = format!("[system]\nname = {}\n", quoted(name));
    if !source.doc.is_empty() {
        let _ = writeln!(text, "description = {}", quoted(&shortened(&source.doc)));
    }
    let _ = writeln!(text, "timesteps = {steps}");
    let _ = writeln!(text, "step = {}", quoted(&format!("{} {unit}", number(source.times.dt))));
    let _ = write!(text, "\n[controllables.model]\nkind = \"equations\"\nfile = {}\n", quoted(file));
    if every > 1.0 {
        let _ = write!(text, "\n[record]\nevery = {every}\n");
    }
    let end = source.times.ends_at.as_deref();
    let is_end = |one: &&Quantity| one.written.as_deref().map(crate::expression::key).as_deref() == end;
    if let Some(end) = end.and_then(|_| target.quantities.iter().find(is_end)) {
        let now = format!("{} + t * {}", number(source.times.start), number(source.times.dt));
        let _ = write!(text, "\n[stop]\nwhen = [{}]\n", quoted(&format!("{now} >= model.{}", end.name)));
    }
    for (title, columns) in charts(source, target) {
        let list: Vec<String> = columns.iter().map(|name| quoted(&format!("model.{name}"))).collect();
        let _ = write!(text, "\n[[chart]]\ntitle = {}\ny = [{}]\n", quoted(&title), list.join(", "));
    }
    text
}

/// Lines of a chart, at most.
const MOST_LINES: usize = 12;

/// The model's graphs, or its stocks where it draws none and has few.
fn charts(source: &Source, target: &Target) -> Vec<(String, Vec<String>)> {
    let shown = |one: &&Quantity| {
        one.written.is_some() && !matches!(one.role, Role::Param { .. } | Role::Constant(_))
    };
    let mut found = Vec::new();
    for graph in &source.graphs {
        let wanted: Vec<String> = graph.names.iter().map(|name| crate::expression::key(name)).collect();
        // A name without subscripts stands for all elements of an array.
        let is_drawn = |one: &&Quantity| {
            let written = one.written.as_deref().map(crate::expression::key).unwrap_or_default();
            let array = written.split('[').next().unwrap_or_default();
            wanted.iter().any(|name| *name == written || *name == array)
        };
        let drawn = target.quantities.iter().filter(shown).filter(is_drawn).take(MOST_LINES);
        let columns: Vec<String> = drawn.map(|one| one.name.clone()).collect();
        if !columns.is_empty() {
            let title = if graph.title.is_empty() { columns.join(", ") } else { graph.title.clone() };
            found.push((title, columns));
        }
    }
    if found.is_empty() {
        let is_stock = |one: &&Quantity| matches!(one.role, Role::State { .. } | Role::Pipeline { .. });
        let stocks: Vec<String> =
            target.quantities.iter().filter(shown).filter(is_stock).map(|one| one.name.clone()).collect();
        if (1..=8).contains(&stocks.len()) {
            found.push(("Stocks".to_owned(), stocks));
        }
    }
    found
}
