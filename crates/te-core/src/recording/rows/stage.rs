//! Strips on their way to rows.

use crate::declaration::frame::Cells;
use crate::model::board::Board;
use crate::numerics::strip::{STRIP, Strip};
use std::ops::Range;

/// Rows that are moved from strips to runs at a time: as many as fill a cache line.
const LINE: usize = 8;
/// Rows that are staged at most, in lines: the more, the fewer cache lines are touched twice.
const MOST_LINES: usize = 4;
/// Strips that are staged at most, where that is more than one line of rows: half of a core's own memory.
const MOST_STRIPS: usize = 2048;

/// Rows of a tile's float columns that are not yet written out.
#[derive(Default)]
pub(super) struct Stage {
    /// Row by row, group by group, column by column.
    strips: Vec<Strip>,
    /// How many there are.
    pub(super) rows: usize,
    /// How many there may be, and the strips of one.
    most: usize,
    size: usize,
    /// Columns of a group.
    columns: usize,
    /// Lanes that all rows are of, and the run of the tile's first lane.
    lanes: Vec<u32>,
    first_run: usize,
    /// The same lanes, cut where one is missing and where a group ends.
    spans: Vec<Range<usize>>,
}

impl Stage {
    /// Whether a row of these lanes can be added.
    pub(super) fn takes(&self, lanes: &[u32], first_run: usize) -> bool {
        (self.rows == 0 || self.rows < self.most) && self.lanes == lanes && self.first_run == first_run
    }

    /// Gets ready for rows of these lanes.
    pub(super) fn begin(&mut self, lanes: &[u32], first_run: usize) {
        self.first_run = first_run;
        if self.lanes == lanes {
            return;
        }
        self.lanes.clear();
        self.lanes.extend_from_slice(lanes);
        self.spans.clear();
        for lane in lanes.iter().map(|lane| *lane as usize) {
            match self.spans.last_mut() {
                Some(span) if span.end == lane && !lane.is_multiple_of(STRIP) => span.end += 1,
                _ => self.spans.push(lane..lane + 1),
            }
        }
    }

    /// Adds a row. `slots` are those of the columns, where the system has them.
    pub(super) fn add(&mut self, board: &Board, slots: &(impl Iterator<Item = Option<usize>> + Clone)) {
        if self.rows == 0 {
            self.columns = slots.clone().count();
            self.size = self.columns * board.lanes() / STRIP;
            self.most = LINE * (MOST_STRIPS / (LINE * self.size.max(1))).clamp(1, MOST_LINES);
            self.strips.resize(self.most * self.size, Strip::ZERO);
        }
        let mut strips = self.strips.iter_mut().skip(self.rows * self.size);
        for group in board.groups() {
            for (slot, strip) in slots.clone().zip(&mut strips) {
                if let Some(slot) = slot {
                    *strip = group[board.place(slot)];
                }
            }
        }
        self.rows += 1;
    }

    /// Writes a row to where the runs of a row lie side by side; `place` is that of a run's next row.
    pub(super) fn write_through<'a>(
        &self,
        board: &Board,
        columns: impl Iterator<Item = (Option<usize>, &'a mut Cells)>,
        place: impl Fn(usize) -> usize,
    ) {
        for (slot, cells) in columns {
            let (Some(slot), Cells::F64(cells)) = (slot, cells) else { continue };
            for span in &self.spans {
                let to = place(self.first_run + span.start);
                let strip = &board.strip(slot, span.start).0[span.start % STRIP..][..span.len()];
                cells[to..to + span.len()].copy_from_slice(strip);
            }
        }
    }

    /// Writes all rows to runs; `place` is that of a run's next row.
    pub(super) fn write_out<'a>(
        &self,
        columns: impl Iterator<Item = &'a mut Cells>,
        place: impl Fn(usize) -> usize,
    ) {
        for (float, cells) in columns.enumerate() {
            let Cells::F64(cells) = cells else { continue };
            for span in &self.spans {
                let column = span.start / STRIP * self.columns + float;
                for first in (0..self.rows).step_by(LINE) {
                    let rows = LINE.min(self.rows - first);
                    // Beyond the rows that are staged any strip will do: it is not written out.
                    let row = |at: usize| (first + at.min(rows - 1)) * self.size;
                    let strips: [&[f64; STRIP]; LINE] =
                        std::array::from_fn(|at| &self.strips[row(at) + column].0);
                    for lane in span.clone() {
                        let Some(run) = cells.get_mut(place(self.first_run + lane) + first..) else {
                            continue;
                        };
                        let line: [f64; LINE] = std::array::from_fn(|row| strips[row][lane % STRIP]);
                        match run.first_chunk_mut() {
                            Some(whole) if rows == LINE => *whole = line,
                            _ => run.iter_mut().zip(line).take(rows).for_each(|(cell, x)| *cell = x),
                        }
                    }
                }
            }
        }
    }

    /// Counts rows that were written.
    pub(super) fn count(&mut self, rows: usize, counts: &mut [usize]) {
        self.rows = 0;
        for span in &self.spans {
            counts[self.first_run + span.start..][..span.len()].iter_mut().for_each(|count| *count += rows);
        }
    }
}
