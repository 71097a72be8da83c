//! Code that can be run: instructions with one number for each operand, in one of two memories, what a group of runs keeps and
//! what is common to all groups. Operands are read where they lie.

#![expect(
    clippy::inline_always,
    reason = "inlined into each instruction set's copy of a kernel, or the kernel is not vectorised"
)]

use super::curve::Curve;
use super::lanes::Lanes;
use super::operation::{WithOne, WithThree, WithTwo};
use super::place::{Operation, count};
use crate::numerics::strip::Strip;
use te_math as math;
use te_math::dispatch::{InstructionSet, Kernel};

/// Where an operand lies: in what a group keeps, or, with the highest bit set, in what is common to all groups.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Address(u32);

impl Address {
    const COMMON: u32 = 1 << 31;

    /// In what a group keeps.
    pub(super) fn of_group(at: u32) -> Self {
        Self(at & !Self::COMMON)
    }

    /// In what is common to all groups.
    pub(super) fn common(at: u32) -> Self {
        Self(at | Self::COMMON)
    }

    fn is_common(self) -> bool {
        self.0 & Self::COMMON != 0
    }

    /// 0 for a group's memory, 1 for what is common.
    #[inline(always)]
    fn memory(self) -> usize {
        (self.0 >> 31) as usize
    }

    #[inline(always)]
    fn index(self) -> usize {
        (self.0 & !Self::COMMON) as usize
    }

    /// The same with what is kept elsewhere.
    pub(super) fn moved(self, place: impl Fn(usize) -> usize) -> Self {
        if self.is_common() { self } else { Self::of_group(count(place(self.index()))) }
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

    /// Whether all is as it should be in a group of runs.
    #[inline(always)]
    fn is_sound<L: Lanes>(&self, numbers: &[L]) -> bool {
        // Two sums, of which one is added to while the other waits.
        let (mut one, mut other) = (L::all(0.0), L::all(0.0));
        let mut pairs = self.finite.chunks_exact(2);
        for pair in &mut pairs {
            one = L::two(&one, &numbers[pair[0] as usize], |sum, x| sum + x);
            other = L::two(&other, &numbers[pair[1] as usize], |sum, x| sum + x);
        }
        for at in pairs.remainder() {
            one = L::two(&one, &numbers[*at as usize], |sum, x| sum + x);
        }
        // 0 where the sum is finite.
        let mut wrong = L::two(&one, &other, |one, other| (one + other) * 0.0);
        for (at, low, high) in &self.within {
            wrong = L::two(&wrong, &numbers[*at as usize], |wrong, x| {
                math::select((x >= *low) & (x <= *high), wrong, f64::NAN)
            });
        }
        wrong.is_zero()
    }
}

/// Code that can be run.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Routine {
    pub(super) instructions: Vec<Instruction>,
}

impl Routine {
    /// How many operations it has; two of a pair that is one loop.
    pub fn len(&self) -> usize {
        let pairs = self.instructions.iter().filter(|(one, _)| matches!(one, Operation::Chain(..)));
        self.instructions.len() + pairs.count()
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
    /// Where there is less memory than the layout says.
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
    /// Twice the numbers and passing memory: for each of the groups that are computed at a time.
    pub(super) common: &'a mut [Strip],
    pub(super) watched: &'a Watched,
}

impl Kernel for Groups<'_> {
    type Output = bool;

    #[inline(always)]
    fn run(self) -> bool {
        let Self { instructions, curves, kept, size, common, watched } = self;
        let size = size.max(1);
        let (first, second) = common.split_at_mut(common.len() / 2);
        let mut sound = true;
        // Two at a time: what is to be looked up for an operation is looked up once for both.
        let mut pairs = kept.chunks_exact_mut(2 * size);
        for pair in &mut pairs {
            let (one, other) = pair.split_at_mut(size);
            execute(instructions, curves, [[one, other], [&mut *first, &mut *second]]);
            sound &= watched.is_sound(one) & watched.is_sound(other);
        }
        if let Some(group) = pairs.into_remainder().get_mut(..size) {
            execute(instructions, curves, [[&mut *group], [first]]);
            sound &= watched.is_sound(group);
        }
        sound
    }
}

/// The memory of as many groups as are computed at a time: what each keeps, and what is common to all, of which each has a copy.
type Memory<'a, L, const N: usize> = [[&'a mut [L]; N]; 2];

/// An operation's operands, to be read in the memory of one group after the other.
struct Operands<'m, 'a, L, const N: usize, const READS: usize> {
    memory: &'m mut Memory<'a, L, N>,
    reads: [Address; READS],
    into: Address,
}

impl<L: Lanes, const N: usize, const READS: usize> Operands<'_, '_, L, N, READS> {
    #[inline(always)]
    #[expect(clippy::needless_range_loop, reason = "several memories are read at the same group")]
    fn each(self, f: impl Fn([&L; READS]) -> L) {
        let Self { memory, reads, into } = self;
        for group in 0..N {
            let value = f(reads.map(|at| &memory[at.memory()][group][at.index()]));
            memory[into.memory()][group][into.index()] = value;
        }
    }
}

impl<L: Lanes, const N: usize> WithOne for Operands<'_, '_, L, N, 1> {
    type Done = ();

    #[inline(always)]
    fn with(self, f: impl Fn(f64) -> f64) {
        self.each(|[a]| L::one(a, &f));
    }
}

impl<L: Lanes, const N: usize> WithTwo for Operands<'_, '_, L, N, 2> {
    type Done = ();

    #[inline(always)]
    fn with(self, f: impl Fn(f64, f64) -> f64) {
        self.each(|[a, b]| L::two(a, b, &f));
    }
}

impl<L: Lanes, const N: usize> WithThree for Operands<'_, '_, L, N, 3> {
    type Done = ();

    #[inline(always)]
    fn with(self, f: impl Fn(f64, f64, f64) -> f64) {
        self.each(|[a, b, c]| L::three(a, b, c, &f));
    }
}

/// Computes for the runs of some groups.
#[inline(always)]
pub(super) fn execute<L: Lanes, const N: usize>(
    instructions: &[Instruction],
    curves: &[Curve],
    mut memory: Memory<'_, L, N>,
) {
    for (operation, into) in instructions {
        macro_rules! on {
            ($($read:ident),*) => {
                Operands { memory: &mut memory, reads: [$($read),*], into: *into }
            };
        }
        match *operation {
            Operation::Copy(a) => on!(a).each(|[a]| *a),
            Operation::Unary(op, a) => op.hand_to(on!(a)),
            Operation::Binary(op, a, b) => op.hand_to(on!(a, b)),
            Operation::Chain(chain, a, b, c) => chain.hand_to(on!(a, b, c)),
            Operation::Select(c, a, b) => on!(c, a, b).with(|c, a, b| math::select(c == 0.0, b, a)),
            Operation::Ratio(a, b, otherwise) => {
                on!(a, b, otherwise).with(|a, b, otherwise| math::select(b == 0.0, otherwise, a / b));
            }
            Operation::Curve(curve, a) => on!(a).each(|[a]| curves[curve as usize].of(a)),
        }
    }
}
