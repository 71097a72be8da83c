//! Why a system is refused: one numbered error for each cause.

use crate::declaration::calendar::{Calendar, CalendarError};
use crate::declaration::nearest::suggestion;
use crate::declaration::param_error::ParamError;
use crate::system::expression::ExpressionError;
use std::fmt;

/// Whose expression reads a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reader {
    /// The wire to this input.
    Wire(String),
    /// The derived column of this name.
    Derived(String),
    /// The event of this name.
    Event(String),
    /// The component of this name, which reads the date by itself.
    Component(String),
}

/// Which part of an event an error is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EventPart {
    /// The event as a whole.
    Whole,
    /// Its name.
    Name,
    /// One of its times, by the words of files: `at`, `every`, `from`, `until`, `for`.
    Time(&'static str),
    /// Its condition.
    When,
    /// What it sets this parameter to.
    Set(String),
    /// What it adds to this state.
    Change(String),
}

impl Reader {
    /// The input that the wire leads to, or the name of the column, event or component.
    pub fn name(&self) -> &str {
        match self {
            Self::Wire(name) | Self::Derived(name) | Self::Event(name) | Self::Component(name) => name,
        }
    }
}

impl fmt::Display for Reader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Wire(to) => write!(f, "wire to `{to}`"),
            Self::Derived(name) => write!(f, "derived column `{name}`"),
            Self::Event(name) => write!(f, "event `{name}`"),
            Self::Component(name) => write!(f, "component `{name}`"),
        }
    }
}

/// One reason why a system cannot be built.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum BuildError {
    /// A name with characters that paths and expressions cannot hold.
    #[error("`{name}` is not a name: use letters, digits and `_`, starting with a letter")]
    Name {
        /// The name.
        name: String,
    },
    /// Two things of one name.
    #[error("`{name}` is declared twice")]
    Duplicate {
        /// The name.
        name: String,
    },
    /// A wire or a derived column reads what is not there.
    #[error("{reader} reads unknown `{name}`{}", called(.name).unwrap_or_else(|| suggestion(.nearest.as_deref())))]
    UnknownSource {
        /// Who reads.
        reader: Reader,
        /// What it reads.
        name: String,
        /// The nearest name there is.
        nearest: Option<String>,
    },
    /// A wire leads nowhere.
    #[error("wire to unknown input `{name}`{}", suggestion(.nearest.as_deref()))]
    UnknownInput {
        /// Where it leads.
        name: String,
        /// The nearest input there is.
        nearest: Option<String>,
    },
    /// A wire leads to a parameter.
    #[error(
        "wire to `{name}`, which is a parameter: a wire feeds inputs; an event changes a parameter while a run goes on"
    )]
    WireToParam {
        /// Where it leads.
        name: String,
    },
    /// An event that cannot be.
    #[error("event `{event}`: {message}")]
    Event {
        /// The event.
        event: String,
        /// Which part of it.
        part: EventPart,
        /// The character of the expression, from 0, where it is one.
        character: usize,
        /// What is wrong.
        message: String,
    },
    /// An input without default that nothing is wired to.
    #[error("input `{name}`{} has no default and no wire", unit_note(.unit))]
    Unwired {
        /// The input.
        name: String,
        /// Its unit.
        unit: String,
    },
    /// Two wires lead to one input.
    #[error("input `{name}` has two wires")]
    TwoWires {
        /// The input.
        name: String,
    },
    /// Units differ.
    #[error(
        "wire from `{from}` [{from_unit}] to `{to}` [{to_unit}]: the units differ; convert in an expression, as in `1 * {from}`"
    )]
    Units {
        /// Source.
        from: String,
        /// Its unit.
        from_unit: String,
        /// Input.
        to: String,
        /// Its unit.
        to_unit: String,
    },
    /// An expression cannot be parsed.
    #[error("{0}")]
    Expression(#[from] ExpressionError),
    /// Derived columns read each other in a circle.
    #[error("derived column `{name}` reads itself{}", via_note(.via))]
    Cycle {
        /// The column.
        name: String,
        /// The columns between.
        via: Vec<String>,
    },
    /// Parameters are refused.
    #[error("{component}: {}", .error.to_string().replace('\n', &format!("\n{component}: ")))]
    Params {
        /// The instance.
        component: String,
        /// Why.
        error: ParamError,
    },
    /// Stages and components do not match.
    #[error("{message}")]
    Stages {
        /// What does not match.
        message: String,
    },
    /// No component at all.
    #[error("system `{name}` has no component")]
    Empty {
        /// The system.
        name: String,
    },
    /// The initial value of a lag depends on itself.
    #[error(
        "derived column `{name}` reads its own past by lag({of}, {steps}){}, and nothing says where it starts: give the lag an initial value, as in lag({of}, {steps}, 0)",
        via_note(.via)
    )]
    NoInitial {
        /// The column.
        name: String,
        /// What it lags.
        of: String,
        /// By how many timesteps.
        steps: u32,
        /// The columns between.
        via: Vec<String>,
    },
    /// A derived column with a name that means the time.
    #[error(
        "derived column `{name}` cannot have this name: in expressions t, timestep and years are the time"
    )]
    TimeName {
        /// The column.
        name: String,
    },
    /// An expression reads a parameter that is not there.
    #[error("{reader} reads unknown parameter `{name}`{}", suggestion(.nearest.as_deref()))]
    UnknownParam {
        /// Who reads.
        reader: Reader,
        /// The parameter.
        name: String,
        /// The nearest there is.
        nearest: Option<String>,
    },
    /// An expression reads a parameter that is not a number.
    #[error(
        "{reader} reads parameter `{name}`, which is {kind}: expressions read numbers, and booleans as 1 and 0"
    )]
    ParamKind {
        /// Who reads.
        reader: Reader,
        /// The parameter.
        name: String,
        /// What it is.
        kind: String,
    },
    /// A start whose steps have no dates.
    #[error("the system has a start: {0}")]
    Calendar(#[from] CalendarError),
    /// The date is asked for, and rows have none.
    #[error("{reader} asks for the date by {function}{}", NO_DATES)]
    NoDates {
        /// Who asks.
        reader: Reader,
        /// The function, in code marks.
        function: String,
        /// The character of the expression, from 0, where it is known.
        character: usize,
    },
    /// An input is not a float.
    #[error("input `{name}` is not an f64")]
    InputKind {
        /// The input.
        name: String,
    },
}

/// Why there is no date.
pub(super) const NO_DATES: &str = ": rows have dates where the system has a `start`, the date of row 0";

/// That a name is meant as a function of the calendar.
fn called(name: &str) -> Option<String> {
    Calendar::PARTS.contains(&name).then(|| format!("; write `{name}()` for that of the row's date"))
}

fn unit_note(unit: &str) -> String {
    if matches!(unit, "" | "1") { String::new() } else { format!(" [{unit}]") }
}

fn via_note(via: &[String]) -> String {
    if via.is_empty() { String::new() } else { format!(" by way of {}", via.join(", ")) }
}

impl BuildError {
    /// The error's stable number, explained by `tecmns explain`.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Name { .. } => "TE0001",
            Self::Duplicate { .. } => "TE0002",
            Self::UnknownSource { .. } => "TE0003",
            Self::UnknownInput { .. } | Self::WireToParam { .. } => "TE0004",
            Self::Event { .. } => "TE0509",
            Self::Unwired { .. } => "TE0005",
            Self::TwoWires { .. } => "TE0006",
            Self::Units { .. } => "TE0007",
            Self::Expression(_) => "TE0008",
            Self::Cycle { .. } => "TE0009",
            Self::Params { error, .. } => error.code(),
            Self::Stages { .. } => "TE0011",
            Self::Empty { .. } => "TE0012",
            Self::InputKind { .. } => "TE0013",
            Self::NoInitial { .. } => "TE0014",
            Self::TimeName { .. } => "TE0015",
            Self::Calendar(_) => "TE0017",
            Self::NoDates { .. } => "TE0018",
            Self::UnknownParam { .. } | Self::ParamKind { .. } => "TE0016",
        }
    }
}

/// Everything that is wrong with a system.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{}", .errors.iter().map(|e| format!("{}: {e}", e.code())).collect::<Vec<_>>().join("\n"))]
pub struct BuildErrors {
    /// The errors, in the order in which they were found.
    pub errors: Vec<BuildError>,
}
