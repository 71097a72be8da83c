//! Refusals and attacks, on git repositories made by the tests.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

mod attacks;
mod bundle;
mod cache;
mod digest;
mod equation_files;
mod imports;
mod lineage;
mod lock;
mod packaged;
mod parse;
mod pins;
mod scaffold;
mod upstream;
mod verify;
mod worktree;
