//! Building a system: members are flattened, names become slots, stages become a schedule.
//!
//! Slots are columns of the run-time arena. First come the metrics of all components, then derived columns, then what
//! else expressions read (lagged values, the time, parameters), and the inputs that are constants or expressions.
//!
//! A derived column is one slot. It is computed once in a timestep, after what it reads: `order` says in which order, and
//! `completion` at which moment.

use crate::declaration::calendar::Calendar;
use crate::declaration::nearest::nearest;
use crate::declaration::record::CellKind;
use crate::model::kind::{Instance, Started};
use crate::system::build_error::{BuildError, BuildErrors, Reader};
use crate::system::builder::{Discipline, List, Part, Stage, SystemBuilder};
use crate::system::built::System;
use crate::system::built::{Node, check_name};
use crate::system::described::{ColumnSpec, Source, WireSpec};
use crate::system::expression::{Expression, place_of_time};
use crate::system::moves::{BoundInteraction, Feed, Lag, Op, ParamRead, Ring};
use order::Ordered;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

mod batch;
mod completion;
mod derived;
mod events;
mod order;
mod reading;
mod schedule;
mod wiring;

impl SystemBuilder {
    /// Resolves all names and builds the system.
    ///
    /// # Errors
    /// [`BuildErrors`] with everything that is wrong.
    pub fn build(self) -> Result<System, BuildErrors> {
        compile(self)
    }
}

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
    /// The columns it reads.
    names: Vec<String>,
    /// Where in the schedule it was taken, at the start of an enclosing simultaneous stage.
    frozen: Option<usize>,
}

/// What a name stands for.
#[derive(Clone, Copy)]
struct Named {
    slot: usize,
    column: usize,
    owner: Owner,
}

#[derive(Clone, Copy)]
enum Owner {
    Node(usize),
    Derived(usize),
}

/// A derived column on its way: refused ones keep their name, so that one mistake makes one error.
struct Declared {
    name: String,
    expression: Option<Expression>,
    slot: usize,
}

/// A wire whose input was found.
struct Connection {
    node: usize,
    input: usize,
    names: Vec<String>,
}

#[derive(Default)]
struct Compiler {
    errors: Vec<BuildError>,
    nodes: Vec<Node>,
    inputs: Vec<Vec<Option<Input>>>,
    columns: Vec<ColumnSpec>,
    /// Metrics and derived columns by full name.
    names: HashMap<String, Named>,
    /// Paths of components, and those of components whose parameters are refused.
    paths: HashMap<String, usize>,
    refused: HashSet<String>,
    /// Inputs by full name.
    ports: HashMap<String, (usize, usize)>,
    derived: Vec<Declared>,
    slots: usize,
    lags: Vec<Lag>,
    known_lags: HashMap<(usize, u32, String), usize>,
    /// Slots of timestep and years, where they are read.
    time: Option<(usize, usize)>,
    /// The slots of the last timestep and of the parts of a date, where they are read.
    times: [Option<usize>; 6],
    /// The length of a timestep, which is that of the outermost system.
    dt: f64,
    /// Whether rows have dates, or were to have them.
    dated: bool,
    calendar: Option<Calendar>,
    params: Vec<ParamRead>,
    known_params: HashMap<String, usize>,
    feeds: Vec<Feed>,
    constants: Vec<(usize, f64)>,
    interactions: Vec<BoundInteraction>,
    wires: Vec<WireSpec>,
    connections: Vec<Connection>,
    schedule: Vec<Op>,
    substeps: u32,
}

fn compile(builder: SystemBuilder) -> Result<System, BuildErrors> {
    let mut compiler =
        Compiler { dt: builder.step.count, dated: builder.start.is_some(), ..Compiler::default() };
    let builder = Arc::new(builder);
    let root = compiler.collect(&builder, "");
    if compiler.nodes.is_empty() && compiler.errors.is_empty() {
        compiler.errors.push(BuildError::Empty { name: builder.name.clone() });
    }
    compiler.calendar = compiler.calendar(&builder);
    compiler.declare_derived(&builder, "");
    compiler.connect(&builder, "");
    compiler.fill_defaults();
    let events = compiler.compile_events(&builder, "");
    let Ordered { columns: derived, order, start } = compiler.compile_derived();
    if !compiler.errors.is_empty() {
        return Err(BuildErrors { errors: compiler.errors });
    }
    compiler.emit(&root, true);
    let last = compiler.complete(&derived, &order);
    let rings = rings(&mut compiler.lags);
    let reads_time = compiler.time.is_some();
    let (timestep, years) = compiler.time();
    let moves = compiler.moves(&derived);
    let at_start = compiler.start(&start, &derived);
    let at_end = compiler.columns(&last, &derived);
    let mut nodes = compiler.nodes;
    for (node, inputs) in nodes.iter_mut().zip(compiler.inputs) {
        node.sources = inputs.into_iter().flatten().map(|input| input.slot).collect();
    }
    Ok(System {
        name: builder.name.clone(),
        step: builder.step,
        calendar: compiler.calendar,
        nodes,
        schedule: compiler.schedule,
        moves,
        substeps: compiler.substeps,
        slots: compiler.slots,
        constants: compiler.constants,
        feeds: compiler.feeds,
        derived,
        start,
        at_start,
        last,
        at_end,
        lags: compiler.lags,
        rings,
        timestep,
        years,
        reads_time,
        times: compiler.times,
        params: compiler.params,
        interactions: compiler.interactions,
        events,
        columns: compiler.columns,
        wires: compiler.wires,
    })
}

/// One ring for each slot that is lagged, as long as its longest lag.
fn rings(lags: &mut [Lag]) -> Vec<Ring> {
    let mut rings: Vec<Ring> = Vec::new();
    let mut known: HashMap<usize, usize> = HashMap::new();
    for lag in lags {
        lag.ring = *known.entry(lag.source).or_insert_with(|| {
            rings.push(Ring { source: lag.source, lags: Vec::new() });
            rings.len() - 1
        });
        rings[lag.ring].lags.push(lag.steps);
    }
    rings
}

fn join(prefix: &str, name: &str) -> String {
    if prefix.is_empty() { name.to_owned() } else { format!("{prefix}.{name}") }
}

impl Compiler {
    /// The dates of rows, where there is a start.
    fn calendar(&mut self, builder: &SystemBuilder) -> Option<Calendar> {
        let made = Calendar::new(builder.start?, builder.step);
        made.map_err(|error| self.errors.push(BuildError::Calendar(error))).ok()
    }

    fn slot(&mut self) -> usize {
        self.slots += 1;
        self.slots - 1
    }

    /// Flattens the members, in the order of the two lists, and sorts them into stages.
    fn collect(&mut self, builder: &Arc<SystemBuilder>, prefix: &str) -> Group {
        let mut members: Vec<(String, List, Option<Member>)> = Vec::new();
        let mut known = HashSet::new();
        let mut member_nodes = vec![usize::MAX; builder.members.len()];
        for list in [List::Uncontrollables, List::Controllables] {
            for (at, member) in builder.members.iter().enumerate().filter(|(_, m)| m.list == list) {
                if let Err(error) = check_name(&member.name) {
                    self.errors.push(error);
                }
                let path = join(prefix, &member.name);
                if !known.insert(member.name.as_str()) {
                    self.errors.push(BuildError::Duplicate { name: path.clone() });
                    continue;
                }
                let part = match &member.part {
                    Part::Refused(error) => {
                        self.errors
                            .push(BuildError::Params { component: path.clone(), error: error.clone() });
                        self.refused.insert(path);
                        members.push((member.name.clone(), list, None));
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
        let stages = self.sort_into_stages(builder, prefix, members);
        Group { prefix: prefix.to_owned(), stages, interactions }
    }

    fn add_node(&mut self, path: String, list: List, instance: Box<dyn Instance>) -> usize {
        let Started { substeps, state_size } = instance.check().unwrap_or_else(|error| {
            self.errors.push(BuildError::Params { component: path.clone(), error });
            Started { substeps: 1, state_size: 0 }
        });
        if let Some(asked) = instance.asks_date().filter(|_| !self.dated) {
            let (reader, function) = (Reader::Component(path.clone()), format!("`{asked}()`"));
            self.errors.push(BuildError::NoDates { reader, function, character: 0 });
        }
        let base = self.slots;
        let node = self.nodes.len();
        for (field, spec) in instance.metrics().iter().enumerate() {
            let slot = self.slot();
            let name = join(&path, &spec.name);
            let named = Named { slot, column: self.columns.len(), owner: Owner::Node(node) };
            self.names.insert(name.clone(), named);
            self.columns.push(ColumnSpec {
                name,
                kind: spec.kind,
                unit: spec.unit.to_string(),
                doc: spec.doc.to_string(),
                source: Source::Metric { node, field, slot },
            });
        }
        for (input, spec) in instance.inputs().iter().enumerate() {
            let name = join(&path, &spec.name);
            if spec.kind != CellKind::F64 {
                self.errors.push(BuildError::InputKind { name: name.clone() });
            }
            self.ports.insert(name, (node, input));
        }
        self.inputs.push(vec![None; instance.inputs().len()]);
        self.paths.insert(path.clone(), node);
        self.nodes.push(Node { path, list, instance, base, sources: Vec::new(), substeps, state_size });
        node
    }

    fn sort_into_stages(
        &mut self,
        builder: &SystemBuilder,
        prefix: &str,
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
        let numbers: HashMap<String, usize> =
            members.iter().enumerate().map(|(at, (name, ..))| (name.clone(), at)).collect();
        let mut taken = HashSet::new();
        let mut stages = Vec::new();
        for Stage { discipline, components } in declared {
            let mut inside = Vec::new();
            for name in components {
                let Some(number) = numbers.get(name) else {
                    let near = nearest(name, members.iter().map(|(n, ..)| n));
                    let hint = crate::declaration::nearest::suggestion(near.as_deref());
                    self.stage_error(format!("a stage names unknown component `{name}`{hint}"));
                    continue;
                };
                if !taken.insert(*number) {
                    self.stage_error(format!("component `{name}` is in two stages"));
                }
                inside.extend(members[*number].2.take());
            }
            stages.push((*discipline, inside));
        }
        for (at, (name, ..)) in members.iter().enumerate() {
            if !taken.contains(&at) && !self.refused.contains(&join(prefix, name)) {
                self.stage_error(format!("component `{name}` is in no stage"));
            }
        }
        stages
    }

    fn stage_error(&mut self, message: String) {
        self.errors.push(BuildError::Stages { message });
    }
}

/// The expression with its names as seen from outside.
fn prefixed(expression: &Expression, prefix: &str) -> Expression {
    expression
        .renamed(&|name| if place_of_time(name).is_some() { name.to_owned() } else { join(prefix, name) })
}
