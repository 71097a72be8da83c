//! What the command's manifest tells a report.
//!
//! Read where it is there: `run` (system, description, and scalars as facts), `simulation` (components with
//! their parameters, wires, derived columns), `sweep` (values by parameter), `command` (`line`, or a text), `chart` (as
//! [`ChartSpec`]). Anything else stays in the manifest's text.

use std::collections::HashSet;

use toml::{Table, Value};

use super::{Report, ReportParameter, Wire, Wiring, WiringNode};
use crate::ChartSpec;

/// Fills in what the manifest tells.
pub(super) fn read(report: &mut Report, manifest: &Table) {
    let run = manifest.get("run").or_else(|| manifest.get("system")).and_then(Value::as_table);
    if let Some(run) = run {
        for name in ["system", "name"] {
            if let Some(title) = run.get(name).and_then(Value::as_str) {
                title.clone_into(&mut report.title);
                break;
            }
        }
        report.description = run.get("description").map(text).unwrap_or_default();
        facts(report, run, &["system", "name", "description"]);
    }
    facts(report, manifest, &["command"]);
    if let Some(id) = manifest.get("plan").and_then(|plan| plan.get("id")) {
        report.facts.push(("plan".to_owned(), text(id)));
    }
    if let Some(command) = manifest.get("command") {
        report.command = command.get("line").map_or_else(|| text(command), text);
    }
    let simulations: Vec<&Table> = manifest
        .get("simulation")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(Value::as_table)
        .collect();
    let sweep = manifest.get("sweep").and_then(Value::as_table);
    for (i, simulation) in simulations.iter().enumerate() {
        parameters(report, &simulations, i, simulation, sweep);
    }
    if let Some(first) = simulations.first() {
        report.wiring = wiring(first);
    }
    let charts = manifest.get("chart").and_then(Value::as_array).into_iter().flatten();
    report.charts = charts.filter_map(|c| c.clone().try_into::<ChartSpec>().ok()).collect();
}

/// Scalars of a table.
fn facts(report: &mut Report, table: &Table, without: &[&str]) {
    let scalar = |value: &Value| !value.is_table() && !value.is_array();
    let told = table.iter().filter(|(key, value)| !without.contains(&key.as_str()) && scalar(value));
    report.facts.extend(told.map(|(key, value)| (key.replace('_', " "), text(value))));
}

fn components(simulation: &Table) -> impl Iterator<Item = (&String, &Table)> {
    let all = simulation.get("component").and_then(Value::as_table).into_iter().flatten();
    all.filter_map(|(name, c)| Some((name, c.as_table()?)))
}

/// Parameters of the first simulation, and of the others those that differ from it.
fn parameters(report: &mut Report, all: &[&Table], i: usize, simulation: &Table, sweep: Option<&Table>) {
    let name = simulation.get("name").map(text).unwrap_or_default();
    for (component, table) in components(simulation) {
        for (key, value) in table.get("params").and_then(Value::as_table).into_iter().flatten() {
            let at = |s: &Table| s.get("component")?.get(component)?.get("params")?.get(key).cloned();
            if i > 0 && all.first().and_then(|s| at(s)).as_ref() == Some(value) {
                continue;
            }
            let full = format!("{component}.{key}");
            let swept = sweep.and_then(|s| s.get(&full)).map(text);
            report.parameters.push(ReportParameter {
                path: if i > 0 { format!("{name}: {full}") } else { full.clone() },
                name: full,
                value: swept.unwrap_or_else(|| text(value)),
                ..ReportParameter::default()
            });
        }
    }
}

fn wiring(simulation: &Table) -> Wiring {
    let nodes: Vec<WiringNode> = components(simulation)
        .map(|(name, table)| WiringNode {
            name: name.clone(),
            kind: table.get("kind").map(text).unwrap_or_default(),
        })
        .collect();
    let derived = simulation.get("derived").and_then(Value::as_table);
    let known: HashSet<&str> = nodes.iter().map(|node| node.name.as_str()).collect();
    let mut wires = Vec::new();
    let written = simulation.get("wires").and_then(Value::as_array).into_iter().flatten();
    for (from, to) in written.filter_map(Value::as_str).filter_map(|w| w.rsplit_once(" -> ")) {
        let Some((to, input)) = owner(&known, to.trim()) else { continue };
        // An expression may read several components, and derived columns that read others.
        for (node, metric) in read_by(&known, derived, from) {
            let label = if metric == input { input.to_owned() } else { format!("{metric} \u{2192} {input}") };
            wires.push(Wire { from: node.to_owned(), to: to.to_owned(), label });
        }
    }
    Wiring { nodes, wires }
}

/// The components that an expression reads, each once, with what it gives: a metric, or the derived column of the
/// expression that reads it. Derived columns may read each other, a step back in a circle; each is looked at once.
fn read_by<'a>(
    nodes: &HashSet<&'a str>,
    derived: Option<&'a Table>,
    expression: &'a str,
) -> Vec<(&'a str, &'a str)> {
    let mut read: Vec<(&str, &str)> = Vec::new();
    let (mut found, mut looked_at) = (HashSet::new(), HashSet::new());
    // Expressions that are being looked at, the innermost last, with the derived column of the wire's own on the way.
    let mut open = vec![(words(expression), None)];
    while let Some((inside, through)) = open.last_mut() {
        let Some(word) = inside.next() else {
            open.pop();
            continue;
        };
        if let Some((node, metric)) = owner(nodes, word) {
            if found.insert(node) {
                read.push((node, through.unwrap_or(metric)));
            }
        } else if let Some((name, Value::String(text))) = derived.and_then(|d| d.get_key_value(word))
            && looked_at.insert(name.as_str())
        {
            let through = through.or(Some(name.as_str()));
            open.push((words(text), through));
        }
    }
    read
}

/// The words of an expression that may be names.
fn words(expression: &str) -> impl Iterator<Item = &str> {
    expression.split(|c: char| !(c.is_alphanumeric() || c == '_' || c == '.'))
}

/// The component to which a dotted name belongs, and the rest of the name.
fn owner<'a, 'b>(nodes: &HashSet<&'a str>, name: &'b str) -> Option<(&'a str, &'b str)> {
    name.rmatch_indices('.').find_map(|(dot, _)| {
        let (node, rest) = (name.get(..dot)?, name.get(dot + 1..)?);
        Some((*nodes.get(node)?, rest))
    })
}

fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(values) => values.iter().map(text).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    }
}
