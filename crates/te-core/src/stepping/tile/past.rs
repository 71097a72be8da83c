//! The past of a slot that is lagged: one row of runs for each timestep, as far back as its longest lag reaches.
//!
//! A lag that is longer than the run always shows its initial value and needs no past.

use crate::model::board::Board;
use crate::numerics::strip::{STRIP, Strip};
use crate::system::moves::Ring;

pub(super) struct Past {
    source: usize,
    /// Rows it keeps.
    length: usize,
    width: usize,
    rows: Vec<f64>,
}

impl Past {
    pub(super) fn new(ring: &Ring, width: usize, timesteps: u64) -> Self {
        let length = ring.rows_kept(timesteps);
        Self { source: ring.source, length, width, rows: vec![0.0; length * width] }
    }

    /// Writes NaN over everything.
    pub(super) fn poison(&mut self) {
        self.rows.fill(f64::NAN);
    }

    /// The row of a timestep.
    fn row(&mut self, timestep: u64) -> Option<&mut [f64]> {
        // Below a length, which is a usize.
        let at = usize::try_from(timestep.checked_rem(self.length as u64)?).ok()?;
        self.rows.get_mut(at * self.width..(at + 1) * self.width)
    }

    /// Keeps the values of this timestep.
    pub(super) fn keep(&mut self, board: &Board, timestep: u64) {
        let place = board.place(self.source);
        let Some(row) = self.row(timestep) else { return };
        for (past, now) in row.chunks_mut(STRIP).zip(board.groups()) {
            past.copy_from_slice(&now[place].0[..past.len()]);
        }
    }

    /// Puts the values of `steps` timesteps before this one into a slot; before there were any the slot keeps its initial
    /// values. Lanes beyond the tile's width follow `first`.
    pub(super) fn recall(&mut self, board: &mut Board, slot: usize, timestep: u64, steps: u32, first: usize) {
        if steps as usize > self.length {
            return;
        }
        let Some(then) = timestep.checked_sub(u64::from(steps)) else { return };
        let Some(row) = self.row(then) else { return };
        let place = board.place(slot);
        let beyond = row.get(first).copied().unwrap_or_default();
        for (past, now) in row.chunks(STRIP).zip(board.groups_mut()) {
            let Strip(now) = &mut now[place];
            now[..past.len()].copy_from_slice(past);
            now[past.len()..].fill(beyond);
        }
    }

    /// What one run's past holds at the end of a timestep, the oldest first.
    pub(super) fn save(&self, lane: usize, timestep: u64) -> Vec<f64> {
        let kept = self.kept(timestep);
        (0..kept as u64)
            .rev()
            .filter_map(|back| {
                let at = usize::try_from((timestep - back) % self.length as u64).ok()?;
                self.rows.get(at * self.width + lane).copied()
            })
            .collect()
    }

    /// Puts a saved past into a lane. Whether it reaches back far enough.
    pub(super) fn load(&mut self, lane: usize, timestep: u64, saved: &[f64]) -> bool {
        let kept = self.kept(timestep);
        let Some(unneeded) = saved.len().checked_sub(kept) else { return false };
        for (back, value) in (0..kept as u64).rev().zip(&saved[unneeded..]) {
            if let Some(cell) = self.row(timestep - back).and_then(|row| row.get_mut(lane)) {
                *cell = *value;
            }
        }
        true
    }

    /// How many rows there are at the end of a timestep.
    fn kept(&self, timestep: u64) -> usize {
        usize::try_from(timestep).unwrap_or(usize::MAX).saturating_add(1).min(self.length)
    }
}
