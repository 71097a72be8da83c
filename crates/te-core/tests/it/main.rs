//! The engine against its references and its promises.

mod determinism;
mod experiments;
mod models;
mod semantics;
mod streams;
