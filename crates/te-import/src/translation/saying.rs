//! What is known and what is still to be done while an expression of the model is said.

use crate::dimension::Setting;
use crate::expression::{Expression, Op};
use crate::function::{Function, Reduction};
use crate::piece::Piece;
use std::rc::Rc;

/// What is done when the arguments are said.
#[derive(Clone, Debug)]
pub(super) enum After {
    Unary(Op),
    Binary(Op),
    If,
    Function(&'static Function),
    /// A call of a table.
    Table(String),
    Reduction(Reduction, usize),
    /// A call of a macro.
    Macro(usize, usize),
    /// A table of its own, made for one call.
    With(Vec<[f64; 2]>),
    /// A stock inside an expression.
    Stock,
    /// An equation and where it begins.
    Active,
    /// The time at a place counted from now.
    TimeValue,
}

impl After {
    /// How many arguments it takes.
    pub(super) fn takes(&self) -> usize {
        match self {
            Self::Unary(_) | Self::Table(_) | Self::With(_) => 1,
            Self::Binary(_) | Self::Stock | Self::Active => 2,
            Self::If | Self::TimeValue => 3,
            Self::Function(function) => function.arguments,
            Self::Reduction(_, count) | Self::Macro(_, count) => *count,
        }
    }
}

/// What saying an expression knows.
pub(super) struct Saying<'j, 'e> {
    pub(super) scope: usize,
    pub(super) owner: &'j str,
    pub(super) of: &'e Expression,
}

/// A node is said, or its arguments must be first.
pub(super) enum Visited {
    Piece(Piece),
    After(After, Vec<(usize, Rc<Setting>)>),
}
