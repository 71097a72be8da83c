//! The step engine: components, systems, experiments, streams.
//!
//! In the order in which you will need them:
//!
//! 1. **A component** ([`Component`]) is a plain value that holds its own state: built from declared, bounded parameters
//!    ([`Params`]), stepped with inputs, a [`Clock`] and a random [`Stream`], it shows metrics ([`Record`]). It needs no
//!    engine.
//!    Where its step is arithmetic, write a [`Mechanism`]: `start`, `step` and `show`; the component and its lanes follow.
//! 2. **A block model** ([`blocks`]) is a component written as cadCAD writes it: policies, signals that add up, updates.
//! 3. **A system** ([`System`], built by [`SystemBuilder`]) composes components: what the world decides first, then what a
//!    community can set; wires from metrics to inputs, interactions, derived columns, systems within systems.
//! 4. **An experiment** ([`Experiment`]) runs a system, or several side by side, many times and over a [`Sweep`]; it records
//!    what is asked for ([`Recording`]), lists failed runs ([`Failure`]) and measures key figures ([`Kpi`]).
//! 5. **A plan** ([`Plan`]) is a checked experiment: its units are what is computed, written, resumed and sharded, and
//!    [`Plan::start`] steps one run by hand and saves it ([`Live`] holds its plan too).
//!
//! What is not known before a program runs (equations in a file, classes of a script) joins as a kind ([`kind`]). One
//! component of any kind is stepped by hand as a [`kind::Single`].
//!
//! The same seed gives the same bits whatever the number of threads, the width of tiles, the shard and what is recorded.
//!
//! ```
//! use te_core::glue::{Delay, DelayParams, Function, FunctionParams};
//! use te_core::{Experiment, System};
//!
//! let mut system = System::builder("seasons");
//! system.uncontrollable::<Function>("demand", FunctionParams { of: "10 + if(t > 2, 5, 0)".into() });
//! system.controllable::<Delay>("supply", DelayParams { steps: 1, initial: 10.0 });
//! system.wire("demand.value", "supply.value");
//! system.derived("shortage", "max(0, demand.value - supply.value)", "");
//!
//! let results = Experiment::new(system.build()?).timesteps(4).run()?;
//! assert_eq!(results.frame().f64s("shortage"), Some(&[0.0, 0.0, 0.0, 5.0, 0.0][..]));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
#![deny(missing_docs)]
#![cfg_attr(test, allow(clippy::disallowed_methods, reason = "tests compare with the platform's functions"))]

// The derives name `::te_core`, here too.
extern crate self as te_core;

mod declaration;
mod experiment;
mod model;
mod numerics;
mod recording;
mod running;
mod stepping;
mod system;

pub use declaration::{param_field, params};
pub use model::{blocks, glue, kind, lanes, mechanism, picture};
pub use system::expression;

pub use declaration::calendar::{Calendar, CalendarError};
pub use declaration::clock::Clock;
pub use declaration::date::{Date, DateError};
pub use declaration::distribution::{Distribution, DistributionError};
pub use declaration::frame::{Cells, Column, DATE_COLUMN, Frame, FrameError, INDEX_COLUMNS};
pub use declaration::nearest::nearest;
pub use declaration::param_error::{ParamError, ParamIssue, Problem};
pub use declaration::param_field::ParamField;
pub use declaration::param_kind::ParamKind;
pub use declaration::param_spec::{ParamSpec, Role};
pub use declaration::params::Params;
pub use declaration::range::{Bound, Range};
pub use declaration::record::{Cell, CellKind, FieldSpec, Record, RecordField};
pub use declaration::step_length::{StepLength, StepLengthError, TimeUnit};
pub use declaration::table::Table;
pub use declaration::terms::{Terms, TermsOf};
pub use declaration::value::Value;
pub use experiment::control::{Cancel, Moment, Observer, Outcome, Progress, ProgressHandle};
pub use experiment::experiment_error::{ExperimentError, FeedProblem};
pub use experiment::failure::{Failure, failure_table};
pub use experiment::kpi::{
    BestPoint, FailedRuns, Kpi, KpiInterval, KpiPart, KpiResult, student_t_975, wilson,
};
pub use experiment::plan::{Forecast, MOST_TIMESTEPS, Plan, PlannedColumn, PointsTable, VariedParameter};
pub use experiment::recording::{Keep, Order, Recording};
pub use experiment::settings::Experiment;
pub use experiment::sweep::{Axis, Domain, Interval, RANGE_POINTS, Sampled, Scale, Sweep};
pub use model::component::Component;
pub use model::mechanism::{InHalves, Machine, Mechanism, Now};
pub use model::registry::{Kind, KindError, ReadTable, Registry};
pub use model::step_error::StepError;
pub use model::world::{Handle, World};
pub use numerics::run_id::RunId;
pub use numerics::sampling::SOBOL_DIMENSIONS;
pub use numerics::statistics::{QUANTILE_ERROR, Summary, quantile};
pub use numerics::stream::{Purpose, Stream, StreamKey};
pub use recording::finished_points::FinishedPoints;
pub use recording::rows::VARIANT_COLUMN;
pub use recording::sink::Sink;
pub use recording::statistics_table::{StatisticsTable, TABLE_QUANTILES};
pub use recording::unit_output::UnitOutput;
pub use running::live::Live;
pub use running::results::{Collector, Results};
pub use running::stepper::Stepper;
pub use running::threads::MOST_THREADS;
pub use system::build_error::{BuildError, BuildErrors, EventPart, Reader};
pub use system::builder::{Discipline, List, Stage, SystemBuilder};
pub use system::built::System;
pub use system::described::{ColumnSpec, ComponentSpec, Reads, WireRead, WireSpec};
pub use system::event::{Event, EventSpec};
pub use system::expression::{Expression, ExpressionError, Reading};
pub use te_derive::{Choice, Params, Record, Terms};
pub use te_math::{self as math, First, NotFinite, OutOfRange, Sound, Watch, checked};
