//! Code over strips: a list of operations, each of which writes one place.
//!
//! A place is *kept* (every group of runs has its own), *fixed* (likewise, and computed once), *passing* (needed on the way alone,
//! shared by all groups) or a *number* that is the same for all runs. [`Code::link`] turns places into addresses, and pairs of
//! operations into one where nothing else reads what is between them.

use super::chain::{Chain, Side};
use super::place::{Operation, Place, count};
use super::routine::{Address, Routine, Watched};
use crate::numerics::strip::{STRIP, Strip};
use std::collections::{HashMap, HashSet};

/// A list of operations, each of which writes one place.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Code {
    pub(super) operations: Vec<(Operation, Place)>,
}

/// How much memory a coder's codes need.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Layout {
    /// The numbers that the codes read.
    pub numbers: Vec<f64>,
    /// Strips that a group keeps.
    pub kept: usize,
    /// Strips behind these for what is computed once.
    pub fixed: usize,
    /// Strips of passing memory.
    pub passing: usize,
}

impl Layout {
    /// The memory that is common to all groups of runs: numbers, then passing memory; and the same again, because two groups
    /// are computed at a time.
    pub fn common_memory(&self) -> Vec<Strip> {
        let mut common = vec![Strip::ZERO; 2 * (self.numbers.len() + self.passing)];
        self.write_numbers(&mut common);
        common
    }

    /// Writes the numbers into common memory.
    pub(super) fn write_numbers(&self, common: &mut [Strip]) {
        for half in common.chunks_exact_mut((self.numbers.len() + self.passing).max(1)) {
            half.iter_mut().zip(&self.numbers).for_each(|(strip, x)| *strip = Strip([*x; STRIP]));
        }
    }

    /// Writes NaN over what codes have left in common memory.
    pub fn poison(&self, common: &mut [Strip]) {
        common.fill(Strip([f64::NAN; STRIP]));
        self.write_numbers(common);
    }

    /// Strips of a group: what is kept and what is fixed.
    pub fn group(&self) -> usize {
        self.kept + self.fixed
    }
}

impl Code {
    /// How many operations it has.
    pub fn len(&self) -> usize {
        self.operations.len()
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.operations.is_empty()
    }

    /// Whether it reads what lies at a place before it has written it.
    pub fn reads(&self, place: Place) -> bool {
        for (operation, into) in &self.operations {
            if operation.reads().any(|read| read == place) {
                return true;
            }
            if *into == place {
                return false;
            }
        }
        false
    }

    /// The code with addresses instead of places, in the memory of its coder.
    pub fn link(&self, layout: &Layout) -> Routine {
        let (numbers, kept) = (count(layout.numbers.len()), count(layout.kept));
        let address = |place| match place {
            Place::Kept(at) => Address::of_group(at),
            Place::Fixed(at) => Address::of_group(at.saturating_add(kept)),
            Place::Number(at) => Address::common(at),
            Place::Passing(at) => Address::common(at.saturating_add(numbers)),
        };
        let instructions = self.operations.iter();
        let instructions =
            instructions.map(|(operation, into)| (operation.at(address), address(*into))).collect();
        Routine { instructions }
    }

    /// What of `watched` must be looked at when this code has run. What a sum, a product or a dividend has read is finite where
    /// the result is, so that it need not be looked at.
    pub fn watch(&self, watched: Watched) -> Watched {
        let wanted: HashSet<u32> = watched.finite.iter().copied().collect();
        let (mut finite, mut written) = (HashSet::new(), HashSet::new());
        let mut looked_at = HashSet::new();
        for (operation, into) in self.operations.iter().rev() {
            let mut known = finite.remove(into);
            if let Place::Kept(at) = into
                && written.insert(*at)
                && wanted.contains(at)
                && !known
            {
                looked_at.insert(*at);
                known = true;
            }
            if known {
                finite.extend(operation.finite_reads());
            }
        }
        let is_open = |at: &u32| {
            looked_at.contains(at) || !(written.contains(at) || finite.contains(&Place::Kept(*at)))
        };
        Watched { finite: watched.finite.into_iter().filter(is_open).collect(), within: watched.within }
    }
}

/// What is left in passing memory, only to be copied, computed where it is copied: its own place is written at once.
pub(super) fn landed(operations: Vec<(Operation, Place)>, passing: u32) -> Vec<(Operation, Place)> {
    let readers = readers(&operations, passing);
    let mut made: Vec<Option<usize>> = vec![None; passing as usize];
    let mut written: HashMap<Place, usize> = HashMap::new();
    let mut kept: Vec<Option<(Operation, Place)>> = Vec::with_capacity(operations.len());
    for (at, (mut operation, into)) in operations.into_iter().enumerate() {
        if let Operation::Copy(Place::Passing(from)) = operation
            && readers[from as usize] == 1
            && let Some(maker) = made[from as usize]
            && let Some((making, _)) = kept[maker]
            && making.reads().all(|place| written.get(&place).is_none_or(|last| *last < maker))
        {
            kept[maker] = None;
            operation = making;
        }
        match into {
            Place::Passing(passing) => made[passing as usize] = Some(at),
            place => {
                written.insert(place, at);
            }
        }
        kept.push(Some((operation, into)));
    }
    kept.into_iter().flatten().collect()
}

/// How many operands read each place of passing memory.
fn readers(operations: &[(Operation, Place)], passing: u32) -> Vec<u32> {
    let mut readers = vec![0_u32; passing as usize];
    for (operation, _) in operations {
        operation.reads().for_each(|place| {
            if let Place::Passing(at) = place {
                readers[at as usize] += 1;
            }
        });
    }
    readers
}

/// Pairs of operations as one, where the second alone reads what the first has left in passing memory.
pub(super) fn chained(operations: Vec<(Operation, Place)>, passing: u32) -> Vec<(Operation, Place)> {
    let readers = readers(&operations, passing);
    let mut made: Vec<Option<usize>> = vec![None; passing as usize];
    let mut written: HashMap<Place, usize> = HashMap::new();
    let mut kept: Vec<Option<(Operation, Place)>> = Vec::with_capacity(operations.len());
    for (at, (mut operation, into)) in operations.into_iter().enumerate() {
        if let Operation::Binary(second, x, y) = operation {
            for (inner, other, side) in [(x, y, Side::Left), (y, x, Side::Right)] {
                let Place::Passing(passing) = inner else { continue };
                let maker = made[passing as usize].filter(|_| readers[passing as usize] == 1);
                let first = maker.and_then(|maker| Some((maker, kept.get(maker).copied().flatten()?)));
                let Some((maker, (Operation::Binary(first, a, b), _))) = first else { continue };
                let stands = |place: Place| written.get(&place).is_none_or(|last| *last < maker);
                if let Some(chain) = Chain::of_two(first, second, side).filter(|_| stands(a) && stands(b)) {
                    kept[maker] = None;
                    operation = Operation::Chain(chain, a, b, other);
                    break;
                }
            }
        }
        match into {
            Place::Passing(passing) => made[passing as usize] = Some(at),
            place => {
                written.insert(place, at);
            }
        }
        kept.push(Some((operation, into)));
    }
    kept.into_iter().flatten().collect()
}
