//! The command as a user meets it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_possible_wrap,
    reason = "a test may stop at the first surprise, and its numbers are small"
)]

mod checks;
mod events;
mod fuzz;
mod identity;
mod import;
mod key_figures;
mod killed;
mod limits;
mod open;
mod picture;
mod refusals;
mod registered;
mod registry;
mod run;
mod same_bits;
mod settings;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// The workspace's root.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Runs the command in a folder.
fn tecmns(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_tecmns")).current_dir(folder).args(arguments).output().unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// A system file of the project, as an absolute path.
fn system(name: &str) -> String {
    root().join("systems").join(name).canonicalize().unwrap().display().to_string()
}

/// A folder that a test may write to.
fn scratch() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}
