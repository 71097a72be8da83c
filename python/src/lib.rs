//! The tecmns library for Python: the module `tecmns._native`, on which the package `tecmns` in this folder is built.
//!
//! | module | what |
//! |---|---|
//! | [`kind`] | the kinds of components, what they declare |
//! | [`component`] | one component, stepped by hand |
//! | [`system`] | systems, run many times, and their results |
//!
//! What the package promises its users is documented in Python.
#![deny(missing_docs)]
#![forbid(unsafe_code)]

mod component;
mod error;
mod kind;
mod value;

/// What Python imports.
#[pyo3::pymodule]
mod _native {
    #[pymodule_export]
    use super::component::{Component, Metric, restore};
    #[pymodule_export]
    use super::kind::{Kind, kind, kinds};
}
