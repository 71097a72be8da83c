//! What components declare: parameters, records, terms; the clock; tables of columns.

pub(crate) mod calendar;
pub(crate) mod clock;
pub(crate) mod date;
pub(crate) mod distribution;
pub(crate) mod frame;
pub(crate) mod nearest;
pub(crate) mod param_error;
pub mod param_field;
pub(crate) mod param_kind;
pub(crate) mod param_spec;
pub mod params;
pub(crate) mod range;
pub(crate) mod record;
pub(crate) mod step_length;
pub(crate) mod table;
pub(crate) mod terms;
pub(crate) mod value;
