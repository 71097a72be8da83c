//! From stages to moves: in which order components are stepped, published and read.

use super::{Compiler, Group, Input, Member};
use crate::system::builder::Discipline;
use crate::system::moves::Op;

impl Compiler {
    /// Turns a group's stages into moves. Only the outermost group's stages are substeps of the system.
    pub(super) fn emit(&mut self, group: &Group, outermost: bool) {
        let stages: Vec<_> = group.stages.iter().filter(|(_, members)| !members.is_empty()).collect();
        let last = stages.len().saturating_sub(1);
        for (at, (discipline, members)) in stages.into_iter().enumerate() {
            if *discipline == Discipline::Simultaneous {
                self.freeze(members);
            }
            let rounds = members.iter().map(|m| self.rounds(m)).max().unwrap_or(1);
            for substep in 1..=rounds {
                self.emit_round(*discipline, members, substep);
                if at == last && substep == rounds {
                    self.schedule.extend(group.interactions.clone().map(Op::Interact));
                }
                if outermost {
                    self.schedule.push(Op::EndSubstep);
                    self.substeps += 1;
                }
            }
        }
    }

    fn rounds(&self, member: &Member) -> u32 {
        match member {
            Member::Node(node) => self.nodes[*node].substeps,
            Member::Group(_) => 1,
        }
    }

    fn emit_round(&mut self, discipline: Discipline, members: &[Member], substep: u32) {
        let mut held = Vec::new();
        // A simultaneous stage steps plain components first and shows them last, so that the systems among them
        // still read what was.
        let simultaneous = discipline == Discipline::Simultaneous;
        let order = members.iter().filter(|m| !simultaneous || matches!(m, Member::Node(_)));
        for member in order {
            match member {
                Member::Node(node) if self.nodes[*node].substeps >= substep => {
                    self.emit_feeds(*node);
                    self.schedule.push(Op::Step { node: *node, substep, publish: !simultaneous });
                    held.push(*node);
                }
                Member::Group(group) if substep == 1 => self.emit(group, false),
                _ => {}
            }
        }
        if simultaneous {
            for member in members {
                if let (Member::Group(group), 1) = (member, substep) {
                    self.emit(group, false);
                }
            }
            self.schedule.extend(held.into_iter().map(Op::Publish));
        }
    }

    fn emit_feeds(&mut self, node: usize) {
        for input in self.inputs[node].iter().flatten() {
            if let (Some(feed), false) = (input.feed, input.frozen.is_some()) {
                self.schedule.push(Op::Evaluate(feed));
            }
        }
    }

    /// Takes what systems inside a simultaneous stage read from outside themselves before any of them steps.
    fn freeze(&mut self, members: &[Member]) {
        for member in members {
            let Member::Group(group) = member else { continue };
            let inside = format!("{}.", group.prefix);
            for node in 0..self.nodes.len() {
                if !self.nodes[node].path.starts_with(&inside) {
                    continue;
                }
                for at in 0..self.inputs[node].len() {
                    let Some(input) = self.inputs[node][at].clone() else { continue };
                    if input.frozen.is_some() || input.names.iter().all(|name| name.starts_with(&inside)) {
                        continue;
                    }
                    let frozen = Some(self.schedule.len());
                    let slot = if let Some(feed) = input.feed {
                        self.schedule.push(Op::Evaluate(feed));
                        input.slot
                    } else {
                        let slot = self.slot();
                        self.schedule.push(Op::Copy { from: input.slot, to: slot });
                        slot
                    };
                    self.inputs[node][at] = Some(Input { slot, frozen, ..input });
                }
            }
        }
    }
}
