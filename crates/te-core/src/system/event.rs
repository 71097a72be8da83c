//! Events: parameters and states that change while a run goes on.

use crate::declaration::value::Value;

/// Something that happens while a run goes on: at a timestep, again and again, or when a condition becomes true, it sets
/// parameters and adds to states. It is part of a system ([`SystemBuilder::event`](crate::SystemBuilder::event)), so that systems with
/// and without it are compared under the same luck.
///
/// # Time
/// An event acts before the stages of the timestep that it names. Its expressions read the row before: metrics, derived
/// columns, their past, parameters, and the time and the date of that row, by the functions that wires have
/// ([`Expression::parse_in_system`](crate::Expression::parse_in_system)). Events act in the order in which they were added, each on
/// what the ones before it left. A condition is looked at before every timestep; it becomes true where it holds and did not
/// hold a row earlier, or holds in row 0.
///
/// # Parameters
/// A number or a boolean is set by an expression, in which a name without a column is that of a parameter (`param(name)` always
/// is): `"0.5 * economy.throttle"`. Anything else is set to a value: a choice by its name. Parameters that are read at the
/// start only ([`ParamSpec::initial`](crate::ParamSpec::initial)) cannot be set, nor those of kinds that do not take it
/// ([`Component::reparam`](crate::Component::reparam)). The component checks its parameters again; what it refuses ends the
/// run with an error that names event, parameter, value and range. The component's state stays; so does what it shows,
/// until it steps.
///
/// [`lasting`](Self::lasting) sets the parameters back: to the value that each had before, unless something has set it since.
/// While it lasts, an event does not begin anew.
///
/// # Sweeps
/// `event.NAME.at`, `.every`, `.from`, `.until` and `.for` are parameters of the system: they can be swept, drawn and set.
///
/// ```
/// use te_core::glue::{Delay, DelayParams};
/// use te_core::{Axis, Event, Experiment, Sweep, System};
/// # use serde::{Deserialize, Serialize};
/// # use te_core::{Machine, Mechanism, Now, Params, Record, StepError, Watch};
/// # /// Parameters.
/// # #[derive(Clone, Copy, Debug, PartialEq, Params)]
/// # pub struct GrowthParams {
/// #     /// Growth.
/// #     #[param(default = 1.0, min = 0.0, max = 10.0, unit = "token/step")]
/// #     pub rate: f64,
/// # }
/// # /// Supply.
/// # #[derive(Clone, Copy, Debug, PartialEq, Record, Serialize, Deserialize)]
/// # pub struct Supply {
/// #     /// Tokens in existence.
/// #     #[record(unit = "token")]
/// #     pub supply: f64,
/// # }
/// # pub type Growth = Machine<Growing>;
/// # pub enum Growing {}
/// # impl Mechanism for Growing {
/// #     const KIND: &'static str = "example/growth";
/// #     type Params = GrowthParams; type Terms = GrowthParams;
/// #     type Inputs = (); type State = Supply; type Draws = (); type Metrics = Supply;
/// #     fn start(_: &GrowthParams) -> Supply { Supply { supply: 0.0 } }
/// #     fn step<W: Watch<Error = StepError>>(_: &mut W, now: Now<'_, Self>) -> Supply {
/// #         Supply { supply: now.state.supply + now.terms.rate }
/// #     }
/// #     fn show(_: &GrowthParams, state: &Supply) -> Supply { *state }
/// # }
/// let mut system = System::builder("growth");
/// system.controllable::<Growth>("growth", GrowthParams { rate: 1.0 });
/// system.event(Event::new("boom").at(2).lasting(2).set("growth.rate", "10 * growth.rate"));
/// system.event(Event::new("end").when("growth.supply >= 22").set("growth.rate", 0.0));
/// let experiment = Experiment::new(system.build()?).timesteps(6);
/// let results = experiment.run()?;
/// assert_eq!(results.frame().f64s("growth.supply"), Some(&[0.0, 1.0, 11.0, 21.0, 22.0, 22.0, 22.0][..]));
///
/// let sweep = Sweep::Product(vec![Axis::new("event.boom.at", [1, 3])]);
/// let results = experiment.sweep(sweep).run()?;
/// assert_eq!(results.of(1, 1).f64s("growth.supply"), Some(&[0.0, 1.0, 2.0, 12.0, 22.0, 22.0, 22.0][..]));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    pub(crate) name: String,
    pub(crate) at: Option<u64>,
    pub(crate) every: Option<u64>,
    pub(crate) from: Option<u64>,
    pub(crate) until: Option<u64>,
    pub(crate) when: Option<String>,
    pub(crate) again: bool,
    pub(crate) lasting: Option<u64>,
    pub(crate) set: Vec<(String, Value)>,
    pub(crate) change: Vec<(String, String)>,
}

impl Event {
    /// An event of this name, which does nothing yet.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            at: None,
            every: None,
            from: None,
            until: None,
            when: None,
            again: false,
            lasting: None,
            set: Vec::new(),
            change: Vec::new(),
        }
    }

    /// Acts once, at this timestep, from 1.
    #[must_use]
    pub fn at(mut self, timestep: u64) -> Self {
        self.at = Some(timestep);
        self
    }

    /// Acts every so many timesteps, the first time after as many.
    #[must_use]
    pub fn every(mut self, timesteps: u64) -> Self {
        self.every = Some(timesteps);
        self
    }

    /// Of an event that comes again and again: the first time.
    #[must_use]
    pub fn from(mut self, timestep: u64) -> Self {
        self.from = Some(timestep);
        self
    }

    /// Of an event that comes again and again: the last timestep at which it may act.
    #[must_use]
    pub fn until(mut self, timestep: u64) -> Self {
        self.until = Some(timestep);
        self
    }

    /// Acts when this condition on the row before becomes true, the first time only.
    #[must_use]
    pub fn when(mut self, condition: impl Into<String>) -> Self {
        self.when = Some(condition.into());
        self
    }

    /// Of an event with a condition: acts every time that it becomes true.
    #[must_use]
    pub fn again(mut self) -> Self {
        self.again = true;
        self
    }

    /// Sets the parameters back after so many timesteps.
    #[must_use]
    pub fn lasting(mut self, timesteps: u64) -> Self {
        self.lasting = Some(timesteps);
        self
    }

    /// Sets a parameter, `instance.parameter`, to a value or to what an expression gives.
    #[must_use]
    pub fn set(mut self, parameter: impl Into<String>, value: impl Into<Value>) -> Self {
        self.set.push((parameter.into(), value.into()));
        self
    }

    /// Adds what an expression gives to a state, `instance.state`, of a component whose states are open to it: one of
    /// equations.
    #[must_use]
    pub fn change(mut self, state: impl Into<String>, amount: impl Into<String>) -> Self {
        self.change.push((state.into(), amount.into()));
        self
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its times, by the words of files.
    pub(crate) fn times(&self) -> impl Iterator<Item = (&'static str, u64)> {
        let given = [
            ("at", self.at),
            ("every", self.every),
            ("from", self.from),
            ("until", self.until),
            ("for", self.lasting),
        ];
        given.into_iter().filter_map(|(key, value)| Some((key, value?)))
    }
}

/// An event of a built system, for people to read.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct EventSpec {
    /// Its full name: `event.NAME`, in a nested system with the instance in front.
    pub name: String,
    /// Its times, such as `at` and `for`.
    pub times: Vec<(&'static str, u64)>,
    /// Its condition, where it has one.
    pub when: Option<String>,
    /// Whether it acts every time that the condition becomes true.
    pub again: bool,
    /// Parameters that it sets, and to what.
    pub set: Vec<(String, String)>,
    /// States that it adds to, and what.
    pub change: Vec<(String, String)>,
}

impl std::fmt::Display for EventSpec {
    /// In a line: `event.boom: at 2 for 2: growth.rate = 10 * growth.rate`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut head: Vec<String> = self.when.iter().map(|condition| format!("when {condition}")).collect();
        head.extend(self.again.then(|| "again".to_owned()));
        head.extend(self.times.iter().map(|(key, value)| format!("{key} {value}")));
        let set = self.set.iter().map(|(name, value)| format!("{name} = {value}"));
        let change = self.change.iter().map(|(name, amount)| format!("{name} + ({amount})"));
        let acts: Vec<String> = set.chain(change).collect();
        write!(f, "{}: {}: {}", self.name, head.join(", "), acts.join("; "))
    }
}
