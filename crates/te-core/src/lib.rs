//! The step engine: components, systems, experiments, streams.
#![deny(missing_docs)]

// The derives name `::te_core`, here too.
extern crate self as te_core;

mod clock;
mod component;
mod error;
mod frame;
pub mod math;
mod nearest;
pub mod param_field;
pub mod params;
mod record;
mod stream;
mod value;

pub use clock::{Clock, StepLength, StepLengthError, TimeUnit};
pub use component::Component;
pub use error::StepError;
pub use frame::{Cells, Column, Frame, FrameError, INDEX_COLUMNS};
pub use nearest::nearest;
pub use param_field::{ParamField, Table};
pub use params::{Bound, ParamError, ParamIssue, ParamKind, ParamSpec, Params, Problem, Range, Role};
pub use record::{Cell, CellKind, FieldSpec, Record, RecordField};
pub use stream::{Purpose, Stream, StreamKey};
pub use te_derive::{Choice, Params, Record};
pub use value::Value;
