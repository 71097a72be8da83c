//! An expression whose names are resolved: to slots of a system, or to whatever the reader reads.

use super::Expression;
use super::coder::Coder;
use super::operation::{Binary, Unary};
use super::place::Place;
use super::routine::{Routine, execute};
use super::term::{Source, Term};
use std::convert::Infallible;

#[derive(Clone, Copy, Debug, PartialEq)]
enum Op<R> {
    Number(f64),
    Read(R),
    Unary(Unary),
    Binary(Binary),
    Select,
    Ratio,
}

/// An expression whose names are resolved, in reverse Polish order. As text it is part of the identity of plans.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Formula<R> {
    ops: Vec<Op<R>>,
    /// The most values that wait at a time.
    depth: usize,
}

impl<R> Formula<R> {
    /// Resolves names, with `resolve` told of everything that is read.
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

    /// Takes it into code; `place` says where what it reads lies.
    pub(crate) fn code(&self, coder: &mut Coder, place: impl Fn(&mut Coder, &R) -> Place) -> Place {
        let mut reads = self.reads();
        let terms: Vec<Term> = self.ops.iter().map(term).collect();
        let read = &mut |coder: &mut Coder, _: &Term, _: &[Place]| {
            // As many terms read as there are reads.
            Ok::<_, Infallible>(reads.next().map_or(Place::Number(0), |read| place(coder, read)))
        };
        match coder.expression(&terms, read) {
            Ok(place) => place,
            Err(never) => match never {},
        }
    }
}

/// A term in the place of an operation; what it reads is known by order.
fn term<R>(op: &Op<R>) -> Term {
    match op {
        Op::Number(x) => Term::Number(*x),
        Op::Read(_) => Term::Read(Source::Timestep),
        Op::Unary(op) => Term::Unary(*op),
        Op::Binary(op) => Term::Binary(*op),
        Op::Select => Term::If,
        Op::Ratio => Term::Ratio,
    }
}

/// A formula computed for one run at a time, with the memory for it.
#[derive(Clone, Debug)]
pub(crate) struct Scalar<R> {
    reads: Vec<R>,
    routine: Routine,
    /// What it reads, and behind that its value.
    kept: Vec<[f64; 1]>,
    common: Vec<[f64; 1]>,
}

impl<R: Clone> Scalar<R> {
    pub(crate) fn new(formula: &Formula<R>) -> Self {
        let reads: Vec<R> = formula.reads().cloned().collect();
        let mut coder = Coder::default();
        let value = formula.code(&mut coder, |coder, _| coder.keep());
        let into = coder.keep();
        coder.write(value, into);
        let (code, layout) = (coder.finish(), coder.layout());
        let routine = code.link(&layout);
        let passing = std::iter::repeat_n([0.0], layout.passing);
        Self {
            kept: vec![[0.0]; reads.len() + 1],
            common: layout.numbers.iter().map(|x| [*x]).chain(passing).collect(),
            reads,
            routine,
        }
    }

    /// Its value with what it reads given by `read`.
    pub(crate) fn evaluate(&mut self, read: impl FnMut(&R) -> f64) -> f64 {
        let values = self.reads.iter().map(read);
        self.kept.iter_mut().zip(values).for_each(|(place, value)| *place = [value]);
        execute(&self.routine.instructions, &[], [[&mut self.kept[..]], [&mut self.common[..]]]);
        self.kept.last().map_or(f64::NAN, |[value]| *value)
    }
}
