//! Events act: what begins and ends in a timestep, and what components and states are given.

use super::{Changed, Events, NEVER, Own};
use crate::declaration::value::Value;
use crate::model::board::Board;
use crate::model::kind::SaveError;
use crate::model::step_error::{StepError, panicked};
use crate::stepping::tile::{Tile, as_number};
use crate::system::bound_event::{BoundEvent, BoundSet, Given};
use std::panic::{AssertUnwindSafe, catch_unwind};
use te_math::NotFinite;

/// What an event wanted and a component refused.
#[derive(Debug, thiserror::Error)]
#[error("`{event}` sets {set}: {error}")]
struct Refused {
    event: String,
    set: String,
    error: StepError,
}

/// A change of a state that is refused.
#[derive(Debug, thiserror::Error)]
#[error("`{event}` adds {amount} to `{state}`: {error}")]
struct Unchanged {
    event: String,
    state: String,
    amount: f64,
    error: StepError,
}

impl Tile<'_> {
    /// What happens before the stages of a timestep.
    pub(in crate::stepping::tile) fn act(&mut self, timestep: u64) {
        let system = self.system;
        if system.events.is_empty() {
            return;
        }
        let mut events = std::mem::take(&mut self.events);
        let mut acted = false;
        for (at, event) in system.events.iter().enumerate() {
            if events.soonest.get(at).is_some_and(|soonest| *soonest <= timestep) {
                acted |= self.end(&mut events, at, event, timestep);
            }
        }
        for (at, event) in system.events.iter().enumerate() {
            self.choose(&mut events, at, event, timestep);
            if !events.acting.is_empty() {
                acted = true;
                self.begin_event(&mut events, at, event, timestep);
            }
        }
        if acted {
            events.look_ahead(&self.live);
            self.follow();
        }
        self.events = events;
    }

    /// Ends an event in the lanes in which its time has come; whether there were any.
    fn end(&mut self, events: &mut Events, at: usize, event: &BoundEvent, timestep: u64) -> bool {
        events.acting.clear();
        let Some(lanes) = events.due.get_mut(at) else { return false };
        for lane in &self.live {
            if let Some(due) = lanes.get_mut(*lane as usize).filter(|due| due.ends <= timestep) {
                due.ends = NEVER;
                events.acting.push(*lane);
            }
        }
        if events.acting.is_empty() {
            return false;
        }
        self.set_parameters(events, event, "back ", &mut |own, set, _, _| own.end(at, set.index));
        true
    }

    /// Chooses the lanes in which an event acts now.
    fn choose(&mut self, events: &mut Events, at: usize, event: &BoundEvent, timestep: u64) {
        events.acting.clear();
        let Some(lanes) = events.due.get_mut(at) else { return };
        if let Some(when) = &event.when {
            when.of.program.run(&mut self.board, &mut self.scratch, self.set);
            for lane in &self.live {
                let Some(due) = lanes.get_mut(*lane as usize) else { continue };
                let value = self.board.get(when.of.slot, *lane as usize);
                if !value.is_finite() {
                    self.step_failures.push((*lane, NotFinite::new("the condition", value).into()));
                    continue;
                }
                let holds = value != 0.0;
                let begins = holds && !due.held && (when.again || !due.acted);
                due.held = holds;
                if begins && due.ends == NEVER {
                    events.acting.push(*lane);
                }
            }
            self.settle(&event.spec.name, 1);
            return;
        }
        if events.soonest.get(at).is_none_or(|soonest| *soonest > timestep) {
            return;
        }
        for lane in &self.live {
            if let Some(due) = lanes.get_mut(*lane as usize).filter(|due| due.next <= timestep) {
                due.pass();
                if due.ends == NEVER {
                    events.acting.push(*lane);
                }
            }
        }
    }

    /// An event acts in the lanes that were chosen.
    fn begin_event(&mut self, events: &mut Events, at: usize, event: &BoundEvent, timestep: u64) {
        for set in &event.set {
            if let Given::Computed { of, .. } = &set.given {
                of.program.run(&mut self.board, &mut self.scratch, self.set);
            }
        }
        for change in &event.change {
            change.of.program.run(&mut self.board, &mut self.scratch, self.set);
        }
        for lane in &events.acting {
            if let Some(due) = events.due.get_mut(at).and_then(|lanes| lanes.get_mut(*lane as usize)) {
                due.acted = true;
                due.ends = if due.lasting == NEVER { NEVER } else { timestep.saturating_add(due.lasting) };
            }
        }
        let lasting = event.times.iter().any(|(spec, _)| spec.name == "for");
        self.set_parameters(events, event, "", &mut |own, set, board, lane| {
            let value = match &set.given {
                Given::Value(value) => value.clone(),
                Given::Computed { of, truth: true } => Value::Bool(board.get(of.slot, lane) != 0.0),
                Given::Computed { of, truth: false } => Value::F64(board.get(of.slot, lane)),
            };
            own.set(set.index, value, at, lasting);
        });
        self.change_states(events, event);
    }

    /// Changes what the acting lanes have of parameters, and hands them to the components.
    fn set_parameters(
        &mut self,
        events: &mut Events,
        event: &BoundEvent,
        how: &str,
        change: &mut dyn FnMut(&mut Own, &BoundSet, &Board, usize),
    ) {
        let acting = std::mem::take(&mut events.acting);
        for (first, set) in event.set.iter().enumerate() {
            let node = set.node;
            if event.set.iter().take(first).any(|earlier| earlier.node == node) {
                continue;
            }
            let of_node = || event.set.iter().filter(|set| set.node == node);
            self.columns[node].gather(&self.live);
            for &lane in &acting {
                // One that has failed by another component's refusal is over.
                if self.live.binary_search(&lane).is_err() {
                    continue;
                }
                let Some(own) = events.own(node, lane) else { continue };
                of_node().for_each(|set| change(own, set, &self.board, lane as usize));
                let column = &mut self.columns[node];
                let handed = catch_unwind(AssertUnwindSafe(|| column.reparam(lane as usize, &own.values)));
                let error = match handed {
                    Ok(Ok(())) => {
                        self.show_parameters(node, lane, own);
                        continue;
                    }
                    Ok(Err(error)) => StepError::caused_by(error),
                    Err(panic) => panicked(panic.as_ref()),
                };
                let set = of_node().map(|set| {
                    let value = own.value(set.index).map_or_else(String::new, |value| value.to_string());
                    format!("`{}` {how}to {value}", set.name)
                });
                let set = set.collect::<Vec<_>>().join(", ");
                let event = event.spec.name.clone();
                self.step_failures.push((lane, StepError::caused_by(Refused { event, set, error })));
            }
            self.columns[node].scatter(&self.live);
            let system = self.system;
            self.settle(&system.nodes[node].path, 1);
        }
        events.acting = acting;
    }

    /// Writes the parameters that expressions read.
    fn show_parameters(&mut self, node: usize, lane: u32, own: &Own) {
        for read in self.system.params.iter().chain(&self.reads.params).filter(|read| read.node == node) {
            if let Some((_, value)) = own.values.iter().find(|(index, _)| *index == read.index) {
                self.board.set(read.slot, lane as usize, as_number(value));
            }
        }
    }

    fn change_states(&mut self, events: &Events, event: &BoundEvent) {
        let system = self.system;
        for change in &event.change {
            for &lane in &events.acting {
                if self.live.binary_search(&lane).is_err() {
                    continue;
                }
                let amount = self.board.get(change.of.slot, lane as usize);
                let column = &mut self.columns[change.node];
                let added = if amount.is_finite() {
                    let add = || column.add_to_state(lane as usize, change.state, amount);
                    catch_unwind(AssertUnwindSafe(add)).unwrap_or_else(|panic| Err(panicked(panic.as_ref())))
                } else {
                    Err(NotFinite::new("the change", amount).into())
                };
                if let Err(error) = added {
                    let (event, state) = (event.spec.name.clone(), change.name.clone());
                    let error = StepError::caused_by(Unchanged { event, state, amount, error });
                    self.step_failures.push((lane, error));
                }
            }
            self.settle(&system.nodes[change.node].path, 1);
        }
    }

    /// Lanes that nobody watches do what the first does, all over again.
    fn follow(&mut self) {
        let (true, Some(first)) = (self.by_lanes, self.live.first().map(|lane| *lane as usize)) else {
            return;
        };
        let (mut live, lanes) = (self.live.iter().peekable(), self.board.lanes());
        for lane in 0..lanes {
            if live.next_if(|watched| **watched as usize == lane).is_none() {
                self.columns.iter_mut().for_each(|column| column.shadow(first, lane));
                self.board.copy_lane(first, lane);
            }
        }
    }

    /// Takes over the events of a run that were saved.
    pub(in crate::stepping::tile) fn load_events(
        &mut self,
        lane: u32,
        bytes: &[u8],
    ) -> Result<(), SaveError> {
        let mut events = std::mem::take(&mut self.events);
        let loaded = events.load(lane as usize, bytes);
        let mut handed = Ok(());
        for Changed { node, lanes, .. } in &events.changed {
            let Some(own) = lanes.get(lane as usize).filter(|_| loaded.is_ok()) else { continue };
            self.show_parameters(*node, lane, own);
            // What a saved state leaves out was made of the parameters of the start.
            let column = &mut self.columns[*node];
            column.gather(&[lane]);
            handed = handed.and(column.reparam(lane as usize, &own.values));
        }
        self.events = events;
        loaded.and(handed.map_err(Into::into))
    }

    /// Finds what the events of all runs that are in have due.
    pub(in crate::stepping::tile) fn look_ahead(&mut self) {
        self.events.look_ahead(&self.live);
    }

    /// The events of a run as bytes; nothing where the system has none.
    pub(in crate::stepping::tile) fn save_events(&self, lane: usize) -> Result<Option<Vec<u8>>, SaveError> {
        if self.system.events.is_empty() { Ok(None) } else { self.events.save(lane).map(Some) }
    }
}
