//! Events as runs go on: which run has what due, which parameters it has, and what they go back to.
//!
//! Where a system has events, a tile keeps of each run the parameters of the components that events change. An event that acts
//! hands them to the component anew. A system without events keeps nothing, and no step of a run in which nothing
//! happens allocates.

mod acting;

use super::LaneFailure;
use crate::declaration::param_error::ParamError;
use crate::declaration::value::Value;
use crate::model::kind::{Edits, SaveError};
use crate::model::step_error::StepError;
use crate::system::bound_event::BoundEvent;
use crate::system::built::System;

/// What never comes.
const NEVER: u64 = u64::MAX;

/// An event in one run.
#[derive(Clone, Debug, Default, serde::Serialize, serde::Deserialize)]
struct Due {
    /// The timestep at which it acts next, where it acts by time.
    next: u64,
    /// Timesteps from one time to the next, the last of them, and how long each lasts; 0 where it has none.
    every: u64,
    until: u64,
    lasting: u64,
    /// The timestep at which it sets back what it set.
    ends: u64,
    /// Whether its condition held a row earlier, and whether it has ever acted.
    held: bool,
    acted: bool,
}

/// What a parameter goes back to when an event ends.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
struct Back {
    event: usize,
    index: usize,
    value: Value,
}

/// The parameters of one component in one run.
#[derive(Clone, Debug, Default, serde::Serialize, serde::Deserialize)]
struct Own {
    /// Index and value of those that may differ from the instance's own.
    values: Vec<(usize, Value)>,
    /// What events that have not ended go back to, in the order in which they began.
    back: Vec<Back>,
}

impl Own {
    fn value(&mut self, index: usize) -> Option<&mut Value> {
        self.values.iter_mut().find(|(own, _)| *own == index).map(|(_, value)| value)
    }

    /// Sets a parameter. An event that lasts notes what it goes back to; where one stays, what others began ends with it.
    fn set(&mut self, index: usize, value: Value, event: usize, lasting: bool) {
        let Some(own) = self.value(index) else { return };
        let before = std::mem::replace(own, value);
        if lasting {
            self.back.push(Back { event, index, value: before });
        } else {
            self.back.retain(|back| back.index != index);
        }
    }

    /// Ends what an event set. Where another has set the parameter since, that one goes back to what was before both.
    fn end(&mut self, event: usize, index: usize) {
        let Some(at) = self.back.iter().position(|back| (back.event, back.index) == (event, index)) else {
            return;
        };
        let ended = self.back.remove(at);
        let later = self.back.iter_mut().skip(at).find(|back| back.index == index);
        match (later, self.values.iter_mut().find(|(own, _)| *own == index)) {
            (Some(later), _) => later.value = ended.value,
            (None, Some((_, value))) => *value = ended.value,
            (None, None) => {}
        }
    }
}

/// A component that events change.
struct Changed {
    node: usize,
    /// The parameters that events set.
    indices: Vec<usize>,
    lanes: Vec<Own>,
}

/// The events of a tile's runs.
#[derive(Default)]
pub(super) struct Events {
    /// By event and lane.
    due: Vec<Vec<Due>>,
    /// Of each event the first timestep at which it acts or ends in any run; those with conditions only end.
    soonest: Vec<u64>,
    changed: Vec<Changed>,
    /// The lanes in which an event acts now.
    acting: Vec<u32>,
}

/// What a snapshot holds of the events of a run.
type Saved = (Vec<Due>, Vec<Own>);

impl Events {
    pub(super) fn new(system: &System, width: usize) -> Self {
        let mut changed: Vec<Changed> = Vec::new();
        let targets =
            system.events.iter().flat_map(|event| event.set.iter().map(|set| (set.node, set.index)));
        for (node, index) in targets {
            let known = changed.iter().position(|changed| changed.node == node);
            let at = known.unwrap_or_else(|| {
                changed.push(Changed { node, indices: Vec::new(), lanes: vec![Own::default(); width] });
                changed.len() - 1
            });
            if let Some(changed) = changed.get_mut(at).filter(|changed| !changed.indices.contains(&index)) {
                changed.indices.push(index);
            }
        }
        Self {
            due: vec![vec![Due::default(); width]; system.events.len()],
            soonest: vec![NEVER; system.events.len()],
            changed,
            acting: Vec::new(),
        }
    }

    /// Writes over all that earlier runs left.
    pub(super) fn poison(&mut self) {
        let garbage = Due { held: true, acted: true, ..Due::default() };
        self.due.iter_mut().flatten().for_each(|due| due.clone_from(&garbage));
        self.soonest.fill(0);
        for own in self.changed.iter_mut().flat_map(|changed| &mut changed.lanes) {
            own.values.iter_mut().for_each(|(_, value)| *value = Value::F64(f64::NAN));
            own.back.push(Back { event: 0, index: 0, value: Value::F64(f64::NAN) });
        }
    }

    /// A run begins in a lane.
    pub(super) fn start(
        &mut self,
        system: &System,
        lane: usize,
        edits: Edits<'_>,
    ) -> Result<(), LaneFailure> {
        for (at, (event, due)) in system.events.iter().zip(&mut self.due).enumerate() {
            let Some(due) = due.get_mut(lane) else { continue };
            *due = start_of(event, edits.of(system.nodes.len() + at)).map_err(|error| LaneFailure {
                #[expect(clippy::cast_possible_truncation, reason = "a tile is never as wide as 2^32")]
                lane: lane as u32,
                substep: 0,
                component: event.spec.name.clone(),
                error: StepError::caused_by(error),
            })?;
        }
        for Changed { node, indices, lanes } in &mut self.changed {
            let (Some(own), Some(spec)) = (lanes.get_mut(lane), system.nodes.get(*node)) else { continue };
            own.back.clear();
            own.values.clear();
            own.values.extend(edits.of(*node).map(|(index, value)| (index, value.clone())));
            for index in indices {
                if !own.values.iter().any(|(known, _)| known == index)
                    && let Some(value) = spec.instance.get(*index)
                {
                    own.values.push((*index, value));
                }
            }
        }
        Ok(())
    }

    /// Finds when each event acts or ends next.
    pub(super) fn look_ahead(&mut self, live: &[u32]) {
        for (soonest, lanes) in self.soonest.iter_mut().zip(&self.due) {
            let due = live.iter().filter_map(|lane| lanes.get(*lane as usize));
            *soonest = due.map(|due| due.next.min(due.ends)).min().unwrap_or(NEVER);
        }
    }

    /// The parameters of a component in a lane.
    fn own(&mut self, node: usize, lane: u32) -> Option<&mut Own> {
        let changed = self.changed.iter_mut().find(|changed| changed.node == node)?;
        changed.lanes.get_mut(lane as usize)
    }

    pub(super) fn save(&self, lane: usize) -> Result<Vec<u8>, SaveError> {
        let due: Vec<&Due> = self.due.iter().filter_map(|due| due.get(lane)).collect();
        let own: Vec<&Own> = self.changed.iter().filter_map(|changed| changed.lanes.get(lane)).collect();
        Ok(postcard::to_stdvec(&(due, own))?)
    }

    pub(super) fn load(&mut self, lane: usize, bytes: &[u8]) -> Result<(), SaveError> {
        let (due, own): Saved = postcard::from_bytes(bytes)?;
        if due.len() != self.due.len() || own.len() != self.changed.len() {
            return Err("it is the state of other events".into());
        }
        for (lanes, saved) in self.due.iter_mut().zip(due) {
            lanes.get_mut(lane).into_iter().for_each(|due| *due = saved.clone());
        }
        for (changed, saved) in self.changed.iter_mut().zip(own) {
            changed.lanes.get_mut(lane).into_iter().for_each(|own| *own = saved.clone());
        }
        Ok(())
    }
}

/// An event at the start of a run with these times of its own.
fn start_of<'v>(
    event: &BoundEvent,
    edits: impl Iterator<Item = (usize, &'v Value)>,
) -> Result<Due, ParamError> {
    let mut times = [NEVER; 5];
    let keys = ["at", "every", "from", "until", "for"];
    let mut put = |index: usize, value: u64| {
        let key = event.times.get(index).and_then(|(spec, _)| keys.iter().position(|key| spec.name == *key));
        key.and_then(|key| times.get_mut(key)).into_iter().for_each(|time| *time = value);
    };
    for (index, (_, value)) in event.times.iter().enumerate() {
        put(index, *value);
    }
    for (index, value) in edits {
        let Some((spec, _)) = event.times.get(index) else { continue };
        put(index, spec.convert::<u64>(value).map_err(ParamError::single)?);
    }
    let [at, every, from, until, lasting] = times;
    let next = if every == NEVER {
        at
    } else {
        let first = if from == NEVER { every } else { from };
        if first <= until { first } else { NEVER }
    };
    Ok(Due { next, every, until, lasting, ends: NEVER, held: false, acted: false })
}

impl Due {
    /// The next time after one at which it acts.
    fn pass(&mut self) {
        let next = if self.every == NEVER { NEVER } else { self.next.saturating_add(self.every) };
        self.next = if next <= self.until { next } else { NEVER };
    }
}
