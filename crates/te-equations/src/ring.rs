//! What a run remembers of its last integration steps: batches on their way, batches that vest, earlier values.
//!
//! A ring of n slots holds what entered in the last n steps; what enters takes the place of the oldest. The *age* of a batch
//! counts from the row in which it first shows, so that it leaves a pipeline of n steps in the step after it has age n - 1.

use serde::{Deserialize, Serialize};

/// The slots, and which of them is the oldest.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Ring {
    slots: Vec<f64>,
    first: usize,
}

/// When a batch is free: whole integration steps.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Vesting {
    pub(crate) cliff: f64,
    pub(crate) over: f64,
    pub(crate) catch_up: bool,
}

impl Vesting {
    /// The share of a batch that is free at an age: 0 before the cliff; then `age / over` where it catches up, else
    /// `(age - cliff) / over`; at most 1.
    pub(crate) fn share(&self, age: f64) -> f64 {
        if age < self.cliff {
            return 0.0;
        }
        let since = if self.catch_up { age } else { age - self.cliff };
        (since / self.over).min(1.0)
    }

    /// Steps until a batch is free.
    pub(crate) fn steps(&self) -> f64 {
        if self.catch_up { self.over.max(self.cliff) } else { self.cliff + self.over }
    }
}

impl Ring {
    /// So many slots with the same number.
    pub(crate) fn fill(&mut self, count: usize, x: f64) {
        self.slots.clear();
        self.slots.resize(count, x);
        self.first = 0;
    }

    /// Puts a number in the newest slot.
    pub(crate) fn set_newest(&mut self, x: f64) {
        let newest = self.first.checked_sub(1).unwrap_or(self.slots.len().saturating_sub(1));
        if let Some(slot) = self.slots.get_mut(newest) {
            *slot = x;
        }
    }

    /// Makes it such that nothing can be read from it.
    pub(crate) fn poison(&mut self) {
        self.slots.fill(f64::NAN);
        self.first = usize::MAX;
    }

    /// Whether it is one that can go on.
    pub(crate) fn is_sound(&self) -> bool {
        self.first < self.slots.len().max(1)
    }

    /// What enters takes the place of the oldest.
    pub(crate) fn enter(&mut self, x: f64) {
        if let Some(slot) = self.slots.get_mut(self.first) {
            *slot = x;
            self.first = if self.first + 1 == self.slots.len() { 0 } else { self.first + 1 };
        }
    }

    /// Fills those that leave in the next steps, as many as are given.
    pub(crate) fn fill_next(&mut self, count: usize, x: f64) {
        self.slots.iter_mut().take(count).for_each(|slot| *slot = x);
    }

    /// What enters leaves after so many steps, with what else leaves then; nothing is done where there are not as many slots.
    pub(crate) fn enter_for(&mut self, x: f64, steps: usize) {
        let size = self.slots.len();
        if steps == 0 || steps > size {
            return;
        }
        self.enter(0.0);
        let at = (self.first + steps - 1) % size;
        if let Some(slot) = self.slots.get_mut(at) {
            *slot += x;
        }
    }

    /// From the oldest to the newest.
    fn all(&self) -> impl Iterator<Item = f64> {
        let (late, early) = self.slots.split_at(self.first.min(self.slots.len()));
        early.iter().chain(late).copied()
    }

    /// The oldest; 0 where there are no slots.
    pub(crate) fn oldest(&self) -> f64 {
        self.slots.get(self.first).copied().unwrap_or(0.0)
    }

    /// The sum, from the oldest to the newest, each number times a factor.
    pub(crate) fn sum(&self, factor: f64) -> f64 {
        self.all().fold(0.0, |sum, x| sum + x * factor)
    }

    /// What is left of batches that lose a share evenly on their way: `sum of x dt (1 - share age / steps)`.
    pub(crate) fn left(&self, dt: f64, share: f64) -> f64 {
        let steps = self.slots.len() as f64;
        let ages = (0..self.slots.len()).rev();
        self.all().zip(ages).fold(0.0, |sum, (x, age)| sum + x * dt * (1.0 - share * age as f64 / steps))
    }

    /// What is lost in a time: `sum of x share / steps`.
    pub(crate) fn lost(&self, share: f64) -> f64 {
        self.sum(share / self.slots.len() as f64)
    }

    /// What is locked, and what is freed in a time.
    pub(crate) fn vest(&self, dt: f64, vesting: &Vesting) -> (f64, f64) {
        let ages = (0..self.slots.len()).rev().map(|age| age as f64);
        self.all().zip(ages).fold((0.0, 0.0), |(locked, out), (x, age)| {
            let share = vesting.share(age);
            (locked + x * dt * (1.0 - share), out + x * (vesting.share(age + 1.0) - share))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_leaves_first() {
        let mut ring = Ring::default();
        ring.fill(3, 1.0);
        for (x, oldest, sum) in [(5.0, 1.0, 7.0), (6.0, 1.0, 12.0), (7.0, 5.0, 18.0), (8.0, 6.0, 21.0)] {
            ring.enter(x);
            assert_eq!((ring.oldest(), ring.sum(1.0)), (oldest, sum));
        }
        ring.set_newest(0.0);
        assert_eq!((ring.oldest(), ring.sum(0.5)), (6.0, 6.5));
        ring.fill(0, 1.0);
        ring.enter(2.0);
        assert_eq!((ring.oldest(), ring.sum(1.0), ring.is_sound()), (0.0, 0.0, true));
        ring.poison();
        assert!(!ring.is_sound());
    }

    #[test]
    fn batches_leave_after_times_of_their_own() {
        let mut ring = Ring::default();
        ring.fill(4, 0.0);
        for (x, steps, oldest, sum) in [
            (5.0, 3, 0.0, 5.0),
            (2.0, 2, 0.0, 7.0),
            (1.0, 1, 8.0, 8.0),
            (4.0, 4, 0.0, 4.0),
            (9.0, 5, 0.0, 4.0),
        ] {
            ring.enter_for(x, steps);
            assert_eq!((ring.oldest(), ring.sum(1.0)), (oldest, sum));
        }
    }

    #[test]
    fn shares_of_a_batch() {
        let shares = |vesting: Vesting| (0..8).map(|age| vesting.share(f64::from(age))).collect::<Vec<f64>>();
        let late = Vesting { cliff: 2.0, over: 4.0, catch_up: false };
        assert_eq!(shares(late), [0.0, 0.0, 0.0, 0.25, 0.5, 0.75, 1.0, 1.0]);
        let early = Vesting { catch_up: true, ..late };
        assert_eq!(shares(early), [0.0, 0.0, 0.5, 0.75, 1.0, 1.0, 1.0, 1.0]);
        assert_eq!((late.steps(), early.steps()), (6.0, 4.0));
    }

    #[test]
    fn what_leaks_and_what_is_left_are_what_there_was() {
        let mut ring = Ring::default();
        ring.fill(4, 0.0);
        ring.enter(8.0);
        let mut left = ring.left(0.5, 0.25);
        assert_eq!(left, 4.0);
        for _ in 0..3 {
            let lost = ring.lost(0.25) * 0.5;
            ring.enter(0.0);
            assert_eq!(ring.left(0.5, 0.25), left - lost);
            left -= lost;
        }
        assert_eq!(ring.oldest() * 0.75 * 0.5 + ring.lost(0.25) * 0.5, left);
    }
}
