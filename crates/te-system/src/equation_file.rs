//! A file that holds one component of equations.

use crate::data_column::DataColumns;
use crate::system_file::{FileError, FileErrors, LARGEST};
use crate::{regular_file, system_file};
use std::path::Path;
use te_core::{Registry, StepLength};
use te_equations::{EquationErrors, Equations};

/// Whether a name is that of a file of equations: it ends in `.toml`, and the file has `[component]`, as no system has.
pub fn is_equation_file(name: &str) -> bool {
    let has_component = |bytes: Vec<u8>| {
        String::from_utf8_lossy(&bytes).lines().any(|line| line.trim_start().starts_with("[component]"))
    };
    name.to_ascii_lowercase().ends_with(".toml")
        && regular_file::bytes(Path::new(name), LARGEST).is_ok_and(has_component)
}

/// Reads a file of equations; what its tables name lies beside it.
///
/// # Errors
/// [`FileErrors`] with everything that is wrong with it.
pub fn read_equations(path: &Path) -> Result<Equations, FileErrors> {
    let document = system_file::text_of(path)?;
    // A table has no times, so that no length of steps is needed.
    let registry = Registry::new();
    let data = DataColumns::new(path, StepLength::default(), &registry);
    Equations::parse_with(&document, &|wanted| data.numbers(wanted)).map_err(|EquationErrors { errors }| {
        FileErrors {
            errors: errors
                .into_iter()
                .map(|error| FileError {
                    path: path.to_owned(),
                    at: Some(error.at),
                    code: error.code,
                    message: error.message,
                })
                .collect(),
        }
    })
}
