//! The little Python that the reference models are written in: values, and expressions over them.

use std::collections::HashMap;
use std::fmt;

/// A Python value, told apart as Python tells `1`, `1.0` and `True` apart.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub(crate) enum Py {
    None,
    Bool(bool),
    Int(i64),
    Float(f64),
    Str(String),
    List(Vec<Py>),
    Dict(Vec<(String, Py)>),
    /// A `TypeError` that travels as a value until somebody asks for it.
    Error(String),
}

/// An exception.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{0}")]
pub(crate) struct Raised(pub(crate) String);

type Result<T> = std::result::Result<T, Raised>;

fn raise<T>(kind: &str, message: impl fmt::Display) -> Result<T> {
    Err(Raised(format!("{kind}: {message}")))
}

impl Py {
    /// A cell of a reference file.
    pub(crate) fn from_json(value: &serde_json::Value) -> Self {
        use serde_json::Value as J;
        match value {
            J::Null => Self::None,
            J::Bool(x) => Self::Bool(*x),
            J::Number(x) if x.is_f64() => Self::Float(x.as_f64().unwrap()),
            J::Number(x) => Self::Int(x.as_i64().unwrap()),
            J::String(x) => Self::Str(x.clone()),
            J::Array(x) => Self::List(x.iter().map(Self::from_json).collect()),
            J::Object(x) => Self::Dict(x.iter().map(|(k, v)| (k.clone(), Self::from_json(v))).collect()),
        }
    }

    /// The same with the keys of dicts in alphabetical order, which is no part of their value.
    pub(crate) fn sorted(&self) -> Self {
        match self {
            Self::List(items) => Self::List(items.iter().map(Self::sorted).collect()),
            Self::Dict(rows) => {
                let mut rows: Vec<(String, Self)> =
                    rows.iter().map(|(k, v)| (k.clone(), v.sorted())).collect();
                rows.sort_by(|a, b| a.0.cmp(&b.0));
                Self::Dict(rows)
            }
            other => other.clone(),
        }
    }

    fn number(&self) -> Option<f64> {
        match self {
            Self::Bool(x) => Some(f64::from(u8::from(*x))),
            Self::Int(x) => Some(*x as f64),
            Self::Float(x) => Some(*x),
            _ => None,
        }
    }

    fn integer(&self) -> Option<i64> {
        match self {
            Self::Bool(x) => Some(i64::from(*x)),
            Self::Int(x) => Some(*x),
            _ => None,
        }
    }

    fn truthy(&self) -> bool {
        match self {
            Self::None | Self::Error(_) => false,
            Self::Str(x) => !x.is_empty(),
            Self::List(x) => !x.is_empty(),
            Self::Dict(x) => !x.is_empty(),
            other => other.number() != Some(0.0),
        }
    }

    fn equals(&self, other: &Self) -> bool {
        match (self.number(), other.number()) {
            (Some(a), Some(b)) => a == b,
            _ => self == other,
        }
    }

    /// The key of a dict.
    pub(crate) fn get(&self, key: &str) -> Option<&Self> {
        match self {
            Self::Dict(rows) => rows.iter().find(|(k, _)| k == key).map(|(_, v)| v),
            _ => None,
        }
    }
}

/// `a + b`, as the default reducer of signals applies it.
impl std::ops::Add for Py {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        arithmetic('+', self, other).unwrap_or_else(|e| Self::Error(e.0))
    }
}

fn arithmetic(op: char, a: Py, b: Py) -> Result<Py> {
    if let (Some(x), Some(y)) = (a.integer(), b.integer()) {
        let exact = |z: Option<i64>| z.map(Py::Int).ok_or_else(|| Raised("OverflowError".into()));
        match op {
            '+' => return exact(x.checked_add(y)),
            '-' => return exact(x.checked_sub(y)),
            '*' => return exact(x.checked_mul(y)),
            '^' if y >= 0 => return exact(u32::try_from(y).ok().and_then(|y| x.checked_pow(y))),
            '#' if y == 0 => return raise("ZeroDivisionError", "integer division or modulo by zero"),
            '#' => return Ok(Py::Int(x.div_euclid(y))),
            _ => {}
        }
    }
    if let (Some(x), Some(y)) = (a.number(), b.number()) {
        return Ok(Py::Float(match op {
            '+' => x + y,
            '-' => x - y,
            '*' => x * y,
            '^' => te_core::math::pow(x, y),
            '/' if y == 0.0 => return raise("ZeroDivisionError", "division by zero"),
            '/' => x / y,
            _ => (x / y).floor(),
        }));
    }
    match (op, a, b) {
        ('+', Py::Str(a), Py::Str(b)) => Ok(Py::Str(a + &b)),
        ('+', Py::List(a), Py::List(b)) => Ok(Py::List([a, b].concat())),
        (_, Py::Error(e), _) | (_, _, Py::Error(e)) => Err(Raised(e)),
        (op, a, b) => raise("TypeError", format!("unsupported operand types for {op}: {a:?} and {b:?}")),
    }
}

/// A parsed expression.
#[derive(Clone, Debug)]
pub(crate) enum Term {
    Value(Py),
    Name(String),
    List(Vec<Term>),
    /// A key and its value, or the dict to be spread out.
    Dict(Vec<(Option<Term>, Term)>),
    Index(Box<Term>, Box<Term>),
    Slice(Box<Term>, Option<Box<Term>>, Option<Box<Term>>),
    Call(String, Vec<Term>),
    Method(Box<Term>, String, Vec<Term>),
    Operation(char, Box<Term>, Box<Term>),
    Compare(String, Box<Term>, Box<Term>),
    Negate(Box<Term>),
    IfElse(Box<Term>, Box<Term>, Box<Term>),
    /// `[item for a in b for c in d]`
    Comprehension(Box<Term>, Vec<(String, Term)>),
    Lambda(Vec<String>, Box<Term>),
}

pub(crate) type Scope = HashMap<String, Py>;

impl Term {
    pub(crate) fn eval(&self, scope: &Scope) -> Result<Py> {
        Ok(match self {
            Self::Value(v) => v.clone(),
            Self::Name(name) => match scope.get(name) {
                Some(v) => v.clone(),
                None => return raise("NameError", name),
            },
            Self::List(items) => Py::List(items.iter().map(|t| t.eval(scope)).collect::<Result<_>>()?),
            Self::Dict(rows) => {
                let mut out: Vec<(String, Py)> = Vec::new();
                let mut put = |key: String, value: Py| match out.iter_mut().find(|(k, _)| *k == key) {
                    Some((_, v)) => *v = value,
                    None => out.push((key, value)),
                };
                for (key, value) in rows {
                    match (key, value.eval(scope)?) {
                        (Some(key), value) => match key.eval(scope)? {
                            Py::Str(key) => put(key, value),
                            other => return raise("TypeError", format!("key {other:?}")),
                        },
                        (None, Py::Dict(inner)) => inner.into_iter().for_each(|(k, v)| put(k, v)),
                        (None, other) => return raise("TypeError", format!("** of {other:?}")),
                    }
                }
                Py::Dict(out)
            }
            Self::Index(of, at) => index(&of.eval(scope)?, &at.eval(scope)?)?,
            Self::Slice(of, from, to) => {
                let Py::List(items) = of.eval(scope)? else { return raise("TypeError", "slice") };
                let end = |t: &Option<Box<Term>>, none: i64| -> Result<usize> {
                    let at =
                        t.as_ref().map_or(Ok(Py::Int(none)), |t| t.eval(scope))?.integer().unwrap_or(none);
                    let length = items.len() as i64;
                    Ok(if at < 0 { (length + at).max(0) } else { at.min(length) } as usize)
                };
                let (a, b) = (end(from, 0)?, end(to, items.len() as i64)?);
                Py::List(items.get(a..b.max(a)).unwrap_or_default().to_vec())
            }
            Self::Call(name, arguments) => {
                let values = arguments.iter().map(|t| t.eval(scope)).collect::<Result<Vec<_>>>()?;
                call(name, &values)?
            }
            Self::Method(of, name, arguments) => {
                let of = of.eval(scope)?;
                match (name.as_str(), arguments.first().map(|t| t.eval(scope)).transpose()?) {
                    ("get", Some(Py::Str(key))) => of.get(&key).cloned().unwrap_or(Py::None),
                    _ => return raise("AttributeError", name),
                }
            }
            Self::Operation(op, a, b) => arithmetic(*op, a.eval(scope)?, b.eval(scope)?)?,
            Self::Compare(op, a, b) => {
                let (a, b) = (a.eval(scope)?, b.eval(scope)?);
                let order = a.number().zip(b.number()).and_then(|(x, y)| x.partial_cmp(&y));
                Py::Bool(match op.as_str() {
                    "==" => a.equals(&b),
                    "!=" => !a.equals(&b),
                    "<" => order.is_some_and(std::cmp::Ordering::is_lt),
                    "<=" => order.is_some_and(std::cmp::Ordering::is_le),
                    ">" => order.is_some_and(std::cmp::Ordering::is_gt),
                    _ => order.is_some_and(std::cmp::Ordering::is_ge),
                })
            }
            Self::Negate(a) => arithmetic('-', Py::Int(0), a.eval(scope)?)?,
            Self::IfElse(a, condition, b) => {
                if condition.eval(scope)?.truthy() {
                    a.eval(scope)?
                } else {
                    b.eval(scope)?
                }
            }
            Self::Comprehension(item, loops) => {
                let mut out = Vec::new();
                comprehend(item, loops, &mut scope.clone(), &mut out)?;
                Py::List(out)
            }
            Self::Lambda(..) => return raise("TypeError", "a lambda is no value here"),
        })
    }

    /// Calls a lambda.
    pub(crate) fn call(&self, arguments: &[Py]) -> Result<Py> {
        let Self::Lambda(names, body) = self else { return raise("TypeError", "not callable") };
        if names.len() != arguments.len() {
            return raise("TypeError", format!("{} arguments for {}", arguments.len(), names.len()));
        }
        body.eval(&names.iter().cloned().zip(arguments.iter().cloned()).collect())
    }

    pub(crate) fn arity(&self) -> usize {
        match self {
            Self::Lambda(names, _) => names.len(),
            _ => 0,
        }
    }
}

fn comprehend(item: &Term, loops: &[(String, Term)], scope: &mut Scope, out: &mut Vec<Py>) -> Result<()> {
    let Some(((name, over), rest)) = loops.split_first() else {
        out.push(item.eval(scope)?);
        return Ok(());
    };
    let Py::List(items) = over.eval(scope)? else { return raise("TypeError", "not iterable") };
    for value in items {
        scope.insert(name.clone(), value);
        comprehend(item, rest, scope, out)?;
    }
    Ok(())
}

fn index(of: &Py, at: &Py) -> Result<Py> {
    match (of, at) {
        (Py::Dict(_), Py::Str(key)) => of.get(key).cloned().map_or_else(|| raise("KeyError", key), Ok),
        (Py::List(items), at) => {
            let at = at.integer().unwrap_or(i64::MAX);
            let at = if at < 0 { items.len() as i64 + at } else { at };
            let found = usize::try_from(at).ok().and_then(|i| items.get(i)).cloned();
            found.map_or_else(|| raise("IndexError", "list index out of range"), Ok)
        }
        _ => raise("TypeError", "not subscriptable"),
    }
}

/// The functions of the cases; `append` gives the longer list, as values have no identity here.
fn call(name: &str, values: &[Py]) -> Result<Py> {
    match (name, values) {
        ("len", [Py::List(x)]) => Ok(Py::Int(x.len() as i64)),
        ("len", [Py::Dict(x)]) => Ok(Py::Int(x.len() as i64)),
        ("dict", [Py::Dict(x)]) => Ok(Py::Dict(x.clone())),
        ("append", [Py::List(x), v]) => Ok(Py::List([x.clone(), vec![v.clone()]].concat())),
        ("setkey", [Py::Dict(_), ..]) => Ok(Py::Bool(true)),
        ("isinstance", [v, _]) => Ok(Py::Bool(matches!(v, Py::Int(_)))),
        ("sum", [Py::List(x)]) => x.iter().cloned().try_fold(Py::Int(0), |a, b| arithmetic('+', a, b)),
        // Python's max gives the first of equals.
        ("max", [a, b]) => Ok(if b.number() > a.number() { b.clone() } else { a.clone() }),
        ("min", [a, b]) => Ok(if b.number() < a.number() { b.clone() } else { a.clone() }),
        _ => raise("TypeError", format!("{name} of {values:?}")),
    }
}
