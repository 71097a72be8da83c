//! Which lanes are not well, and why.

#![expect(
    clippy::inline_always,
    reason = "inlined into each instruction set's copy of a kernel, or the kernel is not vectorised"
)]

use super::{EquationColumn, Failed};
use crate::failure;
use crate::program::Program;
use std::ops::Range;
use te_core::kind::{STRIP, Strip};
use te_math::dispatch::{InstructionSet, Kernel};

/// Looks for lanes in which something is not finite or out of bounds: there the result is NaN, elsewhere 0.
struct Examine<'a> {
    program: &'a Program,
    kept: &'a [Strip],
}

impl Kernel for Examine<'_> {
    type Output = Strip;

    #[inline(always)]
    fn run(self) -> Strip {
        let mut found = Strip([0.0; STRIP]);
        for at in &self.program.watched {
            if let Some(strip) = self.strip(*at) {
                found.0.iter_mut().zip(&strip.0).for_each(|(found, x)| *found += *x * 0.0);
            }
        }
        for (at, range) in &self.program.bounded {
            if let Some(strip) = self.strip(*at) {
                let bad = |x: f64| te_math::select(range.contains(x), 0.0, f64::NAN);
                found.0.iter_mut().zip(&strip.0).for_each(|(found, x)| *found += bad(*x));
            }
        }
        for at in &self.program.whole {
            if let Some(strip) = self.strip(*at) {
                let bad = |x: f64| te_math::select(x.trunc() == x, 0.0, f64::NAN);
                found.0.iter_mut().zip(&strip.0).for_each(|(found, x)| *found += bad(*x));
            }
        }
        found
    }
}

impl Examine<'_> {
    #[inline(always)]
    fn strip(&self, quantity: usize) -> Option<&Strip> {
        let place = self.program.places.get(quantity)?;
        self.kept.get(self.program.strip(*place)?)
    }
}

impl EquationColumn {
    /// Finds lanes that are not well; each fails once.
    pub(super) fn examine(
        &mut self,
        set: InstructionSet,
        groups: Range<usize>,
        lanes: &[u32],
        failed: &mut Failed,
    ) {
        for group in groups {
            let kept = self.group(group * STRIP);
            let found = set.run(Examine { program: &self.program, kept });
            if found.0.iter().all(|x| *x == 0.0) {
                continue;
            }
            for lane in lanes.iter().filter(|lane| **lane as usize / STRIP == group) {
                if found.0[*lane as usize % STRIP] != 0.0 && !failed.iter().any(|(known, _)| known == lane) {
                    let read = |at: usize| self.quantity(at, *lane as usize);
                    failed.push((*lane, failure::of_values(&self.model, &self.program, &read)));
                }
            }
        }
    }

    pub(super) fn check_invariants(&mut self, lanes: &[u32], failed: &mut Failed) {
        for (at, place) in self.program.holds.iter().enumerate() {
            for lane in lanes {
                if self.number(*place, *lane as usize) == 0.0
                    && !failed.iter().any(|(known, _)| known == lane)
                {
                    let read = |at: usize| self.quantity(at, *lane as usize);
                    failed.push((*lane, failure::of_invariant(&self.model, at, &read)));
                }
            }
        }
    }
}
