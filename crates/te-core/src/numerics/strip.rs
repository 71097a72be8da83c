//! One number of several runs.

/// Lanes of a strip. Loops over 32 values become vector code on every instruction set; loops of 8 or 16 are unrolled before
/// they can.
pub const STRIP: usize = 32;

/// One number of 32 runs, on a cache line of its own.
#[derive(Clone, Copy, Debug, PartialEq)]
#[repr(align(64))]
pub struct Strip(
    /// The number in each lane.
    pub [f64; STRIP],
);

impl Strip {
    pub(crate) const ZERO: Self = Self([0.0; STRIP]);
}
