//! Components and kinds, and how columns of their runs are held and stepped.

pub mod blocks;
pub(crate) mod board;
pub(crate) mod component;
pub mod glue;
pub mod kind;
pub(crate) mod lane_form;
pub mod lanes;
pub mod mechanism;
pub mod picture;
pub(crate) mod registry;
pub(crate) mod step_error;
pub(crate) mod typed_column;
pub(crate) mod world;
