//! Handing receivers to quantifiers, so that nobody judges praise for himself and every item has k judges.
//!
//! Receivers are packed into bins, each bin goes to one quantifier:
//!
//! - *evenly*: receivers, largest first, each into the currently smallest of as many bins as there are quantifiers; k copies of that
//!   list, copy r rotated right by r, so that each receiver lies in k different bins;
//! - *by target*: k times over, receivers in random order packed first-fit into bins of ⌈1.2·target⌉ praises; a larger receiver gets a
//!   bin alone.
//!
//! A quantifier who receives praise in a bin goes to the back of the queue; if he meets the same bin twice, the bin is given up. The
//! whole is tried ten times. The order of quantifiers is a Fisher–Yates shuffle (the original sorted by a random comparison, which is biased).
//!
//! Evenly, the largest and the smallest bin of one copy differ by no more than the largest receiver.

#[cfg(feature = "engine")]
mod drawing;

#[cfg(feature = "engine")]
pub use drawing::{Packing, assign};

use super::Person;
use std::collections::BTreeSet;

/// Who judges whom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assignment {
    bins: Vec<(Person, BTreeSet<Person>)>,
    per_receiver: usize,
}

impl Assignment {
    /// Quantifiers and the receivers each of them judges.
    pub fn bins(&self) -> &[(Person, BTreeSet<Person>)] {
        &self.bins
    }

    /// Quantifiers per receiver k.
    pub fn per_receiver(&self) -> usize {
        self.per_receiver
    }

    /// The quantifiers of one receiver.
    pub fn quantifiers_of(&self, receiver: Person) -> Vec<Person> {
        self.bins.iter().filter(|(_, bin)| bin.contains(&receiver)).map(|(q, _)| *q).collect()
    }
}
