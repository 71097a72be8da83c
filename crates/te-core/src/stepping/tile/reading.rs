//! What is read of a tile: which runs go on, what they show, which failed.

use super::{LaneFailure, Tile};
use crate::declaration::record::{Cell, CellKind};
use crate::model::board::Board;
use crate::system::described::Source;
use crate::system::expression::Program;
use te_math::dispatch::InstructionSet;

impl Tile<'_> {
    /// Lanes that still run.
    pub(crate) fn live(&self) -> &[u32] {
        &self.live
    }

    /// Ends the run in this lane without a failure.
    pub(crate) fn stop(&mut self, lane: u32) {
        self.live.retain(|l| *l != lane);
        self.shadow(lane);
    }

    pub(crate) fn take_failures(&mut self) -> Vec<LaneFailure> {
        std::mem::take(&mut self.failures)
    }

    pub(crate) fn has_failures(&self) -> bool {
        !self.failures.is_empty()
    }

    /// Evaluates an experiment's expression; its value in each lane is then read by [`Tile::evaluated`].
    pub(crate) fn compute(&mut self, program: &Program) {
        program.run(&mut self.board, &mut self.scratch, self.set);
    }

    pub(crate) fn evaluated(&self, lane: u32) -> f64 {
        self.board.get(self.system.slots, lane as usize)
    }

    /// What all lanes show.
    pub(crate) fn board(&self) -> &Board {
        &self.board
    }

    /// The instructions that its kernels run with.
    pub(crate) fn instructions(&self) -> InstructionSet {
        self.set
    }

    /// The float in a column for one lane.
    pub(crate) fn number(&self, column: usize, lane: u32) -> f64 {
        self.board.get(self.system.slot_of(column), lane as usize)
    }

    /// The cell in a column for one lane, in its declared kind.
    pub(crate) fn cell(&self, column: usize, lane: u32) -> Cell {
        let spec = &self.system.columns[column];
        match spec.source {
            Source::Metric { node, field, .. } if spec.kind != CellKind::F64 => {
                self.columns[node].cell(lane as usize, field).unwrap_or(Cell::F64(0.0))
            }
            _ => Cell::F64(self.number(column, lane)),
        }
    }
}
