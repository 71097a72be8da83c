//! Results to Parquet, Arrow, CSV, charts and reports.
