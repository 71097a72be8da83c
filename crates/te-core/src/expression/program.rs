//! An expression compiled to slots, evaluated a strip of runs at a time.

#![expect(
    clippy::inline_always,
    reason = "inlined into each instruction set's copy of a kernel, or the kernel is not vectorised"
)]

use super::{Binary, Expression, Term, Unary};
use crate::board::{Board, STRIP, Strip};
use crate::math::dispatch::{InstructionSet, Kernel};
use crate::real::Real;

#[derive(Clone, Copy, Debug)]
enum Op {
    Number(f64),
    /// A slot's number or, in what is being run, its place.
    Slot(usize),
    Unary(Unary),
    Binary(Binary),
    Select,
}

/// Reverse Polish over strips.
#[derive(Clone, Debug)]
pub(crate) struct Program {
    ops: Vec<Op>,
    depth: usize,
}

/// Memory for intermediate strips, made once per tile.
#[derive(Clone, Debug, Default)]
pub(crate) struct Scratch {
    strips: Vec<Strip>,
    ops: Vec<Op>,
}

impl Program {
    /// Compiles, with `slot` resolving names (and their lag) to slots of the arena.
    pub(crate) fn compile<E>(
        expression: &Expression,
        slot: &mut impl FnMut(&str, u32) -> Result<usize, E>,
    ) -> Result<Self, E> {
        let mut ops = Vec::new();
        emit(&expression.root, &mut ops, slot)?;
        let mut depth = 0;
        let mut deepest = 0;
        for op in &ops {
            match op {
                Op::Number(_) | Op::Slot(_) => depth += 1,
                Op::Unary(_) => {}
                Op::Binary(_) => depth -= 1,
                Op::Select => depth -= 2,
            }
            deepest = deepest.max(depth);
        }
        Ok(Self { ops, depth: deepest })
    }

    /// The slots it reads.
    pub(crate) fn slots(&self) -> impl Iterator<Item = usize> {
        self.ops.iter().filter_map(|op| match op {
            Op::Slot(slot) => Some(*slot),
            _ => None,
        })
    }

    /// Evaluates for all lanes of the board and writes the result into slot `into`.
    pub(crate) fn run(&self, board: &mut Board, into: usize, scratch: &mut Scratch, set: InstructionSet) {
        if scratch.strips.len() < self.depth {
            scratch.strips.resize(self.depth, Strip::ZERO);
        }
        let Scratch { strips: stack, ops } = scratch;
        // Names of slots become places once, not once for each group.
        ops.clear();
        ops.extend(self.ops.iter().map(|op| match op {
            Op::Slot(slot) => Op::Slot(board.place(*slot)),
            op => *op,
        }));
        let into = board.place(into);
        set.run(Evaluate { ops, board, into, stack });
    }
}

/// The evaluation of all groups of a board.
struct Evaluate<'a> {
    ops: &'a [Op],
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
                    Op::Slot(slot) => {
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
                            *c = f64::select(*c == 0.0, *b, *a);
                        }
                        top -= 2;
                    }
                }
            }
            slots[self.into] = stack[0];
        }
    }
}

fn emit<E>(
    term: &Term,
    ops: &mut Vec<Op>,
    slot: &mut impl FnMut(&str, u32) -> Result<usize, E>,
) -> Result<(), E> {
    match term {
        Term::Number(x) => ops.push(Op::Number(*x)),
        Term::Name(name, lag) => ops.push(Op::Slot(slot(name, *lag)?)),
        Term::Unary(op, a) => {
            emit(a, ops, slot)?;
            ops.push(Op::Unary(*op));
        }
        Term::Binary(op, a, b) => {
            emit(a, ops, slot)?;
            emit(b, ops, slot)?;
            ops.push(Op::Binary(*op));
        }
        Term::If(c, a, b) => {
            emit(c, ops, slot)?;
            emit(a, ops, slot)?;
            emit(b, ops, slot)?;
            ops.push(Op::Select);
        }
    }
    Ok(())
}
