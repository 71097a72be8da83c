//! The order in which a code's operations are carried out.
//!
//! A processor divides by a unit of its own, beside everything else that it does, and looks only some operations ahead. So divisions
//! are begun as early as there is room for them, and what takes long is begun when the divider has work meanwhile. Each operation still
//! reads what it read in the order in which the code was written.

use super::operation::{Binary, Unary};
use super::place::{Operation, Place};
use std::collections::{BinaryHeap, HashMap};

/// What an operation takes, in the time of a sum.
fn cost(operation: &Operation) -> u64 {
    match operation {
        Operation::Unary(Unary::Exp, _) => 30,
        Operation::Unary(
            Unary::Ln
            | Unary::Log10
            | Unary::Sin
            | Unary::Cos
            | Unary::Tan
            | Unary::Asin
            | Unary::Acos
            | Unary::Atan,
            _,
        )
        | Operation::Curve(..) => 40,
        Operation::Binary(Binary::Power | Binary::Atan2 | Binary::Modulo, ..) => 80,
        _ => 1,
    }
}

/// What it takes of the divider.
fn division(operation: &Operation) -> u64 {
    const ONE: u64 = 8;
    match operation {
        Operation::Binary(Binary::Divide, ..) | Operation::Ratio(..) | Operation::Unary(Unary::Sqrt, _) => {
            ONE
        }
        Operation::Chain(chain, ..) => {
            let (first, second, _) = chain.parts();
            ONE * [first, second].into_iter().filter(|op| *op == Binary::Divide).count() as u64
        }
        _ => 0,
    }
}

/// Which operations wait for which.
struct Waiting {
    /// Of each the later ones that wait for it.
    followers: Vec<Vec<usize>>,
    /// Of each how many it waits for.
    open: Vec<usize>,
}

impl Waiting {
    fn of(operations: &[(Operation, Place)]) -> Self {
        let mut waiting =
            Self { followers: vec![Vec::new(); operations.len()], open: vec![0; operations.len()] };
        let mut writers: HashMap<Place, usize> = HashMap::new();
        let mut readers: HashMap<Place, Vec<usize>> = HashMap::new();
        for (at, (operation, into)) in operations.iter().enumerate() {
            for place in
                operation.reads().filter(|place| !matches!(place, Place::Number(_) | Place::Fixed(_)))
            {
                if let Some(writer) = writers.get(&place) {
                    waiting.add(*writer, at);
                }
                readers.entry(place).or_default().push(at);
            }
            for reader in readers.remove(into).unwrap_or_default() {
                waiting.add(reader, at);
            }
            if let Some(writer) = writers.insert(*into, at) {
                waiting.add(writer, at);
            }
        }
        waiting
    }

    fn add(&mut self, first: usize, second: usize) {
        if first != second {
            self.followers[first].push(second);
            self.open[second] += 1;
        }
    }
}

/// The same operations in another order, with the same results.
pub(super) fn ordered(operations: &[(Operation, Place)]) -> Vec<(Operation, Place)> {
    let mut waiting = Waiting::of(operations);
    // How long what follows takes, one after the other.
    let mut heights = vec![0; operations.len()];
    for (at, (operation, _)) in operations.iter().enumerate().rev() {
        let after = waiting.followers[at].iter().map(|follower| heights[*follower]).max().unwrap_or(0);
        heights[at] = after + cost(operation) + division(operation);
    }
    let (mut divisions, mut others) = (BinaryHeap::new(), BinaryHeap::new());
    let sort_in = |at: usize, divisions: &mut BinaryHeap<_>, others: &mut BinaryHeap<_>| {
        let entry = (heights[at], std::cmp::Reverse(at));
        if division(&operations[at].0) > 0 { divisions.push(entry) } else { others.push(entry) }
    };
    for at in (0..operations.len()).filter(|at| waiting.open[*at] == 0) {
        sort_in(at, &mut divisions, &mut others);
    }
    let mut order = Vec::with_capacity(operations.len());
    // Until when operations are begun, and until when the divider is busy.
    let (mut now, mut busy) = (0, 0);
    loop {
        let next = others.peek().map(|(_, std::cmp::Reverse(at)): &(u64, _)| cost(&operations[*at].0));
        let divide = next.is_none_or(|cost| busy <= now + cost);
        let found = if divide { divisions.pop().or_else(|| others.pop()) } else { others.pop() };
        let Some((_, std::cmp::Reverse(at))) = found else { break };
        let divided = division(&operations[at].0);
        if divided > 0 {
            busy = busy.max(now) + divided;
        }
        now += cost(&operations[at].0);
        order.push(operations[at]);
        for follower in std::mem::take(&mut waiting.followers[at]) {
            waiting.open[follower] -= 1;
            if waiting.open[follower] == 0 {
                sort_in(follower, &mut divisions, &mut others);
            }
        }
    }
    order
}
