//! The types a parameter can have, and how a [`Value`] becomes one of them.
//!
//! Nothing is coerced in silence: a boolean is not a number, an integer has no fraction, and a number is
//! finite.

#![expect(
    clippy::inline_always,
    reason = "a loop over columns of runs becomes vector code only where these are inlined"
)]

use crate::declaration::param_error::ParamIssue;
use crate::declaration::param_kind::ParamKind;
use crate::declaration::range::Range;
use crate::declaration::value::Value;
use rust_decimal::Decimal;

/// Why a value is not of a field's type.
#[derive(Clone, Debug, PartialEq)]
pub enum Conversion {
    /// Another kind of value.
    Kind,
    /// Problems further inside.
    Inner(Vec<ParamIssue>),
}

/// A type that a parameter field can have.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a parameter",
    label = "not a parameter type",
    note = "parameters are f64, i64, u64, u32, bool, String, Decimal, enums with `#[derive(Choice)]`, lists and options of them; \
            a struct with `#[derive(Params)]` needs `#[param(nested)]`"
)]
pub trait ParamField: Sized + Clone {
    /// The kind that declarations show.
    const KIND: ParamKind;

    /// Whether it may be absent, written `"none"`.
    const OPTIONAL: bool = false;

    /// The field as a value.
    fn to_value(&self) -> Value;

    /// The field from a value.
    ///
    /// # Errors
    /// [`Conversion`] where the value is of another kind.
    fn from_value(value: &Value) -> Result<Self, Conversion>;

    /// Whether it is a number that may differ between runs in lanes; else it is a setting that they share
    /// ([`Terms`](crate::Terms)).
    const IS_NUMBER: bool = false;

    /// The number, of a field that is one.
    #[inline(always)]
    fn number(&self) -> f64 {
        f64::NAN
    }

    /// The field of this number, where fields of the type are numbers.
    #[must_use]
    #[inline(always)]
    fn of_number(number: f64) -> Option<Self> {
        let _ = number;
        None
    }

    /// Whether two fields may stand in the same lanes: they are numbers, or the same setting.
    fn alike(&self, other: &Self) -> bool {
        Self::IS_NUMBER || self.to_value() == other.to_value()
    }

    /// Whether the field is surely allowed where this is its range; `false` asks for a closer look.
    fn within(&self, range: &Range) -> bool {
        let _ = range;
        matches!(Self::KIND, ParamKind::Bool | ParamKind::Choice(_) | ParamKind::Text)
    }
}

/// The integer that a value is, where it is one without loss.
fn integer(value: &Value) -> Option<i128> {
    match value {
        Value::I64(x) => Some(i128::from(*x)),
        Value::U64(x) => Some(i128::from(*x)),
        // Exact: a float without fraction below 2^63 is that integer.
        Value::F64(x) if x.fract() == 0.0 && x.abs() < 9.2e18 =>
        {
            #[expect(
                clippy::cast_possible_truncation,
                reason = "the fraction is zero and the size was checked"
            )]
            Some(*x as i128)
        }
        _ => None,
    }
}

impl ParamField for f64 {
    const KIND: ParamKind = ParamKind::F64;
    const IS_NUMBER: bool = true;
    #[inline(always)]
    fn number(&self) -> f64 {
        *self
    }
    #[inline(always)]
    fn of_number(number: f64) -> Option<Self> {
        Some(number)
    }
    fn to_value(&self) -> Value {
        Value::F64(*self)
    }
    fn from_value(value: &Value) -> Result<Self, Conversion> {
        value.number().ok_or(Conversion::Kind)
    }
    #[inline]
    fn within(&self, range: &Range) -> bool {
        range.contains(*self)
    }
}

impl ParamField for i64 {
    const KIND: ParamKind = ParamKind::I64;
    fn to_value(&self) -> Value {
        Value::I64(*self)
    }
    fn from_value(value: &Value) -> Result<Self, Conversion> {
        integer(value).and_then(|x| x.try_into().ok()).ok_or(Conversion::Kind)
    }
    #[inline]
    fn within(&self, range: &Range) -> bool {
        range.contains(*self as f64)
    }
}

impl ParamField for u64 {
    const KIND: ParamKind = ParamKind::U64;
    fn to_value(&self) -> Value {
        Value::U64(*self)
    }
    fn from_value(value: &Value) -> Result<Self, Conversion> {
        integer(value).and_then(|x| x.try_into().ok()).ok_or(Conversion::Kind)
    }
    #[inline]
    fn within(&self, range: &Range) -> bool {
        range.contains(*self as f64)
    }
}

impl ParamField for u32 {
    const KIND: ParamKind = ParamKind::U64;
    fn to_value(&self) -> Value {
        Value::U64(u64::from(*self))
    }
    fn from_value(value: &Value) -> Result<Self, Conversion> {
        integer(value).and_then(|x| x.try_into().ok()).ok_or(Conversion::Kind)
    }
    #[inline]
    fn within(&self, range: &Range) -> bool {
        range.contains(f64::from(*self))
    }
}

impl ParamField for bool {
    const KIND: ParamKind = ParamKind::Bool;
    fn to_value(&self) -> Value {
        Value::Bool(*self)
    }
    fn from_value(value: &Value) -> Result<Self, Conversion> {
        match value {
            Value::Bool(x) => Ok(*x),
            _ => Err(Conversion::Kind),
        }
    }
}

impl ParamField for String {
    const KIND: ParamKind = ParamKind::Text;
    fn to_value(&self) -> Value {
        Value::Text(self.clone())
    }
    fn from_value(value: &Value) -> Result<Self, Conversion> {
        match value {
            Value::Text(x) => Ok(x.clone()),
            _ => Err(Conversion::Kind),
        }
    }
}

/// Exact from text and integers; from a float by its shortest decimal form, so that `0.1` is 0.1.
impl ParamField for Decimal {
    const KIND: ParamKind = ParamKind::Decimal;
    fn to_value(&self) -> Value {
        Value::Decimal(*self)
    }
    fn from_value(value: &Value) -> Result<Self, Conversion> {
        match value {
            Value::Decimal(x) => Ok(*x),
            Value::I64(x) => Ok(Self::from(*x)),
            Value::U64(x) => Ok(Self::from(*x)),
            Value::F64(x) => {
                let text = x.to_string();
                text.parse().or_else(|_| Self::from_scientific(&text)).map_err(|_| Conversion::Kind)
            }
            Value::Text(x) => x.parse().or_else(|_| Self::from_scientific(x)).map_err(|_| Conversion::Kind),
            _ => Err(Conversion::Kind),
        }
    }
}

/// Written `"none"` in files where it is absent, and NaN among the numbers of lanes, which no parameter is.
impl<T: ParamField> ParamField for Option<T> {
    const KIND: ParamKind = T::KIND;
    const OPTIONAL: bool = true;
    const IS_NUMBER: bool = T::IS_NUMBER;
    #[inline(always)]
    fn number(&self) -> f64 {
        self.as_ref().map_or(f64::NAN, T::number)
    }
    #[inline(always)]
    fn of_number(number: f64) -> Option<Self> {
        if number.is_nan() { Some(None) } else { T::of_number(number).map(Some) }
    }
    fn to_value(&self) -> Value {
        self.as_ref().map_or_else(|| Value::Text("none".into()), T::to_value)
    }
    fn from_value(value: &Value) -> Result<Self, Conversion> {
        match value {
            Value::Text(x) if x == "none" => Ok(None),
            _ => T::from_value(value).map(Some),
        }
    }
}

impl<T: ParamField> ParamField for Vec<T> {
    const KIND: ParamKind = ParamKind::List;
    fn to_value(&self) -> Value {
        Value::List(self.iter().map(T::to_value).collect())
    }
    fn from_value(value: &Value) -> Result<Self, Conversion> {
        match value {
            Value::List(items) => items.iter().map(T::from_value).collect(),
            _ => Err(Conversion::Kind),
        }
    }
}
