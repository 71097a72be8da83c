//! Reference numbers and properties of conviction voting.

mod contracts;
mod dashboard;
mod reference;
mod theory;
