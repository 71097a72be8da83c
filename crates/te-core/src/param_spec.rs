//! What is declared of a parameter: role, range, kind, default, unit.

use crate::param_field::{Conversion, ParamField};
use crate::{ParamIssue, Problem, Value};
use std::borrow::Cow;
use std::fmt;

/// Who sets a parameter.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Role {
    /// What a community can set.
    #[default]
    Controllable,
    /// What the world sets: explored over its bounds, never optimised.
    Environment,
    /// Drawn anew for every run.
    Random,
}

impl Role {
    /// The role's name in files and tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::Controllable => "controllable",
            Self::Environment => "environment",
            Self::Random => "random",
        }
    }
}

/// One end of a range.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Bound {
    /// No bound on this side.
    None,
    /// The value itself is allowed.
    Inclusive(f64),
    /// Values up to but not including this one are allowed.
    Exclusive(f64),
}

impl Bound {
    /// The number at this end.
    pub fn value(self) -> Option<f64> {
        match self {
            Self::None => None,
            Self::Inclusive(x) | Self::Exclusive(x) => Some(x),
        }
    }
}

/// The allowed interval of a number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Range {
    /// Lower end.
    pub lower: Bound,
    /// Upper end.
    pub upper: Bound,
}

impl Range {
    /// Every finite number.
    pub const ALL: Self = Self { lower: Bound::None, upper: Bound::None };

    /// Whether `x` lies in the interval; NaN and infinities never do.
    #[inline]
    pub fn contains(&self, x: f64) -> bool {
        let above = match self.lower {
            Bound::None => x >= f64::MIN,
            Bound::Inclusive(b) => x >= b.max(f64::MIN),
            Bound::Exclusive(b) => x > b,
        };
        let below = match self.upper {
            Bound::None => x <= f64::MAX,
            Bound::Inclusive(b) => x <= b.min(f64::MAX),
            Bound::Exclusive(b) => x < b,
        };
        above & below
    }
}

impl fmt::Display for Range {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.lower {
            Bound::None => f.write_str("(-inf")?,
            Bound::Inclusive(b) => write!(f, "[{b}")?,
            Bound::Exclusive(b) => write!(f, "({b}")?,
        }
        match self.upper {
            Bound::None => f.write_str(", inf)"),
            Bound::Inclusive(b) => write!(f, ", {b}]"),
            Bound::Exclusive(b) => write!(f, ", {b})"),
        }
    }
}

/// The kind of value a parameter takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParamKind {
    /// A finite float.
    F64,
    /// A signed integer.
    I64,
    /// An unsigned integer.
    U64,
    /// A boolean.
    Bool,
    /// An exact decimal.
    Decimal,
    /// Text.
    Text,
    /// One of these names.
    Choice(&'static [&'static str]),
    /// A list.
    List,
    /// A table with parameters of its own.
    Table,
}

impl ParamKind {
    /// The kind in words, as tables and errors show it.
    pub fn describe(self) -> String {
        match self {
            Self::F64 => "a number".into(),
            Self::I64 => "an integer".into(),
            Self::U64 => "a non-negative integer".into(),
            Self::Bool => "true or false".into(),
            Self::Decimal => "a decimal".into(),
            Self::Text => "text".into(),
            Self::Choice(names) => format!("one of {}", names.join(", ")),
            Self::List => "a list".into(),
            Self::Table => "a table".into(),
        }
    }
}

/// What is declared of one parameter.
#[derive(Clone, Debug, PartialEq)]
pub struct ParamSpec {
    /// Name; a nested one is dotted: `curve.entry_tribute`.
    pub name: Cow<'static, str>,
    /// Other spellings that files may use.
    pub aliases: Vec<Cow<'static, str>>,
    /// Kind of value.
    pub kind: ParamKind,
    /// Whether it may be absent, written `"none"`.
    pub optional: bool,
    /// Value where nothing is said.
    pub default: Value,
    /// Allowed values.
    pub range: Range,
    /// Usual values: for sliders and sampling, never enforced.
    pub soft: Range,
    /// Sensible increment.
    pub step: Option<f64>,
    /// Unit; `1` for a pure number.
    pub unit: &'static str,
    /// Doc comment.
    pub doc: &'static str,
    /// Who sets it.
    pub role: Role,
    /// Distribution of a random one, such as `normal(0, 0.1)`.
    pub random: Option<&'static str>,
}

impl ParamSpec {
    /// The same parameter as part of a larger one.
    #[must_use]
    pub fn nested(&self, parent: &str) -> Self {
        let join = |name: &Cow<'static, str>| Cow::Owned(format!("{parent}.{name}"));
        Self { name: join(&self.name), aliases: self.aliases.iter().map(join).collect(), ..self.clone() }
    }

    /// Converts `value` to the field's type and checks it against the declared range.
    ///
    /// # Errors
    /// [`ParamIssue`] naming this parameter, the value and what is allowed.
    pub fn convert<T: ParamField>(&self, value: &Value) -> Result<T, ParamIssue> {
        let converted = T::from_value(value).map_err(|error| match error {
            Conversion::Kind => self.issue(value, Problem::Kind { expected: self.kind.describe() }),
            Conversion::Inner(issues) => self.issue(value, Problem::Inner(issues)),
        })?;
        if !converted.within(&self.range) {
            self.examine(&converted.to_value())?;
        }
        Ok(converted)
    }

    /// Checks a value that already has the right kind.
    pub(crate) fn examine(&self, value: &Value) -> Result<(), ParamIssue> {
        match value {
            Value::F64(x) if !x.is_finite() => Err(self.issue(value, Problem::NotFinite)),
            Value::List(items) => items.iter().try_for_each(|item| self.examine(item)),
            Value::F64(_) | Value::I64(_) | Value::U64(_) | Value::Decimal(_)
                if !value.number().is_some_and(|x| self.range.contains(x)) =>
            {
                Err(self.issue(value, Problem::Range(self.range)))
            }
            _ => Ok(()),
        }
    }

    fn issue(&self, value: &Value, problem: Problem) -> ParamIssue {
        ParamIssue { path: self.name.to_string(), value: value.to_string(), unit: self.unit, problem }
    }
}
