//! Why changes to a system file are refused.

use crate::overruled::Overruled;
use crate::settings::KEEPS;
use crate::system_file::FileErrors;
use std::fmt;
use te_core::{ExperimentError, ParamError};

/// By which kind of change a parameter gets its value; shown as the command's option.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChangeKind {
    /// It is set.
    Set,
    /// It is swept.
    Sweep,
    /// One variant is run.
    Variant,
    /// An event is left out.
    Without,
}

impl ChangeKind {
    fn form(self) -> &'static str {
        match self {
            Self::Set => "PATH=VALUE",
            Self::Sweep => "PATH=V1,V2",
            Self::Variant | Self::Without => "NAME",
        }
    }

    fn what(self) -> &'static str {
        match self {
            Self::Set | Self::Sweep => "parameter",
            Self::Variant => "variant",
            Self::Without => "event",
        }
    }

    fn once(self) -> &'static str {
        match self {
            Self::Set | Self::Variant | Self::Without => "one value would replace the other",
            Self::Sweep => "give all values at once, separated by commas",
        }
    }
}

impl fmt::Display for ChangeKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Set => "--set",
            Self::Sweep => "--sweep",
            Self::Variant => "--variant",
            Self::Without => "--without",
        })
    }
}

/// Why a change is refused. What it says names changes as the options of the command are named.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ChangeError {
    /// A change that is not a name and a value.
    #[error("{by} {text}: write {}", .by.form())]
    Form {
        /// Which change.
        by: ChangeKind,
        /// As it is written.
        text: String,
    },
    /// A parameter that is set or swept twice.
    #[error("TE0309: {by} {name} is given twice: {}", .by.once())]
    Twice {
        /// Which change.
        by: ChangeKind,
        /// The parameter.
        name: String,
    },
    /// A parameter that has its value from elsewhere.
    #[error("TE0309: {by} {name} would do nothing or make variants equal: {overruled}")]
    Overruled {
        /// Which change.
        by: ChangeKind,
        /// The parameter.
        name: String,
        /// From where.
        overruled: Overruled,
    },
    /// A parameter that its component draws for every run.
    #[error("TE0309: --set {name} would do nothing: it is drawn for every run from {from}")]
    Drawn {
        /// The parameter.
        name: String,
        /// Its distribution.
        from: String,
    },
    /// A value that its component refuses.
    #[error("TE0104: {refused}")]
    Value {
        /// The parameter.
        name: String,
        /// Why.
        refused: ParamError,
    },
    /// A variant or an event that the file does not have.
    #[error("TE0311: {by} {name}: the file has no such {}{}", .by.what(), hint(.nearest.as_deref(), .known))]
    Unknown {
        /// Which change.
        by: ChangeKind,
        /// As it is written.
        name: String,
        /// What may be meant.
        nearest: Option<String>,
        /// What there is.
        known: Vec<String>,
    },
    /// Values that cannot be read.
    #[error("--sweep {name}: {message}")]
    Values {
        /// The parameter.
        name: String,
        /// What is wrong.
        message: String,
    },
    /// A date that is no timestep.
    #[error("{by} {name}: {message}")]
    Date {
        /// What was to change.
        by: ChangeKind,
        /// The time of an event.
        name: String,
        /// What is wrong.
        message: String,
    },
    /// An axis beside points.
    #[error("the file's sweep lists or samples points: --sweep cannot add an axis to it")]
    SweepMode,
    /// Corners beside an axis.
    #[error("--corners makes a sweep of its own: it goes without --sweep")]
    CornersAndSweep,
    /// Corners of a parameter that a variant sets.
    #[error("TE0309: --corners sweeps {name}, which variant `{variant}` sets: the variants would be equal")]
    CornersVariant {
        /// The parameter.
        name: String,
        /// The variant.
        variant: String,
    },
    /// Rows to record that are no number.
    #[error("--record every={given}: write a whole number of 1 or more")]
    Every {
        /// As it is written.
        given: String,
    },
    /// An unknown word for what is kept.
    #[error("--record keep={given}: there are {}", KEEPS.map(|(name, _)| name).join(", "))]
    Keep {
        /// As it is written.
        given: String,
    },
    /// An unknown setting of what is recorded.
    #[error("--record {key}=…: there are every=K and keep=MODE")]
    Record {
        /// As it is written.
        key: String,
    },
    /// The changed file is refused.
    #[error(transparent)]
    File(#[from] FileErrors),
    /// The experiment is refused.
    #[error("{}: {_0}", .0.code())]
    Experiment(#[from] ExperimentError),
    /// Everything of the experiment that cannot be run.
    #[error("{}", .0.iter().map(|one| format!("{}: {one}", one.code())).collect::<Vec<_>>().join("\n"))]
    Problems(Vec<ExperimentError>),
}

impl ChangeError {
    /// The error's stable number where it has one, explained by `tecmns explain`; of several the first.
    pub fn code(&self) -> Option<&'static str> {
        match self {
            Self::Twice { .. }
            | Self::Overruled { .. }
            | Self::Drawn { .. }
            | Self::CornersVariant { .. } => Some("TE0309"),
            Self::Value { .. } => Some("TE0104"),
            Self::Unknown { .. } => Some("TE0311"),
            Self::File(errors) => errors.errors.first().map(|error| error.code),
            Self::Experiment(error) => Some(error.code()),
            Self::Problems(problems) => problems.first().map(ExperimentError::code),
            _ => None,
        }
    }

    /// The parameter, variant or event that it is about, where it is about one.
    pub fn at(&self) -> Option<&str> {
        match self {
            Self::Twice { name, .. }
            | Self::Overruled { name, .. }
            | Self::Drawn { name, .. }
            | Self::Value { name, .. }
            | Self::Unknown { name, .. }
            | Self::Values { name, .. }
            | Self::Date { name, .. }
            | Self::CornersVariant { name, .. } => Some(name),
            _ => None,
        }
    }
}

/// What may be meant, or what there is.
fn hint(nearest: Option<&str>, known: &[String]) -> String {
    match nearest {
        Some(near) => format!("; did you mean `{near}`?"),
        None if known.is_empty() => String::new(),
        None => format!("; there are {}", known.join(", ")),
    }
}
