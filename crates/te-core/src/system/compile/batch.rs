//! Expressions that are computed one right after another become one code, in which what they have in common is computed once.

use super::Compiler;
use crate::system::expression::ProgramCoder;
use crate::system::moves::{Batch, DerivedColumn, Move, Op, Output, Start};

/// A batch on its way.
#[derive(Default)]
struct Gathering {
    coder: ProgramCoder,
    outputs: Vec<Output>,
}

impl Gathering {
    fn finish(self) -> Batch {
        Batch { program: self.coder.finish(), outputs: self.outputs }
    }
}

impl Compiler {
    /// The schedule as it is run.
    pub(super) fn moves(&self, derived: &[DerivedColumn]) -> Vec<Move> {
        let mut moves = Vec::new();
        let mut open: Option<Gathering> = None;
        for op in &self.schedule {
            match *op {
                Op::Evaluate(feed) => {
                    self.add(open.get_or_insert_default(), Output::Feed(feed), derived);
                }
                Op::Derive(column) => {
                    self.add(open.get_or_insert_default(), Output::Column(column), derived);
                }
                Op::Copy { from, to } => open.get_or_insert_default().coder.copy(from, to),
                op => {
                    moves.extend(open.take().map(|open| Move::Compute(open.finish())));
                    moves.push(Move::Do(op));
                }
            }
        }
        // A schedule ends with the end of a substep.
        moves.extend(open.map(|open| Move::Compute(open.finish())));
        moves
    }

    /// The initial values of derived columns and of lags, each after what it needs.
    pub(super) fn start(&self, start: &[Start], derived: &[DerivedColumn]) -> Batch {
        let mut open = Gathering::default();
        for start in start {
            match *start {
                Start::Column(column) => self.add(&mut open, Output::Column(column), derived),
                Start::Lag(lag) if self.lags[lag].initial.is_some() => {
                    self.add(&mut open, Output::Lag(lag), derived);
                }
                Start::Lag(lag) => open.coder.copy(self.lags[lag].source, self.lags[lag].slot),
            }
        }
        open.finish()
    }

    /// These derived columns.
    pub(super) fn columns(&self, columns: &[usize], derived: &[DerivedColumn]) -> Batch {
        let mut open = Gathering::default();
        for column in columns {
            self.add(&mut open, Output::Column(*column), derived);
        }
        open.finish()
    }

    fn add(&self, open: &mut Gathering, output: Output, derived: &[DerivedColumn]) {
        let (formula, into) = match output {
            Output::Feed(feed) => (&self.feeds[feed].formula, self.feeds[feed].slot),
            Output::Column(column) => (&derived[column].formula, derived[column].slot),
            Output::Lag(lag) => match &self.lags[lag].initial {
                Some(initial) => (initial, self.lags[lag].slot),
                None => return,
            },
        };
        open.coder.compute(formula, into, true);
        open.outputs.push(output);
    }
}
