//! What can go wrong between a table and the disk, in words a person can act on.

use std::io;
use std::path::{Path, PathBuf};

/// Why results could not be written or read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OutputError {
    /// The file system does not let this process do it.
    #[error("cannot {action} {}: permission denied", path.display())]
    PermissionDenied {
        /// What was tried.
        action: &'static str,
        /// Where.
        path: PathBuf,
    },
    /// No room is left on the device, or in the quota.
    #[error("cannot {action} {}: the disk or quota is full; no partial file was left", path.display())]
    DiskFull {
        /// What was tried.
        action: &'static str,
        /// Where.
        path: PathBuf,
    },
    /// Nothing is there.
    #[error("cannot {action} {}: no such file or folder", path.display())]
    NotFound {
        /// What was tried.
        action: &'static str,
        /// Where.
        path: PathBuf,
    },
    /// Any other refusal of the operating system.
    #[error("cannot {action} {}: {source}", path.display())]
    Io {
        /// What was tried.
        action: &'static str,
        /// Where.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// A file is not what its name says, or is damaged.
    #[error("{} is not readable as {format}: {cause}", path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// What it should be.
        format: &'static str,
        /// What is wrong with it.
        cause: String,
    },
    /// A frame does not fit the columns with which the file was opened.
    #[error("{}: column {position} should be `{expected}` and is `{found}`", path.display())]
    Columns {
        /// The file being written.
        path: PathBuf,
        /// Position of the column, from 0.
        position: usize,
        /// Name and kind with which the file was opened.
        expected: String,
        /// Name and kind that came.
        found: String,
    },
    /// A column holds a kind of cell that the format cannot hold.
    #[error("{}: column `{column}` holds a kind of cell that {format} cannot hold", path.display())]
    Unsupported {
        /// The file.
        path: PathBuf,
        /// The column.
        column: String,
        /// The format.
        format: &'static str,
    },
    /// The extension of a file names no format that is known or compiled in.
    #[error("{}: the extension must be one of {known}", path.display())]
    Extension {
        /// The file.
        path: PathBuf,
        /// The extensions that are understood.
        known: &'static str,
    },
    /// A results folder holds files of something else.
    #[error("{} is not empty{}", path.display(), advice(*same_plan))]
    NotEmpty {
        /// The folder.
        path: PathBuf,
        /// Whether it holds results of the same plan.
        same_plan: bool,
    },
    /// A results folder belongs to another plan.
    #[error("{} holds results of another plan: {difference}; name another folder", path.display())]
    OtherPlan {
        /// The folder or file.
        path: PathBuf,
        /// In which settings it differs.
        difference: String,
    },
    /// Another process writes to a results folder.
    #[error("another process is writing to {}; wait until it is done, or name another folder", path.display())]
    Busy {
        /// The folder.
        path: PathBuf,
    },
    /// The parts of a sweep are not all there.
    #[error("{} lacks {} of {units} units, the first of them unit {first}", path.display(), missing)]
    Incomplete {
        /// The folder.
        path: PathBuf,
        /// Units in the plan.
        units: u64,
        /// Units that are missing.
        missing: u64,
        /// The first missing unit.
        first: u64,
    },
    /// A unit's file does not have the bytes that its sidecar vouches for.
    #[error("{} differs from its sidecar: {what} is {found} where the sidecar says {expected}", path.display())]
    Damaged {
        /// The unit's file.
        path: PathBuf,
        /// Which property differs.
        what: &'static str,
        /// What the file has.
        found: String,
        /// What the sidecar says.
        expected: String,
    },
    /// Rows of one subset did not come together.
    #[error("rows of simulation {simulation}, subset {subset} come again after another subset began")]
    Order {
        /// The simulation.
        simulation: u64,
        /// The subset.
        subset: u64,
    },
    /// A table lacks a column, or holds it in a kind that does not serve.
    #[error("no usable column `{column}`{}", suggestion(nearest.as_deref()))]
    Column {
        /// The column asked for.
        column: String,
        /// The nearest name that exists.
        nearest: Option<String>,
    },
    /// A chart has nothing to show.
    #[error("chart `{chart}`: {cause}")]
    Chart {
        /// Title of the chart.
        chart: String,
        /// Why it cannot be drawn.
        cause: String,
    },
    /// A report or sidecar could not be put into words.
    #[error("cannot write {what}: {cause}")]
    Encoding {
        /// What was being written.
        what: &'static str,
        /// Why it failed.
        cause: String,
    },
}

fn suggestion(nearest: Option<&str>) -> String {
    nearest.map_or_else(String::new, |name| format!("; did you mean `{name}`?"))
}

fn advice(same_plan: bool) -> &'static str {
    if same_plan {
        " and holds results of the same plan; resume them, or name another folder"
    } else {
        "; name another folder, or remove what is in it"
    }
}

impl OutputError {
    /// Sorts an error of the operating system by what a person would do about it.
    pub fn io(action: &'static str, path: impl Into<PathBuf>, source: io::Error) -> Self {
        let path = path.into();
        match source.kind() {
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
                Self::PermissionDenied { action, path }
            }
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::DiskFull { action, path },
            io::ErrorKind::NotFound => Self::NotFound { action, path },
            _ => Self::Io { action, path, source },
        }
    }

    /// Whether trying again later may help (a full disk), as against input that never will.
    pub fn is_temporary(&self) -> bool {
        use io::ErrorKind::{InvalidInput, IsADirectory, NotADirectory, ReadOnlyFilesystem};
        match self {
            Self::DiskFull { .. } | Self::Busy { .. } => true,
            Self::Io { source, .. } => {
                !matches!(source.kind(), InvalidInput | IsADirectory | NotADirectory | ReadOnlyFilesystem)
            }
            _ => false,
        }
    }

    /// An error of the Parquet library: the operating system's where one is inside, else a damaged file.
    pub(crate) fn parquet(action: &'static str, path: &Path, error: ::parquet::errors::ParquetError) -> Self {
        let cause = error.to_string();
        if let ::parquet::errors::ParquetError::External(inner) = error
            && let Ok(io) = inner.downcast::<io::Error>()
        {
            return Self::io(action, path, *io);
        }
        Self::Malformed { path: path.to_path_buf(), format: "Parquet", cause }
    }

    /// An error of the CSV library, likewise.
    pub(crate) fn csv(action: &'static str, path: &Path, error: ::csv::Error) -> Self {
        let cause = error.to_string();
        match error.into_kind() {
            ::csv::ErrorKind::Io(io) => Self::io(action, path, io),
            _ => Self::Malformed { path: path.to_path_buf(), format: "CSV", cause },
        }
    }
}
