//! The tecmns library for Python: the module `tecmns._native`, on which the package `tecmns` in this folder is built.
//!
//! | module | what |
//! |---|---|
//! | `kind` | the kinds of components, what they declare |
//! | `component` | one component, stepped by hand |
//! | `mechanism` | mechanisms that are classes of Python |
//! | `system`, `live` | systems, run many times or stepped by hand |
//! | `table`, `drawing` | results: rows, summaries, charts |
//! | `running` | work that takes long |
//! | `page` | the page of a system |
//! | `command` | the command |
//! | `formulas` | formulas over arrays |
//!
//! What the package promises its users is documented in Python.
#![deny(missing_docs)]
#![forbid(unsafe_code)]
#![expect(clippy::needless_pass_by_value, reason = "what Python gives is extracted into values")]
#![expect(clippy::single_match_else, reason = "both arms of these are as long")]
#![expect(
    clippy::struct_field_names,
    reason = "a kind of Python has the engine's kind in it, and so for mechanisms"
)]

mod command;
mod component;
mod drawing;
mod error;
mod formulas;
mod kind;
mod live;
mod mechanism;
mod page;
mod running;
mod system;
mod table;
mod value;

/// What Python imports.
#[pyo3::pymodule]
mod _native {
    #[pymodule_export]
    use super::command::command;
    #[pymodule_export]
    use super::component::{Component, Metric, restore};
    #[pymodule_export]
    use super::drawing::{chart, chart_of_folder, default_charts, merge, read_beside, read_table, summary};
    #[pymodule_export]
    use super::formulas::praise::{praise_composites, praise_payout};
    #[pymodule_export]
    use super::formulas::{compute, compute_list, formulas, list_formulas};
    #[pymodule_export]
    use super::kind::{Kind, equations, kind, kinds};
    #[pymodule_export]
    use super::live::Live;
    #[pymodule_export]
    use super::mechanism::register_mechanism;
    #[pymodule_export]
    use super::page::Page;
    #[pymodule_export]
    use super::system::{Outcome, System, restore_system, toml};
    #[pymodule_export]
    use super::table::{Column, Matrix, Table, empty_table, restore_table};
}
