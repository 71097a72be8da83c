//! `tecmns check`.

use super::CommandError;
use super::settings::Settings;
use anstream::{eprintln, print, println};
use clap::{Args, ValueEnum};
use std::path::Path;
use te_core::kind::Instance as _;
use te_core::{EventSpec, Reads, System, WireSpec};
use tecmns::SystemFile;
use tecmns::system::changes::without_problems;

/// Arguments of `tecmns check`.
#[derive(Debug, Args)]
pub(crate) struct CheckArgs {
    #[command(flatten)]
    settings: Settings,
    /// Print the wiring as a graph
    #[arg(long)]
    graph: Option<Graph>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Graph {
    Mermaid,
    Dot,
}

pub(crate) fn check(args: &CheckArgs) -> Result<(), CommandError> {
    if let Some(path) = args.settings.system.to_str().filter(|name| tecmns::system::is_equation_file(name)) {
        let equations = tecmns::system::read_equations(Path::new(path))?;
        for warning in equations.warnings() {
            eprintln!("warning: {}: {}", warning.code, warning.message);
        }
        let (params, inputs, metrics) =
            (equations.specs().len(), equations.inputs().len(), equations.metrics().len());
        println!("{}: {params} parameters, {inputs} inputs, {metrics} metrics", equations.kind());
        return Ok(());
    }
    let registry = super::kinds();
    let mut file = SystemFile::read(&args.settings.system, &registry)?;
    let systems = args.settings.changes().systems(&mut file, &registry)?;
    for note in &file.notes {
        eprintln!("note: {note}");
    }
    if let (Some(graph), Some((_, system))) = (args.graph, systems.first()) {
        print!("{}", draw(system, graph));
        return Ok(());
    }
    for (name, system) in &systems {
        println!(
            "{name}: steps of {}, {} substep{}{}",
            system.step_length(),
            system.substeps(),
            if system.substeps() == 1 { "" } else { "s" },
            dates(system, file.settings.timesteps)
        );
        for component in system.components() {
            println!("  {:<24} {:<28} {}", component.path, component.kind, component.list.name());
        }
        for wire in system.wires() {
            println!("  {} -> {}{}", wire.from, wire.to, when_read(wire));
        }
        for event in system.events() {
            println!("  {event}{}", dates_of(event, system));
        }
        for wire in system.wires() {
            for read in wire.reads.iter().filter(|read| read.derived && read.when != Reads::Present) {
                eprintln!(
                    "warning: {name}: the wire to `{}` reads `{}` before it is complete, so it reads the row before; list the \
                     components that the column reads before the one that reads it, or write lag({}, 1) to say so",
                    wire.to, read.name, read.name
                );
            }
        }
    }
    let experiment = without_problems(file.experiment(systems))?;
    let plan = experiment.plan()?;
    println!("{}", super::manifest::size_of(&plan, file.settings.timesteps));
    println!("forecast: {}", plan.forecast());
    println!(
        "records {} columns in {} unit{}",
        plan.columns().len(),
        plan.units(),
        if plan.units() == 1 { "" } else { "s" }
    );
    Ok(())
}

/// The dates of the first row and the last, where rows have dates.
fn dates(system: &System, timesteps: u64) -> String {
    let last = system.calendar().and_then(|calendar| Some((calendar.start(), calendar.date(timesteps)?)));
    last.map_or_else(String::new, |(start, last)| format!(", from {start} to {last}"))
}

/// The dates of an event's timesteps, where rows have dates.
fn dates_of(event: &EventSpec, system: &System) -> String {
    let named = event.times.iter().filter(|(key, _)| matches!(*key, "at" | "from" | "until"));
    let dates: Vec<String> =
        named.filter_map(|(key, time)| Some(format!("{key} {}", system.calendar()?.date(*time)?))).collect();
    if dates.is_empty() { String::new() } else { format!("  ({})", dates.join(", ")) }
}

/// Of which row the values are that a wire reads: `(row before: a, b)`; nothing where all are of the present row.
fn when_read(wire: &WireSpec) -> String {
    let of = |when: Reads| -> Vec<&str> {
        wire.reads.iter().filter(|read| read.when == when).map(|read| read.name.as_str()).collect()
    };
    let (previous, within) = (of(Reads::Previous), of(Reads::Within));
    if wire.reads.is_empty() {
        return String::new();
    }
    let mut notes = Vec::new();
    if !previous.is_empty() {
        notes.push(format!("row before: {}", previous.join(", ")));
    }
    if !within.is_empty() {
        notes.push(format!("within the step: {}", within.join(", ")));
    }
    if notes.is_empty() { "  (this row)".to_owned() } else { format!("  ({})", notes.join("; ")) }
}

fn draw(system: &System, graph: Graph) -> String {
    let id = |path: &str| path.replace('.', "_");
    let owner = |name: &str, system: &System| {
        let paths: Vec<String> = system.components().into_iter().map(|c| c.path).collect();
        paths.into_iter().find(|p| name.strip_prefix(p.as_str()).is_some_and(|rest| rest.starts_with('.')))
    };
    let mut lines = vec![String::from(match graph {
        Graph::Mermaid => "flowchart LR",
        Graph::Dot => "digraph system {\n  rankdir=LR;\n  node [shape=box];",
    })];
    for component in system.components() {
        let (node, path, kind) = (id(&component.path), &component.path, component.kind);
        lines.push(match graph {
            Graph::Mermaid => format!("  {node}[\"{path}<br/>{kind}\"]"),
            Graph::Dot => format!("  {node} [label=\"{path}\\n{kind}\"];"),
        });
    }
    for wire in system.wires() {
        let Some(to) = owner(&wire.to, system) else { continue };
        let input = wire.to.get(to.len() + 1..).unwrap_or_default();
        for read in &wire.reads {
            let Some(from) = owner(&read.name, system) else { continue };
            let (a, b) = (id(&from), id(&to));
            lines.push(match graph {
                Graph::Mermaid => format!("  {a} -->|{input}| {b}"),
                Graph::Dot => format!("  {a} -> {b} [label=\"{input}\"];"),
            });
        }
    }
    if matches!(graph, Graph::Dot) {
        lines.push("}".to_owned());
    }
    lines.join("\n") + "\n"
}
