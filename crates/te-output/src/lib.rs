//! Results to Parquet, Arrow, CSV, charts and reports.
#![deny(missing_docs)]
#![forbid(unsafe_code)]

#[cfg(feature = "arrow")]
mod arrow;
mod blocks;
mod chart;
mod columns;
mod csv;
mod decimal;
mod error;
mod number;
mod parquet;
mod summary;
mod table;
mod whole_file;

#[cfg(feature = "arrow")]
pub use arrow::ArrowWriter;
pub use chart::{ChartKind, ChartSpec, Drawing, RUNS_AS_LINES, SERIES_TOGETHER, Series, Theme};
pub use columns::{COLUMNS_KEY, ColumnSpec, Kind, MANIFEST_KEY, PARAMETERS_KEY, PLAN_KEY};
pub use csv::{CsvWriter, dictionary_path};
pub use error::OutputError;
pub use parquet::{GROUP_ROWS, ParquetWriter};
pub use summary::{QUANTILES, Summary, SummaryBuilder, SummaryRow};
pub use table::{Format, FrameReader, TrajectoryWriter, Written, read_frame, write_frame};
pub use whole_file::{WholeFile, remove_leftovers, write_whole};
