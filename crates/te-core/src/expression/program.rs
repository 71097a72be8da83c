//! An expression compiled to slots, evaluated a column of runs at a time.

use super::{Binary, Expression, Term, Unary};

#[derive(Clone, Debug)]
enum Op {
    Number(f64),
    Slot(usize),
    Unary(Unary),
    Binary(Binary),
    Select,
}

/// Reverse Polish over columns.
#[derive(Clone, Debug)]
pub(crate) struct Program {
    ops: Vec<Op>,
    depth: usize,
}

/// Memory for intermediate columns, made once per tile.
#[derive(Clone, Debug, Default)]
pub(crate) struct Scratch {
    columns: Vec<f64>,
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

    /// Evaluates for `width` runs over the arena's columns and writes the result into column `into`.
    pub(crate) fn run(&self, arena: &mut [f64], width: usize, into: usize, scratch: &mut Scratch) {
        scratch.columns.resize(scratch.columns.len().max(self.depth * width), 0.0);
        let mut top = 0;
        for op in &self.ops {
            let columns = &mut scratch.columns;
            match op {
                Op::Number(x) => {
                    columns[top * width..][..width].fill(*x);
                    top += 1;
                }
                Op::Slot(slot) => {
                    columns[top * width..][..width].copy_from_slice(&arena[slot * width..][..width]);
                    top += 1;
                }
                Op::Unary(op) => {
                    for x in &mut columns[(top - 1) * width..][..width] {
                        *x = op.apply(*x);
                    }
                }
                Op::Binary(op) => {
                    let (below, above) = columns.split_at_mut((top - 1) * width);
                    for (a, b) in below[(top - 2) * width..].iter_mut().zip(&above[..width]) {
                        *a = op.apply(*a, *b);
                    }
                    top -= 1;
                }
                Op::Select => {
                    let (condition, branches) = columns[(top - 3) * width..].split_at_mut(width);
                    let (a, b) = branches.split_at(width);
                    for ((c, a), b) in condition.iter_mut().zip(a).zip(b) {
                        *c = if *c == 0.0 { *b } else { *a };
                    }
                    top -= 2;
                }
            }
        }
        arena[into * width..][..width].copy_from_slice(&scratch.columns[..width]);
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
