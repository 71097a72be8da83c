//! Frames of any size gathered into blocks of one size, so that a file does not depend on how its rows came.

use std::ops::Range;

use te_core::{Cells, Frame};

use crate::OutputError;
use crate::columns;

/// Rows in a row group. Memory of a writer is bounded by this many rows of its columns, the frame being
/// written and a megabyte of page buffers a column: measured for 14 columns and frames of 14 MB, the whole
/// process holds less than 80 MB however many rows it writes.
pub const GROUP_ROWS: usize = 1 << 17;

/// Rows `1` of frame `0`.
pub(crate) type Part<'a> = (&'a Frame, Range<usize>);

/// Rows waiting for their block to fill.
pub(crate) struct Blocks {
    size: usize,
    pending: Vec<Frame>,
    rows: usize,
}

impl Blocks {
    pub(crate) fn of(size: usize) -> Self {
        Self { size, pending: Vec::new(), rows: 0 }
    }

    /// Takes the rows of `frame` and gives `emit` every block that they fill.
    pub(crate) fn push(
        &mut self,
        frame: &Frame,
        mut emit: impl FnMut(&[Part<'_>]) -> Result<(), OutputError>,
    ) -> Result<(), OutputError> {
        let mut start = 0;
        while self.rows + (frame.rows() - start) >= self.size {
            let end = start + self.size - self.rows;
            let pending = std::mem::take(&mut self.pending);
            self.rows = 0;
            let mut parts = whole(&pending);
            parts.push((frame, start..end));
            emit(&parts)?;
            start = end;
        }
        if start < frame.rows()
            && let Some(rest) = columns::rows(frame, &(start..frame.rows()))
        {
            self.rows += rest.rows();
            self.pending.push(rest);
        }
        Ok(())
    }

    /// Gives away the rows of the last, unfilled block.
    pub(crate) fn rest(&mut self) -> Vec<Frame> {
        self.rows = 0;
        std::mem::take(&mut self.pending)
    }
}

/// All rows of these frames.
pub(crate) fn whole(frames: &[Frame]) -> Vec<Part<'_>> {
    frames.iter().map(|f| (f, 0..f.rows())).collect()
}

/// The decimals of column `i`.
pub(crate) fn decimals<'a>(
    i: usize,
    parts: &'a [Part<'a>],
) -> impl Iterator<Item = rust_decimal::Decimal> + 'a {
    parts.iter().flat_map(move |(frame, range)| {
        let cells = match frame.columns().get(i).map(|c| &c.cells) {
            Some(te_core::Cells::Decimal(v)) => v.get(range.clone()).unwrap_or_default(),
            _ => &[],
        };
        cells.iter().copied()
    })
}

/// Whether a cell of column `i` is a whole number beyond the signed ones.
pub(crate) fn exceeds_signed(i: usize, parts: &[Part<'_>]) -> bool {
    parts.iter().any(|(frame, range)| match frame.columns().get(i).map(|c| &c.cells) {
        // The highest bit of all of them together.
        Some(Cells::U64(v)) => {
            v.get(range.clone()).unwrap_or_default().iter().fold(0, |all, x| all | x)
                > i64::MAX.cast_unsigned()
        }
        _ => false,
    })
}
