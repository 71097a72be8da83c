//! XMILE 1.0: XML in which every variable is an element.

mod conveyor;
mod mend;
mod variable;

pub(crate) use mend::mended;

use crate::expression::{Dialect, key};
use crate::fault::{Faults, shortened};
use crate::source::{Definition, Dimension, Graph, Macro, Meaning, Method, Module, Part, Source, Times};
use roxmltree::{Document, Node, ParsingOptions};
use std::collections::HashMap;

/// XML elements of a file, at most.
const MOST: u32 = 500_000;

/// Elements that say how the model looks, who made it, and how its tools are set.
const SILENT: [&str; 11] = [
    "header",
    "sim_specs",
    "dimensions",
    "behavior",
    "model",
    "macro",
    "style",
    "prefs",
    "model_units",
    "equation_prefs",
    "multiplayer_settings",
];

/// Elements that are variables.
const KINDS: [&str; 3] = ["stock", "flow", "aux"];

/// What reading shares.
pub(super) struct Reader<'f> {
    pub(super) text: &'f str,
    pub(super) faults: &'f mut Faults,
}

/// The child of this name.
pub(super) fn child<'a, 'i>(node: Node<'a, 'i>, name: &str) -> Option<Node<'a, 'i>> {
    node.children().find(|child| child.tag_name().name() == name)
}

/// Elements of this name, whatever their namespace.
pub(super) fn children<'a, 'i: 'a>(node: Node<'a, 'i>, name: &str) -> impl Iterator<Item = Node<'a, 'i>> {
    node.children().filter(move |child| child.tag_name().name() == name)
}

/// The text of an element and the byte at which it begins.
pub(super) fn text_of(node: Node<'_, '_>) -> (String, usize) {
    let text: String = node.children().filter(Node::is_text).filter_map(|child| child.text()).collect();
    let at = node.first_child().map_or(node.range().start, |child| child.range().start);
    (text, at)
}

/// Reads a file.
pub(crate) fn read(text: &str, faults: &mut Faults) -> Option<Source> {
    if !faults.is_empty() {
        return None;
    }
    let options = ParsingOptions { allow_dtd: false, nodes_limit: MOST, ..ParsingOptions::default() };
    let document = match Document::parse_with_options(text, options) {
        Ok(document) => document,
        Err(error) => {
            let position = error.pos();
            faults.refuse(byte_of(text, position.row, position.col), format!("this is no XML: {error}"));
            return None;
        }
    };
    let root = document.root_element();
    if root.tag_name().name() != "xmile" {
        let message =
            format!("`{}` is no XMILE file: its first element must be `xmile`", root.tag_name().name());
        faults.refuse(root.range().start, message);
        return None;
    }
    let mut reader = Reader { text, faults };
    let own = root.tag_name().namespace();
    // Drafts of the standard have their variables beside what draws them.
    if let Some(model) = children(root, "model").find(|model| {
        child(*model, "variables").is_none()
            && ["stock", "flow", "aux"].iter().any(|name| child(*model, name).is_some())
    }) {
        let message = format!(
            "this is not XMILE 1.0 but an older dialect: the variables of `model` stand outside `variables`; its namespace is `{}`",
            shortened(own.unwrap_or("none"))
        );
        reader.faults.refuse(model.range().start, message);
        return None;
    }
    for node in root.children().filter(Node::is_element) {
        let name = node.tag_name().name();
        // Where data are only sent elsewhere nothing is lost.
        let silent = SILENT.contains(&name) || (name == "data" && child(node, "import").is_none());
        if node.tag_name().namespace() == own && !silent {
            reader.faults.note(node.range().start, format!("`{name}` is left out"));
        }
    }
    let mut source = Source {
        dialect: Dialect::Xmile,
        doc: String::new(),
        times: reader.times(root),
        dimensions: reader.dimensions(root),
        macros: Vec::new(),
        parts: Vec::new(),
        graphs: Vec::new(),
        units: units(root),
    };
    for node in children(root, "macro") {
        source.macros.extend(reader.macro_of(node));
    }
    for (at, node) in children(root, "model").enumerate() {
        let name =
            if at == 0 { String::new() } else { node.attribute("name").unwrap_or_default().to_owned() };
        let part = reader.part(node, name);
        source.parts.push(part);
        source.graphs.extend(graphs(node));
        if at == 0
            && let Some(doc) = child(root, "header").and_then(|header| child(header, "caption"))
        {
            text_of(doc).0.trim().clone_into(&mut source.doc);
        }
    }
    if source.parts.is_empty() {
        reader.faults.refuse(root.range().start, "there is no `model` in the file");
        return None;
    }
    Some(source)
}

/// Other names of units: `<unit name="people"><alias>person</alias></unit>`.
fn units(root: Node<'_, '_>) -> HashMap<String, String> {
    let mut found = HashMap::new();
    for unit in children(root, "model_units").flat_map(|list| children(list, "unit")) {
        let Some(name) = unit.attribute("name").map(str::trim).filter(|name| !name.is_empty()) else {
            continue;
        };
        for alias in children(unit, "alias").map(|alias| text_of(alias).0).chain([name.to_owned()]) {
            found.entry(alias.trim().to_lowercase()).or_insert_with(|| name.to_owned());
        }
    }
    found
}

fn byte_of(text: &str, row: u32, column: u32) -> usize {
    let line = text.split_inclusive('\n').take(row.saturating_sub(1) as usize).map(str::len).sum::<usize>();
    let rest = text.get(line..).unwrap_or_default();
    line + rest.char_indices().nth(column.saturating_sub(1) as usize).map_or(rest.len(), |(at, _)| at)
}

/// What the model's pages draw over time.
fn graphs(model: Node<'_, '_>) -> Vec<Graph> {
    let is_graph = |node: &Node<'_, '_>| node.tag_name().name() == "graph";
    let graph = |node: Node<'_, '_>| {
        let plots = children(node, "plot").filter_map(|plot| child(plot, "entity"));
        let names: Vec<String> = plots.filter_map(|one| one.attribute("name")).map(str::to_owned).collect();
        let title = node.attribute("title").unwrap_or_default().to_owned();
        (!names.is_empty()).then_some(Graph { title, names })
    };
    model.descendants().filter(is_graph).filter_map(graph).collect()
}

impl Reader<'_> {
    /// A number in an element.
    pub(super) fn number(&mut self, node: Node<'_, '_>) -> Option<f64> {
        let (text, at) = text_of(node);
        let number = text.trim().parse::<f64>().ok().filter(|x| x.is_finite());
        if number.is_none() {
            let name = node.tag_name().name().to_owned();
            self.faults.refuse(at, format!("`{}` in `{name}` is no number", shortened(&text)));
        }
        number
    }

    fn times(&mut self, root: Node<'_, '_>) -> Times {
        let mut times = Times {
            start: 0.0,
            stop: 0.0,
            dt: 1.0,
            save: None,
            method: Method::Euler,
            unit: String::new(),
            ends_at: None,
            at: root.range().start,
        };
        let Some(specs) = child(root, "sim_specs") else {
            self.faults.refuse(times.at, "there is no `sim_specs`: start, stop and dt are not known");
            return times;
        };
        times.at = specs.range().start;
        for (name, required) in [("start", true), ("stop", true), ("dt", false)] {
            match child(specs, name) {
                Some(node) => {
                    let number = self.number(node).unwrap_or(1.0);
                    match name {
                        "start" => times.start = number,
                        "stop" => times.stop = number,
                        _ if node.attribute("reciprocal") == Some("true") => times.dt = 1.0 / number,
                        _ => times.dt = number,
                    }
                }
                None if required => self.faults.refuse(times.at, format!("`sim_specs` has no `{name}`")),
                None => {}
            }
        }
        let saved = specs.attributes().find(|one| one.name() == "save_interval");
        times.save = saved.and_then(|one| one.value().trim().parse().ok()).filter(|x: &f64| *x > 0.0);
        specs.attribute("time_units").unwrap_or_default().clone_into(&mut times.unit);
        match specs.attribute("method").unwrap_or("euler").trim().to_ascii_lowercase().as_str() {
            "euler" => {}
            "rk4" => times.method = Method::Rk4,
            other => {
                // The standard names several, the first that is known is taken.
                let known = other.split(',').map(str::trim).find(|name| matches!(*name, "euler" | "rk4"));
                match known {
                    Some("rk4") => times.method = Method::Rk4,
                    Some(_) => {}
                    None => {
                        let message = format!(
                            "the method `{}` cannot be imported: set `euler` or `rk4` in the model",
                            shortened(other)
                        );
                        self.faults.refuse(times.at, message);
                    }
                }
            }
        }
        times
    }

    fn dimensions(&mut self, root: Node<'_, '_>) -> Vec<Dimension> {
        let Some(list) = child(root, "dimensions") else { return Vec::new() };
        let mut found = Vec::new();
        for node in children(list, "dim") {
            let at = node.range().start;
            let name = node.attribute("name").unwrap_or_default().to_owned();
            let mut elements: Vec<String> =
                children(node, "elem").filter_map(|one| one.attribute("name")).map(str::to_owned).collect();
            if elements.is_empty() {
                let size = node.attribute("size").and_then(|size| size.trim().parse::<u32>().ok());
                match size.filter(|size| (1..=10_000).contains(size)) {
                    Some(size) => elements = (1..=size).map(|at| at.to_string()).collect(),
                    None => self
                        .faults
                        .refuse(at, format!("the dimension `{name}` has neither elements nor a size")),
                }
            }
            found.push(Dimension { name, at, elements, ..Dimension::default() });
        }
        found
    }

    fn part(&mut self, model: Node<'_, '_>, name: String) -> Part {
        let mut part = Part { name, ..Part::default() };
        if let Some(specs) = child(model, "sim_specs") {
            let words = |node: Node<'_, '_>| {
                let text = self.text.get(node.range()).unwrap_or_default();
                text.split_whitespace().collect::<String>()
            };
            if model.parent().and_then(|root| child(root, "sim_specs")).map(words) != Some(words(specs)) {
                let message = "cannot be imported: steps of its own of a model; `sim_specs` of the file are those of all its models";
                self.faults.refuse(specs.range().start, message);
            }
        }
        for (attribute, what) in
            [("resource", "a model in a file of its own"), ("encryption-scheme", "a model that is encrypted")]
        {
            if model.attribute(attribute).is_some() {
                self.faults.refuse(model.range().start, format!("cannot be imported: {what}"));
            }
        }
        let Some(variables) = child(model, "variables") else { return part };
        let stated = behavior(model).or_else(|| model.parent().and_then(behavior)).unwrap_or_default();
        // A variable that was not closed has those after it inside.
        let nested = |node: Node<'_, '_>| KINDS.contains(&node.tag_name().name());
        let inside =
            |node: &Node<'_, '_>| node.ancestors().skip(1).take_while(|one| *one != variables).all(nested);
        let wanted = |node: &Node<'_, '_>| {
            node.is_element() && (node.parent() == Some(variables) || (nested(*node) && inside(node)))
        };
        for node in variables.descendants().skip(1).filter(wanted) {
            match node.tag_name().name() {
                "module" => part.modules.extend(self.module(node)),
                "group" | "dependencies" => {}
                "stock" | "flow" | "aux" | "gf" => part.definitions.extend(self.variable(node, stated)),
                other => self.faults.refuse(node.range().start, format!("cannot be imported: `{other}`")),
            }
        }
        part
    }

    fn module(&mut self, node: Node<'_, '_>) -> Option<Module> {
        let at = node.range().start;
        let Some(name) = node.attribute("name") else {
            self.faults.refuse(at, "a module has no name");
            return None;
        };
        if node.attribute("resource").is_some() {
            self.faults.refuse(at, format!("cannot be imported: module `{name}` in a file of its own"));
        }
        let connects = children(node, "connect").chain(children(node, "connect2"));
        let ends = connects.filter_map(|one| {
            let (to, from) = (one.attribute("to")?, one.attribute("from")?);
            // Inside names have no dot, or that of the module.
            let inner = to.rsplit('.').next().unwrap_or(to);
            Some((inner.to_owned(), from.trim_start_matches('.').to_owned()))
        });
        let model = node.attribute("model").unwrap_or(name).to_owned();
        Some(Module { name: name.to_owned(), at, model, connects: ends.collect() })
    }

    fn macro_of(&mut self, node: Node<'_, '_>) -> Option<Macro> {
        let at = node.range().start;
        let Some(name) = node.attribute("name") else {
            self.faults.refuse(at, "a macro has no name");
            return None;
        };
        let inputs = children(node, "parm").map(|one| text_of(one).0.trim().to_owned()).collect();
        let mut body = self.part(node, String::new()).definitions;
        if let Some(own) = child(node, "eqn").and_then(|eqn| self.equation(eqn)) {
            body.push(Definition {
                name: name.to_owned(),
                at,
                left: Vec::new(),
                except: Vec::new(),
                dimensions: Vec::new(),
                meaning: Meaning::Equation(own, None),
                unit: String::new(),
                doc: String::new(),
                range: [None, None],
            });
        }
        Some(Macro { name: name.to_owned(), at, inputs, outputs: Vec::new(), body })
    }
}

/// Whether all stocks, and all flows, stay at 0 or above.
fn behavior(node: Node<'_, '_>) -> Option<[bool; 2]> {
    let behavior = child(node, "behavior")?;
    let says = |node: Node<'_, '_>| child(node, "non_negative").map(is_true);
    let all = says(behavior);
    let of = |name: &str| child(behavior, name).and_then(says).or(all).unwrap_or(false);
    Some([of("stock"), of("flow")])
}

/// What `<non_negative/>` says: true where it is empty.
pub(super) fn is_true(node: Node<'_, '_>) -> bool {
    !matches!(key(&text_of(node).0).as_str(), "false" | "0")
}
