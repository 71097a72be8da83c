//! Conveyors: stocks whose content moves along a belt, and what leaks from them.
//!
//! What enters comes off the end after the length of the belt; of what enters a share leaks on the way, as much in each step. What a
//! belt can hold or take in, halts, batches, and leaks that begin late, stop early or are whole numbers are refused by name.

use super::{Reader, child, is_true, text_of};
use crate::expression::key;
use crate::fault::shortened;
use crate::source::{Conveyor, Meaning};
use roxmltree::Node;

/// Options of a conveyor, what they are, and the value at which they do nothing.
const OPTIONS: [(&str, &str, &str); 4] = [
    ("capacity", "the capacity of a conveyor", "inf"),
    ("in_limit", "the limit of what enters a conveyor", "inf"),
    ("sample", "a conveyor that samples its length", "1"),
    ("arrest", "a conveyor that is arrested", "0"),
];

impl Reader<'_> {
    /// A `conveyor` of a stock.
    pub(super) fn conveyor(&mut self, node: Node<'_, '_>) -> Conveyor {
        for (name, what, idle) in OPTIONS {
            if let Some(option) = child(node, name) {
                let (text, at) = text_of(option);
                if key(&text) != idle {
                    self.faults.refuse(at, format!("cannot be imported: {what}, `{}`", shortened(&text)));
                }
            }
        }
        let says = |name: &str| node.attribute(name).is_some_and(|text| text.trim() == "true");
        for name in ["discrete", "batch_integrity"] {
            if says(name) {
                let message = format!("cannot be imported: a conveyor that moves batches, `{name}`");
                self.faults.refuse(node.range().start, message);
            }
        }
        let at = node.range().start;
        let length = child(node, "len");
        if length.is_none() {
            self.faults.refuse(at, "a conveyor has no `len`: how long what enters stays is not known");
        }
        // What cannot be read was refused: the flows that leave are those of a conveyor all the same.
        let length = length.and_then(|one| self.equation(one)).unwrap_or_default();
        Conveyor { at, length, exponential: says("exponential_leak") }
    }

    /// A flow that leaks: its share stands in `leak`, or is its equation.
    pub(super) fn leak(&mut self, flow: Node<'_, '_>, leak: Node<'_, '_>, eqn: Node<'_, '_>) -> Meaning {
        for (name, whole) in [("leak_start", 0.0), ("leak_end", 1.0)] {
            let end = flow.attribute(name);
            if end.is_some_and(|text| text.trim().parse::<f64>() != Ok(whole)) {
                let message = format!("cannot be imported: a leak from a part of a conveyor, `{name}`");
                self.faults.refuse(flow.range().start, message);
            }
        }
        if let Some(whole) = child(flow, "leak_integers").filter(|one| is_true(*one)) {
            self.faults.refuse(whole.range().start, "cannot be imported: a leak in whole numbers");
        }
        let of = if text_of(leak).0.trim().is_empty() { eqn } else { leak };
        if text_of(of).0.trim().is_empty() {
            return Meaning::Missing("the share that leaks is missing");
        }
        self.equation(of).map_or(Meaning::Missing(""), |share| Meaning::Driven(Some(share)))
    }
}
