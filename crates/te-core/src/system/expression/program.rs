//! Expressions of a system as code over its board: wires, derived columns, conditions and figures.

use super::code::Layout;
use super::coder::Coder;
use super::formula::Formula;
use super::place::{Place, count};
use super::routine::{Address, Groups, Instruction, Routine, Watched, run};
use crate::model::board::Board;
use crate::numerics::strip::{STRIP, Strip};
use te_math::dispatch::InstructionSet;

/// Expressions computed one after another, each into a slot of the board.
#[derive(Clone, Debug, Default)]
pub(crate) struct Program {
    /// What it keeps are slots.
    routine: Routine,
    layout: Layout,
    /// The slots whose values must be finite.
    watched: Watched,
}

/// Makes a program.
#[derive(Default)]
pub(crate) struct ProgramCoder {
    coder: Coder,
    watched: Vec<u32>,
}

impl ProgramCoder {
    /// Computes a formula into a slot, where its value must be finite if it is watched.
    pub(crate) fn compute(&mut self, formula: &Formula<usize>, into: usize, watched: bool) {
        let value = formula.code(&mut self.coder, |_, slot| Place::Kept(count(*slot)));
        self.coder.write(value, Place::Kept(count(into)));
        self.watched.extend(watched.then_some(count(into)));
    }

    /// Copies a slot to another.
    pub(crate) fn copy(&mut self, from: usize, into: usize) {
        self.coder.write(Place::Kept(count(from)), Place::Kept(count(into)));
    }

    pub(crate) fn finish(mut self) -> Program {
        let code = self.coder.finish();
        // Nothing is fixed here, so that what is kept is what the board has.
        let layout = self.coder.layout();
        Program {
            routine: code.link(&layout),
            watched: code.watch(Watched { finite: self.watched, within: Vec::new() }),
            layout,
        }
    }
}

/// Memory for intermediate strips, made once per tile.
#[derive(Clone, Debug, Default)]
pub(crate) struct Scratch {
    common: Vec<Strip>,
    instructions: Vec<Instruction>,
    watched: Watched,
}

impl Scratch {
    /// Has room for a program.
    pub(crate) fn fit(&mut self, program: &Program) {
        let strips = program.common();
        if self.common.len() < strips {
            self.common.resize(strips, Strip::ZERO);
        }
        self.instructions.clear();
        self.instructions.reserve(program.routine.len());
        self.watched.finite.clear();
        self.watched.finite.reserve(program.watched.finite.len());
    }

    /// Writes NaN over what is left of earlier evaluations.
    pub(crate) fn poison(&mut self) {
        self.common.fill(Strip([f64::NAN; STRIP]));
    }
}

impl Program {
    /// The program of one formula, whose value nobody watches.
    pub(crate) fn of(formula: &Formula<usize>, into: usize) -> Self {
        let mut coder = ProgramCoder::default();
        coder.compute(formula, into, false);
        coder.finish()
    }

    /// Strips of common memory.
    fn common(&self) -> usize {
        2 * (self.layout.numbers.len() + self.layout.passing)
    }

    /// How many operations it has.
    pub(crate) fn len(&self) -> usize {
        self.routine.len()
    }

    /// Computes for all lanes of the board. Whether everything watched is finite; no may also mean that it is too large to be
    /// added up.
    pub(crate) fn run(&self, board: &mut Board, scratch: &mut Scratch, set: InstructionSet) -> bool {
        scratch.fit(self);
        let Scratch { common, instructions, watched } = scratch;
        let common = &mut common[..self.common()];
        self.layout.write_numbers(common);
        let (instructions, watched) = if board.is_turned() {
            // Names of slots become places once, not once for each group.
            let moved = |(operation, into): &Instruction| {
                let place = |address: Address| address.moved(|slot| board.place(slot));
                (operation.at(place), place(*into))
            };
            instructions.extend(self.routine.instructions.iter().map(moved));
            watched.finite.extend(self.watched.finite.iter().map(|slot| count(board.place(*slot as usize))));
            (&*instructions, &*watched)
        } else {
            (&self.routine.instructions, &self.watched)
        };
        let (kept, size) = board.strips_mut();
        run(set, Groups { instructions, curves: &[], kept, size, common, watched })
    }
}
