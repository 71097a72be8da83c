//! Systems: components composed, their names resolved to slots.

pub(crate) mod bound_event;
pub(crate) mod build_error;
pub(crate) mod builder;
pub(crate) mod built;
pub(crate) mod compile;
pub(crate) mod described;
pub(crate) mod event;
pub mod expression;
pub(crate) mod moves;
