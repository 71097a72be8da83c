//! The board of a tile: every number that components read and show, as columns of runs.
//!
//! Runs are held in groups of [`STRIP`] lanes. Within a group each slot is one [`Strip`], so that a group's numbers lie
//! together and a loop over a strip becomes vector code.
//!
//! A slot's strip has a *place* in its group. Two slots can exchange their places, which is how numbers that were held back
//! are shown: nothing is copied.

#![expect(
    clippy::inline_always,
    reason = "inlined into each instruction set's copy of a kernel, or the kernel is not vectorised"
)]

use crate::declaration::record::Record;
use crate::declaration::terms::Terms;
use crate::numerics::strip::{STRIP, Strip};

/// `slots` strips for each group of lanes.
#[derive(Clone, Debug)]
pub(crate) struct Board {
    strips: Vec<Strip>,
    slots: usize,
    /// Of each slot.
    places: Vec<usize>,
    /// Whether any are not where they were at first.
    turned: bool,
}

impl Board {
    /// Room for `width` lanes, all zero.
    pub(crate) fn new(slots: usize, width: usize) -> Self {
        let strips = vec![Strip::ZERO; slots * width.div_ceil(STRIP)];
        Self { strips, slots, places: (0..slots).collect(), turned: false }
    }

    /// How many lanes there is room for, those included that fill up the last strip.
    pub(crate) fn lanes(&self) -> usize {
        self.strips.len() / self.slots.max(1) * STRIP
    }

    /// Where in a group a slot's strip is.
    pub(crate) fn place(&self, slot: usize) -> usize {
        self.places[slot]
    }

    /// A slot's strip in the group of a lane.
    pub(crate) fn strip(&self, slot: usize, lane: usize) -> &Strip {
        &self.strips[lane / STRIP * self.slots + self.places[slot]]
    }

    /// Has `count` slots from two places on exchange their strips.
    pub(crate) fn turn(&mut self, one: usize, other: usize, count: usize) {
        (0..count).for_each(|at| self.places.swap(one + at, other + at));
        self.turned = true;
    }

    /// Whether slots have exchanged their strips: else each slot is its place.
    pub(crate) fn is_turned(&self) -> bool {
        self.turned
    }

    /// Every slot of a lane, in order.
    pub(crate) fn numbers(&self, lane: usize) -> impl Iterator<Item = f64> {
        (0..self.slots).map(move |slot| self.get(slot, lane))
    }

    /// All strips, and how many a group has.
    pub(crate) fn strips_mut(&mut self) -> (&mut [Strip], usize) {
        (&mut self.strips, self.slots)
    }

    /// The groups of lanes, in order; strips by place.
    pub(crate) fn groups(&self) -> impl Iterator<Item = &[Strip]> {
        // A board of a system has a slot at least: the one that belongs to the experiment.
        self.strips.chunks_exact(self.slots.max(1))
    }

    /// The groups of lanes, to write; strips by place.
    pub(crate) fn groups_mut(&mut self) -> impl Iterator<Item = &mut [Strip]> {
        self.strips.chunks_exact_mut(self.slots.max(1))
    }

    /// The strips of a lane's group by place, and where in them the lane is.
    pub(crate) fn lane_mut(&mut self, lane: usize) -> (&mut [Strip], usize) {
        let first = lane / STRIP * self.slots;
        (&mut self.strips[first..first + self.slots], lane % STRIP)
    }

    /// A number.
    pub(crate) fn get(&self, slot: usize, lane: usize) -> f64 {
        self.strips[lane / STRIP * self.slots + self.places[slot]].0[lane % STRIP]
    }

    /// Sets a number.
    pub(crate) fn set(&mut self, slot: usize, lane: usize, value: f64) {
        self.strips[lane / STRIP * self.slots + self.places[slot]].0[lane % STRIP] = value;
    }

    /// Whether a slot is finite in all lanes.
    pub(crate) fn is_finite(&self, slot: usize) -> bool {
        let place = self.place(slot);
        let broken = |strip: &Strip| strip.0.iter().fold(false, |any, x| any | (x * 0.0 != 0.0));
        !self.groups().any(|group| broken(&group[place]))
    }

    /// Sets a slot of all lanes.
    pub(crate) fn fill(&mut self, slot: usize, value: f64) {
        let place = self.place(slot);
        self.groups_mut().for_each(|group| group[place] = Strip([value; STRIP]));
    }

    /// Writes NaN over every number.
    pub(crate) fn poison(&mut self) {
        self.strips.fill(Strip([f64::NAN; STRIP]));
    }

    /// Makes one lane show what another shows.
    pub(crate) fn copy_lane(&mut self, from: usize, to: usize) {
        for slot in 0..self.slots {
            let value = self.get(slot, from);
            self.set(slot, to, value);
        }
    }
}

/// A record from the values that strips have in one lane.
#[inline(always)]
pub(crate) fn load<R: Record>(strips: &[Strip], lane: usize) -> R {
    R::load(&mut values(strips, lane))
}

/// Terms with the settings of `like` and the numbers that strips have in one lane.
#[inline(always)]
pub(crate) fn load_terms<T: Terms>(like: &T, strips: &[Strip], lane: usize) -> T {
    like.with_numbers(&mut values(strips, lane))
}

#[inline(always)]
fn values(strips: &[Strip], lane: usize) -> impl FnMut() -> f64 {
    let mut field = 0;
    move || {
        field += 1;
        strips[field - 1].0[lane]
    }
}

/// Writes the numbers of terms.
pub(crate) fn store_terms<T: Terms>(terms: &T, strips: &mut [Strip], lane: usize) {
    let mut strips = strips.iter_mut();
    terms.store_numbers(&mut |x| {
        if let Some(strip) = strips.next() {
            strip.0[lane] = x;
        }
    });
}

/// Writes a record and returns a sum that is finite only where every field is.
#[inline(always)]
pub(crate) fn store<R: Record>(record: &R, strips: &mut [Strip], lane: usize) -> f64 {
    let (mut field, mut sums) = (0, [-0.0; 4]);
    record.store(&mut |x| {
        strips[field].0[lane] = x;
        // Four sums, so that the last field is not added to a long chain.
        sums[field % 4] += x;
        field += 1;
    });
    (sums[0] + sums[1]) + (sums[2] + sums[3])
}
