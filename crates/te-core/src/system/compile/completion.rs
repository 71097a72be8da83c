//! When a derived column is complete, and what each wire reads of the present.
//!
//! A component has stepped for good at the last move that changes what it shows: its last step, the end of its
//! simultaneous stage, or the last interaction that can reach it. A derived column is complete when all that it reads
//! is. A column that a wire reads is computed at that moment: before it the column shows the row before, after it the
//! row of this timestep. All others are computed when the timestep ends.

use super::{Compiler, Owner};
use crate::system::described::{Reads, WireRead};
use crate::system::moves::{DerivedColumn, Op};
use std::collections::HashMap;

/// When what a component shows changes, as places in the schedule.
#[derive(Clone, Copy)]
struct Changes {
    first: usize,
    last: usize,
}

impl Compiler {
    /// Puts the computation of columns that wires read into the schedule, and notes for every wire when it reads what.
    /// Gives the columns that are left for the end of the timestep, in order.
    pub(super) fn complete(&mut self, derived: &[DerivedColumn], order: &[usize]) -> Vec<usize> {
        let changes = self.changes();
        let of_slot: HashMap<usize, usize> = derived.iter().enumerate().map(|(at, c)| (c.slot, at)).collect();
        let node_of: HashMap<usize, usize> = (self.nodes.iter().enumerate())
            .flat_map(|(at, node)| {
                (0..node.instance.metrics().len()).map(move |field| (node.base + field, at))
            })
            .collect();
        // The move after which a column is complete; none where it is from the start.
        let mut complete: Vec<Option<usize>> = vec![None; derived.len()];
        for column in order {
            complete[*column] = derived[*column]
                .formula
                .reads()
                .filter_map(|slot| match (of_slot.get(slot), node_of.get(slot)) {
                    (Some(other), _) => complete[*other],
                    (None, Some(node)) => changes[*node].map(|c| c.last),
                    (None, None) => None,
                })
                .max();
        }
        let mut wanted = vec![false; derived.len()];
        let reading = self.moments();
        for (connection, wire) in self.connections.iter().zip(&mut self.wires) {
            let moments = match self.inputs[connection.node][connection.input].as_ref().map(|i| i.frozen) {
                Some(Some(frozen)) => Some((frozen, frozen)),
                _ => reading[connection.node],
            };
            let Some((first, last)) = moments else { continue };
            for name in &connection.names {
                let Some(named) = self.names.get(name) else { continue };
                let when = |at: usize| match named.owner {
                    Owner::Derived(column) if complete[column].is_none_or(|done| at > done) => Reads::Present,
                    Owner::Derived(_) => Reads::Previous,
                    Owner::Node(node) => match changes[node] {
                        Some(changes) if at > changes.last => Reads::Present,
                        Some(changes) if at > changes.first => Reads::Within,
                        _ => Reads::Previous,
                    },
                };
                let when = if when(first) == when(last) { when(first) } else { Reads::Within };
                if let Owner::Derived(column) = named.owner {
                    wanted[column] = true;
                }
                let derived = matches!(named.owner, Owner::Derived(_));
                wire.reads.push(WireRead { name: name.clone(), derived, when });
            }
        }
        // What a wanted column reads is wanted too.
        let mut todo: Vec<usize> = (0..derived.len()).filter(|column| wanted[*column]).collect();
        while let Some(column) = todo.pop() {
            for other in derived[column].formula.reads().filter_map(|slot| of_slot.get(slot)) {
                if !std::mem::replace(&mut wanted[*other], true) {
                    todo.push(*other);
                }
            }
        }
        self.insert(order, &complete, &wanted);
        order.iter().copied().filter(|column| !wanted[*column]).collect()
    }

    /// When each component changes.
    fn changes(&self) -> Vec<Option<Changes>> {
        let mut changes: Vec<Option<Changes>> = vec![None; self.nodes.len()];
        let mut note = |node: usize, at: usize| {
            if let Some(of) = changes.get_mut(node) {
                *of = Some(Changes { first: of.map_or(at, |c| c.first), last: at });
            }
        };
        for (at, op) in self.schedule.iter().enumerate() {
            match *op {
                Op::Step { node, publish: true, .. } | Op::Publish(node) => note(node, at),
                Op::Interact(interaction) => {
                    self.interactions[interaction].nodes.iter().for_each(|node| note(*node, at));
                }
                _ => {}
            }
        }
        changes
    }

    /// The first and the last step of each component.
    fn moments(&self) -> Vec<Option<(usize, usize)>> {
        let mut moments: Vec<Option<(usize, usize)>> = vec![None; self.nodes.len()];
        for (at, op) in self.schedule.iter().enumerate() {
            if let Op::Step { node, .. } = *op {
                let first = moments[node].map_or(at, |(first, _)| first);
                moments[node] = Some((first, at));
            }
        }
        moments
    }

    /// Puts the wanted columns behind the moves that complete them.
    fn insert(&mut self, order: &[usize], complete: &[Option<usize>], wanted: &[bool]) {
        let mut after: HashMap<Option<usize>, Vec<Op>> = HashMap::new();
        for column in order.iter().filter(|column| wanted[**column]) {
            after.entry(complete[*column]).or_default().push(Op::Derive(*column));
        }
        let mut schedule = after.remove(&None).unwrap_or_default();
        for (at, op) in std::mem::take(&mut self.schedule).into_iter().enumerate() {
            schedule.push(op);
            schedule.append(&mut after.remove(&Some(at)).unwrap_or_default());
        }
        self.schedule = schedule;
    }
}
