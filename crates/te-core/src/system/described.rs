//! What a built system says of itself: its columns, wires and components.

use crate::declaration::param_spec::ParamSpec;
use crate::declaration::record::CellKind;
use crate::declaration::value::Value;
use crate::system::builder::List;

/// Where a column's cells come from.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Source {
    Metric { node: usize, field: usize, slot: usize },
    Derived { slot: usize },
}

/// A column that a system can record.
#[derive(Clone, Debug, PartialEq)]
pub struct ColumnSpec {
    /// Full name: `instance.metric`, or the name of a derived column.
    pub name: String,
    /// Kind of its cells.
    pub kind: CellKind,
    /// Unit.
    pub unit: String,
    /// Doc line.
    pub doc: String,
    pub(crate) source: Source,
}

/// One connection, for people to read.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct WireSpec {
    /// The expression read.
    pub from: String,
    /// The input fed.
    pub to: String,
    /// The columns that it reads, and when; lagged ones are there as their present values are.
    pub reads: Vec<WireRead>,
}

/// A column that a wire reads.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct WireRead {
    /// The column.
    pub name: String,
    /// Whether it is a derived column.
    pub derived: bool,
    /// Of which row its value is.
    pub when: Reads,
}

/// Of which row the value is that a wire reads.
///
/// ```
/// use te_core::glue::{Delay, DelayParams, Function, FunctionParams};
/// use te_core::{Experiment, Reads, System};
///
/// let mut system = System::builder("s");
/// system.uncontrollable::<Function>("clock", FunctionParams::default());
/// system.controllable::<Delay>("early", DelayParams { steps: 1, initial: 0.0 });
/// system.controllable::<Delay>("late", DelayParams { steps: 1, initial: 0.0 });
/// system.derived("sum", "clock.value + early.value", "");
/// system.wire("sum", "early.value");
/// system.wire("sum", "late.value");
/// let system = system.build()?;
///
/// // `early` steps before `sum` is complete, `late` steps after it.
/// let reads: Vec<Reads> = system.wires().iter().map(|wire| wire.reads[0].when).collect();
/// assert_eq!(reads, [Reads::Previous, Reads::Present]);
/// # Ok::<(), te_core::BuildErrors>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Reads {
    /// The row before: what is read has not changed yet.
    Previous,
    /// A value between rows: what is read changes again in this timestep, by a further block of its component, by an
    /// interaction, or while the reader steps.
    Within,
    /// The row of this timestep: what is read changes no more.
    Present,
}

/// A component, for people to read.
#[derive(Clone, Debug, PartialEq)]
pub struct ComponentSpec {
    /// Dotted instance name.
    pub path: String,
    /// Its kind.
    pub kind: String,
    /// The list it is in.
    pub list: List,
    /// A hash of what its kind was made of, where that is no registered code ([`Instance::source`](crate::kind::Instance::source)).
    pub source: Option<String>,
    /// Parameters with the values they have here.
    pub params: Vec<(ParamSpec, Value)>,
}
