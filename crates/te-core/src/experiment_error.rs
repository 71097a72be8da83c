//! Why an experiment is refused or ends early: one numbered error for each cause.

use crate::nearest::suggestion;
use crate::{Failure, FrameError, ParamError, ParamIssue};
use std::error::Error;

/// Why an experiment is refused, or ended before its end.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ExperimentError {
    /// No system.
    #[error("an experiment needs a system")]
    NoSystem,
    /// Zero timesteps.
    #[error("timesteps is 0: allowed is 1 or more")]
    NoTimesteps,
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
    /// More points than can be numbered.
    #[error("the sweep has too many points to be numbered")]
    TooManyPoints,
    /// Too many axes for the Sobol sequence.
    #[error("a Sobol sweep has at most {} parameters, here {asked}; use lhs", crate::SOBOL_DIMENSIONS)]
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
        error: crate::DistributionError,
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
            Self::NoTimesteps => "TE0102",
            Self::NoRuns => "TE0103",
            Self::Param(_) | Self::Params(_) => "TE0104",
            Self::SweptTwice { .. } => "TE0105",
            Self::EmptySweep | Self::EmptyAxis { .. } => "TE0106",
            Self::UnequalLengths { .. } | Self::PointLength { .. } => "TE0107",
            Self::Interval { .. } => "TE0108",
            Self::TooManyPoints | Self::SobolDimensions { .. } => "TE0109",
            Self::UnknownColumn { .. } => "TE0110",
            Self::ColumnKind { .. } => "TE0111",
            Self::Kpi { .. } => "TE0112",
            Self::Stop { .. } => "TE0113",
            Self::TooManyCorners { .. } | Self::NoCorners => "TE0114",
            Self::Distribution { .. } => "TE0115",
            Self::Shard { .. } => "TE0116",
            Self::Failed(_) => "TE0117",
            Self::Sink(_) => "TE0118",
            Self::Frame(_) => "TE0119",
            Self::Snapshot { .. } => "TE0120",
            Self::NoSuchRun { .. } => "TE0121",
        }
    }
}
