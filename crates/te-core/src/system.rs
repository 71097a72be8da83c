//! Systems: components composed, their names resolved to slots.

pub(crate) mod build_error;
pub(crate) mod builder;
pub(crate) mod built;
pub(crate) mod compile;
pub(crate) mod event;
pub mod expression;
