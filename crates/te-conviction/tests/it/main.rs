//! Reference numbers and properties of conviction voting.

mod blocks;
mod contracts;
mod dashboard;
mod reference;
mod replay;
mod statistics;
mod theory;
