//! The page's server as a client meets it.
#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod client;
mod hardening;
mod runs;
mod taken_out;
