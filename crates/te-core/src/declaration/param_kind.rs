//! Kinds of parameters.

use std::borrow::Cow;

/// The kind of value a parameter takes.
#[derive(Clone, Debug, PartialEq, Eq)]
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
    Choice(Cow<'static, [Cow<'static, str>]>),
    /// A list.
    List,
    /// A table with parameters of its own.
    Table,
}

impl ParamKind {
    /// Whether expressions can read it: a number, or a boolean as 1 and 0.
    pub(crate) fn is_number(&self) -> bool {
        matches!(self, Self::F64 | Self::I64 | Self::U64 | Self::Bool | Self::Decimal)
    }

    /// The kind in words, as tables and errors show it.
    pub fn describe(&self) -> String {
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
