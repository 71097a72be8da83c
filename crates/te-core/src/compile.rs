//! Building a system: members are flattened, names become slots, stages become a schedule.
//!
//! Slots are columns of the run-time arena. First come the metrics of all components, then derived columns, lagged
//! values, and the inputs that are constants or expressions.

use crate::definition::{Derived, Discipline, List, Part, Stage, SystemBuilder};
use crate::expression::{Expression, Program, Term};
use crate::system::{
    BoundInteraction, ColumnSpec, DerivedColumn, Feed, Lag, Node, Op, Source, WireSpec, check_name,
};
use crate::{BuildError, BuildErrors, CellKind, System, nearest};
use std::collections::HashMap;
use std::sync::Arc;

mod schedule;

/// A system within the system: its members in stepping order.
struct Group {
    prefix: String,
    stages: Vec<(Discipline, Vec<Member>)>,
    /// Interactions of this system, as indices.
    interactions: std::ops::Range<usize>,
}

enum Member {
    Node(usize),
    Group(Group),
}

/// How an input gets its value.
#[derive(Clone)]
struct Input {
    slot: usize,
    /// The expression to evaluate first.
    feed: Option<usize>,
    /// The names it reads.
    names: Vec<String>,
    /// Whether it was taken at the start of an enclosing simultaneous stage.
    frozen: bool,
}

#[derive(Default)]
struct Compiler {
    errors: Vec<BuildError>,
    nodes: Vec<Node>,
    inputs: Vec<Vec<Option<Input>>>,
    columns: Vec<ColumnSpec>,
    /// Metrics and derived columns by full name.
    names: HashMap<String, usize>,
    derived: Vec<(String, Expression)>,
    slots: usize,
    lags: Vec<Lag>,
    feeds: Vec<Feed>,
    constants: Vec<(usize, f64)>,
    interactions: Vec<BoundInteraction>,
    wires: Vec<WireSpec>,
    schedule: Vec<Op>,
    substeps: u32,
}

pub(crate) fn compile(builder: SystemBuilder) -> Result<System, BuildErrors> {
    let mut compiler = Compiler::default();
    let builder = Arc::new(builder);
    let root = compiler.collect(&builder, "");
    if compiler.nodes.is_empty() && compiler.errors.is_empty() {
        compiler.errors.push(BuildError::Empty { name: builder.name.clone() });
    }
    compiler.declare_derived(&builder, "");
    compiler.connect(&builder, "");
    compiler.fill_defaults();
    let derived = compiler.compile_derived();
    if !compiler.errors.is_empty() {
        return Err(BuildErrors { errors: compiler.errors });
    }
    compiler.emit(&root, true);
    let mut nodes = compiler.nodes;
    for (node, inputs) in nodes.iter_mut().zip(compiler.inputs) {
        node.sources = inputs.into_iter().flatten().map(|input| input.slot).collect();
    }
    Ok(System {
        name: builder.name.clone(),
        step: builder.step,
        nodes,
        schedule: compiler.schedule,
        substeps: compiler.substeps,
        slots: compiler.slots,
        constants: compiler.constants,
        feeds: compiler.feeds,
        derived,
        lags: compiler.lags,
        interactions: compiler.interactions,
        columns: compiler.columns,
        wires: compiler.wires,
    })
}

fn join(prefix: &str, name: &str) -> String {
    if prefix.is_empty() { name.to_owned() } else { format!("{prefix}.{name}") }
}

impl Compiler {
    fn slot(&mut self) -> usize {
        self.slots += 1;
        self.slots - 1
    }

    /// Flattens the members, in the order of the two lists, and sorts them into stages.
    fn collect(&mut self, builder: &Arc<SystemBuilder>, prefix: &str) -> Group {
        let mut members: Vec<(String, List, Option<Member>)> = Vec::new();
        let mut member_nodes = vec![usize::MAX; builder.members.len()];
        for list in [List::Uncontrollables, List::Controllables] {
            for (at, member) in builder.members.iter().enumerate().filter(|(_, m)| m.list == list) {
                if let Err(error) = check_name(&member.name) {
                    self.errors.push(error);
                }
                let path = join(prefix, &member.name);
                if members.iter().any(|(name, ..)| *name == member.name) {
                    self.errors.push(BuildError::Duplicate { name: path.clone() });
                    continue;
                }
                let part = match &member.part {
                    Part::Refused(error) => {
                        self.errors.push(BuildError::Params { component: path, error: error.clone() });
                        continue;
                    }
                    Part::Component(instance) => {
                        let node = self.add_node(path, list, instance.boxed());
                        member_nodes[at] = node;
                        Member::Node(node)
                    }
                    Part::System(inner) => Member::Group(self.collect(inner, &path)),
                };
                members.push((member.name.clone(), list, Some(part)));
            }
        }
        let first = self.interactions.len();
        for interaction in &builder.interactions {
            self.interactions.push(BoundInteraction {
                path: join(prefix, &interaction.name),
                nodes: member_nodes.clone(),
                act: Arc::clone(&interaction.act),
            });
        }
        let interactions = first..self.interactions.len();
        let stages = self.sort_into_stages(builder, members);
        Group { prefix: prefix.to_owned(), stages, interactions }
    }

    fn add_node(&mut self, path: String, list: List, instance: Box<dyn crate::instance::Instance>) -> usize {
        let (substeps, state_size) = instance.check().unwrap_or_else(|error| {
            self.errors.push(BuildError::Params { component: path.clone(), error });
            (1, 0)
        });
        let base = self.slots;
        let node = self.nodes.len();
        for (field, spec) in instance.metrics().iter().enumerate() {
            let slot = self.slot();
            let name = join(&path, &spec.name);
            self.names.insert(name.clone(), slot);
            self.columns.push(ColumnSpec {
                name,
                kind: spec.kind,
                unit: spec.unit.to_owned(),
                doc: spec.doc.to_owned(),
                source: Source::Metric { node, field, slot },
            });
        }
        for spec in instance.inputs() {
            if spec.kind != CellKind::F64 {
                self.errors.push(BuildError::InputKind { name: join(&path, &spec.name) });
            }
        }
        self.inputs.push(vec![None; instance.inputs().len()]);
        self.nodes.push(Node { path, list, instance, base, sources: Vec::new(), substeps, state_size });
        node
    }

    fn sort_into_stages(
        &mut self,
        builder: &SystemBuilder,
        mut members: Vec<(String, List, Option<Member>)>,
    ) -> Vec<(Discipline, Vec<Member>)> {
        let lists = [List::Uncontrollables, List::Controllables];
        let Some(declared) = &builder.stages else {
            let mut of = |list: List| {
                let inside = members.iter_mut().filter(|(_, l, _)| *l == list);
                inside.filter_map(|(.., member)| member.take()).collect::<Vec<_>>()
            };
            return lists.map(|list| (builder.disciplines[list as usize], of(list))).into_iter().collect();
        };
        let mut stages = Vec::new();
        for Stage { discipline, components } in declared {
            let mut inside = Vec::new();
            for name in components {
                let found = members.iter_mut().find(|(n, ..)| n == name).map(|(.., member)| member.take());
                match found {
                    Some(Some(member)) => inside.push(member),
                    Some(None) => self.stage_error(format!("component `{name}` is in two stages")),
                    None => {
                        let near = nearest(name, members.iter().map(|(n, ..)| n));
                        let hint = crate::nearest::suggestion(near.as_deref());
                        self.stage_error(format!("a stage names unknown component `{name}`{hint}"));
                    }
                }
            }
            stages.push((*discipline, inside));
        }
        for (name, _, rest) in &members {
            if rest.is_some() {
                self.stage_error(format!("component `{name}` is in no stage"));
            }
        }
        stages
    }

    fn stage_error(&mut self, message: String) {
        self.errors.push(BuildError::Stages { message });
    }

    /// Gives every derived column its name and slot, this system's first and then those of systems inside.
    fn declare_derived(&mut self, builder: &SystemBuilder, prefix: &str) {
        for Derived { name, expression, unit, doc } in &builder.derived {
            if let Err(error) = check_name(name) {
                self.errors.push(error);
            }
            let full = join(prefix, name);
            if self.names.contains_key(&full) || self.nodes.iter().any(|n| n.path == full) {
                self.errors.push(BuildError::Duplicate { name: full });
                continue;
            }
            match expression {
                Ok(expression) => {
                    let slot = self.slot();
                    self.names.insert(full.clone(), slot);
                    self.columns.push(ColumnSpec {
                        name: full.clone(),
                        kind: CellKind::F64,
                        unit: unit.clone(),
                        doc: doc.clone(),
                        source: Source::Derived { slot },
                    });
                    self.derived.push((full, prefixed(expression, prefix)));
                }
                Err(error) => self.errors.push(BuildError::Expression(error.clone())),
            }
        }
        for member in &builder.members {
            if let Part::System(inner) = &member.part {
                self.declare_derived(inner, &join(prefix, &member.name));
            }
        }
    }

    fn connect(&mut self, builder: &SystemBuilder, prefix: &str) {
        for wire in &builder.wires {
            let to = join(prefix, &wire.to);
            let expression = match &wire.from {
                Ok(expression) => prefixed(expression, prefix),
                Err(error) => {
                    self.errors.push(BuildError::Expression(error.clone()));
                    continue;
                }
            };
            let Some((node, input)) = self.find_input(&to) else { continue };
            if self.inputs[node][input].is_some() {
                self.errors.push(BuildError::TwoWires { name: to });
                continue;
            }
            self.check_units(&expression, &to, node, input);
            if let Some(connected) = self.connect_input(&expression, &to, node, input) {
                self.wires.push(WireSpec { from: expression.text.clone(), to });
                self.inputs[node][input] = Some(connected);
            }
        }
        for member in &builder.members {
            if let Part::System(inner) = &member.part {
                self.connect(inner, &join(prefix, &member.name));
            }
        }
    }

    fn connect_input(
        &mut self,
        expression: &Expression,
        to: &str,
        node: usize,
        input: usize,
    ) -> Option<Input> {
        let reader = format!("wire to `{to}`");
        let names: Vec<String> = expression.names().into_iter().map(str::to_owned).collect();
        let root = self.inline(&expression.root, &reader, &mut Vec::new())?;
        let inlined = Expression { text: expression.text.clone(), root };
        if let Some(slot) = inlined.plain_name().and_then(|name| self.names.get(name)) {
            return Some(Input { slot: *slot, feed: None, names, frozen: false });
        }
        let program = self.program(&inlined)?;
        let slot = self.slot();
        self.feeds.push(Feed { program, slot, node, input });
        Some(Input { slot, feed: Some(self.feeds.len() - 1), names, frozen: false })
    }

    fn find_input(&mut self, to: &str) -> Option<(usize, usize)> {
        for (at, node) in self.nodes.iter().enumerate() {
            if let Some(rest) = to.strip_prefix(node.path.as_str()).and_then(|r| r.strip_prefix('.'))
                && let Some(input) = node.instance.inputs().iter().position(|i| i.name == rest)
            {
                return Some((at, input));
            }
        }
        let known =
            self.nodes.iter().flat_map(|n| n.instance.inputs().iter().map(|i| join(&n.path, &i.name)));
        let nearest = nearest(to, known);
        self.errors.push(BuildError::UnknownInput { name: to.to_owned(), nearest });
        None
    }

    fn check_units(&mut self, expression: &Expression, to: &str, node: usize, input: usize) {
        let Some(from) = expression.plain_name() else { return };
        let from_unit = self.columns.iter().find(|c| c.name == from).map_or("", |c| c.unit.as_str());
        let to_unit = self.nodes[node].instance.inputs()[input].unit;
        if !from_unit.is_empty() && !to_unit.is_empty() && from_unit != to_unit {
            self.errors.push(BuildError::Units {
                from: from.to_owned(),
                from_unit: from_unit.to_owned(),
                to: to.to_owned(),
                to_unit: to_unit.to_owned(),
            });
        }
    }

    fn fill_defaults(&mut self) {
        for node in 0..self.nodes.len() {
            for input in 0..self.inputs[node].len() {
                if self.inputs[node][input].is_some() {
                    continue;
                }
                let spec = &self.nodes[node].instance.inputs()[input];
                let Some(value) = spec.default else {
                    let name = join(&self.nodes[node].path, &spec.name);
                    self.errors.push(BuildError::Unwired { name, unit: spec.unit.to_owned() });
                    continue;
                };
                let slot = self.slot();
                self.constants.push((slot, value));
                self.inputs[node][input] = Some(Input { slot, feed: None, names: Vec::new(), frozen: true });
            }
        }
    }

    fn compile_derived(&mut self) -> Vec<DerivedColumn> {
        let mut columns = Vec::new();
        for (name, expression) in self.derived.clone() {
            let reader = format!("derived column `{name}`");
            let mut within = vec![name.clone()];
            let Some(root) = self.inline(&expression.root, &reader, &mut within) else { continue };
            let inlined = Expression { text: expression.text.clone(), root };
            if let (Some(program), Some(slot)) = (self.program(&inlined), self.names.get(&name).copied()) {
                columns.push(DerivedColumn { name, program, slot });
            }
        }
        columns
    }

    /// Puts the expressions of derived columns in the place of their names, so that a reader sees the present.
    fn inline(&mut self, term: &Term, reader: &str, within: &mut Vec<String>) -> Option<Term> {
        let mut inner = |t: &Term| self.inline(t, reader, within).map(Box::new);
        Some(match term {
            Term::Number(x) => Term::Number(*x),
            Term::Unary(op, a) => Term::Unary(*op, inner(a)?),
            Term::Binary(op, a, b) => Term::Binary(*op, inner(a)?, inner(b)?),
            Term::If(c, a, b) => Term::If(inner(c)?, inner(a)?, inner(b)?),
            Term::Name(name, lag) => {
                if !self.names.contains_key(name) {
                    let nearest = nearest(name, self.names.keys());
                    let error =
                        BuildError::UnknownSource { reader: reader.to_owned(), name: name.clone(), nearest };
                    self.errors.push(error);
                    return None;
                }
                let derived = self.derived.iter().find(|(n, _)| n == name).map(|(_, e)| e.root.clone());
                match derived {
                    Some(root) if *lag == 0 => {
                        if within.contains(name) {
                            let via = within.iter().filter(|w| *w != name).cloned().collect();
                            let error = BuildError::Cycle { name: name.clone(), via };
                            if !self.errors.contains(&error) {
                                self.errors.push(error);
                            }
                            return None;
                        }
                        within.push(name.clone());
                        let inlined = self.inline(&root, reader, within);
                        within.pop();
                        inlined?
                    }
                    _ => Term::Name(name.clone(), *lag),
                }
            }
        })
    }

    fn program(&mut self, expression: &Expression) -> Option<Program> {
        Program::compile(expression, &mut |name, lag| {
            let source = self.names.get(name).copied().ok_or(())?;
            if lag == 0 {
                return Ok(source);
            }
            if let Some(known) = self.lags.iter().find(|l| l.source == source && l.steps == lag) {
                return Ok(known.slot);
            }
            let slot = self.slots;
            self.slots += 1;
            self.lags.push(Lag { source, steps: lag, slot });
            Ok::<usize, ()>(slot)
        })
        .ok()
    }
}

/// The expression with its names as seen from outside.
fn prefixed(expression: &Expression, prefix: &str) -> Expression {
    if prefix.is_empty() {
        return expression.clone();
    }
    Expression { text: expression.text.clone(), root: prefix_term(&expression.root, prefix) }
}

fn prefix_term(term: &Term, prefix: &str) -> Term {
    let inner = |t: &Term| Box::new(prefix_term(t, prefix));
    match term {
        Term::Number(x) => Term::Number(*x),
        Term::Name(name, lag) => Term::Name(join(prefix, name), *lag),
        Term::Unary(op, a) => Term::Unary(*op, inner(a)),
        Term::Binary(op, a, b) => Term::Binary(*op, inner(a), inner(b)),
        Term::If(c, a, b) => Term::If(inner(c), inner(a), inner(b)),
    }
}
