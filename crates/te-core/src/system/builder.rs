//! What a system is made of, before it is built.

use crate::declaration::date::Date;
use crate::declaration::param_error::ParamError;
use crate::declaration::step_length::StepLength;
use crate::declaration::value::Value;
use crate::model::component::Component;
use crate::model::kind::Instance;
use crate::model::registry::Kind;
use crate::model::step_error::StepError;
use crate::model::typed_column::Typed;
use crate::model::world::{Handle, World};
use crate::system::event::Event;
use crate::system::expression::{Expression, ExpressionError};
use std::marker::PhantomData;
use std::sync::Arc;

/// In which order the components of a list see each other.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Discipline {
    /// Later components see what earlier ones have become.
    #[default]
    Sequential,
    /// All read the state before the list.
    Simultaneous,
}

/// Which of the two lists a component is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum List {
    /// Markets, rates, arrivals: stepped first.
    Uncontrollables,
    /// What a community can set.
    Controllables,
}

impl List {
    /// The list's name in files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Uncontrollables => "uncontrollables",
            Self::Controllables => "controllables",
        }
    }
}

/// One stage of a timestep, where a system declares its own.
#[derive(Clone, Debug, PartialEq)]
pub struct Stage {
    /// Order in which its components see each other.
    pub discipline: Discipline,
    /// Instance names, in order.
    pub components: Vec<String>,
}

pub(crate) enum Part {
    Component(Box<dyn Instance>),
    System(Arc<SystemBuilder>),
    /// Parameters were refused; the error waits for the build.
    Refused(ParamError),
}

pub(crate) struct Member {
    pub(crate) name: String,
    pub(crate) list: List,
    pub(crate) part: Part,
}

pub(crate) struct Wire {
    pub(crate) from: Result<Expression, ExpressionError>,
    pub(crate) to: String,
}

pub(crate) struct Derived {
    pub(crate) name: String,
    pub(crate) expression: Result<Expression, ExpressionError>,
    pub(crate) unit: String,
    pub(crate) doc: String,
}

pub(crate) type Interact = dyn Fn(&mut World<'_>) -> Result<(), StepError> + Send + Sync;

#[derive(Clone)]
pub(crate) struct Interaction {
    pub(crate) name: String,
    pub(crate) act: Arc<Interact>,
}

/// Collects components, wires and interactions, and builds a [`System`](crate::System) from them.
///
/// Nothing is checked until [`SystemBuilder::build`], which then reports every problem at once.
///
/// ```
/// # use serde::{Deserialize, Serialize};
/// # use te_core::{Clock, Component, ParamError, Record, StepError, Stream};
/// # #[derive(Clone, Serialize, Deserialize)] struct Counter(f64);
/// # #[derive(Clone, Copy, Record)] struct Count {
/// #     /// Count.
/// #     #[record(unit = "1")] value: f64 }
/// # #[derive(Clone, Copy, Record)] struct By {
/// #     /// Increment.
/// #     #[record(unit = "1", default = 1.0)] by: f64 }
/// # impl Component for Counter {
/// #     const KIND: &'static str = "example/counter";
/// #     type Params = (); type Inputs = By; type Metrics = Count;
/// #     fn new(_: ()) -> Result<Self, ParamError> { Ok(Self(0.0)) }
/// #     fn step(&mut self, i: &By, _: &Clock, _: &mut Stream) -> Result<(), StepError> { self.0 += i.by; Ok(()) }
/// #     fn metrics(&self) -> Count { Count { value: self.0 } }
/// # }
/// use te_core::{Experiment, System};
///
/// let mut counters = System::builder("counters");
/// counters.uncontrollable::<Counter>("first", ());
/// counters.controllable::<Counter>("second", ());
/// counters.wire("2 * first.value", "second.by");
/// counters.derived("sum", "first.value + second.value", "1");
/// let system = counters.build()?;
///
/// let results = Experiment::new(system).timesteps(3).run()?;
/// assert_eq!(results.frame().f64s("sum"), Some(&[0.0, 3.0, 8.0, 15.0][..]));
///
/// let mut wrong = System::builder("wrong");
/// wrong.controllable::<Counter>("only", ());
/// wrong.wire("onyl.value", "only.by");
/// let errors = wrong.build().err().unwrap();
/// assert_eq!(errors.to_string(), "TE0003: wire to `only.by` reads unknown `onyl.value`; did you mean `only.value`?");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct SystemBuilder {
    pub(crate) name: String,
    pub(crate) step: StepLength,
    pub(crate) start: Option<Date>,
    pub(crate) members: Vec<Member>,
    pub(crate) disciplines: [Discipline; 2],
    pub(crate) stages: Option<Vec<Stage>>,
    pub(crate) wires: Vec<Wire>,
    pub(crate) derived: Vec<Derived>,
    pub(crate) interactions: Vec<Interaction>,
    pub(crate) events: Vec<Event>,
}

impl SystemBuilder {
    pub(crate) fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            step: StepLength::default(),
            start: None,
            members: Vec::new(),
            disciplines: [Discipline::Sequential; 2],
            stages: None,
            wires: Vec::new(),
            derived: Vec::new(),
            interactions: Vec::new(),
            events: Vec::new(),
        }
    }

    /// Sets the length of a timestep.
    pub fn step_length(&mut self, step: StepLength) {
        self.step = step;
    }

    /// Sets the date of row 0, so that every row has a date ([`Calendar`](crate::Calendar)). A step must then be a whole
    /// number of days or months. Of a system within a system it is the outer one's that counts.
    pub fn start(&mut self, date: Date) {
        self.start = Some(date);
    }

    /// Adds a component that the world decides: these step first.
    pub fn uncontrollable<C: Component>(&mut self, name: &str, params: C::Params) -> Handle<C> {
        self.component(List::Uncontrollables, name, params)
    }

    /// Adds a component that a community can set.
    pub fn controllable<C: Component>(&mut self, name: &str, params: C::Params) -> Handle<C> {
        self.component(List::Controllables, name, params)
    }

    fn component<C: Component>(&mut self, list: List, name: &str, params: C::Params) -> Handle<C> {
        let part = Part::Component(Box::new(Typed::<C> { params }));
        self.members.push(Member { name: name.to_owned(), list, part });
        Handle { member: self.members.len() - 1, kind: PhantomData }
    }

    /// Adds a component of a registered kind, with parameters as a table.
    pub fn kind(&mut self, list: List, name: &str, kind: &Kind, params: &Value) {
        let part = kind.instance(params).map_or_else(Part::Refused, Part::Component);
        self.members.push(Member { name: name.to_owned(), list, part });
    }

    /// Adds a whole system as one member: its components become `name.component`.
    pub fn nest(&mut self, list: List, name: &str, system: SystemBuilder) {
        self.members.push(Member { name: name.to_owned(), list, part: Part::System(Arc::new(system)) });
    }

    /// Chooses in which order the components of a list see each other.
    pub fn discipline(&mut self, list: List, discipline: Discipline) {
        self.disciplines[list as usize] = discipline;
    }

    /// Declares a stage of the timestep, after those declared before; then the two lists no longer order the
    /// steps, and every component must be in one stage.
    pub fn stage(&mut self, discipline: Discipline, components: &[&str]) {
        let components = components.iter().map(|&c| c.to_owned()).collect();
        self.stages.get_or_insert_default().push(Stage { discipline, components });
    }

    /// Connects an expression over metrics to an input: `wire("market.price", "pool.external_price")`.
    pub fn wire(&mut self, from: &str, to: &str) {
        self.wires.push(Wire { from: Expression::parse_in_system(from), to: to.to_owned() });
    }

    /// Adds a column computed from metrics, other derived columns, their past, parameters and the time, once in every
    /// timestep.
    ///
    /// A wire may read it: the value of the row before, until all that the column reads is complete in this timestep, and that of
    /// this row from then on. [`System::wires`](crate::System::wires) says which ([`Reads`](crate::Reads)). A column that reads its own past needs
    /// an initial value: `lag(sum, 1, 0) + pool.fees`. It may call functions that remember
    /// ([`expression`](crate::expression)).
    ///
    /// ```
    /// use te_core::glue::{Function, FunctionParams};
    /// use te_core::{Experiment, System};
    /// let mut system = System::builder("s");
    /// system.uncontrollable::<Function>("demand", FunctionParams { of: "8 + t".into() });
    /// system.derived("seen", "smooth(demand.value, 2)", "");
    /// system.derived("most", "running_max(8 - abs(t - 1))", "");
    /// let results = Experiment::new(system.build()?).timesteps(3).run()?;
    /// assert_eq!(results.frame().f64s("seen"), Some(&[8.0, 8.0, 8.5, 9.25][..]));
    /// assert_eq!(results.frame().f64s("most"), Some(&[7.0, 8.0, 8.0, 8.0][..]));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn derived(&mut self, name: &str, expression: &str, unit: &str) {
        self.derived.push(Derived {
            name: name.to_owned(),
            expression: Expression::parse_in_system(expression),
            unit: unit.to_owned(),
            doc: format!("{expression}, derived."),
        });
    }

    /// Adds an event: parameters or states that change while a run goes on.
    pub fn event(&mut self, event: Event) {
        self.events.push(event);
    }

    /// Adds an interaction: code that reads and changes components after both lists have stepped.
    pub fn interaction(
        &mut self,
        name: &str,
        act: impl Fn(&mut World<'_>) -> Result<(), StepError> + Send + Sync + 'static,
    ) {
        self.interactions.push(Interaction { name: name.to_owned(), act: Arc::new(act) });
    }
}
