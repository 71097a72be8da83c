//! Many expressions as one piece of code over strips: each named quantity is computed once and read in place.
//!
//! A [`Coder`] takes expressions in the order in which they are to be computed. What two of them have in common is computed once;
//! nothing is re-associated, so that the bits are those of the expression as it is written. Numbers that outlast the code
//! have kept places ([`Coder::keep`]); what is only needed on the way lies in passing memory, which all groups of runs share.
//!
//! ```
//! use te_core::expression::{Coder, Expression, Term};
//! use te_core::kind::{STRIP, Strip};
//!
//! let mut coder = Coder::default();
//! let (x, y) = (coder.keep(), coder.keep());
//! let of = Expression::parse("(x + 1) * (x + 1)")?;
//! let value = coder.expression(of.terms(), &mut |_, term, _| match term {
//!     Term::Read(_) => Ok(x),
//!     other => Err(format!("{other:?}")),
//! })?;
//! coder.write(value, y);
//! let code = coder.finish();
//! // `x + 1` and the product.
//! assert_eq!(code.len(), 2);
//!
//! let mut kept = [Strip([2.0; STRIP]), Strip([0.0; STRIP])];
//! let mut passing = vec![Strip([0.0; STRIP]); coder.passing()];
//! code.run(coder.numbers(), &[], &mut kept, &mut passing);
//! assert_eq!(kept[1].0, [9.0; STRIP]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

#![expect(
    clippy::inline_always,
    reason = "inlined into each instruction set's copy of a kernel, or the kernel is not vectorised"
)]

use super::curve::Curve;
use super::{Binary, Term, Unary};
use crate::numerics::strip::{STRIP, Strip};
use std::collections::HashMap;
use te_math as math;

/// Where a number of a run lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Place {
    /// Among what is kept from one code to the next.
    Kept(u32),
    /// In passing memory.
    Passing(u32),
    /// Among the numbers that are the same for all runs.
    Number(u32),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Operation {
    Copy(Place),
    Unary(Unary, Place),
    Binary(Binary, Place, Place),
    Select(Place, Place, Place),
    Ratio(Place, Place, Place),
    Curve(u32, Place),
}

/// A list of operations, each of which writes one place.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Code {
    operations: Vec<(Operation, Place)>,
}

/// Makes [`Code`] from expressions.
#[derive(Clone, Debug, Default)]
pub struct Coder {
    kept: u32,
    numbers: Vec<f64>,
    by_bits: HashMap<u64, Place>,
    known: HashMap<Operation, Place>,
    operations: Vec<(Operation, Place)>,
    passing: u32,
    most_passing: u32,
}

impl Coder {
    /// A place of its own for a number that is kept.
    pub fn keep(&mut self) -> Place {
        self.kept += 1;
        Place::Kept(self.kept - 1)
    }

    /// The place of a number that is the same for all runs.
    pub fn number(&mut self, x: f64) -> Place {
        let next = Place::Number(count(self.numbers.len()));
        let place = *self.by_bits.entry(x.to_bits()).or_insert(next);
        if place == next {
            self.numbers.push(x);
        }
        place
    }

    fn put(&mut self, operation: Operation) -> Place {
        if let Some(place) = self.known.get(&operation) {
            return *place;
        }
        let place = self.pass();
        self.known.insert(operation, place);
        self.operations.push((operation, place));
        place
    }

    fn pass(&mut self) -> Place {
        self.passing += 1;
        self.most_passing = self.most_passing.max(self.passing);
        Place::Passing(self.passing - 1)
    }

    /// An operation on one value.
    pub fn unary(&mut self, op: Unary, a: Place) -> Place {
        self.put(Operation::Unary(op, a))
    }

    /// An operation on two values.
    pub fn binary(&mut self, op: Binary, a: Place, b: Place) -> Place {
        self.put(Operation::Binary(op, a, b))
    }

    /// `then` where the condition is not 0, else `otherwise`.
    pub fn select(&mut self, condition: Place, then: Place, otherwise: Place) -> Place {
        self.put(Operation::Select(condition, then, otherwise))
    }

    /// The value of the curve of this number.
    pub fn curve(&mut self, curve: usize, x: Place) -> Place {
        self.put(Operation::Curve(count(curve), x))
    }

    /// A copy of what lies there now, for when the place is written over.
    pub fn copy(&mut self, from: Place) -> Place {
        let place = self.pass();
        self.operations.push((Operation::Copy(from), place));
        place
    }

    /// Takes an expression: `read` gives the places of what it reads, and of the calls of functions of the reader's own, which
    /// are given the places of their arguments.
    ///
    /// # Errors
    /// Those of `read`.
    pub fn expression<E>(
        &mut self,
        terms: &[Term],
        read: &mut impl FnMut(&mut Self, &Term, &[Place]) -> Result<Place, E>,
    ) -> Result<Place, E> {
        let mut stack: Vec<Place> = Vec::new();
        for term in terms {
            let arguments = stack.split_off(stack.len().saturating_sub(term.takes()));
            let place = match (term, arguments.as_slice()) {
                (Term::Number(x), _) => self.number(*x),
                (Term::Unary(op), [a]) => self.unary(*op, *a),
                (Term::Binary(op), [a, b]) => self.binary(*op, *a, *b),
                (Term::If, [c, a, b]) => self.select(*c, *a, *b),
                (Term::Ratio, [a, b, otherwise]) => self.put(Operation::Ratio(*a, *b, *otherwise)),
                (term, arguments) => read(self, term, arguments)?,
            };
            stack.push(place);
        }
        // An expression that was parsed leaves one value.
        Ok(stack.pop().unwrap_or(Place::Number(0)))
    }

    /// Writes a value to a place. Nothing that was taken before may have read that place's earlier value.
    pub fn write(&mut self, from: Place, into: Place) {
        match self.operations.last_mut() {
            // Nobody but the last operation knows of the place, which it can leave.
            Some((operation, place)) if *place == from && matches!(from, Place::Passing(_)) => {
                *place = into;
                self.known.insert(*operation, into);
            }
            _ => self.operations.push((Operation::Copy(from), into)),
        }
    }

    /// Writes values to places all at once, after everything else: what has been read stays what it was.
    pub fn replace(&mut self, values: &[(Place, Place)]) {
        let written = |place: &Place| values.iter().any(|(_, into)| into == place);
        let from: Vec<Place> =
            values.iter().map(|(from, _)| if written(from) { self.copy(*from) } else { *from }).collect();
        self.operations
            .extend(from.iter().zip(values).map(|(from, (_, into))| (Operation::Copy(*from), *into)));
        self.known.clear();
    }

    /// The code of what was taken since the last; passing memory is free again.
    pub fn finish(&mut self) -> Code {
        self.known.clear();
        self.passing = 0;
        Code { operations: std::mem::take(&mut self.operations) }
    }

    /// How many operations were taken since the last code.
    pub fn len(&self) -> usize {
        self.operations.len()
    }

    /// Whether none were.
    pub fn is_empty(&self) -> bool {
        self.operations.is_empty()
    }

    /// How many strips are kept.
    pub fn kept(&self) -> usize {
        self.kept as usize
    }

    /// How many strips of passing memory its codes need.
    pub fn passing(&self) -> usize {
        self.most_passing as usize
    }

    /// The numbers that its codes read.
    pub fn numbers(&self) -> &[f64] {
        &self.numbers
    }
}

/// A count as places hold it; an expression has far fewer terms than this can tell apart.
fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

/// The memory that a code works on.
struct Memory<'a> {
    numbers: &'a [f64],
    kept: &'a mut [Strip],
    passing: &'a mut [Strip],
}

impl Memory<'_> {
    #[inline(always)]
    fn get(&self, place: Place) -> Strip {
        match place {
            Place::Kept(at) => self.kept[at as usize],
            Place::Passing(at) => self.passing[at as usize],
            Place::Number(at) => Strip([self.numbers[at as usize]; STRIP]),
        }
    }

    #[inline(always)]
    fn set(&mut self, place: Place, value: Strip) {
        match place {
            Place::Kept(at) => self.kept[at as usize] = value,
            Place::Passing(at) => self.passing[at as usize] = value,
            Place::Number(_) => {}
        }
    }
}

impl Code {
    /// How many operations it has.
    pub fn len(&self) -> usize {
        self.operations.len()
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.operations.is_empty()
    }

    /// Computes for a group of runs. The memory is what the coder says: [`Coder::numbers`], the curves by their numbers,
    /// [`Coder::kept`] and [`Coder::passing`] strips.
    ///
    /// # Panics
    /// Where there is less.
    #[inline(always)]
    pub fn run(&self, numbers: &[f64], curves: &[Curve], kept: &mut [Strip], passing: &mut [Strip]) {
        let mut memory = Memory { numbers, kept, passing };
        for (operation, into) in &self.operations {
            let value = match *operation {
                Operation::Copy(a) => memory.get(a),
                Operation::Unary(op, a) => {
                    let mut a = memory.get(a);
                    op.apply_to(&mut a.0);
                    a
                }
                Operation::Binary(op, a, b) => {
                    let (mut a, b) = (memory.get(a), memory.get(b));
                    op.apply_to(&mut a.0, &b.0);
                    a
                }
                Operation::Select(condition, a, b) => {
                    let (mut c, a, b) = (memory.get(condition), memory.get(a), memory.get(b));
                    for ((c, a), b) in c.0.iter_mut().zip(&a.0).zip(&b.0) {
                        *c = math::select(*c == 0.0, *b, *a);
                    }
                    c
                }
                Operation::Ratio(a, b, otherwise) => {
                    let (mut a, b, otherwise) = (memory.get(a), memory.get(b), memory.get(otherwise));
                    for ((a, b), otherwise) in a.0.iter_mut().zip(&b.0).zip(&otherwise.0) {
                        *a = math::select(*b == 0.0, *otherwise, *a / *b);
                    }
                    a
                }
                Operation::Curve(curve, x) => {
                    let mut x = memory.get(x);
                    curves[curve as usize].apply_to(&mut x.0);
                    x
                }
            };
            memory.set(*into, value);
        }
    }
}
