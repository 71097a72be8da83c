//! From the model to quantities: every name looked up, every array taken apart, every function said in equations.

mod call;
mod clock;
mod conveyor;
mod definition;
mod expansion;
mod external;
mod flow;
mod lookup;
mod reduction;
mod render;
mod saying;
mod stages;
mod template;

use crate::dimension::{Dimensions, Setting};
use crate::expression::{Dialect, key};
use crate::fault::Faults;
use crate::name::Names;
use crate::scope::{Alias, Array, Scope};
use crate::sheet::Books;
use crate::source::{Definition, Meaning, Outside, Source};
use crate::target::{Quantity, Role, Target};
use std::collections::{HashMap, VecDeque};

/// Parts of expressions that are said in equations, at most.
const MOST: usize = 400_000;
/// What is told of more.
const TOO_MANY: &str = "a model of more than 400,000 parts of equations, its arrays taken apart";
/// Modules, and calls of macros, at most.
const MOST_SCOPES: usize = 2_000;

/// Names of Vensim that say how a run goes: a change of them after the import would change nothing.
const CONTROL: [&str; 4] = ["initial_time", "final_time", "time_step", "saveper"];

/// A definition at its elements.
#[derive(Clone, Debug)]
struct Job<'s> {
    scope: usize,
    definition: &'s Definition,
    setting: Setting,
    elements: Vec<String>,
    /// Which of the left side's elements they are, in order.
    index: usize,
    name: String,
    table: Option<String>,
}

/// A stock's flows, to be joined when all are known.
#[derive(Debug)]
struct Joint {
    stock: String,
    non_negative: bool,
    inflows: Vec<String>,
    outflows: Vec<String>,
    at: usize,
    belt: Option<Belt>,
}

/// What makes a stock a conveyor.
#[derive(Debug)]
struct Belt {
    at: usize,
    time: String,
    initial: String,
    exponential: bool,
}

/// The work.
pub(crate) struct Translation<'s> {
    source: &'s Source,
    faults: &'s mut Faults,
    dimensions: Dimensions,
    books: Books<'s>,
    names: Names,
    target: Target,
    scopes: Vec<Scope>,
    jobs: VecDeque<Job<'s>>,
    /// All definitions by the name of their quantity.
    defined: HashMap<String, Job<'s>>,
    joints: Vec<Joint>,
    /// Flows that are at 0 or above, by name.
    one_way: HashMap<String, bool>,
    /// Flows without an equation, which a conveyor must drive, and the share that leaks.
    driven: HashMap<String, Option<String>>,
    macros: HashMap<String, usize>,
    /// Whether some variables begin elsewhere than their equation says.
    has_initials: bool,
    /// Of each such variable the name of where it begins.
    initials: HashMap<String, String>,
    left: usize,
    /// The constant that is the time at which the model's clock begins, once it was needed.
    start: Option<String>,
}

/// Says a model in quantities.
pub(crate) fn translate<'s>(source: &'s Source, mut books: Books<'s>, faults: &'s mut Faults) -> Target {
    let mut dimensions = source.dimensions.clone();
    for one in &mut dimensions {
        match external::elements(&mut books, one) {
            Ok(elements) => one.elements = elements,
            Err(message) => {
                faults.refuse(one.at, format!("the dimension `{}` cannot be imported: {message}", one.name));
            }
        }
    }
    let dimensions = Dimensions::new(&dimensions, faults);
    let macros = source.macros.iter().enumerate().map(|(at, one)| (key(&one.name), at)).collect();
    let is_active = |one: &Definition| {
        match &one.meaning {
        Meaning::Equation(of, _) => of.nodes.iter().any(|node| matches!(node, crate::expression::Node::Call { name, .. } if key(name) == "active_initial")),
        _ => false,
    }
    };
    let mut work = Translation {
        source,
        faults,
        dimensions,
        books,
        names: Names::default(),
        target: Target::default(),
        scopes: Vec::new(),
        jobs: VecDeque::new(),
        defined: HashMap::new(),
        joints: Vec::new(),
        one_way: HashMap::new(),
        driven: HashMap::new(),
        macros,
        has_initials: source.parts.iter().any(|part| part.definitions.iter().any(is_active)),
        initials: HashMap::new(),
        left: MOST,
        start: None,
    };
    work.modules();
    while let Some(job) = work.jobs.pop_front() {
        work.define(&job);
        if work.left == 0 {
            break;
        }
    }
    work.belts();
    work.join();
    let Translation { mut target, initials, .. } = work;
    crate::initial::settle(&mut target, &initials);
    target
}

impl<'s> Translation<'s> {
    /// The model and its modules, each a scope of its own.
    fn modules(&mut self) {
        let source = self.source;
        self.scopes.push(Scope::default());
        // Scope, part, and how deep it lies.
        let mut open = vec![(0, 0, 0)];
        while let Some((scope, part, depth)) = open.pop() {
            let Some(part) = source.parts.get(part) else { continue };
            for module in &part.modules {
                let Some(inner) = source.part(&module.model).filter(|at| *at > 0) else {
                    let message = format!(
                        "the module `{}` is of a model `{}` that is not there",
                        module.name, module.model
                    );
                    self.faults.refuse(module.at, message);
                    continue;
                };
                if depth >= 20 || self.scopes.len() >= MOST_SCOPES {
                    self.faults.refuse(module.at, "modules lie in one another too deep, or are too many");
                    continue;
                }
                let aliases =
                    module.connects.iter().map(|(inner, outer)| (key(inner), Alias::Of(scope, key(outer))));
                let prefix =
                    format!("{}{}.", self.scopes.get(scope).map_or("", |one| &one.prefix), module.name);
                let child = Scope { prefix, aliases: aliases.collect(), ..Scope::default() };
                let at = self.scopes.len();
                self.scopes.push(child);
                if let Some(parent) = self.scopes.get_mut(scope) {
                    parent.modules.insert(key(&module.name), at);
                }
                open.push((at, inner, depth + 1));
            }
            self.register(scope, &part.definitions);
        }
    }

    /// Gives names to what a scope defines, and remembers to define it.
    fn register(&mut self, scope: usize, definitions: &'s [Definition]) {
        for definition in definitions {
            let name = key(&definition.name);
            let Some(own) = self.scopes.get(scope) else { return };
            if own.aliases.contains_key(&name) {
                continue;
            }
            let (prefix, is_call) = (own.prefix.clone(), own.is_call);
            let Some(settings) = self.dimensions.settings(&definition.left) else {
                let message = format!(
                    "`{}`: one of `{}` is neither a dimension nor an element, or they are too many",
                    definition.name,
                    definition.left.join(", ")
                );
                self.faults.refuse(definition.at, message);
                continue;
            };
            if let Meaning::Missing(why) = definition.meaning
                && !why.is_empty()
            {
                self.faults.refuse(definition.at, format!("`{}` cannot be imported: {why}", definition.name));
            }
            let excepted = self.excepted(definition);
            for (index, (elements, setting)) in settings.into_iter().enumerate() {
                let joined = elements.join(",");
                if excepted.contains(&joined) {
                    continue;
                }
                let spelled: Vec<String> = elements.iter().map(|one| self.dimensions.spelled(one)).collect();
                let written = format!("{prefix}{} {}", definition.name, spelled.join(" "));
                let given = self.names.give(written.trim());
                let given = if is_call { format!("_{given}") } else { given };
                let outside = match &definition.meaning {
                    Meaning::External(external) => Some(external.what),
                    _ => None,
                };
                let only_table =
                    matches!(definition.meaning, Meaning::Table(_)) || outside == Some(Outside::Table);
                let has_table = only_table
                    || outside == Some(Outside::Series)
                    || matches!(
                        definition.meaning,
                        Meaning::Equation(_, Some(_)) | Meaning::Flow(_, Some(_), _)
                    );
                let table = match (has_table, only_table) {
                    (true, true) => Some(given.clone()),
                    (true, false) => Some(self.names.give(&format!("{given} table"))),
                    _ => None,
                };
                let Some(own) = self.scopes.get_mut(scope) else { return };
                let array = own.known.entry(name.clone()).or_insert_with(|| {
                    let whole = Some(&definition.dimensions).filter(|all| !all.is_empty());
                    Array { left: whole.unwrap_or(&definition.left).clone(), ..Array::default() }
                });
                if array.left.len() != definition.left.len() {
                    let message =
                        format!("`{}` is defined with different numbers of subscripts", definition.name);
                    self.faults.refuse(definition.at, message);
                    break;
                }
                // A name that stands for whole dimensions tells more than one for single elements.
                for (known, new) in array.left.iter_mut().zip(&definition.left) {
                    if index == 0 && self.dimensions.size(new) > self.dimensions.size(known) {
                        known.clone_from(new);
                    }
                }
                let item = array.items.entry(joined).or_default();
                let (value, table_taken) = (item.value.is_some(), item.table.is_some());
                if value || table_taken {
                    self.faults.refuse(definition.at, format!("`{}` is defined twice", written.trim()));
                    break;
                }
                item.value = (!only_table).then(|| given.clone());
                item.table.clone_from(&table);
                let job = Job { scope, definition, setting, elements, index, name: given.clone(), table };
                self.defined.insert(given, job.clone());
                self.jobs.push_back(job);
            }
        }
    }

    fn excepted(&mut self, definition: &Definition) -> Vec<String> {
        let mut found = Vec::new();
        for except in &definition.except {
            match self.dimensions.settings(except) {
                Some(settings) => found.extend(settings.into_iter().map(|(elements, _)| elements.join(","))),
                None => self.faults.refuse(
                    definition.at,
                    format!("`{}`: `:EXCEPT: [{}]` is of no dimension", definition.name, except.join(", ")),
                ),
            }
        }
        found
    }

    /// A quantity of the import's own, which is not shown.
    fn add_hidden(&mut self, owner: &str, what: &str, role: Role) -> String {
        let name = format!("_{}", self.names.give(&format!("{} {what}", owner.trim_start_matches('_'))));
        let doc = format!("Part of `{}`.", owner.trim_start_matches('_'));
        self.target.quantities.push(Quantity {
            name: name.clone(),
            written: None,
            unit: String::new(),
            doc,
            at: self.defined.get(owner).map_or(0, |job| job.definition.at),
            role,
        });
        name
    }

    fn is_vensim(&self) -> bool {
        self.source.dialect == Dialect::Vensim
    }
}
