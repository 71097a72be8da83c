//! Drawing of an assignment: bins are packed, and handed out in random order.

use super::Assignment;
use crate::error::CommonsError;
use crate::praise::Person;
use rand::{Rng, seq::SliceRandom};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// How receivers are packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Packing {
    /// Into as many equal bins as there are quantifiers.
    Evenly,
    /// Into bins of about so many praises each.
    ByTarget(usize),
}

/// Attempts before giving up.
const ATTEMPTS: usize = 10;

/// Assigns every receiver (with his number of praises) to k quantifiers of the pool.
///
/// # Errors
/// [`CommonsError`] unless 1 ≤ k ≤ pool and receivers, the pool is not one quantifier who is also a receiver, the target is above 0,
/// and an assignment is found within ten attempts.
pub fn assign(
    receivers: &BTreeMap<Person, usize>,
    pool: &[Person],
    k: usize,
    packing: Packing,
    rng: &mut impl Rng,
) -> Result<Assignment, CommonsError> {
    let pool: Vec<Person> = pool.iter().copied().collect::<BTreeSet<_>>().into_iter().collect();
    let most = pool.len().min(receivers.len());
    if k == 0 || k > most {
        return Err(CommonsError::OutOfRange {
            name: "quantifiers_per_receiver",
            value: k as f64,
            range: "1 to the number of quantifiers and of receivers",
        });
    }
    if packing == Packing::ByTarget(0) {
        return Err(CommonsError::OutOfRange {
            name: "praise_per_quantifier",
            value: 0.0,
            range: "1 or more",
        });
    }
    if let [only] = pool.as_slice()
        && receivers.contains_key(only)
    {
        return Err(CommonsError::Undefined {
            what: "the assignment",
            why: "the only quantifier also receives praise",
        });
    }
    let mut left = 0;
    for _ in 0..ATTEMPTS {
        let bins = match packing {
            Packing::Evenly => even_bins(receivers, pool.len(), k),
            Packing::ByTarget(target) => target_bins(receivers, target, k, rng),
        };
        let mut queue = pool.clone();
        queue.shuffle(rng);
        match hand_out(bins, queue) {
            Ok(bins) => return Ok(Assignment { bins, per_receiver: k }),
            Err(count) => left = count,
        }
    }
    Err(CommonsError::OutOfRange { name: "bins without a quantifier", value: left as f64, range: "0" })
}

fn even_bins(receivers: &BTreeMap<Person, usize>, n: usize, k: usize) -> Vec<BTreeSet<Person>> {
    let mut order: Vec<(Person, usize)> = receivers.iter().map(|(p, c)| (*p, *c)).collect();
    order.sort_by_key(|(person, count)| (std::cmp::Reverse(*count), *person));
    let mut bins: Vec<(usize, Vec<Person>)> = vec![(0, Vec::new()); n];
    for (person, count) in order {
        if let Some(smallest) = bins.iter_mut().min_by_key(|(size, _)| *size) {
            smallest.0 += count;
            smallest.1.push(person);
        }
    }
    (0..n)
        .map(|j| {
            (0..k)
                .filter_map(|r| bins.get((j + n - r) % n))
                .flat_map(|(_, people)| people.iter().copied())
                .collect()
        })
        .filter(|bin: &BTreeSet<Person>| !bin.is_empty())
        .collect()
}

fn target_bins(
    receivers: &BTreeMap<Person, usize>,
    target: usize,
    k: usize,
    rng: &mut impl Rng,
) -> Vec<BTreeSet<Person>> {
    let capacity = (12 * target).div_ceil(10);
    let mut all = Vec::new();
    for _ in 0..k {
        let mut order: Vec<(Person, usize)> = receivers.iter().map(|(p, c)| (*p, *c)).collect();
        order.shuffle(rng);
        let mut bins: Vec<(usize, BTreeSet<Person>)> = Vec::new();
        for (person, count) in order {
            match bins.iter_mut().find(|(size, _)| size + count <= capacity) {
                Some((size, people)) => {
                    *size += count;
                    people.insert(person);
                }
                None => bins.push((count, BTreeSet::from([person]))),
            }
        }
        all.extend(bins.into_iter().map(|(_, people)| people));
    }
    all
}

/// Pairs bins with quantifiers, or the number of bins left over.
fn hand_out(
    mut bins: Vec<BTreeSet<Person>>,
    queue: Vec<Person>,
) -> Result<Vec<(Person, BTreeSet<Person>)>, usize> {
    let mut queue = VecDeque::from(queue);
    let mut pairs = Vec::new();
    let mut left = 0;
    while let Some(bin) = bins.pop() {
        let mut skipped = BTreeSet::new();
        let taker = loop {
            let Some(quantifier) = queue.pop_front() else { break None };
            if !bin.contains(&quantifier) {
                break Some(quantifier);
            }
            queue.push_back(quantifier);
            if !skipped.insert(quantifier) {
                break None;
            }
        };
        match taker {
            Some(quantifier) => pairs.push((quantifier, bin)),
            None => left += 1,
        }
    }
    if left == 0 { Ok(pairs) } else { Err(left) }
}
