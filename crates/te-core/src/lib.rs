//! The step engine: components, systems, experiments, streams.
#![deny(missing_docs)]

mod frame;

pub use frame::{Cells, Column, Frame, FrameError, INDEX_COLUMNS};
