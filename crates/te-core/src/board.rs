//! The board of a tile: every number that components read and show, as columns of runs.
//!
//! Runs are held in groups of [`STRIP`] lanes. Within a group each slot is one [`Strip`], so that a group's numbers lie
//! together and a loop over a strip becomes vector code.

/// Lanes of a strip. Loops over 32 values become vector code on every instruction set; loops of 8 or 16 are unrolled before
/// they can.
pub(crate) const STRIP: usize = 32;

/// One number of 32 runs, on a cache line of its own.
#[derive(Clone, Copy, Debug, PartialEq)]
#[repr(align(64))]
pub(crate) struct Strip(pub(crate) [f64; STRIP]);

impl Strip {
    pub(crate) const ZERO: Self = Self([0.0; STRIP]);
}

/// `slots` strips for each group of lanes.
#[derive(Clone, Debug)]
pub(crate) struct Board {
    strips: Vec<Strip>,
    slots: usize,
}

impl Board {
    /// Room for `width` lanes, all zero.
    pub(crate) fn new(slots: usize, width: usize) -> Self {
        Self { strips: vec![Strip::ZERO; slots * width.div_ceil(STRIP)], slots }
    }

    /// How many lanes there is room for, those included that fill up the last strip.
    pub(crate) fn lanes(&self) -> usize {
        self.strips.len() / self.slots.max(1) * STRIP
    }

    /// The groups of lanes, in order.
    pub(crate) fn groups(&self) -> impl Iterator<Item = &[Strip]> {
        // A board of a system has a slot at least: the one that belongs to the experiment.
        self.strips.chunks_exact(self.slots.max(1))
    }

    /// The groups of lanes, to write.
    pub(crate) fn groups_mut(&mut self) -> impl Iterator<Item = &mut [Strip]> {
        self.strips.chunks_exact_mut(self.slots.max(1))
    }

    /// The slots of a lane's group, and the lane's place in them.
    pub(crate) fn lane(&self, lane: usize) -> (&[Strip], usize) {
        let first = lane / STRIP * self.slots;
        (&self.strips[first..first + self.slots], lane % STRIP)
    }

    /// As [`Board::lane`], to write.
    pub(crate) fn lane_mut(&mut self, lane: usize) -> (&mut [Strip], usize) {
        let first = lane / STRIP * self.slots;
        (&mut self.strips[first..first + self.slots], lane % STRIP)
    }

    /// A number.
    pub(crate) fn get(&self, slot: usize, lane: usize) -> f64 {
        self.strips[lane / STRIP * self.slots + slot].0[lane % STRIP]
    }

    /// Sets a number.
    pub(crate) fn set(&mut self, slot: usize, lane: usize, value: f64) {
        self.strips[lane / STRIP * self.slots + slot].0[lane % STRIP] = value;
    }

    /// Sets a slot of all lanes.
    pub(crate) fn fill(&mut self, slot: usize, value: f64) {
        self.groups_mut().for_each(|group| group[slot] = Strip([value; STRIP]));
    }

    /// Copies a slot of all lanes to another.
    pub(crate) fn copy(&mut self, from: usize, to: usize) {
        self.groups_mut().for_each(|group| group[to] = group[from]);
    }

    /// Makes one lane show what another shows.
    pub(crate) fn copy_lane(&mut self, from: usize, to: usize) {
        for slot in 0..self.slots {
            let value = self.get(slot, from);
            self.set(slot, to, value);
        }
    }
}
