//! A model as it is handed on: quantities with expressions of equations, before they are written.

use crate::source::Shape;

/// What a quantity is.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Role {
    Param { value: f64, range: [Option<f64>; 2] },
    Constant(f64),
    Let(String),
    State { initial: String, law: Law, min: Option<f64> },
    Flow { of: String, from: Option<String>, to: Option<String>, limit: bool },
    Pipeline { enter: String, time: String, leak: Option<String>, initial: String },
    Draw { of: String, start: f64 },
}

/// How a state goes on.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Law {
    /// By flows alone.
    Flows,
    Rate(String),
}

/// A named number.
#[derive(Clone, Debug)]
pub(crate) struct Quantity {
    pub(crate) name: String,
    /// As the model has it, with its subscripts; nothing for what the import made.
    pub(crate) written: Option<String>,
    pub(crate) unit: String,
    pub(crate) doc: String,
    /// The byte of the model at which it is defined.
    pub(crate) at: usize,
    pub(crate) role: Role,
}

/// A table.
#[derive(Clone, Debug)]
pub(crate) struct Table {
    pub(crate) name: String,
    pub(crate) doc: String,
    pub(crate) x: Vec<f64>,
    pub(crate) y: Vec<f64>,
    pub(crate) shape: Shape,
}

/// A component.
#[derive(Debug, Default)]
pub(crate) struct Target {
    pub(crate) quantities: Vec<Quantity>,
    pub(crate) tables: Vec<Table>,
    /// The flows in the order in which they take from what a stock holds.
    pub(crate) flows: Vec<String>,
}
