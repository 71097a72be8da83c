//! Many expressions as one piece of code: each named quantity is computed once and read in place.
//!
//! A [`Coder`] takes expressions in the order in which they are to be computed. What two of them have in common is computed once;
//! nothing is re-associated, so that the bits are those of the expression as it is written. Numbers that outlast the code
//! have kept places ([`Coder::keep`]); what is only needed on the way lies in passing memory, which all groups of runs share, and
//! which is used again as soon as nothing reads it any more. What follows from numbers alone is a number, and what follows from
//! places that do not change while a run goes on ([`Coder::fix`]) is computed once, by a code of its own ([`Coder::once`]).
//!
//! ```
//! use te_core::expression::{Coder, Expression, Term, Watched};
//! use te_core::kind::{STRIP, Strip};
//! use te_core::math::dispatch::InstructionSet;
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
//! let layout = coder.layout();
//! let routine = code.link(&layout);
//! let mut kept = [Strip([2.0; STRIP]), Strip([0.0; STRIP])];
//! let mut common = layout.common_memory();
//! let watched = Watched { finite: vec![1], within: vec![(0, 0.0, 5.0)] };
//! let sound = routine.run(InstructionSet::widest(), &[], (&mut kept, layout.group()), &mut common, &watched);
//! assert_eq!((kept[1].0, sound), ([9.0; STRIP], true));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use super::code::{Code, Layout, chained, landed};
use super::operation::{Binary, Unary};
use super::place::{Operation, Place, count};
use super::schedule::ordered;
use super::term::Term;
use std::collections::{HashMap, HashSet};

#[cfg(test)]
mod tests;

/// Makes [`Code`] from expressions.
#[derive(Clone, Debug, Default)]
pub struct Coder {
    kept: u32,
    numbers: Vec<f64>,
    by_bits: HashMap<u64, Place>,
    known: HashMap<Operation, Place>,
    /// Kept places that the operations read or write.
    touched: HashSet<Place>,
    operations: Vec<(Operation, Place)>,
    /// Kept places whose numbers do not change while a run goes on.
    fixed: HashSet<Place>,
    /// What is computed of these alone, each into a fixed place.
    once: Vec<Operation>,
    by_once: HashMap<Operation, Place>,
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

    /// Says that a kept number does not change while a run goes on.
    pub fn fix(&mut self, place: Place) {
        self.fixed.insert(place);
    }

    /// Whether what lies there does not change while a run goes on.
    pub fn is_fixed(&self, place: Place) -> bool {
        matches!(place, Place::Number(_) | Place::Fixed(_)) || self.fixed.contains(&place)
    }

    /// The number, where the place is that of one.
    pub fn number_at(&self, place: Place) -> Option<f64> {
        match place {
            Place::Number(at) => self.numbers.get(at as usize).copied(),
            _ => None,
        }
    }

    /// An operation that need not be carried out in a step: the place of its value.
    fn settled(&mut self, operation: Operation) -> Option<Place> {
        let value = match operation {
            Operation::Unary(op, a) => self.number_at(a).map(|a| op.apply(a)),
            Operation::Binary(op, a, b) => match (op, self.number_at(a), self.number_at(b)) {
                (op, Some(a), Some(b)) => Some(op.apply(a, b)),
                (Binary::Multiply, Some(1.0), _) => return Some(b),
                (Binary::Multiply | Binary::Divide, _, Some(1.0)) => return Some(a),
                (Binary::Divide, _, Some(x)) if is_power_of_two(x) => {
                    // The inverse is exact, so that quotient and product are the same number, rounded once.
                    let inverse = self.number(1.0 / x);
                    return Some(self.binary(Binary::Multiply, a, inverse));
                }
                _ => None,
            },
            Operation::Select(c, a, b) => match self.number_at(c) {
                Some(c) => return Some(if c == 0.0 { b } else { a }),
                None => None,
            },
            Operation::Ratio(a, b, otherwise) => match (self.number_at(a), self.number_at(b)) {
                (_, Some(0.0)) => return Some(otherwise),
                (Some(a), Some(b)) => Some(a / b),
                _ => None,
            },
            _ => None,
        };
        if let Some(value) = value {
            return Some(self.number(value));
        }
        if !operation.reads().all(|place| self.is_fixed(place)) {
            return None;
        }
        let next = Place::Fixed(count(self.once.len()));
        let place = *self.by_once.entry(operation).or_insert(next);
        if place == next {
            self.once.push(operation);
        }
        Some(place)
    }

    fn put(&mut self, operation: Operation) -> Place {
        if let Some(place) = self.settled(operation) {
            return place;
        }
        if let Some(place) = self.known.get(&operation) {
            return *place;
        }
        let place = self.add(operation);
        self.known.insert(operation, place);
        place
    }

    fn add(&mut self, operation: Operation) -> Place {
        self.touched.extend(operation.reads().filter(|place| matches!(place, Place::Kept(_))));
        self.passing += 1;
        let place = Place::Passing(self.passing - 1);
        self.operations.push((operation, place));
        place
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
        self.add(Operation::Copy(from))
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
            let first = stack.len().saturating_sub(term.takes());
            let place = match (term, &stack[first..]) {
                (Term::Number(x), _) => self.number(*x),
                (Term::Unary(op), [a]) => self.unary(*op, *a),
                (Term::Binary(op), [a, b]) => self.binary(*op, *a, *b),
                (Term::If, [c, a, b]) => self.select(*c, *a, *b),
                (Term::Ratio, [a, b, otherwise]) => self.put(Operation::Ratio(*a, *b, *otherwise)),
                (term, arguments) => read(self, term, arguments)?,
            };
            stack.truncate(first);
            stack.push(place);
        }
        // An expression that was parsed leaves one value.
        Ok(stack.pop().unwrap_or(Place::Number(0)))
    }

    /// Writes a value to a place. What was taken before has read what lay there, what is taken later reads the value.
    pub fn write(&mut self, from: Place, into: Place) {
        if from == into {
            return;
        }
        if self.touched.contains(&into) {
            // What was computed of the earlier value is not what would be computed of this one.
            self.known.clear();
        }
        self.touched.insert(into);
        match self.operations.last_mut() {
            // Nobody but the last operation knows of the place, which it can leave.
            Some((operation, place)) if *place == from && matches!(from, Place::Passing(_)) => {
                *place = into;
                if operation.reads().all(|read| read != into) {
                    self.known.insert(*operation, into);
                } else {
                    self.known.clear();
                }
            }
            _ => {
                self.touched.insert(from);
                self.operations.push((Operation::Copy(from), into));
            }
        }
    }

    /// Writes values to places all at once, after everything else: what has been read stays what it was.
    pub fn replace(&mut self, values: &[(Place, Place)]) {
        let written: HashSet<Place> = values.iter().map(|(_, into)| *into).collect();
        let values: Vec<(Place, Place)> =
            values.iter().copied().filter(|(from, into)| from != into).collect();
        let values: Vec<(Place, Place)> = values
            .into_iter()
            .map(|(from, into)| (if written.contains(&from) { self.copy(from) } else { from }, into))
            .collect();
        // A value can be left in its place at once where nothing touches the place later.
        let (mut made, mut touched) = (HashMap::new(), HashMap::new());
        for (at, (operation, into)) in self.operations.iter().enumerate() {
            made.insert(*into, at);
            touched.extend(operation.reads().chain([*into]).map(|place| (place, at)));
        }
        let mut moved: HashMap<Place, Place> = HashMap::new();
        let mut copies = Vec::new();
        for (from, into) in values {
            let free = |made: &usize| touched.get(&into).is_none_or(|last| last <= made);
            if matches!(from, Place::Passing(_))
                && made.get(&from).is_some_and(free)
                && !moved.contains_key(&from)
            {
                moved.insert(from, into);
            } else {
                copies.push((Operation::Copy(from), into));
            }
        }
        self.operations.append(&mut copies);
        let place = |place: Place| moved.get(&place).copied().unwrap_or(place);
        for (operation, into) in &mut self.operations {
            (*operation, *into) = (operation.at(place), place(*into));
        }
        self.known.clear();
    }

    /// The code of what was taken since the last; passing memory is free again.
    pub fn finish(&mut self) -> Code {
        self.known.clear();
        self.touched.clear();
        let operations = needed(std::mem::take(&mut self.operations), self.passing);
        let operations = landed(operations, self.passing);
        let operations = ordered(&chained(operations, self.passing));
        let (operations, passing) = share_passing(operations, self.passing);
        self.most_passing = self.most_passing.max(passing);
        self.passing = 0;
        Code { operations }
    }

    /// How many operations were taken since the last code.
    pub fn len(&self) -> usize {
        self.operations.len()
    }

    /// Whether none were.
    pub fn is_empty(&self) -> bool {
        self.operations.is_empty()
    }

    /// What is to be computed once for a run, when what [`Coder::fix`] names is there, before any other code.
    pub fn once(&self) -> Code {
        let operations = self.once.iter().zip(0..);
        Code { operations: operations.map(|(operation, at)| (*operation, Place::Fixed(at))).collect() }
    }

    /// The memory that its codes need.
    pub fn layout(&self) -> Layout {
        Layout {
            numbers: self.numbers.clone(),
            kept: self.kept as usize,
            fixed: self.once.len(),
            passing: self.most_passing as usize,
        }
    }
}

/// Whether a number is a power of two whose inverse is one too, and neither is below the smallest normal number.
fn is_power_of_two(x: f64) -> bool {
    const MANTISSA: u64 = (1 << 52) - 1;
    x.is_normal() && x.to_bits() & MANTISSA == 0 && (1.0 / x).is_normal()
}

/// The operations without those whose value nothing reads.
fn needed(mut operations: Vec<(Operation, Place)>, passing: u32) -> Vec<(Operation, Place)> {
    let mut read = vec![false; passing as usize];
    let mut wanted = vec![true; operations.len()];
    for ((operation, into), wanted) in operations.iter().zip(&mut wanted).rev() {
        *wanted = match into {
            Place::Passing(at) => read[*at as usize],
            _ => true,
        };
        if *wanted {
            operation.reads().for_each(|place| {
                if let Place::Passing(at) = place {
                    read[at as usize] = true;
                }
            });
        }
    }
    let mut wanted = wanted.into_iter();
    operations.retain(|_| wanted.next().unwrap_or(true));
    operations
}

/// Passing memory used again once its last reader is past, and how much of it is needed.
fn share_passing(mut operations: Vec<(Operation, Place)>, passing: u32) -> (Vec<(Operation, Place)>, u32) {
    let mut last = vec![usize::MAX; passing as usize];
    for (at, (operation, _)) in operations.iter().enumerate() {
        operation.reads().for_each(|place| {
            if let Place::Passing(passing) = place {
                last[passing as usize] = at;
            }
        });
    }
    let (mut own, mut free, mut most) = (vec![0; passing as usize], Vec::new(), 0);
    for (at, (operation, into)) in operations.iter_mut().enumerate() {
        *operation = operation.at(|place| match place {
            Place::Passing(passing) => {
                let place = own[passing as usize];
                if std::mem::replace(&mut last[passing as usize], usize::MAX) == at {
                    free.push(place);
                }
                Place::Passing(place)
            }
            place => place,
        });
        if let Place::Passing(passing) = into {
            let place = free.pop().unwrap_or_else(|| {
                most += 1;
                most - 1
            });
            own[*passing as usize] = place;
            *passing = place;
        }
    }
    (operations, most)
}
