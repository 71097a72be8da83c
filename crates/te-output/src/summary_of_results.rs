//! The summary of a results folder.

use crate::summary::Summary;
use crate::table::statistics::Statistics;
use crate::{OutputError, failed_runs, find_trajectories};
use std::path::Path;

impl Summary {
    /// The summary of a results folder, of its statistics where it keeps no more; or of one table.
    ///
    /// # Errors
    /// As [`Summary::of_file`].
    pub fn of_results(path: impl AsRef<Path>) -> Result<Self, OutputError> {
        let path = path.as_ref();
        let statistics = if path.is_dir() { Statistics::summary_of(path)? } else { None };
        match statistics {
            Some(summary) => Ok(summary),
            None => Self::of_file(find_trajectories(path)?, failed_runs(path)?),
        }
    }
}
