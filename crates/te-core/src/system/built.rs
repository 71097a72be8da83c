//! A built system: components, wires and interactions resolved to slots.

use crate::declaration::calendar::Calendar;
use crate::declaration::nearest::nearest;
use crate::declaration::param_error::{ParamError, ParamIssue};
use crate::declaration::param_spec::ParamSpec;
use crate::declaration::params::index_of;
use crate::declaration::step_length::StepLength;
use crate::declaration::value::Value;
use crate::model::kind::Instance;
use crate::system::bound_event::BoundEvent;
use crate::system::build_error::{BuildError, BuildErrors};
use crate::system::builder::{List, SystemBuilder};
use crate::system::described::{ColumnSpec, ComponentSpec, Source, WireSpec};
use crate::system::event::EventSpec;
use crate::system::expression::Program;
use crate::system::moves::{
    Batch, BoundInteraction, DerivedColumn, Feed, Lag, Move, Op, ParamRead, Ring, Start,
};

/// One component of a built system.
#[derive(Clone)]
pub(crate) struct Node {
    /// Dotted instance name.
    pub(crate) path: String,
    pub(crate) list: List,
    pub(crate) instance: Box<dyn Instance>,
    /// Slot of its first metric.
    pub(crate) base: usize,
    /// Slot of each input.
    pub(crate) sources: Vec<usize>,
    pub(crate) substeps: u32,
    /// Bytes of its state at the start.
    pub(crate) state_size: usize,
}

/// Components composed, their names resolved, ready to run.
///
/// A clone has parameters of its own: to try another setting is to clone it and [`set`](Self::set), without assembling it
/// again.
///
/// ```
/// use te_core::glue::{Delay, DelayParams};
/// use te_core::{System, Value};
///
/// let mut system = System::builder("s");
/// system.controllable::<Delay>("later", DelayParams { steps: 1, initial: 2.0 });
/// system.derived("double", "2 * later.value", "");
/// system.wire("double", "later.value");
/// let system = system.build()?;
/// let mut other = system.clone();
/// other.set("later.initial", &Value::F64(3.0))?;
/// assert_eq!(system.components()[0].params[1].1, Value::F64(2.0));
/// assert_eq!(other.components()[0].params[1].1, Value::F64(3.0));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct System {
    pub(crate) name: String,
    pub(crate) step: StepLength,
    pub(crate) calendar: Option<Calendar>,
    pub(crate) nodes: Vec<Node>,
    pub(crate) schedule: Vec<Op>,
    /// The schedule as it is run.
    pub(crate) moves: Vec<Move>,
    pub(crate) substeps: u32,
    pub(crate) slots: usize,
    pub(crate) constants: Vec<(usize, f64)>,
    pub(crate) feeds: Vec<Feed>,
    pub(crate) derived: Vec<DerivedColumn>,
    /// What fills derived columns and lags at the start of a run, in order.
    pub(crate) start: Vec<Start>,
    pub(crate) at_start: Batch,
    /// Derived columns that are computed when a timestep ends, in order.
    pub(crate) last: Vec<usize>,
    pub(crate) at_end: Batch,
    pub(crate) lags: Vec<Lag>,
    pub(crate) rings: Vec<Ring>,
    /// Slots of the time, and whether an expression reads them.
    pub(crate) timestep: usize,
    pub(crate) years: usize,
    pub(crate) reads_time: bool,
    /// Slots of the last timestep and of the parts of a date, where expressions read them.
    pub(crate) times: [Option<usize>; 6],
    pub(crate) params: Vec<ParamRead>,
    pub(crate) interactions: Vec<BoundInteraction>,
    pub(crate) events: Vec<BoundEvent>,
    pub(crate) columns: Vec<ColumnSpec>,
    pub(crate) wires: Vec<WireSpec>,
}

impl std::fmt::Debug for System {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let paths: Vec<_> = self.nodes.iter().map(|n| &n.path).collect();
        f.debug_struct("System").field("name", &self.name).field("components", &paths).finish_non_exhaustive()
    }
}

impl System {
    /// Starts a system of this name.
    pub fn builder(name: impl Into<String>) -> SystemBuilder {
        SystemBuilder::new(name)
    }

    /// A system of one component.
    ///
    /// # Errors
    /// [`BuildErrors`] where its name or parameters are refused, or an input has no default.
    pub fn of<C: crate::model::component::Component>(
        name: &str,
        params: C::Params,
    ) -> Result<Self, BuildErrors> {
        let mut builder = Self::builder(name);
        builder.controllable::<C>(name, params);
        builder.build()
    }

    /// The system's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The length of a timestep.
    pub fn step_length(&self) -> StepLength {
        self.step
    }

    /// Which timestep has which date, where the system has a start.
    pub fn calendar(&self) -> Option<Calendar> {
        self.calendar
    }

    /// How many substeps a timestep has.
    pub fn substeps(&self) -> u32 {
        self.substeps
    }

    /// Every column it can record, in order.
    pub fn columns(&self) -> &[ColumnSpec] {
        &self.columns
    }

    /// Its connections.
    pub fn wires(&self) -> &[WireSpec] {
        &self.wires
    }

    /// Its derived columns, in order: name and expression.
    pub fn derived(&self) -> impl Iterator<Item = (&str, &str)> {
        let shown = self.derived.iter().filter(|column| !column.name.contains(':'));
        shown.map(|column| (column.name.as_str(), column.text.as_str()))
    }

    /// Names of its interactions, in order.
    pub fn interactions(&self) -> impl Iterator<Item = &str> {
        self.interactions.iter().map(|i| i.path.as_str())
    }

    /// Its events, in the order in which they act.
    pub fn events(&self) -> impl Iterator<Item = &EventSpec> {
        self.events.iter().map(|event| &event.spec)
    }

    /// Its components with the parameters they have.
    pub fn components(&self) -> Vec<ComponentSpec> {
        self.nodes
            .iter()
            .map(|node| ComponentSpec {
                path: node.path.clone(),
                kind: node.instance.kind().to_owned(),
                list: node.list,
                source: node.instance.source().map(str::to_owned),
                params: (node.instance.specs().iter().enumerate())
                    .filter_map(|(i, spec)| node.instance.get(i).map(|value| (spec.clone(), value)))
                    .collect(),
            })
            .collect()
    }

    /// Finds a parameter by its full name, `instance.parameter`, or a time of an event, `event.NAME.at`: what it belongs to, and
    /// its place there. Events are counted after components.
    pub(crate) fn find_param(&self, name: &str) -> Result<(usize, usize), ParamIssue> {
        let inside = |path: &str| name.strip_prefix(path).and_then(|rest| rest.strip_prefix('.'));
        for (at, node) in self.nodes.iter().enumerate() {
            if let Some(rest) = inside(node.path.as_str())
                && let Some(index) = index_of(node.instance.specs(), rest)
            {
                return Ok((at, index));
            }
        }
        for (at, event) in self.events.iter().enumerate() {
            if let Some(rest) = inside(event.spec.name.as_str())
                && let Some(index) = event.times.iter().position(|(spec, _)| spec.name == rest)
            {
                return Ok((self.nodes.len() + at, index));
            }
        }
        let known: Vec<String> = self.param_names().collect();
        let nearest = nearest(name, &known);
        Err(ParamIssue {
            path: name.to_owned(),
            value: String::new(),
            unit: "".into(),
            problem: crate::declaration::param_error::Problem::Unknown { nearest, known },
        })
    }

    /// The event that a place among parameters belongs to.
    pub(crate) fn event_of(&self, node: usize) -> Option<&BoundEvent> {
        self.events.get(node.checked_sub(self.nodes.len())?)
    }

    /// The declaration and present value of a parameter.
    pub(crate) fn param(&self, at: (usize, usize)) -> Option<(ParamSpec, Value)> {
        if let Some(event) = self.event_of(at.0) {
            let (spec, value) = event.times.get(at.1)?;
            return Some((spec.nested(&event.spec.name), Value::U64(*value)));
        }
        let node = self.nodes.get(at.0)?;
        Some((node.instance.specs().get(at.1)?.nested(&node.path), node.instance.get(at.1)?))
    }

    /// Full names of all parameters, and of the times of events.
    pub fn param_names(&self) -> impl Iterator<Item = String> {
        let nodes = self.nodes.iter();
        let own = nodes.flat_map(|n| n.instance.specs().iter().map(|s| format!("{}.{}", n.path, s.name)));
        own.chain(self.events.iter().flat_map(|event| {
            event.times.iter().map(|(spec, _)| format!("{}.{}", event.spec.name, spec.name))
        }))
    }

    /// Sets a parameter by its full name, before running.
    ///
    /// # Errors
    /// [`ParamError`] where the name is unknown or the value refused; the old value stays.
    pub fn set(&mut self, name: &str, value: &Value) -> Result<(), ParamError> {
        let (at, index) = self.find_param(name).map_err(ParamError::single)?;
        if let Some(event) = at.checked_sub(self.nodes.len()) {
            let Some(BoundEvent { spec, times, .. }) = self.events.get_mut(event) else { return Ok(()) };
            if let Some((own, time)) = times.get_mut(index) {
                let outside = |issue: ParamIssue| ParamError::single(issue.nested(&spec.name));
                *time = own.convert::<u64>(value).map_err(outside)?;
                let shown = spec.times.iter_mut().filter(|(key, _)| own.name == *key);
                shown.for_each(|(_, shown)| *shown = *time);
            }
            return Ok(());
        }
        let Some(node) = self.nodes.get_mut(at) else { return Ok(()) };
        let mut changed = node.instance.boxed();
        let outside = |issue: ParamIssue| ParamError::single(issue.nested(&node.path));
        changed.set(index, value).map_err(outside)?;
        changed.check().map_err(|error| ParamError {
            issues: error.issues.into_iter().map(|issue| issue.nested(&node.path)).collect(),
        })?;
        node.instance = changed;
        Ok(())
    }

    /// The index of the column of this name.
    pub(crate) fn find_column(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|c| c.name == name)
    }

    /// Which components have metrics that wires, derived columns, events or lags read.
    pub(crate) fn watched(&self) -> Vec<bool> {
        let mut read: Vec<usize> = self.nodes.iter().flat_map(|node| node.sources.iter().copied()).collect();
        read.extend(self.lags.iter().map(|lag| lag.source));
        read.extend(self.feeds.iter().flat_map(|feed| feed.formula.reads().copied()));
        read.extend(self.derived.iter().flat_map(|derived| derived.formula.reads().copied()));
        read.extend(
            self.events.iter().flat_map(BoundEvent::computed).flat_map(|of| of.formula.reads().copied()),
        );
        read.extend(self.schedule.iter().filter_map(|op| match op {
            Op::Copy { from, .. } => Some(*from),
            _ => None,
        }));
        let own = |node: &Node| node.base..node.base + node.instance.metrics().len();
        self.nodes.iter().map(|node| read.iter().any(|slot| own(node).contains(slot))).collect()
    }

    /// How many operations its wires and derived columns take in a timestep. What two of them that are computed one after the
    /// other have in common is computed once.
    ///
    /// ```
    /// use te_core::glue::{Function, FunctionParams};
    /// let mut system = te_core::System::builder("s");
    /// system.uncontrollable::<Function>("a", FunctionParams::default());
    /// system.derived("one", "1 + 2 * a.value", "");
    /// system.derived("two", "one * (2 * a.value)", "");
    /// assert_eq!(system.build()?.operations(), 3);
    /// # Ok::<(), te_core::BuildErrors>(())
    /// ```
    pub fn operations(&self) -> usize {
        let of = |one: &Move| match one {
            Move::Compute(batch) => batch.program.len(),
            Move::Do(_) => 0,
        };
        self.moves.iter().map(of).sum::<usize>() + self.at_end.program.len()
    }

    /// All programs of its expressions.
    pub(crate) fn programs(&self) -> impl Iterator<Item = &Program> {
        let batches = self.moves.iter().filter_map(|one| match one {
            Move::Compute(batch) => Some(&batch.program),
            Move::Do(_) => None,
        });
        let events = self.events.iter().flat_map(BoundEvent::computed).map(|of| &of.program);
        batches.chain([&self.at_start.program, &self.at_end.program]).chain(events)
    }

    /// Whether runs of all of its components can be stepped in lanes.
    pub(crate) fn is_laned(&self) -> bool {
        self.nodes.iter().all(|node| node.instance.has_lanes())
    }

    /// Bytes of the past that lags need of a run.
    pub(crate) fn past_size(&self, timesteps: u64) -> u64 {
        let rows = self.rings.iter().map(|ring| ring.rows_kept(timesteps) as u64);
        rows.fold(0, u64::saturating_add).saturating_mul(size_of::<f64>() as u64)
    }

    /// Bytes of a run's state at the start.
    pub(crate) fn state_size(&self) -> usize {
        self.nodes.iter().map(|node| node.state_size).sum()
    }

    pub(crate) fn slot_of(&self, column: usize) -> usize {
        match self.columns[column].source {
            Source::Metric { slot, .. } | Source::Derived { slot } => slot,
        }
    }
}

/// Whether a name can stand in paths and expressions.
pub(crate) fn check_name(name: &str) -> Result<(), BuildError> {
    let mut letters = name.chars();
    let starts = letters.next().is_some_and(char::is_alphabetic);
    let keyword = matches!(name, "and" | "or" | "not");
    if starts && !keyword && letters.all(|c| c.is_alphanumeric() || c == '_') {
        Ok(())
    } else {
        Err(BuildError::Name { name: name.to_owned() })
    }
}
