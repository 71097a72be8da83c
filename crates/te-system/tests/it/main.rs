//! System files as a program reads them, without the command.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may stop at the first surprise")]

mod by_hand;
mod changes;
mod data;
mod declared_equations;
mod equations;
mod events;
mod parameters;
mod pictures;
mod schema;

/// A folder that goes when it is dropped.
fn scratch() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}
