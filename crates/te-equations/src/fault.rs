//! What is wrong with a component's text, and where.

use crate::tree::position;
use std::fmt;
use std::ops::Range;

/// One problem, and the bytes of the text at which it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The bytes.
    pub span: Range<usize>,
    /// Stable number, explained by `tecmns explain`.
    pub code: &'static str,
    /// What is wrong, and what would be right.
    pub message: String,
}

/// One problem with its line and column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EquationError {
    /// Line and column, from 1.
    pub at: (usize, usize),
    /// Stable number, explained by `tecmns explain`.
    pub code: &'static str,
    /// What is wrong, and what would be right.
    pub message: String,
}

impl fmt::Display for EquationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}: {}", self.at.0, self.at.1, self.code, self.message)
    }
}

/// Every problem of a text, in its order.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", .errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
pub struct EquationErrors {
    /// The problems.
    pub errors: Vec<EquationError>,
}

impl EquationErrors {
    pub(crate) fn new(text: &str, faults: Vec<Fault>) -> Self {
        let place = |fault: Fault| EquationError {
            at: position(text, fault.span.start),
            code: fault.code,
            message: fault.message,
        };
        Self { errors: faults.into_iter().map(place).collect() }
    }
}

/// Problems as they are found.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    pub(crate) found: Vec<Fault>,
}

impl Faults {
    pub(crate) fn refuse(&mut self, span: &Range<usize>, code: &'static str, message: impl Into<String>) {
        self.found.push(Fault { span: span.clone(), code, message: message.into() });
    }

    /// Everything found, in the order of the text, each once.
    pub(crate) fn sorted(mut self) -> Vec<Fault> {
        self.found.sort_by_key(|fault| fault.span.start);
        self.found.dedup();
        self.found
    }
}

/// `; did you mean …?`, or what there is.
pub(crate) fn hint<'a>(name: &str, known: impl IntoIterator<Item = &'a str> + Clone) -> String {
    if let Some(near) = te_core::nearest(name, known.clone()) {
        format!("; did you mean `{near}`?")
    } else {
        let all: Vec<&str> = known.into_iter().take(20).collect();
        if all.is_empty() { String::new() } else { format!("; there are {}", all.join(", ")) }
    }
}
