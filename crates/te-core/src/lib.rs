//! The step engine: components, systems, experiments, streams.
//!
//! In the order in which you will need them:
//!
//! 1. **A component** ([`Component`]) is a plain value that holds its own state: built from declared, bounded parameters
//!    ([`Params`]), stepped with inputs, a [`Clock`] and a random [`Stream`], it shows metrics ([`Record`]). It needs no
//!    engine.
//! 2. **A block model** ([`blocks`]) is a component written as cadCAD writes it: policies, signals that add up, updates.
//! 3. **A system** ([`System`], built by [`SystemBuilder`]) composes components: what the world decides first, then what a
//!    community can set; wires from metrics to inputs, interactions, derived columns, systems within systems.
//! 4. **An experiment** ([`Experiment`]) runs a system, or several side by side, many times and over a [`Sweep`]; it records
//!    what is asked for ([`Recording`]), lists failed runs ([`Failure`]) and measures key figures ([`Kpi`]).
//! 5. **A plan** ([`Plan`]) is a checked experiment: its units are what is computed, written, resumed and sharded, and
//!    [`Plan::start`] steps one run by hand and saves it.
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

pub mod blocks;
mod board;
mod build_error;
mod clock;
mod compile;
mod component;
mod control;
mod definition;
mod distribution;
mod error;
mod execute;
mod experiment;
mod experiment_error;
mod expression;
mod failure;
mod frame;
pub mod glue;
mod identity;
mod instance;
mod kpi;
pub mod lanes;
mod large_pages;
pub mod math;
mod nearest;
mod param_error;
pub mod param_field;
mod param_spec;
pub mod params;
pub mod picture;
mod plan;
mod problems;
pub mod real;
mod record;
mod recording;
mod registry;
mod results;
mod rows;
mod sampling;
mod statistics;
mod statistics_table;
mod stepper;
mod stream;
mod sweep;
mod system;
mod tile;
mod unit;
mod value;
mod world;

pub use build_error::{BuildError, BuildErrors, Reader};
pub use clock::{Clock, StepLength, StepLengthError, TimeUnit};
pub use component::Component;
pub use control::{Cancel, Moment, Observer, Outcome, Progress, RunId};
pub use definition::{Discipline, List, Stage, SystemBuilder};
pub use distribution::{Distribution, DistributionError};
pub use error::StepError;
pub use execute::{MOST_THREADS, Sink};
pub use experiment::Experiment;
pub use experiment_error::ExperimentError;
pub use expression::{Expression, ExpressionError, Reading};
pub use failure::{Failure, failure_table};
pub use frame::{Cells, Column, Frame, FrameError, INDEX_COLUMNS};
pub use kpi::{BestPoint, FailedRuns, Kpi, KpiInterval, KpiPart, KpiResult, student_t_975, wilson};
pub use nearest::nearest;
pub use param_error::{ParamError, ParamIssue, Problem};
pub use param_field::{ParamField, Table};
pub use param_spec::{Bound, ParamKind, ParamSpec, Range, Role};
pub use params::Params;
pub use plan::{Forecast, MOST_TIMESTEPS, Plan, PlannedColumn, PointsTable, VariedParameter};
pub use record::{Cell, CellKind, FieldSpec, Record, RecordField};
pub use recording::{Keep, Order, Recording};
pub use registry::{Kind, KindError, ReadTable, Registry};
pub use results::Results;
pub use rows::VARIANT_COLUMN;
pub use sampling::SOBOL_DIMENSIONS;
pub use statistics::{QUANTILE_ERROR, Summary, quantile};
pub use statistics_table::{FinishedPoints, StatisticsTable, TABLE_QUANTILES};
pub use stepper::Stepper;
pub use stream::{Purpose, Stream, StreamKey};
pub use sweep::{Axis, Domain, Interval, RANGE_POINTS, Sampled, Scale, Sweep};
pub use system::{ColumnSpec, ComponentSpec, Reads, System, WireRead, WireSpec};
pub use te_derive::{Choice, Params, Record};
pub use unit::UnitOutput;
pub use value::Value;
pub use world::{Handle, World};
