//! In which order derived columns are computed: in a timestep, and at the start of a run.
//!
//! In a timestep a column follows those that it reads as they are. At the start, lagged values are initial values too: a
//! lag without an initial value of its own starts at the initial value of what it lags, and that has to be known first.

use super::Compiler;
use crate::system::build_error::BuildError;
use crate::system::moves::{DerivedColumn, Start};
use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};

/// The derived columns and their orders.
#[derive(Default)]
pub(super) struct Ordered {
    pub(super) columns: Vec<DerivedColumn>,
    /// Each after those that it reads.
    pub(super) order: Vec<usize>,
    /// What fills columns and lags at the start of a run.
    pub(super) start: Vec<Start>,
}

impl Compiler {
    /// Compiles the derived columns and finds their orders, or says which read each other in a circle.
    pub(super) fn compile_derived(&mut self) -> Ordered {
        let Some(columns) = self.compile_columns() else { return Ordered::default() };
        let of_slot: HashMap<usize, usize> = columns.iter().enumerate().map(|(at, c)| (c.slot, at)).collect();
        let lag_of: HashMap<usize, usize> =
            self.lags.iter().enumerate().map(|(at, l)| (l.slot, at)).collect();
        let present = |column: &DerivedColumn| -> Vec<usize> {
            column.formula.reads().filter_map(|slot| of_slot.get(slot).copied()).collect()
        };
        let now: Vec<Vec<usize>> = columns.iter().map(present).collect();
        let order = match sort(&now) {
            Ok(order) => order,
            Err(cycles) => {
                self.errors.extend(cycles.iter().filter_map(|cycle| circle(cycle, &columns)));
                return Ordered::default();
            }
        };
        let lags: Vec<Vec<usize>> = columns
            .iter()
            .map(|column| column.formula.reads().filter_map(|slot| lag_of.get(slot).copied()).collect())
            .collect();
        let before_lag = |lag: &usize| -> Vec<usize> {
            let lag = &self.lags[*lag];
            let one = std::slice::from_ref(&lag.source);
            let slots: Vec<usize> =
                lag.initial.as_ref().map_or(one.to_vec(), |initial| initial.reads().copied().collect());
            slots.iter().filter_map(|slot| of_slot.get(slot).copied()).collect()
        };
        let first: Vec<Vec<usize>> = (now.iter().zip(&lags))
            .map(|(now, lags)| now.iter().copied().chain(lags.iter().flat_map(before_lag)).collect())
            .collect();
        let initially = match sort(&first) {
            Ok(order) => order,
            Err(cycles) => {
                let errors: Vec<BuildError> = (cycles.iter())
                    .filter_map(|cycle| {
                        // Where no plain lag closes the circle, an initial value that was given does.
                        self.unknown_start(cycle, &columns, &lags).or_else(|| circle(cycle, &columns))
                    })
                    .collect();
                self.errors.extend(errors);
                return Ordered::default();
            }
        };
        let mut start = Vec::with_capacity(columns.len() + self.lags.len());
        let mut filled = vec![false; self.lags.len()];
        let mut fill = |start: &mut Vec<Start>, lag: usize| {
            if !std::mem::replace(&mut filled[lag], true) {
                start.push(Start::Lag(lag));
            }
        };
        for column in initially {
            lags[column].iter().for_each(|lag| fill(&mut start, *lag));
            start.push(Start::Column(column));
        }
        (0..self.lags.len()).for_each(|lag| fill(&mut start, lag));
        Ordered { columns, order, start }
    }

    /// The error of columns whose initial values wait for each other. One of them reads the next by a lag.
    fn unknown_start(
        &self,
        cycle: &[usize],
        columns: &[DerivedColumn],
        lags: &[Vec<usize>],
    ) -> Option<BuildError> {
        let next = cycle.iter().cycle().skip(1);
        cycle.iter().zip(next).enumerate().find_map(|(place, (reader, read))| {
            let source = columns[*read].slot;
            let of = |lag: &&usize| self.lags[**lag].source == source && self.lags[**lag].initial.is_none();
            let lag = lags[*reader].iter().find(of)?;
            let others = (1..cycle.len()).map(|step| cycle[(place + step) % cycle.len()]);
            Some(BuildError::NoInitial {
                name: shown(&columns[*reader]),
                of: shown(&columns[*read]),
                steps: self.lags[*lag].steps,
                via: others.map(|at| shown(&columns[at])).collect(),
            })
        })
    }
}

/// The error of columns that read each other in a circle.
fn circle(cycle: &[usize], columns: &[DerivedColumn]) -> Option<BuildError> {
    let (first, rest) = cycle.split_first()?;
    let name = shown(&columns[*first]);
    let mut via: Vec<String> =
        rest.iter().map(|at| shown(&columns[*at])).filter(|other| *other != name).collect();
    via.dedup();
    Some(BuildError::Cycle { name, via })
}

/// The name of a column, or of the one whose memory it is.
fn shown(column: &DerivedColumn) -> String {
    column.name.split(':').next().unwrap_or_default().to_owned()
}

/// An order in which each follows what `reads` says it reads, the first declared first where there is a choice; or the
/// circles that stand in the way, each once.
fn sort(reads: &[Vec<usize>]) -> Result<Vec<usize>, Vec<Vec<usize>>> {
    let mut waits = vec![0_usize; reads.len()];
    let mut readers: Vec<Vec<usize>> = vec![Vec::new(); reads.len()];
    for (at, read) in reads.iter().enumerate() {
        waits[at] = read.len();
        for other in read {
            readers[*other].push(at);
        }
    }
    let mut ready: BinaryHeap<Reverse<usize>> =
        waits.iter().enumerate().filter(|(_, waits)| **waits == 0).map(|(at, _)| Reverse(at)).collect();
    let mut order = Vec::with_capacity(reads.len());
    while let Some(Reverse(at)) = ready.pop() {
        order.push(at);
        for reader in &readers[at] {
            waits[*reader] -= 1;
            if waits[*reader] == 0 {
                ready.push(Reverse(*reader));
            }
        }
    }
    if order.len() == reads.len() { Ok(order) } else { Err(circles(reads, &waits)) }
}

/// Every one that still waits reads another that waits, so that walking on from it ends in a circle.
fn circles(reads: &[Vec<usize>], waits: &[usize]) -> Vec<Vec<usize>> {
    let mut walked = vec![None; reads.len()];
    let mut found = Vec::new();
    for first in (0..reads.len()).filter(|at| waits[*at] > 0) {
        let mut path = Vec::new();
        let mut at = first;
        while walked[at].is_none() {
            walked[at] = Some(first);
            path.push(at);
            let Some(next) = reads[at].iter().copied().find(|other| waits[*other] > 0) else { break };
            at = next;
        }
        if walked[at] == Some(first)
            && let Some(place) = path.iter().position(|other| *other == at)
        {
            let mut circle = path.split_off(place);
            let least = circle.iter().enumerate().min_by_key(|(_, at)| **at).map_or(0, |(place, _)| place);
            circle.rotate_left(least);
            found.push(circle);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::sort;

    #[test]
    fn orders_and_circles() {
        assert_eq!(sort(&[vec![2], vec![], vec![1, 1]]), Ok(vec![1, 2, 0]));
        assert_eq!(sort(&[vec![], vec![], vec![]]), Ok(vec![0, 1, 2]));
        let two = [vec![1], vec![0], vec![3], vec![4, 5], vec![2], vec![], vec![2, 5], vec![7]];
        assert_eq!(sort(&two), Err(vec![vec![0, 1], vec![2, 3, 4], vec![7]]));
    }
}
