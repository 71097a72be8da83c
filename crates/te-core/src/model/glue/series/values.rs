//! A list of numbers that all runs share.

use crate::declaration::param_field::Conversion;
use crate::declaration::param_field::ParamField;
use crate::declaration::param_kind::ParamKind;
use crate::declaration::range::Range;
use crate::declaration::value::Value;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::sync::Arc;

/// A column of data, held once however many runs read it.
///
/// ```
/// use te_core::glue::Values;
/// let values = Values::from(vec![1.0, 2.0, 4.0]);
/// assert_eq!(values.as_slice(), [1.0, 2.0, 4.0]);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Values {
    list: Arc<[f64]>,
    /// Looked at once, not for every run.
    finite: bool,
}

impl Values {
    /// The numbers.
    pub fn as_slice(&self) -> &[f64] {
        &self.list
    }

    /// Whether both are the same memory.
    pub(super) fn is_shared_with(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.list, &other.list)
    }
}

impl From<Vec<f64>> for Values {
    fn from(list: Vec<f64>) -> Self {
        Self { finite: list.iter().all(|x| x.is_finite()), list: list.into() }
    }
}

impl Default for Values {
    fn default() -> Self {
        Self::from(Vec::new())
    }
}

impl ParamField for Values {
    const KIND: ParamKind = ParamKind::List;
    fn to_value(&self) -> Value {
        Value::List(self.list.iter().map(|x| Value::F64(*x)).collect())
    }
    fn from_value(value: &Value) -> Result<Self, Conversion> {
        Vec::from_value(value).map(|list: Vec<f64>| Self::from(list))
    }
    fn within(&self, _: &Range) -> bool {
        self.finite
    }
}

impl Serialize for Values {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.list.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Values {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Vec::deserialize(deserializer).map(|list: Vec<f64>| Self::from(list))
    }
}
