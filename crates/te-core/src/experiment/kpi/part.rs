//! The parts of a key figure.

/// A part of a key figure's text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KpiPart {
    /// The figure along a run.
    Along,
    /// The expression that it is of, in its brackets.
    Expression,
    /// The figure over runs.
    Over,
    /// What is required.
    Require,
}
