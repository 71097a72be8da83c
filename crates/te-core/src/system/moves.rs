//! What a timestep is made of: the moves in their order, and what they compute and read.

use crate::system::builder::Interact;
use crate::system::expression::{Formula, Program};
use std::sync::Arc;

/// One move of a timestep.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Op {
    /// Evaluate a wire's expression into its slot.
    Evaluate(usize),
    /// Compute a derived column, now that all that it reads is complete.
    Derive(usize),
    /// Copy a column aside, so that it is read as it was.
    Copy { from: usize, to: usize },
    /// Step a component; publish its metrics at once or later.
    Step { node: usize, substep: u32, publish: bool },
    /// Publish what was held back.
    Publish(usize),
    /// Run an interaction.
    Interact(usize),
    /// A substep ends here.
    EndSubstep,
}

/// An expression that feeds an input.
#[derive(Clone)]
pub(crate) struct Feed {
    pub(crate) formula: Formula<usize>,
    pub(crate) slot: usize,
    pub(crate) node: usize,
    pub(crate) input: usize,
}

#[derive(Clone)]
pub(crate) struct DerivedColumn {
    pub(crate) name: String,
    pub(crate) text: String,
    pub(crate) formula: Formula<usize>,
    pub(crate) slot: usize,
}

/// The value of a slot some timesteps ago.
#[derive(Clone)]
pub(crate) struct Lag {
    /// What is lagged.
    pub(crate) name: String,
    pub(crate) source: usize,
    pub(crate) steps: u32,
    pub(crate) slot: usize,
    /// The value before there was one; else the source's at the start.
    pub(crate) initial: Option<Formula<usize>>,
    pub(crate) ring: usize,
}

/// The past of a slot that is lagged.
#[derive(Clone)]
pub(crate) struct Ring {
    pub(crate) source: usize,
    /// By how many timesteps it is lagged.
    pub(crate) lags: Vec<u32>,
}

impl Ring {
    /// Rows that are kept in runs of so many timesteps: a longer lag always shows its initial value.
    pub(crate) fn rows_kept(&self, timesteps: u64) -> usize {
        let within = self.lags.iter().filter(|steps| u64::from(**steps) <= timesteps);
        within.max().map_or(0, |steps| *steps as usize)
    }
}

/// What is filled at the start of a run, after what it needs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Start {
    Lag(usize),
    Column(usize),
}

/// Expressions that are computed one right after another, as one code.
#[derive(Clone, Default)]
pub(crate) struct Batch {
    pub(crate) program: Program,
    /// What must be finite, in order.
    pub(crate) outputs: Vec<Output>,
}

/// What an expression is for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Output {
    Feed(usize),
    Column(usize),
    /// The initial value of a lag.
    Lag(usize),
}

/// One move of a timestep as it is made.
#[derive(Clone)]
pub(crate) enum Move {
    Compute(Batch),
    /// Any other than computing and copying.
    Do(Op),
}

/// A parameter that expressions read: its place, and its slot.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct ParamRead {
    pub(crate) node: usize,
    pub(crate) index: usize,
    pub(crate) slot: usize,
}

#[derive(Clone)]
pub(crate) struct BoundInteraction {
    pub(crate) path: String,
    pub(crate) nodes: Vec<usize>,
    pub(crate) act: Arc<Interact>,
}
