//! Wires find their inputs, and inputs without a wire their defaults.

use super::{Compiler, Connection, Input, join};
use crate::declaration::nearest::nearest;
use crate::system::build_error::{BuildError, Reader};
use crate::system::builder::{Part, SystemBuilder};
use crate::system::described::WireSpec;
use crate::system::expression::{Expression, place_of_time};
use crate::system::moves::Feed;

impl Compiler {
    pub(super) fn connect(&mut self, builder: &SystemBuilder, prefix: &str) {
        for wire in &builder.wires {
            let to = join(prefix, &wire.to);
            let found = self.find_input(&to);
            let (expression, _) = self.expanded(builder, &wire.from, &Reader::Wire(to.clone()), "", prefix);
            let Some((node, input)) = found else { continue };
            if self.inputs[node][input].is_some() {
                self.errors.push(BuildError::TwoWires { name: to });
                continue;
            }
            // A wire that is refused still is one: its input is not to be missed as well.
            let nothing = Input { slot: 0, feed: None, names: Vec::new(), frozen: None };
            self.inputs[node][input] = Some(nothing);
            let Some(expression) = expression else { continue };
            self.check_units(&expression, &to, node, input);
            if let Some(connected) = self.connect_input(&expression, &to, node, input) {
                self.wires.push(WireSpec { from: expression.text().to_owned(), to, reads: Vec::new() });
                self.connections.push(Connection { node, input, names: connected.names.clone() });
                self.inputs[node][input] = Some(connected);
            }
        }
        for member in &builder.members {
            if let Part::System(inner) = &member.part {
                self.connect(inner, &join(prefix, &member.name));
            }
        }
    }

    fn connect_input(
        &mut self,
        expression: &Expression,
        to: &str,
        node: usize,
        input: usize,
    ) -> Option<Input> {
        let reader = Reader::Wire(to.to_owned());
        let names = expression.names().into_iter().filter(|name| place_of_time(name).is_none());
        let names: Vec<String> = names.map(str::to_owned).collect();
        if !self.know(expression, &reader) {
            return None;
        }
        if let Some(named) = expression.plain_name().and_then(|name| self.names.get(name)) {
            return Some(Input { slot: named.slot, feed: None, names, frozen: None });
        }
        let formula = self.formula(expression);
        let slot = self.slot();
        self.feeds.push(Feed { formula, slot, node, input });
        Some(Input { slot, feed: Some(self.feeds.len() - 1), names, frozen: None })
    }

    fn find_input(&mut self, to: &str) -> Option<(usize, usize)> {
        if let Some(port) = self.ports.get(to) {
            return Some(*port);
        }
        if self.is_refused(to) {
            return None;
        }
        if self.parameter(to).is_some() {
            self.errors.push(BuildError::WireToParam { name: to.to_owned() });
            return None;
        }
        let known =
            self.nodes.iter().flat_map(|n| n.instance.inputs().iter().map(|i| join(&n.path, &i.name)));
        let nearest = nearest(to, known);
        self.errors.push(BuildError::UnknownInput { name: to.to_owned(), nearest });
        None
    }

    /// Whether a name belongs to a component that is not there because its parameters are refused.
    pub(super) fn is_refused(&self, name: &str) -> bool {
        let ends = name.match_indices('.').map(|(at, _)| at);
        !self.refused.is_empty() && ends.into_iter().any(|end| self.refused.contains(&name[..end]))
    }

    fn check_units(&mut self, expression: &Expression, to: &str, node: usize, input: usize) {
        let Some(from) = expression.plain_name() else { return };
        let from_unit = self.names.get(from).map_or("", |named| self.columns[named.column].unit.as_str());
        let to_unit = self.nodes[node].instance.inputs()[input].unit.clone();
        if !from_unit.is_empty() && !to_unit.is_empty() && from_unit != to_unit {
            self.errors.push(BuildError::Units {
                from: from.to_owned(),
                from_unit: from_unit.to_owned(),
                to: to.to_owned(),
                to_unit: to_unit.to_string(),
            });
        }
    }

    pub(super) fn fill_defaults(&mut self) {
        for node in 0..self.nodes.len() {
            for input in 0..self.inputs[node].len() {
                if self.inputs[node][input].is_some() {
                    continue;
                }
                let spec = &self.nodes[node].instance.inputs()[input];
                let Some(value) = spec.default else {
                    let name = join(&self.nodes[node].path, &spec.name);
                    self.errors.push(BuildError::Unwired { name, unit: spec.unit.to_string() });
                    continue;
                };
                let slot = self.slot();
                self.constants.push((slot, value));
                self.inputs[node][input] =
                    Some(Input { slot, feed: None, names: Vec::new(), frozen: Some(0) });
            }
        }
    }
}
