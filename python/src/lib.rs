//! The tecmns library for Python: the module `tecmns._native`, on which the package `tecmns` in this folder is built.
//!
//! | module | what |
//! |---|---|
//! | [`kind`] | the kinds of components, what they declare |
//! | [`component`] | one component, stepped by hand |
//! | [`system`], [`live`] | systems, run many times or stepped by hand |
//! | [`table`], [`drawing`] | results: rows, summaries, charts |
//! | [`running`] | work that takes long |
//! | [`formulas`] | formulas over arrays |
//!
//! What the package promises its users is documented in Python.
#![deny(missing_docs)]
#![forbid(unsafe_code)]

mod component;
mod drawing;
mod error;
mod formulas;
mod kind;
mod live;
mod running;
mod system;
mod table;
mod value;

/// What Python imports.
#[pyo3::pymodule]
mod _native {
    #[pymodule_export]
    use super::component::{Component, Metric, restore};
    #[pymodule_export]
    use super::drawing::{chart, chart_of_folder, default_charts, merge, read_beside, read_table, summary};
    #[pymodule_export]
    use super::formulas::{compute, compute_list, formulas, list_formulas, praise_composites, praise_payout};
    #[pymodule_export]
    use super::kind::{Kind, equations, kind, kinds};
    #[pymodule_export]
    use super::live::Live;
    #[pymodule_export]
    use super::system::{Outcome, System, restore_system, toml};
    #[pymodule_export]
    use super::table::{Column, Matrix, Table, empty_table, restore_table};
}
