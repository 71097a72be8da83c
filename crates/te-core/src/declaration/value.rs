//! Values of parameters at run time: what files, sweeps and snapshots hold.

use rust_decimal::Decimal;
use serde::de::{self, Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde::ser::{Serialize, SerializeMap as _, SerializeSeq as _, Serializer};
use std::fmt;

/// A value of any kind that a parameter can have.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// A float.
    F64(f64),
    /// A signed integer.
    I64(i64),
    /// An unsigned integer.
    U64(u64),
    /// A boolean.
    Bool(bool),
    /// An exact decimal.
    Decimal(Decimal),
    /// Text, also the name of a choice.
    Text(String),
    /// A list.
    List(Vec<Value>),
    /// A table in the order in which it was written.
    Table(Vec<(String, Value)>),
}

impl Value {
    /// The number as a float, for numbers of every kind.
    pub fn number(&self) -> Option<f64> {
        use rust_decimal::prelude::ToPrimitive as _;
        match self {
            Self::F64(x) => Some(*x),
            Self::I64(x) => Some(*x as f64),
            Self::U64(x) => Some(*x as f64),
            Self::Decimal(x) => x.to_f64(),
            _ => None,
        }
    }

    /// What kind of value this is, in words.
    pub fn kind_name(&self) -> &'static str {
        match self {
            Self::F64(_) => "a number",
            Self::I64(_) | Self::U64(_) => "an integer",
            Self::Bool(_) => "a boolean",
            Self::Decimal(_) => "a decimal",
            Self::Text(_) => "text",
            Self::List(_) => "a list",
            Self::Table(_) => "a table",
        }
    }

    /// Reads a value as a command line gives it: a boolean, an integer, a number, else text.
    ///
    /// ```
    /// use te_core::Value;
    /// assert_eq!(Value::parse("0.2"), Value::F64(0.2));
    /// assert_eq!(Value::parse("12"), Value::I64(12));
    /// assert_eq!(Value::parse("bull"), Value::Text("bull".into()));
    /// ```
    pub fn parse(text: &str) -> Self {
        let text = text.trim();
        if let Ok(x) = text.parse::<bool>() {
            return Self::Bool(x);
        }
        if let Ok(x) = text.parse::<i64>() {
            return Self::I64(x);
        }
        if let Ok(x) = text.parse::<u64>() {
            return Self::U64(x);
        }
        // "nan" and "inf" parse as floats here, and are refused where they are assigned.
        text.parse::<f64>().map_or_else(|_| Self::Text(text.to_owned()), Self::F64)
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::F64(x) => write!(f, "{x}"),
            Self::I64(x) => write!(f, "{x}"),
            Self::U64(x) => write!(f, "{x}"),
            Self::Bool(x) => write!(f, "{x}"),
            Self::Decimal(x) => write!(f, "{x}"),
            Self::Text(x) => f.write_str(x),
            Self::List(items) => {
                f.write_str("[")?;
                for (i, item) in items.iter().enumerate() {
                    write!(f, "{}{item}", if i > 0 { ", " } else { "" })?;
                }
                f.write_str("]")
            }
            Self::Table(rows) => {
                f.write_str("{")?;
                for (i, (key, value)) in rows.iter().enumerate() {
                    write!(f, "{}{key} = {value}", if i > 0 { ", " } else { " " })?;
                }
                f.write_str(" }")
            }
        }
    }
}

macro_rules! value_from {
    ($($kind:ty => $variant:ident),*) => {$(
        impl From<$kind> for Value {
            fn from(value: $kind) -> Self {
                Self::$variant(value.into())
            }
        }
    )*};
}
value_from!(f64 => F64, i64 => I64, i32 => I64, u64 => U64, u32 => U64, bool => Bool, Decimal => Decimal,
    String => Text, &str => Text);

impl<T: Into<Value>> From<Vec<T>> for Value {
    fn from(items: Vec<T>) -> Self {
        Self::List(items.into_iter().map(Into::into).collect())
    }
}

/// The form for formats that do not describe themselves: the same value with its kind in front.
#[derive(serde::Serialize, serde::Deserialize)]
enum Tagged {
    F64(f64),
    I64(i64),
    U64(u64),
    Bool(bool),
    Decimal([u8; 16]),
    Text(String),
    List(Vec<Value>),
    Table(Vec<(String, Value)>),
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if !serializer.is_human_readable() {
            return match self.clone() {
                Self::F64(x) => Tagged::F64(x),
                Self::I64(x) => Tagged::I64(x),
                Self::U64(x) => Tagged::U64(x),
                Self::Bool(x) => Tagged::Bool(x),
                Self::Decimal(x) => Tagged::Decimal(x.serialize()),
                Self::Text(x) => Tagged::Text(x),
                Self::List(x) => Tagged::List(x),
                Self::Table(x) => Tagged::Table(x),
            }
            .serialize(serializer);
        }
        match self {
            Self::F64(x) => serializer.serialize_f64(*x),
            Self::I64(x) => serializer.serialize_i64(*x),
            Self::U64(x) => serializer.serialize_u64(*x),
            Self::Bool(x) => serializer.serialize_bool(*x),
            Self::Decimal(x) => serializer.serialize_str(&x.to_string()),
            Self::Text(x) => serializer.serialize_str(x),
            Self::List(items) => {
                let mut list = serializer.serialize_seq(Some(items.len()))?;
                for item in items {
                    list.serialize_element(item)?;
                }
                list.end()
            }
            Self::Table(rows) => {
                let mut table = serializer.serialize_map(Some(rows.len()))?;
                for (key, value) in rows {
                    table.serialize_entry(key, value)?;
                }
                table.end()
            }
        }
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            return deserializer.deserialize_any(ValueVisitor);
        }
        Ok(match Tagged::deserialize(deserializer)? {
            Tagged::F64(x) => Self::F64(x),
            Tagged::I64(x) => Self::I64(x),
            Tagged::U64(x) => Self::U64(x),
            Tagged::Bool(x) => Self::Bool(x),
            Tagged::Decimal(x) => Self::Decimal(Decimal::deserialize(x)),
            Tagged::Text(x) => Self::Text(x),
            Tagged::List(x) => Self::List(x),
            Tagged::Table(x) => Self::Table(x),
        })
    }
}

struct ValueVisitor;

impl<'de> Visitor<'de> for ValueVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number, boolean, text, list or table")
    }
    fn visit_bool<E>(self, v: bool) -> Result<Value, E> {
        Ok(Value::Bool(v))
    }
    fn visit_i64<E>(self, v: i64) -> Result<Value, E> {
        Ok(Value::I64(v))
    }
    fn visit_u64<E>(self, v: u64) -> Result<Value, E> {
        Ok(i64::try_from(v).map_or(Value::U64(v), Value::I64))
    }
    fn visit_f64<E>(self, v: f64) -> Result<Value, E> {
        Ok(Value::F64(v))
    }
    fn visit_str<E: de::Error>(self, v: &str) -> Result<Value, E> {
        Ok(Value::Text(v.to_owned()))
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = seq.next_element()? {
            items.push(item);
        }
        Ok(Value::List(items))
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let mut rows = Vec::new();
        while let Some(row) = map.next_entry()? {
            rows.push(row);
        }
        Ok(Value::Table(rows))
    }
}
