//! The parts of an expression, and what it reads.

use super::{Binary, Expression, Unary};

/// A part of an expression; operators take what the terms before them left.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Term {
    /// A number.
    Number(f64),
    /// What changes from timestep to timestep.
    Read(Source),
    /// The same, some timesteps ago.
    Lag(Box<Lagged>),
    /// A parameter by its full name.
    Param(String),
    /// An operation on one value.
    Unary(Unary),
    /// An operation on two.
    Binary(Binary),
    /// Condition, then, else.
    If,
    /// Dividend, divisor, and the value where the divisor is 0.
    Ratio,
    /// A function of the reader's own ([`Expression::parse_with`]), or a text in quotes.
    Call(Box<Call>),
}

/// A call of a function that is not the expressions' own; or a text, whose name then is itself in double quotes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// The function.
    pub name: String,
    /// How many arguments it is given.
    pub arguments: usize,
}

impl Call {
    /// The text, where it is one.
    pub fn text(&self) -> Option<&str> {
        self.name.strip_prefix('"')?.strip_suffix('"')
    }
}

impl Term {
    /// How many of the values before it a term takes; it leaves one.
    pub fn takes(&self) -> usize {
        match self {
            Self::Number(_) | Self::Read(_) | Self::Lag(_) | Self::Param(_) => 0,
            Self::Unary(_) => 1,
            Self::Binary(_) => 2,
            Self::If | Self::Ratio => 3,
            Self::Call(call) => call.arguments,
        }
    }
}

/// What changes from timestep to timestep.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Source {
    /// A column.
    Column(String),
    /// The timestep.
    Timestep,
    /// The time in years.
    Years,
}

/// What a source was some timesteps ago.
#[derive(Clone, Debug, PartialEq)]
pub struct Lagged {
    /// The source.
    pub of: Source,
    /// By how many timesteps.
    pub steps: u32,
    /// The value before there was one; it holds no lag.
    pub initial: Option<Expression>,
}

/// What an expression reads, for [`Expression::evaluate`].
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Reading<'a> {
    /// A column.
    Column(&'a str),
    /// The timestep.
    Timestep,
    /// The time in years.
    Years,
    /// A column, `t`, `timestep` or `years`, so many timesteps ago.
    Lag {
        /// The name.
        name: &'a str,
        /// By how many timesteps.
        steps: u32,
        /// The value before there was one, where it is given.
        initial: Option<f64>,
    },
    /// A parameter.
    Param(&'a str),
}

impl Source {
    /// The source of this name.
    pub(crate) fn named(name: &str) -> Self {
        match name {
            "t" | "timestep" => Self::Timestep,
            "years" => Self::Years,
            name => Self::Column(name.to_owned()),
        }
    }

    /// Its name.
    pub fn name(&self) -> &str {
        match self {
            Self::Column(name) => name,
            Self::Timestep => "timestep",
            Self::Years => "years",
        }
    }
}
