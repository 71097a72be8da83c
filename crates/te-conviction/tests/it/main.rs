//! Reference numbers and properties of conviction voting.

mod dashboard;
mod reference;
mod theory;
