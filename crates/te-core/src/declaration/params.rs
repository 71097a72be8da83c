//! Parameters: declared, bounded, documented knobs.
//!
//! `#[derive(Params)]` turns a struct into a table of [`ParamSpec`]s with get and set by index, so that files,
//! sweeps and schemas need no code per component. A value is checked where it is set, and the whole struct by
//! [`Params::check`], which collects every problem instead of stopping at the first.

use crate::declaration::nearest::nearest;
use crate::declaration::param_error::{ParamError, ParamIssue, Problem};
use crate::declaration::param_spec::ParamSpec;
use crate::declaration::value::Value;
use ::serde::{Serialize, de::DeserializeOwned};
use std::fmt;

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
        let doubtful = if self.is_sound() { 0 } else { Self::specs().len() };
        for (index, spec) in Self::specs().iter().enumerate().take(doubtful) {
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

    /// Whether every parameter is surely within its own range; `false` asks for a closer look. Derived, so that many runs
    /// can be started quickly.
    fn is_sound(&self) -> bool {
        false
    }

    /// The index of the parameter of this name or alias.
    fn index_of(name: &str) -> Option<usize> {
        index_of(Self::specs(), name)
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
        assign(Self::specs(), value, |name, value| params.set_named(name, value))?;
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

/// Sets parameters from a table, nested where they are nested, and collects what is wrong.
pub(crate) fn assign(
    specs: &[ParamSpec],
    table: &Value,
    mut set: impl FnMut(&str, &Value) -> Result<(), ParamIssue>,
) -> Result<(), ParamError> {
    let Value::Table(rows) = table else {
        let problem = Problem::Kind { expected: "a table of parameters".into() };
        let (path, value) = (String::new(), table.to_string());
        return Err(ParamError::single(ParamIssue { path, value, unit: "".into(), problem }));
    };
    let mut issues = Vec::new();
    assign_rows(specs, "", rows, &mut set, &mut issues);
    ParamError::from_issues(issues)
}

fn assign_rows(
    specs: &[ParamSpec],
    prefix: &str,
    rows: &[(String, Value)],
    set: &mut impl FnMut(&str, &Value) -> Result<(), ParamIssue>,
    issues: &mut Vec<ParamIssue>,
) {
    for (key, value) in rows {
        let name = if prefix.is_empty() { key.clone() } else { format!("{prefix}.{key}") };
        let group = format!("{name}.");
        match value {
            Value::Table(inner) if specs.iter().any(|s| s.name.starts_with(&group)) => {
                assign_rows(specs, &name, inner, set, issues);
            }
            _ => issues.extend(set(&name, value).err()),
        }
    }
}

/// The index of the parameter of this name or alias.
pub(crate) fn index_of(specs: &[ParamSpec], name: &str) -> Option<usize> {
    let exact = specs.iter().position(|s| s.name == name);
    exact.or_else(|| specs.iter().position(|s| s.aliases.iter().any(|a| a == name)))
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
        unit: "".into(),
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
