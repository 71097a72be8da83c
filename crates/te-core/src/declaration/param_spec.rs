//! What is declared of a parameter: role, range, kind, default, unit.

use crate::declaration::param_error::{ParamIssue, Problem};
use crate::declaration::param_field::{Conversion, ParamField};
use crate::declaration::param_kind::ParamKind;
use crate::declaration::range::Range;
use crate::declaration::value::Value;
use rust_decimal::Decimal;
use std::borrow::Cow;

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
    pub unit: Cow<'static, str>,
    /// Doc comment.
    pub doc: Cow<'static, str>,
    /// Who sets it.
    pub role: Role,
    /// Distribution of a random one, such as `normal(0, 0.1)`.
    pub random: Option<Cow<'static, str>>,
    /// Whether it is read at the start of a run only, so that no event can change it.
    pub initial: bool,
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

    /// Converts `value` to the declared kind and checks it against the declared range: for parameters that are declared while
    /// the program runs. Items of lists and tables are taken as they are.
    ///
    /// # Errors
    /// As [`ParamSpec::convert`].
    pub fn accept(&self, value: &Value) -> Result<Value, ParamIssue> {
        let absent = matches!(value, Value::Text(text) if self.optional && text == "none");
        let listed = |names: &[Cow<'static, str>]| match value {
            Value::Text(text) => names.iter().any(|name| name == text),
            _ => false,
        };
        match &self.kind {
            _ if absent => Ok(value.clone()),
            ParamKind::F64 => self.convert::<f64>(value).map(Value::F64),
            ParamKind::I64 => self.convert::<i64>(value).map(Value::I64),
            ParamKind::U64 => self.convert::<u64>(value).map(Value::U64),
            ParamKind::Bool => self.convert::<bool>(value).map(Value::Bool),
            ParamKind::Decimal => self.convert::<Decimal>(value).map(Value::Decimal),
            ParamKind::Text => self.convert::<String>(value).map(Value::Text),
            ParamKind::Choice(names) if listed(names) => Ok(value.clone()),
            ParamKind::List if matches!(value, Value::List(_)) => Ok(value.clone()),
            ParamKind::Table if matches!(value, Value::Table(_)) => Ok(value.clone()),
            kind => Err(self.issue(value, Problem::Kind { expected: kind.describe() })),
        }
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
        let (path, value) = (self.name.to_string(), value.to_string());
        ParamIssue { path, value, unit: self.unit.clone(), problem }
    }
}
