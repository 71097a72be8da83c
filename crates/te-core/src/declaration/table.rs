//! Parameters within a list.

use crate::declaration::param_field::{Conversion, ParamField};
use crate::declaration::param_kind::ParamKind;
use crate::declaration::params::Params;
use crate::declaration::value::Value;

/// A declared set of parameters as one item of a list: `Vec<Table<Phase>>`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Table<P>(pub P);

impl<P: Params> ParamField for Table<P> {
    const KIND: ParamKind = ParamKind::Table;
    fn to_value(&self) -> Value {
        self.0.to_value()
    }
    fn from_value(value: &Value) -> Result<Self, Conversion> {
        P::from_value(value).map(Self).map_err(|e| Conversion::Inner(e.issues))
    }
}
