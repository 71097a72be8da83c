//! Code over strips: a list of operations, each of which writes one place, and how it is run.
//!
//! A place is *kept* (every group of runs has its own), *passing* (needed on the way alone, shared by all groups) or a *number*
//! that is the same for all runs. [`Code::link`] turns places into addresses: one number for each operand, in one of two
//! memories, what a group keeps and what is common to all. Operands are read where they lie.

#![expect(
    clippy::inline_always,
    reason = "inlined into each instruction set's copy of a kernel, or the kernel is not vectorised"
)]

use super::curve::Curve;
use super::lanes::Lanes;
use super::operation::{Binary, Unary};
use crate::numerics::strip::{STRIP, Strip};
use te_math as math;
use te_math::dispatch::{InstructionSet, Kernel};

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

/// An operation on what lies at places, or at addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Operation<P = Place> {
    Copy(P),
    Unary(Unary, P),
    Binary(Binary, P, P),
    Select(P, P, P),
    Ratio(P, P, P),
    /// The value of the curve of this number.
    Curve(u32, P),
}

impl<P: Copy> Operation<P> {
    /// The same on what lies elsewhere.
    pub(super) fn at<Q>(self, mut address: impl FnMut(P) -> Q) -> Operation<Q> {
        match self {
            Self::Copy(a) => Operation::Copy(address(a)),
            Self::Unary(op, a) => Operation::Unary(op, address(a)),
            Self::Binary(op, a, b) => Operation::Binary(op, address(a), address(b)),
            Self::Select(c, a, b) => Operation::Select(address(c), address(a), address(b)),
            Self::Ratio(a, b, otherwise) => Operation::Ratio(address(a), address(b), address(otherwise)),
            Self::Curve(curve, a) => Operation::Curve(curve, address(a)),
        }
    }

    /// What it reads.
    pub(super) fn reads(self) -> impl Iterator<Item = P> {
        let places = match self {
            Self::Copy(a) | Self::Unary(_, a) | Self::Curve(_, a) => [Some(a), None, None],
            Self::Binary(_, a, b) => [Some(a), Some(b), None],
            Self::Select(a, b, c) | Self::Ratio(a, b, c) => [Some(a), Some(b), Some(c)],
        };
        places.into_iter().flatten()
    }
}

/// A list of operations, each of which writes one place.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Code {
    pub(super) operations: Vec<(Operation, Place)>,
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

    /// Whether it reads what lies at a place before it has written it.
    pub fn reads(&self, place: Place) -> bool {
        for (operation, into) in &self.operations {
            if operation.reads().any(|read| read == place) {
                return true;
            }
            if *into == place {
                return false;
            }
        }
        false
    }

    /// The code with addresses instead of places; `numbers` is how many its coder has in the end.
    pub fn link(&self, numbers: usize) -> Routine {
        let numbers = count(numbers);
        let address = |place| match place {
            Place::Kept(at) => Address(at & !Address::COMMON),
            Place::Number(at) => Address(at | Address::COMMON),
            Place::Passing(at) => Address(at.saturating_add(numbers) | Address::COMMON),
        };
        let instructions = self.operations.iter();
        let instructions =
            instructions.map(|(operation, into)| (operation.at(address), address(*into))).collect();
        Routine { instructions }
    }
}

/// A count as places hold it; an expression has far fewer terms than this can tell apart.
pub(super) fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

/// The memory that is common to all groups of runs: a coder's numbers ([`Coder::numbers`](super::Coder::numbers)), then its passing memory.
pub fn common_memory(numbers: &[f64], passing: usize) -> Vec<Strip> {
    let numbers = numbers.iter().map(|x| Strip([*x; STRIP]));
    numbers.chain(std::iter::repeat_n(Strip::ZERO, passing)).collect()
}

/// Where an operand lies: in what a group keeps, or, with the highest bit set, in what is common to all groups.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Address(u32);

impl Address {
    const COMMON: u32 = 1 << 31;

    #[inline(always)]
    fn is_common(self) -> bool {
        self.0 & Self::COMMON != 0
    }

    #[inline(always)]
    fn index(self) -> usize {
        (self.0 & !Self::COMMON) as usize
    }

    /// The same with what is kept elsewhere.
    pub(super) fn moved(self, place: impl Fn(usize) -> usize) -> Self {
        if self.is_common() { self } else { Self(count(place(self.index())) & !Self::COMMON) }
    }
}

/// An operation and where its result goes.
pub(super) type Instruction = (Operation<Address>, Address);

/// What must be so after a code has run, told by one answer for all groups: who is told no looks at each number.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Watched {
    /// Kept numbers that must be finite. They are added up.
    pub finite: Vec<u32>,
    /// Kept numbers that must lie between two, which are allowed.
    pub within: Vec<(u32, f64, f64)>,
}

impl Watched {
    /// Nothing.
    pub const NOTHING: Self = Self { finite: Vec::new(), within: Vec::new() };
}

/// Code that can be run.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Routine {
    pub(super) instructions: Vec<Instruction>,
}

impl Routine {
    /// How many operations it has.
    pub fn len(&self) -> usize {
        self.instructions.len()
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.instructions.is_empty()
    }

    /// Computes for groups of runs that lie one after another, each with as many strips as `groups` says, with the instructions
    /// of `set`. Whether what is watched then is as it should be in every run; no may also mean that finite numbers are too large
    /// to be added up.
    ///
    /// # Panics
    /// Where there is less memory than the coder says.
    pub fn run(
        &self,
        set: InstructionSet,
        curves: &[Curve],
        groups: (&mut [Strip], usize),
        common: &mut [Strip],
        watched: &Watched,
    ) -> bool {
        let instructions = &self.instructions;
        let (kept, size) = groups;
        run(set, Groups { instructions, curves, kept, size, common, watched })
    }
}

/// The only place at which code is compiled for each instruction set: there is much of it.
pub(super) fn run(set: InstructionSet, groups: Groups<'_>) -> bool {
    set.run(groups)
}

/// Code for groups of runs.
pub(super) struct Groups<'a> {
    pub(super) instructions: &'a [Instruction],
    pub(super) curves: &'a [Curve],
    pub(super) kept: &'a mut [Strip],
    pub(super) size: usize,
    pub(super) common: &'a mut [Strip],
    pub(super) watched: &'a Watched,
}

impl Kernel for Groups<'_> {
    type Output = bool;

    #[inline(always)]
    fn run(self) -> bool {
        let mut finite = true;
        for group in self.kept.chunks_exact_mut(self.size.max(1)) {
            execute(self.instructions, self.curves, group, self.common);
            finite &= Strip::is_sound(group, self.watched);
        }
        finite
    }
}

/// Computes for the runs of one group.
#[inline(always)]
pub(super) fn execute<L: Lanes>(
    instructions: &[Instruction],
    curves: &[Curve],
    kept: &mut [L],
    common: &mut [L],
) {
    for (operation, into) in instructions {
        let read = |at: Address| if at.is_common() { &common[at.index()] } else { &kept[at.index()] };
        let value = match *operation {
            Operation::Copy(a) => *read(a),
            Operation::Unary(op, a) => op.of(read(a)),
            Operation::Binary(op, a, b) => op.of(read(a), read(b)),
            Operation::Select(c, a, b) => {
                L::three(read(c), read(a), read(b), |c, a, b| math::select(c == 0.0, b, a))
            }
            Operation::Ratio(a, b, otherwise) => {
                L::three(read(a), read(b), read(otherwise), |a, b, otherwise| {
                    math::select(b == 0.0, otherwise, a / b)
                })
            }
            Operation::Curve(curve, a) => L::through(read(a), &curves[curve as usize]),
        };
        let memory = if into.is_common() { &mut *common } else { &mut *kept };
        memory[into.index()] = value;
    }
}
