//! What a unit of runs leaves: rows and statistics.

pub(crate) mod finished_points;
pub(crate) mod large_pages;
pub(crate) mod rows;
pub(crate) mod sink;
pub(crate) mod statistics_table;
pub(crate) mod unit_output;
