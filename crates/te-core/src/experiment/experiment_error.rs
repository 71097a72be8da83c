//! Why an experiment is refused or ends early: one numbered error for each cause.

use crate::declaration::date::Date;
use crate::declaration::frame::FrameError;
use crate::declaration::nearest::suggestion;
use crate::declaration::param_error::{ParamError, ParamIssue};
use crate::experiment::failure::Failure;
use crate::experiment::kpi::part::KpiPart;
use std::error::Error;

/// Why an experiment is refused, or ended before its end.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ExperimentError {
    /// No system.
    #[error("an experiment needs a system")]
    NoSystem,
    /// Zero runs.
    #[error("runs is 0: allowed is 1 or more")]
    NoRuns,
    /// A swept, drawn or set parameter is refused.
    #[error("{0}")]
    Param(ParamIssue),
    /// Parameters contradict each other.
    #[error("{0}")]
    Params(ParamError),
    /// A parameter is swept twice.
    #[error("parameter `{name}` is swept twice")]
    SweptTwice {
        /// The parameter.
        name: String,
    },
    /// A sweep without points.
    #[error("the sweep has no point: give at least one parameter, one value and a count of 1 or more")]
    EmptySweep,
    /// An axis without values.
    #[error("the sweep of `{name}` has no values")]
    EmptyAxis {
        /// The parameter.
        name: String,
    },
    /// Unequal lengths where equal ones are needed.
    #[error(
        "swept parameters have different numbers of values ({}): give equal numbers, or choose the mode repeat-last or product",
        .lengths.iter().map(|(name, n)| format!("{name}: {n}")).collect::<Vec<_>>().join(", ")
    )]
    UnequalLengths {
        /// Each parameter and its number of values.
        lengths: Vec<(String, usize)>,
    },
    /// An explicit point of another length.
    #[error("point {row} of the sweep does not have {expected} values")]
    PointLength {
        /// The point, from 0.
        row: usize,
        /// How many it should have.
        expected: usize,
    },
    /// An interval that is none.
    #[error("the interval of `{name}` is [{low}, {high}]: its ends must be finite and in order")]
    Interval {
        /// The parameter.
        name: String,
        /// Lower end.
        low: f64,
        /// Upper end.
        high: f64,
    },
    /// A range or a set of values that a parameter cannot take its values from.
    #[error("the range of `{name}`: {message}")]
    AxisRange {
        /// The parameter.
        name: String,
        /// What is wrong.
        message: String,
    },
    /// A distribution that a parameter cannot be drawn from.
    #[error("parameter `{name}`: {message}")]
    Draw {
        /// The parameter.
        name: String,
        /// What is wrong.
        message: String,
    },
    /// A parameter without two bounds to sample between.
    #[error("parameter `{name}` declares no {missing} bound: give an interval to sample from")]
    NoInterval {
        /// The parameter.
        name: String,
        /// Which is missing.
        missing: &'static str,
    },
    /// More timesteps than a run may have.
    #[error("timesteps is {timesteps}: a run has at most {most}")]
    Timesteps {
        /// How many were asked for.
        timesteps: u64,
        /// How many there may be.
        most: u64,
    },
    /// A run that goes on after the last date.
    #[error(
        "a run of {timesteps} timesteps from {start} goes on after the year 9999, the last that has dates"
    )]
    Dates {
        /// Timesteps of a run.
        timesteps: u64,
        /// The date of row 0.
        start: Date,
    },
    /// More than memory can hold.
    #[error("{what} would take {}: the limit is {}; {advice}", crate::numerics::bytes::bytes(*.bytes), crate::numerics::bytes::bytes(*.most))]
    TooLarge {
        /// What is too large.
        what: String,
        /// How large it would be, in bytes.
        bytes: u64,
        /// The limit in bytes.
        most: u64,
        /// What to change.
        advice: &'static str,
    },
    /// More points than the cells of a Latin hypercube.
    #[error(
        "a Latin hypercube of {asked} points in {axes} parameters: there can be {most}; the modes sobol and random hold no \
         point in memory and have no such limit"
    )]
    HypercubePoints {
        /// How many were asked for.
        asked: u64,
        /// In how many parameters.
        axes: usize,
        /// How many there can be.
        most: u64,
    },
    /// More points than can be numbered.
    #[error("the sweep has too many points to be numbered")]
    TooManyPoints,
    /// Too many axes for the Sobol sequence.
    #[error(
        "a Sobol sweep has at most {} parameters, here {asked}; use lhs",
        crate::numerics::sampling::SOBOL_DIMENSIONS
    )]
    SobolDimensions {
        /// How many were asked for.
        asked: usize,
    },
    /// A recorded column that is not there.
    #[error("unknown column `{name}`{}", suggestion(.nearest.as_deref()))]
    UnknownColumn {
        /// The column or pattern.
        name: String,
        /// The nearest there is.
        nearest: Option<String>,
    },
    /// The same column has different kinds in different systems.
    #[error("column `{name}` has different kinds in different systems")]
    ColumnKind {
        /// The column.
        name: String,
    },
    /// A key figure that cannot be understood.
    #[error("KPI `{name}`: {message}")]
    Kpi {
        /// Its name.
        name: String,
        /// Which part of it.
        part: KpiPart,
        /// What is wrong.
        message: String,
    },
    /// A stop condition that cannot be understood.
    #[error("stop condition `{text}`: {message}")]
    Stop {
        /// The condition.
        text: String,
        /// What is wrong.
        message: String,
    },
    /// More corners than the stated limit.
    #[error("{axes} environment parameters with both bounds make {corners} corners: the limit is {limit}")]
    TooManyCorners {
        /// How many parameters.
        axes: usize,
        /// How many corners, as a power of two.
        corners: String,
        /// The limit.
        limit: u64,
    },
    /// No environment parameter with two bounds.
    #[error("no environment parameter has two bounds: there are no corners to run")]
    NoCorners,
    /// A distribution that is not one.
    #[error("parameter `{name}`: {error}")]
    Distribution {
        /// The parameter.
        name: String,
        /// Why.
        error: crate::declaration::distribution::DistributionError,
    },
    /// A shard that is not one.
    #[error("shard {index}/{count}: the first must be below the second")]
    Shard {
        /// Which.
        index: u64,
        /// Of how many.
        count: u64,
    },
    /// The first failure of a strict experiment.
    #[error("{0}")]
    Failed(#[source] Box<Failure>),
    /// Whoever took the results could not.
    #[error("{0}")]
    Sink(#[source] Box<dyn Error + Send + Sync>),
    /// Columns that do not make a table.
    #[error("{0}")]
    Frame(#[from] FrameError),
    /// A snapshot of something else.
    #[error("the snapshot cannot be resumed here: {message}")]
    Snapshot {
        /// Why not.
        message: String,
    },
    /// An input that cannot be given a value by hand.
    #[error("{}", .problem.about(input))]
    Feed {
        /// The input: `instance.input`.
        input: String,
        /// Why not.
        problem: FeedProblem,
    },
    /// A row of the plan that is not there.
    #[error("there is no simulation {simulation}, subset {subset}, run {run} in this experiment")]
    NoSuchRun {
        /// Simulation.
        simulation: u64,
        /// Subset.
        subset: u64,
        /// Run.
        run: u64,
    },
}

impl ExperimentError {
    /// The error's stable number, explained by `tecmns explain`.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoSystem => "TE0101",
            Self::Timesteps { .. } => "TE0102",
            Self::NoRuns => "TE0103",
            Self::Param(_) | Self::Params(_) => "TE0104",
            Self::SweptTwice { .. } => "TE0105",
            Self::EmptySweep | Self::EmptyAxis { .. } => "TE0106",
            Self::UnequalLengths { .. } | Self::PointLength { .. } => "TE0107",
            Self::Interval { .. } | Self::AxisRange { .. } | Self::NoInterval { .. } => "TE0108",
            Self::TooManyPoints | Self::SobolDimensions { .. } | Self::HypercubePoints { .. } => "TE0109",
            Self::UnknownColumn { .. } => "TE0110",
            Self::ColumnKind { .. } => "TE0111",
            Self::Kpi { .. } => "TE0112",
            Self::Stop { .. } => "TE0113",
            Self::TooManyCorners { .. } | Self::NoCorners => "TE0114",
            Self::Distribution { .. } | Self::Draw { .. } => "TE0115",
            Self::Shard { .. } => "TE0116",
            Self::Failed(failure) => failure.code(),
            Self::Sink(_) => "TE0118",
            Self::Frame(_) => "TE0119",
            Self::Snapshot { .. } => "TE0120",
            Self::Feed { problem: FeedProblem::Unknown { .. }, .. } => "TE0004",
            Self::Feed { problem: FeedProblem::Wired, .. } => "TE0006",
            Self::NoSuchRun { .. } => "TE0121",
            Self::TooLarge { .. } => "TE0122",
            Self::Dates { .. } => "TE0123",
        }
    }
}

/// Why an input cannot be given a value by hand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FeedProblem {
    /// No component has it.
    Unknown {
        /// The nearest there is.
        nearest: Option<String>,
    },
    /// A wire feeds it.
    Wired,
}

impl FeedProblem {
    fn about(&self, input: &str) -> String {
        match self {
            Self::Unknown { nearest } => format!("unknown input `{input}`{}", suggestion(nearest.as_deref())),
            Self::Wired => format!("input `{input}` is fed by a wire: an input has one source"),
        }
    }
}
