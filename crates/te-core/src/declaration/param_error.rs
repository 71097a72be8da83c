//! Why parameters are refused: where, what value, what is allowed.

use crate::declaration::range::Range;
use std::borrow::Cow;
use std::fmt;

/// What is wrong with one value.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Problem {
    /// Not in the allowed interval.
    Range(Range),
    /// NaN or infinite.
    NotFinite,
    /// Not of the right kind.
    Kind {
        /// What was expected, in words.
        expected: String,
    },
    /// No parameter has this name.
    Unknown {
        /// The nearest name there is.
        nearest: Option<String>,
        /// All names there are.
        known: Vec<String>,
    },
    /// Fields contradict each other.
    Cross(String),
    /// Problems inside a list of tables.
    Inner(Vec<ParamIssue>),
}

/// One problem: where, what value, what is allowed.
#[derive(Clone, Debug, PartialEq)]
pub struct ParamIssue {
    /// Dotted path of the parameter; empty for the set as a whole.
    pub path: String,
    /// The value as given.
    pub value: String,
    /// Unit of the parameter.
    pub unit: Cow<'static, str>,
    /// What is wrong.
    pub problem: Problem,
}

impl ParamIssue {
    /// A problem between fields, in words.
    pub fn cross(message: impl Into<String>) -> Self {
        Self {
            path: String::new(),
            value: String::new(),
            unit: Cow::Borrowed(""),
            problem: Problem::Cross(message.into()),
        }
    }

    /// The same problem one level further out.
    #[must_use]
    pub fn nested(mut self, parent: &str) -> Self {
        self.path = if self.path.is_empty() { parent.to_owned() } else { format!("{parent}.{}", self.path) };
        self
    }
}

impl fmt::Display for ParamIssue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { path, value, unit, problem } = self;
        let unit = if matches!(unit.as_ref(), "" | "1") { String::new() } else { format!(" {unit}") };
        match problem {
            Problem::Range(range) => {
                write!(f, "parameter `{path}` is {value}{unit}: allowed is {range}{unit}")
            }
            Problem::NotFinite => write!(f, "parameter `{path}` is {value}: it must be a finite number"),
            Problem::Kind { expected } => write!(f, "parameter `{path}` is {value}: it must be {expected}"),
            Problem::Unknown { nearest: Some(name), .. } => {
                write!(f, "unknown parameter `{path}`; did you mean `{name}`?")
            }
            Problem::Unknown { known, .. } if known.is_empty() => {
                write!(f, "unknown parameter `{path}`: there are no parameters here")
            }
            Problem::Unknown { known, .. } => {
                write!(f, "unknown parameter `{path}`; there are: {}", known.join(", "))
            }
            Problem::Cross(message) if path.is_empty() => f.write_str(message),
            Problem::Cross(message) => write!(f, "parameters of `{path}`: {message}"),
            Problem::Inner(issues) => {
                write!(f, "parameter `{path}`: ")?;
                for (i, issue) in issues.iter().enumerate() {
                    write!(f, "{}{issue}", if i > 0 { "; " } else { "" })?;
                }
                Ok(())
            }
        }
    }
}

/// Why parameters were refused: every problem found, never just the first.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{}", .issues.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
pub struct ParamError {
    /// The problems in order of declaration.
    pub issues: Vec<ParamIssue>,
}

impl ParamError {
    /// The error's stable number, explained by `tecmns explain`.
    pub fn code(&self) -> &'static str {
        "TE0010"
    }

    /// An error of one problem.
    pub fn single(issue: ParamIssue) -> Self {
        Self { issues: vec![issue] }
    }

    /// A problem between parameters, in words; for checks that need the built component.
    pub fn cross(message: impl Into<String>) -> Self {
        Self::single(ParamIssue::cross(message))
    }

    /// `Ok` where there is no issue.
    ///
    /// # Errors
    /// The issues, where there are any.
    pub fn from_issues(issues: Vec<ParamIssue>) -> Result<(), Self> {
        if issues.is_empty() { Ok(()) } else { Err(Self { issues }) }
    }
}
