//! Reference numbers and properties of conviction voting.
#![expect(clippy::disallowed_methods, reason = "tests compare with the platform's functions")]
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::cast_possible_truncation,
    reason = "tests stop at the first surprise; counts in the files are small"
)]

mod blocks;
mod calibration;
mod component;
mod contracts;
mod dashboard;
mod finite;
mod kinds;
mod reference;
mod replay;
mod statistics;
mod theory;
