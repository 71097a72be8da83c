//! What the example programs and their tests share.
#![forbid(unsafe_code)]
#![deny(missing_docs)]

pub mod commons_system;
