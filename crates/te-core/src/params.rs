//! Parameters: declared, bounded, documented knobs.
//!
//! `#[derive(Params)]` turns a struct into a table of [`ParamSpec`]s with get and set by index, so that files,
//! sweeps and schemas need no code per component. A value is checked where it is set, and the whole struct by
//! [`Params::check`], which collects every problem instead of stopping at the first.

use crate::param_field::{Conversion, ParamField};
use crate::{Value, nearest};
use ::serde::{Serialize, de::DeserializeOwned};
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
    pub fn contains(&self, x: f64) -> bool {
        let above = match self.lower {
            Bound::None => true,
            Bound::Inclusive(b) => x >= b,
            Bound::Exclusive(b) => x > b,
        };
        let below = match self.upper {
            Bound::None => true,
            Bound::Inclusive(b) => x <= b,
            Bound::Exclusive(b) => x < b,
        };
        x.is_finite() && above && below
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
        self.examine(&converted.to_value())?;
        Ok(converted)
    }

    /// Checks a value that already has the right kind.
    fn examine(&self, value: &Value) -> Result<(), ParamIssue> {
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

/// A declared set of parameters. Derive it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a declared set of parameters",
    label = "needs `#[derive(Params)]`",
    note = "use `()` for a component without parameters"
)]
pub trait Params:
    Clone + Default + fmt::Debug + Serialize + DeserializeOwned + Send + Sync + 'static
{
    /// The declarations, nested ones flattened, in order.
    fn specs() -> &'static [ParamSpec];

    /// The value at this index of [`Params::specs`].
    fn get(&self, index: usize) -> Option<Value>;

    /// Sets the value at this index, if it is of the right kind and in range.
    ///
    /// # Errors
    /// [`ParamIssue`]; the old value stays.
    fn set(&mut self, index: usize, value: &Value) -> Result<(), ParamIssue>;

    /// Problems between fields, as the cross-field hooks find them.
    fn cross_issues(&self) -> Vec<ParamIssue>;

    /// Checks every field, and then what the fields say of each other.
    ///
    /// # Errors
    /// [`ParamError`] with all problems found.
    fn check(&self) -> Result<(), ParamError> {
        let mut issues = Vec::new();
        for (index, spec) in Self::specs().iter().enumerate() {
            if let Some(value) = self.get(index)
                && let Err(issue) = spec.examine(&value)
            {
                issues.push(issue);
            }
        }
        if issues.is_empty() {
            issues = self.cross_issues();
        }
        ParamError::from_issues(issues)
    }

    /// The index of the parameter of this name or alias.
    fn index_of(name: &str) -> Option<usize> {
        let specs = Self::specs();
        let exact = specs.iter().position(|s| s.name == name);
        exact.or_else(|| specs.iter().position(|s| s.aliases.iter().any(|a| a == name)))
    }

    /// Sets a parameter by name.
    ///
    /// # Errors
    /// [`ParamIssue`] where the name is unknown, or as [`Params::set`].
    fn set_named(&mut self, name: &str, value: &Value) -> Result<(), ParamIssue> {
        match Self::index_of(name) {
            Some(index) => self.set(index, value),
            None => Err(unknown(Self::specs(), name, value)),
        }
    }

    /// Parameters from a table: what it leaves out keeps its default.
    ///
    /// # Errors
    /// [`ParamError`] with every unknown name, wrong kind and value out of range, and then those between fields.
    fn from_value(value: &Value) -> Result<Self, ParamError> {
        let mut params = Self::default();
        let Value::Table(rows) = value else {
            let problem = Problem::Kind { expected: "a table of parameters".into() };
            return Err(ParamError::single(ParamIssue {
                path: String::new(),
                value: value.to_string(),
                unit: "",
                problem,
            }));
        };
        let mut issues = Vec::new();
        assign(&mut params, "", rows, &mut issues);
        ParamError::from_issues(issues)?;
        params.check()?;
        Ok(params)
    }

    /// The parameters as a table, nested where they are nested.
    fn to_value(&self) -> Value {
        let mut rows = Vec::new();
        for (index, spec) in Self::specs().iter().enumerate() {
            if let Some(value) = self.get(index) {
                insert(&mut rows, &spec.name, value);
            }
        }
        Value::Table(rows)
    }
}

fn assign<P: Params>(params: &mut P, prefix: &str, rows: &[(String, Value)], issues: &mut Vec<ParamIssue>) {
    for (key, value) in rows {
        let name = if prefix.is_empty() { key.clone() } else { format!("{prefix}.{key}") };
        let group = format!("{name}.");
        match value {
            Value::Table(inner) if P::specs().iter().any(|s| s.name.starts_with(&group)) => {
                assign(params, &name, inner, issues);
            }
            _ => {
                if let Err(issue) = params.set_named(&name, value) {
                    issues.push(issue);
                }
            }
        }
    }
}

fn insert(rows: &mut Vec<(String, Value)>, name: &str, value: Value) {
    let Some((head, rest)) = name.split_once('.') else {
        rows.push((name.to_owned(), value));
        return;
    };
    if let Some((_, Value::Table(inner))) = rows.iter_mut().find(|(key, _)| key == head) {
        insert(inner, rest, value);
        return;
    }
    let mut inner = Vec::new();
    insert(&mut inner, rest, value);
    rows.push((head.to_owned(), Value::Table(inner)));
}

/// The issue of a name that no parameter has.
pub(crate) fn unknown(specs: &[ParamSpec], name: &str, value: &Value) -> ParamIssue {
    let nearest = nearest(name, specs.iter().map(|s| s.name.as_ref()));
    let known = specs.iter().map(|s| s.name.to_string()).collect();
    ParamIssue {
        path: name.to_owned(),
        value: value.to_string(),
        unit: "",
        problem: Problem::Unknown { nearest, known },
    }
}

/// The issue of an index beyond the last parameter; called by derived code.
#[doc(hidden)]
pub fn unknown_index(specs: &[ParamSpec], index: usize, value: &Value) -> ParamIssue {
    unknown(specs, &index.to_string(), value)
}

/// For derived code, so that a crate that derives needs no `serde` of its own.
#[doc(hidden)]
pub use ::serde;

/// No parameters.
impl Params for () {
    fn specs() -> &'static [ParamSpec] {
        &[]
    }
    fn get(&self, _: usize) -> Option<Value> {
        None
    }
    fn set(&mut self, index: usize, value: &Value) -> Result<(), ParamIssue> {
        Err(unknown(&[], &index.to_string(), value))
    }
    fn cross_issues(&self) -> Vec<ParamIssue> {
        Vec::new()
    }
}

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
    pub unit: &'static str,
    /// What is wrong.
    pub problem: Problem,
}

impl ParamIssue {
    /// A problem between fields, in words.
    pub fn cross(message: impl Into<String>) -> Self {
        Self { path: String::new(), value: String::new(), unit: "", problem: Problem::Cross(message.into()) }
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
        let unit = if matches!(*unit, "" | "1") { String::new() } else { format!(" {unit}") };
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
