//! The engine against its references and its promises.
#![allow(clippy::disallowed_methods, reason = "tests compare with the platform's functions")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_possible_wrap,
    clippy::unnecessary_wraps,
    reason = "a test may stop at the first surprise, and its numbers are small"
)]

mod blocks;
mod by_hand;
mod dates;
mod derived;
mod design;
mod determinism;
mod events;
mod experiments;
mod fund;
mod isolation;
mod key_figures;
mod kinds;
mod lanes;
mod models;
mod semantics;
mod sources;
mod start;
mod streams;
mod together;
