//! An expression compiled to slots, evaluated a strip of runs at a time.

#![expect(
    clippy::inline_always,
    reason = "inlined into each instruction set's copy of a kernel, or the kernel is not vectorised"
)]

use super::{Binary, Expression, Term, Unary};
use crate::model::board::Board;
use crate::numerics::strip::{STRIP, Strip};
use te_math as math;
use te_math::dispatch::{InstructionSet, Kernel};

#[derive(Clone, Copy, Debug, PartialEq)]
enum Op<R> {
    Number(f64),
    Read(R),
    Unary(Unary),
    Binary(Binary),
    Select,
    Ratio,
}

/// An expression whose names are resolved, in reverse Polish order.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Formula<R> {
    ops: Vec<Op<R>>,
    depth: usize,
}

/// What it reads are slots of the arena or, in what is being run, their places.
pub(crate) type Program = Formula<usize>;

/// Memory for intermediate strips, made once per tile.
#[derive(Clone, Debug, Default)]
pub(crate) struct Scratch {
    strips: Vec<Strip>,
    ops: Vec<Op<usize>>,
}

impl Scratch {
    /// Writes NaN over what is left of earlier evaluations.
    pub(crate) fn poison(&mut self) {
        self.strips.fill(Strip([f64::NAN; STRIP]));
    }
}

impl<R> Formula<R> {
    /// Compiles, with `resolve` told of everything that is read.
    pub(crate) fn compile<E>(
        expression: &Expression,
        resolve: &mut impl FnMut(&Term) -> Result<R, E>,
    ) -> Result<Self, E> {
        let mut ops = Vec::with_capacity(expression.terms().len());
        let (mut depth, mut deepest) = (0, 0);
        for term in expression.terms() {
            let op = match term {
                Term::Number(x) => Op::Number(*x),
                Term::Unary(op) => Op::Unary(*op),
                Term::Binary(op) => Op::Binary(*op),
                Term::If => Op::Select,
                Term::Ratio => Op::Ratio,
                read => Op::Read(resolve(read)?),
            };
            match op {
                Op::Number(_) | Op::Read(_) => depth += 1,
                Op::Unary(_) => {}
                Op::Binary(_) => depth -= 1,
                Op::Select | Op::Ratio => depth -= 2,
            }
            deepest = deepest.max(depth);
            ops.push(op);
        }
        Ok(Self { ops, depth: deepest })
    }

    /// What it reads.
    pub(crate) fn reads(&self) -> impl Iterator<Item = &R> {
        self.ops.iter().filter_map(|op| match op {
            Op::Read(read) => Some(read),
            _ => None,
        })
    }

    /// Evaluates it once, in memory for intermediate values.
    pub(crate) fn evaluate(&self, stack: &mut Vec<f64>, mut read: impl FnMut(&R) -> f64) -> f64 {
        stack.clear();
        stack.reserve(self.depth);
        // An expression that was parsed leaves one value and never takes what is not there.
        let take = |stack: &mut Vec<f64>| stack.pop().unwrap_or(f64::NAN);
        for op in &self.ops {
            let value = match op {
                Op::Number(x) => *x,
                Op::Read(what) => read(what),
                Op::Unary(op) => op.apply(take(stack)),
                Op::Binary(op) => {
                    let (b, a) = (take(stack), take(stack));
                    op.apply(a, b)
                }
                Op::Select => {
                    let (b, a, condition) = (take(stack), take(stack), take(stack));
                    if condition == 0.0 { b } else { a }
                }
                Op::Ratio => {
                    let (otherwise, b, a) = (take(stack), take(stack), take(stack));
                    if b == 0.0 { otherwise } else { a / b }
                }
            };
            stack.push(value);
        }
        take(stack)
    }
}

impl Program {
    /// Evaluates for all lanes of the board and writes the result into slot `into`.
    pub(crate) fn run(&self, board: &mut Board, into: usize, scratch: &mut Scratch, set: InstructionSet) {
        if scratch.strips.len() < self.depth {
            scratch.strips.resize(self.depth, Strip::ZERO);
        }
        let Scratch { strips: stack, ops } = scratch;
        // Names of slots become places once, not once for each group.
        ops.clear();
        ops.extend(self.ops.iter().map(|op| match op {
            Op::Read(slot) => Op::Read(board.place(*slot)),
            op => *op,
        }));
        let into = board.place(into);
        set.run(Evaluate { ops, board, into, stack });
    }
}

/// The evaluation of all groups of a board.
struct Evaluate<'a> {
    ops: &'a [Op<usize>],
    board: &'a mut Board,
    into: usize,
    stack: &'a mut [Strip],
}

impl Kernel for Evaluate<'_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        for slots in self.board.groups_mut() {
            let stack = &mut *self.stack;
            let mut top = 0;
            for op in self.ops {
                match op {
                    Op::Number(x) => {
                        stack[top] = Strip([*x; STRIP]);
                        top += 1;
                    }
                    Op::Read(slot) => {
                        stack[top] = slots[*slot];
                        top += 1;
                    }
                    Op::Unary(op) => op.apply_to(&mut stack[top - 1].0),
                    Op::Binary(op) => {
                        let (below, above) = stack.split_at_mut(top - 1);
                        op.apply_to(&mut below[top - 2].0, &above[0].0);
                        top -= 1;
                    }
                    Op::Select => {
                        let (condition, branches) = stack[top - 3..].split_at_mut(1);
                        let lanes = condition[0].0.iter_mut().zip(&branches[0].0).zip(&branches[1].0);
                        for ((c, a), b) in lanes {
                            *c = math::select(*c == 0.0, *b, *a);
                        }
                        top -= 2;
                    }
                    Op::Ratio => {
                        let (dividend, others) = stack[top - 3..].split_at_mut(1);
                        let lanes = dividend[0].0.iter_mut().zip(&others[0].0).zip(&others[1].0);
                        for ((a, b), otherwise) in lanes {
                            *a = math::select(*b == 0.0, *otherwise, *a / *b);
                        }
                        top -= 2;
                    }
                }
            }
            slots[self.into] = stack[0];
        }
    }
}
